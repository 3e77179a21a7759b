//! Hosts by name, for all processes: robots.txt, until when each is held back, who may ask it now.
//!
//! In: a host or an origin, and `now`. Out: what is known of it. Never: a rule of its own; it only remembers.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::row::{At, instant};
use crate::store::{Claim, KeptRobots, owner};

/// The robots.txt of an origin, however old.
pub(in crate::store) fn robots(conn: &Connection, origin: &str) -> rusqlite::Result<Option<KeptRobots>> {
    let sql = "SELECT status, body, fetched_at FROM robots WHERE origin = ?";
    let kept = conn.prepare_cached(sql)?.query_row([origin], |row| {
        Ok(KeptRobots { status: row.get(0)?, body: row.get(1)?, fetched_at: row.get::<_, At>(2)?.0 })
    });
    kept.optional()
}

/// Keeps the robots.txt of an origin.
pub(in crate::store) fn keep_robots(conn: &Connection, origin: &str, robots: &KeptRobots) -> rusqlite::Result<()> {
    let sql = "INSERT OR REPLACE INTO robots (origin, status, body, fetched_at) VALUES (?, ?, ?, ?)";
    let kept = params![origin, robots.status, robots.body, At(robots.fetched_at)];
    conn.prepare_cached(sql)?.execute(kept).map(drop)
}

/// Until when a host is held back, if it ever was; may lie in the past.
pub(in crate::store) fn wait_until(conn: &Connection, host: &str) -> rusqlite::Result<Option<Timestamp>> {
    let sql = "SELECT held_back_until FROM hosts WHERE host = ?";
    let until = conn.prepare_cached(sql)?.query_row([host], |row| Ok(instant(row.get(0)?))).optional()?;
    Ok(until.flatten())
}

/// Holds a host back; never shortens an earlier wish.
pub(in crate::store) fn hold_back(conn: &Connection, host: &str, until: Timestamp) -> rusqlite::Result<()> {
    let sql = "INSERT INTO hosts (host, held_back_until) VALUES (?, ?) ON CONFLICT (host) DO UPDATE
        SET held_back_until = max(coalesce(held_back_until, excluded.held_back_until), excluded.held_back_until)";
    conn.prepare_cached(sql)?.execute(params![host, At(until)]).map(drop)
}

/// Gives a host to an owner until the lease ends; the same owner's next claim renews it.
pub(in crate::store) fn claim(
    conn: &Connection,
    host: &str,
    owner_name: &str,
    now: Timestamp,
    until: Timestamp,
) -> rusqlite::Result<Claim> {
    let sql = "INSERT INTO hosts (host, owner, lease_until_at) VALUES (?1, ?2, ?3) ON CONFLICT (host) DO UPDATE
        SET owner = excluded.owner, lease_until_at = excluded.lease_until_at
        WHERE owner IS NULL OR owner IN (excluded.owner, ?5) OR lease_until_at <= ?4
        RETURNING next_request_at";
    let mut query = conn.prepare_cached(sql)?;
    let mut claim = |gone: Option<&str>| {
        let claimed = params![host, owner_name, At(until), At(now), gone];
        query.query_row(claimed, |row| Ok(Claim::Granted { next_request_at: instant(row.get(0)?) })).optional()
    };
    if let Some(granted) = claim(None)? {
        return Ok(granted);
    }
    let sql = "SELECT owner, lease_until_at FROM hosts WHERE host = ?";
    let held = |row: &Row<'_>| Ok((row.get::<_, String>(0)?, Claim::HeldUntil(row.get::<_, At>(1)?.0)));
    let (holder, held) = conn.prepare_cached(sql)?.query_row([host], held)?;
    // A killed process gives nothing back.
    let taken_over = if owner::is_gone(&holder) { claim(Some(&holder))? } else { None };
    Ok(taken_over.unwrap_or(held))
}

/// Gives a host back and says when the next request to it may start. Only the owner's word counts.
pub(in crate::store) fn release(
    conn: &Connection,
    host: &str,
    owner: &str,
    next_request_at: Timestamp,
) -> rusqlite::Result<()> {
    let sql = "UPDATE hosts SET owner = NULL, lease_until_at = NULL,
        next_request_at = max(coalesce(next_request_at, ?1), ?1) WHERE host = ?2 AND owner = ?3";
    conn.prepare_cached(sql)?.execute(params![At(next_request_at), host, owner]).map(drop)
}

/// Says when the next request to a host may start: what a killed process leaves behind.
pub(in crate::store) fn note_request(
    conn: &Connection,
    host: &str,
    next_request_at: Timestamp,
) -> rusqlite::Result<()> {
    let sql = "INSERT INTO hosts (host, next_request_at) VALUES (?, ?) ON CONFLICT (host) DO UPDATE
        SET next_request_at = excluded.next_request_at";
    conn.prepare_cached(sql)?.execute(params![host, At(next_request_at)]).map(drop)
}
