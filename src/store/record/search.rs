//! What is sought in the texts of all revisions, and what was found.

use jiff::Timestamp;

use super::Filter;
use crate::model::Report;
use crate::store::words::{Query, Snippet};

/// A question to the index of words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Search {
    /// The words.
    pub query: Query,
    /// Which reports; its `limit` is the most rows, its `after` is not used.
    pub filter: Filter,
    /// Among which of their revisions.
    pub among: Among,
    /// In which order.
    pub order: SearchOrder,
    /// Rows that were shown before.
    pub offset: usize,
}

/// Revisions that are looked into.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Among {
    /// All; a report stands once, by the newest that has the words.
    All,
    /// The newest of each report.
    Newest,
    /// All; each that has the words is a row.
    Each,
}

/// The order of what was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SearchOrder {
    /// Newest stated day first, of a day what was indexed last; undated reports last.
    Newest,
    /// Best match first, among the newest [`MOST_RANKED`]: rare words, often, in the title, in a short text.
    Best,
}

/// A revision that has the words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Its report as it stands today.
    pub report: Report,
    /// Its number.
    pub revision: u32,
    /// When it was read, UTC.
    pub seen_at: Timestamp,
    /// Whether it is the newest; if not, and a report stands once, the newest does not answer the query.
    pub is_newest: bool,
    /// Where the words stand; each phrase once.
    pub snippets: Vec<Snippet>,
}

/// Rows that are counted: nobody reads more, and the count of a common word would visit every report.
pub const MOST_COUNTED: u64 = 1000;

/// Rows that are ranked, the newest of all that match: to rank a common word's would read every report.
pub const MOST_RANKED: usize = 5000;

/// One page of what was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SearchPage {
    /// The rows of this page.
    pub found: Vec<Found>,
    /// How many rows there are on all pages; one more than [`MOST_COUNTED`] where there are more than that.
    pub n_found: u64,
    /// Whether rows follow this page.
    pub has_more: bool,
    /// Revisions of before that are not in the index yet.
    pub n_unindexed: u64,
}
