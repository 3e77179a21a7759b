//! Selectors of link, title and date within a row.
//!
//! In: the rows and what automatic reading found in each. Out: queries that give the same in every row; a field without
//! such a query is left to automatic reading. Never: a query that differs in a single row.

use jiff::tz::TimeZone;

use super::name;
use crate::config::EntryRule;
use crate::model::{Entry, Stated};
use crate::page::row_pieces::RowReader;
use crate::page::tree::{Node, Query, collapse, visible_text};
use crate::page::{date, link, row_date};

/// Elements of a row that are looked at for a field.
const MOST_ELEMENTS: usize = 60;

/// A row's element and what it says.
pub(super) type Row<'t, 'e> = (Node<'t>, &'e Entry);

/// The queries of link, title and date; `entry` is left empty.
pub(super) fn rule(rows: &[Row<'_, '_>], reader: &RowReader<'_>) -> EntryRule {
    let Some(anchor) = link(rows, reader) else { return EntryRule::default() };
    let query = |css: &str| Query::parse(css).ok();
    let link = query(&format!("{anchor}::attr(href)")).into_iter().collect();
    let date = dated(rows, reader).and_then(|css| query(&css)).into_iter().collect();
    EntryRule { entry: None, link, title: titled(rows, &anchor), date }
}

/// The selector of the anchor that leads to the report, in every row.
fn link(rows: &[Row<'_, '_>], reader: &RowReader<'_>) -> Option<String> {
    let (row, entry) = *rows.first()?;
    let leads = |node: Node<'_>, entry: &Entry| link::of_anchor(node, reader.base).as_ref() == Some(&entry.url);
    let mut anchors = row.descendants().filter(|node| node.name() == "a");
    let anchor = anchors.find(|node| leads(*node, entry))?;
    let is_right = |css: &String| {
        let Ok(query) = Query::parse(css) else { return false };
        rows.iter().all(|(row, entry)| {
            let mut found = query.elements(*row).into_iter();
            found.find(|node| link::of_anchor(*node, reader.base).is_some()).is_some_and(|node| leads(node, entry))
        })
    };
    name::within(anchor, row).into_iter().find(is_right)
}

/// The queries of the title: the link's text; its `title` where the text is cut in some row; else another element.
fn titled(rows: &[Row<'_, '_>], anchor: &str) -> Vec<Query> {
    let attr = format!("{anchor}::attr(title)");
    let text = format!("{anchor}::text");
    // A portal that has the attribute cuts its texts, if not today.
    let has_attr = Query::parse(&attr).is_ok_and(|attr| rows.iter().any(|(row, _)| attr.first(*row).is_some()));
    let full = has_attr.then(|| vec![attr.clone(), text.clone()]);
    for written in full.into_iter().chain([vec![text], vec![attr]]) {
        let queries: Vec<Query> = written.iter().filter_map(|css| Query::parse(css).ok()).collect();
        if gives_titles(&queries, rows) {
            return queries;
        }
    }
    let Some((row, entry)) = rows.first().copied() else { return Vec::new() };
    let elements = row.descendants().take(MOST_ELEMENTS).filter(|node| visible_text(*node) == entry.title);
    let written = elements.flat_map(|node| name::within(node, row)).map(|css| format!("{css}::text"));
    let mut queries = written.filter_map(|css| Some(vec![Query::parse(&css).ok()?]));
    queries.find(|queries| gives_titles(queries, rows)).unwrap_or_default()
}

fn gives_titles(queries: &[Query], rows: &[Row<'_, '_>]) -> bool {
    let first = |row: Node<'_>| queries.iter().find_map(|query| query.first(row)).map(|value| collapse(&value));
    rows.iter().all(|(row, entry)| first(*row).as_deref() == Some(&entry.title))
}

/// The selector of the element that shows the date.
fn dated(rows: &[Row<'_, '_>], reader: &RowReader<'_>) -> Option<String> {
    let (row, entry) = rows.iter().find(|(_, entry)| entry.date.is_some()).copied()?;
    let read = |text: &str| near(text, reader.zone, reader);
    let shows = |node: &Node<'_>| {
        let text = visible_text(*node);
        *node != row && read(&text) == entry.date && !is_of_several(&text, reader)
    };
    let mut elements: Vec<Node<'_>> = row.descendants().take(MOST_ELEMENTS).filter(shows).collect();
    // The smallest element shows the date and nothing else.
    elements.sort_by_key(|node| visible_text(*node).len());
    let is_right = |css: &String| {
        let Ok(query) = Query::parse(css) else { return false };
        rows.iter().all(|(row, entry)| {
            query.first(*row).map(|value| collapse(&value)).and_then(|shown| read(&shown)) == entry.date
        })
    };
    let written = elements.into_iter().flat_map(|node| name::within(node, row)).map(|css| format!("{css}::text"));
    written.into_iter().find(is_right)
}

/// Whether a text names the day of publication among other things: a selector would take the first day of it.
fn is_of_several(text: &str, reader: &RowReader<'_>) -> bool {
    row_date::published(text, reader.zone).is_some() && row_date::alone(text, reader.zone, reader.today).is_none()
}

fn near(text: &str, zone: &TimeZone, reader: &RowReader<'_>) -> Option<Stated> {
    date::stated_near(text, zone, reader.today)
}
