//! The outbox: claims what is due, renders, sends, settles. The story of every alert.
//!
//! In: the store, the channels, the clock. Out: how many were delivered, what failed, when the next try is due. Never:
//! an alert settled before its receiver took it, or one channel waiting for another.

use std::panic::AssertUnwindSafe;
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::join_all;
use jiff::Timestamp;

use super::{Channels, Message, Scope, Trouble, digest, retry};
use crate::clock::Clock;
use crate::config::{ChannelKind, ChannelRule};
use crate::crawl::Interrupt;
use crate::store::{ClaimedMessage, Due, FailedTry, Store, StoreError, TakenBy, Tried, this_process};

/// Messages of one claim: few enough that a killed sender's lease is short.
const AT_ONCE: usize = 8;
/// Claims of one run, so that it ends: what is still due then is said in [`Delivered::next_try_at`].
const MOST_CLAIMS: usize = 16;
/// Tries of one message after which operators are told of a receiver that is put off: the third comes after minutes.
const TRIES_BEFORE_ALERT: u32 = 3;
/// What a claim holds beyond the time that its tries may take.
const LEASE_MARGIN: Duration = Duration::from_mins(1);

/// What one run did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Delivered {
    /// Alerts that arrived.
    pub delivered: u64,
    /// Alerts whose try failed; they are tried again.
    pub failed: u64,
    /// Alerts that were given up; they are kept.
    pub dead: u64,
    /// Words on channels that broke or work again; others are owed them now.
    pub told: u64,
    /// What went wrong, a line a channel.
    pub troubles: Vec<Undelivered>,
    /// When there is something to do again; `None`: nothing is owed.
    pub next_try_at: Option<Timestamp>,
}

/// What went wrong with a channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Undelivered {
    /// The channel.
    pub channel: String,
    /// In words, without secrets.
    pub error: String,
}

/// Delivers what is due now, to all channels side by side.
///
/// Goes on until nothing is due any more, or it is told to stop; a channel in trouble is left after its first failed try. Runs may
/// overlap, in one process or in many: each claims its own messages. **Errors**: the store's; what was sent and not yet
/// settled is sent again, with the same id.
pub async fn run_once(
    store: &Store,
    channels: &Channels,
    clock: &Clock,
    stop: &Interrupt,
) -> Result<Delivered, StoreError> {
    let mut all = Delivered::default();
    loop {
        let done = run_until(store, channels, clock, stop).await?;
        let is_more = done.delivered > 0 && done.next_try_at.is_some_and(|at| at <= clock.now());
        all.next_try_at = None;
        all.add(done);
        if !is_more || stop.is_set() {
            return Ok(all);
        }
    }
}

/// A good many of those that are due, until it is told to stop: what was claimed and not yet sent is given back, and goes out with the next run.
pub async fn run_until(
    store: &Store,
    channels: &Channels,
    clock: &Clock,
    stop: &Interrupt,
) -> Result<Delivered, StoreError> {
    let rules = channels.rules();
    let runs = rules.iter().map(|rule| Run { store, channels, rule, clock, stop, owner: this_process() });
    let mut all = Delivered::default();
    for done in join_all(runs.map(Run::deliver)).await {
        all.add(done?);
    }
    Ok(all)
}

/// The delivery to one channel.
struct Run<'a> {
    store: &'a Store,
    channels: &'a Channels,
    rule: &'a ChannelRule,
    clock: &'a Clock,
    stop: &'a Interrupt,
    owner: String,
}

impl Run<'_> {
    async fn deliver(self) -> Result<Delivered, StoreError> {
        let mut done = Delivered::default();
        if self.rule.lacks.is_some() {
            // Whoever has its secrets delivers; a try that cannot succeed would only put off theirs.
            return Ok(done);
        }
        let quiet = self.rule.quiet.and_then(|quiet| digest::quiet_until(quiet, self.clock.now(), &self.rule.timezone));
        if let Some(until) = quiet {
            done.next_try_at = self.claim(0).await?.1.map(|next| next.max(until));
            return Ok(done);
        }
        for _ in 0..MOST_CLAIMS {
            let (messages, next_try_at) = self.claim(AT_ONCE).await?;
            done.next_try_at = next_try_at;
            if messages.is_empty() {
                return Ok(done);
            }
            for message in messages {
                let is_over = self.stop.is_set()
                    || self.try_one(message, &mut done).await?.is_err_and(|trouble| holds_channel(trouble.scope));
                if is_over {
                    self.store.give_back(&self.owner, &self.rule.id).await?;
                    done.next_try_at = self.claim(0).await?.1;
                    return Ok(done);
                }
            }
        }
        done.next_try_at = Some(self.clock.now());
        Ok(done)
    }

    async fn claim(&self, limit: usize) -> Result<(Vec<ClaimedMessage>, Option<Timestamp>), StoreError> {
        let tries = u32::try_from(AT_ONCE).unwrap_or(u32::MAX);
        let due = Due {
            channel: self.rule.id.clone(),
            owner: self.owner.clone(),
            now: self.clock.now(),
            lease: self.channels.limit * tries + LEASE_MARGIN,
            rate: self.rule.rate,
            // Every message writes the same files.
            are_folded: self.rule.kind == ChannelKind::Feed,
            most_in_digest: most_in_digest(self.rule.kind),
            limit,
        };
        let claimed = self.store.claim_due(due).await?;
        Ok((claimed.messages, claimed.next_try_at))
    }

    /// One try: sent, then settled or put off.
    async fn try_one(&self, claimed: ClaimedMessage, done: &mut Delivered) -> Result<Result<(), Trouble>, StoreError> {
        let alerts: Vec<_> = claimed.alerts.iter().map(|(alert, ..)| *alert).collect();
        let n_alerts = alerts.len() as u64;
        let (id, tries, first_tried_at) = (claimed.id.clone(), claimed.tries + 1, claimed.first_tried_at);
        let message = self.message(claimed);
        let sent = unpanicked(self.channels.send(self.store, self.rule, &message, self.clock.now())).await;
        let now = self.clock.now();
        let failed = match &sent {
            Ok(()) => None,
            Err(trouble) => Some(self.failed(trouble, &id, tries, first_tried_at.unwrap_or(now), now).await?),
        };
        match &failed {
            None => done.delivered += n_alerts,
            Some(FailedTry { taken_by: TakenBy::AllWhoCan, error, .. }) => {
                tracing::warn!(channel = self.rule.id, message = id, "{error}: correct the channel's to");
                done.delivered += n_alerts;
            }
            Some(failed) => {
                let n = if failed.next_try_at.is_none() { &mut done.dead } else { &mut done.failed };
                *n += n_alerts;
                tracing::debug!(channel = self.rule.id, message = id, tries, error = failed.error, "not delivered");
                done.troubles.push(Undelivered { channel: self.rule.id.clone(), error: failed.error.clone() });
            }
        }
        let (channel, owner) = (self.rule.id.clone(), self.owner.clone());
        let told = self.store.record_try(Tried { channel, message: id, alerts, owner, now, failed }).await?;
        done.told += u64::from(told.is_some());
        Ok(sent)
    }

    async fn failed(
        &self,
        trouble: &Trouble,
        message: &str,
        tries: u32,
        first_tried_at: Timestamp,
        now: Timestamp,
    ) -> Result<FailedTry, StoreError> {
        let channel = &self.rule.id;
        let failures = self.store.channel_health(channel).await?.failures + 1;
        let is_disabled = trouble.scope == Scope::Gone;
        let next_try_at = match trouble.scope {
            // It is owed until somebody says where it goes now.
            Scope::Gone => Some(now),
            Scope::Message | Scope::SomeForNow => {
                retry::next_try(message, tries, first_tried_at, now, trouble.retry_after)
            }
            Scope::SomeForGood => None,
            // An outage is no fault of what waits for its end.
            Scope::Channel | Scope::Setting => {
                Some(retry::next_try_of_outage(message, tries, now, trouble.retry_after))
            }
        };
        let taken_by = match trouble.scope {
            Scope::SomeForNow => TakenBy::Some,
            Scope::SomeForGood => TakenBy::AllWhoCan,
            _ => TakenBy::Nobody,
        };
        let is_held = holds_channel(trouble.scope);
        Ok(FailedTry {
            error: trouble.error.clone(),
            next_try_at,
            held_until_at: is_held.then(|| retry::held_until(channel, failures, now, trouble.retry_after)),
            is_disabled,
            is_told: trouble.scope == Scope::Setting || (taken_by == TakenBy::Some && tries >= TRIES_BEFORE_ALERT),
            taken_by,
        })
    }

    fn message(&self, claimed: ClaimedMessage) -> Message {
        let items = claimed.alerts.into_iter().map(|(_, key, event)| self.channels.item(key, event));
        Message { id: claimed.id, thread: claimed.thread, items: items.collect(), is_test: false }
    }
}

/// Whether the channel is left alone for a while, and not only the message.
fn holds_channel(scope: Scope) -> bool {
    matches!(scope, Scope::Channel | Scope::Setting | Scope::Gone)
}

/// A message that our own code cannot stand must not stop the others.
async fn unpanicked(sending: impl Future<Output = Result<(), Trouble>>) -> Result<(), Trouble> {
    let ours = "govwatch itself failed on this message: the log says where, please report it";
    AssertUnwindSafe(sending).catch_unwind().await.unwrap_or_else(|_| Err(Trouble::of(Scope::Message, ours)))
}

/// Alerts in one digest: as many as their links fit into one message of the service.
fn most_in_digest(kind: ChannelKind) -> usize {
    match kind {
        ChannelKind::Email | ChannelKind::Feed => 100,
        // Events with their facts; common receivers take 100 KB.
        ChannelKind::Webhook => 40,
        ChannelKind::DingTalk | ChannelKind::Feishu => 30,
        // Two blocks each, of at most 50.
        ChannelKind::Slack => 20,
        ChannelKind::WeCom | ChannelKind::Discord | ChannelKind::Telegram | ChannelKind::Ntfy => 10,
    }
}

impl Delivered {
    fn add(&mut self, other: Self) {
        self.delivered += other.delivered;
        self.failed += other.failed;
        self.dead += other.dead;
        self.told += other.told;
        self.troubles.extend(other.troubles);
        self.next_try_at = match (self.next_try_at, other.next_try_at) {
            (Some(one), Some(two)) => Some(one.min(two)),
            (one, two) => one.or(two),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_panic_is_a_fault_of_one_message() {
        let wrong = async {
            assert!("a fault of ours".parse::<u8>().unwrap() > 0);
            Ok(())
        };
        let trouble = unpanicked(wrong).await.unwrap_err();
        assert_eq!(trouble.scope, Scope::Message);
        assert!(trouble.error.contains("govwatch itself failed"), "{}", trouble.error);
        assert_eq!(unpanicked(async { Ok(()) }).await, Ok(()));
    }
}
