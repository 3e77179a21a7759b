//! Portals that are down, refuse, or show something else: one word to the operator, and no event of content.

use super::*;

#[tokio::test]
async fn a_night_of_maintenance_is_no_withdrawal() {
    let story = Story::begin();
    story.told().await;
    story.pass(30);
    for n in 1..=6 {
        story.portal.serve(HOST, &path(n), Reply::status(503));
    }
    assert_eq!(story.told().await, NOTHING);
    (1..=6).for_each(|n| story.serve(n, &body(n)));
    story.pass(30);
    assert_eq!(story.told().await, NOTHING);
}

#[tokio::test]
async fn a_wall_ends_the_poll_and_changes_nothing() {
    let story = Story::begin();
    story.told().await;
    story.portal.page(HOST, "/tzgg/", "<html><script>var $_ts=window['$_ts'];</script></html>");
    let (summary, events) = story.poll_with(&usual(), Thoroughness::Full).await;
    assert_eq!((words(&events), events[0].class.as_deref()), (vec!["site_broken".to_owned()], Some("blocked")));
    assert_eq!(summary.failures[0].class, Class::Blocked);
    story.list();
    story.pass(24);
    assert_eq!(story.told().await, ["site_recovered"]);
}

#[tokio::test]
async fn a_portal_that_asks_for_a_pause_is_left_alone_and_not_called_broken() {
    let story = Story::begin();
    story.told().await;
    story.portal.serve(HOST, "/tzgg/", Reply::status(429).with("Retry-After", "7200"));
    assert_eq!(story.told().await, ["site_broken"], "the first refusal is told");
    story.list();
    let n_asks = story.portal.asks().len();
    story.pass(1);
    let (summary, events) = story.poll_with(&usual(), Thoroughness::News).await;
    assert_eq!((words(&events), summary.failures.len(), summary.held.len()), (vec![], 0, 1));
    assert_eq!(story.portal.asks().len(), n_asks, "not before the two hours are over");
    story.pass(2);
    assert_eq!(story.told().await, ["site_recovered"]);
}

#[tokio::test]
async fn an_outage_of_the_whole_portal_withdraws_nothing() {
    let story = Story::begin();
    story.told().await;
    let gone =
        || Reply { body: "<html><title>404</title><body>找不到页面</body></html>".into(), ..Reply::status(404) };
    story.portal.serve(HOST, "/tzgg/", gone());
    (1..=6).for_each(|n| story.portal.serve(HOST, &path(n), gone()));
    let mut told = Vec::new();
    for _ in 0..6 {
        story.pass(30);
        told.extend(words(&story.poll_with(&usual(), Thoroughness::Full).await.1));
    }
    assert_eq!(told, ["site_broken"]);
    story.list();
    (1..=6).for_each(|n| story.serve(n, &body(n)));
    story.pass(30);
    assert_eq!(story.told().await, ["site_recovered"]);
}

#[tokio::test]
async fn a_recheck_that_failed_is_tried_again_at_the_next_poll() {
    let story = Story::begin();
    story.told().await;
    story.pass(30);
    story.portal.serve(HOST, &path(4), Reply::status(500));
    assert_eq!(story.told().await, NOTHING);
    story.serve(4, &body(4).replace("15件", "9件"));
    story.pass(1);
    assert_eq!(story.told().await, ["edited 4"]);
}

#[tokio::test]
async fn a_maintenance_page_is_no_first_revision() {
    let mut story = Story::begin();
    story.told().await;
    story.rows.insert(0, (7, "03-01"));
    story.list();
    story.portal.page(
        HOST,
        &path(7),
        "<html><title>系统维护</title><body><p>系统维护中,请稍后访问。</p></body></html>",
    );
    assert_eq!(story.told().await, NOTHING);
    story.serve(7, &body(7));
    story.pass(1);
    assert_eq!(story.told().await, ["new 7"]);
}

#[tokio::test]
async fn an_error_page_that_stands_for_days_is_no_edit() {
    let story = Story::begin();
    story.told().await;
    for n in 1..=6 {
        story.portal.page(
            HOST,
            &path(n),
            "<html><head><title>系统维护</title></head><body><h1>系统维护中</h1></body></html>",
        );
    }
    let mut told = Vec::new();
    for _ in 0..5 {
        story.pass(26);
        told.extend(words(&story.poll_with(&usual(), Thoroughness::Full).await.1));
    }
    assert_eq!(told, ["site_broken"]);
    (1..=6).for_each(|n| story.serve(n, &body(n)));
    story.pass(48);
    assert_eq!(words(&story.poll_with(&usual(), Thoroughness::Full).await.1), ["site_recovered"]);
}
