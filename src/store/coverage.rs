//! The verbs of obligations: what is known that bears on one, and what was told of it.

use std::sync::Arc;

use super::record::{CoverageAsk, CoverageRecord};
use super::sqlite::verbs;
use super::{Store, StoreError};
use crate::change::obligation::{Facts, Seen};
use crate::model::Event;

impl Store {
    /// What bears on an obligation of a site, for each year that is asked for; all ask for one site and kind. Its listings
    /// are all that the store knows of it.
    pub async fn coverage_facts(&self, asks: Vec<CoverageAsk>) -> Result<Vec<Facts>, StoreError> {
        if asks.is_empty() {
            return Ok(Vec::new());
        }
        self.engine.read(move |conn| verbs::coverage_facts(conn, &asks)).await
    }

    /// The names of the files that reports of the time in question link to; of those that were asked for only, unless
    /// the site asks for none.
    pub async fn coverage_files(&self, ask: CoverageAsk, are_asked_for: bool) -> Result<Vec<Seen>, StoreError> {
        self.engine.read(move |conn| verbs::coverage_files(conn, &ask, are_asked_for)).await
    }

    /// Keeps the state of an obligation and tells what is to be told of it, together or not at all.
    pub async fn record_coverage(&self, record: CoverageRecord) -> Result<Option<Event>, StoreError> {
        let routes = Arc::clone(&self.routes);
        self.engine.write(move |conn| verbs::record_coverage(conn, &routes, &record)).await
    }
}
