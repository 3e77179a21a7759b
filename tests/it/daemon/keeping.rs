//! Keeping a store over the years: copies, names, what operators hear of a site.

use govwatch::error::{Class, Failure, Stage};
use govwatch::model::{EventKind, Hash, SiteId};
use govwatch::store::{Counts, Ended, Muted, PollRecord, STDOUT, Store, StoreError, Watched};
use jiff::Timestamp;

use crate::store::bench::{at, id, row, with_baseline};

/// A poll that went well.
pub(super) async fn polled(store: &Store, site: &str, now: Timestamp, next_due_at: Timestamp) {
    ended(store, site, now, next_due_at, Ended::Done).await;
}

async fn ended(store: &Store, site: &str, now: Timestamp, next_due_at: Timestamp, ended: Ended) {
    let site = SiteId::new(site);
    let poll = store.begin_poll(&site, now).await.unwrap();
    let (counts, rules, file) = (Counts::default(), Hash::of(b"rules"), Hash::of(b"file"));
    let (fold, late, left) = (None, Vec::new(), Vec::new());
    let record = PollRecord { poll, site, ended_at: now, next_due_at, ended, counts, fold, late, left, rules, file };
    store.record_poll(record).await.unwrap();
}

/// What operators are told of polls that end in these ways, one after another.
async fn told(store: &Store, ends: &[Option<Class>]) -> Vec<String> {
    for end in ends {
        let end = end.map_or(Ended::Done, |class| Ended::Failed(Failure::new(class, Stage::Fetch, "it fails")));
        ended(store, "a", at(1), at(2), end).await;
    }
    let (alerts, events): (Vec<_>, Vec<_>) = store.owed(STDOUT, None, 100).await.unwrap().into_iter().unzip();
    store.settle(&alerts, at(3)).await.unwrap();
    let word = |event: &govwatch::model::Event| match event.event {
        EventKind::SiteBroken => format!("broken {}", event.class.as_deref().unwrap()),
        event => event.as_str().to_owned(),
    };
    events.iter().map(word).collect()
}

const BLOCKED: Option<Class> = Some(Class::Blocked);
const SLOW: Option<Class> = Some(Class::Transient);
const LAYOUT: Option<Class> = Some(Class::Layout);

#[tokio::test]
async fn each_way_to_break_is_told_once_a_breakage_however_often_the_ways_take_turns() {
    let store = Store::in_memory().unwrap();
    assert_eq!(told(&store, &[SLOW, SLOW]).await, [""; 0], "it is failing, not broken");
    assert_eq!(told(&store, &[SLOW]).await, ["broken transient"]);
    assert_eq!(
        told(&store, &[BLOCKED, SLOW, BLOCKED, SLOW, LAYOUT, BLOCKED]).await,
        ["broken blocked", "broken layout"]
    );
    assert_eq!(told(&store, &[None, None]).await, ["site_recovered"]);
    assert_eq!(told(&store, &[BLOCKED]).await, ["broken blocked"], "the next breakage is another one");
}

#[tokio::test]
async fn who_acknowledges_a_breakage_hears_of_the_site_when_it_is_back_and_who_mutes_it_hears_nothing() {
    let store = Store::in_memory().unwrap();
    assert_eq!(told(&store, &[BLOCKED]).await, ["broken blocked"]);
    store.mute(&SiteId::new("a"), Some(Muted::UntilRecovered)).await.unwrap();
    assert_eq!(told(&store, &[LAYOUT]).await, [""; 0]);
    assert_eq!(told(&store, &[None]).await, ["site_recovered"]);
    assert_eq!(told(&store, &[BLOCKED]).await, ["broken blocked"], "the next one is told again");
    store.mute(&SiteId::new("a"), Some(Muted::Always)).await.unwrap();
    assert_eq!(told(&store, &[LAYOUT, None, BLOCKED]).await, [""; 0]);
    let changes = store.changes(govwatch::store::ChangeFilter { limit: 100, ..Default::default() }).await.unwrap();
    assert_eq!(changes.len(), 7, "it is history all the same");
}

#[tokio::test]
async fn a_site_takes_all_that_is_known_of_it_to_its_new_name() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path()).unwrap();
    with_baseline(&store, &[row("b", 2), row("a", 1)]).await;
    let report = id(&store, "a").await;
    let (old, new) = (SiteId::new("a"), SiteId::new("xing-county"));
    assert!(store.rename_site(&old, &new).await.unwrap());
    assert_eq!(store.find_report("http://a.gov.cn/a.html").await.unwrap().site, new);
    assert_eq!(id(&store, "a").await, report);
    let changes = store.changes(govwatch::store::ChangeFilter { limit: 100, ..Default::default() }).await.unwrap();
    assert!(!changes.is_empty() && changes.iter().all(|(_, event)| event.site == new));
    assert_eq!(store.check().await.unwrap(), Vec::<String>::new());
    assert_eq!(store.statuses(&[]).await.unwrap().iter().map(|status| &status.site).collect::<Vec<_>>(), [&new]);
    polled(&store, "other", at(5), at(6)).await;
    assert!(!store.rename_site(&new, &SiteId::new("other")).await.unwrap(), "the name is taken");
    assert!(!store.rename_site(&old, &SiteId::new("third")).await.unwrap(), "there is no such site any more");
}

#[tokio::test]
async fn a_copy_of_a_store_in_use_is_whole_and_opens_as_a_store() {
    let (dir, away) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let store = Store::open(dir.path()).unwrap();
    with_baseline(&store, &[row("b", 2), row("a", 1)]).await;
    let file = away.path().join("govwatch.db");
    let n_bytes = store.backup(&file).await.unwrap();
    with_baseline(&store, &[row("c", 3)]).await;
    assert_eq!(n_bytes, std::fs::metadata(&file).unwrap().len());
    assert_eq!(std::fs::read_dir(away.path()).unwrap().count(), 1, "nothing stands beside it");
    let facts = Store::inspect(&file).await.unwrap();
    assert_eq!((facts.n_sites, facts.n_reports, facts.last_poll_at.is_some()), (1, 2, true));
    let restored = Store::open_existing(away.path()).unwrap();
    assert_eq!(id(&restored, "a").await, id(&store, "a").await);
    assert!(restored.find_report("http://a.gov.cn/c.html").await.is_err(), "it came later");
}

#[tokio::test]
async fn a_copy_that_is_damaged_or_none_of_ours_is_named() {
    let (dir, away) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let store = Store::open(dir.path()).unwrap();
    with_baseline(&store, &[row("b", 2), row("a", 1)]).await;
    let file = away.path().join("copy.db");
    store.backup(&file).await.unwrap();
    let mut bytes = std::fs::read(&file).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle..middle + 8192].fill(0xff);
    std::fs::write(&file, bytes).unwrap();
    assert!(matches!(Store::inspect(&file).await, Err(StoreError::Damaged { .. })));
    std::fs::write(&file, "not a database").unwrap();
    assert!(matches!(Store::inspect(&file).await, Err(StoreError::Damaged { .. })));
    assert!(matches!(Store::inspect(&away.path().join("gone.db")).await, Err(StoreError::Unusable { .. })));
    let into = store.backup(&away.path().join("no/such/folder.db")).await.unwrap_err();
    assert!(into.to_string().contains("no/such/folder.db"), "{into}");
}

#[tokio::test]
async fn operators_are_told_once_a_week_how_all_sites_do() {
    let store = Store::in_memory().unwrap();
    for site in ["a", "b", "c"] {
        polled(&store, site, at(0), at(60)).await;
        let watched = Watched { site: SiteId::new(site), file: Hash::of(b"file"), latest_due_at: at(10_000) };
        store.watch(watched, at(0)).await.unwrap();
    }
    ended(&store, "b", at(1), at(2), Ended::Failed(Failure::new(Class::Blocked, Stage::Fetch, "it fails"))).await;
    assert_eq!(store.tell_weekly(at(0), at(5)).await.unwrap(), None, "nothing was polled before this week");
    let told = store.tell_weekly(at(10), at(11)).await.unwrap().unwrap();
    assert_eq!((told.event, told.count), (EventKind::Weekly, Some(2)));
    assert_eq!(told.reason.as_deref(), Some("2 sites are fine; these are not: b (blocked); next: govwatch status"));
    assert_eq!(store.tell_weekly(at(10), at(12)).await.unwrap(), None, "once");
    let told = store.tell_weekly(at(20), at(21)).await.unwrap();
    assert!(told.is_some(), "and again the week after");
    let owed = store.owed(STDOUT, None, 100).await.unwrap();
    assert_eq!(owed.iter().filter(|(_, event)| event.event == EventKind::Weekly).count(), 2);
}

#[tokio::test]
async fn a_site_that_breaks_and_is_back_all_day_is_told_of_in_few_words() {
    let store = Store::in_memory().unwrap();
    let turns = [BLOCKED, None].repeat(20);
    assert_eq!(
        told(&store, &turns).await,
        ["broken blocked", "site_recovered", "broken blocked", "site_recovered", "broken blocked"]
    );
    let last = store.changes(govwatch::store::ChangeFilter { limit: 1, ..Default::default() }).await.unwrap();
    let said = last[0].1.reason.clone().unwrap_or_default();
    assert!(said.starts_with("it fails; it breaks and is back again and again"), "{said}");

    // It keeps one state for a day, and that is told with what was not.
    let quiet = |minute| ended(&store, "a", at(minute), at(minute), Ended::Done);
    quiet(10 * 60).await;
    assert_eq!(told(&store, &[]).await, [""; 0], "not before a day is over");
    quiet(25 * 60).await;
    let owed = store.owed(STDOUT, None, 100).await.unwrap();
    assert_eq!(owed.len(), 1);
    assert_eq!(owed[0].1.event, EventKind::SiteRecovered);
    let said = owed[0].1.reason.as_deref().unwrap();
    assert!(said.contains("it turned 35 times untold"), "{said}");
    store.settle(&[owed[0].0], at(3)).await.unwrap();
    ended(&store, "a", at(26 * 60), at(26 * 60), Ended::Failed(Failure::new(Class::Blocked, Stage::Fetch, "x"))).await;
    assert_eq!(told(&store, &[]).await, ["broken blocked"], "the next breakage is told as ever");
}

#[tokio::test]
async fn a_site_that_flapped_and_stays_broken_is_told_of_as_broken() {
    let store = Store::in_memory().unwrap();
    assert_eq!(
        told(&store, &[BLOCKED, None, BLOCKED, None, BLOCKED, LAYOUT]).await.len(),
        5,
        "the last one is not told"
    );
    let fails = Failure::new(Class::Layout, Stage::Listing, "no rows");
    ended(&store, "a", at(25 * 60), at(26 * 60), Ended::Failed(fails)).await;
    let owed = store.owed(STDOUT, None, 100).await.unwrap();
    assert_eq!((owed.len(), owed[0].1.event), (1, EventKind::SiteBroken));
    let said = owed[0].1.reason.as_deref().unwrap();
    assert!(said.starts_with("no rows; since ") && said.contains("it turned once untold"), "{said}");
}

#[tokio::test]
async fn polls_by_hand_do_not_make_a_broken_site_wait_longer() {
    let store = Store::in_memory().unwrap();
    let fails = |minute, due| {
        let failed = Ended::Failed(Failure::new(Class::Transient, Stage::Fetch, "it fails"));
        ended(&store, "a", at(minute), at(due), failed)
    };
    for _ in 0..3 {
        fails(0, 60).await;
    }
    let failures = || async { store.site_state(&SiteId::new("a")).await.unwrap().failures };
    assert_eq!(failures().await, 3, "as many as are told are counted");
    for minute in 1..50 {
        fails(minute, 60).await;
    }
    assert_eq!(failures().await, 3, "nobody awaited these");
    fails(60, 120).await;
    assert_eq!(failures().await, 4, "this one was due");
}
