//! Real listing pages: right, or unsure; never wrong with confidence.

use serde_json::Value;
use url::Url;

use super::kinds::Row;
use super::{Desk, Verdict, entries, told};
use crate::gold::{self, text};

fn rows(record: &Value, url: &Url) -> Vec<Row> {
    let row = |entry: &Value| {
        let link = url.join(text(entry, "href")).expect("href");
        (text(entry, "title").to_owned(), link.to_string(), entry["date"].as_str().map(str::to_owned))
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
    let Some(corpus) = gold::folder() else { return };
    let desk = Desk::new();
    let mut verdicts = Vec::new();
    for record in gold::listings(&corpus) {
        let url = record["base_url"].as_str().unwrap_or("http://jyt.gansu.gov.cn/jyt/c110634/zwgklist.shtml");
        let parsed = Url::parse(url).expect("url");
        let (row, code) = desk.saved(&gold::page(&corpus, &record), url);
        let rows = rows(&record, &parsed);
        let is_right = entries(&row) == rows && row["pages"]["next"].as_str() == next(&record, &parsed).as_deref();
        let verdict = match (code, is_right && !rows.is_empty()) {
            (Some(0), true) => Verdict::Right,
            (Some(0), false) => Verdict::Wrong,
            _ => Verdict::Unsure,
        };
        verdicts.push((text(&record, "id").to_owned(), verdict, format!("{} {}", row["confidence"], row["reasons"])));
    }
    told("corpus", &verdicts);
}

#[test]
fn no_real_report_is_taken_for_a_listing_with_confidence() {
    let Some(corpus) = gold::folder() else { return };
    let desk = Desk::new();
    let mut verdicts = Vec::new();
    for record in gold::reports(&corpus) {
        let url = record["url"].as_str().unwrap_or("http://www.unknown.gov.cn/zwgk/tzgg/1.html");
        let (row, code) = desk.saved(&gold::page(&corpus, &record), url);
        let verdict = if code == Some(0) { Verdict::Wrong } else { Verdict::Unsure };
        verdicts.push((text(&record, "id").to_owned(), verdict, row["confidence"].to_string()));
    }
    told("report", &verdicts);
}
