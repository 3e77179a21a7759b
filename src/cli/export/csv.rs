//! An export as CSV. In: revisions. Out: RFC 4180, a record each. Never: a cell that a spreadsheet would run as a formula;
//! the texts, which no cell has room for.

use super::super::out::cell;
use super::super::table;
use super::Row;
use crate::model::Stated;

const HEADINGS: [&str; 26] = [
    "report",
    "site",
    "listing",
    "url",
    "kind",
    "year",
    "state",
    "revision",
    "event",
    "first_seen_at",
    "seen_at",
    "title",
    "published",
    "source",
    "authority",
    "doc_no",
    "index_no",
    "written",
    "validity",
    "topic",
    "n_chars",
    "n_attachments",
    "work",
    "first_publisher",
    "content_hash",
    "doubts",
];

/// The heading; behind a byte order mark where Excel is to read it.
pub(super) fn heading(has_bom: bool) -> String {
    let mark = if has_bom { "\u{feff}" } else { "" };
    format!("{mark}{}", record(&HEADINGS.map(str::to_owned)))
}

/// A revision as one record.
pub(super) fn row(row: &Row<'_>) -> String {
    let (report, revision, document) = (row.report, row.revision, &row.revision.document);
    let text = |text: Option<&str>| cell(text.unwrap_or_default());
    let number = |number: Option<String>| number.unwrap_or_default();
    let day = |stated: Option<Stated>| stated.map(table::stated).unwrap_or_default();
    let first = row.work.and_then(|work| work.first_publisher);
    let doubts: Vec<&str> = revision.doubts.iter().map(|doubt| doubt.as_str()).collect();
    record(&[
        report.report.to_string(),
        cell(report.site.as_str()),
        text(report.listing.as_deref()),
        cell(&report.url),
        text(report.kind.as_deref()),
        number(report.year.map(|year| year.to_string())),
        report.state.as_str().to_owned(),
        revision.revision.to_string(),
        revision.event.as_str().to_owned(),
        report.first_seen_at.to_string(),
        revision.seen_at.to_string(),
        text(document.title.as_deref()),
        day(document.published),
        text(document.source.as_deref()),
        text(document.authority.as_deref()),
        text(document.doc_no.as_deref()),
        text(document.index_no.as_deref()),
        day(document.written),
        text(document.validity.as_deref()),
        text(document.topic.as_deref()),
        document.n_chars().to_string(),
        document.attachments.len().to_string(),
        number(report.work.map(|work| work.to_string())),
        number(first.map(|report| report.to_string())),
        revision.fingerprint.content_hash.to_string(),
        doubts.join(" "),
    ])
}

fn record(cells: &[String]) -> String {
    let mut writer = ::csv::WriterBuilder::new().terminator(::csv::Terminator::CRLF).from_writer(Vec::new());
    writer.write_record(cells).expect("invariant: memory takes every record");
    let bytes = writer.into_inner().expect("invariant: memory is always flushed");
    String::from_utf8_lossy(&bytes).into_owned()
}
