//! Listings and their walks: the beginning and the end of each, and what becomes of a listing by it.
//!
//! In: where a walk began and how it ended. Out: what the next one must know, the baseline once. Never: a row; they are
//! kept page by page.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use rusqlite::{Connection, OptionalExtension, named_params, params};

use super::evidence;
use super::first_page;
use super::outbox::{self, Going};
use super::row::{At, Count, Json, instant};
use super::site;
use crate::alert::Routes;
use crate::model::{Event, EventKind, ListingId, PollId, ReportId, SiteId, WalkId};
use crate::store::{ListingRules, ListingState, Reach, Unfinished, WalkRecord, WholeWalk};

/// Reports of a listing that lead nowhere from which on all its pages are looked at: what befalls one or two needs no walk.
const LEAST_GONE: usize = 3;

/// How long every poll walks all pages for a report that was not seen; one a day tells of it then.
const LATELY: SignedDuration = SignedDuration::from_hours(36);

/// The listing of this URL, made where it is not known; its name follows the site file. One of that name at another address
/// is what it was before.
pub(in crate::store) fn listing(
    conn: &Connection,
    site: &SiteId,
    name: &str,
    url: &str,
    rules: ListingRules,
    now: Timestamp,
) -> rusqlite::Result<ListingState> {
    site::ensure(conn, site)?;
    let sql = "INSERT INTO listings (site, url, name, former) VALUES (?1, ?2, ?3, (SELECT id FROM listings
            WHERE site = ?1 AND name = ?3 AND url <> ?2 AND baselined_at IS NOT NULL ORDER BY looked_at DESC LIMIT 1))
        ON CONFLICT (site, url) DO UPDATE SET name = excluded.name
        RETURNING id, baselined_at, walked_whole_at, baseline_told_at IS NOT NULL, filter IS NOT ?4, looked_at,
            bound, rows <> ?5, former, lost_row_at IS NOT NULL";
    let read_by = params![site, url, name, rules.filter, rules.rows];
    let (state, is_read_otherwise, has_lost_row) = conn.prepare_cached(sql)?.query_row(read_by, |row| {
        let state = ListingState {
            listing: row.get(0)?,
            baselined_at: instant(row.get(1)?),
            is_baseline_told: row.get(3)?,
            walked_whole_at: instant(row.get(2)?),
            has_other_filter: row.get(4)?,
            read_otherwise_at: None,
            whole_walk: WholeWalk::Weekly,
            looked_at: instant(row.get(5)?),
            bound: row.get::<_, Option<Json<_>>>(6)?.map(|bound| bound.0),
            unfinished: None,
            broken: None,
            former: row.get(8)?,
            first_page: None,
        };
        // By what it was read long ago may not be known.
        Ok((state, row.get::<_, Option<bool>>(7)?.unwrap_or(false), row.get::<_, bool>(9)?))
    })?;
    let was_walked_once = state.baselined_at.is_some() && state.baselined_at == state.walked_whole_at;
    let whole_walk =
        if has_unseen(conn, site, &state, now)? || (was_walked_once && has_lost(conn, site, state.listing)?) {
            WholeWalk::Now
        } else if has_lost_row || has_missed(conn, site, state.listing)? {
            WholeWalk::Daily
        } else {
            WholeWalk::Weekly
        };
    let unfinished = unfinished(conn, state.listing)?;
    let broken = evidence::reason(conn, site, state.listing)?;
    let read_otherwise_at = if is_read_otherwise { walked_at(conn, state.listing)? } else { None };
    let first_page = first_page::load(conn, state.listing)?.map(Arc::new);
    Ok(ListingState { read_otherwise_at, whole_walk, unfinished, broken, first_page, ..state })
}

/// Whether a report was not seen where it should be, or several lead nowhere since the last whole walk.
fn has_unseen(conn: &Connection, site: &SiteId, state: &ListingState, now: Timestamp) -> rusqlite::Result<bool> {
    let lately = now.saturating_sub(LATELY).unwrap_or(now);
    let sql = "SELECT EXISTS (SELECT 1 FROM reports r JOIN listed l ON l.listing = ?1 AND l.report = r.id
        WHERE r.site = ?2 AND r.state = 'suspect' AND r.suspicion IS NULL
        AND coalesce(r.miss_how, 'delisted') = 'delisted' AND coalesce(r.first_miss_at, ?5) >= ?5)
        OR (SELECT count(*) >= ?4 FROM reports r JOIN listed l ON l.listing = ?1 AND l.report = r.id
            WHERE r.site = ?2 AND r.state = 'suspect' AND r.suspicion IS NULL AND l.left_at IS NULL
            AND r.miss_how NOT IN ('delisted', 'dead_link', 'unreadable') AND r.first_miss_at >= coalesce(?3, 0))";
    let given = params![state.listing, site, state.walked_whole_at.map(At), Count(LEAST_GONE), At(lately)];
    conn.prepare_cached(sql)?.query_row(given, |row| row.get(0))
}

/// Whether a report is given days: one that was not seen where it should be and cannot be read, or has been missed for long.
/// Only of a listing that was walked to its last page can that come to anything.
fn has_missed(conn: &Connection, site: &SiteId, listing: ListingId) -> rusqlite::Result<bool> {
    let sql = "SELECT EXISTS (SELECT 1 FROM reports r JOIN listed l ON l.listing = ?1 AND l.report = r.id
            WHERE r.site = ?2 AND r.state = 'suspect' AND r.miss_how IN ('unreadable', 'delisted') AND l.left_at IS NULL)
        AND 'last_page' = (SELECT reach FROM walks WHERE listing = ?1 AND is_healthy = 1
            AND reach IN ('last_page', 'page_limit') ORDER BY started_at DESC LIMIT 1)";
    conn.prepare_cached(sql)?.query_row(params![listing, site], |row| row.get(0))
}

/// Whether a report that only the first walk has seen is not there: where its row was taken away during that walk, another
/// row was pulled over the boundary of two pages, and may have been seen by none.
fn has_lost(conn: &Connection, site: &SiteId, listing: ListingId) -> rusqlite::Result<bool> {
    let sql = "SELECT EXISTS (SELECT 1 FROM reports r JOIN listed l ON l.listing = :listing AND l.report = r.id
            WHERE r.site = :site AND r.is_pending = 1 AND r.last_error IS NOT NULL)
        OR EXISTS (SELECT 1 FROM reports r JOIN listed l ON l.listing = :listing AND l.report = r.id
            WHERE r.site = :site AND r.state = 'suspect' AND r.misses > 0)";
    conn.prepare_cached(sql)?.query_row(named_params! {":listing": listing, ":site": site}, |row| row.get(0))
}

fn walked_at(conn: &Connection, listing: ListingId) -> rusqlite::Result<Option<Timestamp>> {
    let sql = "SELECT started_at FROM walks WHERE listing = ? AND is_healthy = 1 AND reach <> 'cut'
        ORDER BY id DESC LIMIT 1";
    let found = conn.prepare_cached(sql)?.query_row([listing], |row| row.get::<_, At>(0)).optional()?;
    Ok(found.map(|at| at.0))
}

fn unfinished(conn: &Connection, listing: ListingId) -> rusqlite::Result<Option<Unfinished>> {
    let sql = "SELECT begun_by, moved_at, place FROM unfinished WHERE listing = ?";
    let found = conn.prepare_cached(sql)?.query_row([listing], |row| {
        Ok(Unfinished { begun_by: row.get(0)?, moved_at: row.get::<_, At>(1)?.0, place: row.get(2)? })
    });
    found.optional()
}

/// Opens a walk; `begun_by`: the first of those that it goes on with.
pub(in crate::store) fn begin_walk(
    conn: &Connection,
    poll: PollId,
    listing: ListingId,
    begun_by: Option<WalkId>,
    now: Timestamp,
) -> rusqlite::Result<WalkId> {
    let sql = "INSERT INTO walks (poll, listing, begun_by, started_at) VALUES (?, ?, ?, ?)";
    conn.prepare_cached(sql)?.execute(params![poll, listing, begun_by, At(now)])?;
    Ok(WalkId(conn.last_insert_rowid()))
}

/// Closes a walk. One that is complete and healthy settles the rows it saw, and is the listing's first if none was; where
/// one that was cut would go on stays known.
pub(in crate::store) fn end_walk(conn: &Connection, record: &WalkRecord) -> rusqlite::Result<()> {
    let sql = "UPDATE walks SET ended_at = :ended_at, n_pages = :n_pages, n_entries = :n_entries, reach = :reach,
        is_healthy = :is_healthy, reason = :reason, oldest_row = :oldest_row WHERE id = :walk
        RETURNING listing, coalesce(begun_by, id)";
    let ended = named_params! {
        ":ended_at": At(record.ended_at),
        ":n_pages": record.n_pages,
        ":n_entries": i64::try_from(record.n_entries).unwrap_or(i64::MAX),
        ":reach": record.reach.as_str(),
        ":is_healthy": record.is_healthy,
        ":reason": record.reason,
        ":oldest_row": record.oldest_row,
        ":walk": record.walk,
    };
    let (listing, begun_by): (ListingId, WalkId) =
        conn.prepare_cached(sql)?.query_row(ended, |row| Ok((row.get(0)?, row.get(1)?)))?;
    if record.reach.is_complete() || record.is_place_gone {
        conn.prepare_cached("DELETE FROM unfinished WHERE listing = ?")?.execute([listing])?;
    }
    if record.reach.is_complete() && record.is_healthy {
        complete(conn, record, listing, begun_by)?;
    }
    Ok(())
}

/// Whether the last healthy walk to the end of a listing had more than one page.
pub(in crate::store) fn had_pages(conn: &Connection, listing: ListingId) -> rusqlite::Result<bool> {
    let sql = "SELECT n_pages > 1 FROM walks WHERE listing = ? AND is_healthy = 1
        AND reach IN ('last_page', 'page_limit') AND reach = 'last_page' ORDER BY started_at DESC LIMIT 1";
    Ok(conn.prepare_cached(sql)?.query_row([listing], |row| row.get(0)).optional()? == Some(true))
}

/// What walks that a later one went on with have passed over is vouched for by that one. A link outside the rows needs no
/// word but that of the page that showed it.
pub(super) const VOUCH: &str = "UPDATE passed_over INDEXED BY passed_over_walk SET first_walk = ?1
    WHERE listing = ?2 AND first_walk >= ?3 AND instr(url, '#:~:outside=') = 0";

/// Whether the last whole walk read its rows by other rules than this one.
fn is_read_otherwise(conn: &Connection, record: &WalkRecord, listing: ListingId) -> rusqlite::Result<bool> {
    let mut query = conn.prepare_cached("SELECT rows <> ? FROM listings WHERE id = ?")?;
    Ok(query.query_row(params![record.rules.rows, listing], |row| row.get::<_, Option<bool>>(0))? == Some(true))
}

fn complete(conn: &Connection, record: &WalkRecord, listing: ListingId, begun_by: WalkId) -> rusqlite::Result<()> {
    if record.reach != Reach::Settled && is_read_otherwise(conn, record, listing)? {
        // What other rules do not read any more has not left the listing.
        let sql = "UPDATE listed SET left_at = ? WHERE listing = ? AND last_walk < ? AND left_at IS NULL";
        conn.prepare_cached(sql)?.execute(params![At(record.ended_at), listing, begun_by])?;
    }
    // A listing that was walked to its last page is known to there, whatever stops a later walk; but where a page turns
    // out not to be the last, it was none before.
    let sql = "UPDATE listings SET baselined_at = coalesce(baselined_at, :at),
            walked_whole_at = iif(:is_whole, :at, walked_whole_at), lost_row_at = iif(:is_whole AND :is_one, NULL, lost_row_at),
            filter = iif(:is_whole, :filter, filter),
            rows = iif(:is_whole, :rows, rows),
            bound = CASE WHEN NOT :is_whole THEN bound
                WHEN :bound IS NULL THEN NULL
                WHEN baselined_at IS NOT NULL AND bound IS NULL AND NOT :bound ->> '$.is_unfollowed' THEN NULL
                WHEN bound ->> '$.n_pages' > :n_pages THEN bound ELSE :bound END
        WHERE id = :listing";
    let done = named_params! {
        ":at": At(record.ended_at),
        ":is_whole": record.reach != Reach::Settled,
        // One that went on with another has seen its first pages before.
        ":is_one": begun_by == record.walk,
        ":filter": record.rules.filter,
        ":rows": record.rules.rows,
        ":bound": record.bound.map(Json),
        ":n_pages": record.n_pages,
        ":listing": listing,
    };
    conn.prepare_cached(sql)?.execute(done)?;
    if record.reach == Reach::LastPage {
        ask_dropped(conn, record, listing, begun_by)?;
    }
    let sql = "UPDATE listed INDEXED BY listed_unsettled SET is_settled = 1
        WHERE listing = ? AND last_walk >= ? AND is_settled = 0";
    conn.prepare_cached(sql)?.execute(params![listing, begun_by])?;
    if begun_by != record.walk {
        // Of several walks that went on with one another only this one was complete: it vouches for all they saw.
        conn.prepare_cached(VOUCH)?.execute(params![record.walk, listing, begun_by])?;
    }
    Ok(())
}

/// Rows that the walk to the end before this one has seen, or later ones, and this one has not, where that tells nothing: the
/// oldest of a listing, and those of one in no order. It may be that they are gone.
pub(super) const DROPPED: &str = "SELECT l.report FROM walks p CROSS JOIN listed l ON l.listing = p.listing
        AND l.date >= coalesce(substr(p.oldest_row, 1, 10), '')
        AND l.date < coalesce(date(substr(:oldest_row, 1, 10), '+1 day'), '9')
    WHERE p.id = (SELECT b.id FROM walks b WHERE b.listing = :listing AND b.is_healthy = 1 AND b.reach = 'last_page'
        AND b.id < :begun_by ORDER BY b.id DESC LIMIT 1)
    AND l.last_walk >= coalesce(p.begun_by, p.id) AND l.last_walk < :begun_by AND l.left_at IS NULL";

/// Makes reports due whose rows this walk has dropped: three days after they were last seen, for rows of some listings come
/// and go at each poll.
fn ask_dropped(conn: &Connection, record: &WalkRecord, listing: ListingId, begun_by: WalkId) -> rusqlite::Result<()> {
    const SPAN_MS: i64 = 3 * 24 * 3_600_000;
    let sql = format!(
        "UPDATE reports SET next_recheck_at = min(next_recheck_at, last_seen_at + :span)
        WHERE id IN ({DROPPED}) AND state = 'present' AND is_pending = 0"
    );
    let given = named_params! {
        ":oldest_row": record.oldest_row,
        ":listing": listing,
        ":begun_by": begun_by,
        ":span": SPAN_MS,
    };
    conn.prepare_cached(&sql)?.execute(given).map(drop)
}

/// Tells once how many reports the first walk of a listing found. Nothing before that walk is done, nor again, nor of a
/// column that moved: its reports were told at its former address.
pub(in crate::store) fn record_baseline(
    conn: &Connection,
    routes: &Routes,
    listing: ListingId,
    now: Timestamp,
) -> rusqlite::Result<Option<Event>> {
    let sql = "UPDATE listings SET baseline_told_at = ? WHERE id = ? AND baselined_at IS NOT NULL
        AND baseline_told_at IS NULL RETURNING site, name, url, former";
    let told = conn.prepare_cached(sql)?.query_row(params![At(now), listing], |row| {
        let mut event = Event::new(EventKind::Baseline, row.get(0)?, now);
        event.listing = row.get(1)?;
        event.url = row.get(2)?;
        Ok((event, row.get::<_, Option<ListingId>>(3)?))
    });
    let Some((mut event, former)) = told.optional()? else { return Ok(None) };
    let sql = "SELECT EXISTS (SELECT 1 FROM listed l WHERE l.listing = ?1 AND l.is_baseline = 1
        AND NOT EXISTS (SELECT 1 FROM listed f WHERE f.listing = ?2 AND f.report = l.report))";
    if former.is_some()
        && !conn.prepare_cached(sql)?.query_row(params![listing, former], |row| row.get::<_, bool>(0))?
    {
        return Ok(None);
    }
    let sql = "SELECT count(*) FROM listed WHERE listing = ? AND is_baseline = 1";
    let count: i64 = conn.prepare_cached(sql)?.query_row([listing], |row| row.get(0))?;
    event.count = Some(u64::try_from(count).unwrap_or(0));
    outbox::tell(conn, routes, None, &event, Going::Owed)?;
    Ok(Some(event))
}

/// Counts a baseline as told without telling it.
pub(in crate::store) fn settle_baseline(conn: &Connection, listing: ListingId, now: Timestamp) -> rusqlite::Result<()> {
    let sql = "UPDATE listings SET baseline_told_at = ? WHERE id = ? AND baselined_at IS NOT NULL
        AND baseline_told_at IS NULL";
    conn.prepare_cached(sql)?.execute(params![At(now), listing]).map(drop)
}

/// Makes the report of a single watched page; its first reading is its baseline.
pub(in crate::store) fn watch_page(
    conn: &Connection,
    site: &SiteId,
    url: &str,
    kind: Option<&str>,
    now: Timestamp,
) -> rusqlite::Result<ReportId> {
    site::ensure(conn, site)?;
    let sql = "INSERT INTO reports (site, url, kind, is_baseline, first_seen_at, last_seen_at)
        VALUES (?1, ?2, ?3, 1, ?4, ?4)
        ON CONFLICT (url, site) DO UPDATE SET kind = coalesce(excluded.kind, kind) RETURNING id";
    conn.prepare_cached(sql)?.query_row(params![site, url, kind, At(now)], |row| row.get(0))
}
