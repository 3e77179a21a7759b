//! The checked types of a site and its family: what the rest of the program sees of a site file.
//!
//! Everything here is compiled and in range; a value that exists is a value that works.

mod fetch;
mod listing;

use std::sync::Arc;
use std::time::Duration;

use jiff::tz::TimeZone;
use regex::Regex;
use url::Url;

pub use self::fetch::{Attachments, FetchRule, PaceRule, Render, Robots};
pub use self::listing::{EntryRule, Format, JsonRule, ListingRule, Pagination, first_page};
use super::owes::Owes;
use super::rhythm::Rhythm;
use crate::change::obligation::Office;
use crate::change::report_kind::Kinds;
use crate::model::{Hash, SiteId};
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
