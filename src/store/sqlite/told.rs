//! Obligations: the state of one, and what was told of it.
//!
//! In: what was assessed. Out: the change that tells of it, in the transaction that notes it as told. Never: anything told
//! twice.

use rusqlite::{Connection, OptionalExtension, named_params, params};

use super::outbox::{self, Going};
use super::row::{At, Word};
use crate::alert::Routes;
use crate::change::obligation::{CoverageState, Told, event, telling};
use crate::model::{Event, SiteId};
use crate::store::CoverageRecord;

/// Keeps a state; what is told of it is noted as told in the same transaction.
pub(in crate::store) fn record(
    conn: &Connection,
    routes: &Routes,
    record: &CoverageRecord,
) -> rusqlite::Result<Option<Event>> {
    super::site::ensure(conn, &record.site)?;
    // Read again: another process may have told it meanwhile.
    let before = before(conn, &record.site, &record.coverage.kind, record.coverage.year)?;
    let state = before.as_ref().map(|(_, state)| *state);
    let told = before.map_or_else(|| Told::nothing(record.now, record.now >= record.ends_at), |(told, _)| told);
    let telling = telling(&record.coverage, &told, &record.manner, record.today);
    let told = telling.map_or(told.clone(), |telling| told.and(telling));
    let sql = "INSERT INTO obligations (site, kind, year, state, state_since_at, first_assessed_at, is_silent,
            is_reminded, is_overdue_told, n_follow_ups, is_arrival_told)
        VALUES (:site, :kind, :year, :state, :now, :first, :silent, :reminded, :overdue, :n_follow_ups, :arrival)
        ON CONFLICT (site, kind, year) DO UPDATE SET state = :state,
            state_since_at = iif(state = :state, state_since_at, :now), is_reminded = :reminded,
            is_overdue_told = :overdue, n_follow_ups = :n_follow_ups, is_arrival_told = :arrival";
    let is_changed = state != Some(record.coverage.state) || telling.is_some();
    if is_changed {
        conn.prepare_cached(sql)?.execute(named_params! {
            ":site": record.site,
            ":kind": record.coverage.kind,
            ":year": record.coverage.year,
            ":state": record.coverage.state.as_str(),
            ":now": At(record.now),
            ":first": At(told.first_assessed_at),
            ":silent": told.is_silent,
            ":reminded": told.is_reminded,
            ":overdue": told.is_overdue_told,
            ":n_follow_ups": told.n_follow_ups,
            ":arrival": told.is_arrival_told,
        })?;
    }
    let Some(telling) = telling else { return Ok(None) };
    let mut event = event(&record.site, &record.obligation, &record.coverage, telling, record.now);
    event.url = event.url.or_else(|| record.place.clone());
    outbox::tell(conn, routes, None, &event, Going::Owed)?;
    Ok(Some(event))
}

/// What was told of an obligation, and the state it was in; `None`: it was never assessed.
pub(super) fn before(
    conn: &Connection,
    site: &SiteId,
    kind: &str,
    year: i16,
) -> rusqlite::Result<Option<(Told, CoverageState)>> {
    let sql = "SELECT first_assessed_at, is_silent, is_reminded, is_overdue_told, n_follow_ups, is_arrival_told, state
        FROM obligations WHERE site = ? AND kind = ? AND year = ?";
    let found = conn.prepare_cached(sql)?.query_row(params![site, kind, year], |row| {
        let told = Told {
            first_assessed_at: row.get::<_, At>(0)?.0,
            is_silent: row.get(1)?,
            is_reminded: row.get(2)?,
            is_overdue_told: row.get(3)?,
            n_follow_ups: row.get(4)?,
            is_arrival_told: row.get(5)?,
        };
        Ok((told, row.get::<_, Word<CoverageState>>(6)?.0))
    });
    found.optional()
}
