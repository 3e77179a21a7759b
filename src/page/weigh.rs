//! Weighs rows that could be the list of a page against the others: dates, titles, addresses, what stands around them.
//!
//! In: rows as read, and the elements they stand in. Out: a score; the highest of a page is its list.
//! Never: decides by one mark alone.

use std::collections::HashSet;
use std::sync::LazyLock;

use regex::Regex;
use url::Url;

use super::pattern;
use super::row::RowRead;
use super::row_link;
use super::row_pieces::RowReader;
use super::tree::{Node, Step, collapse, visible_text};
use crate::model::Entry;

/// Links in a row from which it is a menu rather than a row.
const MOST_LINKS_OF_A_ROW: usize = 4;

/// Sum of the rows under which nothing on the page is held for its list: one dated row with a title reaches it.
const LEAST_SCORE: f64 = 3.5;

/// Rows without dates that make a list by their titles alone.
const LEAST_UNDATED_ROWS: usize = 3;

/// Mean characters of their titles: a menu's words have two to six.
const LEAST_UNDATED_TITLE: usize = 10;

/// Ids and classes of what stands around a list.
static CHROME: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)(?:^|[\s_-])(?:foot(?:er)?|head(?:er)?|nav\w*|menu\w*|crumbs?|breadcrumb|related|xgxw|xgyd|hot\w*|friend\w*|yqlj|links?|side(?:bar|nav|menu)?|aside|banner|tools?|share|copyright|top(?:bar|nav)|pager|paging|pagination|page_?div)(?:$|[\s_\d-])",
    )
});

/// Headings over lists that are not the page's own.
static FOREIGN_HEADING: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"相关|热点|热门|排行|推荐|最新|友情链接|猜你喜欢|延伸阅读|您可能|重要链接|快速导航"));

/// Words and calls of a pager.
static PAGER: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"下一页|下页|尾页|末页|createPageHTML\s*\(|Pager\s*\(|countPage\s*=|totalPage\s*:|共\s*\d+\s*页|共\s*\d+\s*条",
    )
});

/// The marks that content systems leave in the address of an article.
static ARTICLE_URL: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)/t\d{8}_\d+|/art_\d*_?[0-9a-f]+\.|/content_?/?(?:post_)?\d+|/post_\d+|/info/\d+/\d+|/(?:19|20)\d{2}[-/]?\d{1,2}[-/]|/\d{5,}\.s?html?$|[?&](?:id|infoid|articleid)=|/[0-9a-f]{32}\.s?html?$|/c\d+/content\.s?html?$",
    )
});

/// How much it speaks for rows that their reports lie in the listing's own directory: a short last page must outweigh
/// a full list of news beside it.
const BELOW: f64 = 3.0;

/// How much a pager close behind rows speaks for them: the only thing around them that does.
const PAGER_CLOSE: f64 = 2.0;

/// What a row counts for a title that is none of a menu, for a date within it, and for the address of an article.
const LONG_TITLE: f64 = 1.5;
const OWN_DATE: f64 = 3.0;
const ARTICLE_ADDRESS: f64 = 1.0;

/// How likely these rows are the list of the page; `None`: they are not.
pub(super) fn score(parents: &[Node<'_>], rows: &[RowRead], reader: &RowReader<'_>) -> Option<f64> {
    let mut seen = HashSet::new();
    let firsts = rows.iter().filter_map(|row| row.entry.as_ref().filter(|entry| seen.insert(&entry.url)).map(|_| row));
    let rows: Vec<&RowRead> = firsts.collect();
    if is_split(parents, rows.len()) && !are_reports(&rows) {
        return None;
    }
    let entries = || rows.iter().filter_map(|row| row.entry.as_ref());
    let share = |is_it: &dyn Fn(&Entry) -> bool| ratio(entries().filter(|entry| is_it(entry)).count(), rows.len());
    let dated = share(&|entry| entry.date.is_some());
    let is_titled = || {
        rows.len() >= LEAST_UNDATED_ROWS
            && entries().map(|entry| entry.title.chars().count()).sum::<usize>() >= rows.len() * LEAST_UNDATED_TITLE
            && share(&|entry| ARTICLE_URL.is_match(entry.url.as_str())) >= 0.5
    };
    if dated < 0.5 && !is_titled() {
        return None;
    }
    let sum: f64 = rows.iter().map(|row| row_score(row)).sum();
    if sum < LEAST_SCORE {
        return None;
    }
    let around = surroundings(parents);
    // An old page may leave its header open, so that all of it stands in chrome: dates still speak for a list there.
    let is_list = dated >= 0.5 || around >= 1.0;
    let whole = if dated >= 0.5 { dated } else { 1.0 };
    is_list.then_some(sum * around * whole * (1.0 + BELOW * share(&|entry| is_below(&entry.url, reader.page))))
}

/// Whether these are the parts of rows, several of each.
fn is_split(parents: &[Node<'_>], n_rows: usize) -> bool {
    n_rows > parents.len() && parents.len() > 1 && parents.iter().all(|node| matches!(node.name(), "tr" | "li"))
}

/// Whether each is a report of its own, and not the office of the one before it.
fn are_reports(rows: &[&RowRead]) -> bool {
    let is_long = |row: &&&RowRead| row.entry.as_ref().is_some_and(|entry| entry.title.chars().count() >= 9);
    let is_companion = |row: &&&RowRead| row.entry.as_ref().is_some_and(|entry| row_link::is_companion(&entry.title));
    rows.iter().filter(is_long).count() * 5 >= rows.len() * 4
        && rows.iter().filter(is_companion).count() * 5 <= rows.len()
}

/// The most that [`score`] gives for so many rows, whatever they are and wherever they stand.
pub(super) fn most(n_rows: usize) -> f64 {
    (LONG_TITLE + OWN_DATE + ARTICLE_ADDRESS) * ratio(n_rows, 1) * PAGER_CLOSE * (1.0 + BELOW)
}

fn ratio(part: usize, whole: usize) -> f64 {
    let exact = |count: usize| f64::from(u32::try_from(count).unwrap_or(u32::MAX));
    exact(part) / exact(whole.max(1))
}

fn row_score(row: &RowRead) -> f64 {
    let Some(entry) = &row.entry else { return 0.0 };
    let mut score = match entry.title.chars().count() {
        0..=4 => 0.2,
        5..=8 => 0.7,
        _ => LONG_TITLE,
    };
    if entry.date.is_some() {
        score += if row.has_own_date { OWN_DATE } else { 2.0 };
    }
    if ARTICLE_URL.is_match(entry.url.as_str()) {
        score += ARTICLE_ADDRESS;
    }
    if row.n_links > MOST_LINKS_OF_A_ROW { score * 0.2 } else { score }
}

/// Whether a report lies in the directory of the listing, which is not the root of the site.
fn is_below(report: &Url, listing: &Url) -> bool {
    let directory = listing.path().rfind('/').map_or("", |end| &listing.path()[..=end]);
    directory.len() > 1 && report.host() == listing.host() && report.path().starts_with(directory)
}

/// Whether rows stand in the navigation, or under the heading of a list that is not the page's own.
pub(super) fn is_beside(parents: &[Node<'_>]) -> bool {
    surroundings(parents) < 0.5
}

/// Whether the report lies in the listing's own directory, or a pager stands close behind the rows.
pub(super) fn is_own(parents: &[Node<'_>], report: &Url, listing: &Url) -> bool {
    is_below(report, listing) || parents.last().is_some_and(|list| has_pager_close(*list))
}

/// Levels around a list in which the name of chrome counts.
const MOST_CHROME_LEVELS: usize = 12;

/// What stands around the rows: a pager speaks for them, the names and headings of chrome against them.
fn surroundings(parents: &[Node<'_>]) -> f64 {
    let Some(first) = parents.first() else { return 0.0 };
    let around: Vec<Node<'_>> = std::iter::once(*first).chain(first.ancestors()).take(MOST_CHROME_LEVELS).collect();
    let mut factor = 1.0;
    if around.iter().take_while(|node| node.name() != "body").any(|node| is_chrome(*node)) {
        factor *= 0.25;
    }
    if around.iter().take(3).any(|node| is_under_foreign_heading(*node)) {
        factor *= 0.3;
    }
    let last = parents.last().copied().unwrap_or(*first);
    if has_pager_close(last) {
        factor *= PAGER_CLOSE;
    }
    factor
}

/// Whether an element is chrome, or stands under the heading of a list that is not the page's own.
pub(super) fn is_foreign(node: Node<'_>) -> bool {
    is_chrome(node) || is_under_foreign_heading(node)
}

fn is_chrome(node: Node<'_>) -> bool {
    matches!(node.name(), "nav" | "header" | "footer" | "aside" | "select")
        || [node.id(), node.attr("class")].into_iter().flatten().any(|name| CHROME.is_match(name))
}

/// Longest text of a heading, in bytes.
const LONGEST_HEADING_BYTES: usize = 90;

fn is_under_foreign_heading(node: Node<'_>) -> bool {
    let above = node.prev_siblings().next();
    let text = above.map(|above| short_text(above, LONGEST_HEADING_BYTES)).unwrap_or_default();
    text.is_some_and(|text| FOREIGN_HEADING.is_match(&text))
}

/// Most elements behind a list, and levels around it, in which its pager is looked for.
const MOST_PAGER_SIBLINGS: usize = 4;
const MOST_PAGER_LEVELS: usize = 4;

/// Longest text and script of a pager, in bytes.
const LONGEST_PAGER_BYTES: usize = 8_000;

fn has_pager_close(list: Node<'_>) -> bool {
    let mut around = std::iter::once(list).chain(list.ancestors()).take(MOST_PAGER_LEVELS);
    around.any(|node| {
        let behind = node.next_siblings().take(MOST_PAGER_SIBLINGS);
        behind.filter_map(|sibling| raw_short_text(sibling, LONGEST_PAGER_BYTES)).any(|text| PAGER.is_match(&text))
    })
}

/// The text below a node, scripts left out, where it is short.
fn short_text(node: Node<'_>, most_bytes: usize) -> Option<String> {
    raw_short_text(node, most_bytes * 4)?;
    Some(visible_text(node)).filter(|text| text.len() <= most_bytes)
}

/// All text below a node, scripts included, where it is short; stops reading where it is not.
fn raw_short_text(node: Node<'_>, most_bytes: usize) -> Option<String> {
    let mut text = String::new();
    for step in node.walk() {
        if let Step::Text(run) = step {
            text.push_str(run);
            text.push(' ');
        }
        if text.len() > most_bytes {
            return None;
        }
    }
    Some(collapse(&text))
}
