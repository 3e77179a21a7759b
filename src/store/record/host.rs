//! What is remembered of hosts.

use jiff::Timestamp;

/// A robots.txt as it was answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptRobots {
    /// HTTP status after redirects.
    pub status: u16,
    /// The text; empty where there was none.
    pub body: String,
    /// When it was answered, UTC.
    pub fetched_at: Timestamp,
}

/// The answer to a claim on a host.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Claim {
    /// The host is the claimant's until the time to live has passed.
    Granted {
        /// When its last owner's spacing allows the next request, UTC.
        next_request_at: Option<Timestamp>,
    },
    /// Another one has it until then, UTC.
    HeldUntil(Timestamp),
}
