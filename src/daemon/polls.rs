//! The schedule at work: what is due is polled, so many sites at once, each at most once at a time.
//!
//! In: what the store says is due. Out: polls, each with its single exit in the store. Never: a look at sites that are
//! not due; a wait by the wall clock, which may be set or stand still; a second poll for one that was missed twice.

use std::collections::BTreeMap;
use std::panic::AssertUnwindSafe;
use std::slice;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use jiff::Timestamp;
use tokio::task::{JoinError, JoinSet};
use tokio::time::{Instant, sleep, timeout};

use super::roof::{Roof, Sites};
use crate::change::obligation::Manner;
use crate::cli::out::clean;
use crate::config::Site;
use crate::crawl::coverage::assess_sites;
use crate::crawl::{self, Interrupt, PollOptions, Summary, World};
use crate::model::SiteId;
use crate::store::{DueSite, Store, StoreError, Turn};

/// Sites polled at once: each waits for its own host most of the time, and holds a page or two meanwhile.
const MOST_AT_ONCE: usize = 256;
/// Of them, first polls at once. They read whole histories for hours, and must not hold back what is awaited.
const MOST_FIRST: usize = 128;
/// Longest rest between two looks at the schedule: the machine may sleep, and `fetch` may run beside us.
const LONGEST_REST: Duration = Duration::from_secs(15);
/// Rest after the store gave no answer: a full disk or a locked file is not mended sooner.
const STORE_REST: Duration = Duration::from_secs(30);
/// Rest of a site whose poll the store could not keep through a fault of ours: the others go on meanwhile.
const SITE_REST: Duration = Duration::from_mins(10);
/// A clock that goes otherwise than the machine's timers by more than this was set, or the machine slept.
const CLOCK_JUMP: Duration = Duration::from_mins(1);
/// How long polls may take to end once they are asked to: a page is parsed within 5 s, the rest ends at its next wait.
/// What does not end by then goes on where it was at the next poll, as after a kill.
pub(super) const GRACE: Duration = Duration::from_secs(8);

/// Who polls a site.
#[derive(Clone)]
#[expect(clippy::large_enum_variant, reason = "there is one a daemon, and tests have the small one")]
pub enum Poller {
    /// The story, in this World, and what its site owes after it.
    Story(World, Manner),
    /// A function of a test.
    Twin(Twin),
}

/// A poll as a test plays it: of this site, until it ends or is interrupted.
pub type Twin = Arc<dyn Fn(Arc<Site>, Interrupt) -> BoxFuture<'static, Result<Summary, StoreError>> + Send + Sync>;

/// The polls of one daemon.
struct Polls {
    roof: Arc<Roof>,
    poller: Poller,
    under_way: BTreeMap<SiteId, UnderWay>,
    /// Sites whose polls fail in a way that is not kept, and until when they rest.
    resting: BTreeMap<SiteId, Instant>,
    tasks: JoinSet<Landed>,
    /// When the schedule was last looked at, by the wall and by the machine's timers.
    passed: (Timestamp, Instant),
    rests_until: Option<Instant>,
}

/// A poll under way.
struct UnderWay {
    turn: Turn,
    began_at: Instant,
    interrupt: Interrupt,
}

/// A poll that has ended.
struct Landed {
    site: SiteId,
    began_at: Instant,
    result: Result<Summary, StoreError>,
}

/// Polls what is due until it is told to stop. **Errors**: a store that cannot be trusted.
pub(super) async fn run(roof: Arc<Roof>, poller: Poller, stop: Interrupt) -> Result<(), StoreError> {
    let passed = (roof.clock.now(), Instant::now());
    let (mut sites, wanted) = (roof.sites.subscribe(), Arc::clone(&roof.wants_polls));
    let (under_way, resting, tasks) = (BTreeMap::new(), BTreeMap::new(), JoinSet::new());
    let mut polls = Polls { roof, poller, under_way, resting, tasks, passed, rests_until: None };
    loop {
        let rest = polls.pass().await?;
        tokio::select! {
            biased;
            () = stop.asked() => break,
            Some(landed) = polls.tasks.join_next() => polls.land(landed)?,
            // The roof, which is ours, holds the sender.
            _ = sites.changed() => polls.stop_unwatched(&sites.borrow_and_update().clone()),
            () = wanted.notified() => {}
            () = sleep(rest) => {}
        }
        while let Some(landed) = polls.tasks.try_join_next() {
            polls.land(landed)?;
        }
    }
    polls.finish().await
}

impl Polls {
    /// Begins what is due, as far as there are places. Gives how long there is nothing to do.
    async fn pass(&mut self) -> Result<Duration, StoreError> {
        self.roof.pulse.send_modify(|pulse| pulse.passed_at = Instant::now());
        if let Some(rest) = self.rests_until.map(|at| at.saturating_duration_since(Instant::now()))
            && !rest.is_zero()
        {
            return Ok(rest);
        }
        match self.begin_due().await {
            Ok(rest) => {
                self.rests_until = None;
                self.tell_pulse();
                Ok(rest)
            }
            Err(error) => self.rest(error),
        }
    }

    fn tell_pulse(&self) {
        let known = self.under_way.iter().filter(|(_, poll)| poll.turn == Turn::Known);
        let longest = known.min_by_key(|(_, poll)| poll.began_at).map(|(site, poll)| (site.clone(), poll.began_at));
        self.roof.pulse.send_modify(|pulse| {
            (pulse.n_under_way, pulse.longest, pulse.store_error) = (self.under_way.len(), longest, None);
        });
    }

    async fn begin_due(&mut self) -> Result<Duration, StoreError> {
        self.mind_clock().await?;
        self.resting.retain(|_, until| *until > Instant::now());
        let now = self.roof.clock.now();
        for turn in [Turn::Known, Turn::First] {
            let n_places = self.places(turn);
            if n_places == 0 {
                continue;
            }
            // Those under way are due until they end, and so are those that rest.
            let n_asked = n_places + self.under_way.len() + self.resting.len();
            let due = self.roof.unrouted.due(turn, now, n_asked).await?;
            let is_free = |site: &SiteId| !self.under_way.contains_key(site) && !self.resting.contains_key(site);
            let waiting: Vec<DueSite> = due.into_iter().filter(|due| is_free(&due.site)).collect();
            waiting.into_iter().take(n_places).for_each(|due| self.begin(due, turn, now));
        }
        let next = self.roof.unrouted.next_due_at(now).await?;
        let wait = next.and_then(|next| Duration::try_from(next.duration_since(now)).ok());
        Ok(wait.unwrap_or(LONGEST_REST).clamp(Duration::from_millis(1), LONGEST_REST))
    }

    /// Free places for polls of this turn.
    fn places(&self, turn: Turn) -> usize {
        let free = MOST_AT_ONCE.saturating_sub(self.under_way.len());
        match turn {
            Turn::Known => free,
            Turn::First => {
                let n_first = self.under_way.values().filter(|poll| poll.turn == Turn::First).count();
                free.min(MOST_FIRST.saturating_sub(n_first))
            }
        }
    }

    fn begin(&mut self, due: DueSite, turn: Turn, now: Timestamp) {
        // One whose file has just gone is watched no longer in a moment.
        let sites = self.roof.sites.borrow().clone();
        let Some(site) = sites.by_id.get(&due.site).cloned() else { return };
        let late = due.due_at.and_then(|at| Duration::try_from(now.duration_since(at)).ok());
        self.roof.metrics.began(late.filter(|_| turn == Turn::Known));
        let (interrupt, began_at) = (Interrupt::default(), Instant::now());
        let poll = self.poller.poll(Arc::clone(&site), sites.store, interrupt.clone());
        self.tasks.spawn(async move {
            let polled = AssertUnwindSafe(poll).catch_unwind().await;
            let result = polled.unwrap_or_else(|_| Err(StoreError::Bug { reason: "a poll panicked".to_owned() }));
            Landed { site: due.site, began_at, result }
        });
        self.under_way.insert(site.id.clone(), UnderWay { turn, began_at, interrupt });
    }

    /// A poll has ended, well or not.
    fn land(&mut self, landed: Result<Landed, JoinError>) -> Result<(), StoreError> {
        let Landed { site, began_at, result } =
            landed.map_err(|error| StoreError::Bug { reason: format!("a poll was lost: {error}") })?;
        self.under_way.remove(&site);
        let (elapsed, n_under_way) = (began_at.elapsed(), self.under_way.len());
        self.roof.landed.send_modify(|n| *n += 1);
        match result {
            Ok(summary) => {
                self.roof.metrics.ended(&summary, elapsed);
                say(&site, &summary, elapsed);
                let now = self.roof.clock.now();
                self.roof.pulse.send_modify(|pulse| {
                    pulse.unkept.remove(&site);
                    (pulse.last_poll_at, pulse.n_under_way) = (Some(now), n_under_way);
                    pulse.in_vain = in_vain(pulse.in_vain, &summary, now);
                });
                Ok(())
            }
            // It may be the fault of this one site: nobody else waits for it.
            Err(error @ (StoreError::Bug { .. } | StoreError::Lost { .. })) => {
                let error = error.to_string();
                tracing::error!(%site, error = clean(&error), "the poll was not kept; the next one is in {SITE_REST:?}");
                self.resting.insert(site.clone(), Instant::now() + SITE_REST);
                self.roof.pulse.send_modify(|pulse| drop(pulse.unkept.insert(site, error)));
                Ok(())
            }
            Err(error) => self.rest(error).map(drop),
        }
    }

    /// The store gave no answer. What can pass is waited for; nothing is begun meanwhile.
    fn rest(&mut self, error: StoreError) -> Result<Duration, StoreError> {
        if matches!(error, StoreError::Damaged { .. } | StoreError::Newer { .. } | StoreError::Missing { .. }) {
            return Err(error);
        }
        tracing::error!(error = %clean(&error.to_string()), "the store gives no answer; the next try is in {STORE_REST:?}");
        self.rests_until = Some(Instant::now() + STORE_REST);
        self.roof.pulse.send_modify(|pulse| pulse.store_error = Some(error.to_string()));
        Ok(STORE_REST)
    }

    /// A clock that was set back would leave every site alone until it has caught up; one that was set ahead, or a
    /// machine that slept, only makes sites due, each once.
    async fn mind_clock(&mut self) -> Result<(), StoreError> {
        let (now, at) = (self.roof.clock.now(), Instant::now());
        let gone = i64::try_from((at - self.passed.1).as_millis()).unwrap_or(i64::MAX);
        let jump = now.as_millisecond() - self.passed.0.as_millisecond() - gone;
        let by = Duration::from_millis(jump.unsigned_abs());
        if by > CLOCK_JUMP && jump < 0 {
            tracing::warn!("the clock was set back by {by:?}: what waits goes on waiting as long as it had to");
            self.roof.unrouted.shift_back(-jump, now).await?;
        } else if by > CLOCK_JUMP {
            tracing::warn!("the clock went {by:?} ahead: what was missed meanwhile is polled once");
        }
        self.passed = (now, at);
        Ok(())
    }

    /// Polls of sites whose file is gone or pauses them end at their next wait; what they did is kept.
    fn stop_unwatched(&self, sites: &Sites) {
        let unwatched = self.under_way.iter().filter(|(site, _)| !sites.by_id.contains_key(site));
        unwatched.for_each(|(_, poll)| poll.interrupt.set());
        self.roof.pulse.send_modify(|pulse| pulse.unkept.retain(|site, _| sites.by_id.contains_key(site)));
    }

    /// Asks every poll to end, and waits for it.
    async fn finish(mut self) -> Result<(), StoreError> {
        self.under_way.values().for_each(|poll| poll.interrupt.set());
        let all = async {
            while let Some(landed) = self.tasks.join_next().await {
                // A store that fails now has been told of already, or will be by whoever opens it next.
                drop(self.land(landed));
            }
        };
        if timeout(GRACE, all).await.is_err() {
            let n_open = self.under_way.len();
            tracing::warn!("{n_open} polls did not end within {GRACE:?}: they go on where they were at the next start");
        }
        if let Poller::Story(world, _) = &self.poller {
            world.fetcher.close().await;
        }
        Ok(())
    }
}

impl Poller {
    fn poll(
        &self,
        site: Arc<Site>,
        store: Store,
        interrupt: Interrupt,
    ) -> BoxFuture<'static, Result<Summary, StoreError>> {
        match self {
            Self::Twin(twin) => twin(site, interrupt),
            Self::Story(world, manner) => {
                let (world, manner) = (World { store, interrupt, ..world.clone() }, manner.clone());
                async move {
                    let sites = slice::from_ref(&site);
                    let summary = crawl::poll_sites(&world, sites, PollOptions::default()).await?;
                    if summary.may_bear_on_what_is_owed() {
                        assess_sites(&world.store, sites, &manner, world.clock.now()).await?;
                    }
                    Ok(summary)
                }
                .boxed()
            }
        }
    }
}

/// Polls that failed one after another, and since when, with this one. One that waits for its host tells nothing of our
/// network.
fn in_vain(before: Option<(u32, Timestamp)>, summary: &Summary, now: Timestamp) -> Option<(u32, Timestamp)> {
    let (n_before, since) = before.unwrap_or((0, now));
    match (summary.failures.is_empty(), summary.held.is_empty()) {
        (false, _) => Some((n_before.saturating_add(1), since)),
        (true, false) => before,
        (true, true) => None,
    }
}

/// One line a poll, by the words of the JSON contract.
fn say(site: &SiteId, summary: &Summary, elapsed: Duration) {
    let (counts, elapsed_ms) = (&summary.counts, u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX));
    if let Some(failure) = summary.failures.first() {
        tracing::warn!(
            %site, class = failure.class.as_str(), stage = failure.stage.as_str(),
            url = failure.url.as_deref().map(clean), reason = clean(&failure.reason), elapsed_ms, "poll failed"
        );
    } else if let Some(held) = summary.held.first() {
        tracing::info!(%site, reason = clean(&held.reason), elapsed_ms, "poll put off");
    } else {
        tracing::info!(
            %site, entries = counts.entries, reports_read = counts.reports_read, baseline = counts.baseline,
            new = counts.new, copies = counts.copies, edited = counts.edited, withdrawn = counts.withdrawn,
            suspect = counts.suspect, requests = counts.requests, elapsed_ms, "polled"
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::{Class, Failure, Stage};

    #[test]
    fn polls_that_wait_for_their_hosts_are_not_in_vain() {
        let failure = || vec![Failure::new(Class::Transient, Stage::Fetch, "it is night")];
        let (now, later) = (Timestamp::UNIX_EPOCH, Timestamp::MAX);
        let failed = Summary { failures: failure(), ..Summary::default() };
        let held = Summary { held: failure(), ..Summary::default() };
        assert_eq!(in_vain(None, &held, now), None);
        assert_eq!(in_vain(Some((4, now)), &failed, later), Some((5, now)));
        assert_eq!(in_vain(Some((4, now)), &held, later), Some((4, now)), "nor do they show that it works");
        assert_eq!(in_vain(Some((4, now)), &Summary::default(), later), None);
    }
}
