//! The order of the index of words: newest stated day first, whatever was indexed when; narrow questions, pages.

use govwatch::model::{Document, Stated};
use govwatch::store::{Among, EntryRecord, Filter, Search, SearchOrder, SearchPage, Store, Told};

use super::bench::{Poll, day, edited, id, print, reading, row, site, with_baseline};
use super::search::{asked, names, report};

/// A report that has the word 公告 in its text, dated so by its page.
fn notice(name: &str, published: Option<Stated>) -> Document {
    let text = format!("{name}号公告全文");
    Document { published, ..report(name, &[text.as_str()]) }
}

async fn page(store: &Store, search: Search) -> SearchPage {
    store.search(search).await.unwrap()
}

async fn found(store: &Store, filter: Filter, among: Among) -> Vec<String> {
    let filter = Filter { limit: 50, ..filter };
    names(&page(store, Search { filter, among, ..asked("公告") }).await)
}

/// Thirty reports of ten days and of none, in no order; every third was edited, every sixth twice.
async fn thirty(store: &Store) {
    with_baseline(store, &[]).await;
    let poll = Poll::begin(store, 10).await;
    let name = |n: u8| format!("r{n}");
    let dated = |n: u8| (!n.is_multiple_of(10)).then(|| day(&format!("2026-04-{:02}", 1 + n * 7 % 10)));
    let rows: Vec<_> = (0..30).map(|n| EntryRecord { date: dated(n), ..row(&name(n), 1) }).collect();
    poll.walk_all(&rows).await;
    for n in 0..30 {
        poll.record(id(store, &name(n)).await, reading(notice(&name(n), dated(n)), Told::New)).await;
    }
    for (every, what) in [(3, "更正"), (6, "再更正")] {
        for n in (0..30).filter(|n| n % every == 0) {
            let other = Document { doc_no: Some(what.to_owned()), ..notice(&name(n), dated(n)) };
            poll.record(id(store, &name(n)).await, edited(other, "+")).await;
        }
    }
    poll.end().await;
}

#[tokio::test]
async fn pages_follow_each_other_without_a_gap_or_a_repeat() {
    let store = Store::in_memory().unwrap();
    thirty(&store).await;
    for order in [SearchOrder::Newest, SearchOrder::Best] {
        for (among, n_rows) in [(Among::All, 30), (Among::Newest, 30), (Among::Each, 45)] {
            let search = Search { among, order, ..asked("公告") };
            let all = page(&store, search.clone()).await;
            assert_eq!((all.found.len(), all.n_found, all.has_more), (n_rows, n_rows as u64, false), "{among:?}");
            let mut seen = Vec::new();
            for offset in (0..n_rows).step_by(7) {
                let filter = Filter { limit: 7, ..Filter::default() };
                let part = page(&store, Search { filter, offset, ..search.clone() }).await;
                assert_eq!((part.n_found, part.has_more), (n_rows as u64, offset + 7 < n_rows), "{among:?} {offset}");
                seen.extend(names(&part));
            }
            assert_eq!(seen, names(&all), "{order:?} {among:?}");
            seen.sort_unstable();
            seen.dedup();
            assert_eq!(seen.len(), n_rows, "{order:?} {among:?}");
        }
    }
}

#[tokio::test]
async fn newer_days_stand_first_and_undated_reports_last() {
    let store = Store::in_memory().unwrap();
    thirty(&store).await;
    for among in [Among::All, Among::Newest, Among::Each] {
        let all = page(&store, Search { among, ..asked("公告") }).await;
        let days: Vec<_> = all.found.iter().map(|found| found.report.published.map(|stated| stated.date())).collect();
        assert!(days.is_sorted_by(|a, b| a >= b), "{among:?}: {days:?}");
        assert_eq!(days.iter().filter(|day| day.is_none()).count(), if among == Among::Each { 5 } else { 3 });
    }
    let shown = names(&page(&store, asked("公告")).await);
    assert!(shown.contains(&"r6 3".to_owned()) && shown.contains(&"r3 2".to_owned()), "{shown:?}");
}

#[tokio::test]
async fn a_report_of_another_day_moves_with_all_its_revisions() {
    let store = Store::in_memory().unwrap();
    with_baseline(&store, &[]).await;
    let poll = Poll::begin(&store, 10).await;
    poll.walk_all(&[row("a", 9), row("b", 5)]).await;
    poll.record(id(&store, "a").await, reading(notice("a", None), Told::New)).await;
    poll.record(id(&store, "b").await, reading(notice("b", None), Told::New)).await;
    let since = |text: &str| Filter { since: Some(text.parse().unwrap()), ..Filter::default() };
    let until = |text: &str| Filter { until: Some(text.parse().unwrap()), ..Filter::default() };
    assert_eq!(found(&store, since("2026-04-09"), Among::All).await, ["a 1"]);
    let earlier = notice("a", Some(day("2026-01-02")));
    poll.record(id(&store, "a").await, edited(earlier, "")).await;
    assert_eq!(found(&store, Filter::default(), Among::All).await, ["b 1", "a 2"]);
    assert_eq!(found(&store, since("2026-01-03"), Among::Each).await, ["b 1"]);
    let mut both = found(&store, until("2026-01-02"), Among::Each).await;
    both.sort_unstable();
    assert_eq!(both, ["a 1<", "a 2"]);
    assert_eq!(page(&store, asked("公告")).await.n_unindexed, 0, "whoever searches lacks none");
    // Read by other rules, it states the last day of the year.
    let other = notice("a", Some(day("2026-12-31T09:00:00+08:00")));
    store.rebaseline(id(&store, "a").await, 2, print(&other), other).await.unwrap();
    assert_eq!(found(&store, Filter::default(), Among::All).await, ["a 2", "b 1"]);
    assert_eq!(found(&store, until("2026-12-30"), Among::Each).await, ["b 1"]);
    assert_eq!(store.check().await.unwrap(), Vec::<String>::new());
}

#[tokio::test]
async fn two_jobs_of_one_batch_leave_each_revision_in_its_place() {
    let store = Store::in_memory().unwrap();
    with_baseline(&store, &[]).await;
    let poll = Poll::begin(&store, 10).await;
    poll.walk_all(&[row("a", 9), row("b", 9)]).await;
    let (a, b) = (id(&store, "a").await, id(&store, "b").await);
    let moved = notice("a", Some(day("2026-01-02")));
    // What `b` gets is the number that `a` leaves.
    let edit = || edited(moved.clone(), "");
    let (_, second, _) = tokio::join!(
        poll.record_beside(a, None, reading(notice("a", None), Told::New)),
        poll.record_beside(a, Some(1), edit()),
        poll.record_beside(b, None, reading(notice("b", None), Told::New)),
    );
    // It may come first, and is beside a revision then that is not there yet.
    if second.event.is_none() {
        poll.record_beside(a, Some(1), edit()).await;
    }
    let mut each = found(&store, Filter::default(), Among::Each).await;
    assert_eq!(each.remove(0), "b 1");
    each.sort_unstable();
    assert_eq!(each, ["a 1<", "a 2"]);
    assert_eq!(names(&page(&store, asked("b号公告")).await), ["b 1"]);
    assert_eq!(store.check().await.unwrap(), Vec::<String>::new());
}

#[tokio::test]
async fn a_common_word_is_found_of_one_site_and_kind_alone() {
    let store = Store::in_memory().unwrap();
    thirty(&store).await;
    // Three sites whose names are one word to the index; one of them has reports of a kind.
    for (minute, name) in [(20, "b-c"), (30, "b.c"), (40, "b_c")] {
        let poll = Poll::of(&store, govwatch::model::SiteId::new(name), minute).await;
        let kind = (name == "b.c").then(|| "annual".to_owned());
        let url = format!("http://{name}.gov.cn/");
        let rows = [1, 2].map(|n| EntryRecord { url: format!("{url}{n}.html"), kind: kind.clone(), ..row("x", n) });
        let listing = store.listing(&poll.site, "fz", &url, super::bench::wanted(), poll.now).await.unwrap().listing;
        let walk = poll.walk_of(listing).await;
        poll.page(walk, 1, &rows).await;
        for task in poll.to_read(govwatch::store::Scope::Pending).await {
            poll.record(task.report, reading(notice(name, None), Told::Baseline)).await;
        }
    }
    let of = |site: Option<&str>, kind: Option<&str>| Filter {
        site: site.map(govwatch::model::SiteId::new),
        kind: kind.map(str::to_owned),
        ..Filter::default()
    };
    assert_eq!(found(&store, of(Some("b.c"), None), Among::All).await, ["2 1", "1 1"]);
    assert_eq!(found(&store, of(Some("b.c"), Some("annual")), Among::All).await, ["2 1", "1 1"]);
    assert_eq!(found(&store, of(Some("b-c"), Some("annual")), Among::All).await, Vec::<String>::new());
    let narrow = Filter { since: Some("2026-04-02".parse().unwrap()), ..of(None, Some("annual")) };
    assert_eq!(found(&store, narrow, Among::Newest).await, ["2 1"]);
    let best =
        Search { order: SearchOrder::Best, filter: Filter { limit: 9, ..of(Some("b_c"), None) }, ..asked("公告") };
    assert_eq!(page(&store, best).await.n_found, 2);
}

#[tokio::test]
async fn a_site_of_another_name_and_a_kind_that_was_told_later_are_found_once_they_are_indexed_again() {
    let store = Store::in_memory().unwrap();
    with_baseline(&store, &[row("a", 9)]).await;
    let poll = Poll::begin(&store, 20).await;
    poll.walk_all(&[EntryRecord { kind: Some("annual".to_owned()), ..row("a", 9) }]).await;
    poll.end().await;
    assert_eq!(page(&store, asked("a")).await.found.len(), 1, "its words stand in the place of the old name");
    let new = govwatch::model::SiteId::new("b");
    assert!(store.rename_site(&site(), &new).await.unwrap());
    let filter = Filter { site: Some(new), kind: Some("annual".to_owned()), limit: 5, ..Filter::default() };
    let narrow = Search { filter, ..asked("a") };
    assert_eq!(page(&store, asked("a")).await.found.len(), 1, "it is in the index all the while");
    assert_eq!(page(&store, narrow.clone()).await.n_unindexed, 1, "what may be missing is said");
    assert!(!store.index_more(10).await.unwrap());
    let again = page(&store, narrow).await;
    assert_eq!((names(&again), again.n_unindexed), (vec!["a 1".to_owned()], 0));
}

#[tokio::test]
async fn a_revision_that_is_indexed_after_a_newer_one_does_not_stand_for_it() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path()).unwrap();
    thirty(&store).await;
    let r3 = id(&store, "r3").await;
    assert!(!store.index_more(10).await.unwrap());
    let conn = rusqlite::Connection::open(dir.path().join("govwatch.db")).unwrap();
    let first = format!("report = {r3} AND revision = 1");
    conn.execute_batch(&format!(
        "DELETE FROM words WHERE rowid = (SELECT id FROM indexed WHERE {first}); DELETE FROM indexed WHERE {first};
         INSERT INTO unindexed VALUES ({r3}, 1)"
    ))
    .unwrap();
    assert!(!store.index_more(10).await.unwrap());
    let of_r3 = |names: Vec<String>| names.into_iter().filter(|name| name.starts_with("r3 ")).collect::<Vec<_>>();
    assert_eq!(of_r3(found(&store, Filter::default(), Among::Each).await), ["r3 1<", "r3 2"]);
    assert_eq!(of_r3(found(&store, Filter::default(), Among::All).await), ["r3 2"]);
    assert_eq!(of_r3(found(&store, Filter::default(), Among::Newest).await), ["r3 2"]);
}

#[tokio::test]
async fn a_store_whose_index_was_made_otherwise_is_indexed_anew_and_nobody_is_told() {
    for (former, n_revisions) in [("schema-17.db.zst", 12), ("schema-20.db.zst", 55)] {
        let dir = super::opening::former(former);
        let store = Store::open_existing(dir.path()).unwrap();
        let all = Search { filter: Filter { limit: 50, ..Filter::default() }, ..asked("年 OR 日 OR 法") };
        let before = page(&store, all.clone()).await;
        assert_eq!((before.n_found, before.n_unindexed), (0, n_revisions), "what is missing is said: {former}");
        let owed = store.owed("stdout", None, 50).await.unwrap().len();
        while store.index_more(5).await.unwrap() {}
        let after = page(&store, Search { among: Among::Each, ..all }).await;
        assert_eq!((after.n_found, after.n_unindexed), (n_revisions, 0), "{former}");
        let days: Vec<_> = after.found.iter().map(|found| found.report.published).collect();
        assert!(days.is_sorted_by(|a, b| a >= b), "{days:?}");
        assert_eq!(store.owed("stdout", None, 50).await.unwrap().len(), owed);
        assert_eq!(store.check().await.unwrap(), Vec::<String>::new());
    }
}
