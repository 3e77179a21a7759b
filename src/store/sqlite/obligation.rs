//! Obligations: what bears on one.
//!
//! In: a site, a kind, a year. Out: rows and walks as facts. Never: a judgement; that is made of the facts in another room,
//! but whose a title on another site is must be asked while it is read: there are too many to carry along.

use jiff::Timestamp;
use jiff::civil::Date;
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::content::{self, ContentId};
use super::others::{Others, each_of_the_time};
use super::row::{At, Count, Json, Word, instant};
use super::{below, outside, told, versions};
use crate::change::obligation::{Facts, ListingFacts, PageSeen, Seen, SeenIn, WalkFacts};
use crate::change::year;
use crate::model::{FieldName, Hash, ListingId, ReportId, Stated, WalkId};
use crate::page::date;
use crate::store::{CoverageAsk, Reach, Titles};

/// Reports on other sites that are looked at: one is enough to ask a person.
const MOST_ELSEWHERE: usize = 20;

/// As much as tells the kind and the year of a report when it is read.
pub(super) const HEAD_CHARS: usize = 1000;

/// The listings that show a report: of those of the kind in question they are asked for, and of no others.
const LISTINGS: &str =
    "(SELECT json_group_array(l.url) FROM listed d JOIN listings l ON l.id = d.listing WHERE d.report = r.id)";

/// Whether its row is all that is known of a report.
pub(super) const IS_BY_ROW: &str = "EXISTS (SELECT 1 FROM revisions v
    WHERE v.report = r.id AND v.revision = r.revision AND v.capture IS NULL AND v.n_chars = 0)";

/// Reports as [`read`] takes them.
fn seen(listings: &str) -> String {
    format!(
        "SELECT r.site, r.id, r.url, coalesce(r.title, ''), r.kind, r.year, r.published,
            (SELECT min(d.date) FROM listed d WHERE d.report = r.id), r.first_seen_at, r.state, {listings},
            r.is_baseline, r.is_pending, r.listing, coalesce(r.revision, 1) > 1,
            (SELECT d.date_shown FROM listed d WHERE d.report = r.id AND d.date = r.published LIMIT 1), {IS_BY_ROW}
        FROM reports r"
    )
}

/// A report as SQL gives it.
struct Read {
    seen: Seen,
    listing: Option<ListingId>,
    /// Whether it has more than one revision.
    is_edited: bool,
    /// Whether its page was that of something else before: no walk tells when that changed.
    is_rewritten: bool,
}

fn read(row: &Row<'_>) -> rusqlite::Result<Read> {
    let (published, listed): (Option<Stated>, Option<Stated>) = (row.get(6)?, row.get(7)?);
    let seen = Seen {
        site: row.get(0)?,
        report: row.get(1)?,
        url: row.get(2)?,
        title: row.get(3)?,
        kind: row.get(4)?,
        year: row.get(5)?,
        published: published.into_iter().chain(listed).map(|stated| stated.date()).min(),
        stated_first: None,
        is_year_assumed: row.get(11)?
            && row.get::<_, Option<String>>(15)?.is_some_and(|shown| !date::names_year(&shown)),
        first_seen_at: row.get::<_, At>(8)?.0,
        state: row.get::<_, Word<_>>(9)?.0,
        seen_in: SeenIn::Row,
        listings: row.get::<_, Json<_>>(10)?.0,
        is_baseline: row.get(11)?,
        page: match (row.get(12)?, row.get(16)?) {
            (true, _) => PageSeen::Unread,
            (_, true) => PageSeen::RowOnly,
            _ => PageSeen::Read,
        },
        text: None,
        missed_at: None,
    };
    Ok(Read { seen, listing: row.get(13)?, is_edited: row.get(14)?, is_rewritten: false })
}

/// What bears on an obligation in each of these years, of one site and kind: what bears on all of them is read once.
pub(in crate::store) fn facts(conn: &Connection, asks: &[CoverageAsk]) -> rusqlite::Result<Vec<Facts>> {
    let Some(ask) = asks.first() else { return Ok(Vec::new()) };
    let of_kind = of_kind(conn, ask)?;
    let since = asks.iter().filter_map(|ask| ask.looked_for_since).min();
    let around = since.map(|since| Around::read(conn, ask, since)).transpose()?;
    let of_year = |ask: &CoverageAsk| {
        let before = told::before(conn, &ask.site, &ask.kind, ask.year)?;
        let mut facts = Facts { seen: of_year(conn, &of_kind, ask)?, before, ..Facts::default() };
        if let (Some(around), Some(since)) = (&around, ask.looked_for_since) {
            around.add_to(&mut facts, conn, (ask, since))?;
        }
        Ok(facts)
    };
    asks.iter().map(of_year).collect()
}

/// What is looked through where no report was found, for all years in question.
struct Around {
    others: Others,
    listings: Vec<(ListingId, ListingFacts)>,
    trouble: Option<String>,
    is_aside: bool,
}

impl Around {
    fn read(conn: &Connection, ask: &CoverageAsk, since: (Date, Timestamp)) -> rusqlite::Result<Self> {
        let sql = "SELECT is_broken, class, error, aside IS NOT NULL FROM sites WHERE id = ?";
        let standing = conn.prepare_cached(sql)?.query_row([&ask.site], |row| {
            let (class, error): (Option<String>, Option<String>) = (row.get(1)?, row.get(2)?);
            let trouble = format!("{}: {}", class.unwrap_or_default(), error.unwrap_or_default());
            Ok((row.get::<_, bool>(0)?.then_some(trouble), row.get(3)?))
        });
        let (trouble, is_aside) = standing.optional()?.unwrap_or_default();
        let (others, listings) = (Others::read(conn, ask, since)?, listings(conn, ask)?);
        Ok(Self { others, listings, trouble, is_aside })
    }

    /// What of it bears on one year.
    fn add_to(
        &self,
        facts: &mut Facts,
        conn: &Connection,
        (ask, since): (&CoverageAsk, (Date, Timestamp)),
    ) -> rusqlite::Result<()> {
        self.others.add_to(facts, since);
        facts.elsewhere = elsewhere(conn, ask)?;
        for (id, listing) in &self.listings {
            let walk = whole_walk(conn, *id, ask.proof_at)?;
            let is_cut_off = |(_, walk): &(WalkId, WalkFacts)| walk.oldest_row.is_none_or(|oldest| oldest > since.0);
            let below = walk.filter(is_cut_off).map(|(walk, _)| below::of(conn, *id, walk, since)).transpose()?;
            let whole_walk = walk.map(|(_, walk)| walk);
            facts.listings.push(ListingFacts { whole_walk, below, ..listing.clone() });
        }
        (facts.trouble, facts.is_aside) = (self.trouble.clone(), self.is_aside);
        Ok(())
    }
}

/// Everything of the kind on the site, with the heads of the texts whose titles name no year. A page that was about another
/// year before is one for each.
fn of_kind(conn: &Connection, ask: &CoverageAsk) -> rusqlite::Result<Vec<Read>> {
    let sql = format!("{} WHERE r.site = ? AND r.kind = ? ORDER BY r.id", seen(LISTINGS));
    let mut found: Vec<Read> =
        conn.prepare_cached(&sql)?.query_map(params![ask.site, ask.kind], read)?.collect::<rusqlite::Result<_>>()?;
    let mut of_before = Vec::new();
    for Read { seen, is_edited, listing, is_rewritten } in &mut found {
        let mut document = None;
        if let Some(report) = seen.report.filter(|_| *is_edited) {
            let versions = versions::of(conn, ask, report)?;
            seen.stated_first = versions.first;
            let first_seen_at = seen.first_seen_at;
            let (listing, is_edited) = (*listing, *is_edited);
            let as_read =
                |seen: Seen| Read { is_rewritten: seen.first_seen_at != first_seen_at, seen, listing, is_edited };
            of_before.extend(versions.add_to(seen).into_iter().map(as_read));
            *is_rewritten = seen.first_seen_at != first_seen_at;
            document = versions.now;
        }
        let is_unnamed = year::of(&seen.title).is_none();
        let is_anybodys = is_unnamed || ask.office.names_nobody(&seen.title);
        if seen.page == PageSeen::Unread || !(is_anybodys || seen.is_year_assumed) {
            continue;
        }
        if document.is_none() {
            document = versions::said(conn, seen.report, None)?;
        }
        let by_page = document.as_ref().and_then(|document| document.from.get(&FieldName::Published));
        seen.is_year_assumed &= by_page.is_none();
        seen.text = document.filter(|_| is_anybodys).map(|document| document.head(HEAD_CHARS));
    }
    found.append(&mut of_before);
    Ok(found)
}

/// Of what is or may be about the year, the walks that went without it; what is about others only where the report must be
/// looked for.
fn of_year(conn: &Connection, of_kind: &[Read], ask: &CoverageAsk) -> rusqlite::Result<Vec<Seen>> {
    let mut of_year = Vec::new();
    for Read { seen, listing, is_rewritten, .. } in of_kind {
        let may_be_of_year = seen.year == Some(ask.year) || seen.text.is_some();
        if !may_be_of_year && ask.looked_for_since.is_none() {
            continue;
        }
        let mut seen = seen.clone();
        if may_be_of_year && seen.first_seen_at >= ask.proof_at {
            // Its page linked to it before a row did: what walks of the rows went without stood there.
            let linked_at = outside::first_seen_at(conn, (&seen.site, &seen.url), ask.year)?;
            seen.first_seen_at = linked_at.map_or(seen.first_seen_at, |at| at.min(seen.first_seen_at));
        }
        let may_be_missed = may_be_of_year && !is_rewritten && seen.first_seen_at >= ask.proof_at;
        if let Some(listing) = listing.filter(|_| may_be_missed) {
            seen.missed_at = missed_at(conn, listing, seen.first_seen_at, ask.proof_at)?;
        }
        of_year.push(seen);
    }
    Ok(of_year)
}

/// When the last whole walk of a listing began that proves that something was not there yet.
fn missed_at(
    conn: &Connection,
    listing: ListingId,
    first_seen_at: Timestamp,
    proof_at: Timestamp,
) -> rusqlite::Result<Option<Timestamp>> {
    let given = params![listing, At(first_seen_at), At(proof_at)];
    Ok(instant(conn.prepare_cached(MISSED)?.query_row(given, |row| row.get(0))?))
}

/// A walk begins no earlier than the one that it goes on with: no older ones are looked through.
pub(super) const MISSED: &str = "SELECT max(coalesce(b.started_at, w.started_at))
    FROM walks w LEFT JOIN walks b ON b.id = w.begun_by
    WHERE w.listing = ?1 AND w.is_healthy = 1 AND w.reach IN ('last_page', 'page_limit') AND w.started_at >= ?3
    AND w.reach = 'last_page' AND w.ended_at < ?2 AND coalesce(b.started_at, w.started_at) >= ?3";

/// One report, without the listings that show it.
pub(super) fn whole(conn: &Connection, report: ReportId) -> rusqlite::Result<Seen> {
    one(conn, report, "'[]'")
}

fn one(conn: &Connection, report: ReportId, listings: &str) -> rusqlite::Result<Seen> {
    conn.prepare_cached(&format!("{} WHERE r.id = ?", seen(listings)))?.query_row([report], |row| Ok(read(row)?.seen))
}

/// Reports of the kind and year on other sites that are the office's own, as far as their titles tell: those of its bureaus
/// have its name in them too, and must not take its place among those few.
fn elsewhere(conn: &Connection, ask: &CoverageAsk) -> rusqlite::Result<Vec<Seen>> {
    let Some(name) = ask.office.known_as() else { return Ok(Vec::new()) };
    let sql = "SELECT title, id FROM reports WHERE kind = ? AND year = ? AND site <> ? AND instr(title, ?) > 0";
    let mut query = conn.prepare_cached(sql)?;
    let mut rows = query.query(params![ask.kind, ask.year, ask.site, name])?;
    let mut own = Vec::new();
    while let Some(row) = rows.next()?
        && own.len() < MOST_ELSEWHERE
    {
        if ask.office.is_own(row.get_ref(0)?.as_str()?) {
            own.push(one(conn, row.get(1)?, LISTINGS)?);
        }
    }
    Ok(own)
}

/// The listings of the site, before their walks are asked.
fn listings(conn: &Connection, ask: &CoverageAsk) -> rusqlite::Result<Vec<(ListingId, ListingFacts)>> {
    let sql = "SELECT l.id, l.name, l.url, l.baselined_at,
            (SELECT max(date) FROM listed WHERE listing = l.id AND date IS NOT NULL),
            (SELECT min(date) FROM listed WHERE listing = l.id AND date IS NOT NULL),
            (SELECT ended_at FROM walks WHERE listing = l.id AND is_healthy = 1 ORDER BY id DESC LIMIT 1),
            w.reason
        FROM listings l LEFT JOIN walks w
            ON w.id = (SELECT max(id) FROM walks WHERE listing = l.id AND ended_at IS NOT NULL)
        WHERE l.site = ? ORDER BY l.id";
    let day = |stated: Option<Stated>| stated.map(|stated| stated.date());
    let mut query = conn.prepare_cached(sql)?;
    let rows = query.query_map([&ask.site], |row| {
        let facts = ListingFacts {
            listing: row.get(1)?,
            url: row.get(2)?,
            is_named: false,
            watched_since: instant(row.get(3)?),
            whole_walk: None,
            looked_at: instant(row.get(6)?),
            newest_row: day(row.get(4)?),
            oldest_row: day(row.get(5)?),
            below: None,
            reason: row.get(7)?,
        };
        Ok((row.get(0)?, facts))
    })?;
    rows.collect()
}

/// The last walk of all pages that was healthy and began late enough to prove something.
fn whole_walk(
    conn: &Connection,
    listing: ListingId,
    proof_at: Timestamp,
) -> rusqlite::Result<Option<(WalkId, WalkFacts)>> {
    let walk = conn.prepare_cached(WHOLE)?.query_row(params![listing, At(proof_at)], |row| {
        let walk = WalkFacts {
            begun_at: row.get::<_, At>(0)?.0,
            ended_at: row.get::<_, At>(1)?.0,
            pages: row.get(2)?,
            entries: row.get::<_, Count>(3)?.0 as u64,
            is_to_the_end: row.get::<_, Word<Reach>>(4)?.0 == Reach::LastPage,
            oldest_row: row.get::<_, Option<Stated>>(5)?.map(|stated| stated.date()),
        };
        Ok((row.get(6)?, walk))
    });
    walk.optional()
}

pub(super) const WHOLE: &str = "SELECT coalesce(b.started_at, w.started_at), w.ended_at, w.n_pages, w.n_entries,
        w.reach, w.oldest_row, coalesce(w.begun_by, w.id)
    FROM walks w LEFT JOIN walks b ON b.id = w.begun_by
    WHERE w.listing = ?1 AND w.is_healthy = 1 AND w.reach IN ('last_page', 'page_limit') AND w.started_at >= ?2
    AND coalesce(b.started_at, w.started_at) >= ?2 ORDER BY w.started_at DESC, w.id DESC LIMIT 1";

/// The names of the files that reports of the time in question link to, and what they call themselves where that is like
/// the report.
pub(in crate::store) fn files(
    conn: &Connection,
    ask: &CoverageAsk,
    are_asked_for: bool,
) -> rusqlite::Result<Vec<Seen>> {
    let Some(since) = ask.looked_for_since else { return Ok(Vec::new()) };
    let mut with_files = Vec::new();
    let columns = "r.id, r.is_pending = 0 AND r.id IN (SELECT report FROM attachments), r.is_pending";
    each_of_the_time(conn, ask, since, columns, |row| {
        let is_worth_reading = if are_asked_for { row.get(1)? } else { !row.get::<_, bool>(2)? };
        with_files.extend(is_worth_reading.then(|| row.get::<_, ReportId>(0)).transpose()?);
        Ok(())
    })?;
    let mut document = conn.prepare_cached(
        "SELECT v.document, v.revision > 1 FROM reports r
        JOIN revisions v ON v.report = r.id AND v.revision = r.revision WHERE r.id = ?",
    )?;
    let mut files = Vec::new();
    for report in with_files {
        let said = document.query_row([report], |row| Ok((row.get::<_, ContentId>(0)?, row.get::<_, bool>(1)?)));
        let Some((said, is_edited)) = said.optional()? else { continue };
        let named = content::document(conn, said)?.attachments;
        if named.is_empty() {
            continue;
        }
        let page = whole(conn, report)?;
        // What stands with a call for reports is a blank form, whatever it is called.
        let is_enclosed = ask.titles.as_ref().and_then(Titles::like).is_some_and(|like| like.is_call(&page.title));
        let seen_in = if is_enclosed { SeenIn::Enclosed } else { SeenIn::Attachment };
        for file in named {
            let page = if is_edited { versions::with_file(conn, &page, &file)? } else { page.clone() };
            let heading = file.file.and_then(|file| file.text_hash).map(|text| heading(conn, ask, text)).transpose()?;
            for title in std::iter::once(file.title).chain(heading.flatten()) {
                let url = file.url.to_string();
                files.push(Seen { title, url, seen_in, kind: None, year: None, ..page.clone() });
            }
        }
    }
    Ok(files)
}

/// What a file calls itself in its first lines, where that may be the report in question: a link may say 点击下载 only.
fn heading(conn: &Connection, ask: &CoverageAsk, text: Hash) -> rusqlite::Result<Option<String>> {
    let Some(like) = ask.titles.as_ref().and_then(Titles::like) else { return Ok(None) };
    let Some(text) = content::readable(text, content::bytes(conn, text))?.flatten() else { return Ok(None) };
    let text = String::from_utf8_lossy(&text);
    Ok(like.named_in(&text))
}
