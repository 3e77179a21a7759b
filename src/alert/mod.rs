//! Alerts: what is owed is rendered and sent, and settled when it has arrived.
//!
//! In: the outbox of the store and the channels of the settings. Out: messages; at least once, the same id over all tries.
//! The files whose heads say so are pure; [`outbox`] is the story; each channel
//! is one file with one `send`. A new channel is a file, an arm of [`ChannelKind`] and one of [`Channels::send`].
//! Never: a secret in an error or a log line, a redirect followed, a template language.

mod digest;
mod halfway;
mod letter;
mod lines;
pub mod outbox;
mod plain;
mod reason;
mod render;
mod reply;
mod retry;
mod robot;
mod route;
mod smtp;
mod template;
mod unheard;
mod words;

mod dingtalk;
mod discord;
mod email;
mod feed;
mod feishu;
mod ntfy;
mod slack;
mod telegram;
mod webhook;
mod wecom;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::watch;

use self::halfway::Halfway;
use crate::config::{ChannelKind, ChannelRule};
use crate::fetch::Fetcher;
use crate::model::{Event, EventKind, Hash, SiteId};
use crate::store::Store;

pub use outbox::{Delivered, Undelivered};
pub(crate) use reason::in_chinese as reason_in_chinese;
pub(crate) use route::are_lines_lost;
pub use route::{OwedTo, Routes, audience};
pub use template::unknown_field;
pub use unheard::{Unheard, unheard};
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
    /// Some receivers of this message, for now. The others have it, and the next try goes to these alone.
    SomeForNow,
    /// Some receivers of this message, for good. The others have it, and no try brings it to these.
    SomeForGood,
    /// The receiver or the way to it, for now.
    Channel,
    /// The settings: waiting does not mend it, so that operators are told at once.
    Setting,
    /// The receiver wants nothing any more.
    Gone,
}

impl Trouble {
    /// A key that the settings make sure of.
    fn missing(key: &str) -> Self {
        Self::of(Scope::Setting, format!("its {key} is missing in the settings"))
    }

    fn of(scope: Scope, error: impl Into<String>) -> Self {
        Self { error: error.into(), scope, retry_after: None }
    }
}

/// The channels of an installation; clones share the connections, and what is known of messages that are halfway.
#[derive(Clone)]
pub struct Channels {
    rules: watch::Receiver<Arc<[ChannelRule]>>,
    fetcher: Fetcher,
    names: BTreeMap<SiteId, String>,
    limit: Duration,
    halfway: Arc<Halfway>,
}

impl Channels {
    /// The channels of the settings, reached through this fetcher's gate. `names` are those of the sites for people.
    pub fn new(rules: Vec<ChannelRule>, fetcher: Fetcher, names: BTreeMap<SiteId, String>) -> Self {
        Self { names, ..Self::following(watch::channel(rules.into()).1, fetcher) }
    }

    /// The channels as the settings have them, also after they were read again.
    pub fn following(rules: watch::Receiver<Arc<[ChannelRule]>>, fetcher: Fetcher) -> Self {
        Self { rules, fetcher, names: BTreeMap::new(), limit: TRY_LIMIT, halfway: Arc::default() }
    }

    /// The same with another limit for each try.
    #[must_use]
    pub fn with_limit(self, limit: Duration) -> Self {
        Self { limit, ..self }
    }

    /// The same with other names of the sites.
    #[must_use]
    pub fn with_names(self, names: BTreeMap<SiteId, String>) -> Self {
        Self { names, ..self }
    }

    /// What the settings say of the channels.
    pub fn rules(&self) -> Arc<[ChannelRule]> {
        Arc::clone(&self.rules.borrow())
    }

    /// Sends a message by a channel.
    pub async fn send(
        &self,
        store: &Store,
        rule: &ChannelRule,
        message: &Message,
        now: Timestamp,
    ) -> Result<(), Trouble> {
        match rule.kind {
            ChannelKind::Email => email::send(self, rule, message, now).await,
            ChannelKind::Webhook => webhook::send(self, rule, message, now).await,
            ChannelKind::DingTalk => dingtalk::send(self, rule, message, now).await,
            ChannelKind::WeCom => wecom::send(self, rule, message).await,
            ChannelKind::Feishu => feishu::send(self, rule, message, now).await,
            ChannelKind::Slack => slack::send(self, rule, message).await,
            ChannelKind::Discord => discord::send(self, rule, message).await,
            ChannelKind::Telegram => telegram::send(self, rule, message).await,
            ChannelKind::Ntfy => ntfy::send(self, rule, message).await,
            ChannelKind::Feed => feed::send(self, store, rule, message).await,
        }
    }

    /// Sends a message that says that it is a test. A channel that was switched off is on again when it takes it.
    pub async fn test(&self, store: &Store, id: &str, now: Timestamp) -> Result<(), Trouble> {
        let unknown = || Trouble::of(Scope::Setting, format!("there is no channel {id}"));
        let rules = self.rules();
        let rule = rules.iter().find(|rule| rule.id == id).ok_or_else(unknown)?;
        if let Some(lacks) = &rule.lacks {
            return Err(Trouble::of(Scope::Setting, lacks));
        }
        let mut event = Event::new(EventKind::New, SiteId::new("test"), now);
        event.title = Some("govwatch 测试 / test".to_owned());
        let key = Hash::of(format!("{id}\n{now}").as_bytes()).to_string();
        let key = format!("msg_{}", &key[..32]);
        let message = Message { id: key.clone(), thread: None, items: vec![self.item(key, event)], is_test: true };
        self.send(store, rule, &message, now).await
    }

    /// A site has another id: files that are named after it are named after that one.
    pub async fn rename_site(&self, store: &Store, from: &SiteId, to: &SiteId) -> Result<(), Trouble> {
        for rule in self.rules().iter().filter(|rule| rule.kind == ChannelKind::Feed) {
            feed::rename(self, store, rule, (from, to)).await?;
        }
        Ok(())
    }

    /// A change with the name of its site.
    fn item(&self, id: String, event: Event) -> Item {
        let site_name = self.names.get(&event.site).map_or_else(|| event.site.to_string(), Clone::clone);
        Item { id, event, site_name }
    }
}
