//! Drift: pages that can still be read and are no longer what they were.
//!
//! In: what a listing or the reports of a site usually show, in a few numbers, and what they show now. Out: whether that
//! is usual, is to be waited for, or is broken, in words. Never: an alarm by the layout alone; a portal may paint its
//! pages anew as often as it likes while they say the same.

mod listing;
mod reports;

pub use listing::{Shown, Usual, Verdict, judge, learnt};
pub use reports::{ReadAs, UsualReports, judge as judge_reports, learnt as learnt_reports};

/// `part` of `whole` in hundredths.
fn hundredths(part: usize, whole: usize) -> u32 {
    (part * 100).checked_div(whole).and_then(|ratio| u32::try_from(ratio).ok()).unwrap_or(0)
}
