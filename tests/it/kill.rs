//! kill -9 in the middle of a fetch, then fetch again: nothing twice, nothing lost, the database sound.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::{Connection, OpenFlags};
use serde_json::Value;

use crate::town::Town;
use crate::watch::{Watch, word};

/// Reports of the three portals: two listing pages on the first, so that kills fall between pages too.
const SIZES: [usize; 3] = [24, 8, 8];
/// Rounds that kill a first fetch, each on an empty store.
const FIRST_ROUNDS: u64 = 12;
/// Rounds that kill a fetch in which something changed, all on one store; `GOVWATCH_KILL_ROUNDS` widens them.
const LATER_ROUNDS: u64 = 20;
/// A full fetch asks about 50 times (robots.txt, listing pages, reports): where kills are spread over.
const REQUESTS: u64 = 52;

/// What must have been told of each URL, in order.
type Model = BTreeMap<String, Vec<String>>;

fn kill_point(round: u64) -> u64 {
    // 23 and 52 have no common factor: all moments come up before one comes twice.
    1 + round * 23 % REQUESTS
}

#[test]
fn a_first_fetch_that_is_killed_anywhere_still_gives_one_baseline() {
    let watch = Watch::over(Town::of_sizes(11, SIZES));
    for round in 0..FIRST_ROUNDS {
        watch.forget();
        watch.fetch_killed_at(kill_point(round), &[]);
        watch.fetch(&[]);
        ensure_sound(&watch, round);
        let told = stored_events(&watch);
        let counts: Vec<u64> = told.iter().filter_map(|event| event["count"].as_u64()).collect();
        assert!(told.iter().all(|event| event["event"] == "baseline"), "round {round}: {told:?}");
        assert_eq!((counts.len(), counts.iter().sum()), (3, 40_u64), "round {round}");
        let revisions: Vec<Option<u64>> = watch.rows(&["reports"]).iter().map(|row| row["revision"].as_u64()).collect();
        assert_eq!(revisions, vec![Some(1); 40], "round {round}");
    }
}

#[test]
fn changes_survive_a_kill_at_any_moment_and_are_told_once() {
    let watch = Watch::over(Town::of_sizes(12, SIZES));
    watch.fetch(&[]);
    let (mut model, mut printed) = (Model::new(), Vec::new());
    let rounds = std::env::var("GOVWATCH_KILL_ROUNDS").ok().and_then(|rounds| rounds.parse().ok());
    for round in 0..rounds.unwrap_or(LATER_ROUNDS) {
        change(&mut watch.town(), round, &mut model);
        printed.extend(watch.fetch_killed_at(kill_point(round), &["--full"]));
        printed.extend(watch.fetch(&["--full"]).events);
        ensure_sound(&watch, round);
    }
    // A withdrawal is told on the second poll that misses it.
    printed.extend(watch.fetch(&["--full"]).events);
    ensure_all_printed(&stored_events(&watch), &printed);
    let mut told = Model::new();
    for event in stored_events(&watch).iter().filter(|event| event["event"] != "baseline") {
        told.entry(word(event, "url")).or_default().push(word(event, "event"));
    }
    assert_eq!(told, model);
    ensure_revisions(&watch, &model);
}

/// One edit a round, each time on the next portal; a new report every second round; a withdrawal every fifth.
fn change(town: &mut Town, round: u64, model: &mut Model) {
    let (round, site) = (usize::try_from(round).expect("small"), usize::try_from(round % 3).expect("small"));
    let edited = town.edit(site, round % town.sites[site].reports.len());
    model.entry(edited).or_default().push("edited".to_owned());
    if round % 2 == 1 {
        let published = town.publish(site);
        model.entry(published).or_default().push("new".to_owned());
    }
    if round % 5 == 4 {
        let last = town.sites[0].reports.len() - 1;
        let (withdrawn, _) = town.withdraw(0, last);
        model.entry(withdrawn).or_default().push("withdrawn".to_owned());
    }
}

/// Every stored change was printed, and nothing else. A kill between printing and settling may print one twice.
fn ensure_all_printed(stored: &[Value], printed: &[Value]) {
    let key = |event: &Value| (word(event, "event"), word(event, "url"), event["revision"].as_u64());
    let is_change = |event: &&Value| !["baseline", "summary"].contains(&word(event, "event").as_str());
    let stored: BTreeSet<_> = stored.iter().filter(is_change).map(key).collect();
    let printed: BTreeSet<_> = printed.iter().filter(is_change).map(key).collect();
    assert_eq!(printed, stored);
}

/// Each report has one revision for its first reading and one for each edit, numbered without a gap.
fn ensure_revisions(watch: &Watch, model: &Model) {
    let reports = watch.rows(&["reports"]);
    assert_eq!(reports.len(), 40 + model.values().filter(|told| told.contains(&"new".to_owned())).count());
    for report in reports {
        let told = model.get(&word(&report, "url")).map_or(&[][..], Vec::as_slice);
        let n_edits = told.iter().filter(|word| *word == "edited").count();
        assert_eq!(report["revision"].as_u64(), Some(1 + n_edits as u64), "{report}");
        let state = if told.last().is_some_and(|word| word == "withdrawn") { "withdrawn" } else { "present" };
        assert_eq!(word(&report, "state"), state, "{report}");
    }
}

/// The events of the store in the order they were made.
fn stored_events(watch: &Watch) -> Vec<Value> {
    let database = open(watch);
    let mut query = database.prepare("SELECT body FROM changes ORDER BY id").expect("the table of changes");
    let bodies = query.query_map([], |row| row.get::<_, String>(0)).expect("a query without parameters");
    bodies.map(|body| serde_json::from_str(&body.expect("text")).expect("an event")).collect()
}

/// The database is sound, and no revision is there twice or missing in between.
fn ensure_sound(watch: &Watch, round: u64) {
    let database = open(watch);
    let verdict: String = database.query_row("PRAGMA integrity_check", [], |row| row.get(0)).expect("a verdict");
    assert_eq!(verdict, "ok", "round {round}");
    let n_lost: i64 = database
        .query_row(
            "SELECT count(*) FROM revisions r
             WHERE NOT EXISTS (SELECT 1 FROM unindexed u WHERE u.report = r.report AND u.revision = r.revision)
               AND NOT EXISTS (SELECT 1 FROM indexed i JOIN words w ON w.rowid = i.id
                   WHERE i.report = r.report AND i.revision = r.revision)",
            [],
            |row| row.get(0),
        )
        .expect("a count");
    assert_eq!(n_lost, 0, "round {round}: neither in the index nor marked to be");
    let n_broken: i64 = database
        .query_row(
            "SELECT count(*) FROM (SELECT report FROM revisions GROUP BY report
             HAVING count(*) <> count(DISTINCT revision) OR count(*) <> max(revision) OR min(revision) <> 1)",
            [],
            |row| row.get(0),
        )
        .expect("a count");
    assert_eq!(n_broken, 0, "round {round}");
}

fn open(watch: &Watch) -> Connection {
    Connection::open_with_flags(watch.database(), OpenFlags::SQLITE_OPEN_READ_ONLY).expect("the database")
}
