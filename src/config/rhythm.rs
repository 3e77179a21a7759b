//! When the listings of a site are looked at more rarely or more often than its `every` says. In: keys of a site file.
//! Out: a [`Rhythm`]. Never: a listing that is looked at more rarely unless its file says so.

use std::time::Duration;

use jiff::civil::{Date, Weekday};

use super::keys::Keys;
use super::mistake::quoted;
use super::value::{Form, HOURS, SPAN};
use super::written::{QuietTable, home_of};

/// What changes the rhythm of a site's polls.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rhythm {
    /// The most time between two polls of a site that rarely shows anything new; `None`: never more than its `every`.
    pub adapt: Option<Duration>,
    /// Times in which it is looked at rarely.
    pub quiet: Option<Quiet>,
    /// Days of the year, month and day, around which it is looked at twice as often.
    pub dense: Vec<(i8, i8)>,
}

/// Times in which a site is looked at rarely, all in its zone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quiet {
    /// First and last minute of the day; `None`: no hours.
    pub hours: Option<(u16, u16)>,
    /// Whole days of the week.
    pub weekdays: Vec<Weekday>,
    /// Whole days, from and to.
    pub days: Vec<(Date, Date)>,
    /// How often it is looked at meanwhile.
    pub every: Duration,
}

/// A day of the year.
const DAY_OF_YEAR: Form<(i8, i8)> = Form {
    expected: "a month and a day such as \"04-01\"",
    parse: |written| {
        // A leap year has every day that there is.
        let date: Result<Date, _> = format!("2024-{written}").parse();
        match date {
            Ok(date) if written.len() == "04-01".len() => Ok((date.month(), date.day())),
            _ => Err(format!("{} is not a day of the year", quoted(written))),
        }
    },
};

/// A day, or days from and to.
const DAYS: Form<(Date, Date)> = Form {
    expected: "a day such as \"2026-10-01\", or days such as \"2026-10-01/2026-10-07\"",
    parse: |written| {
        let (from, to) = written.split_once('/').unwrap_or((written, written));
        match (from.trim().parse::<Date>(), to.trim().parse::<Date>()) {
            (Ok(from), Ok(to)) if from <= to => Ok((from, to)),
            (Ok(_), Ok(_)) => Err(format!("{} ends before it begins", quoted(written))),
            _ => Err(format!("{} are not days", quoted(written))),
        }
    },
};

/// A day of the week.
const WEEKDAY: Form<Weekday> = Form {
    expected: "mon, tue, wed, thu, fri, sat or sun",
    parse: |written| {
        const WORDS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
        let at = WORDS.iter().position(|word| *word == written);
        let offset = at.and_then(|at| i8::try_from(at + 1).ok());
        let day = offset.and_then(|offset| Weekday::from_monday_one_offset(offset).ok());
        day.ok_or_else(|| format!("{} is not a day of the week", quoted(written)))
    },
};

/// Reads `adapt`, `dense` and `[quiet]`.
pub(super) fn rhythm(keys: &mut Keys<'_, '_>, every: Duration) -> Rhythm {
    if keys.has("cron") {
        // Somebody wrote down the very minutes.
        keys.deny("adapt", "cron");
        keys.deny("dense", "cron");
        keys.deny("quiet", "cron");
        return Rhythm::default();
    }
    let adapt = keys.read("adapt", &SPAN);
    if adapt.is_some_and(|most| most < every) {
        keys.wrong("adapt", "is shorter than every", "the longest time between two polls, such as \"6h\"");
    }
    let dense = keys.list("dense", &DAY_OF_YEAR);
    Rhythm { adapt, dense, quiet: keys.table("quiet").and_then(quiet) }
}

fn quiet(mut keys: Keys<'_, '_>) -> Option<Quiet> {
    let quiet = Quiet {
        hours: keys.read("hours", &HOURS),
        weekdays: keys.list("weekdays", &WEEKDAY),
        days: keys.list("days", &DAYS),
        every: keys.read_or("every", &SPAN, &QuietTable::default().every),
    };
    keys.done(home_of);
    let is_empty = quiet.hours.is_none() && quiet.weekdays.is_empty() && quiet.days.is_empty();
    (!is_empty).then_some(quiet)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_days_of_the_calendar() {
        assert_eq!((DAY_OF_YEAR.parse)("02-29"), Ok((2, 29)));
        assert!(["2-3", "13-01", "02-30", "2026-04-01"].iter().all(|wrong| (DAY_OF_YEAR.parse)(wrong).is_err()));
        let days = |written| (DAYS.parse)(written).map(|(from, to)| format!("{from} {to}"));
        assert_eq!(days("2026-10-01/2026-10-07").as_deref(), Ok("2026-10-01 2026-10-07"));
        assert_eq!(days("2026-10-01").as_deref(), Ok("2026-10-01 2026-10-01"));
        assert!(days("2026-10-07/2026-10-01").is_err() && days("国庆").is_err());
        assert_eq!((WEEKDAY.parse)("sun"), Ok(Weekday::Sunday));
        assert!((WEEKDAY.parse)("sunday").is_err());
    }
}
