//! When a site and its reports are due again: after failures that somebody looks into, after an edit of its file.

use govwatch::crawl::Thoroughness;
use govwatch::model::SiteId;
use jiff::{SignedDuration, Timestamp};

use super::{HOST, LISTING, SITE, Story, path, usual};
use crate::portal::Reply;

impl Story {
    async fn due(&self) -> Timestamp {
        self.world.store.site_state(&SiteId::new("story")).await.unwrap().next_due_at.unwrap()
    }
}

#[tokio::test]
async fn whoever_polls_a_broken_site_by_hand_does_not_put_its_next_poll_off() {
    let story = Story::begin();
    story.told().await;
    story.portal.answer_all(HOST, |_| Reply::status(403));
    story.portal.serve(HOST, "/tzgg/", Reply::status(403));
    story.pass(2);
    story.told().await;
    let due = story.due().await;
    let wait = due.duration_since(story.world.clock.now());
    assert!(wait < SignedDuration::from_mins(70), "an hour after the first refusal: {wait}");
    for _ in 0..5 {
        story.clock.advance(SignedDuration::from_mins(5));
        story.told().await;
    }
    assert!(story.due().await <= due, "it is due when it was, or sooner");
}

#[tokio::test]
async fn an_edited_recheck_reaches_the_reports_that_are_known() {
    let story = Story::begin();
    let rarely = format!("{SITE}recheck = \"90 days\"\n{LISTING}");
    story.poll_with(&rarely, Thoroughness::News).await;
    let asked = || (1..=6).map(|n| story.portal.asked(HOST, &path(n)).len()).sum::<usize>();
    story.portal.forget();
    let often = format!("{SITE}recheck = \"24h\"\n{LISTING}");
    story.pass(5);
    story.poll_with(&often, Thoroughness::News).await;
    assert_eq!(asked(), 0, "not all at once");
    for _ in 0..5 {
        story.pass(5);
        story.poll_with(&often, Thoroughness::News).await;
    }
    assert_eq!(asked(), 6, "each was read again within a day");
    story.portal.forget();
    story.pass(5);
    // The usual decay asks for nothing before the third day.
    story.poll_with(&usual(), Thoroughness::News).await;
    assert!(asked() <= 6, "{}", asked());
}
