//! The index of words: what `search` looks into, kept in the transaction of the revision that it is of.
//!
//! In: a revision's Document; the texts of its files stand in contents. Out: one row of words a revision. Never: a text;
//! the index stores words and their places only.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::sync::Arc;

use rusqlite::{Connection, OptionalExtension, params};

use super::{content, number};
use crate::model::{Attachment, Document, ReportId, Stated};
use crate::store::words::{place, spaced};

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
        Self { title: spaced(document.title.as_deref()), body: spaced(texts) }
    }
}

/// Words of a revision that are to stand in the index.
struct Row {
    report: ReportId,
    revision: u32,
    words: Arc<Spaced>,
    files: String,
    place: String,
}

thread_local! {
    /// What the jobs of a batch have to index, by their numbers. FTS5 writes out all that it holds at every savepoint, and
    /// each job has one: a batch that is indexed at its end costs a third.
    static WAITING: RefCell<Vec<(i64, Row)>> = const { RefCell::new(Vec::new()) };
}

/// Indexes the words of a revision, in place of those that it had, at the end of this transaction; its report stands in
/// `reports` as it is from now on.
pub(super) fn index(
    conn: &Connection,
    report: ReportId,
    revision: u32,
    document: &Document,
    words: Arc<Spaced>,
) -> rusqlite::Result<()> {
    let sql = "DELETE FROM unindexed WHERE report = ? AND revision = ?";
    conn.prepare_cached(sql)?.execute(params![report, revision])?;
    let sql = "SELECT published, site, kind FROM reports WHERE id = ?";
    let (published, place) = conn.prepare_cached(sql)?.query_row([report], |row| {
        let kind: Option<String> = row.get(2)?;
        let place =
            [place::of_site(row.get_ref(1)?.as_str()?), kind.as_deref().map(place::of_kind).unwrap_or_default()];
        Ok((row.get::<_, Option<Stated>>(0)?, place.join(" ")))
    })?;
    let Some(id) = numbered(conn, report, revision, &number::of_day(published))? else {
        tracing::error!("no search finds revision {revision} of report {report}: too many are dated {published:?}");
        return Ok(());
    };
    let mut files = String::new();
    for attachment in &document.attachments {
        files.push_str(&spaced([&*attachment.title]));
        files.push_str(&spaced(text_of(conn, attachment)?.as_deref()));
    }
    let row = Row { report, revision, words, files, place };
    WAITING.with_borrow_mut(|waiting| waiting.push((id, row)));
    Ok(())
}

/// The number of a revision among those of its day: the one that it has, or the next; none where all are taken.
fn numbered(
    conn: &Connection,
    report: ReportId,
    revision: u32,
    of_day: &RangeInclusive<i64>,
) -> rusqlite::Result<Option<i64>> {
    let sql = "SELECT id FROM indexed WHERE report = ? AND revision = ?";
    let before = conn.prepare_cached(sql)?.query_row(params![report, revision], |row| row.get(0)).optional()?;
    if before.is_some_and(|id| of_day.contains(&id)) {
        return Ok(before);
    }
    if before.is_some() {
        forget(conn, report, revision)?;
    }
    let (first, last) = (of_day.start(), of_day.end());
    let sql = "SELECT id FROM indexed WHERE id BETWEEN ? AND ? ORDER BY id DESC LIMIT 1";
    let newest = conn.prepare_cached(sql)?.query_row([first, last], |row| row.get(0)).optional()?;
    let Some(id) = newest.map_or(Some(*first), |id: i64| Some(id + 1).filter(|id| id <= last)) else { return Ok(None) };
    let sql = "INSERT INTO indexed (id, report, revision) VALUES (?, ?, ?)";
    conn.prepare_cached(sql)?.execute(params![id, report, revision])?;
    Ok(Some(id))
}

/// Takes a revision out of the index.
pub(super) fn forget(conn: &Connection, report: ReportId, revision: u32) -> rusqlite::Result<()> {
    let sql = "DELETE FROM indexed WHERE report = ? AND revision = ? RETURNING id";
    let id: Option<i64> =
        conn.prepare_cached(sql)?.query_row(params![report, revision], |row| row.get(0)).optional()?;
    let Some(id) = id else { return Ok(()) };
    conn.prepare_cached("DELETE FROM words WHERE rowid = ?")?.execute([id]).map(drop)
}

/// How many revisions wait to be indexed; what a job adds behind them is its own.
pub(super) fn n_waiting() -> usize {
    WAITING.with_borrow(Vec::len)
}

/// Forgets all but the first ones that wait: those of a job whose writes are taken back, or of a whole batch.
pub(super) fn forget_behind(n: usize) {
    WAITING.with_borrow_mut(|waiting| waiting.truncate(n));
}

/// Writes the words of all that wait, after the last savepoint of a batch: of each number what was given last, and
/// nothing that got another number or was deleted since.
pub(super) fn write_waiting(conn: &Connection) -> rusqlite::Result<()> {
    // In the order of the numbers: FTS5 writes out all that it holds before one that is smaller than the last.
    let waiting: BTreeMap<i64, Row> = WAITING.take().into_iter().collect();
    let mut is_numbered = conn.prepare_cached("SELECT 1 FROM indexed WHERE id = ? AND report = ? AND revision = ?")?;
    let sql = "INSERT OR REPLACE INTO words (rowid, body, title, files, place) VALUES (?, ?, ?, ?, ?)";
    let mut insert = conn.prepare_cached(sql)?;
    for (id, Row { report, revision, words, files, place }) in waiting {
        if is_numbered.exists(params![id, report, revision])? {
            insert.execute(params![id, words.body, words.title, files, place])?;
        }
    }
    Ok(())
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
