//! When the next request to a host may start: spacing, how many at once, hours, holds, leases.
//!
//! In: a host and a rule. Out: a permit, after as much waiting as politeness asks for. Never: a wait longer than
//! [`Limits::patience`] for anything but the spacing itself: that is an error which says until when.

use std::collections::HashMap;
use std::convert::Infallible;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use governor::clock::Clock as GovernorClock;
use governor::middleware::NoOpMiddleware;
use governor::state::{InMemoryState, NotKeyed};
use governor::{Quota, RateLimiter};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, sleep, sleep_until};

use super::FetchError;
use super::backoff::{backoff, chance};
use super::hosts::{Claim, Hosts, later};
use super::hours::closed_until;
use super::limits::Limits;
use crate::clock::Clock;
use crate::config::PaceRule;
use crate::store::this_process;

/// Hosts remembered before idle ones are dropped: some 200 bytes each.
const MOST_HOSTS: usize = 20_000;

/// Times that a host is asked for, a second apart, before it is said that it is waited for.
const SILENT_ASKS: u32 = 2;

/// Why a host is left to somebody else.
const ANOTHER: &str = "another process of ours is asking it";

/// tokio's time, so that a test which pauses it is instant; governor's own clock and waits ignore the pause.
#[derive(Debug, Clone, Default)]
struct TokioClock;

impl GovernorClock for TokioClock {
    type Instant = std::time::Instant;

    fn now(&self) -> Self::Instant {
        Instant::now().into_std()
    }
}

type Limiter = RateLimiter<NotKeyed, InMemoryState, TokioClock, NoOpMiddleware<std::time::Instant>>;

/// The pace of all hosts of this process.
pub(super) struct Pace {
    hosts: Hosts,
    clock: Clock,
    owner: String,
    known: Mutex<HashMap<String, Arc<HostPace>>>,
}

/// The pace of one host.
struct HostPace {
    at_once: Mutex<(usize, Arc<Semaphore>)>,
    turn: tokio::sync::Mutex<Turn>,
    trouble: Mutex<Trouble>,
    /// Held by each poll that asks it.
    polls: Arc<()>,
}

/// That a poll asks a host, until it gives this back: [`Pace::leave`].
pub(super) struct Asks(Arc<()>);

/// How a host has fared. While it is ours nobody else asks it, and what holds it back is known without the store.
#[derive(Clone, Copy, Default)]
struct Trouble {
    n_in_row: u32,
    held_back_until: Option<Timestamp>,
    /// Whether it is held back by our own word, for it failed, and by no wish of its own.
    is_of_failures: bool,
}

/// Whose turn it is; locked while waiting, so that requests start in the order they came.
#[derive(Default)]
struct Turn {
    limiter: Option<(Duration, Limiter)>,
    last_start: Option<Instant>,
    claimed_at: Option<Instant>,
    /// When it may be asked next, as we have told the others.
    told: Option<Timestamp>,
}

/// The right to one request; dropped when its answer is in.
pub(super) struct Permit {
    _at_once: OwnedSemaphorePermit,
}

/// What one request has to respect.
#[derive(Debug, Clone, Copy)]
pub(super) struct Need<'a> {
    pub(super) host: &'a str,
    pub(super) rule: &'a PaceRule,
    pub(super) zone: &'a TimeZone,
    /// The rule's interval, or the longer one that robots.txt asks for.
    pub(super) interval: Duration,
}

impl Pace {
    pub(super) fn new(hosts: Hosts, clock: Clock) -> Self {
        Self { hosts, clock, owner: this_process(), known: Mutex::new(HashMap::new()) }
    }

    /// Waits until a request to the host may start.
    pub(super) async fn permit(&self, need: Need<'_>, limits: &Limits) -> Result<Permit, FetchError> {
        let pace = self.of(need.host, limits);
        let at_once = pace.semaphore(need.rule.concurrent).acquire_owned().await;
        let permit = Permit { _at_once: at_once.expect("invariant: the semaphore is never closed") };
        if let Some(opens) = closed_until(&self.clock.now().to_zoned(need.zone.clone()), need.rule.hours) {
            self.sit_out(need.host, opens, "`pace.hours` of the site", limits).await?;
        }
        let mut turn = pace.turn.lock().await;
        self.claim(need, &pace, &mut turn, limits).await?;
        self.sit_out_hold(need.host, &pace, limits).await?;
        if turn.take(need.interval).await {
            self.sit_out_hold(need.host, &pace, limits).await?;
        }
        turn.last_start = Some(Instant::now());
        // Of an own server, which may be asked again at once, there is nothing to note.
        if !need.interval.is_zero() {
            let next = later(self.clock.now(), need.interval);
            turn.told = Some(next);
            self.hosts.note_request(need.host, next).await;
        }
        Ok(permit)
    }

    /// Renews the lease of a host for as long as this is polled.
    pub(super) async fn keep_claimed(&self, host: &str, limits: &Limits) -> Infallible {
        loop {
            sleep(limits.lease / 3).await;
            let claim = self.hosts.claim(host, &self.owner, self.clock.now(), limits.lease).await;
            if let Claim::HeldUntil(until) = claim {
                tracing::warn!(host, %until, "another process took the host during a request");
            }
        }
    }

    /// An answer came: the next trouble is the first again.
    pub(super) fn went_well(&self, host: &str, limits: &Limits) {
        self.of(host, limits).trouble().n_in_row = 0;
    }

    /// Holds a host back: as long as it wishes, else for intervals that double with each trouble, jittered so that
    /// many hosts of one failed data centre are not asked at once again. An interval of zero means an own server.
    pub(super) async fn trouble(&self, need: Need<'_>, wish: Option<Duration>, limits: &Limits) {
        let pace = self.of(need.host, limits);
        let held_back_until = {
            let mut trouble = pace.trouble();
            trouble.n_in_row = trouble.n_in_row.saturating_add(1);
            let wait = wish.unwrap_or_else(|| backoff(need.interval, trouble.n_in_row, chance()).min(limits.backoff));
            let until = (!wait.is_zero()).then(|| later(self.clock.now(), wait));
            if until > trouble.held_back_until {
                (trouble.held_back_until, trouble.is_of_failures) = (until, wish.is_none());
            }
            until
        };
        if let Some(until) = held_back_until {
            self.hosts.hold_back(need.host, until).await;
        }
    }

    /// A poll asks a host.
    pub(super) fn ask(&self, host: &str, limits: &Limits) -> Asks {
        Asks(Arc::clone(&self.of(host, limits).polls))
    }

    /// A poll asks a host no more: the last one gives it back, for another process may wait for it.
    pub(super) async fn leave(&self, host: &str, asks: Asks) {
        let known = self.known.lock().expect("invariant: no holder of the paces panics").get(host).cloned();
        let Some(pace) = known.filter(|pace| Arc::ptr_eq(&pace.polls, &asks.0)) else { return };
        drop(asks);
        let is_last = Arc::strong_count(&pace.polls) == 1;
        // Whoever has the turn asks it now.
        if let Some(mut turn) = pace.turn.try_lock().ok().filter(|_| is_last) {
            self.give_back(host, &mut turn).await;
        }
    }

    /// Gives all hosts back, saying when each may be asked next.
    pub(super) async fn release_all(&self) {
        let known: Vec<(String, Arc<HostPace>)> = {
            let known = self.known.lock().expect("invariant: no holder of the paces panics");
            known.iter().map(|(host, pace)| (host.clone(), Arc::clone(pace))).collect()
        };
        for (host, pace) in known {
            self.give_back(&host, &mut *pace.turn.lock().await).await;
        }
    }

    async fn give_back(&self, host: &str, turn: &mut Turn) {
        if turn.claimed_at.take().is_some() {
            let next = turn.next_start().map_or(Duration::ZERO, |next| next - Instant::now());
            let next = later(self.clock.now(), next);
            turn.told = Some(next);
            self.hosts.release(host, &self.owner, next).await;
        }
    }

    fn of(&self, host: &str, limits: &Limits) -> Arc<HostPace> {
        let mut known = self.known.lock().expect("invariant: no holder of the paces panics");
        if known.len() >= MOST_HOSTS && !known.contains_key(host) {
            known.retain(|_, pace| Arc::strong_count(pace) > 1 || !pace.is_idle(limits.backoff));
        }
        Arc::clone(known.entry(host.to_owned()).or_insert_with(|| Arc::new(HostPace::new())))
    }

    /// Makes the host ours, if it is not yet, and takes over the spacing and the holds of whoever had it. A lease that
    /// runs out is waited for once; whoever renews it after that is at work for longer than we wait.
    async fn claim(
        &self,
        Need { host, interval, .. }: Need<'_>,
        pace: &HostPace,
        turn: &mut Turn,
        limits: &Limits,
    ) -> Result<(), FetchError> {
        if turn.claimed_at.is_some_and(|at| at.elapsed() < limits.lease / 3) {
            return Ok(());
        }
        let mut is_renewal = turn.claimed_at.is_some_and(|at| at.elapsed() < limits.lease);
        let mut claim = self.hosts.claim(host, &self.owner, self.clock.now(), limits.lease).await;
        if let Claim::HeldUntil(until) = claim {
            (turn.claimed_at, is_renewal) = (None, false);
            tracing::info!(host, "waiting: {ANOTHER}");
            claim = self.wait_for_lease(host, until, limits).await?;
        }
        match claim {
            Claim::HeldUntil(until) => Err(FetchError::Taken { host: host.to_owned(), until }),
            Claim::Granted { next_request_at } => {
                turn.claimed_at = Some(Instant::now());
                // Until it is given back, nobody else is told to leave it alone.
                if !is_renewal {
                    let held_back_until = self.hosts.wait_until(host).await;
                    let mut trouble = pace.trouble();
                    if !is_same(trouble.held_back_until, held_back_until) {
                        (trouble.held_back_until, trouble.is_of_failures) = (held_back_until, false);
                    }
                }
                match next_request_at.filter(|next| !is_same(turn.told, Some(*next))) {
                    Some(next) if turn.last_start.is_none() => {
                        self.sit_out(host, next, "its last request", limits).await
                    }
                    // Somebody else has asked it since.
                    Some(next) => {
                        sleep(self.until(next).min(interval)).await;
                        Ok(())
                    }
                    None => Ok(()),
                }
            }
        }
    }

    /// Asks again now and then until the lease that is known runs out; it may be given back sooner.
    async fn wait_for_lease(&self, host: &str, until: Timestamp, limits: &Limits) -> Result<Claim, FetchError> {
        let mut at = self.clock.now();
        if self.until(until) > limits.patience {
            return Err(FetchError::Taken { host: host.to_owned(), until });
        }
        let mut n_asked = 0;
        loop {
            if n_asked == SILENT_ASKS {
                tracing::warn!(host, "waiting until {until:.0} at the latest: {ANOTHER}");
            }
            n_asked += 1;
            let soon = later(at, limits.lease / 20).min(until);
            self.sit_out(host, later(self.clock.now(), limits.lease / 20).min(until), ANOTHER, limits).await?;
            at = soon.max(self.clock.now());
            let claim = self.hosts.claim(host, &self.owner, at, limits.lease).await;
            if at >= until || matches!(claim, Claim::Granted { .. }) {
                return Ok(claim);
            }
        }
    }

    async fn sit_out_hold(&self, host: &str, pace: &HostPace, limits: &Limits) -> Result<(), FetchError> {
        let Trouble { n_in_row, held_back_until, is_of_failures } = *pace.trouble();
        let Some(until) = held_back_until else { return Ok(()) };
        let held = self.sit_out(host, until, "it asked for a pause, or was in trouble", limits).await;
        let in_trouble = || FetchError::InTrouble { host: host.to_owned(), until, n_in_row };
        held.map_err(|error| if is_of_failures { in_trouble() } else { error })
    }

    /// Sleeps until then, or says that it is too long.
    async fn sit_out(
        &self,
        host: &str,
        until: Timestamp,
        why: &'static str,
        limits: &Limits,
    ) -> Result<(), FetchError> {
        let wait = self.until(until);
        if wait > limits.patience {
            return Err(FetchError::HeldBack { host: host.to_owned(), until, why });
        }
        sleep(wait).await;
        Ok(())
    }

    /// How long it is until then; nothing where that has passed.
    fn until(&self, at: Timestamp) -> Duration {
        Duration::try_from(at.duration_since(self.clock.now())).unwrap_or_default()
    }
}

/// Whether a time is the one that the store has kept, which is to the millisecond.
fn is_same(ours: Option<Timestamp>, kept: Option<Timestamp>) -> bool {
    ours.map(Timestamp::as_millisecond) == kept.map(Timestamp::as_millisecond)
}

impl HostPace {
    fn new() -> Self {
        let at_once = Mutex::new((usize::MAX, Arc::new(Semaphore::new(1))));
        Self { at_once, turn: tokio::sync::Mutex::default(), trouble: Mutex::default(), polls: Arc::default() }
    }

    /// The strictest rule of the sites that share the host counts.
    fn semaphore(&self, concurrent: usize) -> Arc<Semaphore> {
        let concurrent = concurrent.clamp(1, Semaphore::MAX_PERMITS);
        let mut at_once = self.at_once.lock().expect("invariant: no holder of the semaphore panics");
        if concurrent < at_once.0 {
            *at_once = (concurrent, Arc::new(Semaphore::new(concurrent)));
        }
        Arc::clone(&at_once.1)
    }

    fn trouble(&self) -> std::sync::MutexGuard<'_, Trouble> {
        self.trouble.lock().expect("invariant: no holder of the trouble panics")
    }

    fn is_idle(&self, span: Duration) -> bool {
        self.turn.try_lock().is_ok_and(|turn| turn.last_start.is_none_or(|at| at.elapsed() > span))
    }
}

impl Turn {
    /// Waits for the spacing; says whether there was anything to wait for.
    async fn take(&mut self, interval: Duration) -> bool {
        let asked_at = Instant::now();
        let Some(quota) = Quota::with_period(interval) else { return false };
        if self.limiter.as_ref().is_none_or(|(of, _)| *of != interval) {
            // A limiter that knows nothing yet would let the first request through at once.
            if let Some(last) = self.last_start {
                sleep_until(last + interval).await;
            }
            self.limiter = Some((interval, RateLimiter::direct_with_clock(quota, TokioClock)));
        }
        let Some((_, limiter)) = &self.limiter else { return false };
        while let Err(not_until) = limiter.check() {
            sleep(not_until.wait_time_from(TokioClock.now())).await;
        }
        asked_at.elapsed() > Duration::ZERO
    }

    fn next_start(&self) -> Option<Instant> {
        let (interval, _) = self.limiter.as_ref()?;
        Some(self.last_start? + *interval).filter(|next| *next > Instant::now())
    }
}

#[cfg(test)]
mod tests;
