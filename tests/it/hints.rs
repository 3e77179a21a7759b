//! What people are told who took a wrong turn, by the real binary: what is wrong, and what to do next.

use serde_json::{Value, json};

use crate::add::Desk;
use crate::portal::{Portal, Reply};

const HOST: &str = "www.hints.example";

/// A portal, and a site file of this listing for it.
fn begun(listing: &str) -> (Portal, Desk) {
    let portal = Portal::start();
    let desk = Desk::beside(&portal, &[HOST.to_owned()]);
    let head =
        format!("home = \"http://{HOST}/\"\npace = {{ min_interval = \"0s\" }}\n\n[[listing]]\nname = \"公告\"\n");
    desk.write("sites/hints.toml", head + listing);
    (portal, desk)
}

/// The exit code, standard output and standard error.
fn said(desk: &Desk, arguments: &[&str]) -> (Option<i32>, String, String) {
    let output = desk.run(arguments);
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
    (output.status.code(), text(output.stdout), text(output.stderr))
}

fn title(n: u32) -> String {
    format!("关于做好第{n}号重点工作安排的通知")
}

fn report(n: u32) -> String {
    let text =
        "各乡镇人民政府、县直各部门要高度重视，按照职责分工抓好落实，有关情况于月底前报送县政府办公室。".repeat(3);
    format!(
        "<html><head><title>{0}</title></head><body><h1>{0}</h1><p>发布时间：2026-06-{n:02}</p><div class=TRS_Editor><p>第{n}号。{text}</p></div></body></html>",
        title(n)
    )
}

fn row(n: u32) -> String {
    format!("<li><a href=\"/art/{n}.html\">{}</a><span>2026-06-{n:02}</span></li>", title(n))
}

fn serve_reports(portal: &Portal) {
    (1..=9).for_each(|n| portal.page(HOST, &format!("/art/{n}.html"), report(n)));
}

fn html_listing() -> (Portal, Desk) {
    let (portal, desk) = begun(&format!("url = \"http://{HOST}/gg/\"\nentry = \"ul.list li\"\n"));
    let rows: String = (1..=9).rev().map(row).collect();
    portal.page(HOST, "/gg/", format!("<html><body><ul class=list>{rows}</ul></body></html>"));
    serve_reports(&portal);
    (portal, desk)
}

#[test]
fn a_name_that_nothing_has_is_no_empty_answer() {
    let (_portal, desk) = html_listing();
    assert_eq!(said(&desk, &["fetch", "-q"]).0, Some(0));
    let (code, _, error) = said(&desk, &["reports", "--site", "hint"]);
    assert_eq!(code, Some(2));
    assert!(error.contains("there is no site \"hint\"; did you mean \"hints\"?"), "{error}");
    let (code, _, error) = said(&desk, &["reports", "--kind", "rule-of-law-anual"]);
    assert_eq!(code, Some(2));
    assert!(error.contains("did you mean \"rule-of-law-annual\"?"), "{error}");
    assert_eq!(said(&desk, &["reports", "--kind", "rule-of-law-annual"]).0, Some(0), "a kind that no report is of");
    for command in ["reports", "fetch"] {
        let (code, _, error) = said(&desk, &[command, "--since", "2026-13-01"]);
        assert_eq!(code, Some(2), "{command}");
        assert!(error.contains("a day is written YYYY-MM-DD, such as 2026-04-29"), "{error}");
    }
}

#[test]
fn a_warning_is_a_sentence_unless_more_is_asked_for() {
    let (portal, desk) = html_listing();
    portal.serve(HOST, "/art/3.html", Reply::status(404));
    let (_, _, error) = said(&desk, &["fetch"]);
    let line = error.lines().find(|line| line.contains("not read")).expect("it is said");
    assert!(
        line.starts_with("warning: hints: not read: ") && line.ends_with(&format!("(http://{HOST}/art/3.html)")),
        "{error}"
    );
    portal.serve(HOST, "/art/4.html", Reply::status(404));
    let (_, _, error) = said(&desk, &["fetch", "--full", "-v"]);
    assert!(error.lines().any(|line| line.contains("WARN") && line.contains("site=hints")), "{error}");
}

#[test]
fn a_listing_that_is_gone_is_not_mended_but_given_its_new_address() {
    let (portal, desk) = html_listing();
    said(&desk, &["fetch", "-q"]);
    portal.serve(HOST, "/gg/", Reply::status(404));
    said(&desk, &["fetch", "-q"]);
    let (code, out, _) = said(&desk, &["repair", "hints"]);
    assert_eq!(code, Some(1));
    assert!(
        out.contains(&format!("http://{HOST}/gg/ answers 404")) && out.contains("write the new address as the `url`"),
        "{out}"
    );
}

fn answer(keys: [&str; 3], wrap: fn(Value) -> Value) -> Reply {
    let [link, title_key, date] = keys;
    let row = |n: u32| json!({"id": n + 4000, link: format!("/art/{n}.html"), title_key: title(n), date: format!("2026-06-{n:02}")});
    let rows: Vec<Value> = (1..=9).rev().map(row).collect();
    Reply::bytes("application/json", wrap(Value::from(rows)).to_string().into_bytes())
}

#[test]
fn rows_of_an_answer_that_stand_elsewhere_are_found_again() {
    let listing = format!(
        "url = \"http://{HOST}/api/list\"\nformat = \"json\"\nitems = \"/rows\" # the rows\nlink = \"/url\"\ntitle = \"/title\"\n\
         date = \"/date\"\npages = {{ kind = \"none\" }}\n"
    );
    let (portal, desk) = begun(&listing);
    serve_reports(&portal);
    portal.serve(HOST, "/api/list", answer(["url", "title", "date"], |rows| json!({"rows": rows})));
    assert_eq!(said(&desk, &["fetch", "-q"]).0, Some(0));
    portal.serve(
        HOST,
        "/api/list",
        answer(["docUrl", "docTitle", "pubDate"], |rows| json!({"data": {"list": rows, "total": 9}})),
    );
    assert_eq!(said(&desk, &["fetch", "-q"]).0, Some(1), "told as broken");
    let (code, out, error) = said(&desk, &["repair", "hints", "--write"]);
    assert_eq!(code, Some(0), "{out}{error}");
    let text = desk.read("sites/hints.toml");
    for line in [
        "items = \"/data/list\" # the rows",
        "link = \"/docUrl\"",
        "title = \"/docTitle\"",
        "date = \"/pubDate\"",
        "total = \"/data/total\"",
    ] {
        assert!(text.lines().any(|one| one == line), "{line}\n{text}");
    }
    let (events, code) = desk.rows(&["fetch"]);
    let told: Vec<&str> = events.iter().filter_map(|event| event["event"].as_str()).collect();
    assert_eq!((told, code), (vec!["site_recovered", "summary"], Some(0)), "{events:?}");
}

#[test]
fn a_page_that_a_script_fills_says_what_it_asks_for() {
    let page = "<html><body><ul class=list></ul><script>function load(page) { $.ajax({ url: '/api/list', type: 'post', \
         data: { channel: channelOf(), page: page } }); $.getJSON('/api/rows?page=' + page, fill); }</script></body></html>";
    let (portal, desk) = begun(&format!("url = \"http://{HOST}/gg/\"\n"));
    portal.page(HOST, "/gg/", page);
    let asks = format!("http://{HOST}/api/rows?page=1");
    let (_, out, _) = said(&desk, &["try", "hints"]);
    assert!(out.contains(&asks) && out.contains("render = \"browser\""), "{out}");
    let (code, out, _) = said(&desk, &["check", "--live"]);
    assert!(out.contains(&asks) && out.contains("render = \"browser\""), "{out}");
    assert_eq!(code, Some(1));
    let (code, _, error) = said(&desk, &["fetch"]);
    assert_eq!(code, Some(1));
    assert!(error.contains(&asks) && error.contains("render = \"browser\""), "{error}");
    desk.write("page.html", page);
    let (code, out, error) = said(&desk, &["add", "--saved", "page.html", "--url", &format!("http://{HOST}/zc/")]);
    assert_eq!(code, Some(1));
    assert!(error.contains(&asks) && error.contains("render = \"browser\""), "{out}{error}");
}

#[test]
fn a_feed_is_not_said_to_be_all() {
    let (portal, desk) = begun(&format!("url = \"http://{HOST}/rss.xml\"\nformat = \"feed\"\n"));
    let item = |n: u32| {
        format!(
            "<item><title>{}</title><link>http://{HOST}/art/{n}.html</link><pubDate>2026-06-0{n}</pubDate></item>",
            title(n)
        )
    };
    let items: String = (1..=9).rev().map(item).collect();
    let text =
        format!("<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>公告</title>{items}</channel></rss>");
    portal.serve(HOST, "/rss.xml", Reply::bytes("application/rss+xml", text.into_bytes()));
    serve_reports(&portal);
    assert_eq!(said(&desk, &["fetch", "-q"]).0, Some(0));
    let (_, out, _) = said(&desk, &["status", "-v"]);
    assert!(!out.contains("(all)") && out.contains("a feed names its newest rows only"), "{out}");
}
