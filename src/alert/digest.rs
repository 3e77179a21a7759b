//! When digests go out and when quiet hours end. Pure: times in, times out.

use std::time::Duration;

use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::config::Digest;

/// The first time after `now` at which a digest goes out.
pub(super) fn next(digest: Digest, now: Timestamp, zone: &TimeZone) -> Timestamp {
    match digest {
        Digest::Every(span) => next_multiple(now, span),
        Digest::Daily(minute) => first_after(now, zone, minute, |_| true),
        Digest::Weekly(weekday, minute) => first_after(now, zone, minute, |day| day.weekday() == weekday),
    }
}

/// When the quiet hours end that `now` lies in; `None`: it lies in none. The hours are minutes of the day in the zone;
/// an end before the start lies on the next day.
pub(super) fn quiet_until(quiet: (u16, u16), now: Timestamp, zone: &TimeZone) -> Option<Timestamp> {
    let (from, to) = quiet;
    let here = now.to_zoned(zone.clone());
    let minute = u16::try_from(i32::from(here.hour()) * 60 + i32::from(here.minute())).unwrap_or(0);
    let is_quiet = if from < to { (from..to).contains(&minute) } else { minute >= from || minute < to };
    is_quiet.then(|| first_after(now, zone, to % (24 * 60), |_| true))
}

fn next_multiple(now: Timestamp, span: Duration) -> Timestamp {
    let span = i64::try_from(span.as_millis()).unwrap_or(i64::MAX).max(1);
    let passed = now.as_millisecond().rem_euclid(span);
    now.checked_add(SignedDuration::from_millis(span - passed)).unwrap_or(Timestamp::MAX)
}

/// The first time after `now` that is this minute of such a day. A minute that a clock change leaves out is the one
/// after the gap.
fn first_after(now: Timestamp, zone: &TimeZone, minute: u16, is_day: impl Fn(Date) -> bool) -> Timestamp {
    /// A week, and a day for each end of it.
    const DAYS: usize = 9;
    let (hour, minute) = (i8::try_from(minute / 60).unwrap_or(0), i8::try_from(minute % 60).unwrap_or(0));
    let today = now.to_zoned(zone.clone()).date();
    let days = std::iter::successors(Some(today), |day| day.tomorrow().ok()).take(DAYS).filter(|day| is_day(*day));
    let times = days.filter_map(|day| {
        let at = day.to_datetime(Time::new(hour, minute, 0, 0).ok()?);
        Some(zone.to_ambiguous_zoned(at).compatible().ok()?.timestamp())
    });
    times.into_iter().find(|time| *time > now).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::Weekday;

    fn shanghai() -> TimeZone {
        TimeZone::get("Asia/Shanghai").unwrap()
    }

    fn after(digest: Digest, now: &str) -> String {
        next(digest, now.parse().unwrap(), &shanghai()).to_string()
    }

    #[test]
    fn digests_go_out_at_the_next_such_time() {
        let hourly = Digest::Every(Duration::from_hours(1));
        assert_eq!(after(hourly, "2026-04-01T03:20:00Z"), "2026-04-01T04:00:00Z");
        assert_eq!(after(hourly, "2026-04-01T04:00:00Z"), "2026-04-01T05:00:00Z");
        let daily = Digest::Daily(8 * 60);
        assert_eq!(after(daily, "2026-03-31T23:59:59Z"), "2026-04-01T00:00:00Z");
        assert_eq!(after(daily, "2026-04-01T00:00:00Z"), "2026-04-02T00:00:00Z");
        let weekly = Digest::Weekly(Weekday::Monday, 8 * 60);
        assert_eq!(after(weekly, "2026-04-01T00:00:00Z"), "2026-04-06T00:00:00Z");
        assert_eq!(after(weekly, "2026-04-06T00:00:00Z"), "2026-04-13T00:00:00Z");
    }

    #[test]
    fn a_time_that_a_clock_change_leaves_out_comes_after_the_gap() {
        let berlin = TimeZone::get("Europe/Berlin").unwrap();
        let now = "2026-03-28T12:00:00Z".parse().unwrap();
        assert_eq!(next(Digest::Daily(2 * 60 + 30), now, &berlin).to_string(), "2026-03-29T01:30:00Z");
    }

    #[test]
    fn quiet_hours_end_in_the_morning() {
        let until = |now: &str| quiet_until((22 * 60, 7 * 60), now.parse().unwrap(), &shanghai());
        let at = |time: &str| Some(time.parse::<Timestamp>().unwrap());
        assert_eq!(until("2026-04-01T14:00:00Z"), at("2026-04-01T23:00:00Z"), "22:00 here");
        assert_eq!(until("2026-04-01T22:59:00Z"), at("2026-04-01T23:00:00Z"), "06:59 here");
        assert_eq!(until("2026-04-01T23:00:00Z"), None, "07:00 here");
        assert_eq!(until("2026-04-01T13:59:00Z"), None, "21:59 here");
        let all_day = quiet_until((0, 24 * 60), "2026-04-01T13:59:00Z".parse().unwrap(), &shanghai());
        assert_eq!(all_day, at("2026-04-01T16:00:00Z"));
    }
}
