//! Contents by hash, each once, compressed; captures and documents point to them by their numbers.
//!
//! In: bodies and Documents. Out: the same bytes, their hash checked. Never: a content deleted, or replaced by another
//! one; what is damaged is kept anew when it comes again.

use std::fmt;
use std::io;
use std::sync::Once;

use rusqlite::Error::{FromSqlConversionFailure, IntegralValueOutOfRange, InvalidColumnType};
use rusqlite::{Connection, ErrorCode, OptionalExtension, Row, params};
use zstd::bulk::Decompressor;

use super::base;
use super::packed::{Packed, Primer};
use super::pieces::{self, Pieces};
use super::row::{Count, broken};
use crate::model::{Document, Hash};

/// Bases of bases that are followed: a Document stands against its page, that against the page as it was before, that
/// against the base of its listing, and that against one of its site. Contents that were kept anew may stand a little
/// deeper; more were not written by us.
const DEEPEST: usize = 8;

/// A content that is damaged or gone: the loss of one report, and no fault of the database.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Lost(String);

pub(super) fn lost(what: String) -> rusqlite::Error {
    broken(Lost(what))
}

/// What is lost, where an error says that a content is.
pub(super) fn lost_of(error: &rusqlite::Error) -> Option<String> {
    let rusqlite::Error::FromSqlConversionFailure(_, _, inner) = error else { return None };
    inner.downcast_ref::<Lost>().map(ToString::to_string)
}

/// The number of a content in its store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::store) struct ContentId(pub(super) i64);

impl fmt::Display for ContentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "number {}", self.0)
    }
}

/// A content of which nothing is left.
pub(super) fn gone(content: ContentId) -> rusqlite::Error {
    lost(format!("content {content} is gone"))
}

/// Keeps a content that may be known already. Its base is kept before.
pub(in crate::store) fn keep(conn: &Connection, content: &Packed) -> rusqlite::Result<ContentId> {
    let known = number(conn, content.hash)?;
    if let Some(known) = known
        && !is_lost(conn, known)?
    {
        return Ok(known);
    }
    let id = write(conn, known, content)?;
    // Its base may have stood against it, and be lost with it: what was kept before must not be put in its place then.
    if known.is_some() && is_lost(conn, id)? {
        return Err(lost(format!("content {} is damaged, and so is what it would stand against", content.hash)));
    }
    Ok(id)
}

/// Writes a content, in the place of a row of it that is lost.
fn write(conn: &Connection, known: Option<ContentId>, content: &Packed) -> rusqlite::Result<ContentId> {
    let sql = "INSERT INTO contents (id, hash, is_compressed, n_bytes, data, base, primer, first_piece, n_pieces)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (id) DO UPDATE SET is_compressed = excluded.is_compressed, n_bytes = excluded.n_bytes,
            data = excluded.data, base = excluded.base, primer = excluded.primer, first_piece = excluded.first_piece,
            n_pieces = excluded.n_pieces
        RETURNING id";
    let (head, tail) = pieces::cut(&content.data);
    let pieces = Pieces::next(conn, tail)?;
    let (first, n) = pieces.map(|pieces| (pieces.first, pieces.n)).unzip();
    let (n_bytes, primer) = (Count(content.n_bytes), content.primer.map(Primer::as_str));
    let base = number_of_base(conn, content)?;
    let row = params![known, content.hash, content.is_compressed, n_bytes, head, base, primer, first, n];
    let id = conn.prepare_cached(sql)?.query_row(row, |row| row.get(0))?;
    pieces.map_or(Ok(()), |pieces| pieces.keep(conn, tail))?;
    Ok(id)
}

fn base_gone(base: impl fmt::Display) -> rusqlite::Error {
    lost(format!("content {base}, the base of others, is gone"))
}

/// The number of a content; `None`: it is not kept.
pub(super) fn number(conn: &Connection, hash: Hash) -> rusqlite::Result<Option<ContentId>> {
    // Its index has the first bytes of each hash: two contents that share them are as good as none.
    let sql = "SELECT id FROM contents WHERE substr(hash, 1, 8) = substr(?1, 1, 8) AND hash = ?1";
    conn.prepare_cached(sql)?.query_row([hash], |row| row.get(0)).optional()
}

/// The number of what a content stands against, which is kept before it.
pub(super) fn number_of_base(conn: &Connection, content: &Packed) -> rusqlite::Result<Option<ContentId>> {
    content.base.map(|base| number(conn, base)?.ok_or_else(|| base_gone(base))).transpose()
}

/// The bytes of a content; `None`: it is not kept.
pub(in crate::store) fn bytes(conn: &Connection, hash: Hash) -> rusqlite::Result<Option<Vec<u8>>> {
    number(conn, hash)?.map(|id| bytes_of(conn, id)).transpose()
}

/// The bytes of a content that a row points to, proved by its hash. Where they are right, so is all that they stand
/// against.
pub(super) fn bytes_of(conn: &Connection, id: ContentId) -> rusqlite::Result<Vec<u8>> {
    if let Some(bytes) = first_bytes(conn, id) {
        return Ok(bytes);
    }
    bytes_below(conn, id, DEEPEST)?.ok_or_else(|| gone(id))
}

/// The same, where no second copy is needed for it.
fn first_bytes(conn: &Connection, id: ContentId) -> Option<Vec<u8>> {
    let (hash, bytes) = unproved(conn, id, DEEPEST).ok()??;
    (Hash::of(&bytes) == hash).then_some(bytes)
}

/// A content as it is kept, which is sound.
pub(super) fn proved(conn: &Connection, id: ContentId) -> rusqlite::Result<Kept> {
    bytes_of(conn, id)?;
    kept(conn, id)?.ok_or_else(|| gone(id))
}

/// The bytes of a content, were nothing damaged, and what proves it.
fn unproved(conn: &Connection, id: ContentId, n_left: usize) -> rusqlite::Result<Option<(Hash, Vec<u8>)>> {
    let Some(kept) = kept(conn, id)? else { return Ok(None) };
    let base = match kept.base {
        None => None,
        Some(base) if n_left > 0 => unproved(conn, base, n_left - 1)?,
        Some(_) => return Ok(None),
    };
    let hash = kept.hash;
    Ok(kept.unpacked(base.map(|(_, bytes)| bytes)).ok().map(|bytes| (hash, bytes)))
}

/// How a content can be had back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Condition {
    Sound,
    /// By the second copy of a page alone.
    BySecondCopy,
    Lost,
}

/// The condition of a content that is known. A file that SQLite itself finds corrupt is another matter: nothing is to be
/// written to it.
pub(super) fn condition(conn: &Connection, id: ContentId) -> rusqlite::Result<Condition> {
    if first_bytes(conn, id).is_some() {
        return Ok(Condition::Sound);
    }
    match bytes_below(conn, id, DEEPEST) {
        Ok(Some(_)) => Ok(Condition::BySecondCopy),
        Ok(None) => Ok(Condition::Lost),
        Err(error) if lost_of(&error).is_some() => Ok(Condition::Lost),
        Err(error) => Err(error),
    }
}

/// Whether a content that is known is not what it was.
pub(super) fn is_lost(conn: &Connection, id: ContentId) -> rusqlite::Result<bool> {
    Ok(condition(conn, id)? == Condition::Lost)
}

/// The base of a listing is kept twice: many others are lost without it. Whatever is wrong with the first copy, or with the
/// place where it stands, the second one may be sound.
fn bytes_below(conn: &Connection, id: ContentId, n_left: usize) -> rusqlite::Result<Option<Vec<u8>>> {
    static SAID: Once = Once::new();
    let bytes = |kept: rusqlite::Result<Option<Kept>>| -> rusqlite::Result<Option<Vec<u8>>> {
        kept?.map(|kept| kept.bytes(conn, n_left)).transpose()
    };
    let first = bytes(kept(conn, id));
    if let Ok(Some(_)) = first {
        return first;
    }
    let Ok(Some(second)) = bytes(base::copy(conn, id)) else { return first };
    // Said once: many others may stand against it.
    SAID.call_once(|| {
        tracing::error!(
            content = %id,
            "a page in the store is damaged, and read from its second copy: `govwatch doctor` counts what stands against it"
        );
    });
    Ok(Some(second))
}

/// A content as it is kept.
pub(super) struct Kept {
    pub(super) hash: Hash,
    pub(super) is_compressed: bool,
    pub(super) n_bytes: usize,
    pub(super) data: Vec<u8>,
    pub(super) base: Option<ContentId>,
    pub(super) primer: Option<Primer>,
}

impl Kept {
    /// The bytes, proved by their hash.
    fn bytes(self, conn: &Connection, n_left: usize) -> rusqlite::Result<Vec<u8>> {
        let hash = self.hash;
        let base = self.base.map(|base| needed(conn, base, n_left)).transpose()?;
        let bytes = self.unpacked(base).map_err(|error| lost(format!("content {hash}: {error}")))?;
        let is_right = Hash::of(&bytes) == hash;
        is_right.then_some(bytes).ok_or_else(|| lost(format!("content {hash} is not what was stored")))
    }

    /// The bytes, had the base these.
    fn unpacked(self, base: Option<Vec<u8>>) -> io::Result<Vec<u8>> {
        if !self.is_compressed {
            return Ok(self.data);
        }
        let base = base.unwrap_or_default();
        let base = self.primer.map(|primer| primer.bytes(&base)).unwrap_or(base);
        Decompressor::with_dictionary(&base)?.decompress(&self.data, self.n_bytes)
    }
}

fn kept(conn: &Connection, id: ContentId) -> rusqlite::Result<Option<Kept>> {
    let sql =
        "SELECT hash, is_compressed, n_bytes, data, base, primer, first_piece, n_pieces FROM contents WHERE id = ?";
    let row = |row: &Row<'_>| {
        let primer = row.get_ref(5)?.as_str_or_null()?.and_then(Primer::named);
        let (hash, is_compressed, n_bytes) = (row.get(0)?, row.get(1)?, row.get::<_, Count>(2)?.0);
        let kept = Kept { hash, is_compressed, n_bytes, data: row.get(3)?, base: row.get(4)?, primer };
        Ok((kept, Option::zip(row.get(6)?, row.get(7)?)))
    };
    let found = conn.prepare_cached(sql)?.query_row([id], row).optional().map_err(|error| match error {
        FromSqlConversionFailure(..) | IntegralValueOutOfRange(..) | InvalidColumnType(..) => {
            lost(format!("content {id}: {error}"))
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
fn needed(conn: &Connection, base: ContentId, n_left: usize) -> rusqlite::Result<Vec<u8>> {
    let n_left = n_left.checked_sub(1).ok_or_else(|| lost(format!("content {base} has bases without end")))?;
    bytes_below(conn, base, n_left)?.ok_or_else(|| base_gone(base))
}

/// The Document of a content.
pub(super) fn document(conn: &Connection, id: ContentId) -> rusqlite::Result<Document> {
    let json = bytes_of(conn, id)?;
    serde_json::from_slice(&json).map_err(|error| lost(format!("content {id} is no Document: {error}")))
}

/// The Document of a content; `None`, and a line in the log, where this one is damaged: work that goes through many must
/// not end with one of them.
pub(super) fn readable_document(conn: &Connection, id: ContentId) -> rusqlite::Result<Option<Document>> {
    readable(id, document(conn, id))
}

/// What was read of a content; `None` where it is damaged or gone. Any other error is not its own.
pub(in crate::store) fn readable<T>(
    content: impl fmt::Display,
    read: rusqlite::Result<T>,
) -> rusqlite::Result<Option<T>> {
    match read {
        Ok(read) => Ok(Some(read)),
        Err(error) => {
            let is_damaged =
                matches!(error, FromSqlConversionFailure(..) | IntegralValueOutOfRange(..) | InvalidColumnType(..))
                    || error.sqlite_error_code() == Some(ErrorCode::DatabaseCorrupt);
            if !is_damaged {
                return Err(error);
            }
            let what = lost_of(&error).unwrap_or_else(|| error.to_string());
            tracing::error!(%content, "a content of the store cannot be read and is passed over: {what}");
            Ok(None)
        }
    }
}
