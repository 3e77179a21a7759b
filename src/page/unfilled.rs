//! The signs of a page that a script has yet to fill.
//!
//! In: a page. Out: the mark of its script, as it stands there. Never: what the script would put there.

use std::sync::LazyLock;

use regex::Regex;

use super::pattern;
use super::tree::{Node, Tree, visible_text};

/// The mark of a template for rows, or of a script that asks for data where a list stands empty.
pub(super) fn mark(tree: &Tree, text: &str) -> Option<String> {
    let mark = TEMPLATE.find(text).or_else(|| empty_list(tree).then(|| LOADS.find(text)).flatten())?;
    Some(mark.as_str().trim().chars().take(LONGEST_MARK).collect())
}

/// Most characters of a mark that are shown.
const LONGEST_MARK: usize = 40;

/// A template for rows: handlebars, Vue, Angular, doT, layui.
static TEMPLATE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\{\{\s*#\s*each\b|\bv-for\s*=|\bng-repeat\s*=|\{\{~|\{\{\s*(?:\w+\.)?(?:title|url|name|date|pubDate)\s*\}\}",
    )
});

/// A script that asks for data.
static LOADS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\$\.(?:ajax|get|post|getJSON)\s*\(|\baxios\b|\bfetch\s*\(|XMLHttpRequest|queryData\s*=|searchList/|loadPageData\s*\(|gkmlpt/api|[?&](?:jsonp?_?)?callback=|\bwindow\.__\w+__\s*=\s*[\[{]",
    )
});

/// Whether a list or a box that is called like one stands empty on the page.
fn empty_list(tree: &Tree) -> bool {
    let is_list = |node: &Node<'_>| {
        let names = [node.id(), node.attr("class")];
        let is_named = || names.into_iter().flatten().any(|name| LIST.is_match(name));
        matches!(node.name(), "ul" | "ol" | "tbody") || (matches!(node.name(), "div" | "table") && is_named())
    };
    let mut lists = tree.root().descendants().filter(is_list);
    lists.any(|node| node.children().next().is_none() && visible_text(node).is_empty())
}

static LIST: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?i)list|news|data|article|result|content|^(?:app|root)$"));
