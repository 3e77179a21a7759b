//! What polls did, in numbers: the last line of `fetch`.

use super::{SitePoll, bug};
use crate::error::Failure;
use crate::store::Counts;

/// What a round of polls did.
#[derive(Debug, Default)]
pub struct Summary {
    /// Sites whose poll began.
    pub sites: u64,
    /// Why sites failed, one a site.
    pub failures: Vec<Failure>,
    /// The sums.
    pub counts: Counts,
}

impl Summary {
    pub(super) fn add(&mut self, poll: SitePoll) {
        self.sites += u64::from(poll.is_begun);
        self.failures.extend(poll.failure);
        self.counts += poll.counts;
    }

    pub(super) fn add_bug(&mut self, panic: &tokio::task::JoinError) {
        self.sites += 1;
        self.failures.push(bug(panic));
    }
}
