//! The verbs of the web page: a poll that a person asks for, and the searches that people keep.

use jiff::Timestamp;

use super::record::{LastPoll, SavedSearch};
use super::sqlite::verbs;
use super::{Store, StoreError};
use crate::model::SiteId;

impl Store {
    /// Makes a site that the daemon watches due now. False: it watches no such site.
    pub async fn make_due(&self, site: &SiteId, now: Timestamp) -> Result<bool, StoreError> {
        let site = site.clone();
        self.engine.write(move |conn| verbs::make_due(conn, &site, now)).await
    }

    /// The last poll of a site, over or under way; `None`: it was never polled.
    pub async fn last_poll(&self, site: &SiteId) -> Result<Option<LastPoll>, StoreError> {
        let site = site.clone();
        self.engine.read(move |conn| verbs::last_poll(conn, &site)).await
    }

    /// The searches that are kept, by their names.
    pub async fn searches(&self) -> Result<Vec<SavedSearch>, StoreError> {
        self.engine.read(verbs::searches).await
    }

    /// Keeps a search under a name, in the place of one that has it. False: no more are kept than
    /// [`MOST_SAVED`](super::MOST_SAVED).
    pub async fn save_search(&self, name: &str, path: &str, query: &str, now: Timestamp) -> Result<bool, StoreError> {
        let (name, path, query) = (name.to_owned(), path.to_owned(), query.to_owned());
        self.engine.write(move |conn| verbs::save_search(conn, &name, &path, &query, now)).await
    }

    /// Forgets a search.
    pub async fn forget_search(&self, id: i64) -> Result<(), StoreError> {
        self.engine.write(move |conn| verbs::forget_search(conn, id)).await
    }
}
