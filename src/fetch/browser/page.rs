//! One page in one tab, from its address to its text.
//!
//! In: the answer that the fetcher had. Out: the document as its scripts left it. Never: a page that is not finished,
//! within the time that a page has; a second page: the tab, its storage and its scripts end with it.

use std::collections::{BTreeSet, HashMap};
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::future::BoxFuture;
use futures_util::stream::FuturesUnordered;
use serde_json::{Value, json};
use tokio::time::{Instant, MissedTickBehavior, interval};
use url::Url;

use super::ask::{Asked, Given};
use super::tab::{Tab, text};
use super::verdict::{Ask, Stopped, Verdict};
use super::wire::{Event, Lost, Message};
use super::{Running, reply, script};
use crate::fetch::body::Answer;
use crate::fetch::{FetchError, FetchPlan, Fetcher, Trip};

/// How often the time that is left is looked at.
const TICK: Duration = Duration::from_millis(100);
/// Looks at a page that is never the same twice, as one with a moving banner: then it is taken as it is.
const MOST_LOOKS: u32 = 20;
/// Requests of a page that are stopped at, refused ones too: a page that makes more is at it for ever.
const MOST_STOPPED: u32 = 2000;
/// The same request again and again is a clock or a counter, which a server need not hear of more often.
const MOST_REPEATS: u32 = 3;

/// Why a page was not drawn.
pub(super) enum Failed {
    Lost(Lost),
    Fetch(FetchError),
}

impl From<Lost> for Failed {
    fn from(lost: Lost) -> Self {
        Self::Lost(lost)
    }
}

/// What was asked of the tab last.
enum Step {
    Nothing,
    /// A place for our scripts that its own cannot reach.
    World(u64),
    /// How large the document is, and where that was asked.
    Look(u64, Value),
    /// The document.
    Take(u64),
}

/// A page that is being drawn.
pub(super) struct Drawing<'a> {
    fetcher: &'a Fetcher,
    plan: &'a FetchPlan,
    trip: &'a mut Trip,
    answer: &'a Answer,
    browser: &'a mut Running,
    tab: Tab,
    navigation: u64,
    asking: FuturesUnordered<BoxFuture<'a, Asked>>,
    is_given: bool,
    is_loaded: bool,
    /// Time of its own that is left.
    left: Duration,
    ticked_at: Instant,
    active_at: Instant,
    step: Step,
    seen: Option<Value>,
    n_looks: u32,
    n_stopped: u32,
    n_bytes: u64,
    repeats: HashMap<(Url, String), u32>,
    without: BTreeSet<String>,
}

/// A page that was drawn.
pub(super) struct Drawn {
    pub(super) text: String,
    /// Origins that it asked and that were not asked for it.
    pub(super) without: BTreeSet<String>,
}

impl<'a> Drawing<'a> {
    /// Opens a tab for a page.
    pub(super) async fn open(
        fetcher: &'a Fetcher,
        plan: &'a FetchPlan,
        trip: &'a mut Trip,
        answer: &'a Answer,
        browser: &'a mut Running,
    ) -> Result<Self, Failed> {
        browser.wire.forget();
        let tab = Tab::open(&mut browser.wire, plan).await?;
        let address = address(plan, trip);
        let navigate = json!({ "url": address.as_str() });
        let navigation = browser.wire.send(Some(&tab.session), "Page.navigate", navigate).await?;
        let (now, left) = (Instant::now(), trip.time);
        Ok(Self {
            fetcher,
            plan,
            trip,
            answer,
            browser,
            tab,
            navigation,
            asking: FuturesUnordered::new(),
            is_given: false,
            is_loaded: false,
            left,
            ticked_at: now,
            active_at: now,
            step: Step::Nothing,
            seen: None,
            n_looks: 0,
            n_stopped: 0,
            n_bytes: 0,
            repeats: HashMap::new(),
            without: BTreeSet::new(),
        })
    }

    /// Draws it and closes the tab.
    pub(super) async fn draw(mut self) -> Result<Drawn, Failed> {
        let mut ticks = interval(TICK);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let text = loop {
            tokio::select! {
                said = self.browser.wire.next() => if let Some(text) = self.hear(said?).await? { break text },
                Some(asked) = self.asking.next() => self.give(asked).await?,
                _ = ticks.tick() => self.tick().await?,
            }
        };
        let context = json!({ "browserContextId": self.tab.context });
        self.browser.wire.call(None, "Target.disposeBrowserContext", context).await?;
        Ok(Drawn { text, without: self.without })
    }

    /// Time passes: for the page only while it waits for nobody.
    async fn tick(&mut self) -> Result<(), Failed> {
        let now = Instant::now();
        let passed = now - self.ticked_at;
        self.ticked_at = now;
        if !self.asking.is_empty() {
            self.active_at = now;
            return Ok(());
        }
        self.left = self.left.saturating_sub(passed);
        if self.left.is_zero() {
            let limit = self.fetcher.shared.limits.page_total;
            let (url, what) = (self.trip.at.clone(), "drawing the page");
            return Err(Failed::Fetch(FetchError::Timeout { url, what, limit }));
        }
        let is_quiet = now - self.active_at >= self.fetcher.shared.limits.quiet;
        if self.is_loaded && is_quiet && matches!(self.step, Step::Nothing) {
            let world = json!({ "frameId": self.tab.frame, "worldName": "govwatch" });
            self.step = Step::World(self.send("Page.createIsolatedWorld", world).await?);
        }
        Ok(())
    }

    /// Hears what the browser says; gives the document once it is there.
    async fn hear(&mut self, said: Message) -> Result<Option<String>, Failed> {
        match said {
            Message::Event(event) => self.happen(event).await.map(|()| None),
            Message::Answer(of, answer) => self.answered(of, answer).await,
        }
    }

    async fn happen(&mut self, event: Event) -> Result<(), Failed> {
        if event.tab.as_deref() != Some(&self.tab.session) {
            return Ok(());
        }
        match event.method.as_str() {
            "Fetch.requestPaused" => {
                let stopped = serde_json::from_value(event.params);
                self.judge(stopped.map_err(|error| Lost::Babble(error.to_string()))?).await
            }
            // A page that wanted to be elsewhere before it was complete stops here, without its load event.
            "Page.frameStoppedLoading"
                if !self.is_given || event.params["frameId"].as_str() != Some(&self.tab.frame) =>
            {
                Ok(())
            }
            "Page.loadEventFired" | "Page.frameStoppedLoading" => {
                (self.is_loaded, self.active_at) = (true, Instant::now());
                Ok(())
            }
            "Page.javascriptDialogOpening" => {
                self.send("Page.handleJavaScriptDialog", json!({ "accept": false })).await.map(|_| ())
            }
            "Inspector.targetCrashed" => Err(Lost::Crashed.into()),
            _ => Ok(()),
        }
    }

    async fn answered(&mut self, of: u64, answer: Result<Value, String>) -> Result<Option<String>, Failed> {
        if of == self.navigation {
            let why = answer.map_or_else(|why| why, |answer| text(&answer["errorText"]));
            return if why.is_empty() { Ok(None) } else { Err(Lost::Refused { method: "Page.navigate", why }.into()) };
        }
        let value = |answer: Result<Value, String>| answer.map(|mut answer| answer["result"]["value"].take()).ok();
        match std::mem::replace(&mut self.step, Step::Nothing) {
            Step::World(asked) if asked == of => {
                // Without one the page went away under our hands; the next tick looks again.
                if let Some(world) = answer.ok().map(|mut answer| answer["executionContextId"].take()) {
                    self.step = Step::Look(self.evaluate(&world, script::LOOK.to_owned()).await?, world);
                }
            }
            Step::Look(asked, world) if asked == of => {
                let found = value(answer);
                self.n_looks += 1;
                if self.n_looks >= MOST_LOOKS || (found.is_some() && found == self.seen) {
                    let take = script::take(self.fetcher.shared.limits.page_bytes);
                    self.step = Step::Take(self.evaluate(&world, take).await?);
                }
                (self.seen, self.active_at) = (found, Instant::now());
            }
            Step::Take(asked) if asked == of => return self.taken(value(answer).unwrap_or_default()),
            other => self.step = other,
        }
        Ok(None)
    }

    /// The document; its length where it is too long; neither where the page went away under our hands.
    fn taken(&mut self, found: Value) -> Result<Option<String>, Failed> {
        let most = self.fetcher.shared.limits.page_bytes;
        match found {
            Value::String(text) if text.len() as u64 <= most => Ok(Some(text)),
            Value::String(_) | Value::Number(_) => {
                let what = format!("the drawn page has more than {most} bytes, the limit of `network.page_bytes`");
                Err(Failed::Fetch(FetchError::Limit { url: self.trip.at.clone(), what }))
            }
            _ => Ok(None),
        }
    }

    async fn judge(&mut self, stopped: Stopped) -> Result<(), Failed> {
        self.n_stopped += 1;
        if self.n_stopped > MOST_STOPPED {
            return Err(self.too_many(MOST_STOPPED));
        }
        let verdict = stopped.verdict(self.plan, &self.tab.frame, !self.is_given);
        let id = stopped.id.as_str();
        match verdict {
            Verdict::Page => {
                self.is_given = true;
                let (answer, charset) = (self.answer, self.plan.rule.charset.as_deref());
                self.fulfil(reply::page(id, answer, charset)).await
            }
            Verdict::Stay => self.refuse(id, "Aborted").await,
            Verdict::Let => self.send("Fetch.continueRequest", json!({ "requestId": id })).await.map(|_| ()),
            Verdict::Blank => self.fulfil(reply::blank(id)).await,
            Verdict::Preflight => self.fulfil(reply::preflight(&stopped)).await,
            Verdict::Needless => self.refuse(id, "BlockedByClient").await,
            Verdict::Foreign(origin) => {
                self.without.insert(origin);
                self.refuse(id, "BlockedByClient").await
            }
            Verdict::Ask(ask) => self.ask(stopped.id, ask).await,
        }
    }

    /// Asks for what the page wants; its answer comes later.
    async fn ask(&mut self, id: String, ask: Ask) -> Result<(), Failed> {
        if let Some(kept) = self.fetcher.scripts.get(&ask.url).filter(|_| ask.is_script) {
            return self.fulfil(reply::part(&id, &kept)).await;
        }
        let body = ask.post.as_ref().map(|post| post.body.clone()).unwrap_or_default();
        let n_repeats = self.repeats.entry((ask.url.clone(), body)).or_default();
        *n_repeats += 1;
        if *n_repeats > MOST_REPEATS {
            return self.refuse(&id, "BlockedByClient").await;
        }
        let most = self.fetcher.shared.limits.drawn_requests;
        let under_way = u32::try_from(self.asking.len()).unwrap_or(u32::MAX);
        if self.trip.n_requests.saturating_add(under_way) >= most {
            return Err(self.too_many(most));
        }
        self.asking.push(Box::pin(self.fetcher.ask_for_page(self.plan, id, ask, self.trip.time)));
        Ok(())
    }

    /// Gives the page what it asked for.
    async fn give(&mut self, asked: Asked) -> Result<(), Failed> {
        self.trip.time = self.trip.time.saturating_sub(asked.network_time);
        self.trip.wire_bytes += asked.wire_bytes;
        self.trip.n_requests += asked.n_requests;
        (self.ticked_at, self.active_at) = (Instant::now(), Instant::now());
        match asked.result.map_err(Failed::Fetch)? {
            Given::Answer(answer) => {
                self.n_bytes += answer.body.len() as u64;
                let most = self.fetcher.shared.limits.drawn_bytes;
                if self.n_bytes > most {
                    let what = format!("what the page loads has more than {most} bytes");
                    return Err(Failed::Fetch(FetchError::Limit { url: self.trip.at.clone(), what }));
                }
                self.fulfil(reply::part(&asked.id, &answer)).await
            }
            Given::Nothing(error) => {
                tracing::info!(page = %self.trip.at, %error, "drawn without");
                self.without.insert(asked.url.origin().ascii_serialization());
                self.refuse(&asked.id, "BlockedByClient").await
            }
        }
    }

    fn too_many(&self, most: u32) -> Failed {
        let what = format!("the drawn page makes more than {most} requests");
        Failed::Fetch(FetchError::Limit { url: self.trip.at.clone(), what })
    }

    async fn evaluate(&mut self, world: &Value, expression: String) -> Result<u64, Failed> {
        let script = json!({ "expression": expression, "contextId": world, "returnByValue": true });
        self.send("Runtime.evaluate", script).await
    }

    async fn fulfil(&mut self, reply: Value) -> Result<(), Failed> {
        self.send("Fetch.fulfillRequest", reply).await.map(|_| ())
    }

    async fn refuse(&mut self, id: &str, reason: &str) -> Result<(), Failed> {
        self.send("Fetch.failRequest", json!({ "requestId": id, "errorReason": reason })).await.map(|_| ())
    }

    async fn send(&mut self, method: &'static str, params: Value) -> Result<u64, Failed> {
        Ok(self.browser.wire.send(Some(&self.tab.session), method, params).await?)
    }
}

/// Where the page is, with the part of its address that no server hears of and that its scripts may go by.
fn address(plan: &FetchPlan, trip: &Trip) -> Url {
    let mut address = trip.at.clone();
    address.set_fragment(plan.url.fragment());
    address
}
