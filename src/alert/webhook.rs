//! A webhook of one's own: JSON, signed as Standard Webhooks has it.
//!
//! In: a message. Out: `{"type": "govwatch.edited", "timestamp": .., "data": ..}`, or a CloudEvents envelope, where the
//! receiver asks for it. **Source**: github.com/standard-webhooks/standard-webhooks, spec 1.0;
//! github.com/cloudevents/spec, 1.0.2, JSON event format.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use serde_json::{Value, json};
use sha2::Sha256;

use super::{Channels, Item, Message, Trouble};
use crate::config::{ChannelRule, Secret, WebhookForm};
use crate::fetch::Outgoing;

/// Bytes of a body: below the 100 KB that common servers take by default.
const MOST_BODY_BYTES: usize = 64 << 10;

pub(super) async fn send(
    channels: &Channels,
    rule: &ChannelRule,
    message: &Message,
    now: Timestamp,
) -> Result<(), Trouble> {
    let url = rule.url.as_ref().ok_or_else(|| Trouble::missing("url"))?;
    let body = body(rule.form, message).to_string();
    let second = now.as_second().to_string();
    let mut headers = vec![("webhook-id", message.id.clone()), ("webhook-timestamp", second.clone())];
    if !rule.secrets.is_empty() {
        let signed = rule.secrets.iter().filter_map(|secret| signature(secret, &message.id, &second, &body));
        headers.push(("webhook-signature", signed.collect::<Vec<_>>().join(" ")));
    }
    let media_type = match rule.form {
        WebhookForm::Standard => "application/json",
        WebhookForm::CloudEvents => "application/cloudevents+json",
    };
    let limit = channels.limit();
    let post = Outgoing { url: url.expose(), headers, media_type, body: body.into(), limit };
    channels.post(rule, post).await.map(drop)
}

/// The key of a `whsec_` secret: 24 to 64 bytes in Base64.
pub fn webhook_key(secret: &Secret) -> Option<Vec<u8>> {
    let key = STANDARD.decode(secret.expose().strip_prefix("whsec_")?).ok()?;
    (24..=64).contains(&key.len()).then_some(key)
}

/// `v1,` and the HMAC-SHA256 of `id.timestamp.body` in Base64.
fn signature(secret: &Secret, id: &str, second: &str, body: &str) -> Option<String> {
    let mut mac = Hmac::<Sha256>::new_from_slice(&webhook_key(secret)?).ok()?;
    mac.update(format!("{id}.{second}.{body}").as_bytes());
    Some(format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes())))
}

fn body(form: WebhookForm, message: &Message) -> Value {
    let mut most_diff = MOST_BODY_BYTES;
    loop {
        let body = whole(form, message, most_diff);
        // Escapes make JSON longer than its texts: measured, not computed.
        if body.to_string().len() <= MOST_BODY_BYTES || most_diff == 0 {
            return body;
        }
        most_diff = if most_diff > 64 { most_diff / 2 } else { 0 };
    }
}

fn whole(form: WebhookForm, message: &Message, most_diff: usize) -> Value {
    let (kind, data) = match message.items.as_slice() {
        [item] if message.is_test => ("test", data(item, most_diff)),
        [item] => (item.event.event.as_str(), data(item, most_diff)),
        items => {
            let rows: Vec<Value> =
                items.iter().map(|item| json!({"id": item.id, "data": data(item, most_diff / items.len())})).collect();
            ("digest", json!({"count": items.len(), "events": rows}))
        }
    };
    let (kind, at) = (format!("govwatch.{kind}"), message.items.last().map(|item| item.event.seen_at));
    match form {
        WebhookForm::Standard => json!({"type": kind, "timestamp": at, "data": data}),
        WebhookForm::CloudEvents => json!({
            "specversion": "1.0",
            "id": message.id,
            "source": message.items.first().map(|item| format!("/govwatch/sites/{}", item.event.site)),
            "type": kind,
            "time": at,
            "datacontenttype": "application/json",
            "data": data,
        }),
    }
}

/// The event object; its diff in as many bytes, whole lines, the last of which says what is left out.
fn data(item: &Item, most_diff: usize) -> Value {
    let mut event = item.event.clone();
    event.diff = event.diff.map(|diff| shortened(&diff, most_diff));
    serde_json::to_value(event).unwrap_or_default()
}

fn shortened(diff: &str, most: usize) -> String {
    if diff.len() <= most {
        return diff.to_owned();
    }
    let (mut kept, mut lines) = (String::new(), diff.split_inclusive('\n').peekable());
    while let Some(line) = lines.next_if(|line| kept.len() + line.len() <= most) {
        kept.push_str(line);
    }
    format!("{kept}@@ {} more lines @@\n", lines.count())
}
