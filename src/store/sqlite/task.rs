//! What a poll reads. In: a site, its poll, the walks of that poll. Out: turns, newest first; a [`ReadTask`] for each when
//! its turn comes.
//!
//! Each reason has an index of its own, so the cost is what is to be read, not what is known; a portal may owe a hundred
//! thousand reports for days, so a turn is small. A report that this poll has recorded is left out: the list can be asked
//! again.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, named_params, params};

use super::row::{At, Count, Word, instant};
use super::{absent, revision};
use crate::model::{Hash, Listed, PollId, ReportId, ReportState, SiteId, Stated, Validators};
use crate::store::{Newest, ReadTask, Scope, ToRead, Why};

/// The queries that find candidates, each by its index; named here so that a test can ask for their plans.
pub(super) const PENDING: &str =
    "SELECT id FROM reports INDEXED BY reports_pending WHERE site = :site AND is_pending = 1
    AND coalesce(next_recheck_at, 0) <= :now";
pub(super) const ROW_CHANGED: &str = "SELECT id FROM reports WHERE site = :site AND is_row_changed = 1";
pub(super) const DUE: &str = "SELECT id FROM reports WHERE site = :site AND next_recheck_at <= :now";
pub(super) const SUSPECT: &str =
    "SELECT id FROM reports INDEXED BY reports_suspect WHERE site = :site AND state = 'suspect'
    AND coalesce(next_recheck_at, 0) <= :now";
/// Rows dated a later day than the oldest row walked. By the day: pages state minutes in some places only.
pub(super) const MISSING: &str = "SELECT l.report FROM walks w CROSS JOIN listed l
    WHERE w.poll = :poll AND w.is_healthy = 1 AND w.oldest_row IS NOT NULL AND l.listing = w.listing
    AND l.date >= date(substr(w.oldest_row, 1, 10), '+1 day') AND l.last_walk < coalesce(w.begun_by, w.id)
    AND l.left_at IS NULL";
/// Rows without a date, which only a walk to the last page can miss. They are asked for, once after the first walk that
/// misses them; that they are not listed is no evidence, since a listing of the latest twenty drops them all in time.
pub(super) const MISSING_UNDATED: &str = "SELECT l.report FROM walks w CROSS JOIN listed l
    WHERE w.poll = :poll AND w.is_healthy = 1 AND w.reach = 'last_page' AND l.listing = w.listing
    AND l.date IS NULL AND l.last_walk < coalesce(w.begun_by, w.id) AND l.left_at IS NULL
    AND (SELECT r.last_seen_at FROM reports r WHERE r.id = l.report) < (SELECT n.started_at FROM walks n
        WHERE n.listing = l.listing AND n.id > l.last_walk AND n.is_healthy = 1 AND n.reach = 'last_page'
        ORDER BY n.id LIMIT 1)";
/// Those whose turn comes last: they were known long before whatever happens now.
pub(super) const COMPANIONS: &str = "SELECT id FROM reports
    WHERE site = :site AND state = 'present' AND is_pending = 0 AND last_poll IS NOT :poll
    ORDER BY next_recheck_at DESC LIMIT 6";
/// The newest of those whose rows a walk of this poll has seen.
pub(super) const LISTED: &str =
    "SELECT r.id FROM walks w CROSS JOIN listed l ON l.listing = w.listing AND l.last_walk = w.id
    CROSS JOIN reports r ON r.id = l.report
    WHERE w.poll = :poll AND r.site = :site AND r.state = 'present' AND r.is_pending = 0 AND r.last_poll IS NOT :poll
    ORDER BY l.date DESC LIMIT 6";
/// The newest ones, and those whose turn comes last.
pub(super) const OTHERS: &str = "SELECT id FROM (SELECT id FROM reports
        WHERE site = :site AND state <> 'moved' AND is_pending = 0 AND last_poll IS NOT :poll
        ORDER BY coalesce(published, '') DESC, id DESC LIMIT 3)
    UNION SELECT id FROM (SELECT id FROM reports
        WHERE site = :site AND state <> 'moved' AND is_pending = 0 AND last_poll IS NOT :poll
        ORDER BY next_recheck_at DESC LIMIT 3)";
const FULL: &str = "SELECT id FROM reports WHERE site = :site";

/// The rules by which the poll of a site before this one read.
pub(in crate::store) fn last_rules(conn: &Connection, site: &SiteId, poll: PollId) -> rusqlite::Result<Option<Hash>> {
    let sql = "SELECT rules FROM polls WHERE site = ? AND id < ? ORDER BY id DESC LIMIT 1";
    Ok(conn.prepare_cached(sql)?.query_row(params![site, poll], |row| row.get(0)).optional()?.flatten())
}

/// Makes the reports of a site due that could not be read, or of which something is withheld.
pub(in crate::store) fn ask_amiss_now(conn: &Connection, site: &SiteId) -> rusqlite::Result<()> {
    let pending = "UPDATE reports INDEXED BY reports_pending SET next_recheck_at = 0
        WHERE site = ? AND is_pending = 1 AND next_recheck_at > 0";
    conn.prepare_cached(pending)?.execute([site])?;
    let suspect = "UPDATE reports INDEXED BY reports_suspect SET next_recheck_at = 0
        WHERE site = ? AND state = 'suspect' AND next_recheck_at > 0";
    conn.prepare_cached(suspect)?.execute([site]).map(drop)
}

/// The reports that this poll has yet to read.
pub(in crate::store) fn to_read(
    conn: &Connection,
    site: &SiteId,
    poll: PollId,
    now: Timestamp,
    scope: Scope,
) -> rusqlite::Result<Vec<ToRead>> {
    let mut wanted = BTreeMap::new();
    let mut want = |sql: &str, why: Why, given: &[(&str, &dyn rusqlite::ToSql)]| -> rusqlite::Result<()> {
        let mut query = conn.prepare_cached(sql)?;
        let mut rows = query.query(given)?;
        while let Some(row) = rows.next()? {
            wanted.entry(row.get::<_, ReportId>(0)?).or_insert(why);
        }
        Ok(())
    };
    let of_few = match scope {
        Scope::Companions => Some(COMPANIONS),
        Scope::Listed => Some(LISTED),
        Scope::Others => Some(OTHERS),
        Scope::Pending | Scope::Due | Scope::Full => None,
    };
    if let Some(sql) = of_few {
        want(sql, Why::Companion, &[(":site", site), (":poll", &poll)])?;
        return in_turn(conn, poll, wanted);
    }
    let now = At(now);
    let by_now: [(&str, &dyn rusqlite::ToSql); 2] = [(":site", site), (":now", &now)];
    want(PENDING, Why::Pending, &by_now)?;
    if scope != Scope::Pending {
        want(ROW_CHANGED, Why::RowChanged, &[(":site", site)])?;
        want(SUSPECT, Why::Suspect, &by_now)?;
        want(DUE, Why::Due, &by_now)?;
        if scope == Scope::Full {
            want(FULL, Why::Full, &[(":site", site)])?;
        }
        want(MISSING, Why::Missing, &[(":poll", &poll)])?;
        want(MISSING_UNDATED, Why::Missing, &[(":poll", &poll)])?;
    }
    in_turn(conn, poll, wanted)
}

/// These reports, newest first; those that are missing last, as they may live on as one that is read for the first time.
fn in_turn(conn: &Connection, poll: PollId, wanted: BTreeMap<ReportId, Why>) -> rusqlite::Result<Vec<ToRead>> {
    let sql = "SELECT coalesce(l.date, (SELECT max(o.date) FROM listed o WHERE o.report = r.id), r.published),
            coalesce(l.position, 0), r.revision IS NULL,
            r.last_error IS NOT NULL, r.suspicion IS NOT NULL, coalesce(r.last_poll, 0), r.is_baseline
        FROM reports r LEFT JOIN listed l ON l.listing = r.listing AND l.report = r.id
        WHERE r.id = ? AND r.state <> 'moved' AND r.last_poll IS NOT ?";
    let mut query = conn.prepare_cached(sql)?;
    let mut turns = Vec::with_capacity(wanted.len());
    for (report, why) in wanted {
        let turn = query.query_row(params![report, poll], |row| {
            let (position, has_failed): (i64, bool) = (row.get(1)?, row.get(3)?);
            let was_amiss = has_failed || row.get(4)?;
            let turn = ToRead { report, why, date: row.get(0)?, is_first: row.get(2)?, was_amiss };
            let is_missed = matches!(why, Why::Suspect | Why::Missing);
            // News come before what is missing, which may live on as one of them. What failed last time must not keep others from
            // being read, and may be given up before its turn: first what walks tell of, then what was not asked for longest.
            let is_news = turn.is_first && !row.get::<_, bool>(6)?;
            let rank = match (has_failed, is_missed) {
                (false, false) => 0,
                (true, _) if is_news => 1,
                (false, true) => 2,
                (true, true) => 3,
                (true, false) => 4,
            };
            let asked_by: i64 = if has_failed { row.get(5)? } else { 0 };
            Ok(((rank, asked_by, Reverse(turn.date), position, report), turn))
        });
        turns.extend(turn.optional()?);
    }
    turns.sort_unstable_by_key(|(key, _)| *key);
    Ok(turns.into_iter().map(|(_, turn)| turn).collect())
}

/// What is known of these reports, in their order; those that need not be read after all are left out.
pub(in crate::store) fn read_tasks(
    conn: &Connection,
    poll: PollId,
    turns: &[ToRead],
) -> rusqlite::Result<Vec<ReadTask>> {
    turns.iter().filter_map(|turn| task(conn, poll, turn.report, turn.why).transpose()).collect()
}

/// A report with what its row shows; `None` where it is not to be read after all.
fn task(conn: &Connection, poll: PollId, report: ReportId, why: Why) -> rusqlite::Result<Option<ReadTask>> {
    let sql = "SELECT r.url, r.title, r.published, r.kind, r.state, r.is_baseline, r.etag, r.last_modified,
            r.n_conditional, r.misses, r.first_miss_at, r.miss_how, r.suspicion, r.suspicion_at, v.revision, v.rules,
            v.body_hash, v.content_hash, v.metadata_hash, v.attachments_hash, v.n_chars, v.seen_at,
            r.last_error IS NOT NULL,
            EXISTS (SELECT 1 FROM parts p WHERE p.report = r.id AND p.revision = r.revision), r.answer, r.last_seen_at,
            v.capture IS NULL AND v.n_chars = 0, r.seen_again_at
        FROM reports r LEFT JOIN revisions v ON v.report = r.id AND v.revision = r.revision
        WHERE r.id = ? AND r.state <> 'moved' AND r.last_poll IS NOT ?";
    let read = |row: &Row<'_>| read(row, report, why);
    let found = conn.prepare_cached(sql)?.query_row(params![report, poll], read).optional()?;
    let Some(mut task) = found else { return Ok(None) };
    add_row(conn, &mut task)?;
    task.listed = listed(conn, poll, report)?;
    if task.listed == Listed::No {
        task.listed = absent::listed(conn, poll, report)?;
    }
    let is_known_gone = task.state == ReportState::Withdrawn;
    if why == Why::Missing && (task.listed == Listed::Yes || is_known_gone) {
        return Ok(None);
    }
    Ok(Some(task))
}

fn read(row: &Row<'_>, report: ReportId, why: Why) -> rusqlite::Result<ReadTask> {
    let url: String = row.get(0)?;
    Ok(ReadTask {
        report,
        as_listed_url: url.clone(),
        url,
        title: row.get(1)?,
        date: row.get(2)?,
        known: (row.get(1)?, row.get(2)?),
        listing: None,
        kind: row.get(3)?,
        why,
        state: row.get::<_, Word<_>>(4)?.0,
        is_baseline: row.get(5)?,
        listed: Listed::NotWalked,
        validators: Validators { etag: row.get(6)?, last_modified: row.get(7)? },
        n_conditional: row.get(8)?,
        misses: row.get(9)?,
        first_miss_at: instant(row.get(10)?),
        miss_how: row.get::<_, Option<Word<_>>>(11)?.map(|word| word.0),
        seen_again_at: instant(row.get(27)?),
        suspicion: row.get::<_, Option<_>>(12)?.zip(instant(row.get(13)?)),
        newest: newest(row)?,
        has_failed: row.get(22)?,
        has_parts: row.get(23)?,
        answer: row.get(24)?,
        last_seen_at: row.get::<_, At>(25)?.0,
    })
}

fn newest(row: &Row<'_>) -> rusqlite::Result<Option<Newest>> {
    let Some(number) = row.get(14)? else { return Ok(None) };
    let fingerprint = revision::print(row, 15)?;
    let (n_chars, seen_at) = (row.get::<_, Count>(20)?.0, row.get::<_, At>(21)?.0);
    Ok(Some(Newest { revision: number, fingerprint, n_chars, seen_at, is_by_row: row.get(26)? }))
}

/// The row of a report, on the listing that showed it first where there are several.
const ROW: &str = "SELECT l.url, l.title, l.date, s.name FROM listed l JOIN listings s ON s.id = l.listing
    JOIN reports r ON r.id = l.report
    WHERE l.report = ? ORDER BY l.listing = r.listing DESC, l.last_walk DESC LIMIT 1";

/// Title and date of a report's row; neither where no listing shows it.
pub(in crate::store) fn listed_row(
    conn: &Connection,
    report: ReportId,
) -> rusqlite::Result<(Option<String>, Option<Stated>)> {
    let row = conn.prepare_cached(ROW)?.query_row([report], |row| Ok((row.get(1)?, row.get(2)?))).optional()?;
    Ok(row.unwrap_or_default())
}

/// Adds what its row shows.
fn add_row(conn: &Connection, task: &mut ReadTask) -> rusqlite::Result<()> {
    let mut query = conn.prepare_cached(ROW)?;
    let mut rows = query.query([task.report])?;
    let Some(row) = rows.next()? else { return Ok(()) };
    if let Some(url) = row.get(0)? {
        task.as_listed_url = url;
    }
    task.title = row.get(1)?;
    task.date = row.get::<_, Option<Stated>>(2)?.or(task.date);
    task.listing = row.get(3)?;
    Ok(())
}

/// What the walks of this poll tell of a report's rows: one that was seen outweighs all that were not, and a row without
/// a date, or one that left with most of its column, tells nothing by its absence.
fn listed(conn: &Connection, poll: PollId, report: ReportId) -> rusqlite::Result<Listed> {
    let sql = "SELECT max(w.is_healthy = 0), max(l.last_walk = w.id),
            min(iif(l.left_at IS NULL, w.is_healthy AND l.last_walk < coalesce(w.begun_by, w.id)
                AND coalesce(l.date >= date(substr(w.oldest_row, 1, 10), '+1 day'), 0), NULL)),
            min(iif(l.left_at IS NULL, w.reach IS 'last_page', NULL))
        FROM listed l JOIN walks w ON w.poll = :poll AND w.listing = l.listing WHERE l.report = :report";
    let mut query = conn.prepare_cached(sql)?;
    query.query_row(named_params! {":poll": poll, ":report": report}, |row| {
        let answer = |column| row.get::<_, Option<bool>>(column).map(|answer| answer == Some(true));
        let (is_unhealthy, is_seen, is_missing, is_whole) = (answer(0)?, answer(1)?, answer(2)?, answer(3)?);
        Ok(match (is_unhealthy, is_seen, is_missing) {
            (true, _, _) => Listed::Unhealthy,
            (_, true, _) => Listed::Yes,
            (_, _, true) if is_whole => Listed::No,
            (_, _, true) => Listed::Unseen,
            _ => Listed::NotWalked,
        })
    })
}
