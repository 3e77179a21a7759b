//! Whether rows elsewhere on a page are more of its list: portals cut one list into boxes, columns, tabs, months, and put
//! pinned rows before it.
//!
//! In: the list of a page and other rows. Out: whether they are one list. Never: a list of another column: its reports lie
//! elsewhere, or it has a heading of its own.

use super::makes::Makes;
use super::row::RowRead;
use super::tree::{Node, visible_text};
use super::weigh::{self, Scales};
use crate::model::Entry;

/// Elements between the rows of a list and what holds all of its parts.
const MOST_LEVELS: usize = 5;

/// How rows stand to those of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stand {
    /// In elements of the same names and classes.
    Alike,
    /// In elements of the same names.
    Named,
}

/// How the rows of `other` stand to those of `one`: on the same level below an element that holds both. `None`: they stand
/// otherwise.
pub(super) fn stand(one: Node<'_>, other: Node<'_>) -> Option<Stand> {
    let (ones, others) = parts(one, other)?;
    let is_named = ones.iter().zip(&others).all(|(one, other)| one.name() == other.name());
    let is_alike = || ones.iter().zip(&others).all(|(one, other)| is_same_class(class(*one), class(*other)));
    is_named.then(|| if is_alike() { Stand::Alike } else { Stand::Named })
}

fn class(node: Node<'_>) -> &str {
    node.attr("class").unwrap_or_default()
}

/// Two elements with those around them, up to the innermost one that holds both; as many of each.
fn parts<'t>(one: Node<'t>, other: Node<'t>) -> Option<(Vec<Node<'t>>, Vec<Node<'t>>)> {
    let (mut ones, mut others) = (Vec::new(), Vec::new());
    let pairs = std::iter::once((one, other)).chain(one.ancestors().zip(other.ancestors()));
    for (one, other) in pairs.take(MOST_LEVELS + 1) {
        if one == other {
            return (!ones.is_empty()).then_some((ones, others));
        }
        ones.push(one);
        others.push(other);
    }
    None
}

/// Whether two classes are equal but for words that say which part is shown or comes first.
fn is_same_class(one: &str, other: &str) -> bool {
    const OF_STATE: [&str; 12] =
        ["on", "active", "cur", "current", "selected", "show", "hide", "hidden", "first", "last", "none", "dn"];
    let words = |class: &str| {
        let words = class.split_ascii_whitespace().filter(|word| !OF_STATE.contains(word));
        words.map(|word| word.trim_end_matches(|c: char| c.is_ascii_digit()).to_owned()).collect::<Vec<_>>()
    };
    one == other || words(one) == words(other)
}

/// What may be a part of a list.
#[derive(Clone, Copy)]
pub(super) struct Rows<'a, 't> {
    pub(super) parents: &'a [Node<'t>],
    pub(super) rows: &'a [RowRead],
}

/// What the rows of the list are like.
pub(super) struct Listed<'t> {
    home: Node<'t>,
    makes: Makes,
    is_dated: bool,
    lies_below: bool,
}

impl<'t> Listed<'t> {
    /// Of the rows in an element.
    pub(super) fn of(home: Node<'t>, rows: &[RowRead], scales: &Scales<'_>) -> Self {
        let entries = entries(rows);
        Self {
            home,
            makes: Makes::of(entries.iter().map(|entry| &entry.url)),
            is_dated: weigh::is_dated(&entries),
            lies_below: lie_below(&entries, scales),
        }
    }

    /// Whether rows that stand so are more of it.
    pub(super) fn has(&self, part: Rows<'_, 't>, stand: Stand, scales: &Scales<'_>) -> bool {
        let others = entries(part.rows);
        let Some(&first) = part.parents.first() else { return false };
        let Some((ones, _)) = parts(first, self.home) else { return false };
        if others.is_empty()
            || self.is_dated != weigh::is_dated(&others)
            || !(weigh::is_dated(&others) || weigh::is_titled(&others, scales.reader.page))
            || ones.iter().any(|node| scales.is_foreign(*node))
        {
            return false;
        }
        let are_below = self.lies_below && lie_below(&others, scales);
        let is_headed = ones.iter().any(|node| is_under_heading(*node, scales));
        let are_addressed_alike = || others.iter().all(|entry| self.makes.has(&entry.url));
        match (are_below, is_headed) {
            (true, false) => true,
            (true, true) => are_addressed_alike(),
            (false, _) => stand == Stand::Alike && !is_headed && are_addressed_alike(),
        }
    }
}

fn entries(rows: &[RowRead]) -> Vec<&Entry> {
    rows.iter().filter_map(|row| row.entry.as_ref()).collect()
}

fn lie_below(entries: &[&Entry], scales: &Scales<'_>) -> bool {
    entries.iter().all(|entry| weigh::is_below(&entry.url, scales.reader.page))
}

/// Whether an element stands under the name of something else than the column or a period.
fn is_under_heading(node: Node<'_>, scales: &Scales<'_>) -> bool {
    /// Longest heading, in bytes.
    const LONGEST: usize = 60;
    let Some(above) = node.prev_siblings().next().filter(|above| above.name() != node.name()) else { return false };
    let text = visible_text(above);
    text.len() <= LONGEST
        && text.chars().any(char::is_alphanumeric)
        && !weigh::is_period(&text)
        && !scales.column.is(&text)
}
