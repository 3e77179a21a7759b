//! How a poll ended: result, counts, and what becomes of what is held.

use std::ops::AddAssign;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::change::redesign::Ways;
use crate::error::Failure;
use crate::model::{ChangeId, FieldName, Hash, PollId, ReportId, SiteId};

/// An edit of this site whose alerts are held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldEdit {
    /// The change.
    pub change: ChangeId,
    /// The report.
    pub report: ReportId,
    /// The revision it made; the one before it is what it is compared with.
    pub revision: u32,
    /// What differs.
    pub fields: Vec<FieldName>,
    /// When the report was last seen as it was before, UTC; `None` in stores of before it was kept.
    pub unchanged_at: Option<Timestamp>,
}

/// A redesign that was told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownRedesign {
    /// Its event.
    pub change: ChangeId,
    /// When it was seen, UTC.
    pub seen_at: Timestamp,
    /// In what ways it changed the reports of its site.
    pub ways: Ways,
}

/// How a poll ended: the single exit.
#[derive(Debug, Clone)]
pub struct PollRecord {
    /// The poll.
    pub poll: PollId,
    /// Its site.
    pub site: SiteId,
    /// When it ended.
    pub ended_at: Timestamp,
    /// When the site is due again.
    pub next_due_at: Timestamp,
    /// How it ended.
    pub ended: Ended,
    /// What it did.
    pub counts: Counts,
    /// Held edits to fold into one `redesign` event; the others are released.
    pub fold: Option<Fold>,
    /// Held edits that belong to redesigns that were told already.
    pub late: Vec<LateFold>,
    /// Held withdrawals of reports that left a column together.
    pub left: Vec<LeftFold>,
    /// The version of the rules it read by.
    pub rules: Hash,
    /// The digest of the site file that it went by.
    pub file: Hash,
}

/// How a poll ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ended {
    /// Everything was walked healthily and what was new was read.
    Done,
    /// Something failed; what was done until then is kept.
    Failed(Failure),
    /// The user stopped it; the next poll goes on where it was.
    Interrupted,
    /// Another process has the host, and may be polling this site: what is held may be that one's.
    Taken,
}

impl Ended {
    /// The failure, where that is how it ended.
    pub fn failure(&self) -> Option<&Failure> {
        match self {
            Self::Failed(failure) => Some(failure),
            Self::Done | Self::Interrupted | Self::Taken => None,
        }
    }

    /// The word of the store.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Failed(_) => "failed",
            Self::Interrupted | Self::Taken => "interrupted",
        }
    }
}

/// Held edits that are one redesign.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Fold {
    /// The edits.
    pub changes: Vec<ChangeId>,
    /// How many reports it concerns.
    pub count: u64,
    /// In what ways it changed them; empty where they only got other URLs.
    pub ways: Ways,
}

/// A held change that is told by another one: an edit of a redesign told before, whose report was not read since, or a copy
/// that is the place where its original lives now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LateFold {
    /// The held one.
    pub change: ChangeId,
    /// The one that is told.
    pub into: ChangeId,
}

/// A column that reports have left of which no word says that they are gone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftColumn {
    /// Its name.
    pub name: String,
    /// Its URL.
    pub url: String,
    /// Rows that its last walk has seen.
    pub n_staying: usize,
    /// Rows that left it lately, those that are only suspected of it too.
    pub n_left: usize,
    /// The held withdrawals, with their reports.
    pub held: Vec<(ChangeId, ReportId)>,
    /// The redesign that was told of others that left it lately.
    pub told: Option<ChangeId>,
}

/// Held withdrawals of reports that left a column together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftFold {
    /// The column's name.
    pub name: String,
    /// Its URL.
    pub url: String,
    /// The withdrawals.
    pub changes: Vec<ChangeId>,
    /// Their reports.
    pub reports: Vec<ReportId>,
    /// The redesign that they belong to, where one was told.
    pub told: Option<ChangeId>,
}

/// What a poll did: the numbers of the `summary` object.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Requests sent, robots.txt and redirects too.
    pub requests: u64,
    /// Answers that said "not modified".
    pub not_modified: u64,
    /// Bytes on the wire.
    pub bytes: u64,
    /// Rows of listings read.
    pub entries: u64,
    /// Reports read.
    pub reports_read: u64,
    /// First readings that are part of a baseline.
    pub baseline: u64,
    /// Told as new.
    pub new: u64,
    /// Told as copies.
    pub copies: u64,
    /// Told as edited.
    pub edited: u64,
    /// Told as withdrawn.
    pub withdrawn: u64,
    /// Told as restored.
    pub restored: u64,
    /// Told as moved.
    pub moved: u64,
    /// Read again and the same, or not modified.
    pub unchanged: u64,
    /// Withheld.
    pub suspect: u64,
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.requests += other.requests;
        self.not_modified += other.not_modified;
        self.bytes += other.bytes;
        self.entries += other.entries;
        self.reports_read += other.reports_read;
        self.baseline += other.baseline;
        self.new += other.new;
        self.copies += other.copies;
        self.edited += other.edited;
        self.withdrawn += other.withdrawn;
        self.restored += other.restored;
        self.moved += other.moved;
        self.unchanged += other.unchanged;
        self.suspect += other.suspect;
    }
}
