//! Selectors for elements that are known: short ones, made of names that last.
//!
//! In: the rows of a list, or one element of each of several pages. Out: CSS selectors that find them, the best first.
//! Never: which elements matter; the callers know.

use std::collections::HashSet;

use super::given_name::is_lasting;
use super::tree::{Node, NodeKey, Selector, Tree};

/// Elements above a row that may name it: lists stand within a few boxes of their own.
const MOST_LEVELS: usize = 6;

/// Selectors that are given back: enough to try some that a portal's next page may bear out.
const MOST_GIVEN: usize = 12;

/// What a selector costs for each part beside its length: one of two parts is longer-lived than one of three.
const COST_OF_PART: usize = 12;

/// What a part costs that is only a tag or a place: it says nothing of what it finds.
const COST_OF_PLAIN: usize = 6;

/// What it costs to be told by tags alone: the next table of the page would be rows too.
const COST_OF_NO_NAME: usize = 40;

/// What each level costs between an element and what it is named after: boxes around boxes are what a redesign moves.
const COST_OF_LEVEL: usize = 10;

/// Selectors that find all of these rows; such as find the fewest elements elsewhere come first, then the shortest.
///
/// Elements beside the rows, under the same parents, are rows too.
pub fn of_rows(tree: &Tree, rows: &[Node<'_>]) -> Vec<String> {
    let Some(first) = rows.first() else { return Vec::new() };
    let parents: HashSet<NodeKey> = rows.iter().filter_map(Node::parent).map(|parent| parent.key()).collect();
    let known: HashSet<NodeKey> = rows.iter().map(Node::key).collect();
    let own = own_names(rows);
    let mut found: Vec<(usize, usize, String)> = Vec::new();
    for (level, written) in in_context(*first, &own, None) {
        let Ok(selector) = Selector::parse(&written) else { continue };
        let (mut n_known, mut n_strangers) = (0, 0);
        for node in tree.select(&selector) {
            n_known += usize::from(known.contains(&node.key()));
            n_strangers += usize::from(!node.parent().is_some_and(|parent| parents.contains(&parent.key())));
        }
        if n_known == known.len() {
            let is_nameless = !written.contains(['.', '#']);
            found.push((n_strangers, cost(level, &written) + usize::from(is_nameless) * COST_OF_NO_NAME, written));
        }
    }
    best(found)
}

/// Selectors whose first match below each root is its element: for a part of a row, or of a page.
pub fn of_first(places: &[(Node<'_>, Node<'_>)]) -> Vec<String> {
    let Some((root, element)) = places.first() else { return Vec::new() };
    let elements: Vec<Node<'_>> = places.iter().map(|(_, element)| *element).collect();
    let mut own = own_names(&elements);
    own.extend(at_place(*element));
    let mut found = Vec::new();
    for (level, written) in in_context(*element, &own, Some(*root)) {
        let Ok(selector) = Selector::parse(&written) else { continue };
        let is_first = |(root, element): &(Node<'_>, Node<'_>)| {
            root.select(&selector).find(|node| node != root).is_some_and(|node| node == *element)
        };
        if places.iter().all(is_first) {
            // Within a row a tag is name enough; on a page there are many of each.
            let is_nameless = root.name() == "html" && !written.contains(['.', '#']);
            found.push((0, cost(level, &written) + usize::from(is_nameless) * COST_OF_NO_NAME, written));
        }
    }
    best(found)
}

fn best(mut found: Vec<(usize, usize, String)>) -> Vec<String> {
    found.sort();
    found.dedup();
    found.into_iter().map(|(_, _, written)| written).take(MOST_GIVEN).collect()
}

fn cost(level: usize, written: &str) -> usize {
    let parts = written.split([' ', '>']).filter(|part| !part.is_empty());
    let plain = |part: &str| usize::from(!part.contains(['.', '#', '['])) * COST_OF_PLAIN;
    level * COST_OF_LEVEL + written.len() + parts.map(|part| COST_OF_PART + plain(part)).sum::<usize>()
}

/// What these elements are called in common: by an id where there is one of them, by each class, by the tag.
fn own_names(elements: &[Node<'_>]) -> Vec<String> {
    let Some(first) = elements.first() else { return Vec::new() };
    let has_tag = |tag: &str| elements.iter().all(|element| element.name() == tag);
    let is_common = |name: &String| {
        let class = name.rsplit_once('.').map_or("", |(_, class)| class);
        let id = name.strip_prefix('#');
        elements.iter().all(|one| id.map_or_else(|| one.has_class(class), |id| one.id() == Some(id)))
    };
    let mut names: Vec<String> = names(*first).into_iter().filter(is_common).collect();
    if has_tag(first.name()) {
        names.push(first.name().to_owned());
    }
    names
}

/// The place of an element among those beside it, for cells that have no name.
fn at_place(element: Node<'_>) -> Vec<String> {
    let n_before = element.prev_siblings().count();
    let mut places = vec![format!("{}:nth-child({})", element.name(), n_before + 1)];
    if element.next_siblings().next().is_none() {
        places.push(format!("{}:last-child", element.name()));
    }
    places
}

/// The lasting names of an element: `#id`, then `tag.class` for each class.
fn names(element: Node<'_>) -> Vec<String> {
    let id = element.id().filter(|id| is_lasting(id)).map(|id| format!("#{id}"));
    let classes = element.attr("class").unwrap_or_default().split_ascii_whitespace().filter(|class| is_lasting(class));
    id.into_iter().chain(classes.map(|class| format!("{}.{class}", element.name()))).collect()
}

/// The names alone, and each within the names of the elements around them, up to `root`.
fn in_context(element: Node<'_>, own: &[String], root: Option<Node<'_>>) -> Vec<(usize, String)> {
    let is_inside = |around: &Node<'_>| Some(*around) != root && !matches!(around.name(), "html" | "body");
    let around: Vec<Node<'_>> = element.ancestors().take_while(is_inside).take(MOST_LEVELS).collect();
    let mut written: Vec<(usize, String)> = own.iter().map(|own| (0, own.clone())).collect();
    for (level, holder) in around.iter().enumerate() {
        let mut holders = names(*holder);
        if level == 0 {
            holders.push(holder.name().to_owned());
        }
        for (holder, own) in holders.iter().flat_map(|holder| own.iter().map(move |own| (holder, own))) {
            let mut put = |selector: String| written.push((level, selector));
            put(format!("{holder} {own}"));
            if level == 0 {
                put(format!("{holder} > {own}"));
            } else {
                let between: Vec<&str> = around[..level].iter().rev().map(Node::name).collect();
                put(format!("{holder} > {} > {own}", between.join(" > ")));
                put(format!("{holder} {} > {own}", around[0].name()));
            }
        }
    }
    written
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows<'t>(tree: &'t Tree, written: &str) -> Vec<Node<'t>> {
        let selector = Selector::parse(written).expect("selector");
        tree.root().select(&selector).collect()
    }

    #[test]
    fn rows_are_named_by_their_own_class_or_by_the_list_around_them() {
        let page =
            |list: &str| format!("<div class=nav><ul><li><a>首页</a></ul></div><div class='box main'>{list}</div>");
        let first = |list: &str, known: &str| {
            let html = page(list);
            let tree = Tree::parse(&html).expect("tree");
            of_rows(&tree, &rows(&tree, known)).into_iter().next().expect("a selector")
        };
        assert_eq!(first("<ul class=news><li><a>甲</a><li class=on><a>乙</a></ul>", "ul.news li"), "ul.news li");
        assert_eq!(first("<div class=item>甲</div><div class=item>乙</div>", ".item"), "div.item");
        assert_eq!(first("<ul><li>甲<li>乙</ul>", ".main li"), "div.box li");
        assert_eq!(first("<table id=t><tr><td>甲<tr><td>乙</table>", "#t tr"), "#t tr");
    }

    #[test]
    fn a_part_of_a_row_is_named_by_what_is_first_in_every_row() {
        let html = "<ul><li><i>1</i><a>甲</a><span class=d>2026</span></li><li><i>2</i><a>乙</a><span class=d>2025</span></li></ul>";
        let tree = Tree::parse(html).expect("tree");
        let places: Vec<_> = rows(&tree, "li").into_iter().zip(rows(&tree, "span")).collect();
        assert_eq!(of_first(&places)[0], "span.d");
        let table = Tree::parse("<table><tr><td>甲<td>2026<tr><td>乙<td>2025</table>").expect("tree");
        let cells: Vec<_> = rows(&table, "tr").into_iter().zip(rows(&table, "td:nth-child(2)")).collect();
        assert_eq!(of_first(&cells)[0], "td:last-child");
    }
}
