//! Answers that state how many rows there are, and end before: what was not shown is not there only where few rows lack.

use super::*;

/// Rows of a page of the answer.
const ROWS: usize = 2;

/// What the third page does.
#[derive(Clone, Copy, PartialEq)]
enum Third {
    There,
    Gone,
    Empty,
    TheFirst,
}

fn answering(total: &str) -> String {
    format!(
        "{SITE}[[listing]]\nname = \"通知公告\"\nurl = \"http://www.story.example/api?page=1\"\nformat = \"json\"\n\
         items = \"/rows\"\nlink = \"/url\"\ntitle = \"/title\"\ndate = \"/date\"\n{total}\
         pages = {{ kind = \"query\", name = \"page\", first = 2 }}\n"
    )
}

/// Serves the rows of the story as an API that says how many there are.
fn serve(story: &Story, third: Third) {
    let rows: Vec<_> = story.rows.clone();
    for n_page in 1..=4 {
        let shown = match (n_page, third) {
            (3, Third::Empty) => 4,
            (3 | 4, Third::TheFirst) => 1,
            _ => n_page,
        };
        let page =
            rows.chunks(ROWS).nth(shown - 1).unwrap_or_default().iter().map(
                |(n, day)| serde_json::json!({ "url": path(*n), "title": title(*n), "date": format!("2026-{day}") }),
            );
        let answer = serde_json::json!({ "rows": page.collect::<Vec<_>>(), "total": rows.len() }).to_string();
        let reply = match (n_page, third) {
            (3, Third::Gone) => Reply::status(404),
            _ => Reply::bytes("application/json", answer.into_bytes()),
        };
        story.portal.play(HOST, &format!("/api?page={n_page}"), [reply.into()]);
    }
}

async fn told(story: &Story, text: &str) -> Vec<String> {
    words(&story.poll_with(text, Thoroughness::News).await.1)
}

async fn n_known(story: &Story) -> usize {
    let all = govwatch::store::Filter { limit: 100, ..Default::default() };
    story.world.store.reports(all).await.unwrap().len()
}

#[tokio::test]
async fn an_answer_that_ends_before_its_total_is_broken_and_its_old_rows_are_no_news_later() {
    let text = answering("total = \"/total\"\n");
    for third in [Third::Gone, Third::Empty, Third::TheFirst] {
        let story = Story::begin();
        serve(&story, third);
        assert_eq!(told(&story, &text).await, ["site_broken"]);
        assert_eq!(n_known(&story).await, 4);
        story.pass(2);
        serve(&story, Third::There);
        assert_eq!(told(&story, &text).await, ["baseline", "site_recovered"]);
        assert_eq!(n_known(&story).await, 6);
        story.pass(24 * 8);
        assert_eq!(told(&story, &text).await, NOTHING);
    }
}

#[tokio::test]
async fn where_no_total_is_asked_for_the_last_page_is_the_end() {
    let story = Story::begin();
    serve(&story, Third::Empty);
    assert_eq!(told(&story, &answering("")).await, ["baseline"]);
}
