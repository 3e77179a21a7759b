//! Sessions of the web page. In: digests. Out: whether one is known. Never: what a browser sends.

use jiff::Timestamp;
use rusqlite::{Connection, params};

use super::row::At;
use crate::model::Hash;

/// Keeps a session until an instant; those that are over are forgotten.
pub(in crate::store) fn add(conn: &Connection, hash: Hash, now: Timestamp, until: Timestamp) -> rusqlite::Result<()> {
    conn.prepare_cached("DELETE FROM sessions WHERE until_at <= ?")?.execute([At(now)])?;
    let sql = "INSERT INTO sessions (hash, until_at) VALUES (?, ?) ON CONFLICT (hash) DO NOTHING";
    conn.prepare_cached(sql)?.execute(params![hash, At(until)]).map(drop)
}

/// Whether a session is known and not over.
pub(in crate::store) fn has(conn: &Connection, hash: Hash, now: Timestamp) -> rusqlite::Result<bool> {
    let sql = "SELECT EXISTS (SELECT 1 FROM sessions WHERE hash = ? AND until_at > ?)";
    conn.prepare_cached(sql)?.query_row(params![hash, At(now)], |row| row.get(0))
}

/// Forgets a session.
pub(in crate::store) fn end(conn: &Connection, hash: Hash) -> rusqlite::Result<()> {
    conn.prepare_cached("DELETE FROM sessions WHERE hash = ?")?.execute([hash]).map(drop)
}
