//! What the web page keeps and asks beside what polls find: how a site's last poll goes, and saved searches.

use jiff::Timestamp;

use super::Counts;
use crate::model::PollId;

/// The last poll of a site, over or under way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LastPoll {
    /// The poll.
    pub poll: PollId,
    /// When it began, UTC.
    pub started_at: Timestamp,
    /// When it ended, UTC; `None` while it is under way, and for one that was killed.
    pub ended_at: Option<Timestamp>,
    /// `open`, `done`, `failed` or `interrupted`.
    pub state: String,
    /// Why it failed.
    pub reason: Option<String>,
    /// Listings that it has walked so far.
    pub n_walked: u64,
    /// What it did; `None` until it ends.
    pub counts: Option<Counts>,
}

/// A filter of the web page that a person gave a name to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SavedSearch {
    /// Its number.
    pub id: i64,
    /// Its name, as it was written.
    pub name: String,
    /// The page that it filters.
    pub path: String,
    /// The filter, as the query of that page, without a question mark.
    pub query: String,
}

/// Most searches that are kept: a person looks through their names.
pub const MOST_SAVED: usize = 100;
