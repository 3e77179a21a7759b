//! What is told of an obligation is noted as told with the alert, or not at all.

use std::sync::Arc;

use govwatch::change::obligation::{Coverage, CoverageState, Manner, Remark};
use govwatch::model::SiteId;
use govwatch::store::{CoverageRecord, Store};
use jiff::Timestamp;
use jiff::civil::date;

use super::{RULE, sites};

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn record(state: CoverageState, now: &str) -> CoverageRecord {
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
    CoverageRecord { site: SiteId::new("a"), obligation, coverage, manner: Manner::default(), ends_at, today, now }
}

#[tokio::test]
async fn a_killed_process_tells_overdue_neither_twice_nor_never() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    assert_eq!(store.record_coverage(record(CoverageState::NotDue, "2026-02-01T02:00:00Z")).await.unwrap(), None);
    let told = store.record_coverage(record(CoverageState::Overdue, "2026-04-03T02:00:00Z")).await.unwrap().unwrap();
    assert_eq!((told.event.as_str(), told.count), ("overdue", Some(2)));
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
