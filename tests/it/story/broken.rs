//! Layouts that changed: a listing without rows or a page without text is a fault of the site, never silence.

use super::*;

#[tokio::test]
async fn a_listing_that_holds_nothing_any_more_is_broken_and_not_empty() {
    let story = Story::begin();
    story.told().await;
    story.portal.page(HOST, "/tzgg/", "<html><body><div class=\"other\">改版</div></body></html>");
    let (summary, events) = story.poll_with(&usual(), Thoroughness::News).await;
    assert_eq!((words(&events), summary.failures[0].class), (vec!["site_broken".to_owned()], Class::Layout));
    let reason = &summary.failures[0].reason;
    assert!(reason.contains("govwatch repair") && !reason.contains("may_be_empty"), "{reason}");
}

#[tokio::test]
async fn a_redesign_does_not_hide_behind_a_listing_that_is_slow() {
    let story = Story::begin();
    let both = format!("{}{}", usual(), LISTING.replace("通知公告", "政策文件").replace("/tzgg/", "/zcwj/"));
    story.portal.page(
        HOST,
        "/zcwj/",
        format!("<ul class=\"list\"><li><a href=\"{}\">{}</a></li></ul>", path(6), title(6)),
    );
    story.poll_with(&both, Thoroughness::News).await;
    story.portal.serve(HOST, "/tzgg/", Reply::status(500));
    story.portal.page(HOST, "/zcwj/", "<html><body><div class=\"other\">改版</div></body></html>");
    story.pass(1);
    let (summary, events) = story.poll_with(&both, Thoroughness::News).await;
    assert_eq!((words(&events), summary.failures[0].class), (vec!["site_broken".to_owned()], Class::Layout));
    assert!(summary.failures[0].reason.contains("政策文件"), "{}", summary.failures[0].reason);
}

#[tokio::test]
async fn pages_that_a_script_fills_from_now_on_are_not_passed_over_in_silence() {
    let story = Story::begin();
    story.told().await;
    (1..=6).for_each(|n| story.portal.page(HOST, &path(n), "<html><body><div id=\"app\"></div></body></html>"));
    story.pass(30);
    let (summary, events) = story.poll_with(&usual(), Thoroughness::News).await;
    assert_eq!((words(&events), summary.failures[0].class), (vec!["site_broken".to_owned()], Class::Layout));
    assert!(summary.failures[0].reason.contains("6 of 6 reports"), "{}", summary.failures[0].reason);
}

#[tokio::test]
async fn selectors_that_find_nothing_any_more_are_told_and_no_edit_is() {
    let story = Story::begin();
    let own = format!("{}[report]\nbody = \"div.text-of-the-old-template\"\n", usual());
    let (summary, events) = story.poll_with(&own, Thoroughness::News).await;
    assert_eq!(words(&events), ["baseline", "site_broken"]);
    assert!(summary.failures[0].reason.contains("[report]"), "{}", summary.failures[0].reason);
}

#[tokio::test]
async fn a_listing_that_leads_to_the_home_page_gives_no_rows() {
    let story = Story::begin();
    story.told().await;
    let home = "<html><body><ul class=\"list\"><li><a href=\"/x/1.html\">关于做好第99号工作的通知</a><span>2026-03-01</span></li></ul></body></html>";
    story.portal.page(HOST, "/", home);
    story.portal.serve(HOST, "/tzgg/", Reply::redirect("/"));
    assert_eq!(story.told().await, ["site_broken"]);
}
