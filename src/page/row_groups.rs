//! Which elements of a page could be the rows of one list: those under one parent, or under parents that are twins.
//!
//! In: a page. Out: every such set, outermost first. Never: what the rows say.

use std::cmp::Reverse;
use std::collections::HashMap;

use super::row_pieces::Pieces;
use super::tree::{Node, NodeKey};

/// Levels above a link at which a row may stand: `li > div > h4 > a`; tables within tables take more.
const MOST_LEVELS: usize = 10;

/// Links of a page that are looked at; the biggest listing page seen has some 500.
const MOST_ANCHORS: usize = 40_000;

/// The rows under one parent, or under parents that are twins.
pub(super) struct Group<'t> {
    pub(super) parents: Vec<Node<'t>>,
    /// The name of the rows' elements.
    pub(super) tag: &'t str,
}

impl<'t> Group<'t> {
    /// Rows that it has at most: what else stands beside them counts too.
    pub(super) fn most_rows(&self, pieces: &Pieces<'t>) -> usize {
        self.parents.iter().map(|parent| pieces.n_children(*parent)).sum()
    }
}

/// Lists that are cut into several elements: twins under one parent, of the same name and class. Elements that only
/// happen to be alike, such as two plain `div`s, are no twins.
#[derive(PartialEq, Eq, Hash, Clone, Copy)]
struct GroupKey<'t> {
    home: NodeKey,
    parent: &'t str,
    class: &'t str,
    row: &'t str,
}

/// Every set of elements that could be the rows, outermost first.
pub(super) fn groups<'t>(pieces: &Pieces<'t>) -> Vec<Group<'t>> {
    let mut groups: Vec<(usize, Group<'t>)> = Vec::new();
    let mut known: HashMap<GroupKey<'t>, usize> = HashMap::new();
    // What links before stood in, level by level.
    let mut above = [None; MOST_LEVELS];
    for anchor in pieces.anchors().take(MOST_ANCHORS) {
        let mut row = anchor;
        for (level, known_above) in above.iter_mut().enumerate() {
            let Some(parent) = row.parent().filter(|_| row.name() != "body") else { break };
            // A link before stood at this height in the same element: all above was noted for that one.
            if known_above.replace((parent, row.name())) == Some((parent, row.name())) {
                break;
            }
            let class = parent.attr("class").unwrap_or_default();
            // The rows of a table may hold two reports each: then its cells are the rows.
            let has_twins =
                !class.is_empty() || matches!(parent.name(), "ul" | "ol" | "dl" | "tbody" | "table" | "tr" | "li");
            let home = if has_twins { parent.parent().unwrap_or(parent) } else { parent };
            let key = GroupKey { home: home.key(), parent: parent.name(), class, row: row.name() };
            let index = *known.entry(key).or_insert_with(|| {
                groups.push((level, Group { parents: Vec::new(), tag: row.name() }));
                groups.len() - 1
            });
            let parents = &mut groups[index].1.parents;
            if parents.last() != Some(&parent) {
                parents.push(parent);
            }
            row = parent;
        }
    }
    groups.sort_by_key(|(level, _)| Reverse(*level));
    groups.into_iter().map(|(_, group)| group).collect()
}
