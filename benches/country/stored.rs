//! What a store holds after a first crawl, a round without changes and captures that differ by counters alone: bytes by
//! table, beside the bytes of the texts and what zstd makes of the same pages.
//!
//! In: a country whose portals count and have no validators. Out: lines of figures. Never: a guess of what a row takes:
//! SQLite's own account of its pages (dbstat) is read.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Instant;

use cpu_time::ProcessTime;
use govwatch::model::{Capture, Hash, Report, ReportId};
use govwatch::store::{Filter, Finding, ReportRecord, Store};
use jiff::Timestamp;
use rusqlite::{Connection, OpenFlags};

use crate::chrome::Chrome;
use crate::corpus;
use crate::land::{Country, Place, report_path};
use crate::pages::{self, Visit};
use crate::portal::Scene;
use crate::portals::Portals;
use crate::rounds::UNTIL_DUE;
use crate::saved;
use crate::watch::{Rechecks, Watch};

/// Reports whose pages are kept once more, changed by counters alone.
const N_RESTLESS: usize = 500;
/// Reports read from the store at once.
const AT_ONCE: usize = 1000;
/// The level that pages are compressed by where nothing is known of their site: zstd's default.
const LEVEL: i32 = 3;

/// Bytes of the three parts of a store.
#[derive(Debug, Clone, Copy, Default)]
struct Bytes {
    /// Captures, texts, revisions.
    kept: u64,
    /// The index of words.
    index: u64,
    /// Everything else.
    rest: u64,
}

/// What is known of the texts and pages that the store holds.
#[derive(Debug, Default)]
struct Texts {
    n: usize,
    text_bytes: usize,
    /// Of each text compressed by itself.
    text_zstd: usize,
    page_bytes: usize,
    /// Of each page compressed by itself.
    page_zstd: usize,
    /// What captures took to be read.
    captures: Took,
    /// What Documents took.
    documents: Took,
}

/// What it took to read many of a kind.
#[derive(Debug, Default)]
struct Took {
    /// Milliseconds of each.
    ms: Vec<f64>,
    /// Seconds of CPU time of all.
    cpu: f64,
}

impl Took {
    async fn timed<T>(&mut self, read: impl Future<Output = T>) -> T {
        let (began, cpu) = (Instant::now(), ProcessTime::now());
        let read = read.await;
        self.ms.push(began.elapsed().as_secs_f64() * 1000.0);
        self.cpu += cpu.elapsed().as_secs_f64();
        read
    }

    fn print(&self, what: &str) {
        let mut ms = self.ms.clone();
        ms.sort_by(f64::total_cmp);
        let at = |part: usize| ms.get(ms.len() * part / 100).copied().unwrap_or(f64::NAN);
        #[expect(clippy::cast_precision_loss, reason = "thousands of pages")]
        let cpu = self.cpu * 1000.0 / ms.len() as f64;
        println!("{what:<36} {:.3} ms median, {:.3} ms p95, {cpu:.3} ms of CPU", at(50), at(95));
    }
}

/// Measures and prints.
pub(crate) fn measure(country: &Country, portals: &mut Portals, program: Option<&Path>) {
    portals.set(&Scene { has_counters: true, ..Scene::default() });
    let watch = Watch::new(country, portals.port, Rechecks::All).with(program, "");
    let (_, said) = watch.fetch();
    assert_eq!(said.baseline, country.n_wanted() as u64, "reports of the first crawl: {said:?}");
    let (whole, first) = (watch.store_bytes(), tables(&watch.database()));
    std::thread::sleep(UNTIL_DUE);
    let (_, said) = watch.fetch();
    assert_eq!(said.unchanged, country.n_wanted() as u64, "a round in which nothing changed: {said:?}");
    let grown = watch.store_bytes() - whole;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("threads");
    let texts = runtime.block_on(texts(&watch));
    let restless = runtime.block_on(restless(country, &watch));
    print(&first, whole, grown, &texts, restless);
    match corpus::folder() {
        Some(folder) => runtime.block_on(of_saved(&folder)),
        None => println!("\nno folder of saved pages: GOVWATCH_CORPUS names one"),
    }
}

/// Prints what a store of saved pages holds.
async fn of_saved(folder: &Path) {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let saved = saved::keep(folder, dir.path()).await;
    let parts = parts(&tables(&dir.path().join("govwatch.db")));
    let of_text = |n: u64| ratio(usize::try_from(n).expect("64 bits"), saved.text_bytes);
    println!(
        "\n{} saved reports of {} sites, {:.1} KB of page and {:.2} KB of text each",
        saved.n_reports,
        saved.n_sites,
        ratio(saved.page_bytes, saved.n_reports) / 1000.0,
        ratio(saved.text_bytes, saved.n_reports) / 1000.0
    );
    println!("captures, texts and revisions        {:.2}x of the text", of_text(parts.kept));
    println!("index of words                       {:.2}x of the text", of_text(parts.index));
    println!("zstd alone, each page by itself      {:.2}x of the text", ratio(saved.page_zstd, saved.text_bytes));
    println!("zstd alone, each text by itself      {:.2}x of the text", ratio(saved.text_zstd, saved.text_bytes));
}

fn print(tables: &BTreeMap<String, u64>, whole: u64, grown: u64, texts: &Texts, restless: f64) {
    let of_text = |bytes: usize| format!("{:.2}x", ratio(bytes, texts.text_bytes));
    let bytes = |n: u64| usize::try_from(n).expect("64 bits");
    let parts = parts(tables);
    println!(
        "{} reports, {:.1} KB of page and {:.2} KB of text each; a store of {:.1} MB",
        texts.n,
        ratio(texts.page_bytes, texts.n) / 1000.0,
        ratio(texts.text_bytes, texts.n) / 1000.0,
        ratio(bytes(whole), 1_000_000)
    );
    println!("captures, texts and revisions        {} of the text", of_text(bytes(parts.kept)));
    println!("index of words                       {} of the text", of_text(bytes(parts.index)));
    println!("everything else                      {} of the text", of_text(bytes(parts.rest)));
    println!("zstd alone, each page by itself      {} of the text", of_text(texts.page_zstd));
    println!("zstd alone, each text by itself      {} of the text", of_text(texts.text_zstd));
    println!("an unchanged recheck                 {:.0} bytes", ratio(bytes(grown), texts.n));
    println!("a capture that differs by counters   {restless:.0} bytes");
    texts.captures.print("a capture read back");
    texts.documents.print("a text read back");
    println!("\ntable or index, bytes a report:");
    let mut rows: Vec<_> = tables.iter().collect();
    rows.sort_by_key(|(_, bytes)| std::cmp::Reverse(**bytes));
    for (name, n) in rows.iter().take(20) {
        println!("  {name:<36} {:>8.0}", ratio(bytes(**n), texts.n));
    }
}

#[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
fn ratio(part: usize, whole: usize) -> f64 {
    part as f64 / whole as f64
}

/// Bytes of every table and index of a database, by its pages.
fn tables(database: &Path) -> BTreeMap<String, u64> {
    by_name(database, "pgsize")
}

fn by_name(database: &Path, column: &str) -> BTreeMap<String, u64> {
    let conn = Connection::open_with_flags(database, OpenFlags::SQLITE_OPEN_READ_ONLY).expect("a database");
    let sql = format!("SELECT name, {column} FROM dbstat WHERE aggregate = TRUE");
    let mut query = conn.prepare(&sql).expect("SQLite with dbstat");
    let rows = query.query_map([], |row| Ok((row.get(0)?, row.get::<_, i64>(1)?))).expect("rows");
    rows.map(|row| row.expect("a row")).map(|(name, n)| (name, u64::try_from(n).unwrap_or(0))).collect()
}

/// Whatever is no index of words and holds no contents is the rest: so a table that comes later is not left out.
fn parts(tables: &BTreeMap<String, u64>) -> Bytes {
    const KEPT: [&str; 6] = ["contents", "pieces", "bases", "captures", "revisions", "parts"];
    const INDEX: [&str; 3] = ["words", "indexed", "unindexed"];
    let is_of = |name: &str, kin: &[&str]| {
        let bare = name.strip_prefix("sqlite_autoindex_").unwrap_or(name);
        kin.iter().any(|table| bare.starts_with(table))
    };
    let mut bytes = Bytes::default();
    for (name, n) in tables {
        match name {
            name if is_of(name, &KEPT) => bytes.kept += n,
            name if is_of(name, &INDEX) => bytes.index += n,
            _ => bytes.rest += n,
        }
    }
    bytes
}

/// Reads every report back: its text, and its page as it was received.
async fn texts(watch: &Watch) -> Texts {
    let store = Store::open_existing(&watch.state()).expect("the store of the crawl");
    let mut texts = Texts::default();
    for report in all(&store).await {
        let Some(revision) = report.revision else { continue };
        let document = texts.documents.timed(store.document(report.report, revision)).await.expect("its document");
        let text = document.text() + document.title.as_deref().unwrap_or_default();
        let captures = store.stored_captures(report.report, revision);
        let captures = texts.captures.timed(captures).await.expect("its captures");
        texts.n += 1;
        texts.text_bytes += text.len();
        texts.text_zstd += packed(text.as_bytes());
        for capture in captures {
            texts.page_bytes += capture.body.len();
            texts.page_zstd += packed(&capture.body);
        }
    }
    texts
}

pub(crate) fn packed(bytes: &[u8]) -> usize {
    zstd::bulk::compress(bytes, LEVEL).expect("memory for a page").len()
}

async fn all(store: &Store) -> Vec<Report> {
    let mut reports: Vec<Report> = Vec::new();
    loop {
        let after = reports.last().map(|report| (report.published, report.report));
        let page = store.reports(Filter { limit: AT_ONCE, after, ..Filter::default() }).await.expect("reports");
        if page.is_empty() {
            return reports;
        }
        reports.extend(page);
    }
}

/// Bytes that a page takes which is kept once more with other counters.
async fn restless(country: &Country, watch: &Watch) -> f64 {
    let store = Store::open_existing(&watch.state()).expect("the store of the crawl");
    let before = payload(watch);
    let places: Vec<Place> = country.places().filter(|place| country.is_wanted(*place)).take(N_RESTLESS).collect();
    let now = Timestamp::now();
    for (at, place) in places.iter().enumerate() {
        let url = format!("http://{}{}", crate::land::host(place.site), report_path(*place));
        let report = store.find_report(&url).await.expect("a report of the crawl");
        let poll = store.begin_poll(&report.site, now).await.expect("a poll");
        let capture = capture(country, *place, &url, now, at as u64);
        let suspicion = Some(Hash::of(&capture.body));
        let finding = Finding::Suspect { suspicion, form: None, miss: None, capture: Some(Box::new(capture)) };
        store.record_report(record(poll, (report.report, report.revision), now, finding)).await.expect("a record");
    }
    drop(store);
    ratio(usize::try_from(payload(watch) - before).expect("64 bits"), places.len())
}

/// Bytes of captures and contents, without the room that is left in their pages.
fn payload(watch: &Watch) -> u64 {
    parts(&by_name(&watch.database(), "payload")).kept
}

fn capture(country: &Country, place: Place, url: &str, now: Timestamp, visit: u64) -> Capture {
    let chrome = Chrome::of(country, place.site);
    // As many digits as the counters of the crawl had.
    let page = pages::report(country, &chrome, place, 0, Visit(50_000 + visit));
    Capture {
        url: url.parse().expect("a URL"),
        final_url: url.parse().expect("a URL"),
        status: 200,
        headers: vec![("content-type".to_owned(), page.content_type.to_owned())],
        body: page.body.into(),
        fetched_at: now,
        wire_bytes: 0,
        n_requests: 1,
    }
}

pub(crate) fn record(
    poll: govwatch::model::PollId,
    (report, newest): (ReportId, Option<u32>),
    now: Timestamp,
    finding: Finding,
) -> ReportRecord {
    let (next_recheck_at, validators, files, contents) = (None, None, Vec::new(), Vec::new());
    ReportRecord { poll, report, newest, now, finding, next_recheck_at, validators, answer: None, files, contents }
}
