//! Rows that left their column together, their reports still being served: a column that was split or cleared.
//!
//! In: the withdrawals of such reports that are held at the end of a poll. Out: one event for operators a column, and
//! reports that are followed by their own pages from then on. Never: one that is told to readers too, or a report that is
//! gone.

use std::collections::BTreeMap;

use jiff::Timestamp;
use rusqlite::{Connection, params};

use super::outbox;
use super::row::{At, Count};
use crate::alert::Routes;
use crate::change::redesign::{Ways, left_together};
use crate::model::{ChangeId, Event, EventKind, How, ListingId, ReportId};
use crate::store::{Fold, PollRecord};

/// Rows of one column whose withdrawals are held.
#[derive(Default)]
struct Left {
    changes: Vec<ChangeId>,
    reports: Vec<ReportId>,
}

/// Tells once of each column that most of a poll's delisted reports left together.
pub(super) fn tell(conn: &Connection, routes: &Routes, record: &PollRecord) -> rusqlite::Result<Vec<Event>> {
    let mut events = Vec::new();
    for (listing, left) in held(conn, record)? {
        if !left_together(left.reports.len(), n_staying(conn, listing)?) {
            continue;
        }
        let sql = "SELECT name, url FROM listings WHERE id = ?";
        let (name, url) = conn.prepare_cached(sql)?.query_row([listing], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let event = Event {
            listing: Some(name),
            url: Some(url),
            how: Some(How::Delisted),
            count: Some(left.reports.len() as u64),
            ..Event::new(EventKind::Redesign, record.site.clone(), record.ended_at)
        };
        let fold = Fold { changes: left.changes, count: left.reports.len() as u64, ways: Ways::default() };
        outbox::fold(conn, routes, record.poll, &event, &fold)?;
        for report in left.reports {
            let_go(conn, report, record.ended_at)?;
        }
        events.push(event);
    }
    Ok(events)
}

/// The held withdrawals, by the column that showed the report first. Only those of reports that are served are held.
fn held(conn: &Connection, record: &PollRecord) -> rusqlite::Result<BTreeMap<ListingId, Left>> {
    let sql = "SELECT c.id, r.id, r.listing FROM changes c JOIN reports r ON r.id = c.report
        WHERE c.id IN (SELECT change FROM alerts WHERE site = ? AND state = 'held') AND c.event = 'withdrawn'
        AND r.listing IS NOT NULL ORDER BY c.id";
    let mut query = conn.prepare_cached(sql)?;
    let mut rows = query.query([&record.site])?;
    let mut columns: BTreeMap<ListingId, Left> = BTreeMap::new();
    while let Some(row) = rows.next()? {
        let left = columns.entry(row.get(2)?).or_default();
        left.changes.push(row.get(0)?);
        left.reports.push(row.get(1)?);
    }
    Ok(columns)
}

/// Rows that the last walk of every page has seen.
fn n_staying(conn: &Connection, listing: ListingId) -> rusqlite::Result<usize> {
    let sql =
        "SELECT count(*) FROM listed WHERE listing = ?1 AND last_walk >= (SELECT coalesce(begun_by, id) FROM walks
        WHERE listing = ?1 AND is_healthy = 1 AND reach = 'last_page' ORDER BY started_at DESC, id DESC LIMIT 1)";
    Ok(conn.prepare_cached(sql)?.query_row([listing], |row| row.get::<_, Count>(0))?.0)
}

/// A report that is served is not gone: it is followed by its own page, and no column is expected to show it.
fn let_go(conn: &Connection, report: ReportId, now: Timestamp) -> rusqlite::Result<()> {
    let sql =
        "UPDATE reports SET state = 'present', last_seen_at = ?, misses = 0, first_miss_at = NULL, miss_how = NULL
        WHERE id = ? AND state = 'withdrawn'";
    conn.prepare_cached(sql)?.execute(params![At(now), report])?;
    let sql = "UPDATE listed SET left_at = ? WHERE report = ?";
    conn.prepare_cached(sql)?.execute(params![At(now), report]).map(drop)
}
