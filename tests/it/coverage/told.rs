//! What is told of an obligation is noted as told with the alert, or not at all.

use std::sync::Arc;
use std::time::Duration;

use govwatch::change::obligation::{Coverage, CoverageState, Manner, Remark};
use govwatch::crawl::coverage::{Depth, assess_sites, coverage_of};
use govwatch::model::{Hash, SiteId};
use govwatch::store::{Aside, CoverageRecord, Store, Watched};
use jiff::Timestamp;
use jiff::civil::date;

use super::{RULE, sites};

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

pub(crate) fn record(state: CoverageState, now: &str) -> CoverageRecord {
    let text = format!("[obligations]\nowes = [\"{RULE}\"]\n[[listing]]\nurl = \"http://www.a.example/\"\n");
    let site = sites(&[("a".to_owned(), text)]).remove(0);
    let obligation = Arc::clone(&site.owes.owed[0]);
    let now = at(now);
    let today = now.to_zoned(site.timezone.clone()).date();
    let coverage = Coverage {
        kind: RULE.to_owned(),
        year: 2025,
        state,
        due: date(2026, 4, 1),
        lag_days: None,
        found: None,
        remarks: vec![Remark::LookedAt { listings: 1, titles: 0 }],
    };
    let ends_at = obligation.ends_at(2025, &site.timezone);
    let place = Some("http://www.a.example/fz/".to_owned());
    let manner = Manner::default();
    CoverageRecord { site: SiteId::new("a"), obligation, coverage, place, manner, ends_at, today, now }
}

#[tokio::test]
async fn a_killed_process_tells_overdue_neither_twice_nor_never() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    assert_eq!(store.record_coverage(record(CoverageState::NotDue, "2026-02-01T02:00:00Z")).await.unwrap(), None);
    let told = store.record_coverage(record(CoverageState::Overdue, "2026-04-03T02:00:00Z")).await.unwrap().unwrap();
    assert_eq!((told.event.as_str(), told.count), ("overdue", Some(2)));
    assert_eq!(told.url.as_deref(), Some("http://www.a.example/fz/"), "where to look for it");
    drop(store);
    let store = Store::open(folder.path()).unwrap();
    assert_eq!(
        store.owed("stdout", None, 10).await.unwrap().len(),
        1,
        "the alert and the note of it were one transaction"
    );
    for _ in 0..2 {
        assert_eq!(store.record_coverage(record(CoverageState::Overdue, "2026-04-03T03:00:00Z")).await.unwrap(), None);
    }
    // Unknown for a while, and overdue again: that is no news.
    for (state, now) in
        [(CoverageState::Unknown, "2026-04-05T02:00:00Z"), (CoverageState::Overdue, "2026-04-06T02:00:00Z")]
    {
        assert_eq!(store.record_coverage(record(state, now)).await.unwrap(), None);
    }
    let again = store.record_coverage(record(CoverageState::Overdue, "2026-04-08T02:00:00Z")).await.unwrap().unwrap();
    assert_eq!(again.count, Some(7), "a follow-up");
    let ids: Vec<_> = store.owed("stdout", None, 10).await.unwrap().into_iter().map(|(id, _)| id).collect();
    assert_eq!(ids.len(), 2);
    let back = store.record_coverage(record(CoverageState::OnTime, "2026-04-09T02:00:00Z")).await.unwrap().unwrap();
    assert_eq!((back.event.as_str(), back.count), ("arrived", Some(0)));
    assert!(back.reason.unwrap().contains("taken back"));
}

#[tokio::test]
async fn a_store_that_first_hears_of_an_obligation_after_its_day_is_told_nothing() {
    let store = Store::in_memory().unwrap();
    for now in ["2026-04-10T02:00:00Z", "2026-04-11T02:00:00Z", "2026-06-01T02:00:00Z"] {
        assert_eq!(store.record_coverage(record(CoverageState::Overdue, now)).await.unwrap(), None);
    }
    assert!(store.owed("stdout", None, 10).await.unwrap().is_empty());
}

#[tokio::test]
async fn what_is_not_found_leads_to_the_listing_of_its_kind_or_to_the_home_page() {
    let manner = Manner { remind: Duration::from_hours(10 * 24), ..Manner::default() };
    let listing = "[[listing]]\nname = \"公告\"\nurl = \"http://www.a.example/gg/\"\n";
    let named = format!("[[listing]]\nname = \"法治\"\nurl = \"http://www.a.example/fz/\"\nkind = \"{RULE}\"\n");
    for (listings, wanted) in
        [(listing.to_owned(), "http://www.a.example/"), (format!("{listing}{named}"), "http://www.a.example/fz/")]
    {
        let site = sites(&[("a".to_owned(), format!("[obligations]\nowes = [\"{RULE}\"]\n{listings}"))]);
        let store = Store::in_memory().unwrap();
        let mut told = Vec::new();
        for now in ["2026-02-01T02:00:00Z", "2026-03-28T02:00:00Z"] {
            told.extend(assess_sites(&store, &site, &manner, at(now)).await.unwrap());
        }
        let urls: Vec<_> = told.iter().map(|event| (event.event.as_str(), event.url.as_deref())).collect();
        assert_eq!(urls, [("due_soon", Some(wanted))]);
    }
}

#[tokio::test]
async fn nobody_is_reminded_of_a_site_that_is_put_aside() {
    let text = format!("[obligations]\nowes = [\"{RULE}\"]\n[[listing]]\nurl = \"http://www.a.example/\"\n");
    let site = sites(&[("a".to_owned(), text)]);
    for (aside, wanted) in [(None, vec!["due_soon"]), (Some(Aside::Paused), vec![]), (Some(Aside::Retired), vec![])] {
        let store = Store::in_memory().unwrap();
        let manner = Manner { remind: Duration::from_hours(10 * 24), ..Manner::default() };
        let watched =
            Watched { site: SiteId::new("a"), file: Hash::of(b"file"), latest_due_at: at("2027-01-01T00:00:00Z") };
        store.watch(watched, at("2026-02-01T02:00:00Z")).await.unwrap();
        store.put_aside(&SiteId::new("a"), aside).await.unwrap();
        let mut told = Vec::new();
        for now in ["2026-02-01T02:00:00Z", "2026-03-28T02:00:00Z"] {
            told.extend(assess_sites(&store, &site, &manner, at(now)).await.unwrap());
        }
        let told: Vec<_> = told.iter().map(|event| event.event.as_str()).collect();
        assert_eq!(told, wanted, "{aside:?}");
        let owed = &site[0].owes.owed[0];
        let now = at("2026-04-20T02:00:00Z");
        let (coverage, _) = coverage_of(&store, &site[0], owed, 2025, now, Depth::All).await.unwrap();
        assert_eq!(coverage.remarks.contains(&Remark::Paused), aside.is_some(), "{:?}", coverage.remarks);
    }
}
