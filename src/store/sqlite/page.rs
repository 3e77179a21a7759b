//! What the web page asks beside reports and changes: a poll now, how the last one goes, saved searches.
//!
//! In: a site, or a name and a query. Out: rows. Never: a poll begun here; a site that is due is the daemon's to poll.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};

use super::row::{At, Count, Json, instant};
use crate::model::SiteId;
use crate::store::{LastPoll, MOST_SAVED, SavedSearch};

/// Makes a watched site due now, where it is not already. False: the daemon does not poll it.
pub(in crate::store) fn make_due(conn: &Connection, site: &SiteId, now: Timestamp) -> rusqlite::Result<bool> {
    let sql = "UPDATE sites SET next_due_at = min(next_due_at, ?2), asked_at = ?2
        WHERE id = ?1 AND is_watched = 1 AND aside IS NULL";
    conn.prepare_cached(sql)?.execute(params![site, At(now)]).map(|n_sites| n_sites > 0)
}

/// The last poll of a site.
pub(in crate::store) fn last_poll(conn: &Connection, site: &SiteId) -> rusqlite::Result<Option<LastPoll>> {
    let read = |row: &rusqlite::Row<'_>| {
        Ok(LastPoll {
            poll: row.get(0)?,
            started_at: row.get::<_, At>(1)?.0,
            ended_at: instant(row.get(2)?),
            state: row.get(3)?,
            reason: row.get(4)?,
            counts: row.get::<_, Option<Json<_>>>(5)?.map(|counts| counts.0),
            n_walked: row.get::<_, Count>(6)?.0 as u64,
        })
    };
    conn.prepare_cached(LAST_POLL)?.query_row([site], read).optional()
}

/// Named, so that a test can ask for its plan.
pub(super) const LAST_POLL: &str = "SELECT id, started_at, ended_at, state, reason, counts,
        (SELECT count(DISTINCT listing) FROM walks WHERE poll = polls.id AND ended_at IS NOT NULL)
    FROM polls WHERE site = ? ORDER BY id DESC LIMIT 1";

/// The searches that are kept, by their names.
pub(in crate::store) fn searches(conn: &Connection) -> rusqlite::Result<Vec<SavedSearch>> {
    let mut query = conn.prepare_cached("SELECT id, name, path, query FROM searches ORDER BY name LIMIT ?")?;
    let rows = query.query_map([Count(MOST_SAVED)], |row| {
        Ok(SavedSearch { id: row.get(0)?, name: row.get(1)?, path: row.get(2)?, query: row.get(3)? })
    })?;
    rows.collect()
}

/// Keeps a search; one of the same name is replaced. False: there are as many as are kept.
pub(in crate::store) fn save_search(
    conn: &Connection,
    name: &str,
    path: &str,
    query: &str,
    now: Timestamp,
) -> rusqlite::Result<bool> {
    let sql = "INSERT INTO searches (name, path, query, saved_at) SELECT ?1, ?2, ?3, ?4
        WHERE (SELECT count(*) FROM searches WHERE name <> ?1) < ?5
        ON CONFLICT (name) DO UPDATE SET path = excluded.path, query = excluded.query, saved_at = excluded.saved_at";
    let saved = params![name, path, query, At(now), Count(MOST_SAVED)];
    conn.prepare_cached(sql)?.execute(saved).map(|n_rows| n_rows > 0)
}

/// Forgets a search.
pub(in crate::store) fn forget_search(conn: &Connection, id: i64) -> rusqlite::Result<()> {
    conn.prepare_cached("DELETE FROM searches WHERE id = ?")?.execute([id]).map(drop)
}
