//! Listings: baseline, resumed first walks, new, settled, changed and missing rows.

use govwatch::model::{EventKind, How, Listed, ReportState};
use govwatch::store::{Finding, Reach, Scope, Store, Told, Why};

use super::bench::{Poll, at, day, document, id, name, owed, reading, row, settle_all, site, wanted, with_baseline};

#[tokio::test]
async fn a_first_walk_is_told_as_one_baseline_and_only_once() {
    let store = Store::in_memory().unwrap();
    let poll = Poll::begin(&store, 0).await;
    let recorded = poll.walk_all(&[row("c", 3), row("b", 2), row("a", 1)]).await;
    assert_eq!((recorded.n_new, recorded.n_settled), (3, 0));
    assert_eq!(poll.names().await, ["c", "b", "a"]);
    assert_eq!(poll.read_all().await, []);
    let listing = poll.listing().await;
    let event = store.record_baseline(listing, at(1)).await.unwrap().unwrap();
    assert_eq!((event.event, event.count, event.listing.as_deref()), (EventKind::Baseline, Some(3), Some("fz")));
    assert_eq!(store.record_baseline(listing, at(2)).await.unwrap(), None);
    poll.end().await;
    assert_eq!(owed(&store).await, ["baseline -"]);
}

#[tokio::test]
async fn no_baseline_is_told_before_a_walk_was_complete_and_healthy() {
    let store = Store::in_memory().unwrap();
    let poll = Poll::begin(&store, 0).await;
    let walk = poll.walk().await;
    poll.page(walk, 1, &[row("a", 1)]).await;
    poll.end_walk(walk, Reach::Cut, None).await;
    let listing = poll.listing().await;
    assert_eq!(store.record_baseline(listing, at(1)).await.unwrap(), None);
    assert_eq!(store.listing(&site(), "fz", super::bench::LISTING, wanted(), at(0)).await.unwrap().baselined_at, None);
}

#[tokio::test]
async fn a_row_on_a_baselined_listing_is_new() {
    let store = Store::in_memory().unwrap();
    with_baseline(&store, &[row("a", 1)]).await;
    let poll = Poll::begin(&store, 60).await;
    let recorded = poll.walk_all(&[row("b", 2), row("a", 1)]).await;
    assert_eq!((recorded.n_new, recorded.n_settled), (1, 1));
    let events = poll.read_all().await;
    assert_eq!(events.len(), 1);
    assert_eq!((events[0].event, events[0].title.as_deref()), (EventKind::New, Some("b")));
    assert_eq!(events[0].published, Some(day("2026-04-02")));
    assert_eq!(owed(&store).await, ["new b"]);
}

#[tokio::test]
async fn rows_above_known_ones_are_new_when_a_killed_first_walk_goes_on() {
    let store = Store::in_memory().unwrap();
    let killed = Poll::begin(&store, 0).await;
    let walk = killed.walk().await;
    killed.page(walk, 1, &[row("d", 4), row("c", 3)]).await;
    let poll = Poll::begin(&store, 60).await;
    let walk = poll.walk().await;
    // Page 1 has only unknown rows, page 2 an unknown one above a known one, page 3 the old ones below.
    poll.page(walk, 1, &[row("g", 7), row("f", 6)]).await;
    poll.page(walk, 2, &[row("e", 5), row("d", 4)]).await;
    poll.page(walk, 3, &[row("c", 3), row("b", 2), row("a", 1)]).await;
    poll.end_walk(walk, Reach::LastPage, Some("2026-04-01")).await;
    let tasks = poll.to_read(Scope::Due).await;
    let new: Vec<String> = tasks.iter().filter(|task| !task.is_baseline).map(|task| name(&task.url)).collect();
    assert_eq!(new, ["g", "f", "e"]);
    poll.read_all().await;
    let event = store.record_baseline(poll.listing().await, at(61)).await.unwrap().unwrap();
    assert_eq!(event.count, Some(4));
    assert_eq!(owed(&store).await, ["new g", "new f", "new e", "baseline -"]);
}

#[tokio::test]
async fn a_report_of_another_listing_is_linked_and_not_told_again() {
    let store = Store::in_memory().unwrap();
    with_baseline(&store, &[row("a", 1)]).await;
    let poll = Poll::begin(&store, 60).await;
    let other = store.listing(&site(), "other", "http://a.gov.cn/other/", wanted(), at(0)).await.unwrap().listing;
    let walk = poll.walk_of(other).await;
    assert_eq!(poll.page(walk, 1, &[row("a", 1)]).await.n_new, 1);
    poll.end_walk(walk, Reach::LastPage, Some("2026-04-01")).await;
    assert_eq!(poll.read_all().await, []);
    assert_eq!(owed(&store).await, Vec::<String>::new());
}

#[tokio::test]
async fn a_report_that_a_baselined_listing_shows_is_new_though_another_first_walk_met_it_first() {
    let store = Store::in_memory().unwrap();
    with_baseline(&store, &[row("a", 1)]).await;
    let poll = Poll::begin(&store, 60).await;
    let other = store.listing(&site(), "other", "http://a.gov.cn/other/", wanted(), at(0)).await.unwrap().listing;
    let walk = poll.walk_of(other).await;
    poll.page(walk, 1, &[row("b", 2), row("z", 1)]).await;
    poll.end_walk(walk, Reach::LastPage, Some("2026-04-01")).await;
    poll.walk_all(&[row("b", 2), row("a", 1)]).await;
    poll.read_all().await;
    assert_eq!(owed(&store).await, ["new b"]);
}

#[tokio::test]
async fn rows_settle_when_a_walk_that_saw_them_is_complete() {
    let store = Store::in_memory().unwrap();
    with_baseline(&store, &[row("a", 1)]).await;
    let cut = Poll::begin(&store, 60).await;
    let walk = cut.walk().await;
    cut.page(walk, 1, &[row("c", 3), row("b", 2)]).await;
    cut.end_walk(walk, Reach::Cut, None).await;
    let poll = Poll::begin(&store, 120).await;
    let walk = poll.walk().await;
    assert_eq!(poll.page(walk, 1, &[row("c", 3), row("b", 2)]).await.n_settled, 0);
    assert_eq!(poll.page(walk, 2, &[row("a", 1)]).await.n_settled, 1);
    poll.end_walk(walk, Reach::Settled, Some("2026-04-01")).await;
    let next = Poll::begin(&store, 180).await;
    let walk = next.walk().await;
    assert_eq!(next.page(walk, 1, &[row("c", 3), row("b", 2)]).await.n_settled, 2);
}

#[tokio::test]
async fn another_title_or_date_is_read_again_and_a_shortened_title_is_not() {
    let store = Store::in_memory().unwrap();
    let long = "兴县2025年法治政府建设年度报告";
    let titled = |title: &str, day| govwatch::store::EntryRecord { title: title.to_owned(), ..row("a", day) };
    with_baseline(&store, &[titled(long, 1), row("b", 1)]).await;
    let poll = Poll::begin(&store, 60).await;
    let walk = poll.walk().await;
    assert_eq!(poll.page(walk, 1, &[titled("兴县2025年法治政府…", 1), row("b", 1)]).await.n_row_changed, 0);
    assert_eq!(poll.names().await, Vec::<String>::new());
    let poll = Poll::begin(&store, 120).await;
    let walk = poll.walk().await;
    assert_eq!(poll.page(walk, 1, &[titled("兴县2025年法治政府建设报告", 1), row("b", 2)]).await.n_row_changed, 2);
    let tasks = poll.to_read(Scope::Due).await;
    assert!(tasks.iter().all(|task| task.why == Why::RowChanged));
    assert_eq!(tasks.iter().map(|task| name(&task.url)).collect::<Vec<_>>(), ["b", "a"]);
}

#[tokio::test]
async fn a_row_is_missing_only_when_the_walk_should_have_seen_it() {
    let store = Store::in_memory().unwrap();
    with_baseline(&store, &[row("c", 3), row("b", 2), row("a", 1)]).await;
    // The walk saw down to April 2: b is of that day, a is older; only c should have been seen.
    let poll = Poll::begin(&store, 60).await;
    let walk = poll.walk().await;
    poll.page(walk, 1, &[row("d", 4), row("x", 2)]).await;
    assert_eq!(poll.names().await, ["d", "x"]);
    poll.end_walk(walk, Reach::Settled, Some("2026-04-02")).await;
    let tasks = poll.to_read(Scope::Due).await;
    let missing: Vec<_> = tasks.iter().filter(|task| task.why == Why::Missing).collect();
    assert_eq!(missing.iter().map(|task| name(&task.url)).collect::<Vec<_>>(), ["c"]);
    assert_eq!(missing[0].listed, Listed::Unseen, "the pages further down may have it");
    let all = poll.to_read(Scope::Full).await;
    let b = all.iter().find(|task| name(&task.url) == "b").unwrap();
    assert_eq!((b.why, b.listed), (Why::Full, Listed::NotWalked));
    let poll = Poll::begin(&store, 120).await;
    let walk = poll.walk().await;
    poll.page(walk, 1, &[row("d", 4), row("x", 2), row("b", 2)]).await;
    poll.end_walk(walk, Reach::LastPage, Some("2026-04-02")).await;
    let tasks = poll.to_read(Scope::Due).await;
    let c = tasks.iter().find(|task| name(&task.url) == "c").unwrap();
    assert_eq!((c.why, c.listed), (Why::Missing, Listed::No));
}

#[tokio::test]
async fn undated_rows_are_missing_only_after_a_walk_to_the_last_page() {
    let store = Store::in_memory().unwrap();
    let undated = |name| govwatch::store::EntryRecord { date: None, date_shown: None, ..row(name, 1) };
    with_baseline(&store, &[undated("b"), undated("a")]).await;
    for (minute, reach, expected) in [(60, Reach::Settled, 0), (120, Reach::LastPage, 1)] {
        let poll = Poll::begin(&store, minute).await;
        let walk = poll.walk().await;
        poll.page(walk, 1, &[undated("b")]).await;
        poll.end_walk(walk, reach, None).await;
        assert_eq!(poll.to_read(Scope::Due).await.len(), expected, "{reach:?}");
    }
}

#[tokio::test]
async fn a_row_that_another_listing_still_shows_is_not_missing() {
    let store = Store::in_memory().unwrap();
    with_baseline(&store, &[row("b", 5), row("a", 1)]).await;
    let poll = Poll::begin(&store, 60).await;
    let other = store.listing(&site(), "other", "http://a.gov.cn/other/", wanted(), at(0)).await.unwrap().listing;
    let walk = poll.walk_of(other).await;
    poll.page(walk, 1, &[row("b", 5)]).await;
    poll.end_walk(walk, Reach::LastPage, Some("2026-04-05")).await;
    poll.walk_all(&[row("a", 1)]).await;
    assert_eq!(poll.names().await, Vec::<String>::new());
}

#[tokio::test]
async fn a_withdrawn_report_whose_row_is_back_is_asked_at_once_and_a_missing_one_no_more() {
    let store = Store::in_memory().unwrap();
    with_baseline(&store, &[row("b", 2), row("a", 1)]).await;
    let poll = Poll::begin(&store, 60).await;
    poll.record(id(&store, "b").await, Finding::Withdrawn { how: How::Gone }).await;
    poll.end().await;
    settle_all(&store).await;
    let gone = Poll::begin(&store, 120).await;
    gone.walk_all(&[row("a", 1)]).await;
    assert_eq!(gone.names().await, Vec::<String>::new());
    let back = Poll::begin(&store, 180).await;
    back.walk_all(&[row("b", 2), row("a", 1)]).await;
    let tasks = back.to_read(Scope::Due).await;
    assert_eq!((tasks.len(), tasks[0].state, tasks[0].listed), (1, ReportState::Withdrawn, Listed::Yes));
    let told = Told::Restored { fields: vec![], facts: vec![], diff: None };
    let event = back.record(tasks[0].report, reading(document("b", "b"), told)).await.event.unwrap();
    assert_eq!((event.event, event.revision, event.previous), (EventKind::Restored, Some(1), None));
}

#[tokio::test]
async fn a_watched_page_is_read_without_a_listing_and_its_first_reading_is_silent() {
    let store = Store::in_memory().unwrap();
    let poll = Poll::begin(&store, 0).await;
    let page = store.watch_page(&site(), "http://a.gov.cn/zn.html", Some("guide"), at(0)).await.unwrap();
    assert_eq!(store.watch_page(&site(), "http://a.gov.cn/zn.html", None, at(1)).await.unwrap(), page);
    let tasks = poll.to_read(Scope::Due).await;
    assert_eq!((tasks.len(), tasks[0].report, tasks[0].is_baseline), (1, page, true));
    assert_eq!((tasks[0].kind.as_deref(), tasks[0].listed), (Some("guide"), Listed::NotWalked));
}

#[tokio::test]
async fn a_row_by_another_spelling_is_its_report_and_two_of_an_earlier_version_become_one_in_silence() {
    let store = Store::in_memory().unwrap();
    let spelled = |scheme: &str, twins: &[&str]| govwatch::store::EntryRecord {
        url: format!("{scheme}://a.gov.cn/a.html"),
        as_listed_url: format!("{scheme}://a.gov.cn/a.html"),
        twins: twins.iter().map(|scheme| format!("{scheme}://a.gov.cn/a.html")).collect(),
        ..row("a", 1)
    };
    with_baseline(&store, &[spelled("http", &[])]).await;
    // As an earlier version took it: a second report.
    let poll = Poll::begin(&store, 60).await;
    poll.walk_all(&[spelled("https", &[])]).await;
    assert_eq!(poll.read_all().await.len(), 1);
    poll.end().await;
    settle_all(&store).await;
    let poll = Poll::begin(&store, 120).await;
    let recorded = poll.walk_all(&[spelled("https", &["http"])]).await;
    assert_eq!((recorded.n_new, recorded.n_row_changed), (0, 0));
    assert_eq!(poll.to_read(Scope::Due).await.len(), 0, "neither is missing");
    poll.end().await;
    assert_eq!(owed(&store).await, Vec::<String>::new());
    let states: Vec<_> = ["http", "https"].map(|scheme| format!("{scheme}://a.gov.cn/a.html")).into();
    for (url, state) in states.iter().zip([ReportState::Moved, ReportState::Present]) {
        let report = store.find_report(url).await.unwrap();
        assert_eq!((report.state, report.revision), (state, Some(1)), "{url} keeps its history");
    }
    // Back under the first name, it is still the one that is alive, asked for as it is listed.
    let poll = Poll::begin(&store, 180).await;
    assert_eq!(poll.walk_all(&[spelled("http", &["https"])]).await.n_new, 0);
    let task = &poll.to_read(Scope::Full).await[0];
    assert_eq!((task.url.as_str(), task.as_listed_url.as_str()), ("https://a.gov.cn/a.html", "http://a.gov.cn/a.html"));
}
