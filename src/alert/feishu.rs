//! 飞书: the robot of a group, signed where it has a secret.
//!
//! **Source**: open.feishu.cn/document/client-docs/bot-v3/add-custom-bot: rich text (`post`) of lines of `text` and `a`
//! elements, in which text is never markup; HMAC-SHA256 over nothing with the key `timestamp\nsecret` in seconds; code 0
//! means taken, 11232 too often, 19021 a wrong signature, 19022 an address of ours that is not listed, 19024 no key word;
//! bodies of at most 20 KB.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use serde_json::{Value, json};
use sha2::Sha256;

use super::render::{self, Flavour, signed};
use super::{Channels, Message, Scope, Trouble, plain, robot};
use crate::config::ChannelRule;

/// Bytes of the lines: the body's limit, less what JSON puts around each.
const MOST_BYTES: usize = 10_000;
/// Marks a line that is a link, between its text and its address; no text of a portal has it.
const LINK: char = '\u{1}';

pub(super) async fn send(
    channels: &Channels,
    rule: &ChannelRule,
    message: &Message,
    now: Timestamp,
) -> Result<(), Trouble> {
    let address = rule.url.as_ref().ok_or_else(|| Trouble::missing("url"))?;
    for mut body in bodies(rule, message) {
        if let Some(secret) = rule.secrets.first() {
            let second = now.as_second().to_string();
            body["sign"] = sign(secret.expose(), &second).into();
            body["timestamp"] = second.into();
        }
        let reply = robot::post(channels, rule, address.expose(), Vec::new(), &body).await?;
        robot::ensure_code(rule, &reply, "code", scope)?;
    }
    Ok(())
}

fn sign(secret: &str, second: &str) -> String {
    let key = format!("{second}\n{secret}");
    let mac = Hmac::<Sha256>::new_from_slice(key.as_bytes()).expect("invariant: HMAC takes any key");
    STANDARD.encode(mac.finalize().into_bytes())
}

fn bodies(rule: &ChannelRule, message: &Message) -> Vec<Value> {
    let flavour = Flavour {
        escape: plain::lookalike,
        headline: str::to_owned,
        link: |text, url| format!("{text}{LINK}{url}"),
        line: signed,
        line_end: "\n",
        // An element costs some 30 bytes beside its text.
        size: |text| text.len() + 30 * text.matches('\n').count(),
        most: MOST_BYTES,
    };
    let title = plain::lookalike(&render::subject(rule, message));
    let parts = render::parts(rule, message, &flavour);
    let body = |text: String| {
        let lines: Vec<Value> = text.lines().map(|line| json!([element(line)])).collect();
        json!({"msg_type": "post", "content": {"post": {"zh_cn": {"title": title, "content": lines}}}})
    };
    parts.into_iter().map(body).collect()
}

fn element(line: &str) -> Value {
    match line.split_once(LINK) {
        Some((text, url)) => json!({"tag": "a", "text": text, "href": url}),
        None => json!({"tag": "text", "text": line}),
    }
}

fn scope(code: i64) -> Scope {
    match code {
        11_232 | 11_233 | 99_991_400 => Scope::Channel,
        19_001 | 19_021 | 19_022 | 19_024 => Scope::Setting,
        _ => Scope::Message,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_signature_is_what_the_service_computes() {
        // python3: base64(hmac.new(b"1700000000\nabc", b"", sha256).digest())
        assert_eq!(sign("abc", "1700000000"), "VIS10b0EBvzzSdFnuk4tznEmK5wHaruvf/WnViv2yR4=");
    }
}
