//! When a failed message is tried again. Pure.
//!
//! In: tries so far, the time, what the receiver wished. Out: a time, or that it is given up, which only a message's own
//! fault leads to.

use std::time::Duration;

use jiff::Timestamp;

use crate::model::Hash;

/// Waits between tries: a blip, a restart, an outage, a weekend. Source: the schedule that Standard Webhooks suggests.
const WAITS_S: [u64; 7] = [5, 5 * 60, 30 * 60, 2 * 3600, 5 * 3600, 10 * 3600, 24 * 3600];
/// No try starts later than this after the first one.
const LONGEST: Duration = Duration::from_hours(72);
/// A channel in trouble is asked again at least so often, each time with another message.
const LONGEST_HOLD: Duration = Duration::from_mins(30);
/// Waits are this much longer at most, so that many messages do not come back at one time.
const JITTER_PERCENT: u64 = 20;

/// When a message is tried again after `tries` failed ones; `None`: never.
pub(super) fn next_try(
    message: &str,
    tries: u32,
    first_tried_at: Timestamp,
    now: Timestamp,
    wish: Option<Duration>,
) -> Option<Timestamp> {
    let wait = wait(message, tries).max(wish.unwrap_or_default());
    let next = now.checked_add(wait).ok()?;
    let last = first_tried_at.checked_add(LONGEST).ok()?;
    if next <= last {
        return Some(next);
    }
    // The last one, at the very end, if that is not at once.
    let rest = last.duration_since(now);
    (rest.as_secs() >= 3600 && wish.is_none_or(|wish| wish.as_secs() <= rest.as_secs().unsigned_abs())).then_some(last)
}

/// When a message is tried again that its channel did not carry: daily in the end, as long as the outage lasts.
pub(super) fn next_try_of_outage(message: &str, tries: u32, now: Timestamp, wish: Option<Duration>) -> Timestamp {
    now.checked_add(wait(message, tries).max(wish.unwrap_or_default())).unwrap_or(Timestamp::MAX)
}

/// Until when a channel is left alone after so many failures in a row.
pub(super) fn held_until(channel: &str, failures: u32, now: Timestamp, wish: Option<Duration>) -> Timestamp {
    let wait = wait(channel, failures).min(LONGEST_HOLD).max(wish.unwrap_or_default());
    now.checked_add(wait).unwrap_or(Timestamp::MAX)
}

fn wait(name: &str, tries: u32) -> Duration {
    let index = usize::try_from(tries.max(1) - 1).unwrap_or(usize::MAX).min(WAITS_S.len() - 1);
    let wait_ms = WAITS_S[index] * 1000;
    let spread = u64::from(Hash::of(format!("{name}\n{tries}").as_bytes()).as_bytes()[0]);
    Duration::from_millis(wait_ms + wait_ms * JITTER_PERCENT / 100 * spread / 256)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_tried_for_three_days_with_growing_waits() {
        let first: Timestamp = "2026-04-01T00:00:00Z".parse().unwrap();
        let (mut now, mut waits, mut tries) = (first, Vec::new(), 1);
        while let Some(next) = next_try("msg_1", tries, first, now, None) {
            waits.push(next.duration_since(now).as_secs().unsigned_abs());
            (now, tries) = (next, tries + 1);
        }
        for (wait, least) in waits.iter().zip(WAITS_S) {
            assert!((least..=least * 12 / 10).contains(wait), "{waits:?}");
        }
        assert!((8..=10).contains(&waits.len()), "{waits:?}");
        let whole = now.duration_since(first).as_hours();
        assert!((60..=72).contains(&whole), "{whole} hours");
    }

    #[test]
    fn an_outage_of_weeks_gives_no_message_up() {
        let mut now: Timestamp = "2026-04-01T00:00:00Z".parse().unwrap();
        for tries in 1..30 {
            let next = next_try_of_outage("msg_1", tries, now, None);
            assert!(next > now && next.duration_since(now).as_hours() < 30, "try {tries}");
            now = next;
        }
    }

    #[test]
    fn a_wish_to_wait_is_honoured_and_never_shortened() {
        let now: Timestamp = "2026-04-01T00:00:00Z".parse().unwrap();
        let wish = Some(Duration::from_hours(1));
        assert_eq!(next_try("m", 1, now, now, wish).unwrap().duration_since(now).as_secs(), 3600);
        assert!(
            next_try("m", 3, now, now, Some(Duration::from_secs(1))).unwrap().duration_since(now).as_secs() >= 1800
        );
        assert_eq!(held_until("c", 1, now, wish).duration_since(now).as_secs(), 3600);
        assert_eq!(held_until("c", 9, now, None).duration_since(now).as_secs(), 1800);
    }

    #[test]
    fn two_messages_do_not_come_back_at_one_time() {
        let times: std::collections::BTreeSet<_> = (0..50).map(|n| wait(&format!("msg_{n}"), 4)).collect();
        assert!(times.len() > 30, "{}", times.len());
    }
}
