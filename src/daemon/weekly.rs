//! The weekly word to operators: so many sites are fine, these are not. In: the clock. Out: one event a week. Never: two,
//! whatever restarts in between; the store knows when it told the last one.

use std::sync::Arc;
use std::time::Duration;

use jiff::civil::Weekday;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use tokio::time::sleep;

use super::roof::Roof;
use crate::cli::out::clean;
use crate::crawl::Interrupt;
use crate::store::StoreError;

/// When it is told: at the beginning of the working week, where nearly all portals and their watchers are.
const DAY: Weekday = Weekday::Monday;
const HOUR: i8 = 8;
const ZONE: &str = "Asia/Shanghai";
/// How often the clock is looked at.
const LOOK_EVERY: Duration = Duration::from_mins(5);

/// Tells it until the daemon stops.
pub(super) async fn run(roof: Arc<Roof>, stop: Interrupt) -> Result<(), StoreError> {
    loop {
        tokio::select! {
            () = stop.asked() => return Ok(()),
            () = sleep(LOOK_EVERY) => {}
        }
        let now = roof.clock.now();
        let Some(since) = last_monday(now) else { continue };
        let store = roof.sites.borrow().store.clone();
        match store.tell_weekly(since, now).await {
            // What is owed is delivered like all else.
            Ok(Some(_)) => roof.landed.send_modify(|n| *n += 1),
            Ok(None) => {}
            Err(error) => {
                tracing::error!(error = clean(&error.to_string()), "the weekly word was not told; it is tried again");
            }
        }
    }
}

/// The last time that the weekly word was to be told.
fn last_monday(now: Timestamp) -> Option<Timestamp> {
    let local = now.to_zoned(TimeZone::get(ZONE).ok()?);
    let days = i64::from(local.weekday().since(DAY));
    let day = local.date().checked_sub(days.days()).ok()?;
    let monday = day.at(HOUR, 0, 0, 0).to_zoned(local.time_zone().clone()).ok()?;
    let monday = if monday > local { monday.checked_sub(7.days()).ok()? } else { monday };
    Some(monday.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_week_begins_on_monday_morning_in_china() {
        let last = |now: &str| last_monday(now.parse().unwrap()).unwrap().to_string();
        assert_eq!(last("2026-05-11T00:00:00Z"), "2026-05-11T00:00:00Z");
        assert_eq!(last("2026-05-10T23:59:59Z"), "2026-05-04T00:00:00Z");
        assert_eq!(last("2026-05-17T12:00:00Z"), "2026-05-11T00:00:00Z");
    }
}
