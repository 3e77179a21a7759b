//! Delivery: claims of what is due, the end of a try, and how a channel does.
//!
//! In: a channel, a time, how a try went. Out: messages to send. Never: a claim without an end, or an alert that leaves
//! the outbox undelivered.

use std::collections::BTreeMap;

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, named_params, params};

use super::outbox::{self, Going};
use super::row::{At, Count, Json, instant};
use crate::alert::Routes;
use crate::model::{AlertId, Event, EventKind, Hash, Next, SiteId, Undelivered, Why};
use crate::store::owner::is_gone;
use crate::store::record::{ChannelHealth, Claimed, ClaimedMessage, Due, FailedTry, TakenBy, Tried};

/// Due alerts that are looked at in one claim: what is beyond them is due in the next one.
const MOST_LOOKED_AT: usize = 2_000;
/// Failures in a row after which operators are told: the second try comes after seconds, the third after minutes.
const FAILURES_BEFORE_ALERT: u32 = 3;
/// How long tries are remembered: no rate counts over more than a day.
const KEPT_MS: i64 = 24 * 3600 * 1000;

/// Named, so that a test can ask for their plans.
pub(super) const DUE: &str = "SELECT id, key, message, is_digest, first_tried_at IS NOT NULL FROM alerts
    WHERE channel = ?1 AND state = 'owed' AND coalesce(next_try_at, 0) <= ?2
    ORDER BY coalesce(next_try_at, 0), id LIMIT ?3";
pub(super) const NEXT_DUE: &str = "SELECT min(coalesce(next_try_at, 0)) FROM alerts
    WHERE channel = ? AND state = 'owed'";

/// An alert that is due.
struct DueAlert {
    id: AlertId,
    key: String,
    message: Option<String>,
    is_digest: bool,
    is_tried: bool,
}

/// A message to be: its id and its alerts.
type Unit = (String, Vec<AlertId>);

/// Claims what a channel may be sent now.
pub(in crate::store) fn claim_due(conn: &Connection, due: &Due) -> rusqlite::Result<Claimed> {
    free_gone(conn)?;
    let health = health(conn, &due.channel)?;
    if health.disabled_at.is_some() {
        return Ok(Claimed::default());
    }
    if let Some(until) = health.held_until_at.filter(|until| *until > due.now) {
        let next_try_at = next_due(conn, &due.channel)?.map(|next| next.max(until));
        return Ok(Claimed { messages: Vec::new(), next_try_at });
    }
    let (budget, free_at) = budget(conn, due)?;
    if free_at != health.rate_until_at {
        note_rate(conn, &due.channel, free_at)?;
    }
    let units = if budget == 0 { Vec::new() } else { units(look(conn, due)?, budget, due) };
    let until = due.now.checked_add(due.lease).unwrap_or(Timestamp::MAX);
    let mut messages = Vec::new();
    for unit in units.into_iter().take(due.limit) {
        messages.push(claim(conn, due, unit, until)?);
    }
    let next = next_due(conn, &due.channel)?;
    Ok(Claimed { messages, next_try_at: next.map(|next| free_at.map_or(next, |free| next.max(free))) })
}

/// A killed sender's claims are free at once where its death can be seen.
fn free_gone(conn: &Connection) -> rusqlite::Result<()> {
    let sql = "SELECT DISTINCT claimed_by FROM alerts INDEXED BY alerts_claimed WHERE claimed_by > ''";
    let owners: Vec<String> =
        conn.prepare_cached(sql)?.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
    let sql = "UPDATE alerts INDEXED BY alerts_claimed SET claimed_by = NULL, next_try_at = NULL WHERE claimed_by = ?";
    for owner in owners.iter().filter(|owner| is_gone(owner)) {
        conn.prepare_cached(sql)?.execute([owner])?;
    }
    Ok(())
}

/// How many messages may go out now, and when the next one may if none can.
fn budget(conn: &Connection, due: &Due) -> rusqlite::Result<(usize, Option<Timestamp>)> {
    let (most, span) = due.rate;
    let since = due.now.checked_sub(span).unwrap_or(Timestamp::MIN);
    let sql = "SELECT count(*), min(tried_at) FROM deliveries
        WHERE channel = ?1 AND tried_at > ?2 AND tried_at <= ?3";
    let (n_sent, first): (u32, Option<At>) = conn
        .prepare_cached(sql)?
        .query_row(params![due.channel, At(since), At(due.now)], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let budget = most.saturating_sub(n_sent);
    let free_at = instant(first).filter(|_| budget == 0).and_then(|first| first.checked_add(span).ok());
    Ok((usize::try_from(budget).unwrap_or(usize::MAX), free_at))
}

/// Keeps when the rate of a channel lets the next message pass, so that people see what waits for it.
fn note_rate(conn: &Connection, channel: &str, free_at: Option<Timestamp>) -> rusqlite::Result<()> {
    let sql = "INSERT INTO channels (channel, rate_until_at) VALUES (?1, ?2)
        ON CONFLICT (channel) DO UPDATE SET rate_until_at = ?2";
    conn.prepare_cached(sql)?.execute(params![channel, free_at.map(At)]).map(drop)
}

/// How many alerts wait for nothing but the rate of their channel.
pub(in crate::store) fn n_waiting(conn: &Connection, channel: &str, now: Timestamp) -> rusqlite::Result<u64> {
    let sql = "SELECT count(*) FROM alerts WHERE channel = ?1 AND state = 'owed' AND coalesce(next_try_at, 0) <= ?2
        AND EXISTS (SELECT 1 FROM channels WHERE channel = ?1 AND rate_until_at > ?2 AND disabled_at IS NULL)";
    conn.prepare_cached(sql)?.query_row(params![channel, At(now)], |row| Ok(row.get::<_, Count>(0)?.0 as u64))
}

fn look(conn: &Connection, due: &Due) -> rusqlite::Result<Vec<DueAlert>> {
    let limit = i64::try_from(MOST_LOOKED_AT).unwrap_or(i64::MAX);
    let mut query = conn.prepare_cached(DUE)?;
    let rows = query.query_map(params![due.channel, At(due.now), limit], |row| {
        Ok(DueAlert {
            id: row.get(0)?,
            key: row.get(1)?,
            message: row.get(2)?,
            is_digest: due.are_folded || row.get(3)?,
            is_tried: row.get(4)?,
        })
    })?;
    rows.collect()
}

/// Puts due alerts into at most `budget` messages.
///
/// What was tried stays the message that it was, since it may have arrived. It comes last and takes at most half of the
/// room: a message that the receiver cannot stand must not stop the others. Digests are made of what waited for one; what
/// is more than the budget allows goes into the last message.
fn units(alerts: Vec<DueAlert>, budget: usize, due: &Due) -> Vec<Unit> {
    let (channel, most) = (&due.channel, due.most_in_digest.max(1));
    let mut tried: Vec<Unit> = Vec::new();
    let mut places: BTreeMap<String, usize> = BTreeMap::new();
    let (mut digest, mut single) = (Vec::new(), Vec::new());
    for alert in alerts {
        let message = alert.message.clone().or_else(|| alert.is_tried.then(|| alert.key.clone()));
        match message {
            Some(message) => {
                let place = *places.entry(message.clone()).or_insert_with(|| {
                    tried.push((message, Vec::new()));
                    tried.len() - 1
                });
                tried[place].1.push(alert.id);
            }
            None if alert.is_digest => digest.push(alert),
            None => single.push(alert),
        }
    }
    let n_fresh = digest.len().div_ceil(most) + single.len();
    let room = budget - tried.len().min((budget / 2).max(budget.saturating_sub(n_fresh)));
    let mut units: Vec<Unit> = digest.chunks(most).take(room).map(|alerts| folded(alerts, channel)).collect();
    let room = room - units.len();
    let alone = if single.len() <= room { single.len() } else { room.saturating_sub(1) };
    let (alone, rest) = single.split_at(alone);
    units.extend(alone.iter().map(|alert| (alert.key.clone(), vec![alert.id])));
    if room > 0 {
        units.extend(rest.chunks(most).take(1).map(|alerts| folded(alerts, channel)));
    }
    units.extend(tried);
    units.truncate(budget);
    units
}

/// Several alerts as one message, whose id is made of theirs.
fn folded(alerts: &[DueAlert], channel: &str) -> Unit {
    if let [alert] = alerts {
        return (alert.key.clone(), vec![alert.id]);
    }
    let keys: Vec<&str> = alerts.iter().map(|alert| alert.key.as_str()).chain([channel]).collect();
    let digest = Hash::of(keys.join("\n").as_bytes()).to_string();
    (format!("msg_{}", &digest[..32]), alerts.iter().map(|alert| alert.id).collect())
}

fn claim(conn: &Connection, due: &Due, (id, alerts): Unit, until: Timestamp) -> rusqlite::Result<ClaimedMessage> {
    let sql = "UPDATE alerts SET claimed_by = :owner, next_try_at = :until,
            message = CASE WHEN key = :message THEN message ELSE :message END,
            first_tried_at = coalesce(first_tried_at, :now)
        WHERE id = :alert RETURNING key, tries, first_tried_at, (SELECT body FROM changes WHERE id = change)";
    let mut claimed = Vec::new();
    let (mut tries, mut first_tried_at) = (0, None);
    for alert in alerts {
        let named = named_params! {
            ":owner": due.owner, ":until": At(until), ":message": id, ":now": At(due.now), ":alert": alert,
        };
        conn.prepare_cached(sql)?.query_row(named, |row| {
            tries = tries.max(row.get::<_, u32>(1)?);
            first_tried_at = first_tried_at.min(instant(row.get(2)?)).or(instant(row.get(2)?));
            claimed.push((alert, row.get::<_, String>(0)?, row.get::<_, Json<Event>>(3)?.0));
            Ok(())
        })?;
    }
    let thread = match claimed.as_slice() {
        [(_, _, event)] => thread(conn, &due.channel, event)?.filter(|first| *first != id),
        _ => None,
    };
    Ok(ClaimedMessage { id, thread, tries, first_tried_at, alerts: claimed })
}

/// The id of the first message to a channel about the report of an event.
fn thread(conn: &Connection, channel: &str, event: &Event) -> rusqlite::Result<Option<String>> {
    let Some(report) = event.report else { return Ok(None) };
    let sql = "SELECT coalesce(a.message, a.key) FROM changes c JOIN alerts a ON a.change = c.id AND a.channel = ?2
        WHERE c.report = ?1 ORDER BY c.id LIMIT 1";
    conn.prepare_cached(sql)?.query_row(params![report, channel], |row| row.get(0)).optional()
}

fn next_due(conn: &Connection, channel: &str) -> rusqlite::Result<Option<Timestamp>> {
    conn.prepare_cached(NEXT_DUE)?.query_row([channel], |row| row.get(0)).map(instant)
}

/// Gives back what was claimed and not tried.
pub(in crate::store) fn give_back(conn: &Connection, owner: &str, channel: &str) -> rusqlite::Result<()> {
    let sql = "UPDATE alerts INDEXED BY alerts_claimed SET claimed_by = NULL, next_try_at = NULL,
        first_tried_at = CASE tries WHEN 0 THEN NULL ELSE first_tried_at END WHERE claimed_by = ? AND channel = ?";
    conn.prepare_cached(sql)?.execute([owner, channel]).map(drop)
}

/// Keeps how a try went.
pub(in crate::store) fn record_try(
    conn: &Connection,
    routes: &Routes,
    tried: &Tried,
) -> rusqlite::Result<Option<Event>> {
    let error = tried.failed.as_ref().map(|failed| failed.error.as_str());
    let sql = "INSERT INTO deliveries (channel, message, tried_at, error) VALUES (?, ?, ?, ?)";
    conn.prepare_cached(sql)?.execute(params![tried.channel, tried.message, At(tried.now), error])?;
    let sql = "DELETE FROM deliveries WHERE channel = ? AND tried_at < ?";
    conn.prepare_cached(sql)?.execute(params![tried.channel, tried.now.as_millisecond() - KEPT_MS])?;
    let before = health(conn, &tried.channel)?;
    match &tried.failed {
        Some(failed) if failed.taken_by != TakenBy::AllWhoCan => put_off(conn, tried, failed)?,
        _ => delivered(conn, tried)?,
    }
    let now = word_after(tried, &before);
    keep_health(conn, tried, now)?;
    let Some(event) = turn(conn, tried, Word::of(&before), now)? else { return Ok(None) };
    outbox::tell(conn, routes, None, &event, Going::Owed)?;
    Ok(Some(event))
}

fn delivered(conn: &Connection, tried: &Tried) -> rusqlite::Result<()> {
    let sql = "UPDATE alerts SET state = 'delivered', delivered_at = ?, tries = tries + 1, next_try_at = NULL,
        claimed_by = NULL, last_error = ? WHERE id = ? AND state IN ('owed', 'dead')";
    let error = tried.failed.as_ref().map(|failed| &failed.error);
    for alert in &tried.alerts {
        conn.prepare_cached(sql)?.execute(params![At(tried.now), error, alert])?;
    }
    Ok(())
}

/// An outage of the channel is no time of the message's own: what it is given up after is counted from then.
/// Whoever's claim has run out has nothing to say any more: another one may have delivered meanwhile.
fn put_off(conn: &Connection, tried: &Tried, failed: &FailedTry) -> rusqlite::Result<()> {
    let sql = "UPDATE alerts SET state = :state, tries = tries + 1, next_try_at = :next, claimed_by = NULL,
        first_tried_at = coalesce(:outage_at, first_tried_at), last_error = :error WHERE id = :alert AND state = 'owed' AND claimed_by = :owner";
    for alert in &tried.alerts {
        conn.prepare_cached(sql)?.execute(named_params! {
            ":state": if failed.next_try_at.is_some() { "owed" } else { "dead" },
            ":next": failed.next_try_at.map(At),
            ":outage_at": failed.held_until_at.map(|_| At(tried.now)),
            ":error": failed.error,
            ":alert": alert,
            ":owner": tried.owner,
        })?;
    }
    Ok(())
}

/// What operators were told of a channel last. It stands in `is_broken` as a number; what is not 0 was always trouble.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Word {
    /// Nothing, or that it works.
    Works = 0,
    /// That it delivers nothing.
    Broken = 1,
    /// That it does not deliver to all of its receivers.
    Partial = 2,
}

impl Word {
    fn of(health: &ChannelHealth) -> Self {
        match (health.is_broken, health.is_partial) {
            (false, _) => Self::Works,
            (true, false) => Self::Broken,
            (true, true) => Self::Partial,
        }
    }
}

/// What operators have been told after a try. An outage is told also where some receivers were out of reach before it.
fn word_after(tried: &Tried, before: &ChannelHealth) -> Word {
    match &tried.failed {
        None => Word::Works,
        Some(failed) if !is_told(failed, before) => Word::of(before),
        Some(FailedTry { taken_by: TakenBy::Nobody, .. }) => Word::Broken,
        Some(_) => Word::Partial,
    }
}

/// A channel by which some receivers were reached works: its failures in a row are over, what is wrong is kept.
fn keep_health(conn: &Connection, tried: &Tried, now: Word) -> rusqlite::Result<()> {
    let Some(failed) = &tried.failed else {
        let sql = "UPDATE channels SET failures = 0, held_until_at = NULL, is_broken = 0, disabled_at = NULL,
            error = NULL WHERE channel = ?";
        return conn.prepare_cached(sql)?.execute([&tried.channel]).map(drop);
    };
    let sql = "INSERT INTO channels (channel, failures, held_until_at, is_broken, disabled_at, error)
        VALUES (:channel, :is_failure, :held, :is_broken, :disabled, :error)
        ON CONFLICT (channel) DO UPDATE SET failures = iif(:is_failure, failures + 1, 0), held_until_at = :held,
            is_broken = :is_broken, disabled_at = coalesce(disabled_at, :disabled), error = :error";
    let named = named_params! {
        ":channel": tried.channel,
        ":is_failure": failed.taken_by == TakenBy::Nobody,
        ":held": failed.held_until_at.map(At),
        ":is_broken": now as i64,
        ":disabled": failed.is_disabled.then_some(At(tried.now)),
        ":error": failed.error,
    };
    conn.prepare_cached(sql)?.execute(named).map(drop)
}

/// Whether a failure is more than one that comes and goes.
fn is_told(failed: &FailedTry, before: &ChannelHealth) -> bool {
    let is_third = failed.taken_by == TakenBy::Nobody && before.failures + 1 >= FAILURES_BEFORE_ALERT;
    failed.is_disabled || failed.is_told || failed.next_try_at.is_none() || is_third
}

/// The event that tells operators that a channel broke or works again; once each.
fn turn(conn: &Connection, tried: &Tried, before: Word, now: Word) -> rusqlite::Result<Option<Event>> {
    let kind = match now {
        _ if now == before => return Ok(None),
        Word::Works => EventKind::ChannelRecovered,
        Word::Broken | Word::Partial => EventKind::ChannelBroken,
    };
    let Some(alert) = tried.alerts.first() else { return Ok(None) };
    let site: SiteId =
        conn.prepare_cached("SELECT site FROM alerts WHERE id = ?")?.query_row([alert], |row| row.get(0))?;
    let mut event = Event::new(kind, site, tried.now);
    event.channel = Some(tried.channel.clone());
    let why = tried.failed.as_ref().map(undelivered);
    event.reason = why.as_ref().map(|why| reason(&tried.channel, why));
    event.why = why.map(Why::Channel);
    Ok(Some(event))
}

/// What is wrong with a channel, and what becomes of its alerts.
fn undelivered(failed: &FailedTry) -> Undelivered {
    let next = if failed.is_disabled {
        Next::SwitchedOff
    } else if failed.taken_by == TakenBy::AllWhoCan {
        Next::NotAgain
    } else if failed.next_try_at.is_none() {
        Next::GivenUp
    } else {
        Next::TriedAgain
    };
    Undelivered { error: failed.error.clone(), has_reached_some: failed.taken_by != TakenBy::Nobody, next }
}

/// The same in words.
fn reason(channel: &str, why: &Undelivered) -> String {
    let what = if why.has_reached_some { "does not deliver to all" } else { "delivers nothing" };
    let next = match why.next {
        Next::SwitchedOff => format!("nothing more is sent there until: govwatch alerts test {channel}"),
        Next::NotAgain => "the alert is not sent again; correct the channel's to".to_owned(),
        Next::GivenUp => "the alert is given up and kept; send it again with: govwatch alerts retry".to_owned(),
        Next::TriedAgain => "what is owed to it is kept and tried again; see: govwatch alerts".to_owned(),
    };
    format!("channel {channel} {what}: {}; {next}", why.error)
}

/// How a channel does.
pub(in crate::store) fn health(conn: &Connection, channel: &str) -> rusqlite::Result<ChannelHealth> {
    let sql = "SELECT failures, held_until_at, is_broken, disabled_at, error, rate_until_at
        FROM channels WHERE channel = ?";
    let found = conn.prepare_cached(sql)?.query_row([channel], |row| {
        Ok(ChannelHealth {
            failures: row.get(0)?,
            held_until_at: instant(row.get(1)?),
            is_broken: row.get::<_, i64>(2)? != Word::Works as i64,
            is_partial: row.get::<_, i64>(2)? == Word::Partial as i64,
            disabled_at: instant(row.get(3)?),
            error: row.get(4)?,
            rate_until_at: instant(row.get(5)?),
        })
    });
    Ok(found.optional()?.unwrap_or_default())
}

/// A channel was seen to work: it is no longer left alone or switched off. Whether operators were told of its trouble
/// stays known, so that they are told of its end.
pub(in crate::store) fn forget_trouble(conn: &Connection, channel: &str) -> rusqlite::Result<()> {
    let sql =
        "UPDATE channels SET failures = 0, held_until_at = NULL, disabled_at = NULL, error = NULL WHERE channel = ?";
    conn.prepare_cached(sql)?.execute([channel]).map(drop)
}
