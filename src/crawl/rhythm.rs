//! When a healthy site is looked at next: more rarely where it rarely shows anything new or its office sleeps, more often
//! around the days by which the law wants reports. Pure: the time is passed in.
//!
//! In: a site's rhythm, when it last showed something new, the time now. Out: the next time. Never: a site that is looked
//! at more rarely than its `every` unless its file says so.

use std::time::Duration;

use jiff::civil::Date;
use jiff::{Timestamp, Zoned};

use super::schedule::{JITTER_RATIO, after, next_due, spread};
use crate::config::{Quiet, Schedule, Site};

/// The part of a silence that is waited: a site that has been silent for a day is still looked at hourly, one that has
/// been silent for four days every four hours.
const SILENCE_PART: u32 = 24;
/// Days before and after a dense day that are dense too: most of what the law asks for by a day comes in that week.
const DENSE_DAYS: i64 = 7;

/// When a site whose poll went well is due again, by its own rhythm. **Time**: UTC, always after `now`; never later than
/// its `every` and a tenth unless its file has `adapt` or `[quiet]`.
pub(super) fn next_poll(site: &Site, last_news_at: Option<Timestamp>, now: Timestamp, jitter: f64) -> Timestamp {
    let Schedule::Every(every) = site.schedule else {
        return next_due(&site.schedule, &site.timezone, now, jitter);
    };
    let local = now.to_zoned(site.timezone.clone());
    if is_dense(&site.rhythm.dense, local.date()) {
        return after(now, spread(every / 2, jitter));
    }
    let due = after(now, spread(adapted(site, every, last_news_at, now), jitter));
    let Some(quiet) = &site.rhythm.quiet else { return due };
    let Some(ends) = quiet_until(quiet, &due.to_zoned(site.timezone.clone())) else { return due };
    // When the quiet ends, sites that waited for it must not all begin at once.
    let first = after(ends, every.mul_f64(JITTER_RATIO * jitter.clamp(0.0, 1.0)));
    due.max(first.min(after(now, spread(quiet.every, jitter))))
}

/// How long a site is left alone by what it showed lately.
fn adapted(site: &Site, every: Duration, last_news_at: Option<Timestamp>, now: Timestamp) -> Duration {
    let silence = last_news_at.and_then(|at| Duration::try_from(now.duration_since(at)).ok()).unwrap_or_default();
    let most = site.rhythm.adapt.unwrap_or(every).max(every);
    (silence / SILENCE_PART).clamp(every, most)
}

/// Whether a day is near one of these days of the year.
fn is_dense(dense: &[(i8, i8)], today: Date) -> bool {
    let near = |year: i16, (month, day)| {
        // 29 February comes every fourth year; in the others its place is the end of the month.
        let at = Date::new(year, month, day).or_else(|_| Date::new(year, month, day - 1));
        at.is_ok_and(|at| today.duration_since(at).as_hours().abs() <= DENSE_DAYS * 24)
    };
    let years = [today.year() - 1, today.year(), today.year() + 1];
    dense.iter().any(|day| years.iter().any(|year| near(*year, *day)))
}

/// When the quiet ends that lasts at this time; `None`: there is none then.
fn quiet_until(quiet: &Quiet, at: &Zoned) -> Option<Timestamp> {
    /// Longest row of quiet days that is followed: more than a year of them is `paused`.
    const MOST_STEPS: usize = 400;
    let mut end = None;
    let mut now = at.clone();
    for _ in 0..MOST_STEPS {
        let day = now.date();
        let is_quiet_day =
            quiet.weekdays.contains(&day.weekday()) || quiet.days.iter().any(|(from, to)| (*from..=*to).contains(&day));
        let next = if is_quiet_day {
            now.tomorrow().and_then(|next| next.start_of_day()).ok()
        } else {
            quiet.hours.and_then(|hours| hours_until(&now, hours))
        };
        let Some(next) = next.filter(|next| *next > now) else { break };
        end = Some(next.timestamp());
        now = next;
    }
    end
}

/// When these hours end, where they last at this time.
fn hours_until(now: &Zoned, (first, last): (u16, u16)) -> Option<Zoned> {
    let minute = u16::try_from(i32::from(now.hour()) * 60 + i32::from(now.minute())).unwrap_or(0);
    let lasts = if first <= last { (first..last).contains(&minute) } else { minute >= first || minute < last };
    if !lasts {
        return None;
    }
    let midnight = now.start_of_day().ok()?;
    let day = if minute < last { midnight } else { midnight.tomorrow().ok()? };
    day.checked_add(Duration::from_mins(u64::from(last))).ok()
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use proptest::prelude::*;

    use super::*;
    use crate::config::{Network, SiteReader};

    const LISTING: &str = "[[listing]]\nurl = \"http://www.a.gov.cn/tzgg/\"\n";

    fn site(keys: &str) -> Site {
        let folder = tempfile::tempdir().unwrap();
        SiteReader::of(folder.path(), &Network::default()).site("a", &format!("{keys}\n{LISTING}")).unwrap()
    }

    /// When a site of these keys that has been silent for so many days is due after a time of its zone; without jitter.
    fn due(keys: &str, days: i64, now: &str) -> String {
        let now: Timestamp = format!("{now}:00+08:00").parse().unwrap();
        let news = now.checked_sub(jiff::SignedDuration::from_hours(days * 24)).unwrap();
        let site = site(keys);
        next_poll(&site, Some(news), now, 0.0).to_zoned(site.timezone).strftime("%m-%d %H:%M").to_string()
    }

    #[test]
    fn a_silent_site_is_looked_at_more_rarely_only_where_its_file_says_so() {
        assert_eq!(due("", 90, "2026-05-12T10:00"), "05-12 11:00");
        assert_eq!(due("adapt = \"6h\"", 0, "2026-05-12T10:00"), "05-12 11:00");
        assert_eq!(due("adapt = \"6h\"", 4, "2026-05-12T10:00"), "05-12 14:00");
        assert_eq!(due("adapt = \"6h\"", 90, "2026-05-12T10:00"), "05-12 16:00");
        let never = next_poll(&site("adapt = \"6h\""), None, Timestamp::UNIX_EPOCH, 0.0);
        assert_eq!(never.as_second(), 3600, "of which nothing is known as yet");
    }

    #[test]
    fn nights_weekends_and_holidays_are_sparse_and_end_on_time() {
        let night = "[quiet]\nhours = \"22:00-07:00\"";
        assert_eq!(due(night, 0, "2026-05-12T20:30"), "05-12 21:30");
        assert_eq!(due(night, 0, "2026-05-12T21:30"), "05-13 03:30");
        assert_eq!(due(night, 0, "2026-05-13T03:30"), "05-13 07:00", "the morning is not slept through");
        let rest = "[quiet]\nweekdays = [\"sat\", \"sun\"]\ndays = [\"2026-05-01/2026-05-05\"]\nevery = \"12h\"";
        assert_eq!(due(rest, 0, "2026-04-30T23:30"), "05-01 11:30");
        assert_eq!(due(rest, 0, "2026-05-05T18:00"), "05-06 00:00");
        // Saturday and Sunday, then Monday.
        assert_eq!(due(rest, 0, "2026-05-16T08:00"), "05-16 20:00");
        assert_eq!(due(rest, 0, "2026-05-17T20:00"), "05-18 00:00");
    }

    #[test]
    fn around_a_dense_day_a_site_is_looked_at_twice_as_often_whatever_else_its_file_says() {
        let keys = "adapt = \"6h\"\ndense = [\"04-01\", \"01-01\", \"02-29\"]\n[quiet]\nhours = \"00:00-24:00\"";
        assert_eq!(due(keys, 90, "2026-03-24T23:00"), "03-25 05:00");
        assert_eq!(due(keys, 90, "2026-03-25T00:00"), "03-25 00:30");
        assert_eq!(due(keys, 90, "2026-12-28T02:00"), "12-28 02:30", "over the end of the year");
        assert_eq!(due(keys, 90, "2026-02-28T02:00"), "02-28 02:30", "in a year without 29 February");
    }

    proptest! {
        #[test]
        fn a_site_is_due_after_now_and_before_its_rarest_time_is_over(
            hour in 0_i64..24 * 800, silence in 0_i64..5000, jitter in 0.0..1.0,
        ) {
            static SITE: LazyLock<Site> = LazyLock::new(|| {
                site("adapt = \"8h\"\n[quiet]\nhours = \"19:00-08:00\"\nweekdays = [\"sun\"]\nevery = \"5h\"")
            });
            let now = Timestamp::from_second(1_777_000_000 + hour * 3600).unwrap();
            let news = now.checked_sub(jiff::SignedDuration::from_hours(silence)).unwrap();
            let due = next_poll(&SITE, Some(news), now, jitter);
            let wait = Duration::try_from(due.duration_since(now)).unwrap();
            prop_assert!(wait >= Duration::from_hours(1) && wait <= Duration::from_hours(8).mul_f64(1.1), "{wait:?}");
        }
    }
}
