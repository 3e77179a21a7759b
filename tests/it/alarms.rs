//! Alarm pairs: two pages of one report, before and after.
//!
//! In: `tests/alarms/*/{a,b}.html`, read as a portal's pages are. `falsepos_*` must be no change; `truepos_*` must be
//! told with the fields that its `fields.txt` names. Out: precision and recall, printed; a drop fails.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use govwatch::change::{fields, fingerprint};
use govwatch::model::{Document, Hash};
use govwatch::page::tree::Tree;
use govwatch::page::{ReadRules, decode, extract};
use jiff::tz::TimeZone;
use url::Url;

/// What a pair came to.
#[derive(Debug, PartialEq, Eq)]
enum Verdict {
    TruePositive,
    FalsePositive,
    TrueNegative,
    FalseNegative,
}

#[test]
fn every_true_change_is_told_and_nothing_else() {
    let mut verdicts = Vec::new();
    for case in cases() {
        let (verdict, told) = judged(&case);
        if matches!(verdict, Verdict::FalsePositive | Verdict::FalseNegative) {
            println!("{}: {verdict:?}, told {told:?}", case.display());
        }
        verdicts.push(verdict);
    }
    let n = |verdict: &Verdict| verdicts.iter().filter(|found| *found == verdict).count();
    let n_true = n(&Verdict::TruePositive);
    let (n_false, n_missed) = (n(&Verdict::FalsePositive), n(&Verdict::FalseNegative));
    let n_quiet = n(&Verdict::TrueNegative);
    println!(
        "alarms: precision {n_true}/{}, recall {n_true}/{}; {n_quiet} pairs without a change",
        n_true + n_false,
        n_true + n_missed
    );
    assert!(n_true >= 60, "no pair got lost: {n_true} true ones");
    assert!(n(&Verdict::TrueNegative) + n_false >= 60, "no pair got lost");
    assert_eq!((n_false, n_missed), (0, 0), "false and missed alarms");
}

/// The folders of the pairs, by name.
fn cases() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/alarms");
    let mut cases: Vec<PathBuf> =
        fs::read_dir(folder).expect("tests/alarms").map(|entry| entry.expect("an entry").path()).collect();
    cases.sort();
    cases
}

fn judged(case: &Path) -> (Verdict, BTreeSet<String>) {
    let (old, new) = (read(&case.join("a.html")), read(&case.join("b.html")));
    let rules = fingerprint::rules(Hash::of(b"alarms"));
    let is_told = fingerprint::of(&old, rules) != fingerprint::of(&new, rules);
    let told: BTreeSet<String> = fields::edited(&old, &new).iter().map(ToString::to_string).collect();
    assert_eq!(is_told, !told.is_empty(), "{}: hashes and fields agree", case.display());
    let expected = fs::read_to_string(case.join("fields.txt")).unwrap_or_default();
    let expected: BTreeSet<String> = expected.split_whitespace().map(str::to_owned).collect();
    let verdict = match (expected.is_empty(), is_told) {
        (true, false) => Verdict::TrueNegative,
        (true, true) => Verdict::FalsePositive,
        (false, _) if told == expected => Verdict::TruePositive,
        (false, _) => Verdict::FalseNegative,
    };
    (verdict, told)
}

fn read(file: &Path) -> Document {
    let decoded = decode::text(&fs::read(file).expect("a page"), None, None);
    let tree = Tree::parse(&decoded.text).expect("a small page");
    let url = Url::parse("http://www.example.gov.cn/zwgk/fzzfjs/202402/t20240201_120.html").expect("a URL");
    let zone = TimeZone::get("Asia/Shanghai").expect("a bundled zone");
    let rules = ReadRules { url: Some(&url), zone: &zone, site: None, family: None, min_body_chars: 0 };
    let document = extract::document(&tree, &decoded, &rules);
    assert!(!document.blocks.is_empty(), "{}: a body was read", file.display());
    document
}
