//! The index of words: what `search` looks into, kept in the transaction of the revision that it is of.
//!
//! In: a revision's Document; the texts of its files stand in contents. Out: one row of words a revision. Never: a text;
//! the index stores words and their places only.

use std::cell::RefCell;
use std::sync::Arc;

use rusqlite::{Connection, params};

use super::content;
use crate::model::{Attachment, Document, ReportId};
use crate::store::words::spaced;

/// The words of a reading beside those of its files, cut before the writer is asked.
#[derive(Debug)]
pub(in crate::store) struct Spaced {
    title: String,
    body: String,
}

impl Spaced {
    /// The words of a Document.
    pub(in crate::store) fn of(document: &Document) -> Self {
        let texts = fields(document).chain(document.blocks.iter().map(|block| block.text.as_str()));
        Self { title: spaced(document.title.as_deref().unwrap_or_default()), body: texts.map(spaced).collect() }
    }
}

/// Words of a revision that are to stand in the index.
struct Row {
    id: i64,
    words: Arc<Spaced>,
    files: String,
}

thread_local! {
    /// What the jobs of a batch have to index. FTS5 writes out all that it holds at every savepoint, and each job has one:
    /// a batch that is indexed at its end costs a third.
    static WAITING: RefCell<Vec<Row>> = const { RefCell::new(Vec::new()) };
}

/// Indexes the words of a revision, in place of those that it had, at the end of this transaction.
pub(super) fn index(
    conn: &Connection,
    report: ReportId,
    revision: u32,
    document: &Document,
    words: Arc<Spaced>,
) -> rusqlite::Result<()> {
    let sql = "INSERT INTO indexed (report, revision) VALUES (?, ?)
        ON CONFLICT (report, revision) DO UPDATE SET report = excluded.report RETURNING id";
    let id: i64 = conn.prepare_cached(sql)?.query_row(params![report, revision], |row| row.get(0))?;
    let mut files = String::new();
    for attachment in &document.attachments {
        files.push_str(&spaced(&attachment.title));
        if let Some(text) = text_of(conn, attachment)? {
            files.push_str(&spaced(&text));
        }
    }
    let sql = "DELETE FROM unindexed WHERE report = ? AND revision = ?";
    conn.prepare_cached(sql)?.execute(params![report, revision])?;
    WAITING.with_borrow_mut(|waiting| waiting.push(Row { id, words, files }));
    Ok(())
}

/// How many revisions wait to be indexed; what a job adds behind them is its own.
pub(super) fn n_waiting() -> usize {
    WAITING.with_borrow(Vec::len)
}

/// Forgets all but the first ones that wait: those of a job whose writes are taken back, or of a whole batch.
pub(super) fn forget_behind(n: usize) {
    WAITING.with_borrow_mut(|waiting| waiting.truncate(n));
}

/// Writes the words of all that wait, after the last savepoint of a batch.
pub(super) fn write_waiting(conn: &Connection) -> rusqlite::Result<()> {
    let waiting = WAITING.take();
    let mut insert =
        conn.prepare_cached("INSERT OR REPLACE INTO words (rowid, title, body, files) VALUES (?, ?, ?, ?)")?;
    waiting
        .iter()
        .try_for_each(|Row { id, words, files }| insert.execute(params![id, words.title, words.body, files]).map(drop))
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
