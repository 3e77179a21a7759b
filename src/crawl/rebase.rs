//! Rules changed: stored captures are read again, and that reading is the silent new baseline.
//!
//! In: a site whose rules are not those of its stored readings. Out: revisions with the same numbers and dates, read
//! by the rules of today. Never: an event; a change of our own file is no change of the portal.

use std::sync::Arc;

use super::judge;
use super::visit::{Halt, Visit};
use crate::change::fingerprint;
use crate::model::{Capture, Document};

/// Revisions read again in one step: enough to keep the writer busy, few enough to lose nothing by a kill.
const AT_ONCE: usize = 64;

/// Reads every stored capture of the site again that other rules have read. A kill in the middle goes on at the next
/// poll.
pub(super) async fn stale_readings(visit: &Visit<'_>) -> Result<(), Halt> {
    let (store, rules) = (&visit.world.store, fingerprint::rules(visit.site.rules));
    loop {
        let stale = store.stale_reports(&visit.site.id, rules, AT_ONCE).await?;
        if stale.is_empty() {
            return Ok(());
        }
        for (report, revision) in stale {
            visit.ensure_wanted()?;
            let old = store.document(report, revision).await?;
            let capture = store.stored_capture(report, revision).await?;
            let document = read_again(visit, old, capture).await;
            store.rebaseline(report, revision, fingerprint::of(&document, rules), document).await?;
        }
    }
}

/// A revision that has no capture, or whose capture the rules of today cannot read, keeps its words.
async fn read_again(visit: &Visit<'_>, old: Document, capture: Option<Capture>) -> Document {
    let Some(capture) = capture else { return old };
    let site = Arc::clone(visit.site);
    // The row is not asked for: what it gave stands in the old reading.
    let row = (old.title.clone(), old.published);
    let judged = visit.world.parser.run(move || judge::report(&capture, &site, &row)).await.and_then(|judged| judged);
    judged.ok().and_then(|judged| judged.reading).map_or(old, |(reread, _)| reread)
}
