//! Where a page without a list of its own has its rows: behind an address that it sends its readers to, behind scripts that
//! open them, or in the columns whose first rows it shows.
//!
//! In: a page. Out: a reason, or names and addresses of columns. Never: an address that is asked for.

use std::sync::LazyLock;

use regex::Regex;
use url::Url;

use super::reason::Reason;
use crate::page::tree::{Node, Tree, visible_text};
use crate::page::{link, pattern};

/// Fewest elements opened by scripts that are rows; fewer are a menu.
const LEAST_PRESSED: usize = 5;

/// Most characters of a page that sends its readers on: a notice, and a link for those whose browser does not.
const MOST_CHARS: usize = 200;

/// Columns of a home page that are named.
const MOST_COLUMNS: usize = 8;

/// Longest name of a column, in characters.
const LONGEST_NAME: usize = 16;

/// Elements above the link 更多 within which the name of its column stands.
const MOST_ABOVE: usize = 3;

static REFRESH: LazyLock<Regex> = LazyLock::new(|| pattern(r#"(?i)url\s*=\s*["']?([^"'>\s]+)"#));

/// The link in the heading of its column.
static BEHIND: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?i)[\[【(\s]*(?:查看|浏览)?(?:更多|more)\S{0,3}$"));

static MORE: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?i)^[\[【(\s]*(?:查看|浏览)?(?:更多|more)\S{0,3}$"));

/// Where the rows are that a page does not show.
pub(super) fn reason(tree: &Tree, page: &Url) -> Option<Reason> {
    let base = link::base(tree, page);
    let is_pressed = |node: &Node<'_>| {
        matches!(node.name(), "li" | "tr" | "dd" | "div" | "p")
            && node.attr("onclick").is_some_and(|script| link::opened(script, &base).is_some())
    };
    let n_pressed = tree.root().descendants().filter(is_pressed).count();
    let pressed = || (n_pressed >= LEAST_PRESSED).then_some(Reason::Pressed(n_pressed));
    sent_on(tree, &base).filter(|url| url != page).map(Reason::SentOn).or_else(pressed)
}

/// Where a page that shows next to nothing sends its readers.
fn sent_on(tree: &Tree, base: &Url) -> Option<Url> {
    if visible_text(tree.root()).chars().count() > MOST_CHARS {
        return None;
    }
    let is_refresh =
        |node: &Node<'_>| node.attr("http-equiv").is_some_and(|name| name.trim().eq_ignore_ascii_case("refresh"));
    let refresh = tree.named("meta").filter(is_refresh).find_map(|node| {
        let content = node.attr("content")?;
        link::resolve(&REFRESH.captures(content)?[1], base)
    });
    refresh.or_else(|| tree.named("script").find_map(|script| link::opened(&script.raw_text(), base)))
}

/// The columns whose first rows a page shows, by their links 更多, with the names that stand above them.
pub(super) fn columns(tree: &Tree, base: &Url) -> Vec<(String, Url)> {
    let mut columns: Vec<(String, Url)> = Vec::new();
    for more in tree.named("a").filter(|node| MORE.is_match(visible_text(*node).trim())) {
        let Some(url) = link::of_anchor(more, base).filter(|url| url.host() == base.host()) else { continue };
        let Some(name) = name_of(more) else { continue };
        if !columns.iter().any(|(_, known)| *known == url) {
            columns.push((name, url));
        }
    }
    columns.truncate(MOST_COLUMNS);
    columns
}

fn name_of(more: Node<'_>) -> Option<String> {
    let name = |node: Node<'_>| {
        let text = visible_text(node);
        let name = BEHIND.replace(text.trim(), "").trim_matches(['>', '»', '·', ' ']).to_owned();
        (2..=LONGEST_NAME).contains(&name.chars().count()).then_some(name)
    };
    let may_name = |node: &Node<'_>| {
        matches!(node.name(), "h1" | "h2" | "h3" | "h4" | "h5" | "a" | "b" | "strong" | "span" | "em" | "dt" | "p")
    };
    more.ancestors().take(MOST_ABOVE).find_map(|above| above.descendants().filter(may_name).find_map(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page() -> Url {
        Url::parse("http://x.gov.cn/").expect("url")
    }

    fn said(html: &str) -> String {
        let tree = Tree::parse(html).expect("tree");
        reason(&tree, &page()).map(|reason| reason.to_string()).unwrap_or_default()
    }

    #[test]
    fn a_page_that_sends_its_readers_on_names_where() {
        for html in [
            "<meta http-equiv='Refresh' content='0;url=/zwgk/'>",
            "<meta http-equiv=refresh content=\"3; URL='zwgk/'\"><p>正在跳转</p>",
            "<script>window.location.href='zwgk/';</script>",
            "<script>location.replace(\"/zwgk/\")</script>",
        ] {
            assert!(said(html).contains("on to http://x.gov.cn/zwgk/: add"), "{html}: {}", said(html));
        }
        let search = format!("<script>function s() {{ location.href='/s/'; }}</script><p>{}</p>", "字".repeat(300));
        for html in ["<meta http-equiv=refresh content=30>", "<script>location.href='/'</script>", &search] {
            assert_eq!(said(html), "", "{html}");
        }
    }

    #[test]
    fn rows_that_a_script_opens_are_no_report() {
        let row = |n: usize| format!("<li onclick=\"location.href='/a/{n}.html'\"><em>关于{n}号工作的通知</em></li>");
        let rows = |n: usize| (0..n).map(row).collect::<String>();
        assert!(said(&rows(20)).contains("20 rows") && said(&rows(20)).contains("::attr(onclick)"));
        assert_eq!(said(&rows(4)), "");
    }

    #[test]
    fn the_columns_of_a_home_page_are_named_by_their_links_to_more() {
        let column = |name: &str, url: &str| {
            format!(
                "<div class=box><h2><a href='{url}'>{name}</a><a class=more href='{url}'>更多&gt;&gt;</a></h2><ul>\
                 <li><a href='{url}1.html'>关于做好工作的通知</a></li></ul></div>"
            )
        };
        let html = column("政务要闻", "/yw/") + &column("通知公告", "/zwgk/") + "<a href='http://y.cn/'>更多</a>";
        let columns = columns(&Tree::parse(&html).expect("tree"), &page());
        let told = Reason::HomePage(columns).to_string();
        assert!(told.ends_with(": 政务要闻 http://x.gov.cn/yw/, 通知公告 http://x.gov.cn/zwgk/"), "{told}");
    }
}
