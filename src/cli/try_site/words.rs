//! What was tried, for people: a line a stage, a line a selector, a line a field. Text of portals is cleaned and cut.

use url::Url;

use super::super::out::clean;
use super::Tried;
use super::selectors::SelectorTried;
use crate::model::{Document, Origin};

/// Rows of a listing that are shown.
const ROWS_SHOWN: usize = 10;

/// Lines left out that are shown.
const LINES_SHOWN: usize = 3;

/// Characters of a value that are shown, alone and beside others.
const CHARS_SHOWN: usize = 60;
const CHARS_BESIDE: usize = 24;

/// Everything that was tried, stage by stage.
pub(super) fn of(tried: &Tried) -> String {
    let family = match (&tried.family, &tried.recognised) {
        (Some(family), _) => family.clone(),
        (None, Some(known)) => format!("none in the site file; the page is like those of {known}"),
        (None, None) => "none in the site file, and none recognised".to_owned(),
    };
    let mut lines = vec![
        format!("fetch      {} answered {}, {} bytes", tried.url, tried.status, tried.n_bytes),
        format!("draw       {}", drawn(tried)),
        format!("decode     {}, {} characters replaced", tried.charset, tried.n_replaced),
        format!("family     {}", clean(&family)),
        format!("page       {}", tried.page.as_str().replace('_', " ")),
    ];
    lines.extend(tried.selectors.iter().map(selector_line));
    match &tried.document {
        Some(document) => {
            lines.extend(document_lines(document));
            lines.extend(left_out(&tried.left_out));
        }
        None => lines.extend(listing_lines(tried)),
    }
    lines.join("\n")
}

fn listing_lines(tried: &Tried) -> Vec<String> {
    let n_dated = tried.entries.iter().filter(|entry| entry.date.is_some()).count();
    let (n, by, n_broken) = (tried.entries.len(), tried.rows_by.unwrap_or("nothing"), tried.n_broken_rows);
    let mut lines = vec![
        format!("rows       by {by}"),
        format!("entries    {n}, {n_dated} of them dated ({n_broken} rows without a link)"),
    ];
    lines.extend(tried.entries.iter().take(ROWS_SHOWN).map(|entry| {
        let date = entry.date.map_or_else(|| "no date   ".to_owned(), |date| date.date().to_string());
        format!("           {date}  {}  {}", shown(&entry.title, CHARS_SHOWN), entry.url)
    }));
    lines.extend((n > ROWS_SHOWN).then(|| format!("           and {} more", n - ROWS_SHOWN)));
    lines.extend(tried.advice.iter().map(|advice| format!("advice     {}", clean(advice))));
    let pages = tried.n_pages.map(|n| format!(" (it says it has {n} pages)")).unwrap_or_default();
    lines.push(format!("next       {}{pages}", tried.next.as_ref().map_or("no further page", Url::as_str)));
    lines
}

/// By whom, and what to do where the page misses something.
fn drawn(tried: &Tried) -> String {
    match (&tried.drawn_by, tried.drawn_without.as_slice()) {
        (None, _) => "by nobody: the answer is the page".to_owned(),
        (Some(browser), []) => format!("by {browser}"),
        (Some(browser), without) => format!(
            "by {browser}, without {}: what the page needs of them is allowed by `fetch.hosts` (and robots.txt)",
            without.join(", ")
        ),
    }
}

fn selector_line(tried: &SelectorTried) -> String {
    let found = match (tried.key, tried.n_found, tried.n_rows) {
        (_, 0, _) => "nothing".to_owned(),
        ("strip", n, _) => format!("{n} left out"),
        (_, n, Some(of)) => format!("in {n} of {of} rows"),
        (_, n, None) => n.to_string(),
    };
    let n_chars = if tried.values.len() > 1 { CHARS_BESIDE } else { CHARS_SHOWN };
    let values: Vec<String> = tried.values.iter().map(|value| shown(value, n_chars)).collect();
    let values = if values.is_empty() { String::new() } else { format!(": {}", values.join(" | ")) };
    format!("{:10} {} {}  ->  {found}{values}", tried.key, tried.from, tried.selector)
}

fn document_lines(document: &Document) -> Vec<String> {
    let fields = [
        ("title", document.title.clone()),
        ("published", document.published.map(|stated| stated.to_string())),
        ("source", document.source.clone()),
        ("authority", document.authority.clone()),
        ("doc_no", document.doc_no.clone()),
        ("index_no", document.index_no.clone()),
        ("written", document.written.map(|stated| stated.to_string())),
        ("validity", document.validity.clone()),
        ("effective", document.effective.map(|stated| stated.to_string())),
        ("repealed", document.repealed.map(|stated| stated.to_string())),
        ("topic", document.topic.clone()),
        ("division", document.division.clone()),
        ("cited", (!document.cited.is_empty()).then(|| document.cited.join(", "))),
        ("column", document.column.clone()),
        ("breadcrumb", (!document.breadcrumb.is_empty()).then(|| document.breadcrumb.join(" > "))),
    ];
    let line = |(key, value): (&str, Option<String>)| {
        let value = value.as_deref().map_or_else(|| "-".to_owned(), |value| shown(value, CHARS_SHOWN));
        format!("= {key:10} {value}{}", by(document, key))
    };
    let mut lines: Vec<String> = fields.into_iter().map(line).collect();
    let (n_blocks, n_chars, n_files) = (document.blocks.len(), document.n_chars(), document.attachments.len());
    let by_body = by(document, "body");
    lines.push(format!("= body       {n_blocks} blocks, {n_chars} characters, {n_files} attachments{by_body}"));
    let ends = [("begins", document.blocks.first()), ("ends", document.blocks.last())];
    lines.extend(
        ends.into_iter()
            .filter_map(|(word, block)| Some(format!("             {word}: {}", shown(&block?.text, CHARS_SHOWN)))),
    );
    let doubts: Vec<&str> = document.doubts.iter().map(|doubt| doubt.as_str()).collect();
    lines.push(format!("= doubts     {}", if doubts.is_empty() { "none".to_owned() } else { doubts.join(", ") }));
    lines
}

/// Which rule gave a field.
fn by(document: &Document, key: &str) -> String {
    let origin = document.from.iter().find(|(field, _)| field.as_str() == key).map(|(_, origin)| match origin {
        Origin::Site => "the site file",
        Origin::Family => "the family",
        Origin::Meta => "a meta tag",
        Origin::Auto => "automatic reading",
    });
    origin.map(|origin| format!(" (by {origin})")).unwrap_or_default()
}

fn left_out(lines: &[String]) -> Vec<String> {
    let head = match lines.len() {
        0 => "left out     nothing at the ends of the body".to_owned(),
        n => format!("left out     {n} lines of chrome at the ends of the body"),
    };
    let shown = lines.iter().take(LINES_SHOWN).map(|line| format!("             {}", shown(line, CHARS_SHOWN)));
    std::iter::once(head).chain(shown).collect()
}

fn shown(text: &str, n_chars: usize) -> String {
    let text = clean(text);
    match text.char_indices().nth(n_chars) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}
