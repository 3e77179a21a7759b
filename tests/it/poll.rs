//! Polls end to end with the real binary: a thousand reports, what is told of them, and what is not.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::town::Town;
use crate::watch::{Told, Watch, word};

const NOTHING: [(String, String); 0] = [];

fn sorted(word: &str, mut urls: Vec<String>) -> Vec<(String, String)> {
    urls.sort();
    urls.into_iter().map(|url| (word.to_owned(), url)).collect()
}

fn urls(rows: &[Value]) -> BTreeSet<String> {
    rows.iter().map(|row| word(row, "url")).collect()
}

fn all_urls(town: &Town) -> BTreeSet<String> {
    let of = |site: usize| (0..town.sites[site].reports.len()).map(move |report| town.url(site, report));
    (0..town.sites.len()).flat_map(of).collect()
}

fn assert_quiet(told: &Told) {
    assert_eq!(told.changes(), NOTHING);
    assert_eq!((told.count("edited"), told.count("suspect"), told.count("sites_failed")), (0, 0, 0));
}

#[test]
fn a_thousand_reports_are_found_once_and_told_of_only_when_they_change() {
    let watch = Watch::over(Town::new(20_260_101));
    let first = watch.fetch(&[]);
    let baselines: Vec<u64> = first.events.iter().filter_map(|event| event["count"].as_u64()).collect();
    assert!(first.events.iter().all(|event| event["event"] == "baseline"), "{:?}", first.events);
    assert_eq!((baselines.len(), baselines.iter().sum()), (3, 1000_u64));
    assert_eq!((first.count("baseline"), first.count("new"), first.count("reports_read")), (1000, 0, 1000));
    assert_eq!(urls(&watch.rows(&["reports"])), all_urls(&watch.town()));

    // Every page carries another counter, date and token by now.
    let unchanged = watch.fetch(&["--full"]);
    assert_quiet(&unchanged);
    assert_eq!((unchanged.count("reports_read"), unchanged.count("unchanged")), (1000, 1000));

    let (edited, published, withdrawn) = change(&mut watch.town());
    let told = watch.fetch(&["--full"]);
    assert_eq!(told.changes(), [sorted("edited", edited), sorted("new", published)].concat());
    assert_eq!(told.count("suspect"), 3);
    for edit in told.events.iter().filter(|event| event["event"] == "edited") {
        assert_eq!(edit["fields"], serde_json::json!(["body"]));
        assert!(word(edit, "diff").contains("本期共登记办理事项"), "{edit}");
    }
    let told = watch.fetch(&["--full"]);
    assert_eq!(told.changes(), sorted("withdrawn", withdrawn));
    assert!(told.events.iter().all(|event| event["how"] == "gone"));
    assert_quiet(&watch.fetch(&["--full"]));
}

/// 10 edits, 5 new reports, 3 withdrawals, spread over the three portals and over their listing pages.
fn change(town: &mut Town) -> (Vec<String>, Vec<String>, Vec<String>) {
    let edits = [(0, 0), (0, 48), (0, 201), (0, 399), (1, 1), (1, 120), (1, 349), (2, 2), (2, 100), (2, 249)];
    let edited = edits.map(|(site, report)| town.edit(site, report)).into();
    let withdrawn = [(0, 333), (1, 30), (2, 60)].map(|(site, report)| town.withdraw(site, report).0).into();
    let published = [0, 0, 1, 1, 2].map(|site| town.publish(site)).into();
    (edited, published, withdrawn)
}

#[test]
fn the_same_content_at_two_urls_is_stored_once_and_shown_as_one_work() {
    let watch = Watch::over(Town::of_sizes(3, [12, 24, 4]));
    watch.fetch(&[]);
    let twins = {
        let town = watch.town();
        [town.url(0, 9), town.url(1, 19)]
    };
    let rows = watch.rows(&["reports"]);
    let pair: Vec<&Value> = rows.iter().filter(|row| twins.contains(&word(row, "url"))).collect();
    assert_eq!(pair.len(), 2);
    assert_eq!(pair[0]["work"], pair[1]["work"]);
    assert_eq!(pair[0]["content_hash"], pair[1]["content_hash"]);
    assert_ne!(pair[0]["site"], pair[1]["site"]);
    let works: BTreeSet<u64> = rows.iter().filter_map(|row| row["work"].as_u64()).collect();
    assert_eq!((rows.len(), works.len()), (40, 39));
}

#[test]
fn a_report_that_another_site_republishes_is_told_as_a_copy() {
    let watch = Watch::over(Town::of_sizes(3, [12, 12, 4]));
    watch.fetch(&[]);
    let copy = {
        let mut town = watch.town();
        let original = town.sites[0].reports[4].clone();
        let url = town.publish(1);
        let copy = &mut town.sites[1].reports[0];
        (copy.title, copy.paragraphs) = (original.title, original.paragraphs);
        url
    };
    let told = watch.fetch(&[]);
    assert_eq!(told.changes(), [("copy".to_owned(), copy)]);
    assert_eq!((told.count("new"), told.count("copies")), (0, 1));
}

#[test]
fn a_withdrawn_report_that_comes_back_is_told_as_restored() {
    let watch = Watch::over(Town::of_sizes(5, [30, 4, 4]));
    watch.fetch(&[]);
    let (url, report) = watch.town().withdraw(0, 11);
    assert_eq!(watch.fetch(&["--full"]).changes(), NOTHING);
    assert_eq!(watch.fetch(&["--full"]).changes(), [("withdrawn".to_owned(), url.clone())]);
    let shown = watch.text(&["show", &url]);
    let state = shown.lines().nth(2).expect("a title, an empty line, and what is known");
    assert!(
        state.starts_with("State: ") && state.contains("withdrawn, seen 20") && state.ends_with(": gone"),
        "{shown}"
    );
    assert_eq!(watch.fetch(&["--full"]).changes(), NOTHING);
    watch.town().restore(0, 11, report);
    assert_eq!(watch.fetch(&["--full"]).changes(), [("restored".to_owned(), url)]);
    assert_eq!(watch.fetch(&["--full"]).changes(), NOTHING);
}
