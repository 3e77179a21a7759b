//! Alerts on their way: what is due to a channel, how a try went, how a channel does.

use std::time::Duration;

use jiff::Timestamp;
use serde::Serialize;

use crate::model::{AlertId, Event, ReportId, SiteId};

/// What a channel may be given now.
#[derive(Debug, Clone)]
pub struct Due {
    /// The channel.
    pub channel: String,
    /// Who sends; see [`crate::store::this_process`].
    pub owner: String,
    /// The time now.
    pub now: Timestamp,
    /// How long the claim holds: a killed sender's messages are due again after it.
    pub lease: Duration,
    /// Most messages in a span of time.
    pub rate: (u32, Duration),
    /// Whether all that is due goes into digests: a message of each alone would only be the same work again.
    pub are_folded: bool,
    /// Most alerts in one digest.
    pub most_in_digest: usize,
    /// Most messages of this claim.
    pub limit: usize,
}

/// What was claimed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Claimed {
    /// The messages to send, in the order to send them.
    pub messages: Vec<ClaimedMessage>,
    /// When the channel is to be asked for again; `None`: nothing is owed to it.
    pub next_try_at: Option<Timestamp>,
}

/// One message: an alert, or several in a digest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClaimedMessage {
    /// The same over all tries.
    pub id: String,
    /// The first message about the same report to this channel, where this is not it.
    pub thread: Option<String>,
    /// Tries before this one.
    pub tries: u32,
    /// When it was tried first.
    pub first_tried_at: Option<Timestamp>,
    /// What it tells, oldest first; each with the key of its own alert.
    pub alerts: Vec<(AlertId, String, Event)>,
}

/// How a try went.
#[derive(Debug, Clone)]
pub struct Tried {
    /// The channel.
    pub channel: String,
    /// The message.
    pub message: String,
    /// Its alerts.
    pub alerts: Vec<AlertId>,
    /// Who tried.
    pub owner: String,
    /// The time now.
    pub now: Timestamp,
    /// What is wrong; `None`: it was delivered to all.
    pub failed: Option<FailedTry>,
}

/// A try that failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FailedTry {
    /// In words, without secrets.
    pub error: String,
    /// When it is tried again; `None`: it is given up, and kept.
    pub next_try_at: Option<Timestamp>,
    /// Until when the channel is left alone; `None`: only this message is in trouble.
    pub held_until_at: Option<Timestamp>,
    /// Whether the receiver wants nothing any more.
    pub is_disabled: bool,
    /// Whether operators are told of it now, not only when it goes on.
    pub is_told: bool,
    /// Who has the message all the same.
    pub taken_by: TakenBy,
}

/// Who has a message whose try failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TakenBy {
    /// Nobody.
    Nobody,
    /// Some of its receivers; the others are tried again.
    Some,
    /// All who ever will: it counts as delivered, and operators are told of the others.
    AllWhoCan,
}

/// How a channel does.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct ChannelHealth {
    /// Failed tries in a row.
    pub failures: u32,
    /// Until when it is left alone.
    pub held_until_at: Option<Timestamp>,
    /// Whether operators were told that it delivers nothing, or not to all of its receivers.
    pub is_broken: bool,
    /// Whether it was the latter that they were told last.
    pub is_partial: bool,
    /// Since when it is switched off.
    pub disabled_at: Option<Timestamp>,
    /// What was wrong last.
    pub error: Option<String>,
    /// When its rate lets the next message pass, while it lets none pass.
    pub rate_until_at: Option<Timestamp>,
}

impl ChannelHealth {
    /// Whether its last try brought a message to all of its receivers, as far as is known.
    pub fn works(&self) -> bool {
        self.disabled_at.is_none() && self.failures == 0 && !self.does_not_reach_all()
    }

    /// Whether it works for some of its receivers alone. A test that passed says that it works.
    pub fn does_not_reach_all(&self) -> bool {
        self.is_partial && self.failures == 0 && self.error.is_some()
    }
}

/// Which alerts are listed.
#[derive(Debug, Clone, Default)]
pub struct AlertFilter {
    /// Of this channel.
    pub channel: Option<String>,
    /// In this state.
    pub state: Option<String>,
    /// Most rows.
    pub limit: usize,
}

/// An alert: one row of `alerts`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AlertRow {
    /// Its number.
    pub alert: AlertId,
    /// Where it goes.
    pub channel: String,
    /// The word of what it tells.
    pub event: String,
    /// The site.
    pub site: SiteId,
    /// The report.
    pub report: Option<ReportId>,
    /// `owed`, `held`, `delivered` or `dead`.
    pub state: String,
    /// Tries so far.
    pub tries: u32,
    /// When it is tried next, where it waits.
    pub next_try_at: Option<Timestamp>,
    /// What was wrong last.
    pub last_error: Option<String>,
    /// What it tells of, for people.
    #[serde(skip)]
    pub title: Option<String>,
}

/// Changes that a channel was given, among all of them.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum ToldOf {
    /// All.
    All,
    /// Those kept with this site.
    Site(SiteId),
    /// Those of reports of this kind.
    Kind(String),
}
