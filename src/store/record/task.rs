//! What a poll is given to read: the turns of all reports, and each in its turn with all that its outcome depends on.

use jiff::Timestamp;

use crate::model::{Fingerprint, Hash, How, Listed, ReportId, ReportState, Stated, Validators};

/// Which reports a poll reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// Those that were never read: all that may be judged while a listing is not walked to its end.
    Pending,
    /// Those that are pending, changed in their row, due, suspect or missing.
    Due,
    /// A few of those that are read again anyway, and were not in this poll.
    Companions,
    /// A few of those whose rows this poll has seen, and which it has not read.
    Listed,
    /// A few others than those that this poll has read, in whatever state: the newest, and the last to be read again.
    Others,
    /// Every report that lives at its URL.
    Full,
}

/// Why a report is to be read; the first that applies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Why {
    /// It has never been read.
    Pending,
    /// Its row shows another title or date, or came back to the listing.
    RowChanged,
    /// Its recheck is due.
    Due,
    /// Something was withheld last time.
    Suspect,
    /// A walk of this poll should have seen its row and did not.
    Missing,
    /// Others of its site changed, and it may have changed in the same way.
    Companion,
    /// Everything is read.
    Full,
}

/// The newest revision, as far as an outcome needs it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Newest {
    /// Its number, from 1.
    pub revision: u32,
    /// Its hashes.
    pub fingerprint: Fingerprint,
    /// Characters of its body that are not white space.
    pub n_chars: usize,
    /// When it was read, UTC.
    pub seen_at: Timestamp,
    /// Whether it is what a row told: no page of the report was read yet.
    pub is_by_row: bool,
}

/// A report that a poll has yet to read, as far as its turn needs it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ToRead {
    /// The report.
    pub report: ReportId,
    /// Why it is read.
    pub why: Why,
    /// The date of its row, or of its newest revision.
    pub date: Option<Stated>,
    /// Whether it was never read.
    pub is_first: bool,
    /// Whether it could not be read, or was in doubt, when it was last asked for.
    pub was_amiss: bool,
}

/// A report that is to be read, with all that its outcome depends on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadTask {
    /// The report.
    pub report: ReportId,
    /// Its canonical URL.
    pub url: String,
    /// The URL to ask for.
    pub as_listed_url: String,
    /// The title of its row, or of its newest revision where no listing shows it.
    pub title: Option<String>,
    /// The date of its row, or of its newest revision.
    pub date: Option<Stated>,
    /// Title and date of its newest revision.
    pub known: (Option<String>, Option<Stated>),
    /// The listing that showed it first.
    pub listing: Option<String>,
    /// Kind of report.
    pub kind: Option<String>,
    /// Why it is read.
    pub why: Why,
    /// Its standing.
    pub state: ReportState,
    /// Whether a first reading is part of a baseline.
    pub is_baseline: bool,
    /// Whether the walks of this poll saw its row.
    pub listed: Listed,
    /// What a conditional request may send.
    pub validators: Validators,
    /// The hash of the answer that was read last, where nothing was withheld.
    pub answer: Option<Hash>,
    /// Answers in a row that said "not modified".
    pub n_conditional: u32,
    /// Polls in a row that missed it.
    pub misses: u32,
    /// The first of them.
    pub first_miss_at: Option<Timestamp>,
    /// How it was missed, or withdrawn.
    pub miss_how: Option<How>,
    /// When it was last seen again after it had been missed.
    pub seen_again_at: Option<Timestamp>,
    /// The content hash of a doubtful reading, and since when it has been the same.
    pub suspicion: Option<(Hash, Timestamp)>,
    /// The newest revision; `None` while it is pending.
    pub newest: Option<Newest>,
    /// Whether it is an article over several pages.
    pub has_parts: bool,
    /// Whether it could not be read when it was last asked for.
    pub has_failed: bool,
    /// When it was last there as it should be; of one that was never read, when its row was first seen, UTC.
    pub last_seen_at: Timestamp,
}

impl ReadTask {
    /// Whether no page of it was ever read.
    pub fn is_unread(&self) -> bool {
        self.newest.is_none_or(|newest| newest.is_by_row)
    }

    /// Whether it could not be read, or was in doubt, when it was last asked for.
    pub fn was_amiss(&self) -> bool {
        self.has_failed || self.suspicion.is_some()
    }
}

/// A known report, as far as how often it is read again needs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecheckRow {
    /// The report.
    pub report: ReportId,
    /// Its canonical URL.
    pub url: String,
    /// The listing that showed it first.
    pub listing: Option<String>,
    /// Kind of report.
    pub kind: Option<String>,
    /// Its first sight or last edit, UTC.
    pub since_at: Timestamp,
    /// When it is to be read again, UTC.
    pub next_recheck_at: Timestamp,
}
