//! Stages 7 and 8 for a report whose page came: what its reading is, against the newest revision.
//!
//! In: a Document and its hashes. Out: a [`Found`], the diff of an edit with it. Never: a long text hashed, or two
//! texts compared, on an async thread: the parser's do it.

use std::sync::Arc;

use bytes::Bytes;
use jiff::Timestamp;

use super::files::Files;
use super::find::{self, Found, first_told};
use super::missed::{self, unchanged};
use super::others::OfOthers;
use super::visit::{Halt, Visit};
use super::{by_row, judge, mend, others, pictures, tied};
use crate::change::attachments::Reworded;
use crate::change::outcome::{self, Known, Rebaseline, Suspicion};
use crate::change::render::{self, View};
use crate::change::words::Words;
use crate::change::{attachments, diff, facts, fingerprint, to_and_fro};
use crate::error::{Class, Failure, Stage};
use crate::model::{Capture, Document, Doubt, FieldName, Fingerprint, Hash, Listed, Outcome, ReportState};
use crate::store::{Edit, Finding, Newest, ReadTask, Reading, Told};

/// What a comparison came to.
struct Compared {
    outcome: Result<Outcome, Rebaseline>,
    told: Option<Told>,
    document: Document,
    fingerprint: Fingerprint,
    /// Files whose words can be compared too.
    reworded: Vec<Reworded>,
}

/// A report as it came.
pub(super) struct Received {
    pub(super) document: Document,
    /// What it was read from; empty where the page is as it was and only its files may differ.
    pub(super) captures: Vec<Capture>,
    pub(super) files: Files,
    pub(super) kind: Option<String>,
    pub(super) year: Option<i16>,
}

/// The report came and says something: what its poll found, with what is kept of its files.
pub(super) async fn served(visit: &Visit<'_>, task: &ReadTask, received: Received) -> Result<Found, Halt> {
    let Received { document, captures, files, kind, year } = received;
    let (fingerprint, document) = match hashed(visit, document).await {
        Ok(hashed) => hashed,
        Err(failure) => return Ok(failed(visit, task, failure)),
    };
    let told = Told::Baseline;
    let reading = Reading { document, fingerprint, captures, kind, year, told };
    let found = found(visit, task, reading, &files.contents).await?;
    Ok(if found.failure.is_some() { found } else { Found { files, ..found } })
}

/// A Document and its hashes.
async fn hashed(visit: &Visit<'_>, document: Document) -> Result<(Fingerprint, Document), Failure> {
    /// Bytes of a text that takes less to hash than to hand over: some 50 microseconds.
    const SHORT: usize = 20_000;
    let rules = fingerprint::rules(visit.site.rules);
    if document.blocks.iter().map(|block| block.text.len()).sum::<usize>() <= SHORT {
        return Ok((fingerprint::of(&document, rules), document));
    }
    visit.world.parser.run(move || (fingerprint::of(&document, rules), document)).await
}

/// A report that cannot be compared, in time or at all, fails alone: the others of its site are told.
pub(super) fn failed(visit: &Visit<'_>, task: &ReadTask, failure: Failure) -> Found {
    Found::failed(tied(failure, &visit.site.id, &task.as_listed_url))
}

async fn found(visit: &Visit<'_>, task: &ReadTask, reading: Reading, contents: &[Bytes]) -> Result<Found, Halt> {
    let Some(newest) = task.newest else {
        let reading = Reading { told: first_told(visit, task), ..reading };
        let is_notice = others::is_notice(visit, task, (&reading.document, &reading.fingerprint)).await?;
        let reading = if is_notice { by_row::instead(visit, task, reading) } else { reading };
        return Ok(Found::new(Finding::Read(Box::new(reading)), Outcome::New));
    };
    if reading.fingerprint == newest.fingerprint && !missed::before(task).is_back(task.listed) {
        return as_it_was(visit, task, newest, reading).await;
    }
    match mend::newest_beside(visit, task, newest, &reading).await? {
        Some(old) => Box::pin(beside(visit, task, (newest, old), reading, contents)).await,
        None => Box::pin(mend::unknown(visit, task, newest, reading)).await,
    }
}

/// What a reading is beside the newest revision, from which it differs.
async fn beside(
    visit: &Visit<'_>,
    task: &ReadTask,
    (newest, old): (Newest, Document),
    reading: Reading,
    contents: &[Bytes],
) -> Result<Found, Halt> {
    let same = || Ok(unchanged(visit, task, Finding::Unchanged, Outcome::Unchanged));
    if judge::is_by_row(&old) {
        return learned(visit, task, newest, reading).await;
    }
    let Reading { document, fingerprint, captures, kind, year, .. } = reading;
    let doubted = others::doubted(visit, task, (newest, &old), (document, &fingerprint)).await?;
    let (document, of_others) = match doubted {
        Ok(doubted) => doubted,
        Err(failure) => return Ok(failed(visit, task, failure)),
    };
    let document = beside_earlier(visit, task, newest, (document, &fingerprint)).await?;
    let suspect = suspect(visit, task).filter(|_| of_others.is_none_or(|it| !it.is_of_portal));
    let compared = match with_newest(visit, task, (newest, old, suspect), (document, fingerprint.rules)).await {
        Ok(compared) => compared,
        Err(failure) => return Ok(failed(visit, task, failure)),
    };
    let Compared { outcome, told, document, fingerprint, reworded } = compared;
    Ok(match (outcome, told) {
        (Err(_), _) => {
            visit.world.store.rebaseline(task.report, newest.revision, fingerprint, document).await?;
            return same();
        }
        (Ok(Outcome::Suspect), _) if outcome::says_nothing(&document) && missed::may_be_off(task) => {
            let reason = "the page shows nothing of the report any more";
            failed(visit, task, Failure::new(Class::Layout, Stage::Extract, reason))
        }
        (Ok(Outcome::Suspect), _) => suspected(&fingerprint, of_others, captures),
        (Ok(Outcome::Edited(_)), _) if is_of_redesign(visit, task, newest.revision, captures.first()).await? => {
            suspected(&fingerprint, of_others, captures)
        }
        (Ok(outcome), Some(told)) => {
            let told = with_files(visit, told, newest.revision, reworded, contents).await?;
            let reading = Reading { document, fingerprint, captures, kind, year, told };
            Found::new(Finding::Read(Box::new(reading)), outcome)
        }
        (Ok(_), None) => return same(),
    })
}

/// The first page of a report of which its row was told: its first reading, told to nobody.
async fn learned(visit: &Visit<'_>, task: &ReadTask, newest: Newest, reading: Reading) -> Result<Found, Halt> {
    let said = (&reading.document, &reading.fingerprint);
    if outcome::is_no_content(said.0) {
        let reason = "the page shows nothing of the report yet";
        let failure = Failure::new(Class::Layout, Stage::Extract, reason);
        return Ok(failed(visit, task, failure));
    }
    let is_notice = others::is_notice(visit, task, said).await?;
    if !is_notice && task.state != ReportState::Withdrawn {
        let reading = Reading { told: Told::Learned, ..reading };
        return Ok(Found::new(Finding::Read(Box::new(reading)), Outcome::Unchanged));
    }
    if !is_notice {
        let Reading { fingerprint, document, .. } = reading;
        visit.world.store.rebaseline(task.report, newest.revision, fingerprint, document).await?;
    }
    Ok(unchanged(visit, task, Finding::Unchanged, Outcome::Unchanged))
}

/// The reading, doubted where the report goes to and fro between it and the newest revision.
async fn beside_earlier(
    visit: &Visit<'_>,
    task: &ReadTask,
    newest: Newest,
    (mut document, print): (Document, &Fingerprint),
) -> Result<Document, Halt> {
    let before = visit.world.store.prints_before(task.report, newest.revision, to_and_fro::N_TO_AND_FRO).await?;
    if to_and_fro::is_to_and_fro(&newest.fingerprint, &before, print) {
        document.doubts.push(Doubt::ToAndFro);
    }
    Ok(document)
}

/// The page says what it said: a picture of it may be another one, and words of its files may be known since. These stand
/// in no hash, and readers want them. A text that has neither is not read back at each recheck: that would take longer than
/// all that the store does for it.
async fn as_it_was(visit: &Visit<'_>, task: &ReadTask, newest: Newest, reading: Reading) -> Result<Found, Halt> {
    let may_say_more = reading.document.has_images() || attachments::has_words(&reading.document);
    let is_amiss = task.has_failed || !find::is_routine(visit, task);
    if (may_say_more || is_amiss)
        && let Some(old) = mend::newest_beside(visit, task, newest, &reading).await?
    {
        if is_amiss {
            mend::keep_pages(visit, task, &reading.captures).await?;
        }
        let is_learned = attachments::has_learned_words(&old, &reading.document);
        // Boxed: hardly a report needs it, and every one would carry its size.
        if let Some(found) = Box::pin(pictures::replaced(visit, task, (newest, old), &reading)).await? {
            return Ok(found);
        }
        if is_learned {
            let Reading { fingerprint, document, .. } = reading;
            visit.world.store.rebaseline(task.report, newest.revision, fingerprint, document).await?;
        }
    }
    Ok(unchanged(visit, task, Finding::Unchanged, Outcome::Unchanged))
}

/// What a reading comes to against the newest revision.
async fn with_newest(
    visit: &Visit<'_>,
    task: &ReadTask,
    (newest, old, suspect): (Newest, Document, Option<Suspicion>),
    (document, rules): (Document, Hash),
) -> Result<Compared, Failure> {
    let state = state(task);
    let now = visit.world.clock.now();
    let comparing = visit.world.parser.run(move || {
        let known = Known { newest: Some((&newest.fingerprint, &old)), state, suspect };
        compared(&known, &old, newest.revision, document, rules, now)
    });
    comparing.await
}

/// The standing that a reading is compared by: a withdrawn report that is not back is compared as any other.
pub(super) fn state(task: &ReadTask) -> ReportState {
    let is_back = missed::before(task).is_back(task.listed);
    if is_back { ReportState::Withdrawn } else { ReportState::Present }
}

/// Whether an edit is one of a portal that is built anew: its listing can no longer be read, and its text stands in other
/// elements than the newest revision's did. It is withheld until the site file is mended.
async fn is_of_redesign(
    visit: &Visit<'_>,
    task: &ReadTask,
    revision: u32,
    capture: Option<&Capture>,
) -> Result<bool, Halt> {
    let Some(new) = capture.filter(|_| task.listed == Listed::Unhealthy).cloned() else { return Ok(false) };
    // What cannot be looked at is withheld with the rest: the listing is broken either way.
    let Some(old) = mend::whole(visit.world.store.stored_captures(task.report, revision).await)? else {
        return Ok(true);
    };
    let Some(old) = old.into_iter().next() else { return Ok(false) };
    let site = Arc::clone(visit.site);
    Ok(visit.world.parser.run(move || judge::is_redrawn(&old, &new, &site)).await.unwrap_or(true))
}

/// A doubtful reading, withheld, with its first page as evidence.
pub(super) fn suspected(fingerprint: &Fingerprint, of_others: Option<OfOthers>, captures: Vec<Capture>) -> Found {
    let (suspicion, form) = (Some(fingerprint.content_hash), of_others.map(|it| it.form));
    let capture = captures.into_iter().next().map(Box::new);
    Found::new(Finding::Suspect { suspicion, form, miss: None, capture }, Outcome::Suspect)
}

/// What is told of an edit, with what changed in the words of its files.
async fn with_files(
    visit: &Visit<'_>,
    told: Told,
    revision: u32,
    reworded: Vec<Reworded>,
    contents: &[Bytes],
) -> Result<Told, Halt> {
    let Told::Edited(Edit { fields, mut facts, mut diff }) = told else { return Ok(told) };
    for Reworded { title, old, new } in reworded {
        let just_read = contents.iter().find(|bytes| Hash::of(bytes) == new).map(|bytes| bytes.to_vec());
        let kept = async |hash| Ok::<_, Halt>(mend::whole(visit.world.store.content(hash).await)?.flatten());
        let new = if just_read.is_some() { just_read } else { kept(new).await? };
        let (Some(old), Some(new)) = (kept(old).await?, new) else { continue };
        let comparing = visit.world.parser.run(move || {
            let (old, new) = (String::from_utf8_lossy(&old), String::from_utf8_lossy(&new));
            let labels = (format!("revision {revision}"), format!("revision {}", revision + 1));
            let words = Words::of(&title, (&old, &new), (&labels.0, &labels.1));
            (words.facts(), render::unified(&words.view()))
        });
        // Texts that take too long to compare are told as replaced, without their lines.
        let Ok((more, lines)) = comparing.await else { continue };
        facts.extend(more);
        diff.push_str(&shortened(lines));
    }
    Ok(Told::Edited(Edit { fields, facts, diff }))
}

/// As much of a file's lines as is told: a file may be a book, and another book may stand in its place.
fn shortened(mut lines: String) -> String {
    /// Bytes of the lines of one file: some three pages of text, and of what stands there now.
    const MOST_BYTES: usize = 20_000;
    if lines.len() > MOST_BYTES {
        lines.truncate(lines.floor_char_boundary(MOST_BYTES));
        lines.push_str("\n@@ the rest is left out; `govwatch diff` shows it @@\n");
    }
    lines
}

/// The doubtful text that stands against the report. While the site is broken, time proves nothing: what stands there
/// for a day may be a broken portal.
pub(super) fn suspect(visit: &Visit<'_>, task: &ReadTask) -> Option<Suspicion> {
    let suspicion = task.suspicion.filter(|_| !visit.before.is_broken);
    suspicion.map(|(content_hash, first_seen_at)| Suspicion { content_hash, first_seen_at })
}

fn compared(
    known: &Known<'_>,
    old: &Document,
    revision: u32,
    mut document: Document,
    rules: Hash,
    now: Timestamp,
) -> Compared {
    attachments::keep_known_contents(old, &mut document);
    let fingerprint = fingerprint::of(&document, rules);
    let outcome = outcome::of(known, &document, &fingerprint, now);
    document.doubts = outcome::doubts(Some(old), &document);
    let told = match &outcome {
        Ok(outcome @ (Outcome::Edited(_) | Outcome::Restored(_))) => Some(told(old, &document, revision, outcome)),
        _ => None,
    };
    let reworded = attachments::reworded(old, &document);
    Compared { outcome, told, document, fingerprint, reworded }
}

/// What is told of an edit or a return: the fields, and the diff where something differs.
pub(super) fn told(old: &Document, new: &Document, revision: u32, outcome: &Outcome) -> Told {
    let labels = (format!("revision {revision}"), format!("revision {}", revision + 1));
    let edit = |fields: &[FieldName]| edit(old, new, (&labels.0, &labels.1), fields.to_vec());
    match outcome {
        Outcome::Restored(fields) => {
            let Edit { fields, facts, diff } = edit(fields);
            Told::Restored { diff: (!fields.is_empty()).then_some(diff), fields, facts }
        }
        Outcome::Edited(fields) => Told::Edited(edit(fields)),
        _ => Told::New,
    }
}

/// What is told of a text beside another one, from which it differs in these fields.
pub(super) fn edit(
    old: &Document,
    new: &Document,
    (old_label, new_label): (&str, &str),
    fields: Vec<FieldName>,
) -> Edit {
    let diff = diff::hunks(old, new);
    let view = View { old_label, new_label, old, new, diff: &diff };
    Edit { fields, facts: facts::of(old, new, &diff), diff: render::unified(&view) }
}
