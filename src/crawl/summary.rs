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
    /// Why polls of sites with which nothing is wrong were put off: another process has the host, it asked for a pause, or
    /// its hours are over.
    pub held: Vec<Failure>,
    /// The sums.
    pub counts: Counts,
    /// Walks that came to the end of their listing, or of what is walked of it.
    pub whole_walks: u64,
}

impl Summary {
    pub(super) fn add(&mut self, poll: SitePoll) {
        self.sites += 1;
        self.failures.extend(poll.failure);
        self.held.extend(poll.held);
        self.counts += poll.counts;
        self.whole_walks += poll.n_whole_walks;
    }

    /// Whether something may bear on what a site owes: a report that appeared, went or says something else, or a walk
    /// that proves what is not there. What time alone does is seen once a day.
    pub fn may_bear_on_what_is_owed(&self) -> bool {
        let Counts { baseline, new, copies, edited, withdrawn, restored, moved, .. } = self.counts;
        self.whole_walks > 0 || [baseline, new, copies, edited, withdrawn, restored, moved].iter().any(|n| *n > 0)
    }

    pub(super) fn add_bug(&mut self, panic: &tokio::task::JoinError) {
        self.sites += 1;
        self.failures.push(bug(panic));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_news_and_whole_walks_bear_on_what_is_owed() {
        let of = |counts| Summary { counts, ..Summary::default() }.may_bear_on_what_is_owed();
        assert!(!of(Counts { entries: 20, reports_read: 3, unchanged: 3, suspect: 1, ..Counts::default() }));
        assert!(of(Counts { new: 1, ..Counts::default() }));
        assert!(of(Counts { withdrawn: 1, ..Counts::default() }));
        assert!(Summary { whole_walks: 1, ..Summary::default() }.may_bear_on_what_is_owed());
    }
}
