//! Counts of what went over the wire, for the summary.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Requests and bytes since a Fetcher was made.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Requests sent, robots.txt and redirects too.
    pub requests: u64,
    /// Bytes received as sent on the wire: heads and compressed bodies, without TLS.
    pub wire_bytes: u64,
    /// Answers 304.
    pub not_modified: u64,
}

/// Counters; what a child counts, its parent counts too.
#[derive(Debug, Default)]
pub(super) struct Tally {
    requests: AtomicU64,
    wire_bytes: AtomicU64,
    not_modified: AtomicU64,
    parent: Option<Arc<Tally>>,
}

impl Tally {
    pub(super) fn child(parent: &Arc<Self>) -> Self {
        Self { parent: Some(Arc::clone(parent)), ..Self::default() }
    }

    pub(super) fn add(&self, counts: Counts) {
        let mut tally = Some(self);
        while let Some(counter) = tally {
            counter.requests.fetch_add(counts.requests, Ordering::Relaxed);
            counter.wire_bytes.fetch_add(counts.wire_bytes, Ordering::Relaxed);
            counter.not_modified.fetch_add(counts.not_modified, Ordering::Relaxed);
            tally = counter.parent.as_deref();
        }
    }

    pub(super) fn counts(&self) -> Counts {
        Counts {
            requests: self.requests.load(Ordering::Relaxed),
            wire_bytes: self.wire_bytes.load(Ordering::Relaxed),
            not_modified: self.not_modified.load(Ordering::Relaxed),
        }
    }
}
