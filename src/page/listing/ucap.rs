//! UCAP's searchList: lists that a script of the page loads as JSON.
//!
//! In: a page, or the address of an answer. Out: where the list is, how it is read. **Source**: 四川 and 江西 portals,
//! `data.results[]` with `title`, `url`, `publishedTimeStr`. Never: an address put together from a script's pieces.

use std::sync::LazyLock;

use regex::Regex;
use url::Url;

use crate::config::JsonRule;
use crate::page::link;
use crate::page::pattern;
use crate::page::pointer::{LinkQuery, Pointer};
use crate::page::tree::Tree;

/// The parameter that counts the pages, from 1.
const PAGE_PARAMETER: &str = "page";

/// The whole address, as a script writes it in quotes.
static ADDRESS: LazyLock<Regex> =
    LazyLock::new(|| pattern(r#"["']([^"'\s<>{}]*/(?:searchList|common/search)/[0-9a-f]{32}\?[^"'\s<>{}]*)["']"#));

static RULE: LazyLock<JsonRule> = LazyLock::new(|| {
    let pointer = |written: &str| Pointer::parse(written).expect("invariant: a pointer");
    JsonRule {
        items: vec![pointer("/data/results")],
        link: vec![LinkQuery::At(pointer("/url"))],
        title: vec![pointer("/title")],
        date: vec![pointer("/publishedTimeStr"), pointer("/publishedTime")],
        total: Some(pointer("/data/total")),
    }
});

/// How its answers are read.
pub(super) fn rule() -> &'static JsonRule {
    &RULE
}

/// Whether an address is one of its lists.
pub(super) fn is_search_list(url: &Url) -> bool {
    url.path().contains("/searchList/") || url.path().contains("/common/search/")
}

/// The list of a page, where one script of it names one whole address; asked for from its first page.
pub(super) fn list(tree: &Tree, text: &str, base: &Url) -> Option<Url> {
    if !text.contains("/searchList/") && !text.contains("/common/search/") {
        return None;
    }
    let scripts: Vec<String> = tree.named("script").map(|script| script.raw_text()).collect();
    let mut named: Vec<&str> = scripts
        .iter()
        .flat_map(|script| ADDRESS.captures_iter(script))
        .filter_map(|found| found.get(1).map(|address| address.as_str()))
        .collect();
    named.dedup();
    let [address] = named[..] else { return None };
    Some(with_page(&link::resolve(address, base)?, 1))
}

/// The page after the one that this address asks for. Its total is no end: a portal may give fewer rows a page than it
/// was asked for.
pub(super) fn next(page_url: &Url) -> Option<Url> {
    let (_, n_page) = page_url.query_pairs().find(|(name, _)| name == PAGE_PARAMETER)?;
    Some(with_page(page_url, n_page.parse::<u32>().ok()?.checked_add(1)?))
}

fn with_page(url: &Url, n_page: u32) -> Url {
    let others: Vec<(String, String)> =
        url.query_pairs().into_owned().filter(|(name, _)| name != PAGE_PARAMETER).collect();
    let mut url = url.clone();
    url.query_pairs_mut().clear().extend_pairs(others).append_pair(PAGE_PARAMETER, &n_page.to_string());
    url
}
