//! Real listing pages: right, or unsure; never wrong with confidence.
//!
//! The pages are not part of the project: the test looks for them in `GOVWATCH_CORPUS` or `../shared/corpus`.

use std::path::{Path, PathBuf};

use serde_json::Value;
use url::Url;

use super::kinds::Row;
use super::{Desk, Verdict, entries, told};

fn corpus() -> Option<PathBuf> {
    let stated = std::env::var_os("GOVWATCH_CORPUS").map(PathBuf::from);
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    let near = ["../shared/corpus", "../../shared/corpus"].iter().map(|place| package.join(place));
    let found = stated.into_iter().chain(near).find(|place| place.join("listings.jsonl").exists());
    if found.is_none() {
        println!("skipped: no corpus at GOVWATCH_CORPUS or ../shared/corpus");
    }
    found.and_then(|place| place.canonicalize().ok())
}

fn records(corpus: &Path, name: &str) -> Vec<Value> {
    let lines = std::fs::read_to_string(corpus.join(name)).expect("gold");
    lines.lines().map(|line| serde_json::from_str(line).expect("a record a line")).collect()
}

fn gold(record: &Value, url: &Url) -> Vec<Row> {
    let text = |entry: &Value, key: &str| entry[key].as_str().unwrap_or_default().to_owned();
    let row = |entry: &Value| {
        let link = url.join(&text(entry, "href")).expect("href");
        (text(entry, "title"), link.to_string(), entry["date"].as_str().map(str::to_owned))
    };
    record["entries"].as_array().expect("entries").iter().map(row).collect()
}

/// The second page, as the pagination of the gold says in words.
fn next(record: &Value, url: &Url) -> Option<String> {
    let said = record["pagination"]["next"].as_str()?.split(' ').next()?;
    url.join(said).ok().map(|url| url.to_string())
}

#[test]
fn every_real_listing_is_read_right_or_not_with_confidence() {
    let Some(corpus) = corpus() else { return };
    let desk = Desk::new();
    let mut verdicts = Vec::new();
    for record in records(&corpus, "listings.jsonl") {
        let url = record["base_url"].as_str().unwrap_or("http://jyt.gansu.gov.cn/jyt/c110634/zwgklist.shtml");
        let parsed = Url::parse(url).expect("url");
        let (row, code) = desk.saved(&corpus.join(record["page"].as_str().expect("page")), url);
        let gold = gold(&record, &parsed);
        let is_right = entries(&row) == gold && row["pages"]["next"].as_str() == next(&record, &parsed).as_deref();
        let verdict = match (code, is_right && !gold.is_empty()) {
            (Some(0), true) => Verdict::Right,
            (Some(0), false) => Verdict::Wrong,
            _ => Verdict::Unsure,
        };
        verdicts.push((
            record["id"].as_str().expect("id").to_owned(),
            verdict,
            format!("{} {}", row["confidence"], row["reasons"]),
        ));
    }
    told("corpus", &verdicts);
}

#[test]
fn no_real_report_is_taken_for_a_listing_with_confidence() {
    let Some(corpus) = corpus() else { return };
    let desk = Desk::new();
    let mut verdicts = Vec::new();
    for record in records(&corpus, "gold.jsonl") {
        let url = record["url"].as_str().unwrap_or("http://www.unknown.gov.cn/zwgk/tzgg/1.html");
        let (row, code) = desk.saved(&corpus.join(record["page"].as_str().expect("page")), url);
        let verdict = if code == Some(0) { Verdict::Wrong } else { Verdict::Unsure };
        verdicts.push((record["id"].as_str().expect("id").to_owned(), verdict, row["confidence"].to_string()));
    }
    told("report", &verdicts);
}
