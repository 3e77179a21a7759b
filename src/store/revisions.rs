//! The verbs of revisions that are kept: what they were read from, what they said, how they are read anew.

use super::pack::packing;
use super::sqlite::verbs::{self, Prepared};
use super::{Store, StoreError};
use crate::model::{Capture, Document, Fingerprint, Hash, ReportId, SiteId};

impl Store {
    /// Replaces what was read of a revision by a reading by other rules; told to nobody.
    pub async fn rebaseline(
        &self,
        report: ReportId,
        revision: u32,
        fingerprint: Fingerprint,
        document: Document,
    ) -> Result<(), StoreError> {
        let page = self.engine.read(move |conn| verbs::page_of_revision(conn, report, revision)).await?;
        let prepared = packing(move || {
            let page = page.as_ref().map(|(hash, bytes)| (*hash, &bytes[..]));
            (Prepared::of(&document, page), document)
        });
        let (prepared, document) = prepared.await?;
        let replace = move |conn: &_| verbs::rebaseline(conn, report, revision, &fingerprint, &document, &prepared);
        let is_known = self.engine.write(replace).await?;
        is_known.then_some(()).ok_or(StoreError::UnknownRevision { report, revision })
    }

    /// Newest revisions of a site that other rules read and whose capture is kept.
    pub async fn stale_reports(
        &self,
        site: &SiteId,
        rules: Hash,
        limit: usize,
    ) -> Result<Vec<(ReportId, u32)>, StoreError> {
        let site = site.clone();
        self.engine.read(move |conn| verbs::stale_reports(conn, &site, rules, limit)).await
    }

    /// What a revision was read from, bodies and all: its page, then the other pages of the same article; empty where
    /// nothing is kept.
    pub async fn stored_captures(&self, report: ReportId, revision: u32) -> Result<Vec<Capture>, StoreError> {
        self.engine.read(move |conn| verbs::stored_captures(conn, report, revision)).await
    }

    /// The hashes of the revisions before this one, the latest first, so many at most.
    pub async fn prints_before(
        &self,
        report: ReportId,
        revision: u32,
        limit: usize,
    ) -> Result<Vec<Fingerprint>, StoreError> {
        self.engine.read(move |conn| verbs::prints_before(conn, report, revision, limit)).await
    }
}
