//! What proves nothing is forgotten in time, and nothing that proves something.

use govwatch::change::obligation::Facts;
use govwatch::store::{EntryRecord, Store, Thinned};
use jiff::Timestamp;

use super::bench::{Poll, asked_of_2025, at, row, site, with_baseline};

const DAY: i64 = 24 * 60;
/// Minutes between two polls.
const EVERY: usize = 6 * 60;

/// A row of the kind and year that is asked for.
fn annual(name: &str) -> EntryRecord {
    EntryRecord { kind: Some("annual".to_owned()), year: Some(2025), ..row(name, 1) }
}

/// Polls a listing of one page from one day to another, four times a day.
async fn poll(store: &Store, rows: &[EntryRecord], days: std::ops::Range<i64>) {
    for minute in (days.start * DAY..days.end * DAY).step_by(EVERY) {
        let poll = Poll::begin(store, minute).await;
        poll.walk_all(rows).await;
        poll.read_all().await;
        poll.end().await;
    }
}

/// What bears on an obligation whose proofs begin then.
async fn facts(store: &Store, proof_at: Timestamp) -> Facts {
    let ask = asked_of_2025("annual", proof_at, (jiff::civil::date(2026, 1, 1), at(0)));
    store.coverage_facts(vec![ask]).await.unwrap().remove(0)
}

/// A hundred days of polls: reports appear in the middle of the tenth, the thirtieth and the ninetieth day.
async fn hundred_days() -> Store {
    let store = Store::in_memory().unwrap();
    let mut rows = vec![annual("a")];
    with_baseline(&store, &rows).await;
    for (name, days) in [("b", 1..10), ("c", 10..30), ("d", 30..90)] {
        poll(&store, &rows, days).await;
        rows.insert(0, annual(name));
    }
    poll(&store, &rows, 90..100).await;
    store
}

#[tokio::test]
async fn whatever_day_a_report_was_due_what_proves_its_absence_stays() {
    let whole = hundred_days().await;
    let thinned = whole.scratch_copy().await.unwrap();
    let gone = thinned.thin(&site(), at(100 * DAY)).await.unwrap();
    assert!(gone.walks > 200 && gone.polls > 200, "{gone:?} of some 400");
    assert_eq!(thinned.check().await.unwrap(), Vec::<String>::new(), "nothing points at what is gone");
    let mut n_missed = 0;
    for hour in (0..100 * 24).step_by(3) {
        let proof_at = at(hour * 60 + 1);
        let (before, after) = (facts(&whole, proof_at).await, facts(&thinned, proof_at).await);
        assert_eq!(before, after, "proofs from {proof_at}");
        n_missed += before.seen.iter().filter(|seen| seen.missed_at.is_some()).count();
    }
    assert!(n_missed > 500, "the comparison has something to compare: {n_missed}");
}

#[tokio::test]
async fn a_site_is_thinned_once_a_month_and_what_is_young_stays() {
    let store = Store::in_memory().unwrap();
    with_baseline(&store, &[annual("a")]).await;
    poll(&store, &[annual("a")], 1..39).await;
    assert_eq!(store.thin(&site(), at(39 * DAY)).await.unwrap(), Thinned::default(), "all is young");
    poll(&store, &[annual("a")], 39..60).await;
    assert_eq!(
        store.thin(&site(), at(60 * DAY)).await.unwrap(),
        Thinned::default(),
        "it was looked at three weeks ago"
    );
    let gone = store.thin(&site(), at(70 * DAY)).await.unwrap();
    assert!(gone.walks > 100 && gone.polls > 100, "{gone:?}");
    assert_eq!(store.thin(&site(), at(71 * DAY)).await.unwrap(), Thinned::default());
    assert!(store.last_poll_at().await.unwrap().is_some());
}

#[tokio::test]
async fn a_poll_that_finds_nothing_costs_nothing_in_the_long_run() {
    const N_POLLS: u64 = 80 * 4;
    let store = Store::in_memory().unwrap();
    with_baseline(&store, &[annual("a")]).await;
    poll(&store, &[annual("a")], 1..120).await;
    store.thin(&site(), at(120 * DAY)).await.unwrap();
    let settled = store.n_bytes().await.unwrap();
    poll(&store, &[annual("a")], 120..200).await;
    store.thin(&site(), at(200 * DAY)).await.unwrap();
    let grown = store.n_bytes().await.unwrap().saturating_sub(settled);
    println!("{N_POLLS} polls that found nothing: {} bytes each in the long run", grown / N_POLLS);
    assert!(grown <= 30 * N_POLLS, "{grown} bytes for {N_POLLS} polls");
}
