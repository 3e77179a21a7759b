//! What rows or a text stand in: the names of the elements around them.
//!
//! In: a page and what was read from it. Out: a digest that stays the same while the portal builds its pages in the same
//! way. Never: a word of the page; pages of one template differ in all of them.

use std::collections::{HashMap, HashSet};

use url::Url;

use super::given_name::is_lasting;
use super::link;
use super::located::Located;
use super::tree::{Node, Tree};
use crate::model::{Document, Entry, Hash};

/// Named elements around a text that count, from the outside: further in stands what editors paste.
const MOST_AROUND_BODY: usize = 6;

/// Characters of a text that are looked for: enough to be found once.
const CHARS_LOOKED_FOR: usize = 40;

/// What most of these rows stand in; `None` where none of them is a link of the page's own.
pub fn of_rows(tree: &Tree, page_url: &Url, entries: &[Entry]) -> Option<Hash> {
    let base = link::base(tree, page_url);
    let urls: HashSet<&Url> = entries.iter().map(|entry| &entry.url).collect();
    let mut counts: HashMap<String, usize> = HashMap::new();
    let mut most: (usize, String) = (0, String::new());
    for anchor in tree.root().descendants().filter(|node| node.name() == "a") {
        if link::of_anchor(anchor, &base).is_some_and(|url| urls.contains(&url)) {
            let path = path(anchor);
            let count = counts.entry(path.clone()).or_default();
            *count += 1;
            if *count > most.0 {
                most = (*count, path);
            }
        }
    }
    (most.0 > 0).then(|| Hash::of(most.1.as_bytes()))
}

/// What the longest part of a text stands in; `None` where the page does not show it in one piece.
pub fn of_body(tree: &Tree, document: &Document) -> Option<Hash> {
    let longest = document.worded().max_by_key(|block| block.text.len())?;
    let words: String = longest.text.chars().take(CHARS_LOOKED_FOR).collect();
    let around = *Located::of(tree.root()).places(&words).first()?;
    let named: Vec<String> =
        std::iter::once(around).chain(around.ancestors()).filter(|n| is_named(*n)).map(name).collect();
    let outer: Vec<&str> = named.iter().rev().take(MOST_AROUND_BODY).map(String::as_str).collect();
    Some(Hash::of(outer.join(" ").as_bytes()))
}

/// An element and those around it, outermost first.
pub(super) fn path(node: Node<'_>) -> String {
    let mut names: Vec<String> = std::iter::once(node).chain(node.ancestors()).map(name).collect();
    names.reverse();
    names.join(" ")
}

fn is_named(node: Node<'_>) -> bool {
    node.id().is_some_and(is_lasting) || classes(node).next().is_some()
}

fn name(node: Node<'_>) -> String {
    let id = node.id().filter(|id| is_lasting(id)).map(|id| format!("#{id}")).unwrap_or_default();
    let classes = classes(node).fold(String::new(), |written, class| written + "." + class);
    format!("{}{id}{classes}", node.name())
}

fn classes(node: Node<'_>) -> impl Iterator<Item = &str> {
    node.attr("class").unwrap_or_default().split_ascii_whitespace().filter(|class| is_lasting(class))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Block, BlockKind};

    fn rows(html: &str) -> Option<Hash> {
        let url = Url::parse("http://x.gov.cn/a/").expect("url");
        let entry = |n: u32| Entry {
            url: url.join(&format!("{n}.html")).expect("url"),
            title: String::new(),
            date: None,
            date_shown: None,
        };
        of_rows(&Tree::parse(html).expect("tree"), &url, &[entry(1), entry(2)])
    }

    #[test]
    fn other_rows_of_the_same_list_stand_in_the_same_and_a_renamed_list_is_another() {
        let list = |class: &str, on: &str| {
            format!(
                "<div class=main><ul class='{class}'><li class='{on}'><a href=1.html>甲</a><li><a href=2.html>乙</a></ul></div>"
            )
        };
        assert_eq!(rows(&list("news", "")), rows(&list("news", "on")));
        assert_ne!(rows(&list("news", "")), rows(&list("list-new", "")));
        assert_eq!(rows("<a href=9.html>丙</a>"), None);
    }

    #[test]
    fn a_text_is_told_by_the_boxes_around_it() {
        let document = Document {
            blocks: vec![Block::new(BlockKind::Paragraph, "现将有关事项通知如下。")],
            ..Document::default()
        };
        let of = |html: &str| of_body(&Tree::parse(html).expect("tree"), &document);
        let one = "<div class=wrap><div class=TRS_Editor><p>现将有关事项通知如下。</p></div></div>";
        assert_eq!(of(one), of(&one.replace("<p>", "<p><span>现将</span>").replace("现将</span>现将", "现将</span>")));
        assert_ne!(of(one), of(&one.replace("TRS_Editor", "article")));
        assert_eq!(of("<p>别的</p>"), None);
    }
}
