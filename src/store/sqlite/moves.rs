//! Rows recognised on a page that was built anew, and reports that all got other URLs at once.
//!
//! In: rows of a page. Out: what is known of each. A report that moves keeps its number, its revisions and its history;
//! where it was stays known. Never: a report moved to where another one lives.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};

use super::capture;
use super::outbox::{self, Going};
use super::row::At;
use crate::alert::Routes;
use crate::model::{ChangeId, Event, EventKind, ListingId, PollId, ReportId, SiteId};
use crate::store::{LateFold, Recognised, ShownRow};

/// Reports of a listing by the title and the date of their rows. Undated ones share their date with all undated rows:
/// the title comes first.
pub(super) const TITLED: &str = "SELECT r.id, r.url FROM listed l INDEXED BY listed_title
    JOIN reports r ON r.id = l.report
    WHERE l.listing = ? AND l.date IS ? AND l.title = ? AND r.state IN ('present', 'suspect') LIMIT 2";

/// What is known of each of these rows.
pub(in crate::store) fn recognise(
    conn: &Connection,
    site: &SiteId,
    listing: ListingId,
    rows: &[ShownRow],
) -> rusqlite::Result<Vec<Recognised>> {
    rows.iter().map(|row| recognise_one(conn, site, listing, row)).collect()
}

fn recognise_one(
    conn: &Connection,
    site: &SiteId,
    listing: ListingId,
    shown: &ShownRow,
) -> rusqlite::Result<Recognised> {
    // A row that nobody wants is known too.
    let sql = "SELECT EXISTS (SELECT 1 FROM reports WHERE url = ?1 AND site = ?2)
        OR EXISTS (SELECT 1 FROM passed_over WHERE listing = ?3 AND url = ?1)";
    for url in &shown.urls {
        if conn.prepare_cached(sql)?.query_row(params![url, site, listing], |row| row.get(0))? {
            return Ok(Recognised::Here);
        }
    }
    let sql = "SELECT r.url FROM former_urls f JOIN reports r ON r.id = f.report WHERE f.site = ? AND f.url = ?";
    for url in &shown.urls {
        let now_at: Option<String> =
            conn.prepare_cached(sql)?.query_row(params![site, url], |row| row.get(0)).optional()?;
        if let Some(now_at) = now_at {
            return Ok(Recognised::Formerly(now_at));
        }
    }
    let mut query = conn.prepare_cached(TITLED)?;
    let titled: Vec<(ReportId, String)> = query
        .query_map(params![listing, shown.date, shown.title], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<rusqlite::Result<_>>()?;
    // Two reports of one title and day cannot be told apart.
    Ok(match <[_; 1]>::try_from(titled) {
        Ok([(report, url)]) => Recognised::Titled(report, url),
        Err(_) => Recognised::Never,
    })
}

/// The URLs that these reports have.
pub(in crate::store) fn urls(conn: &Connection, reports: &[ReportId]) -> rusqlite::Result<Vec<String>> {
    let mut query = conn.prepare_cached("SELECT url FROM reports WHERE id = ?")?;
    reports.iter().map(|report| query.query_row([report], |row| row.get(0))).collect()
}

/// Gives these reports the same URLs but for a token: nothing is told, read again or kept of that.
pub(in crate::store) fn follow_tokens(conn: &Connection, moves: &[(ReportId, String)]) -> rusqlite::Result<()> {
    for (report, url) in moves {
        capture::keep_urls(conn, *report)?;
        let sql = "UPDATE reports SET url = ?1 WHERE id = ?2
            AND NOT EXISTS (SELECT 1 FROM reports o JOIN reports r ON r.site = o.site WHERE o.url = ?1 AND r.id = ?2)";
        conn.prepare_cached(sql)?.execute(params![url, report])?;
        conn.prepare_cached("UPDATE listed SET url = NULL WHERE report = ?")?.execute([report])?;
    }
    Ok(())
}

/// Gives these reports other URLs. Their alerts are held, to be folded into one event at the end of the poll. Every page
/// of the listing is to be walked again: the rows further down have moved too.
pub(in crate::store) fn follow(
    conn: &Connection,
    routes: &Routes,
    (poll, listing): (PollId, ListingId),
    moves: &[(ReportId, String)],
    now: Timestamp,
) -> rusqlite::Result<()> {
    for (report, url) in moves {
        let sql = "SELECT r.site, r.url, r.title, r.published, r.kind, r.year, r.revision, l.name FROM reports r
            LEFT JOIN listings l ON l.id = r.listing WHERE r.id = ?";
        let mut event = conn.prepare_cached(sql)?.query_row([report], |row| {
            Ok(Event {
                from_url: row.get(1)?,
                title: row.get(2)?,
                published: row.get(3)?,
                kind: row.get(4)?,
                year: row.get(5)?,
                revision: row.get(6)?,
                listing: row.get(7)?,
                ..Event::new(EventKind::Moved, row.get(0)?, now)
            })
        })?;
        (event.report, event.url) = (Some(*report), Some(url.clone()));
        capture::keep_urls(conn, *report)?;
        // Read at once: that it says there what it said is not known yet.
        let sql = "UPDATE reports SET url = ?1, listing = ?4, is_row_changed = 1 WHERE id = ?2
            AND NOT EXISTS (SELECT 1 FROM reports WHERE url = ?1 AND site = ?3)";
        if conn.prepare_cached(sql)?.execute(params![url, report, event.site, listing])? == 0 {
            continue;
        }
        // What its rows linked before leads there no more, in whatever spelling.
        conn.prepare_cached("UPDATE listed SET url = NULL WHERE report = ?")?.execute([report])?;
        let sql = "INSERT INTO former_urls (site, url, report) VALUES (?, ?, ?)
            ON CONFLICT (site, url) DO UPDATE SET report = excluded.report";
        conn.prepare_cached(sql)?.execute(params![event.site, event.from_url, report])?;
        let sql = "DELETE FROM former_urls WHERE site = ? AND url = ?";
        conn.prepare_cached(sql)?.execute(params![event.site, url])?;
        outbox::tell(conn, routes, Some(poll), &event, Going::Held)?;
    }
    conn.prepare_cached("UPDATE listings SET walked_whole_at = NULL WHERE id = ?")?.execute([listing]).map(drop)
}

/// The other reports of a site that say what a copy says: those that stand, and those that were withdrawn, none of them
/// only from its column.
const TWINS: &str = "SELECT id, state = 'withdrawn' FROM reports
    WHERE work = ?1 AND site = ?2 AND id <> ?3
    AND (state IN ('present', 'suspect') OR (state = 'withdrawn' AND miss_how <> 'delisted')) LIMIT 20";

/// Has the report asked for in this poll that a copy on its own site may be: it may live here from now on, back from where
/// it was withdrawn. Whether there is exactly one.
pub(super) fn ask_after(conn: &Connection, poll: PollId, copy: &Event, now: Timestamp) -> rusqlite::Result<bool> {
    let mut query = conn.prepare_cached(TWINS)?;
    let twins = query.query_map(params![copy.work, copy.site, copy.report], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let (gone, standing): (Vec<_>, Vec<_>) =
        twins.collect::<rusqlite::Result<Vec<(ReportId, bool)>>>()?.into_iter().partition(|(_, is_gone)| *is_gone);
    let only = if standing.is_empty() { gone } else { standing };
    let Ok([(twin, _)]) = <[_; 1]>::try_from(only) else { return Ok(false) };
    // One that this poll has missed already is asked for anew, and missed once.
    let sql = "UPDATE reports SET next_recheck_at = ?1, misses = misses - (last_poll IS ?3 AND misses > 0),
            last_poll = iif(misses > 0, NULL, last_poll)
        WHERE id = ?2";
    conn.prepare_cached(sql)?.execute(params![At(now), twin, poll])?;
    Ok(true)
}

/// Takes back, while it is held, that a report is a copy of the one that moved there.
pub(super) fn take_back_copy(conn: &Connection, report: ReportId, moved: ChangeId) -> rusqlite::Result<()> {
    let sql = "SELECT id FROM changes WHERE report = ? AND event = 'copy' ORDER BY id DESC LIMIT 1";
    let copy = conn.prepare_cached(sql)?.query_row([report], |row| row.get(0)).optional()?;
    copy.map_or(Ok(()), |change| outbox::fold_late(conn, LateFold { change, into: moved }))
}

/// Moves of a site whose alerts are held, those of a killed poll too.
pub(in crate::store) fn held(conn: &Connection, site: &SiteId) -> rusqlite::Result<Vec<(ChangeId, ReportId)>> {
    let sql = "SELECT id, report FROM changes
        WHERE id IN (SELECT change FROM alerts WHERE site = ? AND state = 'held') AND +event = 'moved' ORDER BY id";
    conn.prepare_cached(sql)?.query_map([site], |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
}
