//! Listings that do not change are not read again; what changes in them is told at the next poll.

use govwatch::model::{Hash, ListingPage};
use govwatch::store::{FirstPage, ListingRules, ListingState};

use super::*;

/// The listing as it is now, with a tag that never changes: a portal that never learns.
fn tagged(story: &Story) {
    let page = Reply::html(listing(&story.rows));
    story.portal.serve(
        HOST,
        "/tzgg/",
        page.with("ETag", "\"one\"").with("Last-Modified", "Mon, 02 Feb 2026 02:00:00 GMT"),
    );
}

/// What the store knows of the listing.
async fn known(story: &Story) -> ListingState {
    let site = story.site(&usual());
    let rule = &site.listings[0];
    let rules = ListingRules { filter: Hash::of(b""), rows: Hash::of(b"") };
    story.world.store.listing(&site.id, &rule.name, &rule.place(), rules, story.world.clock.now()).await.unwrap()
}

/// The conditions of the requests for the listing, in order.
fn conditions(story: &Story) -> Vec<Option<String>> {
    let asks = story.portal.asked(HOST, "/tzgg/");
    asks.iter().map(|ask| ask.header("if-none-match").map(str::to_owned)).collect()
}

#[tokio::test]
async fn a_portal_is_never_asked_whether_its_listing_has_changed() {
    let mut story = Story::begin();
    tagged(&story);
    story.told().await;
    story.pass(1);
    assert!(story.told().await.is_empty());
    story.rows.insert(0, (7, "03-02"));
    story.serve(7, &body(7));
    tagged(&story);
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
        let page = listing(&story.rows);
        story.portal.answer(HOST, "/tzgg/", move |ask| Reply::html(format!("{page}第{}次", ask.nth)));
    };
    counted(&story);
    story.told().await;
    let first = known(&story).await.first_page.unwrap();
    story.pass(1);
    assert!(story.told().await.is_empty());
    assert_eq!(known(&story).await.first_page.unwrap(), first, "the same rows in other bytes are no reason to write");
    story.rows.insert(0, (7, "03-02"));
    story.serve(7, &body(7));
    counted(&story);
    story.pass(1);
    assert_eq!(story.told().await, ["new 7"]);
}

#[tokio::test]
async fn the_same_bytes_are_not_read_twice_a_day_unless_all_is_read() {
    let story = Story::begin();
    story.told().await;
    let state = known(&story).await;
    let kept = state.first_page.unwrap();
    let (kind, page) = kept.page().unwrap();
    // Three rows less than the portal shows: who read its page would see six.
    let planted = ListingPage { entries: page.entries[..3].to_vec(), ..page };
    let planted = FirstPage::of(kept.answer.clone(), kind, &planted).unwrap();
    story.world.store.keep_first_page(state.listing, Arc::new(planted), None).await.unwrap();
    let n_rows = async |thoroughness| story.poll_with(&usual(), thoroughness).await.0.counts.entries;
    story.pass(1);
    assert_eq!(n_rows(Thoroughness::News).await, 3);
    assert_eq!(n_rows(Thoroughness::Full).await, 6);
    story.pass(24);
    assert_eq!(n_rows(Thoroughness::News).await, 6, "another day");
}
