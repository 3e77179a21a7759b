//! Articles over several pages: where the other pages of one are, and the whole of all.
//!
//! In: the first page and its URL; the Documents of all pages. Out: the URLs of the others in order; one Document.
//! Never: fetches, or takes the pager of a listing or the neighbours of a report (上一篇, 下一篇) for its pages.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;
use url::Url;

use super::link;
use super::outline::{Link, Outline};
use super::pager;
use super::tree::{Tree, visible_text};
use crate::model::{Block, Document, Doubt};

/// Most pages of one article; the longest seen has 12.
const MOST_PAGES: u32 = 50;

/// Lines behind the body that may still hold its pager.
const LINES_BEHIND: usize = 6;

/// Lines that pages of one article may repeat at their heads: title, author, date.
const MOST_REPEATED: usize = 3;

static PAGE_NUMBER: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"^[\[【(（]?\s*(\d{1,2})\s*[\]】)）]?$").expect("invariant: the pattern is valid"));

static NEXT_PAGE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^[\[【(（<«]?\s*下\s*一?\s*页\s*[\]】)）>»]*$").expect("invariant: the pattern is valid")
});

/// The number of a page in the name of its file: `content_2`, `t20240102_1_2`, `art_1_2`.
static NUMBERED: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"^(.+?)[_-](\d{1,2})$").expect("invariant: the pattern is valid"));

static PAGE_KEY: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)^(?:page|pageno|page_?num|pageindex|p|curpage|currentpage)$")
        .expect("invariant: the pattern is valid")
});

/// The URLs of the other pages of the article that begins on this page, in order, from the second on; none where the
/// page is no first page of several. `body` is where its text stands.
pub(super) fn others(tree: &Tree, outline: &Outline<'_>, body: &Range<usize>, page: Option<&Url>) -> Vec<Url> {
    let Some(page) = page.filter(|page| Article::of(page).is_some_and(|article| !is_index(&article.stem))) else {
        return Vec::new();
    };
    let called = by_script(tree, page);
    if called.is_empty() { by_links(tree, outline, body, page) } else { called }
}

/// The pages that a script's pager names, where it goes by the name of this page.
fn by_script(tree: &Tree, page: &Url) -> Vec<Url> {
    let Some(pager) = pager::find(tree) else { return Vec::new() };
    let file = page.path_segments().and_then(|mut parts| parts.next_back()).unwrap_or_default();
    if pager.n_pages < 2 || pager.name_of(1).rsplit('/').next() != Some(file) {
        return Vec::new();
    }
    (2..=pager.n_pages.min(MOST_PAGES)).filter_map(|n| page.join(&pager.name_of(n)).ok()).collect()
}

/// The pages that links of the body, or right under it, name by digits or as the next page.
fn by_links(tree: &Tree, outline: &Outline<'_>, body: &Range<usize>, page: &Url) -> Vec<Url> {
    let Some(article) = Article::of(page) else { return Vec::new() };
    let base = link::base(tree, page);
    let zone = body.start..body.end + LINES_BEHIND;
    let mut found: Vec<(u32, Url)> = Vec::new();
    for one in outline.links.iter().filter(|link| zone.contains(&link.line)) {
        let Some(n) = number_of(one).filter(|n| (2..=MOST_PAGES).contains(n)) else { continue };
        let Some(url) = link::of_anchor(one.node, &base) else { continue };
        let is_page = article.number_of(&url).is_some_and(|of_url| of_url == n || of_url + 1 == n);
        if is_page && found.iter().all(|(known, _)| *known != n) {
            found.push((n, url));
        }
    }
    found.sort_by_key(|(n, _)| *n);
    let in_a_row = found.iter().zip(2..).take_while(|((n, _), wanted)| n == wanted).count();
    found.into_iter().take(in_a_row).map(|(_, url)| url).collect()
}

/// Which page a link says that it leads to, seen from the first one.
fn number_of(link: &Link<'_>) -> Option<u32> {
    let text = visible_text(link.node);
    match PAGE_NUMBER.captures(&text) {
        Some(found) => found[1].parse().ok(),
        None => NEXT_PAGE.is_match(&text).then_some(2),
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
