//! The scripts of a page as they are run: without what is commented out.
//!
//! In: a page. Out: their texts. Never: what a script does.

use super::tree::Tree;

/// The scripts of a page in order, comments left out.
pub(super) fn of(tree: &Tree) -> Vec<String> {
    tree.named("script").map(|script| without_comments(&script.raw_text())).collect()
}

/// A script without its comments; `<!--` begins one that ends with its line, as browsers have it. Text in quotes is not
/// told apart, but `//` counts only where an address cannot stand before it.
fn without_comments(script: &str) -> String {
    let mut kept = String::with_capacity(script.len());
    let mut rest = script;
    while let Some(at) = rest.find(['/', '<']) {
        let (before, from) = rest.split_at(at);
        kept.push_str(before);
        let is_line = from.starts_with("<!--") || (from.starts_with("//") && may_end_before_comment(&kept));
        let n_skipped = if from.starts_with("/*") {
            from.find("*/").map_or(from.len(), |end| end + 2)
        } else if is_line {
            from.find('\n').unwrap_or(from.len())
        } else {
            kept.push_str(&from[..1]);
            1
        };
        rest = &from[n_skipped..];
    }
    kept.push_str(rest);
    kept
}

fn may_end_before_comment(kept: &str) -> bool {
    kept.chars().next_back().is_none_or(|c| c.is_whitespace() || c.is_alphanumeric() || ";{}),".contains(c))
}
