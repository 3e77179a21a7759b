//! Drift: pages that can still be read and are no longer what they were.
//!
//! In: what a listing or the reports of a site usually show, in a few numbers, and what they show now. Out: whether that
//! is usual, is to be waited for, or is broken, in words. Never: an alarm by the layout alone; a portal may paint its
//! pages anew as often as it likes while they say the same.

mod listing;
mod reports;
mod usual;

pub use listing::judge;
pub use reports::{Broken, ReadAs, UsualReports, judge as judge_reports, learnt as learnt_reports};
pub use usual::{Shown, Usual, learnt};

/// What a listing has lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lost {
    /// Most of its rows.
    Rows,
    /// The links or the titles of its rows.
    Links,
    /// Their dates.
    Dates,
}

/// What becomes of a listing page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Its rows are what they always were.
    Usual,
    /// Strange, and not yet for long: nobody is told, and no report counts as missing.
    Waiting(String),
    /// Strange for long, in the elements that it always stood in: to be told, and its rows are those of the listing.
    Fallen(String),
    /// Broken. Its known rows are those of the listing; the others may be anything.
    Drifted(Lost, String),
    /// Broken, and none of its rows is believed.
    Strangers(String),
}

/// `part` of `whole` in hundredths.
fn hundredths(part: usize, whole: usize) -> u32 {
    (part * 100).checked_div(whole).and_then(|ratio| u32::try_from(ratio).ok()).unwrap_or(0)
}
