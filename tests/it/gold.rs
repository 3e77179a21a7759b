//! Pages of real portals, with what a careful editor found on them.
//!
//! They are not part of the project: the tests look for them in `GOVWATCH_CORPUS` or `../shared/corpus`, and where there
//! are none they say so and pass.

use std::path::{Path, PathBuf};

use govwatch::page::decode::{self, Decoded};
use govwatch::page::tree::Tree;
use serde_json::Value;

/// Where they are; that there are none is printed.
pub(crate) fn folder() -> Option<PathBuf> {
    let stated = std::env::var_os("GOVWATCH_CORPUS").map(PathBuf::from);
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    let near = ["../shared/corpus", "../../shared/corpus"].map(|place| package.join(place));
    let found = stated.into_iter().chain(near).find(|place| place.join("gold.jsonl").is_file());
    if found.is_none() {
        println!("skipped: no corpus at GOVWATCH_CORPUS or ../shared/corpus");
    }
    found.map(|place| place.canonicalize().expect("a folder"))
}

/// What was found on its report pages.
pub(crate) fn reports(folder: &Path) -> Vec<Value> {
    records(folder, "gold.jsonl")
}

/// What was found on its listing pages.
pub(crate) fn listings(folder: &Path) -> Vec<Value> {
    records(folder, "listings.jsonl")
}

fn records(folder: &Path, name: &str) -> Vec<Value> {
    let lines = std::fs::read_to_string(folder.join(name)).expect("what was found");
    lines.lines().map(|line| serde_json::from_str(line).expect("a record a line")).collect()
}

/// A text of a record; empty where it has none.
pub(crate) fn text<'a>(record: &'a Value, key: &str) -> &'a str {
    record[key].as_str().unwrap_or_default()
}

/// The page of a record.
pub(crate) fn page(folder: &Path, record: &Value) -> PathBuf {
    folder.join(record["page"].as_str().map_or_else(|| format!("pages/{}.html", text(record, "id")), str::to_owned))
}

/// The same, read.
pub(crate) fn read(folder: &Path, record: &Value) -> (Decoded, Tree) {
    let decoded = decode::text(&std::fs::read(page(folder, record)).expect("a page"), None, None);
    let tree = Tree::parse(&decoded.text).expect("a real page");
    (decoded, tree)
}

/// The text that a reader sees on the page of a report.
pub(crate) fn words(folder: &Path, record: &Value) -> String {
    std::fs::read_to_string(folder.join(text(record, "text"))).expect("a text")
}
