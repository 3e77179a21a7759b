//! Rows that are no longer shown where that proves nothing, and reports that are refused: what is asked for, and what is told.

use super::columns::of_january;
use super::*;

/// Lets so much time pass that no report is due for weeks, and all were last read days ago.
async fn none_is_due(story: &Story) {
    for days in [40, 5] {
        story.pass(24 * days);
        assert_eq!(story.told().await, NOTHING);
    }
}

#[tokio::test]
async fn reports_that_a_column_no_longer_shows_at_its_end_are_told_where_they_are_gone() {
    let mut story = of_january(14);
    story.told().await;
    none_is_due(&story).await;
    story.rows.retain(|(n, _)| *n > 8);
    story.list();
    (1..=8).filter(|n| n % 2 == 0).for_each(|n| story.portal.remove(HOST, &path(n)));
    story.portal.forget();
    let told = told_each(&story, &usual(), (6, 12)).await;
    let gone: Vec<(u32, String)> = [2, 4, 6, 8].map(|n| (3, format!("withdrawn {n}"))).to_vec();
    assert_eq!(told, gone);
    let n_asked = [1, 3, 5, 7].map(|n| story.portal.asked(HOST, &path(n)).len());
    assert_eq!(n_asked, [1; 4], "what is served is asked for once");
}

#[tokio::test]
async fn however_many_a_column_drops_all_of_them_are_asked_for() {
    let mut story = Story::begin();
    // Days of three months, the newest first.
    let days: Vec<String> =
        (1..=84).rev().map(|n: u32| format!("2025-{:02}-{:02}", 9 + (n - 1) / 28, 1 + (n - 1) % 28)).collect();
    let list = |story: &Story, n_rows: usize| {
        let row = |(at, day): (usize, &String)| {
            let n = 84 - u32::try_from(at).unwrap();
            format!("<li><a href=\"{}\">{}</a><span>{day}</span></li>", path(n), title(n))
        };
        let rows: String = days.iter().take(n_rows).enumerate().map(row).collect();
        story.portal.page(HOST, "/tzgg/", format!("<html><body><ul class=\"list\">{rows}</ul></body></html>"));
    };
    (1..=84).for_each(|n| story.portal.page(HOST, &path(n), report(n.min(28), &body(n))));
    list(&story, 84);
    story.told().await;
    none_is_due(&story).await;
    list(&story, 30);
    (1..=54).for_each(|n| story.portal.remove(HOST, &path(n)));
    let told = told_each(&story, &usual(), (6, 12)).await;
    assert_eq!((told.len(), told.iter().all(|(poll, _)| *poll == 3)), (54, true), "{told:?}");
    story.rows.clear();
}

#[tokio::test]
async fn a_report_that_is_gone_from_a_listing_in_no_order_is_told_in_days() {
    let mut story = of_january(16);
    story.rows.sort_by_key(|(n, _)| (n * 7) % 17);
    story.list();
    story.told().await;
    none_is_due(&story).await;
    story.rows.retain(|(n, _)| ![5, 6].contains(n));
    story.list();
    story.portal.remove(HOST, &path(5));
    assert_eq!(told_each(&story, &usual(), (6, 12)).await, [(3, "withdrawn 5".to_owned())]);
}

#[tokio::test]
async fn three_reports_that_leave_their_listing_and_are_refused_do_not_break_their_site() {
    let mut story = of_january(20);
    story.told().await;
    story.rows.retain(|(n, _)| ![14, 15, 16].contains(n));
    story.list();
    (14..=16).for_each(|n| story.portal.serve(HOST, &path(n), Reply::status(403)));
    let told = told_each(&story, &usual(), (20, 12)).await;
    let what: Vec<&str> = told.iter().map(|(_, what)| what.as_str()).collect();
    assert_eq!(what, ["withdrawn 14", "withdrawn 15", "withdrawn 16"], "{told:?}");
    assert!(told.iter().all(|(poll, _)| (15..=17).contains(poll)), "{told:?}");
}

#[tokio::test]
async fn what_left_is_asked_for_in_the_polls_that_walk_every_page_whatever_else_is_refused() {
    for hours in [6, 12] {
        let mut story = of_january(30);
        let text = usual().replace("\"none\"", "\"numbered\", pattern = \"p{n}.html\", first = 2");
        story.list_paged(12);
        story.poll_with(&text, Thoroughness::News).await;
        for n in [29, 27, 23, 21, 17] {
            story.portal.serve(HOST, &path(n), Reply::status(403));
        }
        story.pass(hours);
        story.poll_with(&text, Thoroughness::Full).await;
        story.rows.retain(|(n, _)| *n != 17);
        story.list_paged(12);
        let mut told = told_each(&story, &text, (u32::try_from(20 * 24 / hours).unwrap(), hours)).await;
        told.retain(|(_, what)| what.starts_with("withdrawn"));
        assert_eq!(told.len(), 1, "every {hours} hours: {told:?}");
        let (poll, what) = &told[0];
        assert_eq!(what, "withdrawn 17");
        let day = i64::from(*poll) * hours / 24;
        assert!((7..=16).contains(&day), "every {hours} hours on day {day}");
    }
}

#[tokio::test]
async fn news_of_a_listing_in_no_order_or_in_that_of_its_oldest_are_found_within_a_day_wherever_they_stand() {
    let text = usual().replace("\"none\"", "\"numbered\", pattern = \"p{n}.html\", first = 2");
    for is_rising in [true, false] {
        let mut story = of_january(30);
        // Two of each day, the oldest first; or in no order at all.
        story.rows.iter_mut().for_each(|(n, day)| *day = DAYS[(*n as usize - 1) / 2]);
        story.rows.sort_by_key(|(n, _)| if is_rising { *n } else { (n * 19) % 31 });
        story.list_paged(10);
        story.poll_with(&text, Thoroughness::News).await;
        story.pass(24);
        story.poll_with(&text, Thoroughness::News).await;
        story.serve(31, &body(31));
        story.rows.insert(if is_rising { 30 } else { 25 }, (31, "03-01"));
        story.list_paged(10);
        let told = told_each(&story, &text, (4, 6)).await;
        assert_eq!(told.len(), 1, "{told:?}");
        assert_eq!(told[0], (if is_rising { 1 } else { 4 }, "new 31".to_owned()));
    }
}
