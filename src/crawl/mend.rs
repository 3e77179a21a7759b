//! Stage 7, where the store has lost what a report said: its newest Document is damaged, or gone with its page.
//!
//! In: a report, the hashes of its newest revision, which no damage of a content takes along. Out: the Document made whole
//! from its page as it was kept, or as it came today; else the edit that the hashes prove. Never: a Document or an edit that
//! they do not prove, or the poll of a site ended by one of its reports.

use super::find::Found;
use super::missed::unchanged;
use super::visit::{Halt, Visit};
use super::{compare, rebase};
use crate::change::fingerprint;
use crate::change::outcome::{self, Remains};
use crate::error::{Class, Failure, Stage};
use crate::model::{Capture, Document, Fingerprint, Listed, Outcome};
use crate::store::{Edit, Finding, Newest, ReadTask, Reading, StoreError, Told};

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
    match whole(visit.world.store.document(task.report, newest.revision).await)? {
        Some(document) => Ok(Some(document)),
        // Boxed: hardly a report needs it, and every one would carry its size.
        None => Box::pin(of_its_page(visit, task, newest)).await,
    }
}

/// The same, where a reading of today that says the same by its hashes makes it whole too.
pub(super) async fn newest_beside(
    visit: &Visit<'_>,
    task: &ReadTask,
    known: Newest,
    reading: &Reading,
) -> Result<Option<Document>, Halt> {
    let kept = newest(visit, task, known).await?;
    if kept.is_some() || reading.fingerprint != known.fingerprint {
        return Ok(kept);
    }
    Box::pin(keep(visit, task, known, reading.fingerprint, reading.document.clone())).await?;
    Ok(Some(reading.document.clone()))
}

/// A lost Document, read once more from the pages that are kept of it.
async fn of_its_page(visit: &Visit<'_>, task: &ReadTask, newest: Newest) -> Result<Option<Document>, Halt> {
    let captures = visit.world.store.stored_captures(task.report, newest.revision).await;
    let Some(captures) = whole(captures)? else { return Ok(None) };
    let Some(document) = rebase::read_again(visit, task.report, None, captures).await? else { return Ok(None) };
    let rules = newest.fingerprint.rules;
    let hashing = visit.world.parser.run(move || (fingerprint::of(&document, rules), document));
    let Ok((print, document)) = hashing.await else { return Ok(None) };
    // Files that came since, and rules of today, read something else.
    if print != newest.fingerprint {
        return Ok(None);
    }
    keep(visit, task, newest, print, document.clone()).await?;
    Ok(Some(document))
}

/// Keeps in the place of what was lost what the hashes of the revision prove to be the same; only the log is told.
pub(super) async fn keep(
    visit: &Visit<'_>,
    task: &ReadTask,
    newest: Newest,
    fingerprint: Fingerprint,
    document: Document,
) -> Result<(), Halt> {
    visit.world.store.rebaseline(task.report, newest.revision, fingerprint, document).await?;
    tracing::warn!(
        site = %visit.site.id, url = %task.url, report = %task.report, revision = newest.revision,
        "what the report said was damaged in the store and was made whole: look at the disk"
    );
    Ok(())
}

/// Keeps in the place of pages that were lost those that came today, where they are the same byte for byte.
pub(super) async fn keep_pages(visit: &Visit<'_>, task: &ReadTask, captures: &[Capture]) -> Result<(), Halt> {
    let pages = captures.iter().map(|capture| capture.body.clone()).collect();
    if visit.world.store.keep_lost(pages).await? > 0 {
        tracing::warn!(
            site = %visit.site.id, url = %task.url, report = %task.report,
            "the page of the report was damaged in the store and was made whole: look at the disk"
        );
    }
    Ok(())
}

/// A report of which nobody knows what it said. Where it was read by other rules the reading of today is the silent new
/// baseline; else it says something else now, which is told by what the hashes prove, without the lines that changed.
pub(super) async fn unknown(
    visit: &Visit<'_>,
    task: &ReadTask,
    newest: Newest,
    reading: Reading,
) -> Result<Found, Halt> {
    if reading.fingerprint.rules != newest.fingerprint.rules {
        let Reading { fingerprint, document, .. } = reading;
        visit.world.store.rebaseline(task.report, newest.revision, fingerprint, document).await?;
        return Ok(unchanged(visit, task, Finding::Unchanged, Outcome::Unchanged));
    }
    let was = Remains {
        print: &newest.fingerprint,
        title: task.known.0.as_deref(),
        published: task.known.1,
        n_chars: newest.n_chars,
        state: compare::state(task),
        suspect: compare::suspect(visit, task),
    };
    // Of an article over several pages, some may not have been known; of a listing that cannot be read, nothing is sure;
    // what a redesign did to all reports of the site was told with it.
    let redesigns = visit.world.store.redesigns(&visit.site.id).await?;
    let is_redrawn = redesigns.iter().any(|redesign| redesign.seen_at >= newest.seen_at);
    let is_sure = !task.has_parts && reading.captures.len() < 2 && task.listed != Listed::Unhealthy && !is_redrawn;
    let outcome = outcome::of_lost(&was, &reading.document, &reading.fingerprint, visit.world.clock.now());
    match outcome.filter(|_| is_sure) {
        Some(Outcome::Suspect) => Ok(compare::suspected(&reading.fingerprint, None, reading.captures)),
        Some(outcome) => Ok(told(newest.revision, reading, outcome)),
        None => Ok(untold(visit, task, newest.revision)),
    }
}

/// A change whose lines cannot be shown.
fn told(revision: u32, reading: Reading, outcome: Outcome) -> Found {
    let diff = format!(
        "--- revision {revision}\n+++ revision {}\n@@ what revision {revision} said is damaged in the store: a backup may \
         have it @@\n",
        revision + 1
    );
    let told = match &outcome {
        Outcome::Restored(fields) => Told::Restored { fields: fields.clone(), facts: Vec::new(), diff: Some(diff) },
        Outcome::Edited(fields) => Told::Edited(Edit { fields: fields.clone(), facts: Vec::new(), diff }),
        _ => unreachable!("invariant: what is not withheld of a lost text is edited or restored"),
    };
    Found::new(Finding::Read(Box::new(Reading { told, ..reading })), outcome)
}

/// What changed cannot be told, and is not passed over in silence.
fn untold(visit: &Visit<'_>, task: &ReadTask, revision: u32) -> Found {
    let reason = format!(
        "revision {revision} of report {} is damaged in the store and the page says something else now: what changed cannot be \
         told; bring back the store from a backup, which `govwatch backup` makes",
        task.report
    );
    compare::failed(visit, task, Failure::new(Class::Bug, Stage::Store, reason))
}
