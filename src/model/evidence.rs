//! What shows that a site is broken.

use jiff::Timestamp;
use serde::Serialize;

use super::Hash;

/// Why a listing, or the reports of a site, can no longer be read, and the page that shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Evidence {
    /// The listing; `None`: the reports of the site.
    pub listing: Option<String>,
    /// Where it failed: `listing` or `extract`.
    pub stage: String,
    /// The key of the site file whose selector failed, where one did.
    pub key: Option<String>,
    /// That selector.
    pub selector: Option<String>,
    /// What is wrong, in words.
    pub reason: String,
    /// The page that shows it.
    pub url: String,
    /// The status that it came with.
    pub status: u16,
    /// The hash of its body, which is kept.
    pub capture: Hash,
    /// The first poll that found it so, UTC.
    pub since_at: Timestamp,
    /// The end of the last healthy walk before, UTC; `None` where there was none, and for reports.
    pub last_healthy_at: Option<Timestamp>,
    /// Rows that it saw.
    pub last_healthy_entries: Option<u64>,
}
