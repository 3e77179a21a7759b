//! Pages as portals sent them, from a folder, in a store of their own: what generated pages are too regular to tell.
//!
//! In: `gold.jsonl`, one record a report with `page` (a file) and `url`. Out: a store, and the bytes of pages and texts. Never:
//! a listing of its own for pages of which no URL is known: they are one site each.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use govwatch::change::fingerprint;
use govwatch::config::{Family, load_families};
use govwatch::model::{Capture, Document, Hash, SiteId};
use govwatch::page::kind::Answer;
use govwatch::page::open::Opened;
use govwatch::page::{ReadRules, family};
use govwatch::store::{EntryRecord, Finding, ListingRules, PageRecord, Reading, Store, Told};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::Value;

use crate::stored::{packed, record};

/// What was kept.
#[derive(Debug, Default)]
pub(crate) struct Saved {
    pub(crate) n_reports: usize,
    pub(crate) n_sites: usize,
    pub(crate) page_bytes: usize,
    pub(crate) page_zstd: usize,
    pub(crate) text_bytes: usize,
    pub(crate) text_zstd: usize,
}

/// Keeps every report of a folder in a new store, site by site.
pub(crate) async fn keep(folder: &Path, state: &Path) -> Saved {
    let store = Store::open(state).expect("a new store");
    let (families, _) = load_families(Path::new("no such folder"));
    let mut saved = Saved::default();
    for (site, captures) in by_site(folder) {
        saved.n_sites += 1;
        let site = SiteId::new(&site);
        let now = Timestamp::now();
        let poll = store.begin_poll(&site, now).await.expect("a poll");
        let rules = ListingRules { filter: Hash::of(b"all"), rows: Hash::of(b"rows") };
        let listing =
            store.listing(&site, "saved", &format!("http://{site}/"), rules, now).await.expect("a listing").listing;
        let walk = store.begin_walk(poll, listing, None, now).await.expect("a walk");
        let entries = captures.iter().map(|capture| entry(capture.url.as_str())).collect();
        let page = PageRecord::below(walk, 1, entries, now);
        store.record_page(page).await.expect("a page");
        for capture in captures {
            let report = store.find_report(capture.url.as_str()).await.expect("a row of the listing").report;
            let document = read(&families, &capture);
            let text = document.text() + document.title.as_deref().unwrap_or_default();
            saved.n_reports += 1;
            saved.page_bytes += capture.body.len();
            saved.page_zstd += packed(&capture.body);
            saved.text_bytes += text.len();
            saved.text_zstd += packed(text.as_bytes());
            let (fingerprint, captures) = (fingerprint::of(&document, Hash::of(b"rules")), vec![capture]);
            let reading = Reading { fingerprint, document, captures, kind: None, year: None, told: Told::Baseline };
            let record = record(poll, (report, None), now, Finding::Read(Box::new(reading)));
            store.record_report(record).await.expect("a record");
        }
    }
    saved
}

/// The pages of a folder by the hosts that they are from.
fn by_site(folder: &Path) -> BTreeMap<String, Vec<Capture>> {
    let gold = std::fs::read_to_string(folder.join("gold.jsonl")).expect("gold.jsonl");
    let mut sites: BTreeMap<String, Vec<Capture>> = BTreeMap::new();
    for (n, line) in gold.lines().filter(|line| !line.trim().is_empty()).enumerate() {
        let gold: Value = serde_json::from_str(line).expect("a record a line");
        let known = gold["url"].as_str().and_then(|url| url.parse::<url::Url>().ok());
        let url = known.unwrap_or_else(|| format!("http://unknown-{n}.invalid/").parse().expect("a URL"));
        let host = url.host_str().unwrap_or_default().replace('.', "-");
        let file = folder.join(gold["page"].as_str().expect("`page`: the page's file"));
        sites.entry(host).or_default().push(Capture {
            final_url: url.clone(),
            url,
            status: 200,
            headers: vec![("content-type".to_owned(), "text/html".to_owned())],
            body: std::fs::read(file).expect("a page").into(),
            fetched_at: Timestamp::UNIX_EPOCH,
            wire_bytes: 0,
            n_requests: 1,
        });
    }
    sites
}

fn entry(url: &str) -> EntryRecord {
    EntryRecord {
        url: url.to_owned(),
        twins: Vec::new(),
        as_listed_url: url.to_owned(),
        title: url.to_owned(),
        date: None,
        date_shown: None,
        kind: None,
        year: None,
        is_wanted: true,
    }
}

fn read(families: &[Arc<Family>], capture: &Capture) -> Document {
    let url = Some(&capture.url);
    let opened =
        Opened::of(capture, None, &Answer { status: 200, asked: url, landed: url, home: None }).expect("a page");
    let family = family::recognise(families, &opened.decoded, url).map(Arc::as_ref);
    let zone = TimeZone::get("Asia/Shanghai").expect("bundled zone");
    opened.document(&ReadRules { url, zone: &zone, site: None, family, min_body_chars: 0 })
}
