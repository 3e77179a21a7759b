//! The cases of `tests/corpus`, read as listings and told apart: what each of them is there to show.

use std::path::{Path, PathBuf};

use govwatch::model::{ListingPage, PageKind};
use govwatch::page::decode::{self, Decoded};
use govwatch::page::kind::{self, Answer};
use govwatch::page::listing::{self, ListingRead};
use govwatch::page::tree::Tree;
use jiff::civil::date;
use jiff::tz::TimeZone;
use url::Url;

struct Case {
    url: Url,
    decoded: Decoded,
    tree: Tree,
}

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus").join(name)
}

fn load(name: &str) -> Case {
    let folder = folder(name);
    let stated: toml::Table = std::fs::read_to_string(folder.join("case.toml")).expect("case").parse().expect("toml");
    let body = ["page.html", "page.xml", "page.json"]
        .iter()
        .find_map(|file| std::fs::read(folder.join(file)).ok())
        .expect("page");
    let content_type = stated["headers"].get("content-type").and_then(toml::Value::as_str);
    let decoded = decode::text(&body, content_type, None);
    let tree = Tree::parse(&decoded.text).expect("tree");
    Case { url: Url::parse(stated["url"].as_str().expect("url")).expect("url"), decoded, tree }
}

fn read(name: &str, n_page: u32) -> (Url, ListingPage) {
    let case = load(name);
    let zone = TimeZone::get("Asia/Shanghai").expect("bundled zone");
    let first_url = Url::parse("http://www.qingxi.example/zwgk/tzgg/").expect("url");
    let first_url = if n_page == 1 { &case.url } else { &first_url };
    let today = date(2026, 11, 20);
    let page_url = &case.url;
    let read = ListingRead { rule: None, family: None, zone: &zone, first_url, page_url, post: None, n_page, today };
    (case.url.clone(), listing::page(&case.tree, &case.decoded, &read).expect("a page of a listing"))
}

/// Rows, the date of the first and the last, the next page, the count of pages.
fn shape(name: &str, n_page: u32) -> (usize, String, String, Option<String>, Option<u32>) {
    let (url, page) = read(name, n_page);
    let day = |entry: Option<&govwatch::model::Entry>| {
        entry.and_then(|entry| entry.date).map(|date| date.to_string()).unwrap_or_default()
    };
    let next = page.next_url().map(|next| url.make_relative(next).unwrap_or_else(|| next.to_string()));
    (page.entries.len(), day(page.entries.first()), day(page.entries.last()), next, page.n_pages)
}

#[test]
fn every_listing_case_gives_its_rows_and_its_next_page() {
    let proxy = "../../module/web/jpage/dataproxy.jsp?page=1&appid=1&webid=9&path=/&columnid=412&unitid=2088&webname=%25E9%259D%2592%25E6%25BA%25AA&permissiontype=0";
    let second = "?page=2&appid=1&webid=9&path=/&columnid=412&unitid=2088&permissiontype=0";
    for (name, n_page, n, first, last, next, n_pages) in [
        ("list_pinned_rows", 1, 7, "2025-03-10", "2026-10-21", Some("index_1.html"), Some(12)),
        ("list_truncated_titles", 2, 5, "2026-11-18", "2026-10-21", Some("index_2.html"), Some(3)),
        ("list_datastore", 1, 5, "2026-11-18", "2026-10-21", Some(proxy), None),
        ("list_datastore_escaped", 1, 5, "2026-11-18", "2026-10-21", Some(proxy), None),
        ("list_dataproxy_answer", 2, 5, "2026-11-18", "2026-10-21", Some(second), Some(3)),
        ("list_pager_in_comment", 1, 5, "2026-11-18", "2026-10-21", None, None),
        ("list_hidden_table_in_row", 1, 5, "2026-11-18", "2026-10-21", None, None),
        ("list_template_unfilled", 1, 0, "", "", None, None),
        ("list_date_tiles", 1, 5, "2026-11-18", "2026-10-21", None, None),
        ("list_table_two_dates", 1, 5, "2026-11-18", "2026-10-21", Some("index_1.html"), Some(7)),
        ("list_window_open_links", 1, 4, "2026-11-18", "2026-10-30", None, None),
        ("list_vsb_countdown", 1, 5, "2026-11-18", "2026-10-21", Some("tzgg/23.htm"), Some(24)),
        ("list_short_last_page", 12, 2, "2019-03-12", "2019-01-08", None, Some(12)),
        ("list_written_pager", 1, 5, "2026-11-18", "2026-10-21", Some("index_1.shtml"), Some(31)),
        ("list_flat_breaks", 1, 5, "2026-11-18", "2026-10-21", None, None),
        ("list_gb18030_declared_gb2312", 1, 5, "2026-11-18", "2026-10-21", Some("index_2.html"), None),
    ] {
        let expected = (n, first.to_owned(), last.to_owned(), next.map(str::to_owned), n_pages);
        assert_eq!(shape(&format!("generic/{name}"), n_page), expected, "{name}");
    }
    let site = shape("rsj-gz-gov-cn/list_pinned", 1);
    assert_eq!(site, (4, "2025-01-14".into(), "2026-08-19".into(), Some("index_2.html".into()), Some(3)));
}

#[test]
fn titles_are_whole_wherever_the_template_cut_them() {
    let whole = "关于2026年度法治政府建设情况报告征求意见的公告";
    for name in
        ["list_truncated_titles", "list_datastore", "list_date_tiles", "list_table_two_dates", "list_flat_breaks"]
    {
        let (_, page) = read(&format!("generic/{name}"), 1);
        assert_eq!(page.entries[0].title, whole, "{name}");
    }
    let (url, page) = read("generic/list_window_open_links", 1);
    assert_eq!(page.n_broken_rows, 1);
    let last = url.join("202610/t20261030_90061.html").expect("url");
    assert_eq!(page.entries.last().map(|entry| &entry.url), Some(&last));
}

#[test]
fn every_case_is_known_for_what_it_is() {
    let mut wrong = Vec::new();
    for group in std::fs::read_dir(folder("")).expect("corpus").map(|group| group.expect("folder").path()) {
        for case in std::fs::read_dir(&group).expect("group").map(|case| case.expect("folder").path()) {
            let name = |path: &Path| path.file_name().and_then(|name| name.to_str()).unwrap_or_default().to_owned();
            let expected = match name(&case) {
                case if case.starts_with("list") => PageKind::Listing,
                case if case.starts_with("detail") => PageKind::Report,
                case if case.starts_with("blocked") => PageKind::Challenge,
                case if case.starts_with("soft_not_found") => PageKind::NotFound,
                case if case.starts_with("maintenance") => PageKind::Other,
                case if case.starts_with("empty") => PageKind::Empty,
                _ => continue,
            };
            let name = format!("{}/{}", name(&group), name(&case));
            if !folder(&name).join("case.toml").exists() {
                continue;
            }
            let case = load(&name);
            let answer = Answer { status: 200, landed: Some(&case.url), ..Answer::default() };
            let found = kind::of(&case.tree, &case.decoded, &answer);
            if found != expected {
                wrong.push((name, found));
            }
        }
    }
    assert_eq!(wrong, []);
}

#[test]
fn bytes_are_read_by_the_charset_they_are_in() {
    for (name, charset, n_replaced) in [
        ("detail_gb18030_declared_gb2312", "gb18030", 0),
        ("list_gb18030_declared_gb2312", "gb18030", 0),
        ("detail_utf8_declared_gb2312", "UTF-8", 0),
        ("detail_cut_utf8_character", "UTF-8", 1),
    ] {
        let decoded = load(&format!("generic/{name}")).decoded;
        assert_eq!((decoded.charset, decoded.n_replaced), (charset, n_replaced), "{name}");
    }
}
