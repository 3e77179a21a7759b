//! Days on the command line. In: an argument. Out: a day, or what a day looks like.

use jiff::civil::Date;
use jiff::{Timestamp, tz::TimeZone};

/// Reads a day as people write it in ISO form.
pub fn day(written: &str) -> Result<Date, String> {
    let is_formed = written.len() == 10
        && written.char_indices().all(|(at, c)| if matches!(at, 4 | 7) { c == '-' } else { c.is_ascii_digit() });
    match written.parse() {
        Ok(day) if is_formed => Ok(day),
        _ if is_formed => Err("there is no such day; a day is written YYYY-MM-DD, such as 2026-04-29".to_owned()),
        _ => Err("a day is written YYYY-MM-DD, such as 2026-04-29".to_owned()),
    }
}

/// When a day begins, in UTC.
pub(super) fn begin(day: Date) -> Option<Timestamp> {
    day.to_zoned(TimeZone::UTC).ok().map(|begin| begin.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_read_or_its_form_is_named() {
        assert_eq!(day("2026-04-29"), Ok(jiff::civil::date(2026, 4, 29)));
        for (written, beginning) in [
            ("2026-13-01", "there is no such day"),
            ("2026-4-1", "a day is"),
            ("20260401", "a day is"),
            ("昨天", "a day is"),
        ] {
            let said = day(written).expect_err("no day");
            assert!(said.starts_with(beginning) && said.contains("YYYY-MM-DD"), "{written}: {said}");
        }
    }
}
