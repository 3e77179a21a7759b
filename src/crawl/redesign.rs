//! Whether what changed in a poll is the portal's doing and not the reports': then operators are told once, and readers
//! not.
//!
//! In: what is held for this site, of a killed poll too: edits, and reports that left their column while no word says that
//! they are gone. Out: the changes to fold, by themselves or under a redesign that was told before. Never: an edit lost; a
//! folded one stays in the report's history.

use std::collections::BTreeSet;

use super::mend;
use super::read;
use super::verdict::Reads;
use super::visit::{Halt, Ledger, Visit};
use crate::change::redesign::{self, Edit, Folded, Ways};
use crate::model::{ChangeId, ReportId};
use crate::store::{Fold, HeldEdit, KnownRedesign, LateFold, LeftFold, Scope, StoreError};

/// Reads a few more reports where few were read and most of them changed: a portal that was built anew shows itself one
/// report at a time otherwise, as each comes to be read again.
pub(super) async fn read_companions(visit: &Visit<'_>, reads: &mut Reads, ledger: &mut Ledger) -> Result<(), Halt> {
    // A poll that read much compares its edits once, when it ends.
    if ledger.n_read_again >= redesign::ENOUGH_READ {
        return Ok(());
    }
    let held = visit.world.store.held_edits(&visit.site.id).await?;
    if held.is_empty() {
        return Ok(());
    }
    let known = visit.world.store.redesigns(&visit.site.id).await?;
    let edits = edits(visit, &held).await?;
    let unexplained: Vec<Edit> = held
        .iter()
        .zip(edits)
        .filter(|(held, edit)| late(held, edit, &known).is_none())
        .map(|(_, edit)| edit)
        .collect();
    if redesign::may_have_begun(&unexplained, ledger.n_read_again) {
        read::companions(visit, Scope::Companions, reads, ledger).await?;
    }
    Ok(())
}

/// What becomes of the held changes: those to fold into one event (reports that got other URLs all at once, and edits
/// where most of the reports read changed in the same ways), and those that belong to one told before.
pub(super) async fn folds(visit: &Visit<'_>, ledger: &Ledger) -> Result<(Option<Fold>, Vec<LateFold>), StoreError> {
    let store = &visit.world.store;
    let moved = store.held_moves(&visit.site.id).await?;
    let held = store.held_edits(&visit.site.id).await?;
    let known = if held.is_empty() { Vec::new() } else { store.redesigns(&visit.site.id).await? };
    let is_one_possible = held.len() >= redesign::LEAST_REPORTS || !known.is_empty();
    let edits = if is_one_possible { edits(visit, &held).await? } else { Vec::new() };
    // Edits of a poll that was killed are weighed against what that one read too.
    let n_read_before = if edits.is_empty() { 0 } else { store.n_read_in_held(&visit.site.id, visit.poll).await? };
    let Folded { reports: edited, ways } = redesign::folded(&edits, ledger.n_read_again + n_read_before);
    let is_edited = |held: &&HeldEdit| edited.contains(&held.report);
    let changes: Vec<ChangeId> =
        moved.iter().map(|(change, _)| *change).chain(held.iter().filter(is_edited).map(|held| held.change)).collect();
    let rest = held.iter().zip(&edits).filter(|(held, _)| !edited.contains(&held.report));
    let late = rest.filter_map(|(held, edit)| late(held, edit, &known)).collect();
    let reports: BTreeSet<ReportId> = moved.iter().map(|(_, report)| *report).chain(edited.iter().copied()).collect();
    let count = reports.len() as u64;
    Ok(((!changes.is_empty()).then_some(Fold { changes, count, ways }), late))
}

/// The held withdrawals of reports that left a column together; of a report that left several it is told once.
pub(super) async fn left(visit: &Visit<'_>) -> Result<Vec<LeftFold>, StoreError> {
    let columns = visit.world.store.left_columns(&visit.site.id, visit.poll, visit.world.clock.now()).await?;
    let mut folded: BTreeSet<ReportId> = BTreeSet::new();
    let mut folds = Vec::new();
    for column in columns.into_iter().filter(|column| redesign::left_together(column.n_left, column.n_staying)) {
        let held = column.held.into_iter().filter(|(_, report)| folded.insert(*report));
        let (changes, reports): (Vec<_>, Vec<_>) = held.unzip();
        if !changes.is_empty() {
            folds.push(LeftFold { name: column.name, url: column.url, changes, reports, told: column.told });
        }
    }
    Ok(folds)
}

/// The redesign that an edit belongs to: its report was not read since, and changed as the others did.
fn late(held: &HeldEdit, edit: &Edit, known: &[KnownRedesign]) -> Option<LateFold> {
    let unchanged_at = held.unchanged_at?;
    let is_of = |redesign: &&KnownRedesign| unchanged_at < redesign.seen_at && edit.ways.are_of(&redesign.ways);
    known.iter().find(is_of).map(|redesign| LateFold { change: held.change, into: redesign.change })
}

/// In what ways each held edit changed its report.
async fn edits(visit: &Visit<'_>, held: &[HeldEdit]) -> Result<Vec<Edit>, StoreError> {
    let store = &visit.world.store;
    let mut edits = Vec::with_capacity(held.len());
    for edit in held {
        let old = mend::whole(store.document(edit.report, edit.revision - 1).await)?;
        let new = mend::whole(store.document(edit.report, edit.revision).await)?;
        // What cannot be compared is told on its own.
        let ways = match old.zip(new) {
            Some((old, new)) => visit.world.parser.run(move || Ways::of(&old, &new)).await.unwrap_or_default(),
            None => Ways::default(),
        };
        edits.push(Edit { report: edit.report, ways });
    }
    Ok(edits)
}
