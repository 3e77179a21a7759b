//! What a listing showed below the rows that it shows now: a listing of the newest rows proves nothing of what left it.
//!
//! In: a listing, its last whole walk, the day from which on a report may have appeared. Out: how far down it was seen since,
//! as facts. Never: a judgement.

use jiff::Timestamp;
use jiff::civil::Date;
use rusqlite::{Connection, named_params, params};

use super::row::At;
use crate::change::obligation::Below;
use crate::model::{ListingId, Stated, WalkId};

/// What is known of rows below those that a walk, or the first of those it went on with, and later ones have seen.
pub(super) fn of(
    conn: &Connection,
    listing: ListingId,
    walk: WalkId,
    (opens, opens_at): (Date, Timestamp),
) -> rusqlite::Result<Below> {
    /// Rows of a page below which nobody would cut it off.
    const FEW: i64 = 5;
    /// Rows that may be pinned above those of a page, or on all of them.
    const PINNED: i64 = 5;
    let mut pages = conn.prepare_cached(PAGES)?;
    let n_of_pages = pages.query_map(params![listing, walk], |row| row.get(0))?;
    let shows_end = match n_of_pages.collect::<rusqlite::Result<Vec<i64>>>()?[..] {
        [only] => only < FEW,
        [first, last] => last + PINNED < first,
        [.., before, last] => last < before,
        [] => false,
    };
    let given = named_params! {":listing": listing, ":opens_at": At(opens_at)};
    let (oldest_walked, has_gap): (Option<Stated>, bool) =
        conn.prepare_cached(REACHED)?.query_row(given, |row| Ok((row.get(0)?, row.get(1)?)))?;
    // Rows without a day: the pages behind them state one.
    let given = params![listing, walk, opens.to_string()];
    let n_before: i64 = conn.prepare_cached(UNDATED_BEFORE)?.query_row(given, |row| row.get(0))?;
    let oldest_walked = oldest_walked.map(|stated| stated.date()).or((n_before > PINNED).then_some(opens));
    Ok(Below { oldest_walked, has_gap: has_gap && n_before <= PINNED, shows_end })
}

/// The oldest day down to which a walk of a listing saw all rows; and whether one with news met none of the rows that were
/// known before it, or a later one did, pinned ones aside.
pub(super) const REACHED: &str = "SELECT
    (SELECT min(oldest_row) FROM walks WHERE listing = :listing AND is_healthy = 1),
    EXISTS (SELECT 1 FROM (SELECT first_walk AS id FROM listed WHERE listing = :listing
            UNION SELECT first_walk FROM passed_over WHERE listing = :listing AND instr(url, '#:~:outside=') = 0) n
        CROSS JOIN walks w ON w.id = n.id AND w.started_at >= :opens_at
        WHERE coalesce(w.begun_by, w.id) > (SELECT min(id) FROM (SELECT min(first_walk) AS id FROM listed
            WHERE listing = :listing UNION SELECT min(first_walk) FROM passed_over WHERE listing = :listing
            AND instr(url, '#:~:outside=') = 0))
        AND NOT EXISTS (SELECT 1 FROM listed o WHERE o.listing = :listing
            AND o.first_walk < coalesce(w.begun_by, w.id) AND o.last_walk >= coalesce(w.begun_by, w.id)
            AND coalesce(o.date, '9') >= coalesce(substr(w.oldest_row, 1, 10), ''))
        AND NOT EXISTS (SELECT 1 FROM passed_over o WHERE o.listing = :listing AND instr(o.url, '#:~:outside=') = 0
            AND o.first_walk < coalesce(w.begun_by, w.id) AND o.last_walk >= coalesce(w.begun_by, w.id)))";

/// How many rows each page had when a walk and later ones saw it, in the order of the pages; none where some are left out.
/// By the places of the rows: one that moved to another page leaves no gap.
pub(super) const PAGES: &str = "SELECT max(position % 100000) + 1 FROM listed WHERE listing = ?1 AND last_walk >= ?2
    AND NOT EXISTS (SELECT 1 FROM passed_over WHERE listing = ?1 AND instr(url, '#:~:outside=') = 0)
    GROUP BY page_no ORDER BY page_no";

/// Reports behind rows without a day whose pages state one before a day.
pub(super) const UNDATED_BEFORE: &str = "SELECT count(*) FROM listed l JOIN reports r ON r.id = l.report
    WHERE l.listing = ?1 AND l.last_walk >= ?2 AND l.date IS NULL AND r.published < ?3";
