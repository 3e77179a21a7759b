//! Stage 1 of 10: when something is due. Pure: the time is passed in.
//!
//! In: a schedule, the time now, how often it failed. Out: the next time. Never: a time that is not in the future.

use std::str::FromStr;
use std::time::Duration;

use croner::Cron;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::config::{Recheck, Rhythm, Schedule, Site};
use crate::error::Class;
use crate::model::{Hash, SiteState};

/// Longest wait between two polls of a failing site: one a day proves that it is still failing.
pub const LONGEST_BACKOFF: Duration = Duration::from_hours(24);
/// Wait after a first transient failure: most outages of portals end within minutes.
const FIRST_BACKOFF: Duration = Duration::from_mins(5);
/// Wait after a portal refused us: its block lists work by the hour.
const BLOCKED_BACKOFF: Duration = Duration::from_hours(1);
/// Ages at which a report is read again. Most edits come in the first days; a year later they are rare.
const DECAY_DAYS: [u64; 5] = [1, 3, 7, 30, 90];
/// Days between two reads of a report older than the last age.
const YEARLY_DAYS: u64 = 365;
/// Part of a span that the jitter may add, so that a thousand reports found at once are not due at once.
pub(super) const JITTER_RATIO: f64 = 0.1;

const DAY: u64 = 24 * 60 * 60;

/// Whether a site is due; a site that was never polled is.
pub fn is_due(state: &SiteState, now: Timestamp) -> bool {
    state.next_due_at.is_none_or(|due| due <= now)
}

/// A number in 0..1 that is the same for the same thing at the same time, and spread over different things.
pub fn jitter(thing: &str, now: Timestamp) -> f64 {
    let digest = Hash::of(format!("{thing}\n{}", now.as_millisecond()).as_bytes());
    let number = digest.as_bytes().iter().take(4).fold(0_u32, |sum, byte| (sum << 8) | u32::from(*byte));
    f64::from(number) / (f64::from(u32::MAX) + 1.0)
}

/// When a healthy site is due again. **Time**: UTC, always after `now`, at most a tenth later than its `every`.
pub fn next_due(schedule: &Schedule, zone: &TimeZone, now: Timestamp, jitter: f64) -> Timestamp {
    match schedule {
        Schedule::Every(span) => after(now, spread(*span, jitter)),
        Schedule::Cron(pattern) => next_cron(pattern, zone, now).unwrap_or_else(|| after(now, LONGEST_BACKOFF)),
    }
}

/// When a failing site is due again: backoff that doubles with each failure and never shrinks.
///
/// **Limits**: between five minutes and [`LONGEST_BACKOFF`], a tenth more by jitter.
pub fn next_try(class: Class, failures: u32, now: Timestamp, jitter: f64) -> Timestamp {
    let first = if class == Class::Blocked { BLOCKED_BACKOFF } else { FIRST_BACKOFF };
    let doubled = first.saturating_mul(1_u32 << failures.saturating_sub(1).min(16));
    after(now, spread(doubled.min(LONGEST_BACKOFF), jitter))
}

/// When a site is due again whose host may not be asked before `until`: that may have just passed.
pub fn after_hold(until: Timestamp, now: Timestamp, jitter: f64) -> Timestamp {
    /// Long enough that nothing is asked in a circle.
    const LEAST: Duration = Duration::from_secs(1);
    /// Hours of the night open for all portals in one second.
    const SPREAD_OVER: Duration = Duration::from_mins(10);
    let wait = Duration::try_from(until.duration_since(now)).unwrap_or_default();
    let room = wait.mul_f64(JITTER_RATIO).min(SPREAD_OVER);
    after(until.max(after(now, LEAST)), room.mul_f64(jitter.clamp(0.0, 1.0)))
}

/// The latest time that a site can be due, whatever became of its last poll; a later one was made by a clock that was
/// ahead.
pub fn latest_due(site: &Site, now: Timestamp) -> Timestamp {
    let healthy = next_due(&site.schedule, &site.timezone, now, 1.0);
    let Rhythm { adapt, quiet, .. } = &site.rhythm;
    let rarest = adapt.unwrap_or_default().max(quiet.as_ref().map_or(Duration::ZERO, |quiet| quiet.every));
    healthy.max(after(now, spread(rarest.max(LONGEST_BACKOFF), 1.0)))
}

/// When a report is read again. `since` is its first sight or its last edit: an edit starts the decay anew.
pub fn next_recheck(recheck: Recheck, since: Timestamp, now: Timestamp, jitter: f64) -> Timestamp {
    match recheck {
        Recheck::Every(span) => after(now, spread(span, jitter)),
        Recheck::Decay => {
            let age = u64::try_from(now.duration_since(since).as_secs()).unwrap_or(0);
            let ages = DECAY_DAYS.iter().map(|days| days * DAY);
            match ages.into_iter().find(|at| *at > age) {
                Some(at) => after(now, spread(Duration::from_secs(at - age), jitter)),
                None => after(now, spread(Duration::from_secs(YEARLY_DAYS * DAY), jitter)),
            }
        }
    }
}

/// When a report is asked for again that could not be read, or of which something is withheld, `since` then: at the next
/// poll, and after two days more and more rarely; **at least** once a day.
pub fn next_try_of_report(since: Timestamp, now: Timestamp, jitter: f64) -> Timestamp {
    /// Longer than a withdrawal or a doubtful text takes to be told, and than most outages.
    const AT_EACH_POLL_FOR: Duration = Duration::from_hours(48);
    /// Part of the time that it has lasted.
    const RARER_BY: u32 = 8;
    let age = Duration::try_from(now.duration_since(since)).unwrap_or_default();
    let wait = if age < AT_EACH_POLL_FOR { Duration::ZERO } else { (age / RARER_BY).min(LONGEST_BACKOFF) };
    after(now, spread(wait, jitter))
}

pub(super) fn spread(span: Duration, jitter: f64) -> Duration {
    span + span.mul_f64(JITTER_RATIO * jitter.clamp(0.0, 1.0))
}

/// At least a millisecond later: what is due now would be polled for ever.
pub(super) fn after(now: Timestamp, span: Duration) -> Timestamp {
    let span = SignedDuration::try_from(span.max(Duration::from_millis(1))).unwrap_or(SignedDuration::MAX);
    now.checked_add(span).unwrap_or(Timestamp::MAX)
}

fn next_cron(pattern: &str, zone: &TimeZone, now: Timestamp) -> Option<Timestamp> {
    let cron = Cron::from_str(pattern).ok()?;
    let next = cron.find_next_occurrence(&now.to_zoned(zone.clone()), false).ok()?;
    Some(next.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn noon() -> Timestamp {
        "2026-03-31T04:00:00Z".parse().expect("timestamp")
    }

    #[test]
    fn a_cron_schedule_is_read_in_the_zone_of_the_site() {
        let zone = TimeZone::get("Asia/Shanghai").expect("bundled zone");
        let due = next_due(&Schedule::Cron("0 7,19 * * *".into()), &zone, noon(), 0.5);
        assert_eq!(due.to_string(), "2026-03-31T11:00:00Z");
    }

    #[test]
    fn a_report_is_read_after_1_3_7_30_90_days_and_then_yearly() {
        let mut at = noon();
        let days: Vec<i64> = (0..7)
            .map(|_| {
                let next = next_recheck(Recheck::Decay, noon(), at, 0.0);
                at = next;
                next.duration_since(noon()).as_hours() / 24
            })
            .collect();
        assert_eq!(days, [1, 3, 7, 30, 90, 455, 820]);
    }

    #[test]
    fn a_blocked_site_waits_an_hour_and_a_failing_one_five_minutes() {
        let wait = |class| next_try(class, 1, noon(), 0.0).duration_since(noon()).as_mins();
        assert_eq!((wait(Class::Blocked), wait(Class::Transient)), (60, 5));
    }

    #[test]
    fn a_report_that_cannot_be_read_is_asked_at_each_poll_for_two_days_and_then_more_rarely_but_once_a_day() {
        let wait = |hours| {
            let since = noon() - SignedDuration::from_hours(hours);
            next_try_of_report(since, noon(), 0.0).duration_since(noon()).as_hours()
        };
        assert_eq!([0, 47, 48, 80, 24 * 365].map(wait), [0, 0, 6, 10, 24]);
        assert_eq!(wait(-5), 0, "a clock that was set back");
    }

    proptest! {
        #[test]
        fn the_next_time_is_always_in_the_future_and_bounded(span in 0_u64..1_000_000, jitter in 0.0..1.0) {
            let every = Schedule::Every(Duration::from_secs(span));
            let due = next_due(&every, &TimeZone::UTC, noon(), jitter);
            let most = Duration::from_secs(span).mul_f64(1.11) + Duration::from_millis(1);
            prop_assert!(due > noon());
            prop_assert!(due.duration_since(noon()).unsigned_abs() <= most);
        }

        #[test]
        fn backoff_never_shrinks_while_a_site_fails(failures in 1_u32..40) {
            let wait = |n| next_try(Class::Transient, n, noon(), 0.3);
            prop_assert!(wait(failures + 1) >= wait(failures));
            prop_assert!(wait(failures).duration_since(noon()).unsigned_abs() <= LONGEST_BACKOFF.mul_f64(1.1));
        }
    }
}
