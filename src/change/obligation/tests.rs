//! Cases of one office and one report, each with its why.

mod evidence;
mod found;
mod like;
mod proof;
mod properties;
mod told;

use std::sync::LazyLock;

use jiff::ToSpan;
use jiff::civil::date;

use super::*;
use crate::change::report_kind::{Kind, YearRule};
use crate::model::{ReportId, ReportState, SiteId};

const KIND: &str = "rule-of-law-annual";
const COLUMN: &str = "http://www.xingxian.example/fzzf/";
const NEWS: &str = "http://www.xingxian.example/tzgg/";

static ZONE: LazyLock<TimeZone> = LazyLock::new(|| TimeZone::get("Asia/Shanghai").expect("bundled zone"));

fn patterns(written: &[&str]) -> Vec<Regex> {
    written.iter().map(|one| Regex::new(one).expect("a pattern")).collect()
}

fn obligation() -> Obligation {
    Obligation {
        kind: KIND.to_owned(),
        name: "法治政府建设年度报告".to_owned(),
        units: Vec::new(),
        levels: Vec::new(),
        divisions: Vec::new(),
        due: (4, 1),
        first_year: 2019,
        grace: Duration::from_hours(24),
        near: patterns(&["(法治政府|依法行政|法治建设).{0,20}(报告|年报|总结|情况)", "^(19|20)[0-9]{2}年?度?$"]),
        far: patterns(&["通知", "审议", "会议", "督察", "解读"]),
        source: "第二十四条".to_owned(),
    }
}

fn kind() -> Kind {
    Kind {
        id: KIND.to_owned(),
        name: "法治政府建设年度报告".to_owned(),
        title: patterns(&["法治政府.{0,24}(报告|年报)$"]),
        column: Vec::new(),
        text_all: Vec::new(),
        text_any: Vec::new(),
        not: patterns(&["通知", "审议", "会议", "督察", "解读", "公示"]),
        year: YearRule::TitleOrYearBefore,
        recheck: None,
    }
}

/// The instant of a minute in the zone of the site.
fn at(month: i8, day: i8, hour: i8) -> Timestamp {
    date(2026, month, day).at(hour, 0, 0, 0).to_zoned(ZONE.clone()).expect("a time").timestamp()
}

fn own() -> Seen {
    Seen {
        site: SiteId::new("xingxian"),
        report: Some(ReportId(7)),
        url: "http://www.xingxian.example/1.html".to_owned(),
        title: "兴县2025年法治政府建设年度报告".to_owned(),
        kind: Some(KIND.to_owned()),
        year: Some(2025),
        published: Some(date(2026, 3, 20)),
        stated_first: None,
        is_year_assumed: false,
        first_seen_at: at(3, 20, 12),
        state: ReportState::Present,
        seen_in: SeenIn::Row,
        listings: vec![COLUMN.to_owned()],
        is_baseline: false,
        page: PageSeen::Read,
        text: None,
        missed_at: None,
    }
}

/// A notice that is nothing, of the time in question.
fn other(title: &str) -> Seen {
    Seen { title: title.to_owned(), kind: None, year: None, report: Some(ReportId(9)), ..own() }
}

fn walk(begun_at: Timestamp) -> WalkFacts {
    let ended_at = begun_at.checked_add(10.minutes()).expect("a time");
    WalkFacts { begun_at, ended_at, pages: 3, entries: 60, is_to_the_end: true, oldest_row: Some(date(2015, 1, 1)) }
}

fn listing(url: &str, is_named: bool) -> ListingFacts {
    ListingFacts {
        listing: url.to_owned(),
        url: url.to_owned(),
        is_named,
        watched_since: Some(at(1, 5, 0)),
        whole_walk: Some(walk(at(4, 3, 1))),
        looked_at: Some(at(4, 3, 8)),
        newest_row: Some(date(2026, 3, 30)),
        oldest_row: Some(date(2015, 1, 1)),
        below: None,
        reason: None,
    }
}

/// Everything was walked whole on 3 April, and nothing was found.
fn nothing_found() -> Facts {
    let seen = vec![other("关于做好春耕工作的通知")];
    Facts { seen, listings: vec![listing(COLUMN, true), listing(NEWS, false)], ..Facts::default() }
}

fn found(seen: Seen) -> Facts {
    Facts { seen: vec![seen], ..nothing_found() }
}

fn assessed_at(now: Timestamp, facts: &Facts) -> Coverage {
    let office = Office { name: "兴县人民政府".to_owned(), own: None };
    assessed(now, facts, &office, false)
}

fn assessed(now: Timestamp, facts: &Facts, office: &Office, is_paused: bool) -> Coverage {
    let (obligation, kind) = (obligation(), kind());
    let question = Question { obligation: &obligation, kind: &kind, year: 2025, office, zone: &ZONE, is_paused, now };
    assess(&question, facts)
}

fn state(facts: &Facts) -> (CoverageState, Option<i32>) {
    let coverage = assessed_at(at(4, 3, 9), facts);
    (coverage.state, coverage.lag_days)
}

const UNKNOWN: (CoverageState, Option<i32>) = (CoverageState::Unknown, None);
const ON_TIME: (CoverageState, Option<i32>) = (CoverageState::OnTime, None);

#[test]
fn an_obligation_binds_by_unit_level_and_division() {
    let of = |units: &[Unit], levels: &[Level], divisions: &[&str]| Obligation {
        units: units.to_vec(),
        levels: levels.to_vec(),
        divisions: divisions.iter().map(|one| (*one).to_owned()).collect(),
        ..obligation()
    };
    let county = |it: &Obligation| it.binds(Unit::Department, Some(Level::County), Some("141123"));
    assert!(county(&of(&[], &[], &[])) && county(&of(&[Unit::Department], &[Level::County], &["14"])));
    assert!(!county(&of(&[Unit::Government], &[], &[])));
    assert!(!county(&of(&[], &[Level::City], &[])) && !county(&of(&[], &[], &["13"])));
    assert!(
        !of(&[], &[Level::City], &[]).binds(Unit::Government, None, None),
        "an unknown level is bound by no rule of levels"
    );
    let levels = ["140000", "141100", "141123", "14"].map(Level::of_division);
    assert_eq!(levels, [Some(Level::Province), Some(Level::City), Some(Level::County), None]);
}
