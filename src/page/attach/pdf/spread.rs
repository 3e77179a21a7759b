//! PURE. Tables without lines: the cells of each row under the columns of the whole table.
//!
//! In: lines in the order in which they are drawn, their cells apart by tabs. Out: the same, with a tab for every column
//! that a line leaves empty. Never: a cell moved where the columns cannot be told; that is counted.

use super::lines::TextLine;

/// Lines of a table whose columns are missed, most of them of as many cells; fewer are an address or a list in two parts.
const LEAST_UNSURE: usize = 3;
/// How far below the line before a line of one cell may stand and be a row, in ems.
const NEXT_EMS: f64 = 2.6;

/// From where to where something stands.
#[derive(Debug, Clone, Copy)]
struct Span {
    start: f64,
    end: f64,
}

/// The text of each line. Tables whose columns cannot be told are counted.
pub(super) fn texts(lines: &[TextLine], n_unsure: &mut usize) -> Vec<String> {
    let mut texts: Vec<String> = lines.iter().map(|line| line.text.clone()).collect();
    let spans: Vec<Vec<Span>> = lines.iter().map(spans).collect();
    let mut from = 0;
    while from < lines.len() {
        let to = from + n_of_table(&lines[from..], &spans[from..]);
        if to - from > 1 {
            let columns = columns(&spans[from..to]);
            match placed(&lines[from..to], &spans[from..to], &columns) {
                Some(rows) => rows.into_iter().zip(&mut texts[from..to]).for_each(|(row, text)| *text = row),
                None => *n_unsure += usize::from(is_plainly_table(&spans[from..to])),
            }
        }
        from = to.max(from + 1);
    }
    texts
}

/// Whether rows are those of a table, and no listing of a program or a register that leads from words to pages.
fn is_plainly_table(rows: &[Vec<Span>]) -> bool {
    let n_wide = rows.iter().filter(|row| row.len() >= LEAST_UNSURE).count();
    rows.len() >= LEAST_UNSURE && n_wide * 2 > rows.len()
}

/// How many lines from the first on are rows: lines of many cells, and those of one between two of these, if they stand
/// close.
fn n_of_table(lines: &[TextLine], spans: &[Vec<Span>]) -> usize {
    let mut n_rows = 0;
    for at in 0..lines.len() {
        let is_close = at == 0 || is_under(&lines[at - 1], &lines[at]);
        match spans[at].len() {
            _ if !is_close => break,
            2.. => n_rows = at + 1,
            1 if n_rows == at && at > 0 => {}
            _ => break,
        }
    }
    n_rows
}

fn is_under(before: &TextLine, line: &TextLine) -> bool {
    let below = before.base.zip(line.base).map(|(before, base)| base - before);
    below.is_some_and(|below| below > 0.0 && below < NEXT_EMS * line.em.max(before.em))
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
fn columns(rows: &[Vec<Span>]) -> Vec<Span> {
    let mut spans: Vec<Span> = rows.iter().flatten().copied().collect();
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

/// The rows with each cell in its column; `None` where two cells of a row stand in one.
fn placed(lines: &[TextLine], spans: &[Vec<Span>], columns: &[Span]) -> Option<Vec<String>> {
    let row = |(line, spans): (&TextLine, &Vec<Span>)| {
        let mut row = String::new();
        let mut next = 0;
        for (cell, span) in line.text.split('\t').zip(spans) {
            let column = columns.partition_point(|column| column.end < span.start);
            // One column on for each cell, and one tab for each column.
            let n_tabs = if next == 0 { Some(column) } else { (column + 1).checked_sub(next).filter(|n| *n > 0) };
            row.extend(std::iter::repeat_n('\t', n_tabs?));
            row.push_str(cell.trim());
            next = column + 1;
        }
        Some(row)
    };
    lines.iter().zip(spans).map(row).collect()
}
