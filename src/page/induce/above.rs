//! Reports that stand above the list in an element of their own: a headline, a pinned row, news with a picture.
//!
//! In: the list that was found, and its page. Out: a reason that names the first of them. Never: a report that the list
//! holds too, or what stands in chrome.

use std::collections::HashSet;

use url::Url;

use super::reason::Reason;
use crate::page::link;
use crate::page::makes::Makes;
use crate::page::rows::Candidate;
use crate::page::tree::{Node, visible_text};
use crate::page::weigh::Scales;

/// Levels around the list, and elements before it on each, that are looked at.
const MOST_LEVELS: usize = 4;
const MOST_SIBLINGS: usize = 6;

/// Elements of one block that are looked at.
const MOST_ELEMENTS: usize = 400;

/// Most reports of a block that go with the list: more are another list.
const MOST_REPORTS: usize = 6;

/// Fewest characters of the title of a report.
const LEAST_TITLE: usize = 8;

/// The first report above the list that is not one of its rows.
pub(super) fn report(chosen: &Candidate<'_>, scales: &Scales<'_>) -> Option<Reason> {
    let entries = chosen.rows.iter().filter_map(|row| row.entry.as_ref());
    let rows: HashSet<&Url> = entries.map(|entry| &entry.url).collect();
    let makes = Makes::of(rows.iter().copied());
    let list = *chosen.parents.first()?;
    let around = std::iter::once(list).chain(list.ancestors()).take_while(|node| node.name() != "body");
    let blocks = around.take(MOST_LEVELS).flat_map(|node| node.prev_siblings().take(MOST_SIBLINGS));
    blocks.filter(|block| !scales.is_foreign(*block)).find_map(|block| {
        let found: Vec<(Url, String)> = reports(block, scales).filter(|(url, _)| makes.has(url)).collect();
        let n_rows =
            found.iter().filter(|(url, _)| rows.contains(url)).map(|(url, _)| url).collect::<HashSet<_>>().len();
        let others: Vec<&(Url, String)> = found.iter().filter(|(url, _)| !rows.contains(url)).collect();
        let n_others = others.iter().map(|(url, _)| url).collect::<HashSet<_>>().len();
        // Where most of a slider are rows, the others are older rows.
        let is_other = n_rows < n_others && n_others <= MOST_REPORTS;
        others.first().filter(|_| is_other).map(|(_, title)| Reason::Above(title.clone()))
    })
}

/// The links of a block that have a title.
fn reports(block: Node<'_>, scales: &Scales<'_>) -> impl Iterator<Item = (Url, String)> {
    let anchors = std::iter::once(block).chain(block.descendants().take(MOST_ELEMENTS));
    let anchors = anchors.filter(|node| node.name() == "a");
    anchors.filter_map(move |anchor| {
        let around = anchor.ancestors().take_while(|node| *node != block);
        let url = link::of_anchor(anchor, scales.reader.base);
        let url = url.filter(|url| !link::is_same_page(url, scales.reader.page))?;
        let title = named(anchor).filter(|title| title.chars().count() >= LEAST_TITLE)?;
        (!around.into_iter().any(|node| scales.is_foreign(node))).then_some((url, title))
    })
}

/// What a link is called, or its picture.
fn named(anchor: Node<'_>) -> Option<String> {
    let picture = || anchor.descendants().find_map(|node| node.attr("alt"));
    let shown = Some(visible_text(anchor)).filter(|text| !text.is_empty());
    shown.or_else(|| anchor.attr("title").or_else(picture).map(str::to_owned))
}
