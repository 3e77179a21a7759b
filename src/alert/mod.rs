//! Alerts: what is owed is rendered and sent, and settled when it has arrived.
//!
//! In: the outbox of the store and the channels of the settings. Out: messages; at least once, the same id over all tries.
//! [`route`], [`render`], [`words`], [`template`], [`digest`] and [`retry`] are pure; [`outbox`] is the story; each channel
//! is one file with one `send`. A new channel is a file, an arm of [`ChannelKind`] and an arm of [`Channels::send`].
//! Never: a secret in an error or a log line, a redirect followed, a template language.

mod digest;
pub mod outbox;
mod reply;
mod retry;
mod route;
mod template;

mod webhook;

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;

use crate::config::{ChannelKind, ChannelRule};
use crate::fetch::Fetcher;
use crate::model::{Event, SiteId};

pub use outbox::{Delivered, Undelivered};
pub use route::{OwedTo, Routes, audience};
pub use template::unknown_field;
pub use webhook::webhook_key;

/// All the time that one try may take. Source: Standard Webhooks asks for 15 to 30 s.
const TRY_LIMIT: Duration = Duration::from_secs(30);

/// What is sent: one change, or several in a digest.
#[derive(Debug, Clone)]
pub struct Message {
    /// The same over all tries.
    pub id: String,
    /// The id of the first message about the same report, where this is not it.
    pub thread: Option<String>,
    /// What it tells, oldest first; never empty.
    pub items: Vec<Item>,
    /// Whether somebody only tries the channel.
    pub is_test: bool,
}

/// One change of a message.
#[derive(Debug, Clone)]
pub struct Item {
    /// The key of its alert.
    pub id: String,
    /// The change.
    pub event: Event,
    /// The site's name for people.
    pub site_name: String,
}

/// Why a try failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    /// In words, without secrets.
    pub error: String,
    /// What is in trouble.
    pub scope: Scope,
    /// How long the receiver wants to be left alone.
    pub retry_after: Option<Duration>,
}

/// What is in trouble.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// This message alone; the next one may pass.
    Message,
    /// The receiver or the way to it, for now.
    Channel,
    /// The settings: waiting does not mend it, so that operators are told at once.
    Setting,
    /// The receiver wants nothing any more.
    Gone,
}

impl Trouble {
    fn of(scope: Scope, error: impl Into<String>) -> Self {
        Self { error: error.into(), scope, retry_after: None }
    }
}

/// The channels of an installation; clones share the connections.
#[derive(Clone)]
pub struct Channels {
    rules: Vec<ChannelRule>,
    fetcher: Fetcher,
    names: BTreeMap<SiteId, String>,
    limit: Duration,
}

impl Channels {
    /// The channels of the settings, reached through this fetcher's gate. `names` are those of the sites for people.
    pub fn new(rules: Vec<ChannelRule>, fetcher: Fetcher, names: BTreeMap<SiteId, String>) -> Self {
        Self { rules, fetcher, names, limit: TRY_LIMIT }
    }

    /// The same with another limit for each try.
    #[must_use]
    pub fn with_limit(self, limit: Duration) -> Self {
        Self { limit, ..self }
    }

    /// What the settings say of the channels.
    pub fn rules(&self) -> &[ChannelRule] {
        &self.rules
    }

    /// Sends a message by a channel.
    pub async fn send(&self, rule: &ChannelRule, message: &Message, now: Timestamp) -> Result<(), Trouble> {
        match rule.kind {
            ChannelKind::Webhook => webhook::send(self, rule, message, now).await,
            _ => Err(Trouble::of(Scope::Setting, "this version cannot send there")),
        }
    }

    /// A change with the name of its site.
    fn item(&self, id: String, event: Event) -> Item {
        let site_name = self.names.get(&event.site).map_or_else(|| event.site.to_string(), Clone::clone);
        Item { id, event, site_name }
    }
}
