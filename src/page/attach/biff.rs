//! The records of a binary workbook, and its strings.
//!
//! In: the stream of a workbook. Out: records one by one, the table of shared strings. Never: more than is there.
//!
//! Source: MS-XLS 2.1.4 (records), 2.5.293 and 2.5.294 (strings), 2.4.58 (Continue).

use encoding_rs::{Encoding, GB18030, UTF_16LE, WINDOWS_1252};

use super::ole::{u16_at, u32_at};

/// A record that goes on with the one before it.
const CONTINUE: u16 = 0x003C;

/// One record with those that continue it.
#[derive(Debug)]
pub(super) struct Record<'a> {
    pub(super) kind: u16,
    pub(super) bytes: &'a [u8],
    /// What follows it in the stream; the records that continue it come first.
    rest: &'a [u8],
}

/// The records from a place on.
#[derive(Debug)]
pub(super) struct Records<'a> {
    stream: &'a [u8],
    at: usize,
}

impl<'a> Records<'a> {
    /// The records of `stream` from `at` on.
    pub(super) fn new(stream: &'a [u8], at: usize) -> Self {
        Self { stream, at }
    }
}

impl<'a> Iterator for Records<'a> {
    type Item = Record<'a>;

    fn next(&mut self) -> Option<Record<'a>> {
        let kind = u16_at(self.stream, self.at)?;
        let start = self.at + 4;
        let end = start + usize::from(u16_at(self.stream, self.at + 2)?);
        let bytes = self.stream.get(start..end)?;
        self.at = end;
        Some(Record { kind, bytes, rest: self.stream.get(end..).unwrap_or_default() })
    }
}

/// A string with a length of two bytes and a mark of its width; `None` where it is cut.
pub(super) fn unicode(bytes: &[u8]) -> Option<String> {
    let length = usize::from(u16_at(bytes, 0)?);
    let marks = *bytes.get(2)?;
    // Formatting and phonetics: their lengths stand before the text, they themselves after it.
    let start = 3 + if marks & 8 == 0 { 0 } else { 2 } + if marks & 4 == 0 { 0 } else { 4 };
    let text = bytes.get(start..)?;
    if marks & 1 == 0 {
        return Some(text.get(..length)?.iter().map(|byte| char::from(*byte)).collect());
    }
    Some(UTF_16LE.decode_without_bom_handling(text.get(..length * 2)?).0.into_owned())
}

/// 8-bit text in the code page of a workbook.
pub(super) fn decoded(bytes: &[u8], code_page: u16) -> String {
    let encoding: &Encoding = match code_page {
        1252 | 0x8000 | 0x8001 => WINDOWS_1252,
        950 => encoding_rs::BIG5,
        _ => GB18030,
    };
    encoding.decode_without_bom_handling(bytes).0.into_owned()
}

/// The shared strings, which run on over any number of records. A text that is parted by the end of a record goes on
/// with a new mark of its width; nothing else is parted that way.
#[derive(Debug)]
pub(super) struct Strings<'a> {
    bytes: &'a [u8],
    at: usize,
    rest: Records<'a>,
    stated: usize,
}

impl<'a> Strings<'a> {
    /// The strings of a table.
    pub(super) fn new(record: &Record<'a>) -> Self {
        let stated = u32_at(record.bytes, 4).unwrap_or(0) as usize;
        Self { bytes: record.bytes, at: 8, rest: Records::new(record.rest, 0), stated }
    }

    /// All of them, as far as they are whole.
    pub(super) fn all(mut self) -> Vec<String> {
        let mut strings = Vec::new();
        while strings.len() < self.stated {
            let Some(string) = self.one() else { break };
            strings.push(string);
        }
        strings
    }

    fn one(&mut self) -> Option<String> {
        let head = self.take(3)?;
        let (length, mut is_wide, marks) = (usize::from(u16_at(&head, 0)?), head[2] & 1 == 1, head[2]);
        let runs = if marks & 8 == 0 { 0 } else { usize::from(u16_at(&self.take(2)?, 0)?) };
        let guide = if marks & 4 == 0 { 0 } else { u32_at(&self.take(4)?, 0)? as usize };
        let mut units = Vec::with_capacity(length);
        while units.len() < length {
            if self.at >= self.bytes.len() {
                self.turn()?;
                is_wide = self.bytes.first()? & 1 == 1;
                self.at = 1;
            }
            let width = if is_wide { 2 } else { 1 };
            let here = ((self.bytes.len() - self.at.min(self.bytes.len())) / width).min(length - units.len());
            let text = self.bytes.get(self.at..self.at + here * width)?;
            if is_wide {
                units.extend(text.chunks_exact(2).map(|unit| u16::from_le_bytes([unit[0], unit[1]])));
            } else {
                units.extend(text.iter().map(|byte| u16::from(*byte)));
            }
            self.at += here * width;
            if here == 0 {
                // Half a character at the end of a record: the table is broken here.
                self.at = self.bytes.len();
            }
        }
        self.skip(runs.checked_mul(4)?.checked_add(guide)?)?;
        Some(String::from_utf16_lossy(&units))
    }

    /// The next bytes, over the end of a record.
    fn take(&mut self, n: usize) -> Option<Vec<u8>> {
        let mut taken = Vec::with_capacity(n);
        while taken.len() < n {
            if self.at >= self.bytes.len() {
                self.turn()?;
            }
            taken.push(*self.bytes.get(self.at)?);
            self.at += 1;
        }
        Some(taken)
    }

    fn skip(&mut self, mut n: usize) -> Option<()> {
        while n > 0 {
            if self.at >= self.bytes.len() {
                self.turn()?;
            }
            let here = n.min(self.bytes.len() - self.at);
            self.at += here;
            n -= here;
        }
        Some(())
    }

    /// Goes on to the next record; an empty one is passed over.
    fn turn(&mut self) -> Option<()> {
        let record = self.rest.find(|record| record.kind != CONTINUE || !record.bytes.is_empty())?;
        (self.bytes, self.at) = (record.bytes, 0);
        (record.kind == CONTINUE).then_some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(kind: u16, bytes: &[u8]) -> Vec<u8> {
        let length = u16::try_from(bytes.len()).unwrap();
        [&kind.to_le_bytes()[..], &length.to_le_bytes(), bytes].concat()
    }

    #[test]
    fn a_string_that_is_parted_by_the_end_of_a_record_goes_on_with_its_own_width() {
        // Two strings: 甲乙ab, parted after 乙 with ab in one byte each; then a narrow one.
        let first = [&[0, 0, 0, 0, 2, 0, 0, 0, 4, 0, 1][..], &[0x32, 0x75, 0x59, 0x4E]].concat();
        let stream = [record(0xFC, &first), record(0x3C, b"\0ab\x02\0\0cd"), record(0x0A, b"")].concat();
        let table = Records::new(&stream, 0).next().unwrap();
        assert_eq!(Strings::new(&table).all(), ["甲乙ab", "cd"]);
    }

    #[test]
    fn a_table_that_states_more_strings_than_it_has_gives_those_it_has() {
        let stream = record(0xFC, b"\0\0\0\0\xFF\xFF\xFF\xFF\x01\0\0x\x09\0\0cut");
        let table = Records::new(&stream, 0).next().unwrap();
        assert_eq!(Strings::new(&table).all(), ["x"]);
    }
}
