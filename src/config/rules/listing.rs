//! How a listing is walked and how its rows are read.

use std::sync::Arc;

use jiff::civil::Date;
use regex::Regex;
use url::Url;

use super::{Expectations, Recheck};
use crate::config::post::PostRule;
use crate::model::PageAddress;
use crate::page::pointer::{LinkQuery, Pointer};
use crate::page::tree::{Query, Selector};

/// One index page of a site and how to walk it.
#[derive(Debug, Clone)]
pub struct ListingRule {
    /// Its name, unique within the site.
    pub name: String,
    /// Its first page.
    pub url: Url,
    /// What is posted to ask for its pages; `None`: they are asked for by GET.
    pub post: Option<PostRule>,
    /// What its rows stand in.
    pub format: Format,
    /// How a row is read; the family's rule, or automatic where both are silent.
    pub entry: EntryRule,
    /// How its pages follow one another. `None`: found out by itself (script pager, datastore, next link).
    pub pages: Option<Pagination>,
    /// Most pages of a walk.
    pub most_pages: u32,
    /// Rows of an earlier day are not wanted, and a walk stops where only such rows stand.
    pub since: Option<Date>,
    /// All entries are of this kind.
    pub kind: Option<String>,
    /// Only entries whose title matches.
    pub include: Option<Arc<Regex>>,
    /// No entries whose title matches.
    pub exclude: Option<Arc<Regex>>,
    /// How often its reports are read again; `None`: as the site says.
    pub recheck: Option<Recheck>,
    /// What a healthy page of it has.
    pub expect: Expectations,
}

impl ListingRule {
    /// What tells it from the other listings of its site: its URL, and what is posted there.
    pub fn place(&self) -> String {
        match self.first_page().post {
            None => self.url.to_string(),
            Some(post) => format!("{} {}", self.url, post.body),
        }
    }

    /// Where its first page is.
    pub fn first_page(&self) -> PageAddress {
        first_page(&self.url, self.post.as_ref(), self.pages.as_ref())
    }
}

/// Where the first page of a listing is, by its URL, what is posted there and how its pages are counted.
pub fn first_page(url: &Url, post: Option<&PostRule>, pages: Option<&Pagination>) -> PageAddress {
    let value = match pages {
        Some(Pagination::Query { first, .. }) => first.saturating_sub(1).to_string(),
        Some(Pagination::Offset { first, step, .. }) => first.saturating_sub(*step).to_string(),
        _ => String::new(),
    };
    PageAddress { url: url.clone(), post: post.map(|post| post.fill(&value)) }
}

/// What the rows of a listing stand in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Format {
    /// Elements of the page.
    Html,
    /// Hanweb's `<script type="text/xml"><datastore>` records, further pages from its dataproxy.
    Datastore,
    /// Hanweb's jpaas: a script of the page loads the list, as HTML in JSON.
    Unit,
    /// An answer in JSON.
    Json(Box<JsonRule>),
    /// RSS 0.9x, 1.0 and 2.0, Atom.
    Feed,
    /// A sitemap, or an index of sitemaps; plain or compressed by gzip.
    Sitemap,
}

/// How the rows of a JSON answer are read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JsonRule {
    /// The arrays of rows, read one after the other; at least one of them must be there.
    pub items: Vec<Pointer>,
    /// The report's URL within a row; the first that yields. Empty: each row is a piece of HTML.
    pub link: Vec<LinkQuery>,
    /// The title within a row; it may hold tags and entities.
    pub title: Vec<Pointer>,
    /// The date within a row, in any form that is read elsewhere, or in seconds or milliseconds since 1970.
    pub date: Vec<Pointer>,
    /// How many rows the listing has.
    pub total: Option<Pointer>,
}

/// How a row of a listing is read. All lists empty: rows are found automatically.
#[derive(Debug, Clone, Default)]
pub struct EntryRule {
    /// The rows.
    pub entry: Option<Selector>,
    /// The report's URL within a row; the first that yields.
    pub link: Vec<Query>,
    /// The title within a row.
    pub title: Vec<Query>,
    /// The date within a row.
    pub date: Vec<Query>,
}

/// How the pages of a listing follow one another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Pagination {
    /// `index_{n}.html`: `pattern` holds `{n}`, `first` is the n of the page after the listing URL.
    Numbered {
        /// Relative to the listing URL.
        pattern: String,
        /// The n of the second page.
        first: u32,
    },
    /// A link to the next page.
    Next {
        /// Finds its URL.
        link: Query,
    },
    /// `createPageHTML(..)` in both dialects, and `Pager({..})`.
    Script,
    /// `?name=n` on the listing URL.
    Query {
        /// The parameter's name; `None`: it is `{n}` in what is posted.
        name: Option<String>,
        /// The n of the second page.
        first: u32,
    },
    /// `?name=20`: how many rows stand before the page.
    Offset {
        /// The parameter's name; `None`: it is `{offset}` in what is posted.
        name: Option<String>,
        /// The offset of the second page.
        first: u32,
        /// Rows of a page.
        step: u32,
    },
    /// Each answer says how to ask for the next page.
    Cursor {
        /// Where it says so; the last page says nothing there.
        next: Pointer,
        /// The parameter it is sent as; `None`: it is `{cursor}` in what is posted.
        name: Option<String>,
    },
    /// Hanweb's dataproxy, by numbers (`page=2`) or by windows (`startrecord=46&endrecord=90`).
    Dataproxy,
    /// VSB: `{listing}/{n}.htm`, n counting down from the total stated on the first page.
    Countdown,
    /// One page only.
    None,
}
