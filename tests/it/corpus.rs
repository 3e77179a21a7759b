//! Every folder `tests/corpus/SITE/CASE/` is a test: its page is read by the rules of that site (`generic`: by none),
//! and what every stage makes of it must be what `document.snap` beside it says.
//!
//! A folder that is dropped there gets its snapshot with `INSTA_UPDATE=always cargo test corpus`; read it before you
//! commit it.

use std::path::Path;
use std::sync::Arc;

use govwatch::config::{Format, Network, Site, load_sites};
use govwatch::model::{Document, Entry, ListingPage, PageKind};
use govwatch::page::decode::Decoded;
use govwatch::page::listing::ListingRead;
use govwatch::page::tree::Tree;
use govwatch::page::{ReadRules, decode, extract, kind, listing};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use url::Url;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    url: Url,
    status: u16,
    #[serde(default)]
    headers: std::collections::BTreeMap<String, String>,
    fetched_at: Timestamp,
    /// What the case is about; a case without a reason is none.
    why: String,
    /// A site file for it, where no site of the project is like it.
    site: Option<String>,
}

/// What the stages make of a page.
#[derive(Serialize)]
struct Seen {
    why: String,
    charset: &'static str,
    page: PageKind,
    document: Option<Document>,
    entries: Vec<Entry>,
    next: Option<Url>,
    n_pages: Option<u32>,
    n_broken_rows: usize,
    /// What only some formats of listings have.
    #[serde(flatten)]
    beside: Beside,
}

#[derive(Default, Serialize)]
struct Beside {
    #[serde(skip_serializing_if = "Option::is_none")]
    post: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    further: Vec<Url>,
    #[serde(skip_serializing_if = "Option::is_none")]
    n_total: Option<u64>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    is_frame: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    advice: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
}

impl Beside {
    fn of(listed: &ListingPage) -> Self {
        Self {
            post: listed.next.first().and_then(|next| next.post.clone()).map(|post| post.body),
            further: listed.next.iter().skip(1).map(|next| next.url.clone()).collect(),
            n_total: listed.n_total,
            is_frame: listed.is_frame,
            advice: listed.advice.clone(),
            error: None,
        }
    }
}

fn site(folder: &Path, written: Option<&str>) -> Option<Arc<Site>> {
    if let Some(written) = written {
        let sites = tempfile::tempdir().expect("a folder");
        std::fs::write(sites.path().join("case.toml"), written).expect("a file");
        let mut loaded = load_sites(sites.path(), &[], &Network::default());
        return Some(loaded.sites.pop().unwrap_or_else(|| panic!("{}: {:?}", folder.display(), loaded.mistakes)));
    }
    let id = folder.parent()?.file_name()?.to_str()?.to_owned();
    let sites = Path::new(env!("CARGO_MANIFEST_DIR")).join("sites");
    (id != "generic").then(|| {
        let mut loaded = load_sites(&sites, std::slice::from_ref(&id), &Network::default());
        loaded.sites.pop().unwrap_or_else(|| panic!("{id}: {:?} {:?}", loaded.mistakes, loaded.unknown))
    })
}

/// What it lists, where it is a listing or the site file says so.
fn listed(page: PageKind, tree: &Tree, decoded: &Decoded, read: &ListingRead<'_>) -> (ListingPage, Beside) {
    let is_answer = read.rule.is_some_and(|rule| !matches!(rule.format, Format::Html));
    if page != PageKind::Listing && !is_answer {
        return Default::default();
    }
    match listing::page(tree, decoded, read) {
        Ok(listed) => (listed.clone(), Beside::of(&listed)),
        Err(error) => (ListingPage::default(), Beside { error: Some(error.to_string()), ..Beside::default() }),
    }
}

fn seen(folder: &Path) -> Seen {
    let text = std::fs::read_to_string(folder.join("case.toml")).expect("case.toml");
    let case: Case = toml::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let body = ["page.html", "page.xml", "page.json"].iter().find_map(|file| std::fs::read(folder.join(file)).ok());
    let body = body.unwrap_or_else(|| panic!("{}: no page.html", folder.display()));
    let site = site(folder, case.site.as_deref());
    let site = site.as_deref();
    let content_type = case.headers.get("content-type").map(String::as_str);
    let decoded = decode::text(&body, content_type, site.and_then(|site| site.fetch.charset.as_deref()));
    let tree = Tree::parse(&decoded.text).expect("a small page");
    let url = Some(&case.url);
    let answer = kind::Answer { status: case.status, asked: url, landed: url, home: site.map(|site| &site.home) };
    let page = kind::of(&tree, &decoded, &answer);
    let china = TimeZone::get("Asia/Shanghai").expect("bundled zone");
    let zone = site.map_or(&china, |site| &site.timezone);
    let family = site.and_then(|site| site.family.as_deref());
    let is_own = case.site.is_some();
    let rule = site.and_then(|site| site.listings.iter().find(|rule| is_own || rule.url == case.url));
    let first_url = rule.map_or(&case.url, |rule| &rule.url);
    let today = case.fetched_at.to_zoned(zone.clone()).date();
    let read = ListingRead { rule, family, zone, first_url, page_url: &case.url, post: None, n_page: 1, today };
    let (listed, beside) = listed(page, &tree, &decoded, &read);
    let rules = ReadRules { url, zone, site: site.map(|site| &site.report), family, min_body_chars: 0 };
    Seen {
        why: case.why,
        charset: decoded.charset,
        page,
        document: (page == PageKind::Report).then(|| extract::document(&tree, &decoded, &rules)),
        next: listed.next_url().cloned(),
        entries: listed.entries,
        n_pages: listed.n_pages,
        n_broken_rows: listed.n_broken_rows,
        beside,
    }
}

#[test]
fn every_case_is_read_as_its_snapshot_says() {
    insta::glob!("../corpus", "*/*/case.toml", |file| {
        let folder = file.parent().expect("a case is in a folder");
        let mut settings = insta::Settings::clone_current();
        settings.set_snapshot_path(folder);
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        settings.remove_snapshot_suffix();
        settings.bind(|| insta::assert_json_snapshot!("document", seen(folder)));
    });
}
