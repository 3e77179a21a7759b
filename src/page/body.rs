//! Which lines of the page are the report's body.
//!
//! In: outline, weights, the rules of the site and its family. Out: ranges of lines, chrome at their ends still in.
//! Order: site, family, marks and known containers, density.

use std::ops::Range;

use super::density::{self, Weights};
use super::outline::Outline;
use super::tree::{Query, Tree};
use super::{ReadRules, containers};
use crate::model::Origin;

/// A known container is the body when it holds this part of the prose below the title.
const LEAST_COVERED: f64 = 0.6;

/// A page whose densest part holds less prose than this has a short body or none.
const SHORT_PAGE: f64 = 150.0;

/// The body as found.
#[derive(Debug)]
pub(super) struct Body {
    /// In reading order, none empty.
    pub(super) ranges: Vec<Range<usize>>,
    /// Which rule found it.
    pub(super) origin: Origin,
}

/// Finds the body. `below` is the first line below the title.
pub(super) fn find(
    tree: &Tree,
    outline: &Outline<'_>,
    weights: &Weights,
    rules: &ReadRules<'_>,
    below: usize,
) -> Option<Body> {
    let site = rules.site.and_then(|rule| selected(tree, outline, &rule.body));
    if let Some(ranges) = site {
        return Some(Body { ranges, origin: Origin::Site });
    }
    let family = rules.family.and_then(|family| selected(tree, outline, &family.report.body));
    if let Some(ranges) = family {
        return Some(Body { ranges, origin: Origin::Family });
    }
    let found = known(outline, weights, below).or_else(|| {
        let zone = below..outline.lines.len();
        density::densest(outline, weights, &zone)
    });
    found.map(|range| Body { ranges: vec![range], origin: Origin::Auto })
}

/// The lines of the first query that yields visible text; its elements joined in order, one inside another once.
fn selected(tree: &Tree, outline: &Outline<'_>, queries: &[Query]) -> Option<Vec<Range<usize>>> {
    queries.iter().find_map(|query| {
        let mut ranges: Vec<Range<usize>> = Vec::new();
        for lines in query.elements(tree.root()).into_iter().filter_map(|node| outline.lines_of(node)) {
            if !lines.is_empty() && ranges.last().is_none_or(|last| last.end <= lines.start) {
                ranges.push(lines);
            }
        }
        (!ranges.is_empty()).then_some(ranges)
    })
}

/// The first known container that holds most of the prose below the title; where there is next to none, the first one
/// that has any: a notice of one sentence is shorter than the footer.
fn known(outline: &Outline<'_>, weights: &Weights, below: usize) -> Option<Range<usize>> {
    let whole = below..outline.lines.len();
    let total = weights.of_lines(&whole);
    let candidates = containers::candidates(outline);
    let most = candidates.iter().find(|lines| {
        let covered = weights.of_lines(lines);
        covered > 0.0 && covered >= total * LEAST_COVERED
    });
    let is_short_page =
        || density::densest(outline, weights, &whole).is_none_or(|lines| weights.of_lines(&lines) < SHORT_PAGE);
    let any = || candidates.iter().find(|lines| lines.start >= below && weights.of_lines(lines) > 0.0);
    most.or_else(|| if is_short_page() { any() } else { None }).cloned()
}
