//! Stages 2 to 7 for one report: ask for it, read what comes, and decide what was found.
//!
//! In: a [`ReadTask`]: what the store knows of the report and why it is read. Out: a [`Found`]. Never: the store
//! written; a failed fetch taken for content; a miss counted where the listing was not walked healthily.

use std::sync::Arc;

use bytes::Bytes;
use url::Url;

use super::article::First;
use super::compare::Received;
use super::files::{self, Files};
use super::judge::{self, Judged, Row};
use super::missed::{missed, unchanged, unreadable};
use super::visit::{Halt, Missing, Visit};
use super::{FirstWalk, article, by_row, compare, mend, moved, tied};
use crate::change::canonical::{canonical, spellings};
use crate::change::drift::ReadAs;
use crate::change::{attachments, fingerprint, outcome};
use crate::error::{Class, Failure, Stage};
use crate::fetch::{FetchError, Fetched};
use crate::model::{Capture, Document, Doubt, Hash, How, Outcome, PageKind, ReportState, Validators};
use crate::page::led_up::LedUp;
use crate::page::parts::Next;
use crate::store::{Finding, Newest, ReadTask, Told, Why};

/// Conditional requests in a row before an unconditional one: servers with stuck validators exist.
const MOST_CONDITIONAL: u32 = 7;

/// What was found of one report, before it is kept.
pub(super) struct Found {
    pub(super) finding: Finding,
    pub(super) outcome: Outcome,
    /// What a later conditional request may send; `None` keeps what is stored.
    pub(super) validators: Option<Validators>,
    pub(super) failure: Option<Failure>,
    pub(super) is_asked: bool,
    /// What was found of the files that it links to.
    pub(super) files: Files,
    /// Whether the site's own selectors find nothing on this page any more.
    pub(super) has_dead_selector: bool,
    /// The page as it came, for what it may have to show; `None` where none came.
    pub(super) page: Option<Capture>,
    /// How it was read, where that was for the first time.
    pub(super) read_as: Option<ReadAs>,
    /// The hash of the answer, where it was read and nothing is withheld.
    pub(super) answer: Option<Hash>,
}

impl Found {
    pub(super) fn new(finding: Finding, outcome: Outcome) -> Self {
        Self {
            finding,
            outcome,
            validators: None,
            failure: None,
            is_asked: true,
            files: Files::default(),
            has_dead_selector: false,
            page: None,
            read_as: None,
            answer: None,
        }
    }

    pub(super) fn failed(failure: Failure) -> Self {
        let finding = Finding::FailedToRead { reason: failure.reason.clone() };
        Self { failure: Some(failure), ..Self::new(finding, Outcome::Suspect) }
    }

    pub(super) fn unasked(finding: Finding, outcome: Outcome) -> Self {
        Self { is_asked: false, ..Self::new(finding, outcome) }
    }
}

/// Asks for the report and compares it with its newest revision.
pub(super) async fn find(visit: &Visit<'_>, task: &ReadTask) -> Result<Found, Halt> {
    let Some(url) = Url::parse(&task.as_listed_url).ok().filter(|url| visit.may_show(url)) else {
        return by_row::found(visit, task).await;
    };
    let known = (conditional(visit, task), known_answer(visit, task));
    let found = match asked(visit, task, &url, known).await? {
        Some(found) => found,
        // The store has lost it: only the whole page can make it good.
        None => asked(visit, task, &url, (Validators::default(), None)).await?.unwrap_or_else(|| {
            let reason = "answered \"not modified\" to an unconditional request";
            let failure = Failure::new(Class::Transient, Stage::Fetch, reason);
            Found::failed(tied(failure, &visit.site.id, &task.as_listed_url))
        }),
    };
    match found.failure {
        Some(_) if task.newest.is_none() => told_in_time(visit, task, found).await,
        Some(_) => unreadable(visit, task, found).await,
        None => Ok(found),
    }
}

/// The same of news whose page cannot be read for as long as a doubtful text must stand: it is told by its row. The page is
/// asked for on, and is its first reading when it comes.
async fn told_in_time(visit: &Visit<'_>, task: &ReadTask, found: Found) -> Result<Found, Halt> {
    let is_late = || outcome::is_since(task.last_seen_at, outcome::DOUBTFUL_FOR, visit.world.clock.now());
    let is_unread_news = !task.is_baseline && task.has_failed;
    if !is_unread_news || !is_late() {
        return Ok(found);
    }
    Ok(Found { failure: found.failure, is_asked: true, ..by_row::found(visit, task).await? })
}

/// What comes of one request; `known`: what the answer may be the same as. `None`: it is, and what it said is lost.
async fn asked(
    visit: &Visit<'_>,
    task: &ReadTask,
    url: &Url,
    known: (Validators, Option<Hash>),
) -> Result<Option<Found>, Halt> {
    match visit.get(url, known.0).await {
        Ok(Fetched::NotModified(_)) => as_before(visit, task, (Finding::NotModified, Outcome::NotModified)).await,
        Ok(Fetched::Body(capture)) => Box::pin(judged(visit, task, capture, known.1)).await,
        Err(Missing::Halt(halt)) => Err(halt),
        Err(Missing::Fetch(FetchError::Forbidden { .. })) => by_row::found(visit, task).await.map(Some),
        Err(Missing::Fetch(error)) => {
            let is_of_site = matches!(error, FetchError::Setting { .. });
            let failure = tied(error.into(), &visit.site.id, &task.as_listed_url);
            if is_of_site { Err(Halt::Failed(failure)) } else { Ok(Some(Found::failed(failure))) }
        }
    }
}

/// The page is as it was. Its files are asked for all the same: one is replaced without a word on the page. `None`: which
/// files those are is lost.
async fn as_before(visit: &Visit<'_>, task: &ReadTask, same: (Finding, Outcome)) -> Result<Option<Found>, Halt> {
    let same = || unchanged(visit, task, same.0, same.1);
    let has_files = |newest: &Newest| newest.fingerprint.attachments_hash != attachments::none();
    let Some(newest) = task.newest.filter(has_files) else { return Ok(Some(same())) };
    let Some(mut document) = mend::newest(visit, task, newest).await? else { return Ok(None) };
    let old = document.clone();
    for attachment in &mut document.attachments {
        (attachment.hash, attachment.file) = (None, None);
    }
    let files = files::load(visit, task, &mut document).await?;
    attachments::keep_known_contents(&old, &mut document);
    if document == old {
        return Ok(Some(Found { files, ..same() }));
    }
    let received = Received { document, captures: Vec::new(), files, kind: None, year: None };
    compare::served(visit, task, received).await.map(Some)
}

/// Validators to send. An ETag alone is not trusted, nor is any validator for ever or where something is amiss.
fn conditional(visit: &Visit<'_>, task: &ReadTask) -> Validators {
    let is_trusted = task.validators.last_modified.is_some() && task.n_conditional < MOST_CONDITIONAL;
    if is_routine(visit, task) && is_trusted { task.validators.clone() } else { Validators::default() }
}

/// Whether an answer that is as it was tells that the report is: nothing is amiss, and it is all on this page, for the
/// first page of an article says nothing of the others.
pub(super) fn is_routine(visit: &Visit<'_>, task: &ReadTask) -> bool {
    is_as_usual(visit, task) && !task.has_parts
}

/// Whether nothing is amiss with a report, and no more is asked for than is due.
pub(super) fn is_as_usual(visit: &Visit<'_>, task: &ReadTask) -> bool {
    task.why == Why::Due && task.state == ReportState::Present && !visit.is_full()
}

/// The answer that was read last, where the rules of today read it; the same one need not be read again.
fn known_answer(visit: &Visit<'_>, task: &ReadTask) -> Option<Hash> {
    let rules = fingerprint::rules(visit.site.rules);
    let is_current = task.newest.is_some_and(|newest| newest.fingerprint.rules == rules);
    task.answer.filter(|_| is_current && is_routine(visit, task))
}

/// Reads the page that came, and decides; an answer that is `known` is not read. `None`: what it said is lost.
async fn judged(
    visit: &Visit<'_>,
    task: &ReadTask,
    capture: Capture,
    known: Option<Hash>,
) -> Result<Option<Found>, Halt> {
    let (validators, came) = (capture.validators(), Some(capture.clone()));
    // A known report is completed by what is known of it: another date in its row is none of its own.
    let row = if task.newest.is_some() { task.known.clone() } else { (task.title.clone(), task.date) };
    let found = match opened(visit, capture, row, known).await {
        Ok(Opened::AsBefore) => match as_before(visit, task, (Finding::Unchanged, Outcome::Unchanged)).await? {
            Some(found) => Found { answer: task.answer, ..found },
            None => return Ok(None),
        },
        // Boxed: what follows a page is larger than a stack should carry.
        Ok(Opened::Page(page)) => Box::pin(of_page(visit, task, *page)).await?,
        Err(failure) => return Ok(Some(Found::failed(tied(failure, &visit.site.id, &task.as_listed_url)))),
    };
    // What was not compared must come whole again.
    let validators = found.failure.is_none().then_some(validators);
    Ok(Some(Found { validators, page: came, ..found }))
}

/// What a page comes to that was read.
async fn of_page(
    visit: &Visit<'_>,
    task: &ReadTask,
    (page, capture, answer): (Judged, Capture, Hash),
) -> Result<Found, Halt> {
    let broken = |class, reason: &str| {
        let failure = Failure::new(class, Stage::Extract, reason);
        Ok(Found::failed(tied(failure, &visit.site.id, &task.as_listed_url)))
    };
    let is_led_up = match page.led_up {
        Some(LedUp::Home) => true,
        Some(LedUp::Column) => !leads_there_as_ever(visit, task, &capture).await?,
        None => false,
    };
    match page {
        Judged { kind: PageKind::Challenge, .. } => {
            broken(Class::Blocked, "the portal shows a challenge page instead of the report")
        }
        _ if is_led_up => missed(visit, task, How::HomeRedirect).await,
        Judged { kind: PageKind::NotFound, .. } if matches!(capture.status, 404 | 410) => {
            missed(visit, task, How::Gone).await
        }
        Judged { kind: PageKind::NotFound, .. } => missed(visit, task, How::SoftNotFound).await,
        Judged { kind: PageKind::Empty, .. } => {
            broken(Class::Layout, "the page is empty; it may be filled by a script")
        }
        Judged { is_strange: true, .. } if task.is_unread() => {
            broken(Class::Layout, "the page is an error, maintenance or login page")
        }
        Judged { document: Some(document), next, texts, read_as, .. } => {
            let has_dead_selector = document.doubts.contains(&Doubt::DeadSelector);
            let is_closed = is_closed(visit, task, &capture, &document, &next);
            let found = shown(visit, task, capture, (document, next, texts)).await?;
            let read_as = read_as.filter(|_| task.newest.is_none());
            let is_believed = is_closed && matches!(found.finding, Finding::Read(_) | Finding::Unchanged);
            Ok(Found { has_dead_selector, read_as, answer: is_believed.then_some(answer), ..found })
        }
        Judged { document: None, .. } => broken(Class::Layout, "the page is no report"),
    }
}

/// Whether a report was read at the column where its address leads now: some rows lead to columns. Where it is not known what
/// it was read from nothing speaks against it.
async fn leads_there_as_ever(visit: &Visit<'_>, task: &ReadTask, capture: &Capture) -> Result<bool, Halt> {
    /// Revisions that are gone back to: those of files alone have no page.
    const MOST_REVISIONS: usize = 8;
    let Some(newest) = task.newest.filter(|newest| !newest.is_by_row) else { return Ok(true) };
    if is_same_place(visit, task, &capture.final_url) {
        return Ok(false);
    }
    for revision in (1..=newest.revision).rev().take(MOST_REVISIONS) {
        let stored = mend::whole(visit.world.store.stored_captures(task.report, revision).await)?;
        if let Some(before) = stored.and_then(|captures| captures.into_iter().next()) {
            return Ok(canonical(&before.final_url) == canonical(&capture.final_url));
        }
    }
    Ok(true)
}

/// Whether the same answer would tell the same once more, and nothing else is to be asked for: no further page, no picture
/// whose bytes decide, no other place that another report may come to live at, no file that stands for the page.
fn is_closed(visit: &Visit<'_>, task: &ReadTask, capture: &Capture, document: &Document, next: &Next) -> bool {
    next.urls.is_empty()
        && document.doubts.is_empty()
        && !document.has_images()
        && is_same_place(visit, task, &capture.final_url)
        && !files::is_file(capture)
}

/// Whether an address is the report's own, in whatever spelling.
pub(super) fn is_same_place(visit: &Visit<'_>, task: &ReadTask, landed: &Url) -> bool {
    let landed = canonical(landed);
    landed == task.url || spellings(&task.url, visit.twins()).contains(&landed)
}

/// A page with something to say: it leads to another known report, or it is this one as it is now.
async fn shown(
    visit: &Visit<'_>,
    task: &ReadTask,
    capture: Capture,
    (document, next, texts): (Document, Next, Vec<Bytes>),
) -> Result<Found, Halt> {
    if let Some(found) = moved::led_to(visit, task, &capture).await? {
        return Ok(found);
    }
    let (document, parts) = article::whole(visit, First::of(document, &capture, next)).await?;
    let captures = std::iter::once(capture).chain(parts).collect();
    received(visit, task, document, texts, captures).await
}

/// What an answer turned out to be.
pub(super) enum Opened {
    /// The answer that is known, byte for byte.
    AsBefore,
    /// Read, with what it was read from and the hash of that.
    Page(Box<(Judged, Capture, Hash)>),
}

/// What came, judged: a page on the parser's threads, a file in the sandbox; an answer that is `known` is not read.
pub(super) async fn opened(
    visit: &Visit<'_>,
    capture: Capture,
    row: Row,
    known: Option<Hash>,
) -> Result<Opened, Failure> {
    let site = Arc::clone(visit.site);
    let parsed = visit.world.parser.run(move || {
        let answer = capture.answer();
        let is_page = Some(answer) != known && !files::is_file(&capture);
        let judged = is_page.then(|| judge::report(&capture, &site, &row)).transpose()?;
        Ok((judged, capture, answer, row))
    });
    let (judged, capture, answer, row) = parsed.await.and_then(|parsed| parsed)?;
    let judged = match judged {
        Some(judged) => judged,
        None if Some(answer) == known => return Ok(Opened::AsBefore),
        None => {
            let name = files::name(&capture.final_url, "");
            let read = files::document(&visit.world.sandbox, &capture, &name).await;
            let (document, texts) = read.map_err(|reason| Failure::new(Class::Transient, Stage::Extract, reason))?;
            Judged::file(judge::settled(document, row.0.as_deref(), row.1), texts)
        }
    };
    Ok(Opened::Page(Box::new((judged, capture, answer))))
}

/// A report that came and has something to say, with its files.
async fn received(
    visit: &Visit<'_>,
    task: &ReadTask,
    mut document: Document,
    texts: Vec<Bytes>,
    captures: Vec<Capture>,
) -> Result<Found, Halt> {
    let mut files = files::load(visit, task, &mut document).await?;
    files.contents.extend(texts);
    let (kind, year) = visit.site.kinds.classify(task.kind.as_deref(), &document);
    compare::served(visit, task, Received { document, captures, files, kind, year }).await
}

/// What a first reading is told as.
pub(super) fn first_told(visit: &Visit<'_>, task: &ReadTask) -> Told {
    let is_silent = task.is_baseline && visit.options.first_walk == FirstWalk::Baseline;
    if is_silent { Told::Baseline } else { Told::New }
}
