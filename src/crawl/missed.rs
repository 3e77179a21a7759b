//! What becomes of a known report that is not there as it was: by what came from its address and by the walks of this poll.
//!
//! In: a way in which it was missed, or a failure. Out: a [`Found`]: nothing, a suspicion, a withdrawal, or where it lives
//! on. Never: a request; a miss where the table of [`standing`] counts none.

use super::find::Found;
use super::visit::{Halt, Visit};
use super::{moved, others, tied};
use crate::change::standing::{self, Before, Came, Misses, Verdict};
use crate::error::{Class, Failure, Stage};
use crate::model::{How, Listed, Outcome};
use crate::store::{Finding, ReadTask};

/// What becomes of a known report that cannot be read: one that no whole walk sees any more was taken off its listing, whatever
/// its address answers.
pub(super) async fn unreadable(visit: &Visit<'_>, task: &ReadTask, found: Found) -> Result<Found, Halt> {
    let (Some(failure), Finding::FailedToRead { reason }) = (&found.failure, &found.finding) else { return Ok(found) };
    let reason = reason.clone();
    // A fault of ours, and an address on a host that is not asked, say nothing of the report.
    let is_answer = match failure.class {
        Class::Transient | Class::Blocked => true,
        Class::Layout => failure.stage == Stage::Extract,
        Class::Gone | Class::Config | Class::Bug => false,
    };
    if !is_answer {
        return Ok(found);
    }
    let after = &visit.site.expect.withdrawn_after;
    match standing::decide(&before(task), Came::Unread, task.listed, after, visit.world.clock.now()) {
        Verdict::Suspect(_) => {
            Ok(Found { finding: Finding::Unreadable { reason, is_miss: true }, outcome: Outcome::Suspect, ..found })
        }
        Verdict::Stands => Ok(Found { finding: Finding::Unreadable { reason, is_miss: false }, ..found }),
        Verdict::Withdrawn(how) => {
            let withdrawn = Found { finding: Finding::Withdrawn { how }, outcome: Outcome::Withdrawn(how), ..found };
            match moved::successor(visit, task).await? {
                Some(to) => moved::told(visit, task, to).await,
                None => told_as_gone(visit, task, withdrawn).await,
            }
        }
        Verdict::Restored | Verdict::AsBefore(_) => Ok(found),
    }
}

/// Whether a walk did not see the row of a report where it should be, or is still to tell: what shows nothing of it counts then
/// as what cannot be read.
pub(super) fn may_be_off(task: &ReadTask) -> bool {
    task.listed.is_off() || task.listed == Listed::Unseen || task.miss_how == Some(How::Unreadable)
}

/// The report's URL leads nowhere: it lives elsewhere on the site, or it is missed.
pub(super) async fn missed(visit: &Visit<'_>, task: &ReadTask, how: How) -> Result<Found, Halt> {
    // A row that was told and is still there, or may be, leads nowhere yet.
    if task.newest.is_none() || (task.is_unread() && !task.listed.is_off()) {
        let reason = "the listing shows it, and its page is not there";
        let failure = Failure::new(Class::Gone, Stage::Fetch, reason);
        return Ok(Found::failed(tied(failure, &visit.site.id, &task.as_listed_url)));
    }
    if let Some(to) = moved::successor(visit, task).await? {
        return moved::told(visit, task, to).await;
    }
    told_as_gone(visit, task, missed_as(visit, task, how)).await
}

/// What a miss comes to: what is to be told as withdrawn may live on elsewhere.
async fn told_as_gone(visit: &Visit<'_>, task: &ReadTask, found: Found) -> Result<Found, Halt> {
    let Finding::Withdrawn { how } = found.finding else { return Ok(found) };
    // What a portal does to all of its articles is no withdrawal of any.
    if how == How::DeadLink && others::are_dead_links_of_portal(visit).await? {
        return Ok(Found::new(withheld(Some(How::DeadLink)), Outcome::Suspect));
    }
    let to = match Box::pin(moved::edited_on_its_way(visit, task)).await? {
        Some(to) => Some(to),
        None if task.listed == Listed::Yes => None,
        None => visit.world.store.in_its_place(task.report, visit.poll).await?,
    };
    match to {
        Some(to) => moved::told(visit, task, to).await,
        None => Ok(found),
    }
}

/// What a report comes to that does not stand at its address.
pub(super) fn missed_as(visit: &Visit<'_>, task: &ReadTask, how: How) -> Found {
    decided(visit, task, Came::Nothing(how), withheld(None), Outcome::Unchanged)
}

/// What becomes of a known report that says nothing else than before, by what came and by the walks of this poll; `finding`
/// and `outcome` where nothing speaks against it, or nothing new.
fn decided(visit: &Visit<'_>, task: &ReadTask, came: Came, finding: Finding, outcome: Outcome) -> Found {
    let after = &visit.site.expect.withdrawn_after;
    match standing::decide(&before(task), came, task.listed, after, visit.world.clock.now()) {
        Verdict::Stands | Verdict::Restored => Found::new(finding, outcome),
        Verdict::Suspect(miss) => Found::new(withheld(miss), Outcome::Suspect),
        Verdict::AsBefore(miss) => Found::new(withheld(miss), outcome),
        Verdict::Withdrawn(how) => Found::new(Finding::Withdrawn { how }, Outcome::Withdrawn(how)),
    }
}

/// How a report stood before this poll.
pub(super) fn before(task: &ReadTask) -> Before {
    let misses = Misses { n: task.misses, first_at: task.first_miss_at, how: task.miss_how };
    Before { state: task.state, misses, seen_again_at: task.seen_again_at }
}

fn withheld(miss: Option<How>) -> Finding {
    Finding::Suspect { suspicion: None, form: None, miss, capture: None }
}

/// Served as it was.
pub(super) fn unchanged(visit: &Visit<'_>, task: &ReadTask, finding: Finding, outcome: Outcome) -> Found {
    if task.newest.is_none() {
        return Found::new(finding, outcome);
    }
    decided(visit, task, Came::Itself, finding, outcome)
}
