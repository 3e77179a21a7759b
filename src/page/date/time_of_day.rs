//! The time of day that stands beside a date.
//!
//! In: the text behind a date. Out: the moment that both are. Never: a time where none was matched.

use std::sync::LazyLock;

use jiff::ToSpan;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;
use regex::{Captures, Regex};

use crate::model::Stated;
use crate::page::pattern;

/// A time of day right after a date, a weekday between them or not; `T` and `-` join them too.
pub(super) static TIME: LazyLock<Regex> = LazyLock::new(|| {
    pattern(concat!(
        r"^(?:[\s,]*[（(]?(?:星期|周)[一二三四五六日天][)）]?)?(?P<join>T|-|[\s,]*)(?P<pm>下午|晚上|上午|早上)?\s*",
        r"(?P<h>\d{1,2})\s*[:时時点]\s*(?P<min>\d{1,2})(?:\s*[:分]\s*(?P<sec>\d{1,2})?)?(?:\.\d+)?",
        r"(?P<zone>Z|[+-]\d{2}:?\d{2})?",
    ))
});

/// The moment that a date and a time of day beside it are; `None`: no clock shows it.
pub(super) fn moment(found: &Captures<'_>, date: Date, zone: &TimeZone) -> Option<Stated> {
    let number = |name: &str| found.name(name).map_or(Some(0), |group| group.as_str().parse::<i8>().ok());
    let mut hour = number("h")?;
    if matches!(found.name("pm").map(|pm| pm.as_str()), Some("下午" | "晚上")) && hour < 12 {
        hour += 12;
    }
    let time = Time::new(hour, number("min")?, number("sec")?, 0).ok()?;
    let civil = date.to_datetime(time);
    match found.name("zone").filter(|_| &found["join"] == "T") {
        None => Some(Stated::moment(civil, zone)),
        Some(offset) => Some(elsewhere(civil, offset.as_str(), zone)),
    }
}

/// A moment with an offset of its own (`...T01:22:00Z`), told in the zone of the site.
fn elsewhere(civil: DateTime, offset: &str, zone: &TimeZone) -> Stated {
    let digits: Vec<i64> = offset.chars().filter_map(|c| c.to_digit(10)).map(i64::from).collect();
    let minutes = match digits[..] {
        [h1, h2, m1, m2] => (h1 * 10 + h2) * 60 + m1 * 10 + m2,
        _ => 0,
    };
    let ahead = if offset.starts_with('-') { -minutes } else { minutes };
    let instant = civil.checked_sub(ahead.minutes()).ok().and_then(|utc| utc.to_zoned(TimeZone::UTC).ok());
    Stated::moment(instant.map_or(civil, |utc| utc.with_time_zone(zone.clone()).datetime()), zone)
}
