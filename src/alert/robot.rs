//! What the robots of chats share: JSON posted, and an answer whose code counts more than its status.

use serde_json::Value;

use super::reply::refused;
use super::{Channels, Scope, Trouble};
use crate::config::ChannelRule;
use crate::fetch::{Outgoing, Reply};
use url::Url;

/// Posts JSON to a robot.
pub(super) async fn post(
    channels: &Channels,
    rule: &ChannelRule,
    url: &Url,
    headers: Vec<(&'static str, String)>,
    body: &Value,
) -> Result<Reply, Trouble> {
    let (body, limit) = (body.to_string().into(), channels.limit());
    let media_type = "application/json; charset=utf-8";
    channels.post(rule, Outgoing { url, headers, media_type, body, limit }).await
}

/// The number of a key in an answer: 0 means that the message was taken. An answer without it is none of this service.
pub(super) fn ensure_code(
    rule: &ChannelRule,
    reply: &Reply,
    key: &str,
    scope: fn(i64) -> Scope,
) -> Result<(), Trouble> {
    let answer: Value = serde_json::from_str(&reply.body).unwrap_or_default();
    match answer.get(key).and_then(Value::as_i64) {
        Some(0) => Ok(()),
        Some(code) => Err(refused(rule, reply, scope(code), &format!("it answers {} and {key} {code}", reply.status))),
        None => Err(strange(rule, reply)),
    }
}

/// An answer that this service would not give.
pub(super) fn strange(rule: &ChannelRule, reply: &Reply) -> Trouble {
    let words = format!("it answers {} and not as {} does: check its address", reply.status, rule.kind.as_str());
    refused(rule, reply, Scope::Setting, &words)
}
