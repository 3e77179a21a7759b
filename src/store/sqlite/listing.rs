//! Listings, walks and the rows that they saw.
//!
//! In: the pages of a walk, one transaction a page. Out: which rows are new, settled or changed. While the first walk
//! of a listing is not done, what it finds is its baseline, but for rows that appeared above known ones meanwhile.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, named_params, params};

use super::outbox::{self, Going};
use super::row::{At, Word, instant};
use super::site;
use crate::model::{Event, EventKind, Hash, How, ListingId, PollId, ReportId, ReportState, SiteId, Stated, WalkId};
use crate::store::{EntryRecord, ListingState, PageRecord, PageRecorded, Reach, WalkRecord};

/// The listing of this URL, made where it is not known; its name follows the site file.
pub(in crate::store) fn listing(
    conn: &Connection,
    site: &SiteId,
    name: &str,
    url: &str,
    filter: Hash,
) -> rusqlite::Result<ListingState> {
    site::ensure(conn, site)?;
    let sql = "INSERT INTO listings (site, url, name) VALUES (?1, ?2, ?3)
        ON CONFLICT (site, url) DO UPDATE SET name = excluded.name
        RETURNING id, baselined_at, walked_whole_at, baseline_told_at IS NOT NULL, filter IS NOT ?4";
    let state = conn.prepare_cached(sql)?.query_row(params![site, url, name, filter], |row| {
        Ok(ListingState {
            listing: row.get(0)?,
            baselined_at: instant(row.get(1)?),
            is_baseline_told: row.get(3)?,
            walked_whole_at: instant(row.get(2)?),
            has_other_filter: row.get(4)?,
            has_unseen: false,
        })
    })?;
    let sql = "SELECT EXISTS (SELECT 1 FROM reports r JOIN listed l ON l.listing = ? AND l.report = r.id
        WHERE r.site = ? AND r.state = 'suspect' AND r.suspicion IS NULL
        AND coalesce(r.miss_how, 'delisted') = 'delisted')";
    let has_unseen = conn.prepare_cached(sql)?.query_row(params![state.listing, site], |row| row.get(0))?;
    Ok(ListingState { has_unseen, ..state })
}

/// Opens a walk.
pub(in crate::store) fn begin_walk(
    conn: &Connection,
    poll: PollId,
    listing: ListingId,
    now: Timestamp,
) -> rusqlite::Result<WalkId> {
    let sql = "INSERT INTO walks (poll, listing, started_at) VALUES (?, ?, ?)";
    conn.prepare_cached(sql)?.execute(params![poll, listing, At(now)])?;
    Ok(WalkId(conn.last_insert_rowid()))
}

/// The walk that a page belongs to.
struct Ground {
    walk: WalkId,
    site: SiteId,
    listing: ListingId,
    is_baselined: bool,
    page_no: u32,
    now: Timestamp,
}

/// What is known of a row.
enum Met {
    /// Nothing.
    Never,
    /// Its report, from elsewhere on the site.
    Elsewhere(ReportId),
    /// The row itself.
    Row(ReportId, Known),
}

/// A row that was known before this page.
struct Known {
    title: String,
    date: Option<Stated>,
    first_walk: WalkId,
    last_walk: WalkId,
    is_settled: bool,
    state: ReportState,
    miss_how: Option<How>,
}

/// Keeps the rows of one page.
pub(in crate::store) fn record_page(conn: &Connection, page: &PageRecord) -> rusqlite::Result<PageRecorded> {
    let ground = ground(conn, page)?;
    let found = find(conn, &ground, &page.entries)?;
    // A pinned row stands on every page: only where it was not met before in this walk does it tell what is old.
    let is_old =
        |known: &Met| matches!(known, Met::Row(_, row) if row.first_walk < ground.walk && row.last_walk != ground.walk);
    let lowest_old = found.iter().rposition(is_old);
    let mut recorded = PageRecorded::default();
    for (at, (entry, known)) in page.entries.iter().zip(found).enumerate() {
        match known {
            Met::Row(report, row) => {
                recorded.n_settled += usize::from(row.is_settled);
                recorded.n_row_changed += usize::from(see_again(conn, &ground, at, entry, report, &row)?);
            }
            Met::Never if !entry.is_wanted => {
                recorded.n_settled += usize::from(pass_over(conn, &ground, entry)?);
            }
            Met::Never | Met::Elsewhere(_) => {
                let is_below = !ground.is_baselined && lowest_old.is_none_or(|lowest| at > lowest);
                let is_baseline = is_below || was_passed_over(conn, &ground, entry)?;
                let report = if let Met::Elsewhere(report) = known { Some(report) } else { None };
                recorded.n_new += usize::from(see_first(conn, &ground, at, entry, report, is_baseline)?);
            }
        }
    }
    if !ground.is_baselined && lowest_old.is_some() {
        unbaseline_above(conn, &ground)?;
    }
    Ok(recorded)
}

fn ground(conn: &Connection, page: &PageRecord) -> rusqlite::Result<Ground> {
    let sql = "SELECT l.site, l.id, l.baselined_at IS NOT NULL FROM walks w JOIN listings l ON l.id = w.listing
        WHERE w.id = ?";
    conn.prepare_cached(sql)?.query_row([page.walk], |row| {
        Ok(Ground {
            walk: page.walk,
            site: row.get(0)?,
            listing: row.get(1)?,
            is_baselined: row.get(2)?,
            page_no: page.page_no,
            now: page.now,
        })
    })
}

fn find(conn: &Connection, ground: &Ground, entries: &[EntryRecord]) -> rusqlite::Result<Vec<Met>> {
    let sql = "SELECT r.id, l.title, l.date, l.first_walk, l.last_walk, l.is_settled, r.state, r.miss_how
        FROM reports r LEFT JOIN listed l ON l.listing = ?1 AND l.report = r.id WHERE r.url = ?2 AND r.site = ?3";
    let mut query = conn.prepare_cached(sql)?;
    let mut one = |entry: &EntryRecord| {
        let found = query.query_row(params![ground.listing, entry.url, ground.site], |row| {
            let Some(title) = row.get(1)? else { return row.get(0).map(Met::Elsewhere) };
            let known = Known {
                title,
                date: row.get(2)?,
                first_walk: row.get(3)?,
                last_walk: row.get(4)?,
                is_settled: row.get(5)?,
                state: row.get::<_, Word<_>>(6)?.0,
                miss_how: row.get::<_, Option<Word<_>>>(7)?.map(|word| word.0),
            };
            Ok(Met::Row(row.get(0)?, known))
        });
        Ok(found.optional()?.unwrap_or(Met::Never))
    };
    entries.iter().map(&mut one).collect()
}

/// Remembers a row that nobody wants. True: a complete walk has seen it before.
fn pass_over(conn: &Connection, ground: &Ground, entry: &EntryRecord) -> rusqlite::Result<bool> {
    let sql = "SELECT w.is_healthy AND w.reach <> 'cut' FROM passed_over p JOIN walks w ON w.id = p.first_walk
        WHERE p.listing = ? AND p.url = ?";
    let mut query = conn.prepare_cached(sql)?;
    let known: Option<bool> = query.query_row(params![ground.listing, entry.url], |row| row.get(0)).optional()?;
    if let Some(is_settled) = known {
        let sql = "UPDATE passed_over SET first_walk = iif(?, first_walk, ?), title = ? WHERE listing = ? AND url = ?";
        let seen = params![is_settled, ground.walk, entry.title, ground.listing, entry.url];
        conn.prepare_cached(sql)?.execute(seen)?;
        return Ok(is_settled);
    }
    let sql = "INSERT INTO passed_over (listing, url, title, first_walk) VALUES (?, ?, ?, ?)";
    conn.prepare_cached(sql)?.execute(params![ground.listing, entry.url, entry.title, ground.walk])?;
    Ok(false)
}

/// Whether a row was there all along and is only wanted since its site file changed: it is no news then. One that got
/// another title is.
fn was_passed_over(conn: &Connection, ground: &Ground, entry: &EntryRecord) -> rusqlite::Result<bool> {
    let sql = "DELETE FROM passed_over WHERE listing = ? AND url = ? RETURNING title";
    let mut query = conn.prepare_cached(sql)?;
    let title: Option<String> = query.query_row(params![ground.listing, entry.url], |row| row.get(0)).optional()?;
    Ok(title.is_some_and(|title| title == entry.title))
}

/// Where a row stands in its listing's order.
fn position(ground: &Ground, at: usize) -> i64 {
    /// More than the rows of any page (10,000 are read).
    const ROWS_A_PAGE: i64 = 100_000;
    i64::from(ground.page_no) * ROWS_A_PAGE + i64::try_from(at).unwrap_or(ROWS_A_PAGE)
}

/// Keeps a row that this listing did not show before. False: it stands twice on this page.
fn see_first(
    conn: &Connection,
    ground: &Ground,
    at: usize,
    entry: &EntryRecord,
    report: Option<ReportId>,
    is_baseline: bool,
) -> rusqlite::Result<bool> {
    let report = match report {
        Some(report) => {
            // Pending, and told as new by this listing: that another one found it in its baseline does not matter.
            let sql = "UPDATE reports SET is_baseline = is_baseline AND ? WHERE id = ? AND is_pending = 1";
            conn.prepare_cached(sql)?.execute(params![is_baseline, report])?;
            report
        }
        None => meet(conn, ground, entry, is_baseline)?,
    };
    let sql = "INSERT INTO listed (listing, report, url, title, date, date_shown, page_no, position, first_walk,
            last_walk, is_baseline)
        VALUES (:listing, :report, nullif(:as_listed, :url), :title, :date, :date_shown, :page_no, :position, :walk,
            :walk, :is_baseline)
        ON CONFLICT (listing, report) DO NOTHING";
    let n_rows = conn.prepare_cached(sql)?.execute(named_params! {
        ":listing": ground.listing,
        ":report": report,
        ":as_listed": entry.as_listed_url,
        ":url": entry.url,
        ":title": entry.title,
        ":date": entry.date,
        ":date_shown": entry.date_shown,
        ":page_no": ground.page_no,
        ":position": position(ground, at),
        ":walk": ground.walk,
        ":is_baseline": is_baseline,
    })?;
    Ok(n_rows > 0)
}

/// Makes the report of a row, to be read; on a page that shows it twice it is made once.
fn meet(conn: &Connection, ground: &Ground, entry: &EntryRecord, is_baseline: bool) -> rusqlite::Result<ReportId> {
    let sql = "INSERT INTO reports (site, url, listing, title, published, kind, year, is_baseline, first_seen_at,
            last_seen_at)
        VALUES (:site, :url, :listing, :title, :date, :kind, :year, :is_baseline, :now, :now)
        ON CONFLICT (url, site) DO UPDATE SET last_seen_at = excluded.last_seen_at RETURNING id";
    let met = named_params! {
        ":site": ground.site,
        ":url": entry.url,
        ":listing": ground.listing,
        ":title": entry.title,
        ":date": entry.date,
        ":kind": entry.kind,
        ":year": entry.year,
        ":is_baseline": is_baseline,
        ":now": At(ground.now),
    };
    conn.prepare_cached(sql)?.query_row(met, |row| row.get(0))
}

/// Keeps a row that this listing showed before. True: what it shows is worth another reading.
fn see_again(
    conn: &Connection,
    ground: &Ground,
    at: usize,
    entry: &EntryRecord,
    report: ReportId,
    row: &Known,
) -> rusqlite::Result<bool> {
    // A pinned row stands twice in a walk: the first one counts.
    if row.last_walk == ground.walk {
        return Ok(false);
    }
    let title = if is_cut_of(&entry.title, &row.title) { &row.title } else { &entry.title };
    let has_other_title = title != &row.title && !is_cut_of(&row.title, &entry.title);
    let has_other_date = matches!((entry.date, row.date), (Some(now), Some(then)) if now != then);
    let sql = "UPDATE listed SET url = nullif(:as_listed, :url), title = :title, date = coalesce(:date, date),
            date_shown = coalesce(:date_shown, date_shown), page_no = :page_no, position = :position,
            last_walk = :walk
        WHERE listing = :listing AND report = :report";
    conn.prepare_cached(sql)?.execute(named_params! {
        ":as_listed": entry.as_listed_url,
        ":url": entry.url,
        ":title": title,
        ":date": entry.date,
        ":date_shown": entry.date_shown,
        ":page_no": ground.page_no,
        ":position": position(ground, at),
        ":walk": ground.walk,
        ":listing": ground.listing,
        ":report": report,
    })?;
    // A withdrawn report whose row is back is asked at once; a dead link was listed all the time.
    let is_back = row.state == ReportState::Withdrawn && row.miss_how != Some(How::DeadLink);
    let is_changed = has_other_title || has_other_date || is_back;
    let sql = "UPDATE reports SET is_row_changed = is_row_changed OR ?, kind = coalesce(kind, ?),
            year = coalesce(year, ?)
        WHERE id = ? AND (? OR (kind IS NULL AND ?2 IS NOT NULL) OR (year IS NULL AND ?3 IS NOT NULL))";
    conn.prepare_cached(sql)?.execute(params![is_changed, entry.kind, entry.year, report, is_changed])?;
    Ok(is_changed)
}

/// Whether `short` is `long` as a narrow column cuts it: the same, or a beginning and an ellipsis.
fn is_cut_of(short: &str, long: &str) -> bool {
    let beginning = short.trim_end_matches(['…', '.', '⋯']).trim_end();
    short == long || (beginning.len() < short.trim_end().len() && !beginning.is_empty() && long.starts_with(beginning))
}

/// Rows that this walk found on earlier pages stand above known ones, so they appeared since: they are new.
fn unbaseline_above(conn: &Connection, ground: &Ground) -> rusqlite::Result<()> {
    let above = params![ground.listing, ground.walk, ground.page_no];
    let sql = "UPDATE listed INDEXED BY listed_unsettled SET is_baseline = 0
        WHERE listing = ? AND last_walk = ?2 AND is_settled = 0 AND first_walk = ?2 AND page_no < ?
        AND is_baseline = 1 AND (SELECT is_pending FROM reports WHERE id = report) = 1 RETURNING report";
    let mut query = conn.prepare_cached(sql)?;
    let above: Vec<ReportId> = query.query_map(above, |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
    let mut report = conn.prepare_cached("UPDATE reports SET is_baseline = 0 WHERE id = ?")?;
    above.iter().try_for_each(|id| report.execute([id]).map(drop))
}

/// Closes a walk. One that is complete and healthy settles the rows it saw, and is the listing's first if none was.
pub(in crate::store) fn end_walk(conn: &Connection, record: &WalkRecord) -> rusqlite::Result<()> {
    let sql = "UPDATE walks SET ended_at = :ended_at, n_pages = :n_pages, n_entries = :n_entries, reach = :reach,
        is_healthy = :is_healthy, reason = :reason, oldest_row = :oldest_row WHERE id = :walk RETURNING listing";
    let ended = named_params! {
        ":ended_at": At(record.ended_at),
        ":n_pages": record.n_pages,
        ":n_entries": i64::try_from(record.n_entries).unwrap_or(i64::MAX),
        ":reach": record.reach.as_str(),
        ":is_healthy": record.is_healthy,
        ":reason": record.reason,
        ":oldest_row": record.oldest_row,
        ":walk": record.walk,
    };
    let listing: ListingId = conn.prepare_cached(sql)?.query_row(ended, |row| row.get(0))?;
    if !record.reach.is_complete() || !record.is_healthy {
        return Ok(());
    }
    let sql = "UPDATE listings SET baselined_at = coalesce(baselined_at, ?1),
        walked_whole_at = iif(?2, ?1, walked_whole_at), filter = iif(?2, ?3, filter) WHERE id = ?4";
    let is_whole = record.reach != Reach::Settled;
    conn.prepare_cached(sql)?.execute(params![At(record.ended_at), is_whole, record.filter, listing])?;
    let sql = "UPDATE listed INDEXED BY listed_unsettled SET is_settled = 1
        WHERE listing = ? AND last_walk = ? AND is_settled = 0";
    conn.prepare_cached(sql)?.execute(params![listing, record.walk]).map(drop)
}

/// Tells once how many reports the first walk of a listing found. Nothing before that walk is done, nor again.
pub(in crate::store) fn record_baseline(
    conn: &Connection,
    channels: &[String],
    listing: ListingId,
    now: Timestamp,
) -> rusqlite::Result<Option<Event>> {
    let sql = "UPDATE listings SET baseline_told_at = ? WHERE id = ? AND baselined_at IS NOT NULL
        AND baseline_told_at IS NULL RETURNING site, name, url";
    let told = conn.prepare_cached(sql)?.query_row(params![At(now), listing], |row| {
        let mut event = Event::new(EventKind::Baseline, row.get(0)?, now);
        event.listing = row.get(1)?;
        event.url = row.get(2)?;
        Ok(event)
    });
    let Some(mut event) = told.optional()? else { return Ok(None) };
    let sql = "SELECT count(*) FROM listed WHERE listing = ? AND is_baseline = 1";
    let count: i64 = conn.prepare_cached(sql)?.query_row([listing], |row| row.get(0))?;
    event.count = Some(u64::try_from(count).unwrap_or(0));
    outbox::tell(conn, channels, None, &event, Going::Owed)?;
    Ok(Some(event))
}

/// Counts a baseline as told without telling it.
pub(in crate::store) fn settle_baseline(conn: &Connection, listing: ListingId, now: Timestamp) -> rusqlite::Result<()> {
    let sql = "UPDATE listings SET baseline_told_at = ? WHERE id = ? AND baselined_at IS NOT NULL
        AND baseline_told_at IS NULL";
    conn.prepare_cached(sql)?.execute(params![At(now), listing]).map(drop)
}

/// Makes the report of a single watched page; its first reading is its baseline.
pub(in crate::store) fn watch_page(
    conn: &Connection,
    site: &SiteId,
    url: &str,
    kind: Option<&str>,
    now: Timestamp,
) -> rusqlite::Result<ReportId> {
    site::ensure(conn, site)?;
    let sql = "INSERT INTO reports (site, url, kind, is_baseline, first_seen_at, last_seen_at)
        VALUES (?1, ?2, ?3, 1, ?4, ?4)
        ON CONFLICT (url, site) DO UPDATE SET kind = coalesce(excluded.kind, kind) RETURNING id";
    conn.prepare_cached(sql)?.query_row(params![site, url, kind, At(now)], |row| row.get(0))
}

#[cfg(test)]
mod tests {
    use super::is_cut_of;

    #[test]
    fn a_title_cut_short_by_its_column_is_the_same_title() {
        assert!(is_cut_of("兴县2025年法治政府建设…", "兴县2025年法治政府建设年度报告"));
        assert!(is_cut_of("兴县2025年法治政府建设...", "兴县2025年法治政府建设年度报告"));
        assert!(!is_cut_of("兴县2025年", "兴县2025年法治政府建设年度报告"));
        assert!(!is_cut_of("岚县2025年…", "兴县2025年法治政府建设年度报告"));
        assert!(!is_cut_of("…", "兴县2025年法治政府建设年度报告"));
    }
}
