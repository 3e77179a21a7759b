//! How a file goes to the child: its name and its bytes, each behind its length.
//!
//! In: a name and bytes. Out: the same on the other side. The name goes this way and not as an argument, since
//! arguments are seen by every user of the machine and hold no zero bytes. Never: a length believed before the bytes
//! are there.

use std::io::{self, Read};

/// Bytes of a name; titles are shorter.
const NAME_BYTES: usize = 4096;

/// The head of a frame: the length of the name in four bytes, the name, the length of the file in eight bytes.
pub(super) fn head(name: &str, n_bytes: usize) -> Vec<u8> {
    let name = &name[..name.floor_char_boundary(NAME_BYTES)];
    let n_name = u32::try_from(name.len()).unwrap_or_default();
    [&n_name.to_be_bytes(), name.as_bytes(), &(n_bytes as u64).to_be_bytes()].concat()
}

/// The next file; `None` where the stream ends before one.
pub(super) fn next(mut from: impl Read) -> io::Result<Option<(String, Vec<u8>)>> {
    let mut n_name = [0; 4];
    match from.read_exact(&mut n_name) {
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
        read => read?,
    }
    let name = exactly(&mut from, u64::from(u32::from_be_bytes(n_name)))?;
    let mut n_bytes = [0; 8];
    from.read_exact(&mut n_bytes)?;
    let bytes = exactly(&mut from, u64::from_be_bytes(n_bytes))?;
    Ok(Some((String::from_utf8_lossy(&name).into_owned(), bytes)))
}

fn exactly(from: impl Read, n_bytes: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    from.take(n_bytes).read_to_end(&mut bytes)?;
    if (bytes.len() as u64) < n_bytes { Err(io::ErrorKind::UnexpectedEof.into()) } else { Ok(bytes) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_goes_in_comes_out() {
        let stream = [head("附件.pdf", 3), b"abc".to_vec(), head("", 0)].concat();
        let mut from = stream.as_slice();
        let mut take = || next(&mut from).expect("a whole frame");
        assert_eq!(take(), Some(("附件.pdf".to_owned(), b"abc".to_vec())));
        assert_eq!(take(), Some((String::new(), Vec::new())));
        assert_eq!(take(), None);
        assert!(next(&stream[..stream.len() - 20]).is_err());
    }
}
