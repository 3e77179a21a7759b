//! Whether what stands in a report's place is the portal's doing: a notice that it puts under all its addresses, a cache
//! that mixes them up, articles that are all gone though they are listed.
//!
//! In: a reading that says something else than the newest revision; what is withheld of the site. Out: whether it is the
//! text of others, and what is wrong with the portal. Never: the store written; a text withheld that stood under two
//! addresses before, and was edited under both.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::OnceCell;
use url::Url;

use super::judge;
use super::visit::{Halt, Missing, Visit};
use crate::change::{fingerprint, said};
use crate::error::{Class, Failure, Stage};
use crate::fetch::Fetched;
use crate::model::{Document, Doubt, Fingerprint, Hash, ReportId, Validators};
use crate::store::{Newest, ReadTask, Scope, Together, WithheldFor};

/// Other reports that a poll asks for where reports show texts that nobody knows; what they show is known then.
const MOST_ASKED: usize = 6;

/// Of those that one report is compared with, so many must come: one may be void.
const ENOUGH: usize = 2;

/// What one poll knows of texts that stand under several addresses of its site.
#[derive(Default)]
pub(super) struct Others {
    seen: Mutex<Seen>,
    /// What was withheld together when it was first asked for.
    together: OnceCell<Vec<Together>>,
}

/// What this poll has seen.
#[derive(Default)]
struct Seen {
    /// Forms of texts that stand where others stood before, under several addresses.
    texts: HashSet<Hash>,
    /// Forms of the texts of what is news.
    news: HashSet<Hash>,
    /// Others that were asked for, and what they show.
    asked: HashMap<ReportId, Shown>,
}

/// What the page of a report shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shown {
    /// It did not come, or could not be read.
    Nothing,
    /// A text of this form, in the place of its own or not.
    Text { form: Hash, is_own: bool },
}

/// Whether a text counts that stands where it always stood: papers of one form do, each in its own place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Instead {
    OfAny,
    OfItsOwn,
}

impl Shown {
    fn is(self, wanted: Hash, instead: Instead) -> bool {
        matches!(self, Self::Text { form, is_own } if form == wanted && (instead == Instead::OfAny || !is_own))
    }
}

impl Others {
    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether any text stands under several addresses.
    pub(super) fn have_one_text(&self) -> bool {
        !self.seen().texts.is_empty()
    }
}

impl Seen {
    /// Whether enough others were asked for; what they show answers for the rest.
    fn is_enough(&self) -> bool {
        self.asked.len() >= MOST_ASKED
    }

    fn shows(&self, form: Hash, instead: Instead) -> bool {
        self.asked.values().any(|shown| shown.is(form, instead))
    }
}

/// A text that others of the site show too.
#[derive(Debug, Clone, Copy)]
pub(super) struct OfOthers {
    /// What all of them have in common.
    pub(super) form: Hash,
    /// Whether most of the site shows it: then time proves nothing.
    pub(super) is_of_portal: bool,
}

/// The reading, doubted where another report of the site says the same that never said what this one did. **Errors**: a
/// text that takes too long to look at fails alone.
pub(super) async fn doubted(
    visit: &Visit<'_>,
    task: &ReadTask,
    (newest, old): (Newest, &Document),
    (new, print): (Document, &Fingerprint),
) -> Result<Result<(Document, Option<OfOthers>), Failure>, Halt> {
    let (before, body) = (newest.fingerprint.body_hash, print.body_hash);
    let is_same = body == before || newest.fingerprint.rules != print.rules;
    if is_same || said::is_stock(&new) || said::is_end_of_rule(&new) {
        return Ok(Ok((new, None)));
    }
    let (old, titles) = (old.clone(), titles(task));
    let saying = visit.world.parser.run(move || (said::form(&new, &titles), said::is_other_text(&old, &new), new));
    let (form, is_other, mut new) = match saying.await {
        Ok(said) => said,
        Err(failure) => return Ok(Err(failure)),
    };
    let group = group(visit, form).await?;
    let is_known = || visit.others.seen().texts.contains(&form) || group.is_some();
    let is_of_others = visit.world.store.is_text_of_others(task.report, before, body).await?
        || (is_other && (is_known() || is_shown(visit, before, (form, Instead::OfAny)).await?));
    if !is_of_others {
        return Ok(Ok((new, None)));
    }
    visit.others.seen().texts.insert(form);
    new.doubts.push(Doubt::TextOfOthers);
    let is_of_portal = group.is_some_and(|group| said::is_text_of_portal(group.n, group.n_well));
    Ok(Ok((new, Some(OfOthers { form, is_of_portal }))))
}

/// What the first reading of a report says.
#[derive(Debug, Clone, Copy)]
struct News {
    form: Hash,
    /// Whether it is something else than its row promised, or what other news of this poll says.
    is_strange: bool,
}

/// Whether the first reading of a report is a notice that stands under several addresses: one that is known, or, where the
/// reading is strange, one that reports show which are asked for now.
pub(super) async fn is_notice(
    visit: &Visit<'_>,
    task: &ReadTask,
    (document, print): (&Document, &Fingerprint),
) -> Result<bool, Halt> {
    let Some(news) = note_news(visit, task, document) else { return Ok(false) };
    // Boxed, as all that hardly a report needs: every one would carry its size.
    Box::pin(is_known_or_shown(visit, print.body_hash, news)).await
}

/// Notes what the first reading of a report says. `None`: it is no notice.
fn note_news(visit: &Visit<'_>, task: &ReadTask, document: &Document) -> Option<News> {
    /// Characters of a notice that a portal puts under its addresses; a longer text is not strange.
    const MOST_CHARS: usize = 3_000;
    let may_be_strange = !task.is_baseline && document.n_chars() <= MOST_CHARS;
    if said::is_stock(document) || !(may_be_strange || may_be_shown(visit)) {
        return None;
    }
    let form = form(task, document);
    let is_strange = may_be_strange && {
        let is_again = !visit.others.seen().news.insert(form);
        let (promised, found) = (task.title.as_deref(), document.title.as_deref());
        is_again || promised.zip(found).is_some_and(|(promised, found)| said::is_other_title(promised, found))
    };
    (is_strange || may_be_shown(visit)).then_some(News { form, is_strange })
}

async fn is_known_or_shown(visit: &Visit<'_>, body: Hash, news: News) -> Result<bool, Halt> {
    let News { form, is_strange } = news;
    if may_be_shown(visit) && (visit.others.seen().texts.contains(&form) || group(visit, form).await?.is_some()) {
        return Ok(true);
    }
    let is_shown = is_strange && is_shown(visit, body, (form, Instead::OfItsOwn)).await?;
    if is_shown {
        visit.others.seen().texts.insert(form);
    }
    Ok(is_shown)
}

/// Whether a notice may stand in the place of reports that were never read.
fn may_be_shown(visit: &Visit<'_>) -> bool {
    visit.before.is_broken || visit.others.have_one_text()
}

/// What is wrong with the portal by all that is withheld of it.
pub(super) async fn fault(visit: &Visit<'_>) -> Result<Option<Failure>, Halt> {
    let together = visit.world.store.withheld_together(&visit.site.id, said::LEAST_OF_ONE_TEXT).await?;
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

/// Whether dead links are the portal's doing, as far as is known.
pub(super) async fn are_dead_links_of_portal(visit: &Visit<'_>) -> Result<bool, Halt> {
    let dead = |it: &&Together| it.why == WithheldFor::DeadLinks;
    Ok(together(visit).await?.iter().find(dead).is_some_and(|it| said::are_dead_by_portal(it.n, it.n_well)))
}

/// What was withheld of the site together when this was first asked for.
async fn together<'v>(visit: &'v Visit<'_>) -> Result<&'v [Together], Halt> {
    let ask = || visit.world.store.withheld_together(&visit.site.id, 2);
    Ok(visit.others.together.get_or_try_init(ask).await?)
}

/// Several reports that are withheld for a text of this form.
async fn group(visit: &Visit<'_>, form: Hash) -> Result<Option<Together>, Halt> {
    let is_it = |it: &&Together| it.why == WithheldFor::Text(form);
    Ok(together(visit).await?.iter().find(is_it).copied())
}

/// What a reading has in common with others of the same notice.
fn form(task: &ReadTask, document: &Document) -> Hash {
    said::form(document, &titles(task))
}

/// The titles by which a report is known.
fn titles(task: &ReadTask) -> Vec<String> {
    task.title.iter().chain(&task.known.0).cloned().collect()
}

/// Whether the page of another report shows this now, and did not say before what this one said: two that come are asked,
/// the newest first and then one whose turn is late.
async fn is_shown(visit: &Visit<'_>, before: Hash, (form, instead): (Hash, Instead)) -> Result<bool, Halt> {
    if visit.others.seen().is_enough() {
        return Ok(visit.others.seen().shows(form, instead));
    }
    let (store, now) = (&visit.world.store, visit.world.clock.now());
    let turns = store.to_read(&visit.site.id, visit.poll, now, Scope::Others).await?;
    let mut others = store.read_tasks(visit.poll, turns).await?;
    others.retain(|other| other.newest.is_some_and(|newest| newest.fingerprint.body_hash != before));
    let last = others.len().checked_sub(1).filter(|at| *at > 0).map(|at| others.remove(at));
    if let Some(last) = last {
        others.insert(1, last);
    }
    let mut n_come = 0;
    for other in &others {
        let known = visit.others.seen().asked.get(&other.report).copied();
        let shown = match known {
            Some(shown) => shown,
            None if visit.others.seen().is_enough() => return Ok(visit.others.seen().shows(form, instead)),
            None => {
                let shown = shown_by(visit, other).await?;
                visit.others.seen().asked.insert(other.report, shown);
                shown
            }
        };
        n_come += usize::from(shown != Shown::Nothing);
        if shown.is(form, instead) {
            return Ok(true);
        }
        if n_come == ENOUGH {
            break;
        }
    }
    Ok(false)
}

/// What the page of a report shows now.
async fn shown_by(visit: &Visit<'_>, task: &ReadTask) -> Result<Shown, Halt> {
    let url = Url::parse(&task.as_listed_url).ok().filter(|url| visit.may_show(url));
    let Some(url) = url else { return Ok(Shown::Nothing) };
    let capture = match visit.get(&url, Validators::default()).await {
        Ok(Fetched::Body(capture)) => capture,
        Ok(Fetched::NotModified(_)) | Err(Missing::Fetch(_)) => return Ok(Shown::Nothing),
        Err(Missing::Halt(halt)) => return Err(halt),
    };
    let (site, row, titles) = (Arc::clone(visit.site), task.known.clone(), titles(task));
    // The first page of an article says less than all of it, and a row nothing.
    let own = task.newest.filter(|newest| !task.has_parts && newest.n_chars > 0);
    let own = own.map(|newest| newest.fingerprint.body_hash);
    let reading = visit.world.parser.run(move || {
        let document = judge::report(&capture, &site, &row).ok()?.document?;
        let form = said::form(&document, &titles);
        let says = fingerprint::of(&document, fingerprint::rules(site.rules)).body_hash;
        let is_own = own.is_none_or(|own| own == says);
        Some(Shown::Text { form, is_own })
    });
    Ok(reading.await.ok().flatten().unwrap_or(Shown::Nothing))
}
