//! ntfy: a topic, at ntfy.sh or a server of one's own.
//!
//! **Source**: docs.ntfy.sh/publish/#publish-as-json and #limitations: plain text of at most 4096 bytes, beyond which it
//! becomes a file; 200 means taken.

use serde_json::{Value, json};

use super::render::{self, Flavour, signed};
use super::{Channels, Message, Trouble, plain, robot};
use crate::config::ChannelRule;

/// Bytes of a message.
const MOST_BYTES: usize = 4000;

pub(super) async fn send(channels: &Channels, rule: &ChannelRule, message: &Message) -> Result<(), Trouble> {
    let (Some(address), Some(topic)) = (&rule.url, &rule.topic) else {
        return Err(Trouble::missing("topic"));
    };
    let token = rule.token.as_ref().map(|token| ("authorization", format!("Bearer {}", token.expose())));
    let headers: Vec<_> = token.into_iter().collect();
    for body in bodies(rule, message, topic) {
        robot::post(channels, rule, address.expose(), headers.clone(), &body).await?;
    }
    Ok(())
}

fn bodies(rule: &ChannelRule, message: &Message, topic: &str) -> Vec<Value> {
    let flavour = Flavour {
        escape: str::to_owned,
        headline: str::to_owned,
        link: |_, url| url.to_owned(),
        line: signed,
        line_end: "\n",
        size: str::len,
        most: MOST_BYTES,
    };
    let title = render::subject(rule, message);
    let parts = render::parts(rule, message, &flavour);
    let click = match message.items.as_slice() {
        [item] => item.event.url.as_deref().and_then(plain::link),
        _ => None,
    };
    let body = |text: String| {
        let mut body = json!({"topic": topic, "title": title, "message": text});
        if let Some(url) = &click {
            body["click"] = url.as_str().into();
        }
        body
    };
    parts.into_iter().map(body).collect()
}
