//! Pages that scripts have yet to show: which hidden elements hold the report.
//!
//! In: the page with all that is hidden, and as its readers see it. Out: the hidden elements to read as well. Never: a
//! dialog, or a box beside a report that is there to be seen: an agreement, a notice of the portal.

use std::collections::HashSet;
use std::ops::Range;

use super::attachments;
use super::density::Weights;
use super::outline::Outline;
use super::pictures;
use super::seen::{is_dialog, is_hidden};
use super::tree::NodeKey;

/// The page with all that is hidden, what it weighs, and the lines that show its title.
pub(super) struct Whole<'a, 't> {
    pub(super) outline: &'a Outline<'t>,
    pub(super) weights: &'a Weights,
    pub(super) title: Option<Range<usize>>,
}

/// The hidden elements around the title. Where it is hidden, or where readers see neither a file nor a picture under it,
/// from line `under` of `seen` on, those too that hold most of the prose, if they hold most of the page or stand in one
/// box with the title.
pub(super) fn opened(seen: &Outline<'_>, under: usize, whole: &Whole<'_, '_>) -> HashSet<NodeKey> {
    let elements = &whole.outline.elements;
    let is_closed = |at: &usize| is_hidden(elements[*at].node) && !is_dialog(elements[*at].node);
    let title = whole.title.as_ref().and_then(|lines| whole.outline.lines.get(lines.start));
    let around: Vec<usize> = title.into_iter().flat_map(|line| whole.outline.around(line.element)).collect();
    let mut opened: HashSet<usize> = HashSet::new();
    if !around.iter().any(|&at| is_dialog(elements[at].node)) {
        opened.extend(around.iter().copied().filter(is_closed));
    }
    if !opened.is_empty() || !shows_a_report(seen, under) {
        let sizes = sizes(whole.outline);
        let is_box = |at: &usize| !matches!(elements[*at].node.name(), "body" | "html");
        let boxes: HashSet<usize> = around.into_iter().filter(is_box).collect();
        let is_most = |&at: &usize| {
            whole.weights.of_lines(&elements[at].lines) * 2.0 > whole.weights.total()
                && (sizes[at] * 2 > elements.len() || whole.outline.around(at).any(|outer| boxes.contains(&outer)))
        };
        opened.extend((0..elements.len()).filter(is_closed).filter(is_most));
    }
    opened.into_iter().map(|at| elements[at].node.key()).collect()
}

/// Whether a page has a file or a picture for its readers, which may be all of the report.
fn shows_a_report(seen: &Outline<'_>, under: usize) -> bool {
    let mut links = seen.links.iter().filter(|link| link.line >= under);
    links.any(|link| attachments::is_file_link(link.node)) || pictures::first(seen, under).is_some()
}

/// For each element how many it holds, itself included.
fn sizes(outline: &Outline<'_>) -> Vec<usize> {
    let mut sizes = vec![1; outline.elements.len()];
    for (at, element) in outline.elements.iter().enumerate().rev() {
        if let Some(parent) = element.parent {
            sizes[parent] += sizes[at];
        }
    }
    sizes
}
