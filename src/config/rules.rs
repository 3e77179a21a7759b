//! The checked types of a site and its family: what the rest of the program sees of a site file.
//!
//! Everything here is compiled and in range; a value that exists is a value that works.

use std::sync::Arc;
use std::time::Duration;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use regex::Regex;
use url::Url;

use super::owes::Owes;
use super::post::PostRule;
use super::rhythm::Rhythm;
use crate::change::obligation::Office;
use crate::change::report_kind::Kinds;
use crate::model::{Hash, PageAddress, SiteId};
use crate::page::pointer::{LinkQuery, Pointer};
use crate::page::tree::{Query, Selector};

/// One portal, as its file and its family's file describe it. Immutable; a reload makes another one.
#[derive(Debug, Clone)]
pub struct Site {
    /// The stem of its file.
    pub id: SiteId,
    /// Digest of the text of its file: the daemon polls anew what has another one than before.
    pub file: Hash,
    /// Its name as people know it.
    pub name: String,
    /// Its home page.
    pub home: Url,
    /// The CMS family it shares rules with.
    pub family: Option<Arc<Family>>,
    /// GB/T 2260 code of the division it belongs to.
    pub division: Option<String>,
    /// The zone of the dates on its pages.
    pub timezone: TimeZone,
    /// How often its listings are looked at.
    pub schedule: Schedule,
    /// When that is more rarely or more often than its schedule says.
    pub rhythm: Rhythm,
    /// How often known reports are read again.
    pub recheck: Recheck,
    /// Whether polls are switched off.
    pub paused: bool,
    /// Spacing of requests.
    pub pace: PaceRule,
    /// How its pages are asked for.
    pub fetch: FetchRule,
    /// Its index pages.
    pub listings: Vec<ListingRule>,
    /// Single reports without a listing.
    pub pages: Vec<PageRule>,
    /// Selectors of its own; empty lists where the file has none.
    pub report: ReportRule,
    /// What a healthy page has.
    pub expect: Expectations,
    /// The kinds of report that its reports are told by, shared by all sites.
    pub kinds: Arc<Kinds>,
    /// What it must publish by which day.
    pub owes: Owes,
    /// Digest of everything that decides how a stored capture is read: `[report]`, `[expect]`, the zone, the charset
    /// and the family's `[report]`. When it changes, stored captures are read again.
    pub rules: Hash,
}

impl Site {
    /// The office whose reports count for its obligations.
    pub fn office(&self) -> Office {
        Office { name: self.name.clone(), own: self.owes.office.clone() }
    }
}

/// How often something is looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Schedule {
    /// `every = "1h"`.
    Every(Duration),
    /// `cron = "0 7,19 * * *"`, in the site's zone; the pattern as written, known to be valid.
    Cron(String),
}

/// How often known reports are read again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Recheck {
    /// 1, 3, 7, 30, 90 days after first sight, then yearly.
    Decay,
    /// A fixed span.
    Every(Duration),
}

/// Spacing of requests to each host of a site.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PaceRule {
    /// Least time between the starts of two requests.
    pub min_interval: Duration,
    /// Most requests under way at once.
    pub concurrent: usize,
    /// First and last minute of the day, in the site's zone, in which requests may start; (0, 1440) is always.
    pub hours: (u16, u16),
}

/// What becomes of the files that reports link to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Attachments {
    /// Asked for and read; bytes and text are kept.
    #[default]
    Keep,
    /// Asked for and read; the text is kept, of the bytes only their hash.
    Read,
    /// Not asked for: a report's files are known by their names.
    List,
}

/// How a site's pages are asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FetchRule {
    /// Whether robots.txt is obeyed.
    pub robots: Robots,
    /// Charset to read pages by where they lie about it.
    pub charset: Option<String>,
    /// Headers sent with each request, names in lower case.
    pub headers: Vec<(String, String)>,
    /// Whether cookies are kept during a poll.
    pub cookies: bool,
    /// What becomes of the files that reports link to.
    pub attachments: Attachments,
    /// Proxy for this site alone.
    pub proxy: Option<Url>,
    /// Whether its pages are drawn by a browser before they are read.
    pub render: Render,
    /// Other hosts that entries, pages and attachments may live on, lower case.
    pub hosts: Vec<String>,
    /// Other names of the home page's host, lower case: the same path is the same report there.
    pub twins: Vec<String>,
}

/// Who makes a page of what a portal answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Render {
    /// Nobody: the answer is the page.
    #[default]
    None,
    /// A browser, which runs its scripts.
    Browser,
}

/// Whether robots.txt is obeyed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Robots {
    /// RFC 9309.
    Obey,
    /// Said in every status.
    Ignore,
}

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

/// A single report to watch.
#[derive(Debug, Clone)]
pub struct PageRule {
    /// Its URL.
    pub url: Url,
    /// Its kind.
    pub kind: Option<String>,
}

/// Selectors of a report page, each list "the first that yields something".
#[derive(Debug, Clone, Default)]
pub struct ReportRule {
    /// The title.
    pub title: Vec<Query>,
    /// The body; several elements of one query are joined in order.
    pub body: Vec<Query>,
    /// 发布日期.
    pub published: Vec<Query>,
    /// 来源.
    pub source: Vec<Query>,
    /// 发文机关.
    pub authority: Vec<Query>,
    /// 发文字号.
    pub doc_no: Vec<Query>,
    /// 索引号.
    pub index_no: Vec<Query>,
    /// 成文日期.
    pub written: Vec<Query>,
    /// 有效性.
    pub validity: Vec<Query>,
    /// Elements to leave out wherever they stand.
    pub strip: Vec<Selector>,
    /// Links to attachments.
    pub attachment: Vec<Query>,
}

/// What a healthy page has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expectations {
    /// Least rows of a listing's first page.
    pub min_entries: usize,
    /// Whether a listing without rows is all right.
    pub may_be_empty: bool,
    /// Least characters of a body, white space not counted.
    pub min_body_chars: usize,
    /// When a miss is told.
    pub withdrawn_after: WithdrawnAfter,
}

impl Default for Expectations {
    fn default() -> Self {
        Self { min_entries: 1, may_be_empty: false, min_body_chars: 0, withdrawn_after: WithdrawnAfter::default() }
    }
}

/// How often and how long a report must be gone before it is told as withdrawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WithdrawnAfter {
    /// Polls that missed it, in a row.
    pub polls: u32,
    /// Time since the first of them.
    pub span: Duration,
}

impl Default for WithdrawnAfter {
    /// Three polls over a day: a night's maintenance is not a withdrawal.
    fn default() -> Self {
        Self { polls: 3, span: Duration::from_hours(24) }
    }
}

/// A CMS whose sites share selectors and pagination.
#[derive(Debug, Clone)]
pub struct Family {
    /// The stem of its file in `sites/families/`.
    pub id: String,
    /// Its name as people know it.
    pub name: String,
    /// How its pages are recognised: the family with the highest sum above [`Family::LEAST_SCORE`] wins.
    pub signals: Vec<Signal>,
    /// Selectors of its report pages.
    pub report: ReportRule,
    /// How its listing rows are read.
    pub entry: EntryRule,
    /// How its listing pages follow one another.
    pub pages: Option<Pagination>,
    /// How the answers of its API are read, and how they follow one another.
    pub json: Option<(JsonRule, Option<Pagination>)>,
}

impl Family {
    /// Least sum of signals that names a family; one strong mark (10) is enough, two weak ones (3 each) are not.
    pub const LEAST_SCORE: u32 = 10;
}

/// One mark of a family: a pattern on the page's text or URL, and how much it weighs.
#[derive(Debug, Clone)]
pub struct Signal {
    /// Searched in the decoded page (`html = ".."`) or in the URL (`url = ".."`).
    pub pattern: Regex,
    /// Whether the URL is searched instead of the page.
    pub in_url: bool,
    /// Its weight.
    pub score: u32,
}
