//! Where the labelled values of a report stand: before its body, behind it, in it, or in a box that is yet to be opened.
//!
//! In: tree, outline, where title and body stand. Out: pairs, the surest first. Never: values of other reports: behind
//! and inside a body only a whole table counts.

use std::ops::Range;

use super::chrome;
use super::label_words::Label;
use super::labels::{self, Pair, Reading};
use super::outline::{Outline, Unseen};
use super::seen::is_hidden;
use super::tree::Tree;

/// Lines before the body that may hold the disclosure table.
const LINES_BEFORE: usize = 60;

/// Lines after the body that may hold it.
const LINES_AFTER: usize = 60;

/// Fewest fields of a table that is known as one by nothing else.
const LEAST_FIELDS: usize = 3;

/// Most elements that a closed box is looked for among.
const MOST_BOXES: usize = 200;

/// The labelled values of a page.
#[derive(Debug, Default)]
pub(super) struct Disclosed {
    pairs: Vec<Pair>,
    /// Those that stand between title and body, in the order of the page.
    under_title: Range<usize>,
}

impl Disclosed {
    /// Reads them. `below_title` is the first line below the title, 0 where no line shows it.
    pub(super) fn of(tree: &Tree, outline: &Outline<'_>, below_title: usize, body: &Range<usize>) -> Self {
        let under_title = if below_title == 0 { 0..0 } else { below_title.min(body.start)..body.start };
        let top = below_title.min(body.start).saturating_sub(LINES_BEFORE);
        let mut pairs = labels::read(outline, top..body.start).pairs;
        // Over the title stand today's date and the fields of a search.
        pairs.retain(|pair| !pair.word.is_weak || below_title == 0 || pair.line >= below_title);
        pairs.extend(behind(outline, body.end));
        pairs.extend(table(labels::read(outline, body.clone())));
        if !pairs.iter().any(|pair| pair.label() == Label::IndexNo) && outline.has_closed_table {
            pairs.extend(closed(tree));
        }
        Self { pairs, under_title }
    }

    /// The values of a label: those of its surest word first, in the order of the page.
    pub(super) fn ranked(&self, label: Label) -> impl Iterator<Item = &str> {
        let mut pairs: Vec<&Pair> = self.pairs.iter().filter(|pair| pair.label() == label).collect();
        pairs.sort_by_key(|pair| pair.word.rank);
        pairs.into_iter().map(|pair| pair.value.as_str())
    }

    /// The values of a label in the order of the page.
    pub(super) fn in_order(&self, label: Label) -> impl Iterator<Item = &str> {
        self.pairs.iter().filter(move |pair| pair.label() == label).map(|pair| pair.value.as_str())
    }

    /// The values of a label between title and body.
    pub(super) fn under_title(&self, label: Label) -> impl Iterator<Item = &str> {
        let is_own = move |pair: &&Pair| pair.label() == label && self.under_title.contains(&pair.line);
        self.pairs.iter().filter(is_own).map(|pair| pair.value.as_str())
    }

    /// The days of publication: those under the title first, and those of sure words first.
    pub(super) fn published(&self) -> impl Iterator<Item = &str> {
        let mut pairs: Vec<&Pair> = self.pairs.iter().filter(|pair| pair.label() == Label::Published).collect();
        pairs.sort_by_key(|pair| (pair.word.is_weak, !self.under_title.contains(&pair.line)));
        pairs.into_iter().map(|pair| pair.value.as_str())
    }

    /// Whether a label other than that of the source claims what stands in a line.
    pub(super) fn is_claimed(&self, text: &str) -> bool {
        self.pairs.iter().any(|pair| pair.label() != Label::Source && text.contains(&pair.value))
    }
}

/// The pairs of lines that name so many fields that they are a disclosure table.
fn table(read: Reading) -> Vec<Pair> {
    if read.n_fields() >= LEAST_FIELDS { read.pairs } else { Vec::new() }
}

/// The pairs behind a body, up to the lines that lead to other reports.
fn behind(outline: &Outline<'_>, end: usize) -> Vec<Pair> {
    let lines = outline.lines.get(end..).unwrap_or_default().iter().take(LINES_AFTER);
    let n_own = lines.take_while(|line| !chrome::is_related(&line.text) && !line.is_behind()).count();
    let Reading { pairs, .. } = &labels::read(outline, end..end + n_own);
    let has_table = pairs.iter().any(|pair| pair.label().is_of_table());
    let is_beside_source = |line: usize| pairs.iter().any(|pair| pair.label() == Label::Source && pair.line == line);
    let is_own = |pair: &&Pair| {
        !pair.word.is_weak && (pair.label() != Label::Published || has_table || is_beside_source(pair.line))
    };
    pairs.iter().filter(is_own).cloned().collect()
}

/// The pairs of the first closed box that holds a disclosure table.
fn closed(tree: &Tree) -> Vec<Pair> {
    let whole = Outline::of(tree, &[], Unseen::Read);
    let boxes = whole.elements.iter().filter(|element| is_hidden(element.node) && !element.lines.is_empty());
    let mut boxes = boxes.filter(|element| element.lines.len() <= LINES_BEFORE).take(MOST_BOXES);
    let found = boxes.find_map(|element| {
        let pairs = table(labels::read(&whole, element.lines.clone()));
        (!pairs.is_empty()).then_some(pairs)
    });
    found.unwrap_or_default().into_iter().map(|pair| Pair { line: 0, ..pair }).collect()
}
