//! What the pages say, and what no portal can make them do.

use govwatch::model::{Attachment, BlockKind, Document};

use super::*;

const ZH: [(&str, &str); 1] = [("accept-language", "zh-CN,zh;q=0.9,en;q=0.8")];

#[tokio::test]
async fn today_tells_what_happened_with_the_edited_words() {
    let scene = Scene::with(WebRule::default(), lived().await).await;
    let page = scene.page("/").await;
    let [edited, new] = ["edited\">edited<", "new\">new<"].map(|event| page.find(event).unwrap());
    assert!(edited < new || page.contains("2026-05-01"), "{page}");
    assert!(page.contains("受理<del>15</del><ins>9</ins>件"), "{page}");
    assert!(page.contains("甲县人民政府") && page.contains("3 reports known now"), "{page}");
    assert!(page.contains("/compare?old=1&#38;new=2") || page.contains("/compare?old=1&amp;new=2"), "{page}");
}

#[tokio::test]
async fn today_is_filtered_by_each_field_of_its_form() {
    let scene = Scene::with(WebRule::default(), lived().await).await;
    for (query, n) in [
        ("", 3),
        ("event=edited", 1),
        ("event=baseline", 1),
        ("event=withdrawn", 0),
        ("site=a", 3),
        ("site=b", 0),
        ("words=9%E4%BB%B6", 1),
        ("words=d", 1),
        ("words=%E5%8F%97%E7%90%86+15", 1),
        ("words=%E5%8F%97%E7%90%86+16", 0),
        ("since=2026-05-01", 3),
        ("since=2026-05-02", 0),
        ("until=2026-04-30", 0),
        ("until=2026-05-01&event=new&site=a", 1),
        ("kind=nonsense", 0),
    ] {
        let page = scene.page(&format!("/?{query}")).await;
        assert_eq!(page.matches("<article").count(), n, "{query}");
    }
    for wrong in ["event=nonsense", "since=1st", "before=x"] {
        let answer = scene.get(&format!("/?{wrong}")).await;
        assert_eq!(answer.status(), 400, "{wrong}");
        assert!(answer.text().await.unwrap().contains("A value of the address is wrong"), "{wrong}");
    }
}

#[tokio::test]
async fn a_long_timeline_is_turned_page_by_page_and_none_is_missing_or_twice() {
    let store = Store::in_memory().unwrap();
    with_baseline(&store, &[row("z", 1)]).await;
    let rows: Vec<_> = (0..70).map(|n| row(&format!("r{n}"), 2)).collect();
    let poll = Poll::begin(&store, 60).await;
    poll.walk_all(&rows).await;
    poll.read_all().await;
    poll.end().await;
    let scene = Scene::with(WebRule::default(), store).await;
    let (mut path, mut ids) = ("/".to_owned(), Vec::new());
    loop {
        let page = scene.page(&path).await;
        ids.extend(page.split("id=\"c").skip(1).map(|rest| rest.split('"').next().unwrap().to_owned()));
        let Some(next) = page.split("rel=\"next\" href=\"").nth(1) else { break };
        path = next.split('"').next().unwrap().replace("&#38;", "&");
    }
    let once: BTreeSet<&String> = ids.iter().collect();
    assert_eq!((ids.len(), once.len()), (71, 71));
}

#[tokio::test]
async fn what_was_marked_as_read_is_marked_no_more() {
    let scene = Scene::with(WebRule::default(), lived().await).await;
    let page = scene.page_with("/", &[("cookie", "govwatch-read=1-1")]).await;
    assert_eq!(page.matches("class=\"mark\"").count(), 3);
    let latest = page.split("name=\"latest\" value=\"").nth(1).unwrap().split('"').next().unwrap();
    let marked = scene.post("/read", &[], &[("latest", latest), ("back", "/")]).await;
    let cookie = marked.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
    assert_eq!(scene.page_with("/", &[("cookie", &cookie)]).await.matches("class=\"mark\"").count(), 0);
}

#[tokio::test]
async fn a_page_speaks_the_language_of_its_reader() {
    let scene = Scene::with(WebRule::default(), lived().await).await;
    let page = scene.page_with("/", &ZH).await;
    assert!(page.contains("<html lang=\"zh-CN\">") && page.contains(">动态<") && page.contains(">修改<"), "{page}");
    assert!(scene.page("/").await.contains("<html lang=\"en\">"));
    let switched = scene.ask(Method::GET, "/language?set=en&to=%2Fsites%3Fstate%3Dok", &ZH, &[]).await;
    assert_eq!(switched.headers()["location"], "/sites?state=ok");
    let cookie = switched.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
    let page = scene.page_with("/", &[ZH[0], ("cookie", &cookie)]).await;
    assert!(page.contains("<html lang=\"en\">"), "the choice counts more than the browser");
    let away = scene.get("/language?set=en&to=%2F%2Fevil.example").await;
    assert_eq!(away.headers()["location"], "/");
}

#[tokio::test]
async fn a_report_shows_text_clocks_revisions_and_evidence() {
    let scene = Scene::with(WebRule::default(), lived().await).await;
    let a = id(&scene.store, "a").await;
    let page = scene.page_with(&format!("/reports/{a}"), &ZH).await;
    for wanted in ["另一个正文", "首次发现", "第 2 版", "第 1 版", "http://a.gov.cn/x.html", "etag", "与上一版对照"]
    {
        assert!(page.contains(wanted), "{wanted}: {page}");
    }
    assert!(page.contains("<a href=\"http://a.gov.cn/x.html\" rel=\"noopener noreferrer external\">"), "{page}");
    let first = scene.page(&format!("/reports/{a}?revision=1")).await;
    assert!(first.contains("aaaa") && !first.contains("另一个正文"), "{first}");
    let hash = page.split("href=\"/contents/").nth(1).unwrap().split('"').next().unwrap();
    let kept = scene.get(&format!("/contents/{hash}")).await;
    let headers = written(kept.headers());
    assert!(headers.contains("application/octet-stream") && headers.contains("attachment; filename="), "{headers}");
    for unknown in ["/reports/99", &format!("/reports/{a}?revision=9"), &format!("/contents/{}", "0".repeat(64))] {
        assert_eq!(scene.get(unknown).await.status(), 404, "{unknown}");
    }
}

#[tokio::test]
async fn a_damaged_content_is_said_to_be_one_and_not_the_end_of_the_store() {
    let dir = tempfile::tempdir().unwrap();
    let scene = Scene::with(WebRule::default(), lived_in(Store::open(dir.path()).unwrap()).await).await;
    let a = id(&scene.store, "a").await;
    let conn = rusqlite::Connection::open(dir.path().join("govwatch.db")).unwrap();
    conn.execute("UPDATE contents SET data = x'00'", []).unwrap();
    for (language, expected) in [(&[][..], "This content is damaged"), (&ZH, "此内容在数据库中已损坏")] {
        let answer = scene.ask(Method::GET, &format!("/reports/{a}"), language, &[]).await;
        assert_eq!(answer.status(), 500);
        let page = answer.text().await.unwrap();
        assert!(page.contains(expected) && page.contains("govwatch fetch --full"), "{page}");
    }
    assert_eq!(scene.get(&format!("/api/v1/reports/{a}")).await.status(), 500);
    assert_eq!(scene.get("/").await.status(), 200, "all else can be read");
}

#[tokio::test]
async fn two_revisions_are_compared_in_one_column_and_in_two() {
    let scene = Scene::with(WebRule::default(), lived().await).await;
    let a = id(&scene.store, "a").await;
    let inline = scene.page(&format!("/reports/{a}/compare?old=1&new=2")).await;
    assert!(inline.contains("<del>a") && inline.contains("<ins>另一个正文"), "{inline}");
    let side = scene.page(&format!("/reports/{a}/compare?old=1&new=2&view=side")).await;
    assert!(side.contains("class=\"pair replaced\""), "{side}");
    let same = scene.page(&format!("/reports/{a}/compare?old=2&new=2")).await;
    assert!(same.contains("A reader sees no difference"), "{same}");
    assert_eq!(scene.get(&format!("/reports/{a}/compare?old=1&new=7")).await.status(), 404);
}

#[tokio::test]
async fn sites_stand_with_their_names_and_a_broken_one_says_why() {
    let scene = Scene::with(WebRule::default(), lived().await).await;
    let poll = Poll::begin(&scene.store, 120).await;
    poll.end_with(Err(crate::store::bench::failure(govwatch::error::Class::Layout))).await;
    let page = scene.page("/sites").await;
    assert!(page.contains("甲县人民政府") && page.contains(">broken<") && page.contains(">paused<"), "{page}");
    assert_eq!(scene.page("/sites?state=broken").await.matches("<tr>").count(), 2);
    assert_eq!(scene.page("/sites?words=%E4%B9%99").await.matches("<tr>").count(), 2);
    let site = scene.page("/sites/a").await;
    assert!(site.contains("the portal does not answer") && site.contains("<svg"), "{site}");
    assert!(site.contains("2026-04: 4"), "four reports are dated into April: {site}");
    assert_eq!(scene.get("/sites/nonsense").await.status(), 404);
}

#[tokio::test]
async fn search_lists_reports_by_kind_site_and_days() {
    let scene = Scene::with(WebRule::default(), lived().await).await;
    assert_eq!(scene.page("/search").await.matches("href=\"/reports/").count(), 4);
    assert_eq!(scene.page("/search?since=2026-04-03").await.matches("href=\"/reports/").count(), 2);
    assert!(scene.page("/search?site=b").await.contains("No report matches."));
}

#[tokio::test]
async fn what_no_route_can_read_is_answered_by_a_page_too() {
    let scene = Scene::open().await;
    for (method, path, status) in [
        (Method::GET, "/reports/%FF", 400),
        (Method::GET, "/reports/1/revisions/x/files/1", 400),
        (Method::POST, "/read", 422),
        (Method::POST, "/sites", 405),
    ] {
        let answer = scene.ask(method, path, &[("sec-fetch-site", "same-origin")], &[]).await;
        assert_eq!(answer.status(), status, "{path}");
        let text = answer.text().await.unwrap();
        assert!(text.contains("This request cannot be answered"), "{path}: {text}");
    }
}

/// Titles that would act where a page lets them.
fn hostile() -> Vec<String> {
    vec![
        "<script>alert(1)</script>".to_owned(),
        "\"><img src=x onerror=alert(1)>".to_owned(),
        "' onmouseover='alert(1)".to_owned(),
        "{{7*7}}{% raw %}<svg onload=alert(1)>".to_owned(),
        "\u{1b}[31m红\u{1b}]52;c;aGk=\u{7}".to_owned(),
        "\u{202e}告报\u{2066}".to_owned(),
        "长".repeat(10_000),
        "javascript:alert(1)".to_owned(),
    ]
}

/// A store in which every text of a portal is hostile.
pub(super) async fn besieged() -> Store {
    let store = Store::in_memory().unwrap();
    with_baseline(&store, &[row("z", 1)]).await;
    let rows: Vec<EntryRecord> = (0..hostile().len()).map(|n| row(&format!("h{n}"), 2)).collect();
    let poll = Poll::begin(&store, 60).await;
    poll.walk_all(&rows).await;
    for (n, text) in hostile().into_iter().enumerate() {
        let url = format!("http://a.gov.cn/{n}.doc").parse().unwrap();
        let mut document =
            Document { attachments: vec![Attachment::linked(url, text.clone(), None)], ..document(&text, &text) };
        document.source = Some(text.clone());
        document.breadcrumb = vec![text.clone()];
        document.blocks.truncate(1);
        document.blocks[0].text.clone_from(&text);
        let report = id(&store, &format!("h{n}")).await;
        poll.record(report, reading(document.clone(), Told::New)).await;
        document.blocks[0].kind = BlockKind::Row;
        document.blocks[0].text = format!("{text}\t1");
        let diff = format!("@@ title @@\n-{text}\n+{text}{text}\n@@ -1,1 +1,1 @@\n-{text}\n+{text}1\n");
        poll.record(report, edited(document, &diff)).await;
    }
    poll.end().await;
    store
}

/// The ways to every sort of page of a store.
pub(super) async fn every_page(store: &Store, name: &str) -> Vec<String> {
    let report: ReportId = id(store, name).await;
    let mut pages: Vec<String> = [
        "/",
        "/?event=edited",
        "/search",
        "/search?q=a",
        "/alerts",
        "/coverage",
        "/coverage/a/rule-of-law-annual/2025",
        "/sites",
        "/sites/a",
        "/sites/b",
        "/sites/a/file",
        "/add",
        "/nonsense",
    ]
    .map(str::to_owned)
    .into();
    pages.push(format!("/reports/{report}"));
    pages.push(format!("/reports/{report}/compare"));
    pages.push(format!("/reports/{report}/compare?view=side"));
    pages
}

#[tokio::test]
async fn no_title_acts_on_any_page() {
    let scene = Scene::with(WebRule::default(), besieged().await).await;
    for n in 0..hostile().len() {
        for path in every_page(&scene.store, &format!("h{n}")).await {
            let page = scene.get(&path).await.text().await.unwrap();
            assert!(page.len() < 150_000, "{path} has {} bytes", page.len());
            let lower = page.to_lowercase();
            for active in
                ["<script", "<img", "<svg onload", " onerror=alert(1)>", "' onmouseover='", "href=\"javascript"]
            {
                assert!(!lower.contains(active), "{path}: {active}");
            }
            assert!(!page.contains(['\u{1b}', '\u{7}', '\u{202e}', '\u{2066}']), "{path}");
        }
    }
    assert_eq!(scene.get("/sites/%3Cscript%3E").await.status(), 404);
    assert_eq!(SiteId::new("a").as_str(), "a");
}

#[tokio::test]
async fn feeds_hold_what_the_filter_wants() {
    let scene = Scene::with(WebRule::default(), lived().await).await;
    let atom = scene.get("/feed.atom?event=edited").await.text().await.unwrap();
    assert_eq!(atom.matches("<entry>").count(), 1);
    assert!(atom.contains("受理[-15-]{+9+}件"), "{atom}");
    let feed = Scene::read(scene.get("/feed.json").await).await;
    assert_eq!(feed["version"], "https://jsonfeed.org/version/1.1");
    assert_eq!(feed["items"].as_array().unwrap().len(), 3);
    let hostile = Scene::with(WebRule::default(), besieged().await).await;
    let atom = hostile.get("/feed.atom").await.text().await.unwrap();
    let mut reader = quick_xml::Reader::from_str(&atom);
    while !matches!(reader.read_event().unwrap(), quick_xml::events::Event::Eof) {}
}

#[tokio::test]
async fn words_are_found_with_their_place_and_so_are_those_that_were_taken_out() {
    let scene = Scene::with(WebRule::default(), lived().await).await;
    let page = scene.page("/search?q=%E5%8F%A6%E4%B8%80%E4%B8%AA").await;
    assert!(page.contains("<mark>另一个</mark>") && page.contains("Reports found: 1"), "{page}");
    let gone = scene.page("/search?q=a&by=rank").await;
    assert!(gone.contains("in revision 1; the newest no longer has it") || gone.contains("<mark>a</mark>"), "{gone}");
    let wrong = scene.page("/search?q=-x").await;
    assert!(wrong.contains("This cannot be searched for"), "{wrong}");
}

#[tokio::test]
async fn coverage_says_in_words_who_published_and_on_what_proof() {
    let scene = Scene::with(WebRule::default(), lived().await).await;
    let page = scene.page_with("/coverage?kind=rule-of-law-annual", &ZH).await;
    assert!(page.contains("甲县人民政府") && page.contains("未知") && page.contains("限 2026-04-01"), "{page}");
    assert!(page.contains("href=\"/coverage/a/rule-of-law-annual/2025\""), "{page}");
    let why = scene.page("/coverage/a/rule-of-law-annual/2025").await;
    assert!(why.contains("unknown") && why.contains("http://a.gov.cn/fz/"), "{why}");
    assert!(why.contains("no listing of this site is known to hold this kind of report"), "{why}");
    let why = scene.page_with("/coverage/a/rule-of-law-annual/2025", &ZH).await;
    assert!(why.contains("尚不知道本站哪个栏目发布这类文件") && !why.contains("no listing"), "{why}");
    for wrong in ["/coverage?year=1", "/coverage?year=9999", "/coverage?year=x"] {
        let answer = scene.get(wrong).await;
        assert_eq!(answer.status(), 400, "{wrong}");
        assert!(answer.text().await.unwrap().contains("a year such as 2025"), "{wrong}");
    }
    assert_eq!(scene.get("/coverage/b/rule-of-law-annual/2025").await.status(), 404, "b owes nothing");
    let file = scene.get("/coverage.csv?kind=rule-of-law-annual").await;
    assert!(written(file.headers()).contains("attachment; filename=\"coverage.csv\""));
    let text = String::from_utf8(file.bytes().await.unwrap().into()).unwrap();
    assert_eq!((text.starts_with("\u{feff}site,name,division,"), text.lines().count()), (true, 2), "{text}");
    for other in ["division=99", "site=b", "site=nobody"] {
        assert!(scene.page(&format!("/coverage?{other}")).await.contains("No site matches."), "{other}");
    }
    assert!(scene.page("/coverage?site=a").await.contains("href=\"/coverage/a/rule-of-law-annual/2025\""));
    assert!(scene.page("/sites/a").await.contains("href=\"/coverage?site=a\""));
    assert!(!scene.page("/sites/b").await.contains("/coverage?site="), "b owes nothing");
}

#[tokio::test]
async fn alerts_are_listed_and_made_due_again() {
    let scene = Scene::with(WebRule::default(), lived().await).await;
    let page = scene.page("/alerts").await;
    assert!(page.contains("There are no alerts."), "what is printed is no alert: {page}");
    assert_eq!(scene.get("/alerts?state=nonsense").await.status(), 400);
    let retried = scene.post("/alerts/retry", &[], &[]).await;
    let to = retried.headers()["location"].to_str().unwrap();
    assert!(to.starts_with("/alerts?retried="), "{to}");
    assert_eq!(scene.post("/alerts/test", &[], &[("channel", "none")]).await.status(), 404);
    let said = scene.page("/alerts?tested=x&error=%3Cscript%3E").await;
    assert!(said.contains("Channel x did not take it: &#60;script&#62;"), "{said}");
}
