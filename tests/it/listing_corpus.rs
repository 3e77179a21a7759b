//! Real listing and report pages, read against what a careful editor found on them.

use std::path::Path;
use std::sync::Arc;

use govwatch::config::{EntryRule, Family, ReportRule, Signal};
use govwatch::model::{Entry, PageKind};
use govwatch::page::family;
use govwatch::page::kind::{self, Answer};
use govwatch::page::listing::{self, ListingRead};
use jiff::civil::date;
use jiff::tz::TimeZone;
use serde_json::Value;
use url::Url;

use crate::gold::{self, text};

/// Title, URL and date of a row.
type Row = (String, String, Option<String>);

fn gold_rows(record: &Value, url: &Url) -> Vec<Row> {
    let row = |entry: &Value| {
        let link = url.join(text(entry, "href")).expect("href");
        (text(entry, "title").to_owned(), link.to_string(), entry["date"].as_str().map(str::to_owned))
    };
    record["entries"].as_array().expect("entries").iter().map(row).collect()
}

fn gold_next(record: &Value) -> (Option<&str>, Option<u32>) {
    match text(record, "id") {
        "list-rsj-gz-20b" => (Some("index_2.html"), Some(304)),
        "list-hd" => (Some("index_1.html"), Some(56)),
        "list-wsjkw-sh" => (Some("index_2.html"), Some(54)),
        "list-dingxi-datastore" => {
            (record["pagination"]["next"].as_str().and_then(|next| next.split(' ').next()), None)
        }
        _ => (None, None),
    }
}

/// How many rows a page holds in a script; to its editor it was an empty frame.
fn n_scripted(id: &str) -> Option<usize> {
    (id == "list-sthjt-jiangxi").then_some(50)
}

#[test]
fn every_listing_gives_its_entries_and_its_next_page() {
    let Some(corpus) = gold::folder() else { return };
    let zone = TimeZone::get("Asia/Shanghai").expect("bundled zone");
    for record in gold::listings(&corpus) {
        let (decoded, tree) = gold::read(&corpus, &record);
        let url = record["base_url"].as_str().unwrap_or("http://jyt.gansu.gov.cn/jyt/c110634/zwgklist.shtml");
        let url = Url::parse(url).expect("url");
        let today = date(2026, 11, 22);
        let read = ListingRead {
            rule: None,
            family: None,
            zone: &zone,
            first_url: &url,
            page_url: &url,
            post: None,
            n_page: 1,
            today,
        };
        let page = listing::page(&tree, &decoded, &read).expect("a page of a listing");
        let row = |entry: &Entry| (entry.title.clone(), entry.url.to_string(), entry.date.map(|date| date.to_string()));
        let found: Vec<Row> = page.entries.iter().map(row).collect();
        match n_scripted(text(&record, "id")) {
            Some(n_rows) => assert_eq!((found.len(), page.further.is_some()), (n_rows, true)),
            None => assert_eq!(found, gold_rows(&record, &url), "{}", text(&record, "id")),
        }
        let (next, n_pages) = gold_next(&record);
        let next = next.map(|next| url.join(next).expect("next"));
        assert_eq!(
            (page.next_url().cloned(), page.n_pages, page.n_broken_rows),
            (next, n_pages, 0),
            "{}",
            text(&record, "id")
        );
    }
}

/// The families of the project, as far as they are recognised by.
fn families() -> Vec<Arc<Family>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("sites/families");
    let mut families = Vec::new();
    for file in std::fs::read_dir(folder).expect("families").map(|file| file.expect("file").path()) {
        let written: toml::Table = std::fs::read_to_string(&file).expect("readable").parse().expect("toml");
        let signal = |signal: &toml::Value| Signal {
            in_url: signal.get("url").is_some(),
            pattern: signal
                .get("url")
                .or(signal.get("html"))
                .and_then(toml::Value::as_str)
                .expect("pattern")
                .parse()
                .expect("regex"),
            score: u32::try_from(signal["score"].as_integer().expect("score")).expect("small"),
        };
        families.push(Arc::new(Family {
            id: file.file_stem().and_then(|stem| stem.to_str()).expect("stem").to_owned(),
            name: String::new(),
            signals: written["signal"].as_array().expect("signals").iter().map(signal).collect(),
            report: ReportRule::default(),
            entry: EntryRule::default(),
            pages: None,
            json: None,
        }));
    }
    families
}

#[test]
fn pages_are_recognised_as_their_family_with_and_without_their_url() {
    let Some(corpus) = gold::folder() else { return };
    let families = families();
    for record in gold::reports(&corpus).into_iter().chain(gold::listings(&corpus)) {
        let id = text(&record, "id");
        let expected = match id.trim_start_matches("list-").split('-').next() {
            Some("thnet" | "gz" | "rsj" | "zc") => Some("gkmlpt"),
            Some("wanzai" | "gov" | "jyt") => Some("ucap"),
            Some("cmse" | "shanxi" | "hd") => Some("trs"),
            Some("fgw" | "dingxi") => Some("hanweb-jcms"),
            _ => None,
        };
        let Some(expected) = expected else { continue };
        let (decoded, _) = gold::read(&corpus, &record);
        let url = record["url"].as_str().or(record["base_url"].as_str()).and_then(|url| Url::parse(url).ok());
        for url in [url.as_ref(), None] {
            let found = family::recognise(&families, &decoded, url).map(|family| family.id.as_str());
            assert_eq!(found, Some(expected), "{id}");
        }
    }
}

#[test]
fn every_page_is_known_for_what_it_is() {
    let Some(corpus) = gold::folder() else { return };
    let mut wrong = Vec::new();
    for (records, expected) in
        [(gold::reports(&corpus), PageKind::Report), (gold::listings(&corpus), PageKind::Listing)]
    {
        for record in records {
            let (decoded, tree) = gold::read(&corpus, &record);
            let found = kind::of(&tree, &decoded, &Answer { status: 200, ..Answer::default() });
            if found != expected {
                wrong.push((text(&record, "id").to_owned(), found));
            }
        }
    }
    assert_eq!(wrong, []);
}
