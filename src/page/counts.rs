//! How many pages or rows a listing has, as its page counts them beside its pager.
//!
//! In: a page, its rows. Out: numbers in words, in scripts and in fields of forms. Never: what they are worth; some count
//! something else.

use std::sync::LazyLock;

use regex::Regex;

use super::pattern;
use super::tree::{Node, Tree, visible_text};
use crate::model::Entry;

/// Longest text of a page that is searched for a total, in bytes.
const MOST_TEXT_BYTES: usize = 200_000;

/// `共 120 条` and its sisters.
static TOTAL: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?:共|总共|总计|合计)\s*(?:有|计)?\s*(\d{1,6})\s*(?:条|篇|个?记录|项)|(?:总记录数?|记录总数|总条数)\s*[：:]?\s*(\d{1,6})\b",
    )
});

/// A script that knows how many pages there are.
static COUNTED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r#"(?i)(?:(?:page_?count|total_?pages?|count_?page|pages_?total)["']?\s*[:=]|kkpager\b[^;]{0,300}?\btotal["']?\s*:)\s*["']?(\d{1,5})\b"#,
    )
});

/// A field by that name.
static COUNTED_NAME: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?i)^\w{0,2}(?:page_?count|total_?pages?|count_?page|pages_?total)$"));

/// How many rows a pager of layui is told of.
static LAYPAGE: LazyLock<Regex> =
    LazyLock::new(|| pattern(r#"laypage[\s\S]{0,400}?\bcount["']?\s*:\s*["']?(\d{1,6})\b"#));

/// How many rows a pager of jQuery is told of; some are told of pages.
static PLUGIN: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r#"(?i)\.(?:pagination|paging|paginator)\(\s*(?:["']?(\d{1,6})["']?\s*,|\{[^{}]*?\b(?:total_?(?:data|counts?|records?|items)|items)["']?\s*:\s*["']?(\d{1,6})\b)"#,
    )
});

/// How many pages a script of the page or a field of a form counts.
pub(super) fn counted(tree: &Tree, scripts: &[String]) -> Option<u32> {
    let in_scripts = scripts.iter().filter_map(|script| Some(COUNTED.captures(script)?[1].parse::<u32>().unwrap_or(0)));
    let is_named =
        |node: &Node<'_>| node.id().into_iter().chain(node.attr("name")).any(|name| COUNTED_NAME.is_match(name));
    let fields = tree.named("input").filter(is_named).filter_map(|node| node.attr("value")?.trim().parse::<u32>().ok());
    // A field that is not filled says 0 or 1.
    let fields = fields.filter(|n_pages| *n_pages > 1);
    in_scripts.chain(fields).max()
}

/// How many rows the listing has, by its text or by a script; what the title of a row counts is something else.
pub(super) fn total(tree: &Tree, scripts: &[String], rows: &[Entry]) -> Option<usize> {
    let text = visible_text(tree.root());
    let text = &text[..text.floor_char_boundary(MOST_TEXT_BYTES)];
    let is_of_row = |said: &str| rows.iter().any(|row| row.title.contains(said));
    let stated = TOTAL.captures_iter(text).filter(|found| !is_of_row(&found[0])).last();
    let stated = stated.and_then(|found| found.get(1).or(found.get(2))?.as_str().parse().ok());
    let laid = || scripts.iter().find_map(|script| LAYPAGE.captures(script)?[1].parse().ok());
    let plugged = || {
        scripts.iter().find_map(|script| {
            let found = PLUGIN.captures(script)?;
            found.get(1).or(found.get(2))?.as_str().parse().ok()
        })
    };
    // A number that is no more than the rows may be one of pages.
    stated.or_else(laid).or_else(|| plugged().filter(|total| *total > rows.len()))
}
