//! Numbers of the rows of words: the order of the index is the order in which it is shown.
//!
//! In: days. Out: ranges of numbers; a later day has greater ones, and undated reports have the smallest. Never: a number
//! of two days.

use std::ops::RangeInclusive;

use jiff::Span;
use jiff::civil::Date;

use crate::model::Stated;

/// Numbers of one day, as a power of two: a million revisions. The index stores the steps between numbers, so that more
/// would make it larger.
const DAY_BITS: u32 = 20;
/// Days that undated reports have the numbers of, all before the first one that a report is dated: a thousand million.
const UNDATED_DAYS: i64 = 1024;

/// The numbers of reports of this day, or of those that state none.
pub(super) fn of_day(published: Option<Stated>) -> RangeInclusive<i64> {
    published.map_or(0..=first_of(UNDATED_DAYS) - 1, |stated| {
        let day = day(stated.date());
        first_of(day)..=first_of(day + 1) - 1
    })
}

/// The numbers of reports from one day to another; undated ones are among them where neither is given.
pub(super) fn of_days(since: Option<Date>, until: Option<Date>) -> RangeInclusive<i64> {
    let first = match (since, until) {
        (None, None) => 0,
        _ => first_of(since.map_or(UNDATED_DAYS, day)),
    };
    first..=until.map_or(i64::MAX, |until| first_of(day(until) + 1) - 1)
}

fn first_of(day: i64) -> i64 {
    day << DAY_BITS
}

/// Days since the year 1; those of its first years are one.
fn day(date: Date) -> i64 {
    let span: Span = date - Date::constant(1, 1, 1);
    i64::from(span.get_days()).max(UNDATED_DAYS)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(day: &str) -> RangeInclusive<i64> {
        of_day(Some(day.parse().unwrap()))
    }

    #[test]
    fn later_days_have_greater_numbers_and_share_none() {
        let days = ["0001-01-01", "1899-12-31", "1900-01-01", "2026-04-29", "2026-04-30", "9999-12-31"];
        let ranges: Vec<_> = [of_day(None)].into_iter().chain(days.map(of)).collect();
        assert_eq!(*ranges[0].start(), 0);
        for pair in ranges.windows(2) {
            assert!(pair[0].start() < pair[0].end() && pair[0].end() < pair[1].start(), "{pair:?}");
        }
        assert_eq!(of("2026-04-29T23:59:00+08:00"), of("2026-04-29"));
        assert_eq!(of("2026-04-29").end() + 1, *of("2026-04-30").start());
    }

    #[test]
    fn a_range_of_days_holds_both_and_no_undated_ones() {
        let date = |text: &str| Some(text.parse::<Date>().unwrap());
        let (first, last) = (of("2026-04-29"), of("2026-05-02"));
        assert_eq!(of_days(date("2026-04-29"), date("2026-05-02")), *first.start()..=*last.end());
        let undated = of_day(None);
        assert!(of_days(None, None).contains(undated.start()));
        assert!(!of_days(None, date("2026-05-02")).contains(undated.end()));
        assert!(!of_days(date("0001-01-01"), None).contains(undated.end()));
        assert!(of_days(date("2026-05-02"), date("2026-04-29")).is_empty());
    }
}
