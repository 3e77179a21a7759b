//! A selector for the rows of a list: short, made of names that last, and giving exactly these rows.
//!
//! In: the elements of the rows, and those of rows without a link. Out: a selector, or nothing where none is exact. Never:
//! a selector that was not tried on the page, or one that leaves out the newest row because it has no link today.

use std::collections::HashSet;

use super::name::{self, PLACE};
use crate::page::date;
use crate::page::row_pieces::RowReader;
use crate::page::tree::{Node, NodeKey, Selector, Step, Tree, collapse};

/// Levels around the rows whose names are tried.
const MOST_LEVELS: usize = 10;

/// Selectors that are tried on the page: they are sorted by cost, and what comes later is not worth writing.
const MOST_TRIED: usize = 160;

/// Longest word over a column, in characters: 标题, 发布日期, 信息索引号.
const LONGEST_CAPTION: usize = 6;

/// The rows of a list.
pub(super) struct List<'t> {
    /// Those that a selector must give.
    pub(super) rows: Vec<Node<'t>>,
    /// Those without a link, which it may give: tomorrow they have one.
    pub(super) unlinked: HashSet<NodeKey>,
}

/// The best selector for these rows.
pub(super) fn selector(tree: &Tree, list: &List<'_>, reader: &RowReader<'_>) -> Option<Selector> {
    let mut written = candidates(list, reader);
    written.sort_by(|one, other| one.0.cmp(&other.0).then_with(|| one.1.len().cmp(&other.1.len())));
    let mut seen = HashSet::new();
    let mut tried = written.into_iter().filter(|(_, css)| seen.insert(css.clone())).take(MOST_TRIED);
    tried.find_map(|(_, css)| Selector::parse(&css).ok().filter(|selector| is_exact(tree, selector, list, reader)))
}

/// Whether a selector gives these rows in order, and beside them only what is no row: a line between two, a template; or
/// what is one and has no link.
fn is_exact(tree: &Tree, selector: &Selector, list: &List<'_>, reader: &RowReader<'_>) -> bool {
    let wanted: HashSet<NodeKey> = list.rows.iter().map(Node::key).collect();
    let mut found = Vec::with_capacity(list.rows.len());
    for node in tree.select(selector) {
        if wanted.contains(&node.key()) {
            found.push(node.key());
            continue;
        }
        if list.unlinked.contains(&node.key()) {
            continue;
        }
        let row = reader.scan(node);
        if !row.is_empty() && !row.is_template {
            return false;
        }
    }
    found.len() == wanted.len() && found.iter().zip(&list.rows).all(|(found, row)| *found == row.key())
}

fn candidates(list: &List<'_>, reader: &RowReader<'_>) -> Vec<(u32, String)> {
    let Some(first) = list.rows.first() else { return Vec::new() };
    let names = row_names(list, reader);
    let around: Vec<Node<'_>> = first.ancestors().take_while(|node| node.name() != "html").take(MOST_LEVELS).collect();
    let mut written = Vec::new();
    for (row, row_cost) in &names {
        // A class of the rows alone is short, but a list beside this one may use it tomorrow.
        if row.contains('.') {
            written.push((row_cost + 4, row.clone()));
        }
        for (level, above) in (0..).zip(&around) {
            for (name, cost) in name::own(*above) {
                let cost = cost + level + row_cost;
                written.push((cost, format!("{name} {row}")));
                written.extend(
                    inner(&around[..level as usize], *first)
                        .map(|(more, inner)| (cost + more, format!("{name} {inner}{row}"))),
                );
            }
        }
    }
    written
}

/// What may stand between a named element and the rows: the tag of the rows' parent, its place, or nothing but `>`.
fn inner<'t>(between: &[Node<'t>], row: Node<'t>) -> impl Iterator<Item = (u32, String)> {
    let parent = row.parent();
    let direct = between.is_empty().then(|| (1, "> ".to_owned()));
    let parent = parent.filter(|_| !between.is_empty());
    let by_parent = parent.into_iter().flat_map(|parent| {
        let tag = parent.name();
        let own = name::own(parent).into_iter().map(|(name, cost)| (cost + 3, format!("{name} ")));
        let tags = [(2, format!("{tag} ")), (3, format!("{tag} > ")), (4, format!("> {tag} > "))];
        tags.into_iter().chain(own).chain([(PLACE, format!("{} > ", name::place(parent)))]).collect::<Vec<_>>()
    });
    direct.into_iter().chain(by_parent)
}

/// What the rows themselves can be called: their tag, with a class that all of them have, with a link inside, after
/// another of their kind (a table's rows but its header).
fn row_names(list: &List<'_>, reader: &RowReader<'_>) -> Vec<(String, u32)> {
    let rows = &list.rows;
    let Some(first) = rows.first() else { return Vec::new() };
    let tag = first.name();
    let mut names = vec![(tag.to_owned(), 1), (format!("{tag}:has(a)"), 4)];
    if tag == "tr" && !list.unlinked.is_empty() {
        // Those of captions are left out and those without a link are not.
        names.push((format!("{tag}:has(td)"), 3));
    }
    if is_headed(list, reader) {
        names.push((format!("{tag} + {tag}"), 5));
    }
    let shared = name::classes(*first).filter(|(class, _)| rows.iter().all(|row| row.has_class(class)));
    names.extend(shared.map(|(class, cost)| (format!("{tag}.{class}"), cost + 2)));
    names.push((format!("{tag}:has(a):has(td)"), 6));
    names.retain(|(name, _)| !name.contains(":has(td)") || tag == "tr");
    names.retain(|(name, _)| !name.contains(":has(a)") || tag != "a");
    names
}

/// Whether the words over columns stand first wherever rows begin. Any other element that begins them is a row, if not
/// one that has a link today: a selector that passes the first one over would leave out the newest row from then on.
fn is_headed(list: &List<'_>, reader: &RowReader<'_>) -> bool {
    let known: HashSet<NodeKey> = list.rows.iter().map(Node::key).collect();
    let mut seen = HashSet::new();
    let parents = list.rows.iter().filter_map(|row| Some((row.parent()?, row.name())));
    let mut firsts = parents
        .filter(|(parent, _)| seen.insert(parent.key()))
        .filter_map(|(parent, tag)| parent.children().find(|child| child.name() == tag));
    firsts.all(|first| {
        let is_row = known.contains(&first.key()) || list.unlinked.contains(&first.key());
        !is_row && is_header(first, reader)
    })
}

/// Whether an element heads rows: it holds no link, or nothing but the words over columns.
fn is_header(node: Node<'_>, reader: &RowReader<'_>) -> bool {
    let has = |tag: &str| node.descendants().any(|inner| inner.name() == tag);
    if !has("a") || (has("th") && !has("td")) {
        return true;
    }
    let texts = node.walk().filter_map(|step| if let Step::Text(text) = step { Some(collapse(text)) } else { None });
    let texts: Vec<String> = texts.filter(|text| !text.is_empty()).collect();
    let is_caption = |text: &String| {
        text.chars().filter(|c| !c.is_whitespace()).count() <= LONGEST_CAPTION
            && date::stated_near(text, reader.zone, reader.today).is_none()
    };
    !texts.is_empty() && texts.iter().all(is_caption)
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;
    use url::Url;

    use super::*;
    use crate::page::rows;

    /// The selector for the likeliest list of a page.
    fn written(list: &str) -> Option<String> {
        let html = format!("<ul class=nav><li><a href=/>首页</a></li></ul>{list}");
        let tree = Tree::parse(&html).expect("a small page");
        let page = Url::parse("http://www.qingxi.example/zwgk/").expect("url");
        let reader = RowReader { base: &page, page: &page, zone: &TimeZone::UTC, today: jiff::civil::date(2026, 4, 1) };
        let chosen = rows::ranked(&tree, &reader).into_iter().next().expect("a list");
        let pairs = chosen.nodes.iter().zip(&chosen.rows);
        let linked = pairs.filter(|(_, row)| row.entry.is_some()).map(|(node, _)| *node).collect();
        let list = List { rows: linked, unlinked: chosen.unlinked().map(|node| node.key()).collect() };
        selector(&tree, &list, &reader).map(|selector| selector.as_str().to_owned())
    }

    fn table(first: &str) -> String {
        let row =
            |n: usize| format!("<tr><td><a href=t{n}.html>关于第{n}号文件的通知</a></td><td>2026-03-0{n}</td></tr>");
        format!("<table class=lb>{first}{}{}{}</table>", row(3), row(2), row(1))
    }

    #[test]
    fn a_row_that_has_no_link_today_is_not_passed_over() {
        for cell in [
            "<a href='javascript:void(0)'>关于第4号文件的通知</a>",
            "<a href='#'>关于第4号文件的通知</a>",
            "<a href=t4.html></a>",
        ] {
            let first = format!("<tr><td>{cell}</td><td>2026-03-04</td></tr>");
            assert_eq!(written(&table(&first)).as_deref(), Some("table.lb tr"), "{cell}");
            let list = table(&first).replace("table", "ul").replace("tr>", "li>").replace("td>", "span>");
            assert_eq!(written(&list).as_deref(), Some("ul.lb li"), "{cell}");
            let undated = first.replace("2026-03-04", "");
            assert_eq!(written(&table(&undated)), None, "{cell}");
        }
    }

    #[test]
    fn the_header_of_a_table_is_passed_over() {
        for head in [
            "<tr><th>标题</th><th><a href='#'>日期</a></th></tr>",
            "<tr><td><a href='javascript:sort(1)'>标 题</a></td><td><a href='javascript:sort(2)'>发布日期</a></td></tr>",
        ] {
            assert_eq!(written(&table(head)).as_deref(), Some("table.lb tr + tr"), "{head}");
        }
    }
}
