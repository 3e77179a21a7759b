//! What the formatting of a DOC says of its text: hidden characters, paragraphs of tables, ends of rows.
//!
//! In: the two streams. Out: [`Marks`], asked by the place of a character in the stream. Never: an error; formatting
//! that cannot be read says nothing.
//!
//! Source: MS-DOC 2.9.55 (ChpxFkp), 2.9.175 (PapxFkp), 2.6 (single property modifiers).

use super::ole::{u16_at, u32_at};

/// A page of formatting. Source: MS-DOC 2.9.55.
const PAGE_BYTES: usize = 512;
/// The code of sprmTDefTable, whose size takes two bytes and not one.
const DEFINES_TABLE: u16 = 0xD608;

/// What a paragraph is to a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ParagraphKind {
    /// Outside tables.
    Plain,
    /// Inside a cell.
    Cell,
    /// The mark at the end of a row.
    RowEnd,
}

/// What is known of the text by its place.
#[derive(Debug, Default)]
pub(super) struct Marks {
    /// Spans of hidden or deleted characters, in order.
    hidden: Vec<(usize, usize)>,
    /// Paragraphs, in order.
    paragraphs: Vec<(usize, usize, ParagraphKind)>,
    /// The edges of the cells of rows, by where the mark at the end of the row begins, in order.
    edges: Vec<(usize, Vec<i32>)>,
}

impl Marks {
    /// Reads the formatting of characters and of paragraphs.
    pub(super) fn read(stream: &[u8], table: &[u8]) -> Self {
        let mut marks = Self::default();
        for run in runs(stream, table, 0x00FA) {
            if run.place != 0 && is_hidden(stream, run.page + run.place * 2) {
                marks.hidden.push((run.from, run.to));
            }
        }
        for run in runs(stream, table, 0x0102) {
            let kind = if run.place == 0 { None } else { paragraph(stream, run.page + run.place * 2) };
            marks.paragraphs.push((run.from, run.to, kind.unwrap_or(ParagraphKind::Plain)));
            if kind == Some(ParagraphKind::RowEnd) {
                let edges = edges(stream, run.page + run.place * 2).unwrap_or_default();
                marks.edges.push((run.from, edges));
            }
        }
        marks.edges.sort_unstable();
        marks.hidden.sort_unstable();
        marks.paragraphs.sort_unstable_by_key(|(from, _, _)| *from);
        marks
    }

    /// Whether the character at this place is hidden or deleted.
    pub(super) fn is_hidden(&self, place: usize) -> bool {
        let next = self.hidden.partition_point(|(from, _)| *from <= place);
        next > 0 && place < self.hidden[next - 1].1
    }

    /// What the paragraph at this place is; `None` where nothing is known of it.
    pub(super) fn paragraph(&self, place: usize) -> Option<ParagraphKind> {
        let next = self.paragraphs.partition_point(|(from, _, _)| *from <= place);
        let (_, to, kind) = self.paragraphs.get(next.checked_sub(1)?)?;
        (place < *to).then_some(*kind)
    }

    /// The edges of the cells of the row that ends at this place, in twips; empty where they are not known.
    pub(super) fn edges(&self, place: usize) -> &[i32] {
        let next = self.edges.partition_point(|(from, _)| *from <= place);
        next.checked_sub(1).map_or(&[], |last| &self.edges[last].1)
    }
}

/// Characters of one formatting.
struct Run {
    from: usize,
    to: usize,
    /// Where its page begins.
    page: usize,
    /// Where its formatting stands in the page, in words; 0 for none.
    place: usize,
}

/// The runs of all pages that the table at `fib` of the FIB leads to.
fn runs(stream: &[u8], table: &[u8], fib: usize) -> Vec<Run> {
    // Formatting of a character takes one byte in a page, of a paragraph thirteen.
    let step = if fib == 0x00FA { 1 } else { 13 };
    let pages = pages(stream, table, fib).unwrap_or_default();
    let mut runs = Vec::new();
    for page in pages {
        let Some(&n) = stream.get(page + PAGE_BYTES - 1) else { continue };
        let n = usize::from(n);
        for run in 0..n {
            let from = u32_at(stream, page + run * 4);
            let to = u32_at(stream, page + run * 4 + 4);
            let place = stream.get(page + (n + 1) * 4 + run * step);
            let (Some(from), Some(to), Some(place)) = (from, to, place) else { break };
            runs.push(Run { from: from as usize, to: to as usize, page, place: usize::from(*place) });
        }
    }
    runs
}

/// Where the pages begin: n + 1 places of text, then n numbers of pages.
fn pages(stream: &[u8], table: &[u8], fib: usize) -> Option<Vec<usize>> {
    let (start, length) = (u32_at(stream, fib)? as usize, u32_at(stream, fib + 4)? as usize);
    let plc = table.get(start..start.checked_add(length)?)?;
    // A file has no more pages than fit into it, whatever the table says.
    let n = (plc.len().checked_sub(4)? / 8).min(stream.len() / PAGE_BYTES);
    let whole = (plc.len() - 4) / 8;
    let page = |place| Some((u32_at(plc, (whole + 1) * 4 + place * 4)? & 0x003F_FFFF) as usize * PAGE_BYTES);
    Some((0..n).filter_map(page).collect())
}

/// Whether the formatting of characters at `at` hides them: sprmCFVanish, sprmCFRMarkDel.
fn is_hidden(stream: &[u8], at: usize) -> bool {
    let Some(&size) = stream.get(at) else { return false };
    let Some(modifiers) = stream.get(at + 1..at + 1 + usize::from(size)) else { return false };
    [0x083C, 0x0800].iter().any(|code| flag(modifiers, *code) == Some(true))
}

/// What the formatting of a paragraph at `at` says: sprmPFInTable, sprmPFTtp.
fn paragraph(stream: &[u8], at: usize) -> Option<ParagraphKind> {
    let modifiers = modifiers(stream, at)?;
    Some(match (flag(modifiers, 0x2417), flag(modifiers, 0x2416)) {
        (Some(true), _) => ParagraphKind::RowEnd,
        (_, Some(true)) => ParagraphKind::Cell,
        _ => ParagraphKind::Plain,
    })
}

/// The modifiers of a paragraph.
fn modifiers(stream: &[u8], at: usize) -> Option<&[u8]> {
    let (start, size) = match *stream.get(at)? {
        0 => (at + 2, usize::from(*stream.get(at + 1)?) * 2),
        half => (at + 1, usize::from(half) * 2 - 1),
    };
    // The number of the style stands before them.
    stream.get(start + 2..start + size.max(2))
}

/// The edges of the cells of a row: sprmTDefTable, whose operand is its size, the number of cells, and the edges.
/// Source: MS-DOC 2.9.321.
fn edges(stream: &[u8], at: usize) -> Option<Vec<i32>> {
    let definition = operand(modifiers(stream, at)?, DEFINES_TABLE)?;
    let n_cells = usize::from(*definition.get(2)?);
    let edges = definition.get(3..3 + (n_cells + 1) * 2)?.chunks_exact(2);
    Some(edges.map(|edge| i32::from(i16::from_le_bytes([edge[0], edge[1]]))).collect())
}

/// The value of a one-byte modifier, the last one of its code; `None` where there is none.
fn flag(modifiers: &[u8], code: u16) -> Option<bool> {
    operand(modifiers, code)?.first().map(|byte| *byte == 1)
}

/// What stands behind the last modifier of a code, from its operand on; `None` where there is none.
fn operand(modifiers: &[u8], code: u16) -> Option<&[u8]> {
    let mut at = 0;
    let mut value = None;
    while let Some(own) = u16_at(modifiers, at) {
        let operand = at + 2;
        if own == code {
            value = modifiers.get(operand..);
        }
        // The size of an operand stands in the top three bits of its code.
        at = operand
            + match own >> 13 {
                0 | 1 => 1,
                2 | 4 | 5 => 2,
                3 => 4,
                7 => 3,
                _ if own == DEFINES_TABLE => usize::from(u16_at(modifiers, operand).unwrap_or(0)) + 1,
                _ => usize::from(modifiers.get(operand).copied().unwrap_or(0)) + 1,
            };
    }
    value
}
