//! Articles over several pages, over days; and what kind of report each shows itself to be.

use govwatch::crawl::Thoroughness;
use govwatch::model::{Doubt, FieldName};

use super::{HOST, NOTHING, Story, body, path, title, usual, words};
use crate::portal::Reply;

/// Page `n` of report 4, which has three.
fn page(n: u32, text: &str) -> String {
    let heading = title(4);
    format!(
        "<html><head><title>{heading}</title></head><body><h1>{heading}</h1><div class=\"info\">发布时间:2026-02-14</div>\
         <div class=\"TRS_Editor\"><p>{text}</p></div>\
         <div class=\"page\"><script>createPageHTML(3,{n},\"4\",\"html\");</script></div></body></html>"
    )
}

/// Page `n` of report 4, whose pager is links.
fn linked(n: u32, pager: &str) -> String {
    let heading = title(4);
    format!(
        "<html><head><title>{heading}</title></head><body><h1>{heading}</h1><div class=\"info\">发布时间:2026-02-14</div>\
         <div class=\"TRS_Editor\"><p>{}</p></div><div class=\"page\">{pager}</div></body></html>",
        part(n)
    )
}

fn part(n: u32) -> String {
    format!("{}这是第{n}页的内容,办结各类案件{n}件。", body(4))
}

impl Story {
    fn serve_article(&self) {
        self.portal.page(HOST, &path(4), page(0, &part(1)));
        self.portal.page(HOST, "/tzgg/2026/4_1.html", page(1, &part(2)));
        self.portal.page(HOST, "/tzgg/2026/4_2.html", page(2, &part(3)));
    }

    async fn text_of_4(&self) -> (String, Vec<Doubt>) {
        let (report, revision) = self.report(4).await;
        let document = self.world.store.document(report, revision).await.unwrap();
        (document.text(), document.doubts)
    }
}

#[tokio::test]
async fn an_article_over_three_pages_is_one_report_and_an_edit_on_its_last_page_is_told() {
    let story = Story::begin();
    story.serve_article();
    assert_eq!(story.told().await, ["baseline"]);
    let (text, doubts) = story.text_of_4().await;
    for n in 1..=3 {
        assert_eq!(text.matches(&format!("这是第{n}页")).count(), 1, "{text}");
    }
    assert_eq!(doubts, []);
    story.pass(30);
    assert_eq!(words(&story.poll_with(&usual(), Thoroughness::Full).await.1), NOTHING);
    story.portal.page(HOST, "/tzgg/2026/4_2.html", page(2, &part(3).replace("案件3件", "案件9件")));
    story.pass(24 * 3);
    let (_, events) = story.poll_with(&usual(), Thoroughness::News).await;
    assert_eq!((words(&events), events[0].fields.clone()), (vec!["edited 4".into()], vec![FieldName::Body]));
    let (report, _) = story.report(4).await;
    assert_eq!(story.world.store.stored_captures(report, 2).await.unwrap().len(), 3);
    // Other rules of our own read all its pages again.
    let other = format!("{}[expect]\nmin_body_chars = 1\n", usual());
    assert_eq!(words(&story.poll_with(&other, Thoroughness::News).await.1), NOTHING);
    assert!(story.text_of_4().await.0.contains("案件9件"));
}

#[tokio::test]
async fn an_article_that_names_only_its_next_page_is_read_to_the_page_that_names_none() {
    let story = Story::begin();
    let next = |name: &str| format!("<a href=\"{name}\">下一页</a>");
    let back = |name: &str| format!("<a href=\"{name}\">上一页</a>");
    story.portal.page(HOST, &path(4), linked(1, &next("4_1.html")));
    story.portal.page(HOST, "/tzgg/2026/4_1.html", linked(2, &(back("4.html") + &next("4_2.html"))));
    story.portal.page(HOST, "/tzgg/2026/4_2.html", linked(3, &back("4_1.html")));
    assert_eq!(story.told().await, ["baseline"]);
    let (text, doubts) = story.text_of_4().await;
    for n in 1..=3 {
        assert_eq!(text.matches(&format!("这是第{n}页")).count(), 1, "{text}");
    }
    assert_eq!(doubts, []);
    // Other rules of our own read all its pages again and find the same end.
    let other = format!("{}[expect]\nmin_body_chars = 1\n", usual());
    assert_eq!(words(&story.poll_with(&other, Thoroughness::News).await.1), NOTHING);
    assert_eq!(story.text_of_4().await, (text, vec![]));
}

#[tokio::test]
async fn an_article_of_which_no_page_is_known_to_be_the_last_is_doubted() {
    let story = Story::begin();
    let links = "<a href=\"4_1.html\">2</a> … <a href=\"4_11.html\">12</a>";
    story.portal.page(HOST, &path(4), linked(1, links));
    story.portal.page(HOST, "/tzgg/2026/4_1.html", linked(2, ""));
    assert_eq!(story.told().await, ["baseline"]);
    let (text, doubts) = story.text_of_4().await;
    assert!(text.contains("第1页") && text.contains("第2页"), "{text}");
    assert_eq!(doubts, [Doubt::PartOfArticle]);
}

#[tokio::test]
async fn an_article_whose_second_page_fails_says_so_and_is_completed_silently() {
    let story = Story::begin();
    story.serve_article();
    story.portal.serve(HOST, "/tzgg/2026/4_1.html", Reply::status(503));
    assert_eq!(story.told().await, ["baseline"]);
    let (text, doubts) = story.text_of_4().await;
    assert!(text.contains("第1页") && !text.contains("第3页"));
    assert_eq!(doubts, [Doubt::PartOfArticle]);
    story.serve_article();
    story.pass(30);
    assert_eq!(words(&story.poll_with(&usual(), Thoroughness::Full).await.1), NOTHING);
    assert_eq!(story.text_of_4().await.1, []);
    assert!(story.text_of_4().await.0.contains("第3页"));
    // A whole article of which a page fails is no edit.
    story.portal.serve(HOST, "/tzgg/2026/4_2.html", Reply::status(500));
    for _ in 0..3 {
        story.pass(30);
        let (_, events) = story.poll_with(&usual(), Thoroughness::Full).await;
        assert_eq!(words(&events), NOTHING);
    }
    assert!(story.text_of_4().await.0.contains("第3页"));
}

#[tokio::test]
async fn a_new_report_is_told_with_the_kind_and_the_year_that_it_shows() {
    let mut story = Story::begin();
    story.told().await;
    let heading = "兴县2025年法治政府建设年度报告";
    let page = super::report(7, &body(7)).replace(&title(7), heading);
    story.portal.page(HOST, &path(7), page);
    story.rows.insert(0, (7, "03-02"));
    story.list();
    story.pass(24);
    let (_, events) = story.poll_with(&usual(), Thoroughness::News).await;
    assert_eq!(events[0].title.as_deref(), Some(heading));
    assert_eq!((events[0].kind.as_deref(), events[0].year), (Some("rule-of-law-annual"), Some(2025)));
    let report = events[0].report.unwrap();
    let kept = story.world.store.find_report(&report.to_string()).await.unwrap();
    assert_eq!((kept.kind.as_deref(), kept.year), (Some("rule-of-law-annual"), Some(2025)));
}
