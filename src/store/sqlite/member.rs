//! A work as it is told: its reports, those that were edited since, and those that still show old words.
//!
//! In: a work. Out: a [`Work`]. Never: more than a reader looks at of a text that stands in thousands of places.

use rusqlite::{Connection, OptionalExtension, Row, params};

use super::resemblance;
use super::row::{At, Count, Word};
use crate::change::publisher;
use crate::model::{Member, Words, Work, WorkId};

/// Reports of each sort that are told.
const MOST_MEMBERS: usize = 1000;

const SAME: &str = "SELECT r.id, r.site, r.url, r.title, r.published, r.first_seen_at, r.state, NULL, NULL
    FROM reports r WHERE r.work = ? ORDER BY r.id LIMIT ?";

/// Members that say other words since.
const NEWER: &str = "SELECT r.id, r.site, r.url, r.title, r.published, r.first_seen_at, r.state, f.revision, NULL
    FROM former_members f JOIN reports r ON r.id = f.report WHERE f.work = ? ORDER BY r.id LIMIT ?";

/// Reports that say what a member said before it was edited.
const OLD: &str = "SELECT r.id, r.site, r.url, r.title, r.published, r.first_seen_at, r.state, f.revision, f.report
    FROM reports m JOIN former_members f ON f.report = m.id JOIN reports r ON r.work = f.work
    WHERE m.work = ? ORDER BY r.id LIMIT ?";

/// The work of this number; `None` where there is none.
pub(in crate::store) fn work(conn: &Connection, work: WorkId) -> rusqlite::Result<Option<Work>> {
    let sql = "SELECT is_apart, n_reports FROM works WHERE id = ?";
    let found = conn.prepare_cached(sql)?.query_row([work], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
    let Some((is_apart, Count(n_reports))) = found else { return Ok(None) };
    let mut members = Vec::new();
    for (sql, words) in [(SAME, Words::Same), (NEWER, Words::Newer), (OLD, Words::Old)] {
        let mut query = conn.prepare_cached(sql)?;
        let rows = query.query_map(params![work, Count(MOST_MEMBERS)], |row| member(row, words))?;
        for row in rows {
            members.push(row?);
        }
    }
    publisher::order(&mut members);
    let first_publisher = members.first().map(|first| first.report);
    let resembles = resemblance::of_work(conn, work)?;
    Ok(Some(Work { work, is_apart, n_reports: n_reports as u64, first_publisher, members, resembles }))
}

fn member(row: &Row<'_>, words: Words) -> rusqlite::Result<Member> {
    Ok(Member {
        report: row.get(0)?,
        site: row.get(1)?,
        url: row.get(2)?,
        title: row.get(3)?,
        published: row.get(4)?,
        first_seen_at: row.get::<_, At>(5)?.0,
        lag_ms: 0,
        state: row.get::<_, Word<_>>(6)?.0,
        words,
        revision: row.get(7)?,
        edited_report: row.get(8)?,
    })
}
