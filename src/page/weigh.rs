//! Weighs rows that could be the list of a page against the others: dates, titles, addresses, what stands around them.
//!
//! In: rows as read, and the elements they stand in. Out: a score; the highest of a page is its list.
//! Never: decides by one mark alone.

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use regex::Regex;
use url::Url;

use super::column_name::ColumnName;
use super::makes;
use super::pattern;
use super::row::RowRead;
use super::row_link;
use super::row_pieces::RowReader;
use super::short_text::{raw_short_text, short_text};
use super::tree::{Node, Tree, visible_text};
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

/// The part of rows from which all of them are taken to be so.
const MOSTLY: f64 = 0.8;

/// What a row counts for a title that is none of a menu, for a date within it, and for the address of an article.
const LONG_TITLE: f64 = 1.5;
const OWN_DATE: f64 = 3.0;
const ARTICLE_ADDRESS: f64 = 1.0;

/// How much it speaks for rows that they stand under the name of the column: three of them outweigh a list of news.
const OWN_HEADING: f64 = 6.0;

/// What the rows of a page are weighed by.
pub(super) struct Scales<'r> {
    pub(super) reader: &'r RowReader<'r>,
    pub(super) column: ColumnName,
    /// Whether a heading of the page is the name of its column.
    pub(super) is_headed: bool,
    /// What the headings right over elements say, by [`super::tree::NodeKey::index`]: candidates stand in one another, and
    /// each is asked what is over it and over all that is around it.
    headings: RefCell<HashMap<usize, Option<Heading>>>,
}

/// How likely rows are the list of the page.
#[derive(Debug, Clone, Copy)]
pub(super) struct Weighed {
    pub(super) score: f64,
    /// Whether they stand in the navigation, or under the heading of a list that is not the page's own.
    pub(super) is_beside: bool,
    /// Whether they do, and none of their reports lies below the listing.
    pub(super) is_strange: bool,
}

/// How likely these rows are the list of the page; `None`: they are not.
pub(super) fn score(parents: &[Node<'_>], rows: &[RowRead], scales: &Scales<'_>) -> Option<Weighed> {
    let mut seen = HashSet::new();
    let firsts = rows.iter().filter_map(|row| row.entry.as_ref().filter(|entry| seen.insert(&entry.url)).map(|_| row));
    let rows: Vec<&RowRead> = firsts.collect();
    if is_split(parents, rows.len()) && !are_reports(&rows) {
        return None;
    }
    let entries: Vec<&Entry> = rows.iter().filter_map(|row| row.entry.as_ref()).collect();
    let dated = share(&entries, |entry| entry.date.is_some());
    // Under the name of the column one row is a list.
    let heading = parents.first().and_then(|list| scales.heading(*list));
    let is_own = heading == Some(Heading::Own);
    if dated < 0.5 && !((is_own || rows.len() >= LEAST_UNDATED_ROWS) && is_titled(&entries, scales.reader.page)) {
        return None;
    }
    let sum: f64 = rows.iter().map(|row| row_score(row)).sum();
    let least = if is_own { LEAST_SCORE.min(LONG_TITLE * ratio(rows.len(), 1)) } else { LEAST_SCORE };
    if sum < least {
        return None;
    }
    let below = share(&entries, |entry| is_below(&entry.url, scales.reader.page));
    let around = surroundings(parents, heading, below >= MOSTLY);
    // An old page may leave its header open, so that all of it stands in chrome: dates still speak for a list there.
    let is_list = dated >= 0.5 || around >= 1.0;
    let whole = if dated >= 0.5 { dated } else { 1.0 };
    let score = sum * around * whole * (1.0 + BELOW * below);
    let is_beside = around < 0.5;
    is_list.then_some(Weighed { score, is_beside, is_strange: is_beside && below <= 0.0 })
}

/// Whether most of these are dated.
pub(super) fn is_dated(entries: &[&Entry]) -> bool {
    share(entries, |entry| entry.date.is_some()) >= 0.5
}

/// Whether titles and addresses are those of reports, dated or not.
pub(super) fn is_titled(entries: &[&Entry], page: &Url) -> bool {
    let is_own = |entry: &Entry| is_below(&entry.url, page) && is_file(&entry.url) && is_named(&entry.title);
    let are_files = || share(entries, is_own) >= MOSTLY;
    entries.iter().map(|entry| entry.title.chars().count()).sum::<usize>() >= entries.len() * LEAST_UNDATED_TITLE
        && (share(entries, |entry| ARTICLE_URL.is_match(entry.url.as_str())) >= 0.5 || are_files())
}

/// Whether a title is one of a report, and not a word of a menu or the name of a file.
fn is_named(title: &str) -> bool {
    /// Of Chinese characters.
    const LEAST_NAME: usize = 8;
    title.chars().filter(|c| matches!(c, '\u{4e00}'..='\u{9fff}')).nth(LEAST_NAME - 1).is_some()
}

/// Whether an address is that of a page or a file, and not of a directory: menus lead to columns.
fn is_file(url: &Url) -> bool {
    let name = url.path().rsplit('/').next().unwrap_or_default();
    name.contains('.') && !name.starts_with("index.") && !name.starts_with("default.")
}

/// The part of rows that are so.
fn share(entries: &[&Entry], is_it: impl Fn(&Entry) -> bool) -> f64 {
    ratio(entries.iter().filter(|entry| is_it(entry)).count(), entries.len())
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

/// The most that [`score`] gives for so many rows, whatever they are and wherever they stand but for their heading.
pub(super) fn most(n_rows: usize) -> f64 {
    (LONG_TITLE + OWN_DATE + ARTICLE_ADDRESS) * ratio(n_rows, 1) * PAGER_CLOSE * (1.0 + BELOW)
}

/// The same wherever they stand.
pub(super) fn most_of_all(n_rows: usize) -> f64 {
    most(n_rows) * OWN_HEADING
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

/// Whether a report lies in the directory of the listing, which is not the root of the site, or has the number of its column:
/// `/col/col1234/` and `/art/2024/3/5/art_1234_7.html`.
pub(super) fn is_below(report: &Url, listing: &Url) -> bool {
    let directory = listing.path().rfind('/').map_or("", |end| &listing.path()[..=end]);
    let lies_in = || directory.len() > 1 && report.path().starts_with(directory);
    let has_number = || {
        let mut columns = figures(listing.path()).filter(|number| makes::is_of_column(number));
        columns.any(|column| figures(report.path()).any(|number| number == column))
    };
    report.host() == listing.host() && (lies_in() || has_number())
}

/// The numbers of an address.
fn figures(path: &str) -> impl Iterator<Item = &str> {
    path.split(|c: char| !c.is_ascii_digit()).filter(|number| !number.is_empty())
}

/// Whether the report lies in the listing's own directory, or a pager stands close behind the rows.
pub(super) fn is_own(parents: &[Node<'_>], report: &Url, listing: &Url) -> bool {
    is_below(report, listing) || parents.last().is_some_and(|list| has_pager_close(*list))
}

/// Levels around a list in which the name of chrome counts.
const MOST_CHROME_LEVELS: usize = 12;

/// What stands around the rows: a pager and the name of the column speak for them, the names and headings of chrome against
/// them, but names not where the reports lie below the listing.
fn surroundings(parents: &[Node<'_>], heading: Option<Heading>, are_below: bool) -> f64 {
    let Some(first) = parents.first() else { return 0.0 };
    let around: Vec<Node<'_>> = std::iter::once(*first).chain(first.ancestors()).take(MOST_CHROME_LEVELS).collect();
    let mut factor = 1.0;
    if !are_below && around.iter().take_while(|node| node.name() != "body").any(|node| is_chrome(*node)) {
        factor *= 0.25;
    }
    let has_pager = has_pager_close(parents.last().copied().unwrap_or(*first));
    factor *= match heading {
        Some(Heading::Own) => OWN_HEADING,
        Some(Heading::Foreign) => 0.3,
        Some(Heading::Other) if !has_pager => 0.3,
        Some(Heading::Other) | None => 1.0,
    };
    if has_pager { factor * PAGER_CLOSE } else { factor }
}

/// What a heading over rows says of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Heading {
    /// It is the name of the column.
    Own,
    /// It is one of lists that are not the page's own.
    Foreign,
    /// It is the name of something else.
    Other,
}

impl<'r> Scales<'r> {
    pub(super) fn of(tree: &Tree, reader: &'r RowReader<'r>) -> Self {
        let column = ColumnName::of(tree);
        let is_headed = is_headed(tree, &column);
        Self { reader, column, is_headed, headings: RefCell::default() }
    }

    /// What the nearest heading over a list says, where it says anything.
    pub(super) fn heading(&self, list: Node<'_>) -> Option<Heading> {
        /// The list itself and what is around it: the name of the column stands over all parts of its list.
        const LEVELS: usize = 6;
        const NEAR: usize = 3;
        let around = std::iter::once(list).chain(list.ancestors()).take(LEVELS).enumerate();
        around
            .into_iter()
            .find_map(|(level, node)| self.heading_of(node).filter(|heading| *heading == Heading::Own || level < NEAR))
    }

    /// What the heading right over an element says.
    fn heading_of(&self, node: Node<'_>) -> Option<Heading> {
        let known = self.headings.borrow().get(&node.key().index()).copied();
        known.unwrap_or_else(|| {
            let heading = self.read_heading(node);
            self.headings.borrow_mut().insert(node.key().index(), heading);
            heading
        })
    }

    fn read_heading(&self, node: Node<'_>) -> Option<Heading> {
        let above = node.prev_siblings().next()?;
        let text = short_text(above, LONGEST_HEADING_BYTES)?;
        match () {
            () if heads_a_list(above, &text) => None,
            () if self.column.is(&text) => Some(Heading::Own),
            () if FOREIGN_HEADING.is_match(&text) => Some(Heading::Foreign),
            () if self.is_headed && names_another(&text) && !is_menu(above) => Some(Heading::Other),
            () => None,
        }
    }

    /// Whether an element is chrome, or stands under the heading of a list that is not the page's own.
    pub(super) fn is_foreign(&self, node: Node<'_>) -> bool {
        is_chrome(node) || self.heading_of(node) == Some(Heading::Foreign)
    }
}

/// Whether a heading is a short name, and not of a period or of what every list has: 要闻动态.
fn names_another(heading: &str) -> bool {
    const LONGEST: usize = 8;
    static OF_ANY: LazyLock<Regex> =
        LazyLock::new(|| pattern("列表|目录|标题|名称|日期|时间|序号|全部|位置|首页|查询|搜索|条"));
    let n_chars = heading.chars().filter(|c| c.is_alphanumeric()).count();
    (2..=LONGEST).contains(&n_chars)
        && heading.chars().all(|c| !c.is_alphanumeric() || matches!(c, '\u{4e00}'..='\u{9fff}'))
        && !OF_ANY.is_match(heading)
        && !is_period(heading)
}

/// Whether a heading of a page is the name of its column.
fn is_headed(tree: &Tree, column: &ColumnName) -> bool {
    let is_own = |node: Node<'_>| short_text(node, LONGEST_HEADING_BYTES).is_some_and(|text| column.is(&text));
    let headings = || ["h1", "h2", "h3", "h4", "h5"].into_iter().flat_map(|name| tree.named(name));
    let is_titled =
        |node: &Node<'_>| node.attr("class").is_some_and(|class| class.to_ascii_lowercase().contains("tit"));
    let titled = || ["div", "span", "p", "dt"].into_iter().flat_map(|name| tree.named(name)).filter(is_titled);
    column.is_known() && (headings().any(is_own) || titled().any(is_own))
}

/// Whether what stands over a list is another list, with its heading: 通知公告 over 暂无数据.
fn heads_a_list(above: Node<'_>, text: &str) -> bool {
    const MOST_WITHIN: usize = 60;
    let lists = above
        .descendants()
        .take(MOST_WITHIN)
        .filter(|node| matches!(node.name(), "ul" | "ol" | "table" | "dl"))
        .map(visible_text);
    lists.into_iter().any(|list| !list.is_empty() && list.len() < text.len())
}

/// Whether what stands over a list is several links, none of which leads to more of one and the same.
fn is_menu(above: Node<'_>) -> bool {
    let anchors = above.descendants().filter(|node| node.name() == "a").map(visible_text);
    anchors.filter(|words| !words.is_empty() && !words.contains("更多") && !words.eq_ignore_ascii_case("more")).count()
        > 1
}

/// Whether a heading names a period of a list: 2024年, 一月, 2024年3月, 第三季度.
pub(super) fn is_period(heading: &str) -> bool {
    static PERIOD: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r"^[\s\[【]*(?:\d{2,4}\s*(?:年度?|[-./])\s*)?(?:\d{1,4}|[〇一二三四五六七八九十]+|第[一二三四]+)?\s*(?:年度?|月份?|季度)?[\s\]】]*$",
        )
    });
    PERIOD.is_match(heading)
}

fn is_chrome(node: Node<'_>) -> bool {
    matches!(node.name(), "nav" | "header" | "footer" | "aside" | "select")
        || [node.id(), node.attr("class")].into_iter().flatten().any(|name| CHROME.is_match(name))
}

/// Longest text of a heading, in bytes.
const LONGEST_HEADING_BYTES: usize = 90;

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
