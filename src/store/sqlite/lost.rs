//! Contents that cannot be had back as they were stored, which SQLite has no word of.
//!
//! In: a stretch of contents. Out: how many there are, and of which reports those are that are lost. Never: a write.

use bytes::Bytes;
use rusqlite::{Connection, OptionalExtension, params};

use super::content::{self, ContentId};
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
    look_at_heads(conn, &mut losses)?;
    Ok(losses)
}

/// Reads the header lines of all captures; adds those that are damaged. What they say stands in no hash: a line that is
/// another one and no fault is not seen.
pub(in crate::store) fn look_at_heads(conn: &Connection, losses: &mut Losses) -> rusqlite::Result<()> {
    let sql = "SELECT c.report FROM captures c LEFT JOIN header_sets h ON h.id = c.header_set
        WHERE CASE WHEN json_valid(coalesce(h.lines, '[]')) AND json_valid(coalesce(c.headers, '[]'))
            THEN c.header_set IS NOT NULL AND (h.lines IS NULL
                OR (SELECT count(*) FROM json_each(h.lines) WHERE value ->> 1 IS NULL)
                    <> json_array_length(coalesce(c.headers, '[]')))
            ELSE TRUE END";
    let mut query = conn.prepare_cached(sql)?;
    let mut rows = query.query([])?;
    while let Some(row) = rows.next()? {
        losses.n_heads_lost += 1;
        losses.name(row.get(0)?);
    }
    Ok(())
}

impl Losses {
    fn name(&mut self, report: Option<ReportId>) {
        let other = report.filter(|report| !self.reports.contains(report));
        self.reports.extend(other.filter(|_| self.reports.len() < MOST_NAMED));
    }
}

/// Reads the contents behind this row; adds what was found, and gives the last row. `None`: there are no more.
pub(in crate::store) fn look(conn: &Connection, behind: i64, losses: &mut Losses) -> rusqlite::Result<Option<i64>> {
    let sql = "SELECT id FROM contents WHERE id > ? ORDER BY id LIMIT ?";
    let mut query = conn.prepare_cached(sql)?;
    let contents = query.query_map(params![behind, Count(AT_ONCE)], |row| row.get(0))?;
    let contents: Vec<ContentId> = contents.collect::<rusqlite::Result<_>>()?;
    for content in &contents {
        losses.n_read += 1;
        if content::is_lost(conn, *content)? {
            losses.n_lost += 1;
            if losses.reports.len() < MOST_NAMED {
                losses.name(report(conn, *content)?);
            }
        } else if content::is_by_second_copy(conn, *content) {
            losses.n_by_second_copy += 1;
        }
    }
    Ok(contents.last().map(|content| content.0))
}

/// Those of these contents that are known and lost.
pub(in crate::store) fn lost_among(conn: &Connection, contents: Vec<Bytes>) -> rusqlite::Result<Vec<Bytes>> {
    let mut lost = Vec::new();
    for content in contents {
        if let Some(known) = content::number(conn, Hash::of(&content))?
            && content::is_lost(conn, known)?
        {
            lost.push(content);
        }
    }
    Ok(lost)
}

/// The first report that has this as its text or as its page; `None`: it is something else, such as a file.
fn report(conn: &Connection, content: ContentId) -> rusqlite::Result<Option<ReportId>> {
    let sql = "SELECT report FROM revisions WHERE document = ?1
        UNION ALL SELECT report FROM captures WHERE body = ?1 AND report IS NOT NULL LIMIT 1";
    conn.prepare_cached(sql)?.query_row([content], |row| row.get(0)).optional()
}
