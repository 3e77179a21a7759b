//! Contents and header lines that cannot be had back as they were stored, which SQLite has no word of.
//!
//! In: a stretch of them. Out: how many there are, and of which reports those are that are lost. Never: a write.

use bytes::Bytes;
use rusqlite::{Connection, OptionalExtension, params};

use super::capture;
use super::content::{self, Condition, ContentId};
use super::row::Count;
use crate::model::{Hash, ReportId};
use crate::store::Losses;

/// Reports that are named: finding one of them reads all revisions.
const MOST_NAMED: usize = 5;

/// Contents or captures of a stretch.
const AT_ONCE: usize = 500;

/// How far a look has come: the last row that was read.
#[derive(Debug, Clone, Copy)]
pub(in crate::store) enum Behind {
    Content(i64),
    /// All contents, and the header lines of this capture.
    Capture(i64),
}

impl Behind {
    pub(in crate::store) const START: Self = Self::Content(0);
}

/// Reads all there is.
pub(super) fn all(conn: &Connection) -> rusqlite::Result<Losses> {
    let (mut losses, mut behind) = (Losses::default(), Some(Behind::START));
    while let Some(row) = behind {
        behind = look(conn, row, &mut losses)?;
    }
    Ok(losses)
}

/// Reads a stretch behind this row; adds what was found, and gives how far it came. `None`: there is no more.
pub(in crate::store) fn look(
    conn: &Connection,
    behind: Behind,
    losses: &mut Losses,
) -> rusqlite::Result<Option<Behind>> {
    match behind {
        Behind::Content(id) => {
            let last = look_at_contents(conn, id, losses)?;
            Ok(Some(last.map_or(Behind::Capture(0), Behind::Content)))
        }
        Behind::Capture(id) => Ok(look_at_heads(conn, id, losses)?.map(Behind::Capture)),
    }
}

fn look_at_contents(conn: &Connection, behind: i64, losses: &mut Losses) -> rusqlite::Result<Option<i64>> {
    let sql = "SELECT id FROM contents WHERE id > ? ORDER BY id LIMIT ?";
    let mut query = conn.prepare_cached(sql)?;
    let contents = query.query_map(params![behind, Count(AT_ONCE)], |row| row.get(0))?;
    let contents: Vec<ContentId> = contents.collect::<rusqlite::Result<_>>()?;
    for content in &contents {
        losses.n_read += 1;
        match content::condition(conn, *content)? {
            Condition::Sound => {}
            Condition::BySecondCopy => losses.n_by_second_copy += 1,
            Condition::Lost => {
                losses.n_lost += 1;
                if losses.reports.len() < MOST_NAMED {
                    losses.name(report(conn, *content)?);
                }
            }
        }
    }
    Ok(contents.last().map(|content| content.0))
}

/// What header lines say stands in no hash: a line that is another one and no fault is not seen.
fn look_at_heads(conn: &Connection, behind: i64, losses: &mut Losses) -> rusqlite::Result<Option<i64>> {
    let heads = capture::conditions(conn, behind, AT_ONCE)?;
    for damaged in heads.iter().filter(|head| head.is_damaged) {
        losses.n_heads_lost += 1;
        losses.name(damaged.report);
    }
    Ok(heads.last().map(|head| head.capture))
}

impl Losses {
    fn name(&mut self, report: Option<ReportId>) {
        let other = report.filter(|report| !self.reports.contains(report));
        self.reports.extend(other.filter(|_| self.reports.len() < MOST_NAMED));
    }
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
