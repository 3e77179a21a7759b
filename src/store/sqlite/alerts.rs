//! Alerts as people look at them: lists, what a channel was given, tries on demand.
//!
//! In: filters and numbers. Out: rows. These read as much as they are asked for; what a poll or a delivery does stands in
//! `outbox` and `delivery`.

use std::collections::BTreeSet;

use jiff::Timestamp;
use rusqlite::{Connection, ToSql, named_params, params};

use super::row::{At, Json, instant};
use crate::model::{AlertId, Event};
use crate::store::STDOUT;
use crate::store::record::{AlertFilter, AlertRow, ToldOf};

/// Alerts, the youngest first.
pub(in crate::store) fn list(conn: &Connection, filter: &AlertFilter) -> rusqlite::Result<Vec<AlertRow>> {
    // The next try is when the alert, its channel's trouble and its channel's rate allow one; one that is switched off
    // has none.
    let sql = "SELECT a.id, a.channel, c.event, a.site, c.report, a.state, a.tries,
            CASE WHEN a.state <> 'owed' THEN a.next_try_at WHEN h.disabled_at IS NULL THEN
                nullif(max(coalesce(a.next_try_at, 0), coalesce(h.held_until_at, 0), coalesce(h.rate_until_at, 0)), 0)
            END, a.last_error, c.body ->> '$.title'
        FROM alerts a JOIN changes c ON c.id = a.change LEFT JOIN channels h ON h.channel = a.channel
        WHERE a.channel <> :stdout AND a.channel = coalesce(:channel, a.channel)
            AND a.state = coalesce(:state, a.state)
        ORDER BY a.id DESC LIMIT :limit";
    let limit = i64::try_from(filter.limit).unwrap_or(i64::MAX);
    let named = named_params! {
        ":stdout": STDOUT, ":channel": filter.channel, ":state": filter.state, ":limit": limit,
    };
    let mut query = conn.prepare_cached(sql)?;
    let rows = query.query_map(named, |row| {
        Ok(AlertRow {
            alert: row.get(0)?,
            channel: row.get(1)?,
            event: row.get(2)?,
            site: row.get(3)?,
            report: row.get(4)?,
            state: row.get(5)?,
            tries: row.get(6)?,
            next_try_at: instant(row.get(7)?),
            last_error: row.get(8)?,
            title: row.get(9)?,
        })
    })?;
    rows.collect()
}

/// Named, so that a test can ask for their plans.
pub(super) const TOLD: &str = "SELECT a.key, c.body
    FROM alerts a INDEXED BY alerts_channel JOIN changes c ON c.id = a.change
    WHERE a.channel = ?1 AND ?2 IS NULL AND (a.state = 'delivered' OR a.claimed_by IS NOT NULL)
    ORDER BY a.id DESC LIMIT ?3";
/// These go through the changes of a site or a kind: a channel may have been given far more than those.
pub(super) const TOLD_OF_SITE: &str = "SELECT a.key, c.body
    FROM changes c INDEXED BY changes_site CROSS JOIN alerts a ON a.change = c.id AND a.channel = ?1
    WHERE c.site = ?2 AND (a.state = 'delivered' OR a.claimed_by IS NOT NULL)
    ORDER BY c.id DESC LIMIT ?3";
pub(super) const TOLD_OF_KIND: &str = "SELECT a.key, c.body
    FROM changes c INDEXED BY changes_kind_seen CROSS JOIN alerts a ON a.change = c.id AND a.channel = ?1
    WHERE c.kind = ?2 AND (a.state = 'delivered' OR a.claimed_by IS NOT NULL)
    ORDER BY c.seen_at DESC, c.id DESC LIMIT ?3";

/// The last changes that a channel was given or is given now, the youngest first.
pub(in crate::store) fn told_by(
    conn: &Connection,
    channel: &str,
    among: &ToldOf,
    limit: usize,
) -> rusqlite::Result<Vec<(String, Event)>> {
    let (sql, name) = match among {
        ToldOf::All => (TOLD, None),
        ToldOf::Site(site) => (TOLD_OF_SITE, Some(site.as_str())),
        ToldOf::Kind(kind) => (TOLD_OF_KIND, Some(kind.as_str())),
    };
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let mut query = conn.prepare_cached(sql)?;
    let rows =
        query.query_map(params![channel, name, limit], |row| Ok((row.get(0)?, row.get::<_, Json<Event>>(1)?.0)))?;
    rows.collect()
}

/// Makes all alerts due now that were given up.
pub(in crate::store) fn retry_dead(conn: &Connection, now: Timestamp) -> rusqlite::Result<usize> {
    let sql = "SELECT id FROM alerts WHERE state = 'dead' ORDER BY id";
    let dead: Vec<AlertId> =
        conn.prepare_cached(sql)?.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
    // No number at all would mean all that are owed.
    if dead.is_empty() { Ok(0) } else { retry(conn, &dead, now) }
}

/// Makes all alerts due now that are owed to a channel, and sends there again though it was switched off.
pub(in crate::store) fn retry_channel(conn: &Connection, channel: &str, now: Timestamp) -> rusqlite::Result<usize> {
    let sql = "UPDATE channels SET held_until_at = NULL, disabled_at = NULL WHERE channel = ?";
    conn.prepare_cached(sql)?.execute([channel])?;
    let sql = "SELECT id FROM alerts WHERE channel = ?1 AND state = 'owed'
        AND (is_digest = 0 OR tries > 0 OR next_try_at <= ?2) ORDER BY id";
    let owed: Vec<AlertId> = conn
        .prepare_cached(sql)?
        .query_map(params![channel, At(now)], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    // No number at all would mean all that are owed.
    if owed.is_empty() { Ok(0) } else { retry(conn, &owed, now) }
}

/// Makes alerts due now: those named, dead ones too, or all that are owed. A channel that wants nothing any more stays
/// switched off: only who names it sends there again.
pub(in crate::store) fn retry(conn: &Connection, alerts: &[AlertId], now: Timestamp) -> rusqlite::Result<usize> {
    let again = "UPDATE alerts SET state = 'owed', next_try_at = NULL, claimed_by = NULL,
        first_tried_at = CASE state WHEN 'dead' THEN NULL ELSE first_tried_at END,
        tries = CASE state WHEN 'dead' THEN 0 ELSE tries END";
    let mut channels: BTreeSet<String> = BTreeSet::new();
    let mut n_alerts = 0;
    let mut run = |sql: &str, params: &[&dyn ToSql]| -> rusqlite::Result<()> {
        let mut query = conn.prepare_cached(sql)?;
        let found: Vec<String> = query.query_map(params, |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
        n_alerts += found.len();
        channels.extend(found);
        Ok(())
    };
    if alerts.is_empty() {
        // A digest that waits for its time is not in trouble.
        let all = format!(
            "{again} WHERE state = 'owed' AND channel <> ?1 AND (is_digest = 0 OR tries > 0 OR next_try_at <= ?2)
             RETURNING channel"
        );
        run(&all, &[&STDOUT, &At(now)])?;
    }
    let one = format!("{again} WHERE id = ? AND state IN ('owed', 'dead') RETURNING channel");
    for alert in alerts {
        run(&one, &[alert])?;
    }
    for channel in channels {
        let sql = "UPDATE channels SET held_until_at = NULL WHERE channel = ?";
        conn.prepare_cached(sql)?.execute([channel])?;
    }
    Ok(n_alerts)
}
