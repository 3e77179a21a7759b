//! Revisions whose words are not in the index, or not in their place: those that an earlier release kept, a stretch at a
//! time beside the polls, those whose report moved to another day, site or kind, and those whose writer ended before it
//! wrote them.
//!
//! In: their Documents. Out: rows of the index. Never: an end to it by one that cannot be read.

use std::sync::Arc;

use rusqlite::{Connection, OptionalExtension, params};

use super::row::Count;
use super::words::Spaced;
use super::{content, words};
use crate::model::{Document, ReportId};

/// Indexes so many revisions of before; gives whether more are left.
pub(in crate::store) fn index_more(conn: &Connection, n: usize) -> rusqlite::Result<bool> {
    let mut query = conn.prepare_cached("SELECT report, revision FROM unindexed LIMIT ?")?;
    let next = query.query_map([Count(n)], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let next = next.collect::<rusqlite::Result<Vec<(ReportId, u32)>>>()?;
    next.into_iter().try_for_each(|(report, revision)| index(conn, report, revision))?;
    words::write_waiting(conn)?;
    conn.prepare_cached("SELECT EXISTS (SELECT 1 FROM unindexed)")?.query_row([], |row| row.get(0))
}

/// Indexes what is not in its place of this report: its other revisions, where a new one says another day.
pub(super) fn index_report(conn: &Connection, report: ReportId) -> rusqlite::Result<()> {
    let mut query = conn.prepare_cached("SELECT revision FROM unindexed WHERE report = ?")?;
    let revisions = query.query_map([report], |row| row.get(0))?.collect::<rusqlite::Result<Vec<u32>>>()?;
    let mut left = revisions.into_iter().filter(|&revision| !words::is_waiting(report, revision));
    left.try_for_each(|revision| index(conn, report, revision))
}

fn index(conn: &Connection, report: ReportId, revision: u32) -> rusqlite::Result<()> {
    if let Some(document) = document(conn, report, revision)? {
        return words::index(conn, report, revision, &document, Arc::new(Spaced::of(&document)));
    }
    // Nor in the place that it had: a filter would show it where it no longer stands.
    words::forget(conn, report, revision)?;
    let sql = "DELETE FROM unindexed WHERE report = ? AND revision = ?";
    conn.prepare_cached(sql)?.execute(params![report, revision])?;
    tracing::error!("revision {revision} of report {report} cannot be read: no search finds it by its words");
    Ok(())
}

/// The Document of a revision; `None` where it is damaged or gone.
fn document(conn: &Connection, report: ReportId, revision: u32) -> rusqlite::Result<Option<Document>> {
    let sql = "SELECT document FROM revisions WHERE report = ? AND revision = ?";
    let said = conn.prepare_cached(sql)?.query_row(params![report, revision], |row| row.get(0)).optional()?;
    said.map_or(Ok(None), |said| content::readable_document(conn, said))
}

/// How many revisions have no words yet; reads all of them.
pub(super) fn unindexed(conn: &Connection) -> rusqlite::Result<u64> {
    let n: i64 = conn.prepare_cached("SELECT count(*) FROM unindexed")?.query_row([], |row| row.get(0))?;
    Ok(u64::try_from(n).unwrap_or(0))
}
