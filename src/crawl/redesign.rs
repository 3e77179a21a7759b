//! Whether the edits of a poll are the portal's and not the reports': then operators are told once, and readers not.
//!
//! In: the edits that are held for this site, those of a killed poll too. Out: the ones to fold. Never: an edit lost;
//! a folded one stays in the report's history.

use std::collections::BTreeSet;

use super::visit::{Ledger, Visit};
use crate::change::redesign::{self, Edit, Ways};
use crate::model::{ChangeId, ReportId};
use crate::store::{Fold, StoreError};

/// The held changes to fold into one event: reports that got other URLs all at once, and edits where most of the reports
/// read changed in the same ways.
pub(super) async fn fold(visit: &Visit<'_>, ledger: &Ledger) -> Result<Option<Fold>, StoreError> {
    let store = &visit.world.store;
    let moved = store.held_moves(&visit.site.id).await?;
    let edited = folded_edits(visit, ledger).await?;
    let reports: BTreeSet<ReportId> = moved.iter().chain(&edited).map(|(_, report)| *report).collect();
    let changes: Vec<ChangeId> = moved.into_iter().chain(edited).map(|(change, _)| change).collect();
    let count = reports.len() as u64;
    Ok((!changes.is_empty()).then_some(Fold { changes, count }))
}

/// The held edits of reports of which most changed in the same ways.
async fn folded_edits(visit: &Visit<'_>, ledger: &Ledger) -> Result<Vec<(ChangeId, ReportId)>, StoreError> {
    let store = &visit.world.store;
    let held = store.held_edits(&visit.site.id).await?;
    if held.len() < redesign::LEAST_REPORTS {
        return Ok(Vec::new());
    }
    let mut edits = Vec::with_capacity(held.len());
    for edit in &held {
        let old = store.document(edit.report, edit.revision - 1).await?;
        let new = store.document(edit.report, edit.revision).await?;
        // What cannot be compared is told on its own.
        let ways = visit.world.parser.run(move || Ways::of(&old, &new)).await.unwrap_or_default();
        edits.push(Edit { report: edit.report, ways });
    }
    let n_read = usize::try_from(ledger.counts.reports_read).unwrap_or(usize::MAX);
    let folded = redesign::folded(&edits, n_read);
    let folded = held.iter().filter(|edit| folded.contains(&edit.report));
    Ok(folded.map(|edit| (edit.change, edit.report)).collect())
}
