//! Sections that were put in or taken out.
//!
//! In: two Documents. Out: facts. Never: a section that got another heading, or whose heading merely moved.

use super::places::{heading, unnumbered};
use crate::change::fingerprint::body;
use crate::model::{Document, Fact, FactKind};

/// How alike two headings are, 0 to 1, when one may stand for the other.
const RESEMBLING: f64 = 0.5;

/// Sections of a text that are compared: a book has more, and tells nothing by them.
const MOST_SECTIONS: usize = 200;

pub(super) fn facts(old: &Document, new: &Document) -> Vec<Fact> {
    let (olds, news) = (headings(old), headings(new));
    if olds.len().max(news.len()) > MOST_SECTIONS {
        return Vec::new();
    }
    let added = single(&news, &olds, old).into_iter().map(|it| Fact::new(FactKind::SectionAdded, None, Some(it)));
    let removed = single(&olds, &news, new).into_iter().map(|it| Fact::new(FactKind::SectionRemoved, Some(it), None));
    added.chain(removed).collect()
}

fn headings(document: &Document) -> Vec<String> {
    document.blocks.iter().filter_map(heading).collect()
}

/// The headings of one side that the other side has nowhere, neither as a heading nor within its text, nor a like one in
/// their place.
fn single(here: &[String], there: &[String], other: &Document) -> Vec<String> {
    let is_kept = |words: &str| there.iter().any(|that| unnumbered(that) == words);
    let others: Vec<&String> =
        there.iter().filter(|that| !here.iter().any(|it| unnumbered(it) == unnumbered(that))).collect();
    let text = body(&other.blocks);
    let is_single = |it: &&String| {
        let words = unnumbered(it);
        let is_renamed =
            others.iter().any(|that| strsim::normalized_levenshtein(unnumbered(that), words) >= RESEMBLING);
        !words.is_empty() && !is_kept(words) && !is_renamed && !text.contains(words)
    };
    here.iter().filter(is_single).cloned().collect()
}
