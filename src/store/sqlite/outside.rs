//! Links on the pages of listings, outside their rows, that may be what an office owes: beside the rows that a site file
//! leaves out, each under an address that no row has.
//!
//! In: the links of a page. Out: when each was first there. Never: a row: nothing of a walk, of news or of what has left a
//! listing follows from a link.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};

use super::obligation::whole;
use super::row::At;
use crate::change::obligation::Seen;
use crate::change::year;
use crate::model::{ListingId, ReportId, SiteId, WalkId};
use crate::store::LinkRecord;

/// What stands between the address of a link and its words: a directive for browsers that none knows (`:~:`). No canonical
/// address has one.
pub(super) const MARK: &str = "#:~:outside=";

/// Keeps links that were not known by these words. What one says stays known when it is gone: it was there.
pub(super) fn keep(
    conn: &Connection,
    (listing, walk): (ListingId, WalkId),
    links: &[LinkRecord],
) -> rusqlite::Result<()> {
    let sql = "INSERT INTO passed_over (listing, url, title, first_walk) VALUES (?, ?, ?, ?)
        ON CONFLICT (listing, url) DO NOTHING";
    for LinkRecord { url, words } in links {
        let marked = format!("{url}{MARK}{words}");
        conn.prepare_cached(sql)?.execute(params![listing, marked, words, walk])?;
    }
    Ok(())
}

/// Where a link leads; `None`: it is the address of a row.
pub(super) fn target(marked: &str) -> Option<&str> {
    marked.split_once(MARK).map(|(url, _)| url)
}

/// A link with the day of the report that it leads to, where that is known: one of before is not what is awaited.
pub(super) fn dated(conn: &Connection, link: Seen) -> rusqlite::Result<Seen> {
    let sql = "SELECT id FROM reports WHERE url = ? AND site = ?";
    let report: Option<ReportId> =
        conn.prepare_cached(sql)?.query_row(params![link.url, link.site], |row| row.get(0)).optional()?;
    let Some(report) = report.map(|report| whole(conn, report)).transpose()? else { return Ok(link) };
    Ok(Seen { published: report.published, first_seen_at: report.first_seen_at.min(link.first_seen_at), ..link })
}

/// Between what the links to an address stand, whatever their words.
pub(super) fn range(url: &str) -> (String, String) {
    // `>` is the character behind `=`, with which the mark ends.
    (format!("{url}{MARK}"), format!("{url}{}>", MARK.trim_end_matches('=')))
}

/// When a link to this address was first seen whose words name this year.
pub(super) fn first_seen_at(
    conn: &Connection,
    (site, url): (&SiteId, &str),
    about: i16,
) -> rusqlite::Result<Option<Timestamp>> {
    let sql = "SELECT p.title, w.started_at FROM listings l
        JOIN passed_over p ON p.listing = l.id AND p.url >= ?2 AND p.url < ?3
        JOIN walks w ON w.id = p.first_walk WHERE l.site = ?1";
    let (from, to) = range(url);
    let mut query = conn.prepare_cached(sql)?;
    let mut rows = query.query(params![site, from, to])?;
    let mut first: Option<Timestamp> = None;
    while let Some(row) = rows.next()? {
        let at = row.get::<_, At>(1)?.0;
        if year::of(row.get_ref(0)?.as_str()?) == Some(about) && first.is_none_or(|first| at < first) {
            first = Some(at);
        }
    }
    Ok(first)
}

#[cfg(test)]
mod tests {
    use super::super::{below, listing};
    use super::*;

    #[test]
    fn a_link_is_told_from_a_row_by_its_mark_wherever_rows_are_counted() {
        assert_eq!(target("http://a.gov.cn/#/1#:~:outside=2025年报告"), Some("http://a.gov.cn/#/1"));
        assert_eq!(target("http://a.gov.cn/1.html#:~:text=2025年报告"), None);
        for (sql, n) in [(below::REACHED, 3), (below::PAGES, 1), (listing::VOUCH, 1)] {
            assert_eq!(sql.matches("passed_over").count() - sql.matches("passed_over_walk").count(), n, "{sql}");
            assert_eq!(sql.matches(MARK).count(), n, "{sql}");
        }
        let (from, to) = range("http://a.gov.cn/1.html");
        let link = |url: &str| format!("http://a.gov.cn/{url}{MARK}年");
        assert!((from.clone()..to.clone()).contains(&link("1.html")), "{from} {to}");
        assert!(
            !["1.htm", "1.html2", "1.html#/2", "2.html"]
                .iter()
                .any(|url| (from.clone()..to.clone()).contains(&link(url)))
        );
    }
}
