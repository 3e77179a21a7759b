//! What proves that a report is overdue, and each gap that keeps it from being said.

use super::*;
use crate::change::render::Lang;

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

/// A link outside the rows of these listings.
fn outside(words: &str, url: &str, listings: &[&str]) -> Seen {
    let listings = listings.iter().map(|url| (*url).to_owned()).collect();
    let (seen_in, published, url) = (SeenIn::Outside, None, url.to_owned());
    Seen { seen_in, report: None, published, url, listings, ..other(words) }
}

#[test]
fn a_link_outside_the_rows_by_the_words_of_the_report_is_a_gap_that_is_named_once() {
    const LINK: &str = "http://www.xingxian.example/a.html";
    let named = "兴县2025年法治政府建设年度报告";
    let links = [NEWS, COLUMN].map(|listing| outside(named, LINK, &[listing]));
    let mut facts = nothing_found();
    facts.seen.extend(links);
    let coverage = assessed_at(at(4, 3, 9), &facts);
    let [Remark::Outside { listing, reports }] = &coverage.remarks[..] else { panic!("{coverage:?}") };
    assert_eq!((coverage.state, listing.as_str(), reports.len()), (CoverageState::Unknown, COLUMN, 1));
    let remark = &coverage.remarks[0];
    let zh = words::Voice { lang: Lang::Zh, minute: |_| "昨天".to_owned() };
    for said in [words::remark(remark), zh.remark(remark)] {
        assert!([LINK, named, COLUMN].iter().all(|part| said.contains(part)), "{said}");
    }
    for said in [words::settles(remark, "x"), zh.settles(remark, "x")] {
        assert!(said.is_some_and(|said| said.contains("entry") && said.contains("govwatch add")));
    }
    let found = Facts { seen: facts.seen.into_iter().chain([own()]).collect(), ..nothing_found() };
    assert_eq!(state(&found), ON_TIME, "what was found decides");
}

#[test]
fn a_link_outside_the_rows_to_what_is_watched_or_about_something_else_is_no_gap() {
    const LINK: &str = "http://www.xingxian.example/a.html";
    let named = "兴县2025年法治政府建设年度报告";
    let of_before = Seen { published: Some(date(2025, 3, 20)), ..outside(named, LINK, &[COLUMN]) };
    let seen_before = Seen { first_seen_at: at(1, 1, 0) - 60 * 24.hours(), ..outside(named, LINK, &[COLUMN]) };
    for (link, is_gap) in [
        (outside(named, LINK, &[NEWS]), true),
        (outside("兴县2025年法治政府建设年…", LINK, &[NEWS]), true),
        (outside("2025年", LINK, &[COLUMN]), true),
        (outside("2025年", LINK, &[NEWS]), false),
        (outside("2025年", COLUMN, &[COLUMN]), false),
        (outside(named, COLUMN, &[COLUMN]), true),
        (outside(named, COLUMN, &[NEWS]), false),
        (outside(named, &COLUMN.replace("http:", "https:"), &[NEWS]), false),
        (outside("2025年", &format!("{COLUMN}index.html"), &[COLUMN]), false),
        (outside("2025年", &format!("{COLUMN}y2025.html"), &[COLUMN]), true),
        (outside("兴县2024年法治政府建设年度报告", LINK, &[COLUMN]), false),
        (outside("兴县2026年法治政府建设年度报告", LINK, &[COLUMN]), false),
        (outside("兴县法治政府建设年度报告", LINK, &[COLUMN]), false),
        (outside("兴县财政局2025年法治政府建设年度报告", LINK, &[COLUMN]), false),
        (outside("关于2025年法治政府建设年度报告的通知", LINK, &[COLUMN]), false),
        (outside(named, LINK, &["http://www.xingxian.example/no-longer/"]), false),
        (of_before, false),
        (seen_before, false),
    ] {
        let what = format!("{} {} {:?}", link.title, link.url, link.listings);
        let mut facts = nothing_found();
        facts.seen.push(link);
        let coverage = assessed_at(at(4, 3, 9), &facts);
        let state = if is_gap { CoverageState::Unknown } else { CoverageState::Overdue };
        assert_eq!(coverage.state, state, "{what}: {coverage:?}");
    }
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
