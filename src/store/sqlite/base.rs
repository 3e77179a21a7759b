//! Bases: the pages that others of the same listing, or later ones of the same report, are compressed against.
//!
//! In: a report, before its page is packed, and the page as it was packed. Out: which content to compress against. Never:
//! a base forgotten; that of a listing is kept a second time, alone, so that no fault of one place on the disk takes a
//! column with it. What is damaged in a page of one report is lost to that report: its text, and its later pages.

use rusqlite::{Connection, OptionalExtension, params};

use super::content;
use super::packed::{Base, Packed};
use super::row::Count;
use crate::model::{Hash, ReportId};

/// The content that a page of this report is best compressed against: the page as it was, else one of its listing.
///
/// A page that stands against two others already is no base: what is read is to be had within a millisecond.
pub(in crate::store) fn of_report(conn: &Connection, report: ReportId) -> rusqlite::Result<Option<Hash>> {
    let sql = "SELECT coalesce(
            (SELECT CASE WHEN b.base IS NULL THEN p.hash ELSE p.base END
                FROM revisions v JOIN captures c ON c.id = v.capture JOIN contents p ON p.hash = c.body
                LEFT JOIN contents b ON b.hash = p.base
                WHERE v.report = r.id AND v.revision = r.revision),
            (SELECT content FROM bases WHERE listing = r.listing ORDER BY id DESC LIMIT 1))
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

/// Makes a page the base of those of its listing that come after it, where the listing has none that helps.
pub(super) fn offer(conn: &Connection, report: ReportId, page: &Packed) -> rusqlite::Result<()> {
    if !page.is_base() {
        return Ok(());
    }
    let sql = "INSERT INTO bases (listing, content, n_bytes, data)
        SELECT r.listing, c.hash, c.n_bytes, ?4 FROM reports r JOIN contents c ON c.hash = ?2
        WHERE r.id = ?1 AND r.listing IS NOT NULL AND c.base IS NULL
          AND (?3 OR NOT EXISTS (SELECT 1 FROM bases WHERE listing = r.listing))
        ON CONFLICT (listing, content) DO NOTHING";
    conn.prepare_cached(sql)?.execute(params![report, page.hash, page.is_unlike, &page.data[..]]).map(drop)
}

/// The second copy of a content that is a base, proved by its hash; `None` where there is none, or it is damaged too.
pub(super) fn copy(conn: &Connection, hash: Hash) -> rusqlite::Result<Option<Vec<u8>>> {
    let sql = "SELECT data, n_bytes FROM bases WHERE content = ? LIMIT 1";
    let row = |row: &rusqlite::Row<'_>| Ok((row.get::<_, Vec<u8>>(0)?, row.get::<_, Count>(1)?.0));
    let Some((data, n_bytes)) = conn.prepare_cached(sql)?.query_row([hash], row).optional()? else { return Ok(None) };
    let bytes = zstd::bulk::decompress(&data, n_bytes).ok();
    Ok(bytes.filter(|bytes| Hash::of(bytes) == hash))
}
