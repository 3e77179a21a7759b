//! The text of one place of an RTF file: its finished paragraphs and rows, and those that are not.
//!
//! In: text, ends of cells and rows, the edges that a row defines. Out: [`Row`]s. Never: a token.

use super::columns::Row;

/// The text of one place.
#[derive(Debug, Default)]
pub(super) struct Flow {
    pub(super) text: String,
    pub(super) cell: Vec<String>,
    pub(super) row: Vec<Vec<String>>,
    /// The edges of the cells of the row, as it defines them.
    pub(super) edges: Vec<i32>,
    /// Finished rows and paragraphs.
    pub(super) done: Vec<Row>,
}

impl Flow {
    /// A row with one cell only is a frame for layout: its paragraphs are lines.
    pub(super) fn end_row(&mut self) {
        if !self.cell.is_empty() {
            self.row.push(std::mem::take(&mut self.cell));
        }
        match std::mem::take(&mut self.row) {
            row if row.len() < 2 => self.done.extend(row.into_iter().flatten().map(Row::paragraph)),
            row => {
                let cells = row.into_iter().map(|cell| cell.join(" ")).collect();
                self.done.push(Row { cells, edges: self.edges.clone() });
            }
        }
    }

    /// A row is defined: that it begins, where it begins, or where one of its cells ends.
    pub(super) fn define_row(&mut self, word: &str, edge: i32) {
        match word {
            "trowd" => self.edges = vec![0],
            "trleft" => self.edges.iter_mut().take(1).for_each(|first| *first = edge),
            // Word has 63 cells in a row.
            _ if self.edges.len() < 64 => self.edges.push(edge),
            _ => {}
        }
    }
}
