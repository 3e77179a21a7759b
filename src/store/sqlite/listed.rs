//! The rows of listings, page by page, each page one transaction.
//!
//! In: the pages of a walk. Out: which rows are new, settled or changed, and where the walk goes on if it is broken off.
//! While the first walk of a listing is not done, what it finds is its baseline, but for rows that appeared above known
//! ones meanwhile.

mod above;

use jiff::civil::Date;
use rusqlite::{Connection, OptionalExtension, named_params, params};

use super::met::{Known, Met, find};
use super::outside;
use super::row::{At, Json};
use crate::model::{How, ListingId, ReportId, ReportState, SiteId, WalkId};
use crate::store::{Bound, EntryRecord, PageRecord, PageRecorded, Place, Stands};
use above::Above;

/// The walk that a page belongs to.
struct Ground {
    walk: WalkId,
    /// The first of the walks that it goes on with, or itself.
    begun_by: WalkId,
    /// What this walk and later ones saw first lies above what was walked without a gap.
    look: WalkId,
    site: SiteId,
    listing: ListingId,
    /// What the listing was before, at another address.
    former: Option<ListingId>,
    is_baselined: bool,
    bound: Option<Bound>,
    stands: Stands,
    news_since: Option<Date>,
    is_below_former: bool,
    page_no: u32,
    now: jiff::Timestamp,
}

/// Keeps the rows of one page, and where its walk goes on.
pub(in crate::store) fn record_page(conn: &Connection, page: &PageRecord) -> rusqlite::Result<PageRecorded> {
    let ground = ground(conn, page)?;
    let found = find(conn, &ground.site, ground.listing, &page.entries)?;
    let above = Above::of(conn, &ground, &found)?;
    let mut recorded = PageRecorded::default();
    for (at, (entry, known)) in page.entries.iter().zip(found).enumerate() {
        recorded.is_met = false;
        match known {
            Met::Row(report, row) => {
                recorded.is_met = row.last_walk >= ground.begun_by && row.first_walk < ground.look;
                recorded.n_fresh += usize::from(row.last_walk < ground.begun_by);
                recorded.n_settled += usize::from(row.is_settled);
                recorded.n_row_changed += usize::from(see_again(conn, &ground, at, entry, report, &row)?);
            }
            Met::Never if !entry.is_wanted => pass_over(conn, &ground, entry, &mut recorded)?,
            Met::Never | Met::Elsewhere(_) => {
                let is_baseline = above.is_old(&ground, at, entry) || was_passed_over(conn, &ground, entry)?;
                let report = if let Met::Elsewhere(report) = known { Some(report) } else { None };
                let is_first = see_first(conn, &ground, at, entry, report, is_baseline)?;
                recorded.n_new += usize::from(is_first);
                recorded.n_fresh += usize::from(is_first);
            }
        }
    }
    recorded.is_over_former = above.is_over_former();
    if let Some(since) = above.news_above(&ground) {
        unbaseline_above(conn, &ground, since)?;
    }
    keep_place(conn, &ground, page.place.as_ref(), recorded.is_met)?;
    outside::keep(conn, (ground.listing, ground.walk), &page.outside)?;
    Ok(recorded)
}

/// Keeps rows that nobody can follow, for what they say: they lead nowhere. Of the walk they tell nothing.
pub(in crate::store) fn record_unlinked(conn: &Connection, page: &PageRecord) -> rusqlite::Result<()> {
    let ground = ground(conn, page)?;
    page.entries.iter().try_for_each(|entry| pass_over(conn, &ground, entry, &mut PageRecorded::default()))
}

fn ground(conn: &Connection, page: &PageRecord) -> rusqlite::Result<Ground> {
    let sql = "SELECT l.site, l.id, l.baselined_at IS NOT NULL, l.bound, coalesce(w.begun_by, w.id),
            (SELECT u.look FROM unfinished u WHERE u.listing = l.id), l.former
        FROM walks w JOIN listings l ON l.id = w.listing WHERE w.id = ?";
    conn.prepare_cached(sql)?.query_row([page.walk], |row| {
        let look = match page.stands {
            Stands::Below => page.walk,
            Stands::Above => row.get::<_, Option<_>>(5)?.unwrap_or(page.walk),
            Stands::Resumed | Stands::Again => WalkId(i64::MAX),
        };
        Ok(Ground {
            walk: page.walk,
            begun_by: row.get(4)?,
            look,
            site: row.get(0)?,
            listing: row.get(1)?,
            former: row.get(6)?,
            is_baselined: row.get(2)?,
            bound: row.get::<_, Option<Json<_>>>(3)?.map(|bound| bound.0),
            stands: page.stands,
            news_since: page.news_since,
            is_below_former: page.is_below_former,
            page_no: page.page_no,
            now: page.now,
        })
    })
}

/// Notes where the walk goes on, and when the top of the listing was last seen down to known rows.
fn keep_place(conn: &Connection, ground: &Ground, place: Option<&Place>, is_met: bool) -> rusqlite::Result<()> {
    let is_above = ground.stands == Stands::Above;
    if let Some(place) = place {
        let sql = "INSERT INTO unfinished (listing, begun_by, moved_at, n_pages, n_stated, oldest_row, place)
            VALUES (:listing, :begun_by, :now, :n_pages, :n_stated, :oldest_row, :place)
            ON CONFLICT (listing) DO UPDATE SET begun_by = excluded.begun_by, look = NULL, moved_at = excluded.moved_at,
                n_pages = excluded.n_pages, n_stated = excluded.n_stated, oldest_row = excluded.oldest_row,
                place = excluded.place";
        conn.prepare_cached(sql)?.execute(named_params! {
            ":listing": ground.listing,
            ":begun_by": ground.begun_by,
            ":now": At(ground.now),
            ":n_pages": place.n_pages,
            ":n_stated": place.n_stated,
            ":oldest_row": place.oldest_row,
            ":place": place.text,
        })?;
    } else if is_above {
        let sql = "UPDATE unfinished SET look = iif(?, NULL, coalesce(look, ?)) WHERE listing = ?";
        conn.prepare_cached(sql)?.execute(params![is_met, ground.walk, ground.listing])?;
    }
    let is_top_seen = match ground.stands {
        Stands::Below => ground.page_no == 1,
        Stands::Above | Stands::Again => is_met,
        Stands::Resumed => false,
    };
    if is_top_seen {
        let sql = "UPDATE listings SET looked_at = ? WHERE id = ?";
        conn.prepare_cached(sql)?.execute(params![At(ground.now), ground.listing])?;
    }
    Ok(())
}

/// Remembers a row that nobody wants; it is settled when a complete walk has seen it before.
fn pass_over(
    conn: &Connection,
    ground: &Ground,
    entry: &EntryRecord,
    recorded: &mut PageRecorded,
) -> rusqlite::Result<()> {
    let sql = "SELECT w.is_healthy AND w.reach <> 'cut', p.first_walk, coalesce(p.last_walk, p.first_walk), p.url
        FROM passed_over p JOIN walks w ON w.id = p.first_walk WHERE p.listing = ? AND p.url = ?";
    let mut query = conn.prepare_cached(sql)?;
    let known = by_any_spelling(entry, |url| {
        let known = query.query_row(params![ground.listing, url], |row| {
            Ok((row.get::<_, bool>(0)?, row.get::<_, WalkId>(1)?, row.get::<_, WalkId>(2)?, row.get::<_, String>(3)?))
        });
        known.optional()
    });
    let Some((is_settled, first_walk, last_walk, url)) = known? else {
        let sql = "INSERT INTO passed_over (listing, url, title, first_walk, last_walk) VALUES (?1, ?2, ?3, ?4, ?4)";
        conn.prepare_cached(sql)?.execute(params![ground.listing, entry.url, entry.title, ground.walk])?;
        recorded.n_fresh += 1;
        return Ok(());
    };
    recorded.is_met = last_walk >= ground.begun_by && first_walk < ground.look;
    recorded.n_fresh += usize::from(last_walk < ground.begun_by);
    recorded.n_settled += usize::from(is_settled);
    // One that only walks without an end have seen settles with the first that has one.
    let is_first = is_settled || first_walk >= ground.begun_by;
    let sql = "UPDATE passed_over SET first_walk = iif(?, first_walk, ?2), last_walk = ?2, title = ?
        WHERE listing = ? AND url = ?";
    let seen = params![is_first, ground.walk, entry.title, ground.listing, url];
    conn.prepare_cached(sql)?.execute(seen).map(drop)
}

/// Whether a row was there all along and is only wanted since its site file changed: it is no news then. One that got
/// another title is.
fn was_passed_over(conn: &Connection, ground: &Ground, entry: &EntryRecord) -> rusqlite::Result<bool> {
    // One with another title stays known: it stood there, whatever it was called.
    let sql = "DELETE FROM passed_over WHERE listing = ? AND url = ? AND title = ? RETURNING 1";
    let mut query = conn.prepare_cached(sql)?;
    let was_here =
        by_any_spelling(entry, |url| query.query_row(params![ground.listing, url, entry.title], |_| Ok(())).optional());
    Ok(was_here?.is_some())
}

/// What is found of a row by the first spelling of its URL that is known.
fn by_any_spelling<T>(
    entry: &EntryRecord,
    mut find: impl FnMut(&str) -> rusqlite::Result<Option<T>>,
) -> rusqlite::Result<Option<T>> {
    for url in std::iter::once(&entry.url).chain(&entry.twins) {
        if let Some(found) = find(url)? {
            return Ok(Some(found));
        }
    }
    Ok(None)
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
        VALUES (:listing, :report, nullif(:as_listed, (SELECT url FROM reports WHERE id = :report)), :title, :date, :date_shown, :page_no, :position, :walk,
            :walk, :is_baseline)
        ON CONFLICT (listing, report) DO NOTHING";
    let n_rows = conn.prepare_cached(sql)?.execute(named_params! {
        ":listing": ground.listing,
        ":report": report,
        ":as_listed": entry.as_listed_url,
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
    // 03-05 is another year's day when a year has passed: what is shown as it was is the day that it was.
    let is_shown_alike = entry.date_shown.is_some() && entry.date_shown == row.date_shown;
    let date = row.date.filter(|_| is_shown_alike).or(entry.date);
    let has_other_date = matches!((date, row.date), (Some(now), Some(then)) if now != then);
    let sql = "UPDATE listed SET url = nullif(:as_listed, (SELECT url FROM reports WHERE id = :report)), title = :title, date = coalesce(:date, date),
            date_shown = coalesce(:date_shown, date_shown), page_no = :page_no, position = :position,
            last_walk = :walk, left_at = NULL
        WHERE listing = :listing AND report = :report";
    conn.prepare_cached(sql)?.execute(named_params! {
        ":as_listed": entry.as_listed_url,
        ":title": title,
        ":date": date,
        ":date_shown": entry.date_shown,
        ":page_no": ground.page_no,
        ":position": position(ground, at),
        ":walk": ground.walk,
        ":listing": ground.listing,
        ":report": report,
    })?;
    if row.is_missed() {
        listed_again(conn, report, ground.now)?;
    }
    // A withdrawn report whose row is back is asked at once; a dead link was listed all the time.
    let is_back = row.state == ReportState::Withdrawn && row.miss_how != Some(How::DeadLink);
    let is_changed = has_other_title || has_other_date || is_back;
    let sql = "UPDATE reports SET is_row_changed = is_row_changed OR ?, kind = coalesce(kind, ?),
            year = coalesce(year, ?)
        WHERE id = ? AND (? OR (kind IS NULL AND ?2 IS NOT NULL) OR (year IS NULL AND ?3 IS NOT NULL))";
    conn.prepare_cached(sql)?.execute(params![is_changed, entry.kind, entry.year, report, is_changed])?;
    Ok(is_changed)
}

/// A row that was missed stands where it stood: the next absence counts anew.
fn listed_again(conn: &Connection, report: ReportId, now: jiff::Timestamp) -> rusqlite::Result<()> {
    let sql = "UPDATE reports SET seen_again_at = iif(misses > 0, ?, seen_again_at), misses = 0, first_miss_at = NULL,
        miss_how = NULL, state = iif(suspicion IS NULL, 'present', state) WHERE id = ?";
    conn.prepare_cached(sql)?.execute(params![At(now), report]).map(drop)
}

/// Whether `short` is `long` as a narrow column cuts it: the same, or a beginning and an ellipsis.
fn is_cut_of(short: &str, long: &str) -> bool {
    let beginning = short.trim_end_matches(['…', '.', '⋯']).trim_end();
    short == long || (beginning.len() < short.trim_end().len() && !beginning.is_empty() && long.starts_with(beginning))
}

/// Rows that this walk found on earlier pages stand above known ones, so they appeared since: those of that day on, and
/// those without a date, are new.
fn unbaseline_above(conn: &Connection, ground: &Ground, since: Date) -> rusqlite::Result<()> {
    let above = params![ground.listing, ground.walk, ground.look, ground.page_no, since.to_string()];
    let sql = "UPDATE listed INDEXED BY listed_unsettled SET is_baseline = 0
        WHERE listing = ? AND last_walk = ? AND is_settled = 0 AND first_walk >= ? AND page_no < ?
        AND (date IS NULL OR date >= ?) AND is_baseline = 1 AND (SELECT is_pending FROM reports WHERE id = report) = 1 RETURNING report";
    let mut query = conn.prepare_cached(sql)?;
    let above: Vec<ReportId> = query.query_map(above, |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
    let mut report = conn.prepare_cached("UPDATE reports SET is_baseline = 0 WHERE id = ?")?;
    above.iter().try_for_each(|id| report.execute([id]).map(drop))
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
