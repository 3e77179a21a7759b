//! The verbs of the daemon and of those who keep a store over the years. Each is one transaction of the engine.

use std::path::Path;
use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;
use rusqlite::Connection;

use super::record::{Aside, Beat, Census, DueSite, Losses, Muted, Thinned, Turn, Watched};
use super::sqlite::verbs::{self, Behind};
use super::{Store, StoreError};
use crate::model::{Event, SiteId};

/// What is due.
impl Store {
    /// Watches these sites and no others; those whose file has another text than before are due now.
    pub async fn watch_only(&self, sites: Vec<Watched>, now: Timestamp) -> Result<(), StoreError> {
        self.engine.write(move |conn| verbs::watch_only(conn, &sites, now)).await
    }

    /// Watches a site too.
    pub async fn watch(&self, site: Watched, now: Timestamp) -> Result<(), StoreError> {
        self.engine.write(move |conn| verbs::watch(conn, &site, now)).await
    }

    /// Polls of these sites, which no daemon watches, go by these files; those whose file has another text than before are
    /// due now.
    pub async fn go_by(&self, sites: Vec<Watched>, now: Timestamp) -> Result<(), StoreError> {
        self.engine.write(move |conn| verbs::go_by(conn, &sites, now)).await
    }

    /// Watches a site no longer; what is known of it stays.
    pub async fn unwatch(&self, site: &SiteId) -> Result<(), StoreError> {
        let site = site.clone();
        self.engine.write(move |conn| verbs::unwatch(conn, &site)).await
    }

    /// Watched sites that are due, those that wait longest first.
    pub async fn due(&self, turn: Turn, now: Timestamp, limit: usize) -> Result<Vec<DueSite>, StoreError> {
        self.engine.read(move |conn| verbs::due(conn, turn, now, limit)).await
    }

    /// The next time after `now` that a watched site is due.
    pub async fn next_due_at(&self, now: Timestamp) -> Result<Option<Timestamp>, StoreError> {
        self.engine.read(move |conn| verbs::next_due_at(conn, now)).await
    }

    /// The watched site that waits longest for a poll which nobody has begun; first polls do not count.
    pub async fn oldest_overdue(&self, now: Timestamp) -> Result<Option<DueSite>, StoreError> {
        self.engine.read(move |conn| verbs::oldest_overdue(conn, now)).await
    }

    /// The clock was set back by so many milliseconds: what waits for a time goes on waiting as long as it had to.
    pub async fn shift_back(&self, by_ms: i64, now: Timestamp) -> Result<(), StoreError> {
        self.engine.write(move |conn| verbs::shift_back(conn, by_ms, now)).await
    }

    /// How the sites that are watched stand.
    pub async fn census(&self) -> Result<Census, StoreError> {
        self.engine.read(verbs::census).await
    }
}

/// Signs of life, copies, and what people decide about sites.
impl Store {
    /// Makes owed what is held for sites that nobody polls, a day after it was found. How many sites.
    pub async fn release_unpolled(&self, now: Timestamp) -> Result<usize, StoreError> {
        self.engine.write(move |conn| verbs::release_unpolled(conn, now)).await
    }

    /// Whether the file that is open is still the one at its path. **Errors**: `Unusable` where it is not.
    pub fn ensure_in_place(&self) -> Result<(), StoreError> {
        self.engine.ensure_in_place()
    }

    /// Keeps a sign of life of the daemon, and the size of the store once a day. **Errors**: also where the file is no
    /// longer at its path.
    pub async fn beat(&self, beat: Beat) -> Result<(), StoreError> {
        self.ensure_in_place()?;
        self.engine.write(move |conn| verbs::beat(conn, &beat)).await
    }

    /// The last sign of life of a daemon.
    pub async fn last_beat(&self) -> Result<Option<Beat>, StoreError> {
        self.engine.read(verbs::last_beat).await
    }

    /// Tells operators how all sites do, unless they were told since `since`, or nothing was polled before that.
    pub async fn tell_weekly(&self, since: Timestamp, now: Timestamp) -> Result<Option<Event>, StoreError> {
        let routes = Arc::clone(&self.routes);
        self.engine.write(move |conn| verbs::tell_weekly(conn, &routes, since, now)).await
    }

    /// Keeps how large the store is today; a write that proves that it takes writes.
    pub async fn note_size(&self, now: Timestamp) -> Result<(), StoreError> {
        self.engine.write(move |conn| verbs::note_size(conn, now)).await
    }

    /// When a poll last began, whatever became of it.
    pub async fn last_poll_at(&self) -> Result<Option<Timestamp>, StoreError> {
        self.engine.read(verbs::last_poll_at).await
    }

    /// How large the database is, without its log.
    pub async fn n_bytes(&self) -> Result<u64, StoreError> {
        Ok(self.engine.read(verbs::n_bytes).await?.unsigned_abs())
    }

    /// How large it was on the days since this one, the newest first.
    pub async fn sizes(&self, since: Date) -> Result<Vec<(Date, u64)>, StoreError> {
        let sizes = self.engine.read(move |conn| verbs::sizes(conn, since)).await?;
        Ok(sizes.into_iter().map(|(day, n_bytes)| (day, n_bytes.unsigned_abs())).collect())
    }

    /// Writes a checked copy of what is committed, while the store is in use. Gives its size.
    pub async fn backup(&self, to: &Path) -> Result<u64, StoreError> {
        self.engine.backup(to.to_owned()).await
    }

    /// Reads every content, a stretch at a time: a long look would keep the log of the database from being taken over.
    pub async fn losses(&self) -> Result<Losses, StoreError> {
        let (mut losses, mut behind) = (Losses::default(), Some(Behind::START));
        while let Some(row) = behind {
            let look = move |conn: &Connection| Ok((verbs::look_for_losses(conn, row, &mut losses)?, losses));
            (behind, losses) = self.engine.read(look).await?;
        }
        Ok(losses)
    }

    /// Those of these sites of which walks and polls are due to be forgotten, once a month each. One look, for the writer
    /// must be alone for each of them.
    pub async fn to_thin(&self, sites: Vec<SiteId>, now: Timestamp) -> Result<Vec<SiteId>, StoreError> {
        self.engine.read(move |conn| verbs::to_thin(conn, &sites, now)).await
    }

    /// Forgets walks and polls of a site of long ago that prove nothing, where that is due: once a month.
    pub async fn thin(&self, site: &SiteId, now: Timestamp) -> Result<Thinned, StoreError> {
        let site = site.clone();
        self.engine.write_alone(move |conn| verbs::thin(conn, &site, now)).await
    }

    /// Puts a site aside, or takes it back.
    pub async fn put_aside(&self, site: &SiteId, aside: Option<Aside>) -> Result<(), StoreError> {
        let site = site.clone();
        self.engine.write(move |conn| verbs::put_aside(conn, &site, aside)).await
    }

    /// Tells operators nothing more of a site's troubles, or tells them again.
    pub async fn mute(&self, site: &SiteId, muted: Option<Muted>) -> Result<(), StoreError> {
        let site = site.clone();
        self.engine.write(move |conn| verbs::mute(conn, &site, muted)).await
    }

    /// Gives a site another id, with all that is known of it. False: the new id is taken, or the old one unknown.
    pub async fn rename_site(&self, from: &SiteId, to: &SiteId) -> Result<bool, StoreError> {
        let (from, to) = (from.clone(), to.clone());
        self.engine.write(move |conn| verbs::rename_site(conn, &from, &to)).await
    }
}
