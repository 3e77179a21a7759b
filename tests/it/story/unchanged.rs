//! Listings that do not change are not read again; what changes in them is told at the next poll.

use super::*;

const LONG_AGO: &str = "Mon, 02 Feb 2026 02:00:00 GMT";

/// The listing as it is now, with a tag.
fn tagged(story: &Story, tag: &str, built_at: &str) {
    let list: String = story.rows.iter().fold(String::new(), |list, (n, day)| {
        format!("{list}<li><a href=\"{}\">{}</a><span>2026-{day}</span></li>", path(*n), title(*n))
    });
    let page = Reply::html(format!("<html><body><ul class=\"list\">{list}</ul></body></html>"));
    story.portal.serve(HOST, "/tzgg/", page.with("ETag", tag).with("Last-Modified", built_at));
}

/// The conditions of the requests for the listing, in order.
fn conditions(story: &Story) -> Vec<Option<String>> {
    let asks = story.portal.asked(HOST, "/tzgg/");
    asks.iter().map(|ask| ask.header("if-none-match").map(str::to_owned)).collect()
}

#[tokio::test]
async fn a_portal_is_never_asked_whether_its_listing_has_changed() {
    let mut story = Story::begin();
    tagged(&story, "\"one\"", LONG_AGO);
    story.told().await;
    story.pass(1);
    assert!(story.told().await.is_empty());
    story.rows.insert(0, (7, "03-02"));
    story.serve(7, &body(7));
    // The tag stays what it was: a portal that never learns.
    tagged(&story, "\"one\"", LONG_AGO);
    story.pass(1);
    assert_eq!(story.told().await, ["new 7"]);
    assert_eq!(conditions(&story), [None, None, None]);
}

#[tokio::test]
async fn the_same_bytes_without_validators_are_the_same_rows() {
    let mut story = Story::begin();
    let (n_first, mut n_next) = (story.told().await.len(), 0);
    for _ in 0..3 {
        story.pass(1);
        n_next += story.told().await.len();
    }
    assert_eq!((n_first, n_next), (1, 0), "the baseline is all that is told");
    story.rows.insert(0, (7, "03-02"));
    story.serve(7, &body(7));
    story.list();
    story.pass(1);
    assert_eq!(story.told().await, ["new 7"]);
}

#[tokio::test]
async fn a_listing_with_a_counter_in_it_is_kept_once_a_day_and_its_next_row_is_told() {
    let mut story = Story::begin();
    let counted = |story: &Story| {
        let list: String = story.rows.iter().fold(String::new(), |list, (n, day)| {
            format!("{list}<li><a href=\"{}\">{}</a><span>2026-{day}</span></li>", path(*n), title(*n))
        });
        story.portal.answer(HOST, "/tzgg/", move |ask| {
            Reply::html(format!("<html><body><ul class=\"list\">{list}</ul>第{}次</body></html>", ask.nth))
        });
    };
    counted(&story);
    story.told().await;
    let site = story.site(&usual());
    let rule = &site.listings[0];
    let rules =
        govwatch::store::ListingRules { filter: govwatch::model::Hash::of(b""), rows: govwatch::model::Hash::of(b"") };
    let kept = async || {
        let state = story.world.store.listing(&site.id, &rule.name, &rule.place(), rules).await.unwrap();
        state.first_page.unwrap()
    };
    let first = kept().await;
    story.clock.advance(SignedDuration::from_hours(1));
    assert!(story.told().await.is_empty());
    assert_eq!(kept().await, first, "the same rows in other bytes are no reason to write");
    story.rows.insert(0, (7, "03-02"));
    story.serve(7, &body(7));
    counted(&story);
    story.pass(1);
    assert_eq!(story.told().await, ["new 7"]);
}
