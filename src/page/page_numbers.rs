//! Links with the numbers of pages that stand side by side, whatever the pager around them is called:
//! `1 <a>2</a> <a>3</a>`.
//!
//! In: a page and its place in the walk. Out: the page after it, or that there are further ones. Never: days of a
//! calendar, years, slides, files: the address of a page tells its number, or the rows before it.

use url::Url;

use super::link;
use super::onward::cells;
use super::tree::{Node, Tree, visible_text};

/// Numbers from which years begin: `2023 2024` are archives.
const FIRST_YEAR: u32 = 1900;

/// Numbers side by side from which they are the days of a month.
const FEWEST_DAYS: usize = 28;

/// Fewest and most rows of a page, where its address counts the rows before it.
const ROWS: std::ops::RangeInclusive<u64> = 5..=100;

/// Longest text of such a link, in bytes: `[ 第 12 页 ]`.
const LONGEST_BYTES: usize = 24;

/// Endings of what is no page.
const FILES: [&str; 14] =
    ["jpg", "jpeg", "png", "gif", "bmp", "pdf", "doc", "docx", "xls", "xlsx", "zip", "rar", "mp4", "mp3"];

/// Numbered links of one parent whose addresses are alike but for the number.
#[derive(Debug)]
struct Run {
    links: Vec<(u32, Url)>,
    make: Make,
}

/// How the addresses of pages are made.
#[derive(Debug, PartialEq, Eq)]
struct Make {
    before: String,
    after: String,
    count: Count,
}

/// What the number in an address counts.
#[derive(Debug, PartialEq, Eq)]
enum Count {
    /// Pages, from 1.
    Pages,
    /// Pages before this one.
    PagesBefore,
    /// Rows before this one, so many of them on each.
    RowsBefore(u64),
}

/// The page after this one, by numbers that lead on close by this page's own address.
pub(super) fn next(tree: &Tree, base: &Url, page: &Url, n_page: u32) -> Option<Url> {
    let near = |run: Run| run.after(page, n_page).filter(|url| is_near(url, page));
    let next = runs(tree, base, page).into_iter().find_map(near);
    let second = || second(tree, base, page).filter(|_| n_page == 1);
    next.or_else(second).or_else(|| choices(tree, base).into_iter().find_map(near))
}

/// The pages that a choice offers by their addresses: `<select><option value="list_2.html">2`.
fn choices(tree: &Tree, base: &Url) -> Vec<Run> {
    /// Longer ones of other things need not be read.
    const MOST_OPTIONS: usize = 2_000;
    let offered = |option: Node<'_>| {
        let value = option.attr("value").filter(|value| value.contains(['.', '/', '?']))?;
        Some((of_text(&visible_text(option))?, link::resolve(value, base)?))
    };
    let links = tree.named("select").map(|select| {
        let options = select.descendants().take(MOST_OPTIONS).filter(|node| node.name() == "option");
        options.filter_map(offered).collect::<Vec<_>>()
    });
    links.filter(|links| links.len() > 1).filter_map(Run::of).collect()
}

/// Whether there are numbers of further pages, of a page that is the first one.
pub(super) fn is_any(tree: &Tree, base: &Url, page: &Url) -> bool {
    let current = |run: &Run| run.make.number(page.as_str()).unwrap_or(1);
    runs(tree, base, page).iter().any(|run| run.numbered(current(run).saturating_add(1)).is_some())
}

/// The number that a text is: `2`, `[2]`, `第2页`.
pub(super) fn of_text(text: &str) -> Option<u32> {
    let is_around = |c: char| c.is_whitespace() || matches!(c, '[' | ']' | '【' | '】' | '(' | ')' | '·' | '第' | '页');
    let bare = text.trim_matches(is_around);
    (text.len() <= LONGEST_BYTES).then(|| bare.parse().ok()).flatten().filter(|n| (1..FIRST_YEAR).contains(n))
}

/// The numbered links of the page by what they stand in, as far as they are those of pages.
fn runs(tree: &Tree, base: &Url, page: &Url) -> Vec<Run> {
    let mut groups: Vec<(Node<'_>, Vec<(u32, Url)>)> = Vec::new();
    for node in tree.named("a") {
        let Some((n, url)) = numbered(node, base).filter(|(_, url)| url.host() == page.host()) else { continue };
        let Some(home) = cells(node).next().and_then(|cell| cell.parent()) else { continue };
        match groups.last_mut() {
            Some((known, links)) if *known == home => links.push((n, url)),
            _ => groups.push((home, vec![(n, url)])),
        }
    }
    groups.retain(|(home, links)| links.len() < FEWEST_DAYS && !is_calendar(*home));
    groups.into_iter().filter_map(|(_, links)| Run::of(links)).collect()
}

fn numbered(node: Node<'_>, base: &Url) -> Option<(u32, Url)> {
    // Most links of a page have longer texts, and are not read in full.
    let may_be = node.descendants().nth(2).is_none();
    let n = if may_be { of_text(&visible_text(node))? } else { return None };
    // A cell of a table for each number is a day, where there are weeks of them.
    let has_weeks = |row: Node<'_>| row.prev_siblings().chain(row.next_siblings()).any(|beside| beside.name() == "tr");
    let is_day = |cell: &Node<'_>| {
        cell.name() == "td" && cell.children().nth(1).is_none() && cell.parent().is_some_and(has_weeks)
    };
    if node.parent().is_some_and(|cell| is_day(&cell)) {
        return None;
    }
    let url = link::of_anchor(node, base).filter(|url| !is_file(url))?;
    Some((n, url))
}

fn is_file(url: &Url) -> bool {
    let ending = url.path().rsplit_once('.').map_or("", |(_, ending)| ending);
    FILES.iter().any(|file| ending.eq_ignore_ascii_case(file))
}

/// Whether numbers are days: by the name of what they stand in, or because several of them lead nowhere. In a pager only
/// this page's own number does.
fn is_calendar(home: Node<'_>) -> bool {
    let is_called = |name: &str| {
        let name = name.to_ascii_lowercase();
        ["calendar", "rili", "datepicker"].iter().any(|word| name.contains(word))
    };
    let mut around = std::iter::once(home).chain(home.ancestors().take(4));
    let is_named = around.any(|node| node.id().into_iter().chain(node.attr("class")).any(is_called));
    let leads = |cell: &Node<'_>| cell.name() == "a" || cell.descendants().any(|inner| inner.name() == "a");
    // What does not go on from the number before it counts the pages: `1 2 3 1/15`.
    let (mut n_bare, mut last) = (0, 0);
    for cell in home.children() {
        let Some(n) = of_text(&visible_text(cell)) else { continue };
        n_bare += usize::from(n == last + 1 && !leads(&cell));
        last = n;
    }
    is_named || n_bare > 1
}

impl Run {
    /// Two links with numbers that follow one another tell how the addresses are made.
    fn of(links: Vec<(u32, Url)>) -> Option<Self> {
        let mut pairs = links.windows(2).filter(|pair| pair[0].0 + 1 == pair[1].0);
        let make = pairs.find_map(|pair| Make::of(&pair[0], &pair[1]))?;
        Some(Self { links, make })
    }

    /// The page after this one: what its own address counts, or its place in the walk, where its own number is no link to
    /// another page.
    fn after(&self, page: &Url, n_page: u32) -> Option<Url> {
        let by_address = self.make.number(page.as_str());
        let is_here = |url: &Url| link::is_same_page(url, page) || (n_page == 1 && is_alias(url, page));
        let stays = |(n, url): &(u32, Url)| *n != n_page || is_here(url);
        let is_told = by_address.is_some() || self.links.iter().all(stays);
        self.numbered(by_address.unwrap_or(n_page).saturating_add(1)).filter(|_| is_told).cloned()
    }

    /// The address of a page, made like the others.
    fn numbered(&self, n_page: u32) -> Option<&Url> {
        let is_it = |(n, url): &&(u32, Url)| *n == n_page && self.make.number(url.as_str()) == Some(n_page);
        self.links.iter().find(is_it).map(|(_, url)| url)
    }
}

impl Make {
    fn of((n, one): &(u32, Url), (_, other): &(u32, Url)) -> Option<Self> {
        let (one, other) = (one.as_str(), other.as_str());
        let alike = one.bytes().zip(other.bytes()).take_while(|(a, b)| a == b).count();
        let before = one[..one.floor_char_boundary(alike)].trim_end_matches(|c: char| c.is_ascii_digit());
        let (first, after) = leading_number(&one[before.len()..])?;
        let (second, behind) = leading_number(&other[before.len()..])?;
        let n_before = u64::from(*n) - 1;
        let step = second.checked_sub(first)?;
        let count = match step {
            1 if first == n_before + 1 => Count::Pages,
            1 if first == n_before => Count::PagesBefore,
            _ if ROWS.contains(&step) && first == step * n_before => Count::RowsBefore(step),
            _ => return None,
        };
        (after == behind).then(|| Self { before: before.to_owned(), after: after.to_owned(), count })
    }

    /// The number of a page by its address, where it is made like these.
    fn number(&self, url: &str) -> Option<u32> {
        let (number, after) = leading_number(url.strip_prefix(&self.before)?)?;
        let n = match self.count {
            Count::Pages => number,
            Count::PagesBefore => number.checked_add(1)?,
            Count::RowsBefore(step) => number.checked_div(step)?.checked_add(1)?,
        };
        u32::try_from(n).ok().filter(|_| after == self.after)
    }
}

/// A text that begins with a number, and what is behind that.
pub(super) fn leading_number(text: &str) -> Option<(u64, &str)> {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    Some((text[..end].parse().ok()?, &text[end..]))
}

/// Whether an address may be that of a further page of this one: the same path, one that begins with its name, or one in its
/// directory, where the page is called by that. Directories below are those of other columns, unless they are numbers.
pub(super) fn is_near(url: &Url, page: &Url) -> bool {
    let (directory, file) = page.path().split_at(page.path().rfind('/').map_or(0, |end| end + 1));
    let stem = file.split('.').next().unwrap_or_default();
    let Some(rest) = url.path().strip_prefix(directory) else {
        return url.path() == directory.trim_end_matches('/');
    };
    let is_count = |part: &str| part.eq_ignore_ascii_case("page") || part.bytes().all(|byte| byte.is_ascii_digit());
    let is_beside = || match rest.trim_end_matches('/').rsplit_once('/') {
        Some((below, name)) => below.split('/').all(is_count) && name.starts_with(|c: char| c.is_ascii_digit()),
        None => true,
    };
    rest == file
        || (!stem.is_empty() && rest.starts_with(stem))
        || (page.query().is_none() && directory.len() > 1 && is_beside())
}

/// The link 2 beside a 1 that leads nowhere or here, where there are no more: it must be called like this page.
fn second(tree: &Tree, base: &Url, page: &Url) -> Option<Url> {
    let stays = |cell: Node<'_>| {
        let leads =
            cell.descendants().filter(|inner| inner.name() == "a").find_map(|inner| link::of_anchor(inner, base));
        of_text(&visible_text(cell)) == Some(1) && leads.is_none_or(|url| is_alias(&url, page))
    };
    let is_second = |(node, (n, url)): &(Node<'_>, (u32, Url))| {
        *n == 2 && is_called_like(url, page) && cells(*node).any(stays) && !cells(*node).any(is_third)
    };
    let links = tree.named("a").filter_map(|node| Some((node, numbered(node, base)?)));
    links.into_iter().find(is_second).map(|(_, (_, url))| url)
}

fn is_third(cell: Node<'_>) -> bool {
    of_text(&visible_text(cell)) == Some(3)
}

/// Whether an address is this page's by another spelling: `index.html` of a directory.
pub(super) fn is_alias(url: &Url, page: &Url) -> bool {
    let plain = |url: &Url| {
        let (directory, file) = url.path().rsplit_once('/').unwrap_or_default();
        let stem = file.split('.').next().unwrap_or_default();
        let is_index = stem.is_empty() || matches!(stem, "index" | "default");
        if is_index { directory.to_owned() } else { url.path().to_owned() }
    };
    url.host() == page.host() && url.query() == page.query() && plain(url) == plain(page)
}

/// Whether an address is this page's with a 1 or a 2 more in it: `index_2.html`, `list.html?page=2`.
fn is_called_like(url: &Url, page: &Url) -> bool {
    let is_counted = |rest: &str| {
        let number = rest.trim_start_matches(|c: char| !c.is_ascii_digit());
        leading_number(number).is_some_and(|(n, _)| (1..=2).contains(&n))
    };
    let path = page.path();
    let stem = path.rsplit_once('.').map_or(path, |(stem, _)| stem);
    // The pages of a directory are those of its index.
    let index = if stem.ends_with('/') { "index" } else { "" };
    let rest = url.path().strip_prefix(stem).and_then(|rest| rest.strip_prefix(index));
    let is_asked = || url.path() == path && url.query_pairs().last().is_some_and(|(_, value)| value == "2");
    url.host() == page.host() && (is_asked() || rest.is_some_and(|rest| rest.len() < 12 && is_counted(rest)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(html: &str, page: &str, n_page: u32) -> Option<String> {
        let page = Url::parse("http://x.gov.cn/zwgk/tzgg/").and_then(|base| base.join(page)).expect("url");
        let tree = Tree::parse(html).expect("tree");
        next(&tree, &page, &page, n_page).map(|url| page.make_relative(&url).expect("near"))
    }

    #[test]
    fn numbers_side_by_side_lead_on_whatever_is_around_them() {
        for html in [
            "<div>1 <a href=index_2.html>2</a> <a href=index_3.html>3</a></div>",
            "<div class=x>[1] <a href=index_2.html>[2]</a> <a href=index_3.html>[3]</a></div>",
            "<p>第1页 <a href=index_2.html>第2页</a> <a href=index_3.html>第3页</a></p>",
            "<b>1</b><a href=index_2.html>2</a><a href=index_3.html>3</a>…<a href=index_15.html>15</a>",
            "<ul><li><a href='javascript:;'>1</a><li><a href=index_2.html>2</a><li><a href=index_3.html>3</a></ul>",
            "<div><a href=index.html>1</a><a href=index_2.html>2</a><a href=index_3.html>3</a></div>",
            "<div><i>1</i><a href=index_2.html>2</a></div>",
            "<div><a href=index.html>1</a><a href=index_2.html>2</a></div>",
        ] {
            assert_eq!(after(html, "", 1).as_deref(), Some("index_2.html"), "{html}");
        }
        let asked = "<i>1</i><a href='?id=7&page=2'>2</a><a href='?id=7&page=3'>3</a>";
        assert_eq!(after(asked, "?id=7", 1).as_deref(), Some("?id=7&page=2"));
        let by_rows = "<i>1</i><a href='?start=20'>2</a><a href='?start=40'>3</a>";
        assert_eq!(after(by_rows, "", 1).as_deref(), Some("?start=20"));
    }

    #[test]
    fn a_choice_of_addresses_leads_on() {
        let choice = |address: &dyn Fn(u32) -> String| {
            let option = |n: u32| format!("<option value='{}'>第{n}页</option>", address(n));
            format!("<select onchange='go(this)'>{}</select>", (1..40).map(option).collect::<String>())
        };
        let index = |n: u32| if n == 1 { "index.html".to_owned() } else { format!("index_{n}.html") };
        assert_eq!(after(&choice(&index), "", 1).as_deref(), Some("index_2.html"));
        assert_eq!(after(&choice(&|n| format!("index_{n}.html")), "index_1.html", 1).as_deref(), Some("index_2.html"));
        assert_eq!(after(&choice(&index), "index_2.html", 2).as_deref(), Some("index_3.html"));
        for address in [
            |n: u32| n.to_string(),
            |n| format!("?day={n}"),
            |n| format!("/other/index_{n}.html"),
            |n| format!("{n}.jpg"),
        ] {
            assert_eq!(after(&choice(&address), "", 1), None, "{}", address(2));
        }
    }

    #[test]
    fn a_page_further_down_goes_on_from_its_own_number() {
        let middle = "<a href=index.html>1</a><a href=index_1.html>2</a><i>3</i><a href=index_3.html>4</a><a href=index_4.html>5</a>";
        assert_eq!(after(middle, "index_2.html", 3).as_deref(), Some("index_3.html"));
        assert_eq!(after(middle, "index_2.html", 1).as_deref(), Some("index_3.html"), "its place is not known");
        let last = "<a href=index.html>1</a><a href=index_1.html>2</a><a href=index_2.html>3</a><i>4</i>";
        assert_eq!(after(last, "index_3.html", 4), None);
    }

    #[test]
    fn other_numbers_are_no_pages() {
        for html in [
            "<a href=/2023/>2023</a><a href=/2024/>2024</a>",
            "<a href='#'>1</a><a href='#'>2</a><a href='#'>3</a>",
            "<a href='javascript:go(1)'>1</a><a href='javascript:go(2)'>2</a><a href='javascript:go(3)'>3</a>",
            "<a href=t20260305_418230.html>1</a><a href=t20260305_418231.html>2</a><a href=t20260305_418232.html>3</a>",
            "<a href=p1.jpg>1</a><a href=p2.jpg>2</a><a href=p3.jpg>3</a>",
            "<a href=P1.pdf>1</a><a href=P2.pdf>2</a>",
            "<div class=calendar><p><a href='?day=1'>1</a><a href='?day=2'>2</a><a href='?day=3'>3</a></p></div>",
            "<p><i>1</i><a href='?day=2'>2</a><a href='?day=3'>3</a><i>4</i><i>5</i></p>",
            "<table><tr><td><a href='?day=1'>1</a><td><a href='?day=2'>2</a></table>",
            "<i>1</i><a href=2.html>2</a>",
            "<a href=p1.html>1</a><a href=p2.html>2</a><a href=p3.html>3</a>",
            "<i>1</i><a href=/other/2.html>2</a>",
            "<i>1</i><a href=http://y.gov.cn/index_2.html>2</a><a href=http://y.gov.cn/index_3.html>3</a>",
        ] {
            assert_eq!(after(html, "", 1), None, "{html}");
        }
    }

    #[test]
    fn pages_elsewhere_or_beside_another_first_page_are_a_sign_and_not_followed() {
        let page = Url::parse("http://x.gov.cn/zwgk/tzgg/").expect("url");
        for html in [
            "<i>1</i><a href=/list/7/2.html>2</a><a href=/list/7/3.html>3</a>",
            "<a href=p1.html>1</a><a href=p2.html>2</a><a href=p3.html>3</a>",
        ] {
            let tree = Tree::parse(html).expect("tree");
            assert_eq!(next(&tree, &page, &page, 1), None, "{html}");
            assert!(is_any(&tree, &page, &page), "{html}");
        }
    }
}
