//! Stages 5 to 7 for a report of which its row is all that may be known.
//!
//! In: a report and the row that a listing shows of it. Out: a [`Found`]. Never: a request.

use super::find::{Found, first_told};
use super::visit::{Halt, Visit};
use super::{compare, judge, mend};
use crate::change::{fields, fingerprint};
use crate::model::{Document, Doubt, Fingerprint, Outcome, ReportState};
use crate::store::{Finding, ReadTask, Reading, Told};

/// A first reading of what stands in the report's place by no right: what its row tells.
pub(super) fn instead(visit: &Visit<'_>, task: &ReadTask, reading: Reading) -> Reading {
    let (document, fingerprint) = document(visit, task);
    Reading { document, fingerprint, captures: Vec::new(), kind: None, year: None, ..reading }
}

/// What a row tells.
fn document(visit: &Visit<'_>, task: &ReadTask) -> (Document, Fingerprint) {
    let document = Document { doubts: vec![Doubt::NoBody], ..Document::default() };
    let document = judge::settled(document, task.title.as_deref(), task.date);
    let fingerprint = fingerprint::of(&document, fingerprint::rules(visit.site.rules));
    (document, fingerprint)
}

/// A row that leads to a host which is not the site's, where robots.txt forbids us, or to a script's route: the row itself
/// is all that may be known. It is told, and so is a row that says something else later.
pub(super) async fn found(visit: &Visit<'_>, task: &ReadTask) -> Result<Found, Halt> {
    let (document, fingerprint) = document(visit, task);
    let (told, outcome) = match task.newest {
        // Where it took the place of a report that is known, that one was told.
        None if visit.world.store.in_place_of(task.report, visit.poll).await?.is_some() => {
            (Told::Baseline, Outcome::Unchanged)
        }
        None => (first_told(visit, task), Outcome::New),
        Some(newest) => {
            let Some(old) = mend::newest(visit, task, newest).await? else {
                // The row that it was known by, if its hashes say so.
                if newest.fingerprint == fingerprint {
                    mend::keep(visit, task, newest, fingerprint, document).await?;
                }
                return Ok(Found::unasked(Finding::NotAsked, Outcome::Unchanged));
            };
            if !judge::is_by_row(&old) || newest.fingerprint == fingerprint || task.state == ReportState::Withdrawn {
                return Ok(Found::unasked(Finding::NotAsked, Outcome::Unchanged));
            }
            let outcome = Outcome::Edited(fields::edited(&old, &document));
            (compare::told(&old, &document, newest.revision, &outcome), outcome)
        }
    };
    let (kind, year) = visit.site.kinds.classify(task.kind.as_deref(), &document);
    let captures = Vec::new();
    let reading = Reading { document, fingerprint, captures, kind, year, told };
    Ok(Found::unasked(Finding::Read(Box::new(reading)), outcome))
}
