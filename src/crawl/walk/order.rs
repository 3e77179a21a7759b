//! The order of a listing's dates: how far down its rows were seen without a gap.
//!
//! In: the dates of the rows on the way down. Out: whether the oldest come first, and the day down to which every row was
//! seen. Never: a day where the order is not plain.

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

use crate::model::Stated;
use crate::store::Reach;

/// The order of the dates on a listing, newest first but for rows pinned to its top.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Order {
    last: Option<Stated>,
    n_rows: usize,
    /// Rows in a row that are none newer than the one before.
    n_sorted: usize,
    /// Rows that are newer than the one before.
    n_risen: usize,
    /// Rows that are newer than the one before by more than a few days: some portals order by another day than they show.
    #[serde(default)]
    n_leapt: usize,
    /// Rows that are older than the one before.
    #[serde(default)]
    n_fallen: usize,
    is_broken: bool,
}

impl Order {
    /// Rows at the top that may be older than those below them: 广州人社 pins eight.
    pub(super) const MOST_PINNED: usize = 10;
    /// How far days go up and down in a list that is in order.
    const JITTER: SignedDuration = SignedDuration::from_hours(7 * 24);
    /// Rows that must stand in order before the order of a whole listing is believed.
    const LEAST_SORTED: usize = 3;

    pub(super) fn see(&mut self, date: Stated) {
        let step = self.last.map_or(SignedDuration::ZERO, |last| date.date().duration_since(last.date()));
        let is_newer = step.is_positive();
        self.n_risen += usize::from(is_newer);
        self.n_leapt += usize::from(step > Self::JITTER);
        self.n_fallen += usize::from(step.is_negative());
        self.is_broken |= is_newer && self.n_rows >= Self::MOST_PINNED;
        self.n_sorted = if is_newer { 1 } else { self.n_sorted + 1 };
        self.last = Some(date);
        self.n_rows += 1;
    }

    /// Whether the oldest rows come first: what is new then stands on the last page.
    pub(super) fn is_rising(&self) -> bool {
        self.n_risen >= Self::LEAST_SORTED && self.n_fallen == 0
    }

    /// Whether the rows stand in no order of days, and not only a few pins at the top: what is new may stand on any page.
    pub(super) fn is_mixed(&self) -> bool {
        self.n_leapt >= Self::LEAST_SORTED && self.n_fallen > 0 && self.n_sorted * 3 < self.n_rows
    }

    /// The date down to which every row was seen. A listing in no order tells none: what is not seen may stand further
    /// down, and must not count as missing.
    ///
    /// Of a part of a listing more rows must be seen in order than can be pinned: what is taken for its order could be
    /// that of its pins.
    pub(super) fn oldest(&self, reach: Reach) -> Option<Stated> {
        let least = if reach == Reach::LastPage { Self::LEAST_SORTED } else { Self::MOST_PINNED };
        self.last.filter(|_| !self.is_broken && self.n_sorted >= least)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn oldest(days: &[&str]) -> Option<String> {
        let mut order = Order::default();
        for day in days {
            order.see(format!("2026-{day}").parse().expect("a day"));
        }
        order.oldest(Reach::LastPage).map(|stated| stated.to_string())
    }

    #[test]
    fn where_what_is_new_stands_is_told_by_the_days_of_a_page() {
        let order = |days: &[&str]| {
            let mut order = Order::default();
            for day in days {
                order.see(format!("2026-{day}").parse().expect("a day"));
            }
            (order.is_rising(), order.is_mixed())
        };
        assert_eq!(order(&["01-04", "01-05", "01-05", "02-01", "03-02"]), (true, false), "two of one day");
        assert_eq!(order(&["03-05", "03-04", "03-04", "02-01", "01-02"]), (false, false));
        let pinned = ["01-09", "01-30", "02-11", "03-05", "03-04", "02-28", "02-27"];
        assert_eq!(order(&pinned), (false, false), "pins");
        let jittered = ["03-20", "03-19", "03-20", "03-18", "03-18", "03-19", "03-17", "03-16", "03-17", "03-16"];
        assert_eq!(order(&jittered), (false, false), "by another day than is shown");
        let mixed = ["02-01", "03-05", "01-04", "02-11", "01-30", "03-02", "01-09", "02-20", "02-02"];
        assert_eq!(order(&mixed), (false, true));
    }

    #[test]
    fn pinned_rows_do_not_hide_the_order_and_a_listing_without_one_tells_nothing() {
        assert_eq!(oldest(&["03-05", "03-04", "03-04", "02-01"]).as_deref(), Some("2026-02-01"));
        assert_eq!(oldest(&["01-09", "01-30", "03-05", "03-04", "02-28"]).as_deref(), Some("2026-02-28"));
        assert_eq!(oldest(&["03-01", "03-05", "03-02", "03-04", "03-01", "03-03"]), None);
        let mixed = ["03-05", "03-01"].repeat(8);
        assert_eq!(oldest(&mixed), None);
    }
}
