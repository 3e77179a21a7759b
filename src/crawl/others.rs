//! Whether what stands in a report's place is the portal's doing: a notice that it puts under all its addresses, a cache
//! that mixes them up, articles that are all gone though they are listed.
//!
//! In: a reading that says something else than the newest revision; what is withheld of the site. Out: whether it is the
//! text of others, and what is wrong with the portal. Never: the store written; a text withheld that stood under two
//! addresses before, and was edited under both.

use std::sync::Arc;

use url::Url;

use super::judge;
use super::visit::{Halt, Missing, Visit};
use crate::change::said;
use crate::error::{Class, Failure, Stage};
use crate::fetch::Fetched;
use crate::model::{Document, Doubt, Fingerprint, Hash, Validators};
use crate::store::{Newest, ReadTask, Scope, Together, WithheldFor};

/// A text that others of the site show too.
#[derive(Debug, Clone, Copy)]
pub(super) struct OfOthers {
    /// What all of them have in common.
    pub(super) form: Hash,
    /// Whether most of the site shows it: then time proves nothing.
    pub(super) is_of_portal: bool,
}

/// The reading, doubted where another report of the site says the same that never said what this one did.
pub(super) async fn doubted(
    visit: &Visit<'_>,
    task: &ReadTask,
    (newest, old): (Newest, &Document),
    (mut new, print): (Document, &Fingerprint),
) -> Result<(Document, Option<OfOthers>), Halt> {
    let (before, body) = (newest.fingerprint.body_hash, print.body_hash);
    let is_same = body == before || newest.fingerprint.rules != print.rules;
    if is_same || said::is_end_of_rule(&new) {
        return Ok((new, None));
    }
    let form = form(task, &new);
    let group = group(visit, form).await?;
    let is_known = || visit.is_of_others(form) || group.is_some();
    let is_of_others = visit.world.store.is_text_of_others(task.report, before, body).await?
        || (said::is_other_text(old, &new) && (is_known() || is_shown(visit, before, form).await?));
    if !is_of_others {
        return Ok((new, None));
    }
    visit.note_of_others(form);
    new.doubts.push(Doubt::TextOfOthers);
    let is_of_portal = group.is_some_and(|group| said::is_text_of_portal(group.n, group.n_well));
    Ok((new, Some(OfOthers { form, is_of_portal })))
}

/// Whether a reading is a notice that is known to stand under several addresses.
pub(super) async fn is_notice(visit: &Visit<'_>, task: &ReadTask, document: &Document) -> Result<bool, Halt> {
    let form = form(task, document);
    Ok(visit.may_show_notices() && (visit.is_of_others(form) || group(visit, form).await?.is_some()))
}

/// What is wrong with the portal by all that is withheld of it.
pub(super) async fn fault(visit: &Visit<'_>) -> Result<Option<Failure>, Halt> {
    let together = visit.world.store.withheld_together(&visit.site.id).await?;
    let reason = |Together { why, n, n_well }: &Together| match why {
        WithheldFor::Text(_) if said::is_text_of_portal(*n, *n_well) => Some(format!(
            "{n} reports show one text in the place of theirs, and {n_well} were well since: a notice of the portal, or \
             a cache that mixes up its pages"
        )),
        WithheldFor::DeadLinks if said::are_dead_by_portal(*n, *n_well) => Some(format!(
            "{n} reports lead nowhere though their listing shows them, and {n_well} were well since: the portal moved \
             them, or has lost them"
        )),
        _ => None,
    };
    Ok(together.iter().find_map(reason).map(|reason| Failure::new(Class::Layout, Stage::Extract, reason)))
}

/// Whether dead links are the portal's doing, as far as was known when this poll began.
pub(super) async fn are_dead_links_of_portal(visit: &Visit<'_>) -> Result<bool, Halt> {
    let dead = |it: &&Together| it.why == WithheldFor::DeadLinks;
    Ok(visit.together().await?.iter().find(dead).is_some_and(|it| said::are_dead_by_portal(it.n, it.n_well)))
}

/// The reports that were withheld for a text of this form before this poll.
async fn group(visit: &Visit<'_>, form: Hash) -> Result<Option<Together>, Halt> {
    let is_it = |it: &&Together| it.why == WithheldFor::Text(form);
    Ok(visit.together().await?.iter().find(is_it).copied())
}

/// What a reading has in common with others of the same notice.
fn form(task: &ReadTask, document: &Document) -> Hash {
    let titles: Vec<&str> = task.title.iter().chain(&task.known.0).map(String::as_str).collect();
    said::form(document, &titles)
}

/// Whether the page of another report shows this now, and did not say before what this one said: the newest other one is
/// asked, and the one that was last well.
async fn is_shown(visit: &Visit<'_>, before: Hash, form: Hash) -> Result<bool, Halt> {
    let (store, now) = (&visit.world.store, visit.world.clock.now());
    let turns = store.to_read(&visit.site.id, visit.poll, now, Scope::Others).await?;
    let mut others = store.read_tasks(visit.poll, turns).await?;
    others.retain(|other| other.newest.is_some_and(|newest| newest.fingerprint.body_hash != before));
    let last = others.pop();
    for other in others.into_iter().take(1).chain(last) {
        if form_of(visit, &other).await? == Some(form) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// What the page of a report has in common with others now; `None` where it does not come, or cannot be read.
async fn form_of(visit: &Visit<'_>, task: &ReadTask) -> Result<Option<Hash>, Halt> {
    let Some(url) = Url::parse(&task.as_listed_url).ok().filter(|url| visit.is_own(url)) else { return Ok(None) };
    let capture = match visit.get(&url, Validators::default()).await {
        Ok(Fetched::Body(capture)) => capture,
        Ok(Fetched::NotModified(_)) | Err(Missing::Fetch(_)) => return Ok(None),
        Err(Missing::Halt(halt)) => return Err(halt),
    };
    let (site, row) = (Arc::clone(visit.site), task.known.clone());
    let reading =
        visit.world.parser.run(move || judge::report(&capture, &site, &row).ok().and_then(|judged| judged.document));
    Ok(reading.await.ok().flatten().map(|document| form(task, &document)))
}
