//! Bases: the pages that others of the same listing, or later ones of the same report, are compressed against.
//!
//! In: a report, before its page is packed, and the page as it was packed. Out: which content to compress against. Never: a
//! base forgotten that can be read; that of a listing is kept a second time as soon as another page stands against it, so
//! that no fault of one place on the disk takes a column with it. What is damaged in a page of one report is lost to that
//! report: its text, and its later pages.

use rusqlite::{Connection, OptionalExtension, Row, params};

use super::content::{self, ContentId, Kept};
use super::packed::Packed;
use super::row::Count;
use crate::model::{Hash, ReportId};

/// What a page of a report is best compressed against.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::store) enum Nearest {
    /// The page as it was, or what that stands against.
    AsItWas(Hash),
    /// The base of its listing; of a report without a listing, one of its site.
    Own(Hash),
    /// A base of its site: its listing has none yet.
    OfSite(Hash),
}

impl Nearest {
    /// Which content it is.
    pub(in crate::store) fn hash(self) -> Hash {
        let (Self::AsItWas(hash) | Self::Own(hash) | Self::OfSite(hash)) = self;
        hash
    }
}

/// What a page of this report is best compressed against; `None` where nothing is like it yet.
///
/// A page that stands against three others already is no base: what is read is to be had within a millisecond.
pub(in crate::store) fn of_report(conn: &Connection, report: ReportId) -> rusqlite::Result<Option<Nearest>> {
    let sql = "SELECT CASE WHEN second.base IS NULL OR third.base IS NULL THEN p.hash ELSE second.hash END
        FROM reports r JOIN revisions v ON v.report = r.id AND v.revision = r.revision
        JOIN captures c ON c.id = v.capture JOIN contents p ON p.id = c.body
        LEFT JOIN contents second ON second.id = p.base LEFT JOIN contents third ON third.id = second.base
        WHERE r.id = ?";
    if let Some(before) = conn.prepare_cached(sql)?.query_row([report], |row| row.get(0)).optional()? {
        return Ok(Some(Nearest::AsItWas(before)));
    }
    let sql = "SELECT b.hash FROM reports r JOIN bases b ON b.listing = r.listing WHERE r.id = ?
        ORDER BY b.id DESC LIMIT 1";
    if let Some(own) = conn.prepare_cached(sql)?.query_row([report], |row| row.get(0)).optional()? {
        return Ok(Some(Nearest::Own(own)));
    }
    let sql = "SELECT b.hash, r.listing IS NOT NULL FROM reports r JOIN listings l ON l.site = r.site
        JOIN bases b ON b.listing = l.id JOIN contents c ON c.id = b.content
        WHERE r.id = ? AND c.base IS NULL ORDER BY b.id DESC LIMIT 1";
    let nearest =
        |row: &Row<'_>| Ok(if row.get(1)? { Nearest::OfSite(row.get(0)?) } else { Nearest::Own(row.get(0)?) });
    conn.prepare_cached(sql)?.query_row([report], nearest).optional()
}

/// The page that a revision was read from, for its Document to be packed against.
pub(in crate::store) fn page(
    conn: &Connection,
    report: ReportId,
    revision: u32,
) -> rusqlite::Result<Option<(Hash, Vec<u8>)>> {
    let sql = "SELECT b.hash FROM revisions v JOIN captures c ON c.id = v.capture JOIN contents b ON b.id = c.body
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
    // Kept before as something else, it may stand against what has no second copy.
    let sql = "INSERT INTO bases (listing, content, hash, n_bytes)
        SELECT r.listing, c.id, c.hash, c.n_bytes FROM reports r JOIN contents c ON c.id = ?2
        WHERE r.id = ?1 AND r.listing IS NOT NULL AND c.base IS ?4
          AND (?3 OR NOT EXISTS (SELECT 1 FROM bases WHERE listing = r.listing))
        ON CONFLICT (listing, content) DO NOTHING";
    forget_lost(conn, report)?;
    let (id, below) = (content::number(conn, base.hash)?, content::number_of_base(conn, base)?);
    conn.prepare_cached(sql)?.execute(params![report, id, base.is_unlike, below]).map(drop)
}

/// Forgets the base of a report's listing where it was lost before it was kept twice.
fn forget_lost(conn: &Connection, report: ReportId) -> rusqlite::Result<()> {
    let sql = "SELECT b.content FROM reports r JOIN bases b ON b.listing = r.listing WHERE r.id = ? AND b.data IS NULL
        ORDER BY b.id DESC LIMIT 1";
    let base = conn.prepare_cached(sql)?.query_row([report], |row| row.get(0)).optional()?;
    match base {
        Some(base) if content::is_lost(conn, base)? => forget(conn, base),
        _ => Ok(()),
    }
}

fn forget(conn: &Connection, base: ContentId) -> rusqlite::Result<()> {
    conn.prepare_cached("DELETE FROM bases WHERE content = ?")?.execute([base]).map(drop)
}

/// Sees to it that there is a second copy of what a content will stand against, where that is a base of a listing. False:
/// it is lost, is a base no more, and nothing is to be kept against it.
pub(super) fn copy_below(conn: &Connection, content: &Packed) -> rusqlite::Result<bool> {
    let Some(base) = content::number_of_base(conn, content)? else { return Ok(true) };
    let sql = "SELECT id FROM bases b WHERE content = ?1
        AND NOT EXISTS (SELECT 1 FROM bases WHERE content = ?1 AND data IS NOT NULL) LIMIT 1";
    let place: Option<i64> = conn.prepare_cached(sql)?.query_row([base], |row| row.get(0)).optional()?;
    let Some(place) = place else { return Ok(true) };
    let kept = match content::proved(conn, base) {
        Ok(kept) => kept,
        Err(error) if content::lost_of(&error).is_some() => {
            return forget(conn, base).map(|()| false);
        }
        Err(error) => return Err(error),
    };
    // Whatever else it was kept as, a second copy is compressed, and behind nothing but its base.
    if kept.is_compressed && kept.primer.is_none() {
        let sql = "UPDATE bases SET data = ?, base = ? WHERE id = ?";
        conn.prepare_cached(sql)?.execute(params![kept.data, kept.base, place])?;
    }
    Ok(true)
}

/// The second copy of a content that is a base; `None` where there is none.
pub(super) fn copy(conn: &Connection, content: ContentId) -> rusqlite::Result<Option<Kept>> {
    let sql = "SELECT hash, data, n_bytes, base FROM bases WHERE content = ? AND data IS NOT NULL LIMIT 1";
    let row = |row: &Row<'_>| {
        let (hash, data, n_bytes) = (row.get(0)?, row.get(1)?, row.get::<_, Count>(2)?.0);
        Ok(Kept { hash, is_compressed: true, n_bytes, data, base: row.get(3)?, primer: None })
    };
    conn.prepare_cached(sql)?.query_row([content], row).optional()
}
