//! PURE. Tables without lines: the cells of each row under the columns of the whole table.
//!
//! In: lines in the order in which they are drawn, their cells apart by tabs. Out: the same, with a tab for every column
//! that a line leaves empty, and what wraps in a cell in its row. Never: a cell moved where the columns cannot be told;
//! that is counted.

use super::lines::TextLine;
use super::tables::join;

/// Rows from which on columns that cannot be told are those of a table, if most have as many cells; fewer are an address
/// or a list in two parts.
const LEAST_UNSURE: usize = 3;
/// How far below the row before it a row stands at most, in ems: where a cell of four lines stands beside it.
const NEXT_EMS: f64 = 5.0;
/// The same for a row of one cell: further below is a line of its own.
const NEXT_ALONE_EMS: f64 = 2.6;
/// How far below the line before it a line of the same cell stands at most, in ems: programs set tables 1.2 to 1.45
/// apart, by the font.
const WRAP_EMS: f64 = 1.6;
/// How far over the base of its row the first line of a cell stands at most, in ems: of one of six lines in the middle.
const OVER_EMS: f64 = 4.0;
/// How far to the left of its column a cell may begin, in ems, and what is level with a row.
const LEVEL_EMS: f64 = 0.5;
/// Rows that tell where the columns are while a table is collected.
const TELLING_ROWS: usize = 8;

/// From where to where something stands.
#[derive(Debug, Clone, Copy)]
struct Span {
    start: f64,
    end: f64,
}

/// A row, with the cells of all lines that belong to it.
#[derive(Debug)]
struct Row {
    /// Which line begins it.
    at: usize,
    base: f64,
    em: f64,
    /// From left to right.
    cells: Vec<Cell>,
}

#[derive(Debug, Clone)]
struct Cell {
    span: Span,
    text: String,
    /// The base of its last line.
    base: f64,
}

/// The text of each line; `None` for one that stands in the row of another. Tables whose columns cannot be told are
/// counted, and stay as they are.
pub(super) fn texts(lines: &[TextLine], n_unsure: &mut usize) -> Vec<Option<String>> {
    let mut texts: Vec<Option<String>> = lines.iter().map(|line| Some(line.text.clone())).collect();
    let mut from = 0;
    while from < lines.len() {
        let (rows, n_lines) = table(&lines[from..]);
        let columns = columns(rows.iter());
        match rows.iter().map(|row| placed(row, &columns)).collect::<Option<Vec<String>>>() {
            Some(placed) if rows.len() > 1 => {
                texts[from..from + n_lines].fill(None);
                rows.iter().zip(placed).for_each(|(row, text)| texts[from + row.at] = Some(text));
            }
            Some(_) => {}
            None => *n_unsure += usize::from(is_plainly_table(&rows)),
        }
        from += n_lines.max(1);
    }
    texts
}

/// The table that the first lines are, and how many they are: lines of many cells, and of one between two of these.
fn table(lines: &[TextLine]) -> (Vec<Row>, usize) {
    let mut rows: Vec<Row> = Vec::new();
    let (mut n_rows, mut n_lines) = (0, 0);
    for (at, line) in lines.iter().enumerate() {
        let Some(row) = row(at, line) else { break };
        let Some(row) = taken(&mut rows, row) else {
            n_lines = if rows.len() == n_rows { at + 1 } else { n_lines };
            continue;
        };
        let is_wide = row.cells.len() > 1;
        let is_after_wide = n_rows > 0 && rows.len() == n_rows;
        if !rows.last().is_none_or(|before| before.is_over(&row)) || !(is_wide || is_after_wide) {
            break;
        }
        rows.push(row);
        if is_wide {
            (n_rows, n_lines) = (rows.len(), at + 1);
        }
    }
    rows.truncate(n_rows);
    (rows, n_lines)
}

/// Gives a line to the last row where it is part of it: back on its level, or one of the lines of a cell. Gives it back
/// where it is none.
fn taken(rows: &mut [Row], line: Row) -> Option<Row> {
    let (before, last) = match rows {
        [.., before, last] if last.cells.len() > 1 => (before, last),
        _ => return Some(line),
    };
    if (line.base - last.base).abs() < LEVEL_EMS * last.em {
        line.cells.into_iter().for_each(|cell| last.put(cell));
        return None;
    }
    let [cell] = line.cells.as_slice() else { return Some(line) };
    // A figure is a row of its own: below another one in its cell it would be read as one.
    if cell.text.contains(|c: char| c.is_ascii_digit())
        && !cell.text.contains(|c| ('\u{4e00}'..='\u{9fff}').contains(&c))
    {
        return Some(line);
    }
    let top = before.bottom() + LEVEL_EMS * line.em;
    let columns = columns(rows.iter().take(TELLING_ROWS).chain(rows.last()));
    let Some(last) = rows.last_mut() else { return Some(line) };
    let Some(column) = column_of(&columns, cell.span, line.em).filter(|column| *column > 0) else { return Some(line) };
    let in_column = |cell: &&Cell| column_of(&columns, cell.span, line.em) == Some(column);
    let above = last.cells.iter().find(in_column).map(|cell| cell.base);
    let below = line.base - above.unwrap_or(last.base);
    let is_first = above.is_none() && line.base > top && (-OVER_EMS * line.em..0.0).contains(&below);
    if !is_first && !(0.0..WRAP_EMS * line.em).contains(&below) {
        return Some(line);
    }
    last.put(cell.clone());
    None
}

/// The column that a text of one cell stands in: begins in it, and ends before the next.
fn column_of(columns: &[Span], span: Span, em: f64) -> Option<usize> {
    let column = columns.partition_point(|column| column.start <= span.start + LEVEL_EMS * em).checked_sub(1)?;
    let ends_before = columns.get(column + 1).is_none_or(|next| span.end <= next.start);
    (ends_before && span.start <= columns[column].end).then_some(column)
}

impl Row {
    fn bottom(&self) -> f64 {
        self.cells.iter().map(|cell| cell.base).fold(self.base, f64::max)
    }

    /// Whether a row stands right under this one.
    fn is_over(&self, row: &Row) -> bool {
        let is_wide = self.cells.len() > 1 && row.cells.len() > 1;
        let most = if is_wide { NEXT_EMS } else { NEXT_ALONE_EMS };
        row.base > self.base && row.base - self.bottom() < most * row.em.max(self.em)
    }

    /// Adds a cell, or a line to the cell that stands over it.
    fn put(&mut self, cell: Cell) {
        let touches = |known: &&mut Cell| known.span.start <= cell.span.end && cell.span.start <= known.span.end;
        if let Some(known) = self.cells.iter_mut().find(touches) {
            join(&mut known.text, &cell.text);
            known.span.start = known.span.start.min(cell.span.start);
            known.span.end = known.span.end.max(cell.span.end);
            known.base = cell.base;
            return;
        }
        let place = self.cells.partition_point(|known| known.span.start < cell.span.start);
        self.cells.insert(place, cell);
    }
}

/// A line as a row; `None` where it does not run from left to right.
fn row(at: usize, line: &TextLine) -> Option<Row> {
    let base = line.base?;
    let cells = line.text.split('\t').zip(spans(line));
    let cells = cells.map(|(text, span)| Cell { span, text: text.trim().to_owned(), base }).collect();
    Some(Row { at, base, em: line.em, cells })
}

/// Whether rows are those of a table, and no listing of a program or a register that leads from words to pages.
fn is_plainly_table(rows: &[Row]) -> bool {
    let n_wide = rows.iter().filter(|row| row.cells.len() >= LEAST_UNSURE).count();
    rows.len() >= LEAST_UNSURE && n_wide * 2 > rows.len()
}

/// Where the cells of a line stand.
fn spans(line: &TextLine) -> Vec<Span> {
    let mut spans: Vec<Span> = Vec::new();
    let mut is_open = false;
    for (n, glyph) in line.glyphs.iter().enumerate() {
        let end = line.glyphs.get(n + 1).map_or(line.text.len(), |next| next.at);
        let text = &line.text[glyph.at..end];
        if !text.trim().is_empty() {
            match spans.last_mut().filter(|_| is_open) {
                Some(span) => span.end = glyph.end,
                None => spans.push(Span { start: glyph.start, end: glyph.end }),
            }
            is_open = true;
        }
        is_open &= !text.contains('\t');
    }
    spans
}

/// The columns of a table: places that no cell reaches part them.
fn columns<'r>(rows: impl Iterator<Item = &'r Row>) -> Vec<Span> {
    let mut spans: Vec<Span> = rows.flat_map(|row| &row.cells).map(|cell| cell.span).collect();
    spans.sort_by(|one, next| one.start.total_cmp(&next.start));
    let mut columns: Vec<Span> = Vec::new();
    for span in spans {
        match columns.last_mut() {
            Some(column) if span.start <= column.end => column.end = column.end.max(span.end),
            _ => columns.push(span),
        }
    }
    columns
}

/// A row with each cell in its column; `None` where two of its cells stand in one.
fn placed(row: &Row, columns: &[Span]) -> Option<String> {
    let mut text = String::new();
    let mut next = 0;
    for Cell { span, text: cell, .. } in &row.cells {
        let column = columns.partition_point(|column| column.end < span.start);
        // One column on for each cell, and one tab for each column.
        let n_tabs = if next == 0 { Some(column) } else { (column + 1).checked_sub(next).filter(|n| *n > 0) };
        text.extend(std::iter::repeat_n('\t', n_tabs?));
        text.push_str(cell);
        next = column + 1;
    }
    Some(text)
}
