//! The verbs of works: what is known of one, and what people and polls do to them.

use super::sqlite::verbs;
use super::{Store, StoreError};
use crate::change::signature::Signature;
use crate::model::{Document, Hash, PollId, ReportId, Work, WorkId};

impl Store {
    /// The work of this number with its reports; `None` where there is none.
    pub async fn work(&self, work: WorkId) -> Result<Option<Work>, StoreError> {
        self.engine.read(move |conn| verbs::work(conn, work)).await
    }

    /// Takes a report out of the work that it shares with others, for good; told to nobody. False: it shares none.
    pub async fn part_from_work(&self, report: ReportId) -> Result<bool, StoreError> {
        self.engine.write(move |conn| verbs::part_from_work(conn, report)).await
    }

    /// Puts a report that was taken out of a work back to where its content belongs; told to nobody. False: it was not
    /// taken out.
    pub async fn rejoin_work(&self, report: ReportId) -> Result<bool, StoreError> {
        self.engine.write(move |conn| verbs::rejoin_work(conn, report)).await
    }

    /// The later reports of the same site that are the same text as this one now, two at most.
    pub async fn heirs(&self, report: ReportId) -> Result<Vec<ReportId>, StoreError> {
        self.engine.read(move |conn| verbs::heirs(conn, report)).await
    }

    /// The report that a poll found in the column where this one stood, under its title and day and on a host that nobody
    /// asks.
    pub async fn in_its_place(&self, report: ReportId, poll: PollId) -> Result<Option<ReportId>, StoreError> {
        self.engine.read(move |conn| verbs::in_its_place(conn, poll, report)).await
    }

    /// The report in whose place a poll found the row of this one so.
    pub async fn in_place_of(&self, report: ReportId, poll: PollId) -> Result<Option<ReportId>, StoreError> {
        self.engine.read(move |conn| verbs::in_place_of(conn, poll, report)).await
    }

    /// Whether another report of the same site says `body` now that never said `before`, under a title of its own.
    pub async fn is_text_of_others(&self, report: ReportId, before: Hash, body: Hash) -> Result<bool, StoreError> {
        self.engine.read(move |conn| verbs::is_text_of_others(conn, report, before, body)).await
    }

    /// Reports that a text resembles, whether it is kept or not: one of each work, the nearest first, with the part of the
    /// shorter text in the longer, in hundredths.
    pub async fn resembling(&self, document: Document) -> Result<Vec<(ReportId, u8)>, StoreError> {
        let find = move |conn: &_| match Signature::of(&document) {
            Some(signature) => verbs::resembling(conn, &signature),
            None => Ok(Vec::new()),
        };
        self.engine.read(find).await
    }

    /// Works whose signature was not made yet, the newest first, each with its content; `None` where that is damaged.
    pub async fn unsigned_works(&self, limit: usize) -> Result<Vec<(WorkId, Option<Document>)>, StoreError> {
        self.engine.read(move |conn| verbs::unsigned_works(conn, limit)).await
    }

    /// Keeps signatures that were made since; `None`: the body is too short to have one, or cannot be read. Told to
    /// nobody.
    pub async fn sign_works(&self, signatures: Vec<(WorkId, Option<Signature>)>) -> Result<(), StoreError> {
        self.engine.write(move |conn| verbs::sign_late(conn, &signatures)).await
    }
}
