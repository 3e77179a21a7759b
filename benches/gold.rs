//! A folder of pages and what a careful editor would call their content.
//!
//! In: `gold.jsonl`, one record a page with `id`, `site`, `page`, `text` (files, from the folder) and the fields that the
//! page states. Out: [`Page`]s with everything in memory, so that no reader is timed while it loads.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::Value;
use url::Url;

use super::score::{Tally, bare, f1, is_same};

/// The fields that are compared.
pub(crate) const FIELDS: [&str; 5] = ["title", "published", "source", "doc_no", "index_no"];

/// A page under which a reading counts as failed.
const LEAST_F1: f64 = 0.9;

/// A page with its gold.
pub(crate) struct Page {
    pub(crate) file: PathBuf,
    pub(crate) url: Option<Url>,
    pub(crate) bytes: Vec<u8>,
    site: String,
    text: String,
    fields: BTreeMap<&'static str, String>,
}

/// What a reader made of a page.
#[derive(Debug, Default)]
pub(crate) struct Reading {
    pub(crate) text: String,
    pub(crate) fields: BTreeMap<String, String>,
}

/// What all the readings of one reader are worth.
#[derive(Debug, Default)]
pub(crate) struct Score {
    pub(crate) mean: f64,
    pub(crate) worst: f64,
    pub(crate) mean_of_sites: f64,
    pub(crate) n_failed: usize,
    pub(crate) n_foreign_lines: usize,
    pub(crate) fields: BTreeMap<&'static str, Tally>,
}

/// Loads all pages of a folder.
pub(crate) fn pages(folder: &Path) -> Vec<Page> {
    let gold = std::fs::read_to_string(folder.join("gold.jsonl")).expect("gold.jsonl");
    gold.lines().filter(|line| !line.trim().is_empty()).map(|line| page(folder, line)).collect()
}

fn page(folder: &Path, line: &str) -> Page {
    let gold: Value = serde_json::from_str(line).expect("a record a line");
    let stated = |key: &str| gold[key].as_str().map(str::to_owned);
    let file = folder.join(stated("page").expect("`page`: the page's file"));
    let fields = FIELDS.into_iter().filter_map(|name| Some((name, stated(name)?)));
    Page {
        url: stated("url").and_then(|url| Url::parse(&url).ok()),
        bytes: std::fs::read(&file).expect("a page"),
        file,
        site: stated("site").or_else(|| stated("id")).unwrap_or_default(),
        text: std::fs::read_to_string(folder.join(stated("text").expect("`text`: the gold's file"))).expect("a text"),
        fields: fields.collect(),
    }
}

impl Page {
    fn has_right(&self, field: &str, reading: &Reading) -> Option<bool> {
        let gold = self.fields.get(field)?;
        let read = reading.fields.get(field).map(String::as_str);
        let day = |text: &str| text.get(..10).map(str::to_owned);
        Some(if field == "published" { read.and_then(day) == day(gold) } else { is_same(gold, read) })
    }

    /// Lines read that the gold does not have.
    fn n_foreign(&self, reading: &Reading) -> usize {
        let gold: String = bare(&self.text).into_iter().collect();
        let lines = reading.text.lines().map(|line| bare(line).into_iter().collect::<String>());
        lines.filter(|line| !line.is_empty() && !gold.contains(line.as_str())).count()
    }
}

/// Compares readings with their pages, in the same order.
#[expect(clippy::cast_precision_loss, reason = "thousands of pages")]
pub(crate) fn score(pages: &[Page], readings: &[Reading]) -> Score {
    let mut score = Score { worst: 1.0, ..Score::default() };
    let mut sites: BTreeMap<&str, Vec<f64>> = BTreeMap::new();
    for (page, reading) in pages.iter().zip(readings) {
        let one = f1(&page.text, &reading.text);
        sites.entry(&page.site).or_default().push(one);
        score.worst = score.worst.min(one);
        score.n_failed += usize::from(one < LEAST_F1);
        score.n_foreign_lines += page.n_foreign(reading);
        for name in FIELDS {
            score.fields.entry(name).or_default().add(page.has_right(name, reading));
        }
    }
    let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len().max(1) as f64;
    score.mean = mean(&sites.values().flatten().copied().collect::<Vec<_>>());
    score.mean_of_sites = mean(&sites.values().map(|values| mean(values)).collect::<Vec<_>>());
    score
}
