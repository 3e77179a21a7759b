//! Reads real report pages and compares with what a careful editor would call their content.

use std::io::Write;
use std::path::{Path, PathBuf};

use govwatch::model::Document;
use govwatch::page::tree::Tree;
use govwatch::page::{ReadRules, decode, extract};
use jiff::tz::TimeZone;
use serde_json::{Value, json};
use url::Url;

use crate::scoring::{Tally, f1, is_same};

pub(crate) fn corpus() -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus");
    let folder = std::env::var_os("GOVWATCH_CORPUS").map_or(beside, PathBuf::from);
    folder.join("gold.jsonl").is_file().then_some(folder)
}

fn same(gold: &Value, read: Option<&str>) -> Option<bool> {
    gold.as_str().map(|gold| is_same(gold, read))
}

fn same_day(gold: &Value, read: &Document) -> Option<bool> {
    let shown = read.published.map(|stated| stated.date().to_string());
    gold.as_str().map(|gold| shown.as_deref() == gold.get(..10))
}

fn is_mostly_right(tally: Tally) -> bool {
    tally.n_right * 100 >= tally.n * 95
}

fn read(folder: &Path, gold: &Value) -> Document {
    let bytes = std::fs::read(folder.join(gold["page"].as_str().expect("page"))).expect("a page");
    let zone = TimeZone::get("Asia/Shanghai").expect("bundled zone");
    let url = gold["url"].as_str().map(|url| Url::parse(url).expect("url"));
    let decoded = decode::text(&bytes, None, None);
    let tree = Tree::parse(&decoded.text).expect("a real page");
    let rules = ReadRules { url: url.as_ref(), zone: &zone, site: None, family: None, min_body_chars: 0 };
    extract::document(&tree, &decoded, &rules)
}

fn row(id: &Value, read: &Document) -> Value {
    let mut row = serde_json::to_value(read).expect("a document");
    row["id"] = id.clone();
    row["text"] = json!(read.text());
    row
}

#[test]
#[expect(clippy::cast_precision_loss, reason = "dozens of pages")]
fn real_pages_are_read_without_any_site_file() {
    let Some(folder) = corpus() else {
        println!("skipped: no corpus at GOVWATCH_CORPUS or ../shared/corpus");
        return;
    };
    let gold = std::fs::read_to_string(folder.join("gold.jsonl")).expect("gold");
    let mut out = std::env::var_os("GOVWATCH_SCORE_OUT").map(|path| std::fs::File::create(path).expect("a file"));
    let (mut scores, mut titles, mut dates, mut doubted) = (Vec::new(), Tally::default(), Tally::default(), Vec::new());
    for line in gold.lines() {
        let gold: Value = serde_json::from_str(line).expect("a record");
        let document = read(&folder, &gold);
        let text = std::fs::read_to_string(folder.join(gold["text"].as_str().expect("text"))).expect("a text");
        let score = f1(&text, &document.text());
        let title = same(&gold["title"], document.title.as_deref());
        let date = same_day(&gold["published"], &document);
        println!("{score:.4} title {title:?} date {date:?} {:?} {}", document.doubts, gold["id"]);
        titles.add(title);
        dates.add(date);
        scores.push(score);
        if !document.doubts.is_empty() {
            doubted.push((gold["id"].to_string(), document.doubts.clone()));
        }
        if let Some(out) = &mut out {
            writeln!(out, "{}", row(&gold["id"], &document)).expect("a line");
        }
    }
    let mean = scores.iter().sum::<f64>() / scores.len() as f64;
    let worst = scores.iter().copied().fold(1.0, f64::min);
    println!(
        "{} pages: mean F1 {mean:.4}, worst {worst:.3}; title {}/{}; published {}/{}",
        scores.len(),
        titles.n_right,
        titles.n,
        dates.n_right,
        dates.n
    );
    assert!(mean >= 0.997 && worst >= 0.97, "mean F1 {mean}, worst {worst}");
    assert!(is_mostly_right(titles) && is_mostly_right(dates));
    assert_eq!(doubted, [], "good pages raise no doubt");
}
