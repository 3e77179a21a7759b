//! The cells of a sheet, put in order: rows from top to bottom, cells joined by tabs.
//!
//! In: cells in any order, each with its place. Out: lines. Never: room for cells that are not there; a sheet that
//! claims a million rows costs what it holds.

use std::collections::BTreeMap;

use super::Limits;
use super::lines::Lines;

/// Columns that are read. The widest tables of reports have some 60; a stray cell far to the right would put
/// thousands of tabs into its row.
const COLUMNS: u32 = 1024;

/// Cells of one file that are read: each takes some 80 bytes until its sheet is finished.
const CELLS: usize = 2_000_000;

/// One sheet in reading.
#[derive(Debug)]
pub(super) struct Grid {
    cells: BTreeMap<(u32, u32), String>,
    /// Bytes that may still be taken.
    left: usize,
    is_cut: bool,
    is_wide: bool,
}

impl Grid {
    /// No cells.
    pub(super) fn new(limits: &Limits) -> Self {
        Self { cells: BTreeMap::new(), left: limits.text_bytes, is_cut: false, is_wide: false }
    }

    /// Whether a limit is met: what comes now is dropped.
    pub(super) fn is_full(&self) -> bool {
        self.is_cut
    }

    /// Sets a cell; rows and columns count from 0. An empty text is no cell.
    pub(super) fn put(&mut self, row: u32, column: u32, text: &str) {
        self.is_wide |= column >= COLUMNS && !text.is_empty();
        if text.is_empty() || column >= COLUMNS || self.is_cut {
            return;
        }
        if text.len() >= self.left || self.cells.len() >= CELLS {
            self.is_cut = true;
            return;
        }
        self.left -= text.len() + 1;
        self.cells.insert((row, column), text.to_owned());
    }

    /// Adds the rows to the lines, under the name of the sheet; a sheet without cells has no line.
    pub(super) fn finish(self, name: &str, lines: &mut Lines) {
        if self.cells.is_empty() {
            return;
        }
        lines.paragraph(name);
        if self.is_cut {
            lines.cut("its sheets hold more than the limit; the rest was left out");
        }
        if self.is_wide {
            lines.cut(&format!("cells beyond column {COLUMNS} were left out"));
        }
        let mut row: Vec<&str> = Vec::new();
        let mut current = None;
        for ((at, column), text) in &self.cells {
            if current != Some(*at) {
                lines.row(row.drain(..));
                current = Some(*at);
            }
            row.resize(*column as usize, "");
            row.push(text);
        }
        lines.row(row);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_come_in_order_whatever_order_they_are_set_in() {
        let limits = Limits::default();
        let (mut grid, mut lines) = (Grid::new(&limits), Lines::new(&limits));
        for (row, column, text) in [(9, 1, "末"), (0, 2, "丙"), (0, 0, "甲"), (1_048_575, 0, "远"), (3, 16_383, "宽")]
        {
            grid.put(row, column, text);
        }
        grid.finish("表一", &mut lines);
        let words = lines.into_words();
        assert_eq!(words.text, "表一\n甲\t\t丙\n\t末\n远");
        assert!(words.note.is_some_and(|note| note.contains("column")));
    }
}
