//! Days with the English name of their month: `20 Mar 2024`, `March 20, 2024`.
//!
//! In: a folded line. Out: the first such day. Never: a day without a year, or a word that only begins like a month.

use std::sync::LazyLock;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use regex::{Captures, Regex};

use super::{Found, day, first};
use crate::model::Stated;
use crate::page::pattern;

/// The months by their first three letters.
const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// `20 Mar 2024`, `20-Mar-2024`, `20th March, 2024`.
static DAY_FIRST: LazyLock<Regex> = LazyLock::new(|| {
    pattern(&format!(r"(?i)(?P<d>\d{{1,2}})(?:st|nd|rd|th)?[\s-]+(?:of\s+)?{MONTH}[\s,-]+(?P<y>\d{{4}})"))
});

/// `Mar 20, 2024`, `March 20th 2024`.
static MONTH_FIRST: LazyLock<Regex> =
    LazyLock::new(|| pattern(&format!(r"(?i)\b{MONTH}\s*(?P<d>\d{{1,2}})(?:st|nd|rd|th)?[\s,]+(?P<y>\d{{4}})")));

const MONTH: &str = "(?P<m>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\\.?";

/// The first day of a line.
pub(super) fn find(line: &str, zone: &TimeZone) -> Option<Found> {
    // Most lines have no Latin letters.
    if !line.contains(|c: char| c.is_ascii_alphabetic()) {
        return None;
    }
    let found = [&*DAY_FIRST, &*MONTH_FIRST].map(|form| first(form, line, zone, named));
    found.into_iter().flatten().min_by_key(|found| found.at.start)
}

/// The day that a text is and nothing else.
pub(in crate::page) fn whole(text: &str) -> Option<Stated> {
    find(text, &TimeZone::UTC).filter(|found| found.at == (0..text.len())).map(|found| found.stated)
}

/// Whether a text is the name of a month, alone or with its day: `Mar`, `March 20,`.
pub(in crate::page) fn is_month(text: &str) -> bool {
    static NAMED: LazyLock<Regex> = LazyLock::new(|| pattern(&format!(r"^(?i:{MONTH})(?:\s+\d{{1,2}},?)?$")));
    text.starts_with(|c: char| c.is_ascii_alphabetic()) && NAMED.is_match(text)
}

fn named(found: &Captures<'_>) -> Option<Date> {
    let month = MONTHS.iter().position(|month| found["m"].to_ascii_lowercase().starts_with(month))? + 1;
    day(&found["y"], &month.to_string(), &found["d"])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_read_by_the_english_name_of_its_month() {
        let read = |text: &str| find(text, &TimeZone::UTC).map(|found| found.stated.to_string());
        for text in [
            "20 Mar 2024",
            "Mar 20, 2024",
            "March 20, 2024",
            "20-Mar-2024",
            "20th March 2024",
            "[MAR. 20 2024]",
            "Posted on 20 March, 2024",
        ] {
            assert_eq!(read(text).as_deref(), Some("2024-03-20"), "{text}");
        }
        for text in ["March 2024", "20 Marks 2024", "32 Mar 2024", "Summary 20, 2024", "20 Mar 24", "120 Mar 2024"] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
