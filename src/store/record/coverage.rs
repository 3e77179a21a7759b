//! What is asked of the store about an obligation, and what is kept of its state.

use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;

use crate::change::obligation::{Coverage, Like, Manner, Obligation, Office};
use crate::change::report_kind::Kinds;
use crate::model::SiteId;

/// Which facts about an obligation are wanted.
#[derive(Debug, Clone)]
pub struct CoverageAsk {
    /// The site.
    pub site: SiteId,
    /// The kind of report.
    pub kind: String,
    /// The year that it is about.
    pub year: i16,
    /// Walks that begin at this instant or later may prove something.
    pub proof_at: Timestamp,
    /// Whether it must be looked for: every title since that day, in the zone of the site, and the walks.
    pub looked_for_since: Option<(Date, Timestamp)>,
    /// The office that owes it: its own report may stand on another site.
    pub office: Office,
    /// By what titles of other kinds are told that may be it; `None`: all are handed over.
    pub titles: Option<Titles>,
}

/// By what titles are told that may be a report of a kind.
#[derive(Debug, Clone)]
pub struct Titles {
    /// The rule.
    pub obligation: Arc<Obligation>,
    /// The kinds, with that of the rule.
    pub kinds: Arc<Kinds>,
}

impl Titles {
    /// The same, to be asked.
    pub(in crate::store) fn like(&self) -> Option<Like<'_>> {
        let kind = self.kinds.get(&self.obligation.kind)?;
        Some(Like { obligation: &self.obligation, kind })
    }
}

/// The state of an obligation, to be kept and told.
#[derive(Debug, Clone)]
pub struct CoverageRecord {
    /// The site.
    pub site: SiteId,
    /// The rule.
    pub obligation: Arc<Obligation>,
    /// What was found.
    pub coverage: Coverage,
    /// Where a reader can look for what is not found: the listing that should hold it, else the site.
    pub place: Option<String>,
    /// When something is told.
    pub manner: Manner,
    /// When the due day is over.
    pub ends_at: Timestamp,
    /// The day in the zone of the site.
    pub today: Date,
    /// The time.
    pub now: Timestamp,
}
