//! How the daemon does, in one object: what a watcher of the watcher asks for. In: the pulse and the store. Out: ok, or
//! degraded with the reasons. Never: an "ok" while polls that are due are not begun.

use std::time::Duration;

use jiff::Timestamp;
use serde::Serialize;

use super::beat::STUCK_AFTER;
use super::roof::Roof;
use crate::config::Mistake;
use crate::store::StoreError;

/// A poll that nobody began for so long after it was due is overdue: a quarter of the usual `every`.
const OVERDUE_AFTER: Duration = Duration::from_mins(15);
/// A store that took no write for so long cannot be written: it is written to every 15 s.
const UNWRITTEN_AFTER: Duration = Duration::from_mins(1);

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
    /// What is wrong with site files; their sites go on as they were before.
    pub mistakes: Vec<Mistake>,
}

/// A site that waits for its poll.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Overdue {
    /// The site.
    pub site: String,
    /// Since when it is due, UTC.
    pub next_due_at: Timestamp,
    /// How long that is.
    pub overdue_ms: u64,
}

impl Health {
    /// How the daemon does now.
    pub async fn of(roof: &Roof) -> Self {
        let (now, pulse, sites) = (roof.clock.now(), roof.pulse.borrow().clone(), roof.sites.borrow().clone());
        let overdue = roof.store.oldest_overdue(now).await.map(|due| {
            let due = due?;
            let at = due.due_at?;
            Some((due.site, at, Duration::try_from(now.duration_since(at)).unwrap_or_default()))
        });
        let is_store_writable = pulse.wrote_at.is_some_and(|at| at.elapsed() < UNWRITTEN_AFTER);
        let mut reasons = Vec::new();
        if pulse.passed_at.elapsed() > STUCK_AFTER {
            let for_ms = pulse.passed_at.elapsed().as_secs();
            reasons.push(format!("the schedule stands still since {for_ms} s: restart the daemon and report it"));
        }
        match &pulse.store_error {
            Some(error) => reasons.push(error.clone()),
            None if !is_store_writable => reasons.push("the store takes no write: look at the log".to_owned()),
            None => {}
        }
        match &overdue {
            Err(error) => push_new(&mut reasons, error),
            Ok(Some((site, _, late))) if *late > OVERDUE_AFTER => reasons.push(format!(
                "{site} is due for {} minutes and nobody has begun: too many sites for this machine, or a daemon that was just started",
                late.as_secs() / 60
            )),
            Ok(_) => {}
        }
        let oldest_overdue = overdue.ok().flatten().map(|(site, next_due_at, late)| Overdue {
            site: site.to_string(),
            next_due_at,
            overdue_ms: u64::try_from(late.as_millis()).unwrap_or(u64::MAX),
        });
        Self {
            state: if reasons.is_empty() { "ok" } else { "degraded" },
            reasons,
            version: env!("CARGO_PKG_VERSION"),
            started_at: roof.started_at,
            sites: sites.by_id.len(),
            under_way: pulse.n_under_way,
            last_poll_at: pulse.last_poll_at,
            oldest_overdue,
            is_store_writable,
            mistakes: sites.mistakes.to_vec(),
        }
    }

    /// Whether all is well.
    pub fn is_ok(&self) -> bool {
        self.reasons.is_empty()
    }
}

/// The same fault may show in two places.
fn push_new(reasons: &mut Vec<String>, error: &StoreError) {
    let said = error.to_string();
    if !reasons.contains(&said) {
        reasons.push(said);
    }
}
