//! The outbox: every channel is owed every change, oldest first, until it is settled. Hosts are remembered likewise.

use std::collections::VecDeque;
use std::time::Duration;

use govwatch::model::{How, SiteId};
use govwatch::store::{Claim, Finding, KeptRobots, Store};
use jiff::Timestamp;
use proptest::prelude::*;

use super::bench::{Poll, at, document, edited, id, owed, row, site, with_baseline};

#[tokio::test]
async fn each_channel_is_owed_by_itself() {
    let channels = ["stdout".to_owned(), "hook".to_owned()];
    let store = Store::in_memory().unwrap().with_channels(&channels);
    with_baseline(&store, &[row("a", 1)]).await;
    let hook = store.owed("hook", None, 10).await.unwrap();
    assert_eq!(hook.len(), 1, "settling one channel leaves the other");
    assert_eq!(owed(&store).await, Vec::<String>::new());
    store.settle(&[hook[0].0], at(1)).await.unwrap();
    store.settle(&[hook[0].0], at(2)).await.unwrap();
    assert!(store.owed("hook", None, 10).await.unwrap().is_empty());
}

#[tokio::test]
async fn what_is_owed_can_be_asked_by_site_and_in_parts() {
    let store = Store::in_memory().unwrap();
    for name in ["x", "y", "x", "z"] {
        let poll = Poll::of(&store, SiteId::new(name), 0).await;
        poll.end_with(Err(super::bench::failure(govwatch::error::Class::Config))).await;
        let poll = Poll::of(&store, SiteId::new(name), 1).await;
        poll.end().await;
    }
    let some = store.owed("stdout", Some(&[SiteId::new("x"), SiteId::new("z")]), 100).await.unwrap();
    let sites: Vec<_> = some.iter().map(|(_, event)| event.site.as_str()).collect();
    assert_eq!(sites, ["x", "x", "x", "x", "z", "z"]);
    assert!(some.is_sorted_by_key(|(id, _)| *id));
    assert_eq!(store.owed("stdout", None, 3).await.unwrap().len(), 3);
    assert_eq!(store.owed("stdout", Some(&[]), 3).await.unwrap().len(), 0);
}

#[tokio::test]
async fn a_host_belongs_to_one_owner_until_it_is_given_back_or_its_lease_ends() {
    let store = Store::in_memory().unwrap();
    let ttl = Duration::from_mins(20);
    let claim = async |owner: &str, minute| store.claim_host("a", owner, at(minute), ttl).await.unwrap();
    assert_eq!(claim("one", 0).await, Claim::Granted { next_request_at: None });
    assert_eq!(claim("two", 5).await, Claim::HeldUntil(at(20)));
    assert_eq!(claim("one", 10).await, Claim::Granted { next_request_at: None });
    assert_eq!(claim("two", 25).await, Claim::HeldUntil(at(30)));
    store.release_host("a", "two", at(99)).await.unwrap();
    assert_eq!(claim("two", 26).await, Claim::HeldUntil(at(30)));
    store.release_host("a", "one", at(28)).await.unwrap();
    assert_eq!(claim("two", 26).await, Claim::Granted { next_request_at: Some(at(28)) });
    store.note_request("a", at(40)).await.unwrap();
    assert_eq!(claim("three", 46).await, Claim::Granted { next_request_at: Some(at(40)) });
}

#[tokio::test]
async fn a_wish_to_be_left_alone_is_never_shortened_and_robots_are_kept() {
    let store = Store::in_memory().unwrap();
    assert_eq!(store.wait_until("a").await.unwrap(), None);
    store.hold_back("a", at(60)).await.unwrap();
    store.hold_back("a", at(30)).await.unwrap();
    assert_eq!(store.wait_until("a").await.unwrap(), Some(at(60)));
    let robots = |body: &str| KeptRobots { status: 200, body: body.to_owned(), fetched_at: at(0) };
    assert_eq!(store.host_robots("http://a:80").await.unwrap(), None);
    store.keep_robots("http://a:80", robots("old")).await.unwrap();
    store.keep_robots("http://a:80", robots("new")).await.unwrap();
    assert_eq!(store.host_robots("http://a:80").await.unwrap(), Some(robots("new")));
}

/// What may happen to one report and its alerts.
#[derive(Debug, Clone, Copy)]
enum Act {
    Edit,
    Withdraw,
    Restore,
    EndPoll,
    Crash,
    SettleOldest,
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        3 => Just(Act::Edit),
        1 => Just(Act::Withdraw),
        1 => Just(Act::Restore),
        2 => Just(Act::EndPoll),
        1 => Just(Act::Crash),
        2 => Just(Act::SettleOldest),
    ]
}

/// The outbox as it should be: held and owed event words with the order in which they were told.
#[derive(Default)]
struct Model {
    held: Vec<(usize, &'static str)>,
    owed: VecDeque<(usize, &'static str)>,
    n_told: usize,
    is_withdrawn: bool,
}

impl Model {
    fn tell(&mut self, word: &'static str) {
        self.n_told += 1;
        let told = (self.n_told, word);
        if word == "edited" { self.held.push(told) } else { self.owed.push_back(told) }
    }

    fn release(&mut self) {
        self.owed.extend(self.held.drain(..));
        self.owed.make_contiguous().sort_unstable();
    }

    fn words(&self) -> Vec<String> {
        self.owed.iter().map(|(_, word)| format!("{word} a")).collect()
    }
}

#[expect(clippy::too_many_lines, reason = "one arm an act")]
async fn follow(acts: &[Act]) {
    let dir = tempfile::tempdir().unwrap();
    let mut store = Store::open(dir.path()).unwrap();
    with_baseline(&store, &[row("a", 1)]).await;
    let a = id(&store, "a").await;
    let mut model = Model::default();
    let mut poll_id = store.begin_poll(&site(), at(60)).await.unwrap();
    for (n, act) in acts.iter().enumerate() {
        let now: Timestamp = at(100 + i64::try_from(n).unwrap());
        let poll = Poll { store: &store, site: site(), id: poll_id, now };
        match act {
            Act::Edit if !model.is_withdrawn => {
                poll.record(a, edited(document("a", &n.to_string()), "-\n+")).await;
                model.tell("edited");
            }
            Act::Withdraw if !model.is_withdrawn => {
                poll.record(a, Finding::Withdrawn { how: How::Gone }).await;
                model.is_withdrawn = true;
                model.tell("withdrawn");
            }
            Act::Restore if model.is_withdrawn => {
                poll.record(a, Finding::Unchanged).await;
                model.is_withdrawn = false;
                model.tell("restored");
            }
            Act::EndPoll => {
                poll.end().await;
                model.release();
                poll_id = store.begin_poll(&site(), now).await.unwrap();
            }
            Act::Crash => {
                drop(store);
                store = Store::open(dir.path()).unwrap();
                poll_id = store.begin_poll(&site(), now).await.unwrap();
            }
            Act::SettleOldest => {
                if let Some((id, _)) = store.owed("stdout", None, 1).await.unwrap().first() {
                    store.settle(&[*id], now).await.unwrap();
                }
                model.owed.pop_front();
            }
            _ => {}
        }
        assert_eq!(owed(&store).await, model.words(), "after {act:?}, number {n} of {acts:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]
    #[test]
    fn alerts_stay_in_order_and_are_owed_until_settled_whatever_happens(
        acts in proptest::collection::vec(act(), 1..25)
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(follow(&acts));
    }
}
