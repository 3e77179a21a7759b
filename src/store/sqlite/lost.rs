//! Contents that cannot be had back as they were stored, which SQLite has no word of.
//!
//! In: a stretch of contents. Out: how many there are, and of which reports those are that are lost. Never: a write.

use rusqlite::{Connection, OptionalExtension, params};

use super::content;
use super::row::Count;
use crate::model::{Hash, ReportId};
use crate::store::Losses;

/// Reports that are named: finding one of them reads all revisions.
const MOST_NAMED: usize = 5;

/// Contents of a stretch.
const AT_ONCE: usize = 500;

/// Reads all contents.
pub(super) fn all(conn: &Connection) -> rusqlite::Result<Losses> {
    let (mut losses, mut behind) = (Losses::default(), Some(0));
    while let Some(row) = behind {
        behind = look(conn, row, &mut losses)?;
    }
    Ok(losses)
}

/// Reads the contents behind this row; adds what was found, and gives the last row. `None`: there are no more.
pub(in crate::store) fn look(conn: &Connection, behind: i64, losses: &mut Losses) -> rusqlite::Result<Option<i64>> {
    let sql = "SELECT rowid, hash FROM contents WHERE rowid > ? ORDER BY rowid LIMIT ?";
    let mut query = conn.prepare_cached(sql)?;
    let rows = query.query_map(params![behind, Count(AT_ONCE)], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let rows: Vec<(i64, Hash)> = rows.collect::<rusqlite::Result<_>>()?;
    for (_, hash) in &rows {
        losses.n_read += 1;
        if content::is_lost(conn, *hash)? {
            losses.n_lost += 1;
            if losses.reports.len() < MOST_NAMED {
                let other = report(conn, *hash)?.filter(|report| !losses.reports.contains(report));
                losses.reports.extend(other);
            }
        }
    }
    Ok(rows.last().map(|(row, _)| *row))
}

/// The first report that has this as its text or as its page; `None`: it is something else, such as a file.
fn report(conn: &Connection, hash: Hash) -> rusqlite::Result<Option<ReportId>> {
    let sql = "SELECT report FROM revisions WHERE document = ?1
        UNION ALL SELECT report FROM captures WHERE body = ?1 AND report IS NOT NULL LIMIT 1";
    conn.prepare_cached(sql)?.query_row([hash], |row| row.get(0)).optional()
}
