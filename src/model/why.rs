//! The facts behind what an event says in words, so that each reader can be told them in their own language.
//!
//! In: whoever tells something. Out: an object of the JSON contract, key by key. Never: a sentence.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::SiteId;

/// Why something is told: `why` of an event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "of", rename_all = "snake_case")]
pub enum Why {
    /// Of an obligation: `due_soon`, `overdue`, `arrived`.
    Obligation(Owed),
    /// Of a channel: `channel_broken`.
    Channel(Undelivered),
    /// Of all sites: `weekly`.
    Sites {
        /// How many are not fine.
        n_ill: u64,
        /// The first of these.
        ill: Vec<IllSite>,
    },
    /// Of a report that is dated back: `new`.
    Absent {
        /// When a walk of its listing began that went past its day without it, UTC.
        absent_at: Timestamp,
    },
}

/// What an office owes, and what was looked at without finding it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Owed {
    /// What people call the kind of report.
    pub name: String,
    /// The last day on which it is on time.
    pub due: Date,
    /// The rule that says so.
    pub source: String,
    /// Listings that were walked to their end since (`overdue`).
    pub listings: Option<u64>,
    /// Titles of the time in question that were looked at (`overdue`).
    pub titles: Option<u64>,
    /// The oldest row of a listing that holds the kind, where watching began after the due day (`overdue`).
    pub oldest_row: Option<Date>,
}

/// What is wrong with a channel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Undelivered {
    /// What the receiver or the way to it said.
    pub error: String,
    /// Whether some of its receivers have the message.
    pub has_reached_some: bool,
    /// What becomes of what is owed.
    pub next: Next,
}

/// What becomes of the alerts of a channel that failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Next {
    /// They are kept and tried again.
    TriedAgain,
    /// The alert is given up, and kept.
    GivenUp,
    /// Who can have it has it: it is not sent again.
    NotAgain,
    /// Nothing more is sent until the channel takes a test.
    SwitchedOff,
}

/// A site that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IllSite {
    /// The site.
    pub site: SiteId,
    /// The class of its failure.
    pub class: String,
}
