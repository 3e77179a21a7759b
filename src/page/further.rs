//! Whether a listing has further pages, for a page that leads to none.
//!
//! In: the first page of a listing, its rows counted. Out: a sign of further pages, or the page's word that there are
//! none. Never: their address; a page without such a sign is whole.

use std::fmt;
use std::num::NonZeroU32;
use std::sync::LazyLock;

use regex::Regex;
use url::Url;

use super::pattern;
use super::tree::{Node, Tree, visible_text};
use super::{counts, onward, page_numbers, scripts};
use crate::model::Entry;

/// Rows of a page that is likely full: the fewest that portals show on one.
const FULL: usize = 10;

/// A page lacks rows where more than one in so many of those that it states do not stand there: a few may be hidden or
/// counted twice.
const MOST_MISSING_IN: usize = 10;

/// Most elements within one that is called 加载更多.
const MOST_WITHIN: usize = 4;

/// What is pressed for more rows in the same page.
static MORE: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?i)^(?:点击|点此|上拉|下拉)?(?:加载|显示)(?:更多|下一页)\S{0,4}$|^load\s*more$"));

/// What is pressed for more rows or leads to another page.
static SEE_MORE: LazyLock<Regex> = LazyLock::new(|| pattern(r"^(?:点击|点此)?查看更多\S{0,4}$"));

/// What a page says of further ones.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Further {
    /// There are none.
    Alone,
    /// There are some.
    Shown(Sign),
    /// There may be some.
    MayBe(Sign),
    /// Nothing.
    Unknown,
}

impl Further {
    /// That there are some, and what to write in the site file. Where that states how they follow one another, it is
    /// known what an empty pager would be filled with.
    pub(super) fn advice(&self, is_stated: bool) -> Option<String> {
        match self {
            Self::Shown(Sign::Empty(_)) if is_stated => None,
            Self::Shown(sign) if is_stated => {
                Some(format!("it has further pages by {sign}, and no way to them was found: check `pages`"))
            }
            Self::Shown(sign) => Some(format!(
                "it has further pages by {sign}, and no way to them was found: state `pages`, or \
                 `pages = {{ kind = \"none\" }}` if there are none"
            )),
            Self::Alone | Self::MayBe(_) | Self::Unknown => None,
        }
    }
}

/// By what a page shows that there are further ones.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Sign {
    /// `共 12 页`.
    Pages(u32),
    /// `共 120 条`, and fewer stand there.
    Rows(usize),
    /// The same, in a script or a field of a form.
    Counted(u32),
    /// A link, in its own words.
    Link(String),
    /// A link to the last page, or to a next one elsewhere, in its own words.
    Last(String),
    /// Numbers that lead to other pages.
    Numbers,
    /// An element that is called like a pager and waits to be filled.
    Empty(String),
}

impl fmt::Display for Sign {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Pages(n_pages) => write!(f, "共{n_pages}页"),
            Self::Rows(n_rows) => write!(f, "共{n_rows}条"),
            Self::Counted(n_pages) => write!(f, "a script or a field counts {n_pages} pages"),
            Self::Last(words) => write!(f, "{words:?}, which leads elsewhere"),
            Self::Numbers => write!(f, "the numbers of other pages"),
            Self::Link(words) => write!(f, "{words:?}, which only a script follows"),
            Self::Empty(name) => write!(f, "an empty element {name:?}"),
        }
    }
}

/// A page and where it stands.
pub(super) struct Standing<'a> {
    pub(super) tree: &'a Tree,
    pub(super) base: &'a Url,
    pub(super) page_url: &'a Url,
}

/// What a page of these rows, the first of its listing, says of further ones; `n_pages`: how many its pager states.
pub(super) fn of(page: &Standing<'_>, n_pages: Option<u32>, rows: &[Entry]) -> Further {
    let tree = page.tree;
    if let Some(n_pages) = n_pages {
        return if n_pages > 1 { Further::Shown(Sign::Pages(n_pages)) } else { Further::Alone };
    }
    let scripts = scripts::of(tree);
    let (counted, total) = (counts::counted(tree, &scripts), counts::total(tree, &scripts, rows));
    if let Some(n_pages) = counted.filter(|n| *n > 1) {
        return Further::Shown(Sign::Counted(n_pages));
    }
    if let Some(total) = total.filter(|total| lacks(*total, rows)) {
        return Further::Shown(Sign::Rows(total));
    }
    // A count of something else speaks against no link.
    if let Some(sign) = linked(page).or_else(|| drawn(tree)) {
        return Further::Shown(sign);
    }
    if counted == Some(1) || total.is_some_and(|total| total <= rows.len()) {
        return Further::Alone;
    }
    match empty_pager(tree).or_else(|| see_more(tree)) {
        Some(sign) if rows.len() >= FULL => Further::Shown(sign),
        Some(sign) => Further::MayBe(sign),
        None => onward::dead(tree).map_or(Further::Unknown, |link| Further::MayBe(Sign::Link(words(link)))),
    }
}

/// A link to further pages, or a choice of them.
fn linked(page: &Standing<'_>) -> Option<Sign> {
    let (tree, base, url) = (page.tree, page.base, page.page_url);
    let pressed = onward::called(tree).or_else(|| onward::second(tree)).or_else(|| more(tree));
    let last = || onward::last(tree, base, url).map(|link| Sign::Last(words(link)));
    let numbers = || page_numbers::is_any(tree, base, url).then_some(Sign::Numbers);
    let chosen = || chosen(tree).map(|_| Sign::Link("a choice of pages".to_owned()));
    let astray = || onward::astray(tree, base, url).map(|link| Sign::Last(words(link)));
    pressed.map(|link| Sign::Link(words(link))).or_else(last).or_else(astray).or_else(numbers).or_else(chosen)
}

/// The same by numbers alone, for a page whose rule makes up the address of the next one: that it is there is not known.
/// Links say nothing then.
pub(super) fn by_numbers(tree: &Tree, rows: &[Entry]) -> Further {
    let scripts = scripts::of(tree);
    let counted = counts::counted(tree, &scripts).filter(|n_pages| *n_pages > 1).map(Sign::Counted);
    let total = || counts::total(tree, &scripts, rows).filter(|total| lacks(*total, rows));
    counted.or_else(|| total().map(Sign::Rows)).map_or(Further::Unknown, Further::Shown)
}

/// Whether more of so many rows are missing than are told wrongly by chance.
fn lacks(total: usize, rows: &[Entry]) -> bool {
    total.saturating_sub(rows.len()) * MOST_MISSING_IN > total
}

/// How many rows the listing has by the words of its first page; they may count something else.
pub(super) fn n_rows(tree: &Tree, rows: &[Entry]) -> Option<NonZeroU32> {
    NonZeroU32::new(u32::try_from(counts::total(tree, &scripts::of(tree), rows)?).ok()?)
}

/// The element of a library that draws pagers: `<el-pagination :total="120">`.
fn drawn(tree: &Tree) -> Option<Sign> {
    let name = |node: Node<'_>| node.name().ends_with("-pagination").then(|| Sign::Empty(node.name().to_owned()));
    tree.root().descendants().find_map(name)
}

/// A choice of pages: 1 and 2 among its options, and a script that follows it.
fn chosen(tree: &Tree) -> Option<Node<'_>> {
    let says = |select: &Node<'_>, n: u32| {
        select.children().any(|option| visible_text(option).trim().trim_matches(['第', '页', ' ']).parse() == Ok(n))
    };
    tree.named("select").find(|select| select.attr("onchange").is_some() && says(select, 1) && says(select, 2))
}

/// 加载更多.
fn more(tree: &Tree) -> Option<Node<'_>> {
    let is_pressed = |node: &Node<'_>| matches!(node.name(), "a" | "button" | "div" | "span" | "p" | "li");
    let is_small = |node: &Node<'_>| node.descendants().nth(MOST_WITHIN).is_none();
    let mut pressed = tree.root().descendants().filter(is_pressed).filter(is_small);
    pressed.find(|node| MORE.is_match(visible_text(*node).trim()))
}

/// 查看更多 that leads to no other page.
fn see_more(tree: &Tree) -> Option<Sign> {
    let leads =
        |node: Node<'_>| node.attr("href").is_some_and(|href| !href.starts_with(['#', 'j', 'J']) && !href.is_empty());
    let is_pressed = |node: &Node<'_>| matches!(node.name(), "a" | "button") || node.attr("onclick").is_some();
    let all = tree.root().descendants().filter(is_pressed);
    let mut pressed = all.filter(|node| {
        node.descendants().nth(MOST_WITHIN).is_none() && !node.ancestors().take(2).chain(node.descendants()).any(leads)
    });
    let found = pressed.find(|node| SEE_MORE.is_match(visible_text(*node).trim()));
    found.map(|node| Sign::Link(words(node)))
}

fn empty_pager(tree: &Tree) -> Option<Sign> {
    let mut boxes = tree.root().descendants().filter(|node| matches!(node.name(), "div" | "ul" | "p" | "span"));
    boxes.find_map(|node| {
        let name = onward::called_pager(node)?;
        let is_empty = node.children().next().is_none() && visible_text(node).is_empty();
        is_empty.then(|| Sign::Empty(name.to_owned()))
    })
}

/// What a link shows, or what is to be read in its place.
fn words(link: Node<'_>) -> String {
    let shown = visible_text(link).split_whitespace().collect::<Vec<_>>().join(" ");
    let pictured = link.descendants().find_map(|node| node.attr("alt"));
    let named = || ["value", "title", "aria-label"].into_iter().find_map(|name| link.attr(name)).or(pictured);
    if shown.is_empty() { named().unwrap_or("an unnamed link").to_owned() } else { shown }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sign_of(html: &str, n_rows: usize) -> Further {
        let url = url::Url::parse("http://x.gov.cn/a.html").expect("url");
        let row = Entry {
            url, title: "关于公布共50项行政许可事项的通知".to_owned(), date: None, date_shown: None
        };
        let (tree, page_url) = (Tree::parse(html).expect("tree"), row.url.clone());
        of(&Standing { tree: &tree, base: &page_url, page_url: &page_url }, None, &vec![row; n_rows])
    }

    #[test]
    fn a_last_page_elsewhere_is_a_sign_of_further_pages() {
        for html in [
            "<a href=a_14.html>尾页</a>",
            "<a href=a.html>首页</a> <a href=a_2.html>末页</a>",
            "<a href='?page=15'>最后一页</a>",
            "<a href=/>首页</a><a href='a.html?page=2'>[尾页]</a>",
            "<a href='javascript:go(15)'>尾页</a>",
            "<a href='javascript:;' tagname='/list/a2.html'>尾页</a>",
        ] {
            assert!(matches!(sign_of(html, 5), Further::Shown(Sign::Last(_))), "{html}: {:?}", sign_of(html, 5));
        }
        for html in [
            "<a href=a.html>尾页</a>",
            "<a href='#'>尾页</a>",
            "<a href='a.html?page=1'>首页</a><a href='a.html?page=1'>尾页</a>",
            "<a href=a_1.html>首页</a><a href=a_1.html>尾页</a>",
            "<a href='a.html?page=1'>尾页</a>",
            "<a href='javascript:go(1)'>尾页</a>",
            "<a href=/b/>尾页设计</a>",
        ] {
            assert_eq!(sign_of(html, 50), Further::Unknown, "{html}");
        }
    }

    #[test]
    fn pagers_that_scripts_draw_are_told() {
        for (html, sign) in [
            ("<script>kkpager.generPageHtml({pno:1,total:15,totalRecords:300})</script>", Sign::Counted(15)),
            ("<input type=hidden id=totalPage value=15>", Sign::Counted(15)),
            ("<input type=hidden name=nPageCount value=3>", Sign::Counted(3)),
            ("<script>$('.M').pagination({totalData:300,showData:20})</script>", Sign::Rows(300)),
            ("<script>$('.l').pagination({items:300,itemsOnPage:20})</script>", Sign::Rows(300)),
            ("<script>$('#P').pagination(300,{items_per_page:20})</script>", Sign::Rows(300)),
            ("<a href='javascript:;' id=more>查看更多</a>", Sign::Link("查看更多".to_owned())),
            ("<div onclick='getMore()'>查看更多信息</div>", Sign::Link("查看更多信息".to_owned())),
            ("<i>1</i><a href=/l/2.html>2</a><a href=/l/3.html>3</a>", Sign::Numbers),
        ] {
            assert_eq!(sign_of(html, 20), Further::Shown(sign), "{html}");
        }
        assert_eq!(sign_of("<input type=hidden id=totalPage value=1>", 20), Further::Unknown, "it waits to be filled");
        assert_eq!(sign_of("<script>$('#P').pagination(15,{})</script>", 20), Further::Unknown, "pages or rows");
        assert!(matches!(sign_of("<button>查看更多</button>", 3), Further::MayBe(_)));
        for html in [
            "<a href=/more/><span onclick='x()'>查看更多</span></a><a href=/more/>查看更多</a>",
            "<button>查看更多服务事项和办理指南</button>",
            "<input type=text id=pageCountry value=15>",
        ] {
            assert_eq!(sign_of(html, 20), Further::Unknown, "{html}");
        }
    }

    #[test]
    fn links_that_only_a_script_follows_are_signs_of_further_pages() {
        for html in [
            r#"<a href="javascript:__doPostBack('AspNetPager1','2')">下一页</a>"#,
            r#"<a href="javascript:gotoPage(2)"> 下 一 页 </a>"#,
            r##"<a href="#" onclick="goPage(2);return false;">下页</a>"##,
            r#"<button onclick="turn(2)">下一页</button>"#,
            r#"<input type="button" value="下一页" onclick="turn(2)">"#,
            r#"<div class="pagination"><span>1</span><a href="javascript:go(2)">2</a></div>"#,
            r#"<div class="pagination"><a href="list_37_1.html">1</a><a href="list_37_2.html">2</a></div>"#,
            r#"<div class="load"><i></i>点击加载更多</div>"#,
            "<button>加载更多</button>",
            r#"<span onclick="go(2)">&gt;</span><span>1</span><span>2</span>"#,
            r#"<select onchange="go(this.value)"><option>1</option><option>2</option><option>3</option></select>"#,
            r#"<ul class="el-pager"><li class="number active">1</li><li class="number">2</li></ul>"#,
            r##"<a href="#" onclick="go(2)"><img src="n.gif" alt="下一页"></a>"##,
        ] {
            assert!(matches!(sign_of(html, 5), Further::Shown(Sign::Link(_))), "{html}: {:?}", sign_of(html, 5));
        }
        for html in [
            r#"<a href="javascript:void(0)">下一页</a>"#,
            r##"<a href="#">下一页</a>"##,
            r#"<a href="javascript:;" onclick="return false">下一页</a>"#,
        ] {
            assert!(matches!(sign_of(html, 50), Further::MayBe(_)), "{html}: {:?}", sign_of(html, 50));
        }
        for html in [
            r#"<a class="disabled" href="javascript:gotoPage(1)">下一页</a>"#,
            r#"<a href="/more/">查看更多</a><a href="/zwgk/">更多</a>"#,
            r#"<div class="date"><a href="javascript:day(2)">2</a></div>"#,
            r#"<div class="slide"><a href="javascript:show(1)">1</a><a href="javascript:show(2)">2</a></div>"#,
            "<li>关于公布共50项行政许可事项的通知</li>",
            "<div class='page-top'></div><div id='homepage'></div>",
            "<p>加载更多的货物须经许可，加载更多的人员亦然。</p>",
        ] {
            assert_eq!(sign_of(html, 50), Further::Unknown, "{html}");
        }
    }

    #[test]
    fn numbers_say_whether_there_are_further_pages() {
        assert_eq!(sign_of("共120条", 20), Further::Shown(Sign::Rows(120)));
        assert_eq!(sign_of("共 20 条", 20), Further::Alone);
        assert_eq!(sign_of("共 20 条", 19), Further::Unknown);
        assert_eq!(sign_of("总记录数：23", 20), Further::Shown(Sign::Rows(23)));
        assert!(matches!(sign_of("<el-pagination :total='9'></el-pagination>", 8), Further::Shown(Sign::Empty(_))));
        assert_eq!(
            sign_of("共 3 项 <a href='javascript:go(2)'>下一页</a>", 20),
            Further::Shown(Sign::Link("下一页".into()))
        );
        assert_eq!(sign_of("<script>var pageCount = 0;</script>", 20), Further::Unknown, "it waits to be filled");
        let counted = "<script>var pageCount = 7;</script>";
        assert_eq!(sign_of(counted, 20), Further::Shown(Sign::Counted(7)));
        assert_eq!(sign_of("<script>// var pageCount = 7;\n</script>", 20), Further::Unknown);
        let laid = "<div id=p></div><script>layui.laypage.render({elem: 'p', count: 57, limit: 20})</script>";
        assert_eq!(sign_of(laid, 20), Further::Shown(Sign::Rows(57)));
        assert_eq!(sign_of(laid, 57), Further::Alone);
    }

    #[test]
    fn a_pager_that_waits_to_be_filled_is_a_sign_where_the_page_is_full() {
        let empty = "<div class='page'></div>";
        assert_eq!(sign_of(empty, 15), Further::Shown(Sign::Empty("page".to_owned())));
        assert_eq!(sign_of(empty, 3), Further::MayBe(Sign::Empty("page".to_owned())));
        assert_eq!(sign_of("<div class='page'>1</div>", 15), Further::Unknown);
    }
}
