//! What it tells that a whole walk passed a report by: what is listed in its place, or that the pages may be of before.
//!
//! In: a report and a poll. Out: how it is listed all the same. Never: a word on a report that a walk saw.

use rusqlite::{Connection, Row, named_params};
use url::Url;

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

/// What stands in the columns of a report under its title and day; beside it the last walk to the end of that column, the
/// walk of this poll, and whether that one has come to rows of an earlier day.
pub(super) const NAMESAKES: &str = "SELECT s.listing, s.report, r.url, s.first_walk, s.last_walk,
        r.revision IS NULL, v.capture IS NULL AND v.n_chars = 0,
        (SELECT coalesce(e.begun_by, e.id) FROM walks e WHERE e.listing = s.listing AND e.is_healthy = 1
            AND e.reach = 'last_page' ORDER BY e.id DESC LIMIT 1),
        (SELECT coalesce(w.begun_by, w.id) FROM walks w WHERE w.poll = :poll AND w.listing = s.listing),
        (SELECT e.date FROM walks w CROSS JOIN listed e ON e.listing = w.listing
            AND e.last_walk >= coalesce(w.begun_by, w.id)
            WHERE w.poll = :poll AND w.listing = s.listing ORDER BY e.position DESC LIMIT 1) < s.date
    FROM listed l CROSS JOIN listed s INDEXED BY listed_title
        ON s.listing = l.listing AND s.title = l.title AND s.date = l.date
    JOIN reports r ON r.id = s.report AND r.state IN ('present', 'suspect')
    LEFT JOIN revisions v ON v.report = r.id AND v.revision = r.revision
    WHERE l.report = :report";

/// Whether nothing that appeared in a column when the report did, or since, is on its pages, and not because it alone was
/// taken away. Of what one walk met first, all of a baseline, what is dated later appeared later.
pub(super) const SHOWN_AS_BEFORE: &str = "WITH walked (listing, walk, born, date) AS MATERIALIZED (
        SELECT l.listing, coalesce(w.begun_by, w.id), iif(l.is_baseline, 0, l.first_walk), substr(l.date, 1, 10)
        FROM listed l JOIN walks w ON w.poll = :poll AND w.listing = l.listing
        WHERE l.report = :report AND l.left_at IS NULL AND NOT EXISTS (SELECT 1 FROM listed s
            WHERE s.listing = l.listing AND s.last_walk >= coalesce(w.begun_by, w.id)
                AND (iif(s.is_baseline, 0, s.first_walk) > iif(l.is_baseline, 0, l.first_walk)
                    OR (iif(s.is_baseline, 0, s.first_walk) = iif(l.is_baseline, 0, l.first_walk)
                        AND substr(s.date, 1, 10) >= substr(l.date, 1, 10))))),
    shown (listing, walk, newest) AS MATERIALIZED (
        SELECT listing, walk, (SELECT max(iif(s.is_baseline, 0, s.first_walk)) FROM listed s
            WHERE s.listing = walked.listing AND s.last_walk >= walked.walk) FROM walked),
    dated (listing, walk, newest, day) AS MATERIALIZED (
        SELECT listing, walk, newest, (SELECT max(substr(s.date, 1, 10)) FROM listed s WHERE s.listing = shown.listing
            AND s.last_walk >= shown.walk AND iif(s.is_baseline, 0, s.first_walk) = shown.newest)
        FROM shown WHERE newest IS NOT NULL)
    SELECT EXISTS (SELECT 1 FROM dated JOIN walked USING (listing)
        WHERE (walked.born > dated.newest OR walked.date > dated.day) AND EXISTS (SELECT 1 FROM listed s
            JOIN reports r ON r.id = s.report AND r.state IN ('present', 'suspect')
                AND coalesce(r.miss_how, 'delisted') IN ('delisted', 'unreadable')
            WHERE s.listing = dated.listing AND s.report <> :report AND s.left_at IS NULL AND s.last_walk < dated.walk
                AND (iif(s.is_baseline, 0, s.first_walk) > dated.newest
                    OR (iif(s.is_baseline, 0, s.first_walk) = dated.newest AND substr(s.date, 1, 10) > dated.day))))";

/// Whether, in any column that was walked whole, a page begins where the row should stand: below the last row of the next later
/// day, with one of its own day or the first of the next earlier one. What stood there may have been on neither page as they
/// came.
pub(super) const AT_EDGE: &str = "WITH missed (listing, walk, day) AS MATERIALIZED (
        SELECT l.listing, coalesce(w.begun_by, w.id), substr(l.date, 1, 10)
        FROM listed l JOIN walks w ON w.poll = :poll AND w.listing = l.listing
        WHERE l.report = :report AND l.left_at IS NULL),
    later (listing, walk, day, next) AS MATERIALIZED (SELECT listing, walk, day, (SELECT substr(s.date, 1, 10) FROM listed s
        WHERE s.listing = missed.listing AND s.date >= date(missed.day, '+1 day') AND s.last_walk >= missed.walk
        ORDER BY s.date LIMIT 1) FROM missed),
    above (listing, walk, day, page_no, position) AS MATERIALIZED (
        SELECT later.listing, walk, day, s.page_no, max(s.position) FROM later JOIN listed s ON s.listing = later.listing
            AND s.date >= next AND s.date < date(next, '+1 day') AND s.last_walk >= walk GROUP BY later.listing)
    SELECT EXISTS (SELECT 1 FROM above a WHERE
        (SELECT s.position % 100000 < 5 FROM listed s WHERE s.listing = a.listing AND s.date >= a.day
            AND s.date < date(a.day, '+1 day') AND s.last_walk >= a.walk AND s.page_no > a.page_no
            ORDER BY s.position LIMIT 1)
        OR (SELECT s.page_no > a.page_no AND s.position % 100000 < 5 FROM listed s WHERE s.listing = a.listing
            AND s.date >= (SELECT substr(o.date, 1, 10) FROM listed o WHERE o.listing = a.listing AND o.date < a.day
                AND o.last_walk >= a.walk AND o.position > a.position ORDER BY o.date DESC LIMIT 1)
            AND s.date < a.day AND s.last_walk >= a.walk AND s.position > a.position ORDER BY s.position LIMIT 1))";

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
    } else if holds(AT_EDGE)? {
        Listed::AtEdge
    } else {
        Listed::No
    })
}

/// A row of a column that says the title and the day of another one.
struct Namesake {
    listing: ListingId,
    report: ReportId,
    url: String,
    first_walk: WalkId,
    last_walk: WalkId,
    /// Whether nothing was told of it yet.
    is_untold: bool,
    /// Whether its row is all that was told.
    is_by_row: bool,
    /// The last walk that saw its column to the end.
    whole: Option<WalkId>,
    /// The walk of this poll.
    current: Option<WalkId>,
    /// Whether that walk has passed the rows of its day.
    is_day_passed: bool,
}

impl Namesake {
    fn of(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            listing: row.get(0)?,
            report: row.get(1)?,
            url: row.get(2)?,
            first_walk: row.get(3)?,
            last_walk: row.get(4)?,
            is_untold: row.get(5)?,
            is_by_row: row.get::<_, Option<bool>>(6)? == Some(true),
            whole: row.get(7)?,
            current: row.get(8)?,
            is_day_passed: row.get::<_, Option<bool>>(9)? == Some(true),
        })
    }

    fn host(&self) -> Option<String> {
        Url::parse(&self.url).ok()?.host_str().map(str::to_owned)
    }
}

/// The report whose row stands in a column where that of this one stood, by the last walk that saw all of it: under its title
/// and day, and on a host that nobody asks.
pub(in crate::store) fn in_its_place(
    conn: &Connection,
    poll: PollId,
    report: ReportId,
) -> rusqlite::Result<Option<ReportId>> {
    let pair = pair(conn, poll, report, |row| row.whole)?;
    Ok(pair.filter(|(old, new)| old.report == report && new.is_by_row).map(|(_, new)| new.report))
}

/// The report in whose place the row of this one came to stand, as far as the walk of this poll has come: rows are told as
/// they are met.
pub(in crate::store) fn in_place_of(
    conn: &Connection,
    poll: PollId,
    report: ReportId,
) -> rusqlite::Result<Option<ReportId>> {
    let pair = pair(conn, poll, report, |row| row.current)?;
    let is_it = |(old, new): &(Namesake, Namesake)| new.report == report && new.is_untold && old.is_day_passed;
    Ok(pair.filter(is_it).map(|(old, _)| old.report))
}

/// A report that this walk has not seen, and the only one that it has seen under its title and day, since then and on another
/// host.
fn pair(
    conn: &Connection,
    poll: PollId,
    report: ReportId,
    walk: impl Fn(&Namesake) -> Option<WalkId>,
) -> rusqlite::Result<Option<(Namesake, Namesake)>> {
    let mut query = conn.prepare_cached(NAMESAKES)?;
    let rows = query.query_map(named_params! {":report": report, ":poll": poll}, Namesake::of)?;
    let rows = rows.collect::<rusqlite::Result<Vec<_>>>()?;
    let is_seen = |row: &Namesake| walk(row).is_some_and(|walk| row.last_walk >= walk);
    let (mut seen, mut unseen): (Vec<_>, Vec<_>) = rows.into_iter().partition(is_seen);
    let (Some(new), Some(old)) = (seen.pop(), unseen.pop()) else { return Ok(None) };
    let are_only = seen.is_empty() && unseen.is_empty();
    let is_pair = new.listing == old.listing && new.first_walk > old.last_walk && new.host() != old.host();
    Ok((are_only && walk(&old).is_some() && is_pair).then_some((old, new)))
}
