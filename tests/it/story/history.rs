//! First walks over many polls: they go on where they were, news is told as news, and nothing waits for their end.

use govwatch::crawl::Interrupt;

use super::walking::{Board, found, paged};
use super::*;

/// Polls that are stopped when a page of the listing is asked for, and then the poll that is not.
async fn stopped_at(story: &mut Story, path: &'static str) -> Vec<Event> {
    let (portal, interrupt) = (story.portal.clone(), story.world.interrupt.clone());
    let n_asked = portal.asked(HOST, path).len();
    let stop = async move {
        while portal.asked(HOST, path).len() == n_asked {
            tokio::task::yield_now().await;
        }
        interrupt.set();
    };
    let text = paged();
    let ((_, events), ()) = tokio::join!(story.poll_with(&text, Thoroughness::News), stop);
    story.world.interrupt = Interrupt::default();
    events
}

#[tokio::test]
async fn a_first_walk_that_is_stopped_goes_on_at_its_page_without_asking_for_any_again() {
    let mut story = Story::begin();
    let board = Board::of(&story, 300, |_, _, _| {});
    for page in ["/tzgg/p5.html", "/tzgg/p9.html", "/tzgg/p23.html"] {
        assert_eq!(words(&stopped_at(&mut story, page).await), NOTHING);
    }
    let (_, events) = story.poll_with(&paged(), Thoroughness::News).await;
    assert_eq!((words(&events), events[0].count), (vec!["baseline".to_owned()], Some(300)));
    assert_eq!(found(&story).await.len(), 300);
    let asked = board.asked();
    let twice: Vec<usize> = (1..=asked.len()).filter(|n| asked[n - 1] != 1).collect();
    assert_eq!(twice, [5, 9, 23], "the pages that were under way: {asked:?}");
}

#[tokio::test]
async fn a_first_walk_that_goes_on_after_hours_looks_at_the_first_page_and_tells_what_is_new() {
    let mut story = Story::begin();
    let board = Board::of(&story, 100, |_, _, _| {});
    stopped_at(&mut story, "/tzgg/p5.html").await;
    story.pass(5);
    // A page and a half of news: what was found before the stop stands two pages further down.
    board.change(|rows| drop(rows.splice(0..0, (101..=115).rev())));
    let (_, events) = story.poll_with(&paged(), Thoroughness::News).await;
    let baseline = events.iter().find(|event| event.count.is_some()).unwrap();
    assert_eq!(baseline.count, Some(100));
    let new: Vec<String> = words(&events).into_iter().filter(|word| word.starts_with("new ")).collect();
    assert_eq!((new.len(), events.len()), (15, 16), "{new:?}");
    assert_eq!((found(&story).await.len(), &board.asked()[..6]), (115, &[2, 2, 1, 1, 2, 1][..]));
}

#[tokio::test]
async fn news_that_a_stopped_look_has_found_is_still_news_for_the_next_one() {
    let mut story = Story::begin();
    let board = Board::of(&story, 100, |_, _, _| {});
    stopped_at(&mut story, "/tzgg/p5.html").await;
    story.pass(5);
    board.change(|rows| drop(rows.splice(0..0, (101..=125).rev())));
    // The look from the top has kept the first page, and is stopped at the second.
    stopped_at(&mut story, "/tzgg/p2.html").await;
    let (_, events) = story.poll_with(&paged(), Thoroughness::News).await;
    assert_eq!(events.iter().find_map(|event| event.count), Some(100));
    assert_eq!(words(&events).iter().filter(|word| word.starts_with("new ")).count(), 25);
    assert_eq!(found(&story).await.len(), 125);
}

#[tokio::test]
async fn a_row_that_stands_on_top_and_in_its_place_makes_no_news_of_a_history() {
    let mut story = Story::begin();
    let board = Board::of(&story, 100, |_, _, _| {});
    // Report 33 is pinned to the top, and stands further down as well.
    board.change(|rows| rows.insert(0, 33));
    stopped_at(&mut story, "/tzgg/p4.html").await;
    let (_, events) = story.poll_with(&paged(), Thoroughness::News).await;
    assert_eq!((words(&events), events[0].count), (vec!["baseline".to_owned()], Some(100)));
}

#[tokio::test]
async fn the_newest_reports_are_read_before_the_second_page_is_asked_for() {
    let story = Story::begin();
    Board::of(&story, 60, |_, _, _| {});
    story.poll_with(&paged(), Thoroughness::News).await;
    let asks: Vec<String> = story.portal.asks().into_iter().map(|ask| ask.path).collect();
    let at = |path: &str| asks.iter().position(|asked| asked == path).unwrap();
    let newest: Vec<usize> = (51..=60).rev().map(|n| at(&path(n))).collect();
    assert!(newest.is_sorted() && *newest.last().unwrap() < at("/tzgg/p2.html"), "{asks:?}");
    assert!(at("/tzgg/p2.html") < at(&path(50)));
}

#[tokio::test]
async fn news_of_the_day_is_told_while_a_long_history_is_read() {
    let story = Story::begin();
    // Every report takes a minute: the first page is out of date long before the history is read.
    let clock = story.clock.clone();
    let board = Board::of(&story, 60, move |n_page, n, rows| {
        if n_page == 0 {
            clock.advance(SignedDuration::from_mins(1));
        }
        if (n_page, n) == (0, 30) {
            rows.insert(0, 61);
        }
    });
    let (_, events) = story.poll_with(&paged(), Thoroughness::News).await;
    assert_eq!(words(&events), ["baseline", "new 61"]);
    let asks: Vec<String> = story.portal.asks().into_iter().map(|ask| ask.path).collect();
    let at = |n: u32| asks.iter().position(|asked| *asked == path(n)).unwrap();
    assert!(at(30) < at(61) && at(61) < at(18), "within ten minutes: {asks:?}");
    assert_eq!(board.asked()[1..], [2, 1, 1, 1, 1, 1], "the second page, for a row of today stands on the first");
}

#[tokio::test]
async fn a_whole_walk_once_a_week_finds_what_was_slipped_in_further_down() {
    let story = Story::begin();
    let board = Board::of(&story, 60, |_, _, _| {});
    story.poll_with(&paged(), Thoroughness::News).await;
    // Dated as of a year ago, and put where it would have stood.
    board.change(|rows| rows.insert(45, 99));
    for days in [1, 3] {
        story.pass(24 * days);
        assert_eq!(words(&story.poll_with(&paged(), Thoroughness::News).await.1), NOTHING);
    }
    story.pass(24 * 4);
    let (_, events) = story.poll_with(&paged(), Thoroughness::News).await;
    assert_eq!(words(&events), ["new 99"]);
}

#[tokio::test]
async fn a_walk_whose_place_is_gone_begins_anew_and_nobody_is_told() {
    for is_counted in [true, false] {
        let mut story = Story::begin();
        let board =
            if is_counted { Board::counted(&story, 300, |_, _, _| {}) } else { Board::of(&story, 300, |_, _, _| {}) };
        stopped_at(&mut story, "/tzgg/p23.html").await;
        story.pass(5);
        // The portal has archived two thirds of it.
        board.change(|rows| rows.truncate(100));
        let (summary, events) = story.poll_with(&paged(), Thoroughness::News).await;
        assert_eq!((words(&events), summary.failures.len()), (vec!["baseline".to_owned()], 0), "{is_counted}");
        assert!(board.asked()[1..10].iter().all(|n_asks| *n_asks >= 2), "{:?}", board.asked());
        story.pass(1);
        assert_eq!(words(&story.poll_with(&paged(), Thoroughness::News).await.1), NOTHING);
    }
}

#[tokio::test]
async fn a_walk_does_not_go_on_by_other_selectors_than_it_was_begun_by() {
    let mut story = Story::begin();
    let board = Board::of(&story, 60, |_, _, _| {});
    stopped_at(&mut story, "/tzgg/p5.html").await;
    let other = paged().replace("ul.list li", "ul.list > li");
    let (_, events) = story.poll_with(&other, Thoroughness::News).await;
    assert_eq!(words(&events), ["baseline"]);
    assert_eq!(board.asked()[..6], [2, 2, 2, 2, 2, 1]);
}
