//! What a report is evidence of whose title names no year, that came before its time, or that was withdrawn.

use super::*;

/// A report without a year in its title that came in March 2026.
fn unnamed(text: &str) -> Seen {
    let title = "兴县法治政府建设年度报告".to_owned();
    Seen { title, year: Some(2025), text: Some(text.to_owned()), ..own() }
}

/// The same, found long after it is said to have come.
fn unnamed_late(text: &str) -> Seen {
    Seen { first_seen_at: at(4, 9, 9), is_baseline: true, ..unnamed(text) }
}

fn about(year: i16, now: Timestamp, facts: &Facts) -> Coverage {
    let (obligation, kind) = (obligation(), kind());
    let office = Office { name: "兴县人民政府".to_owned(), own: None };
    assess(
        &Question { obligation: &obligation, kind: &kind, year, office: &office, zone: &ZONE, is_paused: false, now },
        facts,
    )
}

#[test]
fn a_text_of_another_year_is_no_report_about_the_year_before_its_publication() {
    for text in
        ["2023年,我县深入推进依法行政。", "兴县人民政府2023年法治政府建设工作总结", "现将2023年度情况报告如下。"]
    {
        for seen in [unnamed(text), unnamed_late(text)] {
            let facts = found(seen);
            let of_2025 = about(2025, at(4, 10, 9), &facts);
            assert_eq!(of_2025.state, CoverageState::Unknown, "neither on time nor overdue: {text}");
            assert!(of_2025.remarks.iter().any(|one| matches!(one, Remark::MayBe { .. })), "{of_2025:?}");
            let of_2023 = about(2023, at(4, 10, 9), &facts);
            assert_eq!(of_2023.state, CoverageState::Late, "that is what it is about: {text}");
            assert!(of_2023.remarks.contains(&Remark::YearUnnamed { by: YearBy::Text }), "{of_2023:?}");
        }
    }
}

#[test]
fn what_is_stored_of_a_year_yields_to_the_text() {
    let stored_otherwise = Seen { year: Some(2023), ..unnamed("2025年,我县深入推进依法行政。") };
    let coverage = about(2025, at(4, 3, 9), &found(stored_otherwise));
    assert_eq!(coverage.state, CoverageState::OnTime);
    assert_eq!(coverage.remarks, [Remark::SeenInTime, Remark::YearUnnamed { by: YearBy::Text }]);
}

#[test]
fn a_text_of_two_minds_proves_nothing_about_either_year() {
    let facts = found(unnamed("现将2023年度情况报告如下。2024年,我县深入推进依法行政。"));
    for year in [2023, 2024, 2025] {
        assert_eq!(about(year, at(4, 3, 9), &facts).state, CoverageState::Unknown, "{year}");
    }
}

#[test]
fn a_text_without_a_year_is_of_the_year_before_and_that_is_said() {
    let coverage = about(2025, at(4, 3, 9), &found(unnamed("一年来,全县依法履职。")));
    assert_eq!(coverage.state, CoverageState::OnTime);
    assert_eq!(coverage.remarks, [Remark::SeenInTime, Remark::YearUnnamed { by: YearBy::Day }]);
}

#[test]
fn a_report_named_after_the_year_of_its_publication_does_not_fulfil_what_that_year_owes() {
    let named = Seen { title: "兴县2026年法治政府建设年度报告".to_owned(), year: Some(2026), ..own() };
    let after = |month, day| date(2027, month, day).at(9, 0, 0, 0).to_zoned(ZONE.clone()).expect("a time").timestamp();
    let facts = Facts {
        listings: vec![ListingFacts { whole_walk: Some(walk(after(4, 4))), ..listing(COLUMN, true) }],
        ..found(named.clone())
    };
    assert_eq!(about(2026, at(12, 20, 9), &facts).state, CoverageState::NotDue, "2026 is not over when it appears");
    assert_eq!(about(2026, after(4, 5), &facts).state, CoverageState::Unknown, "and no proof that none appeared");
    let baseline = Seen { is_baseline: true, first_seen_at: after(3, 1), ..named.clone() };
    assert_eq!(about(2026, after(3, 2), &found(baseline)).state, CoverageState::NotDue, "its own day says so too");
    let misdated = Seen { first_seen_at: after(3, 1), ..named };
    assert_eq!(about(2026, after(3, 2), &found(misdated)).state, CoverageState::OnTime, "it was watched appearing");
}

#[test]
fn of_two_that_were_in_time_the_one_that_still_stands_is_the_evidence() {
    let gone = Seen { state: ReportState::Withdrawn, report: Some(ReportId(1)), ..own() };
    let stands = Seen { report: Some(ReportId(2)), first_seen_at: at(3, 25, 12), ..own() };
    let coverage = about(2025, at(4, 3, 9), &Facts { seen: vec![gone.clone(), stands.clone()], ..nothing_found() });
    assert_eq!((coverage.state, coverage.found.and_then(|seen| seen.report)), (CoverageState::OnTime, stands.report));
    assert_eq!(coverage.remarks, [Remark::SeenInTime]);

    let again = Seen { first_seen_at: at(4, 20, 9), published: Some(date(2026, 4, 20)), ..stands };
    let coverage = about(2025, at(4, 21, 9), &Facts { seen: vec![again.clone(), gone.clone()], ..nothing_found() });
    assert_eq!((coverage.state, coverage.found.and_then(|seen| seen.report)), (CoverageState::OnTime, gone.report));
    assert_eq!(coverage.remarks, [Remark::SeenInTime, Remark::Replaced { reports: vec![again] }]);

    let alone = about(2025, at(4, 3, 9), &found(gone));
    assert_eq!(alone.remarks, [Remark::SeenInTime, Remark::Withdrawn]);
}

#[test]
fn a_column_of_one_year_proves_nothing_of_the_next() {
    let of_2024 = |url: &str, oldest: i16| {
        let column = ListingFacts {
            oldest_row: Some(date(oldest, 3, 15)),
            newest_row: Some(date(2025, 3, 20)),
            ..listing(url, true)
        };
        let (listings, published) = (vec![url.to_owned()], Some(date(2025, 3, 15)));
        let title = "兴县2024年法治政府建设年度报告".to_owned();
        let seen = vec![Seen { title, year: Some(2024), published, listings, first_seen_at: at(1, 5, 0), ..own() }];
        assessed_at(at(4, 3, 9), &Facts { seen, listings: vec![column], ..Facts::default() })
    };
    let coverage = of_2024("http://www.xingxian.example/fzzf/2025/", 2025);
    assert_eq!(coverage.state, CoverageState::Unknown, "{coverage:?}");
    assert!(matches!(coverage.remarks[0], Remark::OfOtherYear { year: 2025, .. }), "{coverage:?}");
    let of_all = of_2024("http://www.xingxian.example/fzzf/2025/", 2019);
    assert_eq!(of_all.state, CoverageState::Overdue, "rows of many years: {of_all:?}");
    let about = of_2024("http://www.xingxian.example/fzzf/2024/", 2025);
    assert!(
        matches!(about.remarks[0], Remark::OfOtherYear { year: 2024, .. }),
        "named after what it is about: {about:?}"
    );
}
