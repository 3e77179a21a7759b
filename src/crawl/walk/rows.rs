//! The rows of a page as they are kept.

use std::collections::HashSet;

use jiff::civil::Date;

use super::super::drift::Watch;
use crate::change::canonical::{canonical, spellings};
use crate::change::year;
use crate::config::ListingRule;
use crate::model::{Entry, ListingPage};
use crate::store::{EntryRecord, LinkRecord};

/// How the rows of a listing are kept.
pub(super) struct RowRule<'v> {
    pub(super) listing: &'v ListingRule,
    /// Rows of an earlier day are not wanted; one without a date is.
    pub(super) since: Option<Date>,
    /// Names of hosts that are one.
    pub(super) twins: Vec<String>,
}

/// What a page shows that is kept.
pub(super) struct Shown {
    /// Its rows, in its order, each report once.
    pub(super) rows: Vec<EntryRecord>,
    /// Its links that are none.
    pub(super) outside: Vec<LinkRecord>,
}

impl RowRule<'_> {
    /// What a page shows.
    pub(super) fn shown(&self, page: &ListingPage, watch: &Watch) -> Shown {
        let rows = self.rows(page, watch);
        let is_row = |url: &String| rows.iter().any(|row| row.url == *url || row.twins.contains(url));
        // The column by another spelling is the column; at its own stands what only a script follows.
        let own = canonical(&self.listing.url);
        let links = page.outside.iter().filter(|link| link.url == self.listing.url || canonical(&link.url) != own);
        let links = links.map(|link| (watch.identity(canonical(&link.url)), link.title.clone()));
        let links = links.filter(|(url, _)| !is_row(url));
        let outside = links.map(|(url, words)| LinkRecord { url, words }).collect();
        Shown { rows, outside }
    }

    fn rows(&self, page: &ListingPage, watch: &Watch) -> Vec<EntryRecord> {
        let row = |entry: &Entry| self.row(entry, canonical(&entry.url), watch);
        let mut rows: Vec<EntryRecord> = page.entries.iter().map(row).collect();
        let mut seen: HashSet<&str> = HashSet::new();
        let mut are_first = Vec::with_capacity(rows.len());
        for row in &rows {
            are_first.push(!seen.contains(row.url.as_str()));
            seen.extend(row.twins.iter().chain([&row.url]).map(String::as_str));
        }
        // The set borrows the rows: they are told first, and taken out then.
        let mut are_first = are_first.into_iter();
        rows.retain(|_| are_first.next() == Some(true));
        rows
    }

    /// The rows of a page that lead nowhere, each at the listing's own address: on which page they stand changes.
    pub(super) fn unlinked(&self, page: &ListingPage, watch: &Watch) -> Vec<EntryRecord> {
        let row = |entry: &Entry| {
            let mut url = self.listing.url.clone();
            url.set_fragment(entry.url.fragment());
            EntryRecord { is_wanted: false, twins: Vec::new(), ..self.row(entry, url.into(), watch) }
        };
        page.unlinked.iter().map(row).collect()
    }

    fn row(&self, entry: &Entry, url: String, watch: &Watch) -> EntryRecord {
        let rule = self.listing;
        let is_bygone = matches!((self.since, entry.date), (Some(since), Some(date)) if date.date() < since);
        let url = watch.identity(url);
        EntryRecord {
            twins: spellings(&url, &self.twins),
            url,
            as_listed_url: entry.url.to_string(),
            title: entry.title.clone(),
            date: entry.date,
            date_shown: entry.date_shown.clone(),
            kind: rule.kind.clone(),
            year: year::of(&entry.title),
            is_wanted: !is_bygone && is_wanted(rule, entry),
        }
    }
}

/// Whether the site file wants a row.
pub(in crate::crawl) fn is_wanted(rule: &ListingRule, entry: &Entry) -> bool {
    // The rows of a sitemap have no title before their reports are read.
    let shown = if entry.title.is_empty() { entry.url.as_str() } else { &entry.title };
    rule.include.as_ref().is_none_or(|pattern| pattern.is_match(shown))
        && !rule.exclude.as_ref().is_some_and(|pattern| pattern.is_match(shown))
}
