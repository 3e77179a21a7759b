//! The first page of each listing as it was read last.
//!
//! In: a page as the walker packed it. Out: the same. Never: a row; what a page showed stands in `listed`, and this may be
//! lost at any time.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};

use super::row::At;
use crate::model::ListingId;
use crate::store::{Answer, FirstPage};

/// The page that was kept last.
pub(super) fn load(conn: &Connection, listing: ListingId) -> rusqlite::Result<Option<FirstPage>> {
    let sql = "SELECT read_by, answer, page FROM first_pages WHERE listing = ?";
    let page = conn.prepare_cached(sql)?.query_row([listing], |row| {
        let answer = Answer { read_by: row.get(0)?, hash: row.get(1)? };
        Ok(FirstPage { answer, packed: row.get(2)? })
    });
    page.optional()
}

/// Keeps a page in place of the one before it; `lost_row_at`: when a row was gone from its middle.
pub(in crate::store) fn keep(
    conn: &Connection,
    listing: ListingId,
    page: &FirstPage,
    lost_row_at: Option<Timestamp>,
) -> rusqlite::Result<()> {
    if let Some(at) = lost_row_at {
        let sql = "UPDATE listings SET lost_row_at = coalesce(lost_row_at, ?) WHERE id = ?";
        conn.prepare_cached(sql)?.execute(params![At(at), listing])?;
    }
    let sql = "INSERT INTO first_pages (listing, read_by, answer, page) VALUES (?, ?, ?, ?)
        ON CONFLICT (listing) DO UPDATE SET read_by = excluded.read_by, answer = excluded.answer, page = excluded.page";
    let kept = params![listing, page.answer.read_by, page.answer.hash, page.packed];
    conn.prepare_cached(sql)?.execute(kept).map(drop)
}
