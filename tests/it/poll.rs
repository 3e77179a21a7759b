//! Polls end to end with the real binary: hundreds of reports, what is told of them, and what is not.

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
fn hundreds_of_reports_are_found_once_and_told_of_only_when_they_change() {
    let sizes = sizes();
    let n_reports: usize = sizes.iter().sum();
    let watch = Watch::over(Town::of_sizes(20_260_101, sizes));
    let first = watch.fetch(&[]);
    let baselines: Vec<u64> = first.events.iter().filter_map(|event| event["count"].as_u64()).collect();
    assert!(first.events.iter().all(|event| event["event"] == "baseline"), "{:?}", first.events);
    assert_eq!((baselines.len(), baselines.iter().sum()), (3, n_reports as u64));
    assert_eq!(
        (first.count("baseline"), first.count("new"), first.count("reports_read")),
        (n_reports as u64, 0, n_reports as u64)
    );
    assert_eq!(urls(&watch.rows(&["reports"])), all_urls(&watch.town()));

    // Every page carries another counter, date and token by now.
    let unchanged = watch.fetch(&["--full"]);
    assert_quiet(&unchanged);
    assert_eq!((unchanged.count("reports_read"), unchanged.count("unchanged")), (n_reports as u64, n_reports as u64));

    let (edited, published, withdrawn) = change(&mut watch.town(), sizes);
    let told = watch.fetch(&["--full"]);
    assert_eq!(told.changes(), [sorted("edited", edited), sorted("new", published)].concat());
    assert_eq!(told.count("suspect"), 3);
    let suspect = watch.rows(&["reports"]).into_iter().find(|row| row["state"] == "suspect").unwrap();
    let shown = watch.text(&["show", &suspect["report"].to_string()]);
    assert!(shown.contains("suspect: last well") && shown.contains("withheld"), "{shown}");
    for edit in told.events.iter().filter(|event| event["event"] == "edited") {
        assert_eq!(edit["fields"], serde_json::json!(["body"]));
        assert!(word(edit, "diff").contains("本期共登记办理事项"), "{edit}");
    }
    let told = watch.fetch(&["--full"]);
    assert_eq!(told.changes(), sorted("withdrawn", withdrawn));
    assert!(told.events.iter().all(|event| event["how"] == "gone"));
    assert_quiet(&watch.fetch(&["--full"]));
}

/// Reports of the three portals, in proportion to those of the whole town; `GOVWATCH_POLL_REPORTS` makes them more.
fn sizes() -> [usize; 3] {
    let stated = std::env::var("GOVWATCH_POLL_REPORTS").ok().and_then(|n| n.parse().ok());
    let n: usize = stated.unwrap_or(300);
    [n * 40 / 100, n * 35 / 100, n * 25 / 100]
}

/// 10 edits, 5 new reports, 3 withdrawals, spread over the three portals and over their listing pages.
fn change(town: &mut Town, [a, b, c]: [usize; 3]) -> (Vec<String>, Vec<String>, Vec<String>) {
    let edits = [
        (0, 0),
        (0, a / 8),
        (0, a / 2),
        (0, a - 1),
        (1, 1),
        (1, b / 3),
        (1, b - 1),
        (2, 2),
        (2, c * 2 / 5),
        (2, c - 1),
    ];
    let edited = edits.map(|(site, report)| town.edit(site, report)).into();
    let withdrawn =
        [(0, a * 5 / 6), (1, b / 11), (2, c / 4)].map(|(site, report)| town.withdraw(site, report).0).into();
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
