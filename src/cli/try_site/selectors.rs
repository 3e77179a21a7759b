//! What every selector of a site file and of its family finds on one page. In: the page, its rules. Out: a line a
//! selector: how often it matched, and what it gave first. Never: what becomes of it; the stages say that.

use serde::Serialize;
use serde_json::Value;

use crate::config::{EntryRule, JsonRule, ListingRule, ReportRule, Site};
use crate::page::listing;
use crate::page::pointer::Pointer;
use crate::page::tree::{Node, Query, Selector, Tree, visible_text};

/// Values that are shown of a selector.
const VALUES_SHOWN: usize = 3;

/// What one selector finds on this page.
#[derive(Debug, Serialize)]
pub(super) struct SelectorTried {
    pub(super) key: &'static str,
    /// `site` or `family`.
    pub(super) from: &'static str,
    pub(super) selector: String,
    /// Elements that it finds; of a selector within rows, rows in which it finds one.
    pub(super) n_found: usize,
    /// Rows that it was tried in; `None`: it was tried on the whole page.
    pub(super) n_rows: Option<usize>,
    /// The first value.
    pub(super) value: Option<String>,
    /// The first three values; of a selector within rows, of the first three rows.
    pub(super) values: Vec<String>,
}

/// The selectors of a report, those that leave something out with them.
pub(super) fn of_report(tree: &Tree, site: &Site) -> Vec<SelectorTried> {
    let family = site.family.as_ref().map(|family| ("family", &family.report));
    let layers: Vec<(&'static str, &ReportRule)> = std::iter::once(("site", &site.report)).chain(family).collect();
    let queries = layers.iter().flat_map(|(from, rule)| {
        queries(rule).into_iter().map(|(key, query)| on_page(tree.root(), from, key, query)).collect::<Vec<_>>()
    });
    let strips = layers.iter().flat_map(|(from, rule)| rule.strip.iter().map(|one| stripped(tree, from, one)));
    queries.chain(strips).collect()
}

fn queries(rule: &ReportRule) -> Vec<(&'static str, &Query)> {
    let fields: [(&'static str, &[Query]); 10] = [
        ("title", &rule.title),
        ("body", &rule.body),
        ("published", &rule.published),
        ("source", &rule.source),
        ("authority", &rule.authority),
        ("doc_no", &rule.doc_no),
        ("index_no", &rule.index_no),
        ("written", &rule.written),
        ("validity", &rule.validity),
        ("attachment", &rule.attachment),
    ];
    fields.into_iter().flat_map(|(key, queries)| queries.iter().map(move |query| (key, query))).collect()
}

fn on_page(root: Node<'_>, from: &'static str, key: &'static str, query: &Query) -> SelectorTried {
    let found = query.values(root);
    tried(key, from, query.as_str(), (found.len(), None), found)
}

fn stripped(tree: &Tree, from: &'static str, selector: &Selector) -> SelectorTried {
    let found: Vec<String> = tree.select(selector).map(visible_text).collect();
    tried("strip", from, selector.as_str(), (found.len(), None), found)
}

/// The selectors of a listing: how many rows, and in how many of them each of the others finds something.
pub(super) fn of_rows(tree: &Tree, site: &Site, rule: Option<&ListingRule>) -> Vec<SelectorTried> {
    let family = site.family.as_ref().map(|family| &family.entry);
    let Some(rule) = rule.map(|rule| &rule.entry).or(family) else { return Vec::new() };
    let from = |is_familys: bool| if is_familys { "family" } else { "site" };
    let Some(selector) = &rule.entry else { return Vec::new() };
    let rows: Vec<Node<'_>> = tree.select(selector).collect();
    let shown = rows.iter().take(VALUES_SHOWN).map(|row| visible_text(*row)).collect();
    let is_familys = family.is_some_and(|family| family.entry.as_ref() == Some(selector));
    let entry = tried("entry", from(is_familys), selector.as_str(), (rows.len(), None), shown);
    let parts = parts(rule).into_iter().map(|(key, queries)| {
        let is_familys = family.is_some_and(|family| parts(family).contains(&(key, queries)) && !queries.is_empty());
        queries.iter().map(|query| in_rows(&rows, from(is_familys), key, query)).collect::<Vec<_>>()
    });
    std::iter::once(entry).chain(parts.collect::<Vec<_>>().into_iter().flatten()).collect()
}

fn parts(rule: &EntryRule) -> [(&'static str, &[Query]); 3] {
    [("link", &rule.link), ("title", &rule.title), ("date", &rule.date)]
}

fn in_rows(rows: &[Node<'_>], from: &'static str, key: &'static str, query: &Query) -> SelectorTried {
    let found: Vec<String> = rows.iter().filter_map(|row| query.first(*row)).collect();
    tried(key, from, query.as_str(), (found.len(), Some(rows.len())), found)
}

/// The pointers of an answer in JSON: how many rows, and for how many of them each of the others gives something.
pub(super) fn of_answer(text: &str, rule: &JsonRule) -> Vec<SelectorTried> {
    let Ok(answer) = listing::value(text) else { return Vec::new() };
    let arrays = rule.items.iter().map(|items| (items, items.find(&answer).and_then(Value::as_array)));
    let rows: Vec<&Value> = arrays.clone().filter_map(|(_, array)| array).flatten().collect();
    let count = |(items, array): (&Pointer, Option<&Vec<Value>>)| {
        tried("items", "site", items.as_str(), (array.map_or(0, Vec::len), None), Vec::new())
    };
    let in_rows = |key, pointer: &str, of: &dyn Fn(&Value) -> Option<String>| {
        let found: Vec<String> = rows.iter().filter_map(|row| of(row)).collect();
        tried(key, "site", pointer, (found.len(), Some(rows.len())), found)
    };
    let links = rule.link.iter().map(|link| in_rows("link", link.as_str(), &|row| link.text(row)));
    let fields = [("title", &rule.title), ("date", &rule.date)];
    let fields = fields.into_iter().flat_map(|(key, pointers)| pointers.iter().map(move |pointer| (key, pointer)));
    let fields = fields.map(|(key, at)| in_rows(key, at.as_str(), &|row| at.text(row)));
    let total = rule.total.iter().map(|at| {
        let found: Vec<String> = at.text(&answer).into_iter().collect();
        tried("total", "site", at.as_str(), (found.len(), None), found)
    });
    arrays.map(count).chain(links).chain(fields).chain(total).collect()
}

fn tried(
    key: &'static str,
    from: &'static str,
    selector: &str,
    (n_found, n_rows): (usize, Option<usize>),
    mut values: Vec<String>,
) -> SelectorTried {
    values.truncate(VALUES_SHOWN);
    let value = values.first().cloned();
    SelectorTried { key, from, selector: selector.to_owned(), n_found, n_rows, value, values }
}
