//! Telegram: a bot that writes to a chat.
//!
//! **Source**: core.telegram.org/bots/api#sendmessage and #html-style: at most 4096 characters after parsing; `ok` in the
//! answer means taken, a 429 carries `parameters.retry_after` in seconds.

use serde_json::{Value, json};

use super::lines::Sign;
use super::render::{self, Flavour, signed};
use super::reply::refused;
use super::{Channels, Message, Scope, Trouble, plain, robot};
use crate::config::ChannelRule;

/// UTF-16 units of a text, counted with its markup: less than what is allowed.
const MOST_UNITS: usize = 4096;

pub(super) async fn send(channels: &Channels, rule: &ChannelRule, message: &Message) -> Result<(), Trouble> {
    let (Some(address), Some(token), Some(chat)) = (&rule.url, &rule.token, &rule.chat) else {
        return Err(Trouble::missing("token or chat"));
    };
    let base = address.expose();
    let mut url = base.clone();
    url.set_path(&format!("{}/bot{}/sendMessage", base.path().trim_end_matches('/'), token.expose()));
    if url.path().contains('%') {
        return Err(Trouble::of(Scope::Setting, "its token cannot stand in an address"));
    }
    for body in bodies(rule, message, chat) {
        let reply = robot::post(channels, rule, &url, Vec::new(), &body).await?;
        let answer: Value = serde_json::from_str(&reply.body).unwrap_or_default();
        match answer["ok"].as_bool() {
            Some(true) => {}
            Some(false) => return Err(said(rule, &reply, &answer)),
            None => return Err(robot::strange(rule, &reply)),
        }
    }
    Ok(())
}

fn said(rule: &ChannelRule, reply: &crate::fetch::Reply, answer: &Value) -> Trouble {
    let scope = match answer["error_code"].as_u64() {
        Some(400) => Scope::Message,
        Some(401 | 403 | 404) => Scope::Setting,
        _ => Scope::Channel,
    };
    let words = format!("it answers {} and ok false", reply.status);
    refused(rule, reply, scope, &words)
}

fn bodies(rule: &ChannelRule, message: &Message, chat: &str) -> Vec<Value> {
    let flavour = Flavour {
        escape: plain::telegram,
        headline: |text| format!("<b>{text}</b>"),
        link: |text, url| format!("<a href=\"{}\">{text}</a>", plain::html(url)),
        line: |sign, text| match sign {
            Sign::Head => format!("<i>{text}</i>"),
            Sign::Same => signed(sign, text),
            Sign::Old => format!("<s>{}</s>", signed(sign, text)),
            Sign::New => format!("<u>{}</u>", signed(sign, text)),
        },
        line_end: "\n",
        size: |text| text.encode_utf16().count(),
        most: MOST_UNITS,
    };
    let parts = render::parts(rule, message, &flavour);
    let body = |text: String| {
        json!({
            "chat_id": chat,
            "text": text,
            "parse_mode": "HTML",
            "link_preview_options": {"is_disabled": true},
        })
    };
    parts.into_iter().map(body).collect()
}
