//! Whether a page that could be read is still what it was: stage 4 of 10, between reading a listing page and keeping it.
//!
//! In: the rows of a page and what is usual of its listing. Out: the rows that may be kept, a failure for the operator,
//! and the page as evidence. Never: a row told as news that the portal's new layout put there.

use std::collections::{HashMap, HashSet};

use url::Url;

use super::visit::{Halt, Visit};
use super::walk;
use crate::change::canonical::{canonical, spellings};
use crate::change::drift::{self, Lost, Shown, Verdict};
use crate::change::moves::{self, Expected};
use crate::config::{EntryRule, ListingRule};
use crate::error::{Class, Failure, Stage};
use crate::model::{Capture, Entry, Hash, ListingPage, ReportId};
use crate::page::tree::{Query, Selector};
use crate::store::{EvidenceRecord, ListingState, Recognised, ShownRow};

/// The listing that is walked.
#[derive(Clone, Copy)]
pub(super) struct Walked<'a> {
    pub(super) visit: &'a Visit<'a>,
    pub(super) rule: &'a ListingRule,
    pub(super) state: &'a ListingState,
}

/// What one walk watches for.
#[derive(Default)]
pub(super) struct Watch {
    /// The page read last; once the listing is known to be broken, the one that showed it.
    page: Option<Capture>,
    /// Why the listing is not what it was.
    strange: Option<String>,
    /// Whether that is to be told, or only waited for.
    is_broken: bool,
    /// What it has lost, where only its known rows are believed.
    lost: Option<Lost>,
    /// What this walk met of known reports at other URLs.
    met: Met,
    /// Whether it met rows that stood in the listing at its former address.
    pub(super) has_met_former: bool,
    /// Former URLs of rows, and the URLs that their reports have now.
    former: HashMap<String, String>,
    /// Reports that were followed to the URLs of their rows.
    followed: HashSet<ReportId>,
}

/// What a walk met of known reports at other URLs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
enum Met {
    #[default]
    Nothing,
    /// The same URLs with other tokens.
    Tokens,
    /// Reports that moved.
    Moves,
}

impl Watch {
    /// That of a walk that goes on; `has_moves`: its pages before showed reports at other URLs.
    pub(super) fn after_moves(has_moves: bool) -> Self {
        Self { met: if has_moves { Met::Moves } else { Met::Nothing }, ..Self::default() }
    }

    /// Whether reports of this listing got other URLs in this walk: those further down have too.
    pub(super) fn has_moves(&self) -> bool {
        self.met != Met::Nothing
    }

    /// Remembers a page in case that it shows something.
    pub(super) fn see(&mut self, page: &Capture) {
        if !self.is_broken {
            self.page = Some(page.clone());
        }
    }

    /// Why no report may count as missing from this walk.
    pub(super) fn strange(&self) -> Option<&str> {
        self.strange.as_deref()
    }

    /// Whether rows that nobody knows are left out.
    pub(super) fn believes_known_rows_only(&self) -> bool {
        self.lost.is_some()
    }

    /// The URL by which the report of a row is known.
    pub(super) fn identity(&self, url: String) -> String {
        self.former.get(&url).cloned().unwrap_or(url)
    }

    /// What is told of a walk that was finished and is not what it was.
    pub(super) fn verdict(&self, rule: &ListingRule, state: &ListingState) -> Result<(), Halt> {
        match (&self.strange, &state.broken) {
            (Some(what), _) if self.is_broken => Err(Halt::Failed(broken(rule, what))),
            // What is only waited for is no recovery.
            (Some(_), Some(former)) => {
                let failure = Failure::new(Class::Layout, Stage::Listing, former.clone());
                Err(Halt::Failed(failure.at_url(&rule.url)))
            }
            _ => Ok(()),
        }
    }

    /// Whether a row is one of a report that is known here.
    fn knows(&self, known: &Recognised) -> bool {
        match known {
            Recognised::Here | Recognised::Formerly(_) => true,
            Recognised::Titled(report, _) => self.followed.contains(report),
            Recognised::Never => false,
        }
    }
}

fn broken(rule: &ListingRule, what: &str) -> Failure {
    let reason = format!(
        "listing {:?}: {what}; `govwatch repair` proposes selectors, or takes the page as right with --accept",
        rule.name
    );
    Failure::new(Class::Layout, Stage::Listing, reason).at_url(&rule.url)
}

/// Judges a page before it is kept, and follows reports that moved all at once. **Errors**: a first page none of whose
/// rows is believed.
pub(super) async fn settle(
    walked: Walked<'_>,
    is_first: bool,
    watch: &mut Watch,
    page: &mut ListingPage,
) -> Result<(), Halt> {
    let known = recognised(walked, watch, page).await?;
    if is_first && !page.is_frame {
        judged(walked, watch, page, &known).await?;
    }
    // Rows that only a strange page shows are no news: what is known of it is all that is believed.
    if watch.believes_known_rows_only() {
        let mut known = known.iter();
        page.entries.retain(|_| known.next().is_some_and(|known| watch.knows(known)));
    }
    Ok(())
}

/// What is known of the rows. Before a listing's first walk is done nothing can have moved or drifted, unless it is
/// another one's at a new address.
async fn recognised(walked: Walked<'_>, watch: &mut Watch, page: &ListingPage) -> Result<Vec<Recognised>, Halt> {
    let Walked { visit, state, .. } = walked;
    let Some(listing) = state.baselined_at.map(|_| state.listing).or(state.former) else { return Ok(Vec::new()) };
    let urls: Vec<String> = page.entries.iter().map(|entry| canonical(&entry.url)).collect();
    let row = |(url, entry): (&String, &Entry)| ShownRow {
        urls: std::iter::once(url.clone()).chain(spellings(url, visit.twins())).collect(),
        title: entry.title.clone(),
        date: entry.date,
    };
    let rows: Vec<ShownRow> = urls.iter().zip(&page.entries).map(row).collect();
    let known = visit.world.store.recognise(&visit.site.id, listing, rows).await?;
    for (url, known) in urls.iter().zip(&known) {
        if let Recognised::Formerly(now_at) = known {
            watch.former.insert(url.clone(), now_at.clone());
        }
    }
    follow(walked, watch, page, (&urls, &known)).await?;
    Ok(known)
}

/// Follows reports that moved all at once to the URLs of their rows.
async fn follow(
    walked: Walked<'_>,
    watch: &mut Watch,
    page: &ListingPage,
    (urls, known): (&[String], &[Recognised]),
) -> Result<(), Halt> {
    let Walked { visit, rule, state } = walked;
    let shown: HashSet<&str> = urls.iter().map(String::as_str).collect();
    let titled = urls.iter().zip(known).filter_map(|(url, known)| match known {
        Recognised::Titled(report, from) if !shown.contains(from.as_str()) => {
            Some((*report, from.as_str(), url.clone()))
        }
        _ => None,
    });
    let (rolled, titled): (Vec<_>, Vec<_>) = titled.partition(|(_, from, url)| moves::has_rolled_on(from, url));
    let plain =
        |moves: Vec<(ReportId, &str, String)>| moves.into_iter().map(|(report, _, url)| (report, url)).collect();
    let (rolled, titled): (Vec<_>, Vec<_>) = (plain(rolled), plain(titled));
    let n_rolled = rolled.len();
    if n_rolled > 0 {
        watch.followed.extend(rolled.iter().map(|(report, _)| *report));
        visit.world.store.follow_tokens(rolled).await?;
    }
    // Rows that nobody wants are known by their URLs alone, and cannot be followed.
    let wanted = || page.entries.iter().zip(known).filter(|(entry, _)| walk::is_wanted(rule, entry));
    let is_unknown = |known: &Recognised| matches!(known, Recognised::Titled(..) | Recognised::Never);
    let n_unknown = wanted().filter(|(_, known)| is_unknown(known)).count().saturating_sub(n_rolled);
    // Where their former host is none of the site's any more, nothing of them is left there.
    let is_left = |from: &str| Url::parse(from).is_ok_and(|from| !visit.is_own(&from));
    let have_left = page.entries.iter().zip(known).all(|(entry, known)| match known {
        Recognised::Titled(_, from) => entry.date.is_some() && is_left(from),
        _ => true,
    });
    let expected = match (watch.met, state.baselined_at) {
        (Met::Tokens | Met::Moves, _) => Expected::Met,
        (Met::Nothing, None) if have_left => Expected::LeftHost,
        (Met::Nothing, None) => Expected::Column,
        (Met::Nothing, Some(_)) => Expected::Nothing,
    };
    let moves = moves::together(titled, n_unknown, wanted().count(), expected);
    if moves.is_empty() { Ok(()) } else { followed(walked, watch, moves).await }
}

/// Gives reports the URLs of their rows.
async fn followed(walked: Walked<'_>, watch: &mut Watch, moves: Vec<(ReportId, String)>) -> Result<(), Halt> {
    let Walked { visit, rule, state } = walked;
    let (store, reports) = (&visit.world.store, moves.iter().map(|(report, _)| *report).collect::<Vec<_>>());
    watch.followed.extend(&reports);
    let urls = store.report_urls(reports).await?;
    let pairs: Vec<_> = urls.into_iter().zip(moves.iter().map(|(_, url)| url.clone())).collect();
    if moves::are_by_token(&pairs, watch.met == Met::Tokens) {
        watch.met = watch.met.max(Met::Tokens);
        store.follow_tokens(moves).await?;
    } else {
        tracing::info!(site = %visit.site.id, listing = rule.name, "{} reports have other URLs now", moves.len());
        watch.met = Met::Moves;
        store.follow_moves(visit.poll, state.listing, moves, visit.world.clock.now()).await?;
    }
    Ok(())
}

/// Notes in what the first page is not what it was. **Errors**: none of its rows is believed.
async fn judged(walked: Walked<'_>, watch: &mut Watch, page: &ListingPage, known: &[Recognised]) -> Result<(), Halt> {
    let Walked { visit, rule, state } = walked;
    let usual = visit.world.store.usual(state.listing).await?;
    let shown = shown(visit, rule, page, known);
    let verdict = if state.baselined_at.is_some() { drift::judge(usual.as_ref(), &shown) } else { Verdict::Usual };
    let learnt = drift::learnt(usual.as_ref(), &shown, &verdict);
    if usual.as_ref() != Some(&learnt) {
        visit.world.store.keep_usual(state.listing, learnt).await?;
    }
    match verdict {
        Verdict::Usual => {}
        Verdict::Waiting(what) => watch.strange = Some(what),
        Verdict::Fallen(what) => (watch.strange, watch.is_broken) = (Some(what), true),
        Verdict::Drifted(lost, what) => {
            (watch.strange, watch.is_broken, watch.lost) = (Some(what), true, Some(lost));
        }
        Verdict::Strangers(what) => return Err(Halt::Failed(broken(rule, &what))),
    }
    Ok(())
}

fn shown(visit: &Visit<'_>, rule: &ListingRule, page: &ListingPage, known: &[Recognised]) -> Shown {
    let now = visit.world.clock.now();
    let dates = || page.entries.iter().filter_map(|entry| entry.date);
    Shown {
        rules: rules(&rule.entry),
        n_rows: page.entries.len(),
        n_dated: dates().count(),
        n_broken: page.n_broken_rows,
        n_total: page.n_total.or_else(|| Some(u64::from(page.n_pages?) * page.entries.len() as u64)),
        n_known: known.iter().filter(|known| **known != Recognised::Never).count(),
        layout: page.layout,
        newest: dates().max(),
        oldest: dates().min(),
        today: now.to_zoned(visit.site.timezone.clone()).date(),
        poll: visit.poll,
        now,
    }
}

/// By what the rows are read: when it changes, what was usual says nothing any more.
pub(super) fn rules(rule: &EntryRule) -> Hash {
    let written = |queries: &[Query]| queries.iter().map(Query::as_str).collect::<Vec<_>>().join(", ");
    let entry = rule.entry.as_ref().map(Selector::as_str).unwrap_or_default();
    let all = [entry, &written(&rule.link), &written(&rule.title), &written(&rule.date)].join("\n");
    Hash::of(all.as_bytes())
}

/// Keeps the page that shows that a listing is broken, and ends what showed so where it is well again.
pub(super) async fn keep_evidence(walked: Walked<'_>, watch: Watch, ended: &Result<(), Halt>) -> Result<(), Halt> {
    let Walked { visit, rule, state } = walked;
    let (store, now) = (&visit.world.store, visit.world.clock.now());
    let is_well = ended.is_ok() && watch.strange.is_none();
    match (ended, watch.page) {
        _ if is_well && state.broken.is_some() => store.end_evidence(&visit.site.id, state.listing, now).await?,
        (Err(Halt::Failed(failure)), Some(capture)) if failure.class == Class::Layout => {
            // A page that is not there says nothing of selectors.
            let selector = selector(&rule.entry, watch.lost).filter(|_| capture.status < 400);
            let record = EvidenceRecord {
                site: visit.site.id.clone(),
                listing: Some(state.listing),
                poll: visit.poll,
                stage: failure.stage,
                selector,
                reason: failure.reason.clone(),
                capture,
                now,
            };
            store.record_evidence(record).await?;
        }
        _ => {}
    }
    Ok(())
}

/// The key of the site file that what is lost was read by, and its selector.
fn selector(rule: &EntryRule, lost: Option<Lost>) -> Option<(String, String)> {
    let first = |key: &str, queries: &[Query]| Some((key.to_owned(), queries.first()?.as_str().to_owned()));
    let entry = || Some(("listing.entry".to_owned(), rule.entry.as_ref()?.as_str().to_owned()));
    match lost {
        Some(Lost::Dates) => first("listing.date", &rule.date),
        Some(Lost::Links) => {
            first("listing.link", &rule.link).or_else(|| first("listing.title", &rule.title)).or_else(entry)
        }
        Some(Lost::Rows) | None => entry(),
    }
}
