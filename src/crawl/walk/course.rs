//! Where a walk is: all that it needs to go on, kept with each page that it has read.
//!
//! In: the pages as they were read. Out: the pages ahead, and whether the rows slipped over the boundary of two pages
//! meanwhile. Never: the network or the store.

use std::num::NonZeroU32;
use std::sync::Arc;

use std::collections::{HashMap, HashSet, VecDeque};

use regex::Regex;
use serde::{Deserialize, Serialize};

use super::super::drift;
use super::order::Order;
use crate::change::canonical::canonical;
use crate::config::ListingRule;
use crate::model::{Hash, ListingPage, PageAddress};
use crate::store::{EntryRecord, ListingRules, Place, Reach};

/// Where a walk is.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Course {
    /// The rule that it is walked by: by another one it must begin anew.
    pub(super) rule: Hash,
    /// Pages behind it; also the number of the last one.
    pub(super) n_pages: u32,
    /// Whether one of them had rows of its own.
    pub(super) has_rows: bool,
    /// Pages ahead, in order.
    pub(super) ahead: VecDeque<PageAddress>,
    /// The page just behind, and the canonical URLs of its rows.
    pub(super) behind: Option<PageAddress>,
    pub(super) rows: Vec<String>,
    /// How many pages and rows the page just behind says there are.
    pub(super) n_stated: Option<u32>,
    pub(super) n_total: Option<u64>,
    /// That the only page behind it shows that there are further ones, and leads to none of its own.
    #[serde(default)]
    pub(super) further: Option<String>,
    /// How many rows there are by the words of its first page.
    #[serde(default)]
    pub(super) n_counted: Option<NonZeroU32>,
    /// Pages behind it on which reports were followed to other addresses.
    #[serde(default)]
    pub(super) n_moved: u32,
    /// Rows of all pages behind it; those of a pager that goes round are counted again.
    #[serde(default)]
    pub(super) n_shown: u64,
    /// Different rows among them, as far as they were seen by this walk.
    #[serde(default)]
    pub(super) n_distinct: u64,
    /// Whether the page just behind is shorter than the one before it.
    #[serde(default)]
    pub(super) is_short: bool,
    /// The first page with rows of its own, and its number.
    #[serde(default)]
    pub(super) top: Option<(u32, PageAddress)>,
    /// Pages in a row that showed nothing which was not shown before.
    pub(super) n_stale: usize,
    /// Pages in a row that showed the very rows of the page behind them.
    #[serde(default)]
    pub(super) n_repeated: u32,
    /// Rows that were found above since it began.
    pub(super) n_above: usize,
    /// Whether rows appeared above while it went down: the first page must be looked at again.
    pub(super) has_slipped: bool,
    pub(super) order: Order,
}

/// What became of the rows between the reading of two pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shift {
    /// Nothing that could be noticed.
    None,
    /// Rows appeared above: the last ones of the page behind stand on this page too.
    Down,
    /// Rows were taken away above: the first ones of this page stand on the page behind now.
    Up,
}

impl Course {
    /// At the first page.
    pub(super) fn begin(rule: Hash, first: PageAddress) -> Self {
        Self {
            rule,
            n_pages: 0,
            has_rows: false,
            ahead: VecDeque::from([first]),
            behind: None,
            rows: Vec::new(),
            n_stated: None,
            n_total: None,
            further: None,
            n_counted: None,
            n_moved: 0,
            n_shown: 0,
            n_distinct: 0,
            is_short: false,
            top: None,
            n_stale: 0,
            n_repeated: 0,
            n_above: 0,
            has_slipped: false,
            order: Order::default(),
        }
    }

    /// What a walk that was broken off has left; `None` where it was walked by another rule, or by another version.
    pub(super) fn parse(text: &str, rule: Hash) -> Option<Self> {
        serde_json::from_str(text).ok().filter(|course: &Self| course.rule == rule)
    }

    /// For the store.
    pub(super) fn place(&self) -> Place {
        let text = serde_json::to_string(self).expect("invariant: texts, numbers and dates are JSON");
        let oldest_row = self.order.oldest(Reach::Cut);
        Place { n_pages: self.n_pages, n_stated: self.n_stated, oldest_row, text }
    }

    /// The same once so many rows were found above: that known ones slipped down by as many is no news.
    pub(super) fn below(self, n_above: usize) -> Self {
        let n_total = self.n_total.map(|n_total| n_total + n_above as u64);
        Self { n_above: self.n_above + n_above, n_total, rows: Vec::new(), ..self }
    }

    /// What this page tells of the boundary between it and the page behind.
    pub(super) fn shift(&self, rows: &[EntryRecord], page: &ListingPage) -> Shift {
        let has_less =
            |before: Option<u64>, now: Option<u64>| matches!((before, now), (Some(before), Some(now)) if now < before);
        if page.has_skipped
            || has_less(self.n_total, page.n_total)
            || has_less(self.n_stated.map(u64::from), page.n_pages.map(u64::from))
        {
            return Shift::Up;
        }
        // A pinned row keeps its place on every page; one that slipped from the end of a page stands at the top of the next.
        let was_at: HashMap<&str, usize> = self.rows.iter().enumerate().map(|(at, url)| (url.as_str(), at)).collect();
        let is_down =
            rows.iter().enumerate().any(|(at, row)| was_at.get(row.url.as_str()).is_some_and(|before| *before > at));
        if is_down { Shift::Down } else { Shift::None }
    }

    /// Whether the page just behind is plainly the last one: it is shorter than the one before it, and with it as many rows
    /// were shown as there are said to be, and as many different ones. A count that was reached before counts something
    /// else; where rows are pinned or hidden one of the numbers differs.
    pub(super) fn is_whole(&self) -> bool {
        let n_before = self.n_shown.saturating_sub(self.rows.len() as u64);
        let is_reached = |n_total: u64| n_before < n_total && n_total <= self.n_shown && n_total <= self.n_distinct;
        self.is_short && self.n_total.is_some_and(is_reached)
    }

    /// Leaves a page behind. Pages that were asked for are not asked for again.
    pub(super) fn pass(
        &mut self,
        address: PageAddress,
        rows: &[EntryRecord],
        page: &ListingPage,
        asked: &HashSet<(String, Option<String>)>,
    ) {
        self.ahead.pop_front();
        self.ahead.extend(page.next.iter().filter(|next| !asked.contains(&spelling(next))).cloned());
        self.n_pages += 1;
        if self.top.is_none() && !page.is_frame {
            self.top = Some((self.n_pages, address.clone()));
        }
        self.has_rows |= !page.is_frame;
        self.n_shown += rows.len() as u64;
        self.behind = Some(address);
        self.is_short = rows.len() < self.rows.len();
        let urls: Vec<String> = rows.iter().map(|row| row.url.clone()).collect();
        let is_repeated = !urls.is_empty() && urls == self.rows;
        self.n_repeated = if is_repeated { self.n_repeated + 1 } else { 0 };
        self.rows = urls;
        self.further.clone_from(&page.further);
        self.n_counted = page.n_counted.or(self.n_counted);
        (self.n_stated, self.n_total) = (page.n_pages.or(self.n_stated), page.n_total.or(self.n_total));
        page.entries.iter().filter_map(|entry| entry.date).for_each(|date| self.order.see(date));
    }
}

/// Which pages are walked, how their rows are read and which of them are wanted: by another rule a walk cannot go on.
pub(super) fn rule(rule: &ListingRule) -> Hash {
    let (place, rows, wanted) = (rule.place(), drift::rules(&rule.entry), rules(rule).filter);
    Hash::of(format!("{place} {:?} {:?} {rows} {wanted}", rule.pages, rule.format).as_bytes())
}

/// What its walks follow from: when the filter changes, rows further down may be wanted that no walk has followed; when the
/// reading of rows does, or that of pagers where the site file says nothing of pages, rows may be seen that always stood
/// there.
pub(super) fn rules(rule: &ListingRule) -> ListingRules {
    /// Raised whenever a release finds further pages by itself that it did not find before.
    const PAGERS: u32 = 4;
    /// The same of rows.
    const FINDERS: u32 = 4;
    let pattern = |pattern: &Option<Arc<Regex>>| pattern.as_ref().map(|pattern| pattern.as_str().to_owned());
    let filter = format!("{:?} {:?}", pattern(&rule.include), pattern(&rule.exclude));
    let pagers = rule.pages.is_none().then_some(PAGERS);
    let finders = rule.entry.entry.is_none().then_some(FINDERS);
    let rows = format!("{:?} {} {pagers:?} {finders:?}", rule.format, drift::rules(&rule.entry));
    ListingRules { filter: Hash::of(filter.as_bytes()), rows: Hash::of(rows.as_bytes()) }
}

/// A page by its address in one spelling: the same URL with another body is another page.
pub(super) fn spelling(address: &PageAddress) -> (String, Option<String>) {
    (canonical(&address.url), address.post.as_ref().map(|post| post.body.clone()))
}
