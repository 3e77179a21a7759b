//! The table. In: rows. Out: one line a row: medians of CPU time and of pages a second, the most memory, bytes and requests
//! of the last run.

use comfy_table::{CellAlignment, Table, presets};

use crate::rounds::{Row, Run};

const HEADS: [&str; 9] = [
    "",
    "pages",
    "pages/s",
    "CPU s / 1,000",
    "x first row",
    "portals' CPU s / 1,000",
    "peak MB",
    "bytes stored / report",
    "requests / change",
];

/// The table of these rows; the first is what the others are measured in.
pub(crate) fn table(rows: &[Row], n_reports: usize) -> Table {
    let mut table = Table::new();
    table.load_style(presets::ASCII_MARKDOWN).set_header(HEADS);
    let unit = rows.first().map(|row| median(row, cpu_of_thousand));
    for row in rows {
        table.add_row(cells(row, unit.unwrap_or(f64::NAN), n_reports));
    }
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    table
}

#[expect(clippy::cast_precision_loss, reason = "counts far below 2^52")]
fn cells(row: &Row, unit: f64, n_reports: usize) -> [String; 9] {
    let last = row.runs.last().copied().unwrap_or_default();
    let pages = last.spent.n_pages as f64;
    let cpu = median(row, cpu_of_thousand);
    let peak = row.runs.iter().map(|run| run.cost.peak_mb).fold(0.0, f64::max);
    let requests = match last.n_changes {
        0 => String::new(),
        n => format!("{:.1}", last.spent.n_requests as f64 / n as f64),
    };
    let stored = match n_reports {
        0 => String::new(),
        n => format!("{:.0}", last.stored as f64 / n as f64),
    };
    [
        row.name.clone(),
        format!("{pages:.0}"),
        format!("{:.0}", median(row, |run| run.spent.n_pages as f64 / run.cost.wall)),
        format!("{cpu:.2}"),
        format!("{:.2}", cpu / unit),
        format!("{:.2}", median(row, |run| run.spent.cpu / run.spent.n_pages as f64 * 1000.0)),
        format!("{peak:.0}"),
        stored,
        requests,
    ]
}

/// Seconds of CPU time of a thousand pages.
#[expect(clippy::cast_precision_loss, reason = "counts far below 2^52")]
fn cpu_of_thousand(run: &Run) -> f64 {
    run.cost.cpu / run.spent.n_pages as f64 * 1000.0
}

fn median(row: &Row, value: impl Fn(&Run) -> f64) -> f64 {
    median_of(row.runs.iter().map(value).collect())
}

pub(crate) fn median_of(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}
