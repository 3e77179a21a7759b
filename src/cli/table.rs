//! Tables for people: columns as wide as their text, Chinese counted double, cut to the terminal.
//!
//! In: cells, portal text already cleaned. Out: lines. Never: escape sequences, or a cut where output is piped.

use std::fmt::Display;

use comfy_table::{ContentArrangement, Table, presets};

/// Narrowest terminal that a table is cut to; below it lines run over, which is easier to read.
const LEAST_COLUMNS: u16 = 60;

/// A table without lines, with these headings.
pub fn table(headings: &[&str]) -> Table {
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Dynamic);
    table.set_header(headings.iter().copied());
    // A terminal that says it is nothing wide (as of `script`) would get a letter a line.
    if table.width().is_some_and(|columns| columns < LEAST_COLUMNS) {
        table.set_content_arrangement(ContentArrangement::Disabled);
    }
    table
}

/// The table as text, a line a row, each ending in a line feed.
pub fn text(mut table: Table) -> String {
    for row in table.row_iter_mut() {
        row.max_height(1);
    }
    table.lines().flat_map(|line| [line.trim_end().to_owned(), "\n".to_owned()]).collect()
}

/// How wide the terminal is; none where output is piped.
pub fn columns() -> Option<usize> {
    Table::new().width().map(usize::from)
}

/// What stands for something unknown.
pub fn or_dash(text: Option<impl ToString>) -> String {
    text.map_or_else(|| "-".to_owned(), |text| text.to_string())
}

/// A number of things, in the singular where it is one.
pub fn counted<N: Copy + Display + PartialEq + From<u8>>(n: N, noun: &str) -> String {
    if n == N::from(1) { format!("1 {noun}") } else { format!("{n} {noun}s") }
}

/// An instant as people read it: the minute, in UTC.
pub fn minute(at: jiff::Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%M").to_string()
}

/// A size as people read it.
pub fn size(n_bytes: u64) -> String {
    const STEPS: [(u64, &str); 3] = [(1 << 30, "GiB"), (1 << 20, "MiB"), (1 << 10, "KiB")];
    match STEPS.into_iter().find(|(step, _)| n_bytes >= *step) {
        None => format!("{n_bytes} bytes"),
        Some((step, unit)) => {
            // Tenths, counted in whole numbers.
            let tenths = n_bytes / (step / 10).max(1);
            format!("{}.{} {unit}", tenths / 10, tenths % 10)
        }
    }
}

/// A date as people read it: the minute where the portal states a time of day.
pub fn stated(stated: crate::model::Stated) -> String {
    // `2025-03-18T17:20:00+08:00`: all portals keep one zone, and state no seconds that matter.
    let text = stated.to_string();
    text.get(..16).map_or_else(|| text.clone(), |minute| minute.replace('T', " "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_shown_to_the_minute_where_it_has_one() {
        let shown = |text: &str| stated(text.parse().expect("a date"));
        assert_eq!(shown("2025-03-18T17:20:00+08:00"), "2025-03-18 17:20");
        assert_eq!(shown("2025-03-18"), "2025-03-18");
    }

    #[test]
    fn a_size_is_shown_in_tenths_of_its_unit() {
        assert_eq!([size(999), size(1024), size(5 << 20)], ["999 bytes", "1.0 KiB", "5.0 MiB"]);
        assert_eq!(size(3 << 29), "1.5 GiB");
    }

    #[test]
    fn columns_stand_under_each_other_whatever_the_script() {
        let mut table = table(&["A", "B"]);
        table.add_row(["报告", "x"]).add_row(["ab", "y"]);
        assert_eq!(text(table), " A     B\n 报告  x\n ab    y\n");
    }
}
