//! The row of `add --json`. In: a look, or why there was none. Out: one object an address; every key is always there.

use serde::Serialize;
use url::Url;

use super::look::{Look, Wanted};
use crate::config::Pagination;
use crate::model::Entry;
use crate::page::induce::Reason;

/// One address.
#[derive(Debug, Serialize)]
pub(super) struct AddRow {
    file: Option<String>,
    family: Option<String>,
    entries: Vec<Entry>,
    pages: Option<PagesRow>,
    confidence: f64,
    reasons: Vec<String>,
    url: Option<Url>,
    is_written: bool,
    text: Option<String>,
}

/// How the listing goes on: the words of the site file, and what the first page says of the others.
#[derive(Debug, Serialize)]
struct PagesRow {
    kind: Option<&'static str>,
    pattern: Option<String>,
    name: Option<String>,
    first: Option<u32>,
    step: Option<u32>,
    cursor: Option<String>,
    link: Option<String>,
    next: Option<Url>,
    n_pages: Option<u32>,
}

/// The row of a look.
pub(super) fn of(look: &Look, is_written: bool) -> AddRow {
    let proposal = &look.proposal;
    AddRow {
        file: look.plan.as_ref().map(|plan| plan.path().display().to_string()),
        family: proposal.family.as_ref().map(|family| family.id.clone()),
        entries: proposal.first.entries.clone(),
        pages: look.plan.as_ref().map(|_| pages(look)),
        confidence: proposal.confidence(),
        reasons: proposal.reasons.iter().map(Reason::to_string).collect(),
        url: Some(look.at.url.clone()),
        is_written,
        text: look.plan.as_ref().map(|plan| plan.text().to_owned()),
    }
}

/// The row of an address that could not be looked at.
pub(super) fn failed(wanted: &Wanted, why: String) -> AddRow {
    AddRow {
        file: None,
        family: None,
        entries: Vec::new(),
        pages: None,
        confidence: 0.0,
        reasons: vec![why],
        url: wanted.url.clone(),
        is_written: false,
        text: None,
    }
}

fn pages(look: &Look) -> PagesRow {
    let first = &look.proposal.first;
    let (next, n_pages) = (first.next_url().cloned(), first.n_pages);
    let row = PagesRow {
        kind: None,
        pattern: None,
        name: None,
        first: None,
        step: None,
        cursor: None,
        link: None,
        next,
        n_pages,
    };
    let Some(rule) = &look.proposal.pages else { return row };
    let kind = Some(word(rule));
    match rule {
        Pagination::Numbered { pattern, first } => {
            PagesRow { kind, pattern: Some(pattern.clone()), first: Some(*first), ..row }
        }
        Pagination::Query { name, first } => PagesRow { kind, name: name.clone(), first: Some(*first), ..row },
        Pagination::Offset { name, first, step } => {
            PagesRow { kind, name: name.clone(), first: Some(*first), step: Some(*step), ..row }
        }
        Pagination::Cursor { next: cursor, name } => {
            PagesRow { kind, name: name.clone(), cursor: Some(cursor.as_str().to_owned()), ..row }
        }
        Pagination::Next { link } => PagesRow { kind, link: Some(link.as_str().to_owned()), ..row },
        Pagination::Script | Pagination::Dataproxy | Pagination::Countdown | Pagination::None => {
            PagesRow { kind, ..row }
        }
    }
}

/// The word of a site file for a way of going on.
pub(crate) fn word(rule: &Pagination) -> &'static str {
    match rule {
        Pagination::Numbered { .. } => "numbered",
        Pagination::Next { .. } => "next",
        Pagination::Query { .. } => "query",
        Pagination::Offset { .. } => "offset",
        Pagination::Cursor { .. } => "cursor",
        Pagination::Script => "script",
        Pagination::Dataproxy => "dataproxy",
        Pagination::Countdown => "countdown",
        Pagination::None => "none",
    }
}
