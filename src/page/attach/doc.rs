//! DOC: the text of a binary Word document by its piece table; WPS Office writes the same under `.wps`.
//!
//! In: bytes. Out: the body with its tables, footnotes, endnotes, text boxes, headers and footers. Never: deleted or
//! hidden text, comments, the code of a field.
//!
//! Source: MS-DOC 2.4.1 (retrieving text), 2.5 (the FIB), 2.8.35 (PlcPcd).

use encoding_rs::{GB18030, WINDOWS_1252};

use super::columns::{self, Row};
use super::doc_marks::{Marks, ParagraphKind};
use super::lines::Lines;
use super::ole::{Ole, u16_at, u32_at};
use super::{AttachError, Limits, Words};

const FORMAT: &str = "DOC";

/// The first FIB number of Word 97; Word 6 and 95 keep their text in one run of 8-bit characters.
const WORD_97: u16 = 0x00C1;

/// Lengths of the sub-documents in the FIB, in the order of their text: body, footnotes, headers, macros, comments,
/// endnotes, text boxes, text boxes of headers. Source: MS-DOC 2.5.4.
const LENGTHS: [usize; 8] = [0x4C, 0x50, 0x54, 0x58, 0x5C, 0x60, 0x64, 0x68];

/// The order in which sub-documents are read: headers last, as they stand beside the text.
const READ: [usize; 6] = [0, 1, 5, 6, 2, 7];

/// One run of the text that lies in the file as it is.
#[derive(Debug, Clone, Copy)]
struct Piece {
    /// Characters of the document before it, and up to its end.
    from: u32,
    to: u32,
    /// Where it lies in the stream, in bytes.
    at: usize,
    /// Bytes of a character: 1 or 2.
    width: usize,
}

/// The text of a DOC file.
pub(super) fn words(bytes: &[u8], limits: &Limits) -> Result<Words, AttachError> {
    let mut ole = Ole::open(bytes, FORMAT, limits)?;
    let stream = ole.stream("/WordDocument")?;
    let broken = |reason: &str| AttachError::Broken(FORMAT, reason.to_owned());
    let version = u16_at(&stream, 2).ok_or_else(|| broken("it has no file information block"))?;
    let flags = u16_at(&stream, 0x0A).ok_or_else(|| broken("it has no file information block"))?;
    if flags & 0x0100 != 0 {
        return Err(AttachError::Encrypted);
    }
    let mut reading = Reading::new(limits);
    if version < WORD_97 {
        let run = old_text(&stream).ok_or_else(|| broken("its text lies outside the file"))?;
        run.chars().for_each(|char| reading.put(char, None));
        return Ok(reading.into_words());
    }
    let table = ole.stream(if flags & 0x0200 == 0 { "/0Table" } else { "/1Table" })?;
    let pieces = pieces(&stream, &table).ok_or_else(|| broken("it has no piece table"))?;
    let marks = Marks::read(&stream, &table);
    for span in sub_documents(&stream) {
        for piece in &pieces {
            reading.piece(piece, span, &stream, &marks);
        }
        reading.end_paragraph(false);
    }
    Ok(reading.into_words())
}

/// The 8-bit text of Word 6 and 95, of which Chinese editions write GBK.
fn old_text(stream: &[u8]) -> Option<String> {
    let (from, to) = (u32_at(stream, 0x18)? as usize, u32_at(stream, 0x1C)? as usize);
    Some(decoded(stream.get(from..to)?))
}

/// The spans of characters of the sub-documents that are read, in reading order.
fn sub_documents(stream: &[u8]) -> Vec<(u32, u32)> {
    let mut start = 0_u32;
    let spans: Vec<(u32, u32)> = LENGTHS
        .iter()
        .map(|at| {
            let from = start;
            start = start.saturating_add(u32_at(stream, *at).unwrap_or(0));
            (from, start)
        })
        .collect();
    READ.iter().filter_map(|place| spans.get(*place).copied()).filter(|(from, to)| to > from).collect()
}

/// The piece table: `Clx` = any number of `Prc` (0x01, length, bytes), then one `Pcdt` (0x02, length, `PlcPcd`).
fn pieces(stream: &[u8], table: &[u8]) -> Option<Vec<Piece>> {
    let (start, length) = (u32_at(stream, 0x1A2)? as usize, u32_at(stream, 0x1A6)? as usize);
    let clx = table.get(start..start.checked_add(length)?)?;
    let mut at = 0;
    while *clx.get(at)? == 1 {
        at += 3 + usize::from(u16_at(clx, at + 1)?);
    }
    if *clx.get(at)? != 2 {
        return None;
    }
    let size = u32_at(clx, at + 1)? as usize;
    let plc = clx.get(at + 5..(at + 5).checked_add(size)?)?;
    // n + 1 positions of 4 bytes, then n descriptors of 8 bytes.
    let n = plc.len().checked_sub(4)? / 12;
    (0..n)
        .map(|place| {
            let coded = u32_at(plc, (n + 1) * 4 + place * 8 + 2)?;
            let is_narrow = coded & 0x4000_0000 != 0;
            let at = (coded & 0x3FFF_FFFF) as usize;
            Some(Piece {
                from: u32_at(plc, place * 4)?,
                to: u32_at(plc, place * 4 + 4)?,
                at: if is_narrow { at / 2 } else { at },
                width: if is_narrow { 1 } else { 2 },
            })
        })
        .collect()
}

/// The text of 8-bit bytes. The format says Windows-1252; Chinese programs write GBK too. Two bytes of GB2312 side by
/// side all along are Chinese: in Windows-1252 they would be runs of accented letters only.
fn decoded(bytes: &[u8]) -> String {
    let mut at = 0;
    let mut n_chinese = 0;
    while let Some(&first) = bytes.get(at) {
        if first < 0x80 {
            at += 1;
        } else if first >= 0xA1 && bytes.get(at + 1).is_some_and(|second| *second >= 0xA1) {
            n_chinese += 1;
            at += 2;
        } else if first >= 0x81 && bytes.get(at + 1).is_some_and(|second| *second >= 0x40) && n_chinese > 0 {
            at += 2;
        } else {
            n_chinese = 0;
            break;
        }
    }
    let encoding = if n_chinese > 0 { GB18030 } else { WINDOWS_1252 };
    encoding.decode_without_bom_handling(bytes).0.into_owned()
}

/// The text as it is put together.
struct Reading {
    /// The paragraph that is not finished.
    text: String,
    /// Whether each open field is still in its code.
    fields: Vec<bool>,
    /// The finished paragraphs of the open cell.
    cell: Vec<String>,
    /// The finished cells of the open row, each with its paragraphs.
    row: Vec<Vec<String>>,
    /// The edges of the cells of the row that ends.
    edges: Vec<i32>,
    /// The finished rows of the open table.
    rows: Vec<Row>,
    lines: Lines,
}

impl Reading {
    fn new(limits: &Limits) -> Self {
        let (text, fields, cell, row) = (String::new(), Vec::new(), Vec::new(), Vec::new());
        Self { text, fields, cell, row, edges: Vec::new(), rows: Vec::new(), lines: Lines::new(limits) }
    }

    /// The part of a piece that lies within a span of characters.
    fn piece(&mut self, piece: &Piece, (from, to): (u32, u32), stream: &[u8], marks: &Marks) {
        let (from, to) = (from.max(piece.from), to.min(piece.to));
        if from >= to || self.lines.is_full() {
            return;
        }
        let at = piece.at.saturating_add((from - piece.from) as usize * piece.width);
        let end = at.saturating_add((to - from) as usize * piece.width).min(stream.len());
        let Some(bytes) = stream.get(at..end) else { return };
        if piece.width == 2 {
            let units = bytes.chunks_exact(2).map(|unit| u16::from_le_bytes([unit[0], unit[1]]));
            let mut place = at;
            for char in char::decode_utf16(units) {
                let char = char.unwrap_or(char::REPLACEMENT_CHARACTER);
                self.at(char, place, marks);
                place += char.len_utf16() * 2;
            }
            return;
        }
        let mut place = at;
        for char in decoded(bytes).chars() {
            self.at(char, place, marks);
            // A character of GBK has two bytes, one of Windows-1252 and of ASCII has one.
            place += if stream.get(place).is_some_and(|byte| *byte >= 0x80) && ('\u{2e80}'..).contains(&char) {
                2
            } else {
                1
            };
        }
    }

    /// One character and where it stands in the stream.
    fn at(&mut self, char: char, place: usize, marks: &Marks) {
        if !marks.is_hidden(place) || matches!(char, '\r' | '\u{7}') {
            let kind = marks.paragraph(place);
            if char == '\u{7}' && kind == Some(ParagraphKind::RowEnd) {
                self.edges = marks.edges(place).to_vec();
            }
            self.put(char, kind);
        }
    }

    /// One character, and what is known of its paragraph.
    fn put(&mut self, char: char, kind: Option<ParagraphKind>) {
        match char {
            '\u{13}' => self.fields.push(true),
            '\u{14}' => drop(self.fields.last_mut().map(|is_code| *is_code = false)),
            '\u{15}' => drop(self.fields.pop()),
            '\r' | '\u{c}' | '\u{e}' => self.end_paragraph(kind == Some(ParagraphKind::Cell)),
            '\u{7}' => self.cell_mark(kind),
            _ if self.fields.contains(&true) => {}
            '\u{b}' => self.text.push('\n'),
            '\t' | '\u{a0}' => self.text.push(' '),
            '\u{1e}' => self.text.push('-'),
            char if char.is_control() => {}
            char => self.text.push(char),
        }
    }

    fn end_paragraph(&mut self, is_in_table: bool) {
        // The code of a field ends with its paragraph; one that lost its end would hide all that follows.
        self.fields.retain(|is_code| !is_code);
        let text = std::mem::take(&mut self.text);
        if is_in_table {
            self.cell.push(text);
            return;
        }
        self.end_row();
        self.end_table();
        self.lines.paragraph(&text);
    }

    fn end_table(&mut self) {
        for row in columns::aligned(std::mem::take(&mut self.rows)) {
            self.lines.row(row.iter().map(String::as_str));
        }
    }

    /// The end of a cell, or of a row. Without properties an empty cell is taken for the end of its row.
    fn cell_mark(&mut self, kind: Option<ParagraphKind>) {
        let is_empty = self.text.trim().is_empty() && self.cell.is_empty();
        let ends_row = kind.map_or(is_empty && !self.row.is_empty(), |kind| kind == ParagraphKind::RowEnd);
        if ends_row {
            self.text.clear();
            self.end_row();
        } else {
            self.end_paragraph(true);
            self.row.push(std::mem::take(&mut self.cell));
        }
    }

    /// A row with one cell only is a frame for layout: its paragraphs are lines.
    fn end_row(&mut self) {
        if !self.cell.is_empty() {
            self.row.push(std::mem::take(&mut self.cell));
        }
        let row = std::mem::take(&mut self.row);
        let edges = std::mem::take(&mut self.edges);
        if let [cell] = row.as_slice() {
            self.end_table();
            for paragraph in cell {
                self.lines.paragraph(paragraph);
            }
        } else if !row.is_empty() {
            self.rows.push(Row { cells: row.iter().map(|cell| cell.join(" ")).collect(), edges });
        }
    }

    fn into_words(mut self) -> Words {
        self.end_paragraph(false);
        self.lines.into_words()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_of_gbk_are_chinese_and_bytes_of_windows_1252_are_not() {
        let gbk = GB18030.encode("法治政府,2023年").0.into_owned();
        assert_eq!(decoded(&gbk), "法治政府,2023年");
        assert_eq!(decoded(b"\x93A\x94 caf\xe9 2023"), "“A” café 2023");
    }
}
