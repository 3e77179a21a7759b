//! Killed at any time, opened twice, asked by many at once: nothing is lost and nothing is told twice.

use govwatch::model::SiteId;
use govwatch::store::{Reach, Scope, Store};

use super::bench::{Poll, at, document, edited, id, name, owed, reading, row, with_baseline};

#[tokio::test]
async fn a_poll_that_was_killed_goes_on_where_it_was() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path()).unwrap();
    with_baseline(&store, &[row("a", 1)]).await;
    let poll = Poll::begin(&store, 60).await;
    poll.walk_all(&[row("c", 3), row("b", 2), row("a", 1)]).await;
    let first = poll.to_read(Scope::Due).await.remove(0);
    poll.record(first.report, reading(document("c", "c"), govwatch::store::Told::New)).await;
    poll.record(id(&store, "a").await, edited(document("a", "z"), "-a\n+z")).await;
    drop(store);
    let store = Store::open(dir.path()).unwrap();
    assert_eq!(owed(&store).await, ["new c"]);
    let poll = Poll::begin(&store, 120).await;
    let recorded = poll.walk_all(&[row("c", 3), row("b", 2), row("a", 1)]).await;
    assert_eq!((recorded.n_new, recorded.n_settled), (0, 3));
    assert_eq!(poll.names().await, ["b"]);
    poll.read_all().await;
    poll.end().await;
    assert_eq!(owed(&store).await, ["new c", "edited a", "new b"]);
    assert_eq!(store.check().await.unwrap(), Vec::<String>::new());
}

#[tokio::test]
async fn a_first_walk_that_was_killed_before_its_baseline_was_told_tells_it_once() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path()).unwrap();
    let poll = Poll::begin(&store, 0).await;
    let walk = poll.walk().await;
    poll.page(walk, 1, &[row("b", 2)]).await;
    drop(store);
    let store = Store::open(dir.path()).unwrap();
    let poll = Poll::begin(&store, 60).await;
    let walk = poll.walk().await;
    poll.page(walk, 1, &[row("b", 2)]).await;
    poll.page(walk, 2, &[row("a", 1)]).await;
    poll.end_walk(walk, Reach::LastPage, Some("2026-04-01")).await;
    drop(store);
    let store = Store::open(dir.path()).unwrap();
    let poll = Poll::begin(&store, 120).await;
    poll.walk_all(&[row("b", 2), row("a", 1)]).await;
    assert_eq!(poll.read_all().await, []);
    let event = store.record_baseline(poll.listing().await, at(121)).await.unwrap();
    assert_eq!(event.unwrap().count, Some(2));
    poll.end().await;
    assert_eq!(owed(&store).await, ["baseline -"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_that_opened_the_same_store_write_beside_each_other() {
    let dir = tempfile::tempdir().unwrap();
    let stores = [Store::open(dir.path()).unwrap(), Store::open(dir.path()).unwrap()];
    let mut writers = Vec::new();
    for (n, store) in stores.iter().enumerate() {
        let store = store.clone();
        writers.push(tokio::spawn(async move {
            for site in 0..20 {
                let poll = Poll::of(&store, SiteId::new(format!("{n}-{site}")), 0).await;
                poll.walk_all(&[row("b", 2), row("a", 1)]).await;
                poll.read_all().await;
                poll.end().await;
            }
        }));
    }
    for writer in writers {
        writer.await.unwrap();
    }
    let filter = govwatch::store::Filter { limit: 1000, ..Default::default() };
    assert_eq!(stores[0].reports(filter.clone()).await.unwrap().len(), 80);
    assert_eq!(stores[1].reports(filter).await.unwrap().len(), 80);
    assert_eq!(stores[0].check().await.unwrap(), Vec::<String>::new());
}

#[tokio::test]
async fn writes_that_wait_together_are_all_kept_and_a_wrong_one_takes_back_only_itself() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path()).unwrap();
    let poll = Poll::begin(&store, 0).await;
    let listing = poll.listing().await;
    let many = (0..500).map(|n| {
        let (store, poll) = (store.clone(), poll.id);
        // A walk of a poll that does not exist breaks a foreign key.
        let poll = if n % 100 == 50 { govwatch::model::PollId(999) } else { poll };
        async move { store.begin_walk(poll, listing, None, at(n)).await.is_ok() }
    });
    let done = futures_util::future::join_all(many).await;
    let refused: Vec<_> = done.iter().enumerate().filter(|(_, is_ok)| !**is_ok).map(|(n, _)| n).collect();
    assert_eq!(refused, [50, 150, 250, 350, 450]);
    drop(store);
    let conn = rusqlite::Connection::open(dir.path().join("govwatch.db")).unwrap();
    let n_walks: i64 = conn.query_row("SELECT count(*) FROM walks", [], |row| row.get(0)).unwrap();
    assert_eq!(n_walks, 495);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_readers_see_whole_transactions_while_one_writes() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path()).unwrap();
    with_baseline(&store, &[row("a", 1)]).await;
    let reader = store.clone();
    let reading = tokio::spawn(async move {
        let mut seen = 0;
        while seen < 40 {
            let filter = govwatch::store::Filter { limit: 1000, ..Default::default() };
            let n = reader.reports(filter).await.unwrap().len();
            assert_eq!(n % 2, 1, "pages of two rows come whole");
            seen = n;
        }
    });
    let poll = Poll::begin(&store, 60).await;
    let walk = poll.walk().await;
    for page_no in 1..=20 {
        poll.page(walk, page_no, &[row(&format!("x{page_no}"), 5), row(&format!("y{page_no}"), 4)]).await;
    }
    reading.await.unwrap();
    assert_eq!(name("http://a.gov.cn/x1.html"), "x1");
}
