//! What the store knows: reports, their revisions, the state of each site.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Document, Doubt, EventKind, Evidence, FieldName, Fingerprint, Hash, ReportId, SiteId, Stated, WorkId};

/// A report's standing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReportState {
    /// Served when last asked.
    Present,
    /// Something is withheld: a miss not yet confirmed or a doubtful reading.
    Suspect,
    /// Told as withdrawn.
    Withdrawn,
    /// Lives at another URL, under another report.
    Moved,
}

impl ReportState {
    /// The word of the JSON contract.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Present => "present",
            Self::Suspect => "suspect",
            Self::Withdrawn => "withdrawn",
            Self::Moved => "moved",
        }
    }
}

/// A tracked report: the row of the `reports` command, key by key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Its number.
    pub report: ReportId,
    /// The site it stands on.
    pub site: SiteId,
    /// The listing that showed it first.
    pub listing: Option<String>,
    /// Its canonical URL.
    pub url: String,
    /// The newest revision's title, or the listing's.
    pub title: Option<String>,
    /// The newest revision's stated date, or the listing's.
    pub published: Option<Stated>,
    /// Kind of report.
    pub kind: Option<String>,
    /// The year it reports on.
    pub year: Option<i16>,
    /// The newest revision's number; `None` while it has not been read.
    pub revision: Option<u32>,
    /// The newest revision's content.
    pub content_hash: Option<Hash>,
    /// The work it belongs to.
    pub work: Option<WorkId>,
    /// Reports it resembles without being the same.
    pub resembles: Vec<ReportId>,
    /// When it was first listed or read, UTC.
    pub first_seen_at: Timestamp,
    /// When it was last served, UTC.
    pub last_seen_at: Timestamp,
    /// Its standing.
    pub state: ReportState,
    /// When the last walk began that went without it although it is dated long before, UTC: it was dated back.
    #[serde(skip)]
    pub absent_at: Option<Timestamp>,
    /// The report that it lives on as, where it moved.
    #[serde(skip)]
    pub moved_to: Option<ReportId>,
}

/// One stored revision of a report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revision {
    /// The report.
    pub report: ReportId,
    /// Its number, from 1.
    pub revision: u32,
    /// What made it: `new`, `copy`, `baseline`, `edited` or `restored`.
    pub event: EventKind,
    /// When it was read, UTC.
    pub seen_at: Timestamp,
    /// What differs from the revision before it.
    pub fields: Vec<FieldName>,
    /// Its hashes.
    pub fingerprint: Fingerprint,
    /// The page as read.
    pub document: Document,
    /// The body of the capture it was read from; `None` where only the listing's row is known.
    pub capture: Option<Hash>,
    /// When its page was last modified, in the words of the server.
    pub last_modified: Option<String>,
    /// Doubts of the reading, and of the day that the report states.
    pub doubts: Vec<Doubt>,
}

/// What a site's next poll must know.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SiteState {
    /// When it is due; `None` before its first poll.
    pub next_due_at: Option<Timestamp>,
    /// Polls that failed in a row.
    pub failures: u32,
    /// The last poll that walked everything healthily.
    pub last_success_at: Option<Timestamp>,
    /// Whether a `site_broken` was told and no `site_recovered` since.
    pub is_broken: bool,
    /// The class of the last failure, while it fails.
    pub class: Option<String>,
    /// The classes of failure that operators were told of since it broke.
    pub told: Vec<String>,
    /// When it last showed a report that nobody knew; its first success counts.
    pub last_news_at: Option<Timestamp>,
    /// Whether a person put it aside: paused or retired, whatever its file says.
    pub is_aside: bool,
    /// Whether it is due because a person asked for a poll, or wrote another text into its file, before it was.
    pub is_asked: bool,
}

impl SiteState {
    /// Failures in a row once a poll that began at this time has failed, `n_told` of which are told to operators. One that
    /// began before the site was due by itself, such as a `fetch` by hand while it rests, adds nothing to as many: whoever
    /// looks for the fault must not make the site wait longer.
    pub fn failures_after(&self, begun_at: Timestamp, n_told: u32) -> u32 {
        let is_early = self.is_asked || self.next_due_at.is_some_and(|due| begun_at < due);
        if is_early && self.failures >= n_told { self.failures } else { self.failures.saturating_add(1) }
    }
}

/// One row of the `status` command, key by key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SiteStatus {
    /// The site.
    pub site: SiteId,
    /// `new`, `ok`, `failing`, `broken`, `blocked`, `paused`, `retired`, or `unwatched`: it has no file that is right.
    pub state: String,
    /// The last poll that walked everything healthily, UTC.
    pub last_success_at: Option<Timestamp>,
    /// Polls that failed in a row.
    pub failures: u32,
    /// The class of the last failure.
    pub class: Option<String>,
    /// The last failure in words.
    pub error: Option<String>,
    /// When it is due, UTC.
    pub next_due_at: Option<Timestamp>,
    /// Reports known.
    pub entries: u64,
    /// Since when every report of its listings is known: the oldest stated day, or the day down to which the first walk
    /// of the one that lags behind has come. `None` while that is not known.
    pub complete_since: Option<Stated>,
    /// How each of its listings stands.
    pub listings: Vec<ListingStatus>,
    /// What shows that it is broken; empty while it is not.
    pub evidence: Vec<Evidence>,
}

impl SiteStatus {
    /// Has it stand so. One that is left alone is due at no time.
    pub fn stand(&mut self, state: &str) {
        state.clone_into(&mut self.state);
        self.next_due_at = self.next_due_at.filter(|_| !self.is_left_alone());
    }

    /// Whether nobody polls it before a person resumes it, or gives it a file.
    pub fn is_left_alone(&self) -> bool {
        matches!(&*self.state, "paused" | "retired" | "unwatched")
    }
}

/// How a listing stands: one item of a `status` row, key by key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ListingStatus {
    /// Its name.
    pub listing: String,
    /// Its place: its URL, with what is posted to it behind.
    pub url: String,
    /// Since when every report of it is known.
    pub complete_since: Option<Stated>,
    /// Whether that is all there is: it was walked to its last page.
    pub is_whole: bool,
    /// Reports that it has shown.
    pub entries: u64,
    /// Reports of it that were never read.
    pub pending: u64,
    /// Pages that its walk has read, while one is unfinished; else those of the last one.
    pub pages: u32,
    /// Pages that it says it has, while a walk of it is unfinished.
    pub pages_stated: Option<u32>,
    /// When its top was last seen, UTC.
    pub looked_at: Option<Timestamp>,
    /// How far the last walk got: `last_page`, `settled`, `page_limit` or `cut`.
    pub reach: Option<String>,
    /// Why it got no further.
    pub reason: Option<String>,
}

impl ListingStatus {
    /// Since when every report of all these listings is known: those that were walked to their last page hide nothing, the
    /// others only what is older than the day to which they were walked.
    pub fn complete_since(listings: &[Self]) -> Option<Stated> {
        let days =
            |is_whole: bool| listings.iter().filter(move |it| it.is_whole == is_whole).map(|it| it.complete_since);
        if days(false).next().is_some() {
            return days(false).collect::<Option<Vec<Stated>>>()?.into_iter().max();
        }
        days(true).flatten().min()
    }
}
