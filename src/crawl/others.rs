//! Whether the text in a report's place is what others of its site show: a notice that a portal puts under all its
//! addresses, or a cache that mixes them up, edits no report.
//!
//! In: a reading that says something else than the newest revision. Out: whether it is the text of others. Never: the
//! store written; a text withheld that stood under two addresses before, and was edited under both.

use std::sync::Arc;

use url::Url;

use super::judge;
use super::visit::{Halt, Missing, Visit};
use crate::change::{fingerprint, said};
use crate::fetch::Fetched;
use crate::model::{Document, Doubt, Fingerprint, Hash, Validators};
use crate::store::{Newest, ReadTask, Scope};

/// Other reports that are asked for, where a report shows a text that nobody knows: one may be gone, or void.
const MOST_ASKED: usize = 2;

/// The reading, doubted where another report of the site says the same that never said what this one did.
pub(super) async fn doubted(
    visit: &Visit<'_>,
    task: &ReadTask,
    (newest, old): (Newest, &Document),
    (mut new, print): (Document, &Fingerprint),
) -> Result<Document, Halt> {
    let (before, body) = (newest.fingerprint.body_hash, print.body_hash);
    let is_same = body == before || newest.fingerprint.rules != print.rules;
    if is_same || said::is_end_of_rule(&new) {
        return Ok(new);
    }
    let is_of_others = visit.is_of_others(body)
        || visit.world.store.is_text_of_others(task.report, before, body).await?
        || (said::is_other_text(old, &new) && is_shown(visit, (before, body)).await?);
    if is_of_others {
        visit.note_of_others(body);
        new.doubts.push(Doubt::TextOfOthers);
    }
    Ok(new)
}

/// Whether the page of another report says this now, and did not say before what this one said.
async fn is_shown(visit: &Visit<'_>, (before, body): (Hash, Hash)) -> Result<bool, Halt> {
    let (store, now) = (&visit.world.store, visit.world.clock.now());
    let turns = store.to_read(&visit.site.id, visit.poll, now, Scope::Others).await?;
    let others = store.read_tasks(visit.poll, turns).await?;
    let is_another = |other: &ReadTask| other.newest.is_some_and(|newest| newest.fingerprint.body_hash != before);
    for other in others.iter().filter(|other| is_another(other)).take(MOST_ASKED) {
        if body_of(visit, other).await? == Some(body) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// What the page of a report says now; `None` where it does not come, or cannot be read.
async fn body_of(visit: &Visit<'_>, task: &ReadTask) -> Result<Option<Hash>, Halt> {
    let Some(url) = Url::parse(&task.as_listed_url).ok().filter(|url| visit.is_own(url)) else { return Ok(None) };
    let capture = match visit.get(&url, Validators::default()).await {
        Ok(Fetched::Body(capture)) => capture,
        Ok(Fetched::NotModified(_)) | Err(Missing::Fetch(_)) => return Ok(None),
        Err(Missing::Halt(halt)) => return Err(halt),
    };
    let (site, row) = (Arc::clone(visit.site), task.known.clone());
    let reading = visit.world.parser.run(move || {
        let document = judge::report(&capture, &site, &row).ok()?.document?;
        Some(fingerprint::of(&document, fingerprint::rules(site.rules)).body_hash)
    });
    Ok(reading.await.ok().flatten())
}
