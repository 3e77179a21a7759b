//! What an element says where it says little: a heading, a pager.
//!
//! In: an element, and the most bytes. Out: its text; none of a longer one, which is not read to its end. Never: a part.

use super::tree::{Node, Step, visible_text};

/// The text below a node, scripts left out, where it is short.
pub(super) fn short_text(node: Node<'_>, most_bytes: usize) -> Option<String> {
    let is_short =
        texts(node).try_fold(0, |n_bytes, run| Some(n_bytes + run.len() + 1).filter(|n| *n <= most_bytes * 4));
    is_short?;
    Some(visible_text(node)).filter(|text| text.len() <= most_bytes)
}

/// All text below a node, scripts included, where it is short; stops reading where it is not.
pub(super) fn raw_short_text(node: Node<'_>, most_bytes: usize) -> Option<String> {
    texts(node).try_fold(String::new(), |mut text, run| {
        text.push_str(run);
        text.push(' ');
        Some(text).filter(|text| text.len() <= most_bytes)
    })
}

/// The texts below a node, scripts included.
fn texts(node: Node<'_>) -> impl Iterator<Item = &str> {
    node.walk().filter_map(|step| match step {
        Step::Text(run) => Some(run),
        _ => None,
    })
}
