//! 钉钉: the robot of a group, signed where it has a secret.
//!
//! **Source**: open.dingtalk.com/document/orgapp/custom-robot-access and
//! .../customize-robot-security-settings: markdown with title and text, `at` says who is called, the signature is
//! HMAC-SHA256 of `timestamp\nsecret` in milliseconds; errcode 0 means taken, 130101 too often (ten minutes of silence),
//! 310000 a wrong signature, key word or address of ours. Bodies of at most 20,000 bytes.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use serde_json::{Value, json};
use sha2::Sha256;

use super::lines::Sign;
use super::render::{self, Flavour, signed};
use super::{Channels, Message, Scope, Trouble, plain, robot};
use crate::config::ChannelRule;

/// Bytes of the text: the body's limit, less its other keys and the escapes of JSON.
const MOST_BYTES: usize = 15_000;
/// How long a robot is silent that sent too much.
const SILENCE: Duration = Duration::from_mins(10);

pub(super) async fn send(
    channels: &Channels,
    rule: &ChannelRule,
    message: &Message,
    now: Timestamp,
) -> Result<(), Trouble> {
    let address = rule.url.as_ref().ok_or_else(|| Trouble::missing("url"))?;
    for body in bodies(rule, message) {
        let mut url = address.expose().clone();
        if let Some(secret) = rule.secrets.first() {
            let milli = now.as_millisecond().to_string();
            url.query_pairs_mut().append_pair("timestamp", &milli).append_pair("sign", &sign(secret.expose(), &milli));
        }
        let reply = robot::post(channels, rule, &url, Vec::new(), &body).await?;
        robot::ensure_code(rule, &reply, "errcode", scope).map_err(|trouble| silenced(trouble, &reply.body))?;
    }
    Ok(())
}

fn sign(secret: &str, milli: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("invariant: HMAC takes any key");
    mac.update(format!("{milli}\n{secret}").as_bytes());
    STANDARD.encode(mac.finalize().into_bytes())
}

fn bodies(rule: &ChannelRule, message: &Message) -> Vec<Value> {
    let flavour = Flavour {
        escape: plain::lookalike,
        headline: |text| format!("#### {text}"),
        link: |text, url| format!("[{text}]({url})"),
        line: |sign, text| match sign {
            Sign::Head => format!("**{text}**"),
            _ => format!("> {}", signed(sign, text)),
        },
        // One line end would join two lines.
        line_end: "\n\n",
        size: str::len,
        most: MOST_BYTES,
    };
    let title = plain::lookalike(&render::subject(rule, message));
    let parts = render::parts(rule, message, &flavour);
    let body = |text| {
        json!({
            "msgtype": "markdown",
            "markdown": {"title": title, "text": text},
            "at": {"atMobiles": [], "atUserIds": [], "isAtAll": false},
        })
    };
    parts.into_iter().map(body).collect()
}

fn scope(code: i64) -> Scope {
    match code {
        // Busy; sent too often.
        -1 | 130_101 | 410_100 => Scope::Channel,
        // A wrong signature, key word, address or token; the robot is gone.
        310_000 | 300_001 | 300_005 | 400_101 | 400_102 | 40_035 | 400_013 => Scope::Setting,
        _ => Scope::Message,
    }
}

fn silenced(trouble: Trouble, body: &str) -> Trouble {
    let is_silenced = body.contains("130101") || body.contains("410100");
    Trouble { retry_after: trouble.retry_after.or(is_silenced.then_some(SILENCE)), ..trouble }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_signature_is_what_the_service_computes() {
        // python3: base64(hmac.new(b"SECabc", b"1700000000000\nSECabc", sha256).digest())
        assert_eq!(sign("SECabc", "1700000000000"), "jcUpW0QmtKduN03n4JqQ0PBosVjqnM8gU7fIIvsDmCM=");
    }
}
