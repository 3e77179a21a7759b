//! Real pages in disguise: nothing of what a reader may know of them by heart is left, only what a person would see.

use std::path::Path;

use govwatch::page::tree::Tree;
use govwatch::page::{ReadRules, decode, extract};
use jiff::tz::TimeZone;
use regex::Regex;
use serde_json::Value;
use url::Url;

use crate::gold;
use crate::scoring::{f1, mean_and_least};

/// A disguise: its name, what it does, the least mean and the least score of any page that it must leave.
type Disguise = (&'static str, fn(&str) -> String, f64, f64);

/// In the last, one page keeps no trace of its title but the name of its ministry, and its body is not found.
const DISGUISES: [Disguise; 6] = [
    ("ids and classes removed", without_names, 0.997, 0.97),
    ("ids and classes renamed", with_other_names, 0.997, 0.97),
    ("meta tags removed", without_meta, 0.997, 0.97),
    ("headings as plain elements", without_headings, 0.997, 0.97),
    ("elements as cells of tables", with_tables, 0.997, 0.97),
    ("all of the first, third and fourth", bare, 0.97, 0.05),
];

fn replaced(pattern: &str, page: &str, by: &str) -> String {
    Regex::new(pattern).expect("a pattern").replace_all(page, by).into_owned()
}

const NAME: &str = r#"(?i)\s(id|class)\s*=\s*("[^"]*"|'[^']*'|[^\s>"']+)"#;

fn without_names(page: &str) -> String {
    let page = replaced(NAME, page, "");
    let page = replaced(r"(?i)<(/?)ucap\w+|<(/?)publishtime", &page, "<${1}${2}div");
    replaced(r"(?s)<!--.*?-->", &page, "")
}

fn with_other_names(page: &str) -> String {
    let pattern = Regex::new(NAME).expect("a pattern");
    let renamed = pattern.replace_all(page, |found: &regex::Captures<'_>| {
        let sum = found[2].bytes().fold(17_u32, |sum, byte| sum.wrapping_mul(31) ^ u32::from(byte));
        format!(" {}=\"k{sum:x}\"", &found[1])
    });
    replaced(r"(?i)<(/?)ucap\w+|<(/?)publishtime", &renamed, "<${1}${2}div")
}

fn without_meta(page: &str) -> String {
    replaced(r"(?i)<meta\s[^>]*name[^>]*>", page, "")
}

fn without_headings(page: &str) -> String {
    replaced(r"(?i)<(/?)h[1-6]\b", page, "<${1}div")
}

fn with_tables(page: &str) -> String {
    let page = replaced(r"(?i)<div\b([^>]*)>", page, "<table${1}><tr><td>");
    replaced(r"(?i)</div\s*>", &page, "</td></tr></table>")
}

fn bare(page: &str) -> String {
    without_headings(&without_meta(&without_names(page)))
}

fn score(folder: &Path, gold: &Value, disguise: fn(&str) -> String) -> f64 {
    let bytes = std::fs::read(gold::page(folder, gold)).expect("a page");
    let zone = TimeZone::get("Asia/Shanghai").expect("bundled zone");
    let url = gold["url"].as_str().map(|url| Url::parse(url).expect("url"));
    let mut decoded = decode::text(&bytes, None, None);
    decoded.text = disguise(&decoded.text);
    let tree = Tree::parse(&decoded.text).expect("a real page");
    let rules = ReadRules { url: url.as_ref(), zone: &zone, site: None, family: None, min_body_chars: 0 };
    let document = extract::document(&tree, &decoded, &rules);
    let text = gold::words(folder, gold);
    let score = f1(&text, &document.text());
    if score < 0.995 {
        let lines: Vec<&str> = document.worded().map(|block| block.text.as_str()).collect();
        println!("   {score:.3} {} title {:?}", gold["id"], document.title);
        let missing: Vec<&str> = text.lines().filter(|line| !document.text().contains(line.trim())).collect();
        let extra: Vec<&&str> = lines.iter().filter(|line| !text.contains(**line)).collect();
        println!("      missing {} {:?}\n      extra {} {:?}", missing.len(), cut(&missing), extra.len(), cut(&extra));
    }
    score
}

fn cut<T: AsRef<str>>(lines: &[T]) -> Vec<String> {
    lines.iter().take(6).map(|line| line.as_ref().chars().take(30).collect()).collect()
}

#[test]
fn real_pages_are_read_whatever_their_names_tags_and_meta_tags_are() {
    let Some(folder) = gold::folder() else { return };
    let gold = gold::reports(&folder);
    let mut missed = Vec::new();
    for (name, disguise, least_mean, least) in DISGUISES {
        println!("{name}");
        let scores: Vec<f64> = gold.iter().map(|gold| score(&folder, gold, disguise)).collect();
        let (mean, worst) = mean_and_least(&scores);
        println!("{name}: mean F1 {mean:.4}, worst {worst:.3}");
        if mean < least_mean || worst < least {
            missed.push((name, mean, worst));
        }
    }
    assert_eq!(missed, []);
}
