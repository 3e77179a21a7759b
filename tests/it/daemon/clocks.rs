//! Clocks that are set, machines that slept, polls that were missed.

use std::time::Duration;

use govwatch::model::SiteId;
use govwatch::store::{Store, Watched};
use jiff::{SignedDuration, Timestamp};

use super::yard::{Play, START, Yard, site_file};

fn at_once(_: &SiteId, _: usize) -> Play {
    Play::Takes(Duration::from_secs(5))
}

async fn one() -> Yard {
    Yard::open(&[("a", site_file("1h"))], Store::in_memory().unwrap(), at_once).await
}

#[tokio::test(start_paused = true)]
async fn a_clock_that_is_set_back_by_a_day_leaves_no_site_alone() {
    let yard = one().await;
    yard.pass(Duration::from_mins(90)).await;
    assert_eq!(yard.begun("a").len(), 2);
    yard.clock.set(SignedDuration::from_hours(-24));
    yard.pass(Duration::from_hours(3)).await;
    let n_polls = yard.begun("a").len();
    assert!((4..=5).contains(&n_polls), "{n_polls} polls in four and a half hours");
    yard.close().await;
}

#[tokio::test(start_paused = true)]
async fn a_clock_that_goes_three_days_ahead_makes_up_for_one_poll() {
    let yard = one().await;
    yard.pass(Duration::from_mins(10)).await;
    yard.clock.set(SignedDuration::from_hours(72));
    yard.pass(Duration::from_mins(30)).await;
    assert_eq!(yard.begun("a").len(), 2, "one for all that were missed");
    yard.close().await;
}

#[tokio::test(start_paused = true)]
async fn a_daemon_that_was_down_for_three_days_polls_each_site_once() {
    let store = Store::in_memory().unwrap();
    let three_days_ago: Timestamp = "2026-05-09T00:00:00Z".parse().unwrap();
    store.begin_poll(&SiteId::new("a"), three_days_ago).await.unwrap();
    let yard = Yard::open(&[("a", site_file("1h"))], store, at_once).await;
    yard.pass(Duration::from_mins(30)).await;
    assert_eq!(yard.begun("a").len(), 1);
    yard.close().await;
}

#[tokio::test(start_paused = true)]
async fn what_a_clock_that_was_ahead_has_put_off_for_years_is_due_at_the_next_start() {
    let (store, now) = (Store::in_memory().unwrap(), START.parse::<Timestamp>().unwrap());
    let ahead = now.checked_add(SignedDuration::from_hours(5 * 365 * 24)).unwrap();
    {
        let yard = Yard::open(&[("a", site_file("1h"))], store.clone(), at_once).await;
        yard.clock.set(ahead.duration_since(now));
        yard.pass(Duration::from_hours(2)).await;
        yard.close().await;
    }
    let put_off = store.site_state(&SiteId::new("a")).await.unwrap().next_due_at.unwrap();
    assert!(put_off > ahead);
    let yard = Yard::open(&[("a", site_file("1h"))], store, at_once).await;
    yard.pass(Duration::from_mins(2)).await;
    assert_eq!(yard.begun("a").len(), 1);
    yard.close().await;
}

#[tokio::test]
async fn what_waits_goes_on_waiting_as_long_as_it_had_to_and_what_was_due_stays_due() {
    let store = Store::in_memory().unwrap();
    let at = |minute: i64| Timestamp::from_second(1_777_000_000 + minute * 60).unwrap();
    let watched = |name: &str| Watched {
        site: SiteId::new(name),
        file: govwatch::model::Hash::of(b"file"),
        latest_due_at: at(100_000),
    };
    for (name, due) in [("due", 90), ("soon", 130), ("late", 400)] {
        super::keeping::polled(&store, name, at(60), at(due)).await;
        store.watch(watched(name), at(60)).await.unwrap();
    }
    store.hold_back("www.a.gov.cn", at(160)).await.unwrap();
    // It was minute 100, and is minute 40 now.
    store.shift_back(60 * 60_000, at(40)).await.unwrap();
    let due = |name: &'static str| {
        let store = store.clone();
        async move { store.site_state(&SiteId::new(name)).await.unwrap().next_due_at.unwrap() }
    };
    assert_eq!((due("due").await, due("soon").await, due("late").await), (at(40), at(70), at(340)));
    assert_eq!(store.wait_until("www.a.gov.cn").await.unwrap(), Some(at(100)));
}

#[tokio::test]
async fn a_file_that_was_edited_while_the_clock_was_ahead_puts_its_site_off_no_longer_than_its_schedule() {
    let store = Store::in_memory().unwrap();
    let at = |minute: i64| Timestamp::from_second(1_777_000_000 + minute * 60).unwrap();
    let watched = |file: &[u8]| Watched {
        site: SiteId::new("a"),
        file: govwatch::model::Hash::of(file),
        latest_due_at: at(100_000),
    };
    let due = async || store.site_state(&SiteId::new("a")).await.unwrap().next_due_at.unwrap();
    store.watch(watched(b"before"), at(60)).await.unwrap();
    super::keeping::polled(&store, "a", at(60), at(120)).await;
    store.watch(watched(b"file"), at(1000)).await.unwrap();
    super::keeping::polled(&store, "a", at(61), at(70)).await;
    assert_eq!(due().await, at(70), "nobody has told that the clock was set back");
    store.watch(watched(b"before"), at(1000)).await.unwrap();
    store.watch(watched(b"file"), at(1001)).await.unwrap();
    store.shift_back(900 * 60_000, at(101)).await.unwrap();
    super::keeping::polled(&store, "a", at(102), at(170)).await;
    assert_eq!(due().await, at(170));
}
