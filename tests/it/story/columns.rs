//! Columns that go on where nobody can follow, that move to another host, or are split: what each of their rows tells.

use std::fmt::Write as _;

use super::*;

/// The column without a word on its pages.
fn unpaged() -> String {
    usual().replace("pages = { kind = \"none\" }\n", "")
}

/// Rows n to 1 of as many days of January, the newest first, and their reports.
pub(super) fn of_january(n: u32) -> Story {
    let mut story = Story::begin();
    story.rows = (1..=n).rev().map(|n| (n, DAYS[n as usize - 1])).collect();
    (1..=n).for_each(|n| story.serve(n, &body(n)));
    story.list();
    story
}

#[tokio::test]
async fn a_first_page_whose_pager_only_a_script_follows_is_not_the_whole_column() {
    let mut story = of_january(12);
    let list = |story: &Story| {
        let pager = "<a href=\"javascript:__doPostBack('pager','2')\">下一页</a>";
        story.portal.page(HOST, "/tzgg/", listing(&story.rows) + pager);
    };
    list(&story);
    let poll = async |story: &Story| words(&story.poll_with(&unpaged(), Thoroughness::News).await.1);
    assert_eq!(poll(&story).await, ["baseline"]);
    // One is pushed off the page, and one within it is not shown for whatever reason.
    story.rows.insert(0, (13, "03-02"));
    story.rows.pop();
    story.rows.retain(|(n, _)| *n != 7);
    story.serve(13, &body(13));
    list(&story);
    let mut told = Vec::new();
    for _ in 0..6 {
        story.pass(24);
        told.push(poll(&story).await.join(" "));
    }
    assert_eq!(told, ["new 13", "", "", "", "", ""]);
    let listing = story.world.store.statuses(&[]).await.unwrap()[0].listings[0].clone();
    assert_eq!((listing.is_whole, listing.reach.as_deref()), (false, Some("page_limit")));
    assert_eq!(listing.complete_since.unwrap().to_string(), "2026-01-02", "{listing:?}");
    let reason = listing.reason.unwrap();
    assert!(reason.contains("\"下一页\", which only a script follows") && reason.contains("state `pages`"), "{reason}");
    // A look since a day does not make it the whole.
    story.pass(1);
    let since = PollOptions { since: Some("2026-02-25".parse().unwrap()), ..PollOptions::default() };
    story.poll_by(&unpaged(), since).await;
    assert!(!story.world.store.statuses(&[]).await.unwrap()[0].listings[0].is_whole);
    // Who knows better says so: then it is the whole, and what is taken away from it is told. What was not shown when the
    // site file changed is left alone.
    story.pass(24);
    assert_eq!(story.told().await, NOTHING);
    story.rows.retain(|(n, _)| *n != 9);
    list(&story);
    let mut told = Vec::new();
    for _ in 0..5 {
        story.pass(24);
        told.extend(story.told().await);
    }
    assert_eq!(told, ["withdrawn 9"]);
    assert!(story.world.store.statuses(&[]).await.unwrap()[0].listings[0].is_whole);
}

#[tokio::test]
async fn pages_that_are_found_once_the_site_file_states_them_are_no_news() {
    let story = of_january(12);
    let pager = "<a href=\"javascript:go(2)\">下一页</a>";
    story.portal.page(HOST, "/tzgg/", listing(&story.rows[..8]) + pager);
    story.portal.page(HOST, "/tzgg/p2.html", listing(&story.rows[8..]));
    assert_eq!(words(&story.poll_with(&unpaged(), Thoroughness::News).await.1), ["baseline"]);
    story.pass(1);
    let stated = usual().replace("kind = \"none\"", "kind = \"numbered\", pattern = \"p{n}.html\", first = 2");
    let (summary, events) = story.poll_with(&stated, Thoroughness::News).await;
    assert_eq!((words(&events), summary.counts.baseline), (vec![], 4));
    assert!(story.world.store.statuses(&[]).await.unwrap()[0].listings[0].is_whole);
}

#[tokio::test]
async fn a_column_on_another_host_keeps_its_reports_and_tells_what_is_new() {
    const NOW: &str = "other.story.example";
    let mut story = of_january(8);
    assert_eq!(story.told().await, ["baseline"]);
    story.rows.insert(0, (9, "03-02"));
    let mut list = String::new();
    for (n, day) in &story.rows {
        write!(list, "<li><a href=\"/new/{n}.html\">{}</a><span>2026-{day}</span></li>", title(*n)).unwrap();
        story.portal.page(NOW, &format!("/new/{n}.html"), report(*n, &body(*n)));
    }
    story.portal.page(NOW, "/tzgg/", format!("<html><body><ul class=\"list\">{list}</ul></body></html>"));
    story.pass(24);
    let moved = usual().replace(HOST, NOW);
    let (_, events) = story.poll_with(&moved, Thoroughness::News).await;
    assert_eq!(words(&events), ["new 9", "redesign"]);
    assert_eq!(events.iter().find_map(|event| event.count), Some(8));
    let status = story.world.store.statuses(&[]).await.unwrap().remove(0);
    assert_eq!(status.entries, 9, "none is known twice: {status:?}");
    for _ in 0..4 {
        story.pass(24);
        assert_eq!(words(&story.poll_with(&moved, Thoroughness::Full).await.1), NOTHING);
    }
}

#[tokio::test]
async fn a_column_that_moved_with_a_page_of_news_tells_them_though_the_known_rows_stand_on_its_second_page() {
    const NOW: &str = "other.story.example";
    let mut story = of_january(8);
    assert_eq!(story.told().await, ["baseline"]);
    (9..=14).for_each(|n| story.rows.insert(0, (n, ["03-02", "03-03"][n as usize % 2])));
    // One stood there all along, and was not shown before.
    story.rows.insert(6, (15, "01-02"));
    let mut lists = Vec::new();
    for (n, day) in &story.rows {
        lists.push(format!("<li><a href=\"/new/{n}.html\">{}</a><span>2026-{day}</span></li>", title(*n)));
        story.portal.page(NOW, &format!("/new/{n}.html"), report(*n, &body(*n)));
    }
    for (path, rows) in [("/tzgg/", &lists[..7]), ("/tzgg/p2.html", &lists[7..])] {
        story.portal.page(NOW, path, format!("<html><body><ul class=\"list\">{}</ul></body></html>", rows.concat()));
    }
    story.pass(24);
    let moved = usual()
        .replace(HOST, NOW)
        .replace("kind = \"none\"", "kind = \"numbered\", pattern = \"p{n}.html\", first = 2");
    let (summary, events) = story.poll_with(&moved, Thoroughness::News).await;
    let news = ["new 10", "new 11", "new 12", "new 13", "new 14", "new 9"];
    assert_eq!(words(&events), [&["baseline"], &news[..], &["redesign"]].concat());
    assert_eq!(summary.counts.baseline, 1, "what stood there before the column moved");
}

/// What is told of a column of eight reports that moved to another host, where these rows are added, five a page.
async fn told_of_a_move(add: impl FnOnce(&mut Story)) -> (Vec<String>, u64) {
    const NOW: &str = "other.story.example";
    let mut story = of_january(8);
    assert_eq!(story.told().await, ["baseline"]);
    add(&mut story);
    let row = |(n, day): &(u32, &str)| {
        story.portal.page(NOW, &format!("/new/{n}.html"), report(*n, &body(*n)));
        format!("<li><a href=\"/new/{n}.html\">{}</a><span>2026-{day}</span></li>", title(*n))
    };
    let rows: Vec<String> = story.rows.iter().map(row).collect();
    for (at, rows) in rows.chunks(5).enumerate() {
        let path = if at == 0 { "/tzgg/".to_owned() } else { format!("/tzgg/p{}.html", at + 1) };
        story.portal.page(NOW, &path, format!("<html><body><ul class=\"list\">{}</ul></body></html>", rows.concat()));
    }
    story.pass(24);
    let paged = "kind = \"numbered\", pattern = \"p{n}.html\", first = 2";
    let moved = usual().replace(HOST, NOW).replace("kind = \"none\"", paged);
    let (_, events) = story.poll_with(&moved, Thoroughness::News).await;
    let count = events.iter().find_map(|event| event.count).unwrap_or_default();
    (words(&events), count)
}

#[tokio::test]
async fn however_many_pages_of_news_stand_before_the_known_rows_of_a_column_that_moved_all_are_told() {
    for n_news in [8, 12, 17, 23] {
        let news = 9..9 + n_news;
        let (told, count) = told_of_a_move(|story| news.clone().for_each(|n| story.rows.insert(0, (n, "03-02")))).await;
        assert_eq!(told.iter().filter(|word| word.starts_with("new ")).count(), n_news as usize, "{n_news}: {told:?}");
        assert_eq!((told.last().map(String::as_str), count), (Some("redesign"), 8), "{n_news}: {told:?}");
    }
}

#[tokio::test]
async fn news_under_the_pinned_rows_of_a_column_that_moved_are_told() {
    for n_news in [2, 3, 7, 11] {
        let news = 9..9 + n_news;
        let (told, count) = told_of_a_move(|story| {
            news.clone().for_each(|n| story.rows.insert(0, (n, "03-02")));
            let pinned = story.rows.split_off(story.rows.len() - 2);
            story.rows.splice(0..0, pinned);
        })
        .await;
        assert_eq!(told.iter().filter(|word| word.starts_with("new ")).count(), n_news as usize, "{n_news}: {told:?}");
        assert_eq!((told.last().map(String::as_str), count), (Some("redesign"), 8), "{n_news}: {told:?}");
    }
}

#[tokio::test]
async fn rows_that_leave_their_column_together_are_told_once_and_their_reports_followed_on() {
    let mut story = of_january(12);
    story.told().await;
    story.rows.retain(|(n, _)| *n % 2 == 0 || *n == 1);
    story.list();
    let mut events = Vec::new();
    for _ in 0..6 {
        story.pass(11);
        events.extend(story.poll_with(&usual(), Thoroughness::News).await.1);
    }
    assert_eq!(words(&events), ["redesign"]);
    let said = (events[0].listing.as_deref(), events[0].how, events[0].count);
    assert_eq!(said, (Some("通知公告"), Some(How::Delisted), Some(5)));
    // One of them is gone for good; another is listed once more.
    story.portal.remove(HOST, &path(9));
    story.rows.insert(0, (11, DAYS[10]));
    story.list();
    let mut told = Vec::new();
    for _ in 0..4 {
        story.pass(24 * 400);
        told.extend(words(&story.poll_with(&usual(), Thoroughness::Full).await.1));
    }
    assert_eq!(told, ["withdrawn 9"]);
    story.rows.retain(|(n, _)| *n != 11);
    story.list();
    let mut told = Vec::new();
    for _ in 0..4 {
        story.pass(24);
        told.extend(story.told().await);
    }
    assert_eq!(told, ["withdrawn 11"], "it is expected there again since it was seen there");
}

#[tokio::test]
async fn rows_that_leave_their_column_together_are_told_once_whether_or_not_their_reports_can_be_read() {
    let mut story = of_january(12);
    story.told().await;
    story.rows.retain(|(n, _)| *n % 2 == 0 || *n == 1);
    story.list();
    story.portal.serve(HOST, &path(5), Reply::status(403));
    story.portal.page(HOST, &path(7), report(7, ""));
    let mut told = Vec::new();
    for _ in 0..20 {
        story.pass(24);
        told.extend(story.told().await);
    }
    assert_eq!(told, ["redesign"]);
}

#[tokio::test]
async fn a_few_rows_that_leave_a_long_column_are_withdrawn_each_for_itself() {
    let mut story = of_january(20);
    story.told().await;
    story.rows.retain(|(n, _)| *n % 4 != 0);
    story.list();
    let mut told = Vec::new();
    for _ in 0..5 {
        story.pass(11);
        told.extend(story.told().await);
    }
    assert_eq!(told, ["withdrawn 12", "withdrawn 16", "withdrawn 20", "withdrawn 4", "withdrawn 8"]);
}

/// A page of the column on another host: rows at addresses of another make.
fn elsewhere(rows: &[(u32, &str)]) -> String {
    let mut list = String::new();
    for (n, day) in rows {
        write!(list, "<li><a href=\"/new/{n}.html?spm=a1.b2\">{}</a><span>2026-{day}</span></li>", title(*n)).unwrap();
    }
    format!("<html><body><ul class=\"list\">{list}</ul></body></html>")
}

#[tokio::test]
async fn reports_of_a_column_that_moved_are_asked_for_where_they_are_now() {
    const NOW: &str = "other.story.example";
    let mut story = Story::begin();
    story.rows = (1..=8).rev().map(|n| (n, DAYS[n as usize - 1])).collect();
    (1..=8).for_each(|n| story.serve(n, &body(n)));
    // Links that carry a visitor are no identity: what was asked for is kept with the row.
    let spelt = |story: &Story| listing(&story.rows).replace(".html\"", ".html?spm=a1.b2\"");
    story.portal.page(HOST, "/tzgg/", spelt(&story));
    story.told().await;
    // Nine of its rows are new, some of a month ago: the former address was left as it was, and looked at in vain.
    (1..=8).for_each(|n| story.portal.remove(HOST, &path(n)));
    (9..=17).for_each(|n| story.rows.insert(0, (n, if n < 12 { "02-01" } else { "03-02" })));
    for (n, _) in &story.rows {
        story.portal.page(NOW, &format!("/new/{n}.html?spm=a1.b2"), report(*n, &body(*n)));
    }
    story.portal.page(NOW, "/tzgg/", elsewhere(&story.rows));
    let moved = usual().replace(HOST, NOW);
    story.pass(24);
    let told = words(&story.poll_with(&moved, Thoroughness::News).await.1);
    assert_eq!(told.iter().filter(|word| word.starts_with("new")).count(), 9, "{told:?}");
    story.portal.page(NOW, "/new/3.html?spm=a1.b2", report(3, &format!("{}另有补充。", body(3))));
    let mut told = Vec::new();
    for _ in 0..4 {
        story.pass(24);
        told.extend(words(&story.poll_with(&moved, Thoroughness::Full).await.1));
    }
    assert_eq!(told, ["edited 3"]);
}

#[tokio::test]
async fn rows_that_two_columns_showed_leave_one_of_them_together() {
    let mut story = of_january(24);
    // The newest twelve stand in a list of their own too.
    let newest = format!("{}{}", usual(), LISTING.replace("/tzgg/", "/zxgk/").replace("通知公告", "最新公开"));
    let list = |story: &Story| {
        story.list();
        story.portal.page(HOST, "/zxgk/", listing(&story.rows[..12.min(story.rows.len())]));
    };
    list(&story);
    story.poll_with(&newest, Thoroughness::News).await;
    story.rows.retain(|(n, _)| n % 5 != 0 && n % 3 != 0);
    list(&story);
    let mut events = Vec::new();
    for _ in 0..6 {
        story.pass(11);
        events.extend(story.poll_with(&newest, Thoroughness::News).await.1);
    }
    let told: Vec<String> = words(&events);
    assert!(told.iter().all(|word| word == "redesign") && !told.is_empty(), "{told:?}");
    assert_eq!(events.iter().filter_map(|event| event.count).sum::<u64>(), 11);
}

#[tokio::test]
async fn those_that_could_not_be_asked_with_the_others_are_put_under_what_was_told_of_them() {
    let mut story = of_january(12);
    story.told().await;
    story.rows.retain(|(n, _)| *n > 6 || *n == 1);
    story.list();
    let mut events = Vec::new();
    for at in 0..8 {
        for n in [2, 5] {
            if at == 3 {
                story.portal.serve(HOST, &path(n), Reply::status(500));
            } else {
                story.serve(n, &body(n));
            }
        }
        story.pass(11);
        let (summary, told) = story.poll_with(&usual(), Thoroughness::News).await;
        assert_eq!(summary.counts.withdrawn, 0, "poll {at}");
        events.extend(told);
    }
    assert_eq!(words(&events), ["redesign"]);
}

#[tokio::test]
async fn a_pager_that_led_on_before_and_does_not_now_is_a_fault_and_hides_no_news() {
    let mut story = of_january(16);
    let list = |story: &Story, pager: &str| {
        let (first, second) = story.rows.split_at(8);
        story.portal.page(HOST, "/tzgg/", listing(first) + pager);
        story.portal.page(HOST, "/tzgg/p2.html", listing(second));
    };
    let (link, script) = ("<a href=\"p2.html\">下一页</a>", "<a href=\"javascript:go(2)\">下一页</a>");
    list(&story, link);
    let poll = async |story: &Story| story.poll_with(&unpaged(), Thoroughness::Full).await;
    assert_eq!(words(&poll(&story).await.1), ["baseline"]);
    list(&story, script);
    story.pass(24);
    let (summary, events) = poll(&story).await;
    assert_eq!(words(&events), ["site_broken"], "{:?}", summary.failures);
    assert!(summary.failures[0].reason.contains("led on before"), "{:?}", summary.failures);
    // A report that comes in on the second page meanwhile is news.
    story.rows.insert(12, (17, "03-01"));
    story.serve(17, &body(17));
    list(&story, link);
    story.pass(24);
    assert_eq!(words(&poll(&story).await.1), ["new 17", "site_recovered"]);
}

#[tokio::test]
async fn a_last_page_that_is_none_of_the_listing_is_no_end() {
    let fills =
        ["<html><body>系统繁忙,请稍后再试</body></html>", "", "<html><body><ul class=\"list\"></ul></body></html>"];
    for (pager, fill) in ["共2页 <a href=\"p2.html\">下一页</a>", "<a href=\"p2.html\">下一页</a>"]
        .into_iter()
        .flat_map(|pager| fills.map(|fill| (pager, fill)))
    {
        let story = of_january(12);
        story.portal.page(HOST, "/tzgg/", listing(&story.rows[..8]) + pager);
        story.portal.page(HOST, "/tzgg/p2.html", fill.to_owned());
        let (summary, _) = story.poll_with(&unpaged(), Thoroughness::News).await;
        assert_eq!(summary.failures.len(), 1, "{pager} {fill:?}");
        assert_eq!(summary.failures[0].class, Class::Layout, "{pager} {fill:?}");
        // Once it is in order, what stands there is no news.
        story.portal.page(HOST, "/tzgg/p2.html", listing(&story.rows[8..]));
        story.pass(1);
        let (summary, events) = story.poll_with(&unpaged(), Thoroughness::News).await;
        let told = vec!["baseline".to_owned(), "site_recovered".to_owned()];
        assert_eq!((summary.failures.len(), words(&events)), (0, told), "{pager} {fill:?}");
        assert_eq!(story.world.store.statuses(&[]).await.unwrap()[0].entries, 12);
    }
}

#[tokio::test]
async fn a_column_that_states_pages_to_which_only_a_script_leads_is_watched() {
    let mut story = of_january(12);
    let list = |story: &Story| {
        let pager = "第1/3页 <a href=\"javascript:go(2)\">下一页</a>";
        story.portal.page(HOST, "/tzgg/", listing(&story.rows) + pager);
    };
    list(&story);
    let poll = async |story: &Story| story.poll_with(&unpaged(), Thoroughness::News).await;
    assert_eq!(words(&poll(&story).await.1), ["baseline"]);
    story.rows.insert(0, (13, "03-02"));
    story.serve(13, &body(13));
    list(&story);
    story.pass(1);
    let (summary, events) = poll(&story).await;
    assert_eq!((summary.failures.len(), words(&events)), (0, vec!["new 13".to_owned()]));
    let listing = story.world.store.statuses(&[]).await.unwrap()[0].listings[0].clone();
    assert!(!listing.is_whole && listing.reason.unwrap().contains("further pages by 共3页"));
}
