//! Works that resemble each other, found by the keys of their signatures.
//!
//! In: the signature of a work's content. Out: rows that say which works resemble which, both ways, written in the
//! transaction that keeps the content. A lookup touches at most a few thousand rows of one index, however many works are
//! known. Never: a join.

use std::cmp::Reverse;
use std::collections::HashMap;

use rusqlite::{Connection, OptionalExtension, params};

use super::content::{self, ContentId};
use super::row::Count;
use crate::change::resemblance::resembles;
use crate::change::signature::Signature;
use crate::model::{Document, ReportId, WorkId};

/// Works that may share a key. One that more share is the wording of a form, and tells nothing.
const MOST_OF_A_KEY: usize = 64;

/// Works whose signatures are compared: those with the most, and the rarest, keys in common.
const MOST_COMPARED: usize = 64;

/// Works that one resembles at most when it is signed, the nearest ones: more than a reader looks at.
const MOST_RESEMBLING: usize = 16;

/// Works that are told of one that is reprinted everywhere, the first ones.
const MOST_TOLD: usize = 64;

/// What a key's work counts where it is the only one; halved for two, and so on.
const KEY_WEIGHT: usize = 5040;

/// Keeps the signature of a work's content in the place of the one it had, and what it resembles.
pub(super) fn sign(conn: &Connection, work: WorkId, signature: Option<&Signature>) -> rusqlite::Result<()> {
    forget(conn, work)?;
    if let Some(signature) = signature {
        for (other, share) in nearest(conn, Some(work), signature)? {
            let mut add = conn.prepare_cached("INSERT INTO resembling (work, other, share) VALUES (?, ?, ?)")?;
            add.execute(params![work, other, share])?;
            let sql = "INSERT INTO resembling (work, other, share)
                SELECT ?1, ?2, ?3 WHERE (SELECT count(*) FROM resembling WHERE work = ?1) < ?4";
            conn.prepare_cached(sql)?.execute(params![other, work, share, Count(MOST_TOLD)])?;
        }
        let sql = "INSERT INTO signatures (work, signature) VALUES (?, ?)";
        conn.prepare_cached(sql)?.execute(params![work, signature.to_bytes()])?;
        let mut add = conn.prepare_cached("INSERT OR IGNORE INTO signature_keys (key, work) VALUES (?, ?)")?;
        for key in signature.keys() {
            add.execute(params![key, work])?;
        }
    }
    conn.prepare_cached("UPDATE works SET is_signed = 1 WHERE id = ?")?.execute([work]).map(drop)
}

/// Forgets the signature of a work: its content is another one, or nobody carries it any more.
pub(super) fn forget(conn: &Connection, work: WorkId) -> rusqlite::Result<()> {
    if let Some(signature) = signature(conn, work)? {
        let mut drop_key = conn.prepare_cached("DELETE FROM signature_keys WHERE key = ? AND work = ?")?;
        for key in signature.keys() {
            drop_key.execute(params![key, work])?;
        }
    }
    // Of a signature that cannot be read the keys stay: they lead to a work, and not to what it says.
    if conn.prepare_cached("DELETE FROM signatures WHERE work = ?")?.execute([work])? > 0 {
        conn.prepare_cached("DELETE FROM resembling WHERE other = ?")?.execute([work])?;
        conn.prepare_cached("DELETE FROM resembling WHERE work = ?")?.execute([work])?;
    }
    conn.prepare_cached("UPDATE works SET is_signed = 0 WHERE id = ?")?.execute([work]).map(drop)
}

/// The signature of a work's content, where it has one. One that cannot be read, of other rules or damaged, is none: what
/// resembles what is not worth a poll.
pub(super) fn signature(conn: &Connection, work: WorkId) -> rusqlite::Result<Option<Signature>> {
    let sql = "SELECT signature FROM signatures WHERE work = ?";
    let bytes: Option<Vec<u8>> = conn.prepare_cached(sql)?.query_row([work], |row| row.get(0)).optional()?;
    Ok(bytes.and_then(|bytes| Signature::from_bytes(&bytes)))
}

/// The works that a content resembles, the nearest first.
fn nearest(conn: &Connection, itself: Option<WorkId>, content: &Signature) -> rusqlite::Result<Vec<(WorkId, u8)>> {
    let mut weights: HashMap<WorkId, usize> = HashMap::new();
    let mut of_key = conn.prepare_cached("SELECT work FROM signature_keys WHERE key = ? LIMIT ?")?;
    for key in content.keys() {
        let rows = of_key.query_map(params![key, Count(MOST_OF_A_KEY + 1)], |row| row.get(0))?;
        let works: Vec<WorkId> = rows.collect::<rusqlite::Result<_>>()?;
        if works.len() <= MOST_OF_A_KEY {
            let weight = KEY_WEIGHT / works.len().max(1);
            for work in works {
                *weights.entry(work).or_default() += weight;
            }
        }
    }
    weights.retain(|work, _| Some(*work) != itself);
    let mut candidates: Vec<(WorkId, usize)> = weights.into_iter().collect();
    candidates.sort_by_key(|&(work, weight)| (Reverse(weight), work));
    candidates.truncate(MOST_COMPARED);
    let mut near = Vec::new();
    for (other, _) in candidates {
        let known = signature(conn, other)?;
        near.extend(known.and_then(|known| resembles(content, &known)).map(|share| (other, share)));
    }
    near.sort_by_key(|&(work, share)| (Reverse(share), work));
    near.truncate(MOST_RESEMBLING);
    Ok(near)
}

/// One report of each work that this one resembles: the first that was seen, the nearest work first.
pub(super) fn of_work(conn: &Connection, work: WorkId) -> rusqlite::Result<Vec<ReportId>> {
    let sql = "SELECT (SELECT min(r.id) FROM reports r WHERE r.work = s.other) FROM resembling s
        WHERE s.work = ? ORDER BY s.share DESC, s.other LIMIT ?";
    let mut query = conn.prepare_cached(sql)?;
    let reports: Vec<Option<ReportId>> =
        query.query_map(params![work, Count(MOST_TOLD)], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
    Ok(reports.into_iter().flatten().collect())
}

/// One report of each work that a text resembles, the nearest first, with the share.
pub(in crate::store) fn of_text(conn: &Connection, text: &Signature) -> rusqlite::Result<Vec<(ReportId, u8)>> {
    let mut found = Vec::new();
    for (work, share) in nearest(conn, None, text)? {
        let sql = "SELECT min(id) FROM reports WHERE work = ?";
        let report: Option<ReportId> = conn.prepare_cached(sql)?.query_row([work], |row| row.get(0))?;
        found.extend(report.map(|report| (report, share)));
    }
    Ok(found)
}

/// Works whose signature was not made yet, the newest first, with their content; `None` where it cannot be read.
pub(in crate::store) fn unsigned(conn: &Connection, limit: usize) -> rusqlite::Result<Vec<(WorkId, Option<Document>)>> {
    let mut query = conn.prepare_cached(UNSIGNED)?;
    let rows = query.query_map([Count(limit)], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let works: Vec<(WorkId, Option<ContentId>)> = rows.collect::<rusqlite::Result<_>>()?;
    let read = |said: Option<ContentId>| said.map_or(Ok(None), |said| content::readable_document(conn, said));
    works.into_iter().map(|(work, said)| Ok((work, read(said)?))).collect()
}

/// Named, so that a test can ask for its plan.
pub(super) const UNSIGNED: &str = "SELECT w.id, (SELECT v.document FROM reports r
        JOIN revisions v ON v.report = r.id AND v.revision = r.revision WHERE r.work = w.id ORDER BY r.id LIMIT 1)
    FROM works w WHERE w.is_signed = 0 AND w.n_reports > 0 ORDER BY w.id DESC LIMIT ?";

/// Keeps signatures that were made since; those of works that have got one meanwhile stay.
pub(in crate::store) fn sign_late(
    conn: &Connection,
    signatures: &[(WorkId, Option<Signature>)],
) -> rusqlite::Result<()> {
    for (work, made) in signatures {
        let sql = "SELECT is_signed FROM works WHERE id = ?";
        if !conn.prepare_cached(sql)?.query_row([work], |row| row.get(0))? {
            sign(conn, *work, made.as_ref())?;
        }
    }
    Ok(())
}
