//! What a walk keeps and is told: pages of rows, and how it ended.

use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::FirstPage;
use crate::model::{Hash, ListingId, Stated, WalkId};

/// What of its site file a walk of a listing follows from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ListingRules {
    /// Which rows are wanted.
    pub filter: Hash,
    /// By what the rows are read.
    pub rows: Hash,
}

/// What a listing's next walk must know.
#[derive(Debug, Clone, PartialEq, Eq)]
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
    /// When its last healthy walk began, where its rows were read by other rules when every page was walked: what is seen
    /// for the first time now may have stood there before.
    pub read_otherwise_at: Option<Timestamp>,
    /// How soon every page of it must be walked again.
    pub whole_walk: WholeWalk,
    /// When its top was last seen, down to known rows.
    pub looked_at: Option<Timestamp>,
    /// Where its whole walks stopped, if not at the last page.
    pub bound: Option<Bound>,
    /// A walk of it that was broken off.
    pub unfinished: Option<Unfinished>,
    /// Why it could not be read as its site file says, while it is not well again.
    pub broken: Option<String>,
    /// What it was before, where it has another URL since, under the same name.
    pub former: Option<ListingId>,
    /// Its first page as it was read last.
    pub first_page: Option<Arc<FirstPage>>,
}

/// How soon every page of a listing must be walked again: what is listed, and what stands in the place of what is not, only
/// that tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WholeWalk {
    /// A report of it was not seen where it should be, several lead nowhere since the last one, or one is gone that only the
    /// first walk has seen.
    Now,
    /// A report of it that was not seen cannot be read either, or was missed for long: days tell of it, and not polls. Or a row
    /// is gone from the middle of its first page, by the rows around it.
    Daily,
    /// Nothing is amiss.
    Weekly,
}

/// A walk that was broken off, by a failure or by a kill.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unfinished {
    /// The first of the walks that went on with one another.
    pub begun_by: WalkId,
    /// When it last kept a page.
    pub moved_at: Timestamp,
    /// What the walker needs to go on, as it wrote it.
    pub place: String,
}

/// Where a whole walk was made to stop before the last page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bound {
    /// Pages that it read.
    pub n_pages: u32,
    /// Rows of an earlier day were not wanted; `None`: it was the number of pages that stopped it.
    pub since: Option<Date>,
    /// The date from which on every row was seen.
    pub oldest_row: Option<Stated>,
    /// Whether the listing goes on there by a way that nobody knows.
    #[serde(default)]
    pub is_unfollowed: bool,
    /// What it was walked by then: by the same nobody knows it still.
    #[serde(default)]
    pub rule: Option<Hash>,
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
    /// Links of it that are none of its rows: kept for what they say, once. Of the walk they tell nothing.
    pub outside: Vec<LinkRecord>,
    /// When it was read.
    pub now: Timestamp,
    /// How it stands to the pages that were read before.
    pub stands: Stands,
    /// Since the site file reads its rows by other rules: rows of an earlier day are no news, whoever sees them first.
    pub news_since: Option<Date>,
    /// Where the walk goes on if it is broken off after this page; `None` keeps what is known of that.
    pub place: Option<Place>,
    /// Whether a page above it showed rows that stood in the listing when it had another address.
    pub is_below_former: bool,
}

impl PageRecord {
    /// A page on the way down from the first one, of a walk that is not gone on with.
    pub fn below(walk: WalkId, page_no: u32, entries: Vec<EntryRecord>, now: Timestamp) -> Self {
        let (outside, stands, news_since, place) = (Vec::new(), Stands::Below, None, None);
        Self { walk, page_no, entries, outside, now, stands, news_since, place, is_below_former: false }
    }
}

/// How a page stands to the pages that were read before: what is not known on it is news, or is old.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Stands {
    /// On the way down from the first page: on a first walk all is old but for rows above those of an earlier walk.
    #[default]
    Below,
    /// On the way from the first page down to what a walk that was broken off has seen.
    Above,
    /// Where a walk that was broken off goes on, or read once more on the way down: on a first walk all is old.
    Resumed,
    /// Read once more from the top: what stands above known rows has appeared since.
    Again,
}

/// Where a walk goes on if it is broken off.
#[derive(Debug, Clone)]
pub struct Place {
    /// Pages behind it.
    pub n_pages: u32,
    /// Pages that the pager states.
    pub n_stated: Option<u32>,
    /// The date down to which every row was seen.
    pub oldest_row: Option<Stated>,
    /// What the walker needs to go on.
    pub text: String,
}

/// One row of a listing.
#[derive(Debug, Clone)]
pub struct EntryRecord {
    /// The canonical URL: the report's identity on its site.
    pub url: String,
    /// Other spellings of the same identity: a report that is known by one of them is this one.
    pub twins: Vec<String>,
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

/// A link on the page of a listing that none of its rows is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkRecord {
    /// Where it leads, canonical; to the listing itself, where only a script knows.
    pub url: String,
    /// Its words.
    pub words: String,
}

/// What a page brought.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PageRecorded {
    /// Rows that were not known on this listing.
    pub n_new: usize,
    /// Rows that this walk, and those it goes on with, had not seen on another page.
    pub n_fresh: usize,
    /// Whether its last row was seen before by this walk or those it goes on with: what stands below is known.
    pub is_met: bool,
    /// Whether rows of it stood in the listing when it had another address: what is above is news.
    pub is_over_former: bool,
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
    /// As far as was asked for: the most pages, or the earliest day.
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
    /// What it was walked by.
    pub rules: ListingRules,
    /// Where it was made to stop before the last page.
    pub bound: Option<Bound>,
    /// Whether no later walk can go on where one was broken off: the pages there are gone.
    pub is_place_gone: bool,
}
