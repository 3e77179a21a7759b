//! Who reads the pages: this project, the parse of the HTML library alone, other libraries for Rust.
//!
//! In: pages in memory. Out: what each says, and the CPU time that one round over all pages takes.

use std::collections::BTreeMap;
use std::hint::black_box;
use std::sync::Arc;

use cpu_time::ProcessTime;
use dom_smoothie::{Config, Readability, TextMode};
use govwatch::config::{Family, load_families};
use govwatch::model::{Capture, Document};
use govwatch::page::kind::Answer;
use govwatch::page::open::Opened;
use govwatch::page::{ReadRules, decode, family};
use jiff::tz::TimeZone;
use url::Url;

use super::gold::{FIELDS, Page, Reading};

/// Stands in for the URL of a page of which none is known.
const NO_URL: &str = "http://page.invalid/";

/// One row of the table.
pub(crate) trait Reader {
    /// Its name and version.
    fn name(&self) -> String;

    /// What it says of every page, in order; `None` where it only parses.
    fn readings(&mut self) -> Option<Vec<Reading>>;

    /// Seconds of CPU time that one round over all pages takes.
    fn round(&mut self) -> f64;
}

/// Seconds of CPU time of this process.
fn timed(run: impl FnOnce()) -> f64 {
    let begun = ProcessTime::now();
    run();
    begun.elapsed().as_secs_f64()
}

/// This project, as `extract` reads a page: bytes to a Document with all fields, family recognised, kind told.
pub(crate) struct Ours {
    captures: Vec<(Capture, Option<Url>)>,
    families: Vec<Arc<Family>>,
    zone: TimeZone,
}

impl Ours {
    pub(crate) fn of(pages: &[Page]) -> Self {
        let capture = |page: &Page| {
            let url = page.url.clone().unwrap_or_else(|| Url::parse(NO_URL).expect("a URL"));
            let capture = Capture {
                final_url: url.clone(),
                url,
                status: 200,
                headers: Vec::new(),
                body: page.bytes.clone().into(),
                fetched_at: jiff::Timestamp::UNIX_EPOCH,
                wire_bytes: 0,
                n_requests: 0,
            };
            (capture, page.url.clone())
        };
        let (families, _) = load_families(std::path::Path::new("no such folder"));
        let zone = TimeZone::get("Asia/Shanghai").expect("bundled zone");
        Self { captures: pages.iter().map(capture).collect(), families, zone }
    }

    fn documents(&self) -> impl Iterator<Item = Document> {
        self.captures.iter().map(|(capture, url)| {
            let answer = Answer { status: 200, asked: url.as_ref(), landed: url.as_ref(), home: None };
            let opened = Opened::of(capture, None, &answer).expect("a real page");
            let family = family::recognise(&self.families, &opened.decoded, url.as_ref()).map(Arc::as_ref);
            let url = Some(&capture.final_url);
            opened.document(&ReadRules { url, zone: &self.zone, site: None, family, min_body_chars: 0 })
        })
    }
}

impl Reader for Ours {
    fn name(&self) -> String {
        format!("govwatch {}", env!("CARGO_PKG_VERSION"))
    }

    fn readings(&mut self) -> Option<Vec<Reading>> {
        Some(self.documents().map(|document| reading(&document)).collect())
    }

    fn round(&mut self) -> f64 {
        timed(|| self.documents().for_each(|document| drop(black_box(document))))
    }
}

fn reading(document: &Document) -> Reading {
    let row = serde_json::to_value(document).expect("a document");
    let fields = FIELDS.into_iter().filter_map(|name| Some((name.to_owned(), row[name].as_str()?.to_owned())));
    Reading { text: document.text(), fields: fields.collect() }
}

/// The HTML library's parse of the decoded text and nothing else: what every reader on top of it has to pay.
pub(crate) struct ParseAlone(Vec<String>);

impl ParseAlone {
    pub(crate) fn of(pages: &[Page]) -> Self {
        Self(texts(pages))
    }
}

fn texts(pages: &[Page]) -> Vec<String> {
    pages.iter().map(|page| decode::text(&page.bytes, None, None).text).collect()
}

impl Reader for ParseAlone {
    fn name(&self) -> String {
        "parse alone (scraper)".to_owned()
    }

    fn readings(&mut self) -> Option<Vec<Reading>> {
        None
    }

    fn round(&mut self) -> f64 {
        timed(|| self.0.iter().for_each(|text| drop(black_box(scraper::Html::parse_document(text)))))
    }
}

/// Mozilla's Readability in Rust. It takes text: the time to decode the pages is not counted.
pub(crate) struct Smoothie(Vec<(String, Option<Url>)>);

impl Smoothie {
    pub(crate) fn of(pages: &[Page]) -> Self {
        Self(texts(pages).into_iter().zip(pages.iter().map(|page| page.url.clone())).collect())
    }

    fn articles(&self) -> impl Iterator<Item = Option<dom_smoothie::Article>> {
        self.0.iter().map(|(text, url)| {
            let config = Config { text_mode: TextMode::Formatted, ..Config::default() };
            let url = url.as_ref().map(Url::as_str);
            Readability::new(text.as_str(), url, Some(config)).and_then(|mut reader| reader.parse()).ok()
        })
    }
}

impl Reader for Smoothie {
    fn name(&self) -> String {
        "dom_smoothie".to_owned()
    }

    fn readings(&mut self) -> Option<Vec<Reading>> {
        let reading = |article: Option<dom_smoothie::Article>| {
            let Some(article) = article else { return Reading::default() };
            let mut fields = BTreeMap::from([("title".to_owned(), article.title)]);
            fields.extend(article.published_time.map(|time| ("published".to_owned(), time)));
            Reading { text: article.text_content.to_string(), fields }
        };
        Some(self.articles().map(reading).collect())
    }

    fn round(&mut self) -> f64 {
        timed(|| self.articles().for_each(|article| drop(black_box(article))))
    }
}
