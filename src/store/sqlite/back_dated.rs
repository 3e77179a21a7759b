//! What the walks of a listing tell of the day that a new report states.
//!
//! In: a report read for the first time. Out: when the last walk began that should have shown it. Never: of a first walk,
//! of a listing that was not walked meanwhile, or of a report that another column of its site had before.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, named_params, params};

use super::outside;
use super::row::{At, Count};
use crate::change::back_dated::{Claim, LEAST_TOGETHER, LEAST_WALKS};
use crate::model::{Document, Doubt, Event, ListingId, ReportId, SiteId, Stated, WalkId, Why};

/// The row by which a report was found.
struct Found {
    site: SiteId,
    url: String,
    first_seen_at: Timestamp,
    listing: ListingId,
    title: String,
    date: Stated,
    walk: WalkId,
}

/// Adds the doubt to what is told of a new report that was dated back, and keeps why.
pub(super) fn doubt(
    conn: &Connection,
    report: ReportId,
    document: &Document,
    event: &mut Event,
) -> rusqlite::Result<()> {
    let Some(found) = found(conn, report)? else { return Ok(()) };
    let claim = Claim::of(document, found.date);
    if claim.proof_at() >= found.first_seen_at {
        return Ok(());
    }
    let walks = walks(conn, &found, claim)?;
    let Some(&absent_at) = walks.first() else { return Ok(()) };
    if !claim.is_refuted(walks.len(), together(conn, &found, claim)?) || was_elsewhere(conn, report, &found, absent_at)?
    {
        return Ok(());
    }
    conn.prepare_cached("UPDATE reports SET absent_at = ? WHERE id = ?")?.execute(params![At(absent_at), report])?;
    event.doubts.push(Doubt::BackDated);
    let walked = absent_at.strftime("%Y-%m-%d %H:%M");
    event.reason = Some(format!("its listing was walked down past its day at {walked} UTC, and it was not there"));
    event.why = Some(Why::Absent { absent_at });
    Ok(())
}

/// `None`: it belongs to a baseline, or its row has no date.
fn found(conn: &Connection, report: ReportId) -> rusqlite::Result<Option<Found>> {
    let sql = "SELECT r.site, r.url, r.first_seen_at, l.listing, l.title, l.date, l.first_walk
        FROM reports r JOIN listed l ON l.listing = r.listing AND l.report = r.id
        WHERE r.id = ? AND r.is_baseline = 0 AND l.date IS NOT NULL";
    let read = |row: &rusqlite::Row<'_>| {
        Ok(Found {
            site: row.get(0)?,
            url: row.get(1)?,
            first_seen_at: row.get::<_, At>(2)?.0,
            listing: row.get(3)?,
            title: row.get(4)?,
            date: row.get(5)?,
            walk: row.get(6)?,
        })
    };
    conn.prepare_cached(sql)?.query_row([report], read).optional()
}

/// Whole walks since the day it should have been there that came down to its place and ended before it was seen.
pub(super) const WALKS: &str = "SELECT coalesce(b.started_at, w.started_at) FROM walks w
    LEFT JOIN walks b ON b.id = w.begun_by
    WHERE w.listing = :listing AND w.is_healthy = 1 AND w.reach IN ('last_page', 'page_limit')
    AND w.started_at >= :proof AND coalesce(b.started_at, w.started_at) >= :proof AND w.ended_at < :seen
    AND substr(w.oldest_row, 1, 10) < :row ORDER BY w.started_at DESC LIMIT :most";

fn walks(conn: &Connection, found: &Found, claim: Claim) -> rusqlite::Result<Vec<Timestamp>> {
    let mut query = conn.prepare_cached(WALKS)?;
    let asked = named_params! {
        ":listing": found.listing,
        ":proof": At(claim.proof_at()),
        ":seen": At(found.first_seen_at),
        ":row": claim.row.to_string(),
        ":most": Count(LEAST_WALKS),
    };
    query.query_map(asked, |row| Ok(row.get::<_, At>(0)?.0))?.collect()
}

/// Rows dated so long ago that the same walk found first, as far as they are counted.
pub(super) const TOGETHER: &str = "SELECT count(*) FROM (SELECT 1 FROM listed INDEXED BY listed_date
    WHERE listing = :listing AND date < :due AND first_walk = :walk LIMIT :most)";

fn together(conn: &Connection, found: &Found, claim: Claim) -> rusqlite::Result<usize> {
    let asked = named_params! {
        ":listing": found.listing,
        ":due": claim.due.to_string(),
        ":walk": found.walk,
        ":most": Count(LEAST_TOGETHER),
    };
    Ok(conn.prepare_cached(TOGETHER)?.query_row(asked, |row| row.get::<_, Count>(0))?.0)
}

/// Whether another row of its site has its title and date, or a listing passed it over before, as a row or as a link outside
/// its rows: it stood elsewhere.
pub(super) const ELSEWHERE: &str = "SELECT EXISTS (SELECT 1 FROM listings s
        JOIN listed l INDEXED BY listed_title ON l.listing = s.id AND l.title = :title
        WHERE s.site = :site AND l.date = :date AND l.report <> :report)
    OR EXISTS (SELECT 1 FROM listings s JOIN passed_over p ON p.listing = s.id AND p.url = :url
        JOIN walks w ON w.id = p.first_walk WHERE s.site = :site AND w.started_at <= :absent)
    OR EXISTS (SELECT 1 FROM listings s JOIN passed_over p ON p.listing = s.id AND p.url >= :link AND p.url < :behind
        JOIN walks w ON w.id = p.first_walk WHERE s.site = :site AND w.started_at <= :absent)";

fn was_elsewhere(conn: &Connection, report: ReportId, found: &Found, absent_at: Timestamp) -> rusqlite::Result<bool> {
    let (link, behind) = outside::range(&found.url);
    let asked = named_params! {
        ":link": link,
        ":behind": behind,
        ":title": found.title,
        ":site": found.site,
        ":date": found.date,
        ":report": report,
        ":url": found.url,
        ":absent": At(absent_at),
    };
    conn.prepare_cached(ELSEWHERE)?.query_row(asked, |row| row.get(0))
}
