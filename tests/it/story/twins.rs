//! One report under several names: with and without `www.`, and under a name that the site file calls a twin.

use super::*;

/// Serves the reports under another name too, and lists them by it.
fn list_under(story: &Story, host: &str) {
    let rows: String = story.rows.iter().fold(String::new(), |list, (n, day)| {
        story.portal.page(host, &path(*n), report(*n, &body(*n)));
        format!("{list}<li><a href=\"http://{host}{}\">{}</a><span>2026-{day}</span></li>", path(*n), title(*n))
    });
    story.portal.page(HOST, "/tzgg/", format!("<html><body><ul class=\"list\">{rows}</ul></body></html>"));
}

async fn urls(story: &Story) -> Vec<String> {
    let all = govwatch::store::Filter { limit: 100, ..Default::default() };
    story.world.store.reports(all).await.unwrap().into_iter().map(|report| report.url).collect()
}

#[tokio::test]
async fn rows_that_link_to_the_same_host_without_www_are_the_same_reports() {
    let story = Story::begin();
    story.told().await;
    let before = urls(&story).await;
    list_under(&story, "story.example");
    for hours in [1, 30, 24 * 8] {
        story.pass(hours);
        assert_eq!(story.told().await, NOTHING);
    }
    assert_eq!(urls(&story).await, before);
    assert!(!story.portal.asked("story.example", &path(6)).is_empty(), "it is asked for as it is listed");
    story.portal.page("story.example", &path(6), report(6, &body(6).replace("15件", "9件")));
    story.pass(24 * 40);
    assert_eq!(story.told().await, ["edited 6"]);
}

#[tokio::test]
async fn a_name_that_the_site_file_calls_a_twin_is_the_same_host_and_another_name_is_a_move() {
    for (line, told, asked_at) in [
        ("[fetch]\ntwins = [\"other.story.example\"]\n", &[][..], super::HOST),
        ("[fetch]\nhosts = [\"other.story.example\"]\n", &["redesign"][..], "other.story.example"),
    ] {
        let text = usual().replace("[[listing]]", &format!("{line}[[listing]]"));
        let story = Story::begin();
        story.poll_with(&text, Thoroughness::News).await;
        list_under(&story, "other.story.example");
        story.pass(1);
        let (_, events) = story.poll_with(&text, Thoroughness::News).await;
        assert_eq!(words(&events), told, "{line}");
        let urls = urls(&story).await;
        assert!(urls.len() == 6 && urls.iter().all(|url| url.contains(asked_at)), "{line}: {urls:?}");
    }
}

#[tokio::test]
async fn a_page_that_shows_a_report_twice_by_two_names_shows_it_once() {
    let story = Story::begin();
    let both = format!(
        "<li><a href=\"{0}\">{1}</a><span>2026-02-26</span></li>\
         <li><a href=\"https://story.example{0}\">{1}</a><span>2026-02-26</span></li>",
        path(6),
        title(6)
    );
    story.portal.page(HOST, "/tzgg/", format!("<html><body><ul class=\"list\">{both}</ul></body></html>"));
    let (_, events) = story.poll_with(&usual(), Thoroughness::News).await;
    assert_eq!((events[0].count, urls(&story).await.len()), (Some(1), 1));
}

#[tokio::test]
async fn rows_that_were_left_out_are_no_news_under_another_name() {
    let story = Story::begin();
    let only = usual() + "include = \"第[1-3]号\"\n";
    let (summary, _) = story.poll_with(&only, Thoroughness::News).await;
    assert_eq!(summary.counts.baseline, 3);
    list_under(&story, "story.example");
    story.pass(1);
    let (summary, events) = story.poll_with(&usual(), Thoroughness::Full).await;
    assert_eq!((words(&events), summary.counts.baseline), (vec![], 3));
}
