//! Rows that stand in HTML: elements of a page, the records of a datastore, a piece of a page in an answer.
//!
//! In: a tree, the rules of its listing or none. Out: its rows, read. Order of trust: the site's rule, the family's, the
//! page's own structure. Never: the next page.

use url::Url;

use super::{ListingRead, Rows};
use crate::config::{EntryRule, Format};
use crate::model::Entry;
use crate::page::datastore::{self, Datastore};
use crate::page::row::{Row, RowRead};
use crate::page::row_pieces::RowReader;
use crate::page::row_year::Placed;
use crate::page::tree::{Node, Query, Take, Tree, collapse};
use crate::page::{date, link, row_year, rows, year_of_page};

/// The rows of a page.
pub(super) fn rows(tree: &Tree, stores: &[Datastore], read: &ListingRead<'_>, reader: &RowReader<'_>) -> Rows {
    let ruled = by_site(tree, stores, read, reader).or_else(|| by_family(tree, stores, read, reader));
    let mut rows = ruled.unwrap_or_else(|| by_itself(tree, stores, reader));
    year_of_page::put(tree, &mut rows.entries, reader);
    rows
}

/// The row that a piece of HTML is, read by itself.
pub(super) fn row(piece: &str, reader: &RowReader<'_>) -> Option<Entry> {
    let fragment = Tree::parse_fragment(piece).ok()?;
    reader.scan(fragment.root()).read(reader, None).entry
}

/// Whether a rule says where rows stand.
pub(super) fn is_written(rule: &EntryRule) -> bool {
    rule.entry.is_some() || !rule.link.is_empty()
}

/// A rule that a person wrote is final: where it finds nothing, the layout changed, and a guess would tell a menu as
/// news.
fn by_site(tree: &Tree, stores: &[Datastore], read: &ListingRead<'_>, reader: &RowReader<'_>) -> Option<Rows> {
    let rule = read.rule?;
    if matches!(rule.format, Format::Datastore) {
        return Some(records(stores, &rule.entry, reader));
    }
    let rows = is_written(&rule.entry).then(|| by_rule(tree, &rule.entry, reader))?;
    Some(if rows.entries.is_empty() && !stores.is_empty() { records(stores, &rule.entry, reader) } else { rows })
}

fn by_family(tree: &Tree, stores: &[Datastore], read: &ListingRead<'_>, reader: &RowReader<'_>) -> Option<Rows> {
    let family = read.family.filter(|family| is_written(&family.entry) && stores.is_empty())?;
    Some(by_rule(tree, &family.entry, reader)).filter(|rows| !rows.entries.is_empty())
}

fn by_itself(tree: &Tree, stores: &[Datastore], reader: &RowReader<'_>) -> Rows {
    let in_records = records(stores, &EntryRule::default(), reader);
    if !in_records.entries.is_empty() {
        return in_records;
    }
    let found = rows::find(tree, reader);
    Rows { entries: found.entries, n_broken: found.n_broken + in_records.n_broken, unlinked: found.unlinked }
}

fn by_rule(tree: &Tree, rule: &EntryRule, reader: &RowReader<'_>) -> Rows {
    let root = tree.root();
    let matched: Vec<Node<'_>> = match &rule.entry {
        Some(selector) => tree.select(selector).collect(),
        None => rule.link.iter().map(|query| query.elements(root)).find(|found| !found.is_empty()).unwrap_or_default(),
    };
    let mut rows = Rows::default();
    let mut scanned: Vec<Row<'_>> = matched.iter().map(|node| reader.scan(*node)).collect();
    rows::settle(scanned.iter_mut(), reader);
    // Of each row, whether it gave an entry, and whether that lacks its year.
    let mut given = Vec::with_capacity(matched.len());
    for (&node, row) in matched.iter().zip(&scanned) {
        given.push(add(&mut rows, (node, row), rule, reader));
    }
    let mut entries = rows.entries.iter_mut();
    let mut placed: Vec<Placed<'_, '_>> = matched
        .into_iter()
        .zip(given)
        .map(|(node, lacks_year)| Placed {
            node,
            entry: lacks_year.and_then(|_| entries.next()),
            lacks_year: lacks_year.unwrap_or(false),
        })
        .collect();
    for list in placed.chunk_by_mut(|one, other| one.node.parent() == other.node.parent()) {
        if let Some(parent) = list[0].node.parent() {
            row_year::put_under_headings(parent, list, reader);
        }
    }
    rows
}

/// The records of the column.
fn records(stores: &[Datastore], rule: &EntryRule, reader: &RowReader<'_>) -> Rows {
    let Some(store) = datastore::own(stores, reader.page) else { return Rows::default() };
    let mut rows = Rows::default();
    for record in &store.records {
        match Tree::parse_fragment(record) {
            Ok(fragment) => {
                let root = fragment.root();
                add(&mut rows, (root, &reader.scan(root)), rule, reader);
            }
            Err(_) => rows.n_broken += 1,
        }
    }
    rows
}

/// Reads one row by its rule; what the rule does not name is found in the row itself. Gives, of an entry, whether it lacks
/// its year.
fn add(rows: &mut Rows, (node, row): (Node<'_>, &Row<'_>), rule: &EntryRule, reader: &RowReader<'_>) -> Option<bool> {
    if row.is_template {
        return None;
    }
    let RowRead { entry: own, mut lacks_year, .. } = row.read(reader, None);
    let linked = if rule.link.is_empty() {
        own.as_ref().map(|entry| entry.url.clone())
    } else {
        rule.link.iter().find_map(|query| linked(query, node, rule, reader))
    };
    let title = first(&rule.title, node).or_else(|| Some(own.as_ref()?.title.clone()));
    let (Some(url), Some(title)) = (linked, title.filter(|title| !title.is_empty())) else {
        rows.n_broken += usize::from(!row.is_empty());
        let dated = row.dated(reader, None);
        rows.unlinked.extend(dated.and_then(|dated| row.unlinked(reader, Some(dated))));
        return None;
    };
    let (mut date, mut date_shown) = own.map(|entry| (entry.date, entry.date_shown)).unwrap_or_default();
    if !rule.date.is_empty() {
        let known = date.filter(|_| !lacks_year);
        date_shown = first(&rule.date, node);
        date = date_shown.as_deref().and_then(|shown| {
            let whole = known.and_then(|known| row_year::in_year_of_day(shown, known, reader.zone));
            let of_address = || row_year::in_year_of(shown, &url, reader.zone, reader.today);
            let told = whole.or_else(of_address);
            lacks_year = told.is_none() && row_year::is_yearless(shown);
            told.or_else(|| date::stated_near(shown, reader.zone, reader.today))
        });
    }
    rows.entries.push(Entry { url, title, date, date_shown });
    Some(lacks_year)
}

fn linked(query: &Query, row: Node<'_>, rule: &EntryRule, reader: &RowReader<'_>) -> Option<Url> {
    let elements = if rule.entry.is_some() { query.elements(row) } else { vec![row] };
    elements.into_iter().find_map(|node| match query.take() {
        Take::Attr(name) if name != "href" => link::resolve(node.attr(name)?, reader.base),
        _ => link::of_anchor(node, reader.base),
    })
}

fn first(queries: &[Query], row: Node<'_>) -> Option<String> {
    queries.iter().find_map(|query| query.first(row)).map(|value| collapse(&value))
}
