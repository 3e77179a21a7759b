//! The sites that the daemon watches: which of them are due, by indexes that hold these sites alone.
//!
//! In: what the daemon read of their files, and `now`. Out: sites that are due, the next time one is. Never: a scan of
//! all sites to find the few that are due.

use jiff::{SignedDuration, Timestamp};
use rusqlite::{Connection, OptionalExtension, named_params, params};

use super::outbox;
use super::row::{At, instant};
use crate::model::SiteId;
use crate::store::{Census, DueSite, Turn, Watched};

/// Watches these sites and no others.
pub(in crate::store) fn watch_only(conn: &Connection, sites: &[Watched], now: Timestamp) -> rusqlite::Result<()> {
    conn.prepare_cached("UPDATE sites SET is_watched = 0 WHERE is_watched = 1")?.execute([])?;
    let last_poll_at = super::tend::last_poll_at(conn)?;
    if let Some(ahead) = last_poll_at.map(|at| at.duration_since(now)).filter(|ahead| *ahead > CLOCK_SLACK) {
        mend_of_future(conn, i64::try_from(ahead.as_millis()).unwrap_or(i64::MAX), now)?;
    }
    sites.iter().try_for_each(|site| watch(conn, site, now))
}

/// What is held for sites that nobody polls is owed, a day after it was found: no poll that may fold it lasts so long, and
/// none that would release it will come. How many sites.
pub(in crate::store) fn release_unpolled(conn: &Connection, now: Timestamp) -> rusqlite::Result<usize> {
    const LONGEST_POLL: SignedDuration = SignedDuration::from_hours(24);
    let sql = "SELECT s.id FROM sites s WHERE (s.is_watched = 0 OR s.aside IS NOT NULL)
        AND EXISTS (SELECT 1 FROM alerts a WHERE a.site = s.id AND a.state = 'held')
        AND NOT EXISTS (SELECT 1 FROM alerts a JOIN changes c ON c.id = a.change
            WHERE a.site = s.id AND a.state = 'held' AND c.seen_at > ?)";
    let before = now.saturating_sub(LONGEST_POLL).unwrap_or(now);
    let mut unpolled = conn.prepare_cached(sql)?;
    let sites: Vec<SiteId> = unpolled.query_map([At(before)], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
    sites.iter().try_for_each(|site| outbox::release(conn, site).map(drop))?;
    Ok(sites.len())
}

/// The clocks of the machines that share a store may differ by so much.
const CLOCK_SLACK: SignedDuration = SignedDuration::from_mins(1);

/// Watches a site too. One whose file has another text than before is due now, and so is one that waits for a time
/// which its schedule cannot give: the clock was ahead when it was judged.
pub(in crate::store) fn watch(conn: &Connection, site: &Watched, now: Timestamp) -> rusqlite::Result<()> {
    let sql = "INSERT INTO sites (id, is_watched, file) VALUES (:site, 1, :file) ON CONFLICT (id) DO UPDATE SET
        is_watched = 1, file = excluded.file, next_due_at = CASE
            WHEN next_due_at > :latest OR file <> excluded.file THEN min(next_due_at, :now) ELSE next_due_at END,
        asked_at = CASE WHEN file <> excluded.file THEN :now ELSE asked_at END";
    let watched = named_params! {
        ":site": site.site, ":file": site.file, ":latest": At(site.latest_due_at), ":now": At(now),
    };
    conn.prepare_cached(sql)?.execute(watched).map(drop)
}

/// The same for sites that are polled without a daemon: their next polls go by these files.
pub(in crate::store) fn go_by(conn: &Connection, sites: &[Watched], now: Timestamp) -> rusqlite::Result<()> {
    let sql = "INSERT INTO sites (id, file) VALUES (:site, :file) ON CONFLICT (id) DO UPDATE SET
        file = excluded.file, next_due_at = CASE
            WHEN next_due_at > :latest OR file <> excluded.file THEN min(next_due_at, :now) ELSE next_due_at END,
        asked_at = CASE WHEN file <> excluded.file THEN :now ELSE asked_at END
        WHERE file IS NOT excluded.file OR next_due_at > :latest";
    let mut query = conn.prepare_cached(sql)?;
    for site in sites {
        query.execute(named_params! {
            ":site": site.site, ":file": site.file, ":latest": At(site.latest_due_at), ":now": At(now),
        })?;
    }
    Ok(())
}

/// Watches a site no longer; what is known of it stays.
pub(in crate::store) fn unwatch(conn: &Connection, site: &SiteId) -> rusqlite::Result<()> {
    conn.prepare_cached("UPDATE sites SET is_watched = 0 WHERE id = ?")?.execute([site]).map(drop)
}

/// Named, so that a test can ask for their plans.
pub(super) const DUE: &str = "SELECT id, next_due_at FROM sites INDEXED BY sites_due
    WHERE is_watched = 1 AND aside IS NULL AND last_success_at IS NOT NULL AND next_due_at <= ?1
    ORDER BY next_due_at LIMIT ?2";
pub(super) const DUE_FIRST: &str = "SELECT id, next_due_at FROM sites INDEXED BY sites_first
    WHERE is_watched = 1 AND aside IS NULL AND last_success_at IS NULL AND coalesce(next_due_at, 0) <= ?1
    ORDER BY coalesce(next_due_at, 0) LIMIT ?2";
pub(super) const NEXT_DUE: &str = "SELECT min(next_due_at) FROM sites INDEXED BY sites_due
    WHERE is_watched = 1 AND aside IS NULL AND last_success_at IS NOT NULL AND next_due_at > ?";
pub(super) const NEXT_DUE_FIRST: &str = "SELECT min(coalesce(next_due_at, 0)) FROM sites INDEXED BY sites_first
    WHERE is_watched = 1 AND aside IS NULL AND last_success_at IS NULL AND coalesce(next_due_at, 0) > ?";
pub(super) const OVERDUE: &str = "SELECT id, next_due_at FROM sites INDEXED BY sites_due
    WHERE is_watched = 1 AND aside IS NULL AND last_success_at IS NOT NULL AND next_due_at <= ?1
        AND NOT EXISTS (SELECT 1 FROM polls WHERE polls.site = sites.id AND polls.state = 'open')
    ORDER BY next_due_at LIMIT 1";

/// Watched sites that are due, those that wait longest first.
pub(in crate::store) fn due(
    conn: &Connection,
    turn: Turn,
    now: Timestamp,
    limit: usize,
) -> rusqlite::Result<Vec<DueSite>> {
    let sql = match turn {
        Turn::Known => DUE,
        Turn::First => DUE_FIRST,
    };
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let mut query = conn.prepare_cached(sql)?;
    let rows = query
        .query_map(params![At(now), limit], |row| Ok(DueSite { site: row.get(0)?, due_at: instant(row.get(1)?) }))?;
    rows.collect()
}

/// The next time after `now` that a watched site is due.
pub(in crate::store) fn next_due_at(conn: &Connection, now: Timestamp) -> rusqlite::Result<Option<Timestamp>> {
    let next = |sql| conn.prepare_cached(sql)?.query_row([At(now)], |row| Ok(instant(row.get(0)?)));
    let (known, first) = (next(NEXT_DUE)?, next(NEXT_DUE_FIRST)?);
    Ok(known.into_iter().chain(first).min())
}

/// The watched site that waits longest for a poll which nobody has begun; first polls, which take turns, do not count.
pub(in crate::store) fn oldest_overdue(conn: &Connection, now: Timestamp) -> rusqlite::Result<Option<DueSite>> {
    let read = |row: &rusqlite::Row<'_>| Ok(DueSite { site: row.get(0)?, due_at: instant(row.get(1)?) });
    conn.prepare_cached(OVERDUE)?.query_row([At(now)], read).optional()
}

/// The clock was set back: what was to wait for a time goes on waiting as long as it had to.
pub(in crate::store) fn shift_back(conn: &Connection, by_ms: i64, now: Timestamp) -> rusqlite::Result<()> {
    let before = now.as_millisecond().saturating_add(by_ms);
    // What was due before the jump stays due after it, however far the clock went; first, since the rest moves there.
    let due = "UPDATE sites SET next_due_at = ?1 WHERE is_watched = 1 AND next_due_at > ?1 AND next_due_at <= ?2";
    conn.execute(due, params![At(now), before])?;
    conn.execute("UPDATE sites SET asked_at = ?1 WHERE asked_at > ?1", [At(now)])?;
    for sql in [
        "UPDATE sites SET next_due_at = next_due_at - ?1 WHERE is_watched = 1 AND next_due_at > ?2",
        "UPDATE hosts SET next_request_at = next_request_at - ?1 WHERE next_request_at > ?2",
        "UPDATE hosts SET held_back_until = held_back_until - ?1 WHERE held_back_until > ?2",
        "UPDATE hosts SET lease_until_at = lease_until_at - ?1 WHERE lease_until_at > ?2",
    ] {
        conn.execute(sql, params![by_ms, before])?;
    }
    mend_of_future(conn, by_ms, now)?;
    shift_alerts_back(conn, by_ms, now)
}

/// What was read while the clock was ahead by so much is to be read again as long after it as it had to, and a walk of that
/// time is no recent one. No index finds these: it is asked for when the clock was set back, and never else.
fn mend_of_future(conn: &Connection, by_ms: i64, now: Timestamp) -> rusqlite::Result<()> {
    let sql = "UPDATE reports SET next_recheck_at = max(next_recheck_at - ?1, ?2)
        WHERE next_recheck_at > ?2 AND last_seen_at > ?2";
    conn.execute(sql, params![by_ms, At(now)])?;
    // When these were asked for last stands nowhere.
    let sql = "UPDATE reports SET next_recheck_at = ?1 WHERE next_recheck_at > ?1
        AND (is_pending = 1 OR state = 'suspect' OR last_error IS NOT NULL)";
    conn.execute(sql, [At(now)])?;
    conn.execute("UPDATE listings SET walked_whole_at = NULL WHERE walked_whole_at > ?", [At(now)]).map(drop)
}

/// The same for what channels are owed. What was due before the jump stays due; tries of the future count in no rate.
fn shift_alerts_back(conn: &Connection, by_ms: i64, now: Timestamp) -> rusqlite::Result<()> {
    let before = now.as_millisecond().saturating_add(by_ms);
    for sql in [
        "UPDATE alerts SET next_try_at = CASE WHEN next_try_at > ?3 THEN next_try_at - ?1 ELSE ?2 END
            WHERE state IN ('owed', 'held') AND next_try_at > ?2",
        "UPDATE channels SET held_until_at = CASE WHEN held_until_at > ?3 THEN held_until_at - ?1 ELSE NULL END
            WHERE held_until_at > ?2",
    ] {
        conn.execute(sql, params![by_ms, At(now), before])?;
    }
    conn.execute("UPDATE channels SET rate_until_at = NULL", [])?;
    conn.execute("DELETE FROM deliveries WHERE tried_at > ?", [At(now)]).map(drop)
}

/// How the sites that are watched stand.
pub(in crate::store) fn census(conn: &Connection) -> rusqlite::Result<Census> {
    let sql = "SELECT coalesce(sum(next_due_at IS NULL OR (failures = 0 AND last_success_at IS NULL)), 0),
            coalesce(sum(next_due_at IS NOT NULL AND failures = 0 AND last_success_at IS NOT NULL), 0),
            coalesce(sum(failures > 0 AND is_broken = 0), 0),
            coalesce(sum(failures > 0 AND is_broken = 1 AND class <> 'blocked'), 0),
            coalesce(sum(failures > 0 AND is_broken = 1 AND class = 'blocked'), 0)
        FROM sites WHERE is_watched = 1 AND aside IS NULL";
    conn.prepare_cached(sql)?.query_row([], |row| {
        let count = |at| row.get::<_, u32>(at).map(u64::from);
        Ok(Census { new: count(0)?, ok: count(1)?, failing: count(2)?, broken: count(3)?, blocked: count(4)? })
    })
}
