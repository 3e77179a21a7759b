//! How the pages of a listing follow one another, as a rule for its file.
//!
//! In: the first page, and the next one as automatic reading finds it. Out: a [`Pagination`], nothing where the page
//! itself tells it best, or the sign that there are pages nobody finds. Never: a rule that leads elsewhere than the page
//! does.

use std::sync::LazyLock;

use regex::Regex;
use url::Url;

use super::name;
use super::place;
use super::reason::Reason;
use crate::config::Pagination;
use crate::model::ListingPage;
use crate::page::further::{self, Further, Standing};
use crate::page::pattern;
use crate::page::tree::{Node, Query, Tree, visible_text};
use crate::page::{link, pager, pagination};

/// The last number of a path: `index_2.html`, `page/2/`.
static NUMBER: LazyLock<Regex> = LazyLock::new(|| pattern(r"^(.*?)(\d{1,5})(\.\w{1,6}|/)?$"));

/// Words of a link to the next page.
static NEXT: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?i)^\W*(?:下一?[页頁]|后一?页|next(?: page)?)\W*$"));

/// What is known of the pages of a listing.
#[derive(Debug)]
pub(super) struct Pages {
    /// The rule to write; `None` where none is needed.
    pub(super) rule: Option<Pagination>,
    pub(super) reason: Option<Reason>,
    /// Whether the page says that it is the only one.
    pub(super) is_alone: bool,
}

/// The first page of a listing, as automatic reading finds it.
pub(super) struct First<'a> {
    pub(super) tree: &'a Tree,
    pub(super) base: &'a Url,
    pub(super) url: &'a Url,
    pub(super) page: &'a ListingPage,
    /// Whether its rows are records of a datastore.
    pub(super) is_store: bool,
    /// Whether the family of the page has a rule of its own.
    pub(super) has_family_rule: bool,
}

/// Says how the listing goes on.
pub(super) fn of(first: &First<'_>) -> Pages {
    let pages = onwards(first);
    let behind = place::of(first);
    Pages { reason: behind.or(pages.reason), ..pages }
}

fn onwards(first: &First<'_>) -> Pages {
    let known = |rule| Pages { rule: Some(rule), reason: None, is_alone: false };
    if first.is_store && first.page.further.is_some() {
        let reason = Reason::PagerNotFollowed("the column has more rows than its script holds".to_owned());
        return Pages { rule: None, reason: Some(reason), is_alone: false };
    }
    if first.is_store {
        return known(Pagination::Dataproxy);
    }
    if pager::find(first.tree, first.url).is_some() {
        return known(Pagination::Script);
    }
    let Some(next) = first.page.next_url() else {
        let page = Standing { tree: first.tree, base: first.base, page_url: first.url };
        let further = further::of(&page, first.page.n_pages, &first.page.entries);
        let is_alone = further == Further::Alone;
        let reason = match further {
            Further::Shown(sign) | Further::MayBe(sign) => Some(Reason::PagerNotFollowed(sign.to_string())),
            Further::Alone | Further::Unknown => None,
        };
        return Pages { rule: None, reason, is_alone };
    };
    let rule = query(first, next).or_else(|| counted_down(first, next));
    // Links end where the pages do; a number needs to be told where.
    let is_told = pagination::stated_pages(first.tree).is_some();
    let rule = rule.or_else(|| numbered(first, next).filter(|_| is_told)).or_else(|| by_link(first, next));
    // Without a rule the family's stands, if it has one.
    let rule = rule.or_else(|| numbered(first, next).filter(|_| first.has_family_rule));
    Pages { rule, reason: None, is_alone: false }
}

/// `?page=2`: one parameter of the next URL counts, the others are those of the listing.
fn query(first: &First<'_>, next: &Url) -> Option<Pagination> {
    if next.path() != first.url.path() || next.host() != first.url.host() {
        return None;
    }
    let pairs = |url: &Url| -> Vec<(String, String)> {
        url.query_pairs().map(|(key, value)| (key.into_owned(), value.into_owned())).collect()
    };
    let (mine, theirs) = (pairs(first.url), pairs(next));
    let mut changed = theirs.iter().filter(|pair| !mine.contains(pair));
    let (name, number) = changed.next().filter(|_| changed.next().is_none())?;
    let is_kept = mine.iter().all(|(key, _)| key == name || theirs.iter().any(|(other, _)| other == key));
    let n: u32 = number.parse().ok()?;
    (is_kept && n <= 2).then(|| Pagination::Query { name: Some(name.clone()), first: n })
}

/// VSB: `tzgg.htm` is followed by `tzgg/23.htm`, the pages being numbered from the oldest.
fn counted_down(first: &First<'_>, next: &Url) -> Option<Pagination> {
    let stem = first.url.path().strip_suffix(".htm").or_else(|| first.url.path().strip_suffix(".html"))?;
    let number = next.path().strip_prefix(stem)?.strip_prefix('/')?;
    let number: u32 = number.strip_suffix(".htm")?.parse().ok()?;
    let is_total = first.page.n_pages.is_none_or(|n_pages| number + 1 == n_pages);
    is_total.then_some(Pagination::Countdown)
}

/// `index_2.html`: told by the next page and another one of the same make.
fn numbered(first: &First<'_>, next: &Url) -> Option<Pagination> {
    let n_pages = first.page.n_pages.unwrap_or_default();
    let relative = first.url.make_relative(next)?;
    let found = NUMBER.captures(&relative)?;
    let (stem, end) = (&found[1], found.get(3).map_or("", |end| end.as_str()));
    let n: u32 = found[2].parse().ok().filter(|n| (1..=2).contains(n))?;
    let url_of = |number: u32| first.url.join(&format!("{stem}{number}{end}")).ok();
    let others: Vec<Url> = first.tree.named("a").filter_map(|node| link::of_anchor(node, first.base)).collect();
    let is_made_so = |number: u32| url_of(number).is_some_and(|url| others.contains(&url));
    let is_confirmed = n_pages == 2 || is_made_so(n + 1) || (n_pages > 2 && is_made_so(n + n_pages - 2));
    let is_right = url_of(n).as_ref() == Some(next) && !stem.contains("{n}");
    (is_confirmed && is_right).then(|| Pagination::Numbered { pattern: format!("{stem}{{n}}{end}"), first: n })
}

/// The link itself, where an id or a class finds it alone. By its words it is found without a rule.
fn by_link(first: &First<'_>, next: &Url) -> Option<Pagination> {
    let leads = |node: &Node<'_>| link::of_anchor(*node, first.base).as_ref() == Some(next);
    let node = first.tree.named("a").filter(|node| NEXT.is_match(&visible_text(*node))).find(leads)?;
    let names = name::own(node).into_iter().filter(|(_, cost)| *cost <= 1);
    let around = node.ancestors().take(1).flat_map(name::own).filter(|(_, cost)| *cost <= 1);
    let is_next = |css: &String| css.to_ascii_lowercase().contains("next");
    let written = names.map(|(css, _)| css).chain(around.map(|(css, _)| format!("{css} a")));
    let mut queries = written.filter(is_next).filter_map(|css| Query::parse(&format!("{css}::attr(href)")).ok());
    let is_alone = |query: &Query| query.elements(first.tree.root()).iter().all(leads);
    queries.find(is_alone).map(|link| Pagination::Next { link })
}
