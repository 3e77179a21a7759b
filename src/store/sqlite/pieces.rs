//! Pieces: what a compressed content takes, cut so that it fills the pages of the file.
//!
//! In: the bytes of a content as they are kept. Out: a head, which stands in the row of the content, and pieces of one
//! size behind it. Never: a piece changed or deleted; those of a content that was kept anew stay, for a row that is
//! damaged may say that it owns another one's.

use rusqlite::{Connection, params};

use super::row::Count;

/// Bytes of a piece. Eight of them, with 12 bytes of their row each, fill a page of 4096 bytes but for its head of 8, up
/// to the 268 millionth row (source: sqlite.org/fileformat2.html, section 1.6).
const PIECE: usize = 499;

/// Bytes of the longest content that is cut. A longer one fills pages of its own, and loses little in the last.
const LONGEST: usize = 16 << 10;

/// The pieces of a content.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pieces {
    pub(super) first: i64,
    pub(super) n: Count,
}

impl Pieces {
    /// Those that will hold so many bytes behind a head; the writer is alone. `None` where the head is all.
    pub(super) fn next(conn: &Connection, tail: &[u8]) -> rusqlite::Result<Option<Self>> {
        if tail.is_empty() {
            return Ok(None);
        }
        let sql = "SELECT coalesce(max(id), 0) + 1 FROM pieces";
        let first = conn.prepare_cached(sql)?.query_row([], |row| row.get(0))?;
        Ok(Some(Self { first, n: Count(tail.len().div_ceil(PIECE)) }))
    }

    /// Keeps a tail in them.
    pub(super) fn keep(self, conn: &Connection, tail: &[u8]) -> rusqlite::Result<()> {
        let mut insert = conn.prepare_cached("INSERT INTO pieces (id, data) VALUES (?, ?)")?;
        let mut pieces = (self.first..).zip(tail.chunks(PIECE));
        pieces.try_for_each(|(id, piece)| insert.execute(params![id, piece]).map(drop))
    }

    /// Adds what they hold to a head. One that is gone is missed when the content is proved by its hash.
    pub(super) fn append(self, conn: &Connection, head: &mut Vec<u8>) -> rusqlite::Result<()> {
        let mut query = conn.prepare_cached("SELECT data FROM pieces WHERE id >= ? ORDER BY id LIMIT ?")?;
        // A row that is damaged may ask for all there are.
        let mut rows = query.query(params![self.first, Count(self.n.0.min(LONGEST / PIECE))])?;
        while let Some(row) = rows.next()? {
            head.extend_from_slice(row.get_ref(0)?.as_blob()?);
        }
        Ok(())
    }
}

/// The head of a content, which is shorter than a piece, and what is to be cut; all of a long one is head.
pub(super) fn cut(data: &[u8]) -> (&[u8], &[u8]) {
    if data.len() > LONGEST { (data, &[]) } else { data.split_at(data.len() % PIECE) }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::super::Place;
    use super::super::content;
    use super::super::open::in_memory;
    use super::super::packed::Packed;
    use super::*;
    use crate::model::Hash;

    /// So many bytes that nothing compresses.
    fn noise(n: usize) -> Bytes {
        let hashes = (0..).flat_map(|at: u64| *Hash::of(&at.to_le_bytes()).as_bytes());
        hashes.take(n).collect()
    }

    fn n_pieces(conn: &Connection) -> i64 {
        conn.query_row("SELECT count(*) FROM pieces", [], |row| row.get(0)).unwrap()
    }

    #[test]
    fn contents_of_every_length_are_had_back() {
        let conn = in_memory(&Place("memory".into())).unwrap();
        let around = |n: usize| n - 1..=n + 1;
        let lengths =
            [1..=2, around(PIECE), around(2 * PIECE), around(7 * PIECE), around(LONGEST), around(3 * LONGEST)];
        for n in lengths.into_iter().flatten() {
            let (bytes, before) = (noise(n), n_pieces(&conn));
            let kept = content::keep(&conn, &Packed::new(&bytes)).unwrap();
            assert_eq!(content::bytes_of(&conn, kept).unwrap(), bytes, "{n} bytes");
            let n_expected = if n > LONGEST { 0 } else { i64::try_from(n / PIECE).unwrap() };
            assert_eq!(n_pieces(&conn) - before, n_expected, "{n} bytes");
            content::keep(&conn, &Packed::new(&bytes)).unwrap();
            assert_eq!(n_pieces(&conn) - before, n_expected, "{n} bytes are kept once");
        }
    }

    #[test]
    fn a_content_that_lost_a_piece_is_lost_and_kept_anew_when_it_comes_again() {
        let conn = in_memory(&Place("memory".into())).unwrap();
        let (one, other) = (Packed::new(&noise(3000)), Packed::new(&noise(3001)));
        let kept = [&one, &other].map(|content| content::keep(&conn, content).unwrap());
        conn.execute("DELETE FROM pieces WHERE id = 3", []).unwrap();
        let said = content::bytes_of(&conn, kept[0]).unwrap_err();
        assert!(content::lost_of(&said).is_some(), "{said}");
        content::keep(&conn, &one).unwrap();
        for (kept, n) in kept.into_iter().zip([3000, 3001]) {
            assert_eq!(content::bytes_of(&conn, kept).unwrap().len(), n);
        }
    }

    #[test]
    fn a_row_that_claims_every_piece_reads_no_more_than_a_content_may_have() {
        let conn = in_memory(&Place("memory".into())).unwrap();
        let kept = content::keep(&conn, &Packed::new(&noise(3000))).unwrap();
        for n in 0..40 {
            content::keep(&conn, &Packed::new(&noise(3001 + n))).unwrap();
        }
        conn.execute("UPDATE contents SET n_pieces = 1000000 WHERE id = ?", [kept]).unwrap();
        let (mut read, pieces) = (Vec::new(), Pieces { first: 1, n: Count(1_000_000) });
        pieces.append(&conn, &mut read).unwrap();
        assert!(read.len() <= LONGEST, "{}", read.len());
        assert!(content::bytes_of(&conn, kept).is_err());
    }
}
