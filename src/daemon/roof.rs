//! What the tasks of the daemon share: the sites as their files are now, a pulse, what is counted.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;
use tokio::sync::watch;
use tokio::time::Instant;

use super::metrics::Metrics;
use crate::clock::Clock;
use crate::config::{Mistake, Site};
use crate::model::SiteId;
use crate::store::Store;

/// What the tasks of the daemon share.
pub struct Roof {
    pub(super) store: Store,
    pub(super) clock: Clock,
    pub(super) started_at: Timestamp,
    pub(super) sites: watch::Sender<Sites>,
    pub(super) pulse: watch::Sender<Pulse>,
    pub(super) metrics: Metrics,
}

/// The sites as their files are now; clones share them.
#[derive(Debug, Clone, Default)]
pub struct Sites {
    /// Those that are polled, by id.
    pub by_id: Arc<BTreeMap<SiteId, Arc<Site>>>,
    /// What is wrong with the other files.
    pub mistakes: Arc<[Mistake]>,
}

/// How the daemon does.
#[derive(Debug, Clone)]
pub struct Pulse {
    /// When the schedule was last looked at.
    pub passed_at: Instant,
    /// When a poll last ended, UTC.
    pub last_poll_at: Option<Timestamp>,
    /// Polls under way.
    pub n_under_way: usize,
    /// When the store was last written to by the beat.
    pub wrote_at: Option<Instant>,
    /// Why the store gave no answer, while it gives none.
    pub store_error: Option<String>,
}

impl Roof {
    pub(super) fn new(store: Store, clock: Clock) -> Self {
        let started_at = clock.now();
        let pulse =
            Pulse { passed_at: Instant::now(), last_poll_at: None, n_under_way: 0, wrote_at: None, store_error: None };
        let (sites, pulse) = (watch::Sender::new(Sites::default()), watch::Sender::new(pulse));
        Self { store, clock, started_at, sites, pulse, metrics: Metrics::new() }
    }

    /// The sites as their files are now, each time that one of them turns.
    pub fn sites(&self) -> watch::Receiver<Sites> {
        self.sites.subscribe()
    }

    /// How the daemon does, each time that something happens.
    pub fn pulse(&self) -> watch::Receiver<Pulse> {
        self.pulse.subscribe()
    }
}
