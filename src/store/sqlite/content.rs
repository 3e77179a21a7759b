//! Contents by hash, each once, compressed; captures and documents point to them.
//!
//! In: bodies and Documents. Out: the same bytes, their hash checked. Never: a content deleted, or replaced by another
//! one; what is damaged is kept anew when it comes again.

use std::io;

use bytes::Bytes;
use rusqlite::Error::{FromSqlConversionFailure, IntegralValueOutOfRange, InvalidColumnType};
use rusqlite::{Connection, ErrorCode, OptionalExtension, Row, named_params, params};
use zstd::bulk::Decompressor;

use super::base;
use super::packed::{Packed, Primer};
use super::pieces::{self, Pieces};
use super::row::{At, Count, Json, broken};
use crate::model::{Capture, Document, Hash, ReportId};

/// Bases of bases that are followed: a Document stands against its page, that against the page as it was before, that
/// against the base of its listing, and that against one of its site. Contents that were kept anew may stand a little
/// deeper; more were not written by us.
const DEEPEST: usize = 8;

/// A content that is damaged or gone: the loss of one report, and no fault of the database.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Lost(String);

fn lost(what: String) -> rusqlite::Error {
    broken(Lost(what))
}

/// What is lost, where an error says that a content is.
pub(super) fn lost_of(error: &rusqlite::Error) -> Option<String> {
    let rusqlite::Error::FromSqlConversionFailure(_, _, inner) = error else { return None };
    inner.downcast_ref::<Lost>().map(ToString::to_string)
}

/// Keeps a content that may be known already. Its base is kept before.
pub(in crate::store) fn keep(conn: &Connection, content: &Packed) -> rusqlite::Result<Hash> {
    let sql = "INSERT INTO contents (hash, codec, n_bytes, data, base, primer, first_piece, n_pieces)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (hash) DO NOTHING";
    let (head, tail) = pieces::cut(&content.data);
    let pieces = Pieces::next(conn, tail)?;
    let (first, n) = pieces.map(|pieces| (pieces.first, pieces.n)).unzip();
    let (n_bytes, primer) = (Count(content.n_bytes), content.primer.map(Primer::as_str));
    let row = params![content.hash, content.codec, n_bytes, head, content.base, primer, first, n];
    let keep_pieces = || pieces.map_or(Ok(()), |pieces| pieces.keep(conn, tail));
    if conn.prepare_cached(sql)?.execute(row)? > 0 {
        keep_pieces()?;
    } else if is_lost(conn, content.hash)? {
        let sql = "UPDATE contents SET codec = ?2, n_bytes = ?3, data = ?4, base = ?5, primer = ?6, first_piece = ?7,
            n_pieces = ?8 WHERE hash = ?1";
        conn.prepare_cached(sql)?.execute(row)?;
        keep_pieces()?;
        // Its base may have stood against it, and be lost with it: what was kept before must not be put in its place then.
        if is_lost(conn, content.hash)? {
            return Err(lost(format!("content {} is damaged, and so is what it would stand against", content.hash)));
        }
    }
    Ok(content.hash)
}

/// The bytes of a content, proved by their hash. Where they are right, so is all that they stand against.
pub(in crate::store) fn bytes(conn: &Connection, hash: Hash) -> rusqlite::Result<Option<Vec<u8>>> {
    if let Ok(Some(bytes)) = unproved(conn, hash, DEEPEST)
        && Hash::of(&bytes) == hash
    {
        return Ok(Some(bytes));
    }
    bytes_below(conn, hash, DEEPEST)
}

/// The bytes of a content, were nothing damaged.
fn unproved(conn: &Connection, hash: Hash, n_left: usize) -> rusqlite::Result<Option<Vec<u8>>> {
    let Some(kept) = kept(conn, hash)? else { return Ok(None) };
    let base = match kept.base {
        None => None,
        Some(base) if n_left > 0 => unproved(conn, base, n_left - 1)?,
        Some(_) => return Ok(None),
    };
    Ok(kept.unpacked(base).ok())
}

/// Whether a content that is known is not what it was. A file that SQLite itself finds corrupt is another matter: nothing
/// is to be written to it.
pub(super) fn is_lost(conn: &Connection, hash: Hash) -> rusqlite::Result<bool> {
    match bytes(conn, hash) {
        Ok(found) => Ok(found.is_none()),
        Err(error) if lost_of(&error).is_some() => Ok(true),
        Err(error) => Err(error),
    }
}

/// The base of a listing is kept twice: many others are lost without it. Whatever is wrong with the first copy, or with the
/// place where it stands, the second one may be sound.
fn bytes_below(conn: &Connection, hash: Hash, n_left: usize) -> rusqlite::Result<Option<Vec<u8>>> {
    let bytes = |kept: rusqlite::Result<Option<Kept>>| -> rusqlite::Result<Option<Vec<u8>>> {
        kept?.map(|kept| kept.bytes(conn, hash, n_left)).transpose()
    };
    let first = bytes(kept(conn, hash));
    if let Ok(Some(_)) = first {
        return first;
    }
    let Ok(Some(second)) = bytes(base::copy(conn, hash)) else { return first };
    tracing::error!(%hash, "a content of the store is damaged, and read from its second copy: keep a backup of before");
    Ok(Some(second))
}

/// A content as it is kept.
pub(super) struct Kept {
    pub(super) is_packed: bool,
    pub(super) n_bytes: usize,
    pub(super) data: Vec<u8>,
    pub(super) base: Option<Hash>,
    pub(super) primer: Option<Primer>,
}

impl Kept {
    /// The bytes, proved by their hash.
    fn bytes(self, conn: &Connection, hash: Hash, n_left: usize) -> rusqlite::Result<Vec<u8>> {
        let base = self.base.map(|base| needed(conn, base, n_left)).transpose()?;
        let bytes = self.unpacked(base).map_err(|error| lost(format!("content {hash}: {error}")))?;
        let is_right = Hash::of(&bytes) == hash;
        is_right.then_some(bytes).ok_or_else(|| lost(format!("content {hash} is not what was stored")))
    }

    /// The bytes, had the base these.
    fn unpacked(self, base: Option<Vec<u8>>) -> io::Result<Vec<u8>> {
        if !self.is_packed {
            return Ok(self.data);
        }
        let base = base.unwrap_or_default();
        let base = self.primer.map(|primer| primer.bytes(&base)).unwrap_or(base);
        Decompressor::with_dictionary(&base)?.decompress(&self.data, self.n_bytes)
    }
}

fn kept(conn: &Connection, hash: Hash) -> rusqlite::Result<Option<Kept>> {
    let sql = "SELECT codec = 'zstd', n_bytes, data, base, primer, first_piece, n_pieces FROM contents WHERE hash = ?";
    let row = |row: &Row<'_>| {
        let primer = row.get_ref(4)?.as_str_or_null()?.and_then(Primer::named);
        let (is_packed, n_bytes) = (row.get(0)?, row.get::<_, Count>(1)?.0);
        let kept = Kept { is_packed, n_bytes, data: row.get(2)?, base: row.get(3)?, primer };
        Ok((kept, Option::zip(row.get(5)?, row.get(6)?)))
    };
    let found = conn.prepare_cached(sql)?.query_row([hash], row).optional().map_err(|error| match error {
        FromSqlConversionFailure(..) | IntegralValueOutOfRange(..) | InvalidColumnType(..) => {
            lost(format!("content {hash}: {error}"))
        }
        error => error,
    });
    let Some((mut kept, pieces)) = found? else { return Ok(None) };
    if let Some((first, n)) = pieces {
        Pieces { first, n }.append(conn, &mut kept.data)?;
    }
    Ok(Some(kept))
}

/// The base of a content.
fn needed(conn: &Connection, base: Hash, n_left: usize) -> rusqlite::Result<Vec<u8>> {
    let n_left = n_left.checked_sub(1).ok_or_else(|| lost(format!("content {base} has bases without end")))?;
    bytes_below(conn, base, n_left)?.ok_or_else(|| lost(format!("content {base}, the base of others, is gone")))
}

/// The Document of a content.
pub(super) fn document(conn: &Connection, hash: Hash) -> rusqlite::Result<Document> {
    let json = bytes(conn, hash)?.ok_or_else(|| lost(format!("content {hash} is gone")))?;
    serde_json::from_slice(&json).map_err(|error| lost(format!("content {hash} is no Document: {error}")))
}

/// The Document of a content; `None`, and a line in the log, where this one is damaged: work that goes through many must
/// not end with one of them.
pub(super) fn readable_document(conn: &Connection, hash: Hash) -> rusqlite::Result<Option<Document>> {
    readable(hash, document(conn, hash))
}

/// What was read of a content; `None` where it is damaged or gone. Any other error is not its own.
pub(in crate::store) fn readable<T>(hash: Hash, read: rusqlite::Result<T>) -> rusqlite::Result<Option<T>> {
    match read {
        Ok(content) => Ok(Some(content)),
        Err(error) => {
            let is_damaged =
                matches!(error, FromSqlConversionFailure(..) | IntegralValueOutOfRange(..) | InvalidColumnType(..))
                    || error.sqlite_error_code() == Some(ErrorCode::DatabaseCorrupt);
            if !is_damaged {
                return Err(error);
            }
            tracing::error!(%hash, "a content of the store cannot be read and is passed over: {error}");
            Ok(None)
        }
    }
}

/// Keeps a capture, of a report or of a listing; its body must be packed with it.
pub(super) fn keep_capture(
    conn: &Connection,
    report: Option<ReportId>,
    capture: &Capture,
    body: &Packed,
) -> rusqlite::Result<i64> {
    let sql = "INSERT INTO captures (report, url, final_url, status, headers, body, fetched_at, wire_bytes, n_requests)
        VALUES (:report, :url, :final_url, :status, :headers, :body, :fetched_at, :wire_bytes, :n_requests)";
    conn.prepare_cached(sql)?.execute(named_params! {
        ":report": report,
        ":url": capture.url.as_str(),
        // Most pages come from where they were asked for (`urls`).
        ":final_url": if capture.final_url == capture.url { "" } else { capture.final_url.as_str() },
        ":status": capture.status,
        ":headers": Json(&capture.headers),
        ":body": keep(conn, body)?,
        ":fetched_at": At(capture.fetched_at),
        ":wire_bytes": i64::try_from(capture.wire_bytes).unwrap_or(i64::MAX),
        ":n_requests": capture.n_requests,
    })?;
    Ok(conn.last_insert_rowid())
}

/// The captures that a revision was read from, the first page first; empty where none is kept.
pub(in crate::store) fn captures(conn: &Connection, report: ReportId, revision: u32) -> rusqlite::Result<Vec<Capture>> {
    let sql = "SELECT c.url, c.final_url, c.status, c.headers, c.body, c.fetched_at, c.wire_bytes, c.n_requests, 0
        FROM revisions r JOIN captures c ON c.id = r.capture WHERE r.report = ?1 AND r.revision = ?2
        UNION ALL
        SELECT c.url, c.final_url, c.status, c.headers, c.body, c.fetched_at, c.wire_bytes, c.n_requests, p.position
        FROM parts p JOIN captures c ON c.id = p.capture WHERE p.report = ?1 AND p.revision = ?2 ORDER BY 9";
    let mut query = conn.prepare_cached(sql)?;
    let mut rows = query.query(params![report, revision])?;
    let mut captures = Vec::new();
    while let Some(row) = rows.next()? {
        captures.push(capture(conn, row)?);
    }
    Ok(captures)
}

/// One capture by its number.
pub(super) fn capture_of(conn: &Connection, id: i64) -> rusqlite::Result<Capture> {
    let sql =
        "SELECT url, final_url, status, headers, body, fetched_at, wire_bytes, n_requests FROM captures WHERE id = ?";
    conn.prepare_cached(sql)?.query_row([id], |row| capture(conn, row))
}

fn body(conn: &Connection, hash: Hash) -> rusqlite::Result<Bytes> {
    let bytes = bytes(conn, hash)?.ok_or_else(|| lost(format!("content {hash} is gone")))?;
    Ok(bytes.into())
}

/// What a capture was asked for by, and where it came from: the first two columns. Most say the second by the first.
pub(super) fn urls(row: &Row<'_>) -> rusqlite::Result<(String, String)> {
    let (asked, landed): (String, String) = (row.get(0)?, row.get(1)?);
    let landed = if landed.is_empty() { asked.clone() } else { landed };
    Ok((asked, landed))
}

fn capture(conn: &Connection, row: &Row<'_>) -> rusqlite::Result<Capture> {
    let url = |text: &str| text.parse().map_err(|error| broken(Box::<url::ParseError>::new(error)));
    let (asked, landed) = urls(row)?;
    Ok(Capture {
        url: url(&asked)?,
        final_url: url(&landed)?,
        status: row.get(2)?,
        headers: row.get::<_, Json<_>>(3)?.0,
        body: body(conn, row.get(4)?)?,
        fetched_at: row.get::<_, At>(5)?.0,
        wire_bytes: u64::try_from(row.get::<_, i64>(6)?).unwrap_or(0),
        n_requests: row.get(7)?,
    })
}
