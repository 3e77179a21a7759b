//! The cells of a table whose rows say where each cell begins and ends: merged cells take as many columns as they cover.
//!
//! In: rows in order, with the edges of their cells. Out: the same with an empty cell for each further column that a
//! cell covers. Never: a cell moved where a row does not say its edges.

/// Edges closer to each other are one, in twips: programs round them, and a cell is wider.
const SAME_EDGE: i32 = 80;
/// Columns of a table that is put in order; the widest of reports have some 60.
const MOST_COLUMNS: usize = 256;

/// A row, or a paragraph as one cell.
#[derive(Debug, Default)]
pub(super) struct Row {
    pub(super) cells: Vec<String>,
    /// The left edge of the first cell, then the right edge of each, in twips; empty where they are not known.
    pub(super) edges: Vec<i32>,
}

impl Row {
    /// A line that is no row.
    pub(super) fn paragraph(text: String) -> Self {
        Self { cells: vec![text], edges: Vec::new() }
    }

    fn has_edges(&self) -> bool {
        self.edges.len() == self.cells.len() + 1
    }
}

/// The cells of each row in the columns of its table: rows that follow each other and say their edges.
pub(super) fn aligned(rows: Vec<Row>) -> Vec<Vec<String>> {
    let mut aligned = Vec::with_capacity(rows.len());
    let mut table: Vec<Row> = Vec::new();
    for row in rows {
        if row.has_edges() {
            table.push(row);
            continue;
        }
        aligned.extend(in_columns(std::mem::take(&mut table)));
        aligned.push(row.cells);
    }
    aligned.extend(in_columns(table));
    aligned
}

fn in_columns(table: Vec<Row>) -> Vec<Vec<String>> {
    let mut starts: Vec<i32> = table.iter().flat_map(|row| &row.edges[..row.cells.len()]).copied().collect();
    starts.sort_unstable();
    starts.dedup_by(|next, last| next.saturating_sub(*last) < SAME_EDGE);
    if starts.len() > MOST_COLUMNS {
        return table.into_iter().map(|row| row.cells).collect();
    }
    let row = |row: Row| {
        let mut cells: Vec<String> = Vec::new();
        for (cell, edge) in row.cells.into_iter().zip(row.edges) {
            let column = starts.partition_point(|start| *start <= edge).saturating_sub(1);
            // Two cells in one column stay two.
            cells.resize(column.max(cells.len()), String::new());
            cells.push(cell);
        }
        cells
    };
    table.into_iter().map(row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_takes_the_columns_that_it_covers() {
        let row = |cells: &[&str], edges: &[i32]| Row {
            cells: cells.iter().map(|cell| (*cell).to_owned()).collect(),
            edges: edges.to_vec(),
        };
        let rows = vec![
            row(&["序号", "成绩", "备注"], &[-108, 1000, 3005, 4000]),
            row(&["1", "80", "90", "无"], &[-100, 1010, 2000, 3000, 4000]),
            row(&["合计", "170"], &[1000, 2000, 3000]),
            Row::paragraph("表后".to_owned()),
            row(&["甲", "乙"], &[0, 500, 900]),
        ];
        let expected: [&[&str]; 5] =
            [&["序号", "成绩", "", "备注"], &["1", "80", "90", "无"], &["", "合计", "170"], &["表后"], &["甲", "乙"]];
        assert_eq!(aligned(rows), expected);
    }
}
