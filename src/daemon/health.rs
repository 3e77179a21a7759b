//! How the daemon does, in one object: what a watcher of the watcher asks for. In: the pulse and the store. Out: ok, or
//! degraded with the reasons. Never: an "ok" while polls that are due are not begun.

use std::time::Duration;

use jiff::Timestamp;
use serde::Serialize;

use super::beat::STUCK_AFTER;
use super::roof::{Pulse, Roof};
use crate::config::{ChannelRule, Mistake};
use crate::model::SiteId;
use crate::store::DueSite;

/// A poll that nobody began for so long after it was due is overdue: a quarter of the usual `every`.
const OVERDUE_AFTER: Duration = Duration::from_mins(15);
/// A poll of a known site that takes longer hangs, or the site has far more to be read again than its pace allows.
const LONGEST_POLL: Duration = Duration::from_hours(24);
/// A store that took no write for so long cannot be written: it is written to every 15 s.
const UNWRITTEN_AFTER: Duration = Duration::from_mins(1);

/// Polls that fail one after another, of whatever sites, before it is no longer a matter of one portal.
const MOST_IN_VAIN: u32 = 5;

/// The answer of `/health`, key by key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Health {
    /// `ok` or `degraded`.
    pub state: &'static str,
    /// Why it is degraded, each with the next step; empty while it is not.
    pub reasons: Vec<String>,
    /// The program's version.
    pub version: &'static str,
    /// When the daemon began, UTC.
    pub started_at: Timestamp,
    /// Sites that are watched.
    pub sites: usize,
    /// Polls under way.
    pub under_way: usize,
    /// When a poll last ended, UTC.
    pub last_poll_at: Option<Timestamp>,
    /// The site that waits longest for a poll which nobody has begun.
    pub oldest_overdue: Option<Overdue>,
    /// Whether the store took a write within the last minute.
    pub is_store_writable: bool,
    /// What is wrong with site files and settings; what they said before goes on.
    pub mistakes: Vec<Mistake>,
}

/// A site that waits for its poll.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Overdue {
    /// The site.
    pub site: SiteId,
    /// Since when it is due, UTC.
    pub next_due_at: Timestamp,
    /// How long that is.
    pub late_ms: u64,
}

impl Health {
    /// How the daemon does now.
    pub async fn of(roof: &Roof) -> Self {
        let (now, pulse, sites) = (roof.clock.now(), roof.pulse(), roof.sites.borrow().clone());
        let mut reasons = Vec::new();
        of_pulse(&pulse, &mut reasons);
        let oldest_overdue = roof.unrouted.oldest_overdue(now).await.unwrap_or_else(|error| {
            push_new(&mut reasons, &error.to_string());
            None
        });
        let oldest_overdue = oldest_overdue.and_then(|due| Overdue::of(due, now));
        let waits = oldest_overdue.as_ref().filter(|overdue| !pulse.unkept.contains_key(&overdue.site));
        reasons.extend(waits.and_then(Overdue::reason));
        reasons.extend(unwatched(&sites.unwatched));
        reasons.extend(roof.channels.borrow().iter().filter_map(lacking));
        let wrong = roof.wrong_settings.borrow().clone();
        if !wrong.is_empty() {
            reasons.push(
                "the settings are wrong, and channels and routes go on as they were: see the mistakes".to_owned(),
            );
        }
        Self {
            state: if reasons.is_empty() { "ok" } else { "degraded" },
            reasons,
            version: env!("CARGO_PKG_VERSION"),
            started_at: roof.started_at,
            sites: sites.by_id.len(),
            under_way: pulse.n_under_way,
            last_poll_at: pulse.last_poll_at,
            oldest_overdue,
            is_store_writable: is_writable(&pulse),
            mistakes: sites.mistakes.iter().cloned().chain(wrong).collect(),
        }
    }

    /// Whether all is well.
    pub fn is_ok(&self) -> bool {
        self.reasons.is_empty()
    }
}

impl Overdue {
    fn of(due: DueSite, now: Timestamp) -> Option<Self> {
        let next_due_at = due.due_at?;
        let late = u64::try_from(now.duration_since(next_due_at).as_millis()).unwrap_or(0);
        Some(Self { site: due.site, next_due_at, late_ms: late })
    }

    /// What is wrong, where that is too long.
    fn reason(&self) -> Option<String> {
        let (site, late) = (&self.site, Duration::from_millis(self.late_ms));
        let minutes = late.as_secs() / 60;
        let why = "too many sites for this machine, or a daemon that was just started";
        (late > OVERDUE_AFTER).then(|| format!("{site} is due for {minutes} minutes and nobody has begun: {why}"))
    }
}

/// That a channel cannot deliver what is owed to it.
fn lacking(rule: &ChannelRule) -> Option<String> {
    let lacks = rule.lacks.as_ref()?;
    Some(format!("channel {} sends nothing: {lacks}; what is owed to it is kept", rule.id))
}

/// Why sites are not watched; the first of many.
fn unwatched(all: &[String]) -> Vec<String> {
    /// Reasons that are read at once; `mistakes` has all.
    const MOST: usize = 10;
    let mut reasons: Vec<String> = all.iter().take(MOST).cloned().collect();
    if all.len() > MOST {
        reasons.push(format!("{} more sites are not watched: see the mistakes", all.len() - MOST));
    }
    reasons
}

/// What the pulse alone shows to be wrong.
fn of_pulse(pulse: &Pulse, reasons: &mut Vec<String>) {
    if pulse.passed_at.elapsed() > STUCK_AFTER {
        let seconds = pulse.passed_at.elapsed().as_secs();
        reasons.push(format!("the schedule stands still since {seconds} s: restart the daemon and report it"));
    }
    if let Some((site, since)) = pulse.longest.as_ref().filter(|(_, since)| since.elapsed() > LONGEST_POLL) {
        let hours = since.elapsed().as_secs() / 3600;
        reasons.push(format!("the poll of {site} is under way for {hours} hours: look at its log lines"));
    }
    if let Some((n_polls, since)) = pulse.in_vain.filter(|(n_polls, _)| *n_polls >= MOST_IN_VAIN) {
        let since = since.strftime("%Y-%m-%d %H:%M UTC");
        reasons.push(format!(
            "no site could be read since {since}, {n_polls} polls in a row failed: look at the network of this machine, then at `govwatch status`"
        ));
    }
    if let Some((site, error)) = pulse.unkept.first_key_value() {
        let others = match pulse.unkept.len() - 1 {
            0 => String::new(),
            n => format!("; so it is with {n} more"),
        };
        reasons.push(format!("the poll of {site} could not be kept: {error}{others}"));
    }
    for error in [&pulse.store_error, &pulse.write_error].into_iter().flatten() {
        push_new(reasons, error);
    }
    if reasons.is_empty() && !is_writable(pulse) {
        reasons.push("the store took no write for a minute: look at the log".to_owned());
    }
}

fn is_writable(pulse: &Pulse) -> bool {
    pulse.write_error.is_none() && pulse.wrote_at.is_some_and(|at| at.elapsed() < UNWRITTEN_AFTER)
}

/// The same fault may show in two places.
fn push_new(reasons: &mut Vec<String>, said: &str) {
    if !reasons.iter().any(|reason| reason == said) {
        reasons.push(said.to_owned());
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use tokio::time::Instant;

    use super::*;

    #[test]
    fn polls_that_all_fail_are_no_longer_a_matter_of_one_portal() {
        let reasons = |in_vain| {
            let (now, at) = (Instant::now(), "2026-05-01T00:00:00Z".parse().unwrap());
            let pulse = Pulse {
                passed_at: now,
                last_poll_at: Some(at),
                in_vain: Some((in_vain, at)),
                n_under_way: 0,
                longest: None,
                unkept: BTreeMap::new(),
                wrote_at: Some(now),
                store_error: None,
                write_error: None,
            };
            let mut reasons = Vec::new();
            of_pulse(&pulse, &mut reasons);
            reasons
        };
        assert_eq!(reasons(4), Vec::<String>::new());
        assert_eq!(
            reasons(5),
            [
                "no site could be read since 2026-05-01 00:00 UTC, 5 polls in a row failed: look at the network of this machine, then at `govwatch status`"
            ]
        );
    }
}
