//! Changes and the alerts owed for them, in the transaction that makes them.
//!
//! In: an Event and the routes. Out: one change, one alert a channel. An alert is owed, or held until its poll ends.
//! Never: an alert sent; delivery reads what is owed and settles it.

use jiff::Timestamp;
use rusqlite::{Connection, named_params, params};

use super::row::{At, Count, Json, instant};
use crate::alert::Routes;
use crate::model::{AlertId, ChangeId, Event, FieldName, Hash, PollId, SiteId};
use crate::store::{Fold, HeldEdit, KnownRedesign, LateFold};

/// When the alerts of a change may go out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Going {
    /// At once.
    Owed,
    /// When `record_poll` releases them.
    Held,
}

/// Keeps a change and owes it to the channels that its routes name.
pub(super) fn tell(
    conn: &Connection,
    routes: &Routes,
    poll: Option<PollId>,
    event: &Event,
    going: Going,
) -> rusqlite::Result<ChangeId> {
    tell_text(conn, routes, poll, event, going, &|| changed_text(event))
}

/// The same; `text` gives the changed text, which only routes with words ask for.
pub(super) fn tell_text(
    conn: &Connection,
    routes: &Routes,
    poll: Option<PollId>,
    event: &Event,
    going: Going,
    text: &dyn Fn() -> String,
) -> rusqlite::Result<ChangeId> {
    let state = match going {
        Going::Owed => "owed",
        Going::Held => "held",
    };
    let sql = "INSERT INTO changes (site, report, poll, event, kind, revision, seen_at, body)
        VALUES (:site, :report, :poll, :event, :kind, :revision, :seen_at, :body)";
    conn.prepare_cached(sql)?.execute(named_params! {
        ":site": event.site,
        ":report": event.report,
        ":poll": poll,
        ":event": event.event.as_str(),
        ":kind": event.kind,
        ":revision": event.revision,
        ":seen_at": At(event.seen_at),
        ":body": Json(event),
    })?;
    let change = ChangeId(conn.last_insert_rowid());
    let sql = "INSERT INTO alerts (change, site, channel, key, state, is_digest, next_try_at)
        VALUES (?, ?, ?, ?, ?, ?, ?)";
    let mut alert = conn.prepare_cached(sql)?;
    for owed in routes.owed_to(event, text) {
        let (channel, digest_at) = (&owed.channel, owed.digest_at);
        let key = key(change, event, channel);
        alert.execute(params![change, event.site, channel, key, state, digest_at.is_some(), digest_at.map(At)])?;
    }
    Ok(change)
}

/// What an event says was changed: the lines of its diff.
pub(super) fn changed_text(event: &Event) -> String {
    event.diff.clone().unwrap_or_default()
}

/// The same over all tries of one alert, and another one in a store that was made anew.
fn key(change: ChangeId, event: &Event, channel: &str) -> String {
    let url = event.url.as_deref().unwrap_or_default();
    let parts =
        [&change.to_string(), event.site.as_str(), event.event.as_str(), url, &event.seen_at.to_string(), channel];
    let digest = Hash::of(parts.join("\n").as_bytes()).to_string();
    format!("msg_{}", &digest[..32])
}

/// The edits of a site whose alerts are held, oldest first.
pub(in crate::store) fn held(conn: &Connection, site: &SiteId) -> rusqlite::Result<Vec<HeldEdit>> {
    let sql = "SELECT id, report, revision, body, unchanged_at FROM changes
        WHERE id IN (SELECT change FROM alerts WHERE site = ? AND state = 'held') AND +event = 'edited' ORDER BY id";
    let mut query = conn.prepare_cached(sql)?;
    let rows = query.query_map([site], |row| {
        let event = row.get::<_, Json<Event>>(3)?.0;
        Ok(HeldEdit {
            change: row.get(0)?,
            report: row.get(1)?,
            revision: row.get(2)?,
            fields: event.fields,
            unchanged_at: instant(row.get(4)?),
        })
    })?;
    rows.collect()
}

/// Reports that were read in other polls than this one, of which edits are held: they were killed.
pub(in crate::store) fn n_read_in_held(conn: &Connection, site: &SiteId, poll: PollId) -> rusqlite::Result<usize> {
    let sql = "SELECT count(*) FROM reports WHERE site = :site AND last_poll IN (SELECT poll FROM changes
        WHERE id IN (SELECT change FROM alerts WHERE site = :site AND state = 'held') AND poll <> :poll)";
    let n: Count =
        conn.prepare_cached(sql)?.query_row(named_params! {":site": site, ":poll": poll}, |row| row.get(0))?;
    Ok(n.0)
}

/// Makes the held alerts of a site owed. Gives the changes, oldest first.
pub(super) fn release(conn: &Connection, site: &SiteId) -> rusqlite::Result<Vec<Event>> {
    let sql = "SELECT body FROM changes
        WHERE id IN (SELECT change FROM alerts WHERE site = ? AND state = 'held') ORDER BY id";
    let mut query = conn.prepare_cached(sql)?;
    let released = query.query_map([site], |row| Ok(row.get::<_, Json<Event>>(0)?.0))?.collect();
    conn.prepare_cached("UPDATE alerts SET state = 'owed' WHERE site = ? AND state = 'held'")?.execute([site])?;
    released
}

/// Redesigns of a site that edits are compared with: every report is read once a year, and few portals change as a whole
/// more often than that.
const MOST_REDESIGNS: u32 = 8;

/// Replaces the held alerts of these changes by those of one event.
pub(super) fn fold(
    conn: &Connection,
    routes: &Routes,
    poll: PollId,
    event: &Event,
    fold: &Fold,
) -> rusqlite::Result<()> {
    let into = tell(conn, routes, Some(poll), event, Going::Owed)?;
    for &change in &fold.changes {
        fold_late(conn, LateFold { change, into })?;
    }
    if !fold.ways.is_empty() {
        let sql = "INSERT INTO redesigns (change, site, seen_at, ways) VALUES (?, ?, ?, ?)";
        conn.prepare_cached(sql)?.execute(params![into, event.site, At(event.seen_at), Json(&fold.ways)])?;
    }
    Ok(())
}

/// Puts a change that is held under one that is told, such as a redesign: nobody is told of it by itself.
pub(super) fn fold_late(conn: &Connection, LateFold { change, into }: LateFold) -> rusqlite::Result<()> {
    let sql = "DELETE FROM alerts WHERE change = ? AND state = 'held'";
    if conn.prepare_cached(sql)?.execute([change])? > 0 {
        conn.prepare_cached("UPDATE changes SET folded_into = ? WHERE id = ?")?.execute(params![into, change])?;
    }
    Ok(())
}

/// The redesigns of a site that were told, newest first.
pub(in crate::store) fn redesigns(conn: &Connection, site: &SiteId) -> rusqlite::Result<Vec<KnownRedesign>> {
    let sql = "SELECT change, seen_at, ways FROM redesigns WHERE site = ? ORDER BY seen_at DESC LIMIT ?";
    let mut query = conn.prepare_cached(sql)?;
    let rows = query.query_map(params![site, MOST_REDESIGNS], |row| {
        let (seen_at, ways) = (row.get::<_, At>(1)?.0, row.get::<_, Json<_>>(2)?.0);
        Ok(KnownRedesign { change: row.get(0)?, seen_at, ways })
    })?;
    rows.collect()
}

/// The fields that any of these changes tells, in the order in which they were first told.
pub(super) fn edited_fields(conn: &Connection, changes: &[ChangeId]) -> rusqlite::Result<Vec<FieldName>> {
    let mut query = conn.prepare_cached("SELECT body FROM changes WHERE id = ?")?;
    let mut fields = Vec::new();
    for change in changes {
        let event: Event = query.query_row([change], |row| row.get::<_, Json<_>>(0))?.0;
        for field in event.fields {
            if !fields.contains(&field) {
                fields.push(field);
            }
        }
    }
    Ok(fields)
}

/// Named, so that a test can ask for their plans.
pub(super) const OWED: &str = "SELECT a.id, c.body
    FROM alerts a INDEXED BY alerts_owed JOIN changes c ON c.id = a.change
    WHERE a.channel = ?1 AND a.state = 'owed' AND ?2 IS NULL ORDER BY a.id LIMIT ?3";
pub(super) const OWED_BY_SITES: &str = "SELECT a.id, c.body
    FROM alerts a INDEXED BY alerts_owed_site JOIN changes c ON c.id = a.change
    WHERE a.channel = ?1 AND a.state = 'owed' AND a.site IN (SELECT value FROM json_each(?2))
    ORDER BY a.id LIMIT ?3";

/// What a channel owes, oldest first; of these sites only, where some are named.
pub(in crate::store) fn owed(
    conn: &Connection,
    channel: &str,
    sites: Option<&[SiteId]>,
    limit: usize,
) -> rusqlite::Result<Vec<(AlertId, Event)>> {
    let sql = if sites.is_some() { OWED_BY_SITES } else { OWED };
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let mut query = conn.prepare_cached(sql)?;
    let rows = query.query_map(params![channel, sites.map(Json), limit], |row| {
        Ok((row.get(0)?, row.get::<_, Json<Event>>(1)?.0))
    })?;
    rows.collect()
}

/// Marks alerts as delivered; those that were are left as they are.
pub(in crate::store) fn settle(conn: &Connection, alerts: &[AlertId], now: Timestamp) -> rusqlite::Result<()> {
    let sql = "UPDATE alerts SET state = 'delivered', delivered_at = ?, tries = tries + 1
        WHERE id = ? AND state IN ('owed', 'dead')";
    let mut settled = conn.prepare_cached(sql)?;
    for alert in alerts {
        settled.execute(params![At(now), alert])?;
    }
    Ok(())
}
