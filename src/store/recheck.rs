//! The verbs of a changed `recheck`: what is known, and what is read again sooner.

use jiff::Timestamp;

use super::record::RecheckRow;
use super::sqlite::verbs;
use super::{Store, StoreError};
use crate::model::{Hash, ReportId, SiteId};

impl Store {
    /// How often the reports of a site were to be read again at its last poll, as a digest; `None`: not known.
    pub async fn recheck_rules(&self, site: &SiteId) -> Result<Option<Hash>, StoreError> {
        let site = site.clone();
        self.engine.read(move |conn| verbs::recheck_rules(conn, &site)).await
    }

    /// Keeps that digest.
    pub async fn keep_recheck_rules(&self, site: &SiteId, rules: Hash) -> Result<(), StoreError> {
        let site = site.clone();
        self.engine.write(move |conn| verbs::keep_recheck_rules(conn, &site, rules)).await
    }

    /// Reports of a site that are to be read again at some time, by their numbers above this one.
    pub async fn rechecks(&self, site: &SiteId, above: ReportId, limit: usize) -> Result<Vec<RecheckRow>, StoreError> {
        let site = site.clone();
        self.engine.read(move |conn| verbs::rechecks(conn, &site, above, limit)).await
    }

    /// Reads these reports again at these times, where they are not to be read sooner.
    pub async fn move_rechecks(&self, moves: Vec<(ReportId, Timestamp)>) -> Result<(), StoreError> {
        self.engine.write(move |conn| verbs::move_rechecks(conn, &moves)).await
    }
}
