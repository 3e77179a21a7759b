//! Bases: the pages that others of the same listing, or later ones of the same report, are compressed against.
//!
//! In: a report, before its page is packed, and the page as it was packed. Out: which content to compress against. Never:
//! a base forgotten; that of a listing is kept a second time, so that no fault of one place on the disk takes a column with
//! it. What is damaged in a page of one report is lost to that report: its text, and its later pages.

use rusqlite::{Connection, OptionalExtension, Row, params};

use super::content::{self, Kept};
use super::packed::{Base, Packed};
use super::row::Count;
use crate::model::{Hash, ReportId};

/// What a page of a report is best compressed against.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::store) enum Nearest {
    /// The page as it was, or the base of its listing; of a report without a listing, one of its site.
    Own(Hash),
    /// A base of its site: its listing has none yet.
    OfSite(Hash),
}

/// What a page of this report is best compressed against; `None` where nothing is like it yet.
///
/// A page that stands against three others already is no base: what is read is to be had within a millisecond.
pub(in crate::store) fn of_report(conn: &Connection, report: ReportId) -> rusqlite::Result<Option<Nearest>> {
    let sql = "SELECT coalesce(
            (SELECT CASE WHEN second.base IS NULL OR third.base IS NULL THEN p.hash ELSE p.base END
                FROM revisions v JOIN captures c ON c.id = v.capture JOIN contents p ON p.hash = c.body
                LEFT JOIN contents second ON second.hash = p.base LEFT JOIN contents third ON third.hash = second.base
                WHERE v.report = r.id AND v.revision = r.revision),
            (SELECT content FROM bases WHERE listing = r.listing ORDER BY id DESC LIMIT 1))
        FROM reports r WHERE r.id = ?";
    let own = conn.prepare_cached(sql)?.query_row([report], |row| row.get(0)).optional()?.flatten();
    if own.is_some() {
        return Ok(own.map(Nearest::Own));
    }
    let sql = "SELECT b.content, r.listing IS NOT NULL FROM reports r JOIN listings l ON l.site = r.site
        JOIN bases b ON b.listing = l.id JOIN contents c ON c.hash = b.content
        WHERE r.id = ? AND c.base IS NULL ORDER BY b.id DESC LIMIT 1";
    let nearest =
        |row: &Row<'_>| Ok(if row.get(1)? { Nearest::OfSite(row.get(0)?) } else { Nearest::Own(row.get(0)?) });
    conn.prepare_cached(sql)?.query_row([report], nearest).optional()
}

/// A content as a base; `None` where it cannot be one.
pub(in crate::store) fn load(conn: &Connection, hash: Hash) -> rusqlite::Result<Option<Base>> {
    let bytes = content::readable(hash, content::bytes(conn, hash))?.flatten();
    Ok(bytes.and_then(|bytes| Base::of(hash, &bytes)))
}

/// The page that a revision was read from, for its Document to be packed against.
pub(in crate::store) fn page(
    conn: &Connection,
    report: ReportId,
    revision: u32,
) -> rusqlite::Result<Option<(Hash, Vec<u8>)>> {
    let sql = "SELECT c.body FROM revisions v JOIN captures c ON c.id = v.capture
        WHERE v.report = ? AND v.revision = ?";
    let hash = conn.prepare_cached(sql)?.query_row(params![report, revision], |row| row.get(0)).optional()?;
    let Some(hash) = hash else { return Ok(None) };
    Ok(content::readable(hash, content::bytes(conn, hash))?.flatten().map(|bytes| (hash, bytes)))
}

/// Whether the listing of a report has a base.
pub(super) fn listing_has_one(conn: &Connection, report: ReportId) -> rusqlite::Result<bool> {
    let sql = "SELECT 1 FROM reports r JOIN bases b ON b.listing = r.listing WHERE r.id = ?";
    conn.prepare_cached(sql)?.exists([report])
}

/// Makes a content, which is kept, the base of the pages of a report's listing that come after it, where the listing has
/// none that helps.
pub(super) fn offer(conn: &Connection, report: ReportId, base: &Packed) -> rusqlite::Result<()> {
    // Kept before as something else, it stands against what its second copy does not.
    let sql = "INSERT INTO bases (listing, content, n_bytes, data, base)
        SELECT r.listing, c.hash, c.n_bytes, ?4, c.base FROM reports r JOIN contents c ON c.hash = ?2
        WHERE r.id = ?1 AND r.listing IS NOT NULL AND c.base IS ?5
          AND (?3 OR NOT EXISTS (SELECT 1 FROM bases WHERE listing = r.listing))
        ON CONFLICT (listing, content) DO NOTHING";
    let base = params![report, base.hash, base.is_unlike, &base.data[..], base.base];
    conn.prepare_cached(sql)?.execute(base).map(drop)
}

/// The second copy of a content that is a base; `None` where there is none.
pub(super) fn copy(conn: &Connection, hash: Hash) -> rusqlite::Result<Option<Kept>> {
    let sql = "SELECT data, n_bytes, base FROM bases WHERE content = ? LIMIT 1";
    let row = |row: &Row<'_>| {
        let (data, n_bytes, base) = (row.get(0)?, row.get::<_, Count>(1)?.0, row.get(2)?);
        Ok(Kept { is_packed: true, n_bytes, data, base, primer: None })
    };
    conn.prepare_cached(sql)?.query_row([hash], row).optional()
}
