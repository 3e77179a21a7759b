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

/// Serves the newest rows over pages of so many, each saying how many there are; nothing is at the address of the next.
fn serve_pages(story: &Story, n_rows: usize, n_pages: usize, said: &str) {
    for (at, rows) in story.rows.chunks(n_rows).take(n_pages).enumerate() {
        let path = if at == 0 { "/tzgg/".to_owned() } else { format!("/tzgg/p{}.html", at + 1) };
        story.portal.page(HOST, &path, listing(rows) + said);
    }
}

#[tokio::test]
async fn a_count_that_the_stated_pages_do_not_reach_is_no_end() {
    // Rows of a page, pages that are there, what they say; whether it is broken, whether it is whole.
    for (n_rows, n_pages, said, is_broken, is_whole) in [
        (12, 1, "共28条", true, false),
        (12, 1, "<script>var pageCount = 3;</script>", true, false),
        (14, 1, "共15条", false, true),
        // A menu counts something else, perhaps: nobody shows eight rows a page.
        (8, 1, "共28条", false, false),
        (10, 2, "共28条", false, false),
        (10, 3, "共28条", false, true),
        // A list that ends on a shorter page has ended.
        (10, 3, "共2800条", false, true),
        (12, 1, "<a href=\"javascript:go(1)\">下一页</a>", false, true),
    ] {
        let story = super::columns::of_january(28);
        serve_pages(&story, n_rows, n_pages, said);
        let (summary, events) = story.poll_with(&super::walking::paged(), Thoroughness::News).await;
        let case = format!("{n_rows} rows, {n_pages} pages, {said}");
        assert_eq!(words(&events), [if is_broken { "site_broken" } else { "baseline" }], "{case}");
        let reasons: Vec<&str> = summary.failures.iter().map(|failure| failure.reason.as_str()).collect();
        assert!(
            reasons.iter().all(|told| told.contains("page 2 is not there") && told.contains("`pages`")),
            "{reasons:?}"
        );
        let status = story.world.store.statuses(&[]).await.unwrap().remove(0);
        assert_eq!(status.listings[0].is_whole, is_whole, "{case}");
        if is_broken {
            story.pass(1);
            let (summary, events) = story.poll_with(&super::walking::paged(), Thoroughness::Full).await;
            assert_eq!((words(&events), summary.failures.len()), (NOTHING.to_vec(), 1), "{case}");
            story.pass(1);
            serve_pages(&story, n_rows, 3, said);
            assert_eq!(told(&story, &super::walking::paged()).await, ["baseline", "site_recovered"], "{case}");
        }
    }
}

#[tokio::test]
async fn a_listing_that_goes_on_nobody_knows_where_is_not_walked_anew_at_each_poll() {
    let mut story = super::columns::of_january(28);
    serve_pages(&story, 10, 2, "共28条");
    assert_eq!(told(&story, &super::walking::paged()).await, ["baseline"]);
    story.rows.insert(0, (29, "02-01"));
    story.serve(29, &body(29));
    serve_pages(&story, 10, 2, "共29条");
    for expected in [&["new 29"][..], &[]] {
        story.pass(1);
        assert_eq!(told(&story, &super::walking::paged()).await, expected);
    }
    assert_eq!(story.portal.asked(HOST, "/tzgg/p2.html").len(), 2, "once, and for what slipped down");
    // Where the file says another way, it is followed at once.
    story.portal.page(HOST, "/tzgg/q3.html", listing(&story.rows[20..]));
    story.portal.page(HOST, "/tzgg/q2.html", listing(&story.rows[10..20]));
    story.pass(1);
    let mended = super::walking::paged().replace("p{n}.html", "q{n}.html");
    assert_eq!(told(&story, &mended).await, NOTHING);
    let status = story.world.store.statuses(&[]).await.unwrap().remove(0);
    assert!(status.listings[0].is_whole && status.entries == 29, "{status:?}");
}
