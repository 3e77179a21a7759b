//! The reports of one poll: each found and kept, newest first, one transaction a report.
//!
//! In: what the store says must be read. Out: findings in the store, counts in the ledger, what they tell of the site.
//! Never: one bad report that holds back the others.

use futures_util::{StreamExt, stream};
use jiff::Timestamp;

use super::find::{self, Found};
use super::recheck;
use super::schedule;
use super::verdict::{LEAST_UNREADABLE, Reads};
use super::visit::{Halt, Ledger, Step, Visit};
use crate::change::drift::ReadAs;
use crate::error::Failure;
use crate::model::{Capture, EventKind, How, Listed, Outcome, ReportId, ReportState};
use crate::store::{Finding, ReadTask, Recorded, ReportRecord, Scope, ToRead, Why};

/// Reports whose tasks are loaded at once: enough that none waits for the store, few beside those that a portal may owe.
const AT_ONCE: usize = 64;

/// Reads what this poll owes: newest first, those that failed last time last. No longer than the first pages of the
/// listings stay fresh: whether all was read, and nothing of it asks for more.
pub(super) async fn reports(
    visit: &Visit<'_>,
    scope: Scope,
    reads: &mut Reads,
    ledger: &mut Ledger,
) -> Result<bool, Halt> {
    let mut turns = to_read(visit, scope).await?;
    let n_amiss = turns.iter().filter(|turn| turn.was_amiss).count();
    if n_amiss >= LEAST_UNREADABLE as usize && reads.must_be_proven(visit) {
        let companions = to_read(visit, Scope::Companions).await?;
        each(visit, companions, reads, ledger).await?;
    }
    turns.retain(|turn| is_wanted(visit, turn) && !(turn.was_amiss && reads.have_given_up()));
    visit.world.progress.say(&visit.site.id, Step::ToRead(turns.len() as u64));
    each(visit, turns, reads, ledger).await
}

/// Reads a few reports more, which show what the others tell of the site.
pub(super) async fn companions(
    visit: &Visit<'_>,
    scope: Scope,
    reads: &mut Reads,
    ledger: &mut Ledger,
) -> Result<(), Halt> {
    reports(visit, scope, reads, ledger).await.map(drop)
}

async fn to_read(visit: &Visit<'_>, scope: Scope) -> Result<Vec<ToRead>, Halt> {
    let now = visit.world.clock.now();
    Ok(visit.world.store.to_read(&visit.site.id, visit.poll, now, scope).await?)
}

/// Reads these, as long as the first pages of the listings are fresh and those that were amiss are not given up.
async fn each(visit: &Visit<'_>, turns: Vec<ToRead>, reads: &mut Reads, ledger: &mut Ledger) -> Result<bool, Halt> {
    let begun_at = visit.world.clock.now();
    let is_time = || visit.world.clock.now().duration_since(begun_at) < visit.news_age();
    let (mut n_left, mut has_copies) = (turns.len(), false);
    for turns in turns.chunks(AT_ONCE) {
        let tasks = visit.world.store.read_tasks(visit.poll, turns.to_vec()).await?;
        n_left -= turns.len() - tasks.len();
        let begun = stream::iter(tasks).take_while(|_| std::future::ready(is_time()));
        let read_one = async |task: ReadTask| (task.was_amiss(), report(visit, task).await);
        let mut reading = begun.map(read_one).buffer_unordered(visit.site.pace.concurrent);
        while let Some((was_amiss, read)) = reading.next().await {
            let read = match read {
                Err(Halt::InTrouble(..)) if was_amiss && !reads.must_be_proven(visit) => {
                    reads.give_up(visit);
                    return Ok(false);
                }
                read => read?,
            };
            n_left -= 1;
            // What a copy may be the new place of is asked for now.
            has_copies |= read.event == Some(EventKind::Copy);
            ledger.count(&read);
            visit.world.progress.say(&visit.site.id, Step::Read);
            reads.note(visit, read)?;
            if was_amiss && reads.have_given_up() {
                return Ok(false);
            }
        }
        if !is_time() {
            break;
        }
    }
    Ok(n_left == 0 && !has_copies)
}

/// Whether a report that was never read lies in the days that are asked for.
fn is_wanted(visit: &Visit<'_>, turn: &ToRead) -> bool {
    let Some(day) = turn.date.map(|date| date.date()).filter(|_| turn.is_first) else { return true };
    visit.options.since.is_none_or(|since| day >= since) && visit.options.until.is_none_or(|until| day <= until)
}

/// What became of one report.
pub(super) struct Read {
    outcome: Outcome,
    event: Option<EventKind>,
    /// The report that the event is about.
    told: Option<ReportId>,
    pub(super) came: Came,
    /// Whether it was amiss when it was last asked for, or its row is gone: that it does not come tells of it, not of its site.
    pub(super) was_amiss: bool,
    /// Whether it was never read before.
    pub(super) first: First,
    pub(super) has_dead_selector: bool,
    /// Whether it led nowhere though it is listed.
    pub(super) is_dead_link: bool,
    pub(super) page: Option<Capture>,
    pub(super) shown: Option<ReadAs>,
}

/// Whether a report was never read before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum First {
    No,
    /// It was there when its listing was first walked.
    Baseline,
    /// It is news, since then.
    News(Timestamp),
}

impl First {
    fn of(task: &ReadTask) -> Self {
        match (task.newest, task.is_baseline) {
            (Some(_), _) => Self::No,
            (None, true) => Self::Baseline,
            (None, false) => Self::News(task.last_seen_at),
        }
    }
}

/// How a report came.
pub(super) enum Came {
    /// It was not asked for: only its row is known.
    Unasked {
        /// Whether no listing of the site file shows it any more.
        is_left: bool,
    },
    /// As a report should.
    Well,
    /// As something that is withheld.
    InDoubt,
    /// Not at its URL any more, or gone.
    Missed,
    /// Not, or not to be read.
    Failed(Failure),
}

impl Came {
    fn of(visit: &Visit<'_>, task: &ReadTask, finding: &Finding, failure: Option<Failure>, is_asked: bool) -> Self {
        let is_of = |name: &String| visit.site.listings.iter().any(|rule| rule.name == *name);
        let is_left = task.listed != Listed::Yes && task.listing.as_ref().is_some_and(|name| !is_of(name));
        match (failure, finding) {
            (Some(failure), _) => Self::Failed(failure),
            _ if !is_asked => Self::Unasked { is_left },
            (None, Finding::Read(_) | Finding::NotModified | Finding::Unchanged) => Self::Well,
            (None, Finding::Suspect { suspicion: Some(_), .. }) => Self::InDoubt,
            (None, _) => Self::Missed,
        }
    }
}

impl Read {
    /// Whether its page came and was read as the site file says.
    pub(super) fn is_by_selectors(&self) -> bool {
        let is_one = !matches!(self.outcome, Outcome::Suspect | Outcome::Withdrawn(_) | Outcome::Moved);
        is_one && self.page.is_some() && !matches!(self.came, Came::Failed(_)) && !self.has_dead_selector
    }
}

/// One report: found, then kept in one transaction with its change, the alerts owed and its next recheck.
async fn report(visit: &Visit<'_>, task: ReadTask) -> Result<Read, Halt> {
    // Boxed: it is larger than a stack should carry through every stage above it.
    let found = Box::pin(find::find(visit, &task)).await?;
    let Found { finding, outcome, validators, failure, is_asked, files, has_dead_selector, page, read_as, answer } =
        found;
    let now = visit.world.clock.now();
    let came = Came::of(visit, &task, &finding, failure, is_asked);
    let is_as_it_was = matches!(finding, Finding::Unchanged | Finding::NotModified);
    let was_withdrawn = task.state == ReportState::Withdrawn;
    let is_dead_link = !was_withdrawn
        && matches!(
            finding,
            Finding::Suspect { miss: Some(How::DeadLink), .. } | Finding::Withdrawn { how: How::DeadLink }
        );
    let next_recheck_at = next_recheck(visit, &task, (&came, &finding), now);
    let record = ReportRecord {
        poll: visit.poll,
        report: task.report,
        newest: task.newest.map(|newest| newest.revision),
        now,
        next_recheck_at: Some(files.retry_at(now).map_or(next_recheck_at, |retry| next_recheck_at.min(retry))),
        validators,
        answer,
        finding,
        files: files.records,
        contents: files.contents,
    };
    let Recorded { event } = visit.world.store.record_report(record).await?;
    if is_as_it_was && task.listed == Listed::Elsewhere {
        visit.world.store.leave_columns(task.report, now).await?;
    }
    let told = event.as_ref().and_then(|event| event.report);
    let event = event.map(|event| event.event);
    let (was_amiss, first) = (task.was_amiss() || task.why == Why::Missing, First::of(&task));
    let shown = read_as;
    Ok(Read { outcome, event, told, came, was_amiss, first, has_dead_selector, is_dead_link, page, shown })
}

/// When it is read again. What failed or is withheld is due at the next poll, and more rarely when that goes on for days;
/// an edit, a withdrawal or a return starts the decay anew.
fn next_recheck(visit: &Visit<'_>, task: &ReadTask, (came, finding): (&Came, &Finding), now: Timestamp) -> Timestamp {
    let jitter = schedule::jitter(&task.url, now);
    let again = |since: Option<Timestamp>| schedule::next_try_of_report(since.unwrap_or(now), now, jitter);
    let since = match (came, finding) {
        (_, Finding::Withdrawn { .. }) => now,
        (Came::Failed(_), _) if task.state == ReportState::Withdrawn => task.first_miss_at.unwrap_or(now),
        // Of news that were told by their row the page is still to come.
        (Came::Failed(_), _) | (_, Finding::FailedToRead { .. } | Finding::Unreadable { .. }) => {
            return again(failing_since(task));
        }
        // Withdrawn and still gone: asked more and more rarely.
        (_, Finding::Suspect { .. }) if task.state == ReportState::Withdrawn => task.first_miss_at.unwrap_or(now),
        (_, Finding::Suspect { .. }) => {
            return again([task.first_miss_at, task.suspicion.map(|(_, at)| at)].into_iter().flatten().min());
        }
        (_, Finding::Read(_) | Finding::Moved { .. }) => now,
        (_, Finding::NotModified | Finding::Unchanged | Finding::NotAsked) => {
            task.newest.map_or(now, |newest| newest.seen_at)
        }
    };
    let recheck = recheck::of(visit.site, task.listing.as_deref(), task.kind.as_deref());
    schedule::next_recheck(recheck, since, now, jitter)
}

/// Since when one could not be read. Of a known one that is not known, but where its row alone is known.
fn failing_since(task: &ReadTask) -> Option<Timestamp> {
    match task.newest {
        None => Some(task.last_seen_at).filter(|_| task.has_failed),
        Some(newest) => Some(newest.seen_at).filter(|_| newest.is_by_row),
    }
}

impl Ledger {
    /// What was told counts as what it was told as; the rest by what was found.
    fn count(&mut self, read: &Read) {
        let counts = &mut self.counts;
        let counter = match (read.event, &read.outcome) {
            (Some(EventKind::New), _) => &mut counts.new,
            (Some(EventKind::Copy), _) => &mut counts.copies,
            (Some(EventKind::Edited), _) => &mut counts.edited,
            (Some(EventKind::Withdrawn), _) => &mut counts.withdrawn,
            (Some(EventKind::Restored), _) => &mut counts.restored,
            (Some(EventKind::Moved), _) => &mut counts.moved,
            (_, Outcome::New) => &mut counts.baseline,
            (_, Outcome::Suspect) => &mut counts.suspect,
            // What was not asked for may have changed.
            _ if matches!(read.came, Came::Unasked { .. }) => return,
            _ => &mut counts.unchanged,
        };
        *counter += 1;
        match (read.event, read.told) {
            (Some(EventKind::Copy), Some(report)) => drop(self.copied.insert(report)),
            // It was taken back that it is a copy.
            (Some(EventKind::Moved), Some(report)) if self.copied.remove(&report) => counts.copies -= 1,
            _ => {}
        }
        let is_asked = !matches!(read.came, Came::Unasked { .. });
        self.counts.reports_read += u64::from(is_asked);
        self.n_read_again += usize::from(is_asked && read.outcome != Outcome::New);
    }
}
