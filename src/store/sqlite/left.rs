//! Rows that left their column together, while no word says that their reports are gone: a column that was split or cleared.
//!
//! In: the withdrawals of such reports that are held at the end of a poll, and the walks of that poll. Out: the columns
//! they left, and how much of each stays; then what was decided of them, kept. Never: the decision.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use rusqlite::{Connection, OptionalExtension, named_params, params};

use super::outbox;
use super::row::{At, Count};
use crate::alert::Routes;
use crate::model::{ChangeId, Event, EventKind, How, ListingId, PollId, ReportId, SiteId, WalkId};
use crate::store::{Fold, LateFold, LeftColumn, LeftFold, PollRecord};

/// Rows that left a column within this time left it together: misses are counted over days, and a poll that breaks off
/// leaves some to a later one.
const TOGETHER: SignedDuration = SignedDuration::from_hours(30 * 24);

/// The columns that reports left whose withdrawals are held.
pub(in crate::store) fn columns(
    conn: &Connection,
    site: &SiteId,
    poll: PollId,
    now: Timestamp,
) -> rusqlite::Result<Vec<LeftColumn>> {
    let mut by_column: BTreeMap<(ListingId, WalkId), Vec<(ChangeId, ReportId)>> = BTreeMap::new();
    let mut missed_by = conn.prepare_cached(MISSED_BY)?;
    for (change, report) in held(conn, site)? {
        let mut rows = missed_by.query(named_params! {":poll": poll, ":report": report})?;
        while let Some(row) = rows.next()? {
            by_column.entry((row.get(0)?, row.get(1)?)).or_default().push((change, report));
        }
    }
    by_column.into_iter().map(|((listing, walk), held)| column(conn, (site, listing, walk), held, now)).collect()
}

/// The held withdrawals of a site, oldest first: only those of reports that are served, or cannot be read, are held.
fn held(conn: &Connection, site: &SiteId) -> rusqlite::Result<Vec<(ChangeId, ReportId)>> {
    let sql = "SELECT c.id, r.id FROM changes c JOIN reports r ON r.id = c.report
        WHERE c.id IN (SELECT change FROM alerts WHERE site = ? AND state = 'held') AND +c.event = 'withdrawn'
        AND +r.state = 'withdrawn' ORDER BY c.id";
    conn.prepare_cached(sql)?.query_map([site], |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
}

/// The columns of which this poll has seen every page, and on none of them the row of a report.
const MISSED_BY: &str = "SELECT l.listing, coalesce(w.begun_by, w.id)
    FROM listed l JOIN walks w ON w.poll = :poll AND w.listing = l.listing
    WHERE l.report = :report AND w.is_healthy = 1 AND w.reach = 'last_page' AND l.last_walk < coalesce(w.begun_by, w.id)";

fn column(
    conn: &Connection,
    (site, listing, walk): (&SiteId, ListingId, WalkId),
    held: Vec<(ChangeId, ReportId)>,
    now: Timestamp,
) -> rusqlite::Result<LeftColumn> {
    let since = At(now.saturating_sub(TOGETHER).unwrap_or(now));
    let sql = "SELECT s.name, s.url, (SELECT count(*) FROM listed WHERE listing = s.id AND last_walk >= :walk),
            (SELECT count(*) FROM listed l JOIN reports r ON r.id = l.report
                WHERE l.listing = s.id AND l.last_walk < :walk AND coalesce(l.left_at, r.first_miss_at) >= :since
                AND (l.left_at IS NOT NULL OR r.miss_how IN ('delisted', 'unreadable')))
        FROM listings s WHERE s.id = :listing";
    let given = named_params! {":listing": listing, ":walk": walk, ":since": since};
    let mut column = conn.prepare_cached(sql)?.query_row(given, |row| {
        let (n_staying, n_left) = (row.get::<_, Count>(2)?.0, row.get::<_, Count>(3)?.0);
        Ok(LeftColumn { name: row.get(0)?, url: row.get(1)?, n_staying, n_left, held, told: None })
    })?;
    let sql = "SELECT id FROM changes WHERE site = :site AND seen_at >= :since AND +event = 'redesign'
        AND body ->> '$.how' = 'delisted' AND body ->> '$.url' = :url ORDER BY id DESC LIMIT 1";
    let given = named_params! {":site": site, ":since": since, ":url": column.url};
    column.told = conn.prepare_cached(sql)?.query_row(given, |row| row.get(0)).optional()?;
    Ok(column)
}

/// Keeps that these reports left a column together; what is told of it, unless that was told of others before.
pub(super) fn keep(
    conn: &Connection,
    routes: &Routes,
    record: &PollRecord,
    left: &LeftFold,
) -> rusqlite::Result<Option<Event>> {
    for &report in &left.reports {
        let_go(conn, report, record.ended_at)?;
    }
    if let Some(into) = left.told {
        left.changes.iter().try_for_each(|&change| outbox::fold_late(conn, LateFold { change, into }))?;
        return Ok(None);
    }
    let count = left.reports.len() as u64;
    let event = Event {
        listing: Some(left.name.clone()),
        url: Some(left.url.clone()),
        how: Some(How::Delisted),
        count: Some(count),
        ..Event::new(EventKind::Redesign, record.site.clone(), record.ended_at)
    };
    let fold = Fold { changes: left.changes.clone(), count, ..Fold::default() };
    outbox::fold(conn, routes, record.poll, &event, &fold)?;
    Ok(Some(event))
}

/// A report is followed by its own page then, and no column is expected to show it.
fn let_go(conn: &Connection, report: ReportId, left_at: Timestamp) -> rusqlite::Result<()> {
    let sql = "UPDATE reports SET state = 'present', last_seen_at = iif(miss_how = 'delisted', ?, last_seen_at),
        misses = 0, first_miss_at = NULL, miss_how = NULL WHERE id = ? AND state = 'withdrawn'";
    conn.prepare_cached(sql)?.execute(params![At(left_at), report])?;
    leave(conn, report, left_at)
}

/// Notes that a report left its columns: its absence tells nothing until a row of it is seen again.
pub(in crate::store) fn leave(conn: &Connection, report: ReportId, left_at: Timestamp) -> rusqlite::Result<()> {
    let sql = "UPDATE listed SET left_at = ? WHERE report = ? AND left_at IS NULL";
    conn.prepare_cached(sql)?.execute(params![At(left_at), report]).map(drop)
}
