//! Where words stand on a page: text without its white space, and the element around any part of it.
//!
//! In: an element. Out: the innermost elements around words that are known. Never: words of scripts and styles.

use super::tree::{HIDDEN_ELEMENTS, Node, Step};

/// The words below an element, each run with the element that it stands in.
pub(super) struct Located<'t> {
    text: String,
    /// Where each run begins, in bytes of `text`.
    runs: Vec<(usize, Node<'t>)>,
}

impl<'t> Located<'t> {
    /// Gathers the words below an element.
    pub(super) fn of(root: Node<'t>) -> Self {
        let mut located = Self { text: String::new(), runs: Vec::new() };
        let (mut around, mut n_hidden) = (vec![root], 0_usize);
        for step in root.walk().skip(1) {
            match step {
                Step::Enter(node) => {
                    n_hidden += usize::from(HIDDEN_ELEMENTS.contains(&node.name()));
                    around.push(node);
                }
                Step::Leave(node) => {
                    n_hidden -= usize::from(HIDDEN_ELEMENTS.contains(&node.name()) && around.len() > 1);
                    if around.len() > 1 {
                        around.pop();
                    }
                }
                Step::Text(run) if n_hidden == 0 => {
                    let start = located.text.len();
                    located.text.extend(run.chars().filter(|c| is_word(*c)));
                    if let Some(node) = around.last().filter(|_| located.text.len() > start) {
                        located.runs.push((start, *node));
                    }
                }
                Step::Text(_) | Step::Comment(_) => {}
            }
        }
        located
    }

    /// The innermost element around each place of these words, in document order.
    pub(super) fn places(&self, words: &str) -> Vec<Node<'t>> {
        let words = bare(words);
        if words.is_empty() {
            return Vec::new();
        }
        let around = |(start, found): (usize, &str)| common(self.at(start)?, self.at(start + found.len() - 1)?);
        self.text.match_indices(&words).filter_map(around).collect()
    }

    /// The element that the run with this byte stands in.
    fn at(&self, byte: usize) -> Option<Node<'t>> {
        let n_before = self.runs.partition_point(|(start, _)| *start <= byte);
        self.runs.get(n_before.checked_sub(1)?).map(|(_, node)| *node)
    }
}

/// The innermost element that two elements stand in; one of them, where it stands around the other.
pub(super) fn common<'t>(one: Node<'t>, other: Node<'t>) -> Option<Node<'t>> {
    let around: Vec<Node<'t>> = std::iter::once(one).chain(one.ancestors()).collect();
    std::iter::once(other).chain(other.ancestors()).find(|node| around.contains(node))
}

/// A text without its white space and without characters that nobody sees.
pub(super) fn bare(text: &str) -> String {
    text.chars().filter(|c| is_word(*c)).collect()
}

fn is_word(c: char) -> bool {
    !c.is_whitespace() && !matches!(c, '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::tree::Tree;

    #[test]
    fn words_are_found_across_tags_and_white_space() {
        let html =
            "<div id=a><p id=p>关于<b>做好</b> 工作\n的通知</p><script>工作的通知</script></div><p id=q>工作的通知</p>";
        let tree = Tree::parse(html).expect("tree");
        let located = Located::of(tree.root());
        let ids = |words: &str| -> Vec<Option<&str>> { located.places(words).iter().map(Node::id).collect() };
        assert_eq!(ids("工作的通知"), [Some("p"), Some("q")]);
        assert_eq!(ids("关于做好工作 的通知"), [Some("p")]);
        assert_eq!(located.places("通知工作")[0].name(), "body");
        assert_eq!(ids("别的"), []);
        assert_eq!(located.places("做好")[0].name(), "b");
    }
}
