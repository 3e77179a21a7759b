//! The verbs of searching, and of the index that it looks into.

use std::time::Duration;

use super::sqlite::verbs;
use super::{Search, SearchPage, Store, StoreError};

/// Revisions that are indexed in one transaction: a poll waits for it no longer than for a report.
pub const INDEXED_AT_ONCE: usize = 50;

impl Store {
    /// The revisions that have the words of a query.
    pub async fn search(&self, search: Search) -> Result<SearchPage, StoreError> {
        self.engine.write_words().await;
        self.engine.read(move |conn| verbs::search(conn, &search)).await
    }

    /// The same for whoever asks from afar: it holds a reader no longer than this. **Errors**: `TookTooLong`.
    pub async fn search_within(&self, search: Search, longest: Duration) -> Result<SearchPage, StoreError> {
        self.engine.write_words().await;
        self.engine.read_within(longest, move |conn| verbs::search(conn, &search)).await
    }

    /// Adds the words of so many revisions of before, [`INDEXED_AT_ONCE`] where polls wait, to the index; gives whether more are left.
    pub async fn index_more(&self, n: usize) -> Result<bool, StoreError> {
        self.engine.write_words().await;
        self.engine.write(move |conn| verbs::index_more(conn, n)).await
    }
}
