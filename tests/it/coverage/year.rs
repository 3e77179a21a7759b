//! A year of two hundred offices in virtual time: each owes two reports, some are late, some never publish, some portals
//! are down over the due day. Every day's state is held against what really happened.
//!
//! The walks are those of a poll, kept by the real store; only the pages are left out. `GOVWATCH_YEAR_SITES` widens it.

use std::collections::BTreeMap;
use std::sync::Arc;

use govwatch::change::obligation::{CoverageState, Manner};
use govwatch::config::Site;
use govwatch::crawl::coverage::{Depth, assess_sites, coverage_of};
use govwatch::model::{Document, Event, EventKind, Hash, ListingId, PollId, Stated};
use govwatch::store::{
    Counts, Ended, EntryRecord, Finding, ListingRules, PageRecord, PollRecord, Reach, Reading, ReportRecord, Scope,
    Store, Told, WalkRecord,
};
use jiff::civil::{Date, date};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};

use super::{DISCLOSURE, RULE, sites};

/// What becomes of one obligation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    OnTime(Date),
    Late(Date),
    /// Put up on the first day, dated the second.
    BackDated(Date, Date),
    Never,
}

impl Fate {
    /// When it is there to be seen, and the day it bears.
    fn published(self) -> Option<(Date, Date)> {
        match self {
            Self::OnTime(day) | Self::Late(day) => Some((day, day)),
            Self::BackDated(day, stated) => Some((day, stated)),
            Self::Never => None,
        }
    }
}

/// One office: its site, the days on which its portal is down, and what becomes of each report.
struct Office {
    site: Arc<Site>,
    down: Option<(Date, Date)>,
    fates: [(&'static str, Date, Fate); 2],
    listings: Vec<ListingId>,
}

const YEAR: i16 = 2025;

/// Offices that owe both reports; governments and departments by turns.
fn offices(n: usize) -> Vec<Office> {
    let unit = |n: usize| if n.is_multiple_of(2) { "government" } else { "department" };
    let file = |n: usize| {
        let listing = |kind: &str| {
            format!("[[listing]]\nname = \"{kind}\"\nurl = \"http://www.s{n}.example/{kind}/\"\nkind = \"{kind}\"\n")
        };
        let (name, unit) = (if n.is_multiple_of(2) { "甲县人民政府" } else { "甲县财政局" }, unit(n));
        let head = format!("name = \"{name}\"\ndivision = \"141123\"\n[obligations]\nunit = \"{unit}\"\n");
        let owes = format!("owes = [\"{RULE}\", \"{DISCLOSURE}\"]\n");
        (format!("s{n:04}"), format!("{head}{owes}{}{}", listing(RULE), listing(DISCLOSURE)))
    };
    let files: Vec<(String, String)> = (0..n).map(file).collect();
    let dues = |n: usize| {
        [
            (RULE, date(2026, 4, 1)),
            (DISCLOSURE, if n.is_multiple_of(2) { date(2026, 3, 31) } else { date(2026, 1, 31) }),
        ]
    };
    let office = |(n, site): (usize, Arc<Site>)| {
        // Of forty offices four are late, two never publish, and the portals of two are down over both due days.
        let is_down = matches!(n % 40, 7 | 28);
        let down = is_down.then(|| (dues(n)[1].1.saturating_sub(5.days()), date(2026, 4, 21)));
        let fates = dues(n).map(|(kind, due)| (kind, due, fate(n, due, is_down)));
        Office { site, down, fates, listings: Vec::new() }
    };
    sites(&files).into_iter().enumerate().map(office).collect()
}

fn fate(n: usize, due: Date, is_down: bool) -> Fate {
    let days = i64::try_from(n % 17).unwrap();
    match n % 40 {
        3 | 24 => Fate::Late(due.saturating_add((3 + days).days())),
        13 | 34 if n.is_multiple_of(3) => Fate::BackDated(due.saturating_add(12.days()), due.saturating_sub(2.days())),
        13 | 34 => Fate::Late(due.saturating_add((2 + days).days())),
        11 | 32 => Fate::Never,
        // Half of those that are down publish in time, unseen; the others six days late, unseen too.
        _ if is_down && n.is_multiple_of(3) => Fate::Late(due.saturating_add(6.days())),
        _ if is_down => Fate::OnTime(due.saturating_sub(1.days())),
        0 => Fate::OnTime(due),
        _ => Fate::OnTime(due.saturating_sub((1 + days).days())),
    }
}

/// The days on which everything is polled and assessed: daily around the due days, every two weeks until June, when nothing
/// is to come any more, and more rarely after that.
fn days() -> Vec<Date> {
    let is_near = |day: Date, due: Date| (due.saturating_sub(1.days())..=due.saturating_add(3.days())).contains(&day);
    let dues = [date(2026, 1, 31), date(2026, 3, 31), date(2026, 4, 1)];
    let first = date(2026, 1, 4);
    let is_wanted = |n: i64, day: Date| {
        let every = if day < date(2026, 6, 1) { 14 } else { 56 };
        n % every == 0 || dues.iter().any(|due| is_near(day, *due))
    };
    let all = (0..364_i64).map(|n| (n, first.saturating_add(n.days())));
    all.filter(|(n, day)| is_wanted(*n, *day)).map(|(_, day)| day).collect()
}

fn at(day: Date, hour: i8) -> Timestamp {
    let zone = TimeZone::get("Asia/Shanghai").unwrap();
    day.at(hour, 0, 0, 0).to_zoned(zone).unwrap().timestamp()
}

/// One poll of an office: both listings, and what is new on them.
async fn poll(store: &Store, office: &Office, day: Date) {
    let now = at(day, 9);
    let poll = store.begin_poll(&office.site.id, now).await.unwrap();
    let is_down = office.down.is_some_and(|(from, to)| (from..to).contains(&day));
    let mut n_new = 0;
    for ((rule, listing), (kind, _, fate)) in office.site.listings.iter().zip(&office.listings).zip(office.fates) {
        let rows = if is_down { Vec::new() } else { rows(&rule.place(), kind, fate, day) };
        n_new += walk(store, poll, *listing, rows, now, is_down).await;
    }
    if n_new > 0 {
        read(store, office, poll, now).await;
    }
    let record = PollRecord {
        poll,
        site: office.site.id.clone(),
        ended_at: now,
        next_due_at: now + SignedDuration::from_hours(24),
        ended: if is_down { Ended::Failed(failure()) } else { Ended::Done },
        counts: Counts::default(),
        fold: None,
        late: Vec::new(),
        left: Vec::new(),
        rules: Hash::of(b"rules"),
        file: office.site.file,
    };
    store.record_poll(record).await.unwrap();
}

fn failure() -> govwatch::error::Failure {
    use govwatch::error::{Class, Failure, Stage};
    Failure::new(Class::Transient, Stage::Fetch, "the portal does not answer")
}

async fn walk(
    store: &Store,
    poll: PollId,
    listing: ListingId,
    entries: Vec<EntryRecord>,
    now: Timestamp,
    is_down: bool,
) -> usize {
    let walk = store.begin_walk(poll, listing, None, now).await.unwrap();
    let (n_entries, mut n_new) = (entries.len() as u64, 0);
    if !is_down {
        let page = PageRecord::below(walk, 1, entries, now);
        n_new = store.record_page(page).await.unwrap().n_new;
    }
    let record = WalkRecord {
        walk,
        ended_at: now + SignedDuration::from_secs(30),
        n_pages: u32::from(!is_down),
        n_entries,
        reach: if is_down { Reach::Cut } else { Reach::LastPage },
        is_healthy: !is_down,
        reason: is_down.then(|| "the portal does not answer".to_owned()),
        oldest_row: None,
        rules: all(),
        bound: None,
        is_place_gone: false,
    };
    store.end_walk(record).await.unwrap();
    n_new
}

/// Rules that let every row through.
fn all() -> ListingRules {
    ListingRules { filter: Hash::of(b"all"), rows: Hash::of(b"rows") }
}

/// What a listing shows on a day: the reports of two years before, and this year's once it is there.
fn rows(place: &str, kind: &str, fate: Fate, day: Date) -> Vec<EntryRecord> {
    let row = |year: i16, stated: Date| {
        let url = format!("{place}{year}.html");
        EntryRecord {
            url: url.clone(),
            twins: Vec::new(),
            as_listed_url: url,
            title: format!("{year}年年度报告"),
            date: Some(Stated::day(stated)),
            date_shown: None,
            kind: Some(kind.to_owned()),
            year: Some(year),
            is_wanted: true,
        }
    };
    let this = fate.published().filter(|(shown, _)| *shown <= day).map(|(_, stated)| row(YEAR, stated));
    this.into_iter().chain([row(2024, date(2025, 1, 20)), row(2023, date(2024, 1, 20))]).collect()
}

async fn read(store: &Store, office: &Office, poll: PollId, now: Timestamp) {
    let turns = store.to_read(&office.site.id, poll, now, Scope::Due).await.unwrap();
    for task in store.read_tasks(poll, turns).await.unwrap() {
        let year: i16 = task.url.trim_end_matches(".html").rsplit('/').next().unwrap().parse().unwrap();
        let document = Document { title: Some(format!("{year}年年度报告")), ..Document::default() };
        let fingerprint = govwatch::change::fingerprint::of(&document, Hash::of(b"rules"));
        let told = if task.is_baseline { Told::Baseline } else { Told::New };
        let kind = task.kind.clone();
        let reading = Reading { fingerprint, document, captures: Vec::new(), kind, year: Some(year), told };
        let record = ReportRecord {
            poll,
            report: task.report,
            newest: task.newest.map(|newest| newest.revision),
            now,
            finding: Finding::Read(Box::new(reading)),
            next_recheck_at: Some(now + SignedDuration::from_hours(24 * 3650)),
            validators: None,
            answer: None,
            files: Vec::new(),
            contents: Vec::new(),
        };
        store.record_report(record).await.unwrap();
    }
}

/// What may be said on a day at the most: the truth, or that it is not known.
fn ensure_true(office: &Office, (kind, due, fate): (&str, Date, Fate), state: CoverageState, day: Date) {
    let who = format!("{} {kind} {fate:?} on {day}: {state:?}", office.site.id);
    let is_there = fate.published().is_some_and(|(shown, _)| shown <= day);
    let is_past = day > due;
    match state {
        CoverageState::NotDue => assert!(!is_past, "{who}"),
        CoverageState::Overdue => assert!(is_past && !is_there, "a false overdue: {who}"),
        CoverageState::OnTime => assert!(is_there && matches!(fate, Fate::OnTime(_)), "{who}"),
        CoverageState::Late => assert!(is_there && matches!(fate, Fate::Late(_) | Fate::BackDated(..)), "{who}"),
        CoverageState::Unknown => assert!(is_past, "{who}"),
    }
}

fn final_state(fate: Fate) -> CoverageState {
    match fate {
        Fate::OnTime(_) => CoverageState::OnTime,
        Fate::Late(_) | Fate::BackDated(..) => CoverageState::Late,
        Fate::Never => CoverageState::Overdue,
    }
}

/// How often each thing was told, by site and kind.
fn count(events: &[Event]) -> BTreeMap<(String, String, &'static str), usize> {
    let mut counts = BTreeMap::new();
    for event in events {
        let kind = event.kind.clone().unwrap_or_default();
        *counts.entry((event.site.to_string(), kind, event.event.as_str())).or_insert(0) += 1;
    }
    counts
}

#[tokio::test]
async fn a_year_of_two_hundred_offices_knows_each_state_and_accuses_nobody_falsely() {
    let n_sites = std::env::var("GOVWATCH_YEAR_SITES").ok().and_then(|n| n.parse().ok()).unwrap_or(200);
    let (store, mut offices) = (Store::in_memory().unwrap(), offices(n_sites));
    for office in &mut offices {
        for rule in &office.site.listings {
            let listing =
                store.listing(&office.site.id, &rule.name, &rule.place(), all(), Timestamp::UNIX_EPOCH).await.unwrap();
            office.listings.push(listing.listing);
        }
    }
    let sites: Vec<Arc<Site>> = offices.iter().map(|office| Arc::clone(&office.site)).collect();
    let (mut events, mut n_checked, mut n_unknown) = (Vec::new(), 0, 0);
    for day in days() {
        for office in &offices {
            poll(&store, office, day).await;
        }
        let now = at(day, 10);
        events.extend(assess_sites(&store, &sites, &Manner::default(), now).await.unwrap());
        for office in &offices {
            for (owed, fate) in office.site.owes.owed.iter().zip(office.fates) {
                let (coverage, _) = coverage_of(&store, &office.site, owed, YEAR, now, Depth::AsNeeded).await.unwrap();
                ensure_true(office, fate, coverage.state, day);
                let is_told_why =
                    !coverage.remarks.is_empty() || coverage.state == CoverageState::NotDue || coverage.found.is_some();
                assert!(is_told_why, "{coverage:?}");
                n_checked += 1;
                n_unknown += usize::from(coverage.state == CoverageState::Unknown);
            }
        }
    }
    ensure_end(&store, &offices, &events).await;
    println!("{n_checked} states of {n_sites} sites, {n_unknown} unknown, 0 false overdue, {} events", events.len());
}

/// After a year every state is known and right, with its evidence, and each thing was told as often as it should be.
async fn ensure_end(store: &Store, offices: &[Office], events: &[Event]) {
    let (told, now) = (count(events), at(*days().last().unwrap(), 10));
    for office in offices {
        for (owed, (kind, due, fate)) in office.site.owes.owed.iter().zip(office.fates) {
            let (coverage, facts) = coverage_of(store, &office.site, owed, YEAR, now, Depth::All).await.unwrap();
            assert_eq!(coverage.state, final_state(fate), "{} {kind} {fate:?}: {coverage:?}", office.site.id);
            assert_eq!(coverage.due, due);
            assert!(!coverage.remarks.is_empty() && facts.listings.len() == 2, "{coverage:?}");
            if let Fate::Late(day) = fate {
                assert_eq!(coverage.lag_days, due.until(day).ok().map(|span| span.get_days()), "{coverage:?}");
            }
            let times = |word| told.get(&(office.site.id.to_string(), kind.to_owned(), word)).copied().unwrap_or(0);
            let overdue = times("overdue");
            match fate {
                Fate::OnTime(_) => assert_eq!((overdue, times("arrived")), (0, 0), "{} {kind}", office.site.id),
                Fate::Never => {
                    assert_eq!((overdue, times("arrived"), times("due_soon")), (3, 0, 1), "{} {kind}", office.site.id);
                }
                Fate::Late(_) | Fate::BackDated(..) => {
                    assert_eq!(times("arrived"), 1, "{} {kind}", office.site.id);
                    assert!(office.down.is_none() || overdue == 0, "{} {kind}", office.site.id);
                }
            }
        }
    }
    assert!(events.iter().any(|event| event.event == EventKind::DueSoon));
}
