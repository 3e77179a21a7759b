//! A report that was found: whether it came on time, by which clock, and of which year it is.

use super::*;

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

#[test]
fn a_report_whose_page_cannot_be_read_is_found_by_its_row_and_that_is_said() {
    let coverage = assessed_at(at(4, 3, 9), &found(Seen { page: PageSeen::Unread, ..own() }));
    assert_eq!(coverage.state, CoverageState::OnTime);
    assert!(coverage.remarks.contains(&Remark::RowOnly), "{:?}", coverage.remarks);
    let coverage = assessed_at(at(4, 3, 9), &found(own()));
    assert!(!coverage.remarks.contains(&Remark::RowOnly));
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
