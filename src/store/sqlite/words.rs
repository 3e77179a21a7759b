//! The index of words: what `search` looks into.
//!
//! In: a revision's Document; the texts of its files stand in contents. Out: one row of words a revision. Never: a text;
//! the index stores words and their places only.
//!
//! In its own transaction a revision is marked as one without words, which are written soon after, together with those of
//! others: FTS5 writes a part of the index for each transaction and merges the parts later, so that 256 revisions at once
//! cost a third of what they cost one by one. Whoever searches has them written first (`Store::search`); where the process
//! dies before, the mark stays, and a later one goes on from it (`unindexed`).

use std::cell::RefCell;
use std::collections::{BTreeMap, HashSet};
use std::ops::RangeInclusive;
use std::sync::Arc;
use std::time::{Duration, Instant};

use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior, params};

use super::{content, number, open};
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
    /// The number of the Document that they are of.
    document: i64,
    words: Arc<Spaced>,
    files: String,
    /// When it began to wait.
    since: Instant,
}

impl Row {
    fn n_bytes(&self) -> usize {
        self.words.title.len() + self.words.body.len() + self.files.len()
    }
}

/// Revisions that wait for others at most, and bytes of their words.
const MOST_WAITING: usize = 256;
const MOST_WAITING_BYTES: usize = 16 << 20;

/// How long words wait for others, where nobody searches meanwhile.
const LONGEST_WAIT: Duration = Duration::from_secs(2);

/// How long another process that holds the database is waited for: what waits is marked, and can wait for the next time.
const LONGEST_LOCKED: Duration = Duration::from_secs(1);

thread_local! {
    /// What the jobs of this writer left to be written into the index, in their order.
    static WAITING: RefCell<Vec<Row>> = const { RefCell::new(Vec::new()) };
}

/// Has the words of a revision written into the index soon, in place of those that it had.
pub(super) fn index(
    conn: &Connection,
    report: ReportId,
    revision: u32,
    document: &Document,
    words: Arc<Spaced>,
) -> rusqlite::Result<()> {
    let sql = "INSERT OR IGNORE INTO unindexed (report, revision) VALUES (?, ?)";
    conn.prepare_cached(sql)?.execute(params![report, revision])?;
    let sql = "SELECT document FROM revisions WHERE report = ? AND revision = ?";
    let of = conn.prepare_cached(sql)?.query_row(params![report, revision], |row| row.get(0))?;
    let mut files = String::new();
    for attachment in &document.attachments {
        files.push_str(&spaced([&*attachment.title]));
        files.push_str(&spaced(text_of(conn, attachment)?.as_deref()));
    }
    let row = Row { report, revision, document: of, words, files, since: Instant::now() };
    WAITING.with_borrow_mut(|waiting| waiting.push(row));
    Ok(())
}

/// The number that a revision is to have in the index, and what else narrows a search to it: both as its report stands in
/// `reports` now. None where all numbers of its day are taken.
fn placed(conn: &Connection, report: ReportId, revision: u32) -> rusqlite::Result<Option<(i64, String)>> {
    let sql = "SELECT published, site, kind FROM reports WHERE id = ?";
    let (published, place) = conn.prepare_cached(sql)?.query_row([report], |row| {
        let kind: Option<String> = row.get(2)?;
        let place =
            [place::of_site(row.get_ref(1)?.as_str()?), kind.as_deref().map(place::of_kind).unwrap_or_default()];
        Ok((row.get::<_, Option<Stated>>(0)?, place.join(" ")))
    })?;
    let id = numbered(conn, report, revision, &number::of_day(published))?;
    if id.is_none() {
        tracing::error!("no search finds revision {revision} of report {report}: too many are dated {published:?}");
    }
    Ok(id.map(|id| (id, place)))
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

/// Whether the words of a revision wait to be written.
pub(super) fn is_waiting(report: ReportId, revision: u32) -> bool {
    WAITING.with_borrow(|waiting| waiting.iter().any(|row| (row.report, row.revision) == (report, revision)))
}

/// When the words that wait are to be written at the latest; none where none wait.
pub(super) fn due() -> Option<Instant> {
    WAITING.with_borrow(|waiting| {
        let first = waiting.first()?;
        let n_bytes = || waiting.iter().map(Row::n_bytes).sum::<usize>();
        let is_much = waiting.len() >= MOST_WAITING || n_bytes() >= MOST_WAITING_BYTES;
        Some(if is_much { first.since } else { first.since + LONGEST_WAIT })
    })
}

/// Writes the words of all that wait, within a transaction: of a revision those that were given last, and nothing of one
/// that was deleted since, or that another process indexed or read otherwise: that one stays marked.
pub(super) fn write_waiting(conn: &Connection) -> rusqlite::Result<()> {
    let mut seen = HashSet::new();
    let mut last: Vec<Row> = WAITING.take();
    last.reverse();
    last.retain(|row| seen.insert((row.report, row.revision)));
    // In the order of the numbers: FTS5 writes out all that it holds before one that is smaller than the last.
    let mut numbered = BTreeMap::new();
    let sql = "DELETE FROM unindexed WHERE report = ?1 AND revision = ?2
        AND EXISTS (SELECT 1 FROM revisions WHERE report = ?1 AND revision = ?2 AND document = ?3)";
    let mut unmark = conn.prepare_cached(sql)?;
    for row in last.into_iter().rev() {
        if unmark.execute(params![row.report, row.revision, row.document])? == 0 {
            continue;
        }
        if let Some((id, place)) = placed(conn, row.report, row.revision)? {
            numbered.insert(id, (row, place));
        }
    }
    let sql = "INSERT OR REPLACE INTO words (rowid, body, title, files, place) VALUES (?, ?, ?, ?, ?)";
    let mut insert = conn.prepare_cached(sql)?;
    for (id, (row, place)) in numbered {
        insert.execute(params![id, row.words.body, row.words.title, row.files, place])?;
    }
    Ok(())
}

/// The same in a transaction of its own. Where it fails, the revisions stay marked, and a later run goes on with them.
pub(super) fn flush(conn: &Connection) -> rusqlite::Result<()> {
    if n_waiting() == 0 {
        return Ok(());
    }
    conn.busy_timeout(LONGEST_LOCKED)?;
    let written = Transaction::new_unchecked(conn, TransactionBehavior::Immediate).and_then(|writing| {
        write_waiting(&writing)?;
        writing.commit()
    });
    conn.busy_timeout(open::BUSY_TIMEOUT)?;
    written.inspect_err(|_| forget_behind(0))
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Has a revision of so many bytes of words wait.
    fn wait(revision: u32, n_bytes: usize) {
        let words = Arc::new(Spaced { title: String::new(), body: "x".repeat(n_bytes) });
        let (report, since) = (ReportId(1), Instant::now());
        let row = Row { report, revision, document: 1, words, files: String::new(), since };
        WAITING.with_borrow_mut(|waiting| waiting.push(row));
    }

    #[test]
    fn words_wait_for_others_and_not_for_ever() {
        assert_eq!(due(), None);
        let begun = Instant::now();
        wait(0, 10);
        let first = due().unwrap();
        assert!(first >= begun + LONGEST_WAIT);
        (1..255).for_each(|revision| wait(revision, 10));
        assert_eq!(due(), Some(first), "those that came later do not put it off");
        wait(255, 10);
        assert!(due() <= Some(Instant::now()), "there are many");
        forget_behind(255);
        assert_eq!(due(), Some(first), "what was taken back does not count");
        wait(255, MOST_WAITING_BYTES);
        assert!(due() <= Some(Instant::now()), "there is much");
        assert!(is_waiting(ReportId(1), 7) && !is_waiting(ReportId(2), 7));
        forget_behind(0);
        assert_eq!(due(), None);
    }
}
