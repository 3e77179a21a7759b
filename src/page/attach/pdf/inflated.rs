//! PURE. How much the streams of a PDF file inflate to, measured before anything is kept.
//!
//! In: the bytes of the file. Out: whether it may be opened. The library inflates a stream whole and knows no limit.
//! Streams that are encrypted or packed by LZW are not measured; the limits of the child process hold for these.

use std::io::{Read, copy, sink};

use flate2::read::ZlibDecoder;

use super::AttachError;

/// How often a stream may be packed within itself and still be measured; writers pack once.
const MOST_LAYERS: usize = 3;
/// Where the dictionary of a stream is looked for before it, in bytes; those of pictures take some 300.
const DICTIONARY_BYTES: usize = 1024;

/// Ensures that no stream alone, nor all that are no pictures together, inflate beyond `most` bytes: pictures are
/// never inflated here, and a scanned paper holds a gigabyte of them.
pub(super) fn ensure_within(bytes: &[u8], most: usize) -> Result<(), AttachError> {
    let mut left = most;
    let mut from = 0;
    while let Some(at) = find(&bytes[from..], b"stream") {
        let keyword = from + at;
        from = keyword + b"stream".len();
        let packed = &bytes[from..];
        let packed = packed.strip_prefix(b"\r").unwrap_or(packed);
        let packed = packed.strip_prefix(b"\n").unwrap_or(packed);
        let is_picture = is_picture(&bytes[keyword.saturating_sub(DICTIONARY_BYTES)..keyword]);
        let inflated = inflated_bytes(packed, if is_picture { most } else { left });
        match (inflated, is_picture) {
            (None, _) => return Err(AttachError::TooLarge("its streams inflate beyond the limit".to_owned())),
            (Some(_), true) => {}
            (Some(inflated), false) => left -= inflated,
        }
    }
    Ok(())
}

/// How many bytes a stream inflates to, in its largest layer; `None` where they are more than `most`. Other streams
/// are of 0 bytes: what does not begin as a deflated one does.
fn inflated_bytes(packed: &[u8], most: usize) -> Option<usize> {
    let mut largest = 0;
    for layers in 1..=MOST_LAYERS {
        let mut reader: Box<dyn Read + '_> = Box::new(packed);
        for _ in 0..layers {
            reader = Box::new(ZlibDecoder::new(reader));
        }
        let inflated = counted(reader, most);
        if inflated > most {
            return None;
        }
        if inflated == 0 {
            break;
        }
        largest = largest.max(inflated);
    }
    Some(largest)
}

/// The bytes that can be read, counted to one more than `most`. Trouble ends a stream: what came before it counts.
fn counted(reader: impl Read, most: usize) -> usize {
    let mut counter = Counter { reader, read: 0 };
    let limit = u64::try_from(most).unwrap_or(u64::MAX).saturating_add(1);
    // The count stands whether or not the stream ends well.
    let _ = copy(&mut counter.by_ref().take(limit), &mut sink());
    counter.read
}

struct Counter<R> {
    reader: R,
    read: usize,
}

impl<R: Read> Read for Counter<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let n = self.reader.read(buffer)?;
        self.read += n;
        Ok(n)
    }
}

fn is_picture(before: &[u8]) -> bool {
    let start = before.windows(4).rposition(|here| here == b" obj").unwrap_or(0);
    let dictionary = &before[start..];
    find(dictionary, b"/Image").is_some()
}

fn find(bytes: &[u8], mark: &[u8]) -> Option<usize> {
    bytes.windows(mark.len()).position(|here| here == mark)
}
