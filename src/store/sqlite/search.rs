//! Searching: which revisions have the words of a query, and what to show of them. Never: a write.

use rusqlite::{Connection, Row, params};

use super::content;
use super::query::{NEWEST, REPORT, report, reports_where};
use super::row::At;
use super::unindexed::unindexed;
use super::words::{fields, text_of};
use crate::model::{Document, ReportId};
use crate::store::words::{Part, Snippet, SnippetPart, Sought};
use crate::store::{Among, Found, MOST_COUNTED, Search, SearchOrder, SearchPage};

/// Snippets of a revision: a report that has the words all over is told by its first places.
const MOST_SNIPPETS: usize = 3;

/// One page of what was found.
pub(in crate::store) fn search(conn: &Connection, search: &Search) -> rusqlite::Result<SearchPage> {
    let mut wanted = reports_where(&search.filter);
    wanted.given.push((":query", Box::new(search.query.expression())));
    if search.among == Among::Newest {
        wanted.conditions.push("h.revision = r.revision");
    }
    let order = match search.order {
        SearchOrder::Newest => format!("{NEWEST}, h.revision DESC"),
        SearchOrder::Best => format!("h.score, {NEWEST}, h.revision DESC"),
    };
    let end = search.offset.saturating_add(search.filter.limit);
    let read = |row: &Row<'_>| Ok((row.get::<_, ReportId>(0)?, row.get::<_, u32>(1)?));
    let mut rows = wanted.all(conn, &select(search), &order, end.saturating_add(1), read)?;
    let has_more = rows.len() > end;
    rows.truncate(end);
    // The last page says how many there are by itself.
    let is_told = !has_more && rows.len() > search.offset;
    let n_found = if is_told { rows.len() as u64 } else { count(conn, search)? };
    let page = rows.into_iter().skip(search.offset);
    let found = page.map(|(report, revision)| found(conn, search, report, revision)).collect::<Result<_, _>>()?;
    Ok(SearchPage { found, n_found: n_found.min(MOST_COUNTED + 1), has_more, n_unindexed: unindexed(conn)? })
}

/// How many rows there are, as far as they are counted. In no order, so that it ends with the last that counts.
fn count(conn: &Connection, search: &Search) -> rusqlite::Result<u64> {
    let mut wanted = reports_where(&search.filter);
    wanted.given.push((":query", Box::new(search.query.expression())));
    wanted.conditions.push("w.words MATCH :query");
    if search.among == Among::Newest {
        wanted.conditions.push("i.revision = r.revision");
    }
    let row = if search.among == Among::Each { "i.id" } else { "DISTINCT i.report" };
    wanted.count(
        conn,
        &format!("SELECT {row} FROM words w JOIN indexed i ON i.id = w.rowid JOIN reports r ON r.id = i.report"),
        MOST_COUNTED + 1,
    )
}

/// The matching revisions, or of each report the newest of them; the score is computed where it is asked for only.
fn select(search: &Search) -> String {
    let score = if search.order == SearchOrder::Best { "w.rank" } else { "0" };
    let (revision, score, group) = match search.among {
        Among::Each => ("i.revision".to_owned(), score.to_owned(), ""),
        Among::All | Among::Newest => ("max(i.revision)".to_owned(), format!("min({score})"), " GROUP BY i.report"),
    };
    format!(
        "SELECT r.id, h.revision FROM (SELECT i.report AS report, {revision} AS revision,
            {score} AS score FROM words w JOIN indexed i ON i.id = w.rowid WHERE w.words MATCH :query{group}) h
        JOIN reports r ON r.id = h.report"
    )
}

fn found(conn: &Connection, search: &Search, id: ReportId, revision: u32) -> rusqlite::Result<Found> {
    let report = conn.prepare_cached(&format!("{REPORT} WHERE r.id = ?"))?.query_row([id], report)?;
    let sql = "SELECT seen_at, document FROM revisions WHERE report = ? AND revision = ?";
    let (seen_at, document) =
        conn.prepare_cached(sql)?.query_row(params![id, revision], |row| Ok((row.get::<_, At>(0)?.0, row.get(1)?)))?;
    let document = content::readable_document(conn, document)?;
    let snippets = document.map_or(Ok(Vec::new()), |document| snippets(conn, search, &document))?;
    Ok(Found { is_newest: report.revision == Some(revision), report, revision, seen_at, snippets })
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
