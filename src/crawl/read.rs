//! Stages 2 to 9 for the reports of one poll: fetch, read, compare, keep; one transaction a report.
//!
//! In: what the store says must be read. Out: findings in the store, counts in the ledger. Never: a failed fetch taken
//! for content; an unread report forgotten.

use std::sync::Arc;

use futures_util::{StreamExt, stream};
use jiff::Timestamp;
use url::Url;

use super::judge::{self, Judged};
use super::visit::{Halt, Ledger, Missing, Step, Visit};
use super::{FirstWalk, schedule, tied};
use crate::change::outcome::{self, Known, Misses, Rebaseline, Suspicion};
use crate::change::render::{self, View};
use crate::change::{attachments, diff, fingerprint};
use crate::error::{Class, Failure, Stage};
use crate::fetch::{FetchError, Fetched};
use crate::model::{Capture, Document, Doubt, EventKind, How, Outcome, PageKind, ReportState, Validators};
use crate::store::{Finding, Listed, ReadTask, Reading, Recorded, ReportRecord, Scope, Told, Why};

/// Conditional requests in a row before an unconditional one: servers with stuck validators exist.
const MOST_CONDITIONAL: u32 = 7;
/// Reports in a row that fail by timeouts and 5xx before the poll is given up: the portal is down, not one page.
const MOST_TRANSIENT: u32 = 5;

/// What became of the reports of one poll.
pub(super) struct Reads {
    /// The first failure of a report that nobody has read yet; known ones keep what they have.
    unread: Option<Failure>,
}

impl Reads {
    pub(super) fn verdict(self) -> Result<(), Halt> {
        self.unread.map_or(Ok(()), |failure| Err(Halt::Failed(failure)))
    }
}

/// Reads whatever this poll owes, newest first.
pub(super) async fn reports(visit: &Visit<'_>, ledger: &mut Ledger) -> Result<Reads, Halt> {
    let scope = if visit.is_full() { Scope::Full } else { Scope::Due };
    let tasks = visit.world.store.to_read(&visit.site.id, visit.poll, visit.world.clock.now(), scope).await?;
    visit.world.progress.say(&visit.site.id, Step::ToRead(tasks.len() as u64));
    let mut reads = stream::iter(tasks).map(|task| report(visit, task)).buffer_unordered(visit.site.pace.concurrent);
    let mut outcome = Reads { unread: None };
    let mut n_transient = 0;
    while let Some(read) = reads.next().await {
        let read = read?;
        ledger.count(&read);
        visit.world.progress.say(&visit.site.id, Step::Read);
        let Some(failure) = read.failure else {
            n_transient = 0;
            continue;
        };
        n_transient = if failure.class == Class::Transient { n_transient + 1 } else { 0 };
        if n_transient >= MOST_TRANSIENT {
            return Err(Halt::Failed(failure));
        }
        if read.is_unread && outcome.unread.is_none() {
            outcome.unread = Some(failure);
        }
    }
    Ok(outcome)
}

/// What was found of one report, before it is kept.
struct Found {
    finding: Finding,
    outcome: Outcome,
    /// What a later conditional request may send; `None` keeps what is stored.
    validators: Option<Validators>,
    failure: Option<Failure>,
    is_asked: bool,
}

impl Found {
    fn new(finding: Finding, outcome: Outcome) -> Self {
        Self { finding, outcome, validators: None, failure: None, is_asked: true }
    }

    fn failed(failure: Failure) -> Self {
        let finding = Finding::FailedToRead { reason: failure.reason.clone() };
        Self { failure: Some(failure), ..Self::new(finding, Outcome::Suspect) }
    }
}

/// What became of one report.
struct Read {
    outcome: Outcome,
    event: Option<EventKind>,
    failure: Option<Failure>,
    is_unread: bool,
    is_asked: bool,
}

async fn report(visit: &Visit<'_>, task: ReadTask) -> Result<Read, Halt> {
    let found = find(visit, &task).await?;
    keep(visit, &task, found).await
}

/// Asks for the report and compares it with its newest revision.
async fn find(visit: &Visit<'_>, task: &ReadTask) -> Result<Found, Halt> {
    let Some(url) = Url::parse(&task.as_listed_url).ok().filter(|url| visit.is_own(url)) else {
        return Ok(by_row(visit, task));
    };
    match visit.get(&url, conditional(visit, task)).await {
        Ok(Fetched::NotModified(_)) => Ok(unchanged(visit, task, Finding::NotModified, Outcome::NotModified)),
        Ok(Fetched::Body(capture)) => judged(visit, task, capture).await,
        Err(Missing::Halt(halt)) => Err(halt),
        Err(Missing::Fetch(FetchError::Forbidden { .. })) => Ok(by_row(visit, task)),
        Err(Missing::Fetch(error)) => {
            let is_of_host = matches!(error, FetchError::Setting { .. });
            let failure = tied(error.into(), &visit.site.id, &task.as_listed_url);
            let is_of_host = is_of_host || failure.class == Class::Blocked;
            if is_of_host { Err(Halt::Failed(failure)) } else { Ok(Found::failed(failure)) }
        }
    }
}

/// A row that leads to a host which is not the site's, or where robots.txt forbids us: the row itself is all that may
/// be known, and it is told.
fn by_row(visit: &Visit<'_>, task: &ReadTask) -> Found {
    if task.newest.is_some() {
        return Found { is_asked: false, ..Found::new(Finding::Unchanged, Outcome::Unchanged) };
    }
    let document = Document { doubts: vec![Doubt::NoBody], ..Document::default() };
    let document = judge::settled(document, task.title.as_deref(), task.date);
    let fingerprint = fingerprint::of(&document, fingerprint::rules(visit.site.rules));
    let reading = Reading { document, fingerprint, capture: None, told: first_told(visit, task) };
    Found { is_asked: false, ..Found::new(Finding::Read(Box::new(reading)), Outcome::New) }
}

/// Validators to send. An ETag alone is not trusted, nor is any validator for ever or where something is amiss.
fn conditional(visit: &Visit<'_>, task: &ReadTask) -> Validators {
    let is_routine = task.why == Why::Due && task.state == ReportState::Present && !visit.is_full();
    let is_trusted = task.validators.last_modified.is_some() && task.n_conditional < MOST_CONDITIONAL;
    if is_routine && is_trusted { task.validators.clone() } else { Validators::default() }
}

/// Reads the page that came, and decides.
async fn judged(visit: &Visit<'_>, task: &ReadTask, capture: Capture) -> Result<Found, Halt> {
    let site = Arc::clone(visit.site);
    let validators = capture.validators();
    let parsed = visit.world.parser.run(move || judge::report(&capture, &site).map(|judged| (judged, capture))).await;
    let failed = |failure: Failure| tied(failure, &visit.site.id, &task.as_listed_url);
    let (page, capture) = match parsed.and_then(|parsed| parsed) {
        Ok(parsed) => parsed,
        Err(failure) => return Ok(Found::failed(failed(failure))),
    };
    let broken = |reason: &str| Ok(Found::failed(failed(Failure::new(Class::Layout, Stage::Extract, reason))));
    let mut found = match page {
        Judged { is_home_redirect: true, .. } => missed(visit, task, How::HomeRedirect),
        Judged { kind: PageKind::NotFound, .. } if matches!(capture.status, 404 | 410) => {
            missed(visit, task, How::Gone)
        }
        Judged { kind: PageKind::NotFound, .. } => missed(visit, task, How::SoftNotFound),
        Judged { kind: PageKind::Challenge, .. } => {
            let failure =
                Failure::new(Class::Blocked, Stage::Fetch, "the portal shows a challenge page instead of the report");
            return Err(Halt::Failed(failed(failure)));
        }
        Judged { kind: PageKind::Empty, .. } => return broken("the page is empty; it may be filled by a script"),
        // A known report keeps what it has: the doubt withholds the edit. An unread one must not begin with an error page.
        Judged { document: Some(document), .. }
            if task.newest.is_none() && document.doubts.contains(&Doubt::ErrorTitle) =>
        {
            return broken("the page is an error or maintenance page");
        }
        Judged { document: Some(document), .. } => {
            served(visit, task, judge::settled(document, task.title.as_deref(), task.date), capture).await?
        }
        Judged { document: None, .. } => return broken("the page is no report"),
    };
    found.validators = Some(validators);
    Ok(found)
}

/// The report's URL leads nowhere.
fn missed(visit: &Visit<'_>, task: &ReadTask, how: How) -> Found {
    if task.newest.is_none() {
        let reason = "the listing shows it, and its page is not there";
        let failure = Failure::new(Class::Gone, Stage::Fetch, reason);
        return Found::failed(tied(failure, &visit.site.id, &task.as_listed_url));
    }
    let how = if task.listed == Listed::Yes { How::DeadLink } else { how };
    miss(visit, task, how)
}

/// Counts a miss; enough of them over enough time are a withdrawal.
fn miss(visit: &Visit<'_>, task: &ReadTask, how: How) -> Found {
    let now = visit.world.clock.now();
    let misses = Misses { n: task.misses, first_at: task.first_miss_at, how: task.miss_how }.and(how, now);
    match outcome::missed(task.state, &misses, &visit.site.expect.withdrawn_after, now) {
        Outcome::Withdrawn(how) => Found::new(Finding::Withdrawn { how }, Outcome::Withdrawn(how)),
        // Not yet confirmed, or told already; one that is withdrawn stays so.
        outcome => Found::new(withheld(Some(how)), outcome),
    }
}

fn withheld(miss: Option<How>) -> Finding {
    Finding::Suspect { suspicion: None, miss, capture: None }
}

/// Served as it was. Whether it was also delisted, only walks tell: without them a suspicion of that stands.
fn unchanged(visit: &Visit<'_>, task: &ReadTask, finding: Finding, outcome: Outcome) -> Found {
    match (task.listed, task.miss_how) {
        (Listed::No, _) if task.newest.is_some() => miss(visit, task, How::Delisted),
        (Listed::NotWalked, Some(How::Delisted)) => Found::new(withheld(None), outcome),
        _ => Found::new(finding, outcome),
    }
}

/// The report's page came and has text.
async fn served(visit: &Visit<'_>, task: &ReadTask, mut document: Document, capture: Capture) -> Result<Found, Halt> {
    let (now, rules) = (visit.world.clock.now(), fingerprint::rules(visit.site.rules));
    let Some(newest) = task.newest else {
        let fingerprint = fingerprint::of(&document, rules);
        let reading = Reading { document, fingerprint, capture: Some(capture), told: first_told(visit, task) };
        return Ok(Found::new(Finding::Read(Box::new(reading)), Outcome::New));
    };
    let state = state_for_return(task);
    let as_read = fingerprint::of(&document, rules);
    if as_read == newest.fingerprint && state != ReportState::Withdrawn {
        return Ok(unchanged(visit, task, Finding::Unchanged, Outcome::Unchanged));
    }
    let old = visit.world.store.document(task.report, newest.revision).await?;
    attachments::keep_known_contents(&old, &mut document);
    let fingerprint = fingerprint::of(&document, rules);
    let suspect = task.suspicion.map(|(content_hash, first_seen_at)| Suspicion { content_hash, first_seen_at });
    let known = Known { newest: Some((&newest.fingerprint, &old)), state, suspect };
    let outcome = match outcome::of(&known, &document, &fingerprint, now) {
        Ok(outcome) => outcome,
        Err(Rebaseline::LearnedContents | Rebaseline::OtherRules) => {
            visit.world.store.rebaseline(task.report, newest.revision, fingerprint, document).await?;
            return Ok(unchanged(visit, task, Finding::Unchanged, Outcome::Unchanged));
        }
    };
    document.doubts = outcome::doubts(Some(&old), &document);
    Ok(match outcome {
        Outcome::Suspect => {
            let suspicion = Some(fingerprint.content_hash);
            Found::new(Finding::Suspect { suspicion, miss: None, capture: Some(Box::new(capture)) }, Outcome::Suspect)
        }
        Outcome::Edited(_) | Outcome::Restored(_) => {
            let told = told(&old, &document, newest.revision, &outcome);
            let reading = Reading { document, fingerprint, capture: Some(capture), told };
            Found::new(Finding::Read(Box::new(reading)), outcome)
        }
        _ => unchanged(visit, task, Finding::Unchanged, Outcome::Unchanged),
    })
}

/// A report that was delisted is back when it is listed again, not when it is served: it always was.
fn state_for_return(task: &ReadTask) -> ReportState {
    let was_delisted = task.miss_how == Some(How::Delisted);
    if task.state == ReportState::Withdrawn && was_delisted && task.listed != Listed::Yes {
        ReportState::Present
    } else {
        task.state
    }
}

/// What is told of an edit or a return: the fields, and the diff where something differs.
fn told(old: &Document, new: &Document, revision: u32, outcome: &Outcome) -> Told {
    let diff = diff::hunks(old, new);
    let labels = (format!("revision {revision}"), format!("revision {}", revision + 1));
    let view = View { old_label: &labels.0, new_label: &labels.1, old, new, diff: &diff };
    let text = render::unified(&view);
    match outcome {
        Outcome::Restored(fields) => {
            Told::Restored { fields: fields.clone(), diff: (!fields.is_empty()).then_some(text) }
        }
        Outcome::Edited(fields) => Told::Edited { fields: fields.clone(), diff: text },
        _ => Told::New,
    }
}

fn first_told(visit: &Visit<'_>, task: &ReadTask) -> Told {
    let is_silent = task.is_baseline && visit.options.first_walk == FirstWalk::Baseline;
    if is_silent { Told::Baseline } else { Told::New }
}

/// One transaction: finding, change, alerts owed, next recheck.
async fn keep(visit: &Visit<'_>, task: &ReadTask, found: Found) -> Result<Read, Halt> {
    let now = visit.world.clock.now();
    let is_changed = matches!(found.outcome, Outcome::New | Outcome::Edited(_) | Outcome::Restored(_));
    let record = ReportRecord {
        poll: visit.poll,
        report: task.report,
        now,
        next_recheck_at: Some(next_recheck(visit, task, is_changed, now)),
        validators: found.validators,
        finding: found.finding,
    };
    let Recorded { event } = visit.world.store.record_report(record).await?;
    Ok(Read {
        outcome: found.outcome,
        event: event.map(|event| event.event),
        failure: found.failure,
        is_unread: task.newest.is_none(),
        is_asked: found.is_asked,
    })
}

fn next_recheck(visit: &Visit<'_>, task: &ReadTask, is_changed: bool, now: Timestamp) -> Timestamp {
    let listing = visit.site.listings.iter().find(|rule| Some(&rule.name) == task.listing.as_ref());
    let recheck = listing.and_then(|rule| rule.recheck).unwrap_or(visit.site.recheck);
    let since = if is_changed { now } else { task.newest.map_or(now, |newest| newest.seen_at) };
    schedule::next_recheck(recheck, since, now, schedule::jitter(&task.url, now))
}

impl Ledger {
    fn count(&mut self, read: &Read) {
        let counts = &mut self.counts;
        let counter = match (&read.outcome, read.event) {
            (Outcome::New, Some(EventKind::Copy)) | (Outcome::Copy, _) => &mut counts.copies,
            (Outcome::New, Some(_)) => &mut counts.new,
            (Outcome::New, None) => &mut counts.baseline,
            (Outcome::Edited(_), _) => &mut counts.edited,
            (Outcome::Withdrawn(_), _) => &mut counts.withdrawn,
            (Outcome::Restored(_), _) => &mut counts.restored,
            (Outcome::Moved, _) => &mut counts.moved,
            (Outcome::NotModified | Outcome::Unchanged, _) => &mut counts.unchanged,
            (Outcome::Suspect, _) => &mut counts.suspect,
        };
        *counter += 1;
        self.counts.reports_read += u64::from(read.is_asked);
    }
}
