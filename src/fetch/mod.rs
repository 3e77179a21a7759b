//! Stage 2 of 10: a URL in, a Capture out, politely and within limits.
//!
//! In: a [`FetchPlan`]. Out: a [`Capture`], or a [`FetchError`] that says who must act. Never: a judgement about
//! the page; whether a 200 is a wall or a report is decided by whoever reads it. Every request, robots.txt and
//! each redirect too, goes through the gate, the pace of its host and the same client.

mod access;
mod backoff;
mod body;
mod browser;
mod client;
mod cookies;
mod error;
mod gate;
mod headers;
mod hosts;
mod hours;
mod inflate;
mod limits;
mod pace;
mod plan;
mod post;
mod resolve;
mod retry_after;
mod robots;
mod sandbox;
mod tally;

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use reqwest::header::HeaderMap;
use tokio::time::Instant;
use url::Url;

use crate::clock::Clock;
use crate::config::{Browser, Network, Robots};
use crate::model::{Capture, Post};
use body::{Answer, Room};
use browser::Scripts;
use client::{Clients, Kind};
use cookies::Jar;
use gate::{Reach, Route};
use headers::pin_host;
use inflate::Beyond;
use pace::{Asks, Need, Pace};
use tally::Tally;

pub use browser::{Browsers, Wall, program as browser_program};
pub use error::FetchError;
pub(crate) use error::status_in;
pub use hosts::{Claim, Hosts, KeptRobots, MemoryHosts};
pub use limits::Limits;
pub use plan::{FetchPlan, What};
pub use post::{NotSent, Outgoing, Reply};
pub use resolve::Names;
pub use sandbox::{Bounds, ChildArgs, Recognise, Sandbox, SandboxError, run_child};
pub use tally::Counts;

/// The answer to a plan.
#[derive(Debug, Clone)]
pub enum Fetched {
    /// 304 to the validators that were sent; the body is empty.
    NotModified(Capture),
    /// 2xx, 404 or 410.
    Body(Capture),
}

/// Fetches; clones share everything.
#[derive(Clone)]
pub struct Fetcher {
    shared: Arc<Shared>,
    jar: Arc<Jar>,
    tally: Arc<Tally>,
    browsers: Browsers,
    scripts: Arc<Scripts>,
    asked: Arc<Mutex<HashMap<String, Asks>>>,
}

struct Shared {
    network: Arc<Network>,
    clients: Clients,
    pace: Pace,
    hosts: Hosts,
    known: access::Known,
    clock: Clock,
    limits: Limits,
}

/// One request and what it cost.
struct Hop {
    answer: Result<Answer, FetchError>,
    network_time: Duration,
    wire_bytes: u64,
}

/// The way of one fetch through its redirects.
struct Trip {
    at: Url,
    post: Option<Post>,
    seen: HashSet<(Url, Option<String>)>,
    time: Duration,
    wire_bytes: u64,
    n_requests: u32,
    /// The headers of a script of a drawn page that asks; `None` where we ask.
    of_script: Option<HeaderMap>,
}

impl Fetcher {
    /// A Fetcher with the caps of the settings, the other limits by default, and the system's names.
    /// Errors: [`FetchError::Setting`].
    pub fn new(network: Network, contact: Option<&str>, hosts: Hosts, clock: Clock) -> Result<Self, FetchError> {
        let limits = Limits::default().capped(network.caps);
        Self::with(network, contact, hosts, clock, limits, Names::System)
    }

    /// The same with other limits, and with a script in place of name lookups.
    pub fn with(
        mut network: Network,
        contact: Option<&str>,
        hosts: Hosts,
        clock: Clock,
        limits: Limits,
        names: Names,
    ) -> Result<Self, FetchError> {
        network.resolve = network.resolve.into_iter().map(|(name, pin)| (name.to_ascii_lowercase(), pin)).collect();
        let network = Arc::new(network);
        let clients = Clients::new(Arc::clone(&network), names, client::user_agent(contact)?);
        let pace = Pace::new(hosts.clone(), clock.clone());
        let known = access::Known::default();
        let shared = Arc::new(Shared { network, clients, pace, hosts, known, clock, limits });
        let browsers = Browsers::new(Browser::default());
        let (jar, tally, scripts, asked) = Default::default();
        Ok(Self { shared, jar, tally, browsers, scripts, asked })
    }

    /// The same with these browsers for the sites that want one.
    #[must_use]
    pub fn with_browsers(self, browsers: Browsers) -> Self {
        Self { browsers, ..self }
    }

    /// A child for one poll of one site: cookies, scripts and counts of its own; pace, robots,
    /// connections and browsers are shared.
    #[must_use]
    pub fn for_site(&self) -> Self {
        let tally = Arc::new(Tally::child(&self.tally));
        Self { tally, jar: Arc::default(), scripts: Arc::default(), asked: Arc::default(), ..self.clone() }
    }

    /// Gives the hosts back that this child asked, unless other polls ask them too.
    pub async fn leave(&self) {
        let asked = std::mem::take(&mut *self.asked());
        for (host, asks) in asked {
            self.shared.pace.leave(&host, asks).await;
        }
    }

    fn asked(&self) -> MutexGuard<'_, HashMap<String, Asks>> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What this Fetcher and its children have sent and received so far.
    pub fn counts(&self) -> Counts {
        self.tally.counts()
    }

    /// Gives every host back, with the time of its next request, and ends the browsers, before the process ends.
    pub async fn close(&self) {
        self.browsers.close().await;
        self.shared.pace.release_all().await;
    }

    /// Fetches a URL: waits for its turn, follows redirects within the site, and gives the last answer.
    pub async fn get(&self, plan: &FetchPlan) -> Result<Fetched, FetchError> {
        let mut trip = Trip::of(plan, &self.shared.limits);
        let mut answer = self.follow(plan, &mut trip).await?;
        if plan.is_drawn() && browser::is_drawable(&answer) {
            answer = self.draw(plan, &mut trip, answer).await?;
        }
        self.fetched(plan, trip, answer)
    }

    /// Asks, and follows redirects within the site, up to the first answer that is none.
    async fn follow(&self, plan: &FetchPlan, trip: &mut Trip) -> Result<Answer, FetchError> {
        loop {
            self.ensure_unseen(plan, trip)?;
            let answer = self.hop(plan, trip).await?;
            let Some(next) = redirect(plan, &trip.at, &answer)? else { return Ok(answer) };
            trip.post = trip.post.take().filter(|_| matches!(answer.status, 307 | 308));
            trip.at = next;
        }
    }

    /// One request of a trip: gate, robots.txt, pace, exchange.
    async fn hop(&self, plan: &FetchPlan, trip: &mut Trip) -> Result<Answer, FetchError> {
        let limits = &self.shared.limits;
        gate::ensure_askable(&trip.at, &self.shared.network, &self.route(plan), limits)?;
        let crawl_delay = match plan.rule.robots {
            Robots::Obey => self.access(&trip.at, plan).await?,
            Robots::Ignore => None,
        };
        let interval = plan.pace.min_interval.max(crawl_delay.unwrap_or_default());
        let headers = self.headers(trip, plan)?;
        let (bytes, total, name) = match plan.what {
            What::Page => (limits.page_bytes, limits.page_total, "a page, `network.page_bytes`"),
            What::Attachment => {
                (limits.attachment_bytes, limits.attachment_total, "an attachment, `network.attachment_bytes`")
            }
        };
        let room = Room { bytes, beyond: Beyond::Refuse, time: trip.time, total, name };
        let hop = self.exchange((&trip.at, trip.post.as_ref()), plan, headers, interval, room).await;
        trip.time = trip.time.saturating_sub(hop.network_time);
        trip.wire_bytes += hop.wire_bytes;
        trip.n_requests += 1;
        let answer = hop.answer?;
        // What a script asks for may be the lock of a wall: its key is not kept.
        if plan.rule.cookies && trip.of_script.is_none() {
            let lines = answer.headers.iter().filter(|(name, _)| name == "set-cookie");
            let now = self.shared.clock.now();
            lines.for_each(|(_, line)| self.jar.take(&trip.at, line, now, limits));
        }
        Ok(answer)
    }

    /// One request when its host's turn has come; counted, and the host's troubles noted.
    async fn exchange(
        &self,
        (url, post): (&Url, Option<&Post>),
        plan: &FetchPlan,
        mut headers: HeaderMap,
        interval: Duration,
        room: Room,
    ) -> Hop {
        let Shared { pace, clients, network, limits, .. } = &*self.shared;
        let host = url.host_str().unwrap_or_default();
        let need = Need { host, rule: &plan.pace, zone: &plan.zone, interval };
        let kind = Kind { port: url.port_or_known_default().unwrap_or(0), route: self.route(plan) };
        if kind.route.proxy.is_none() {
            pin_host(url, network, &mut headers);
        }
        self.asked().entry(host.to_owned()).or_insert_with(|| pace.ask(host, limits));
        let ready = async {
            let client = clients.of(kind, limits)?;
            pace.permit(need, limits).await.map(|permit| (client, permit))
        };
        let (client, _permit) = match ready.await {
            Ok(ready) => ready,
            Err(error) => return Hop { answer: Err(error), network_time: Duration::ZERO, wire_bytes: 0 },
        };
        let (started_at, mut wire_bytes) = (Instant::now(), 0);
        let answer = tokio::select! {
            answer = body::ask(&client, url, post, headers, room, limits, &mut wire_bytes) => answer,
            never = pace.keep_claimed(host, limits) => match never {},
        };
        self.note(need, &answer).await;
        let status = answer.as_ref().ok().map(|answer| answer.status);
        self.tally.add(Counts { requests: 1, wire_bytes, not_modified: u64::from(status == Some(304)) });
        tracing::debug!(%url, status, wire_bytes, "asked");
        Hop { answer, network_time: started_at.elapsed(), wire_bytes }
    }

    /// Notes for the pace of a host how a request to it went.
    async fn note(&self, need: Need<'_>, answer: &Result<Answer, FetchError>) {
        let Shared { pace, clock, limits, .. } = &*self.shared;
        match answer {
            Ok(answer) if matches!(answer.status, 429 | 503) => {
                let wish = answer.header("retry-after").and_then(|text| retry_after::wish(text, clock.now(), limits));
                pace.trouble(need, wish, limits).await;
            }
            Err(FetchError::Timeout { .. } | FetchError::Unreachable { .. }) => pace.trouble(need, None, limits).await,
            _ => pace.went_well(need.host, limits),
        }
    }

    /// Whoever asks more often than a stranger may must own every address that is connected to.
    fn route(&self, plan: &FetchPlan) -> Route {
        let is_fast = plan.pace.min_interval < self.shared.limits.open_interval;
        let reach = if is_fast { Reach::OwnOnly } else { Reach::Public };
        Route { reach, proxy: plan.rule.proxy.clone().or_else(|| self.shared.network.proxy.clone()) }
    }

    /// Refuses to go in a circle, or further than the limit. The same URL with other cookies is another place.
    fn ensure_unseen(&self, plan: &FetchPlan, trip: &mut Trip) -> Result<(), FetchError> {
        let limits = &self.shared.limits;
        let cookies = if plan.rule.cookies { self.jar.header(&trip.at, limits) } else { None };
        let what = if !trip.seen.insert((trip.at.clone(), cookies)) {
            "redirects in a circle; portals do that to clients without cookies, try `fetch.cookies = true`".to_owned()
        } else if trip.seen.len() > limits.redirects + 1 {
            format!("more than {} redirects", limits.redirects)
        } else {
            return Ok(());
        };
        Err(FetchError::Limit { url: plan.url.clone(), what })
    }

    /// The last answer as what it means.
    fn fetched(&self, plan: &FetchPlan, trip: Trip, answer: Answer) -> Result<Fetched, FetchError> {
        let status = answer.status;
        let capture = Capture {
            url: plan.url.clone(),
            final_url: trip.at,
            status,
            headers: answer.headers,
            body: answer.body.into(),
            fetched_at: self.shared.clock.now(),
            wire_bytes: trip.wire_bytes,
            n_requests: trip.n_requests,
        };
        match status {
            200..300 | 404 | 410 => Ok(Fetched::Body(capture)),
            304 if !plan.validators.is_empty() => Ok(Fetched::NotModified(capture)),
            _ => Err(FetchError::Status { url: capture.final_url, status, meaning: error::meaning_of(status) }),
        }
    }
}

impl Trip {
    fn of(plan: &FetchPlan, limits: &Limits) -> Self {
        let mut at = plan.url.clone();
        at.set_fragment(None);
        let time = match plan.what {
            What::Page => limits.page_total,
            What::Attachment => limits.attachment_total,
        };
        let post = plan.post.clone();
        Self { at, post, seen: HashSet::new(), time, wire_bytes: 0, n_requests: 0, of_script: None }
    }
}

/// Where a redirect leads, if this is one; a host that is none of the site's is an error.
fn redirect(plan: &FetchPlan, at: &Url, answer: &Answer) -> Result<Option<Url>, FetchError> {
    let Some(next) = location(at, answer).filter(|_| answer.is_redirect()) else { return Ok(None) };
    let host = next.host_str().unwrap_or_default();
    if plan.is_own(host) || !matches!(next.scheme(), "http" | "https") {
        // The gate refuses other schemes with a better word.
        return Ok(Some(next));
    }
    Err(FetchError::Elsewhere { from: at.to_string(), to: next.to_string(), host: host.to_owned() })
}

/// The Location, absolute and without a fragment. Bytes that are no UTF-8 are percent-encoded as they are.
fn location(at: &Url, answer: &Answer) -> Option<Url> {
    let bytes = answer.location.as_deref()?;
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => bytes.iter().map(|byte| ascii(*byte)).collect(),
    };
    let mut next = at.join(text.trim()).ok()?;
    next.set_fragment(None);
    Some(next)
}

fn ascii(byte: u8) -> String {
    if byte.is_ascii() { char::from(byte).to_string() } else { format!("%{byte:02X}") }
}
