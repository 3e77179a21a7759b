//! Sites and their polls. In: the beginning and the single end of a poll. Out: the state of a site, and what became
//! owed when the poll ended.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, named_params, params};

use super::evidence;
use super::listing_status as listing;
use super::row::{At, Json, instant};
use super::{left, outbox, turn};
use crate::alert::Routes;
use crate::error::Class;
use crate::model::{Event, EventKind, ListingStatus, PollId, SiteId, SiteState, SiteStatus};
use crate::store::{Ended, PollRecord};

/// Makes the site's row where there is none.
pub(super) fn ensure(conn: &Connection, site: &SiteId) -> rusqlite::Result<()> {
    let sql = "INSERT INTO sites (id) VALUES (?) ON CONFLICT (id) DO NOTHING";
    conn.prepare_cached(sql)?.execute([site]).map(drop)
}

/// What the site's next poll must know; a site that was never polled is in its default state.
pub(in crate::store) fn state(conn: &Connection, site: &SiteId) -> rusqlite::Result<SiteState> {
    let sql = "SELECT next_due_at, failures, last_success_at, is_broken, class, told, last_news_at,
        aside IS NOT NULL, asked_at IS next_due_at AND asked_at IS NOT NULL FROM sites WHERE id = ?";
    let found = conn.prepare_cached(sql)?.query_row([site], state_of);
    Ok(found.optional()?.unwrap_or_default())
}

/// The state in the first nine columns of a row, in the order of [`state`].
pub(super) fn state_of(row: &Row<'_>) -> rusqlite::Result<SiteState> {
    Ok(SiteState {
        next_due_at: instant(row.get(0)?),
        failures: row.get(1)?,
        last_success_at: instant(row.get(2)?),
        is_broken: row.get(3)?,
        class: row.get(4)?,
        told: row.get::<_, Option<Json<_>>>(5)?.map(|told| told.0).unwrap_or_default(),
        last_news_at: instant(row.get(6)?),
        is_aside: row.get(7)?,
        is_asked: row.get(8)?,
    })
}

/// Opens a poll. One that was left open has been killed.
pub(in crate::store) fn begin_poll(conn: &Connection, site: &SiteId, now: Timestamp) -> rusqlite::Result<PollId> {
    ensure(conn, site)?;
    let sql = "UPDATE polls SET state = 'interrupted' WHERE site = ? AND state = 'open'";
    conn.prepare_cached(sql)?.execute([site])?;
    conn.prepare_cached("INSERT INTO polls (site, started_at) VALUES (?, ?)")?.execute(params![site, At(now)])?;
    Ok(PollId(conn.last_insert_rowid()))
}

/// The single exit of a poll. Gives every event that it made owed, in the order of the outbox.
pub(in crate::store) fn record_poll(
    conn: &Connection,
    routes: &Routes,
    record: &PollRecord,
) -> rusqlite::Result<Vec<Event>> {
    let mut redesign = None;
    if let Some(fold) = &record.fold {
        let mut event = Event::new(EventKind::Redesign, record.site.clone(), record.ended_at);
        event.count = Some(fold.count);
        event.fields = outbox::edited_fields(conn, &fold.changes)?;
        outbox::fold(conn, routes, record.poll, &event, fold)?;
        redesign = Some(event);
    }
    for &late in &record.late {
        outbox::fold_late(conn, late)?;
    }
    let mut told = Vec::new();
    for left in &record.left {
        told.extend(left::keep(conn, routes, record, left)?);
    }
    let is_another_at_work = record.ended == Ended::Taken;
    let mut events = if is_another_at_work { Vec::new() } else { outbox::release(conn, &record.site)? };
    events.extend(redesign.into_iter().chain(told));
    close(conn, record)?;
    let before = state(conn, &record.site)?;
    let n_told = record.ended.failure().map_or(0, |failure| failure.class.polls_before_alert());
    let failures = before.failures_after(begun_at(conn, record.poll)?, n_told);
    let turned = turn::tell(conn, routes, record, &before, failures)?;
    update(conn, record, &before, failures, turned.is_turn)?;
    mind_wish(conn, record)?;
    events.extend(turned.event);
    Ok(events)
}

fn close(conn: &Connection, record: &PollRecord) -> rusqlite::Result<()> {
    let failure = record.ended.failure();
    let sql = "UPDATE polls SET state = :state, ended_at = :ended_at, class = :class, stage = :stage, url = :url,
        reason = :reason, counts = :counts, rules = :rules WHERE id = :poll";
    let done = named_params! {
        ":state": record.ended.as_str(),
        ":ended_at": At(record.ended_at),
        ":class": failure.map(|f| f.class.as_str()),
        ":stage": failure.map(|f| f.stage.as_str()),
        ":url": failure.and_then(|f| f.url.as_deref()),
        ":reason": failure.map(|f| f.reason.as_str()),
        ":counts": Json(record.counts),
        ":rules": record.rules,
        ":poll": record.poll,
    };
    conn.prepare_cached(sql)?.execute(done).map(drop)
}

fn update(
    conn: &Connection,
    record: &PollRecord,
    before: &SiteState,
    failures: u32,
    is_turn: bool,
) -> rusqlite::Result<()> {
    let due = At(record.next_due_at);
    note_news(conn, record)?;
    match &record.ended {
        Ended::Interrupted | Ended::Taken => {
            let sql = "UPDATE sites SET next_due_at = ? WHERE id = ?";
            conn.prepare_cached(sql)?.execute(params![due, record.site])
        }
        Ended::Done => {
            let sql = "UPDATE sites SET next_due_at = ?, last_success_at = ?, failures = 0, class = NULL,
                error = NULL, is_broken = 0, told = NULL, muted = nullif(muted, 'until_recovered') WHERE id = ?";
            evidence::end_of_site(conn, &record.site, record.ended_at)?;
            conn.prepare_cached(sql)?.execute(params![due, At(record.ended_at), record.site])
        }
        Ended::Failed(failure) => {
            let is_broken = before.is_broken || failures >= failure.class.polls_before_alert();
            let sql = "UPDATE sites SET next_due_at = ?, failures = ?, class = ?, error = ?, is_broken = ?, told = ?
                WHERE id = ?";
            let class = failure.class.as_str();
            let told: Vec<&str> = before.told.iter().map(String::as_str).chain(is_turn.then_some(class)).collect();
            let is_told = !told.is_empty();
            let told = is_told.then_some(Json(told));
            let failed = params![due, failures, class, failure.reason, is_broken, told, record.site];
            conn.prepare_cached(sql)?.execute(failed)
        }
    }
    .map(drop)
}

fn begun_at(conn: &Connection, poll: PollId) -> rusqlite::Result<Timestamp> {
    let sql = "SELECT started_at FROM polls WHERE id = ?";
    conn.prepare_cached(sql)?.query_row([poll], |row| Ok(row.get::<_, At>(0)?.0))
}

/// A poll that was asked for while this one was under way is still owed, and so is one by the file that is watched now,
/// where this one went by another.
fn mind_wish(conn: &Connection, record: &PollRecord) -> rusqlite::Result<()> {
    let sql = "UPDATE sites SET next_due_at = ?1, asked_at = ?1 WHERE id = ?2 AND is_watched = 1 AND file <> ?3";
    conn.prepare_cached(sql)?.execute(params![At(record.ended_at), record.site, record.file])?;
    // A wish never puts off: one of the future was made while the clock was ahead.
    let sql = "UPDATE sites SET next_due_at = min(next_due_at, asked_at)
        WHERE id = ?1 AND asked_at > (SELECT started_at FROM polls WHERE id = ?2)";
    conn.prepare_cached(sql)?.execute(params![record.site, record.poll]).map(drop)
}

/// What a listing shows anew tells how often it is worth a look; the first success begins the count.
fn note_news(conn: &Connection, record: &PollRecord) -> rusqlite::Result<()> {
    let has_news = record.counts.new + record.counts.copies > 0;
    if !has_news && record.ended != Ended::Done {
        return Ok(());
    }
    let sql = "UPDATE sites SET last_news_at = ?1 WHERE id = ?2 AND (?3 OR last_news_at IS NULL)";
    conn.prepare_cached(sql)?.execute(params![At(record.ended_at), record.site, has_news]).map(drop)
}

/// The status of these sites in this order; of all that are known, where none is named.
pub(in crate::store) fn statuses(conn: &Connection, sites: &[SiteId]) -> rusqlite::Result<Vec<SiteStatus>> {
    let mut known = conn.prepare_cached("SELECT id FROM sites ORDER BY id")?;
    let all: Vec<SiteId> = match sites {
        [] => known.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?,
        named => named.to_vec(),
    };
    all.into_iter().map(|site| status(conn, site)).collect()
}

fn status(conn: &Connection, site: SiteId) -> rusqlite::Result<SiteStatus> {
    let before = state(conn, &site)?;
    let sql = "SELECT class, error, (SELECT count(*) FROM reports WHERE site = ?1), aside FROM sites WHERE id = ?1";
    let found = conn.prepare_cached(sql)?.query_row([&site], |row| {
        let words: (Option<String>, Option<String>) = (row.get(0)?, row.get(1)?);
        Ok((words.0, words.1, row.get::<_, i64>(2)?, row.get::<_, Option<String>>(3)?))
    });
    let (class, error, n_reports, aside) = found.optional()?.unwrap_or_default();
    let listings = listing::statuses(conn, &site)?;
    let mut status = SiteStatus {
        state: standing(&before, class.as_deref()).to_owned(),
        last_success_at: before.last_success_at,
        failures: before.failures,
        class,
        error,
        next_due_at: before.next_due_at,
        entries: u64::try_from(n_reports).unwrap_or(0),
        complete_since: ListingStatus::complete_since(&listings),
        listings,
        evidence: evidence::of_site(conn, &site)?,
        site,
    };
    if let Some(aside) = aside {
        status.stand(&aside);
    }
    Ok(status)
}

/// The word of a site's standing. `paused` is in its file, not in the store.
pub(in crate::store) fn standing(state: &SiteState, class: Option<&str>) -> &'static str {
    match state {
        // A first poll that was broken off, or waits for its host, has neither failed nor gone well.
        SiteState { next_due_at: None, .. } | SiteState { failures: 0, last_success_at: None, .. } => "new",
        SiteState { failures: 0, .. } => "ok",
        SiteState { is_broken: true, .. } if class == Some(Class::Blocked.as_str()) => "blocked",
        SiteState { is_broken: true, .. } => "broken",
        SiteState { .. } => "failing",
    }
}
