//! Hanweb's jpage: the call in a page that asks the dataproxy for windows of rows, by POST.
//!
//! In: a listing page, or the address of a window. Out: where the next rows are. **Source**: listings of 浙江 and 山东:
//! `dataproxy.jsp?startrecord=46&endrecord=90&perpage=15`, the column in the body. Never: a window that was asked for.

use std::sync::LazyLock;

use regex::Regex;
use url::Url;

use super::link;
use super::pattern;
use super::tree::Tree;
use crate::model::{PageAddress, Post, PostForm};

/// Pages of a window, where the call does not say; the plugin's own number.
const GROUP: u64 = 3;

/// Most rows of a window: what a call may ask for.
const LONGEST_WINDOW: u64 = 5_000;

static PROXY: LazyLock<Regex> = LazyLock::new(|| pattern(r#"\bproxyUrl["']?\s*:\s*["']([^"']*dataproxy[^"']*)["']"#));
static NUMBER: LazyLock<Regex> =
    LazyLock::new(|| pattern(r#"\b(perPage|groupSize|totalRecord)["']?\s*:\s*["']?(\d{1,9})"#));
static BODY: LazyLock<Regex> = LazyLock::new(|| pattern(r#"\b(?:ajaxParams?|params?|data)["']?\s*:\s*\{([^{}]*)\}"#));
static PAIR: LazyLock<Regex> = LazyLock::new(|| pattern(r#"["']?(\w+)["']?\s*:\s*(?:'([^']*)'|"([^"]*)"|([\w.-]+))"#));

/// The first window of a listing page on which `n_here` different rows stand. It begins with the first row, as the page
/// does: how many of the rows on the page are pinned to it cannot be told, and a window that began behind them all would
/// leave as many out.
pub(super) fn first(tree: &Tree, base: &Url, n_here: usize) -> Option<PageAddress> {
    let call = tree.named("script").map(|script| script.raw_text()).find(|script| script.contains("jpage("))?;
    let number = |name: &str| {
        let mut found = NUMBER.captures_iter(&call).filter(|found| &found[1] == name);
        found.next()?[2].parse::<u64>().ok()
    };
    let per_page = number("perPage").filter(|rows| *rows > 0)?;
    let length = per_page.saturating_mul(number("groupSize").unwrap_or(GROUP)).clamp(1, LONGEST_WINDOW);
    if number("totalRecord").is_some_and(|total| n_here as u64 >= total) {
        return None;
    }
    let mut body = url::form_urlencoded::Serializer::new(String::new());
    for pair in PAIR.captures_iter(BODY.captures(&call)?.get(1)?.as_str()) {
        let value = pair.get(2).or(pair.get(3)).or(pair.get(4));
        body.append_pair(&pair[1], value.map_or("", |value| value.as_str()));
    }
    let proxy = link::resolve(&PROXY.captures(&call)?[1], base)?;
    let url = window(&proxy, 1, length, Some(per_page));
    Some(PageAddress { url, post: Some(Post { form: PostForm::Urlencoded, body: body.finish() }) })
}

/// Whether an address asks for a window.
pub(super) fn is_window(url: &Url) -> bool {
    bounds(url).is_some()
}

/// The window after this one: `n_here` rows came, and there are `n_rows` in all.
pub(super) fn next(page_url: &Url, post: Option<&Post>, n_here: usize, n_rows: Option<u64>) -> Option<PageAddress> {
    let (start, end) = bounds(page_url)?;
    let length = end - start + 1;
    // Pinned rows may come on top of those that were asked for.
    let n_here = (n_here as u64).min(length);
    let is_last = match n_rows {
        Some(n_rows) => start - 1 + n_here >= n_rows,
        // A window that is not filled is the last one.
        None => n_here < length,
    };
    // A portal may give fewer rows than it was asked for.
    let url = window(page_url, start + n_here, length, None);
    (!is_last && n_here > 0).then(|| PageAddress { url, post: post.cloned() })
}

/// First and last row that an address asks for.
fn bounds(url: &Url) -> Option<(u64, u64)> {
    let number = |name: &str| {
        let (_, value) = url.query_pairs().find(|(key, _)| key == name)?;
        value.parse::<u64>().ok()
    };
    let (start, end) = (number("startrecord")?, number("endrecord")?);
    (1 <= start && start <= end && end - start < LONGEST_WINDOW).then_some((start, end))
}

fn window(url: &Url, start: u64, length: u64, per_page: Option<u64>) -> Url {
    let mut next = url.clone();
    let is_bound = |pair: &&str| pair.starts_with("startrecord=") || pair.starts_with("endrecord=");
    let others = url.query().unwrap_or_default().split('&').filter(|pair| !pair.is_empty() && !is_bound(pair));
    let mut pairs = vec![format!("startrecord={start}"), format!("endrecord={}", start + length - 1)];
    pairs.extend(per_page.map(|rows| format!("perpage={rows}")));
    pairs.extend(others.map(str::to_owned));
    next.set_query(Some(&pairs.join("&")));
    next
}

#[cfg(test)]
mod tests {
    use super::*;

    const CALL: &str = "<script>$(function(){ $('#2088').jpage({ themeName:'default', dataStore:dataStore, totalRecord:137, \
        proxyUrl:'/module/jpage/dataproxy.jsp', perPage:15, groupSize:3, barPosition:'bottom', \
        ajaxParam:{col:1,appid:1,webid:39,path:'/',columnid:61490,unitid:2088,webname:'青溪县人民政府',permissiontype:0} }); });</script>";

    #[test]
    fn windows_follow_one_another_to_the_last_row() {
        let base = Url::parse("http://x.gov.cn/col/col61490/index.html").expect("url");
        let tree = Tree::parse(CALL).expect("tree");
        let first = |n_here| super::first(&tree, &base, n_here);
        let query = |address: &PageAddress| address.url.query().unwrap_or_default().to_owned();
        let second = first(45).expect("a window");
        assert_eq!(second.url.path(), "/module/jpage/dataproxy.jsp");
        assert_eq!(query(&second), "startrecord=1&endrecord=45&perpage=15");
        let body = second.post.clone().expect("a body").body;
        assert!(
            body.starts_with("col=1&appid=1&webid=39&path=%2F&columnid=61490&unitid=2088&webname=%E9%9D%92"),
            "{body}"
        );
        let third = next(&second.url, second.post.as_ref(), 45, Some(137)).expect("a window");
        assert_eq!((query(&third), &third.post), ("startrecord=46&endrecord=90&perpage=15".to_owned(), &second.post));
        let fourth = next(&third.url, None, 45, Some(137)).expect("a window");
        let fifth = next(&fourth.url, None, 45, Some(137)).expect("a window");
        assert_eq!(next(&fifth.url, None, 2, Some(137)), None);
        let short = next(&second.url, None, 30, Some(137)).expect("a window");
        assert_eq!(query(&short), "startrecord=31&endrecord=75&perpage=15");
        assert_eq!(first(137), None);
    }

    #[test]
    fn without_a_total_a_window_that_is_not_filled_is_the_last() {
        let window = Url::parse("http://x.gov.cn/dataproxy.jsp?startrecord=1&endrecord=60&perpage=20").expect("url");
        assert_eq!(next(&window, None, 59, None), None);
        assert!(next(&window, None, 60, None).is_some());
    }
}
