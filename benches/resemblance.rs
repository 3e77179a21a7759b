//! How well texts that resemble each other are found among many, and how fast.
//!
//! In: how many texts (`N`, or 100,000), made by `texts.rs`. Out: recall and precision of what the store tells of each as
//! it is kept, the time of a lookup, and the bytes that a report costs. Never: the network.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use govwatch::change::fingerprint;
use govwatch::model::{Document, Hash, PollId, ReportId, SiteId};
use govwatch::store::{Finding, Reading, ReportRecord, Store, Told};
use jiff::Timestamp;
use texts::{Plant, Texts, texts};

mod clauses;
mod texts;

/// Reports recorded beside each other, as by a machine that polls many sites.
const AT_ONCE: usize = 128;

/// Lookups that are timed.
const N_LOOKUPS: usize = 2000;

#[tokio::main]
async fn main() {
    let n = std::env::var("N").ok().and_then(|n| n.parse().ok()).unwrap_or(100_000);
    let texts = texts(n, 7);
    let folder = tempfile::tempdir().expect("a temporary folder");
    let store = Store::open(folder.path()).expect("a store");
    let started = Instant::now();
    let told = record(&store, &texts).await;
    let seconds = started.elapsed().as_secs_f64();
    #[expect(clippy::cast_precision_loss, reason = "a few million texts")]
    let each_ms = seconds * 1000.0 / texts.documents.len() as f64;
    println!(
        "{} texts, {} planted pairs; kept in {seconds:.0} s, {each_ms:.2} ms each",
        texts.documents.len(),
        texts.pairs.len()
    );
    print_score(&texts, &told);
    print_lookups(&store, &texts).await;
    drop(store);
    print_sizes(&folder.path().join("govwatch.db"), texts.documents.len());
}

/// Keeps all texts in order. Gives the pairs that are told as resembling.
async fn record(store: &Store, texts: &Texts) -> BTreeSet<(usize, usize)> {
    let (site, now) = (SiteId::new("bench"), Timestamp::UNIX_EPOCH);
    let poll = store.begin_poll(&site, now).await.expect("a poll");
    let mut told = BTreeSet::new();
    let mut place: BTreeMap<ReportId, usize> = BTreeMap::new();
    let numbered: Vec<(usize, &Document)> = texts.documents.iter().enumerate().collect();
    for chunk in numbered.chunks(AT_ONCE) {
        let pages = chunk.iter().map(|(at, _)| {
            let (site, url) = (site.clone(), format!("http://www.bench.example/t{at}.html"));
            async move { store.watch_page(&site, &url, None, now).await.expect("a report") }
        });
        let reports = join_all(pages).await;
        place.extend(reports.iter().copied().zip(chunk.iter().map(|(at, _)| *at)));
        let records =
            reports.into_iter().zip(chunk).map(|(report, (_, document))| recorded(store, poll, report, document));
        for (report, resembles) in join_all(records).await {
            told.extend(resembles.iter().map(|other| {
                let (one, other) = (place[&report], place[other]);
                (one.min(other), one.max(other))
            }));
        }
    }
    told
}

async fn recorded(store: &Store, poll: PollId, report: ReportId, document: &Document) -> (ReportId, Vec<ReportId>) {
    let now = Timestamp::UNIX_EPOCH;
    let fingerprint = fingerprint::of(document, Hash::of(b"bench"));
    let (document, captures, told) = (document.clone(), Vec::new(), Told::New);
    let reading = Reading { document, fingerprint, captures, kind: None, year: None, told };
    let (finding, files, contents) = (Finding::Read(Box::new(reading)), Vec::new(), Vec::new());
    let record = ReportRecord {
        poll,
        report,
        newest: None,
        now,
        finding,
        next_recheck_at: None,
        validators: None,
        answer: None,
        files,
        contents,
    };
    let event = store.record_report(record).await.expect("a record").event;
    (report, event.map(|event| event.resembles).unwrap_or_default())
}

#[expect(clippy::cast_precision_loss, reason = "a few million pairs")]
fn print_score(texts: &Texts, told: &BTreeSet<(usize, usize)>) {
    let mut found: BTreeMap<Plant, usize> = BTreeMap::new();
    for pair in texts.pairs.iter().filter(|pair| told.contains(&(pair.original, pair.reprint))) {
        *found.entry(pair.plant).or_default() += 1;
    }
    for (plant, n) in texts.n_planted() {
        let n_found = found.get(&plant).copied().unwrap_or_default();
        println!("{:14} {n_found} of {n} ({:.4})", format!("{plant:?}"), n_found as f64 / n as f64);
    }
    let n_right: usize = found.values().sum();
    let (recall, precision) = (n_right as f64 / texts.pairs.len() as f64, n_right as f64 / told.len() as f64);
    println!("recall {recall:.4}, precision {precision:.4} ({} pairs told that are none)", told.len() - n_right);
}

async fn print_lookups(store: &Store, texts: &Texts) {
    let step = (texts.documents.len() / N_LOOKUPS).max(1);
    let mut times: Vec<Duration> = Vec::new();
    for document in texts.documents.iter().step_by(step) {
        let started = Instant::now();
        store.resembling(document.clone()).await.expect("a lookup");
        times.push(started.elapsed());
    }
    times.sort_unstable();
    let at = |hundredths: usize| times[(times.len() - 1) * hundredths / 100];
    println!("lookup, signature included: median {:.2?}, 99 of 100 in {:.2?}, longest {:.2?}", at(50), at(99), at(100));
}

/// Bytes of the tables of resemblance, by SQLite's own count of pages.
fn print_sizes(path: &std::path::Path, n_texts: usize) {
    let conn = rusqlite::Connection::open(path).expect("the store");
    let sql = "SELECT coalesce(sum(pgsize), 0) FROM dbstat WHERE name = ?";
    for table in ["signatures", "signature_keys", "resembling"] {
        let n_bytes: i64 = conn.query_row(sql, [table], |row| row.get(0)).expect("a size");
        let each = usize::try_from(n_bytes).unwrap_or_default() / n_texts;
        println!("{table}: {each} bytes a report");
    }
}
