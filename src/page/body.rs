//! Which lines of the page are the report's body.
//!
//! In: outline, weights, the rules of the site and its family. Out: ranges of lines, chrome at their ends still in.
//! Order: site, family, marks and known containers with the text beside them, the place under the title, density.

use std::ops::Range;

use super::density::{self, Weights};
use super::lead::{LEAST_TEXT, Lead};
use super::outline::Outline;
use super::tree::{Query, Tree};
use super::{ReadRules, anchor, beside, chrome, containers};
use crate::model::Origin;

/// A known container is the body when it holds this part of the prose below the title.
const LEAST_COVERED: f64 = 0.6;

/// Most lines of a footer that could be taken for a text.
const MOST_FOOTER: usize = 10;

/// The densest part is a text while at most one line in so many is none.
const MOST_IMPURE_IN: usize = 50;

/// The body as found.
#[derive(Debug)]
pub(super) struct Body {
    /// In reading order, none empty.
    pub(super) ranges: Vec<Range<usize>>,
    /// Which rule found it.
    pub(super) origin: Origin,
    /// Whether an element holds it that is known or named to hold the text and nothing of the page's.
    pub(super) is_held: bool,
}

/// Where to look for the body.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Place {
    /// The first line below a title that is marked as one; the body is nowhere above.
    pub(super) below: usize,
    /// The first line below what may stand over the body: a title of any kind, or date and source.
    pub(super) under: [Option<usize>; 2],
    /// Whether pictures stand where the text should.
    pub(super) is_pictured: bool,
}

/// The body that a selector of the site or of its family names.
pub(super) fn named(tree: &Tree, outline: &Outline<'_>, rules: &ReadRules<'_>) -> Option<Body> {
    let site = rules.site.and_then(|rule| selected(tree, outline, &rule.body));
    if let Some(ranges) = site {
        return Some(Body { ranges, origin: Origin::Site, is_held: true });
    }
    let family = rules.family.and_then(|family| selected(tree, outline, &family.report.body));
    family.map(|ranges| Body { ranges, origin: Origin::Family, is_held: true })
}

/// The body that nobody names: known containers, then the place under the title, then density.
pub(super) fn found(outline: &Outline<'_>, weights: &Weights, place: Place) -> Option<Body> {
    let (ranges, is_held) = automatic(outline, weights, place)?;
    Some(Body { ranges, origin: Origin::Auto, is_held })
}

/// The body, and whether a known container holds it.
fn automatic(outline: &Outline<'_>, weights: &Weights, place: Place) -> Option<(Vec<Range<usize>>, bool)> {
    if place.is_pictured {
        return None;
    }
    let below = place.below;
    let zone = below..outline.lines.len();
    let under = place.under.into_iter().flatten().filter_map(|under| anchor::found(outline, weights, under));
    let anchored = under.max_by(|one, other| weights.of_lines(one).total_cmp(&weights.of_lines(other)));
    if let Some(lines) = known(outline, weights, below, anchored.as_ref()) {
        // Without a title that is marked nobody knows what stands over the container.
        let first = anchored.filter(|text| below > 0 && text.start < lines.start).map(|text| text.start);
        return Some((beside::joined(outline, weights, &lines, first.unwrap_or(lines.start)), true));
    }
    let densest = density::densest(outline, weights, &zone);
    let is_whole = |text: &Range<usize>| densest.as_ref().is_some_and(|all| is_more_of(outline, weights, text, all));
    if let Some(first) = &anchored {
        let lead = Lead { outline, weights, lines: first, below: place.under[0].unwrap_or(below) };
        if !is_whole(first)
            && let Some(text) = lead.next_box()
        {
            // The densest part may go on behind a line of chrome that ends this one.
            let all = densest.filter(|all| (first.end..=text.start).contains(&all.start) && all.end > text.end);
            return Some((vec![first.clone(), all.unwrap_or(text)], false));
        }
        if let Some(densest) = densest.as_ref().filter(|densest| lead.is_over(densest)) {
            return Some((vec![first.clone(), densest.clone()], false));
        }
    }
    let guessed = match (anchored, densest) {
        (Some(anchored), Some(densest)) if is_more_of(outline, weights, &anchored, &densest) => Some(densest),
        (anchored, densest) => anchored.or(densest),
    };
    // A page of a file, a picture or a film has no words but those of its footer.
    guessed.filter(|lines| !is_footer(outline, lines)).map(|lines| (vec![lines], false))
}

/// Whether the densest part is the text under the title and more of it, without links or chrome in between.
fn is_more_of(outline: &Outline<'_>, weights: &Weights, anchored: &Range<usize>, densest: &Range<usize>) -> bool {
    let is_text = |at: usize| {
        let line = &outline.lines[at];
        !line.is_links() && !line.is_behind() && !chrome::is_notice(&line.text)
    };
    let n_lines = densest.len();
    densest.start <= anchored.start
        && densest.end > anchored.end
        && weights.of_lines(anchored) < weights.of_lines(densest)
        && (anchored.end..densest.end).filter(|&at| !is_text(at)).count() * MOST_IMPURE_IN <= n_lines
}

/// Whether a few lines stand in the footer, however much of the page's prose they are.
fn is_footer(outline: &Outline<'_>, lines: &Range<usize>) -> bool {
    lines.len() <= MOST_FOOTER && lines.clone().all(|at| density::stands_in_footer(outline, at))
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

/// The known container that the text under the title stands in; else the first that holds most of the prose below the
/// title; where there is next to none, the first one that has any: a notice of one sentence is shorter than the footer.
fn known(
    outline: &Outline<'_>,
    weights: &Weights,
    below: usize,
    anchored: Option<&Range<usize>>,
) -> Option<Range<usize>> {
    let whole = below..outline.lines.len();
    let total = weights.of_lines(&whole);
    let candidates = containers::candidates(outline);
    let is_around = |lines: &&Range<usize>| {
        anchored.is_some_and(|text| lines.start >= below && lines.start <= text.start && lines.end >= text.end)
    };
    if let Some(lines) = candidates.iter().find(is_around) {
        return Some(lines.clone());
    }
    let most = candidates.iter().find(|lines| {
        let covered = weights.of_lines(lines);
        covered > 0.0 && covered >= total * LEAST_COVERED
    });
    let is_short_page =
        || density::densest(outline, weights, &whole).is_none_or(|lines| weights.of_lines(&lines) < LEAST_TEXT);
    let any = || candidates.iter().find(|lines| lines.start >= below && weights.of_lines(lines) > 0.0);
    most.or_else(|| if is_short_page() { any() } else { None }).cloned()
}
