//! A selector for the rows of a list: short, made of names that last, and giving exactly these rows.
//!
//! In: the elements of the rows. Out: a selector, or nothing where none is exact. Never: a selector that was not tried
//! on the page.

use std::collections::HashSet;

use super::name::{self, PLACE};
use crate::page::row_pieces::RowReader;
use crate::page::tree::{Node, NodeKey, Selector, Tree};

/// Levels around the rows whose names are tried.
const MOST_LEVELS: usize = 10;

/// Selectors that are tried on the page: they are sorted by cost, and what comes later is not worth writing.
const MOST_TRIED: usize = 160;

/// The best selector for these rows.
pub(super) fn selector(tree: &Tree, rows: &[Node<'_>], reader: &RowReader<'_>) -> Option<Selector> {
    let mut written = candidates(rows);
    written.sort_by(|one, other| one.0.cmp(&other.0).then_with(|| one.1.len().cmp(&other.1.len())));
    let mut seen = HashSet::new();
    let mut tried = written.into_iter().filter(|(_, css)| seen.insert(css.clone())).take(MOST_TRIED);
    tried.find_map(|(_, css)| Selector::parse(&css).ok().filter(|selector| is_exact(tree, selector, rows, reader)))
}

/// Whether a selector gives these rows in order, and beside them only what is no row: a line between two, a template.
fn is_exact(tree: &Tree, selector: &Selector, rows: &[Node<'_>], reader: &RowReader<'_>) -> bool {
    let wanted: HashSet<NodeKey> = rows.iter().map(Node::key).collect();
    let mut found = Vec::with_capacity(rows.len());
    for node in tree.select(selector) {
        if wanted.contains(&node.key()) {
            found.push(node.key());
            continue;
        }
        let row = reader.scan(node);
        if !row.is_empty() && !row.is_template {
            return false;
        }
    }
    found.len() == wanted.len() && found.iter().zip(rows).all(|(found, row)| *found == row.key())
}

fn candidates(rows: &[Node<'_>]) -> Vec<(u32, String)> {
    let Some(first) = rows.first() else { return Vec::new() };
    let names = row_names(rows);
    let around: Vec<Node<'_>> = first.ancestors().take_while(|node| node.name() != "html").take(MOST_LEVELS).collect();
    let mut written = Vec::new();
    for (row, row_cost) in &names {
        // A class of the rows alone is short, but a list beside this one may use it tomorrow.
        if row.contains('.') {
            written.push((row_cost + 4, row.clone()));
        }
        for (level, above) in (0..).zip(&around) {
            for (name, cost) in name::own(*above) {
                let cost = cost + level + row_cost;
                written.push((cost, format!("{name} {row}")));
                written.extend(
                    inner(&around[..level as usize], *first)
                        .map(|(more, inner)| (cost + more, format!("{name} {inner}{row}"))),
                );
            }
        }
    }
    written
}

/// What may stand between a named element and the rows: the tag of the rows' parent, its place, or nothing but `>`.
fn inner<'t>(between: &[Node<'t>], row: Node<'t>) -> impl Iterator<Item = (u32, String)> {
    let parent = row.parent();
    let direct = between.is_empty().then(|| (1, "> ".to_owned()));
    let parent = parent.filter(|_| !between.is_empty());
    let by_parent = parent.into_iter().flat_map(|parent| {
        let tag = parent.name();
        let own = name::own(parent).into_iter().map(|(name, cost)| (cost + 3, format!("{name} ")));
        let tags = [(2, format!("{tag} ")), (3, format!("{tag} > ")), (4, format!("> {tag} > "))];
        tags.into_iter().chain(own).chain([(PLACE, format!("{} > ", name::place(parent)))]).collect::<Vec<_>>()
    });
    direct.into_iter().chain(by_parent)
}

/// What the rows themselves can be called: their tag, with a class that all of them have, with a link inside, after
/// another of their kind (a table's rows but the first).
fn row_names(rows: &[Node<'_>]) -> Vec<(String, u32)> {
    let Some(first) = rows.first() else { return Vec::new() };
    let tag = first.name();
    let mut names = vec![(tag.to_owned(), 1), (format!("{tag}:has(a)"), 4), (format!("{tag} + {tag}"), 5)];
    let shared = name::classes(*first).filter(|(class, _)| rows.iter().all(|row| row.has_class(class)));
    names.extend(shared.map(|(class, cost)| (format!("{tag}.{class}"), cost + 2)));
    names.push((format!("{tag}:has(a):has(td)"), 6));
    names.retain(|(name, _)| !name.contains(":has(td)") || tag == "tr");
    names.retain(|(name, _)| !name.contains(":has(a)") || tag != "a");
    names
}
