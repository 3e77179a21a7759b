//! Histories that are bounded by a day or by a number of pages: what lies beyond is unknown, never missing, and no news
//! when it is walked after all.

use super::walking::{Board, all, found, paged};
use super::*;

/// The listing's table with one more line.
fn with(line: &str) -> String {
    format!("{}{line}\n", paged())
}

fn by_day(since: Option<&str>, until: Option<&str>) -> PollOptions {
    let day = |text: Option<&str>| text.map(|text| text.parse().unwrap());
    PollOptions { since: day(since), until: day(until), ..PollOptions::default() }
}

/// Report n is dated n days after New Year 2025: the 40th of 10 February.
const SINCE: &str = "2025-02-10";

#[tokio::test]
async fn a_walk_stops_at_the_day_of_its_listing_and_misses_nothing_beyond() {
    let story = Story::begin();
    let board = Board::of(&story, 90, |_, _, _| {});
    // Two old rows are pinned to the top: they stop nothing, and are not read.
    board.change(|rows| drop(rows.splice(0..0, [3, 2])));
    let bounded = with(&format!("since = \"{SINCE}\""));
    let (summary, events) = story.poll_with(&bounded, Thoroughness::News).await;
    assert_eq!((words(&events), summary.counts.baseline), (vec!["baseline".to_owned()], 51));
    assert_eq!(found(&story).await, (40..=90).collect::<Vec<u32>>());
    assert_eq!(board.asked(), [1, 1, 1, 1, 1, 1, 1], "down to a page of old rows only");
    let status = &story.world.store.statuses(&[]).await.unwrap()[0];
    assert_eq!(status.complete_since.unwrap().to_string(), SINCE);
    assert!(status.listings[0].reason.as_deref().unwrap().contains(SINCE), "{:?}", status.listings);
    for days in [1, 8, 8] {
        story.pass(24 * days);
        assert_eq!(words(&story.poll_with(&bounded, Thoroughness::News).await.1), NOTHING);
    }
    // Without the bound the rest is walked: it was there all along.
    let (summary, events) = story.poll_with(&paged(), Thoroughness::News).await;
    assert_eq!((words(&events), summary.counts.baseline), (vec![], 39));
    assert_eq!(found(&story).await, all(90));
}

#[tokio::test]
async fn a_fetch_since_a_day_leaves_the_rest_to_the_next_one_in_silence() {
    let story = Story::begin();
    let board = Board::of(&story, 90, |_, _, _| {});
    let (summary, events) = story.poll_by(&paged(), by_day(Some(SINCE), None)).await;
    assert_eq!((words(&events), summary.counts.baseline), (vec!["baseline".to_owned()], 51));
    board.change(|rows| rows.insert(0, 91));
    story.pass(1);
    let (summary, events) = story.poll_with(&paged(), Thoroughness::News).await;
    assert_eq!((words(&events), summary.counts.baseline), (vec!["new 91".to_owned()], 39));
    story.portal.forget();
    story.pass(1);
    assert_eq!(words(&story.poll_by(&paged(), by_day(Some(SINCE), None)).await.1), NOTHING);
    story.pass(1);
    assert_eq!(words(&story.poll_with(&paged(), Thoroughness::News).await.1), NOTHING);
    assert_eq!(board.asked(), [2], "what is known to its end stays known");
}

#[tokio::test]
async fn a_fetch_until_a_day_reads_what_is_older_and_the_next_one_the_rest() {
    let story = Story::begin();
    let board = Board::of(&story, 60, |_, _, _| {});
    let (summary, _) = story.poll_by(&paged(), by_day(None, Some(SINCE))).await;
    assert_eq!(summary.counts.reports_read, 40);
    board.change(|rows| rows.insert(0, 61));
    story.pass(1);
    assert_eq!(words(&story.poll_by(&paged(), by_day(None, Some(SINCE))).await.1), NOTHING, "61 is left for later");
    let (summary, events) = story.poll_with(&paged(), Thoroughness::News).await;
    assert_eq!((words(&events), summary.counts.baseline), (vec!["new 61".to_owned()], 20));
    assert_eq!(found(&story).await, all(61));
}

#[tokio::test]
async fn pages_beyond_a_limit_are_no_news_when_the_limit_is_raised() {
    let story = Story::begin();
    Board::of(&story, 90, |_, _, _| {});
    let limited = paged().replace("first = 2 }", "first = 2, limit = 3 }");
    let (summary, _) = story.poll_with(&limited, Thoroughness::News).await;
    assert_eq!(summary.counts.baseline, 30);
    story.pass(24);
    assert_eq!(words(&story.poll_with(&limited, Thoroughness::News).await.1), NOTHING);
    let (summary, events) = story.poll_with(&paged(), Thoroughness::News).await;
    assert_eq!((words(&events), summary.counts.baseline), (vec![], 60));
    assert_eq!(found(&story).await, all(90));
}

#[tokio::test]
async fn a_status_says_how_far_a_first_walk_has_come() {
    let story = Story::begin();
    Board::of(&story, 90, |_, _, _| {});
    story.portal.serve(HOST, "/tzgg/p4.html", Reply::status(500));
    story.poll_with(&paged(), Thoroughness::News).await;
    let status = &story.world.store.statuses(&[]).await.unwrap()[0];
    let listing = &status.listings[0];
    assert_eq!(status.complete_since.unwrap().to_string(), "2025-03-03", "report 61 is the last of page 3");
    assert_eq!((listing.pages, listing.entries, listing.pending, listing.is_whole), (3, 30, 0, false));
    assert_eq!(listing.reach.as_deref(), Some("cut"));
    assert!(listing.reason.as_deref().unwrap().contains("500"), "{listing:?}");
}

#[tokio::test]
async fn a_pager_that_leads_to_a_host_of_others_is_not_followed_until_the_site_file_names_it() {
    const OTHER: &str = "other.story.example";
    let story = Story::begin();
    let row = |n: u32| format!("<li><a href=\"http://{HOST}{0}\">{1}</a></li>", super::path(n), title(n));
    let page = |n: u32, next: &str| format!("<html><body><ul class=\"list\">{}</ul>{next}</body></html>", row(n));
    story.portal.page(HOST, "/tzgg/", page(6, &format!("<a class=\"next\" href=\"http://{OTHER}/2.html\">下一页</a>")));
    story.portal.page(OTHER, "/2.html", page(5, ""));
    let linked = usual().replace("kind = \"none\"", "kind = \"next\", link = \"a.next::attr(href)\"");
    let keyed = |hosts: &str| format!("{linked}[fetch]\nheaders = {{ x-key = \"secret\" }}\nhosts = [{hosts}]\n");
    let (summary, _) = story.poll_with(&keyed(""), Thoroughness::News).await;
    let failure = &summary.failures[0];
    assert_eq!(failure.class, Class::Config, "{failure:?}");
    assert!(failure.reason.contains(&format!("add {OTHER:?} to `fetch.hosts`")), "{failure:?}");
    assert_eq!(story.portal.asks().iter().filter(|ask| ask.host == OTHER).count(), 0, "not even its robots.txt");
    let (summary, _) = story.poll_with(&keyed(&format!("{OTHER:?}")), Thoroughness::Full).await;
    assert_eq!(summary.failures.len(), 0, "{:?}", summary.failures);
    assert_eq!(story.portal.asked(OTHER, "/2.html")[0].header("x-key"), Some("secret"));
}

#[tokio::test]
async fn a_row_that_is_pinned_above_itself_is_one_row() {
    let mut story = Story::begin();
    story.rows.insert(0, (4, "02-14"));
    story.list();
    let (summary, events) = story.poll_with(&usual(), Thoroughness::News).await;
    assert_eq!((words(&events), summary.counts.baseline, summary.counts.entries), (vec!["baseline".to_owned()], 6, 6));
}

#[tokio::test]
async fn a_walk_that_leaves_older_rows_of_its_last_page_alone_is_not_of_all() {
    let story = Story::begin();
    let since = by_day(Some("2026-02-10"), None);
    let (summary, _) = story.poll_by(&usual(), since).await;
    assert_eq!(summary.counts.baseline, 3);
    let listing = story.world.store.statuses(&[]).await.unwrap()[0].listings[0].clone();
    assert!(!listing.is_whole, "{listing:?}");
    assert_eq!(listing.complete_since.unwrap().to_string(), "2026-02-10");
    story.pass(1);
    let (summary, events) = story.poll_with(&usual(), Thoroughness::News).await;
    assert_eq!((words(&events), summary.counts.baseline), (vec![], 3), "the next one takes them, in silence");
    let listing = story.world.store.statuses(&[]).await.unwrap()[0].listings[0].clone();
    assert!(listing.is_whole, "{listing:?}");
}
