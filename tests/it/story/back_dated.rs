//! Three clocks: what a report states, when it was first seen, and which walks went without it.

use govwatch::crawl::FirstWalk;
use govwatch::model::{Doubt, Report};
use govwatch::store::Filter;

use super::*;

/// Weekly polls, each of which walks the whole listing.
async fn weeks(story: &Story, n: usize) {
    for _ in 0..n {
        story.pass(24 * 7);
        assert_eq!(story.told().await, NOTHING);
    }
}

/// Lists and serves a report in its place among the others, and polls two hours later.
async fn put(story: &mut Story, n: u32, day: &'static str) -> Vec<Event> {
    let at = story.rows.iter().position(|(_, other)| *other < day).unwrap_or(story.rows.len());
    story.rows.insert(at, (n, day));
    story.serve(n, &body(n));
    story.list();
    story.pass(2);
    story.poll_with(&usual(), Thoroughness::News).await.1
}

async fn kept(story: &Story, n: u32) -> Report {
    let reports = story.world.store.reports(Filter { limit: 20, ..Filter::default() }).await.unwrap();
    reports.into_iter().find(|report| report.url.ends_with(&path(n))).unwrap()
}

#[tokio::test]
async fn a_report_dated_weeks_before_walks_that_went_without_it_was_dated_back() {
    let mut story = Story::begin();
    story.told().await;
    weeks(&story, 8).await;
    let events = put(&mut story, 7, "02-10").await;
    assert_eq!((words(&events), events[0].doubts.clone()), (vec!["new 7".to_owned()], vec![Doubt::BackDated]));
    let reason = events[0].reason.as_deref().unwrap();
    assert_eq!(reason, "its listing was walked down past its day at 2026-04-27 02:00 UTC, and it was not there");
    let report = kept(&story, 7).await;
    assert_eq!(report.absent_at.unwrap().to_string(), "2026-04-27T02:00:00Z");
    story.serve(7, &body(7).replace("15件", "9件"));
    story.pass(26);
    let (_, events) = story.poll_with(&usual(), Thoroughness::News).await;
    assert_eq!(
        (words(&events), events[0].doubts.clone()),
        (vec!["edited 7".to_owned()], vec![]),
        "it withholds nothing"
    );
    let revision = story.world.store.revision(report.report, 2).await.unwrap();
    assert_eq!(revision.doubts, [Doubt::BackDated], "and stays with the report");
}

#[tokio::test]
async fn a_report_put_online_some_weeks_after_its_day_was_not() {
    let mut story = Story::begin();
    story.told().await;
    weeks(&story, 3).await;
    let events = put(&mut story, 7, "03-01").await;
    assert_eq!((words(&events), events[0].doubts.clone()), (vec!["new 7".to_owned()], vec![]));
    assert_eq!(kept(&story, 7).await.absent_at, None);
}

#[tokio::test]
async fn nothing_is_dated_back_where_no_walk_went_without_it() {
    let mut story = Story::begin();
    story.told().await;
    // Nobody looked for two months.
    story.pass(24 * 60);
    assert_eq!(put(&mut story, 7, "02-10").await[0].doubts, []);
    // Somebody tried, and the portal was out.
    story.portal.serve(HOST, "/tzgg/", Reply::status(503));
    for _ in 0..8 {
        story.pass(24 * 7);
        story.poll_with(&usual(), Thoroughness::News).await;
    }
    let events = put(&mut story, 8, "02-12").await;
    assert_eq!(words(&events), ["new 8", "site_recovered"]);
    assert!(events.iter().all(|event| event.doubts.is_empty()), "{events:?}");
}

#[tokio::test]
async fn one_walk_may_have_missed_it() {
    let mut story = Story::begin();
    story.told().await;
    story.pass(24 * 60);
    assert_eq!(story.told().await, NOTHING);
    assert_eq!(put(&mut story, 7, "02-10").await[0].doubts, []);
}

#[tokio::test]
async fn a_first_walk_dates_nothing_back() {
    let story = Story::begin();
    story.pass(24 * 90);
    let told = PollOptions { first_walk: FirstWalk::Told, ..PollOptions::default() };
    let (_, events) = story.poll_by(&usual(), told).await;
    assert_eq!(events.len(), 6);
    assert!(events.iter().all(|event| event.doubts.is_empty()));
}

#[tokio::test]
async fn a_row_of_today_may_lead_to_a_page_of_last_year() {
    let mut story = Story::begin();
    story.told().await;
    weeks(&story, 8).await;
    // Its page says 2026-02-07.
    assert_eq!(put(&mut story, 7, "04-27").await[0].doubts, []);
}

#[tokio::test]
async fn a_column_that_came_as_a_whole_was_not_dated_back() {
    let mut story = Story::begin();
    story.told().await;
    weeks(&story, 8).await;
    for (n, day) in [(7, "02-10"), (8, "02-11"), (9, "02-12")] {
        story.rows.insert(3, (n, day));
        story.serve(n, &body(n));
    }
    let events = put(&mut story, 10, "02-13").await;
    assert_eq!(words(&events), ["new 10", "new 7", "new 8", "new 9"]);
    assert!(events.iter().all(|event| event.doubts.is_empty()));
}

#[tokio::test]
async fn what_another_column_had_before_was_not_dated_back() {
    let mut story = Story::begin();
    story.told().await;
    weeks(&story, 8).await;
    // The same text at another address.
    story.portal.page(HOST, &path(7), report(4, &body(4)));
    story.rows.insert(2, (7, "02-14"));
    story.list();
    story.pass(2);
    let (_, events) = story.poll_with(&usual(), Thoroughness::News).await;
    assert_eq!((words(&events), events[0].doubts.clone()), (vec!["copy 4".to_owned()], vec![]));
    // The same title and day with other words, in a listing of its own.
    let beside = LISTING.replace("通知公告", "政策文件").replace("/tzgg/", "/zcwj/");
    let page = |rows: &str| format!("<html><body><ul class=\"list\">{rows}</ul></body></html>");
    let row =
        |path: &str, n: u32, day: &str| format!("<li><a href=\"{path}\">{}</a><span>2026-{day}</span></li>", title(n));
    let others: String = ["02-20", "02-19", "02-01", "01-30", "01-29"]
        .iter()
        .zip(20..)
        .map(|(day, n)| {
            story.serve(n, &body(n));
            row(&path(n), n, day)
        })
        .collect();
    story.portal.page(HOST, "/zcwj/", page(&others));
    let both = format!("{}{beside}", usual());
    for _ in 0..3 {
        story.pass(24 * 7);
        story.poll_with(&both, Thoroughness::News).await;
    }
    story.portal.page(HOST, "/zcwj/5.html", report(5, "本文另有其文。"));
    let with_moved = others.replacen("<li>", &format!("{}<li>", row("/zcwj/5.html", 5, "02-20")), 1);
    story.portal.page(HOST, "/zcwj/", page(&with_moved));
    story.pass(2);
    let (_, events) = story.poll_with(&both, Thoroughness::News).await;
    assert_eq!((words(&events), events[0].doubts.clone()), (vec!["new 5".to_owned()], vec![]));
}
