//! Stage 7, where the store has lost what a report said: its newest Document is damaged, or gone with its page.
//!
//! In: a report, the hashes of its newest revision, which no damage of a content takes along, and a reading of today.
//! Out: the Document made whole; where the page says something else now, what the hashes prove of it. Never: an event
//! that they do not prove, or the poll of a site ended by one of its reports.

use super::find::{self, Found};
use super::visit::{Halt, Visit};
use super::{compare, files, rebase};
use crate::change::fingerprint;
use crate::change::outcome::{self, Lost};
use crate::model::{Attachment, Document, Fingerprint, Listed, Outcome, ReportState};
use crate::store::{Finding, Newest, ReadTask, Reading, StoreError, Told};

/// What was read of the store; `None` where it is lost.
pub(super) fn whole<T>(read: Result<T, StoreError>) -> Result<Option<T>, StoreError> {
    match read {
        Ok(read) => Ok(Some(read)),
        Err(StoreError::Lost { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

/// The newest Document of a report, read again from its pages where only itself is damaged; `None`: it is lost.
pub(super) async fn newest(visit: &Visit<'_>, task: &ReadTask, newest: Newest) -> Result<Option<Document>, Halt> {
    let store = &visit.world.store;
    if let Some(document) = whole(store.document(task.report, newest.revision).await)? {
        return Ok(Some(document));
    }
    let captures = whole(store.stored_captures(task.report, newest.revision).await)?.unwrap_or_default();
    // Boxed: hardly a report needs it, and every one would carry its size.
    let reading = Box::pin(rebase::read_again(visit, task.report, None, captures));
    let Some(document) = reading.await? else { return Ok(None) };
    keep(visit, task, newest, newest.fingerprint, document.clone()).await?;
    Ok(Some(document))
}

/// Keeps a reading in the place of what was lost; only the log is told.
pub(super) async fn keep(
    visit: &Visit<'_>,
    task: &ReadTask,
    newest: Newest,
    fingerprint: Fingerprint,
    document: Document,
) -> Result<(), Halt> {
    visit.world.store.rebaseline(task.report, newest.revision, fingerprint, document).await?;
    tracing::error!(
        site = %visit.site.id, url = %task.url, report = %task.report, revision = newest.revision,
        "what the report said was damaged in the store and was read anew: `govwatch doctor` looks at the whole store"
    );
    Ok(())
}

/// What a reading comes to where the newest one is lost: the same by its hashes, or an edit whose lines cannot be shown.
pub(super) async fn by_hashes(
    visit: &Visit<'_>,
    task: &ReadTask,
    newest: Newest,
    reading: Reading,
) -> Result<Found, Halt> {
    let known = visit.world.store.known_files(task.report).await?;
    let lost = lost(visit, task, newest, files::as_known(&reading.document, &known));
    let Reading { mut document, fingerprint, captures, kind, year, .. } = reading;
    let now = visit.world.clock.now();
    let judging = visit.world.parser.run(move || {
        files::fill_known(&mut document, &known);
        let print = fingerprint::of(&document, fingerprint.rules);
        (outcome::of_lost(&lost, &document, &print, now), print, document)
    });
    let (outcome, fingerprint, document) = match judging.await {
        Ok(judged) => judged,
        Err(failure) => return Ok(compare::failed(visit, task, failure)),
    };
    let told = match &outcome {
        Outcome::Suspect => return Ok(compare::suspected(&fingerprint, captures)),
        // It may be a portal that is built anew, and there is no page of before to tell.
        Outcome::Edited(_) if task.listed == Listed::Unhealthy => {
            return Ok(compare::suspected(&fingerprint, captures));
        }
        Outcome::Edited(fields) => {
            Told::Edited { fields: fields.clone(), facts: Vec::new(), diff: without_lines(newest.revision) }
        }
        Outcome::Restored(fields) if !fields.is_empty() => {
            Told::Restored { fields: fields.clone(), facts: Vec::new(), diff: Some(without_lines(newest.revision)) }
        }
        _ => {
            keep(visit, task, newest, fingerprint, document).await?;
            return Ok(find::unchanged(visit, task, Finding::Unchanged, Outcome::Unchanged));
        }
    };
    tracing::error!(
        site = %visit.site.id, url = %task.url, report = %task.report, revision = newest.revision,
        "the revision is damaged in the store: the report was edited since, and what it said before cannot be shown"
    );
    let reading = Reading { document, fingerprint, captures, kind, year, told };
    Ok(Found::new(Finding::Read(Box::new(reading)), outcome))
}

/// What is left of the newest revision; `files`: the attachments of today with what was known of them.
fn lost(visit: &Visit<'_>, task: &ReadTask, newest: Newest, files: Vec<Attachment>) -> Lost {
    let is_back = find::before(task).is_back(task.listed);
    Lost {
        print: newest.fingerprint,
        n_chars: newest.n_chars,
        title: task.known.0.clone(),
        published: task.known.1,
        files,
        state: if is_back { ReportState::Withdrawn } else { ReportState::Present },
        suspect: compare::suspect(visit, task),
    }
}

/// The diff of an edit of which only one side is left.
fn without_lines(revision: u32) -> String {
    let next = revision + 1;
    format!(
        "--- revision {revision}\n+++ revision {next}\n\
         @@ revision {revision} is damaged in the store: its lines cannot be shown @@\n"
    )
}
