//! What is kept per host for all processes: robots.txt, until when it is held back, who may ask it now.
//!
//! In: a host name or an origin. Out: what is known of it. Never: a rule of its own; it only remembers.
//! The in-memory twin serves commands without a store and the tests.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use jiff::Timestamp;

pub use crate::store::{Claim, KeptRobots};
use crate::store::{Store, StoreError};

/// Where the rows of the hosts are kept.
#[derive(Debug, Clone)]
pub enum Hosts {
    /// In this process alone; clones share it.
    Memory(MemoryHosts),
    /// In the store, for all processes.
    Store(Store),
}

/// Rows in memory.
#[derive(Debug, Clone, Default)]
pub struct MemoryHosts(Arc<Mutex<Rows>>);

#[derive(Debug, Default)]
struct Rows {
    robots: HashMap<String, KeptRobots>,
    hosts: HashMap<String, Row>,
}

#[derive(Debug, Clone, Default)]
struct Row {
    held_back_until: Option<Timestamp>,
    next_request_at: Option<Timestamp>,
    lease: Option<(String, Timestamp)>,
}

impl Default for Hosts {
    /// An empty memory.
    fn default() -> Self {
        Self::Memory(MemoryHosts::default())
    }
}

/// While the store cannot be used nothing is remembered: the poll ends at its own next word to the store.
impl Hosts {
    /// The robots.txt of an origin (`scheme://host:port`), however old.
    pub async fn robots(&self, origin: &str) -> Option<KeptRobots> {
        match self {
            Self::Memory(memory) => memory.rows().robots.get(origin).cloned(),
            Self::Store(store) => store.host_robots(origin).await.unwrap_or_else(lost),
        }
    }

    /// Keeps the robots.txt of an origin.
    pub async fn keep_robots(&self, origin: &str, robots: KeptRobots) {
        match self {
            Self::Memory(memory) => drop(memory.rows().robots.insert(origin.to_owned(), robots)),
            Self::Store(store) => store.keep_robots(origin, robots).await.unwrap_or_else(lost),
        }
    }

    /// Until when a host is held back, if it ever was; may lie in the past.
    pub async fn wait_until(&self, host: &str) -> Option<Timestamp> {
        match self {
            Self::Memory(memory) => memory.rows().hosts.get(host).and_then(|row| row.held_back_until),
            Self::Store(store) => store.wait_until(host).await.unwrap_or_else(lost),
        }
    }

    /// Holds a host back; never shortens an earlier wish.
    pub async fn hold_back(&self, host: &str, until: Timestamp) {
        match self {
            Self::Memory(memory) => {
                let mut rows = memory.rows();
                let row = rows.hosts.entry(host.to_owned()).or_default();
                row.held_back_until = row.held_back_until.max(Some(until));
            }
            Self::Store(store) => store.hold_back(host, until).await.unwrap_or_else(lost),
        }
    }

    /// Asks for a host for `ttl`; the same owner's next claim renews it.
    pub async fn claim(&self, host: &str, owner: &str, now: Timestamp, ttl: Duration) -> Claim {
        match self {
            Self::Memory(memory) => memory.claim(host, owner, now, ttl),
            Self::Store(store) => {
                let claim = store.claim_host(host, owner, now, ttl).await;
                claim.unwrap_or_else(|error| {
                    lost::<()>(error);
                    Claim::Granted { next_request_at: None }
                })
            }
        }
    }

    /// Gives a host back and says when the next request to it may start. Only the owner's word counts.
    pub async fn release(&self, host: &str, owner: &str, next_request_at: Timestamp) {
        match self {
            Self::Memory(memory) => memory.release(host, owner, next_request_at),
            Self::Store(store) => store.release_host(host, owner, next_request_at).await.unwrap_or_else(lost),
        }
    }

    /// Says when the next request to a host may start, at each request: what a killed process leaves behind.
    pub async fn note_request(&self, host: &str, next_request_at: Timestamp) {
        match self {
            Self::Memory(memory) => {
                memory.rows().hosts.entry(host.to_owned()).or_default().next_request_at = Some(next_request_at);
            }
            Self::Store(store) => store.note_request(host, next_request_at).await.unwrap_or_else(lost),
        }
    }
}

/// What is said of a host that the store could not remember.
#[expect(clippy::needless_pass_by_value, reason = "stands in `unwrap_or_else`, which gives the error away")]
fn lost<T: Default>(error: StoreError) -> T {
    tracing::warn!(%error, "the store does not remember this host");
    T::default()
}

impl MemoryHosts {
    fn rows(&self) -> MutexGuard<'_, Rows> {
        self.0.lock().expect("invariant: no holder of the rows panics")
    }

    fn release(&self, host: &str, owner: &str, next_request_at: Timestamp) {
        if let Some(row) = self.rows().hosts.get_mut(host)
            && row.lease.as_ref().is_some_and(|(holder, _)| holder == owner)
        {
            row.lease = None;
            row.next_request_at = row.next_request_at.max(Some(next_request_at));
        }
    }

    fn claim(&self, host: &str, owner: &str, now: Timestamp, ttl: Duration) -> Claim {
        let mut rows = self.rows();
        let row = rows.hosts.entry(host.to_owned()).or_default();
        match &row.lease {
            Some((holder, until)) if holder != owner && *until > now => Claim::HeldUntil(*until),
            _ => {
                row.lease = Some((owner.to_owned(), later(now, ttl)));
                Claim::Granted { next_request_at: row.next_request_at }
            }
        }
    }
}

/// `now` and a span later; the end of time if there is no such instant.
pub(super) fn later(now: Timestamp, span: Duration) -> Timestamp {
    now.checked_add(span).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_777_000_000 + second).unwrap()
    }

    const TTL: Duration = Duration::from_secs(20);

    #[tokio::test]
    async fn a_host_belongs_to_one_owner_until_it_is_given_back_or_the_owner_is_silent() {
        let hosts = Hosts::default();
        assert_eq!(hosts.claim("a", "one", at(0), TTL).await, Claim::Granted { next_request_at: None });
        assert_eq!(hosts.claim("a", "two", at(5), TTL).await, Claim::HeldUntil(at(20)));
        assert_eq!(hosts.claim("a", "one", at(10), TTL).await, Claim::Granted { next_request_at: None });
        assert_eq!(hosts.claim("a", "two", at(25), TTL).await, Claim::HeldUntil(at(30)));
        hosts.release("a", "two", at(99)).await;
        assert_eq!(hosts.claim("a", "two", at(26), TTL).await, Claim::HeldUntil(at(30)));
        hosts.release("a", "one", at(28)).await;
        assert_eq!(hosts.claim("a", "two", at(26), TTL).await, Claim::Granted { next_request_at: Some(at(28)) });
        assert_eq!(hosts.claim("a", "three", at(47), TTL).await, Claim::Granted { next_request_at: Some(at(28)) });
    }

    #[tokio::test]
    async fn a_wish_to_be_left_alone_is_never_shortened() {
        let hosts = Hosts::default();
        hosts.hold_back("a", at(60)).await;
        hosts.hold_back("a", at(30)).await;
        assert_eq!(hosts.wait_until("a").await, Some(at(60)));
        assert_eq!(hosts.wait_until("b").await, None);
    }
}
