//! Notices of a few sentences on pages of 50 KB, read without any site file.

use std::collections::BTreeMap;
use std::path::PathBuf;

use govwatch::model::Document;
use govwatch::page::tree::Tree;
use govwatch::page::{ReadRules, decode, extract};
use jiff::tz::TimeZone;
use serde_json::json;
use url::Url;

use crate::notices::{Names, Notice, notices, unusual};
use crate::scoring::{bare, f1, mean_and_least};

const SEED: u64 = 20_261_122;

pub(crate) fn read(html: &str) -> Document {
    let decoded = decode::text(html.as_bytes(), None, None);
    let tree = Tree::parse(&decoded.text).expect("a page within limits");
    let zone = TimeZone::get("Asia/Shanghai").expect("bundled zone");
    let url = Url::parse("http://www.qinghe.example/zwgk/202401/t20240102_318.html").expect("a URL");
    let rules = ReadRules { url: Some(&url), zone: &zone, site: None, family: None, min_body_chars: 0 };
    extract::document(&tree, &decoded, &rules)
}

/// Writes the pages and their texts where `GOVWATCH_NOTICES_OUT` says, for other readers to be compared.
fn dump(notices: &[Notice], names: &str) {
    let Some(folder) = std::env::var_os("GOVWATCH_NOTICES_OUT").map(PathBuf::from) else { return };
    for (n, notice) in notices.iter().enumerate() {
        let record =
            json!({ "family": notice.family, "title": notice.title, "text": notice.text(), "html": notice.html });
        std::fs::write(folder.join(format!("{names}-{n:03}.json")), record.to_string()).expect("a folder");
    }
}

/// What came of reading pages.
#[derive(Debug, Default)]
struct Outcome {
    scores: BTreeMap<&'static str, Vec<f64>>,
    n_leaks: usize,
    n_lost_rows: usize,
    n_lost_files: usize,
    n_wrong_titles: usize,
    n_doubted: usize,
}

impl Outcome {
    fn of(notices: &[Notice]) -> Self {
        let mut outcome = Self::default();
        for (n, notice) in notices.iter().enumerate() {
            outcome.add(n, notice, &read(&notice.html));
        }
        for (family, scores) in &outcome.scores {
            let (mean, least) = mean_and_least(scores);
            println!("{family:14} {:3} pages: mean F1 {mean:.4}, worst {least:.3}", scores.len());
        }
        println!(
            "all {:.4}; {} lines of chrome, {} rows lost, {} files lost, {} titles wrong, {} doubted",
            outcome.mean_and_least().0,
            outcome.n_leaks,
            outcome.n_lost_rows,
            outcome.n_lost_files,
            outcome.n_wrong_titles,
            outcome.n_doubted
        );
        outcome
    }

    fn add(&mut self, n: usize, notice: &Notice, document: &Document) {
        let score = f1(&notice.text(), &document.text());
        self.scores.entry(notice.family).or_default().push(score);
        let gold = bare(&notice.text()).into_iter().collect::<String>();
        let leaks: Vec<&str> = document
            .worded()
            .map(|block| block.text.as_str())
            .filter(|line| !gold.contains(&bare(line).into_iter().collect::<String>()))
            .collect();
        self.n_leaks += leaks.len();
        let text = document.text();
        self.n_lost_rows += notice.rows.iter().filter(|&row| !text.contains(row.trim_end())).count();
        let has = |name: &&String| document.attachments.iter().any(|file| file.title == **name);
        self.n_lost_files += notice.files.iter().filter(|name| !has(name)).count();
        if document.title.as_ref() != Some(&notice.title) {
            println!("{n:3} {} title {:?}, not {:?}", notice.family, document.title, notice.title);
        }
        self.n_wrong_titles += usize::from(document.title.as_ref() != Some(&notice.title));
        self.n_doubted += usize::from(!document.doubts.is_empty());
        if score < 0.99 {
            println!(
                "{n:3} {score:.3} {} {:?}, title {:?}\n      gold {:?}\n      read {:?}",
                notice.family,
                document.doubts,
                document.title,
                notice.lines,
                document.worded().map(|block| block.text.chars().take(40).collect()).take(12).collect::<Vec<String>>()
            );
        }
    }

    fn mean_and_least(&self) -> (f64, f64) {
        let all: Vec<f64> = self.scores.values().flatten().copied().collect();
        mean_and_least(&all)
    }

    /// Whether no page lost a sentence, a row, a file or its title, and none was doubted.
    fn assert_good(&self) {
        /// No page may be far below the others: a notice that lost one of its three sentences stays below this.
        const LEAST: f64 = 0.9;
        let (mean, least) = self.mean_and_least();
        assert!(mean >= 0.98 && least >= LEAST, "mean {mean}, worst {least}");
        assert_eq!((self.n_leaks, self.n_lost_rows, self.n_lost_files), (0, 0, 0));
        assert_eq!((self.n_wrong_titles, self.n_doubted), (0, 0));
    }
}

#[test]
fn the_generated_pages_are_as_large_and_the_notices_as_short_as_they_should_be() {
    for names in [Names::OfFamily, Names::Meaningless] {
        let notices = notices(SEED, names);
        assert_eq!(notices.len(), 200);
        for notice in &notices {
            let n_chars = bare(&notice.text()).len();
            assert!((60..=300).contains(&n_chars), "{n_chars}: {}", notice.text());
            assert!(notice.html.len() >= 50_000, "{}", notice.html.len());
        }
    }
}

#[test]
fn short_notices_are_read_without_any_site_file() {
    let notices = notices(SEED, Names::OfFamily);
    dump(&notices, "family");
    let outcome = Outcome::of(&notices);
    outcome.assert_good();
}

#[test]
fn short_notices_are_read_where_no_name_means_anything() {
    let notices = notices(SEED, Names::Meaningless);
    dump(&notices, "meaningless");
    let outcome = Outcome::of(&notices);
    outcome.assert_good();
}

#[test]
fn bodies_of_rare_shapes_are_read_too() {
    let mut notices = unusual(SEED, Names::OfFamily);
    notices.extend(unusual(SEED + 1, Names::Meaningless));
    dump(&notices, "unusual");
    let outcome = Outcome::of(&notices);
    outcome.assert_good();
}
