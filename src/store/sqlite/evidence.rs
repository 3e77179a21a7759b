//! Evidence: the page that shows a breakage, kept once until it is over; and what is usual.
//!
//! In: the page, what failed, since when. Out: the same for `status` and `repair`. Never: a second page for the same
//! breakage, however long it lasts.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, named_params, params};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::capture;
use super::packed::Packed;
use super::row::{At, Count, Json, instant};
use crate::model::{Evidence, ListingId, SiteId};
use crate::store::{EvidenceRecord, KeptPage, ListedRow};

/// Keeps the page that shows a breakage; false: it has one already.
pub(in crate::store) fn record(conn: &Connection, record: &EvidenceRecord, body: &Packed) -> rusqlite::Result<bool> {
    let sql = "SELECT EXISTS (SELECT 1 FROM evidence WHERE site = ? AND coalesce(listing, 0) = coalesce(?, 0)
        AND ended_at IS NULL)";
    if conn.prepare_cached(sql)?.query_row(params![record.site, record.listing], |row| row.get(0))? {
        return Ok(false);
    }
    let capture = capture::keep(conn, None, &record.capture, body)?;
    let (key, selector) = record.selector.clone().unzip();
    let sql = "INSERT INTO evidence (site, listing, poll, stage, key, selector, reason, capture, walk, since_at)
        VALUES (:site, :listing, :poll, :stage, :key, :selector, :reason, :capture,
            (SELECT max(id) FROM walks WHERE listing = :listing AND is_healthy = 1), :now)";
    conn.prepare_cached(sql)?.execute(named_params! {
        ":site": record.site,
        ":listing": record.listing,
        ":poll": record.poll,
        ":stage": record.stage.as_str(),
        ":key": key,
        ":selector": selector,
        ":reason": record.reason,
        ":capture": capture,
        ":now": At(record.now),
    })?;
    Ok(true)
}

/// Why a listing cannot be read now.
pub(super) fn reason(conn: &Connection, site: &SiteId, listing: ListingId) -> rusqlite::Result<Option<String>> {
    let sql = "SELECT reason FROM evidence WHERE site = ? AND coalesce(listing, 0) = ? AND ended_at IS NULL";
    conn.prepare_cached(sql)?.query_row(params![site, listing], |row| row.get(0)).optional()
}

/// A listing can be read again.
pub(in crate::store) fn end_of_listing(
    conn: &Connection,
    site: &SiteId,
    listing: ListingId,
    now: Timestamp,
) -> rusqlite::Result<()> {
    let sql = "UPDATE evidence SET ended_at = ? WHERE site = ? AND coalesce(listing, 0) = ? AND ended_at IS NULL";
    conn.prepare_cached(sql)?.execute(params![At(now), site, listing]).map(drop)
}

/// Everything of a site can be read again.
pub(super) fn end_of_site(conn: &Connection, site: &SiteId, now: Timestamp) -> rusqlite::Result<()> {
    let sql = "UPDATE evidence SET ended_at = ? WHERE site = ? AND ended_at IS NULL";
    conn.prepare_cached(sql)?.execute(params![At(now), site]).map(drop)
}

/// What shows that a site is broken now, the oldest first.
pub(super) fn of_site(conn: &Connection, site: &SiteId) -> rusqlite::Result<Vec<Evidence>> {
    let sql = "SELECT l.name, e.stage, e.key, e.selector, e.reason, c.url, c.status, b.hash, e.since_at, w.ended_at,
            w.n_entries
        FROM evidence e JOIN captures c ON c.id = e.capture JOIN contents b ON b.id = c.body
        LEFT JOIN listings l ON l.id = e.listing LEFT JOIN walks w ON w.id = e.walk WHERE e.site = ? AND e.ended_at IS NULL ORDER BY e.since_at, e.id";
    let mut query = conn.prepare_cached(sql)?;
    query.query_map([site], evidence)?.collect()
}

fn evidence(row: &Row<'_>) -> rusqlite::Result<Evidence> {
    let n_entries: Option<i64> = row.get(10)?;
    Ok(Evidence {
        listing: row.get(0)?,
        stage: row.get(1)?,
        key: row.get(2)?,
        selector: row.get(3)?,
        reason: row.get(4)?,
        url: row.get(5)?,
        status: row.get(6)?,
        capture: row.get(7)?,
        since_at: row.get::<_, At>(8)?.0,
        last_healthy_at: instant(row.get(9)?),
        last_healthy_entries: n_entries.and_then(|n| u64::try_from(n).ok()),
    })
}

/// The pages that show that a site is broken now.
pub(in crate::store) fn pages(conn: &Connection, site: &SiteId) -> rusqlite::Result<Vec<KeptPage>> {
    let sql = "SELECT l.url, e.capture FROM evidence e LEFT JOIN listings l ON l.id = e.listing
        WHERE e.site = ? AND e.ended_at IS NULL ORDER BY e.id";
    let mut query = conn.prepare_cached(sql)?;
    let kept: Vec<(Option<String>, i64)> =
        query.query_map([site], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<rusqlite::Result<_>>()?;
    let page = |(listing, id)| capture::of_number(conn, id).map(|capture| KeptPage { listing, capture });
    kept.into_iter().map(page).collect()
}

/// The rows of a listing as they were seen last, the first page first.
pub(in crate::store) fn listed_rows(
    conn: &Connection,
    site: &SiteId,
    listing_url: &str,
    limit: usize,
) -> rusqlite::Result<Vec<ListedRow>> {
    let sql = "SELECT r.id, r.url, coalesce(l.url, r.url), l.title, l.date FROM listed l
        JOIN reports r ON r.id = l.report
        WHERE l.listing = (SELECT id FROM listings WHERE site = ? AND url = ?)
        ORDER BY l.last_walk DESC, l.position LIMIT ?";
    let mut query = conn.prepare_cached(sql)?;
    let rows = query.query_map(params![site, listing_url, Count(limit)], |row| {
        Ok(ListedRow {
            report: row.get(0)?,
            url: row.get(1)?,
            as_listed_url: row.get(2)?,
            title: row.get(3)?,
            date: row.get(4)?,
        })
    })?;
    rows.collect()
}

/// What is usual of a listing.
pub(in crate::store) fn usual_of_listing<T: DeserializeOwned>(
    conn: &Connection,
    listing: ListingId,
) -> rusqlite::Result<Option<T>> {
    usual(conn, "SELECT usual FROM listings WHERE id = ?", params![listing])
}

/// What is usual of the reports of a site.
pub(in crate::store) fn usual_of_site<T: DeserializeOwned>(
    conn: &Connection,
    site: &SiteId,
) -> rusqlite::Result<Option<T>> {
    usual(conn, "SELECT usual FROM sites WHERE id = ?", params![site])
}

/// What an older program wrote and this one cannot read is learnt anew.
fn usual<T: DeserializeOwned>(
    conn: &Connection,
    sql: &str,
    given: &[&dyn rusqlite::ToSql],
) -> rusqlite::Result<Option<T>> {
    let found: Option<Option<String>> = conn.prepare_cached(sql)?.query_row(given, |row| row.get(0)).optional()?;
    Ok(found.flatten().and_then(|text| serde_json::from_str(&text).ok()))
}

/// Keeps what is usual of a listing.
pub(in crate::store) fn keep_usual_of_listing<T: Serialize>(
    conn: &Connection,
    listing: ListingId,
    usual: &T,
) -> rusqlite::Result<()> {
    conn.prepare_cached("UPDATE listings SET usual = ? WHERE id = ?")?.execute(params![Json(usual), listing]).map(drop)
}

/// Keeps what is usual of the reports of a site.
pub(in crate::store) fn keep_usual_of_site<T: Serialize>(
    conn: &Connection,
    site: &SiteId,
    usual: &T,
) -> rusqlite::Result<()> {
    conn.prepare_cached("UPDATE sites SET usual = ? WHERE id = ?")?.execute(params![Json(usual), site]).map(drop)
}

/// Forgets what is usual of a site and its listings: what the next poll sees is.
pub(in crate::store) fn forget_usual(conn: &Connection, site: &SiteId) -> rusqlite::Result<()> {
    conn.prepare_cached("UPDATE listings SET usual = NULL WHERE site = ?")?.execute([site])?;
    conn.prepare_cached("UPDATE sites SET usual = NULL WHERE id = ?")?.execute([site]).map(drop)
}
