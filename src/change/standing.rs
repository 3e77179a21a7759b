//! Whether a report stands, is suspected, is withdrawn or is back: the rules of withdrawal in one table.
//!
//! In: how it stood, what came from its own URL, what the walks of this poll tell of its row, and `now`. Out: a [`Verdict`].
//! Never: a Withdrawn from one bad night; a miss counted where the listing was not walked healthily, or of a row that may
//! stand further down.

use std::time::Duration;

use jiff::Timestamp;

use super::outcome::is_since;
use crate::config::WithdrawnAfter;
use crate::model::{How, Listed, Outcome, ReportState};

/// Misses of a report in a row. A reading of it ends them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Misses {
    /// How many polls missed it.
    pub n: u32,
    /// When the first of them was, UTC; `None` while there is none.
    pub first_at: Option<Timestamp>,
    /// How it was missed last.
    pub how: Option<How>,
}

impl Misses {
    /// These and one more; of another kind, the first one.
    #[must_use]
    pub fn and(self, how: How, now: Timestamp) -> Self {
        let before = if self.how.is_none_or(|before| are_of_a_kind(before, how)) { self } else { Self::default() };
        Self { n: before.n.saturating_add(1), first_at: before.first_at.or(Some(now)), how: Some(how) }
    }
}

/// Whether misses in these two ways count together: a page that cannot be read tells less than one that is not there.
fn are_of_a_kind(one: How, other: How) -> bool {
    (one == How::Unreadable) == (other == How::Unreadable)
}

/// The outcome of a report that was missed; `misses` counts the present one.
fn missed(state: ReportState, misses: &Misses, after: &WithdrawnAfter, now: Timestamp) -> Outcome {
    let (Some(how), Some(first_at)) = (misses.how, misses.first_at) else { return Outcome::Suspect };
    match state {
        ReportState::Withdrawn | ReportState::Moved => Outcome::Unchanged,
        ReportState::Present | ReportState::Suspect
            if misses.n >= after.polls && is_since(first_at, after.span, now) =>
        {
            Outcome::Withdrawn(how)
        }
        ReportState::Present | ReportState::Suspect => Outcome::Suspect,
    }
}

/// How a report stood before this poll.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Before {
    /// Its standing.
    pub state: ReportState,
    /// The misses that speak against it, or by which it was withdrawn.
    pub misses: Misses,
    /// When it was last seen again after it had been missed.
    pub seen_again_at: Option<Timestamp>,
}

/// What came from a report's own URL.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Came {
    /// The report.
    Itself,
    /// In this way, nothing of it.
    Nothing(How),
    /// A failure: neither the report nor a word that it is gone.
    Unread,
}

/// What becomes of a report beside what it says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Nothing speaks against it.
    Stands,
    /// It was told as withdrawn and is back.
    Restored,
    /// Something is withheld; the way is a miss that counts.
    Suspect(Option<How>),
    /// What was suspected or told before still is, and nothing new is told.
    AsBefore(Option<How>),
    /// Gone in this way, for long enough.
    Withdrawn(How),
}

/// How long the newest reports of a listing must be missing from it together, nothing having appeared in their stead, before
/// they are told as delisted, and how long one must be that may stand between two pages: a cache may hold its pages of before
/// for days, and two servers behind one name send pages that do not meet.
const OLDER_FOR: Duration = Duration::from_hours(7 * 24);

/// How long a report that left its listing must be unreadable before it is told as withdrawn: a portal in trouble loses rows
/// as well.
const UNREADABLE_FOR: Duration = Duration::from_hours(7 * 24);

/// How long a report must be missed that was seen again within [`LATELY`]: it comes and goes, as where one of two servers lacks
/// it.
const BACK_FOR: Duration = Duration::from_hours(7 * 24);

/// How long that is remembered.
const LATELY: Duration = Duration::from_hours(30 * 24);

/// How long such a suspicion stands that no walk proves or takes back.
const FORGOTTEN_AFTER: Duration = Duration::from_hours(30 * 24);

/// The table.
pub fn decide(before: &Before, came: Came, listed: Listed, after: &WithdrawnAfter, now: Timestamp) -> Verdict {
    let after = &if before.was_back_lately(now) { for_long(after, BACK_FOR) } else { *after };
    let miss = |how| before.missed_once_more(how, after, now);
    match (came, listed) {
        (Came::Unread, _) => unread(before, listed, after, now),
        (Came::Itself, _) if before.is_back(listed) => Verdict::Restored,
        // The whole portal may be out; or the next poll walks every page and knows.
        (Came::Nothing(_), Listed::Unhealthy) | (Came::Itself, Listed::Unseen) => Verdict::Suspect(None),
        (Came::Nothing(_), Listed::Yes) => miss(How::DeadLink),
        // No walk came as far as its row since one that saw it.
        (Came::Nothing(_), Listed::NotWalked) if before.misses.how == Some(How::DeadLink) => miss(How::DeadLink),
        (Came::Nothing(how), _) => miss(how),
        (Came::Itself, Listed::No) => miss(How::Delisted),
        (Came::Itself, Listed::Older | Listed::AtEdge) => {
            before.missed_once_more(How::Delisted, &for_long(after, OLDER_FOR), now)
        }
        (Came::Itself, Listed::Elsewhere) if before.state == ReportState::Withdrawn => Verdict::AsBefore(None),
        // Whether it was delisted only walks tell: without them a suspicion of that stands.
        (Came::Itself, Listed::NotWalked | Listed::Unhealthy)
            if before.misses.how == Some(How::Delisted) || before.state == ReportState::Withdrawn =>
        {
            Verdict::AsBefore(None)
        }
        // Nor was it taken back where it left one column and stands in another one at another address.
        (Came::Itself, Listed::Yes | Listed::Elsewhere | Listed::NotWalked | Listed::Unhealthy) => Verdict::Stands,
    }
}

/// The same of one that can neither be read nor is said to be gone.
fn unread(before: &Before, listed: Listed, after: &WithdrawnAfter, now: Timestamp) -> Verdict {
    let is_unreadable = before.misses.how == Some(How::Unreadable);
    if before.state == ReportState::Withdrawn || before.is_missed_otherwise(now) {
        return Verdict::AsBefore(None);
    }
    match listed {
        Listed::No | Listed::Older | Listed::AtEdge => {
            before.missed_once_more(How::Unreadable, &for_long(after, UNREADABLE_FOR), now)
        }
        // It is listed again: what spoke against it was an accident of its listing.
        Listed::Yes | Listed::Elsewhere if is_unreadable => Verdict::Stands,
        // The walks of every page, one a day at least while this stands, tell whether it is listed.
        Listed::Unseen if !is_unreadable => Verdict::Suspect(Some(How::Unreadable)),
        // No walk came as far as its row, or none was healthy, for so long that the suspicion means nothing any more.
        _ if before.was_unreadable_for(FORGOTTEN_AFTER, now) => Verdict::Stands,
        _ => Verdict::AsBefore(None),
    }
}

fn for_long(after: &WithdrawnAfter, least: Duration) -> WithdrawnAfter {
    WithdrawnAfter { span: after.span.max(least), ..*after }
}

impl Before {
    fn missed_once_more(&self, how: How, after: &WithdrawnAfter, now: Timestamp) -> Verdict {
        match missed(self.state, &self.misses.and(how, now), after, now) {
            Outcome::Withdrawn(how) => Verdict::Withdrawn(how),
            Outcome::Suspect => Verdict::Suspect(Some(how)),
            _ => Verdict::AsBefore(Some(how)),
        }
    }

    fn was_back_lately(&self, now: Timestamp) -> bool {
        self.seen_again_at.is_some_and(|at| !is_since(at, LATELY, now))
    }

    /// Whether the first of its misses by which it could not be read is so long ago.
    fn was_unreadable_for(&self, span: Duration, now: Timestamp) -> bool {
        self.misses.how == Some(How::Unreadable) && self.misses.first_at.is_some_and(|at| is_since(at, span, now))
    }

    /// Whether a suspicion of another kind still runs: a failure takes it back as little as it proves it.
    fn is_missed_otherwise(&self, now: Timestamp) -> bool {
        let is_other = self.misses.how.is_some_and(|how| !are_of_a_kind(how, How::Unreadable));
        is_other && self.misses.first_at.is_some_and(|first_at| !is_since(first_at, UNREADABLE_FOR, now))
    }

    /// Whether a report that is served is back. One that left its listing is when it is listed again, not when it is served:
    /// it always was, or could be at any time.
    pub fn is_back(&self, listed: Listed) -> bool {
        let was_delisted = matches!(self.misses.how, Some(How::Delisted | How::Unreadable));
        self.state == ReportState::Withdrawn && (!was_delisted || listed == Listed::Yes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: i64 = 3600;
    const LISTED: [Listed; 5] = [Listed::Yes, Listed::No, Listed::Unseen, Listed::NotWalked, Listed::Unhealthy];

    fn at(hours: i64) -> Timestamp {
        Timestamp::from_second(1_700_000_000 + hours * HOUR).expect("in range")
    }

    /// How it stood after so many misses in this way, the first of them 30 hours ago.
    fn before(state: ReportState, n: u32, how: Option<How>) -> Before {
        Before { state, misses: Misses { n, first_at: how.map(|_| at(0)), how }, seen_again_at: None }
    }

    /// The verdicts over all that walks may tell, in the order of [`LISTED`].
    fn row(before: &Before, came: Came) -> [Verdict; 5] {
        LISTED.map(|listed| decide(before, came, listed, &WithdrawnAfter::default(), at(30)))
    }

    #[test]
    fn a_report_that_is_served_is_suspected_only_by_its_listing() {
        use Verdict::{AsBefore, Restored, Stands, Suspect, Withdrawn};
        let delisted = Some(How::Delisted);
        let present = before(ReportState::Present, 0, None);
        assert_eq!(row(&present, Came::Itself), [Stands, Suspect(delisted), Suspect(None), Stands, Stands]);
        // It was gone, and is there again.
        let gone = before(ReportState::Suspect, 2, Some(How::Gone));
        assert_eq!(row(&gone, Came::Itself), [Stands, Withdrawn(How::Delisted), Suspect(None), Stands, Stands]);
        let suspect = before(ReportState::Suspect, 1, delisted);
        let asked = [Stands, Suspect(delisted), Suspect(None), AsBefore(None), AsBefore(None)];
        assert_eq!(row(&suspect, Came::Itself), asked);
        let suspect = before(ReportState::Suspect, 2, delisted);
        let told = [Stands, Withdrawn(How::Delisted), Suspect(None), AsBefore(None), AsBefore(None)];
        assert_eq!(row(&suspect, Came::Itself), told);
        let withdrawn = before(ReportState::Withdrawn, 3, delisted);
        let served = [Restored, AsBefore(delisted), Suspect(None), AsBefore(None), AsBefore(None)];
        assert_eq!(row(&withdrawn, Came::Itself), served, "that it is served is no sign that it is back");
        let withdrawn = before(ReportState::Withdrawn, 3, Some(How::Gone));
        assert_eq!(row(&withdrawn, Came::Itself), [Restored; 5]);
    }

    #[test]
    fn a_report_whose_text_is_listed_at_another_address_is_missed_only_where_it_is_gone() {
        let verdict =
            |before: &Before, came| decide(before, came, Listed::Elsewhere, &WithdrawnAfter::default(), at(30));
        let delisted = before(ReportState::Suspect, 2, Some(How::Delisted));
        assert_eq!(verdict(&delisted, Came::Itself), Verdict::Stands);
        let told = before(ReportState::Withdrawn, 3, Some(How::Delisted));
        assert_eq!(verdict(&told, Came::Itself), Verdict::AsBefore(None));
        let gone = before(ReportState::Suspect, 2, Some(How::Gone));
        assert_eq!(verdict(&gone, Came::Nothing(How::Gone)), Verdict::Withdrawn(How::Gone));
    }

    #[test]
    fn a_report_whose_listing_may_be_of_before_is_given_a_week() {
        for listed in [Listed::Older, Listed::AtEdge] {
            is_given_a_week(listed);
        }
    }

    fn is_given_a_week(listed: Listed) {
        let verdict =
            |before: &Before, came, hours| decide(before, came, listed, &WithdrawnAfter::default(), at(hours));
        let missed = before(ReportState::Suspect, 5, Some(How::Delisted));
        let delisted = Some(How::Delisted);
        assert_eq!(verdict(&missed, Came::Itself, 7 * 24 - 1), Verdict::Suspect(delisted));
        assert_eq!(verdict(&missed, Came::Itself, 7 * 24), Verdict::Withdrawn(How::Delisted));
        let told = before(ReportState::Withdrawn, 5, delisted);
        assert_eq!(verdict(&told, Came::Itself, 200), Verdict::AsBefore(delisted));
        let gone = before(ReportState::Suspect, 2, Some(How::Gone));
        assert_eq!(verdict(&gone, Came::Nothing(How::Gone), 30), Verdict::Withdrawn(How::Gone));
    }

    #[test]
    fn a_report_that_comes_and_goes_is_given_a_week() {
        let missed = |how| Before { seen_again_at: Some(at(-24)), ..before(ReportState::Suspect, 5, Some(how)) };
        for (how, came) in [(How::Gone, Came::Nothing(How::Gone)), (How::Delisted, Came::Itself)] {
            let verdict = |hours, seen_again_at| {
                let before = Before { seen_again_at, ..missed(how) };
                decide(&before, came, Listed::No, &WithdrawnAfter::default(), at(hours))
            };
            assert_eq!(verdict(7 * 24 - 1, Some(at(-24))), Verdict::Suspect(Some(how)));
            assert_eq!(verdict(7 * 24, Some(at(-24))), Verdict::Withdrawn(how));
            assert_eq!(verdict(30, Some(at(30 - 30 * 24))), Verdict::Withdrawn(how), "that is long ago");
        }
    }

    #[test]
    fn a_report_that_left_its_listing_and_cannot_be_read_is_given_a_week() {
        use Verdict::{AsBefore, Stands, Suspect, Withdrawn};
        let unreadable = Some(How::Unreadable);
        let verdict = |before: &Before, hours| {
            LISTED.map(|listed| decide(before, Came::Unread, listed, &WithdrawnAfter::default(), at(hours)))
        };
        let none = AsBefore(None);
        let missed = before(ReportState::Suspect, 5, unreadable);
        assert_eq!(verdict(&missed, 7 * 24 - 1), [Stands, Suspect(unreadable), none, none, none]);
        assert_eq!(verdict(&missed, 7 * 24), [Stands, Withdrawn(How::Unreadable), none, none, none]);
        let present = before(ReportState::Present, 0, None);
        let walked = Suspect(unreadable);
        assert_eq!(verdict(&present, 30), [none, walked, walked, none, none], "what was not seen is looked for");
        let told = before(ReportState::Withdrawn, 5, unreadable);
        assert_eq!(verdict(&told, 1000), [none; 5]);
        // Neither counts with the other.
        let gone = before(ReportState::Suspect, 5, Some(How::Gone));
        assert_eq!((verdict(&gone, 30), verdict(&gone, 1000)[1]), ([none; 5], Suspect(unreadable)));
        assert_eq!(row(&missed, Came::Nothing(How::Gone))[1], Suspect(Some(How::Gone)));
        assert_eq!(row(&missed, Came::Itself), [Stands, Suspect(Some(How::Delisted)), Suspect(None), Stands, Stands]);
        let served = row(&told, Came::Itself);
        assert_eq!(served, [Verdict::Restored, AsBefore(Some(How::Delisted)), Suspect(None), none, none]);
        assert_eq!(verdict(&missed, 31 * 24)[2..], [Stands; 3]);
    }

    #[test]
    fn a_dead_link_stays_one_until_a_walk_misses_its_row() {
        let dead = before(ReportState::Suspect, 2, Some(How::DeadLink));
        let told = [How::DeadLink, How::Gone, How::Gone, How::DeadLink].map(Verdict::Withdrawn);
        assert_eq!(row(&dead, Came::Nothing(How::Gone))[..4], told);
    }

    #[test]
    fn a_report_that_is_gone_is_withdrawn_in_time_and_told_once() {
        use Verdict::{AsBefore, Suspect, Withdrawn};
        for how in [How::Gone, How::SoftNotFound, How::HomeRedirect] {
            let (here, dead) = (Some(how), Some(How::DeadLink));
            let never = Suspect(None);
            let first = before(ReportState::Present, 0, None);
            let missed = [Suspect(dead), Suspect(here), Suspect(here), Suspect(here), never];
            assert_eq!(row(&first, Came::Nothing(how)), missed);
            let third = before(ReportState::Suspect, 2, here);
            let told = [Withdrawn(How::DeadLink), Withdrawn(how), Withdrawn(how), Withdrawn(how), never];
            assert_eq!(row(&third, Came::Nothing(how)), told);
            let withdrawn = before(ReportState::Withdrawn, 3, here);
            let again = [AsBefore(dead), AsBefore(here), AsBefore(here), AsBefore(here), never];
            assert_eq!(row(&withdrawn, Came::Nothing(how)), again);
        }
    }

    #[test]
    fn a_miss_is_told_after_enough_polls_and_enough_time() {
        let after = WithdrawnAfter::default();
        let told = |hours: &[i64]| {
            let misses = hours.iter().fold(Misses::default(), |misses, &hour| misses.and(How::Gone, at(hour)));
            missed(ReportState::Suspect, &misses, &after, at(*hours.last().expect("one")))
        };
        assert_eq!(told(&[0]), Outcome::Suspect);
        assert_eq!(told(&[0, 1, 2, 3, 4]), Outcome::Suspect);
        assert_eq!(told(&[0, 30]), Outcome::Suspect);
        assert_eq!(told(&[0, 1, 24]), Outcome::Withdrawn(How::Gone));
        assert_eq!(told(&[0, 1, -30]), Outcome::Suspect, "a clock set back proves nothing");
    }

    #[test]
    fn a_miss_counts_on_when_its_way_changes_and_is_told_once() {
        let at_once = WithdrawnAfter { polls: 2, span: Duration::ZERO };
        let misses = Misses::default().and(How::Gone, at(0)).and(How::SoftNotFound, at(0));
        assert_eq!(missed(ReportState::Suspect, &misses, &at_once, at(0)), Outcome::Withdrawn(How::SoftNotFound));
        assert_eq!(missed(ReportState::Withdrawn, &misses, &at_once, at(0)), Outcome::Unchanged);
    }
}
