//! Reports that cannot be read, or not as they were: what they tell of their site, and how often they are asked for.

use std::fmt::Write as _;

use govwatch::crawl::Thoroughness;

use super::{HOST, NOTHING, Story, body, listing, path, report, title, usual, words};
use crate::portal::Reply;

/// A page without any text.
const EMPTY: &str = "<html><body></body></html>";

impl Story {
    /// Lists one more report, on top.
    fn add(&mut self, n: u32) {
        self.rows.insert(0, (n, "03-01"));
        self.list();
    }

    /// What a poll tells, and whether the site failed in it.
    async fn standing(&self) -> (String, usize) {
        let (summary, events) = self.poll_with(&usual(), Thoroughness::News).await;
        (words(&events).join(" "), summary.failures.len())
    }

    fn n_asked(&self, n: u32) -> usize {
        self.portal.asked(HOST, &path(n)).len()
    }
}

#[tokio::test]
async fn a_few_reports_that_never_can_be_read_do_not_break_their_site() {
    let mut story = Story::begin();
    story.told().await;
    for n in 7..12 {
        story.add(n);
        story.portal.page(HOST, &path(n), EMPTY);
        story.add(n + 10);
        story.serve(n + 10, &body(n + 10));
        story.pass(1);
        assert_eq!(story.standing().await, (format!("new {}", n + 10), 0), "{n}");
    }
    story.pass(1);
    assert_eq!(story.standing().await, (String::new(), 0), "nor when nothing else is asked for");
    story.add(30);
    story.serve(30, &body(30));
    story.pass(1);
    assert_eq!(story.standing().await, ("new 30".to_owned(), 0));
}

#[tokio::test]
async fn new_reports_of_which_none_can_be_read_break_their_site_though_they_come_one_by_one() {
    let mut story = Story::begin();
    story.told().await;
    let mut told = Vec::new();
    for n in 7..11 {
        story.add(n);
        story.portal.page(HOST, &path(n), EMPTY);
        story.pass(5);
        told.push(story.standing().await.0);
    }
    assert_eq!(told, ["", "", "site_broken", ""]);
}

#[tokio::test]
async fn a_report_that_cannot_be_read_for_days_is_asked_for_once_a_day_and_read_when_it_can() {
    let mut story = Story::begin();
    story.told().await;
    story.add(7);
    story.portal.page(HOST, &path(7), EMPTY);
    let (mut asked, mut told) = (Vec::new(), Vec::new());
    for _ in 0..16 {
        story.portal.forget();
        for _ in 0..4 {
            story.pass(6);
            told.extend(story.told().await);
        }
        asked.push(story.n_asked(7));
    }
    assert_eq!(told, ["new 7"], "by its row");
    assert_eq!(asked[..2], [4, 4], "at each poll of two days");
    let n_late: usize = asked[10..].iter().sum();
    assert!((5..=6).contains(&n_late), "{asked:?}");
    story.serve(7, &body(7));
    story.pass(27);
    assert_eq!(story.told().await, NOTHING);
    let read = story.world.store.find_report(&format!("http://{HOST}{}", path(7))).await.unwrap();
    let document = story.world.store.document(read.report, 1).await.unwrap();
    assert!(document.text().contains("本通知为第7号"), "{document:?}");
}

#[tokio::test]
async fn new_reports_that_cannot_be_read_break_the_site_until_one_can_though_old_ones_come_as_ever() {
    let mut story = Story::begin();
    story.told().await;
    for n in 7..10 {
        story.add(n);
        story.portal.page(HOST, &path(n), EMPTY);
    }
    story.pass(1);
    assert_eq!(story.standing().await, ("site_broken".to_owned(), 1));
    // Some old reports are read again meanwhile, and the new ones told by their rows.
    for told in ["new 7 new 8 new 9", "", "", ""] {
        story.pass(25);
        assert_eq!(story.standing().await, (told.to_owned(), 1), "that is no sign that new ones can be read");
    }
    story.add(10);
    story.serve(10, &body(10));
    story.pass(25);
    assert_eq!(story.standing().await, ("new 10 site_recovered".to_owned(), 0));
    story.pass(1);
    assert_eq!(story.standing().await, (String::new(), 0));
}

#[tokio::test]
async fn known_reports_that_fail_at_once_are_held_against_the_site_only_if_others_fail_too() {
    for others in [200, 500] {
        let mut story = Story::begin();
        story.told().await;
        story.pass(1);
        story.told().await;
        // Their rows show other titles: they are asked for, and they alone.
        let mut list = String::new();
        for (n, day) in &story.rows {
            let mark = if *n < 4 { "(修订)" } else { "" };
            write!(list, "<li><a href=\"{}\">{}{mark}</a><span>2026-{day}</span></li>", path(*n), title(*n)).unwrap();
        }
        story.portal.page(HOST, "/tzgg/", format!("<html><body><ul class=\"list\">{list}</ul></body></html>"));
        for n in 1..7 {
            if n < 4 || others == 500 {
                story.portal.serve(HOST, &path(n), Reply::status(500));
            }
        }
        story.pass(1);
        let n_failed = usize::from(others == 500);
        assert_eq!(story.standing().await, (String::new(), n_failed), "others answer {others}");
        story.rows.clear();
    }
}

#[tokio::test]
async fn a_site_of_dead_rows_is_proven_by_reports_that_were_well_before_the_dead_ones_are_asked_for() {
    let mut story = Story::begin();
    story.told().await;
    for n in 7..15 {
        story.add(n);
        story.portal.serve(HOST, &path(n), Reply::status(500));
    }
    story.pass(1);
    assert_eq!(story.standing().await.1, 1, "five in a row: the portal may be down");
    story.pass(1);
    assert_eq!(story.standing().await, (String::new(), 0));
    story.portal.forget();
    story.portal.remove(HOST, &path(4));
    story.rows.retain(|(n, _)| *n != 4);
    story.list();
    story.pass(1);
    let (summary, _) = story.poll_with(&usual(), Thoroughness::News).await;
    assert_eq!((summary.failures.len(), summary.counts.suspect > 0), (0, true), "what comes after them is asked for");
    assert_eq!(story.n_asked(4), 1);
}

#[tokio::test]
async fn a_row_without_a_date_that_left_the_listing_is_asked_for_once() {
    let mut story = Story::begin();
    let undated = |rows: &[(u32, &str)]| {
        let days = ["2026-02-26", "2026-02-20", "2026-02-14", "2026-02-09", "2026-02-05", "2026-02-01"];
        days.iter().fold(listing(rows), |page, day| page.replace(day, ""))
    };
    story.portal.page(HOST, "/tzgg/", undated(&story.rows));
    (1..=6).for_each(|n| story.portal.page(HOST, &path(n), report(n, &body(n)).replace("2026-", "")));
    story.told().await;
    story.rows.retain(|(n, _)| *n > 2);
    story.portal.page(HOST, "/tzgg/", undated(&story.rows));
    story.portal.forget();
    for hours in [1, 1, 1, 1] {
        story.pass(hours);
        assert_eq!(story.told().await, NOTHING);
    }
    assert_eq!((story.n_asked(1), story.n_asked(2), story.n_asked(3)), (1, 1, 0));
}

#[tokio::test]
async fn news_that_cannot_be_read_for_a_day_are_told_by_their_rows_and_read_in_silence_when_they_can() {
    for page in [Reply::status(500), Reply::status(404), Reply::html(EMPTY)] {
        let mut story = Story::begin();
        story.told().await;
        story.add(7);
        story.portal.serve(HOST, &path(7), page);
        let mut told = Vec::new();
        for _ in 0..6 {
            story.pass(11);
            told.push(story.told().await.join(" "));
        }
        assert_eq!(told, ["", "", "", "new 7", "", ""]);
        for _ in 0..4 {
            story.pass(24);
            assert_eq!(story.told().await, NOTHING, "a row that leads nowhere is no withdrawal");
        }
        story.serve(7, &body(7));
        story.pass(26);
        assert_eq!(story.told().await, NOTHING);
        story.serve(7, &body(7).replace("15件", "9件"));
        story.pass(24 * 40);
        assert_eq!(story.told().await, ["edited 7"]);
    }
}

#[tokio::test]
async fn a_row_that_was_told_and_leaves_before_its_page_came_is_withdrawn() {
    let mut story = Story::begin();
    story.told().await;
    story.add(7);
    for _ in 0..5 {
        story.pass(11);
        story.told().await;
    }
    story.rows.remove(0);
    story.list();
    let mut told = Vec::new();
    for _ in 0..6 {
        story.pass(11);
        told.extend(story.told().await);
    }
    assert_eq!(told, ["withdrawn 7"]);
}

#[tokio::test]
async fn a_page_that_says_nothing_yet_is_no_first_text_of_news_that_were_told_by_their_row() {
    let strange =
        "<html><head><title>系统维护中</title></head><body><h1>系统维护中</h1><p>请稍后再试。</p></body></html>";
    let unfilled = report(7, "{{content}}").replace(&title(7), "{{title}}");
    for page in [strange.to_owned(), unfilled] {
        let mut story = Story::begin();
        story.told().await;
        story.add(7);
        let mut told = Vec::new();
        for _ in 0..4 {
            story.pass(11);
            told.extend(story.told().await);
        }
        assert_eq!(told, ["new 7"]);
        story.portal.page(HOST, &path(7), page);
        for _ in 0..3 {
            story.pass(26);
            assert_eq!(story.told().await, NOTHING);
        }
        story.serve(7, &body(7));
        story.pass(26);
        assert_eq!(story.told().await, NOTHING);
        let read = story.world.store.find_report(&format!("http://{HOST}{}", path(7))).await.unwrap();
        let revision = story.world.store.revision(read.report, read.revision.unwrap()).await.unwrap();
        assert!(revision.document.text().contains("本通知为第7号"), "{revision:?}");
        assert_eq!((read.revision, revision.capture.is_some()), (Some(1), true), "its page is kept with it");
    }
}

#[tokio::test]
async fn a_row_that_was_told_and_rolls_off_the_first_page_is_not_withdrawn() {
    let mut story = Story::begin();
    story.told().await;
    story.add(7);
    for _ in 0..4 {
        story.pass(11);
        story.told().await;
    }
    for n in 20..28 {
        story.add(n);
        story.serve(n, &body(n));
    }
    story.rows.retain(|(n, _)| *n >= 20);
    story.list();
    let mut told = Vec::new();
    for _ in 0..6 {
        story.pass(26);
        told.extend(story.told().await);
    }
    assert_eq!(told, (20..28).map(|n| format!("new {n}")).collect::<Vec<_>>());
}
