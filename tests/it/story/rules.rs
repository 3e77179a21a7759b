//! Our own rules change: what they read wrongly before is right then, and nobody is told.

use govwatch::crawl::Thoroughness;

use super::{HOST, LISTING, NOTHING, SITE, Story, body, path, title, usual, words};

/// A page that states its date in a meta tag, and beside it the day on which it was made.
fn page(n: u32, meta: &str) -> String {
    format!(
        "<html><head><title>{0}</title>{meta}</head><body><h1>{0}</h1><div class=TRS_Editor><p>{1}</p></div>\
         <p class=made>2026-03-01</p></body></html>",
        title(n),
        body(n)
    )
}

impl Story {
    async fn published(&self, url: &str) -> Option<String> {
        let report = self.world.store.find_report(url).await.unwrap();
        let document = self.world.store.document(report.report, report.revision.unwrap()).await.unwrap();
        let shown = |day: Option<govwatch::model::Stated>| day.map(|day| day.to_string());
        assert_eq!(shown(document.published), shown(report.published), "the report says what its reading says");
        shown(document.published)
    }

    /// What polls of two days tell under these rules.
    async fn silently(&self, site: &str) {
        for _ in 0..2 {
            self.pass(30);
            assert_eq!(words(&self.poll_with(site, Thoroughness::Full).await.1), NOTHING);
        }
    }
}

#[tokio::test]
async fn a_date_that_a_selector_read_wrongly_is_corrected_with_the_selector() {
    let wrong = format!("{}[report]\npublished = \".made::text\"\n", usual());
    let story = Story::begin();
    story.portal.page(HOST, &path(4), page(4, "<meta name=PubDate content=\"2026-02-14\">"));
    story.portal.page(HOST, &path(3), page(3, "<meta name=PubDate content=\"2026-02-27\">"));
    story.portal.page(HOST, &path(2), page(2, ""));
    story.poll_with(&wrong, Thoroughness::News).await;
    let url = |n: u32| format!("http://{HOST}{}", path(n));
    assert_eq!(story.published(&url(4)).await.as_deref(), Some("2026-03-01"));
    story.silently(&usual()).await;
    for (n, day) in [(4, "2026-02-14"), (3, "2026-02-09"), (2, "2026-02-05")] {
        assert_eq!(story.published(&url(n)).await.as_deref(), Some(day), "report {n}: by its tag or by its row");
    }
    story.silently(&wrong).await;
    assert_eq!(story.published(&url(2)).await.as_deref(), Some("2026-03-01"));
}

#[tokio::test]
async fn a_date_that_no_rule_reads_any_more_is_unknown_and_no_edit() {
    let watched = format!("{SITE}{LISTING}[[page]]\nurl = \"http://{HOST}/zn.html\"\n");
    let wrong = format!("{watched}[report]\npublished = \".made::text\"\n");
    let story = Story::begin();
    story.portal.page(HOST, "/zn.html", page(9, ""));
    story.poll_with(&wrong, Thoroughness::News).await;
    let url = format!("http://{HOST}/zn.html");
    assert_eq!(story.published(&url).await.as_deref(), Some("2026-03-01"));
    story.silently(&watched).await;
    assert_eq!(story.published(&url).await, None);
}

#[tokio::test]
async fn a_row_that_shows_another_day_is_no_edit_before_and_after_other_rules() {
    let mut story = Story::begin();
    story.portal.page(HOST, &path(2), page(2, ""));
    story.told().await;
    story.rows[4] = (2, "02-06");
    story.list();
    story.silently(&usual()).await;
    let url = format!("http://{HOST}{}", path(2));
    assert_eq!(story.published(&url).await.as_deref(), Some("2026-02-05"), "another day of its row is none of its own");
    let other = format!("{}[report]\nstrip = [\".ad\"]\n", usual());
    story.silently(&other).await;
}
