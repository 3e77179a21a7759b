//! What people are told of a channel that does not deliver now: it lacks a secret, is switched off, is in trouble, or waits
//! for its rate. In: the store, the settings. Out: a line with the next step, or none. Never: a secret.

use jiff::Timestamp;

use super::table::{counted, minute};
use crate::config::{ChannelRule, Settings};
use crate::store::{ChannelHealth, Store, StoreError};

/// A line for each channel that does not deliver now.
pub(super) async fn lines(store: &Store, settings: &Settings, now: Timestamp) -> Result<Vec<String>, StoreError> {
    let mut lines: Vec<String> = settings.channels.iter().filter_map(lacking).collect();
    lines.extend(in_store(store, settings, now).await?);
    Ok(lines)
}

/// The same without what the settings alone tell.
pub(super) async fn in_store(store: &Store, settings: &Settings, now: Timestamp) -> Result<Vec<String>, StoreError> {
    let mut lines = Vec::new();
    for rule in &settings.channels {
        let health = store.channel_health(&rule.id).await?;
        lines.extend(trouble(rule, &health));
        lines.extend(waiting(rule, &health, store.n_waiting(&rule.id, now).await?));
    }
    Ok(lines)
}

/// That a channel has no secret here.
pub(super) fn lacking(rule: &ChannelRule) -> Option<String> {
    let lacks = rule.lacks.as_ref()?;
    Some(format!("channel {} sends nothing from here: {lacks}; what is owed to it is kept", rule.id))
}

/// A line for each channel that is not even tried: it has no secret here, its receiver wants nothing, or its rate is used
/// up.
pub(super) async fn idle(store: &Store, settings: &Settings, now: Timestamp) -> Result<Vec<String>, StoreError> {
    let mut lines = Vec::new();
    for rule in &settings.channels {
        let health = store.channel_health(&rule.id).await?;
        lines.extend(lacking(rule));
        lines.extend(waiting(rule, &health, store.n_waiting(&rule.id, now).await?));
        lines.extend(trouble(rule, &health).filter(|_| health.disabled_at.is_some()));
    }
    Ok(lines)
}

fn trouble(rule: &ChannelRule, health: &ChannelHealth) -> Option<String> {
    let (id, error) = (&rule.id, health.error.as_deref().unwrap_or_default());
    match (health.disabled_at, health.failures) {
        (Some(at), _) => Some(format!(
            "channel {id} is switched off since {} UTC: {error}; on again with: govwatch alerts test {id}, or alerts retry \
             --channel {id}",
            minute(at)
        )),
        (None, 0) if health.does_not_reach_all() => Some(format!("channel {id} does not deliver to all: {error}")),
        (None, 0) => None,
        (None, 1) => Some(format!("channel {id} failed at its last try: {error}")),
        (None, n) => Some(format!("channel {id} failed {n} times in a row: {error}")),
    }
}

fn waiting(rule: &ChannelRule, health: &ChannelHealth, n_waiting: u64) -> Option<String> {
    health.rate_until_at.filter(|_| n_waiting > 0).map(|at| {
        let wait = if n_waiting == 1 { "waits" } else { "wait" };
        let (most, span) = rule.rate;
        format!(
            "{} {wait} for the rate of channel {} ({most} in {} min), the next until {} UTC",
            counted(n_waiting, "alert"),
            rule.id,
            span.as_secs().div_ceil(60),
            minute(at)
        )
    })
}
