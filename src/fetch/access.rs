//! The robots.txt of an origin: from memory, from what all processes keep, or asked for.
//!
//! In: a URL about to be asked. Out: the Crawl-delay, or why the URL may not be asked. Never: custom headers or
//! cookies sent to a robots.txt (CVE-2021-41125). Source: RFC 9309 section 2.3.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use jiff::Timestamp;
use reqwest::header::HeaderMap;
use tokio::sync::Mutex as AsyncMutex;
use url::Url;

use super::body::{Answer, Room};
use super::hosts::{KeptRobots, later};
use super::inflate::Beyond;
use super::robots::Rules;
use super::{FetchError, FetchPlan, Fetcher, gate};

/// Origins remembered before all are looked up again: a typical file is 1 KiB.
const MOST_ORIGINS: usize = 10_000;

/// What this process knows of the origins; one request for a robots.txt at a time.
#[derive(Default)]
pub(super) struct Known(Mutex<HashMap<String, Arc<AsyncMutex<Option<Memo>>>>>);

struct Memo {
    rules: Result<Arc<Rules>, String>,
    until: Timestamp,
}

impl Known {
    fn of(&self, origin: &str) -> Arc<AsyncMutex<Option<Memo>>> {
        let mut known = self.0.lock().expect("invariant: no holder of the origins panics");
        if known.len() >= MOST_ORIGINS && !known.contains_key(origin) {
            known.clear();
        }
        Arc::clone(known.entry(origin.to_owned()).or_default())
    }
}

impl Fetcher {
    /// Whether robots.txt lets this URL be asked, and how long it wants between requests.
    pub(super) async fn access(&self, url: &Url, plan: &FetchPlan) -> Result<Option<Duration>, FetchError> {
        let limits = &self.shared.limits;
        let memo = self.shared.known.of(&url.origin().ascii_serialization());
        let mut memo = memo.lock().await;
        let now = self.shared.clock.now();
        if memo.as_ref().is_none_or(|memo| memo.until <= now) {
            *memo = Some(self.look_up(url, plan).await?);
        }
        let rules = memo.as_ref().map_or_else(|| Ok(Arc::default()), |memo| memo.rules.clone());
        let rules = rules.map_err(|why| FetchError::Unreachable { url: url.clone(), why })?;
        match rules.forbidden_by(url) {
            Some(rule) => Err(FetchError::Forbidden { url: url.clone(), rule }),
            None => Ok(rules.crawl_delay.map(|delay| delay.min(limits.crawl_delay))),
        }
    }

    async fn look_up(&self, url: &Url, plan: &FetchPlan) -> Result<Memo, FetchError> {
        let shared = &self.shared;
        let origin = url.origin().ascii_serialization();
        let keep_until = |kept: &KeptRobots| later(kept.fetched_at, shared.limits.robots_age);
        let read = |kept: &KeptRobots| Memo { rules: Ok(Arc::new(Rules::read(&kept.body))), until: keep_until(kept) };
        if let Some(kept) = shared.hosts.robots(&origin).await.filter(|kept| keep_until(kept) > shared.clock.now()) {
            return Ok(read(&kept));
        }
        match self.ask_robots(url, plan).await {
            Ok((status, body)) if status < 500 => {
                let kept = KeptRobots { status, body, fetched_at: shared.clock.now() };
                shared.hosts.keep_robots(&origin, kept.clone()).await;
                Ok(read(&kept))
            }
            Ok((status, _)) => Ok(self.unreachable(format!("its robots.txt answers {status}"))),
            // These are said as they are: they are about us, or about the host as a whole.
            Err(
                error @ (FetchError::Setting { .. }
                | FetchError::HeldBack { .. }
                | FetchError::Taken { .. }
                | FetchError::InTrouble { .. }
                | FetchError::Refused { .. }),
            ) => Err(error),
            Err(error) => Ok(self.unreachable(format!("its robots.txt cannot be had: {error}"))),
        }
    }

    /// RFC 9309 section 2.3.1.4: unreachable means forbidden, for now.
    fn unreachable(&self, why: String) -> Memo {
        Memo { rules: Err(why), until: later(self.shared.clock.now(), self.shared.limits.robots_retry) }
    }

    /// Asks for the robots.txt: status and text. A redirect too many means that there is none (section 2.3.1.2).
    async fn ask_robots(&self, url: &Url, plan: &FetchPlan) -> Result<(u16, String), FetchError> {
        let limits = &self.shared.limits;
        let mut at = url.clone();
        at.set_path("/robots.txt");
        at.set_query(None);
        at.set_fragment(None);
        let mut time = limits.page_total;
        for _ in 0..=limits.robots_redirects {
            gate::ensure_askable(&at, &self.shared.network, &self.route(plan), limits)?;
            let room = Room {
                bytes: limits.robots_bytes,
                beyond: Beyond::Drop,
                time,
                total: limits.page_total,
                name: "a robots.txt",
            };
            let hop = self.exchange((&at, None), plan, HeaderMap::new(), plan.pace.min_interval, room).await;
            time = time.saturating_sub(hop.network_time);
            let answer = hop.answer?;
            match super::location(&at, &answer) {
                Some(next) if answer.is_redirect() => at = next,
                _ => return Ok(said(&answer)),
            }
        }
        Ok((404, String::new()))
    }
}

/// What counts: the text of a 2xx; a redirect to nowhere is a file that is not there.
fn said(answer: &Answer) -> (u16, String) {
    match answer.status {
        200..300 => (answer.status, String::from_utf8_lossy(&answer.body).into_owned()),
        300..400 => (404, String::new()),
        status => (status, String::new()),
    }
}
