//! The rows of a table of data laid out as a browser shows them: wide and high cells resolved, header rows told.
//!
//! In: rows of cells as written. Out: for each row with text its [`GridRow`], every cell in its column, covered places
//! empty. Never: more places than [`MOST_SPREAD`] allows for the cells there are; a table that asks for more stands as
//! it is written.

use std::ops::Range;

use super::header;
use super::tree::Node;
use crate::model::{RowShape, Span};

/// Most columns and rows that a cell may cover. **Source**: the HTML standard, "Attributes common to td and th".
const MOST_COLUMNS: usize = 1_000;
const MOST_ROWS: usize = 65_534;

/// Places of the grid for each cell, and for a table as such: a table of 20 columns whose rows hold one cell each is
/// still one that people make; beyond, spans are there to make a page large.
const MOST_SPREAD: usize = 20;
const LEAST_PLACES: usize = 1_000;

/// A row in its place.
#[derive(Debug)]
pub(super) struct GridRow {
    /// Its cells joined by tabs, none for empty columns at the end.
    pub(super) text: String,
    pub(super) shape: RowShape,
    /// Which part of the table it stands in; parts are shown in this order.
    pub(super) part: Part,
}

/// The parts of a table in the order they are shown, wherever they are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(super) enum Part {
    Head,
    #[default]
    Body,
    Foot,
}

impl Part {
    /// The part that an element is.
    pub(super) fn of(name: &str) -> Self {
        match name {
            "thead" => Self::Head,
            "tfoot" => Self::Foot,
            _ => Self::Body,
        }
    }
}

/// A cell as written.
#[derive(Debug, Default)]
pub(super) struct Cell {
    text: String,
    columns: usize,
    /// 0: down to the end of its part.
    rows: usize,
    pub(super) is_head: bool,
    pub(super) has_plain: bool,
}

impl Cell {
    /// An empty cell of this element.
    pub(super) fn of(node: Node<'_>) -> Self {
        let columns = number(node.attr("colspan")).filter(|&n| n > 0).unwrap_or(1).min(MOST_COLUMNS);
        let rows = number(node.attr("rowspan")).unwrap_or(1).min(MOST_ROWS);
        Self { columns, rows, is_head: node.name() == "th", ..Self::default() }
    }

    /// A paragraph of it.
    pub(super) fn add(&mut self, text: &str, is_bold: bool) {
        if !self.text.is_empty() {
            self.text.push(' ');
        }
        self.text.push_str(text);
        self.has_plain |= !is_bold;
    }

    pub(super) fn text(&self) -> &str {
        &self.text
    }
}

/// A number as HTML reads it: digits, whatever follows them.
fn number(written: Option<&str>) -> Option<usize> {
    let written = written?.trim_start().trim_start_matches('+');
    let n_digits = written.bytes().take_while(u8::is_ascii_digit).count();
    // More digits than these are more than any limit.
    written.get(..n_digits.min(9)).filter(|digits| !digits.is_empty())?.parse().ok()
}

#[derive(Debug)]
struct Row {
    cells: Vec<Cell>,
    part: Part,
    group: usize,
    /// Its line; `None`: it has no text.
    line: Option<usize>,
}

/// A table under way.
#[derive(Debug, Default)]
pub(super) struct Table {
    rows: Vec<Row>,
    part: Part,
    group: usize,
}

/// A cell on the grid.
#[derive(Debug, Clone)]
pub(super) struct Placed {
    /// Which of the row's cells it is.
    cell: usize,
    pub(super) columns: Range<usize>,
    pub(super) n_rows: usize,
}

impl Table {
    /// A `thead`, `tbody` or `tfoot` begins.
    pub(super) fn begin(&mut self, part: Part) {
        self.part = part;
        self.group += 1;
    }

    /// A row ends; `line` where it has text.
    pub(super) fn push(&mut self, cells: Vec<Cell>, line: Option<usize>) {
        self.rows.push(Row { cells, part: self.part, group: self.group, line });
    }

    /// The rows that have text, by their lines. `table` is the number of the table.
    pub(super) fn rows(mut self, table: u32) -> Vec<(usize, GridRow)> {
        let mut placed = self.placed().unwrap_or_else(|| self.as_written());
        self.leave_out_empty(&mut placed);
        let look: Vec<header::Row<'_>> = self.rows.iter().zip(&placed).map(|(row, placed)| look(row, placed)).collect();
        let n_header = header::n_rows(&look);
        let rows = self.rows.iter().zip(&placed).enumerate();
        let grid = rows.filter_map(|(n, (row, placed))| {
            let shape = RowShape { table, is_header: n < n_header, spans: spans(placed) };
            Some((row.line?, GridRow { text: text(row, placed), shape, part: row.part }))
        });
        grid.collect()
    }

    /// Every cell in its place; `None` where the grid would be out of all proportion to its cells.
    fn placed(&self) -> Option<Vec<Vec<Placed>>> {
        let n_cells: usize = self.rows.iter().map(|row| row.cells.len()).sum();
        let mut budget = n_cells.saturating_mul(MOST_SPREAD).saturating_add(LEAST_PLACES);
        let ends = self.group_ends();
        let mut placed = Vec::with_capacity(self.rows.len());
        // Cells of rows above that reach down: their columns and the row they end before.
        let mut above: Vec<(Range<usize>, usize)> = Vec::new();
        for (n, row) in self.rows.iter().enumerate() {
            above.retain(|&(_, end)| n < end);
            budget = budget.checked_sub(above.len())?;
            let cells = row_placed(row, n, ends[n], &above);
            above.extend(cells.iter().filter(|cell| cell.n_rows > 1).map(|c| (c.columns.clone(), n + c.n_rows)));
            above.sort_unstable_by_key(|(columns, _)| columns.start);
            placed.push(cells);
        }
        narrow(&mut placed);
        for (row, cells) in self.rows.iter().zip(&placed) {
            let filled = cells.iter().rfind(|placed| !row.cells[placed.cell].text.is_empty());
            budget = budget.checked_sub(filled.map_or(0, |placed| placed.columns.start))?;
        }
        Some(placed)
    }

    /// Cell by cell, without a look at what they cover.
    fn as_written(&self) -> Vec<Vec<Placed>> {
        let one = |(cell, _): (usize, &Cell)| Placed { cell, columns: cell..cell + 1, n_rows: 1 };
        self.rows.iter().map(|row| row.cells.iter().enumerate().map(one).collect()).collect()
    }

    /// For each row, the row before which its part of the table ends: no cell reaches beyond it.
    fn group_ends(&self) -> Vec<usize> {
        let mut ends = vec![self.rows.len(); self.rows.len()];
        for n in (0..self.rows.len().saturating_sub(1)).rev() {
            ends[n] = if self.rows[n].group == self.rows[n + 1].group { ends[n + 1] } else { n + 1 };
        }
        ends
    }

    /// Rows without text go, and no cell counts them; the parts in the order they are shown.
    fn leave_out_empty(&mut self, placed: &mut Vec<Vec<Placed>>) {
        let mut n_kept = vec![0_usize; self.rows.len() + 1];
        for (n, row) in self.rows.iter().enumerate() {
            n_kept[n + 1] = n_kept[n] + usize::from(row.line.is_some());
        }
        for (n, cells) in placed.iter_mut().enumerate() {
            for cell in cells {
                cell.n_rows = (n_kept[n + cell.n_rows] - n_kept[n]).max(1);
            }
        }
        let rows = std::mem::take(&mut self.rows).into_iter().zip(std::mem::take(placed));
        let mut rows: Vec<(Row, Vec<Placed>)> = rows.filter(|(row, _)| row.line.is_some()).collect();
        rows.sort_by_key(|(row, _)| row.part);
        (self.rows, *placed) = rows.into_iter().unzip();
    }
}

/// The cells of one row, beside those that reach down into it.
fn row_placed(row: &Row, n: usize, end: usize, above: &[(Range<usize>, usize)]) -> Vec<Placed> {
    let mut above = above.iter().map(|(columns, _)| columns).peekable();
    let mut column = 0;
    let mut placed = Vec::with_capacity(row.cells.len());
    for (at, cell) in row.cells.iter().enumerate() {
        while let Some(taken) = above.next_if(|taken| taken.start <= column) {
            column = column.max(taken.end);
        }
        let room = above.peek().map_or(cell.columns, |taken| taken.start - column);
        let columns = column..column + cell.columns.min(room);
        let n_rows = if cell.rows == 0 { end - n } else { cell.rows.min(end - n) };
        column = columns.end;
        placed.push(Placed { cell: at, columns, n_rows });
    }
    placed
}

/// Columns in which no cell begins are none that a reader sees.
fn narrow(placed: &mut [Vec<Placed>]) {
    let mut starts: Vec<usize> = placed.iter().flatten().map(|cell| cell.columns.start).collect();
    starts.sort_unstable();
    starts.dedup();
    let rank = |column: usize| starts.partition_point(|&start| start < column);
    for cell in placed.iter_mut().flatten() {
        cell.columns = rank(cell.columns.start)..rank(cell.columns.end);
    }
}

fn text(row: &Row, placed: &[Placed]) -> String {
    let mut text = String::new();
    let mut column = 0;
    for cell in placed.iter().filter(|placed| !row.cells[placed.cell].text.is_empty()) {
        text.extend(std::iter::repeat_n('\t', cell.columns.start - column));
        text.push_str(&row.cells[cell.cell].text);
        column = cell.columns.start;
    }
    text
}

fn spans(placed: &[Placed]) -> Vec<Span> {
    let is_wide = |cell: &&Placed| cell.columns.len() > 1 || cell.n_rows > 1;
    let number = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    let span = |cell: &Placed| Span {
        column: number(cell.columns.start),
        columns: number(cell.columns.len()),
        rows: number(cell.n_rows),
    };
    placed.iter().filter(is_wide).map(span).collect()
}

fn look<'a>(row: &'a Row, placed: &'a [Placed]) -> header::Row<'a> {
    let cells = placed.iter().map(|placed| (placed, &row.cells[placed.cell]));
    let filled = cells.filter(|(_, cell)| !cell.text.is_empty()).collect();
    header::Row { filled, is_head: row.part == Part::Head }
}
