//! One page of a listing: asked for, asked for once more where it fails for a moment, and read.
//!
//! In: an address and the page's number. Out: its rows, or that the page before it was the last one. Never: a page that
//! is none of this listing's, taken for one.

use std::sync::Arc;
use std::time::Duration;

use super::super::drift::Watch;
use super::super::visit::{Halt, Missing, Visit};
use super::super::{judge, tied};
use super::again;
use crate::config::{Format, ListingRule, Pagination, Render};
use crate::error::{Class, Failure, Stage};
use crate::fetch::{FetchError, Fetched};
use crate::model::{Capture, ListingPage, PageAddress, PageKind};
use crate::store::{Answer, FirstPage};

/// How many intervals of the pace a page that failed is left alone before it is asked for once more: with 3 s between
/// requests half a minute, in which a worker of the server is restarted and a cut line is back.
const RETRY_INTERVALS: u32 = 10;

/// A page that is asked for.
pub(super) struct Asked<'a> {
    pub(super) rule: &'a ListingRule,
    pub(super) address: &'a PageAddress,
    /// Its number, from 1.
    pub(super) n_page: u32,
    /// How many pages the pager says there are.
    pub(super) n_stated: Option<u32>,
    /// Whether no page before it had rows of its own: it must have some.
    pub(super) is_first: bool,
    /// Whether other pages are waiting that do not follow from this one.
    pub(super) has_others: bool,
    /// Whether the listing was ever walked: then it had rows.
    pub(super) is_known: bool,
}

/// A page that was had.
pub(super) struct Answered {
    pub(super) page: ListingPage,
    /// The first page of the listing, where it was read anew.
    pub(super) anew: Option<Arc<FirstPage>>,
}

/// What was had at the address of a page.
enum Had {
    Page(Box<Answered>),
    /// There is none, or it has no rows.
    Nothing,
    /// It has nothing at all, not even what stands around the rows of the others.
    Blank,
}

impl Had {
    fn page(self) -> Option<Answered> {
        if let Self::Page(page) = self { Some(*page) } else { None }
    }
}

/// Whether the pages of a listing are documents as the portal sends them, with something around their rows. An interface
/// says that it has no more, and a script may draw nothing then.
fn is_document(visit: &Visit<'_>, rule: &ListingRule) -> bool {
    let is_sent = visit.site.fetch.render == Render::None;
    is_sent && matches!(rule.format, Format::Html | Format::Datastore | Format::Unit)
}

/// Fetches and reads one page; what fails for a moment is tried once more. `None`: a page beyond the last one of a
/// listing that does not say how many it has. `first`: how the first page was read last.
pub(super) async fn ask(
    visit: &Visit<'_>,
    asked: &Asked<'_>,
    first: Option<&FirstPage>,
    watch: &mut Watch,
) -> Result<Option<Answered>, Halt> {
    let failure = match once(visit, asked, first, watch).await {
        Err(Halt::Failed(failure)) if is_worth_another_try(&failure, asked.is_first) => Some(failure),
        // An end, or a server that is busy: the next look tells.
        Ok(Had::Blank) if asked.n_stated.is_none() && is_document(visit, asked.rule) => None,
        done => return done.map(Had::page),
    };
    let why = failure.as_ref().map_or("it is blank", |failure| &failure.reason);
    tracing::info!(site = %visit.site.id, url = %asked.address.url, "asked for once more: {why}");
    visit.pause(visit.site.pace.min_interval.saturating_mul(RETRY_INTERVALS)).await?;
    let again = once(visit, asked, first, watch).await.map(Had::page);
    let Some(failure) = failure else { return again };
    match again {
        // The host is held back since it failed: that it failed is the word to be told.
        Err(Halt::NotNow(..) | Halt::Taken(..) | Halt::InTrouble(..)) => Err(Halt::Failed(failure)),
        done => done,
    }
}

/// A fault of the moment; further down a listing also a page that is none: servers under load answer so with status 200.
/// On the first page that is a listing which is not what its site file says.
fn is_worth_another_try(failure: &Failure, is_first: bool) -> bool {
    match failure.class {
        Class::Transient => true,
        Class::Layout => !is_first && failure.stage == Stage::Listing,
        Class::Blocked | Class::Gone | Class::Config | Class::Bug => false,
    }
}

async fn once(visit: &Visit<'_>, asked: &Asked<'_>, first: Option<&FirstPage>, watch: &mut Watch) -> Result<Had, Halt> {
    if !visit.is_own(&asked.address.url) {
        return Err(failed(visit, asked, foreign(asked)));
    }
    let (kind, answered) = had(visit, asked, first, watch).await?;
    if is_beyond(asked, kind, &answered.page) {
        return Ok(if kind == PageKind::Empty { Had::Blank } else { Had::Nothing });
    }
    match fault(asked, kind, &answered.page) {
        None => Ok(Had::Page(Box::new(answered))),
        Some((class, what)) => {
            let reason = format!("listing {:?}: {what}", asked.rule.name);
            Err(failed(visit, asked, Failure::new(class, Stage::Listing, reason)))
        }
    }
}

/// A page as it was read before, where it is still the same; else as it is read now.
async fn had(
    visit: &Visit<'_>,
    asked: &Asked<'_>,
    first: Option<&FirstPage>,
    watch: &mut Watch,
) -> Result<(PageKind, Answered), Halt> {
    let capture = get(visit, asked).await?;
    watch.see(&capture);
    let answer = again::answer(visit, asked, &capture);
    if let Some((kind, page)) = answer.as_ref().and_then(|answer| again::known(first, answer)) {
        return Ok((kind, Answered { page, anew: None }));
    }
    let (kind, page) = read(visit, asked, capture).await?;
    let is_kept = |answer: &Answer| again::shows_the_same(first, answer, kind, &page);
    let anew =
        answer.filter(|answer| !is_kept(answer)).and_then(|answer| FirstPage::of(answer, kind, &page)).map(Arc::new);
    Ok((kind, Answered { page, anew }))
}

async fn get(visit: &Visit<'_>, asked: &Asked<'_>) -> Result<Capture, Halt> {
    match visit.get_page(asked.address).await {
        Ok(Fetched::Body(capture) | Fetched::NotModified(capture)) => Ok(capture),
        Err(Missing::Halt(halt)) => Err(halt),
        Err(Missing::Fetch(error)) => {
            // One listing that robots.txt forbids is a fault of the site file; the others may be walked.
            let is_forbidden = matches!(error, FetchError::Forbidden { .. });
            let failure = Failure::from(error);
            let class = if is_forbidden { Class::Config } else { failure.class };
            Err(failed(visit, asked, Failure { class, ..failure }))
        }
    }
}

fn failed(visit: &Visit<'_>, asked: &Asked<'_>, failure: Failure) -> Halt {
    Halt::Failed(tied(failure, &visit.site.id, asked.address.url.as_str()))
}

/// A pager may lead anywhere; only the owner of a site knows which hosts are the office's.
fn foreign(asked: &Asked<'_>) -> Failure {
    let Asked { rule, address, n_page, .. } = *asked;
    let host = address.url.host_str().unwrap_or_default();
    let reason = format!(
        "listing {:?}: page {n_page} lives on another host; add {host:?} to `fetch.hosts` if it belongs to the site",
        rule.name
    );
    Failure::new(Class::Config, Stage::Listing, reason)
}

/// Whether a page shows that the one before it was the last. Portals that count pinned rows state a page too many, which
/// is empty; a page that is stated and missing is a gap.
fn is_beyond(asked: &Asked<'_>, kind: PageKind, page: &ListingPage) -> bool {
    let Asked { n_page, n_stated, .. } = *asked;
    // A link to a page states that page; a number that is only tried does not.
    let is_led = matches!(asked.rule.pages, None | Some(Pagination::Next { .. }))
        && page.next.is_empty()
        && page.n_total.is_none();
    let n_stated = n_stated.unwrap_or(if is_led { n_page } else { 1 });
    let is_counted = match asked.rule.pages {
        Some(Pagination::Script) => true,
        // Windows of rows, and older proxies, state no pages.
        Some(Pagination::Dataproxy) => asked.n_stated.is_some(),
        _ => false,
    };
    match kind {
        _ if asked.is_first || is_counted || asked.has_others || page.is_frame => false,
        PageKind::Challenge => false,
        PageKind::NotFound => n_page > n_stated,
        // The last one that is stated must still say so itself: a server in trouble answers with status 200 too.
        _ => page.entries.is_empty() && (n_page > n_stated || (n_page == n_stated && page.n_pages == Some(n_stated))),
    }
}

/// Why a page cannot be a page of this listing: who must act, and what to do.
fn fault(asked: &Asked<'_>, kind: PageKind, page: &ListingPage) -> Option<(Class, String)> {
    let Asked { rule, n_page, is_first, .. } = *asked;
    let n_entries = page.entries.len();
    let is_frame = page.is_frame && !page.next.is_empty();
    let is_short = n_entries < rule.expect.min_entries && !rule.expect.may_be_empty && !is_frame;
    // One of the sitemaps of an index may be empty.
    let is_one_of_many = asked.has_others && matches!(rule.format, Format::Sitemap);
    // A first page that shows further ones is watched all the same.
    let has_lost_its_way =
        page.next.is_empty() && page.further.is_none() && page.n_pages.is_some_and(|n_pages| n_pages > n_page);
    let what = match kind {
        PageKind::Challenge => return Some((Class::Blocked, "the portal shows a challenge page".to_owned())),
        PageKind::NotFound => format!("page {n_page} is not there; check `url` and `pages` of this [[listing]]"),
        _ if is_one_of_many => return None,
        _ if is_first && is_short => too_few(asked, page),
        _ if !is_first && n_entries == 0 && !is_frame => {
            format!("page {n_page} has no entries; check `entry` and `pages`")
        }
        _ if has_lost_its_way => {
            format!(
                "it says that there are pages behind page {n_page}, and no way to the next was found; check `pages`"
            )
        }
        _ => return None,
    };
    Some((Class::Layout, what))
}

fn too_few(asked: &Asked<'_>, page: &ListingPage) -> String {
    let (n_entries, least) = (page.entries.len(), asked.rule.expect.min_entries);
    // To say that it may be empty would silence the alarm of a redesign for good.
    let usual = if asked.is_known {
        "it had more before: `govwatch repair` proposes selectors, or check `url` of this [[listing]]"
    } else {
        "check `url` and how rows are read in this [[listing]], or set `may_be_empty = true` in [expect]"
    };
    format!("{n_entries} entries, expected at least {least}; {}", page.advice.as_deref().unwrap_or(usual))
}

async fn read(visit: &Visit<'_>, asked: &Asked<'_>, capture: Capture) -> Result<(PageKind, ListingPage), Halt> {
    let (site, rule, url) = (Arc::clone(visit.site), asked.rule.clone(), capture.url.clone());
    let (post, n_page) = (asked.address.post.clone(), asked.n_page);
    let today = capture.fetched_at.to_zoned(site.timezone.clone()).date();
    let parsed =
        visit.world.parser.run(move || judge::rows(&capture, &site, &rule, post.as_ref(), n_page, today)).await;
    parsed.and_then(|read| read).map_err(|failure| Halt::Failed(tied(failure, &visit.site.id, url.as_str())))
}

impl Visit<'_> {
    /// Waits, unless the user wants to stop.
    async fn pause(&self, span: Duration) -> Result<(), Halt> {
        tokio::select! {
            biased;
            () = self.world.interrupt.asked() => Err(Halt::Interrupted),
            () = tokio::time::sleep(span) => Ok(()),
        }
    }
}
