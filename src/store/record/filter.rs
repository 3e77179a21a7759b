//! What is asked of the store by people, and a row of what it answers.

use jiff::Timestamp;
use serde::Serialize;

use crate::model::{ChangeId, Doubt, EventKind, Fact, FieldName, Hash, How, ReportId, ReportState, SiteId, Stated};

/// Which reports are asked for; newest first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Of this site.
    pub site: Option<SiteId>,
    /// Of this kind.
    pub kind: Option<String>,
    /// Stated this day or later; undated reports are left out.
    pub since: Option<jiff::civil::Date>,
    /// Stated this day or earlier; undated reports are left out.
    pub until: Option<jiff::civil::Date>,
    /// In this state.
    pub state: Option<ReportState>,
    /// At most so many.
    pub limit: usize,
    /// Only those after this one in the order: the last one of the page before.
    pub after: Option<(Option<Stated>, ReportId)>,
}

/// Which changes are asked for; newest first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ChangeFilter {
    /// Of this site.
    pub site: Option<SiteId>,
    /// Of this report.
    pub report: Option<ReportId>,
    /// Of this kind of report.
    pub kind: Option<String>,
    /// Of this sort.
    pub event: Option<EventKind>,
    /// Seen at this instant or later.
    pub since: Option<Timestamp>,
    /// Seen before this instant.
    pub until: Option<Timestamp>,
    /// At most so many.
    pub limit: usize,
    /// Only those before this one: the last one of the page before.
    pub before: Option<ChangeId>,
}

/// One line of a report's history: a row of the `history` command, key by key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct HistoryRow {
    /// The report.
    pub report: ReportId,
    /// The revision that it made, or that stood when it happened.
    pub revision: Option<u32>,
    /// What happened.
    pub event: EventKind,
    /// When it was seen, UTC.
    pub seen_at: Timestamp,
    /// What differs from the revision before.
    pub fields: Vec<FieldName>,
    /// What differs, said outright, as far as that is sure.
    pub facts: Vec<Fact>,
    /// The content of the revision.
    pub content_hash: Option<Hash>,
    /// The revision that it is compared with.
    pub previous: Option<u32>,
    /// What speaks against the reading.
    pub doubts: Vec<Doubt>,
    /// How it was withdrawn.
    #[serde(skip)]
    pub how: Option<How>,
}
