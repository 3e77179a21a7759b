//! Alerts from the change to the receiver: a webhook receiver and a mail server that record and misbehave.
#![expect(clippy::unwrap_used, reason = "a test that finds nothing to unwrap has failed")]

mod chats;
pub(crate) mod chinese;
mod commands;
mod crash;
mod feeds;
mod hostile;
mod mail;
mod office;
mod settings;
mod webhook;

use std::collections::BTreeMap;
use std::time::Duration;

use govwatch::alert::{Channels, Delivered, Routes, outbox};
use govwatch::clock::{Clock, ManualClock};
use govwatch::config::{ChannelRule, Settings};
use govwatch::crawl::Interrupt;
use govwatch::fetch::{Fetcher, Hosts};
use govwatch::model::{Fact, FieldName, SiteId};
use govwatch::store::{AlertFilter, AlertRow, Edit, EntryRecord, Finding, Scope, Store, Told};
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use tempfile::TempDir;

use crate::portal::{Ask, Portal, Reply};
use crate::store::bench::{self, Poll, row, with_baseline};

/// The host of the receivers.
pub(crate) const HOST: &str = "127.0.0.1";

/// An installation: settings, a store, channels, a clock that is moved by hand, a receiver.
pub(crate) struct Desk {
    pub(crate) store: Store,
    pub(crate) channels: Channels,
    pub(crate) clock: ManualClock,
    pub(crate) portal: Portal,
    minute: i64,
    /// What the listing shows.
    rows: Vec<EntryRecord>,
    pub(crate) folder: TempDir,
    env: BTreeMap<String, String>,
}

/// The variables of the tests.
pub(crate) fn variables() -> BTreeMap<String, String> {
    let secret = |letter: u8| format!("whsec_{}", base64(&[letter; 32]));
    [
        ("HOOK", secret(b'a')),
        ("HOOK_OLD", secret(b'b')),
        ("WORD", "open-sesame-1234".to_owned()),
        ("GOVWATCH_NETWORK_ALLOW", "127.0.0.1/32".to_owned()),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .into()
}

pub(crate) fn base64(bytes: &[u8]) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.encode(bytes)
}

/// What the settings make of a text, `{portal}` being where the receiver listens.
pub(crate) fn load(folder: &TempDir, text: &str, env: &BTreeMap<String, String>) -> Result<Settings, Vec<String>> {
    let file = folder.path().join("govwatch.toml");
    std::fs::write(&file, text).expect("our own folder");
    let prefix = format!("{}/", folder.path().display());
    let lines = |mistakes: Vec<govwatch::config::Mistake>| {
        mistakes.iter().map(|mistake| mistake.to_string().replace(&prefix, "")).collect()
    };
    Settings::load(Some(&file), env).map_err(lines)
}

impl Desk {
    /// Channels and routes of a settings file; everything that is told goes where its routes say.
    pub(crate) async fn of(text: &str) -> Self {
        Self::with(text, variables()).await
    }

    pub(crate) async fn with(text: &str, env: BTreeMap<String, String>) -> Self {
        let (portal, folder) = (Portal::start(), tempfile::tempdir().expect("a temporary folder"));
        let settings =
            load(&folder, &text.replace("{portal}", &portal.addr().to_string()), &env).expect("right settings");
        let clock = ManualClock::new(bench::at(0));
        let fetcher = Fetcher::new(settings.network.clone(), None, Hosts::default(), Clock::Manual(clock.clone()));
        let names = [(bench::site(), "兴县人民政府".to_owned())].into();
        let channels = Channels::new(settings.channels.clone(), fetcher.expect("a fetcher"), names);
        let divisions = [(bench::site(), "141123".to_owned())].into();
        let routes = Routes::new(&settings.routes, &settings.channels, divisions);
        let store = Store::in_memory().expect("memory").with_routes(routes);
        with_baseline(&store, &[row("known", 1)]).await;
        Self { store, channels, clock, portal, minute: 1, rows: vec![row("known", 1)], folder, env }
    }

    /// One channel that is sent every change, of readers and operators.
    pub(crate) async fn hook(keys: &str) -> Self {
        Self::of(&format!(
            "[[channel]]\nid = \"hook\"\nkind = \"webhook\"\nurl = \"http://{{portal}}/in\"\n{keys}\n{ALL}"
        ))
        .await
    }

    /// The channels as a process that was just started has them.
    pub(crate) fn start_anew(&mut self, rules: Vec<ChannelRule>) {
        let settings = load(&self.folder, "", &self.env).expect("no channel is no mistake");
        let fetcher = Fetcher::new(settings.network, None, Hosts::default(), Clock::Manual(self.clock.clone()));
        self.channels = Channels::new(rules, fetcher.expect("a fetcher"), BTreeMap::new());
    }

    pub(crate) fn now(&self) -> Timestamp {
        Clock::Manual(self.clock.clone()).now()
    }

    pub(crate) fn pass(&self, time: Duration) {
        self.clock.advance(SignedDuration::try_from(time).expect("a short time"));
    }

    /// Publishes reports of these titles; each is told as new.
    pub(crate) async fn publish(&mut self, titles: &[&str]) {
        self.publish_as(titles, None).await;
    }

    /// The same, of a kind.
    pub(crate) async fn publish_as(&mut self, titles: &[&str], kind: Option<&str>) {
        self.minute += 1;
        let poll = Poll::begin(&self.store, self.minute).await;
        for title in titles {
            let row = row(&format!("r{}", self.rows.len()), 20);
            self.rows.insert(0, EntryRecord { title: (*title).to_owned(), ..row });
        }
        poll.walk_all(&self.rows).await;
        for task in poll.to_read(Scope::Due).await {
            let row = self.rows.iter().take(titles.len()).find(|row| row.url == task.url).expect("only these are due");
            let mut finding = bench::reading(bench::document(&row.title, &task.url), Told::New);
            if let Finding::Read(reading) = &mut finding {
                reading.kind = kind.map(str::to_owned);
            }
            poll.record(task.report, finding).await;
        }
        poll.end().await;
    }

    /// Edits the report `known`.
    pub(crate) async fn edit(&mut self, title: &str, text: &str, diff: &str) {
        self.minute += 1;
        let poll = Poll::begin(&self.store, self.minute).await;
        let report = bench::id(&self.store, "known").await;
        poll.record(report, bench::edited(bench::document(title, text), diff)).await;
        poll.end().await;
    }

    /// The same, with facts.
    pub(crate) async fn edit_facts(&mut self, diff: &str, facts: Vec<Fact>) {
        self.minute += 1;
        let poll = Poll::begin(&self.store, self.minute).await;
        let report = bench::id(&self.store, "known").await;
        let told = Told::Edited(Edit { fields: vec![FieldName::Body], facts, diff: diff.to_owned() });
        poll.record(report, bench::reading(bench::document("报告", "x"), told)).await;
        poll.end().await;
    }

    /// Breaks these sites; each is told to operators.
    pub(crate) async fn break_sites(&mut self, sites: &[&str]) {
        for site in sites {
            self.minute += 1;
            let poll = Poll::of(&self.store, SiteId::new(*site), self.minute).await;
            poll.end_with(Err(bench::failure(govwatch::error::Class::Config))).await;
        }
    }

    pub(crate) async fn deliver(&self) -> Delivered {
        let (clock, stop) = (Clock::Manual(self.clock.clone()), Interrupt::default());
        outbox::run_once(&self.store, &self.channels, &clock, &stop).await.expect("a sound store")
    }

    /// Delivers again and again, moving the clock to the next try, until nothing is owed or `most` runs are done.
    pub(crate) async fn deliver_all(&self, most: usize) -> Delivered {
        let mut all = Delivered::default();
        for _ in 0..most {
            let done = self.deliver().await;
            all.delivered += done.delivered;
            all.failed += done.failed;
            all.dead += done.dead;
            all.troubles.extend(done.troubles);
            let Some(next) = done.next_try_at else { break };
            let wait = next.duration_since(self.now());
            self.clock.advance(wait.max(SignedDuration::ZERO));
        }
        all
    }

    /// The alerts of all channels, the oldest first.
    pub(crate) async fn alerts(&self) -> Vec<AlertRow> {
        let mut rows =
            self.store.alerts(AlertFilter { limit: 10_000, ..AlertFilter::default() }).await.expect("a store");
        rows.reverse();
        rows
    }

    /// What arrived at a path.
    pub(crate) fn asked(&self, path: &str) -> Vec<Ask> {
        self.portal.asks().into_iter().filter(|ask| ask.path.split('?').next() == Some(path)).collect()
    }

    /// Every request of every path gets this answer.
    pub(crate) fn answer(&self, says: impl Fn(&Ask) -> Reply + Send + Sync + 'static) {
        self.portal.answer_all(HOST, says);
    }
}

/// Two routes: everything to readers and operators of the channel `hook`.
pub(crate) const ALL: &str = "[[route]]\nto = [\"hook\"]\nevents = [\"new\", \"edited\", \"withdrawn\"]\n\
    [[route]]\nto = [\"hook\"]\naudience = \"operators\"\n";

/// The body as JSON.
pub(crate) fn json(ask: &Ask) -> Value {
    serde_json::from_str(&ask.body).expect("the body is JSON")
}

/// The keys of the alerts that a webhook's body carries: its own, or those of a digest.
pub(crate) fn ids(ask: &Ask) -> Vec<String> {
    let body = json(ask);
    match body["data"]["events"].as_array() {
        Some(events) => events.iter().map(|event| event["id"].as_str().expect("a text").to_owned()).collect(),
        None => vec![ask.header("webhook-id").expect("a header").to_owned()],
    }
}

/// The titles that a webhook's body carries.
pub(crate) fn titles(ask: &Ask) -> Vec<String> {
    let body = json(ask);
    let title = |event: &Value| event["title"].as_str().unwrap_or_default().to_owned();
    match body["data"]["events"].as_array() {
        Some(events) => events.iter().map(|event| title(&event["data"])).collect(),
        None => vec![title(&body["data"])],
    }
}
