//! The link that leads on, as the page of a listing shows it: 下一页 in words or signs, a button, the number after this
//! page's own.
//!
//! In: a page and its place in the walk. Out: where it goes on. Never: a bare sign or number outside of a pager.

use std::sync::LazyLock;

use regex::Regex;
use url::Url;

use super::counted_on::is_counted_on;
use super::link;
use super::listing::ListingRead;
use super::page_numbers::{self, is_alias};
use super::tree::{Node, Tree, visible_text};
use super::{pattern, scripts};

/// Longest text of a link to the next page, in bytes: `【 下一页 >> 】`.
const LONGEST_NEXT_BYTES: usize = 40;

/// Bare signs `>` of a page that are looked at for a pager around them.
const MOST_SIGNS: usize = 20;

static NEXT_WORDS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"(?i)^[\[【(（<>»›→\s]*(?:下一?页|下一?頁|后一?页|后页|next(?:\s*page)?)[\]】)）<>»›→\s]*$")
});
/// What leads on to older rows where its address says so.
static MORE_WORDS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)^[\[【(（<>»›→←«+\s]*(?:(?:点击|点此)?(?:加载|显示|查看|浏览)?更多\S{0,4}|更早(?:的)?(?:文章|信息|内容|记录|公告)?|(?:较旧|较早|以前)的?(?:文章|信息|内容)?|load\s*more|more|older(?:\s*(?:posts?|entries|articles|news))?)[\]】)）<>»›→←«.…\s]*$",
    )
});
/// 尾页 and its sisters.
pub(super) static LAST_WORDS: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?i)^[\[【(（<>»\s]*(?:尾页|末页|最后一?页|最末页|末頁|last)[\]】)）<>»\s]*$"));
static FIRST_WORDS: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?i)^[\[【(（<>«\s]*(?:首页|首頁|第一页|第?1页?|first)[\]】)）<>«\s]*$"));
static NEXT_SIGN: LazyLock<Regex> = LazyLock::new(|| pattern(r"^(?:>|›|»|＞|→|>>)$"));
/// Ids and classes of pagers.
static PAGER_NAME: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)(?:^|[\s_-])(?:pager|paging|pages?|pagination|el-pager|page_?(?:div|nav|bar|list|box)|fenye|fanye|laypage|fy)(?:$|[\s_\d-])",
    )
});

/// Where the page goes on by what it shows.
pub(super) fn next(tree: &Tree, base: &Url, read: &ListingRead<'_>) -> Option<Url> {
    let leads = |node: Node<'_>| link::of_anchor(node, base).or_else(|| named_address(node, base));
    let shown = closest(worded(tree).filter_map(leads), read.page_url);
    let shown = shown.or_else(|| closest(signs(tree).filter_map(leads), read.page_url));
    let numbered = || by_number(tree, base, read);
    let side_by_side = || page_numbers::next(tree, base, read.page_url, read.n_page);
    let stated =
        || tree.named("link").filter(|node| is_next_by_name(*node)).find_map(|node| link::of_anchor(node, base));
    let pictured = || tree.named("a").filter(|node| is_pictured(*node)).find_map(|node| link::of_anchor(node, base));
    let pictured = || pictured().filter(|url| page_numbers::is_near(url, read.page_url));
    let more = || more(tree, base, read.page_url, read.n_page);
    shown.or_else(numbered).or_else(side_by_side).or_else(stated).or_else(pictured).or_else(more)
}

/// Where a page goes on by words that lead to other columns as well, 加载更多 and 更早的文章, or by a link that its script writes:
/// the address must be that of the page after it.
fn more(tree: &Tree, base: &Url, page: &Url, n_page: u32) -> Option<Url> {
    let is_next = |url: &Url| is_counted_on(url, page, n_page);
    let worded = tree.named("a").filter(|node| is_worded(*node, &MORE_WORDS));
    let shown = worded.filter_map(|node| link::of_anchor(node, base)).find(is_next);
    shown.or_else(|| written(tree, base).find(is_next))
}

/// The links to a next page that scripts write whole: `document.write('<a href="index_2.html">下一页</a>')`.
fn written(tree: &Tree, base: &Url) -> impl Iterator<Item = Url> {
    static WRITTEN: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r#"(?i)<a\s[^<>]*?href\s*=\s*\\?["']?([^"'\\\s<>+]+)\\?["']?[^<>+]*>\s*(?:<[^<>+]*>\s*)?(?:下一?页|下一?頁|后一?页|next)"#,
        )
    });
    let writes = |script: &str| script.contains("write") && WRITTEN.is_match(script);
    let is_any = tree.named("script").any(|script| writes(&script.raw_text()));
    let scripts = if is_any { scripts::of(tree) } else { Vec::new() };
    let addresses: Vec<Url> = scripts
        .iter()
        .filter(|script| script.contains("write"))
        .flat_map(|script| WRITTEN.captures_iter(script).take(MOST_SIGNS))
        .filter_map(|found| link::resolve(&found[1], base))
        .collect();
    addresses.into_iter()
}

/// Of several addresses the one close by that of this page, else the first that may be of the same listing: a box with another
/// column's rows has a pager of its own.
fn closest(urls: impl Iterator<Item = Url>, page: &Url) -> Option<Url> {
    let mut urls: Vec<Url> = urls.take(MOST_SIGNS).collect();
    let near = urls.iter().position(|url| page_numbers::is_near(url, page));
    let at = near.or_else(|| urls.iter().position(|url| !is_elsewhere(url, page)))?;
    Some(urls.swap_remove(at))
}

/// Whether an address is that of another part of the portal: no directory in common, and nothing that a script is asked for.
fn is_elsewhere(url: &Url, page: &Url) -> bool {
    let top = |url: &Url| url.path().split_inclusive('/').take(2).collect::<String>();
    let top_of_page = top(page);
    url.host() == page.host() && url.query().is_none() && top_of_page.len() > 1 && !url.path().starts_with(&top_of_page)
}

/// The link to a next page, of a page that leads to none, which leads to another part of the portal.
pub(super) fn astray<'t>(tree: &'t Tree, base: &Url, page: &Url) -> Option<Node<'t>> {
    worded(tree).find(|node| link::of_anchor(*node, base).is_some_and(|url| is_elsewhere(&url, page)))
}

/// Whether a link shows the picture of an arrow and says nothing: `<img src="next.gif">`, or is called next and draws it.
fn is_pictured(node: Node<'_>) -> bool {
    static NEXT_FILE: LazyLock<Regex> =
        LazyLock::new(|| pattern(r"(?i)(?:^|/)(?:page[_-]?)?next(?:[_-]?page)?\d?\.(?:gif|png|jpe?g|svg)$"));
    if !visible_text(node).is_empty() {
        return false;
    }
    let mut pictures = node.descendants().filter(|inner| inner.name() == "img");
    let is_next = |picture: &Node<'_>| picture.attr("src").is_some_and(|source| NEXT_FILE.is_match(source));
    is_called_next(node) || pictures.any(|picture| is_next(&picture))
}

fn is_called_next(node: Node<'_>) -> bool {
    const NAMES: [&str; 6] = ["next", "nextpage", "next-page", "page-next", "next_page", "page_next"];
    let mut names = node.attr("class").unwrap_or_default().split_ascii_whitespace();
    names.any(|name| NAMES.iter().any(|next| name.eq_ignore_ascii_case(next)))
}

/// The address that pagers of jpaas keep beside a link that a script follows: `tagname="/col/index2.html"`.
fn named_address(node: Node<'_>, base: &Url) -> Option<Url> {
    let written = node.attr("tagname").filter(|written| written.starts_with('/'))?;
    link::resolve(written, base)
}

fn is_next_by_name(node: Node<'_>) -> bool {
    node.attr("rel").is_some_and(|rel| rel.eq_ignore_ascii_case("next"))
}

/// The link to the last page, on a first page that is not the last one too.
pub(super) fn last<'t>(tree: &'t Tree, base: &Url, page: &Url) -> Option<Node<'t>> {
    static SECOND: LazyLock<Regex> = LazyLock::new(|| pattern(r"\D(?:[2-9]|[1-9]\d+)\D"));
    let leads_on = |node: &Node<'t>| match link::of_anchor(*node, base).or_else(|| named_address(*node, base)) {
        Some(url) => !is_alias(&url, page) && !is_first(&url, *node, base, page),
        None => is_call(*node) && !is_off(*node) && scripts_of(*node).any(|script| SECOND.is_match(script)),
    };
    pressed(tree, &["button", "input", "span", "li"]).filter(|node| is_worded(*node, &LAST_WORDS)).find(leads_on)
}

/// Whether an address beside that of the first page is the same, or counts to 1 where that is not to be seen.
fn is_first(url: &Url, last: Node<'_>, base: &Url, page: &Url) -> bool {
    let mut firsts = cells(last).flat_map(|cell| cell.descendants()).filter(|node| is_worded(*node, &FIRST_WORDS));
    let first = firsts.find_map(|node| link::of_anchor(node, base)).filter(|first| first.path() != "/");
    match first {
        Some(first) => link::is_same_page(url, &first),
        None => url.path() == page.path() && url.query_pairs().last().is_some_and(|(_, value)| value == "1"),
    }
}

/// The link to a next page that only a script follows, of a page that leads to none.
pub(super) fn called(tree: &Tree) -> Option<Node<'_>> {
    let numbers = tree.named("a").filter(|node| is_number(*node, 2) && is_in_named_pager(*node));
    worded(tree).chain(signs(tree)).chain(numbers).find(|node| is_call(*node) && !is_off(*node))
}

/// The second page in a pager beside the first, a link or not: libraries draw list items that a script follows.
pub(super) fn second(tree: &Tree) -> Option<Node<'_>> {
    let is_first = |node: Node<'_>| is_number(node, 1);
    ["a", "li", "span", "button"]
        .into_iter()
        .flat_map(|name| tree.named(name))
        .find(|node| is_number(*node, 2) && is_in_named_pager(*node) && cells(*node).any(is_first))
}

/// The words of a next page that lead nowhere and do not say that they are off.
pub(super) fn dead(tree: &Tree) -> Option<Node<'_>> {
    tree.named("a").find(|node| is_worded(*node, &NEXT_WORDS) && !is_off(*node))
}

/// Whether a script does something where a link is pressed: `javascript:;` and `void(0)` do nothing.
fn is_call(node: Node<'_>) -> bool {
    static IDLE: LazyLock<Regex> =
        LazyLock::new(|| pattern(r"(?i)^(?:[\s;]|void\s*\(?\s*(?:0|null)?\s*\)?|return\s+(?:false|true)|#)*$"));
    scripts_of(node).any(|script| !IDLE.is_match(script))
}

/// The scripts behind a link.
fn scripts_of(node: Node<'_>) -> impl Iterator<Item = &str> {
    let is_script =
        |written: &str| written.trim().get(..11).is_some_and(|scheme| scheme.eq_ignore_ascii_case("javascript:"));
    let by_href = node.attr("href").filter(|href| is_script(href)).map(|href| &href.trim()[11..]);
    by_href.into_iter().chain(node.attr("onclick"))
}

/// Whether a link says of itself that it leads nowhere now.
fn is_off(node: Node<'_>) -> bool {
    let near = std::iter::once(node).chain(node.parent());
    let is_off = |class: &str| ["disable", "disabled", "no", "off", "end", "layui-disabled"].contains(&class);
    near.filter_map(|node| node.attr("class")).any(|classes| classes.split_ascii_whitespace().any(is_off))
        || node.attr("disabled").is_some()
        || node.attr("href").is_none() && node.attr("onclick").is_none()
}

/// Links to the next page in words, and what is pressed as one.
fn worded(tree: &Tree) -> impl Iterator<Item = Node<'_>> {
    let is_next = |node: &Node<'_>| is_worded(*node, &NEXT_WORDS) || is_next_by_name(*node);
    pressed(tree, &["button", "input", "span", "li"]).filter(is_next)
}

/// Links, and the elements of these names behind which a script stands.
fn pressed<'t>(tree: &'t Tree, names: &'static [&'static str]) -> impl Iterator<Item = Node<'t>> {
    let others = names.iter().flat_map(|name| tree.named(name));
    tree.named("a").chain(others.filter(|node| node.attr("onclick").is_some()))
}

fn signs(tree: &Tree) -> impl Iterator<Item = Node<'_>> {
    let pressed = pressed(tree, &["button", "span", "li"]);
    let signs = pressed.filter(|node| is_worded(*node, &NEXT_SIGN)).take(MOST_SIGNS);
    signs.filter(|node| is_in_pager(*node))
}

/// The link with the number of the next page, in a pager where this page's own number is no link, or leads here:
/// `[1] 2 3`.
fn by_number(tree: &Tree, base: &Url, read: &ListingRead<'_>) -> Option<Url> {
    let is_here = |url: &Url| link::is_same_page(url, read.page_url);
    let stays = |node: Node<'_>| {
        let mut links = node.descendants().filter(|inner| inner.name() == "a");
        is_number(node, read.n_page) && links.all(|inner| link::of_anchor(inner, base).as_ref().is_none_or(is_here))
    };
    let is_next = |node: &Node<'_>| is_number(*node, read.n_page.saturating_add(1)) && is_in_named_pager(*node);
    let next = tree.named("a").filter(is_next);
    next.filter(|node| cells(*node).any(stays)).find_map(|node| link::of_anchor(node, base))
}

/// Whether a link says so: by what it shows, or, where that is a picture, by what is to be read in its place.
pub(super) fn is_worded(node: Node<'_>, words: &Regex) -> bool {
    let bare = |text: &str| text.split_whitespace().collect::<String>();
    let says = |text: &str| text.len() <= LONGEST_NEXT_BYTES && words.is_match(&bare(text));
    let shown = visible_text(node);
    if !shown.trim().is_empty() {
        return says(&shown);
    }
    let pictured = node.descendants().filter_map(|inner| inner.attr("alt"));
    let named = ["title", "aria-label", "value"].into_iter().filter_map(|name| node.attr(name));
    named.chain(pictured).any(says)
}

/// A bare sign means the next page only among numbers, `1 2 3 >`, beside the last page, `> 尾页`, or in what is called a
/// pager, or so itself.
fn is_in_pager(node: Node<'_>) -> bool {
    let is_any = |sibling: &Node<'_>| visible_text(*sibling).trim().parse::<u32>().is_ok();
    is_in_named_pager(node)
        || is_called_next(node)
        || cells(node).filter(is_any).count() >= 2
        || cells(node).any(|cell| is_worded(cell, &LAST_WORDS))
}

/// What stands beside a link in a pager, itself too; each may be in an element of its own.
pub(super) fn cells(node: Node<'_>) -> impl Iterator<Item = Node<'_>> {
    /// On either side: pagers have some twenty.
    const MOST_BESIDE: usize = 60;
    let alone = node.parent().filter(|parent| parent.parent().is_some() && parent.children().nth(1).is_none());
    let cell = alone.unwrap_or(node);
    cell.prev_siblings().take(MOST_BESIDE).chain(std::iter::once(cell)).chain(cell.next_siblings().take(MOST_BESIDE))
}

fn is_in_named_pager(node: Node<'_>) -> bool {
    /// `div.page > ul > li > a`.
    const CLOSE: usize = 3;
    let mut around = std::iter::successors(node.parent(), Node::parent).take(CLOSE);
    let is_called = |name: &str| PAGER_NAME.is_match(name);
    around.any(|node| ["id", "class"].into_iter().filter_map(|name| node.attr(name)).any(is_called))
}

/// The id or class by which an element is called a pager and nothing else: `page`, not `page-top`.
pub(super) fn called_pager(node: Node<'_>) -> Option<&str> {
    static NAME: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r"(?i)^(?:(?:kk)?pager|paging|pages?|pagination|page[_-]?(?:div|nav|bar|list|box|code)|tcdpagecode|zxf_pagediv|fenye|fanye|laypage|fy)[_-]?\d*$",
        )
    });
    let names = ["id", "class"].into_iter().filter_map(|name| node.attr(name));
    names.flat_map(str::split_ascii_whitespace).find(|name| NAME.is_match(name))
}

fn is_number(node: Node<'_>, n: u32) -> bool {
    visible_text(node).trim().parse() == Ok(n)
}
