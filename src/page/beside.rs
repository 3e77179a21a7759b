//! Text of an article beside the container that its body is known by.
//!
//! In: the lines of a known container, where the text under the title begins. Out: those lines and what goes on with
//! them in the same article: a second editor, paragraphs before and behind it, tables. Never: what stands around a
//! report: tools, share boxes, fields, neighbours, related reports, footers, and whatever stands behind those.

use std::collections::HashSet;
use std::ops::Range;

use super::anchor::{Unit, Walk};
use super::density::{Weights, is_date};
use super::outline::{Outline, Shape};
use super::{chrome, containers, field_lines};

/// Longest head of a block of links, in characters.
const LONGEST_HEAD: usize = 12;

/// A container that a walk goes out from.
struct Container<'o, 't> {
    outline: &'o Outline<'t>,
    weights: &'o Weights,
    walk: Walk<'o, 't>,
}

/// The lines of a container with those beside it, in reading order. `from` is the first line of text under the title.
pub(super) fn joined(
    outline: &Outline<'_>,
    weights: &Weights,
    container: &Range<usize>,
    from: usize,
) -> Vec<Range<usize>> {
    let is_around =
        |lines: &Range<usize>| lines != container && lines.start <= container.start && container.end <= lines.end;
    let mut joined = vec![container.clone()];
    let Some(around) = outline.elements.iter().rposition(|element| is_around(&element.lines)) else { return joined };
    let seen = Container { outline, weights, walk: Walk::of(outline, weights) };
    let said: HashSet<&str> = outline.lines[container.clone()].iter().map(|line| line.text.as_str()).collect();
    // A second copy, for those who have the page read to them.
    let is_said = |at: usize| said.contains(outline.lines[at].text.as_str());
    let is_copy = |unit: &Unit| unit.lines.len() >= said.len().min(2) && unit.lines.clone().all(is_said);
    let mut inner = container.clone();
    for level in outline.around(around) {
        let lines = &outline.elements[level].lines;
        let units = seen.walk.units(level, from);
        // The element that holds the title too is the last one; what it holds besides is often of the page.
        let holds_title = lines.start < from;
        let before = units.iter().filter(|unit| unit.lines.end <= inner.start);
        joined.extend(before.filter(|unit| seen.is_more(unit) && !is_copy(unit)).map(|unit| unit.lines.clone()));
        let behind: Vec<&Unit> = units.iter().filter(|unit| unit.lines.start >= inner.end).collect();
        let n_own = behind.iter().take_while(|unit| !seen.ends_report(unit)).count();
        let own = behind[..n_own].iter().enumerate().filter(|(at, unit)| {
            let is_last_text = || behind[*at..].iter().all(|unit| seen.walk.is_clean(unit));
            seen.is_more(unit) && !is_copy(unit) && (!holds_title || !seen.is_strange(unit) || is_last_text())
        });
        joined.extend(own.map(|(_, unit)| unit.lines.clone()));
        if holds_title || n_own < behind.len() {
            break;
        }
        inner = lines.clone();
    }
    joined.sort_by_key(|lines| lines.start);
    joined
}

impl Container<'_, '_> {
    /// Whether a unit is prose or a table of the article.
    fn is_more(&self, unit: &Unit) -> bool {
        if self.weights.of_lines(&unit.lines) <= 0.0 {
            return false;
        }
        let is_field = |at: usize| field_lines::is_field(self.outline, at) || is_date(&self.outline.lines[at].text);
        let is_own = || self.walk.is_clean(unit) && !unit.lines.clone().any(is_field);
        let has_sentence = || self.outline.has_sentence(&unit.lines);
        self.is_known(unit) || (is_own() && (self.is_table(unit) || self.walk.is_own_paragraph(unit) || has_sentence()))
    }

    /// Whether a unit is neither a paragraph nor a table nor a container of text: a box that may be of the page.
    fn is_strange(&self, unit: &Unit) -> bool {
        !self.is_known(unit) && !self.is_table(unit) && !self.walk.is_own_paragraph(unit)
    }

    fn is_known(&self, unit: &Unit) -> bool {
        unit.element.is_some_and(|at| containers::is_known(self.outline.elements[at].node))
    }

    /// Whether a unit is a table of data.
    fn is_table(&self, unit: &Unit) -> bool {
        unit.lines.clone().any(|at| self.outline.lines[at].shape == Shape::Row)
    }

    /// Whether nothing of the report stands behind the beginning of a unit.
    fn ends_report(&self, unit: &Unit) -> bool {
        let ends = |at: usize| {
            let line = &self.outline.lines[at];
            let heads_links = || line.n_chars <= LONGEST_HEAD && chrome::is_related(&line.text);
            line.is_behind() || chrome::is_notice(&line.text) || heads_links()
        };
        !self.is_known(unit) && unit.lines.clone().any(ends)
    }
}
