//! Packing what a record keeps, before the writer is asked.
//!
//! In: a record. Out: the same beside its contents, compressed. Never: on a thread of the runtime, nor while it
//! holds a connection: a file may take seconds, and readers are few.

use std::sync::Arc;

use bytes::Bytes;

use super::record::{Finding, ReportRecord};
use super::sqlite::verbs::{self, Contents, Packed};
use super::{Store, StoreError};

impl Store {
    /// A record, and what it keeps packed; no thread is asked where it keeps nothing.
    pub(super) async fn packed(&self, record: ReportRecord) -> Result<(Contents, ReportRecord), StoreError> {
        let has_pages = !record.finding.captures().is_empty();
        if !has_pages && record.contents.is_empty() && !matches!(record.finding, Finding::Read(_)) {
            return Ok((Contents::default(), record));
        }
        if !has_pages {
            return packing(move || (Contents::of(&record, None), record)).await;
        }
        let (bases, report) = (Arc::clone(&self.bases), record.report);
        let of_report = Arc::clone(&bases);
        let read = move |conn: &_| of_report.read(conn, report);
        let pack = move |found: Option<_>| {
            let against = found.and_then(|found| bases.against(found));
            (Contents::of(&record, against.as_ref()), record)
        };
        self.engine.read_then(read, pack).await
    }

    /// Keeps those of these pages anew that are known and damaged; gives how many.
    pub async fn keep_lost(&self, pages: Vec<Bytes>) -> Result<usize, StoreError> {
        let lost_among = move |conn: &_| verbs::lost_among(conn, pages);
        let pack = |lost: Vec<Bytes>| lost.iter().map(Packed::new).collect::<Vec<_>>();
        let lost = self.engine.read_then(lost_among, pack).await?;
        let n_lost = lost.len();
        if n_lost > 0 {
            let keep = move |conn: &_| lost.iter().try_for_each(|page| verbs::keep(conn, page).map(drop));
            self.engine.write(keep).await?;
        }
        Ok(n_lost)
    }
}

/// Runs what compresses on a thread of its own. **Errors**: `Bug`, where it panicked.
pub(super) async fn packing<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, StoreError> {
    let panicked = |_| StoreError::Bug { reason: "packing a reading panicked".to_owned() };
    tokio::task::spawn_blocking(work).await.map_err(panicked)
}
