//! Rows and reports found again on saved pages of real portals, by what a careful editor found on them: as after a
//! redesign, when what is known comes from before and the page is another.

use std::path::Path;

use govwatch::change::canonical::canonical;
use govwatch::config::{EntryRule, Expectations, Format, ListingRule, ReportRule};
use govwatch::model::{Block, BlockKind, Document, PageKind};
use govwatch::page::open::Opened;
use govwatch::page::relocate::{self, KnownRow, RowsPage};
use govwatch::page::relocate_report::{self, KnownReport, ReportRules};
use govwatch::page::tree::{Query, Selector};
use jiff::civil::date;
use jiff::tz::TimeZone;
use serde_json::Value;
use url::Url;

use crate::gold::{self, text};

fn opened(corpus: &Path, record: &Value, kind: PageKind) -> Opened {
    let (decoded, tree) = gold::read(corpus, record);
    Opened { decoded, tree, kind }
}

/// A listing whose selector finds nothing.
fn dead_rule(url: &Url) -> ListingRule {
    let entry = EntryRule { entry: Some(Selector::parse("ul.gone li").unwrap()), ..EntryRule::default() };
    ListingRule {
        name: "通知公告".to_owned(),
        url: url.clone(),
        post: None,
        format: Format::Html,
        entry,
        pages: None,
        most_pages: 1,
        kind: None,
        include: None,
        exclude: None,
        since: None,
        recheck: None,
        expect: Expectations::default(),
    }
}

#[test]
fn rows_that_are_known_are_found_on_real_listings() {
    let Some(corpus) = gold::folder() else { return };
    let zone = TimeZone::get("Asia/Shanghai").unwrap();
    let (mut n_all, mut n_right) = (0, 0);
    for record in gold::listings(&corpus) {
        // The rows of a datastore stand in no element of the page.
        let n_rows = record["entries"].as_array().unwrap().len();
        if text(&record, "id").contains("datastore") || n_rows < 9 {
            continue;
        }
        let url = record["base_url"].as_str().unwrap_or("http://jyt.gansu.gov.cn/jyt/c110634/zwgklist.shtml");
        let url = Url::parse(url).unwrap();
        let opened = opened(&corpus, &record, PageKind::Listing);
        let known: Vec<KnownRow> = record["entries"]
            .as_array()
            .unwrap()
            .iter()
            .map(|row| KnownRow {
                url: canonical(&url.join(text(row, "href")).unwrap()),
                title: text(row, "title").to_owned(),
                date: row["date"].as_str().and_then(|day| day.parse().ok()),
            })
            .collect();
        // Every third row is known from before; the others came since.
        let known: Vec<KnownRow> = known.into_iter().step_by(3).collect();
        let rule = dead_rule(&url);
        let page =
            RowsPage { opened: &opened, url: &url, rule: &rule, zone: &zone, today: date(2026, 11, 22), canonical };
        let best = relocate::rows(&page, &known).into_iter().next().unwrap();
        println!("{}: {:?} {:?}", text(&record, "id"), best.keys, best.score);
        assert!(best.keys.entry.is_some(), "a selector, and no guess");
        assert_eq!((best.score.n_rows, best.score.n_strange), (n_rows, 0), "{}", text(&record, "id"));
        n_all += known.len();
        n_right += best.score.n_right;
    }
    println!("{n_right} of {n_all} known rows are read right");
    assert_eq!(n_right, n_all);
}

#[test]
fn texts_that_are_known_are_found_on_real_reports() {
    let Some(corpus) = gold::folder() else { return };
    let zone = TimeZone::get("Asia/Shanghai").unwrap();
    let (mut n_all, mut n_titles, mut n_bodies) = (0, 0, 0);
    for record in gold::reports(&corpus) {
        let lines = gold::words(&corpus, &record);
        let blocks = lines.lines().filter(|line| !line.trim().is_empty());
        let said = Document {
            title: record["title"].as_str().map(str::to_owned),
            blocks: blocks.map(|line| Block::new(BlockKind::Paragraph, line.trim())).collect(),
            ..Document::default()
        };
        let url = record["url"].as_str().unwrap_or("http://www.x.gov.cn/zwgk/1.html");
        let url = Url::parse(url).unwrap();
        let opened = opened(&corpus, &record, PageKind::Report);
        let dead = || vec![Query::parse("div.gone").unwrap()];
        let site = ReportRule { title: dead(), body: dead(), ..ReportRule::default() };
        let rules = ReportRules { zone: &zone, family: None, site: &site };
        let found = relocate_report::keys(&[KnownReport { opened: &opened, url: &url, said: &said }], rules);
        let keys: Vec<String> = found.keys.iter().map(|key| format!("{}={}", key.key, key.selector)).collect();
        println!("{}: {} {:?}", text(&record, "id"), keys.join(" "), (found.after.n_titles, found.after.n_bodies));
        (n_all, n_titles, n_bodies) = (n_all + 1, n_titles + found.after.n_titles, n_bodies + found.after.n_bodies);
    }
    println!("of {n_all} reports {n_titles} titles and {n_bodies} texts are read right");
    assert!(
        n_titles * 100 >= n_all * 90 && n_bodies * 100 >= n_all * 90,
        "{n_titles} titles, {n_bodies} texts of {n_all}"
    );
}
