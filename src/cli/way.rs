//! How far a poll has come, in words, and how long it will go on at the pace it had so far. Pure.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::crawl::Step;

/// Pages and reports asked for before the pace is believed.
const LEAST_DONE: u64 = 10;

/// The way of one poll.
#[derive(Debug, Default)]
pub(super) struct Way {
    /// The page that each listing has come to, and how many it says it has.
    listings: BTreeMap<String, (u32, Option<u32>)>,
    /// Pages of listings read by this poll.
    n_pages: u64,
    n_read: u64,
    /// Reports that wait to be read.
    n_waiting: u64,
}

impl Way {
    /// Notes a step.
    pub(super) fn go(&mut self, step: &Step) {
        match step {
            Step::Page { listing, n_page, n_stated, n_new } => {
                self.n_pages += 1;
                self.n_waiting += n_new;
                self.listings.insert(listing.clone(), (*n_page, *n_stated));
            }
            Step::ToRead(n_reports) => self.n_waiting = *n_reports,
            Step::Read => {
                self.n_read += 1;
                self.n_waiting = self.n_waiting.saturating_sub(1);
            }
            Step::Begun | Step::Ended => {}
        }
    }

    /// Pages and reports asked for.
    pub(super) fn n_done(&self) -> u64 {
        self.n_pages + self.n_read
    }

    /// Pages and reports yet to be asked for, as far as can be known: each page ahead is taken to hold as many new reports as
    /// those that were read.
    pub(super) fn n_left(&self) -> u64 {
        let n_ahead = self.n_pages_ahead();
        let n_found = self.n_read + self.n_waiting;
        let n_unseen = (n_ahead * n_found).checked_div(self.n_pages).unwrap_or(0);
        n_ahead + self.n_waiting + n_unseen
    }

    fn n_pages_ahead(&self) -> u64 {
        let ahead = |(n_page, n_stated): &(u32, Option<u32>)| n_stated.unwrap_or(0).saturating_sub(*n_page);
        self.listings.values().map(|listing| u64::from(ahead(listing))).sum()
    }

    /// `page 12 of 100, 240 of 260 reports, about 1 h 20 min left`.
    pub(super) fn in_words(&self, elapsed: Duration) -> String {
        let mut words = Vec::new();
        if !self.listings.is_empty() {
            let n_page: u32 = self.listings.values().map(|(n_page, _)| n_page).sum();
            let n_stated: Option<u32> = self.listings.values().map(|(_, n_stated)| *n_stated).sum();
            words.push(n_stated.map_or(format!("page {n_page}"), |n| format!("page {n_page} of {}", n.max(n_page))));
        }
        if self.n_read + self.n_waiting > 0 {
            words.push(format!("{} of {} reports", self.n_read, self.n_read + self.n_waiting));
        }
        words.extend(self.left(elapsed));
        words.join(", ")
    }

    /// The time left at the pace so far; `None` while too little is done to know it.
    fn left(&self, elapsed: Duration) -> Option<String> {
        if self.n_done() < LEAST_DONE || self.n_left() == 0 {
            return None;
        }
        let ratio = u32::try_from(self.n_left()).unwrap_or(u32::MAX);
        let left = elapsed.saturating_mul(ratio) / u32::try_from(self.n_done()).unwrap_or(u32::MAX);
        // A listing that does not say how many pages it has may go on for longer.
        let is_least = self.listings.values().any(|(n_page, n_stated)| *n_page > 1 && n_stated.is_none());
        Some(format!("{} {} left", if is_least { "at least" } else { "about" }, span(left)))
    }
}

/// In the two greatest units: `2 days 3 h`, `1 h 20 min`, `40 s`.
fn span(span: Duration) -> String {
    let seconds = span.as_secs();
    let (days, hours, minutes) = (seconds / 86_400, seconds / 3600 % 24, seconds / 60 % 60);
    match (days, hours, minutes) {
        (0, 0, 0) => format!("{seconds} s"),
        (0, 0, _) => format!("{minutes} min"),
        (0, _, _) => format!("{hours} h {minutes} min"),
        (1, _, _) => format!("1 day {hours} h"),
        _ => format!("{days} days {hours} h"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(n_page: u32, n_stated: Option<u32>, n_new: u64) -> Step {
        Step::Page { listing: "通知公告".to_owned(), n_page, n_stated, n_new }
    }

    #[test]
    fn the_time_left_counts_the_pages_ahead_and_the_reports_that_will_stand_on_them() {
        let mut way = Way::default();
        assert_eq!(way.in_words(Duration::ZERO), "");
        way.go(&page(1, Some(100), 20));
        way.go(&Step::ToRead(20));
        assert_eq!(way.in_words(Duration::from_secs(3)), "page 1 of 100, 0 of 20 reports");
        (0..20).for_each(|_| way.go(&Step::Read));
        // 21 requests took 63 s; 99 pages and their 1,980 reports are left.
        assert_eq!(way.in_words(Duration::from_secs(63)), "page 1 of 100, 20 of 20 reports, about 1 h 43 min left");
        way.go(&page(2, None, 20));
        assert_eq!(way.in_words(Duration::from_secs(66)), "page 2, 20 of 40 reports, at least 1 min left");
    }

    #[test]
    fn a_walk_that_goes_on_at_its_hundredth_page_has_its_own_pace() {
        let mut way = Way::default();
        (100..110).for_each(|n_page| way.go(&page(n_page, Some(119), 0)));
        assert_eq!(way.in_words(Duration::from_secs(30)), "page 109 of 119, about 30 s left");
        assert_eq!(span(Duration::from_hours(51)), "2 days 3 h");
    }
}
