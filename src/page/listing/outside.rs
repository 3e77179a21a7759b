//! Links of a listing's page that none of its rows is: a headline above them, what is pinned, a box of pictures, a second
//! list. What the office owes may stand there, and the rows would prove that it does not.
//!
//! In: a page that was read, its rows, and which words are asked for. Out: links with those of their words. Never: a row;
//! nor a link without a year: a column is called by what stands in it.

use std::collections::{HashMap, HashSet};

use url::{Position, Url};

use super::ListingRead;
use crate::model::{Entry, ListingPage};
use crate::page::link;
use crate::page::seen::is_block;
use crate::page::tree::{HIDDEN_ELEMENTS, Node, Step, Tree, collapse};

/// Most links of one page: more are a list that wants a listing of its own, and one is enough to say so.
const MOST_LINKS: usize = 50;
/// Bytes of a link that are read: it says what it leads to in few words, and a whole article may stand in one.
const MOST_BYTES: usize = 4_000;
/// Characters of the longest title; what is longer tells of something.
const LONGEST: usize = 120;
/// Elements and texts within links that are gone through: real pages have some 2,000. Links may stand in one another.
const MOST_STEPS: usize = 500_000;
/// Elements around an area within its map: none, mostly.
const MOST_AROUND: usize = 8;

/// Links whose words are asked for, in page order, each once by what it says. One that only a script follows leads to the
/// listing itself.
pub fn links(tree: &Tree, read: &ListingRead<'_>, page: &ListingPage, are_asked: impl Fn(&str) -> bool) -> Vec<Entry> {
    let base = link::base(tree, read.page_url);
    let rows: HashSet<&str> = page.entries.iter().map(|entry| address(&entry.url)).collect();
    let mut found: Vec<Entry> = Vec::new();
    let mut add = |node: Node<'_>, words: Vec<String>| {
        let words: Vec<String> = words.into_iter().filter(|words| may_name_year(words)).collect();
        let url = if words.is_empty() { None } else { target(node, &base, read) };
        let Some(url) = url.filter(|url| !rows.contains(address(url))) else { return true };
        if let Some(title) = told(&words, &are_asked)
            && found.iter().all(|known| known.url != url || known.title != title)
        {
            found.push(Entry { url, title, date: None, date_shown: None });
        }
        found.len() < MOST_LINKS
    };
    let mut n_left = MOST_STEPS;
    let are_linked = tree.named("a").all(|node| add(node, said(node, &mut n_left)) && n_left > 0);
    let mut areas = tree.named("area").peekable();
    if are_linked && areas.peek().is_some() {
        let maps = maps(tree);
        areas.all(|node| add(node, of_area(node, &maps)));
    }
    found
}

/// Where a link leads, a script that nobody follows to the listing itself. `None`: to the page that it stands on, or nowhere.
fn target(node: Node<'_>, base: &Url, read: &ListingRead<'_>) -> Option<Url> {
    let Some(url) = link::of_anchor(node, base) else { return is_scripted(node).then(|| read.first_url.clone()) };
    let is_here = [read.page_url, read.first_url].into_iter().any(|here| link::is_same_page(here, &url));
    (!is_here).then_some(url)
}

/// Whether a script does something where the link is followed: `javascript:void(0)` does nothing.
fn is_scripted(node: Node<'_>) -> bool {
    let href = node.attr("href").unwrap_or_default().trim();
    let by_href = href.get(..11).filter(|scheme| scheme.eq_ignore_ascii_case("javascript:")).map(|_| &href[11..]);
    let does = |script: &str| script.contains('(') && !script.trim_start().starts_with("void");
    by_href.is_some_and(does) || node.attr("onclick").is_some_and(does)
}

fn address(url: &Url) -> &str {
    &url[..Position::AfterQuery]
}

/// What a link says: its lines, all of its text, its title, what its pictures are called.
fn said(link: Node<'_>, n_left: &mut usize) -> Vec<String> {
    let (mut lines, mut pictures, mut n_hidden) = (vec![String::new()], Vec::new(), 0_usize);
    let mut n_bytes = 0;
    for step in link.walk().take(*n_left) {
        *n_left -= 1;
        if let Step::Enter(node) | Step::Leave(node) = step
            && is_block(node)
        {
            lines.push(String::new());
        }
        match step {
            Step::Enter(node) if HIDDEN_ELEMENTS.contains(&node.name()) => n_hidden += 1,
            Step::Leave(node) if HIDDEN_ELEMENTS.contains(&node.name()) => n_hidden -= 1,
            Step::Enter(node) if node.name() == "img" => pictures.extend(called(node)),
            Step::Text(text) if n_hidden == 0 => {
                n_bytes += text.len();
                lines.last_mut().into_iter().for_each(|line| line.push_str(text));
            }
            _ => {}
        }
        if n_bytes > MOST_BYTES {
            break;
        }
    }
    let whole = (lines.iter().filter(|line| !line.trim().is_empty()).count() > 1).then(|| lines.concat());
    let named = link.attr("title").into_iter().chain(pictures).map(str::to_owned);
    lines.into_iter().chain(whole).chain(named).collect()
}

/// What a picture, or a part of one, is called.
fn called(node: Node<'_>) -> impl Iterator<Item = &str> {
    [node.attr("alt"), node.attr("title")].into_iter().flatten()
}

/// What a part of a picture is called, or else the whole of it.
fn of_area(area: Node<'_>, maps: &HashMap<&str, Node<'_>>) -> Vec<String> {
    let own = called(area).filter(|own| !own.trim().is_empty()).map(str::to_owned).collect::<Vec<String>>();
    if !own.is_empty() {
        return own;
    }
    let map = area.ancestors().take(MOST_AROUND).find(|node| node.name() == "map");
    let picture = map.and_then(|map| maps.get(map.attr("name")?));
    picture.into_iter().flat_map(|picture| called(*picture)).map(str::to_owned).collect()
}

/// The pictures that are maps of links, by the names of the maps.
fn maps(tree: &Tree) -> HashMap<&str, Node<'_>> {
    let mapped = tree.named("img").filter_map(|img| Some((img.attr("usemap")?, img)));
    mapped.map(|(map, img)| (map.trim_start_matches('#'), img)).collect()
}

/// Whether a text may have a year in it, in whatever figures: nearly all links have none, and the rest costs more.
fn may_name_year(text: &str) -> bool {
    text.contains("20") || text.contains(['二', '２'])
}

/// Of the words that are asked for those that are not cut.
fn told(words: &[String], are_asked: impl Fn(&str) -> bool) -> Option<String> {
    let words = words.iter().map(|words| collapse(words)).filter(|words| words.chars().nth(LONGEST).is_none());
    let mut asked: Vec<String> = words.filter(|words| are_asked(words)).collect();
    let whole = asked.iter().position(|words| !words.ends_with(['…', '.', '⋯']));
    (!asked.is_empty()).then(|| asked.swap_remove(whole.unwrap_or(0)))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use jiff::tz::TimeZone;

    use super::*;

    const HERE: &str = "http://www.x.gov.cn/fz/";

    /// Words and addresses of the links of a page with one row, of those that speak of a report.
    fn found(html: &str) -> Vec<(String, String)> {
        let page = format!("<ul><li><a href=t1.html>2025年第1号报告</a></li></ul>{html}");
        let tree = Tree::parse(&page).expect("a small page");
        let (first_url, page_url) =
            (Url::parse(HERE).expect("a URL"), Url::parse("http://www.x.gov.cn/fz/index_1.html").expect("a URL"));
        let zone = TimeZone::UTC;
        let read = ListingRead {
            rule: None,
            family: None,
            zone: &zone,
            first_url: &first_url,
            page_url: &page_url,
            post: None,
            n_page: 2,
            today: date(2026, 4, 2),
        };
        let row = Entry {
            url: first_url.join("t1.html").expect("a URL"),
            title: "2025年第1号报告".to_owned(),
            date: None,
            date_shown: None,
        };
        let page = ListingPage { entries: vec![row], ..ListingPage::default() };
        let are_asked = |words: &str| words.contains("报告") || words.ends_with('…');
        links(&tree, &read, &page, are_asked).into_iter().map(|link| (link.title, link.url.into())).collect()
    }

    fn is(html: &str, words: &str, url: &str) {
        assert_eq!(found(html), [(words.to_owned(), url.to_owned())], "{html}");
    }

    #[test]
    fn a_link_says_what_its_text_its_title_or_its_picture_does() {
        let report = "http://www.x.gov.cn/fz/a.html";
        is("<h2><a href=a.html> 2025年 <b>报告</b></a></h2>", "2025年 报告", report);
        is("<a href=a.html title='2025年报告'>2025年…</a>", "2025年报告", report);
        is("<a href=a.html>2025年…</a>", "2025年…", report);
        is("<a href=a.html><h3>2025年报告</h3><p>2025年全县共办理案件15件。</p></a>", "2025年报告", report);
        is("<a href=a.html>2025年<br>报告</a>", "2025年报告", report);
        is("<a href=a.html><style>2025年报告</style>2025年的报告</a>", "2025年的报告", report);
        is("<a href=a.html><img src=x.jpg alt='二〇二五年报告'></a>", "二〇二五年报告", report);
        is("<a href=a.html><img src=x.jpg title='２０２５年报告'></a>", "２０２５年报告", report);
        let map = "<map name=m><area href=a.html alt='2025年报告'><area href=b.html alt=专题></map>";
        is(&format!("<img usemap='#m' alt='2025年图片报告'>{map}"), "2025年报告", report);
        is("<img usemap='#m' title='2025年报告'><map name=m><area href=a.html></map>", "2025年报告", report);
    }

    #[test]
    fn a_link_without_a_year_to_a_row_or_to_the_listing_itself_is_none() {
        for html in [
            "<a href=a.html>年度报告</a>",
            "<a href=a.html>2025年要点</a>",
            "<a href=t1.html>2025年报告</a>",
            "<a href='t1.html#top'>2025年报告</a>",
            "<a href='./'>2025年报告</a>",
            "<a href=index_1.html>2025年报告</a>",
            "<a href='#'>2025年报告</a>",
            "<a>2025年报告</a>",
            "<a href='mailto:2025@x.cn'>2025年报告</a>",
            "<a href='javascript:void(0)'>2025年报告</a>",
            "<a href='javascript:;' onclick=' void(0)'>2025年报告</a>",
            "<p>2025年报告</p>",
        ] {
            assert_eq!(found(html), [], "{html}");
        }
    }

    #[test]
    fn a_link_that_only_a_script_follows_stands_on_the_listing() {
        is("<a href='javascript:show(15)'>2025年报告</a>", "2025年报告", HERE);
        is("<a href='#' onclick=\"show('15')\">2025年报告</a>", "2025年报告", HERE);
        is("<a href='#' onclick=\"window.open('/a.html')\">2025年报告</a>", "2025年报告", "http://www.x.gov.cn/a.html");
    }

    #[test]
    fn each_link_is_kept_once_and_no_more_than_a_page_of_them() {
        assert_eq!(found(&"<a href=a.html>2025年报告</a>".repeat(3)).len(), 1);
        let many: Vec<String> = (0..80).map(|n| format!("<a href=a{n}.html>2025年报告</a>")).collect();
        assert_eq!(found(&many.concat()).len(), MOST_LINKS);
    }
}
