//! Stage 4 of 10, walking: each listing of a site from its first page to where nothing is left to learn.
//!
//! In: the listings of a site. Out: rows in the store, page by page; a Walk kept as a fact. Never: a report's page;
//! and a listing that cannot be read never counts as one from which a report is missing.

use std::collections::{HashSet, VecDeque};
use std::sync::Arc;

use super::visit::{Halt, Ledger, Missing, Step, Visit};
use super::{FirstWalk, judge, tied};
use crate::change::canonical::canonical;
use crate::change::year;
use crate::config::{ListingRule, Pagination};
use crate::error::{Class, Failure, Stage};
use crate::fetch::{FetchError, Fetched};
use crate::model::{Capture, Entry, Hash, ListingId, ListingPage, PageAddress, PageKind, Stated, WalkId};
use crate::store::{EntryRecord, ListingState, PageRecord, PageRecorded, Reach, WalkRecord};
use jiff::{SignedDuration, Timestamp};
use regex::Regex;

/// Pages in a row that show nothing which this walk has not shown before: then the pager goes round. One such page is
/// usual, since the first page of Hanweb's dataproxy repeats the rows that stand in the listing itself.
const MOST_STALE: usize = 2;

/// What became of the walks of one poll.
pub(super) struct Walks {
    failures: Vec<Failure>,
    first_walks: Vec<ListingId>,
}

impl Walks {
    /// The first failure, when any listing could not be walked.
    pub(super) fn verdict(self) -> Result<(), Halt> {
        self.failures.into_iter().next().map_or(Ok(()), |failure| Err(Halt::Failed(failure)))
    }
}

/// Walks every listing. One that fails does not hold back the others, unless the portal refuses us altogether.
pub(super) async fn listings(visit: &Visit<'_>, ledger: &mut Ledger) -> Result<Walks, Halt> {
    let mut walks = Walks { failures: Vec::new(), first_walks: Vec::new() };
    for rule in &visit.site.listings {
        match listing(visit, rule, ledger).await {
            Ok(first_walk) => walks.first_walks.extend(first_walk),
            Err(Halt::Failed(failure)) if failure.class != Class::Blocked => {
                // The first one is the verdict on the poll; of the others this is the only word.
                if !walks.failures.is_empty() {
                    tracing::warn!(site = %visit.site.id, url = failure.url, "not walked: {}", failure.reason);
                }
                walks.failures.push(failure);
            }
            Err(halt) => return Err(halt),
        }
    }
    single_pages(visit, ledger).await?;
    Ok(walks)
}

/// Tells how many reports each first walk found, once they have been read.
pub(super) async fn tell_baselines(visit: &Visit<'_>, walks: &Walks) -> Result<(), Halt> {
    let (store, now) = (&visit.world.store, visit.world.clock.now());
    for listing in &walks.first_walks {
        match visit.options.first_walk {
            FirstWalk::Baseline => drop(store.record_baseline(*listing, now).await?),
            FirstWalk::Told => store.settle_baseline(*listing, now).await?,
        }
    }
    Ok(())
}

/// Which rows are wanted: when it changes, rows further down may be wanted that no walk has followed.
fn filter(rule: &ListingRule) -> Hash {
    let pattern = |pattern: &Option<Regex>| pattern.as_ref().map(|pattern| pattern.as_str().to_owned());
    Hash::of(format!("{:?} {:?}", pattern(&rule.include), pattern(&rule.exclude)).as_bytes())
}

/// Where a walk ended.
struct Walked {
    n_pages: u32,
    /// How many pages the pager says there are.
    n_stated: Option<u32>,
    n_entries: u64,
    order: Order,
    reach: Reach,
    reason: Option<String>,
}

/// The order of the dates on a listing, newest first but for rows pinned to its top.
#[derive(Default)]
struct Order {
    last: Option<Stated>,
    n_rows: usize,
    /// Rows in a row that are none newer than the one before.
    n_sorted: usize,
    /// Rows that are newer than the one before.
    n_risen: usize,
    is_broken: bool,
}

impl Order {
    /// Rows at the top that may be older than those below them: 广州人社 pins eight.
    const MOST_PINNED: usize = 10;
    /// Rows that must stand in order before the order of a whole listing is believed.
    const LEAST_SORTED: usize = 3;

    fn see(&mut self, date: Stated) {
        let is_newer = self.last.is_some_and(|last| date.date() > last.date());
        self.n_risen += usize::from(is_newer);
        self.is_broken |= is_newer && self.n_rows >= Self::MOST_PINNED;
        self.n_sorted = if is_newer { 1 } else { self.n_sorted + 1 };
        self.last = Some(date);
        self.n_rows += 1;
    }

    /// Whether the oldest rows come first: what is new then stands on the last page.
    fn is_rising(&self) -> bool {
        self.n_risen >= Self::LEAST_SORTED && self.n_risen + 1 == self.n_rows
    }

    /// The date down to which every row was seen. A listing in no order tells none: what is not seen may stand further
    /// down, and must not count as missing.
    ///
    /// Of a part of a listing more rows must be seen in order than can be pinned: what is taken for its order could be
    /// that of its pins.
    fn oldest(&self, reach: Reach) -> Option<Stated> {
        let least = if reach == Reach::LastPage { Self::LEAST_SORTED } else { Self::MOST_PINNED };
        self.last.filter(|_| !self.is_broken && self.n_sorted >= least)
    }
}

/// Walks one listing and keeps the walk as a fact, however it ends. Gives the listing when this completed its first walk.
async fn listing(visit: &Visit<'_>, rule: &ListingRule, ledger: &mut Ledger) -> Result<Option<ListingId>, Halt> {
    let (store, filter) = (&visit.world.store, filter(rule));
    let state = store.listing(&visit.site.id, &rule.name, rule.url.as_str(), filter).await?;
    let walk = store.begin_walk(visit.poll, state.listing, visit.world.clock.now()).await?;
    let mut walked =
        Walked { n_pages: 0, n_stated: None, n_entries: 0, order: Order::default(), reach: Reach::Cut, reason: None };
    let ended = pages(visit, rule, &state, walk, &mut walked).await;
    if let Err(Halt::Failed(failure)) = &ended {
        walked.reason = Some(failure.reason.clone());
    }
    ledger.counts.entries += walked.n_entries;
    let is_first = !state.is_baseline_told && walked.reach != Reach::Cut;
    store.end_walk(walked.into_record(walk, filter, visit)).await?;
    ended.map(|()| is_first.then_some(state.listing))
}

impl Walked {
    fn into_record(self, walk: WalkId, filter: Hash, visit: &Visit<'_>) -> WalkRecord {
        WalkRecord {
            walk,
            ended_at: visit.world.clock.now(),
            n_pages: self.n_pages,
            n_entries: self.n_entries,
            is_healthy: self.reach != Reach::Cut,
            reach: self.reach,
            reason: self.reason,
            oldest_row: self.order.oldest(self.reach),
            filter,
        }
    }
}

/// Page after page, each committed before the next is asked for.
async fn pages(
    visit: &Visit<'_>,
    rule: &ListingRule,
    state: &ListingState,
    walk: WalkId,
    walked: &mut Walked,
) -> Result<(), Halt> {
    let mut asked = HashSet::new();
    let mut seen = HashSet::new();
    let mut n_stale = 0;
    let mut ahead = VecDeque::from([PageAddress::from(rule.url.clone())]);
    while let Some(address) = ahead.pop_front() {
        if walked.n_pages >= rule.most_pages {
            walked.reach = Reach::PageLimit;
            walked.reason = Some(format!("stopped after {} pages, the limit of this listing", rule.most_pages));
            return Ok(());
        }
        asked.insert(place(&address));
        let Some(page) = page(visit, rule, &address, walked).await? else { break };
        walked.n_stated = walked.n_stated.max(page.n_pages);
        walked.n_pages += 1;
        let (recorded, n_fresh) = record(visit, rule, walk, walked, &page, &mut seen).await?;
        visit.world.progress.say(&visit.site.id, Step::Page(rule.name.clone(), walked.n_pages));
        if !page.next.is_empty() && is_known_ground(visit, state, &page, &recorded, &walked.order) {
            walked.reach = Reach::Settled;
            return Ok(());
        }
        n_stale = if n_fresh > 0 { 0 } else { n_stale + 1 };
        let is_new = |next: &PageAddress| n_stale < MOST_STALE && !asked.contains(&place(next));
        ahead.extend(page.next.into_iter().filter(is_new));
    }
    walked.reach = Reach::LastPage;
    Ok(())
}

/// A page by its address in one spelling: the same URL with another body is another page.
fn place(address: &PageAddress) -> (String, Option<String>) {
    (canonical(&address.url), address.post.as_ref().map(|post| post.body.clone()))
}

/// How often every page of a listing is walked: rows that were slipped in further down are found within a week.
const WHOLE_WALK: SignedDuration = SignedDuration::from_hours(7 * 24);

/// A regular poll may stop at a page on which everything was known to an earlier walk that left no gap.
fn is_known_ground(
    visit: &Visit<'_>,
    state: &ListingState,
    page: &ListingPage,
    recorded: &PageRecorded,
    order: &Order,
) -> bool {
    let is_recent = |at: Timestamp| visit.world.clock.now().duration_since(at) < WHOLE_WALK;
    let may_stop = !state.has_other_filter && !state.has_unseen && !visit.is_full();
    let is_regular = may_stop && state.walked_whole_at.is_some_and(is_recent);
    is_regular && !order.is_rising() && !page.entries.is_empty() && recorded.n_settled == page.entries.len()
}

/// Fetches and reads one page. `None`: a page beyond the last one of a listing that does not say how many it has.
async fn page(
    visit: &Visit<'_>,
    rule: &ListingRule,
    address: &PageAddress,
    walked: &Walked,
) -> Result<Option<ListingPage>, Halt> {
    let n_page = walked.n_pages + 1;
    let failed = |failure: Failure| Halt::Failed(tied(failure, &visit.site.id, address.url.as_str()));
    let capture = match visit.get_page(address).await {
        Ok(Fetched::Body(capture) | Fetched::NotModified(capture)) => capture,
        Err(Missing::Halt(halt)) => return Err(halt),
        Err(Missing::Fetch(error)) => {
            // One listing that robots.txt forbids is a fault of the site file; the others may be walked.
            let is_forbidden = matches!(error, FetchError::Forbidden { .. });
            let failure = Failure::from(error);
            let class = if is_forbidden { Class::Config } else { failure.class };
            return Err(failed(Failure { class, ..failure }));
        }
    };
    let (kind, page) = read(visit, rule, n_page, capture).await?;
    if is_beyond(rule, walked, kind, &page) {
        return Ok(None);
    }
    match fault(rule, n_page, kind, &page) {
        None => Ok(Some(page)),
        Some((class, what)) => {
            let reason = format!("listing {:?}: {what}", rule.name);
            Err(failed(Failure::new(class, Stage::Listing, reason)))
        }
    }
}

/// Whether a page shows that the one before it was the last. Portals that count pinned rows state a page too many, which
/// is empty; a page that is stated and missing is a gap.
fn is_beyond(rule: &ListingRule, walked: &Walked, kind: PageKind, page: &ListingPage) -> bool {
    let n_page = walked.n_pages + 1;
    let n_stated = walked.n_stated.unwrap_or(1);
    let is_counted = matches!(rule.pages, Some(Pagination::Script | Pagination::Dataproxy));
    match kind {
        _ if n_page == 1 || is_counted => false,
        PageKind::Challenge => false,
        PageKind::NotFound => n_page > n_stated,
        _ => page.entries.is_empty() && n_page >= n_stated,
    }
}

/// Why a page cannot be a page of this listing: who must act, and what to do.
fn fault(rule: &ListingRule, n_page: u32, kind: PageKind, page: &ListingPage) -> Option<(Class, String)> {
    let n_entries = page.entries.len();
    let is_short = n_entries < rule.expect.min_entries && !rule.expect.may_be_empty;
    let has_lost_its_way = page.next.is_empty() && page.n_pages.is_some_and(|n_pages| n_pages > n_page);
    let what = match kind {
        PageKind::Challenge => return Some((Class::Blocked, "the portal shows a challenge page".to_owned())),
        PageKind::NotFound => format!("page {n_page} is not there; check `url` and `pages` of this [[listing]]"),
        _ if n_page == 1 && is_short => format!(
            "{n_entries} entries, expected at least {}; check `entry` and `link` of this [[listing]], \
             or set `may_be_empty = true` in [expect]",
            rule.expect.min_entries
        ),
        _ if n_page > 1 && n_entries == 0 => format!("page {n_page} has no entries; check `entry` and `pages`"),
        _ if has_lost_its_way => {
            format!("it says it has more than {n_page} pages, and no way to the next was found; check `pages`")
        }
        _ => return None,
    };
    Some((Class::Layout, what))
}

async fn read(
    visit: &Visit<'_>,
    rule: &ListingRule,
    n_page: u32,
    capture: Capture,
) -> Result<(PageKind, ListingPage), Halt> {
    let (site, rule, url) = (Arc::clone(visit.site), rule.clone(), capture.url.clone());
    let today = capture.fetched_at.to_zoned(site.timezone.clone()).date();
    let parsed = visit.world.parser.run(move || judge::rows(&capture, &site, &rule, n_page, today)).await;
    parsed.and_then(|read| read).map_err(|failure| Halt::Failed(tied(failure, &visit.site.id, url.as_str())))
}

/// Commits one page; also tells how many of its rows this walk had not shown before.
async fn record(
    visit: &Visit<'_>,
    rule: &ListingRule,
    walk: WalkId,
    walked: &mut Walked,
    page: &ListingPage,
    seen: &mut HashSet<String>,
) -> Result<(PageRecorded, usize), Halt> {
    let entries: Vec<EntryRecord> = page.entries.iter().map(|entry| entry_record(rule, entry)).collect();
    let n_fresh = entries.iter().filter(|entry| seen.insert(entry.url.clone())).count();
    walked.n_entries += n_fresh as u64;
    page.entries.iter().filter_map(|entry| entry.date).for_each(|date| walked.order.see(date));
    let record = PageRecord { walk, page_no: walked.n_pages, entries, now: visit.world.clock.now() };
    Ok((visit.world.store.record_page(record).await?, n_fresh))
}

fn entry_record(rule: &ListingRule, entry: &Entry) -> EntryRecord {
    let is_wanted = rule.include.as_ref().is_none_or(|pattern| pattern.is_match(&entry.title))
        && !rule.exclude.as_ref().is_some_and(|pattern| pattern.is_match(&entry.title));
    EntryRecord {
        url: canonical(&entry.url),
        as_listed_url: entry.url.to_string(),
        title: entry.title.clone(),
        date: entry.date,
        date_shown: entry.date_shown.clone(),
        kind: rule.kind.clone(),
        year: year::of(&entry.title),
        is_wanted,
    }
}

/// The `[[page]]` entries of the site file: reports that no listing shows.
async fn single_pages(visit: &Visit<'_>, ledger: &mut Ledger) -> Result<(), Halt> {
    for page in &visit.site.pages {
        let (url, now) = (canonical(&page.url), visit.world.clock.now());
        visit.world.store.watch_page(&visit.site.id, &url, page.kind.as_deref(), now).await?;
        ledger.counts.entries += 1;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn oldest(days: &[&str]) -> Option<String> {
        let mut order = Order::default();
        for day in days {
            order.see(format!("2026-{day}").parse().expect("a day"));
        }
        order.oldest(Reach::LastPage).map(|stated| stated.to_string())
    }

    #[test]
    fn pinned_rows_do_not_hide_the_order_and_a_listing_without_one_tells_nothing() {
        assert_eq!(oldest(&["03-05", "03-04", "03-04", "02-01"]).as_deref(), Some("2026-02-01"));
        assert_eq!(oldest(&["01-09", "01-30", "03-05", "03-04", "02-28"]).as_deref(), Some("2026-02-28"));
        assert_eq!(oldest(&["03-01", "03-05", "03-02", "03-04", "03-01", "03-03"]), None);
        let mixed = ["03-05", "03-01"].repeat(8);
        assert_eq!(oldest(&mixed), None);
    }
}
