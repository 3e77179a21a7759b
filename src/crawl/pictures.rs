//! Stage 7, beside the comparison: the pictures of a text that says what it said.
//!
//! In: the newest revision and a reading of the same words. Out: both with the bytes of those pictures that others took the
//! place of. Never: a request where every picture has the name that it had; a picture that did not come taken for another.

use super::compare;
use super::find::Found;
use super::visit::{Halt, Visit};
use crate::change::pictures;
use crate::config::Attachments;
use crate::fetch::Fetched;
use crate::model::{Block, Document, FieldName, Hash, Listed, Outcome, Validators};
use crate::page::attach::Media;
use crate::store::{Finding, Newest, ReadTask, Reading};

/// Pictures of one report that are looked at: an article whose every picture is another one is told by its first.
const MOST_PICTURES: usize = 5;

/// What another picture in a text of the same words comes to; `None`: there is nothing to tell.
///
/// A picture that is only another name of the same one, or whose forerunner is gone, is the silent new baseline.
pub(super) async fn replaced(
    visit: &Visit<'_>,
    task: &ReadTask,
    (newest, mut old): (Newest, Document),
    reading: &Reading,
) -> Result<Option<Found>, Halt> {
    if !reading.document.has_images()
        || task.listed == Listed::Unhealthy
        || visit.site.fetch.attachments == Attachments::List
    {
        return Ok(None);
    }
    let store = &visit.world.store;
    let mut new = reading.document.clone();
    let is_doubted = new.doubts.iter().any(|doubt| !old.doubts.contains(doubt));
    pictures::keep_known_bytes(&old.blocks, &mut new.blocks);
    if is_doubted || !look(visit, &mut old, &mut new).await? {
        return Ok(None);
    }
    if !crate::change::fields::edited(&old, &new).contains(&FieldName::AttachmentReplaced) {
        store.rebaseline(task.report, newest.revision, reading.fingerprint, new).await?;
        return Ok(None);
    }
    store.rebaseline(task.report, newest.revision, newest.fingerprint, old.clone()).await?;
    let outcome = Outcome::Edited(vec![FieldName::AttachmentReplaced]);
    let (document, told) = (new.clone(), outcome.clone());
    let comparing = visit.world.parser.run(move || compare::told(&old, &new, newest.revision, &told)).await;
    let Ok(told) = comparing else { return Ok(None) };
    let reading = Reading { document, told, ..reading.clone() };
    Ok(Some(Found::new(Finding::Read(Box::new(reading)), outcome)))
}

/// Asks for the pictures that took the place of others, and for those. Whether one came of which nothing was known.
async fn look(visit: &Visit<'_>, old: &mut Document, new: &mut Document) -> Result<bool, Halt> {
    let mut has_come = false;
    for (at, to) in pictures::in_place_of_others(&old.blocks, &new.blocks).into_iter().take(MOST_PICTURES) {
        let is_here = bytes(visit, &mut new.blocks[to]).await?;
        has_come |= is_here;
        if is_here && old.blocks[at].hash.is_none() {
            bytes(visit, &mut old.blocks[at]).await?;
        }
    }
    Ok(has_come)
}

/// Whether a picture came; notes its bytes.
async fn bytes(visit: &Visit<'_>, picture: &mut Block) -> Result<bool, Halt> {
    let Some(url) = picture.url.clone().filter(|url| visit.is_own(url)) else { return Ok(false) };
    let Ok(Fetched::Body(capture)) = visit.get_file(&url, Validators::default()).await? else { return Ok(false) };
    let is_picture = capture.status == 200 && Media::of(&capture.body, "").is_image();
    picture.hash = is_picture.then(|| Hash::of(&capture.body));
    Ok(is_picture)
}
