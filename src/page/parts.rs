//! Articles over several pages: where the other pages of one are, and the whole of all.
//!
//! In: a page and its URL; the Documents of all pages. Out: the URLs of those behind it in order, and whether they are
//! all; one Document. Never: fetches, or takes the pager of a listing or the neighbours of a report (上一篇, 下一篇) for its pages.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;
use url::Url;

use super::link;
use super::outline::{Link, Outline};
use super::pager;
use super::pattern;
use super::tree::{Tree, visible_text};
use crate::model::{Block, Document, Doubt};

/// Most pages of one article; the longest seen has 12.
pub const MOST_PAGES: u32 = 50;

/// Lines behind the body that may still hold its pager.
const LINES_BEHIND: usize = 6;

/// Longest text of a link of a pager, in characters: [ 上 一 页 ].
const LONGEST_SAID: usize = 12;

/// Lines that pages of one article may repeat at their heads: title, author, date.
const MOST_REPEATED: usize = 3;

static PAGE_NUMBER: LazyLock<Regex> = LazyLock::new(|| pattern(r"^[\[【(（]?\s*(\d{1,2})\s*[\]】)）]?$"));

static NEXT_PAGE: LazyLock<Regex> = LazyLock::new(|| pattern(r"^[\[【(（<«]?\s*下\s*一?\s*页\s*[\]】)）>»]*$"));

static LAST_PAGE: LazyLock<Regex> = LazyLock::new(|| pattern(r"^[\[【(（]?\s*(?:尾|末|最后一?)\s*页\s*[\]】)）>»]*$"));

static BACK: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"^[\[【(（<«]*\s*(?:首\s*页|第一页|上\s*一?\s*页)\s*[\]】)）]?$"));

/// The number of a page in the name of its file: `content_2`, `t20240102_1_2`, `art_1_2`.
static NUMBERED: LazyLock<Regex> = LazyLock::new(|| pattern(r"^(.+?)[_-](\d{1,2})$"));

static PAGE_KEY: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?i)^(?:page|pageno|page_?num|pageindex|p|curpage|currentpage)$"));

/// Where an article goes on behind a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Next {
    /// The pages that follow, in order, as far as none is left out.
    pub urls: Vec<Url>,
    /// What is known of its end.
    pub end: End,
}

/// What a page says of the end of its article.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// It is the last of the pages named, or this one.
    Named,
    /// Nothing, or that there is a next page.
    Unsaid,
    /// Pages are named that do not follow in a row, or more of them than are read.
    Beyond,
}

impl Next {
    /// Whether the page that says this is the last of its article, of which the first page said `first`.
    pub fn is_at_end(&self, first: End) -> bool {
        let is_named = self.end == End::Named || (self.end == End::Unsaid && first == End::Named);
        self.urls.is_empty() && is_named
    }
}

/// What a link of a pager says that it leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Says {
    Number(u32),
    Next,
    Last,
    Back,
}

/// The links of a page's pager as they stand, an article's or not, and the pages that its script names, from the first.
#[derive(Debug, Default)]
pub struct Pager {
    links: Vec<(Says, Url)>,
    scripted: Vec<Url>,
    is_scripted_whole: bool,
}

impl Pager {
    /// The pager in the body, or right under it, and that of a script.
    pub(super) fn of(tree: &Tree, outline: &Outline<'_>, body: &Range<usize>, page: Option<&Url>) -> Self {
        let Some(page) = page else { return Self::default() };
        let base = link::base(tree, page);
        let zone = body.start..body.end + LINES_BEHIND;
        let near = outline.links.iter().filter(|link| zone.contains(&link.line));
        let links = near.filter_map(|link| Some((says(link)?, link::of_anchor(link.node, &base)?))).collect();
        let Some(script) = pager::find(tree, page) else { return Self { links, ..Self::default() } };
        let names = (1..=script.n_pages.min(MOST_PAGES)).filter_map(|n| page.join(&script.name_of(n)).ok());
        Self { links, scripted: names.collect(), is_scripted_whole: script.n_pages <= MOST_PAGES }
    }

    /// The pages of the article that begins on this page, from the second on; none where it is no first page of several.
    pub fn others(&self, page: &Url) -> Next {
        let none = Next { urls: Vec::new(), end: End::Unsaid };
        let Some(article) = Article::of(page).filter(|article| !is_index(&article.stem)) else { return none };
        match self.behind_scripted(page, page) {
            Some(next) if !next.urls.is_empty() => next,
            _ => self.linked_others(&article),
        }
    }

    fn linked_others(&self, article: &Article) -> Next {
        let mut found: Vec<(u32, u32, &Url)> = Vec::new();
        for (says, url) in &self.links {
            let n = match says {
                Says::Number(n) => *n,
                Says::Next => 2,
                Says::Last | Says::Back => continue,
            };
            let Some(of_url) = article.number_of(url).filter(|_| (2..=MOST_PAGES).contains(&n)) else { continue };
            if (of_url == n || of_url + 1 == n) && found.iter().all(|(known, ..)| *known != n) {
                found.push((n, of_url, url));
            }
        }
        found.sort_by_key(|(n, ..)| *n);
        let in_a_row = found.iter().zip(2..).take_while(|((n, ..), wanted)| n == wanted).count();
        let last = found[..in_a_row].last().map_or(0, |(_, of_url, _)| *of_url);
        let end = self.end(article, last, in_a_row < found.len());
        Next { urls: found.into_iter().take(in_a_row).map(|(.., url)| url.clone()).collect(), end }
    }

    /// The pages behind this one, a further page of the article that begins on `first`.
    pub fn behind(&self, first: &Url, page: &Url) -> Next {
        let none = Next { urls: Vec::new(), end: End::Unsaid };
        if let Some(next) = self.behind_scripted(first, page) {
            return next;
        }
        let Some(article) = Article::of(first) else { return none };
        let Some(own) = article.number_of(page) else { return none };
        let mut found: Vec<(u32, &Url)> = Vec::new();
        for (_, url) in &self.links {
            let n = article.number_of(url).filter(|n| *n > own && found.iter().all(|(known, _)| known != n));
            found.extend(n.map(|n| (n, url)));
        }
        found.sort_by_key(|(n, _)| *n);
        let in_a_row = found.iter().zip(own + 1..).take_while(|((n, _), wanted)| n == wanted).count();
        let is_pager =
            || self.links.iter().any(|(_, url)| link::is_same_page(url, first) || is_before(&article, url, own));
        let end = match (in_a_row == found.len(), found.is_empty()) {
            (false, _) => End::Beyond,
            (true, true) if is_pager() => End::Named,
            (true, true) => End::Unsaid,
            (true, false) => self.end(&article, own + u32::try_from(in_a_row).unwrap_or(u32::MAX), false),
        };
        Next { urls: found.into_iter().take(in_a_row).map(|(_, url)| url.clone()).collect(), end }
    }

    /// The pages behind one of those that a script's pager names, where it goes by the name of the first page.
    fn behind_scripted(&self, first: &Url, page: &Url) -> Option<Next> {
        let is_named = |named: Option<&Url>, url: &Url| named.is_some_and(|named| file(named) == file(url));
        if !is_named(self.scripted.first(), first) {
            return None;
        }
        let at = self.scripted.iter().position(|named| is_named(Some(named), page))?;
        let end = if self.is_scripted_whole { End::Named } else { End::Beyond };
        Some(Next { urls: self.scripted[at + 1..].to_vec(), end })
    }

    /// What the links say of the end, where the pages up to the one with number `last` in its URL are known.
    fn end(&self, article: &Article, last: u32, is_cut: bool) -> End {
        let numbers = |wanted: fn(&Says) -> bool| {
            let links = self.links.iter().filter(move |(says, _)| wanted(says));
            links.filter_map(|(_, url)| article.number_of(url))
        };
        // A next page may have a next one; a page that is named by its number stands in a row that ends somewhere.
        let is_counted = || numbers(|says| matches!(says, Says::Number(_) | Says::Last)).any(|n| n == last);
        match () {
            () if is_cut || numbers(|_| true).any(|n| n > last) => End::Beyond,
            () if is_counted() => End::Named,
            () => End::Unsaid,
        }
    }
}

fn is_before(article: &Article, url: &Url, own: u32) -> bool {
    article.number_of(url).is_some_and(|n| n < own)
}

/// The name of a page's file.
fn file(url: &Url) -> Option<&str> {
    url.path_segments().and_then(|mut parts| parts.next_back())
}

fn says(link: &Link<'_>) -> Option<Says> {
    let text = visible_text(link.node);
    if text.chars().count() > LONGEST_SAID {
        return None;
    }
    match PAGE_NUMBER.captures(&text) {
        Some(found) => found[1].parse().ok().map(Says::Number),
        None if NEXT_PAGE.is_match(&text) => Some(Says::Next),
        None if LAST_PAGE.is_match(&text) => Some(Says::Last),
        None => BACK.is_match(&text).then_some(Says::Back),
    }
}

/// What the URLs of all pages of an article share.
#[derive(Debug, PartialEq, Eq)]
struct Article {
    /// Host and folder.
    folder: String,
    /// The name of the first page without its extension.
    stem: String,
    /// The query without the number of the page.
    query: Vec<(String, String)>,
}

impl Article {
    fn of(url: &Url) -> Option<Self> {
        let (folder, file) = url.path().rsplit_once('/')?;
        let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
        let query = url.query_pairs().filter(|(key, _)| !PAGE_KEY.is_match(key));
        Some(Self {
            folder: format!("{}:{}{folder}", url.host_str()?, url.port_or_known_default()?),
            stem: stem.to_owned(),
            query: query.map(|(key, value)| (key.into_owned(), value.into_owned())).collect(),
        })
    }

    /// The number in the URL of another page of this article; `None` where it is none.
    fn number_of(&self, url: &Url) -> Option<u32> {
        let other = Self::of(url).filter(|other| other.folder == self.folder && other.query == self.query)?;
        if other.stem == self.stem {
            let mut numbers = url.query_pairs().filter(|(key, _)| PAGE_KEY.is_match(key));
            return numbers.find_map(|(_, value)| value.parse().ok());
        }
        let found = NUMBERED.captures(&other.stem)?;
        let is_own = found[1] == self.stem || self.stem.strip_suffix("_1") == Some(&found[1]);
        if is_own { found[2].parse().ok() } else { None }
    }
}

/// Whether a file is called like a listing.
fn is_index(stem: &str) -> bool {
    let stem = stem.to_ascii_lowercase();
    stem.is_empty() || ["index", "list", "default", "node"].iter().any(|name| stem.starts_with(name))
}

/// One Document of all pages of an article, which are given in order.
///
/// Fields are those of the first page that has them. What later pages repeat of the first at their heads (title,
/// author, date) stands once; attachments stand once each. The doubt that it is a part is gone; others stay.
pub fn join(pages: impl IntoIterator<Item = Document>) -> Document {
    let mut pages = pages.into_iter();
    let Some(mut whole) = pages.next() else { return Document::default() };
    let head: Vec<String> = whole.blocks.iter().take(MOST_REPEATED).map(|block| block.text.clone()).collect();
    for page in pages {
        let is_repeated = |block: &&Block| head.contains(&block.text) || whole.title.as_ref() == Some(&block.text);
        let n_repeated = page.blocks.iter().take(MOST_REPEATED).take_while(is_repeated).count();
        let n_tables = tables_of(&whole);
        whole.blocks.extend(page.blocks.into_iter().skip(n_repeated).map(|block| shifted(block, n_tables)));
        for file in page.attachments {
            if whole.attachments.iter().all(|known| known.url != file.url) {
                whole.attachments.push(file);
            }
        }
        whole.cited.extend(page.cited);
        whole.doubts.extend(page.doubts);
    }
    let mut seen = std::collections::HashSet::new();
    whole.cited.retain(|number| seen.insert(number.clone()));
    whole.doubts.retain(|doubt| *doubt != Doubt::PartOfArticle);
    whole.doubts.sort_unstable();
    whole.doubts.dedup();
    whole
}

fn tables_of(document: &Document) -> u32 {
    let last = document.blocks.iter().filter_map(|block| block.row.as_ref()).map(|row| row.table).max();
    last.map_or(0, |last| last + 1)
}

/// A block whose table is counted on from those of the pages before.
fn shifted(mut block: Block, n_tables: u32) -> Block {
    if let Some(row) = &mut block.row {
        row.table += n_tables;
    }
    block
}
