//! What parameters are called that count pages, rows before a page, and rows of a page.
//!
//! In: a name. Out: what it counts. Never: what it is worth.

use std::sync::LazyLock;

use regex::Regex;

use super::pattern;

static PAGE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)^(?:p|pn|page|pages?no|page_?num(?:ber)?|page_?index|page_?id|page_?now|now_?page|curr?(?:ent)?_?page|curr|current|cpage|pageno)$",
    )
});
static OFFSET: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?i)^(?:offset|start|start_?(?:index|row|no)?|skip|begin)$"));
static SIZE: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?i)^_?(?:limit|rows?|size|page_?size|per_?page|num|count|length)$"));

/// Whether it counts pages.
pub(super) fn is_page(name: &str) -> bool {
    PAGE.is_match(name)
}

/// Whether it counts the rows before a page.
pub(super) fn is_offset(name: &str) -> bool {
    OFFSET.is_match(name)
}

/// Whether it counts the rows of a page.
pub(super) fn is_size(name: &str) -> bool {
    SIZE.is_match(name)
}
