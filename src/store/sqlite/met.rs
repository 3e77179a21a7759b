//! What is known of the rows of a page, by every spelling of their URLs.
//!
//! In: rows as they were read. Out: their reports, and their rows of before on this listing. Never: one report taken for
//! two because the portal writes its address in another way.

use rusqlite::{Connection, OptionalExtension, params};

use super::row::Word;
use crate::model::{How, ListingId, ReportId, ReportState, SiteId, Stated, WalkId};
use crate::store::EntryRecord;

/// What is known of a row.
pub(super) enum Met {
    /// Nothing.
    Never,
    /// Its report, from elsewhere on the site.
    Elsewhere(ReportId),
    /// The row itself.
    Row(ReportId, Known),
}

/// A row that was known before this page.
pub(super) struct Known {
    pub(super) title: String,
    pub(super) date: Option<Stated>,
    pub(super) date_shown: Option<String>,
    pub(super) first_walk: WalkId,
    pub(super) last_walk: WalkId,
    pub(super) is_settled: bool,
    pub(super) state: ReportState,
    pub(super) miss_how: Option<How>,
}

impl Known {
    /// Whether all that speaks against its report is that its row was not seen.
    pub(super) fn is_missed(&self) -> bool {
        self.state == ReportState::Suspect && matches!(self.miss_how, None | Some(How::Delisted | How::Unreadable))
    }
}

/// What is known of each row of a page.
pub(super) fn find(
    conn: &Connection,
    site: &SiteId,
    listing: ListingId,
    entries: &[EntryRecord],
) -> rusqlite::Result<Vec<Met>> {
    entries.iter().map(|entry| find_one(conn, site, listing, entry)).collect()
}

/// A report that answers to a spelling of a row's URL.
struct Answers {
    report: ReportId,
    state: ReportState,
    is_read: bool,
    row: Option<Known>,
}

/// What is known of a row by any spelling of its URL. Where an earlier version made two reports of one, the one that is
/// listed now goes on, and the other is at rest: both keep their history, and nothing is told.
fn find_one(conn: &Connection, site: &SiteId, listing: ListingId, entry: &EntryRecord) -> rusqlite::Result<Met> {
    let mut all = Vec::new();
    for url in std::iter::once(&entry.url).chain(&entry.twins) {
        all.extend(answers(conn, site, listing, url)?);
    }
    let is_alive = |it: &Answers| it.state != ReportState::Moved;
    let at = all.iter().position(|it| is_alive(it) && it.is_read).or_else(|| all.iter().position(is_alive));
    if all.is_empty() {
        return Ok(Met::Never);
    }
    let one = all.swap_remove(at.unwrap_or(0));
    for other in all.iter().filter(|it| is_alive(it)) {
        let sql = "UPDATE reports SET state = 'moved', moved_to = ?, is_pending = 0, is_row_changed = 0,
            next_recheck_at = NULL WHERE id = ?";
        conn.prepare_cached(sql)?.execute([one.report, other.report])?;
    }
    Ok(one.row.map_or(Met::Elsewhere(one.report), |row| Met::Row(one.report, row)))
}

fn answers(conn: &Connection, site: &SiteId, listing: ListingId, url: &str) -> rusqlite::Result<Option<Answers>> {
    let sql = "SELECT r.id, r.state, r.revision IS NOT NULL, l.title, l.date, l.first_walk, l.last_walk, l.is_settled,
            r.miss_how, l.date_shown
        FROM reports r LEFT JOIN listed l ON l.listing = ?1 AND l.report = r.id WHERE r.url = ?2 AND r.site = ?3";
    let mut query = conn.prepare_cached(sql)?;
    let found = query.query_row(params![listing, url, site], |row| {
        let state = row.get::<_, Word<_>>(1)?.0;
        let known = |title| {
            Ok::<_, rusqlite::Error>(Known {
                title,
                date: row.get(4)?,
                date_shown: row.get(9)?,
                first_walk: row.get(5)?,
                last_walk: row.get(6)?,
                is_settled: row.get(7)?,
                state,
                miss_how: row.get::<_, Option<Word<_>>>(8)?.map(|word| word.0),
            })
        };
        let listed = row.get::<_, Option<String>>(3)?.map(known).transpose()?;
        Ok(Answers { report: row.get(0)?, state, is_read: row.get(2)?, row: listed })
    });
    found.optional()
}
