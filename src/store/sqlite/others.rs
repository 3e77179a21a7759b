//! The other titles of a site, of the time in which a report is awaited: those that may be it, and when the rest appeared.
//!
//! In: a site, a kind, the time. Out: titles that may be it as facts. Never: a verdict; whether a title may be it is asked
//! of the rules while it is read, so that thousands that cannot be it are not carried along.

use jiff::Timestamp;
use jiff::civil::Date;
use rusqlite::{Connection, Row, ToSql, params};

use super::obligation::{HEAD_CHARS, whole};
use super::outside;
use super::row::{At, Count, Json};
use super::versions::said;
use crate::change::obligation::{Facts, Like, PageSeen, Seen, SeenIn};
use crate::model::{Attachment, ReportId, ReportState, Stated, TEXT_FRAGMENT};
use crate::store::{CoverageAsk, Titles};

/// Characters of a text below which it says nothing: a caption, the name of a file.
const FEWEST_CHARS: usize = 50;

/// When a title appeared, as its page says and as it was seen.
#[derive(Debug, Clone, Copy)]
struct Appeared {
    stated: Option<Date>,
    first_seen_at: Timestamp,
}

impl Appeared {
    /// What the page states counts, whatever a listing says.
    fn is_since(self, (day, at): (Date, Timestamp)) -> bool {
        self.stated.map_or(self.first_seen_at >= at, |stated| stated >= day)
    }
}

/// Reports of other kinds, and of none, and rows that are left out.
#[derive(Default)]
pub(super) struct Others {
    /// Those that may be the one in question.
    like: Vec<(Appeared, Seen)>,
    /// When the others appeared.
    unlike: Vec<Appeared>,
}

impl Others {
    /// All since a day.
    pub(super) fn read(conn: &Connection, ask: &CoverageAsk, since: (Date, Timestamp)) -> rusqlite::Result<Self> {
        let mut others = Self::default();
        others.of_the_time(conn, ask, since)?;
        others.passed_over(conn, ask, since.1)?;
        Ok(others)
    }

    /// Those since a later day.
    pub(super) fn add_to(&self, facts: &mut Facts, since: (Date, Timestamp)) {
        let like = self.like.iter().filter(|(appeared, _)| appeared.is_since(since));
        facts.seen.extend(like.map(|(_, seen)| seen.clone()));
        facts.n_unlike = self.unlike.iter().filter(|appeared| appeared.is_since(since)).count() as u64;
    }

    /// Every other report of that time.
    fn of_the_time(&mut self, conn: &Connection, ask: &CoverageAsk, since: (Date, Timestamp)) -> rusqlite::Result<()> {
        let like = ask.titles.as_ref().and_then(Titles::like);
        let columns = "r.id, coalesce(r.title, ''), r.kind, r.is_pending, r.published, r.first_seen_at,
            (SELECT json_group_array(l.title) FROM listed l WHERE l.report = r.id AND l.title <> r.title)";
        each_of_the_time(conn, ask, since, columns, |row| {
            let (report, is_unread): (ReportId, bool) = (row.get(0)?, row.get(3)?);
            let (title, kind) = (row.get_ref(1)?.as_str()?, row.get_ref(2)?.as_str_or_null()?);
            let stated: Option<Stated> = row.get(4)?;
            let stated = stated.map(|stated| stated.date());
            let appeared = Appeared { stated, first_seen_at: row.get::<_, At>(5)?.0 };
            if like.is_none_or(|like| like.may_be(title, kind, is_unread)) {
                self.like.push((appeared, whole(conn, report)?));
                return Ok(());
            }
            // A page may call itself by a number, or by its column: its rows have the title.
            let Json(by_rows): Json<Vec<String>> = row.get(6)?;
            let by_row = by_rows.into_iter().find(|title| like.is_some_and(|like| like.may_be(title, None, is_unread)));
            if let Some(title) = by_row {
                self.like.push((appeared, Seen { title, ..whole(conn, report)? }));
                return Ok(());
            }
            if like.is_some_and(|like| like.may_be_by_row(title, kind)) && !is_unread {
                let seen = whole(conn, report)?;
                if seen.page == PageSeen::RowOnly {
                    self.like.push((appeared, seen));
                    return Ok(());
                }
            }
            let by_text = like.filter(|like| like.is_general(title, kind) && !is_unread);
            let may_be_mute = like.is_some_and(|like| like.may_be_mute(title, kind));
            if let Some(title) = by_text.map(|like| called(conn, like, report)).transpose()?.flatten() {
                self.like.push((appeared, Seen { title, ..whole(conn, report)? }));
            } else if may_be_mute && is_mute_beside(conn, ask, report)? {
                self.like.push((appeared, Seen { page: PageSeen::MuteBeside, ..whole(conn, report)? }));
            } else {
                self.unlike.push(appeared);
            }
            Ok(())
        })
    }

    /// Rows that the site file leaves out, and links outside the rows; which year they name is told elsewhere: it may be
    /// written 二〇二五年, or not at all.
    fn passed_over(&mut self, conn: &Connection, ask: &CoverageAsk, since_at: Timestamp) -> rusqlite::Result<()> {
        let sql = "SELECT p.url, p.title, w.started_at, l.url FROM listings l JOIN passed_over p ON p.listing = l.id
            JOIN walks w ON w.id = p.first_walk WHERE l.site = ? AND w.started_at >= ?";
        let like = ask.titles.as_ref().and_then(Titles::like);
        let mut query = conn.prepare_cached(sql)?;
        let mut rows = query.query(params![ask.site, At(since_at)])?;
        while let Some(row) = rows.next()? {
            let appeared = Appeared { stated: None, first_seen_at: row.get::<_, At>(2)?.0 };
            let (url, title) = (row.get_ref(0)?.as_str()?, row.get_ref(1)?.as_str()?);
            if let Some(target) = outside::target(url) {
                if like.is_none_or(|like| like.may_stand_outside(title)) {
                    let link = Seen { url: target.to_owned(), seen_in: SeenIn::Outside, ..passed_over(ask, row)? };
                    let link = outside::dated(conn, link)?;
                    self.like.push((Appeared { stated: link.published, ..appeared }, link));
                }
            } else if like.is_none_or(|like| like.may_be(title, None, false)) {
                self.like.push((appeared, passed_over(ask, row)?));
            } else {
                self.unlike.push(appeared);
            }
        }
        Ok(())
    }
}

/// What is known of a row that the site file leaves out: its address, its title, when it was first seen, and where.
fn passed_over(ask: &CoverageAsk, row: &Row<'_>) -> rusqlite::Result<Seen> {
    let url: String = row.get(0)?;
    Ok(Seen {
        site: ask.site.clone(),
        report: None,
        seen_in: if url.contains(TEXT_FRAGMENT) { SeenIn::Unlinked } else { SeenIn::PassedOver },
        url,
        title: row.get(1)?,
        kind: None,
        year: None,
        published: None,
        stated_first: None,
        is_year_assumed: false,
        first_seen_at: row.get::<_, At>(2)?.0,
        state: ReportState::Present,
        listings: vec![row.get(3)?],
        is_baseline: false,
        page: PageSeen::Read,
        text: None,
        missed_at: None,
    })
}

/// What a report whose title says nothing calls itself in its text, where that may be the one in question.
fn called(conn: &Connection, like: Like<'_>, report: ReportId) -> rusqlite::Result<Option<String>> {
    let head = said(conn, Some(report), None)?.map(|document| document.head(HEAD_CHARS));
    Ok(head.and_then(|head| like.named_in(&head).or_else(|| like.said_in(&head))))
}

/// Whether a report is a scan that nobody can read, in a listing that shows reports of the kind.
fn is_mute_beside(conn: &Connection, ask: &CoverageAsk, report: ReportId) -> rusqlite::Result<bool> {
    let sql =
        "SELECT (SELECT v.n_chars < ?4 FROM reports r JOIN revisions v ON v.report = r.id AND v.revision = r.revision
            WHERE r.id = ?3) IS 1
        AND EXISTS (SELECT 1 FROM reports o CROSS JOIN listed k ON k.report = o.id
        CROSS JOIN listed d ON d.listing = k.listing AND d.report = ?3 WHERE o.site = ?1 AND o.kind = ?2)";
    let given = params![ask.site, ask.kind, report, Count(FEWEST_CHARS)];
    if !conn.prepare_cached(sql)?.query_row(given, |row| row.get::<_, bool>(0))? {
        return Ok(false);
    }
    let Some(document) = said(conn, Some(report), None)? else { return Ok(false) };
    let has_words = |file: &Attachment| file.file.as_ref().is_some_and(|file| file.text_hash.is_some());
    let has_scans = document.has_images() || !document.attachments.is_empty();
    Ok(has_scans && !document.attachments.iter().any(has_words))
}

/// Reads every other report of the time in question, in the order of their ids; each half by an index of its own.
pub(super) fn each_of_the_time(
    conn: &Connection,
    ask: &CoverageAsk,
    (since, since_at): (Date, Timestamp),
    columns: &str,
    mut read: impl FnMut(&Row<'_>) -> rusqlite::Result<()>,
) -> rusqlite::Result<()> {
    let (day, at) = (since.to_string(), At(since_at));
    let halves: [(&str, &dyn ToSql); 2] =
        [("coalesce(r.published, '') >= ?2", &day), ("coalesce(r.published, '') = '' AND r.first_seen_at >= ?2", &at)];
    for (condition, since) in halves {
        let sql = format!(
            "SELECT {columns} FROM reports r WHERE r.site = ?1 AND {condition} AND r.kind IS NOT ?3 ORDER BY r.id"
        );
        let mut query = conn.prepare_cached(&sql)?;
        let mut rows = query.query(params![ask.site, since, ask.kind])?;
        while let Some(row) = rows.next()? {
            read(row)?;
        }
    }
    Ok(())
}
