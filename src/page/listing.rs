//! A listing page read: its rows, and the page after it.
//!
//! In: a page, the rules of its listing or none. Out: a [`ListingPage`]: each URL once, in page order, dates and
//! titles as shown. How it is read follows from the rule's format; without a rule, from what the page is.
//! Never: filters by title, follows a link, or makes addresses canonical.

use std::collections::HashMap;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde_json::Value;
use url::Url;

use super::datastore::{self, Datastore};
use super::decode::Decoded;
use super::further::{self, Further, Sign, Standing};
use super::link;
use super::pagination::{self, PageAtHand};
use super::row_pieces::RowReader;
use super::rows::{self, Candidate};
use super::tree::Tree;
use crate::change::canonical::has_route;
use crate::config::{Family, Format, JsonRule, ListingRule, Pagination};
use crate::model::{Entry, ListingPage, Post};
use shape::Shape;

pub(in crate::page) mod advice;
mod feed;
mod html;
mod json;
pub mod outside;
pub(in crate::page) mod shape;
mod sitemap;
mod ucap;
mod unit;
mod xml;

/// Most entries of one page; the biggest real ones, unpaged annual indexes, have some 2,000.
const MOST_ENTRIES: usize = 10_000;

/// Most rows without a link of one page: more are a menu, or a page whose links a script makes.
const MOST_UNLINKED: usize = 50;

/// Most entries of a sitemap: the protocol's own limit, which large portals reach.
const MOST_ADDRESSES: usize = 50_000;

/// What a reading of a listing page knows beside the page.
#[derive(Debug, Clone, Copy)]
pub struct ListingRead<'a> {
    /// The site file's rule.
    pub rule: Option<&'a ListingRule>,
    /// The CMS family of the site or, where it names none, of the page.
    pub family: Option<&'a Family>,
    /// The zone of its dates.
    pub zone: &'a TimeZone,
    /// The first page of the listing.
    pub first_url: &'a Url,
    /// The page being read, where it was found after redirects.
    pub page_url: &'a Url,
    /// What was posted for it.
    pub post: Option<&'a Post>,
    /// Its place in the walk, from 1.
    pub n_page: u32,
    /// The site's day: dates without a year are the nearest ones not after it.
    pub today: Date,
}

/// Why an answer is no page of the listing. An answer of an API that is not as it should be never counts as a page
/// without rows: the rows behind it would count as gone.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum ListingError {
    /// Nothing came.
    #[error("the answer is empty")]
    Empty,
    /// It says that it failed.
    #[error("the answer says that it failed: {0}")]
    Failed(String),
    /// It is of another format; how it begins.
    #[error("the answer is no {expected}, it begins with {beginning:?}; check `url` and `format` of this [[listing]]")]
    OtherFormat {
        /// The format that the site file names.
        expected: &'static str,
        /// Its first characters.
        beginning: String,
    },
    /// It is of the format and broken.
    #[error("the answer is broken {expected}: {why}")]
    Broken {
        /// The format.
        expected: &'static str,
        /// Where and how.
        why: String,
    },
    /// It has no array of rows where the site file says.
    #[error("there is no array of rows at {items}; the answer has {has}; check `items` of this [[listing]]")]
    NoItems {
        /// The pointers that were tried.
        items: String,
        /// The keys that are there.
        has: String,
    },
}

/// Reads a page of a listing.
///
/// **Shape**: entries in page order, each URL once, at most 10,000 (50,000 of a sitemap); `next` is empty on the last page.
/// **Errors**: an answer that is no page of the listing.
pub fn page(tree: &Tree, decoded: &Decoded, read: &ListingRead<'_>) -> Result<ListingPage, ListingError> {
    let text = decoded.text.as_str();
    let shape = shape::of(text);
    let is_sitemap = shape == Shape::Sitemap;
    let mut page = match (read.rule.map(|rule| &rule.format), shape) {
        (Some(Format::Json(rule)), _) => answer(text, rule, read),
        (Some(Format::Feed), _) | (None | Some(Format::Html), Shape::Feed) => feed::page(text, read),
        (Some(Format::Sitemap), _) | (None | Some(Format::Html), Shape::Sitemap) => sitemap::page(text, read),
        (None | Some(Format::Html | Format::Unit), Shape::Unit) => units(text, read),
        (Some(Format::Unit), Shape::Json) => Err(unit::fault(text)),
        (None | Some(Format::Html), Shape::Json) if ucap::is_search_list(read.page_url) => search_list(text, read),
        (None | Some(Format::Html | Format::Datastore | Format::Unit), _) => Ok(document(tree, text, read)),
    }?;
    page.n_broken_rows += keep_each_once(&mut page.entries);
    page.entries.truncate(if is_sitemap { MOST_ADDRESSES } else { MOST_ENTRIES });
    page.unlinked.truncate(MOST_UNLINKED);
    Ok(page)
}

/// The value of an answer in JSON, for people who write its pointers.
pub fn value(text: &str) -> Result<Value, ListingError> {
    json::parse(text)
}

/// Rows as far as they could be read.
#[derive(Debug, Default)]
struct Rows {
    entries: Vec<Entry>,
    n_broken: usize,
    unlinked: Vec<Entry>,
}

/// A page as people see it: rows in HTML or a datastore; or the frame around rows that a script loads.
fn document(tree: &Tree, text: &str, read: &ListingRead<'_>) -> ListingPage {
    let base = link::base(tree, read.page_url);
    let reader = reader(&base, read.page_url, read);
    let stores = datastore::stores(tree, text);
    // What is found on a frame without a rule is its menu.
    let is_ruled = read.rule.is_some_and(|rule| html::is_written(&rule.entry)) || !stores.is_empty();
    let frame = || frame(tree, text, &base, read);
    if !is_ruled && let Some(page) = frame() {
        return page;
    }
    let rows = html::rows(tree, &stores, read, &reader);
    if rows.entries.is_empty()
        && let Some(page) = frame()
    {
        return page;
    }
    let has_entries = !rows.entries.is_empty();
    let next = pagination::next(&PageAtHand { tree, base: &base, stores: &stores, has_entries }, read);
    let is_told = !stores.is_empty() || read.rule.is_some_and(|rule| rule.pages == Some(Pagination::None));
    let may_go_on = read.n_page == 1 && has_entries && !is_told;
    let stated = read.rule.and_then(|rule| rule.pages.as_ref());
    let is_made_up = stated.is_some_and(pagination::is_made_up) && next.n_pages.is_none();
    let further = match (&next.address, n_beyond(&stores, read)) {
        (None, Some(n_rows)) => Further::Shown(Sign::Rows(n_rows)),
        (None, _) if may_go_on => {
            let page = Standing { tree, base: &base, page_url: read.page_url };
            further::of(&page, next.n_pages, &rows.entries)
        }
        (Some(_), _) if may_go_on && is_made_up => further::by_numbers(tree, &rows.entries),
        _ => Further::Unknown,
    };
    let n_counted = if may_go_on && is_made_up { further::n_rows(tree, &rows.entries) } else { None };
    ListingPage {
        further: further.advice(stated.is_some()),
        n_counted,
        advice: if has_entries { None } else { advice(tree, text, &reader) },
        next: next.address.into_iter().collect(),
        n_pages: next.n_pages,
        has_skipped: next.has_skipped,
        ..rows.into()
    }
}

/// How many rows the column of a page has, where it holds the first of them and does not say where the others are.
fn n_beyond(stores: &[Datastore], read: &ListingRead<'_>) -> Option<usize> {
    let is_told = read.rule.is_some_and(|rule| rule.pages == Some(Pagination::None));
    let own =
        datastore::own(stores, read.page_url).filter(|store| store.is_beginning && read.n_page == 1 && !is_told)?;
    own.n_records
}

/// What to do about a page without rows. Rows that stand there and are not read are no script's doing.
fn advice(tree: &Tree, text: &str, reader: &RowReader<'_>) -> Option<String> {
    advice::of(tree, text, reader.base).or_else(|| {
        let is_dated = |list: &Candidate<'_>| list.rows.iter().any(|row| row.is_dated);
        let has_rows = rows::ranked(tree, reader).iter().any(is_dated);
        if has_rows { None } else { advice::of_script(tree, text, reader.base, reader.page) }
    })
}

/// A page whose list a script loads from an address that it shows.
fn frame(tree: &Tree, text: &str, base: &Url, read: &ListingRead<'_>) -> Option<ListingPage> {
    let address = unit::list(tree, base).or_else(|| ucap::list(tree, text, base))?;
    let is_elsewhere = !link::is_same_page(&address, read.page_url);
    is_elsewhere.then(|| ListingPage { next: vec![address.into()], is_frame: true, ..ListingPage::default() })
}

/// A unit of jpaas: its HTML is put into the listing's page, and its links are relative to that.
fn units(text: &str, read: &ListingRead<'_>) -> Result<ListingPage, ListingError> {
    let unit = unit::answer(text)?;
    let reader = reader(read.first_url, read.first_url, read);
    let tree = Tree::parse_fragment(&unit.html).map_err(|error| broken("JSON", &error))?;
    let rows = html::rows(&tree, &[], read, &reader);
    let pager = unit::pager(&tree, read.page_url);
    let next = pager.and_then(|pager| pager.next(read.page_url, !rows.entries.is_empty()));
    let n_pages = pager.and_then(|pager| pager.n_pages(read.n_page));
    let n_total = pager.and_then(|pager| pager.n_rows);
    Ok(ListingPage { next: next.into_iter().map(Into::into).collect(), n_pages, n_total, ..rows.into() })
}

/// An answer in JSON, read by the rule of the site file.
fn answer(text: &str, rule: &JsonRule, read: &ListingRead<'_>) -> Result<ListingPage, ListingError> {
    let (value, rows) = rows_of_answer(text, rule, read)?;
    let n_total = json::total(&value, rule);
    let next = pagination::after_answer(&value, n_total, !rows.entries.is_empty(), read);
    // Rows that no page of the rule leads to would be missed in silence.
    let is_cut = read.rule.is_some_and(|rule| rule.pages.is_none()) && n_total > Some(rows.entries.len() as u64);
    let n_pages = if is_cut { Some(read.n_page.saturating_add(1)) } else { next.n_pages };
    Ok(ListingPage { next: next.address.into_iter().collect(), n_pages, n_total, ..rows.into() })
}

/// An answer of UCAP's searchList that a page without a rule led to.
fn search_list(text: &str, read: &ListingRead<'_>) -> Result<ListingPage, ListingError> {
    let (value, rows) = rows_of_answer(text, ucap::rule(), read)?;
    let n_total = json::total(&value, ucap::rule());
    let next = ucap::next(read.page_url).filter(|_| !rows.entries.is_empty());
    Ok(ListingPage { next: next.into_iter().map(Into::into).collect(), n_total, ..rows.into() })
}

/// The rows of an answer by these pointers, and how many there are in all; pages are not followed.
pub(in crate::page) fn by_pointers(
    text: &str,
    rule: &JsonRule,
    read: &ListingRead<'_>,
) -> Result<ListingPage, ListingError> {
    let (value, rows) = rows_of_answer(text, rule, read)?;
    let mut page = ListingPage { n_total: json::total(&value, rule), ..rows.into() };
    keep_each_once(&mut page.entries);
    Ok(page)
}

fn rows_of_answer(text: &str, rule: &JsonRule, read: &ListingRead<'_>) -> Result<(Value, Rows), ListingError> {
    let value = json::parse(text)?;
    let reader = reader(read.page_url, read.page_url, read);
    let rows = json::rows(&value, rule, read, &reader)?;
    Ok((value, rows))
}

impl From<Rows> for ListingPage {
    fn from(rows: Rows) -> Self {
        Self { entries: rows.entries, n_broken_rows: rows.n_broken, unlinked: rows.unlinked, ..Self::default() }
    }
}

fn reader<'a>(base: &'a Url, page: &'a Url, read: &ListingRead<'a>) -> RowReader<'a> {
    RowReader { base, page, zone: read.zone, today: read.today }
}

fn broken(expected: &'static str, why: &impl ToString) -> ListingError {
    ListingError::Broken { expected, why: why.to_string() }
}

/// An answer of another format than the site file names.
fn other_format(expected: &'static str, text: &str) -> ListingError {
    /// Characters that tell what it is.
    const BEGINNING: usize = 40;
    let text = text.trim();
    match text {
        "" => ListingError::Empty,
        _ => ListingError::OtherFormat { expected, beginning: text.chars().take(BEGINNING).collect() },
    }
}

/// Whether most titles are nothing but a date: what reads them finds the date of the row.
pub fn titles_are_dates(entries: &[Entry]) -> bool {
    /// Fewer may be anything.
    const LEAST: usize = 3;
    let n_dates = entries.iter().filter(|entry| is_bare_date(&entry.title)).count();
    n_dates >= LEAST && n_dates * 2 > entries.len()
}

/// Whether a title is nothing but a date.
pub fn is_bare_date(title: &str) -> bool {
    /// `03-05` has four digits.
    const LEAST_DIGITS: usize = 4;
    let is_part = |c: char| c.is_ascii_digit() || c.is_whitespace() || "-/.:：年月日时分秒[]()（）【】T".contains(c);
    title.chars().filter(char::is_ascii_digit).count() >= LEAST_DIGITS && title.chars().all(is_part)
}

/// The first row of a page stays; fragments do not make another page, unless a script goes by them. Gives how many are lost
/// by that: those of other titles, each with a day.
fn keep_each_once(entries: &mut Vec<Entry>) -> usize {
    let mut seen: HashMap<Url, usize> = HashMap::new();
    let mut kept: Vec<Entry> = Vec::with_capacity(entries.len());
    let mut n_lost = 0;
    for entry in entries.drain(..) {
        let mut page = entry.url.clone();
        if !has_route(&page) {
            page.set_fragment(None);
        }
        let at = *seen.entry(page).or_insert(kept.len());
        let Some(first) = kept.get(at) else {
            kept.push(entry);
            continue;
        };
        let is_other = entry.url != first.url && entry.title != first.title;
        n_lost += usize::from(is_other && entry.date.is_some() && first.date.is_some());
    }
    *entries = kept;
    n_lost
}

#[cfg(test)]
mod tests;
