//! Stage 4 of 10, walking: each listing of a site from its first page to where nothing is left to learn.
//!
//! In: the listings of a site. Out: rows in the store, page by page; a Walk kept as a fact. Never: a report's page;
//! and a listing that cannot be read never counts as one from which a report is missing.

mod again;
mod course;
mod end;
mod gone;
mod look;
mod open;
mod order;
mod page;
mod rows;

use jiff::{SignedDuration, Timestamp};

use super::FirstWalk;
use super::visit::{Halt, Ledger, Visit};
use crate::change::canonical::canonical;
use crate::config::ListingRule;
use crate::error::{Class, Failure};
use crate::model::ListingId;
use crate::store::Reach;
use open::OpenWalk;
pub(super) use rows::is_wanted;

/// How often every page of a listing is walked: rows that were slipped in further down are found within a week. A walk
/// that was broken off longer ago than that is begun anew.
const WEEKLY: SignedDuration = SignedDuration::from_hours(7 * 24);
/// The same while a report was not seen that cannot be read either: by polls a day apart, which are never quite that.
const DAILY: SignedDuration = SignedDuration::from_hours(20);
/// How old the last look at the top of a listing may become while a poll is busy with its history: news is heard of
/// within the hour, and one page in ten minutes does not slow down the history.
const NEWS_AGE: SignedDuration = SignedDuration::from_mins(10);
/// Part of the time that such looks may take: a site of a hundred listings is looked at more rarely.
const NEWS_SHARE: i32 = 10;
/// Pages that a long walk goes on before the other listings and the reports have their turn: at 3 s a page a minute.
const STRETCH_PAGES: u32 = 20;

/// The walks of one poll.
#[derive(Default)]
pub(super) struct Walks<'v> {
    open: Vec<OpenWalk<'v>>,
    /// Listings whose walk has ended well, and when each was last seen from its top.
    done: Vec<(&'v ListingRule, Timestamp)>,
    failures: Vec<Failure>,
    /// Listings whose first walk is done, to be told of once they are read.
    to_tell: Vec<ListingId>,
    is_begun: bool,
}

impl<'v> Walks<'v> {
    /// Whether some listing is not at its end yet.
    pub(super) fn are_open(&self) -> bool {
        !self.open.is_empty()
    }

    /// What is told of the poll: of all failures, those of its `rest` too, the first that waits for no other poll. A site
    /// has one state, and a redesign must not hide behind a timeout; that a portal refuses us comes before all.
    pub(super) fn verdict(self, visit: &Visit<'_>, rest: Result<(), Halt>) -> Result<(), Halt> {
        let rest = match rest {
            Ok(()) => None,
            Err(Halt::Failed(failure) | Halt::InTrouble(failure, _)) => Some(failure),
            halt => return halt,
        };
        let urgency = |failure: &Failure| (failure.class.polls_before_alert(), failure.class != Class::Blocked);
        let mut failures: Vec<Failure> = self.failures.into_iter().chain(rest).collect();
        let worst = failures.iter().enumerate().min_by_key(|(_, failure)| urgency(failure)).map(|(at, _)| at);
        let worst = worst.map(|at| failures.remove(at));
        // One failure is the verdict on the poll; of the others this is the only word.
        for Failure { url, reason, .. } in &failures {
            tracing::warn!(site = %visit.site.id, url, "not walked: {reason}");
        }
        worst.map_or(Ok(()), |failure| Err(Halt::Failed(failure)))
    }

    /// Goes on with every listing for a stretch, the first time for its first page. One that fails does not hold back the
    /// others, unless the portal refuses us altogether.
    pub(super) async fn go_on(&mut self, visit: &Visit<'v>, ledger: &mut Ledger) -> Result<(), Halt> {
        let now = visit.world.clock.now();
        let n_pages = if self.is_begun { STRETCH_PAGES } else { 1 };
        for _ in 0..self.open.len() {
            let walk = self.open.remove(0);
            self.turn(visit, walk, n_pages, ledger).await?;
        }
        let is_due = |(_, looked_at): &(&'v ListingRule, Timestamp)| now.duration_since(*looked_at) >= visit.news_age();
        let due: Vec<&'v ListingRule> = if self.is_begun {
            self.done.extract_if(.., |done| is_due(done)).map(|(rule, _)| rule).collect()
        } else {
            visit.site.listings.iter().collect()
        };
        self.is_begun = true;
        for rule in due {
            if let Some(walk) = self.begin(visit, rule).await? {
                self.turn(visit, walk, n_pages, ledger).await?;
            }
        }
        Ok(())
    }

    /// Opens the walk of a listing, unless its first one was done a moment ago by a poll that was killed since: that poll
    /// goes on with what it found.
    async fn begin(&mut self, visit: &Visit<'v>, rule: &'v ListingRule) -> Result<Option<OpenWalk<'v>>, Halt> {
        let (place, rules, now) = (rule.place(), course::rules(rule), visit.world.clock.now());
        let state = visit.world.store.listing(&visit.site.id, &rule.name, &place, rules, now).await?;
        let is_done = state.baselined_at.is_some() && !state.is_baseline_told && !state.has_other_filter;
        if let Some(looked_at) =
            state.looked_at.filter(|_| is_done && !visit.is_full() && open::is_fresh(visit, &state))
        {
            self.to_tell.push(state.listing);
            self.done.push((rule, looked_at));
            return Ok(None);
        }
        OpenWalk::begin(visit, rule, state).await.map(Some)
    }

    /// One stretch of one walk.
    async fn turn(
        &mut self,
        visit: &Visit<'v>,
        mut walk: OpenWalk<'v>,
        n_pages: u32,
        ledger: &mut Ledger,
    ) -> Result<(), Halt> {
        match walk.go_on(visit, n_pages).await {
            Ok(None) => self.open.push(walk),
            Ok(Some(reach)) => {
                let (rule, verdict) = (walk.rule, walk.verdict());
                let ended = walk.end(visit, reach, &verdict).await?;
                ledger.counts.entries += ended.n_entries;
                if let Err(halt) = verdict {
                    return self.fail(halt);
                }
                ledger.n_whole_walks += u64::from(matches!(reach, Reach::LastPage | Reach::PageLimit));
                self.done.push((rule, ended.looked_at));
                self.to_tell.extend(ended.first_walk);
            }
            Err(Halt::Failed(_)) if walk.has_lost_place => {
                let rule = walk.rule;
                ledger.counts.entries += walk.end(visit, Reach::Cut, &Err(Halt::Interrupted)).await?.n_entries;
                let anew = self.begin(visit, rule).await?;
                self.open.extend(anew);
            }
            Err(halt) => {
                let ended = Err(walk.told(halt));
                ledger.counts.entries += walk.end(visit, Reach::Cut, &ended).await?.n_entries;
                ended.or_else(|halt| self.fail(halt))?;
            }
        }
        Ok(())
    }

    fn fail(&mut self, halt: Halt) -> Result<(), Halt> {
        match halt {
            Halt::Failed(failure) if failure.class != Class::Blocked => {
                self.failures.push(failure);
                Ok(())
            }
            halt => Err(halt),
        }
    }

    /// Keeps the walks that a halt of the poll has broken off.
    pub(super) async fn break_off(&mut self, visit: &Visit<'_>, ledger: &mut Ledger) -> Result<(), Halt> {
        for walk in std::mem::take(&mut self.open) {
            ledger.counts.entries += walk.end(visit, Reach::Cut, &Err(Halt::Interrupted)).await?.n_entries;
        }
        Ok(())
    }

    /// Tells how many reports each first walk found, once they have been read.
    pub(super) async fn tell_baselines(&self, visit: &Visit<'_>) -> Result<(), Halt> {
        let (store, now) = (&visit.world.store, visit.world.clock.now());
        for listing in &self.to_tell {
            match visit.options.first_walk {
                FirstWalk::Baseline => drop(store.record_baseline(*listing, now).await?),
                FirstWalk::Told => store.settle_baseline(*listing, now).await?,
            }
        }
        Ok(())
    }
}

impl Visit<'_> {
    /// How old the last look at the top of a listing of this site may become.
    pub(super) fn news_age(&self) -> SignedDuration {
        let n_listings = i32::try_from(self.site.listings.len()).unwrap_or(i32::MAX);
        let interval = SignedDuration::try_from(self.site.pace.min_interval).unwrap_or(SignedDuration::ZERO);
        interval.saturating_mul(n_listings.saturating_mul(NEWS_SHARE)).max(NEWS_AGE)
    }
}

/// The `[[page]]` entries of the site file: reports that no listing shows.
pub(super) async fn single_pages(visit: &Visit<'_>, ledger: &mut Ledger) -> Result<(), Halt> {
    for page in &visit.site.pages {
        let (url, now) = (canonical(&page.url), visit.world.clock.now());
        visit.world.store.watch_page(&visit.site.id, &url, page.kind.as_deref(), now).await?;
        ledger.counts.entries += 1;
    }
    Ok(())
}
