//! What a walk keeps and is told: pages of rows, and how it ended.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::model::{Hash, ListingId, Stated, WalkId};

/// What a listing's next walk must know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ListingState {
    /// The listing.
    pub listing: ListingId,
    /// When its first walk was done; `None` until then.
    pub baselined_at: Option<Timestamp>,
    /// Whether the event of that first walk was told; a poll that is killed before that leaves it to the next one.
    pub is_baseline_told: bool,
    /// When every page of it was last walked healthily.
    pub walked_whole_at: Option<Timestamp>,
    /// Whether other rows were wanted then than are wanted now.
    pub has_other_filter: bool,
    /// Whether a report of it was not seen where it should be: then every page must be, to tell whether it is listed.
    pub has_unseen: bool,
}

/// One page of a walk, as read.
#[derive(Debug, Clone)]
pub struct PageRecord {
    /// The walk it belongs to.
    pub walk: WalkId,
    /// Its number within the walk, from 1.
    pub page_no: u32,
    /// Its rows in page order.
    pub entries: Vec<EntryRecord>,
    /// When it was read.
    pub now: Timestamp,
}

/// One row of a listing.
#[derive(Debug, Clone)]
pub struct EntryRecord {
    /// The canonical URL: the report's identity on its site.
    pub url: String,
    /// The URL as the row links it: what is asked for.
    pub as_listed_url: String,
    /// The title as shown; it may be cut short (…).
    pub title: String,
    /// The date, where one could be read.
    pub date: Option<Stated>,
    /// The date as written.
    pub date_shown: Option<String>,
    /// Kind of report, where the listing or the title tells it.
    pub kind: Option<String>,
    /// The year it reports on, where the title tells it.
    pub year: Option<i16>,
    /// Whether it is to be followed. One that is not is only remembered as seen, so that a walk knows where it has been.
    pub is_wanted: bool,
}

/// What a page brought.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PageRecorded {
    /// Rows that were not known on this listing.
    pub n_new: usize,
    /// Rows that an earlier complete walk has seen; when all are, an incremental walk may stop.
    pub n_settled: usize,
    /// Rows whose title or date is another one.
    pub n_row_changed: usize,
}

/// How far a walk got.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reach {
    /// To the last page: every row was seen.
    LastPage,
    /// To a page that held only settled rows: everything newer was seen.
    Settled,
    /// To the most pages that the site file wants.
    PageLimit,
    /// It broke off; rows may have been missed.
    Cut,
}

impl Reach {
    /// The word of the store and of logs.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::LastPage => "last_page",
            Self::Settled => "settled",
            Self::PageLimit => "page_limit",
            Self::Cut => "cut",
        }
    }

    /// Whether nothing was missed that the walk was meant to see.
    pub fn is_complete(self) -> bool {
        self != Self::Cut
    }
}

/// How a walk ended.
#[derive(Debug, Clone)]
pub struct WalkRecord {
    /// The walk.
    pub walk: WalkId,
    /// When it ended.
    pub ended_at: Timestamp,
    /// Pages read.
    pub n_pages: u32,
    /// Rows read.
    pub n_entries: u64,
    /// How far it got.
    pub reach: Reach,
    /// Whether the pages were what the site file expects.
    pub is_healthy: bool,
    /// Why it was cut or is not healthy.
    pub reason: Option<String>,
    /// The date from which on every row was seen: the oldest date walked, pinned rows left out. A report that is
    /// dated a later day and was not seen counts as missing.
    pub oldest_row: Option<Stated>,
    /// Which rows are wanted.
    pub filter: Hash,
}
