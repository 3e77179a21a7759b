//! Whether a page is the first of its listing: by its pager, its words, its links and its address.
//!
//! In: the page that somebody wants to add. Out: the reason not to, with the first page where it is known. Never: a
//! doubt about a page that says nothing of its place.

use std::sync::LazyLock;

use regex::Regex;
use url::Url;

use super::pages::First;
use super::reason::Reason;
use crate::page::pattern;
use crate::page::tree::{Node, visible_text};
use crate::page::{link, pager, pagination, parameter};

static BEFORE: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?i)^\W*(?:上一?[页頁]|前一?页|prev(?:ious)?(?: page)?)\W*$"));
static TOP: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?i)^\W*(?:首[页頁]|第一[页頁]|第?1页?|first)\W*$"));

/// The number of a page in its address: `index_2.html`, `list/2/`, `?page=2`.
static NUMBER: LazyLock<Regex> = LazyLock::new(|| pattern(r"^(.*?)(\d{1,5})((?:\.\w{1,6}|/)?)$"));

/// Why this is not the page to add; `None`: it is the first one, or does not say.
pub(super) fn of(first: &First<'_>) -> Option<Reason> {
    by_pager(first).or_else(|| by_words(first)).or_else(|| by_links(first)).or_else(|| by_parameter(first.url))
}

/// A script's pager says it for certain, either way.
fn by_pager(first: &First<'_>) -> Option<Reason> {
    let pager = pager::find(first.tree, first.url)?;
    let n_page = pager.n_page.filter(|n| *n > 1)?;
    let (n_pages, top) = (Some(pager.n_pages), first.url.join(&pager.name_of(1)).ok());
    Some(Reason::NotFirst { n_page: Some(n_page), n_pages, first: top })
}

fn by_words(first: &First<'_>) -> Option<Reason> {
    if pager::find(first.tree, first.url).is_some_and(|pager| pager.n_page == Some(1)) {
        return None;
    }
    let n_page = pagination::stated_page(first.tree).filter(|n| *n > 1)?;
    Some(Reason::NotFirst { n_page: Some(n_page), n_pages: first.page.n_pages, first: top(first, n_page) })
}

/// A page before this one, whose number is the one before.
fn by_links(first: &First<'_>) -> Option<Reason> {
    let before = worded(first, &BEFORE).find_map(|node| link::of_anchor(node, first.base))?;
    let (mine, theirs) = (NUMBER.captures(first.url.as_str())?, NUMBER.captures(before.as_str()));
    let n: u32 = mine[2].parse().ok().filter(|n| *n > 0)?;
    let is_before = match &theirs {
        Some(theirs) if theirs[1] == mine[1] => theirs[2].parse::<u32>().is_ok_and(|m| m.abs_diff(n) == 1),
        // The first page has no number: `index_1.html` after `index.html`.
        _ => {
            let stem = mine[1].trim_end_matches(['_', '-', '/', '=']);
            n <= 2 && (stem.starts_with(before.as_str()) || before.as_str().starts_with(stem))
        }
    };
    if !is_before || link::is_same_page(&before, first.url) {
        return None;
    }
    let top =
        worded(first, &TOP).filter(|node| is_beside_pages(*node)).find_map(|node| link::of_anchor(node, first.base));
    let top = top.filter(|top| !link::is_same_page(top, first.url));
    Some(Reason::NotFirst { n_page: None, n_pages: first.page.n_pages, first: top })
}

/// `?page=3`. A parameter that is called like an id counts nothing.
pub(super) fn by_parameter(url: &Url) -> Option<Reason> {
    let is_counting =
        |name: &str| name.len() > 1 && parameter::is_page(name) && !name.to_ascii_lowercase().ends_with("id");
    let (name, n_page) = url.query_pairs().find_map(|(name, value)| {
        let n_page = value.parse::<u32>().ok().filter(|n| is_counting(&name) && *n > 1)?;
        Some((name.into_owned(), n_page))
    })?;
    let top = pagination::with_query(url, &name, "1");
    Some(Reason::NotFirst { n_page: Some(n_page), n_pages: None, first: Some(top) })
}

/// The first page, by the link to it or by the one to the page before the second.
fn top(first: &First<'_>, n_page: u32) -> Option<Url> {
    let named = || worded(first, &TOP).filter(|node| is_beside_pages(*node));
    let before = || worded(first, &BEFORE).filter(|_| n_page == 2);
    let leads = |node| link::of_anchor(node, first.base).filter(|url| !link::is_same_page(url, first.url));
    let found = named().find_map(leads).or_else(|| before().find_map(leads));
    found.or_else(|| match by_parameter(first.url) {
        Some(Reason::NotFirst { first, .. }) => first,
        _ => None,
    })
}

fn worded<'t>(first: &First<'t>, words: &'static Regex) -> impl Iterator<Item = Node<'t>> {
    first.tree.named("a").filter(|node| words.is_match(&visible_text(*node)))
}

/// Whether a link stands among those to other pages: 首页 alone is the home page of the site.
fn is_beside_pages(node: Node<'_>) -> bool {
    let around = node.ancestors().take(2);
    let mut siblings = around.flat_map(|above| above.descendants().filter(|node| node.name() == "a"));
    siblings.any(|node| BEFORE.is_match(&visible_text(node)))
}
