//! The index of words: what `search` looks into, kept in the transaction of the revision that it is of.
//!
//! In: a revision's Document; the texts of its files stand in contents. Out: one row of words a revision. Never: a text;
//! the index stores words and their places only.

use rusqlite::{Connection, params};

use super::content;
use crate::model::{Attachment, Document, ReportId};
use crate::store::words::spaced;

/// Indexes the words of a revision, in place of those that it had.
pub(super) fn index(conn: &Connection, report: ReportId, revision: u32, document: &Document) -> rusqlite::Result<()> {
    let sql = "INSERT INTO indexed (report, revision) VALUES (?, ?)
        ON CONFLICT (report, revision) DO UPDATE SET report = excluded.report RETURNING id";
    let id: i64 = conn.prepare_cached(sql)?.query_row(params![report, revision], |row| row.get(0))?;
    let title = spaced(document.title.as_deref().unwrap_or_default());
    let mut body = String::new();
    for field in fields(document) {
        body.push_str(&spaced(field));
    }
    for block in &document.blocks {
        body.push_str(&spaced(&block.text));
    }
    let mut files = String::new();
    for attachment in &document.attachments {
        files.push_str(&spaced(&attachment.title));
        if let Some(text) = text_of(conn, attachment)? {
            files.push_str(&spaced(&text));
        }
    }
    let sql = "INSERT OR REPLACE INTO words (rowid, title, body, files) VALUES (?, ?, ?, ?)";
    conn.prepare_cached(sql)?.execute(params![id, title, body, files])?;
    let sql = "DELETE FROM unindexed WHERE report = ? AND revision = ?";
    conn.prepare_cached(sql)?.execute(params![report, revision]).map(drop)
}

/// What a report says of itself beside its text, where people look for it by these words.
pub(super) fn fields(document: &Document) -> impl Iterator<Item = &str> {
    [&document.doc_no, &document.index_no, &document.source, &document.authority]
        .into_iter()
        .filter_map(Option::as_deref)
}

/// The text of a file, where it was read; none where it is damaged, which must stop no poll and no search.
pub(super) fn text_of(conn: &Connection, file: &Attachment) -> rusqlite::Result<Option<String>> {
    let Some(hash) = file.file.as_ref().and_then(|file| file.text_hash) else { return Ok(None) };
    let text = content::readable(hash, content::bytes(conn, hash))?.flatten();
    Ok(text.map(|text| String::from_utf8(text).unwrap_or_else(|e| String::from_utf8_lossy(e.as_bytes()).into_owned())))
}
