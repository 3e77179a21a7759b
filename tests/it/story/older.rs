//! Rows that are gone and whose reports are not: a listing as it was before, and a host that nobody asks.

use super::*;

/// Reports 7, 8 and 9 appeared after the baseline, one after another.
async fn with_news() -> Story {
    let mut story = Story::begin();
    story.told().await;
    for (n, day) in [(7, "02-27"), (8, "02-28"), (9, "03-01")] {
        story.rows.insert(0, (n, day));
        story.serve(n, &body(n));
        story.list();
        story.pass(26);
        assert_eq!(story.told().await, [format!("new {n}")]);
    }
    story
}

/// What so many polls tell, 26 hours apart.
async fn told(story: &Story, n_polls: usize) -> Vec<String> {
    let mut told = Vec::new();
    for _ in 0..n_polls {
        story.pass(26);
        told.extend(story.told().await);
    }
    told
}

#[tokio::test]
async fn a_listing_as_it_was_before_withdraws_nothing() {
    let story = with_news().await;
    story.portal.page(HOST, "/tzgg/", listing(&story.rows[3..]));
    assert_eq!(told(&story, 6).await, NOTHING, "a cache of before");
    story.list();
    assert_eq!(told(&story, 3).await, NOTHING);
}

#[tokio::test]
async fn what_stays_off_a_listing_is_told_in_a_week_and_when_something_appears_at_once() {
    let mut story = with_news().await;
    story.portal.page(HOST, "/tzgg/", listing(&story.rows[2..]));
    assert_eq!(told(&story, 6).await, NOTHING);
    assert_eq!(told(&story, 3).await, ["withdrawn 8", "withdrawn 9"]);

    story = with_news().await;
    story.portal.page(HOST, "/tzgg/", listing(&story.rows[2..]));
    assert_eq!(told(&story, 4).await, NOTHING);
    story.rows.drain(..2);
    story.rows.insert(0, (10, "03-05"));
    story.serve(10, &body(10));
    story.list();
    assert_eq!(told(&story, 2).await, ["new 10", "withdrawn 8", "withdrawn 9"]);
}

#[tokio::test]
async fn the_newest_of_a_baseline_are_given_a_week_too() {
    let story = Story::begin();
    story.told().await;
    story.portal.page(HOST, "/tzgg/", listing(&story.rows[2..]));
    assert_eq!(told(&story, 6).await, NOTHING, "a cache of before");
    assert_eq!(told(&story, 3).await, ["withdrawn 5", "withdrawn 6"]);

    let mut story = Story::begin();
    story.told().await;
    story.rows.drain(2..4);
    story.list();
    assert_eq!(told(&story, 4).await, ["withdrawn 3", "withdrawn 4"], "newer ones stand above them");
}

#[tokio::test]
async fn of_the_newest_two_one_that_is_gone_and_one_that_is_delisted_are_told() {
    let story = with_news().await;
    story.portal.page(HOST, "/tzgg/", listing(&story.rows[2..]));
    story.portal.remove(HOST, &path(9));
    assert_eq!(told(&story, 5).await, ["withdrawn 8", "withdrawn 9"]);
}

/// The listing with links to another host in its newest rows.
fn list_elsewhere(story: &Story, n_rows: usize) {
    let mut list = listing(&story.rows);
    for (n, _) in &story.rows[..n_rows] {
        list = list.replace(&path(*n), &format!("http://other.story.example{}", path(*n)));
    }
    story.portal.page(HOST, "/tzgg/", list);
}

#[tokio::test]
async fn rows_that_turn_to_a_host_that_nobody_asks_are_neither_news_nor_withdrawals() {
    let mut story = with_news().await;
    list_elsewhere(&story, 2);
    assert_eq!(told(&story, 4).await, NOTHING);
    // What is published there is news, under whatever name was not listed yet.
    story.rows.insert(0, (10, "03-05"));
    list_elsewhere(&story, 3);
    assert_eq!(told(&story, 4).await, ["new 10"]);
    // The old address of one is given up.
    story.portal.remove(HOST, &path(9));
    let mut told = Vec::new();
    for _ in 0..5 {
        story.pass(26);
        told.push(words(&story.poll_with(&usual(), Thoroughness::Full).await.1).join(" "));
    }
    assert_eq!(told, ["", "", "moved 9", "", ""], "one bad night is none");
}

#[tokio::test]
async fn a_row_on_another_host_beside_one_of_its_name_is_news() {
    let story = with_news().await;
    let beside =
        format!("<li><a href=\"http://other.story.example/9.html\">{}</a><span>2026-03-01</span></li>", title(9));
    story.portal.page(
        HOST,
        "/tzgg/",
        listing(&story.rows).replace("<ul class=\"list\">", &format!("<ul class=\"list\">{beside}")),
    );
    assert_eq!(told(&story, 3).await, ["new 9"]);
}

#[tokio::test]
async fn rows_that_the_routes_of_a_script_tell_apart_are_told_by_themselves() {
    let mut story = with_news().await;
    for n in [10, 11] {
        story.rows.insert(0, (n, "03-05"));
    }
    // One page for all of them, which says what its script would put there only to a browser.
    story.portal.page(HOST, "/detail.html", body(12));
    let mut list = listing(&story.rows);
    for n in [10, 11] {
        list = list.replace(&path(n), &format!("/detail.html#/art/{n}"));
    }
    story.portal.page(HOST, "/tzgg/", list);
    assert_eq!(told(&story, 4).await, ["new 10", "new 11"]);
}
