//! Rows whose page is missing, forbidden, elsewhere or left out, and rows by the hundred.

use super::*;

#[tokio::test]
async fn a_row_whose_page_is_missing_is_asked_again_until_it_is_there() {
    let mut story = Story::begin();
    story.told().await;
    story.rows.insert(0, (7, "03-01"));
    story.list();
    let (summary, events) = story.poll_with(&usual(), Thoroughness::News).await;
    assert_eq!((words(&events), summary.failures.len(), summary.counts.suspect), (vec![], 0, 1));
    story.serve(7, &body(7));
    story.pass(1);
    assert_eq!(story.told().await, ["new 7"]);
}

#[tokio::test]
async fn one_dead_row_neither_breaks_the_site_nor_holds_back_the_others() {
    let mut story = Story::begin();
    story.told().await;
    for (n, day) in [(7, "03-01"), (8, "03-02"), (9, "03-03")] {
        story.rows.insert(0, (n, day));
    }
    story.list();
    story.serve(7, &body(7));
    story.serve(8, &body(8));
    story.portal.serve(HOST, &path(9), Reply::status(403));
    assert_eq!(story.told().await, ["new 7", "new 8"]);
    for _ in 0..4 {
        story.pass(5);
        let (summary, events) = story.poll_with(&usual(), Thoroughness::News).await;
        assert_eq!((words(&events), summary.failures.len()), (vec![], 0));
    }
}

#[tokio::test]
async fn a_row_that_leads_to_another_host_is_told_by_what_the_row_shows() {
    let mut story = Story::begin();
    story.told().await;
    story.rows.insert(0, (7, "03-01"));
    story.list();
    let text = "<ul class=\"list\"><li><a href=\"https://mp.weixin.example/s/1\">关于做好第8号工作的通知</a>\
                <span>2026-03-01</span></li></ul>";
    story.portal.page(HOST, "/tzgg/", text);
    let (_, events) = story.poll_with(&usual(), Thoroughness::News).await;
    assert_eq!(words(&events), ["new 8"]);
    assert_eq!(events[0].published.unwrap().to_string(), "2026-03-01");
    assert!(story.portal.asks().iter().all(|ask| ask.host == HOST));
}

#[tokio::test]
async fn a_row_of_another_host_that_says_something_else_is_an_edit() {
    let story = Story::begin();
    let row = |title: &str| {
        format!(
            "<ul class=\"list\"><li><a href=\"https://mp.weixin.example/s/1\">{title}</a><span>2026-03-01</span></li></ul>"
        )
    };
    story.portal.page(HOST, "/tzgg/", row("关于做好第8号工作的通知"));
    story.told().await;
    story.portal.page(HOST, "/tzgg/", row("关于做好第8号工作的通知(已废止)"));
    let (_, events) = story.poll_with(&usual(), Thoroughness::News).await;
    assert_eq!((events.len(), &events[0].fields[..]), (1, &[FieldName::Title][..]));
    assert_eq!(story.told().await, NOTHING);
}

#[tokio::test]
async fn a_host_that_the_site_file_names_later_is_read_in_silence() {
    let story = Story::begin();
    let portal = &story.portal;
    portal.page(HOST, "/tzgg/", "<ul class=\"list\"><li><a href=\"http://other.story.example/8.html\">关于做好第8号工作的通知</a><span>2026-03-01</span></li></ul>");
    portal.page("other.story.example", "/8.html", report(8, &body(8)));
    story.told().await;
    let named = usual().replace("[[listing]]", "[fetch]\nhosts = [\"other.story.example\"]\n[[listing]]");
    assert_eq!(words(&story.poll_with(&named, Thoroughness::Full).await.1), NOTHING);
    portal.page("other.story.example", "/8.html", report(8, &body(8).replace("15件", "9件")));
    assert_eq!(words(&story.poll_with(&named, Thoroughness::Full).await.1), ["edited 8"]);
}

#[tokio::test]
async fn a_notice_that_robots_forbid_is_told_by_its_row_and_never_asked_for() {
    let mut story = Story::begin();
    story.told().await;
    story.portal.robots(HOST, "User-agent: *\nDisallow: /tzgg/2026/7.html\n", &["/tzgg/2026/7.html"]);
    story.pass(48);
    story.rows.insert(0, (7, "03-01"));
    story.serve(7, &body(7));
    story.list();
    assert_eq!(story.told().await, ["new 7"]);
    assert!(story.portal.asked(HOST, &path(7)).is_empty());
}

#[tokio::test]
async fn rows_that_a_pattern_leaves_out_are_no_news_when_the_pattern_goes() {
    let mut story = Story::begin();
    let only = format!("{}include = \"第[1-3]号\"\n", usual());
    let (summary, _) = story.poll_with(&only, Thoroughness::News).await;
    assert_eq!(summary.counts.baseline, 3);
    story.rows.insert(0, (7, "03-01"));
    story.serve(7, &body(7));
    story.list();
    assert_eq!(words(&story.poll_with(&only, Thoroughness::News).await.1), NOTHING);
    let (summary, events) = story.poll_with(&usual(), Thoroughness::Full).await;
    assert_eq!((words(&events), summary.counts.baseline), (vec![], 4));
    story.pass(24 * 3);
    assert_eq!(words(&story.poll_with(&only, Thoroughness::Full).await.1), NOTHING, "left out is not delisted");
}

#[tokio::test]
async fn a_row_that_the_portal_renames_into_the_pattern_is_new() {
    let story = Story::begin();
    let only = format!("{}include = \"已修订\"\nexclude = \"\"\n[expect]\nmay_be_empty = true\n", usual());
    story.poll_with(&only, Thoroughness::News).await;
    let list = "<ul class=\"list\"><li><a href=\"/tzgg/2026/6.html\">关于做好第6号工作的通知(已修订)</a><span>2026-02-26</span></li></ul>";
    story.portal.page(HOST, "/tzgg/", list);
    assert_eq!(story.poll_with(&only, Thoroughness::News).await.1.len(), 1);
}

#[tokio::test]
async fn a_portal_that_owes_hundreds_of_reports_is_read_whole_newest_first_and_each_once() {
    let mut story = Story::begin();
    // More than are loaded at once, and one that fails among them.
    for n in 100..300 {
        story.serve(n, &body(n));
        story.rows.push((n, "01-05"));
    }
    story.portal.serve(HOST, &path(150), Reply::status(500));
    story.list();
    let (summary, _) = story.poll_with(&usual(), Thoroughness::News).await;
    assert_eq!(summary.counts.baseline, 205, "all but the one that failed");
    let asked = |n: &u32| story.portal.asked(HOST, &path(*n)).len() == 1;
    assert_eq!((100..300).filter(asked).count(), 200);
    let all: Vec<String> = story.portal.asks().into_iter().map(|ask| ask.path).collect();
    let place = |n: u32| all.iter().position(|asked| *asked == path(n)).unwrap();
    assert!(place(1) < place(100) && place(100) < place(299), "newest first, then as they are listed");
}
