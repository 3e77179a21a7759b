//! Which rows of a table head its columns.
//!
//! In: its rows on the grid. Out: how many of the first ones. Never: a row below one that heads nothing.

use super::grid::{Cell, Placed};

/// Longest label of a column, in characters.
const LONGEST_LABEL: usize = 20;

/// Most rows that head columns together; the forms of annual reports have four.
const MOST_HEADERS: usize = 5;

/// Least rows of figures below two labels: a list of names and values also has two columns, and figures here and there.
const LEAST_PAIRS: usize = 3;

/// Rows and columns whose cells decide what stands below a label; tables are alike all the way down.
const MOST_READ: usize = 50;

/// A row as it looks.
pub(super) struct Row<'a> {
    /// Its cells that have text.
    pub(super) filled: Vec<(&'a Placed, &'a Cell)>,
    /// Whether it stands in a `thead`.
    pub(super) is_head: bool,
}

impl Row<'_> {
    fn is_marked(&self) -> bool {
        self.is_head || self.filled.iter().all(|(_, cell)| cell.is_head)
    }

    fn is_bold(&self) -> bool {
        self.filled.iter().all(|(_, cell)| !cell.has_plain)
    }

    fn has_labels(&self) -> bool {
        self.filled.iter().all(|(_, cell)| is_label(cell.text()))
    }

    fn has_figures(&self) -> bool {
        self.filled.iter().any(|(_, cell)| is_figure(cell.text()) && !is_year(cell.text()))
    }

    fn at(&self, column: usize) -> Option<&str> {
        let found = self.filled.binary_search_by_key(&column, |(placed, _)| placed.columns.start);
        found.ok().map(|at| self.filled[at].1.text())
    }
}

/// How many of the first rows head the columns. A table of nothing but headers has one.
pub(super) fn n_rows(rows: &[Row<'_>]) -> usize {
    let n_marked = rows.iter().take_while(|row| row.is_marked()).count();
    if n_marked == rows.len() {
        return usize::from(rows.len() > 1 && (rows[0].filled.len() > 1 || rows[0].is_head));
    }
    if n_marked > 0 {
        return n_marked;
    }
    // The first row may be the title of the table.
    let n_title = usize::from(rows.len() > 2 && rows[0].filled.len() == 1 && rows[0].has_labels());
    by_look(&rows[n_title..]).map_or(0, |n_header| n_title + n_header)
}

/// How many rows look like labels over what stands below them.
fn by_look(rows: &[Row<'_>]) -> Option<usize> {
    let (first, below) = rows.split_first()?;
    let next = below.first()?;
    if first.filled.len() < 2 || !first.has_labels() || first.has_figures() {
        return None;
    }
    let n_high = first.filled.iter().map(|(placed, _)| placed.n_rows).max().unwrap_or(1);
    let is_header = |row: &Row<'_>| !row.has_figures() && row.has_labels();
    let reaches = n_high <= MOST_HEADERS && n_high < rows.len() && rows[..n_high].iter().all(is_header);
    let n_header = if reaches { n_high } else { 1 };
    let is_set_off = first.is_bold() && !next.is_bold();
    (is_set_off || heads_figures(first, &rows[n_header..])).then_some(n_header)
}

/// Whether figures stand below one of these labels.
fn heads_figures(labels: &Row<'_>, below: &[Row<'_>]) -> bool {
    let is_pair = labels.filled.len() == 2;
    labels.filled.iter().take(MOST_READ).any(|(placed, _)| {
        placed.columns.clone().take(MOST_HEADERS).any(|column| {
            let cells = below.iter().take(MOST_READ).filter_map(|row| row.at(column));
            let (n_figures, n_filled) =
                cells.fold((0, 0), |(n, all), cell| (n + usize::from(is_figure(cell)), all + 1));
            n_figures * 2 > n_filled && (!is_pair || (n_figures == n_filled && n_filled >= LEAST_PAIRS))
        })
    })
}

fn is_label(text: &str) -> bool {
    text.chars().count() <= LONGEST_LABEL && !text.contains(['。', '；', '：', ':'])
}

/// Whether a cell holds a figure, a share, an amount or a day, and no words.
fn is_figure(text: &str) -> bool {
    text.chars().any(|c| c.is_ascii_digit())
        && text
            .chars()
            .all(|c| c.is_ascii_digit() || c.is_whitespace() || ".,，%％‰+-—–－/~～()（）年月日时:：".contains(c))
}

/// A year by itself labels a column: 2023年.
fn is_year(text: &str) -> bool {
    text.strip_suffix('年').is_some_and(|year| year.len() == 4 && year.bytes().all(|b| b.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_told_from_words() {
        for figure in ["15767", "18.64%", "1,234.5", "-3", "2024-01-02", "2024年1月2日", "0371-1234567"] {
            assert!(is_figure(figure), "{figure}");
        }
        for words in ["", "—", "第3局", "3号楼", "约5"] {
            assert!(!is_figure(words), "{words}");
        }
    }
}
