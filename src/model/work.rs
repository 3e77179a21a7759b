//! A work: the reports that carry the same content, who published it first, and who still shows its old words.

use jiff::Timestamp;
use serde::Serialize;

use super::{ReportId, ReportState, SiteId, Stated, WorkId};

/// A work with its reports: the object of the `work` command, key by key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Work {
    /// Its number.
    pub work: WorkId,
    /// Whether its report was taken out of another work by hand: nothing joins it.
    pub is_apart: bool,
    /// How many reports carry its content now.
    pub n_reports: u64,
    /// The report that published it first, as far as is known.
    pub first_publisher: Option<ReportId>,
    /// Its reports, the first publisher first, then by the day of publication; those that say other words since, or
    /// still say what another member said before, with them.
    pub members: Vec<Member>,
    /// Reports that resemble it without being the same.
    pub resembles: Vec<ReportId>,
}

/// A report of a work, or one that was in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Member {
    /// The report.
    pub report: ReportId,
    /// Its site.
    pub site: SiteId,
    /// Its canonical URL.
    pub url: String,
    /// Its title.
    pub title: Option<String>,
    /// Its stated date.
    pub published: Option<Stated>,
    /// When it was first listed or read, UTC.
    pub first_seen_at: Timestamp,
    /// How much later than the first publisher; 0 for that one itself.
    pub lag_ms: i64,
    /// Its standing.
    pub state: ReportState,
    /// Which words it shows now.
    pub words: Words,
    /// Of one with newer words: its last revision with those of the work. Of one with old words: the revision of
    /// `edited_report` that it still shows.
    pub revision: Option<u32>,
    /// Of one with old words: the report that says others since.
    pub edited_report: Option<ReportId>,
}

/// Which words a report shows, beside those of a work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Words {
    /// Those of the work.
    Same,
    /// Other ones: it was edited since it showed those of the work.
    Newer,
    /// Those that a report of the work showed before it was edited.
    Old,
}

impl Words {
    /// The word of the JSON contract.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::Newer => "newer",
            Self::Old => "old",
        }
    }
}
