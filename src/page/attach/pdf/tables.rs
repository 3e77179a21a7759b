//! PURE. The lines of one page as paragraphs and tables.
//!
//! In: lines in the order in which they are drawn, and the grids that lines make. Out: [`Arranged`]. A table with lines
//! has each cell where its lines say; what wraps in a cell stays in its row. Never: a paragraph joined where a line may
//! as well begin another one.

use std::collections::{BTreeMap, HashMap};

use hayro_interpret::kurbo::Point;

use super::lines::{Drawn, Size, TextLine, is_word};
use super::rulings::{Cell, Grid};
use super::spread;

/// How far above its base line the middle of a character is, in ems.
const MIDDLE_EMS: f64 = 0.3;
/// Glyphs that are closer to each other than the padding of a cell, in ems, stand in one cell.
const TOUCHING_EMS: f64 = 0.1;
/// The first line of a paragraph is set in by two characters; by this many ems at least.
const INDENT_EMS: f64 = 1.5;
/// What begins further to the right is centred.
const MOST_INDENT_EMS: f64 = 4.0;
/// A full line is at least so long; shorter ones are of lists and heads.
const LEAST_FULL_EMS: f64 = 15.0;
/// How far from its margin a full line may end: a mark that may not begin a line is taken to the next with one character.
const FULL_EMS: f64 = 2.1;
/// The next line of a paragraph is no further below, in ems; official papers have 28 points a line of 16.
const NEXT_EMS: f64 = 2.6;
/// Lines in a row of a grid from which on it may be many rows without lines between them.
const MANY_LINES: usize = 3;

/// How far the base lines of one row differ at most, in points: by the descent of their fonts.
const SAME_LEVEL: f64 = 3.0;

/// A line that is given back.
#[derive(Debug, Default)]
pub(super) struct PageLine {
    /// A paragraph, or the cells of a row joined by tabs.
    pub(super) text: String,
    /// How far it stands from the upper or lower edge of the page, as a part of its longer side; `None` in a table.
    pub(super) from_edge: Option<f64>,
}

/// What a page says, in order.
#[derive(Debug, Default)]
pub(super) struct Arranged {
    pub(super) lines: Vec<PageLine>,
    /// Tables whose columns could not be told.
    pub(super) n_unsure: usize,
}

impl Arranged {
    /// Cuts what is beyond so many bytes.
    pub(super) fn cut(&mut self, most_bytes: usize) {
        let mut left = most_bytes;
        for line in &mut self.lines {
            line.text.truncate(line.text.floor_char_boundary(left));
            left = left.saturating_sub(line.text.len() + 1);
        }
        self.lines.retain(|line| !line.text.is_empty());
    }
}

/// Cells of one grid and, within each, its lines: where the base line stands, and what it says.
type Cells = BTreeMap<Cell, Vec<(f64, String)>>;

/// The next thing that a page says.
enum Item {
    Line(TextLine),
    Table(usize),
}

/// Puts the lines of a page in order.
pub(super) fn arranged(lines: Vec<TextLine>, grids: &[Grid], size: Size) -> Arranged {
    let mut tables: Vec<Cells> = grids.iter().map(|_| Cells::new()).collect();
    let mut items = Vec::new();
    for line in lines {
        place(line, grids, &mut tables, &mut items);
    }
    let mut arranged = Arranged::default();
    let mut free: Vec<TextLine> = Vec::new();
    for item in items {
        match item {
            Item::Line(line) => free.push(line),
            Item::Table(at) => {
                free_lines(&free, size, &mut arranged);
                free.clear();
                let rows = rows(std::mem::take(&mut tables[at]), grids[at].n_columns());
                arranged.lines.extend(rows.into_iter().map(|text| PageLine { text, from_edge: None }));
            }
        }
    }
    free_lines(&free, size, &mut arranged);
    arranged
}

/// Puts a line into the cells that it crosses; what stands outside every grid is a line of its own.
fn place(line: TextLine, grids: &[Grid], tables: &mut [Cells], items: &mut Vec<Item>) {
    let cells = cells(&line, grids);
    if cells.iter().all(Option::is_none) {
        items.push(Item::Line(line));
        return;
    }
    let mut first = 0;
    for run in cells.chunk_by(|one, next| one == next) {
        let end = first + run.len();
        let part = part(&line, first..end);
        first = end;
        let Some(part) = part else { continue };
        let Some((at, cell)) = run[0] else {
            items.push(Item::Line(part));
            continue;
        };
        if tables[at].is_empty() {
            items.push(Item::Table(at));
        }
        let text = part.text.replace('\t', " ").trim().to_owned();
        tables[at].entry(cell).or_default().push((part.base.unwrap_or_default(), text));
    }
}

/// The grid and the cell of each glyph. What overruns its cell stays in it: only after a gap another one begins.
fn cells(line: &TextLine, grids: &[Grid]) -> Vec<Option<(usize, Cell)>> {
    let mut cells: Vec<Option<(usize, Cell)>> = Vec::with_capacity(line.glyphs.len());
    let mut end = f64::NEG_INFINITY;
    for glyph in &line.glyphs {
        let found = line.base.and_then(|base| {
            let point = Point::new(f64::midpoint(glyph.start, glyph.end), base - MIDDLE_EMS * line.em);
            grids.iter().enumerate().find_map(|(at, grid)| grid.cell(point).map(|cell| (at, cell)))
        });
        let goes_on = glyph.start - end < TOUCHING_EMS * line.em;
        cells.push(cells.last().copied().filter(|_| goes_on).unwrap_or(found));
        end = glyph.end;
    }
    cells
}

/// Some glyphs of a line as a line of their own; `None` where they are white.
fn part(line: &TextLine, glyphs: std::ops::Range<usize>) -> Option<TextLine> {
    let start = line.glyphs.get(glyphs.start)?.at;
    let end = line.glyphs.get(glyphs.end).map_or(line.text.len(), |next| next.at);
    let text = &line.text[start..end];
    if text.trim().is_empty() {
        return None;
    }
    let glyphs = line.glyphs[glyphs].iter().map(|glyph| Drawn { at: glyph.at - start, ..*glyph });
    Some(TextLine { text: text.trim_end().to_owned(), glyphs: glyphs.collect(), ..*line })
}

/// The rows of a grid, cells joined by tabs; empty ones at the end of a row are left out.
fn rows(cells: Cells, n_columns: usize) -> Vec<String> {
    let mut rows = Vec::new();
    let mut cells = cells.into_iter().peekable();
    while let Some((row, _)) = cells.peek().map(|(cell, _)| *cell) {
        let mut of_row = Vec::new();
        while let Some(((_, column), lines)) = cells.next_if(|((at, _), _)| *at == row) {
            of_row.push((column, lines));
        }
        for part in apart(of_row) {
            if let [(0, lines)] = part.as_slice() {
                // A frame around lines of text, or a note as wide as the table.
                rows.extend(lines.iter().map(|(_, text)| text.clone()));
                continue;
            }
            let mut texts = vec![String::new(); n_columns];
            for (column, lines) in part {
                let cell = &mut texts[column.min(n_columns - 1)];
                for (_, line) in &lines {
                    join(cell, line);
                }
            }
            rows.push(row_of(&texts));
        }
    }
    rows
}

/// The cells of a row as one line.
fn row_of(cells: &[String]) -> String {
    cells.join("\t").trim_end().to_owned()
}

/// Cells with their columns, each with its lines.
type Row = Vec<(usize, Vec<(f64, String)>)>;

/// The rows that stand in one row of a grid: of many where every column has about as many lines, which no texts that
/// wrap have.
fn apart(row: Row) -> Vec<Row> {
    let most = row.iter().map(|(_, lines)| lines.len()).max().unwrap_or(0);
    let is_filled = |(_, lines): &(usize, Vec<(f64, String)>)| lines.len() * 5 >= most * 3;
    if most < MANY_LINES || row.len() < 2 || !row.iter().all(is_filled) {
        return vec![row];
    }
    let mut levels: Vec<f64> = row.iter().flat_map(|(_, lines)| lines).map(|(base, _)| *base).collect();
    levels.sort_by(f64::total_cmp);
    levels.dedup_by(|next, last| *next - *last <= SAME_LEVEL);
    let mut rows: Vec<Row> = levels.iter().map(|_| Row::new()).collect();
    for (column, lines) in row {
        for (base, text) in lines {
            let at = levels.partition_point(|level| *level <= base).saturating_sub(1);
            rows[at].push((column, vec![(base, text)]));
        }
    }
    rows
}

/// Adds a line to a text that goes on in it: words of letters apart by spaces, Chinese characters as they are.
pub(super) fn join(text: &mut String, line: &str) {
    if text.ends_with(is_word) && line.starts_with(is_word) {
        text.push(' ');
    }
    text.push_str(line);
}

/// Lines outside grids: tables without lines are put in columns, lines of a paragraph are joined.
fn free_lines(lines: &[TextLine], size: Size, arranged: &mut Arranged) {
    let margins = Margins::of(lines);
    // The first line of the paragraph, and the last one so far.
    let mut open: Option<(Edges, Edges)> = None;
    for (line, text) in lines.iter().zip(spread::texts(lines, &mut arranged.n_unsure)) {
        let Some(text) = text else { continue };
        let edges = Edges::of(line).filter(|_| !text.contains('\t'));
        let first = open.zip(edges).filter(|((first, last), line)| margins.goes_on(first, last, line));
        if let (Some(((first, _), line)), Some(last)) = (first, arranged.lines.last_mut()) {
            join(&mut last.text, text.trim());
            open = Some((first, line));
            continue;
        }
        let from_edge =
            line.base.filter(|_| !text.contains('\t')).map(|base| base.min(size.height - base) / size.longer());
        arranged.lines.push(PageLine { text: text.trim_matches([' ', '\u{3000}', '\u{a0}']).to_owned(), from_edge });
        open = edges.map(|edges| (edges, edges));
    }
}

/// Where a line begins and ends.
#[derive(Debug, Clone, Copy)]
struct Edges {
    start: f64,
    end: f64,
    base: f64,
    em: f64,
}

impl Edges {
    fn of(line: &TextLine) -> Option<Self> {
        let is_seen = |glyph: &&Drawn| line.text[glyph.at..].starts_with(|c: char| !c.is_whitespace());
        let (first, last) = (line.glyphs.iter().find(is_seen)?, line.glyphs.iter().rev().find(is_seen)?);
        Some(Self { start: first.start, end: last.end, base: line.base?, em: line.em })
    }

    #[expect(clippy::cast_possible_truncation, reason = "a float beyond the integers saturates: on no page")]
    fn column(&self) -> i64 {
        /// Lines that begin so close to each other begin at one margin, in points.
        const SAME_START: f64 = 4.0;
        (self.start / SAME_START).round() as i64
    }
}

/// How far to the right the lines go that begin at one place.
struct Margins(HashMap<i64, f64>);

impl Margins {
    fn of(lines: &[TextLine]) -> Self {
        let mut ends: HashMap<i64, f64> = HashMap::new();
        for line in lines.iter().filter_map(Edges::of) {
            let end = ends.entry(line.column()).or_insert(line.end);
            *end = end.max(line.end);
        }
        Self(ends)
    }

    /// Whether a line goes on with a paragraph: the last line of that is full, and this one stands under it and begins
    /// to the left of the first, which is set in.
    fn goes_on(&self, first: &Edges, last: &Edges, line: &Edges) -> bool {
        let below = line.base - last.base;
        let is_same_size = (last.em - line.em).abs() < 0.1 * line.em;
        let is_full = self.right(first).max(self.right(line)) - last.end < FULL_EMS * line.em
            && last.end - last.start > LEAST_FULL_EMS * line.em;
        is_same_size
            && is_full
            && below > 0.0
            && below < NEXT_EMS * line.em
            && (INDENT_EMS..MOST_INDENT_EMS).contains(&((first.start - line.start) / line.em))
    }

    fn right(&self, line: &Edges) -> f64 {
        let near = (line.column() - 1..=line.column() + 1).filter_map(|column| self.0.get(&column));
        near.copied().fold(line.end, f64::max)
    }
}
