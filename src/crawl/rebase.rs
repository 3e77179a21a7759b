//! Rules changed: stored captures are read again, and that reading is the silent new baseline.
//!
//! In: a site whose rules are not those of its stored readings. Out: revisions with the same numbers and dates, read
//! by the rules of today. Never: an event; a change of our own file is no change of the portal.

use std::collections::HashSet;

use super::find::Opened;
use super::judge::Judged;
use super::visit::{Halt, Visit};
use super::{article, files, find, mend};
use crate::change::{attachments, fingerprint};
use crate::model::{Capture, Document, Doubt, ReportId};

/// Revisions read again in one step: enough to keep the writer busy, few enough to lose nothing by a kill.
const AT_ONCE: usize = 64;

/// Reads every stored capture of the site again that other rules have read. A kill in the middle goes on at the next
/// poll.
pub(super) async fn stale_readings(visit: &Visit<'_>) -> Result<(), Halt> {
    let (store, rules) = (&visit.world.store, fingerprint::rules(visit.site.rules));
    // What could not be read may be read by the rules of today.
    if store.last_rules(&visit.site.id, visit.poll).await?.is_some_and(|last| last != rules) {
        store.ask_amiss_now(&visit.site.id).await?;
    }
    let mut lost = HashSet::new();
    loop {
        let mut stale = store.stale_reports(&visit.site.id, rules, AT_ONCE + lost.len()).await?;
        stale.retain(|(report, _)| !lost.contains(report));
        if stale.is_empty() {
            return Ok(());
        }
        for (report, revision) in stale {
            visit.ensure_wanted()?;
            let old = mend::whole(store.document(report, revision).await)?;
            let captures = mend::whole(store.stored_captures(report, revision).await)?;
            let document = match captures {
                Some(captures) => read_again(visit, report, old, captures).await?,
                None => None,
            };
            let Some(document) = document else {
                // Damaged in the store: its page is read by the rules of today when it is next asked for.
                lost.insert(report);
                continue;
            };
            store.rebaseline(report, revision, fingerprint::of(&document, rules), document).await?;
        }
    }
}

/// A revision that has no capture, or whose capture the rules of today cannot read, keeps its words; `None`: they are lost.
pub(super) async fn read_again(
    visit: &Visit<'_>,
    report: ReportId,
    old: Option<Document>,
    captures: Vec<Capture>,
) -> Result<Option<Document>, Halt> {
    let mut captures = captures.into_iter();
    let Some(capture) = captures.next() else { return Ok(old) };
    // Not what the old reading says: a title or a date that other rules read wrongly would pass for the row's.
    let row = visit.world.store.listed_row(report).await?;
    let Ok(Opened::Page(page)) = find::opened(visit, capture, row, None).await else { return Ok(old) };
    let (Judged { document: Some(document), next, texts, .. }, capture, _) = *page else { return Ok(old) };
    let first = article::First::of(document, &capture, next);
    let (mut document, _) = article::join(visit, first, captures.collect()).await;
    // The other pages of the article were read, and are not at hand.
    let is_part = |document: &Document| document.doubts.contains(&Doubt::PartOfArticle);
    if is_part(&document) && !old.as_ref().is_some_and(is_part) {
        return Ok(old);
    }
    match &old {
        Some(old) => attachments::keep_known_contents(old, &mut document),
        None => files::fill_known(&mut document, &visit.world.store.known_files(report).await?),
    }
    files::read_again(visit, report, &mut document, texts).await?;
    Ok(Some(document))
}
