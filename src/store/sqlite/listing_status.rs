//! How each listing of a site stands, and since when all of it is known. Never: a write.

use rusqlite::{Connection, Row};

use super::row::{Count, Json, instant};
use crate::model::{ListingStatus, SiteId, Stated};
use crate::store::Bound;

/// The listings of a site in the order of their first sight.
pub(super) fn statuses(conn: &Connection, site: &SiteId) -> rusqlite::Result<Vec<ListingStatus>> {
    let sql = "SELECT l.name, l.baselined_at IS NOT NULL, l.looked_at, l.bound, u.n_pages, u.n_stated, u.oldest_row,
            (SELECT count(*) FROM listed WHERE listing = l.id),
            (SELECT min(date) FROM listed WHERE listing = l.id AND date IS NOT NULL),
            (SELECT count(*) FROM reports r WHERE r.site = l.site AND r.is_pending = 1 AND r.listing = l.id),
            w.n_pages, w.reach, w.reason, l.url
        FROM listings l LEFT JOIN unfinished u ON u.listing = l.id
        LEFT JOIN walks w ON w.id = (SELECT max(id) FROM walks WHERE listing = l.id AND ended_at IS NOT NULL)
        WHERE l.site = ? ORDER BY l.id";
    conn.prepare_cached(sql)?.query_map([site], status)?.collect()
}

fn status(row: &Row<'_>) -> rusqlite::Result<ListingStatus> {
    let count = |column| Ok::<_, rusqlite::Error>(row.get::<_, Count>(column)?.0 as u64);
    let (is_baselined, n_unfinished): (bool, Option<u32>) = (row.get(1)?, row.get(4)?);
    let bound: Option<Bound> = row.get::<_, Option<Json<_>>>(3)?.map(|bound| bound.0);
    let is_whole = is_baselined && bound.is_none();
    let complete_since = match bound {
        _ if !is_baselined => row.get(6)?,
        None => row.get(8)?,
        Some(bound) => bound.since.map(Stated::day).max(bound.oldest_row),
    };
    Ok(ListingStatus {
        listing: row.get(0)?,
        url: row.get(13)?,
        complete_since,
        is_whole,
        entries: count(7)?,
        pending: count(9)?,
        pages: n_unfinished.or(row.get(10)?).unwrap_or(0),
        pages_stated: row.get(5)?,
        looked_at: instant(row.get(2)?),
        reach: row.get(11)?,
        reason: row.get(12)?,
    })
}
