//! The hours of a site in which requests may start. In: the time in the site's zone. Out: when they begin again, or
//! nothing while they last.

use std::time::Duration;

use jiff::{Timestamp, Zoned};

/// When the site's hours begin, if `now` is outside them. (0, 1440) is always; hours may span midnight.
pub(super) fn closed_until(now: &Zoned, (first, last): (u16, u16)) -> Option<Timestamp> {
    let minute = u16::try_from(i32::from(now.hour()) * 60 + i32::from(now.minute())).unwrap_or(0);
    let is_open = if first <= last { (first..last).contains(&minute) } else { minute >= first || minute < last };
    if is_open || first == last {
        return None;
    }
    let midnight = now.start_of_day().ok()?;
    let day = if minute < first { midnight } else { midnight.tomorrow().ok()? };
    let opens = day.checked_add(Duration::from_mins(u64::from(first))).ok()?;
    Some(opens.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hours_of_a_site_are_in_its_own_zone_and_may_span_midnight() {
        let at = |time: &str| format!("2026-05-01T{time}:00+08:00[Asia/Shanghai]").parse::<Zoned>().unwrap();
        let opens = |time: &str, hours| closed_until(&at(time), hours).map(|at| at.to_string());
        assert_eq!(opens("03:00", (0, 1440)), None);
        assert_eq!(opens("03:00", (60, 360)), None);
        assert_eq!(opens("06:00", (60, 360)).as_deref(), Some("2026-05-01T17:00:00Z"));
        assert_eq!(opens("00:30", (60, 360)).as_deref(), Some("2026-04-30T17:00:00Z"));
        assert_eq!(opens("23:00", (1320, 360)), None);
        assert_eq!(opens("05:59", (1320, 360)), None);
        assert_eq!(opens("12:00", (1320, 360)).as_deref(), Some("2026-05-01T14:00:00Z"));
    }
}
