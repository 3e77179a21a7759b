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

#[tokio::test]
async fn rows_that_other_selectors_missed_are_no_news_and_what_came_since_is() {
    let mut story = Story::begin();
    story.rows.push((7, "01-20"));
    story.serve(7, &body(7));
    let listed = |story: &Story, hidden: &[u32]| {
        let rows = story.rows.iter().fold(String::new(), |list, (n, day)| {
            let class = if hidden.contains(n) { "hot" } else { "row" };
            format!("{list}<li class={class}><a href=\"{}\">{}</a><span>2026-{day}</span></li>", path(*n), title(*n))
        });
        story.portal.page(HOST, "/tzgg/", format!("<html><body><ul class=\"list\">{rows}</ul></body></html>"));
    };
    let narrow = usual().replace("ul.list li", "ul.list li.row");
    listed(&story, &[5, 2]);
    let (summary, _) = story.poll_with(&narrow, Thoroughness::News).await;
    assert_eq!(summary.counts.baseline, 5);
    // 8 came after that walk, on its very day; it and the rows that were missed are read by the other selector.
    story.pass(2);
    story.rows.insert(0, (8, "03-02"));
    story.serve(8, &body(8));
    listed(&story, &[5, 2]);
    let (_, events) = story.poll_with(&usual(), Thoroughness::News).await;
    assert_eq!(words(&events), ["new 8"]);
    story.pass(30);
    story.rows.insert(0, (9, "03-03"));
    story.rows.insert(3, (10, "02-15"));
    (9..=10).for_each(|n| story.serve(n, &body(n)));
    listed(&story, &[5, 2]);
    let (_, events) = story.poll_with(&usual(), Thoroughness::News).await;
    let mut told = words(&events);
    told.sort();
    assert_eq!(told, ["new 10", "new 9"], "the new selector has walked it all: what is slipped in now is news");
}

#[tokio::test]
async fn other_rules_of_our_own_are_a_silent_baseline() {
    let story = Story::begin();
    story.told().await;
    // The second paragraph, which repeats the first, is left out from now on.
    let other = format!("{}[report]\nbody = \"div.TRS_Editor p:first-child\"\n", usual());
    let (summary, events) = story.poll_with(&other, Thoroughness::Full).await;
    assert_eq!((words(&events), summary.counts.unchanged), (vec![], 6));
    story.serve(2, &body(2).replace("14件", "13件"));
    assert_eq!(words(&story.poll_with(&other, Thoroughness::Full).await.1), ["edited 2"]);
}
