//! Revisions: what was read of a report, kept once and for ever.
//!
//! In: a reading, its contents packed. Out: a row that points to them. Only other rules of reading replace one.

use std::sync::Arc;

use rusqlite::{Connection, Row, named_params, params};

use super::content;
use super::prepared::Prepared;
use super::row::{At, Count, Json};
use super::unindexed;
use super::words;
use super::work::{self, Joining};
use crate::change::work::Copyable;
use crate::model::{ChangeId, Document, Event, Fingerprint, ReportId};
use crate::store::Reading;

/// Which revision is made, by what and when.
pub(super) struct Made<'a> {
    pub(super) report: ReportId,
    pub(super) revision: u32,
    pub(super) event: &'a Event,
    pub(super) capture: Option<i64>,
    /// None for a baseline, which is told once for the whole listing.
    pub(super) change: Option<ChangeId>,
}

/// Keeps a reading as a revision.
pub(super) fn add(conn: &Connection, made: &Made<'_>, reading: &Reading, prepared: &Prepared) -> rusqlite::Result<()> {
    let sql = "INSERT INTO revisions (report, revision, event, seen_at, fields, rules, body_hash, content_hash,
            metadata_hash, attachments_hash, n_chars, document, capture, change)
        VALUES (:report, :revision, :event, :seen_at, :fields, :rules, :body_hash, :content_hash, :metadata_hash,
            :attachments_hash, :n_chars, :document, :capture, :change)";
    let print = &reading.fingerprint;
    conn.prepare_cached(sql)?.execute(named_params! {
        ":report": made.report,
        ":revision": made.revision,
        ":event": made.event.event.as_str(),
        ":seen_at": At(made.event.seen_at),
        ":fields": Json(&made.event.fields),
        ":rules": print.rules,
        ":body_hash": print.body_hash,
        ":content_hash": print.content_hash,
        ":metadata_hash": print.metadata_hash,
        ":attachments_hash": print.attachments_hash,
        ":n_chars": Count(reading.document.n_chars()),
        ":document": content::keep(conn, &prepared.packed)?,
        ":capture": made.capture,
        ":change": made.change,
    })?;
    Ok(())
}

/// Indexes the words of a revision, once its report stands in `reports` as the revision left it. What the index has of
/// the report's other revisions moves with it.
pub(super) fn index(
    conn: &Connection,
    report: ReportId,
    revision: u32,
    document: &Document,
    prepared: &Prepared,
) -> rusqlite::Result<()> {
    words::index(conn, report, revision, document, Arc::clone(&prepared.words))?;
    unindexed::index_report(conn, report)
}

/// Keeps the captures of an article's further pages. Where nothing was received, the pages are those of the revision
/// before.
pub(super) fn add_parts(conn: &Connection, made: &Made<'_>, captures: &[i64]) -> rusqlite::Result<()> {
    let (report, revision) = (made.report, made.revision);
    if made.capture.is_none() {
        let sql = "INSERT INTO parts (report, revision, position, capture)
            SELECT report, ?2, position, capture FROM parts WHERE report = ?1 AND revision = ?2 - 1";
        conn.prepare_cached(sql)?.execute(params![report, revision])?;
        let sql =
            "UPDATE revisions SET capture = (SELECT capture FROM revisions WHERE report = ?1 AND revision = ?2 - 1)
            WHERE report = ?1 AND revision = ?2";
        return conn.prepare_cached(sql)?.execute(params![report, revision]).map(drop);
    }
    add_pages(conn, report, revision, captures)
}

/// The further pages of an article, in order.
fn add_pages(conn: &Connection, report: ReportId, revision: u32, captures: &[i64]) -> rusqlite::Result<()> {
    let sql = "INSERT INTO parts (report, revision, position, capture) VALUES (?, ?, ?, ?)";
    for (position, capture) in captures.iter().enumerate() {
        conn.prepare_cached(sql)?.execute(params![report, revision, Count(position + 1), capture])?;
    }
    Ok(())
}

/// Keeps what a revision was read from that had no page before.
pub(super) fn keep_page(conn: &Connection, report: ReportId, revision: u32, captures: &[i64]) -> rusqlite::Result<()> {
    let sql = "UPDATE revisions SET capture = ? WHERE report = ? AND revision = ?";
    conn.prepare_cached(sql)?.execute(params![captures.first(), report, revision])?;
    add_pages(conn, report, revision, captures.get(1..).unwrap_or_default())
}

/// The hashes of the revisions before this one, the latest first.
pub(in crate::store) fn prints_before(
    conn: &Connection,
    report: ReportId,
    revision: u32,
    limit: usize,
) -> rusqlite::Result<Vec<Fingerprint>> {
    let sql = "SELECT rules, body_hash, content_hash, metadata_hash, attachments_hash FROM revisions
        WHERE report = ? AND revision < ? ORDER BY revision DESC LIMIT ?";
    let mut query = conn.prepare_cached(sql)?;
    let prints = query.query_map(params![report, revision, Count(limit)], |row| print(row, 0))?;
    prints.collect()
}

/// The hashes of a revision, in this order from this column on.
pub(super) fn print(row: &Row<'_>, first: usize) -> rusqlite::Result<Fingerprint> {
    Ok(Fingerprint {
        rules: row.get(first)?,
        body_hash: row.get(first + 1)?,
        content_hash: row.get(first + 2)?,
        metadata_hash: row.get(first + 3)?,
        attachments_hash: row.get(first + 4)?,
    })
}

/// Replaces what was read of a revision by another reading of the same capture; told to nobody.
pub(in crate::store) fn rebaseline(
    conn: &Connection,
    report: ReportId,
    revision: u32,
    print: &Fingerprint,
    document: &Document,
    prepared: &Prepared,
) -> rusqlite::Result<bool> {
    let sql = "UPDATE revisions SET rules = :rules, body_hash = :body_hash, content_hash = :content_hash,
            metadata_hash = :metadata_hash, attachments_hash = :attachments_hash, n_chars = :n_chars,
            document = :document
        WHERE report = :report AND revision = :revision";
    let n_rows = conn.prepare_cached(sql)?.execute(named_params! {
        ":rules": print.rules,
        ":body_hash": print.body_hash,
        ":content_hash": print.content_hash,
        ":metadata_hash": print.metadata_hash,
        ":attachments_hash": print.attachments_hash,
        ":n_chars": Count(document.n_chars()),
        ":document": content::keep(conn, &prepared.packed)?,
        ":report": report,
        ":revision": revision,
    })?;
    if n_rows == 0 {
        return Ok(false);
    }
    // What no rule reads any more is not known: the next reading would be completed by it, and differ.
    // Nor is the answer that was read last: another capture may have been read by the rules of before.
    let sql = "UPDATE reports SET rules = ?1, title = ?2, published = ?3, answer = NULL
        WHERE id = ?4 AND revision = ?5 RETURNING title, published, work";
    let mut query = conn.prepare_cached(sql)?;
    let mut rows = query.query(params![print.rules, document.title, document.published, report, revision])?;
    if let Some(row) = rows.next()? {
        let candidate = Copyable::candidate(document, print.body_hash);
        let content = Copyable { title: row.get(0)?, published: row.get(1)?, ..candidate };
        let was_in = row.get(2)?;
        drop(rows);
        let signature = prepared.signature.as_ref();
        let joining = Joining { report, content: &content, signature, was_in, said_until: None };
        work::join(conn, &joining)?;
    }
    index(conn, report, revision, document, prepared)?;
    Ok(true)
}
