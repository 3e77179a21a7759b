//! The story: one visit to one site, from its listings to stored changes. Every stage is a line of `try_poll`.
//!
//! In: a [`World`] and checked sites. Out: everything in the store, and a [`Summary`]. Never: an exit that does not
//! end in `Store::record_poll`, or progress that a kill could lose.

mod article;
mod by_row;
mod compare;
pub mod coverage;
mod drift;
pub(crate) mod files;
mod find;
mod judge;
mod mend;
mod missed;
mod moved;
mod others;
mod parser;
mod pictures;
mod read;
mod rebase;
mod recheck;
mod redesign;
mod rhythm;
pub mod schedule;
mod sign;
mod summary;
mod verdict;
mod visit;
mod walk;

use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use futures_util::FutureExt;
use jiff::Timestamp;
use jiff::civil::Date;
use tokio::task::JoinSet;

use crate::change::fingerprint;
use crate::clock::Clock;
use crate::config::Site;
use crate::error::{Class, Failure, Stage};
use crate::fetch::{Fetcher, Sandbox};
use crate::model::SiteId;
use crate::store::{Counts, Ended, PollRecord, Scope, Store, StoreError};

pub use parser::Parser;
pub use summary::Summary;
pub use visit::{Interrupt, Progress, Step};

use verdict::Reads;
use visit::{Halt, Ledger, Visit};
use walk::Walks;

/// Sites polled at once. Each waits for its own host most of the time; a poll holds the pages that it reads at once.
const SITES_AT_ONCE: usize = 256;

/// Everything outside the core, built once: the real one by the commands, twins by tests.
#[derive(Clone)]
pub struct World {
    /// Where everything is kept.
    pub store: Store,
    /// A URL in, a Capture out.
    pub fetcher: Fetcher,
    /// The only clock.
    pub clock: Clock,
    /// Parses pages off the async threads.
    pub parser: Parser,
    /// Reads the files that reports link to, each in a child process.
    pub sandbox: Sandbox,
    /// Set when the user wants to stop.
    pub interrupt: Interrupt,
    /// Told what is going on.
    pub progress: Progress,
}

/// How thorough a poll is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Thoroughness {
    /// New rows, changed rows, due rechecks, suspects.
    #[default]
    News,
    /// Every page of every listing and every report again.
    Full,
}

/// Whether a first walk is a silent baseline.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum FirstWalk {
    /// What stands there is the baseline; one event says how many.
    #[default]
    Baseline,
    /// What stands there is told as new.
    Told,
}

/// What a poll is asked to do.
#[derive(Debug, Clone, Copy, Default)]
pub struct PollOptions {
    /// How thorough it is.
    pub thoroughness: Thoroughness,
    /// What becomes of a first walk.
    pub first_walk: FirstWalk,
    /// Rows of an earlier day are left alone, and walks stop where only such rows stand.
    pub since: Option<Date>,
    /// Reports of a later day that were never read are left to another poll.
    pub until: Option<Date>,
}

/// Polls sites beside each other. A site that fails does not hold the others back.
///
/// **Errors**: only the store; without it nothing may go on.
pub async fn poll_sites(world: &World, sites: &[Arc<Site>], options: PollOptions) -> Result<Summary, StoreError> {
    let (mut polls, mut summary) = (JoinSet::new(), Summary::default());
    let mut rest = sites.iter().take_while(|_| !world.interrupt.is_set());
    loop {
        // A poll takes memory from its beginning on: one that waits for its place is not begun.
        if polls.len() < SITES_AT_ONCE
            && let Some(site) = rest.next()
        {
            let (world, site) = (world.clone(), Arc::clone(site));
            polls.spawn(async move { Box::pin(poll_site(&world, &site, options)).await });
            continue;
        }
        match polls.join_next().await {
            Some(Ok(poll)) => summary.add(poll?),
            Some(Err(panic)) => summary.add_bug(&panic),
            None => return Ok(summary),
        }
    }
}

/// What became of one site's poll.
#[derive(Debug)]
pub(crate) struct SitePoll {
    counts: Counts,
    n_whole_walks: u64,
    failure: Option<Failure>,
    /// Why it waits for its host, with which nothing is wrong.
    held: Option<Failure>,
}

/// One visit to one site. Whatever happens in `try_poll`, it ends in `record_poll`.
async fn poll_site(world: &World, site: &Arc<Site>, options: PollOptions) -> Result<SitePoll, StoreError> {
    let begun_at = world.clock.now();
    let poll = world.store.begin_poll(&site.id, begun_at).await?;
    let before = world.store.site_state(&site.id).await?;
    let visit = Visit::new(world, site, poll, options, (begun_at, before));
    world.progress.say(&site.id, Step::Begun);
    let mut ledger = Ledger::default();
    // A panic outside the parser's threads is this site's failure and nobody else's.
    let tried = AssertUnwindSafe(Box::pin(try_poll(&visit, &mut ledger))).catch_unwind().await;
    let halt = tried.unwrap_or_else(|_| Err(Halt::Failed(bug("a stage panicked")))).err();
    let closed = close(&visit, ledger, halt).await;
    visit.leave().await;
    closed
}

/// The stages in their order. Only this function may end early, and `close` follows whatever it gives.
async fn try_poll(visit: &Visit<'_>, ledger: &mut Ledger) -> Result<(), Halt> {
    rebase::stale_readings(visit).await?;
    recheck::follow(visit).await?;
    sign::some_works(visit).await;
    walk::single_pages(visit, ledger).await?;
    let (mut walks, mut reads) = (Walks::default(), Reads::default());
    let ended = by_turns(visit, &mut walks, &mut reads, ledger).await;
    walks.break_off(visit, ledger).await?;
    if ended.is_err() {
        return walks.verdict(visit, ended);
    }
    walks.tell_baselines(visit).await?;
    if let Err(halt) = read_others(visit, &mut reads, ledger).await {
        return walks.verdict(visit, Err(halt));
    }
    let judged = reads.judged(visit).await?;
    walks.verdict(visit, judged)
}

/// Reads a few more reports, where they show what the others tell of the site.
async fn read_others(visit: &Visit<'_>, reads: &mut Reads, ledger: &mut Ledger) -> Result<(), Halt> {
    redesign::read_companions(visit, reads, ledger).await?;
    if reads.are_mostly_dead() {
        read::companions(visit, Scope::Listed, reads, ledger).await?;
    }
    if reads.are_in_doubt(visit) || visit.others.have_one_text() {
        read::companions(visit, Scope::Companions, reads, ledger).await?;
    }
    Ok(())
}

/// Listings and reports by turns, so that neither a long history nor a thousand reports hold back what is new: first pages
/// first, newest reports first, and first pages again before they are out of date.
async fn by_turns<'v>(
    visit: &Visit<'v>,
    walks: &mut Walks<'v>,
    reads: &mut Reads,
    ledger: &mut Ledger,
) -> Result<(), Halt> {
    loop {
        walks.go_on(visit, ledger).await?;
        let all = if visit.is_full() { Scope::Full } else { Scope::Due };
        let scope = if walks.are_open() { Scope::Pending } else { all };
        let is_done = read::reports(visit, scope, reads, ledger).await?;
        if is_done && !walks.are_open() {
            reads.hint(visit);
            return Ok(());
        }
    }
}

/// The single exit of a poll: result, failure, counts and the next due time in one transaction.
async fn close(visit: &Visit<'_>, mut ledger: Ledger, halt: Option<Halt>) -> Result<SitePoll, StoreError> {
    let Visit { world, site, .. } = visit;
    let rules = fingerprint::rules(site.rules);
    let now = world.clock.now();
    let jitter = schedule::jitter(site.id.as_str(), now);
    let (ended, failure, held, next_due_at) = match halt {
        None => (Ended::Done, None, None, rhythm::next_poll(site, news_at(visit, &ledger, now), now, jitter)),
        Some(Halt::Failed(failure)) => {
            let (failure, next_try) = failed(visit, failure, now, jitter);
            (Ended::Failed(failure.clone()), Some(failure), None, next_try)
        }
        Some(Halt::InTrouble(failure, until)) => {
            let (failure, next_try) = failed(visit, failure, now, jitter);
            (Ended::Failed(failure.clone()), Some(failure), None, next_try.max(until))
        }
        Some(Halt::NotNow(why, until)) => {
            (Ended::Interrupted, None, Some(why.at_site(&site.id)), schedule::after_hold(until, now, jitter))
        }
        Some(Halt::Taken(why, until)) => {
            (Ended::Taken, None, Some(why.at_site(&site.id)), schedule::after_hold(until, now, jitter))
        }
        Some(Halt::Interrupted) => (Ended::Interrupted, None, None, now),
        Some(Halt::Store(error)) => return Err(error),
    };
    visit.add_requests_to(&mut ledger.counts);
    let (mut fold, mut late, mut left) = (None, Vec::new(), Vec::new());
    if ended != Ended::Taken {
        (fold, late) = redesign::folds(visit, &ledger).await?;
        left = redesign::left(visit).await?;
    }
    let n_left = left.iter().map(|fold| fold.reports.len() as u64).sum();
    ledger.counts.withdrawn = ledger.counts.withdrawn.saturating_sub(n_left);
    let (poll, counts, file) = (visit.poll, ledger.counts, site.file);
    let site_id = site.id.clone();
    let record =
        PollRecord { poll, site: site_id, ended_at: now, next_due_at, ended, counts, fold, late, left, rules, file };
    world.store.record_poll(record).await?;
    world.progress.say(&site.id, Step::Ended);
    Ok(SitePoll { counts, n_whole_walks: ledger.n_whole_walks, failure, held })
}

/// What is told of a site that failed, and when it is due again.
fn failed(visit: &Visit<'_>, failure: Failure, now: Timestamp, jitter: f64) -> (Failure, Timestamp) {
    let (failure, before) = (failure.at_site(&visit.site.id), &visit.before);
    let failures = before.failures_after(visit.begun_at, failure.class.polls_before_alert());
    let next_try = schedule::next_try(failure.class, failures, now, jitter);
    // The wait of a site that fails goes on: it is neither begun anew by a poll in between nor made longer.
    let rest = before.next_due_at.filter(|due| before.failures > 0 && *due > now);
    (failure, rest.map_or(next_try, |rest| next_try.min(rest)))
}

/// When the site last showed a report that nobody knew: now, before, or never.
fn news_at(visit: &Visit<'_>, ledger: &Ledger, now: Timestamp) -> Option<Timestamp> {
    let has_news = ledger.counts.new + ledger.counts.copies > 0;
    if has_news { Some(now) } else { visit.before.last_news_at }
}

impl From<StoreError> for Halt {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// A panic of the core, as the failure of the one thing that was being read.
pub(crate) fn bug(what: impl std::fmt::Display) -> Failure {
    let reason = format!("govwatch itself failed: {what}; please report it with the page's URL");
    Failure::new(Class::Bug, Stage::Extract, reason)
}

/// Names the site in a listing's or report's failure.
pub(crate) fn tied(failure: Failure, site: &SiteId, url: &str) -> Failure {
    failure.at_site(site).at_url(url)
}
