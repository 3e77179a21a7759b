//! The lines of a file as they are found, its tables row by row, within the limit of text.
//!
//! In: paragraphs and the marks of tables, in reading order. Out: [`Words`]. Never: more than the limit, an empty line.
//!
//! A row is a line whose cells are joined by tabs. Paragraphs of one cell are joined by spaces. A row with one cell
//! only is a frame for layout: its paragraphs stay lines.

use super::{Limits, Words};

/// Tables inside tables that are kept apart. Deeper ones are read as paragraphs of the cell they stand in, so that a
/// text is not joined once more a level.
const TABLE_DEPTH: usize = 16;

/// Columns that one cell covers at most: Word has 63 in a row.
const MOST_COVERED: usize = 62;

/// A row that is not finished.
#[derive(Debug, Default)]
struct Row {
    cells: Vec<String>,
    /// Cells that were closed; others are columns that a merged one covers.
    n_closed: usize,
    /// Further columns that the open cell covers.
    n_covered: usize,
    /// The lines of the first cell: the row is a frame if no second one comes.
    first: Vec<String>,
    /// The lines of the cell that is not finished.
    cell: Vec<String>,
}

/// Collects lines.
#[derive(Debug)]
pub(super) struct Lines {
    text: String,
    rows: Vec<Row>,
    /// Rows below [`TABLE_DEPTH`].
    deeper: usize,
    /// Bytes that may still be taken.
    left: usize,
    notes: Vec<String>,
    is_cut: bool,
}

impl Lines {
    /// No lines, and room for as many as the limits allow.
    pub(super) fn new(limits: &Limits) -> Self {
        Self {
            text: String::new(),
            rows: Vec::new(),
            deeper: 0,
            left: limits.text_bytes,
            notes: Vec::new(),
            is_cut: false,
        }
    }

    /// Whether the limit of text is met: what comes now is dropped.
    pub(super) fn is_full(&self) -> bool {
        self.left == 0
    }

    /// Adds a paragraph; its own line breaks part it.
    pub(super) fn paragraph(&mut self, text: &str) {
        for line in text.split(['\n', '\r', '\u{b}', '\u{c}', '\u{2028}', '\u{2029}']) {
            let line = clean(line);
            self.take(line);
        }
    }

    /// A row of a table begins.
    pub(super) fn open_row(&mut self) {
        if self.rows.len() < TABLE_DEPTH {
            self.rows.push(Row::default());
        } else {
            self.deeper += 1;
        }
    }

    /// The open row leaves so many columns empty, or the open cell covers so many more than one.
    pub(super) fn pass_over(&mut self, n: usize, is_in_cell: bool) {
        let Some(row) = self.rows.last_mut().filter(|_| self.deeper == 0) else { return };
        if is_in_cell {
            row.n_covered = n.min(MOST_COVERED);
        } else if row.cells.is_empty() {
            row.cells.resize(n.min(MOST_COVERED), String::new());
        }
    }

    /// The cell ends that was filled until now.
    pub(super) fn close_cell(&mut self) {
        if self.deeper > 0 {
            return;
        }
        if let Some(row) = self.rows.last_mut() {
            let lines = std::mem::take(&mut row.cell);
            row.cells.push(lines.join(" ").replace('\t', " "));
            row.n_closed += 1;
            if row.cells.len() == 1 {
                row.first = lines;
            }
            let n_columns = row.cells.len() + std::mem::take(&mut row.n_covered);
            row.cells.resize(n_columns, String::new());
        }
    }

    /// The row ends. One with less than two cells gives its lines back as lines.
    pub(super) fn close_row(&mut self) {
        if self.deeper > 0 {
            self.deeper -= 1;
            return;
        }
        let Some(mut row) = self.rows.pop() else { return };
        let is_frame = row.cells.len() < 2 || (row.n_closed == 1 && !row.first.is_empty());
        if is_frame {
            let lines = std::mem::take(&mut row.first);
            lines.into_iter().chain(row.cell).for_each(|line| self.push(line));
            return;
        }
        while row.cells.last().is_some_and(String::is_empty) {
            row.cells.pop();
        }
        if !row.cells.is_empty() {
            self.push(row.cells.join("\t"));
        }
    }

    /// The row that is not finished is dropped with all it holds.
    pub(super) fn drop_row(&mut self) {
        if self.deeper > 0 {
            self.deeper -= 1;
        } else {
            self.rows.pop();
        }
    }

    /// A finished row: its cells, of which trailing empty ones are cut.
    pub(super) fn row<'a>(&mut self, cells: impl IntoIterator<Item = &'a str>) {
        let mut line = cells.into_iter().map(|cell| clean(cell).replace('\t', " ")).collect::<Vec<_>>().join("\t");
        line.truncate(line.trim_end_matches('\t').len());
        self.take(line);
    }

    /// Takes a finished line, where there is room for it; the first for which there is none ends the text.
    fn take(&mut self, line: String) {
        if line.is_empty() || self.is_full() {
            return;
        }
        if line.len() >= self.left {
            self.left = 0;
            return self.cut("its text is longer than the limit; the rest was left out");
        }
        self.left -= line.len() + 1;
        self.push(line);
    }

    /// Says what was left out.
    pub(super) fn cut(&mut self, note: &str) {
        self.is_cut = true;
        self.note(note);
    }

    /// Says something of the words; the same thing once.
    pub(super) fn note(&mut self, note: &str) {
        if !self.notes.iter().any(|known| known == note) {
            self.notes.push(note.to_owned());
        }
    }

    /// The words. Rows that were never finished are given as far as they go.
    pub(super) fn into_words(mut self) -> Words {
        self.deeper = 0;
        while !self.rows.is_empty() {
            self.close_cell();
            self.close_row();
        }
        self.text.truncate(self.text.trim_end().len());
        let note = (!self.notes.is_empty()).then(|| self.notes.join("; "));
        Words { text: self.text, note, is_cut: self.is_cut }
    }

    fn push(&mut self, line: String) {
        if let Some(row) = self.rows.last_mut() {
            row.cell.push(line);
        } else {
            self.text.push_str(&line);
            self.text.push('\n');
        }
    }
}

/// A line without control characters, and without white space around it. A tab inside it is kept.
fn clean(line: &str) -> String {
    let is_kept = |c: &char| *c == '\t' || !(c.is_control() || matches!(c, '\u{feff}' | '\u{fffe}' | '\u{ffff}'));
    let text: String = line.chars().map(|c| if matches!(c, '\n' | '\r') { ' ' } else { c }).filter(is_kept).collect();
    text.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(lines: &mut Lines, rows: &[&[&str]]) {
        for row in rows {
            lines.open_row();
            for cell in *row {
                lines.paragraph(cell);
                lines.close_cell();
            }
            lines.close_row();
        }
    }

    #[test]
    fn cells_of_a_row_are_joined_by_tabs_and_trailing_empty_ones_are_cut() {
        let mut lines = Lines::new(&Limits::default());
        lines.paragraph("表");
        table(&mut lines, &[&["序号", "项目\n名称", "数"], &["1", "", "二\t三"], &["2", "四", ""], &["", ""]]);
        assert_eq!(lines.into_words().text, "表\n序号\t项目 名称\t数\n1\t\t二 三\n2\t四");
    }

    #[test]
    fn a_row_with_one_cell_is_a_frame_whose_paragraphs_stay_lines() {
        let mut lines = Lines::new(&Limits::default());
        lines.open_row();
        lines.paragraph("一");
        table(&mut lines, &[&["甲", "乙"]]);
        lines.paragraph("二");
        lines.close_cell();
        lines.close_row();
        assert_eq!(lines.into_words().text, "一\n甲\t乙\n二");
    }

    #[test]
    fn text_beyond_the_limit_is_left_out_and_said() {
        let limits = Limits { text_bytes: 10, ..Limits::default() };
        let mut lines = Lines::new(&limits);
        lines.paragraph("甲乙");
        lines.paragraph("丙丁");
        lines.paragraph("x");
        let words = lines.into_words();
        assert_eq!(words.text, "甲乙");
        assert!(words.note.is_some_and(|note| note.contains("limit")));
    }
}
