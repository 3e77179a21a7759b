//! Turns: what operators are told of a site that breaks and works again; once each, and one that does so all day in few
//! words.
//!
//! In: how a poll ended, how the site stood before. Out: the event, kept. Never: a turn that is neither told nor counted.

use jiff::{SignedDuration, Timestamp};
use rusqlite::{Connection, named_params, params};

use super::outbox::{self, Going};
use super::row::{At, Count, instant};
use crate::alert::Routes;
use crate::error::Failure;
use crate::model::{Event, EventKind, SiteId, SiteState};
use crate::store::{Ended, Muted, PollRecord};

/// A site flaps that breaks though it was back so often within [`FLAPPING_SPAN`]: two breakages in a day are told each, a
/// third one says that the site does neither stay up nor down.
const MOST_RECOVERIES: usize = 2;
/// The time in which recoveries count, and for which a flapping site must keep one state before it is told of again: a
/// portal that is down every night would else be told of twice a day.
const FLAPPING_SPAN: SignedDuration = SignedDuration::from_hours(24);

/// What a poll turned.
pub(super) struct Turned {
    /// Whether the site broke, broke in another way, or works again.
    pub(super) is_turn: bool,
    /// What is told.
    pub(super) event: Option<Event>,
}

/// Tells what the end of a poll turned, in the transaction that keeps it.
pub(super) fn tell(
    conn: &Connection,
    routes: &Routes,
    record: &PollRecord,
    before: &SiteState,
    failures: u32,
) -> rusqlite::Result<Turned> {
    let turned = turn(record, before, failures);
    let is_turn = turned.is_some();
    let event = damped(conn, record, before, turned)?;
    if let Some(event) = &event {
        let nobody = Routes::to_all(&[]);
        let routes = if is_muted(conn, event)? { &nobody } else { routes };
        outbox::tell(conn, routes, Some(record.poll), event, Going::Owed)?;
    }
    Ok(Turned { is_turn, event })
}

/// The event that tells operators that a site broke or works again; once each. `failures` are those in a row with this one.
fn turn(record: &PollRecord, before: &SiteState, failures: u32) -> Option<Event> {
    match &record.ended {
        Ended::Interrupted | Ended::Taken => None,
        Ended::Done => before.is_broken.then(|| recovered(record)),
        Ended::Failed(failure) => {
            // Broken in another way is told too: a dead listing must not hide behind a slow server. Each way is told
            // once, however often they take turns.
            let is_told = before.told.iter().any(|class| class == failure.class.as_str());
            let is_early = failures < failure.class.polls_before_alert();
            (!is_told && !is_early).then(|| broken(record, failure))
        }
    }
}

fn recovered(record: &PollRecord) -> Event {
    Event::new(EventKind::SiteRecovered, record.site.clone(), record.ended_at)
}

fn broken(record: &PollRecord, failure: &Failure) -> Event {
    let mut event = Event::new(EventKind::SiteBroken, record.site.clone(), record.ended_at);
    event.class = Some(failure.class.to_string());
    event.reason = Some(failure.reason.clone());
    event.url.clone_from(&failure.url);
    event
}

/// A site that turned many times in a day.
struct Flapping {
    since_at: Timestamp,
    /// Its last turn.
    turned_at: Timestamp,
    /// Turns that were not told.
    n_turns: usize,
}

/// What is told of a turn: all of it, that the site flaps, or nothing until it has kept one state for a day.
fn damped(
    conn: &Connection,
    record: &PollRecord,
    before: &SiteState,
    turned: Option<Event>,
) -> rusqlite::Result<Option<Event>> {
    let now = record.ended_at;
    match (flapping(conn, &record.site)?, turned) {
        (None, Some(event)) if is_one_too_many(conn, &event)? => {
            keep(conn, &record.site, Some(&Flapping { since_at: now, turned_at: now, n_turns: 0 }))?;
            Ok(Some(and(
                event,
                "it breaks and is back again and again: the next word is when it has kept one state for a day",
            )))
        }
        (None, turned) => Ok(turned),
        (Some(flapping), Some(_)) => {
            let n_turns = flapping.n_turns + 1;
            keep(conn, &record.site, Some(&Flapping { turned_at: now, n_turns, ..flapping }))?;
            Ok(None)
        }
        (Some(flapping), None) if now.duration_since(flapping.turned_at) >= FLAPPING_SPAN => {
            let event = settled(record, before, &flapping);
            if event.is_some() {
                keep(conn, &record.site, None)?;
            }
            Ok(event)
        }
        (Some(_), None) => Ok(None),
    }
}

/// Whether this breakage comes after too many recoveries.
fn is_one_too_many(conn: &Connection, event: &Event) -> rusqlite::Result<bool> {
    if event.event != EventKind::SiteBroken {
        return Ok(false);
    }
    let since = event.seen_at.checked_sub(FLAPPING_SPAN).unwrap_or(Timestamp::MIN);
    let sql = "SELECT count(*) FROM changes WHERE site = ? AND event = 'site_recovered' AND seen_at > ?";
    let n: Count = conn.prepare_cached(sql)?.query_row(params![event.site, At(since)], |row| row.get(0))?;
    Ok(n.0 >= MOST_RECOVERIES)
}

/// The word on a site that has kept one state for a day. One that only begins to fail has not settled.
fn settled(record: &PollRecord, before: &SiteState, flapping: &Flapping) -> Option<Event> {
    let event = match &record.ended {
        Ended::Done => recovered(record),
        Ended::Failed(failure) if before.is_broken => broken(record, failure),
        Ended::Failed(_) | Ended::Interrupted | Ended::Taken => return None,
    };
    let since = flapping.since_at.strftime("%Y-%m-%d %H:%M UTC");
    let turns = if flapping.n_turns == 1 { "once".to_owned() } else { format!("{} times", flapping.n_turns) };
    Some(and(event, &format!("since {since} it turned {turns} untold, and has been as it is now for a day")))
}

fn and(mut event: Event, words: &str) -> Event {
    event.reason = Some(event.reason.map_or_else(|| words.to_owned(), |reason| format!("{reason}; {words}")));
    event
}

fn flapping(conn: &Connection, site: &SiteId) -> rusqlite::Result<Option<Flapping>> {
    let sql = "SELECT flapping_since_at, turned_at, n_turns FROM sites WHERE id = ?";
    conn.prepare_cached(sql)?.query_row([site], |row| {
        let times = instant(row.get(0)?).zip(instant(row.get(1)?));
        let n_turns = row.get::<_, Count>(2)?.0;
        Ok(times.map(|(since_at, turned_at)| Flapping { since_at, turned_at, n_turns }))
    })
}

fn keep(conn: &Connection, site: &SiteId, flapping: Option<&Flapping>) -> rusqlite::Result<()> {
    let sql = "UPDATE sites SET flapping_since_at = :since, turned_at = :turned, n_turns = :n WHERE id = :site";
    conn.prepare_cached(sql)?
        .execute(named_params! {
            ":since": flapping.map(|it| At(it.since_at)),
            ":turned": flapping.map(|it| At(it.turned_at)),
            ":n": Count(flapping.map_or(0, |it| it.n_turns)),
            ":site": site,
        })
        .map(drop)
}

/// Whether a person wants to hear nothing of this turn. That a site is back is told to whoever acknowledged its breakage.
fn is_muted(conn: &Connection, event: &Event) -> rusqlite::Result<bool> {
    let sql = "SELECT muted FROM sites WHERE id = ?";
    let muted: Option<String> = conn.prepare_cached(sql)?.query_row([&event.site], |row| row.get(0))?;
    Ok(match muted.as_deref() {
        None => false,
        Some(word) if word == Muted::UntilRecovered.as_str() => event.event == EventKind::SiteBroken,
        Some(_) => true,
    })
}
