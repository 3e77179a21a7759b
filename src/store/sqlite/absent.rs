//! What it tells that a whole walk passed a report by: what is listed in its place, or that the pages may be of before.
//!
//! In: a report and a poll. Out: how it is listed all the same. Never: a word on a report that a walk saw.

use rusqlite::{Connection, Row, named_params};

use crate::model::{Listed, ListingId, PollId, ReportId, WalkId};

/// Whether another report of the site says the same, title and files too, and a healthy walk of this poll saw its row, or did
/// not come as far.
pub(super) const LISTED_ELSEWHERE: &str = "SELECT EXISTS (SELECT 1 FROM reports o
    JOIN revisions ov ON ov.report = o.id AND ov.revision = o.revision
    CROSS JOIN reports r ON r.work = o.work AND r.site = o.site AND r.id <> o.id AND r.state = 'present' AND r.misses = 0
    JOIN revisions v ON v.report = r.id AND v.revision = r.revision AND v.content_hash = ov.content_hash
        AND v.attachments_hash = ov.attachments_hash
    WHERE o.id = :report AND EXISTS (SELECT 1 FROM walks w JOIN listed l ON l.listing = w.listing AND l.report = r.id
        WHERE w.poll = :poll AND w.is_healthy = 1 AND l.left_at IS NULL AND (l.last_walk >= coalesce(w.begun_by, w.id)
            OR (w.reach IS NOT 'last_page' AND l.date < date(substr(w.oldest_row, 1, 10), '+1 day')))))";

/// What stands in the columns of a report under its title and day.
pub(super) const NAMESAKES: &str = "SELECT s.listing, s.report, s.first_walk, s.last_walk,
        s.last_walk >= coalesce(w.begun_by, w.id),
        w.is_healthy AND (w.reach = 'last_page' OR s.date >= date(substr(w.oldest_row, 1, 10), '+1 day')),
        r.revision IS NULL OR (v.capture IS NULL AND v.n_chars = 0)
    FROM listed l JOIN walks w ON w.poll = :poll AND w.listing = l.listing
    CROSS JOIN listed s INDEXED BY listed_title
        ON s.listing = l.listing AND s.title = l.title AND s.date = l.date
    JOIN reports r ON r.id = s.report AND r.state IN ('present', 'suspect')
    LEFT JOIN revisions v ON v.report = r.id AND v.revision = r.revision
    WHERE l.report = :report";

/// Whether nothing that appeared in a column when the report did, or since, is on its pages, and not because it alone was
/// taken away.
pub(super) const SHOWN_AS_BEFORE: &str = "WITH walked (listing, appeared, walk, newest) AS (
        SELECT l.listing, l.first_walk, coalesce(w.begun_by, w.id), (SELECT max(s.first_walk) FROM listed s
            WHERE s.listing = l.listing AND s.last_walk >= coalesce(w.begun_by, w.id))
        FROM listed l JOIN walks w ON w.poll = :poll AND w.listing = l.listing
        WHERE l.report = :report AND l.left_at IS NULL)
    SELECT EXISTS (SELECT 1 FROM walked WHERE appeared > newest AND EXISTS (SELECT 1 FROM listed s
        JOIN reports r ON r.id = s.report AND r.state IN ('present', 'suspect')
            AND coalesce(r.miss_how, 'delisted') = 'delisted'
        WHERE s.listing = walked.listing AND s.report <> :report AND s.left_at IS NULL
            AND s.last_walk < walked.walk AND s.first_walk > walked.newest))";

/// How a report is listed that a whole walk of this poll passed by.
pub(super) fn listed(conn: &Connection, poll: PollId, report: ReportId) -> rusqlite::Result<Listed> {
    let holds = |sql| {
        conn.prepare_cached(sql)?
            .query_row(named_params! {":report": report, ":poll": poll}, |row| row.get::<_, bool>(0))
    };
    Ok(if holds(LISTED_ELSEWHERE)? || in_its_place(conn, poll, report)?.is_some() {
        Listed::Elsewhere
    } else if holds(SHOWN_AS_BEFORE)? {
        Listed::Older
    } else {
        Listed::No
    })
}

/// A row of a column that says the title and the day of another one.
#[derive(Clone, Copy)]
struct Namesake {
    listing: ListingId,
    report: ReportId,
    first_walk: WalkId,
    last_walk: WalkId,
    is_seen: bool,
    /// Whether the walk is done and came as far as this row stood.
    is_passed: bool,
    /// Whether nothing else is known of it.
    is_all: bool,
}

impl Namesake {
    fn of(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            listing: row.get(0)?,
            report: row.get(1)?,
            first_walk: row.get(2)?,
            last_walk: row.get(3)?,
            is_seen: row.get(4)?,
            is_passed: row.get::<_, Option<bool>>(5)? == Some(true),
            is_all: row.get(6)?,
        })
    }
}

/// The report whose row stands in a column where that of this one stood, under its title and day and on a host that nobody
/// asks; `None` too while a walk may yet come to that one.
pub(in crate::store) fn in_its_place(
    conn: &Connection,
    poll: PollId,
    report: ReportId,
) -> rusqlite::Result<Option<ReportId>> {
    let pair = pair(conn, poll, report)?.filter(|(old, _)| old.report == report && old.is_passed);
    Ok(pair.map(|(_, new)| new.report))
}

/// The report in whose place the row of this one came to stand; rows are told as they are met, the walk still on its way.
pub(in crate::store) fn in_place_of(
    conn: &Connection,
    poll: PollId,
    report: ReportId,
) -> rusqlite::Result<Option<ReportId>> {
    let pair = pair(conn, poll, report)?.filter(|(_, new)| new.report == report);
    Ok(pair.map(|(old, _)| old.report))
}

/// A report that a walk has not seen, and the only one that its column shows under its title and day, since then and by its
/// row alone.
fn pair(conn: &Connection, poll: PollId, report: ReportId) -> rusqlite::Result<Option<(Namesake, Namesake)>> {
    let mut query = conn.prepare_cached(NAMESAKES)?;
    let rows = query.query_map(named_params! {":report": report, ":poll": poll}, Namesake::of)?;
    let rows = rows.collect::<rusqlite::Result<Vec<_>>>()?;
    let (seen, unseen): (Vec<_>, Vec<_>) = rows.into_iter().partition(|row| row.is_seen);
    let ([new], [old]) = (&seen[..], &unseen[..]) else { return Ok(None) };
    let is_pair = new.is_all && new.listing == old.listing && new.first_walk > old.last_walk;
    Ok(is_pair.then_some((*old, *new)))
}
