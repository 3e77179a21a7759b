//! The single exit of a poll: state of the site, broken and recovered, held edits released or folded.

use govwatch::change::redesign::Ways;
use govwatch::error::Class;
use govwatch::model::{EventKind, Hash, SiteId};
use govwatch::store::{Aside, Fold, Store, Watched};
use jiff::ToSpan;

use super::bench::{Poll, at, document, edited, failure, id, owed, row, settle_all, site, with_baseline};

#[tokio::test]
async fn a_timeout_breaks_a_site_at_the_third_poll_and_it_recovers_once() {
    let store = Store::in_memory().unwrap();
    for (minute, expected) in [(0, vec![]), (60, vec![]), (120, vec![EventKind::SiteBroken]), (180, vec![])] {
        let poll = Poll::begin(&store, minute).await;
        let events = poll.end_with(Err(failure(Class::Transient))).await;
        assert_eq!(events.iter().map(|event| event.event).collect::<Vec<_>>(), expected);
    }
    let state = store.site_state(&site()).await.unwrap();
    assert_eq!((state.failures, state.is_broken, state.last_success_at), (4, true, None));
    for (minute, expected) in [(240, vec![EventKind::SiteRecovered]), (300, vec![])] {
        let events = Poll::begin(&store, minute).await.end().await;
        assert_eq!(events.iter().map(|event| event.event).collect::<Vec<_>>(), expected);
    }
    let state = store.site_state(&site()).await.unwrap();
    assert_eq!((state.failures, state.is_broken, state.last_success_at), (0, false, Some(at(300))));
    assert_eq!(state.next_due_at, Some(at(360)));
    assert_eq!(owed(&store).await, ["site_broken -", "site_recovered -"]);
}

#[tokio::test]
async fn a_layout_that_changed_is_told_at_once_with_its_reason() {
    let store = Store::in_memory().unwrap();
    let event = Poll::begin(&store, 0).await.end_with(Err(failure(Class::Layout))).await.remove(0);
    assert_eq!((event.event, event.class.as_deref()), (EventKind::SiteBroken, Some("layout")));
    assert_eq!(event.reason.as_deref(), Some("the portal does not answer: try later"));
}

#[tokio::test]
async fn edits_are_held_until_their_poll_ends() {
    let store = Store::in_memory().unwrap();
    with_baseline(&store, &[row("a", 1)]).await;
    let poll = Poll::begin(&store, 60).await;
    poll.record(id(&store, "a").await, edited(document("a", "z"), "-a\n+z")).await;
    assert_eq!(owed(&store).await, Vec::<String>::new());
    let held = store.held_edits(&site()).await.unwrap();
    assert_eq!((held.len(), held[0].revision), (1, 2));
    let events = poll.end().await;
    assert_eq!(events.iter().map(|event| event.event).collect::<Vec<_>>(), [EventKind::Edited]);
    assert_eq!(owed(&store).await, ["edited a"]);
    assert_eq!(store.held_edits(&site()).await.unwrap(), []);
}

#[tokio::test]
async fn edits_of_a_killed_poll_are_released_where_no_poll_follows() {
    for end in 0..3 {
        let store = Store::in_memory().unwrap();
        with_baseline(&store, &[row("a", 1)]).await;
        let watched = || Watched { site: site(), file: Hash::of(b"file"), latest_due_at: at(1000) };
        store.watch_only(vec![watched()], at(59)).await.unwrap();
        let killed = Poll::begin(&store, 60).await;
        killed.record(id(&store, "a").await, edited(document("a", "z"), "-a\n+z")).await;
        let day = 24 * 60;
        assert_eq!(store.release_unpolled(at(61 + day)).await.unwrap(), 0, "it will be polled");
        match end {
            0 => store.unwatch(&site()).await.unwrap(),
            1 => store.watch_only(Vec::new(), at(62)).await.unwrap(),
            _ => store.put_aside(&site(), Some(Aside::Paused)).await.unwrap(),
        }
        store.release_unpolled(at(50 + day)).await.unwrap();
        assert_eq!(owed(&store).await, Vec::<String>::new(), "its poll may be under way, and fold it");
        assert_eq!(store.release_unpolled(at(62 + day)).await.unwrap(), 1);
        assert_eq!(owed(&store).await, ["edited a"], "{end}");
    }
}

#[tokio::test]
async fn edits_of_a_killed_poll_are_released_by_the_next_one_of_that_site_only() {
    let store = Store::in_memory().unwrap();
    with_baseline(&store, &[row("a", 1)]).await;
    let killed = Poll::begin(&store, 60).await;
    killed.record(id(&store, "a").await, edited(document("a", "z"), "-a\n+z")).await;
    Poll::of(&store, SiteId::new("other"), 61).await.end().await;
    assert_eq!(owed(&store).await, Vec::<String>::new());
    Poll::begin(&store, 120).await.end_with(Err(failure(Class::Transient))).await;
    assert_eq!(owed(&store).await, ["edited a"], "a failed poll ends too");
}

#[tokio::test]
async fn a_redesign_is_one_event_and_an_edit_of_its_own_is_told_beside_it() {
    let store = Store::in_memory().unwrap();
    with_baseline(&store, &[row("c", 3), row("b", 2), row("a", 1)]).await;
    let poll = Poll::begin(&store, 60).await;
    for name in ["a", "b", "c"] {
        poll.record(id(&store, name).await, edited(document(name, "z"), "-\n+z")).await;
    }
    let held = store.held_edits(&site()).await.unwrap();
    let changes = held[..2].iter().map(|edit| edit.change).collect();
    let mut record = poll.record_of(Ok(()));
    record.fold = Some(Fold { changes, count: 2, ways: Ways::default() });
    let events = store.record_poll(record).await.unwrap();
    let told: Vec<_> = events.iter().map(|event| (event.event, event.count)).collect();
    assert_eq!(told, [(EventKind::Edited, None), (EventKind::Redesign, Some(2))]);
    assert_eq!(owed(&store).await, ["edited c", "redesign -"]);
    let history = store.history(id(&store, "a").await).await.unwrap();
    assert_eq!(history.len(), 2, "what was folded stays in the history");
}

#[tokio::test]
async fn the_status_of_a_site_says_what_is_wrong_and_how_far_back_it_is_complete() {
    let store = Store::in_memory().unwrap();
    with_baseline(&store, &[row("b", 2), row("a", 1)]).await;
    let status = store.statuses(&[]).await.unwrap().remove(0);
    assert_eq!((status.state.as_str(), status.entries, status.failures), ("ok", 2, 0));
    assert_eq!(status.complete_since.map(|date| date.to_string()).as_deref(), Some("2026-04-01"));
    Poll::begin(&store, 60).await.end_with(Err(failure(Class::Transient))).await;
    Poll::of(&store, SiteId::new("walled"), 60).await.end_with(Err(failure(Class::Blocked))).await;
    let sites = ["a", "walled", "never"].map(SiteId::new);
    let rows = store.statuses(&sites).await.unwrap();
    let shown: Vec<_> = rows.iter().map(|status| (status.state.as_str(), status.class.as_deref())).collect();
    assert_eq!(shown, [("failing", Some("transient")), ("blocked", Some("blocked")), ("new", None)]);
    assert_eq!(rows[0].next_due_at, Some(at(60).checked_add(1.hours()).unwrap()));
    settle_all(&store).await;
}
