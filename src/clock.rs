//! The only clock. Everything else is told the time as `now`.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use jiff::{SignedDuration, Timestamp};
use tokio::time::Instant;

/// Tells the time: the machine's, or one that a test sets by hand.
#[derive(Debug, Clone)]
pub enum Clock {
    /// The machine's wall clock.
    System,
    /// A clock that stands still until it is moved; clones share it.
    Manual(ManualClock),
    /// A clock that goes with tokio's time, so that a test which pauses it is instant; clones share it.
    Virtual(VirtualClock),
}

impl Clock {
    /// The time now, UTC, to the millisecond: what the store keeps.
    pub fn now(&self) -> Timestamp {
        let exact = match self {
            Self::System => Timestamp::now(),
            Self::Manual(clock) => clock.now(),
            Self::Virtual(clock) => clock.now(),
        };
        Timestamp::from_millisecond(exact.as_millisecond()).unwrap_or(exact)
    }
}

/// A clock that stands still until it is moved.
#[derive(Debug, Clone)]
pub struct ManualClock(Arc<AtomicI64>);

impl ManualClock {
    /// A clock standing at `start`.
    pub fn new(start: Timestamp) -> Self {
        Self(Arc::new(AtomicI64::new(start.as_millisecond())))
    }

    /// Moves every clone forward.
    pub fn advance(&self, by: SignedDuration) {
        let millis = i64::try_from(by.as_millis()).unwrap_or(i64::MAX);
        self.0.fetch_add(millis, Ordering::SeqCst);
    }

    fn now(&self) -> Timestamp {
        Timestamp::from_millisecond(self.0.load(Ordering::SeqCst)).unwrap_or(Timestamp::MAX)
    }
}

/// A clock that goes with tokio's time, and that may be set meanwhile.
#[derive(Debug, Clone)]
pub struct VirtualClock {
    began_at: Instant,
    /// What it showed then, and by how much it was set since, in milliseconds.
    shown: Arc<AtomicI64>,
}

impl VirtualClock {
    /// A clock that shows `start` now.
    pub fn new(start: Timestamp) -> Self {
        Self { began_at: Instant::now(), shown: Arc::new(AtomicI64::new(start.as_millisecond())) }
    }

    /// Sets every clone forward or back, as a person or a time server does.
    pub fn set(&self, by: SignedDuration) {
        let millis = i64::try_from(by.as_millis()).unwrap_or(i64::MAX);
        self.shown.fetch_add(millis, Ordering::SeqCst);
    }

    fn now(&self) -> Timestamp {
        let gone = i64::try_from(self.began_at.elapsed().as_millis()).unwrap_or(i64::MAX);
        let shown = self.shown.load(Ordering::SeqCst).saturating_add(gone);
        Timestamp::from_millisecond(shown).unwrap_or(Timestamp::MAX)
    }
}
