//! Thinning: walks and polls of long ago that prove nothing are forgotten, so that a site that never changes costs nothing
//! in the long run.
//!
//! In: a site, the time. Out: how many rows went. Never: a walk that proves, or may come to prove, that a report was not
//! there on some day; a row that another one points at; anything of the last weeks.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};
use rusqlite::{Connection, Transaction, TransactionBehavior, params};

use super::row::At;
use crate::model::{ListingId, SiteId, WalkId};
use crate::store::Thinned;

/// What is younger stays as it is: longer than whole walks are apart, and than anybody looks back from a breakage.
const KEPT: SignedDuration = SignedDuration::from_hours(40 * 24);
/// A site is thinned so often: each time all of its rows are looked at for what they point at.
const EVERY: SignedDuration = SignedDuration::from_hours(30 * 24);

/// Those of these sites that are to be thinned.
pub(in crate::store) fn due(conn: &Connection, sites: &[SiteId], now: Timestamp) -> rusqlite::Result<Vec<SiteId>> {
    let mut due = Vec::new();
    for site in sites {
        if is_due(conn, site, now)? {
            due.push(site.clone());
        }
    }
    Ok(due)
}

fn is_due(conn: &Connection, site: &SiteId, now: Timestamp) -> rusqlite::Result<bool> {
    let sql = "SELECT 1 FROM sites WHERE id = ? AND coalesce(thinned_at, 0) <= ?";
    conn.prepare_cached(sql)?.exists(params![site, before(now, EVERY)])
}

fn before(now: Timestamp, span: SignedDuration) -> At {
    At(now.checked_sub(span).unwrap_or(Timestamp::MIN))
}

/// Thins what is known of a site, where that is due.
///
/// Runs outside the writer's transaction, in one of its own: SQLite would look through all rows of the store for each walk
/// that goes, since what points at walks has no index. Here everything is looked up first, for the whole site.
pub(in crate::store) fn thin(conn: &Connection, site: &SiteId, now: Timestamp) -> rusqlite::Result<Thinned> {
    if !is_due(conn, site, now)? {
        return Ok(Thinned::default());
    }
    let _unchecked = Unchecked::begin(conn)?;
    let all = Transaction::new_unchecked(conn, TransactionBehavior::Immediate)?;
    let old = before(now, KEPT);
    let thinned = Thinned { walks: walks(conn, site, &old)?, polls: polls(conn, site, &old)? };
    conn.prepare_cached("UPDATE sites SET thinned_at = ? WHERE id = ?")?.execute(params![At(now), site])?;
    all.commit()?;
    Ok(thinned)
}

/// While it lives, what points at a row is not looked for when the row goes.
struct Unchecked<'c>(&'c Connection);

impl<'c> Unchecked<'c> {
    fn begin(conn: &'c Connection) -> rusqlite::Result<Self> {
        conn.pragma_update(None, "foreign_keys", false)?;
        Ok(Self(conn))
    }
}

impl Drop for Unchecked<'_> {
    fn drop(&mut self) {
        // The transaction, which is younger, has ended: only in one could this fail.
        let _ = self.0.pragma_update(None, "foreign_keys", true);
    }
}

/// Forgets the walks of a site that began before this time, but for those that are needed.
fn walks(conn: &Connection, site: &SiteId, before: &At) -> rusqlite::Result<u64> {
    let sql = "SELECT id FROM listings WHERE site = ?";
    let listings: Vec<ListingId> =
        conn.prepare_cached(sql)?.query_map([site], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
    let mut n_gone = 0;
    for listing in listings {
        let sql = "SELECT id FROM walks WHERE listing = ? AND started_at < ? AND ended_at IS NOT NULL";
        let old: BTreeSet<WalkId> = conn
            .prepare_cached(sql)?
            .query_map(params![listing, before], |row| row.get(0))?
            .collect::<rusqlite::Result<_>>()?;
        if old.is_empty() {
            continue;
        }
        let mut needed = pointed_at(conn, listing)?;
        needed.extend(newest(conn, listing)?);
        needed.extend(proofs(conn, site, listing)?);
        let mut gone = conn.prepare_cached("DELETE FROM walks WHERE id = ?")?;
        for walk in old.difference(&needed) {
            n_gone += gone.execute([walk])? as u64;
        }
    }
    Ok(n_gone)
}

/// The walks that rows, breakages and other walks of a listing point at.
fn pointed_at(conn: &Connection, listing: ListingId) -> rusqlite::Result<BTreeSet<WalkId>> {
    let sql = "SELECT first_walk FROM listed WHERE listing = ?1 UNION SELECT last_walk FROM listed WHERE listing = ?1
        UNION SELECT first_walk FROM passed_over WHERE listing = ?1
        UNION SELECT last_walk FROM passed_over WHERE listing = ?1
        UNION SELECT begun_by FROM unfinished WHERE listing = ?1 UNION SELECT look FROM unfinished WHERE listing = ?1
        UNION SELECT walk FROM evidence WHERE listing = ?1 UNION SELECT begun_by FROM walks WHERE listing = ?1";
    let mut query = conn.prepare_cached(sql)?;
    let walks = query.query_map([listing], |row| row.get::<_, Option<WalkId>>(0))?;
    walks.filter_map(Result::transpose).collect()
}

/// Walks of each sort that are kept: that a report was not there is told by two.
const NEWEST: usize = 2;

/// The newest walks of each sort: what a listing is like is told from them.
fn newest(conn: &Connection, listing: ListingId) -> rusqlite::Result<BTreeSet<WalkId>> {
    let mut newest = BTreeSet::new();
    for sort in [
        "1",
        "ended_at IS NOT NULL",
        "is_healthy = 1",
        "is_healthy = 1 AND reach <> 'cut'",
        "is_healthy = 1 AND reach = 'last_page'",
        "is_healthy = 1 AND reach IN ('last_page', 'page_limit')",
    ] {
        let sql = format!("SELECT id FROM walks WHERE listing = ? AND {sort} ORDER BY id DESC LIMIT {NEWEST}");
        let mut query = conn.prepare_cached(&sql)?;
        for walk in query.query_map([listing], |row| row.get::<_, WalkId>(0))? {
            newest.insert(walk?);
        }
    }
    Ok(newest)
}

/// A walk to the end of a listing.
struct Whole {
    id: WalkId,
    /// When it began, or the first of those that it went on with.
    begun_at: Timestamp,
    ended_at: Timestamp,
}

/// For each report that a listing showed first, the whole walk that went without it and began last: whatever day the
/// report was due, no other walk says more of its not being there.
fn proofs(conn: &Connection, site: &SiteId, listing: ListingId) -> rusqlite::Result<BTreeSet<WalkId>> {
    let sql = "SELECT w.id, coalesce(b.started_at, w.started_at), w.ended_at
        FROM walks w LEFT JOIN walks b ON b.id = w.begun_by
        WHERE w.listing = ? AND w.is_healthy = 1 AND w.reach = 'last_page' ORDER BY w.ended_at, w.id";
    let mut query = conn.prepare_cached(sql)?;
    let whole = query.query_map([listing], |row| {
        Ok(Whole { id: row.get(0)?, begun_at: row.get::<_, At>(1)?.0, ended_at: row.get::<_, At>(2)?.0 })
    })?;
    let whole: Vec<Whole> = whole.collect::<rusqlite::Result<_>>()?;
    let sql = "SELECT DISTINCT first_seen_at FROM reports WHERE site = ? AND listing = ? ORDER BY first_seen_at";
    let mut query = conn.prepare_cached(sql)?;
    let seen = query.query_map(params![site, listing], |row| Ok(row.get::<_, At>(0)?.0))?;
    let (mut proofs, mut last, mut at) = (BTreeSet::new(), None::<&Whole>, 0);
    for first_seen_at in seen.collect::<rusqlite::Result<Vec<Timestamp>>>()? {
        while let Some(next) = whole.get(at).filter(|walk| walk.ended_at < first_seen_at) {
            last = last.filter(|last| last.begun_at > next.begun_at).or(Some(next));
            at += 1;
        }
        proofs.extend(last.map(|walk| walk.id));
    }
    Ok(proofs)
}

/// Forgets the polls of a site of before this time that nothing points at. Those that failed stay.
fn polls(conn: &Connection, site: &SiteId, before: &At) -> rusqlite::Result<u64> {
    // The first of all tells since when anything is watched.
    let first: Option<i64> = conn.prepare_cached("SELECT min(id) FROM polls")?.query_row([], |row| row.get(0))?;
    let sql =
        "SELECT id FROM polls WHERE site = ?1 AND started_at < ?2 AND state IN ('done', 'interrupted') AND id <> ?3
        EXCEPT SELECT last_poll FROM reports WHERE site = ?1
        EXCEPT SELECT poll FROM changes WHERE site = ?1
        EXCEPT SELECT poll FROM evidence WHERE site = ?1
        EXCEPT SELECT w.poll FROM walks w JOIN listings l ON l.id = w.listing WHERE l.site = ?1";
    let old: Vec<i64> = conn
        .prepare_cached(sql)?
        .query_map(params![site, before, first], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    let mut gone = conn.prepare_cached("DELETE FROM polls WHERE id = ?")?;
    old.iter().try_for_each(|poll| gone.execute([poll]).map(drop))?;
    Ok(old.len() as u64)
}
