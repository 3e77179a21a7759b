//! Searching: which revisions have the words of a query, and what to show of them. Never: a write.
//!
//! The index is read in its own order, newest stated day first, and no further than to the last row that is shown or
//! counted: a word that every report has costs no more than a rare one.

use std::collections::{HashMap, HashSet};
use std::ops::RangeInclusive;

use rusqlite::{Connection, OptionalExtension, Row, ToSql, params};

use super::query::{REPORT, Where, report, reports_where};
use super::row::At;
use super::unindexed::unindexed;
use super::words::{fields, text_of};
use super::{content, number};
use crate::model::{Document, ReportId};
use crate::store::words::{Part, Snippet, SnippetPart, Sought, place};
use crate::store::{Among, Found, MOST_COUNTED, MOST_RANKED, Search, SearchOrder, SearchPage};

/// Snippets of a revision: a report that has the words all over is told by its first places.
const MOST_SNIPPETS: usize = 3;

/// The order of the index itself.
const NEWEST: &str = "w.rowid DESC";
const BEST: &str = "w.rank, w.rowid DESC";

/// A row of words that matches.
#[derive(Debug, Clone, Copy)]
struct Match {
    id: i64,
    report: ReportId,
    revision: u32,
}

/// One page of what was found.
pub(in crate::store) fn search(conn: &Connection, search: &Search) -> rusqlite::Result<SearchPage> {
    let (begin, end) = (search.offset, search.offset.saturating_add(search.filter.limit));
    let asked = Asked::of(search);
    let most_counted = usize::try_from(MOST_COUNTED).unwrap_or(usize::MAX);
    let most = end.max(most_counted).saturating_add(1);
    let mut matches = match search.order {
        SearchOrder::Newest => asked.newest(conn, most)?,
        SearchOrder::Best => asked.best(conn)?,
    };
    let (n_found, has_more) = (matches.len().min(most_counted + 1) as u64, matches.len() > end);
    matches.truncate(end);
    let page = matches.into_iter().skip(begin);
    let found = page.map(|found| asked.found(conn, found)).collect::<Result<_, _>>()?;
    Ok(SearchPage { found, n_found, has_more, n_unindexed: unindexed(conn)? })
}

/// A search as SQL asks for it.
struct Asked<'a> {
    search: &'a Search,
    /// Which rows of words may match, by their numbers.
    numbers: RangeInclusive<i64>,
    reports: Where,
}

impl<'a> Asked<'a> {
    fn of(search: &'a Search) -> Self {
        let filter = &search.filter;
        let mut reports = reports_where(filter);
        let site = filter.site.as_ref().map(|site| place::of_site(site.as_str()));
        let places: Vec<String> = site.into_iter().chain(filter.kind.as_deref().map(place::of_kind)).collect();
        reports.given.push((":query", Box::new(search.query.expression(&places))));
        if search.among == Among::Newest {
            reports.conditions.push("i.revision = r.revision");
        }
        Self { search, numbers: number::of_days(filter.since, filter.until), reports }
    }

    /// Newest stated day first: so many rows at most, each report once where it is to stand once.
    fn newest(&self, conn: &Connection, most: usize) -> rusqlite::Result<Vec<Match>> {
        let (mut matches, mut seen) = (Vec::new(), HashSet::new());
        let (sql, (first, last)) = (self.sql(NEWEST), self.numbers.clone().into_inner());
        let mut query = conn.prepare_cached(&sql)?;
        let mut rows = query.query(&self.given(&first, &last)[..])?;
        while matches.len() < most {
            let Some(row) = rows.next()? else { break };
            let found = matched(row)?;
            if self.search.among == Among::Each || seen.insert(found.report) {
                matches.push(found);
            }
        }
        Ok(matches)
    }

    /// The best match first, among the newest; each report by its best one, and shown by its newest.
    fn best(&self, conn: &Connection) -> rusqlite::Result<Vec<Match>> {
        let newest = self.newest(conn, MOST_RANKED)?;
        let oldest = newest.last().filter(|_| newest.len() == MOST_RANKED).map_or(0, |found| found.id);
        let (sql, (first, last)) = (self.sql(BEST), self.numbers.clone().into_inner());
        let mut query = conn.prepare_cached(&sql)?;
        let ranked = query.query_map(&self.given(&first.max(oldest), &last)[..], matched)?;
        let ranked = ranked.collect::<rusqlite::Result<Vec<_>>>()?;
        if self.search.among == Among::Each {
            return Ok(ranked);
        }
        let mut shown: HashMap<ReportId, Match> = newest.into_iter().map(|found| (found.report, found)).collect();
        Ok(ranked.into_iter().filter_map(|found| shown.remove(&found.report)).collect())
    }

    /// The reports are joined only where something is asked of them.
    fn sql(&self, order: &str) -> String {
        let conditions = self.reports.conditions.iter().map(|condition| format!(" AND {condition}"));
        let join = if self.reports.conditions.is_empty() { "" } else { " CROSS JOIN reports r ON r.id = i.report" };
        format!(
            "SELECT w.rowid, i.report, i.revision FROM words w CROSS JOIN indexed i ON i.id = w.rowid{join}
            WHERE w.words MATCH :query AND w.rowid BETWEEN :first AND :last{} ORDER BY {order}",
            conditions.collect::<String>()
        )
    }

    fn given<'g>(&'g self, first: &'g i64, last: &'g i64) -> Vec<(&'g str, &'g dyn ToSql)> {
        let numbers: [(&str, &dyn ToSql); 2] = [(":first", first), (":last", last)];
        self.reports.given.iter().map(|(name, value)| (*name, &**value)).chain(numbers).collect()
    }

    fn found(&self, conn: &Connection, found: Match) -> rusqlite::Result<Found> {
        let id = found.report;
        let report = conn.prepare_cached(&format!("{REPORT} WHERE r.id = ?"))?.query_row([id], report)?;
        let revision = self.newer(conn, found, report.revision)?.unwrap_or(found.revision);
        let sql = "SELECT seen_at, document FROM revisions WHERE report = ? AND revision = ?";
        let (seen_at, document) = conn
            .prepare_cached(sql)?
            .query_row(params![id, revision], |row| Ok((row.get::<_, At>(0)?.0, row.get(1)?)))?;
        let document = content::readable_document(conn, document)?;
        let snippets = document.map_or(Ok(Vec::new()), |document| snippets(conn, self.search, &document))?;
        Ok(Found { is_newest: report.revision == Some(revision), report, revision, seen_at, snippets })
    }

    /// The newest revision that has the words, where a report stands once and one behind it was indexed later.
    fn newer(&self, conn: &Connection, found: Match, newest: Option<u32>) -> rusqlite::Result<Option<u32>> {
        if self.search.among != Among::All || newest == Some(found.revision) {
            return Ok(None);
        }
        let sql = "SELECT i.revision FROM indexed i CROSS JOIN words w ON w.rowid = i.id
            WHERE i.report = ? AND i.revision > ? AND w.words MATCH ? ORDER BY i.revision DESC LIMIT 1";
        let asked = params![found.report, found.revision, self.search.query.expression(&[])];
        conn.prepare_cached(sql)?.query_row(asked, |row| row.get(0)).optional()
    }
}

fn matched(row: &Row<'_>) -> rusqlite::Result<Match> {
    Ok(Match { id: row.get(0)?, report: row.get(1)?, revision: row.get(2)? })
}

/// The statement of a search, for a test that asks for its plan.
#[cfg(test)]
pub(super) fn newest_sql(search: &Search) -> String {
    Asked::of(search).sql(NEWEST)
}

/// Places of the words: in the body first; elsewhere only those that it has not, in files last, which must be unpacked.
fn snippets(conn: &Connection, search: &Search, document: &Document) -> rusqlite::Result<Vec<Snippet>> {
    let mut sought = Sought::of(&search.query);
    let mut snippets = Vec::new();
    let texts: Vec<&str> = document.blocks.iter().map(|block| block.text.as_str()).collect();
    let body = texts.join("\n");
    let fields = fields(document).map(|text| (SnippetPart::Field, text));
    let title = document.title.as_deref().map(|text| (SnippetPart::Title, text));
    for (part, text) in [(SnippetPart::Body, body.as_str())].into_iter().chain(fields).chain(title) {
        snippets.extend(sought.snippet(&Part { part, attachment: None, text }));
    }
    for attachment in &document.attachments {
        if sought.is_done() || snippets.len() >= MOST_SNIPPETS {
            break;
        }
        let text = text_of(conn, attachment)?.unwrap_or_default();
        let text = format!("{}\n{text}", attachment.title);
        let part = Part { part: SnippetPart::Attachment, attachment: Some(&attachment.title), text: &text };
        snippets.extend(sought.snippet(&part));
    }
    Ok(snippets)
}
