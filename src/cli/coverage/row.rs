//! One row of `coverage`: an office, a kind of report, a year, and what is known of them.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;

use super::super::out::clean;
use super::super::table;
use super::remark;
use crate::change::obligation::{Coverage, CoverageState, ListingFacts, Obligation, Remark, words};
use crate::config::Site;
use crate::model::{ReportId, SiteId};

/// A row, key by key.
#[derive(Debug, Serialize)]
pub(crate) struct CoverageRow {
    pub(super) site: SiteId,
    pub(super) name: String,
    pub(super) division: Option<String>,
    pub(super) kind: String,
    pub(super) kind_name: String,
    pub(super) year: i16,
    pub(super) state: CoverageState,
    pub(super) due: Date,
    pub(super) lag_days: Option<i32>,
    pub(super) report: Option<ReportId>,
    pub(super) url: Option<String>,
    pub(super) title: Option<String>,
    pub(super) published: Option<Date>,
    pub(super) first_seen_at: Option<Timestamp>,
    pub(super) source: String,
    pub(super) remarks: Vec<Remark>,
    pub(super) listings: Vec<ListingFacts>,
    #[serde(skip)]
    pub(super) in_words: String,
}

impl CoverageRow {
    pub(crate) fn new(site: &Site, owed: &Obligation, coverage: Coverage, listings: Vec<ListingFacts>) -> Self {
        let in_words = words::state(&coverage);
        let Coverage { kind, year, state, due, lag_days, found, remarks } = coverage;
        let found = found.as_ref();
        Self {
            site: site.id.clone(),
            name: site.name.clone(),
            division: site.division.clone(),
            kind,
            kind_name: owed.name.clone(),
            year,
            state,
            due,
            lag_days,
            report: found.and_then(|seen| seen.report),
            url: found.map(|seen| seen.url.clone()),
            title: found.map(|seen| seen.title.clone()),
            published: found.and_then(|seen| seen.published),
            first_seen_at: found.map(|seen| seen.first_seen_at),
            source: owed.source.clone(),
            remarks,
            listings,
            in_words,
        }
    }

    /// The cells of the table for people.
    pub(super) fn cells(&self) -> [String; 8] {
        [
            clean(self.site.as_str()),
            clean(&self.name),
            clean(&self.kind_name),
            self.year.to_string(),
            self.in_words.clone(),
            self.due.to_string(),
            table::or_dash(self.published),
            remark(self),
        ]
    }
}
