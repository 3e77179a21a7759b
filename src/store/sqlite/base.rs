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

/// The content that a page of this report is best compressed against: the page as it was, else one of its listing, else one
/// of its site.
///
/// A page that stands against three others already is no base: what is read is to be had within a millisecond.
pub(in crate::store) fn of_report(conn: &Connection, report: ReportId) -> rusqlite::Result<Option<Hash>> {
    let sql = "SELECT coalesce(
            (SELECT CASE WHEN second.base IS NULL OR third.base IS NULL THEN p.hash ELSE p.base END
                FROM revisions v JOIN captures c ON c.id = v.capture JOIN contents p ON p.hash = c.body
                LEFT JOIN contents second ON second.hash = p.base LEFT JOIN contents third ON third.hash = second.base
                WHERE v.report = r.id AND v.revision = r.revision),
            (SELECT content FROM bases WHERE listing = r.listing ORDER BY id DESC LIMIT 1),
            (SELECT b.content FROM listings l JOIN bases b ON b.listing = l.id
                WHERE l.site = r.site AND b.base IS NULL ORDER BY b.id DESC LIMIT 1))
        FROM reports r WHERE r.id = ?";
    let found = conn.prepare_cached(sql)?.query_row([report], |row| row.get(0)).optional()?;
    Ok(found.flatten())
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

/// Makes a page the base of those of its listing that come after it, where the listing has none that helps. It stands alone,
/// or against a base of its site that does.
pub(super) fn offer(conn: &Connection, report: ReportId, page: &Packed) -> rusqlite::Result<()> {
    if !page.is_base() {
        return Ok(());
    }
    let sql = "INSERT INTO bases (listing, content, n_bytes, data, base)
        SELECT r.listing, c.hash, c.n_bytes, ?4, c.base FROM reports r JOIN contents c ON c.hash = ?2
        WHERE r.id = ?1 AND r.listing IS NOT NULL AND c.base IS ?5
          AND (?3 OR NOT EXISTS (SELECT 1 FROM bases WHERE listing = r.listing))
          AND (c.base IS NULL OR EXISTS (SELECT 1 FROM bases WHERE content = c.base AND base IS NULL))
        ON CONFLICT (listing, content) DO NOTHING";
    let page = params![report, page.hash, page.is_unlike, &page.data[..], page.base];
    conn.prepare_cached(sql)?.execute(page).map(drop)
}

/// The second copy of a content that is a base; `None` where there is none.
pub(super) fn copy(conn: &Connection, hash: Hash) -> rusqlite::Result<Option<Kept>> {
    let sql = "SELECT data, n_bytes, base FROM bases WHERE content = ? LIMIT 1";
    let row = |row: &Row<'_>| {
        let (data, n_bytes, base) = (row.get(0)?, row.get::<_, Count>(1)?.0, row.get(2)?);
        Ok(Kept { is_packed: true, n_bytes, data, base, charset: None })
    };
    conn.prepare_cached(sql)?.query_row([hash], row).optional()
}
