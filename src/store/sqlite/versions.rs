//! What a report of an obligation said before it was edited: its page may have been that of another year, or another paper.
//!
//! In: its revisions. Out: the report as it stood for each year. Never: a report undone by what came to stand in its place.

use jiff::Timestamp;
use jiff::civil::Date;
use rusqlite::{Connection, OptionalExtension, params};

use super::content::{self, ContentId};
use super::obligation::HEAD_CHARS;
use super::row::{At, Count};
use crate::change::obligation::{Like, Seen};
use crate::change::year;
use crate::model::{Attachment, Document, ReportId, ReportState};
use crate::store::{CoverageAsk, Titles};

/// Revisions that are gone back.
const MOST_REVISIONS: usize = 20;

/// What the revisions of a report say.
pub(super) struct Versions {
    /// The day that its page stated when it was read first.
    pub(super) first: Option<Date>,
    /// What it said when its title last named a year, where a notice stands in its place: that does not undo that it was
    /// published.
    pub(super) now: Option<Document>,
    stretches: Vec<Stretch>,
    /// Whether another paper stands there now.
    is_other: bool,
}

/// Revisions in a row that are about one year.
struct Stretch {
    year: i16,
    since: Timestamp,
    /// Whether it was never anything else before.
    is_first: bool,
    /// The day that its page stated when it was first about that year.
    stated_first: Option<Date>,
    /// What it said last.
    document: Document,
}

/// What a title is that of.
enum Titled {
    /// A report about a year.
    Year(i16),
    /// Another paper: a call for reports, a plan.
    OtherPaper,
    /// Nothing is sure.
    Unsure,
}

impl Titled {
    fn of(like: Option<Like<'_>>, document: &Document) -> Self {
        let title = document.title.as_deref().unwrap_or_default();
        let (Some(like), true) = (like, document.doubts.is_empty()) else { return Self::Unsure };
        match year::of(title) {
            Some(_) if like.is_no_paper(title) => Self::OtherPaper,
            Some(year) => Self::Year(year),
            None if like.kind.is_titled(title) => {
                let published = document.published.map(|stated| stated.date());
                let told = year::of_kind(like.kind, title, published, &document.head(HEAD_CHARS));
                told.map_or(Self::Unsure, Self::Year)
            }
            None => Self::Unsure,
        }
    }
}

/// The versions of a report that was edited.
pub(super) fn of(conn: &Connection, ask: &CoverageAsk, report: ReportId) -> rusqlite::Result<Versions> {
    let like = ask.titles.as_ref().and_then(Titles::like);
    let sql = "SELECT seen_at, document FROM revisions WHERE report = ? ORDER BY revision DESC LIMIT ?";
    let mut query = conn.prepare_cached(sql)?;
    let rows = query.query_map(params![report, Count(MOST_REVISIONS)], |row| {
        Ok((row.get::<_, At>(0)?.0, row.get::<_, ContentId>(1)?))
    })?;
    let mut rows = rows.collect::<rusqlite::Result<Vec<_>>>()?;
    rows.reverse();
    let (mut stretches, mut is_other, mut newest) = (Vec::<Stretch>::new(), false, None);
    for (since, said) in rows {
        let Some(document) = content::readable_document(conn, said)? else { continue };
        match Titled::of(like, &document) {
            Titled::Year(year) => {
                if let Some(last) = stretches.last_mut().filter(|last| last.year == year && !is_other) {
                    last.document = document.clone();
                } else {
                    let stated_first = document.published.map(|stated| stated.date());
                    // What was unsure before, or too long ago, may have been the report already.
                    let is_first = stretches.is_empty() && !is_other;
                    stretches.push(Stretch { year, since, is_first, stated_first, document: document.clone() });
                    is_other = false;
                }
            }
            Titled::OtherPaper => is_other = true,
            Titled::Unsure => {}
        }
        newest = Some(document);
    }
    let is_notice = newest.is_some_and(|newest| is_notice(like, &newest));
    let now = stretches.last().filter(|_| is_notice).map(|last| last.document.clone());
    let first = said(conn, Some(report), Some(1))?.and_then(|document| document.published);
    Ok(Versions { first: first.map(|stated| stated.date()), now, stretches, is_other })
}

/// Whether what stands in the place of a report names no year, in title or text, and is none of the kind.
fn is_notice(like: Option<Like<'_>>, newest: &Document) -> bool {
    let title = newest.title.as_deref().unwrap_or_default();
    let tells_a_year = |like: Like<'_>| year::of_kind(like.kind, title, None, &newest.head(HEAD_CHARS)).is_some();
    year::of(title).is_none() && like.is_some_and(|like| !like.kind.is_titled(title) && !tells_a_year(like))
}

impl Versions {
    /// Tells of the report since when it is about its year; gives it as it was when it was about others.
    pub(super) fn add_to(&self, seen: &mut Seen) -> Vec<Seen> {
        if let Some(document) = &self.now {
            as_it_said(seen, document);
        }
        let is_current = |stretch: &Stretch| !self.is_other && Some(stretch.year) == seen.year;
        let current = self.stretches.iter().rposition(is_current);
        let mut of_before = Vec::new();
        for (at, stretch) in self.stretches.iter().enumerate() {
            if Some(at) == current {
                continue;
            }
            let mut before = Seen { is_year_assumed: false, state: ReportState::Withdrawn, text: None, ..seen.clone() };
            as_it_said(&mut before, &stretch.document);
            before.year = Some(stretch.year);
            before.published = stretch.document.published.map(|stated| stated.date());
            stretch.began(&mut before);
            of_before.push(before);
        }
        if let Some((at, stretch)) = current.map(|at| (at, &self.stretches[at])).filter(|(_, it)| !it.is_first) {
            // A page without a day keeps the one of what stood there before.
            let kept = at.checked_sub(1).and_then(|before| self.stretches[before].document.published);
            let own = stretch.document.published.filter(|stated| Some(*stated) != kept);
            seen.published = own.map(|stated| stated.date());
            stretch.began(seen);
        }
        of_before
    }
}

impl Stretch {
    /// It was not seen as such before.
    fn began(&self, seen: &mut Seen) {
        if !self.is_first {
            (seen.first_seen_at, seen.is_baseline) = (self.since, false);
        }
        seen.stated_first = self.stated_first;
    }
}

/// A report as this revision of it told it.
fn as_it_said(seen: &mut Seen, document: &Document) {
    if let Some(title) = &document.title {
        seen.year = year::of(title).or(seen.year);
        seen.title.clone_from(title);
    }
    seen.published = document.published.map(|stated| stated.date()).or(seen.published);
}

/// A report as it is since it has this file: what it stated before it had it is no day of the file.
pub(super) fn with_file(conn: &Connection, page: &Seen, file: &Attachment) -> rusqlite::Result<Seen> {
    let sql = "SELECT revision, seen_at, document FROM revisions WHERE report = ? ORDER BY revision LIMIT ?";
    let mut query = conn.prepare_cached(sql)?;
    let mut rows = query.query(params![page.report, Count(MOST_REVISIONS)])?;
    while let Some(row) = rows.next()? {
        let Some(document) = content::readable_document(conn, row.get(2)?)? else { continue };
        if !document.attachments.iter().any(|known| known.url == file.url || known.title == file.title) {
            continue;
        }
        if row.get::<_, u32>(0)? > 1 {
            let first_seen_at = row.get::<_, At>(1)?.0;
            return Ok(Seen { first_seen_at, is_baseline: false, published: None, ..page.clone() });
        }
        break;
    }
    Ok(page.clone())
}

/// What a report says in a revision, or now, where that can be had.
pub(super) fn said(
    conn: &Connection,
    report: Option<ReportId>,
    revision: Option<u32>,
) -> rusqlite::Result<Option<Document>> {
    let sql =
        "SELECT v.document FROM reports r JOIN revisions v ON v.report = r.id AND v.revision = coalesce(?2, r.revision)
        WHERE r.id = ?1";
    let said: Option<ContentId> =
        conn.prepare_cached(sql)?.query_row(params![report, revision], |row| row.get(0)).optional()?;
    Ok(said.map(|said| content::readable_document(conn, said)).transpose()?.flatten())
}
