//! The reports of one poll: each found and kept, newest first, one transaction a report.
//!
//! In: what the store says must be read. Out: findings in the store, counts in the ledger, a verdict on the site. Never:
//! one bad report that holds back the others, or a portal whose reports can no longer be read passed over in silence.

use futures_util::{StreamExt, stream};
use jiff::Timestamp;

use super::find::{self, Found};
use super::recheck;
use super::schedule;
use super::visit::{Halt, Ledger, Step, Visit};
use crate::change::drift::{self, Broken, ReadAs, UsualReports};
use crate::change::fingerprint;
use crate::error::{Class, Failure, Stage};
use crate::model::{Capture, EventKind, Outcome, ReportId, ReportState};
use crate::store::{EvidenceRecord, Finding, ReadTask, Recorded, ReportRecord, Scope};

/// Reports in a row that fail by timeouts and 5xx before the poll is given up: the portal is down, not one page.
const MOST_TRANSIENT: u32 = 5;
/// Reports in a row that are refused before the poll is given up: the portal refuses us, not one page.
const MOST_BLOCKED: u32 = 3;
/// Fewest reports of which most must be unreadable before the site file is doubted, and not the reports.
const LEAST_UNREADABLE: u32 = 3;

/// What became of the reports of one poll.
#[derive(Default)]
pub(super) struct Reads {
    n_asked: u32,
    n_unreadable: u32,
    n_dead_selectors: u32,
    /// Pages that were read as the site file says.
    n_by_selectors: usize,
    n_doubtful: u32,
    n_by_row: u32,
    /// Failures in a row, of the class of the last one; pages that are gone are none.
    n_in_row: u32,
    last_failure: Option<Failure>,
    /// How those were read that were read for the first time.
    first_read: Vec<ReadAs>,
    /// The last page that shows something wrong, and the last one read for the first time.
    pages: (Option<Capture>, Option<Capture>),
}

impl Reads {
    /// Whether the reports as a whole can be read as the site file says. Where they cannot, the page that shows it is
    /// kept; else what is usual is learnt of them. **Errors**: the store's, beside the verdict.
    pub(super) async fn judged(mut self, visit: &Visit<'_>) -> Result<Result<(), Halt>, Halt> {
        let (wrong, fresh) = std::mem::take(&mut self.pages);
        let first_read = std::mem::take(&mut self.first_read);
        let has_dead_selector = self.n_dead_selectors > 0;
        let n_by_selectors = if has_dead_selector { 0 } else { self.n_by_selectors };
        let (verdict, page) = match self.verdict() {
            Ok(()) => (drifted(visit, &first_read, n_by_selectors).await?, fresh),
            Err(Halt::Failed(failure)) if has_dead_selector && failure.class == Class::Layout => {
                let broken = Broken { reason: failure.reason.clone(), is_of_selectors: true, n_well: 0 };
                keep_broken(visit, broken).await?;
                (Err(Halt::Failed(failure)), wrong)
            }
            verdict => (verdict, wrong),
        };
        if let (Err(Halt::Failed(failure)), Some(capture)) = (&verdict, page)
            && failure.class == Class::Layout
        {
            keep_evidence(visit, failure, capture, has_dead_selector).await?;
        }
        Ok(verdict)
    }

    /// Whether those that came can be read.
    fn verdict(self) -> Result<(), Halt> {
        let is_most = |n: u32| n >= LEAST_UNREADABLE && n * 2 > self.n_asked;
        if let Some(last) = self.last_failure.filter(|_| is_most(self.n_unreadable)) {
            let reason =
                format!("{} of {} reports could not be read: {}", self.n_unreadable, self.n_asked, last.reason);
            return Err(Halt::Failed(Failure { reason, ..last }));
        }
        if is_most(self.n_dead_selectors) {
            let (n, of) = (self.n_dead_selectors, self.n_asked);
            let reason = format!(
                "`title` or `body` of [report] finds nothing on {n} of {of} reports; they were read without it"
            );
            return Err(Halt::Failed(Failure::new(Class::Layout, Stage::Extract, reason)));
        }
        if is_most(self.n_doubtful) {
            let (n, of) = (self.n_doubtful, self.n_asked);
            let reason = format!("{n} of {of} reports look unlike themselves (error pages, or most of the text gone)");
            return Err(Halt::Failed(Failure::new(Class::Layout, Stage::Extract, reason)));
        }
        Ok(())
    }

    /// Says once a poll what cannot be read by our own rules.
    pub(super) fn hint(&self, visit: &Visit<'_>) {
        if self.n_by_row > 0 {
            tracing::warn!(
                site = %visit.site.id,
                "{} reports live on hosts that `fetch.hosts` does not name, or are forbidden by robots.txt; \
                 only their rows are known",
                self.n_by_row
            );
        }
    }

    /// Notes one report. **Errors**: enough failures in a row to give up.
    fn note(&mut self, visit: &Visit<'_>, read: Read) -> Result<(), Halt> {
        self.n_asked += u32::from(read.is_asked);
        self.n_dead_selectors += u32::from(read.has_dead_selector);
        self.n_by_selectors += usize::from(read.is_by_selectors());
        self.n_doubtful += u32::from(read.is_doubtful);
        self.n_by_row += u32::from(!read.is_asked);
        let is_wrong = read.has_dead_selector || read.is_doubtful || read.failure.is_some();
        if read.shown.is_some() {
            self.pages.1.clone_from(&read.page);
        }
        if is_wrong && read.page.is_some() {
            self.pages.0 = read.page;
        }
        self.first_read.extend(read.shown);
        let Some(failure) = read.failure else {
            self.n_in_row = 0;
            return Ok(());
        };
        tracing::warn!(site = %visit.site.id, url = failure.url, "not read: {}", failure.reason);
        // One dead page says nothing of the others, nor of the site.
        if failure.class == Class::Gone {
            self.n_in_row = 0;
            return Ok(());
        }
        self.n_unreadable += 1;
        let is_same_class = self.last_failure.as_ref().is_some_and(|last| last.class == failure.class);
        self.n_in_row = if is_same_class { self.n_in_row + 1 } else { 1 };
        let is_enough = match failure.class {
            Class::Blocked => self.n_in_row >= MOST_BLOCKED,
            Class::Transient => self.n_in_row >= MOST_TRANSIENT,
            Class::Gone | Class::Layout | Class::Config | Class::Bug => false,
        };
        self.last_failure = Some(failure.clone());
        if is_enough { Err(Halt::Failed(failure)) } else { Ok(()) }
    }
}

/// Reads what this poll owes: newest first, those that failed last time last. No longer than the first pages of the
/// listings stay fresh: whether all was read, and nothing of it asks for more.
pub(super) async fn reports(
    visit: &Visit<'_>,
    scope: Scope,
    reads: &mut Reads,
    ledger: &mut Ledger,
) -> Result<bool, Halt> {
    let begun_at = visit.world.clock.now();
    let mut tasks = visit.world.store.to_read(&visit.site.id, visit.poll, begun_at, scope).await?;
    tasks.retain(|task| is_wanted(visit, task));
    visit.world.progress.say(&visit.site.id, Step::ToRead(tasks.len() as u64));
    let mut n_left = tasks.len();
    let mut has_copies = false;
    let is_time = || visit.world.clock.now().duration_since(begun_at) < visit.news_age();
    let begun = stream::iter(tasks).take_while(|_| std::future::ready(is_time()));
    let mut reading = begun.map(|task| report(visit, task)).buffer_unordered(visit.site.pace.concurrent);
    while let Some(read) = reading.next().await {
        let read = read?;
        n_left -= 1;
        // What a copy may be the new place of is asked for now.
        has_copies |= read.event == Some(EventKind::Copy);
        ledger.count(&read);
        visit.world.progress.say(&visit.site.id, Step::Read);
        reads.note(visit, read)?;
    }
    Ok(n_left == 0 && !has_copies)
}

/// Whether a report that was never read lies in the days that are asked for.
fn is_wanted(visit: &Visit<'_>, task: &ReadTask) -> bool {
    let Some(day) = task.date.map(|date| date.date()).filter(|_| task.newest.is_none()) else { return true };
    visit.options.since.is_none_or(|since| day >= since) && visit.options.until.is_none_or(|until| day <= until)
}

/// Whether the reports that were read for the first time are what those of the site usually are. Where they were not, a
/// poll that reads too few to tell is no recovery.
async fn drifted(visit: &Visit<'_>, first_read: &[ReadAs], n_by_selectors: usize) -> Result<Result<(), Halt>, Halt> {
    let failed = |reason| Ok(Err(Halt::Failed(Failure::new(Class::Layout, Stage::Extract, reason))));
    let (store, rules) = (&visit.world.store, fingerprint::rules(visit.site.rules));
    let usual = store.usual_reports(&visit.site.id).await?;
    if let Some(what) = drift::judge_reports(usual.as_ref(), rules, first_read) {
        let reason = format!("{what}; check [report], or ask `govwatch repair` what it should be");
        keep_broken(visit, Broken { reason: reason.clone(), is_of_selectors: false, n_well: 0 }).await?;
        return failed(reason);
    }
    let usual = usual.filter(|usual| usual.rules == rules);
    if let Some(broken) = usual.as_ref().and_then(|usual| usual.still_broken(first_read, n_by_selectors)) {
        let reason = broken.reason.clone();
        keep_broken(visit, broken).await?;
        return failed(reason);
    }
    let well = usual.clone().map(|usual| UsualReports { broken: None, ..usual });
    let learnt = drift::learnt_reports(well, rules, first_read);
    if let Some(learnt) = learnt.filter(|learnt| usual.as_ref() != Some(learnt)) {
        store.keep_usual_reports(&visit.site.id, learnt).await?;
    }
    Ok(Ok(()))
}

/// Remembers what is wrong with the reports of the site, until they are well or its file is another one.
async fn keep_broken(visit: &Visit<'_>, broken: Broken) -> Result<(), Halt> {
    let (store, rules) = (&visit.world.store, fingerprint::rules(visit.site.rules));
    let before = store.usual_reports(&visit.site.id).await?;
    let usual = before.clone().filter(|usual| usual.rules == rules).unwrap_or_else(|| UsualReports::anew(rules));
    let usual = UsualReports { broken: Some(broken), waiting: Vec::new(), ..usual };
    if before.as_ref() != Some(&usual) {
        store.keep_usual_reports(&visit.site.id, usual).await?;
    }
    Ok(())
}

/// Keeps a page of a report as evidence against the site file.
async fn keep_evidence(
    visit: &Visit<'_>,
    failure: &Failure,
    capture: Capture,
    has_dead_selector: bool,
) -> Result<(), Halt> {
    let body = visit.site.report.body.first().map(|query| ("report.body".to_owned(), query.as_str().to_owned()));
    let title = || visit.site.report.title.first().map(|query| ("report.title".to_owned(), query.as_str().to_owned()));
    let record = EvidenceRecord {
        site: visit.site.id.clone(),
        listing: None,
        poll: visit.poll,
        stage: failure.stage,
        selector: body.or_else(title).filter(|_| has_dead_selector),
        reason: failure.reason.clone(),
        capture,
        now: visit.world.clock.now(),
    };
    visit.world.store.record_evidence(record).await?;
    Ok(())
}

/// What became of one report.
struct Read {
    outcome: Outcome,
    event: Option<EventKind>,
    /// The report that the event is about.
    told: Option<ReportId>,
    failure: Option<Failure>,
    is_asked: bool,
    is_doubtful: bool,
    has_dead_selector: bool,
    page: Option<Capture>,
    shown: Option<ReadAs>,
}

impl Read {
    /// Whether its page came and was read as the site file says.
    fn is_by_selectors(&self) -> bool {
        let is_one = !matches!(self.outcome, Outcome::Suspect | Outcome::Withdrawn(_) | Outcome::Moved);
        is_one && self.page.is_some() && self.failure.is_none() && !self.has_dead_selector
    }
}

/// One report: found, then kept in one transaction with its change, the alerts owed and its next recheck.
async fn report(visit: &Visit<'_>, task: ReadTask) -> Result<Read, Halt> {
    // Boxed: it is larger than a stack should carry through every stage above it.
    let found = Box::pin(find::find(visit, &task)).await?;
    let Found { finding, outcome, validators, failure, is_asked, files, has_dead_selector, page, read_as, answer } =
        found;
    let now = visit.world.clock.now();
    let is_doubtful = matches!(&finding, Finding::Suspect { suspicion: Some(_), .. });
    let record = ReportRecord {
        poll: visit.poll,
        report: task.report,
        now,
        next_recheck_at: next_recheck(visit, &task, &finding, now)
            .map(|at| files.retry_at(now).map_or(at, |retry| at.min(retry))),
        validators,
        answer,
        finding,
        files: files.records,
        contents: files.contents,
    };
    let Recorded { event } = visit.world.store.record_report(record).await?;
    let told = event.as_ref().and_then(|event| event.report);
    let event = event.map(|event| event.event);
    Ok(Read { outcome, event, told, failure, is_asked, is_doubtful, has_dead_selector, page, shown: read_as })
}

/// When it is read again. What failed or is withheld stays due; an edit, a withdrawal or a return starts the decay anew.
fn next_recheck(visit: &Visit<'_>, task: &ReadTask, finding: &Finding, now: Timestamp) -> Option<Timestamp> {
    let since = match finding {
        // Withdrawn and still gone: asked more and more rarely.
        Finding::Suspect { .. } if task.state == ReportState::Withdrawn => task.first_miss_at.unwrap_or(now),
        Finding::FailedToRead { .. } | Finding::Suspect { .. } => return None,
        Finding::Read(_) | Finding::Withdrawn { .. } | Finding::Moved { .. } => now,
        Finding::NotModified | Finding::Unchanged | Finding::NotAsked => {
            task.newest.map_or(now, |newest| newest.seen_at)
        }
    };
    let recheck = recheck::of(visit.site, task.listing.as_deref(), task.kind.as_deref());
    Some(schedule::next_recheck(recheck, since, now, schedule::jitter(&task.url, now)))
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
            _ => &mut counts.unchanged,
        };
        *counter += 1;
        match (read.event, read.told) {
            (Some(EventKind::Copy), Some(report)) => drop(self.copied.insert(report)),
            // It was taken back that it is a copy.
            (Some(EventKind::Moved), Some(report)) if self.copied.remove(&report) => counts.copies -= 1,
            _ => {}
        }
        self.counts.reports_read += u64::from(read.is_asked);
        self.n_read_again += usize::from(read.is_asked && read.outcome != Outcome::New);
    }
}
