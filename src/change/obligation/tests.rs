//! Cases of one office and one report, each with its why; and what more evidence may never do.

mod evidence;
mod like;

use std::sync::LazyLock;

use jiff::ToSpan;
use jiff::civil::date;
use proptest::prelude::*;

use super::*;
use crate::change::render::Lang;
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
        near: patterns(&["(法治政府|依法行政|法治建设).{0,20}(报告|年报|总结|情况)"]),
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

/// The same, found when its listing was first walked, on a row without a year.
fn by_row() -> Seen {
    Seen { is_year_assumed: true, is_baseline: true, first_seen_at: at(4, 9, 9), ..own() }
}

#[test]
fn a_year_that_only_a_day_without_one_tells_is_not_known() {
    let untitled =
        Seen { title: "兴县法治政府建设年度报告".to_owned(), text: Some(String::new()), ..by_row() };
    let coverage = assessed_at(at(5, 1, 9), &found(untitled.clone()));
    assert_eq!(coverage.state, CoverageState::Unknown, "{coverage:?}");
    assert_eq!(coverage.remarks[0], Remark::YearAssumed);
    let stated = Seen { is_year_assumed: false, ..untitled };
    assert_eq!(assessed_at(at(5, 1, 9), &found(stated)).state, CoverageState::OnTime);
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
fn overdue_is_said_where_every_listing_was_walked_to_its_end_since_the_day() {
    let coverage = assessed_at(at(4, 3, 9), &nothing_found());
    assert_eq!((coverage.state, coverage.lag_days), (CoverageState::Overdue, Some(2)));
    assert_eq!(coverage.remarks, [Remark::LookedAt { listings: 2, titles: 1 }]);
    assert_eq!(coverage.due, date(2026, 4, 1));
}

#[test]
fn the_day_ends_at_midnight_of_the_site_and_proofs_begin_a_day_later() {
    assert_eq!(obligation().ends_at(2025, &ZONE), at(4, 2, 0));
    assert_eq!(obligation().proof_at(2025, &ZONE), at(4, 3, 0));
    assert_eq!(
        obligation().last_proof_at(&ZONE, at(4, 2, 23)).map(|at| at.to_string()[..10].to_owned()).as_deref(),
        Some("2025-04-02")
    );
    assert_eq!(obligation().last_proof_at(&ZONE, at(4, 3, 0)), Some(at(4, 3, 0)));
    assert_eq!(assessed_at(at(4, 1, 23), &nothing_found()).state, CoverageState::NotDue);
    let early = Facts {
        listings: vec![ListingFacts { whole_walk: Some(walk(at(4, 2, 1))), ..listing(COLUMN, true) }],
        ..nothing_found()
    };
    let coverage = assessed_at(at(4, 2, 9), &early);
    assert_eq!(coverage.state, CoverageState::Unknown, "a walk in the night after the day proves nothing yet");
    assert!(
        matches!(&coverage.remarks[..], [Remark::NotWalked { since_at, .. }] if *since_at == at(4, 3, 0)),
        "{coverage:?}"
    );
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table of cases")]
fn each_gap_of_the_proof_keeps_overdue_from_being_said() {
    let with = |change: &dyn Fn(&mut Facts)| {
        let mut facts = nothing_found();
        change(&mut facts);
        facts
    };
    let cases: [(&str, Facts); 22] = [
        ("no listing is known to hold the kind", with(&|f| f.listings[0].is_named = false)),
        ("no listing at all", with(&|f| f.listings.clear())),
        ("the column was never walked whole", with(&|f| f.listings[0].whole_walk = None)),
        ("another listing was not", with(&|f| f.listings[1].whole_walk = None)),
        ("it was walked before the day was over", with(&|f| f.listings[0].whole_walk = Some(walk(at(4, 1, 1))))),
        ("it was walked on the due day's night", with(&|f| f.listings[0].whole_walk = Some(walk(at(4, 2, 0))))),
        (
            "the walk stopped above the time in question",
            with(&|f| {
                let short = WalkFacts { is_to_the_end: false, oldest_row: Some(date(2026, 1, 5)), ..walk(at(4, 3, 1)) };
                f.listings[1].whole_walk = Some(short);
            }),
        ),
        ("the site is broken", with(&|f| f.trouble = Some("blocked: 403".to_owned()))),
        (
            "watching began later, and the column does not reach back",
            with(&|f| {
                f.listings[0].watched_since = Some(at(4, 2, 1));
                f.listings[0].oldest_row = Some(date(2026, 2, 1));
            }),
        ),
        (
            "a row that says nothing was not read yet",
            with(&|f| f.seen.push(Seen { page: PageSeen::Unread, ..other("年度工作报告") })),
        ),
        ("a title of no kind may be it", with(&|f| f.seen.push(other("兴县2025年度依法行政工作情况报告")))),
        (
            "a scan that nobody can read stands among such reports",
            with(&|f| f.seen.push(Seen { page: PageSeen::MuteBeside, ..other("兴县人民政府2025年工作") })),
        ),
        ("a report of the kind without a year", with(&|f| f.seen.push(Seen { year: None, ..own() }))),
        (
            "one that is named after the year of its publication",
            with(&|f| f.seen.push(Seen { year: Some(2026), ..own() })),
        ),
        ("last year's title may have been left on it", with(&|f| f.seen.push(Seen { year: Some(2024), ..own() }))),
        (
            "its listing says that it is of the kind, and its title does not",
            with(&|f| {
                let title = "兴县2025年法治政府建设年度报告公示稿审议本".to_owned();
                f.seen.push(Seen { title, ..own() });
            }),
        ),
        (
            "its listing says that it is of another kind",
            with(&|f| f.seen.push(Seen { kind: Some("normative".to_owned()), year: None, ..own() })),
        ),
        (
            "its listing says that it is of another kind, and its title is near",
            with(&|f| {
                let kind = Some("normative".to_owned());
                f.seen.push(Seen { kind, ..other("兴县2025年法治政府建设情况") });
            }),
        ),
        (
            "it is put up as a public notice of the report",
            with(&|f| f.seen.push(other("兴县2025年法治政府建设年度报告公示"))),
        ),
        (
            "a row that was not read yet is cut short",
            with(&|f| f.seen.push(Seen { page: PageSeen::Unread, ..other("兴县2025年法治政府建设…") })),
        ),
        (
            "only another office's was found",
            with(&|f| {
                let title = "兴县财政局2025年法治政府建设年度报告".to_owned();
                f.seen.push(Seen { title, ..own() });
            }),
        ),
        ("it stands on another site", with(&|f| f.elsewhere.push(Seen { site: SiteId::new("lvliang"), ..own() }))),
    ];
    for (why, facts) in cases {
        let coverage = assessed_at(at(4, 3, 9), &facts);
        assert_eq!(coverage.state, CoverageState::Unknown, "{why}: {coverage:?}");
        assert!(!coverage.remarks.is_empty(), "{why}");
        for remark in &coverage.remarks {
            assert!(!words::remark(remark).is_empty() && words::settles(remark, "x").is_some(), "{why}");
            let zh = words::Voice { lang: Lang::Zh, minute: |_| "昨天".to_owned() };
            let said = [zh.remark(remark), zh.settles(remark, "x").unwrap_or_default(), zh.state(&coverage)];
            assert!(!said.concat().contains("SITE") && !said.concat().contains("UTC"), "{why}: {said:?}");
            assert!(said.iter().all(|said| said.chars().any(|c| c > '\u{2e7f}')), "{why}: {said:?}");
        }
    }
    let office = Office { name: "兴县人民政府".to_owned(), own: None };
    assert_eq!(assessed(at(4, 3, 9), &nothing_found(), &office, true).state, CoverageState::Unknown, "paused");
    assert_eq!(
        assessed_at(at(4, 20, 9), &nothing_found()).state,
        CoverageState::Unknown,
        "nobody looked for two weeks"
    );
}

#[test]
fn a_row_that_the_site_file_leaves_out_and_a_file_that_may_be_it_are_gaps_too() {
    for title in [
        "兴县2025年法治政府建设年度报告",
        "兴县二〇二五年法治政府建设年度报告",
        "兴县２０２５年法治政府建设年度报告",
        "兴县法治政府建设年度报告",
    ] {
        let left_out = Seen { seen_in: SeenIn::PassedOver, report: None, published: None, ..other(title) };
        assert_eq!(state(&Facts { seen: vec![left_out], ..nothing_found() }), UNKNOWN, "{title}");
    }
    let file = Seen { seen_in: SeenIn::Attachment, ..other("2025年依法行政情况报告.pdf") };
    assert_eq!(state(&Facts { seen: vec![file], ..nothing_found() }), UNKNOWN);
}

#[test]
fn a_report_whose_page_cannot_be_read_is_found_by_its_row_and_that_is_said() {
    let coverage = assessed_at(at(4, 3, 9), &found(Seen { page: PageSeen::Unread, ..own() }));
    assert_eq!(coverage.state, CoverageState::OnTime);
    assert!(coverage.remarks.contains(&Remark::RowOnly), "{:?}", coverage.remarks);
    let coverage = assessed_at(at(4, 3, 9), &found(own()));
    assert!(!coverage.remarks.contains(&Remark::RowOnly));
}

#[test]
fn a_report_named_after_a_campaign_and_a_row_without_a_link_are_gaps() {
    let campaign = other("兴县2025年法治政府建设示范创建情况报告");
    assert_eq!(state(&Facts { seen: vec![campaign], ..nothing_found() }), UNKNOWN);
    let row = Seen { seen_in: SeenIn::Unlinked, report: None, ..other("兴县2025年法治政府建设工作情况") };
    let coverage = assessed_at(at(4, 3, 9), &Facts { seen: vec![row], ..nothing_found() });
    let zh = words::Voice { lang: Lang::Zh, minute: |_| "昨天".to_owned() };
    let said = |words: &dyn Fn(&Remark) -> String| coverage.remarks.iter().map(words).collect::<String>();
    assert!(said(&words::remark).contains("without a link"), "{}", said(&words::remark));
    assert!(said(&|remark| zh.remark(remark)).contains("没有链接的一行"));
}

#[test]
fn what_is_plainly_something_else_is_no_gap() {
    for title in [
        "县政府常务会议审议2025年法治政府建设情况报告",
        "2025年法治政府建设督察情况报告",
        "关于报送2025年法治政府建设年度报告的通知",
        "兴县2024年依法行政工作情况报告",
        "2025年政府工作报告",
    ] {
        let facts = Facts { seen: vec![other(title)], ..nothing_found() };
        assert_eq!(state(&facts).0, CoverageState::Overdue, "{title}");
    }
    let read_by_title = Seen { page: PageSeen::Unread, ..other("关于召开全县防汛抗旱工作会议的通知") };
    assert_eq!(state(&found(read_by_title)).0, CoverageState::Overdue);
    let notice = Seen { title: "关于报送兴县2025年法治政府建设年度报告的通知".to_owned(), ..own() };
    assert_eq!(state(&found(notice)).0, CoverageState::Overdue, "its listing calls all its rows reports");
    let next_years = Seen { year: Some(2026), published: Some(date(2027, 3, 1)), ..own() };
    assert_eq!(state(&found(next_years)).0, CoverageState::Overdue, "it is about its own year");
    let older_rows = Seen { published: Some(date(2023, 3, 1)), ..other("依法行政工作总结报告") };
    assert_eq!(state(&found(older_rows)).0, CoverageState::Overdue);
}

#[test]
fn last_years_own_report_shows_where_this_years_should_stand() {
    let unnamed = |seen: Seen| Facts { seen: vec![seen], listings: vec![listing(COLUMN, false)], ..Facts::default() };
    let of = |year| Seen { year: Some(year), published: Some(date(year + 1, 3, 1)), ..own() };
    assert_eq!(state(&unnamed(of(2024))).0, CoverageState::Overdue);
    assert_eq!(state(&unnamed(of(2021))), UNKNOWN, "that is too long ago");
    assert_eq!(state(&unnamed(Seen { listings: vec![NEWS.to_owned()], ..of(2024) })), UNKNOWN, "that was elsewhere");
    let another = Seen { title: "兴县财政局2024年法治政府建设年度报告".to_owned(), ..of(2024) };
    assert_eq!(state(&unnamed(another)), UNKNOWN, "that is not this office's");
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table of cases")]
fn a_report_is_on_time_or_late_by_three_clocks() {
    let day = |month, day| Some(date(2026, month, day));
    let cases = [
        ("seen by its day", own(), ON_TIME),
        ("seen on the day itself", Seen { first_seen_at: at(4, 1, 23), published: day(4, 1), ..own() }, ON_TIME),
        ("seen by its day, dated later", Seen { published: day(4, 9), ..own() }, ON_TIME),
        ("seen by its day, undated", Seen { published: None, ..own() }, ON_TIME),
        ("found later, stated on time", Seen { first_seen_at: at(4, 9, 9), ..own() }, ON_TIME),
        (
            "stated on time, but a whole walk went without it",
            Seen { first_seen_at: at(4, 9, 9), missed_at: Some(at(4, 8, 9)), ..own() },
            (CoverageState::Late, Some(8)),
        ),
        (
            "stated late",
            Seen { first_seen_at: at(4, 9, 9), published: day(4, 5), ..own() },
            (CoverageState::Late, Some(4)),
        ),
        (
            "late by one day",
            Seen { first_seen_at: at(4, 2, 9), published: day(4, 2), ..own() },
            (CoverageState::Late, Some(1)),
        ),
        (
            "undated, a walk went without it",
            Seen { first_seen_at: at(4, 9, 9), published: None, missed_at: Some(at(4, 8, 9)), ..own() },
            (CoverageState::Late, Some(8)),
        ),
        ("undated, nothing says when it came", Seen { first_seen_at: at(4, 9, 9), published: None, ..own() }, UNKNOWN),
        (
            "dated late at first, and on time since an edit",
            Seen { first_seen_at: at(4, 9, 9), stated_first: day(4, 8), ..own() },
            (CoverageState::Late, Some(7)),
        ),
        (
            "edited from one day that is on time to another one",
            Seen { first_seen_at: at(4, 9, 9), stated_first: day(3, 30), ..own() },
            ON_TIME,
        ),
        ("seen by its day, whatever it stated then", Seen { stated_first: day(4, 8), ..own() }, ON_TIME),
        ("dated late by a row without a year", Seen { published: day(4, 5), ..by_row() }, UNKNOWN),
        ("dated on time by a row without a year, which is the latest that it can be", by_row(), ON_TIME),
        (
            "the same, and a walk went without it",
            Seen { published: day(4, 5), missed_at: Some(at(4, 8, 9)), ..by_row() },
            (CoverageState::Late, Some(4)),
        ),
        ("withdrawn since", Seen { state: ReportState::Withdrawn, ..own() }, ON_TIME),
        ("of the baseline, stated on time", Seen { first_seen_at: at(4, 9, 9), is_baseline: true, ..own() }, ON_TIME),
        (
            "a file of another report",
            Seen {
                title: format!("附件:{}.pdf", own().title),
                seen_in: SeenIn::Attachment,
                kind: None,
                year: None,
                ..own()
            },
            ON_TIME,
        ),
    ];
    for (why, seen, expected) in cases {
        assert_eq!(state(&found(seen)), expected, "{why}");
    }
    let both = Facts {
        seen: vec![Seen { first_seen_at: at(4, 9, 9), published: day(4, 5), ..own() }, own()],
        ..nothing_found()
    };
    assert_eq!(state(&both), ON_TIME, "the first of two counts");
    let back_dated =
        assessed_at(at(4, 10, 0), &found(Seen { first_seen_at: at(4, 9, 9), missed_at: Some(at(4, 8, 9)), ..own() }));
    assert_eq!(back_dated.remarks, [Remark::BackDated { missed_at: at(4, 8, 9) }]);
}

#[test]
fn a_year_of_before_watching_began_is_judged_by_stated_days_and_by_a_column_that_reaches_back() {
    let (obligation, kind, office) = (obligation(), kind(), Office { name: "兴县人民政府".to_owned(), own: None });
    let of_2022 = |facts: &Facts| {
        let question = Question {
            obligation: &obligation,
            kind: &kind,
            year: 2022,
            office: &office,
            zone: &ZONE,
            is_paused: false,
            now: at(4, 3, 9),
        };
        assess(&question, facts).state
    };
    let seen =
        |day| Seen { year: Some(2022), published: Some(day), first_seen_at: at(1, 5, 0), is_baseline: true, ..own() };
    assert_eq!(of_2022(&found(seen(date(2023, 3, 30)))), CoverageState::OnTime);
    assert_eq!(of_2022(&found(seen(date(2023, 5, 30)))), CoverageState::Late);
    assert_eq!(of_2022(&nothing_found()), CoverageState::Overdue, "the column goes back to 2015 and shows none");
    let mut short = nothing_found();
    short.listings[0].oldest_row = Some(date(2024, 1, 1));
    assert_eq!(of_2022(&short), CoverageState::Unknown, "the column was made later");
}

#[test]
fn each_thing_is_told_once_and_news_of_the_past_never() {
    let manner = Manner::default();
    let not_due = assessed_at(at(3, 20, 9), &Facts::default());
    let overdue = assessed_at(at(4, 3, 9), &nothing_found());
    let late = assessed_at(
        at(4, 10, 9),
        &found(Seen { first_seen_at: at(4, 9, 9), published: Some(date(2026, 4, 8)), ..own() }),
    );
    let fresh = Told::nothing(at(2, 1, 0), false);
    let tell =
        |coverage: &Coverage, told: &Told, day: i8, month: i8| telling(coverage, told, &manner, date(2026, month, day));
    assert_eq!(tell(&not_due, &fresh, 24, 3), None);
    assert_eq!(tell(&not_due, &fresh, 25, 3), Some(Telling::DueSoon { days: 7 }));
    assert_eq!(tell(&not_due, &fresh.clone().and(Telling::DueSoon { days: 7 }), 26, 3), None);
    let first = tell(&overdue, &fresh, 3, 4).expect("overdue is told");
    assert_eq!(first, Telling::Overdue { days: 2, n_follow_ups: 0 });
    let told = fresh.clone().and(first);
    assert_eq!(tell(&overdue, &told, 7, 4), None);
    assert_eq!(tell(&overdue, &told, 8, 4), Some(Telling::Overdue { days: 7, n_follow_ups: 1 }));
    assert_eq!(tell(&overdue, &told, 30, 6), Some(Telling::Overdue { days: 90, n_follow_ups: 2 }), "one for both");
    assert_eq!(tell(&late, &told, 10, 4), Some(Telling::Arrived { days: 7 }));
    assert_eq!(tell(&late, &told.clone().and(Telling::Arrived { days: 7 }), 11, 4), None);
    let back = assessed_at(at(4, 10, 9), &found(Seen { first_seen_at: at(4, 9, 9), ..own() }));
    assert_eq!(tell(&back, &told, 10, 4), Some(Telling::Arrived { days: 0 }), "what was told is taken back");
    let silent = Told::nothing(at(4, 5, 0), true);
    assert_eq!(tell(&overdue, &silent, 8, 4), None, "its day was over before anybody looked");
    assert_eq!(tell(&late, &silent, 10, 4), Some(Telling::Arrived { days: 7 }), "but this is news");
    assert_eq!(tell(&late, &Told::nothing(at(4, 10, 0), true), 10, 4), None, "and that was there when watching began");
}

#[test]
fn an_event_says_what_is_owed_and_on_what_proof() {
    let coverage = assessed_at(at(4, 3, 9), &nothing_found());
    let telling = Telling::Overdue { days: 2, n_follow_ups: 0 };
    let event = event(&SiteId::new("xingxian"), &obligation(), &coverage, telling, at(4, 3, 9));
    assert_eq!((event.count, event.year, event.kind.as_deref()), (Some(2), Some(2025), Some(KIND)));
    assert_eq!(event.title.as_deref(), Some("2025 法治政府建设年度报告"));
    assert_eq!(
        event.reason.as_deref(),
        Some(
            "the 法治政府建设年度报告 about 2025 was due by 2026-04-01 and is not on this site, 2 days later: \
             2 listings were walked to the end since, and 1 title was looked at without finding it (第二十四条)"
        )
    );
}

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

/// Facts of any kind: each gap there or not.
fn any_facts() -> impl Strategy<Value = Facts> {
    let walks = prop_oneof![
        Just(None),
        (-40_i64..40).prop_map(|hours| Some(walk(at(4, 3, 0) + jiff::SignedDuration::from_hours(hours))))
    ];
    let listing = (any::<bool>(), walks, any::<bool>()).prop_map(|(is_named, whole_walk, is_to_the_end)| {
        let whole_walk = whole_walk.map(|walk| WalkFacts { is_to_the_end, oldest_row: None, ..walk });
        ListingFacts { whole_walk, ..listing(COLUMN, is_named) }
    });
    let titles =
        prop::sample::select(vec!["兴县2025年法治政府建设年度报告", "依法行政情况报告", "关于春耕的通知", "年报"]);
    let seen = (titles, any::<bool>(), prop::option::of(2024_i16..2027), prop::option::of(-60_i64..60)).prop_map(
        |(title, is_unread, year, days)| Seen {
            page: if is_unread { PageSeen::Unread } else { PageSeen::Read },
            year,
            kind: year.map(|_| KIND.to_owned()),
            published: days.map(|days| date(2026, 4, 1).saturating_add(days.days())),
            first_seen_at: at(4, 1, 0) + jiff::SignedDuration::from_hours(24 * days.unwrap_or(3).abs()),
            ..other(title)
        },
    );
    (prop::collection::vec(listing, 0..4), prop::collection::vec(seen, 0..4)).prop_map(|(listings, seen)| Facts {
        seen,
        listings,
        ..Facts::default()
    })
}

proptest! {
    #[test]
    fn overdue_is_said_only_where_every_listing_was_walked_whole_since(facts in any_facts()) {
        let coverage = assessed_at(at(4, 6, 0), &facts);
        let is_walked = |it: &ListingFacts| {
            it.whole_walk.is_some_and(|walk| walk.is_to_the_end && walk.begun_at >= at(4, 3, 0) && walk.ended_at <= at(4, 6, 0))
        };
        let is_proved = facts.listings.iter().any(|it| it.is_named) && facts.listings.iter().all(is_walked);
        prop_assert!(coverage.state != CoverageState::Overdue || is_proved);
        prop_assert!(coverage.state != CoverageState::Unknown || !coverage.remarks.is_empty());
    }

    #[test]
    fn more_evidence_never_makes_overdue_of_what_was_found(facts in any_facts(), more in any_facts()) {
        let before = assessed_at(at(4, 6, 0), &facts).state;
        let all = Facts {
            seen: [facts.seen, more.seen].concat(),
            listings: [facts.listings, more.listings].concat(),
            ..Facts::default()
        };
        let after = assessed_at(at(4, 6, 0), &all).state;
        prop_assert!(!before.is_found() || after.is_found(), "{before:?} {after:?}");
        prop_assert!(before != CoverageState::OnTime || after == CoverageState::OnTime);
    }

    #[test]
    fn without_walks_nothing_is_ever_overdue(facts in any_facts()) {
        let listings = facts.listings.iter().map(|it| ListingFacts { whole_walk: None, ..it.clone() }).collect();
        let state = assessed_at(at(4, 6, 0), &Facts { listings, ..facts }).state;
        prop_assert!(state != CoverageState::Overdue);
    }
}
