//! Reads real report pages and compares with what a careful editor would call their content.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;
use std::sync::Arc;

use govwatch::config::{Family, load_families};
use govwatch::model::Document;
use govwatch::page::{ReadRules, extract, family};
use jiff::tz::TimeZone;
use serde_json::{Value, json};
use url::Url;

use crate::gold;
use crate::scoring::{Tally, bare, f1, is_same, mean_and_least};

fn same(gold: &Value, read: Option<&str>) -> Option<bool> {
    gold.as_str().map(|gold| is_same(gold, read))
}

fn same_day(gold: &Value, read: &Document) -> Option<bool> {
    let shown = read.published.map(|stated| stated.date().to_string());
    gold.as_str().map(|gold| shown.as_deref() == gold.get(..10))
}

fn read(folder: &Path, gold: &Value, families: &[Arc<Family>]) -> Document {
    let zone = TimeZone::get("Asia/Shanghai").expect("bundled zone");
    let url = gold["url"].as_str().map(|url| Url::parse(url).expect("url"));
    let (decoded, tree) = gold::read(folder, gold);
    let family = family::recognise(families, &decoded, url.as_ref()).map(Arc::as_ref);
    let rules = ReadRules { url: url.as_ref(), zone: &zone, site: None, family, min_body_chars: 0 };
    extract::document(&tree, &decoded, &rules)
}

fn row(id: &Value, read: &Document) -> Value {
    let mut row = serde_json::to_value(read).expect("a document");
    row["id"] = id.clone();
    row["text"] = json!(read.text());
    row
}

/// What came of reading the pages.
#[derive(Debug, Default)]
struct Outcome {
    /// By site.
    scores: BTreeMap<String, Vec<f64>>,
    titles: Tally,
    dates: Tally,
    sources: Tally,
    /// Document and index numbers.
    numbers: Tally,
    /// Wrong or invented values, lines of chrome, lost rows of tables, lost or foreign files, doubts: page and what.
    wrong: Vec<String>,
}

impl Outcome {
    fn of(folder: &Path, families: &[Arc<Family>], mut each: impl FnMut(&Value, &Document)) -> Self {
        let mut outcome = Self::default();
        for gold in gold::reports(folder) {
            let document = read(folder, &gold, families);
            outcome.add_text(&gold, &gold::words(folder, &gold), &document);
            outcome.add_fields(&gold, &document);
            each(&gold["id"], &document);
        }
        outcome
    }

    fn add_text(&mut self, gold: &Value, text: &str, document: &Document) {
        let read = document.text();
        let site = gold["site"].as_str().expect("a site").to_owned();
        self.scores.entry(site).or_default().push(f1(text, &read));
        let whole: String = bare(text).into_iter().collect();
        let is_leak = |line: &&str| !whole.contains(&bare(line).into_iter().collect::<String>());
        let rows: Vec<Vec<char>> = read.lines().filter(|line| line.contains('\t')).map(bare).collect();
        let is_lost = |line: &&str| line.contains('\t') && !rows.contains(&bare(line));
        let leaks = read.lines().filter(is_leak).map(|line| ("chrome", line));
        let lost = text.lines().filter(is_lost).map(|line| ("lost row", line));
        self.wrong.extend(leaks.chain(lost).map(|(what, line)| format!("{}: {what}: {line}", gold["id"])));
    }

    fn add_fields(&mut self, gold: &Value, document: &Document) {
        self.titles.add(same(&gold["title"], document.title.as_deref()));
        self.dates.add(same_day(&gold["published"], document));
        self.sources.add(same(&gold["source"], document.source.as_deref()));
        for (name, read) in [("doc_no", &document.doc_no), ("index_no", &document.index_no)] {
            self.numbers.add(same(&gold[name], read.as_deref()));
            if gold[name].is_null() && read.is_some() {
                self.wrong.push(format!("{}: {name} invented: {read:?}", gold["id"]));
            }
        }
        let files: Vec<&str> = document.attachments.iter().map(|file| file.url.as_str()).collect();
        let gold_files: Vec<&str> =
            gold["attachments"].as_array().into_iter().flatten().filter_map(|file| file["href"].as_str()).collect();
        if files != gold_files {
            self.wrong.push(format!("{}: files {files:?}, not {gold_files:?}", gold["id"]));
        }
        self.wrong.extend(document.doubts.iter().map(|doubt| format!("{}: {doubt:?}", gold["id"])));
    }

    fn assert_good(&self, how: &str) {
        let all: Vec<f64> = self.scores.values().flatten().copied().collect();
        let sites: Vec<f64> = self.scores.values().map(|scores| mean_and_least(scores).0).collect();
        let ((mean, worst), (of_sites, _)) = (mean_and_least(&all), mean_and_least(&sites));
        println!(
            "{how}: {} pages: mean F1 {mean:.4}, worst {worst:.3}, mean of {} sites {of_sites:.4}; title {}, published \
             {}, source {}, numbers {}",
            all.len(),
            sites.len(),
            shown(self.titles),
            shown(self.dates),
            shown(self.sources),
            shown(self.numbers)
        );
        assert_eq!(self.wrong, [] as [&str; 0], "{how}");
        assert!(mean >= 0.997 && worst >= 0.97 && of_sites >= 0.995, "{how}: {mean}, {worst}, {of_sites}");
        let n_wrong = |tally: Tally| tally.n - tally.n_right;
        assert!(self.titles.n > 0 && self.dates.n > 0 && self.sources.n > 0 && self.numbers.n > 0, "{how}: {self:?}");
        assert_eq!((n_wrong(self.titles), n_wrong(self.numbers)), (0, 0), "{how}: {self:?}");
        assert!(n_wrong(self.dates) <= 1 && n_wrong(self.sources) <= 1, "{how}: {self:?}");
    }
}

fn shown(tally: Tally) -> String {
    format!("{}/{}", tally.n_right, tally.n)
}

#[test]
fn real_pages_are_read_without_any_site_file() {
    let Some(folder) = gold::folder() else { return };
    let (families, mistakes) = load_families(Path::new("/nowhere"));
    assert!(mistakes.is_empty() && !families.is_empty(), "{mistakes:?}");
    let mut out = std::env::var_os("GOVWATCH_SCORE_OUT").map(|path| std::fs::File::create(path).expect("a file"));
    let without = Outcome::of(&folder, &[], |id, document| {
        if let Some(out) = &mut out {
            writeln!(out, "{}", row(id, document)).expect("a line");
        }
    });
    without.assert_good("no family");
    Outcome::of(&folder, &families, |_, _| {}).assert_good("families");
}
