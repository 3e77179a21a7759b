//! Coverage as CSV. In: rows. Out: RFC 4180 with a heading. Never: a cell that a spreadsheet would run as a formula.

use super::super::out::cell;
use super::super::table;
use super::row::CoverageRow;
use crate::change::obligation::words;

const HEADINGS: [&str; 16] = [
    "site",
    "name",
    "division",
    "kind",
    "kind_name",
    "year",
    "state",
    "due",
    "lag_days",
    "published",
    "first_seen_at",
    "report",
    "url",
    "title",
    "remarks",
    "source",
];

/// The rows as text; with a byte order mark where Excel is to read it.
pub(crate) fn text(rows: &[CoverageRow], has_bom: bool) -> String {
    let mut writer = ::csv::WriterBuilder::new().terminator(::csv::Terminator::CRLF).from_writer(Vec::new());
    let mut write = |cells: &[String]| writer.write_record(cells).expect("invariant: memory takes every record");
    write(&HEADINGS.map(str::to_owned));
    for row in rows {
        write(&cells(row));
    }
    let bytes = writer.into_inner().expect("invariant: memory is always flushed");
    let mark = if has_bom { "\u{feff}" } else { "" };
    format!("{mark}{}", String::from_utf8_lossy(&bytes))
}

fn cells(row: &CoverageRow) -> [String; 16] {
    let text = |text: Option<&str>| cell(text.unwrap_or_default());
    let number = |number: Option<String>| number.unwrap_or_default();
    [
        cell(row.site.as_str()),
        cell(&row.name),
        text(row.division.as_deref()),
        cell(&row.kind),
        cell(&row.kind_name),
        row.year.to_string(),
        row.state.as_str().to_owned(),
        row.due.to_string(),
        number(row.lag_days.map(|days| days.to_string())),
        number(row.published.map(|day| day.to_string())),
        number(row.first_seen_at.map(table::minute)),
        number(row.report.map(|report| report.to_string())),
        text(row.url.as_deref()),
        text(row.title.as_deref()),
        cell(&row.remarks.iter().map(words::remark).collect::<Vec<_>>().join("; ")),
        cell(&row.source),
    ]
}
