//! A date as a page states it: a day, or a day with a time of day, in the zone of the site.

use std::fmt;
use std::str::FromStr;

use jiff::civil::{Date, DateTime};
use jiff::tz::{Offset, TimeZone};
use serde::{Deserialize, Serialize};

/// A stated date: `2026-04-29`, or `2026-04-29T09:22:00+08:00` where the page shows a minute or more.
///
/// **Order** is by civil time; a day sorts as its midnight. Two dates of one site compare as people read them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Stated {
    civil: DateTime,
    /// `None`: only the day is stated.
    offset: Option<Offset>,
}

impl Stated {
    /// A day without a time.
    pub fn day(date: Date) -> Self {
        Self { civil: date.to_datetime(jiff::civil::Time::midnight()), offset: None }
    }

    /// A moment of the site's civil time; a time that the zone skips or repeats takes the earlier reading.
    pub fn moment(civil: DateTime, zone: &TimeZone) -> Self {
        let offset = zone.to_ambiguous_zoned(civil).compatible().map(|z| z.offset());
        Self { civil, offset: Some(offset.unwrap_or(Offset::UTC)) }
    }

    /// The day.
    pub fn date(&self) -> Date {
        self.civil.date()
    }

    /// Day and time of day; midnight where only the day is stated.
    pub fn civil(&self) -> DateTime {
        self.civil
    }

    /// Whether a time of day is stated.
    pub fn has_time(&self) -> bool {
        self.offset.is_some()
    }
}

impl PartialOrd for Stated {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Stated {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (self.civil, self.offset).cmp(&(other.civil, other.offset))
    }
}

impl fmt::Display for Stated {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(offset) = self.offset else { return write!(f, "{}", self.civil.date()) };
        let seconds = offset.seconds();
        let sign = if seconds < 0 { '-' } else { '+' };
        let minutes = seconds.abs() / 60;
        let civil = self.civil.strftime("%Y-%m-%dT%H:%M:%S");
        write!(f, "{civil}{sign}{:02}:{:02}", minutes / 60, minutes % 60)
    }
}

/// Neither a day nor a moment in the form of the JSON contract.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("{0:?} is not a stated date: expected 2026-04-29 or 2026-04-29T09:22:00+08:00")]
pub struct ParseStatedError(String);

impl FromStr for Stated {
    type Err = ParseStatedError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = || ParseStatedError(text.to_owned());
        if !text.contains('T') {
            return text.parse().map(Self::day).map_err(|_| wrong());
        }
        let pieces = jiff::fmt::temporal::DateTimeParser::new().parse_pieces(text).map_err(|_| wrong())?;
        let (Some(time), Some(offset)) = (pieces.time(), pieces.to_numeric_offset()) else {
            return Err(wrong());
        };
        Ok(Self { civil: pieces.date().to_datetime(time), offset: Some(offset) })
    }
}

impl Serialize for Stated {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Stated {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_day_and_a_moment_read_back_what_they_print() {
        let zone = TimeZone::get("Asia/Shanghai").expect("bundled zone");
        let day = Stated::day(date(2026, 4, 29));
        assert_eq!(day.to_string(), "2026-04-29");
        assert_eq!("2026-04-29".parse(), Ok(day));
        let moment = Stated::moment(date(2026, 4, 29).at(9, 22, 0, 0), &zone);
        assert_eq!(moment.to_string(), "2026-04-29T09:22:00+08:00");
        assert_eq!("2026-04-29T09:22:00+08:00".parse(), Ok(moment));
        assert!(day < moment);
    }

    #[test]
    fn nonsense_is_refused_by_name() {
        assert!("2026-13-01".parse::<Stated>().is_err());
        assert!("2026-04-29T09:22:00".parse::<Stated>().is_err());
    }
}
