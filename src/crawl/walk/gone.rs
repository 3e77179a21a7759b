//! Rows that are gone from the first page of a listing: seen by those around them, whatever their dates.
//!
//! In: the first page as it was read last and the rows that it has now. Out: whether one of them is gone from its place.
//! Never: a word on a report: it may stand further down, which a walk of every page tells.

use std::collections::HashMap;

use super::is_wanted;
use crate::change::canonical::canonical;
use crate::config::ListingRule;
use crate::model::Entry;
use crate::store::FirstPage;

/// Rows that must stand in the same order on both pages: where they do not, what comes and goes says nothing.
const LEAST_ALIKE: usize = 3;

/// Whether a row is gone from a first page that stood above others which are still there. Of those that the site file wants: a
/// box of others may show what it likes.
pub(super) fn has_lost_row(rule: &ListingRule, before: Option<&FirstPage>, now: &[Entry]) -> bool {
    let wanted = |entries: &[Entry]| -> Vec<String> {
        entries.iter().filter(|entry| is_wanted(rule, entry)).map(|entry| canonical(&entry.url)).collect()
    };
    let before = before.and_then(FirstPage::page).map(|(_, page)| wanted(&page.entries));
    before.is_some_and(|before| is_lost(&before, &wanted(now)))
}

/// What is new pushes out rows at the bottom, and only there; what comes up at the bottom stood below, and takes the place of
/// one that is gone.
fn is_lost(before: &[String], now: &[String]) -> bool {
    let places: HashMap<&str, usize> = before.iter().enumerate().map(|(at, url)| (url.as_str(), at)).collect();
    let stood: Vec<Option<usize>> = now.iter().map(|url| places.get(url.as_str()).copied()).collect();
    let still: Vec<usize> = stood.iter().flatten().copied().collect();
    let is_alike = still.len() >= LEAST_ALIKE && still.is_sorted_by(|above, below| above < below);
    let is_gone_above = still.last().is_some_and(|last| last + 1 > still.len());
    let has_come_up = stood.last() == Some(&None);
    is_alike && (is_gone_above || has_come_up)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(numbers: &[u32]) -> Vec<String> {
        numbers.iter().map(|n| format!("http://www.xingxian.example/{n}.html")).collect()
    }

    #[test]
    fn a_row_is_gone_where_others_around_it_stay() {
        let before = rows(&[8, 7, 6, 5, 4]);
        for (now, is_gone) in [
            (&[8, 7, 6, 5, 4][..], false),
            (&[9, 8, 7, 6, 5], false),
            (&[10, 9, 8, 7, 6], false),
            (&[8, 7, 5, 4, 3], true),
            (&[9, 8, 6, 5, 4], true),
            (&[8, 7, 6, 5, 3], true),
            (&[8, 7, 6, 5], false),
            // In no order that stays, or hardly anything that does.
            (&[4, 8, 5, 7, 2], false),
            (&[12, 11, 10, 9, 8], false),
            (&[1, 2, 3, 4, 5], false),
            (&[], false),
        ] {
            assert_eq!(is_lost(&before, &rows(now)), is_gone, "{now:?}");
        }
    }
}
