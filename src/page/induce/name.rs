//! What an element can be called in a selector: ids and classes that a person gave it, before those that a template or
//! a counter made, before its place.
//!
//! In: an element. Out: names, each with a cost; the cheapest is the one to write. Never: whether a name is enough.

use std::sync::LazyLock;

use regex::Regex;

use crate::page::tree::Node;

/// Cost of a name that says where something stands rather than what it is.
pub(super) const PLACE: u32 = 12;

/// Cost of a name that only says how something looks.
const LOOK: u32 = 6;

/// Cost of a name that a machine may give anew at any time.
const MADE: u32 = 9;

fn pattern(written: &str) -> Regex {
    Regex::new(written).expect("invariant: the pattern is valid")
}

/// Names that a selector can hold without escapes.
static PLAIN: LazyLock<Regex> = LazyLock::new(|| pattern(r"^-?[A-Za-z_][A-Za-z0-9_-]*$"));

/// Classes of frameworks and of states.
static LOOKS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)^(?:col|row|span|grid|container|wrap(?:per)?|layui|el|ant|van|w|h|wd|m[tblrxy]?|p[tblrxy]?|ml|fl|fr|left|right|clear|clearfix|cf|pull|float|text|txt|font|f|fs|bg|color|red|blue|bold|hidden|hide|show|block|inline|flex|active|on|cur|current|selected|first|last|odd|even|hover|new|top|link|a|b|c|d)(?:[-_]?(?:left|right|center|xs|sm|md|lg|xl|both|fix)?[-_]?\d*)*$",
    )
});

/// Counters, hashes, build marks.
static MADE_UP: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?i)\d{3,}|^(?:css|sc|jss|style)-|[0-9a-f]{8,}|__[A-Za-z0-9]{5,}$|^_[a-z0-9]{5,}$"));

/// What a class costs; `None` where it cannot be written plainly.
pub(super) fn cost(name: &str) -> Option<u32> {
    if !PLAIN.is_match(name) {
        return None;
    }
    Some(if MADE_UP.is_match(name) {
        MADE
    } else if LOOKS.is_match(name) {
        LOOK
    } else {
        0
    })
}

/// The classes of an element that can be written, with their costs.
pub(super) fn classes(node: Node<'_>) -> impl Iterator<Item = (&str, u32)> {
    let classes = node.attr("class").unwrap_or_default().split_ascii_whitespace();
    classes.filter_map(|class| Some((class, cost(class)?)))
}

/// `#id` and `tag.class` of an element, with their costs.
pub(super) fn own(node: Node<'_>) -> Vec<(String, u32)> {
    let id = node.id().and_then(|id| Some((format!("#{id}"), cost(id)?)));
    let classes = classes(node).map(|(class, cost)| (format!("{}.{class}", node.name()), cost + 1));
    id.into_iter().chain(classes).collect()
}

/// Its place among its siblings of the same name: `td:nth-of-type(2)`.
pub(super) fn place(node: Node<'_>) -> String {
    let n_before = node.prev_siblings().filter(|sibling| sibling.name() == node.name()).count();
    format!("{}:nth-of-type({})", node.name(), n_before + 1)
}

/// Selectors that could find an element within `row`, the best to write first.
pub(super) fn within(node: Node<'_>, row: Node<'_>) -> Vec<String> {
    let tag = node.name().to_owned();
    let mut named: Vec<(u32, String)> = vec![(2, tag.clone())];
    named.extend(classes(node).map(|(class, cost)| (cost + 1, format!("{tag}.{class}"))));
    if node != row {
        named.push((PLACE, place(node)));
        let around = node.ancestors().take_while(|above| *above != row);
        for (level, above) in (1..).zip(around.take(MOST_AROUND)) {
            named.push((5 + level, format!("{} {tag}", above.name())));
            let named_above = own(above).into_iter();
            named.extend(named_above.map(|(name, cost)| (cost + 3 + level, format!("{name} {tag}"))));
            named.push((PLACE + level, format!("{} {tag}", place(above))));
        }
    }
    named.sort_by_key(|(cost, _)| *cost);
    named.into_iter().map(|(_, name)| name).collect()
}

/// Elements around one within its row that may name it.
const MOST_AROUND: usize = 3;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::tree::Tree;

    #[test]
    fn names_that_people_give_come_before_those_of_machines_and_looks() {
        assert_eq!([cost("news-list"), cost("TRS_list"), cost("zwgk")], [Some(0); 3]);
        assert_eq!([cost("col-md-9"), cost("clearfix"), cost("fl"), cost("mt10")], [Some(LOOK); 4]);
        assert_eq!([cost("c38486"), cost("css-1x2"), cost("list_a91bc03d77")], [Some(MADE); 3]);
        assert_eq!([cost("38486"), cost("新闻"), cost("a:b"), cost("")], [None; 4]);
    }

    #[test]
    fn an_element_of_a_row_is_named_by_its_class_then_its_tag_then_its_place() {
        let tree = Tree::parse("<ul><li><b>1</b><div class=tit><a>x</a></div><span class='fr date'>d</span></li></ul>");
        let tree = tree.expect("tree");
        let node = |name: &str| tree.root().descendants().find(|node| node.name() == name).expect("there");
        assert_eq!(within(node("span"), node("li"))[..3], ["span.date", "span", "span.fr"]);
        assert_eq!(within(node("a"), node("li"))[..3], ["a", "div.tit a", "div a"]);
    }
}
