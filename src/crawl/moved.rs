//! Whether a report that is not where it was lives elsewhere on its site.
//!
//! In: a report whose address leads nowhere or to another report. Out: the report that it moved to. Never: one of several
//! that it may be, or one that was there beside it.

use jiff::SignedDuration;

use super::find::{self, Found};
use super::visit::{Halt, Visit};
use super::{compare, mend, missed};
use crate::change::{fields, moves, said};
use crate::model::{Capture, How, Listed, Outcome, Report, ReportId, ReportState};
use crate::store::{Edit, Filter, Finding, ReadTask, StoreError};

/// A known report that leads to another known one: moved where both say the same, else missed, as where something else is
/// shown in its place. Where that lasts as long as a withdrawal must, it has moved to one that came in its place.
pub(super) async fn led_to(visit: &Visit<'_>, task: &ReadTask, capture: &Capture) -> Result<Option<Found>, Halt> {
    let is_elsewhere = !find::is_same_place(visit, task, &capture.final_url);
    let Some(newest) = task.newest.filter(|newest| is_elsewhere && !newest.is_by_row) else { return Ok(None) };
    let there = match visit.world.store.find_report(capture.final_url.as_str()).await {
        Ok(there) => there,
        Err(StoreError::UnknownReport { .. } | StoreError::AmbiguousReport { .. }) => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    if there.site != visit.site.id || there.report == task.report {
        return Ok(None);
    }
    let is_same = there.content_hash == Some(newest.fingerprint.content_hash)
        || visit.world.store.heirs(task.report).await?.contains(&there.report);
    if is_same {
        return told(visit, task, there.report).await.map(Some);
    }
    let missed = missed::missed_as(visit, task, How::SoftNotFound);
    let is_withdrawn = matches!(missed.finding, Finding::Withdrawn { .. });
    if is_withdrawn && came_in_place_of(task, &there) {
        return told(visit, task, there.report).await.map(Some);
    }
    Ok(Some(missed))
}

/// What is told of a report that lives on as another one of its site: with what was edited on its way.
pub(super) async fn told(visit: &Visit<'_>, task: &ReadTask, to: ReportId) -> Result<Found, Halt> {
    let edit = edit(visit, task, to).await?.map(Box::new);
    Ok(Found::new(Finding::Moved { to, edit }, Outcome::Moved))
}

/// What the other report says otherwise than this one did; `None` where that is nothing, or cannot be compared.
async fn edit(visit: &Visit<'_>, task: &ReadTask, to: ReportId) -> Result<Option<Edit>, Halt> {
    let Some(newest) = task.newest.filter(|newest| !newest.is_by_row) else { return Ok(None) };
    let there = visit.world.store.find_report(&to.to_string()).await?;
    let Some(revision) = there.revision else { return Ok(None) };
    let Some(old) = mend::newest(visit, task, newest).await? else { return Ok(None) };
    let Some(new) = mend::whole(visit.world.store.document(to, revision).await)? else { return Ok(None) };
    let labels =
        (format!("report {}, revision {}", task.report, newest.revision), format!("report {to}, revision {revision}"));
    let comparing = visit.world.parser.run(move || {
        let fields = fields::edited(&old, &new);
        (!fields.is_empty()).then(|| compare::edit(&old, &new, (&labels.0, &labels.1), fields))
    });
    // Texts that take too long to compare: that it moved is told all the same.
    Ok(comparing.await.ok().flatten())
}

/// Whether a report that is read and present appeared since the other one, which is in no listing any more, was last there,
/// under its title and day: it may be that one, edited on its way.
fn came_in_place_of(task: &ReadTask, there: &Report) -> bool {
    let (title, published) = &task.known;
    task.listed != Listed::Yes
        && there.state == ReportState::Present
        && there.revision.is_some()
        && there.first_seen_at > task.last_seen_at
        && moves::are_named_alike((title.as_deref(), *published), (there.title.as_deref(), there.published))
}

/// The report that carries the same title, number and text on this site since later, or the same text of the same day under
/// another title, where there is exactly one.
pub(super) async fn successor(visit: &Visit<'_>, task: &ReadTask) -> Result<Option<ReportId>, Halt> {
    if task.listed == Listed::Yes {
        return Ok(None);
    }
    let heirs = visit.world.store.heirs(task.report).await?;
    Ok(if let [heir] = heirs[..] { Some(heir) } else { None })
}

/// The report that came in the place of one that is to be told as withdrawn, edited on its way: it appeared since under the
/// same title and day, and its text was made of the text of that one; where there is exactly one.
pub(super) async fn edited_on_its_way(visit: &Visit<'_>, task: &ReadTask) -> Result<Option<ReportId>, Halt> {
    /// Reports of one day: more came with a history, and tell nothing.
    const MOST_OF_A_DAY: usize = 100;
    /// How long before the report was missed first another one may have come in its place.
    const BEFORE: SignedDuration = SignedDuration::from_hours(48);
    let (Some(newest), Some(published)) = (task.newest, task.known.1) else { return Ok(None) };
    let since = task.first_miss_at.and_then(|missed_at| missed_at.checked_sub(BEFORE).ok());
    let Some(since) = since.filter(|_| task.listed != Listed::Yes) else { return Ok(None) };
    let (site, day) = (Some(visit.site.id.clone()), Some(published.date()));
    let state = Some(ReportState::Present);
    let of_day = Filter { site, state, since: day, until: day, limit: MOST_OF_A_DAY, ..Filter::default() };
    let mut came = visit.world.store.reports(of_day).await?;
    if came.len() == MOST_OF_A_DAY {
        return Ok(None);
    }
    came.retain(|there| there.first_seen_at >= since && came_in_place_of(task, there));
    let [there] = &came[..] else { return Ok(None) };
    let Some(old) = mend::newest(visit, task, newest).await? else { return Ok(None) };
    let Some(revision) = there.revision else { return Ok(None) };
    let new = mend::whole(visit.world.store.document(there.report, revision).await)?;
    let is_made_of_it = new.is_some_and(|new| !said::is_stock(&new) && !said::is_other_text(&old, &new));
    Ok(is_made_of_it.then_some(there.report))
}
