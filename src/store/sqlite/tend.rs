//! Keeping a store over the years: signs of life, its size, sites that people put aside, mute or rename.
//!
//! Never: a report, a revision or a change that is lost by any of it.

use jiff::Timestamp;
use jiff::civil::Date;
use rusqlite::{Connection, OptionalExtension, params};

use super::outbox::{self, Going};
use super::row::At;
use super::site;
use crate::alert::Routes;
use crate::model::{Event, EventKind, IllSite, SiteId, Why};
use crate::store::{Aside, Beat, Muted};

/// Keeps a sign of life of the daemon.
pub(in crate::store) fn beat(conn: &Connection, beat: &Beat) -> rusqlite::Result<()> {
    let sql = "INSERT OR REPLACE INTO beats (id, owner, started_at, beat_at) VALUES (1, ?, ?, ?)";
    conn.prepare_cached(sql)?.execute(params![beat.owner, At(beat.started_at), At(beat.beat_at)])?;
    note_size(conn, beat.beat_at)
}

/// Keeps how large the database is today.
pub(in crate::store) fn note_size(conn: &Connection, now: Timestamp) -> rusqlite::Result<()> {
    let sql = "INSERT INTO sizes (day, n_bytes) VALUES (?1, ?2) ON CONFLICT (day) DO UPDATE SET n_bytes = ?2";
    conn.prepare_cached(sql)?.execute(params![day(now), n_bytes(conn)?]).map(drop)
}

/// When a poll last began, whatever became of it.
pub(in crate::store) fn last_poll_at(conn: &Connection) -> rusqlite::Result<Option<Timestamp>> {
    let sql = "SELECT started_at FROM polls ORDER BY id DESC LIMIT 1";
    conn.prepare_cached(sql)?.query_row([], |row| Ok(row.get::<_, At>(0)?.0)).optional()
}

/// The last sign of life of a daemon.
pub(in crate::store) fn last_beat(conn: &Connection) -> rusqlite::Result<Option<Beat>> {
    let sql = "SELECT owner, started_at, beat_at FROM beats";
    let read = |row: &rusqlite::Row<'_>| {
        Ok(Beat { owner: row.get(0)?, started_at: row.get::<_, At>(1)?.0, beat_at: row.get::<_, At>(2)?.0 })
    };
    conn.prepare_cached(sql)?.query_row([], read).optional()
}

/// How large the database is, without its log.
pub(in crate::store) fn n_bytes(conn: &Connection) -> rusqlite::Result<i64> {
    let pragma = |name| conn.pragma_query_value(None, name, |row| row.get::<_, i64>(0));
    Ok(pragma("page_count")?.saturating_mul(pragma("page_size")?))
}

/// How large it was on the days since this one, the newest first.
pub(in crate::store) fn sizes(conn: &Connection, since: Date) -> rusqlite::Result<Vec<(Date, i64)>> {
    let mut query = conn.prepare_cached("SELECT day, n_bytes FROM sizes WHERE day >= ? ORDER BY day DESC")?;
    let rows = query.query_map([since.to_string()], |row| Ok((row.get::<_, String>(0)?, row.get(1)?)))?;
    let rows: Vec<(String, i64)> = rows.collect::<rusqlite::Result<_>>()?;
    Ok(rows.into_iter().filter_map(|(day, n_bytes)| Some((day.parse().ok()?, n_bytes))).collect())
}

fn day(at: Timestamp) -> String {
    at.to_zoned(jiff::tz::TimeZone::UTC).date().to_string()
}

/// Sites that are named in the weekly word: more would not be read.
const MOST_NAMED: usize = 50;

/// Tells operators how all sites do, unless they were told since `since`, or nothing was polled before that.
pub(in crate::store) fn tell_weekly(
    conn: &Connection,
    routes: &Routes,
    since: Timestamp,
    now: Timestamp,
) -> rusqlite::Result<Option<Event>> {
    let sql = "SELECT EXISTS (SELECT 1 FROM changes INDEXED BY changes_weekly WHERE event = 'weekly' AND seen_at >= ?1)
        OR NOT EXISTS (SELECT 1 FROM polls WHERE id = (SELECT min(id) FROM polls) AND started_at < ?1)";
    if conn.prepare_cached(sql)?.query_row([At(since)], |row| row.get::<_, bool>(0))? {
        return Ok(None);
    }
    let sql = "SELECT id, failures > 0, coalesce(class, '') FROM sites
        WHERE is_watched = 1 AND aside IS NULL AND next_due_at IS NOT NULL ORDER BY id";
    let mut query = conn.prepare_cached(sql)?;
    let rows = query.query_map([], |row| Ok((row.get::<_, SiteId>(0)?, row.get::<_, bool>(1)?, row.get(2)?)))?;
    let sites: Vec<(SiteId, bool, String)> = rows.collect::<rusqlite::Result<_>>()?;
    let Some((first, ..)) = sites.first() else { return Ok(None) };
    let ill = sites.iter().filter(|(_, is_ill, _)| *is_ill);
    let ill: Vec<IllSite> = ill.map(|(site, _, class)| IllSite { site: site.clone(), class: class.clone() }).collect();
    let n_fine = sites.len() - ill.len();
    let mut event = Event::new(EventKind::Weekly, first.clone(), now);
    event.count = u64::try_from(n_fine).ok();
    event.reason = Some(in_words(n_fine, &ill));
    event.why = Some(Why::Sites { n_ill: ill.len() as u64, ill: ill.into_iter().take(MOST_NAMED).collect() });
    outbox::tell(conn, routes, None, &event, Going::Owed)?;
    Ok(Some(event))
}

fn in_words(n_fine: usize, ill: &[IllSite]) -> String {
    let fine = if n_fine == 1 { "1 site is fine".to_owned() } else { format!("{n_fine} sites are fine") };
    if ill.is_empty() {
        return format!("{fine}, and no other is watched");
    }
    let named: Vec<String> = ill.iter().take(MOST_NAMED).map(|it| format!("{} ({})", it.site, it.class)).collect();
    let more = ill.len().saturating_sub(MOST_NAMED);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!("{fine}; these are not: {}{more}; next: govwatch status", named.join(", "))
}

/// Puts a site aside, or takes it back.
pub(in crate::store) fn put_aside(conn: &Connection, id: &SiteId, aside: Option<Aside>) -> rusqlite::Result<()> {
    site::ensure(conn, id)?;
    let sql = "UPDATE sites SET aside = ? WHERE id = ?";
    conn.prepare_cached(sql)?.execute(params![aside.map(Aside::as_str), id]).map(drop)
}

/// Tells operators nothing more of a site's troubles, or tells them again.
pub(in crate::store) fn mute(conn: &Connection, id: &SiteId, muted: Option<Muted>) -> rusqlite::Result<()> {
    site::ensure(conn, id)?;
    let sql = "UPDATE sites SET muted = ? WHERE id = ?";
    conn.prepare_cached(sql)?.execute(params![muted.map(Muted::as_str), id]).map(drop)
}

/// Gives a site another id, with all that is known of it. False: the new id is taken, or the old one unknown.
pub(in crate::store) fn rename(conn: &Connection, from: &SiteId, to: &SiteId) -> rusqlite::Result<bool> {
    let is_known = |id: &SiteId| conn.prepare_cached("SELECT 1 FROM sites WHERE id = ?")?.exists([id]);
    if !is_known(from)? || is_known(to)? {
        return Ok(false);
    }
    // Tables point at each other: what they say is checked when all of them have been changed.
    conn.pragma_update(None, "defer_foreign_keys", true)?;
    for (table, column) in naming(conn)? {
        let sql = format!("UPDATE \"{table}\" SET \"{column}\" = ?1 WHERE \"{column}\" = ?2");
        conn.execute(&sql, params![to, from])?;
    }
    conn.execute("UPDATE changes SET body = json_set(body, '$.site', ?1) WHERE site = ?1", [to])?;
    conn.execute("UPDATE sites SET id = ?1 WHERE id = ?2", params![to, from])?;
    Ok(true)
}

/// The tables and columns that name a site, those of later schemas too.
fn naming(conn: &Connection) -> rusqlite::Result<Vec<(String, String)>> {
    let sql = "SELECT DISTINCT t.name, c.name FROM pragma_table_list t JOIN pragma_table_info(t.name) c
        WHERE t.schema = 'main' AND t.type = 'table' AND (c.name = 'site' OR c.name IN
            (SELECT \"from\" FROM pragma_foreign_key_list(t.name) WHERE \"table\" = 'sites'))";
    conn.prepare(sql)?.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
}
