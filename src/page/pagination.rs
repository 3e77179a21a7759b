//! From one page of a listing to the next.
//!
//! In: a page, the rule of its listing or nothing, its place in the walk. Out: where the next page is and how many pages
//! there are. Never: a page beyond the total that the pager states, or one that the walk has just left.

use std::sync::LazyLock;

use regex::{Captures, Regex};
use serde_json::Value;
use url::Url;

use super::datastore::Datastore;
use super::listing::ListingRead;
use super::onward::{LAST_WORDS, is_worded};
use super::pager::{self, Pager};
use super::pattern;
use super::tree::{Query, Take, Tree, visible_text};
use super::{datastore, jpage, link, onward};
use crate::config::{Pagination, PostRule};
use crate::model::{PageAddress, Post};

static N_PAGES: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?:共|总共|总计)\s*(\d{1,5})\s*页|(?:页次|页码|当前页?)\D{0,4}\d{1,5}\s*/\s*(\d{1,5})|\d{1,5}\s*/\s*(\d{1,5})\s*页|共\s*\d{1,7}\s*条\s*\d{1,5}\s*/\s*(\d{1,5})",
    )
});
static N_PAGE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?:页次|页码|当前页?)\D{0,4}(\d{1,5})|第\s*(\d{1,5})\s*页\s*[/／，,;；|]?\s*共|(\d{1,5})\s*/\s*\d{1,5}\s*页|共\s*\d{1,7}\s*条\s*(\d{1,5})\s*/",
    )
});
static TRAILING_NUMBER: LazyLock<Regex> = LazyLock::new(|| pattern(r"^(.*?)(\d{1,5})(\.\w+)?$"));

/// The next page, and the count of pages where one is stated.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Next {
    pub(super) address: Option<PageAddress>,
    pub(super) n_pages: Option<u32>,
    /// Whether this page stands further down than the walk has come.
    pub(super) has_skipped: bool,
}

impl Next {
    fn of(url: Option<Url>, n_pages: Option<u32>) -> Self {
        Self::at(url.map(PageAddress::from), n_pages)
    }

    fn at(address: Option<PageAddress>, n_pages: Option<u32>) -> Self {
        Self { address, n_pages, has_skipped: false }
    }
}

/// What pagination needs of a page beside its rule.
pub(super) struct PageAtHand<'a> {
    pub(super) tree: &'a Tree,
    pub(super) base: &'a Url,
    pub(super) stores: &'a [Datastore],
    /// Whether the page has entries: a pager without a total is followed only then.
    pub(super) has_entries: bool,
}

/// The page after this one.
pub(super) fn next(page: &PageAtHand<'_>, read: &ListingRead<'_>) -> Next {
    let stated = read.rule.and_then(|rule| rule.pages.as_ref());
    let next = match (stated, read.family.and_then(|family| family.pages.as_ref())) {
        (Some(pages), _) => by_rule(pages, page, read),
        (None, Some(pages)) => {
            let by_family = by_rule(pages, page, read);
            if by_family == Next::default() { by_itself(page, read) } else { by_family }
        }
        (None, None) => by_itself(page, read),
    };
    ahead(next, read)
}

/// The page after an answer in JSON, which may say how to ask for it.
pub(super) fn after_answer(value: &Value, n_total: Option<u64>, has_entries: bool, read: &ListingRead<'_>) -> Next {
    let Some(pages) = read.rule.and_then(|rule| rule.pages.as_ref()) else { return Next::default() };
    let cursor = match pages {
        Pagination::Cursor { next, .. } => next.text(value),
        _ => None,
    };
    let n_pages = match (pages, n_total) {
        (Pagination::Offset { step, .. }, Some(n_total)) => u32::try_from(n_total.div_ceil(u64::from(*step))).ok(),
        _ => None,
    };
    let address = asked(pages, cursor.as_deref(), read).filter(|_| has_entries);
    ahead(Next::at(address, n_pages.map(|n_pages| n_pages.max(1))), read)
}

/// The page after a feed: by the site's rule, else the one that it names.
pub(super) fn after_feed(named: Option<PageAddress>, has_entries: bool, read: &ListingRead<'_>) -> Next {
    let address = match read.rule.and_then(|rule| rule.pages.as_ref()) {
        Some(pages) => asked(pages, None, read).filter(|_| has_entries),
        None => named,
    };
    ahead(Next::at(address, None), read)
}

/// A next page that is beyond the stated total, or that the walk has just left, is none.
fn ahead(mut next: Next, read: &ListingRead<'_>) -> Next {
    let is_last = next.n_pages.is_some_and(|n_pages| read.n_page >= n_pages);
    let posted = read.rule.and_then(|rule| rule.first_page().post);
    let is = |address: &PageAddress, url: &Url, post: Option<&Post>| {
        link::is_same_page(&address.url, url) && address.post.as_ref() == post
    };
    next.address = next.address.filter(|address| {
        !is_last && !is(address, read.page_url, read.post) && !is(address, read.first_url, posted.as_ref())
    });
    next
}

fn by_rule(pages: &Pagination, page: &PageAtHand<'_>, read: &ListingRead<'_>) -> Next {
    match pages {
        // A page that is no JSON gives no cursor.
        Pagination::None | Pagination::Cursor { .. } => Next::default(),
        Pagination::Dataproxy => by_datastore(page, read),
        Pagination::Script => {
            pager::find(page.tree, read.page_url).map(|pager| by_pager(&pager, read)).unwrap_or_default()
        }
        Pagination::Next { link } => Next::of(by_query(link, page), stated_pages(page.tree)),
        Pagination::Countdown => by_countdown(page, read),
        Pagination::Numbered { .. } | Pagination::Query { .. } | Pagination::Offset { .. } => {
            let scripted = pager::find(page.tree, read.page_url).map(|pager| pager.n_pages);
            let n_pages = scripted.or_else(|| stated_pages(page.tree));
            Next::at(asked(pages, None, read).filter(|_| page.has_entries), n_pages)
        }
    }
}

/// Whether a rule makes up the address of a next page, be it there or not.
pub(super) fn is_made_up(pages: &Pagination) -> bool {
    matches!(pages, Pagination::Numbered { .. } | Pagination::Query { .. } | Pagination::Offset { .. })
}

/// The next page, where its address follows from its number or from a cursor alone.
fn asked(pages: &Pagination, cursor: Option<&str>, read: &ListingRead<'_>) -> Option<PageAddress> {
    let n_behind = read.n_page.saturating_sub(1);
    let (name, value) = match pages {
        Pagination::Numbered { pattern, first } => {
            let name = pattern.replace("{n}", &first.saturating_add(n_behind).to_string());
            let post = read.rule.and_then(|rule| rule.post.as_ref()).map(|post| post.fill(""));
            return Some(PageAddress { url: read.first_url.join(&name).ok()?, post });
        }
        Pagination::Query { name, first } => (name, first.saturating_add(n_behind).to_string()),
        Pagination::Offset { name, first, step } => {
            (name, first.saturating_add(n_behind.saturating_mul(*step)).to_string())
        }
        Pagination::Cursor { name, .. } => (name, cursor?.to_owned()),
        Pagination::None
        | Pagination::Dataproxy
        | Pagination::Script
        | Pagination::Next { .. }
        | Pagination::Countdown => return None,
    };
    let url = match name {
        Some(name) => with_query(read.first_url, name, &value),
        None => read.first_url.clone(),
    };
    let post = read.rule.and_then(|rule| rule.post.as_ref()).map(|post: &PostRule| post.fill(&value));
    (name.is_some() || post.is_some()).then_some(PageAddress { url, post })
}

/// By what the page itself shows: a datastore, a script's pager, a link 下一页.
fn by_itself(page: &PageAtHand<'_>, read: &ListingRead<'_>) -> Next {
    if !page.stores.is_empty() {
        return by_datastore(page, read);
    }
    if let Some(pager) = pager::find(page.tree, read.page_url) {
        return by_pager(&pager, read);
    }
    let url = onward::next(page.tree, page.base, read);
    let n_pages = stated_pages(page.tree).or_else(|| last_page(page, url.as_ref()?, read));
    Next::of(url, n_pages)
}

fn by_pager(pager: &Pager, read: &ListingRead<'_>) -> Next {
    // A walk knows better how many pages there were before.
    let is_last = read.n_page == 1 && pager.is_last(read.page_url);
    let url = read.page_url.join(&pager.name_after(read.page_url, read.n_page)).ok();
    Next::of(url.filter(|_| !is_last), Some(pager.n_pages.max(1)))
}

/// The listing page itself counts as one page before the pages of its proxy.
fn by_datastore(page: &PageAtHand<'_>, read: &ListingRead<'_>) -> Next {
    let largest = datastore::own(page.stores, read.page_url);
    let n_here = largest.map_or(0, |store| store.records.len());
    if jpage::is_window(read.page_url) {
        let n_rows = largest.and_then(|store| store.n_records).map(|n_rows| n_rows as u64);
        return Next::at(jpage::next(read.page_url, read.post, n_here, n_rows), None);
    }
    let n_different = largest.map_or(0, Datastore::n_different);
    let windows = || Next::at(jpage::first(page.tree, page.base, n_different), None);
    let Some(store) =
        largest.filter(|store| store.next_group.is_some() || datastore::proxy_page(read.page_url).is_some())
    else {
        return windows();
    };
    let is_proxy = datastore::proxy_page(read.page_url).is_some();
    let n_pages = store.n_pages.filter(|_| is_proxy).map(|n_pages| n_pages.saturating_add(1));
    Next::of(store.next(page.base, read.page_url), n_pages)
}

fn by_query(query: &Query, page: &PageAtHand<'_>) -> Option<Url> {
    query.elements(page.tree.root()).into_iter().find_map(|node| match query.take() {
        Take::Attr(name) => link::resolve(node.attr(name)?, page.base),
        Take::Element | Take::Text => link::of_anchor(node, page.base),
    })
}

/// `共 23 页`, `页次：1/23`, `共 456 条 1/23`.
pub(super) fn stated_pages(tree: &Tree) -> Option<u32> {
    let text = visible_text(tree.root());
    let found = N_PAGES.captures_iter(&text).last()?;
    found.iter().skip(1).flatten().next()?.as_str().parse().ok().filter(|n_pages| *n_pages > 0)
}

/// Which page this is: `第 2 页 共 23 页`, `页次：2/23`.
pub(super) fn stated_page(tree: &Tree) -> Option<u32> {
    let text = visible_text(tree.root());
    let found = N_PAGE.captures_iter(&text).last()?;
    found.iter().skip(1).flatten().next()?.as_str().parse().ok().filter(|n_page| *n_page > 0)
}

/// The total, from the link 尾页: as far behind the next link as their numbers say; this page, where the next one lies
/// beyond the last.
fn last_page(page: &PageAtHand<'_>, next: &Url, read: &ListingRead<'_>) -> Option<u32> {
    let mut last = page.tree.named("a").filter(|node| is_worded(*node, &LAST_WORDS));
    let last = last.find_map(|node| link::of_anchor(node, page.base))?;
    // On the last page both lead to itself.
    if link::is_same_page(next, read.page_url) && link::is_same_page(&last, read.page_url) {
        return Some(read.n_page);
    }
    let (next, last) = (TRAILING_NUMBER.captures(next.as_str())?, TRAILING_NUMBER.captures(last.as_str())?);
    let is_alike = |other: &Captures<'_>| {
        next[1] == other[1] && next.get(3).map(|e| e.as_str()) == other.get(3).map(|e| e.as_str())
    };
    let number = |found: &Captures<'_>| found[2].parse::<u32>().ok();
    let here = TRAILING_NUMBER.captures(read.page_url.as_str()).filter(is_alike).and_then(|here| number(&here));
    let (to, end) = (number(&next)?, number(&last)?);
    // VSB counts down to 1: the numbers say nothing of the total but for the next itself.
    let is_beyond = end < to && here.is_some_and(|here| here < to);
    let ahead = if is_beyond { 0 } else { end.abs_diff(to).saturating_add(1) };
    is_alike(&last).then(|| read.n_page.saturating_add(ahead))
}

/// The number of a page tells how many pages are below it, and beside their total where it stands.
fn by_countdown(page: &PageAtHand<'_>, read: &ListingRead<'_>) -> Next {
    let number = TRAILING_NUMBER.captures(read.page_url.path()).and_then(|found| found[2].parse::<u32>().ok());
    let total = stated_pages(page.tree);
    let Some(number) = number.filter(|_| read.n_page > 1) else { return Next::of(counted_down(page, read), total) };
    let n_pages = read.n_page.saturating_add(number.saturating_sub(1));
    let has_skipped = total.is_some_and(|total| total > n_pages);
    Next { has_skipped, ..Next::of(counted_down(page, read), Some(n_pages)) }
}

/// VSB: `{listing}/{n}.htm`, the second page being the total less one. The link on the page knows the number; where
/// there is none, the total does.
fn counted_down(page: &PageAtHand<'_>, read: &ListingRead<'_>) -> Option<Url> {
    let linked = onward::next(page.tree, page.base, read);
    if linked.is_some() {
        return linked;
    }
    let stem =
        read.first_url.as_str().strip_suffix(".htm").or_else(|| read.first_url.as_str().strip_suffix(".html"))?;
    let number = match read.n_page {
        0 | 1 => stated_pages(page.tree)?.checked_sub(1)?,
        _ => TRAILING_NUMBER.captures(read.page_url.path())?[2].parse::<u32>().ok()?.checked_sub(1)?,
    };
    (number > 0).then(|| Url::parse(&format!("{stem}/{number}.htm")).ok()).flatten()
}

/// The listing's URL with one parameter set, the others as they are written.
pub(super) fn with_query(listing: &Url, name: &str, value: &str) -> Url {
    let mut url = listing.clone();
    let is_it = |pair: &&str| pair.split('=').next() == Some(name);
    let mut pairs: Vec<String> = listing
        .query()
        .unwrap_or_default()
        .split('&')
        .filter(|pair| !pair.is_empty() && !is_it(pair))
        .map(str::to_owned)
        .collect();
    let value: String = url::form_urlencoded::byte_serialize(value.as_bytes()).collect();
    pairs.push(format!("{name}={value}"));
    url.set_query(Some(&pairs.join("&")));
    url
}
