//! Days that are shown without their year: `03-05`, 3月5日.
//!
//! In: a text and what tells the year. Out: the day. Never: a year of its own.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use regex::Captures;

use super::{Folded, NO_YEAR, SHORT_YEAR, day, first, is_month_and_day, no_year, of_stated_year};
use crate::model::Stated;

/// The latest day that a text shows without a year and that is not behind this one; `None` where a year is shown.
pub(in crate::page) fn without_year(text: &str, zone: &TimeZone, latest: Date) -> Option<Stated> {
    yearless(text, zone, |found| no_year(found, latest))
}

/// The day of this year that a text shows without one; `None` where a year is shown.
pub(in crate::page) fn in_year(text: &str, zone: &TimeZone, year: i16) -> Option<Stated> {
    let year = year.to_string();
    yearless(text, zone, |found| if is_month_and_day(found) { day(&year, &found["m"], &found["d"]) } else { None })
}

fn yearless(text: &str, zone: &TimeZone, day_of: impl Fn(&Captures<'_>) -> Option<Date>) -> Option<Stated> {
    let folded = Folded::of(text);
    let line = folded.text.as_str();
    if SHORT_YEAR.is_match(line) || of_stated_year(line, zone).is_some() {
        return None;
    }
    first(&NO_YEAR, line, zone, day_of).map(|found| found.stated)
}
