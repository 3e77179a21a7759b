//! What an element can be called in a selector: ids and classes that a person gave it, before those that a template or
//! a counter made, before its place.
//!
//! In: an element. Out: names, each with a cost; the cheapest is the one to write. Never: whether a name is enough.

use crate::page::given_name::cost;
use crate::page::tree::Node;

/// Cost of a name that says where something stands rather than what it is.
pub(super) const PLACE: u32 = 12;

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
    fn an_element_of_a_row_is_named_by_its_class_then_its_tag_then_its_place() {
        let tree = Tree::parse("<ul><li><b>1</b><div class=tit><a>x</a></div><span class='fr date'>d</span></li></ul>");
        let tree = tree.expect("tree");
        let node = |name: &str| tree.root().descendants().find(|node| node.name() == name).expect("there");
        assert_eq!(within(node("span"), node("li"))[..3], ["span.date", "span", "span.fr"]);
        assert_eq!(within(node("a"), node("li"))[..3], ["a", "div.tit a", "div a"]);
    }
}
