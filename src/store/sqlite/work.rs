//! Works: reports that carry the same content, on any site. In: a reading. Out: the work it belongs to.
//!
//! Runs inside the transaction that keeps the reading, so that two copies read at once find each other. A report that
//! was taken out of a work by hand has one of its own, which nothing joins.

use rusqlite::{Connection, Row, named_params, params};

use super::resemblance;
use super::row::Count;
use crate::change::signature::Signature;
use crate::change::work::{Copyable, joins};
use crate::model::{Hash, ReportId, WorkId};

/// Works of one stock text that are looked at: those of the same day, and the oldest.
const MOST_COMPARED: usize = 64;

/// Works of one text that are looked through for another report of a site: portals of one region share their notices.
const MOST_WORKS: usize = 10_000;

/// The work that a report was put into.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Joined {
    /// No other report carries its content.
    Alone(WorkId),
    /// Other reports carry it too.
    Others(WorkId),
}

/// A report that is put into the work of its content.
pub(super) struct Joining<'a> {
    pub(super) report: ReportId,
    pub(super) content: &'a Copyable,
    /// None for a body too short to have one.
    pub(super) signature: Option<&'a Signature>,
    pub(super) was_in: Option<WorkId>,
    /// The last revision that says what its former work says; None where other rules read the same page.
    pub(super) said_until: Option<u32>,
}

/// Puts a report into the work of its content, and out of the one it was in.
pub(super) fn join(conn: &Connection, joining: &Joining<'_>) -> rusqlite::Result<Joined> {
    let joined = place(conn, joining)?;
    let (Joined::Alone(work) | Joined::Others(work)) = joined;
    let sql = "SELECT is_signed FROM works WHERE id = ?";
    if !conn.prepare_cached(sql)?.query_row([work], |row| row.get(0))? {
        resemblance::sign(conn, work, joining.signature)?;
    }
    Ok(joined)
}

fn place(conn: &Connection, joining: &Joining<'_>) -> rusqlite::Result<Joined> {
    let Joining { report, content, was_in, said_until, .. } = *joining;
    let before = was_in.map(|work| Ok::<_, rusqlite::Error>((work, existing(conn, work)?))).transpose()?;
    if let Some((work, (existing, _))) = &before
        && existing.body_hash == content.body_hash
    {
        if existing.n_reports_in_work == 1 {
            carry(conn, *work, content)?;
        }
        return Ok(Joined::Alone(*work));
    }
    let is_apart = before.as_ref().is_some_and(|(_, (_, is_apart))| *is_apart);
    let known = if is_apart { None } else { known(conn, content, None)? };
    if let Some((work, (existing, _))) = before {
        if known.is_none() && existing.n_reports_in_work == 1 {
            return turn(conn, work, content, said_until.is_some()).map(Joined::Alone);
        }
        leave(conn, work)?;
        if let Some(revision) = said_until.filter(|_| existing.n_reports_in_work > 1) {
            let sql = "INSERT INTO former_members (work, report, revision) VALUES (?, ?, ?)
                ON CONFLICT (work, report) DO UPDATE SET revision = excluded.revision";
            conn.prepare_cached(sql)?.execute(params![work, report, revision])?;
        }
    }
    let joined = match known {
        Some((work, existing)) if existing.n_reports_in_work > 0 => Joined::Others(work),
        Some((work, _)) => Joined::Alone(work),
        None => Joined::Alone(add(conn, content)?),
    };
    let (Joined::Alone(work) | Joined::Others(work)) = joined;
    enter(conn, work, report)?;
    Ok(joined)
}

/// Takes a report out of the work that it shares with others, for good. False: it has one of its own already.
pub(in crate::store) fn part(conn: &Connection, report: ReportId) -> rusqlite::Result<bool> {
    let Some(work) = work_of(conn, report)? else { return Ok(false) };
    let (content, _) = existing(conn, work)?;
    if content.n_reports_in_work < 2 {
        return Ok(false);
    }
    let signature = resemblance::signature(conn, work)?;
    leave(conn, work)?;
    let own = add(conn, &content)?;
    conn.prepare_cached("UPDATE works SET is_apart = 1 WHERE id = ?")?.execute([own])?;
    enter(conn, own, report)?;
    // One that has none yet gets it with the others of before.
    if signature.is_some() {
        resemblance::sign(conn, own, signature.as_ref())?;
    }
    Ok(true)
}

/// Puts a report that was taken out by hand back to where its content belongs. False: it was not taken out.
pub(in crate::store) fn rejoin(conn: &Connection, report: ReportId) -> rusqlite::Result<bool> {
    let Some(work) = work_of(conn, report)? else { return Ok(false) };
    let (content, is_apart) = existing(conn, work)?;
    if !is_apart {
        return Ok(false);
    }
    conn.prepare_cached("UPDATE works SET is_apart = 0 WHERE id = ?")?.execute([work])?;
    if let Some((others, _)) = known(conn, &Copyable { n_reports_in_work: 0, ..content }, Some(work))? {
        leave(conn, work)?;
        enter(conn, others, report)?;
    }
    Ok(true)
}

/// Whether another report of the same site says `body` now that never said `before`, under a title of its own.
pub(in crate::store) fn is_text_of_others(
    conn: &Connection,
    report: ReportId,
    before: Hash,
    body: Hash,
) -> rusqlite::Result<bool> {
    // Stock texts stand in many works.
    let sql = "SELECT EXISTS (SELECT 1 FROM reports o
        CROSS JOIN reports r ON r.site = o.site AND r.id <> o.id AND r.title IS NOT o.title
            AND r.work IN (SELECT id FROM works WHERE body_hash = :body AND n_reports > 0 LIMIT :limit)
        WHERE o.id = :report AND NOT EXISTS (SELECT 1 FROM revisions v WHERE v.report = r.id AND v.body_hash = :before))";
    let given = named_params! { ":report": report, ":before": before, ":body": body, ":limit": Count(MOST_WORKS) };
    conn.prepare_cached(sql)?.query_row(given, |row| row.get(0))
}

fn work_of(conn: &Connection, report: ReportId) -> rusqlite::Result<Option<WorkId>> {
    conn.prepare_cached("SELECT work FROM reports WHERE id = ?")?.query_row([report], |row| row.get(0))
}

fn enter(conn: &Connection, work: WorkId, report: ReportId) -> rusqlite::Result<()> {
    conn.prepare_cached("UPDATE works SET n_reports = n_reports + 1 WHERE id = ?")?.execute([work])?;
    conn.prepare_cached("UPDATE reports SET work = ? WHERE id = ?")?.execute(params![work, report])?;
    // One that says again what it said before is a member, and no former one.
    let sql = "DELETE FROM former_members WHERE work = ? AND report = ?";
    conn.prepare_cached(sql)?.execute(params![work, report]).map(drop)
}

/// One report less. A work that nobody carries any more resembles nothing.
fn leave(conn: &Connection, work: WorkId) -> rusqlite::Result<()> {
    let sql = "UPDATE works SET n_reports = n_reports - 1 WHERE id = ? RETURNING n_reports";
    let n_left: i64 = conn.prepare_cached(sql)?.query_row([work], |row| row.get(0))?;
    if n_left == 0 { resemblance::forget(conn, work) } else { Ok(()) }
}

/// The work that a reading of this content joins.
fn known(
    conn: &Connection,
    content: &Copyable,
    except: Option<WorkId>,
) -> rusqlite::Result<Option<(WorkId, Copyable)>> {
    let same_day = "SELECT body_hash, n_chars, title, published, n_reports, id FROM works
        WHERE body_hash = ?1 AND published = ?2 AND is_apart = 0 AND id IS NOT ?4 ORDER BY id LIMIT ?3";
    let oldest = "SELECT body_hash, n_chars, title, published, n_reports, id FROM works
        WHERE body_hash = ?1 AND ?2 IS ?2 AND is_apart = 0 AND id IS NOT ?4 ORDER BY id LIMIT ?3";
    let date = content.published.map(|date| date.date().to_string());
    for sql in [same_day, oldest] {
        let mut query = conn.prepare_cached(sql)?;
        let mut rows = query.query(params![content.body_hash, date, Count(MOST_COMPARED), except])?;
        while let Some(row) = rows.next()? {
            let existing = read(row)?;
            if joins(content, &existing) {
                return Ok(Some((row.get(5)?, existing)));
            }
        }
    }
    Ok(None)
}

/// What a work carries, and whether it is taken apart from others.
fn existing(conn: &Connection, work: WorkId) -> rusqlite::Result<(Copyable, bool)> {
    let sql = "SELECT body_hash, n_chars, title, published, n_reports, is_apart FROM works WHERE id = ?";
    conn.prepare_cached(sql)?.query_row([work], |row| Ok((read(row)?, row.get(5)?)))
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

/// A work whose only report says something else now carries that. Where it was edited, nobody says any more what those
/// said who left the work before.
fn turn(conn: &Connection, work: WorkId, content: &Copyable, is_edited: bool) -> rusqlite::Result<WorkId> {
    carry(conn, work, content)?;
    if is_edited {
        conn.prepare_cached("DELETE FROM former_members WHERE work = ?")?.execute([work])?;
    }
    resemblance::forget(conn, work)?;
    Ok(work)
}

/// Writes what a work carries.
fn carry(conn: &Connection, work: WorkId, content: &Copyable) -> rusqlite::Result<()> {
    let sql = "UPDATE works SET body_hash = ?, n_chars = ?, title = ?, published = ? WHERE id = ?";
    let date = content.published.map(|date| date.date().to_string());
    let values = params![content.body_hash, Count(content.n_chars), content.title, date, work];
    conn.prepare_cached(sql)?.execute(values).map(drop)
}
