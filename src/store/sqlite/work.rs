//! Works: reports that carry the same content, on any site. In: a reading. Out: the work it belongs to.
//!
//! Runs inside the transaction that keeps the reading, so that two copies read at once find each other.

use rusqlite::{Connection, Row, params};

use super::row::Count;
use crate::change::work::{Copyable, joins};
use crate::model::{ReportId, WorkId};

/// Works of one stock text that are looked at: those of the same day, and the oldest.
const MOST_COMPARED: usize = 64;

/// The work that a report was put into.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Joined {
    /// No other report carries its content.
    Alone(WorkId),
    /// Other reports carry it too.
    Others(WorkId),
}

/// Puts a report into the work of its content, and out of the one it was in.
pub(super) fn join(
    conn: &Connection,
    report: ReportId,
    was_in: Option<WorkId>,
    content: &Copyable,
) -> rusqlite::Result<Joined> {
    let before = was_in.map(|work| Ok::<_, rusqlite::Error>((work, existing(conn, work)?))).transpose()?;
    if let Some((work, existing)) = &before
        && existing.body_hash == content.body_hash
    {
        return Ok(Joined::Alone(*work));
    }
    let known = known(conn, content)?;
    if let Some((work, existing)) = before {
        if known.is_none() && existing.n_reports_in_work == 1 {
            return turn(conn, work, content).map(Joined::Alone);
        }
        conn.prepare_cached("UPDATE works SET n_reports = n_reports - 1 WHERE id = ?")?.execute([work])?;
    }
    let joined = match known {
        Some((work, existing)) if existing.n_reports_in_work > 0 => Joined::Others(work),
        Some((work, _)) => Joined::Alone(work),
        None => Joined::Alone(add(conn, content)?),
    };
    let (Joined::Alone(work) | Joined::Others(work)) = joined;
    conn.prepare_cached("UPDATE works SET n_reports = n_reports + 1 WHERE id = ?")?.execute([work])?;
    conn.prepare_cached("UPDATE reports SET work = ? WHERE id = ?")?.execute(params![work, report])?;
    Ok(joined)
}

/// The work that a reading of this content joins.
fn known(conn: &Connection, content: &Copyable) -> rusqlite::Result<Option<(WorkId, Copyable)>> {
    let same_day = "SELECT body_hash, n_chars, title, published, n_reports, id FROM works
        WHERE body_hash = ?1 AND published = ?2 ORDER BY id LIMIT ?3";
    let oldest = "SELECT body_hash, n_chars, title, published, n_reports, id FROM works
        WHERE body_hash = ?1 AND ?2 IS ?2 ORDER BY id LIMIT ?3";
    let date = content.published.map(|date| date.date().to_string());
    for sql in [same_day, oldest] {
        let mut query = conn.prepare_cached(sql)?;
        let mut rows = query.query(params![content.body_hash, date, Count(MOST_COMPARED)])?;
        while let Some(row) = rows.next()? {
            let existing = read(row)?;
            if joins(content, &existing) {
                return Ok(Some((row.get(5)?, existing)));
            }
        }
    }
    Ok(None)
}

fn existing(conn: &Connection, work: WorkId) -> rusqlite::Result<Copyable> {
    let sql = "SELECT body_hash, n_chars, title, published, n_reports FROM works WHERE id = ?";
    conn.prepare_cached(sql)?.query_row([work], read)
}

fn read(row: &Row<'_>) -> rusqlite::Result<Copyable> {
    Ok(Copyable {
        body_hash: row.get(0)?,
        n_chars: row.get::<_, Count>(1)?.0,
        title: row.get(2)?,
        published: row.get(3)?,
        n_reports_in_work: row.get::<_, Count>(4)?.0,
    })
}

fn add(conn: &Connection, content: &Copyable) -> rusqlite::Result<WorkId> {
    let sql = "INSERT INTO works (body_hash, n_chars, title, published) VALUES (?, ?, ?, ?)";
    let date = content.published.map(|date| date.date().to_string());
    conn.prepare_cached(sql)?.execute(params![content.body_hash, Count(content.n_chars), content.title, date])?;
    Ok(WorkId(conn.last_insert_rowid()))
}

/// A work whose only report was edited carries the edited content.
fn turn(conn: &Connection, work: WorkId, content: &Copyable) -> rusqlite::Result<WorkId> {
    let sql = "UPDATE works SET body_hash = ?, n_chars = ?, title = ?, published = ? WHERE id = ?";
    let date = content.published.map(|date| date.date().to_string());
    conn.prepare_cached(sql)?.execute(params![content.body_hash, Count(content.n_chars), content.title, date, work])?;
    Ok(work)
}
