//! Labels that no colon parts from their values: each in an element of its own, or the labels in one row of a table and
//! the values in the next.
//!
//! In: lines of the outline. Out: which of them name fields, and of what. Never: a sentence whose first word is bold, or a
//! table of papers.

use super::label_words::{self, Label, Word};
use super::outline::{EDGE, Line, Outline, Shape};

/// Longest line of a label and its value, in characters.
const LONGEST: usize = 80;

/// The label that a line begins with in an element of its own, its value in the rest of the line:
/// `<span>索引号</span><span>141123/2024-00012</span>`.
pub(super) fn label(line: &Line) -> Option<Label> {
    if line.n_chars > LONGEST || line.shape == Shape::Row || line.text.contains(['，', '。', '；']) {
        return None;
    }
    let mut pieces = line.pieces.as_deref()?.split(EDGE).map(str::trim).filter(|piece| !piece.is_empty());
    let word = label_words::alone(pieces.next()?).filter(|word| !word.is_weak && word.label != Label::Unrelated)?;
    pieces.next().map(|_| word.label)
}

/// Whether a row names fields and the one row below it, the last of their table, holds their values. One is the index
/// number, which a table of papers does not give.
pub(super) fn heads_values(outline: &Outline<'_>, at: usize) -> bool {
    /// Columns of such a table, at least.
    const LEAST_COLUMNS: usize = 3;
    /// Characters of an index number, at least; that of a row of a list is shorter.
    const SHORTEST_INDEX: usize = 8;
    let row = |at: usize| Some((outline.lines.get(at)?, outline.rows.get(&at)?.shape.table));
    let Some((head, table)) = row(at).filter(|(line, _)| line.shape == Shape::Row) else { return false };
    let is_of_table = |at: usize| row(at).is_some_and(|(_, other)| other == table);
    if head.cells().count() < LEAST_COLUMNS
        || !head.cells().all(|cell| label_words::alone(cell).is_some())
        || !is_of_table(at + 1)
        || is_of_table(at + 2)
    {
        return false;
    }
    let is_number = |value: &str| value.len() >= SHORTEST_INDEX && value.contains(|c: char| c.is_ascii_digit());
    pairs(head, &outline.lines[at + 1]).any(|(word, value)| word.label == Label::IndexNo && is_number(value))
}

/// The labels of a row with the values below them.
pub(super) fn pairs<'l>(head: &'l Line, values: &'l Line) -> impl Iterator<Item = (Word, &'l str)> {
    head.cells().filter_map(label_words::alone).zip(values.cells())
}
