//! When known reports are read again after their site's file has changed how often: sooner, never later.
//!
//! In: a site, new times. Out: its reports with what decides of them. Never: a time that is put off.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};

use super::row::{At, Count};
use crate::model::{Hash, ReportId, SiteId};
use crate::store::RecheckRow;

/// How often the reports of a site were to be read again at its last poll, as a digest.
pub(in crate::store) fn rules(conn: &Connection, site: &SiteId) -> rusqlite::Result<Option<Hash>> {
    let sql = "SELECT recheck FROM sites WHERE id = ?";
    Ok(conn.prepare_cached(sql)?.query_row([site], |row| row.get(0)).optional()?.flatten())
}

/// Keeps it.
pub(in crate::store) fn keep_rules(conn: &Connection, site: &SiteId, rules: Hash) -> rusqlite::Result<()> {
    conn.prepare_cached("UPDATE sites SET recheck = ? WHERE id = ?")?.execute(params![rules, site]).map(drop)
}

/// Reports of a site that are to be read again at some time, by their numbers above this one.
pub(in crate::store) fn rows(
    conn: &Connection,
    site: &SiteId,
    above: ReportId,
    limit: usize,
) -> rusqlite::Result<Vec<RecheckRow>> {
    let sql = "SELECT r.id, r.url, l.name, r.kind, coalesce(v.seen_at, r.first_seen_at), r.next_recheck_at
        FROM reports r LEFT JOIN listings l ON l.id = r.listing
        LEFT JOIN revisions v ON v.report = r.id AND v.revision = r.revision
        WHERE r.id IN (SELECT id FROM reports WHERE site = ?1 AND id > ?2 AND next_recheck_at IS NOT NULL
            ORDER BY id LIMIT ?3) ORDER BY r.id";
    let mut query = conn.prepare_cached(sql)?;
    let rows = query.query_map(params![site, above, Count(limit)], |row| {
        Ok(RecheckRow {
            report: row.get(0)?,
            url: row.get(1)?,
            listing: row.get(2)?,
            kind: row.get(3)?,
            since_at: row.get::<_, At>(4)?.0,
            next_recheck_at: row.get::<_, At>(5)?.0,
        })
    })?;
    rows.collect()
}

/// Reads these reports again at these times, where they are not to be read sooner.
pub(in crate::store) fn move_ahead(conn: &Connection, moves: &[(ReportId, Timestamp)]) -> rusqlite::Result<()> {
    let sql = "UPDATE reports SET next_recheck_at = min(next_recheck_at, ?2) WHERE id = ?1";
    let mut update = conn.prepare_cached(sql)?;
    moves.iter().try_for_each(|(report, at)| update.execute(params![report, At(*at)]).map(drop))
}
