//! Reports that are gone, delisted or sent elsewhere: told when they are surely so, with how, and never too soon.

use super::columns::of_january;
use super::*;

#[tokio::test]
async fn a_withdrawal_is_told_after_three_polls_over_a_day_and_not_before() {
    let mut story = Story::begin();
    assert_eq!(story.told().await, ["baseline"]);
    story.rows.retain(|(n, _)| *n != 4);
    story.list();
    story.portal.remove(HOST, &path(4));
    for hours in [1, 10, 10] {
        story.pass(hours);
        assert_eq!(story.told().await, NOTHING);
    }
    story.pass(10);
    let (summary, events) = story.poll_with(&usual(), Thoroughness::News).await;
    assert_eq!(words(&events), ["withdrawn 4"]);
    assert_eq!((events[0].how, summary.counts.withdrawn), (Some(How::Gone), 1));
    story.pass(10);
    assert_eq!(story.told().await, NOTHING);
}

#[tokio::test]
async fn a_report_that_is_served_and_no_longer_listed_is_told_as_delisted_and_back_when_it_is_listed_again() {
    let mut story = Story::begin();
    story.told().await;
    let rows = story.rows.clone();
    story.rows.retain(|(n, _)| *n != 3);
    story.list();
    for _ in 0..3 {
        story.pass(11);
        assert_eq!(story.told().await, NOTHING);
    }
    story.pass(11);
    let (_, events) = story.poll_with(&usual(), Thoroughness::News).await;
    assert_eq!((words(&events), events[0].how), (vec!["withdrawn 3".to_owned()], Some(How::Delisted)));
    story.pass(24 * 40);
    assert_eq!(story.told().await, NOTHING, "that it is served is no sign that it is back");
    story.rows = rows;
    story.list();
    assert_eq!(story.told().await, ["restored 3"]);
    assert_eq!(story.told().await, NOTHING);
}

#[tokio::test]
async fn rows_that_roll_off_a_short_listing_are_nothing() {
    let mut story = Story::begin();
    story.told().await;
    for (n, day) in [(7, "03-02"), (8, "03-03"), (9, "03-04")] {
        story.serve(n, &body(n));
        story.rows.insert(0, (n, day));
        story.rows.truncate(6);
        story.list();
        story.pass(24);
        assert_eq!(story.told().await, [format!("new {n}")]);
    }
    story.pass(24 * 10);
    assert_eq!(story.told().await, NOTHING);
}

#[tokio::test]
async fn a_report_that_leads_to_the_home_page_is_withdrawn_and_says_how() {
    let story = Story::begin();
    story.told().await;
    story.portal.page(HOST, "/", "<html><body><h1>首页</h1></body></html>");
    story.portal.serve(HOST, &path(1), Reply::redirect("/"));
    let mut told = Vec::new();
    for _ in 0..5 {
        story.pass(24);
        told.extend(story.poll_with(&usual(), Thoroughness::Full).await.1);
    }
    assert_eq!(words(&told), ["withdrawn 1"]);
    assert_eq!(told[0].how, Some(How::DeadLink), "it is still listed");
}

#[tokio::test]
async fn a_report_that_leads_to_its_column_is_withdrawn_and_no_edit() {
    for is_listed in [true, false] {
        let mut story = Story::begin();
        story.told().await;
        story.portal.serve(HOST, &path(3), Reply::redirect("/tzgg/"));
        if !is_listed {
            story.rows.retain(|(n, _)| *n != 3);
            story.list();
        }
        let mut told = Vec::new();
        for _ in 0..5 {
            story.pass(24);
            told.extend(story.poll_with(&usual(), Thoroughness::Full).await.1);
        }
        assert_eq!(words(&told), ["withdrawn 3"]);
        assert_eq!(told[0].how, Some(if is_listed { How::DeadLink } else { How::HomeRedirect }));
    }
}

/// What daily polls tell, each with its day from 1.
async fn told_daily(story: &Story, text: &str, n_days: u32) -> Vec<(u32, String, Option<How>)> {
    let events = events_each(story, text, (n_days, 24)).await;
    let mut told: Vec<_> =
        events.iter().map(|(day, event)| (*day, words(std::slice::from_ref(event)).concat(), event.how)).collect();
    told.sort_by(|one, other| (one.0, &one.1).cmp(&(other.0, &other.1)));
    told
}

#[tokio::test]
async fn reports_that_left_their_listing_and_cannot_be_read_are_told_in_a_week() {
    let answers: [fn(u32) -> Reply; 4] = [
        |_| Reply { status: 403, ..Reply::html("<html><body>Forbidden</body></html>") },
        |_| Reply { status: 500, ..Reply::html("<html><body>HTTP Status 500</body></html>") },
        |_| Reply::html(""),
        |n| Reply::html(report(n, "")),
    ];
    for answer in answers {
        let mut story = Story::begin();
        story.told().await;
        for n in [3, 4] {
            story.portal.serve(HOST, &path(n), answer(n));
        }
        let answer = answer(3);
        let rows = story.rows.clone();
        story.rows.retain(|(n, _)| ![3, 4].contains(n));
        story.list();
        let told = told_daily(&story, &usual(), 20).await;
        let gone = |n: u32| (8, format!("withdrawn {n}"), Some(How::Unreadable));
        assert_eq!(told, [gone(3), gone(4)], "{answer:?}");
        story.rows = rows;
        (3..=4).for_each(|n| story.serve(n, &body(n)));
        story.list();
        let told: Vec<String> = told_daily(&story, &usual(), 20).await.into_iter().map(|(_, told, _)| told).collect();
        assert_eq!(told, ["restored 3", "restored 4"], "{answer:?}");
    }
}

#[tokio::test]
async fn a_report_that_cannot_be_read_is_nothing_while_it_is_listed_and_each_absence_counts_anew() {
    let mut story = Story::begin();
    story.told().await;
    let (rows, nothing) = (story.rows.clone(), Vec::new());
    story.portal.serve(HOST, &path(3), Reply::status(500));
    assert_eq!(told_daily(&story, &usual(), 20).await, nothing);
    for _ in 0..2 {
        story.rows.retain(|(n, _)| *n != 3);
        story.list();
        assert_eq!(told_daily(&story, &usual(), 6).await, nothing);
        story.rows.clone_from(&rows);
        story.list();
        assert_eq!(told_daily(&story, &usual(), 6).await, nothing);
    }
    let there = story.world.store.find_report(&format!("http://{HOST}{}", path(3))).await.unwrap();
    assert_eq!(there.state, ReportState::Present);
}

/// Rows 30 to 1 over pages of so many, and the site file that walks them.
fn paged(n_rows: usize) -> (Story, String) {
    let mut story = Story::begin();
    story.rows = (1..=30).rev().map(|n| (n, DAYS[n as usize - 1])).collect();
    (1..=30).for_each(|n| story.serve(n, &body(n)));
    story.list_paged(n_rows);
    let text = usual().replace("\"none\"", "\"numbered\", pattern = \"p{n}.html\", first = 2");
    (story, text)
}

/// Takes a row away, on whatever page it stands.
fn take_away(story: &mut Story, n: u32, n_rows: usize) {
    story.rows.retain(|row| row.0 != n);
    story.portal.forget();
    story.list_paged(n_rows);
}

#[tokio::test]
async fn what_left_the_first_of_many_pages_and_cannot_be_read_is_told_in_a_week_by_a_whole_walk_a_day() {
    let answers: [fn(u32) -> Reply; 2] = [|_| Reply::status(403), |n| Reply::html(report(n, ""))];
    for answer in answers {
        let (mut story, text) = paged(15);
        story.poll_with(&text, Thoroughness::News).await;
        story.portal.serve(HOST, &path(25), answer(25));
        take_away(&mut story, 25, 15);
        let mut told = Vec::new();
        for _ in 0..4 * 9 {
            story.pass(6);
            told.extend(story.poll_with(&text, Thoroughness::News).await.1);
        }
        assert_eq!((words(&told), told[0].how), (vec!["withdrawn 25".to_owned()], Some(How::Unreadable)));
        let n_second_page = story.portal.asked(HOST, "/tzgg/p2.html").len();
        assert!((7..12).contains(&n_second_page), "the second page was asked for {n_second_page} times");
    }
}

#[tokio::test]
async fn a_row_that_vanished_among_few_on_a_page_is_looked_for_within_a_day() {
    // In the middle of its page, and at the end of it.
    for n in [28, 26] {
        let (mut story, text) = paged(5);
        story.poll_with(&text, Thoroughness::News).await;
        take_away(&mut story, n, 5);
        let mut told = Vec::new();
        for poll in 0..5 {
            story.pass(if poll == 0 { 1 } else { 12 });
            told.extend(story.poll_with(&text, Thoroughness::News).await.1);
        }
        assert_eq!((words(&told), told[0].how), (vec![format!("withdrawn {n}")], Some(How::Delisted)));
        let n_last_page = story.portal.asked(HOST, "/tzgg/p6.html").len();
        assert!((3..6).contains(&n_last_page), "the last page was asked for {n_last_page} times");
    }
}

#[tokio::test]
async fn news_push_rows_to_further_pages_and_nothing_more_is_walked() {
    let (mut story, text) = paged(5);
    story.poll_with(&text, Thoroughness::News).await;
    let n_before = story.portal.asked(HOST, "/tzgg/p3.html").len();
    for n in 31..=33 {
        story.serve(n, &body(n));
        story.rows.insert(0, (n, DAYS[n as usize - 4]));
        story.list_paged(5);
        story.pass(12);
        assert_eq!(words(&story.poll_with(&text, Thoroughness::News).await.1), [format!("new {n}")]);
    }
    assert_eq!(story.portal.asked(HOST, "/tzgg/p3.html").len(), n_before);
}

#[tokio::test]
async fn a_row_that_is_back_while_its_report_is_not_asked_for_ends_its_absence() {
    let mut story = Story::begin();
    let text = format!("{SITE}expect = {{ withdrawn_after = {{ polls = 4, span = \"24h\" }} }}\n{LISTING}");
    story.poll_with(&text, Thoroughness::News).await;
    let rows = story.rows.clone();
    let mut told = Vec::new();
    // Missed for three polls, in which it comes to be asked for once a day; back for an hour; gone again.
    for (hours, is_listed) in [(30, false), (30, false), (30, false), (1, true), (40, false), (20, false), (20, false)]
    {
        story.rows.clone_from(&rows);
        story.rows.retain(|(n, _)| is_listed || *n != 3);
        story.list();
        story.pass(hours);
        let n_asked = story.portal.asked(HOST, &path(3)).len();
        told.extend(words(&story.poll_with(&text, Thoroughness::News).await.1));
        assert_eq!(story.portal.asked(HOST, &path(3)).len() > n_asked, !is_listed, "after {hours} hours");
    }
    assert_eq!(told, NOTHING);
    story.pass(24 * 7);
    assert_eq!(words(&story.poll_with(&text, Thoroughness::News).await.1), ["withdrawn 3"]);
}

#[tokio::test]
async fn reports_that_are_forbidden_for_good_do_not_keep_one_that_left_its_listing_from_being_asked_for() {
    let mut story = of_january(20);
    story.told().await;
    for n in [20, 19, 18, 17, 16, 15, 3] {
        story.portal.serve(HOST, &path(n), Reply::status(403));
    }
    story.pass(24);
    story.poll_with(&usual(), Thoroughness::Full).await;
    story.rows.retain(|(n, _)| *n != 3);
    story.list();
    let mut told = told_daily(&story, &usual(), 20).await;
    told.retain(|(_, what, _)| what != "site_recovered");
    assert_eq!(told.len(), 1, "{told:?}");
    let (day, what, how) = &told[0];
    assert_eq!((what.as_str(), *how), ("withdrawn 3", Some(How::Unreadable)));
    assert!((8..=15).contains(day), "{day}");
}

#[tokio::test]
async fn a_row_between_pages_of_two_servers_is_given_a_week() {
    for n_a_day in [1, 4] {
        let (mut story, text) = paged(15);
        story.rows.iter_mut().for_each(|(n, day)| *day = DAYS[(*n as usize - 1) / n_a_day]);
        story.list_paged(15);
        story.poll_with(&text, Thoroughness::News).await;
        // The server of the second page lacks a row of the first one: row 15 is on neither page as they come.
        let second: Vec<_> = story.rows.iter().filter(|(n, _)| *n < 15).copied().collect();
        story.portal.page(HOST, "/tzgg/p2.html", listing(&second));
        let mut told = Vec::new();
        for day in 1..=12 {
            story.pass(24);
            let (_, events) = story.poll_with(&text, Thoroughness::Full).await;
            told.extend(events.iter().map(|event| (day, words(std::slice::from_ref(event)).concat())));
        }
        assert_eq!(told, [(8, "withdrawn 15".to_owned())], "{n_a_day} rows a day");
        // A row within the pages is told as ever.
        story.rows.retain(|(n, _)| *n != 25);
        story.portal.page(HOST, "/tzgg/", listing(&story.rows[..14]));
        let told = told_daily(&story, &text, 5).await;
        assert_eq!(told, [(3, "withdrawn 25".to_owned(), Some(How::Delisted))], "{n_a_day} rows a day");
    }
}

#[tokio::test]
async fn servers_that_come_by_turns_tell_nothing_and_do_not_have_every_page_walked_at_every_poll() {
    let (mut story, text) = paged(5);
    story.poll_with(&text, Thoroughness::News).await;
    let all = story.rows.clone();
    let mut told = Vec::new();
    for poll in 0..96 {
        // The other server lacks a row of the first page.
        story.rows.clone_from(&all);
        story.rows.retain(|(n, _)| poll % 2 == 0 || *n != 28);
        story.list_paged(5);
        story.pass(1);
        told.extend(words(&story.poll_with(&text, Thoroughness::News).await.1));
    }
    assert_eq!(told, NOTHING);
    let n_last_page = story.portal.asked(HOST, "/tzgg/p6.html").len();
    assert!(n_last_page < 40, "the last page was asked for {n_last_page} times");
}

#[tokio::test]
async fn a_report_that_comes_and_goes_is_told_again_only_when_it_stays_away() {
    let mut story = Story::begin();
    story.told().await;
    let rows = story.rows.clone();
    let mut told = Vec::new();
    for (n_days, is_there) in [(3, false), (2, true), (3, false), (1, true), (6, false), (1, true), (9, false)] {
        story.rows.clone_from(&rows);
        story.rows.retain(|(n, _)| is_there || *n != 3);
        story.list();
        told.extend(told_daily(&story, &usual(), n_days).await.into_iter().map(|(day, what, _)| (n_days, day, what)));
    }
    let is = |n_days: u32, day: u32, what: &str| (n_days, day, format!("{what} 3"));
    assert_eq!(told, [is(3, 3, "withdrawn"), is(2, 1, "restored"), is(9, 8, "withdrawn")]);
}

#[tokio::test]
async fn pins_that_fill_the_first_page_withdraw_nothing() {
    let mut story = Story::begin();
    let paged = format!("{SITE}{LISTING}").replace("\"none\"", "\"numbered\", pattern = \"p{n}.html\", first = 2");
    story.rows = (1..=30).rev().map(|n| (n, DAYS[n as usize - 1])).collect();
    (1..=60).for_each(|n| story.serve(n, &body(n)));
    story.list_paged(12);
    story.poll_with(&paged, Thoroughness::News).await;
    // Twelve older reports are put on top, in the order of their dates: they fill the first page.
    let pins = (41..=52).rev().map(|n| (n, DAYS[n as usize - 41]));
    story.rows.splice(0..0, pins);
    story.list_paged(12);
    let mut told = Vec::new();
    for _ in 0..6 {
        story.pass(30);
        told.extend(words(&story.poll_with(&paged, Thoroughness::News).await.1));
    }
    assert_eq!(told.len(), 12, "{told:?}");
    assert!(told.iter().all(|word| word.starts_with("new ")), "{told:?}");
}

#[tokio::test]
async fn a_row_that_vanished_from_the_first_of_many_pages_is_looked_for_on_all_and_then_told() {
    let (mut story, text) = paged(15);
    story.poll_with(&text, Thoroughness::News).await;
    take_away(&mut story, 25, 15);
    let mut told = Vec::new();
    for _ in 0..6 {
        story.pass(11);
        told.extend(story.poll_with(&text, Thoroughness::News).await.1);
    }
    assert_eq!((words(&told), told[0].how), (vec!["withdrawn 25".to_owned()], Some(How::Delisted)));
    let n_second_page = story.portal.asked(HOST, "/tzgg/p2.html").len();
    assert!((3..6).contains(&n_second_page), "the second page was asked for {n_second_page} times");
}
