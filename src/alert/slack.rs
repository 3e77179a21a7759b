//! Slack: an incoming webhook.
//!
//! **Source**: docs.slack.dev/messaging/sending-messages-using-incoming-webhooks and
//! docs.slack.dev/reference/block-kit/blocks: sections of `plain_text`, in which nothing is markup, of at most 3000
//! characters; `ok` means taken, words such as `no_service` or `invalid_payload` say what is wrong.

use serde_json::{Value, json};

use super::render::{self, Flavour, signed};
use super::reply::refused;
use super::{Channels, Message, Scope, Trouble, plain, robot};
use crate::config::ChannelRule;

/// Characters of a section.
const MOST_CHARS: usize = 3000;
/// Marks a line that is a link, between its text and its address; no text of a portal has it.
const LINK: char = '\u{1}';

pub(super) async fn send(channels: &Channels, rule: &ChannelRule, message: &Message) -> Result<(), Trouble> {
    let address = rule.url.as_ref().ok_or_else(|| Trouble::missing("url"))?;
    for body in bodies(rule, message) {
        let reply = robot::post(channels, rule, address.expose(), Vec::new(), &body).await?;
        let is_taken = reply.body.trim() == "ok" || reply.body.contains("\"ok\":true");
        if !is_taken {
            let is_unknown = reply.body.trim().len() > 100 || reply.body.trim().is_empty();
            return Err(if is_unknown { robot::strange(rule, &reply) } else { said(rule, &reply) });
        }
    }
    Ok(())
}

fn said(rule: &ChannelRule, reply: &crate::fetch::Reply) -> Trouble {
    let scope = if reply.body.contains("rate") { Scope::Channel } else { Scope::Setting };
    refused(rule, reply, scope, &format!("it answers {} and not ok", reply.status))
}

fn bodies(rule: &ChannelRule, message: &Message) -> Vec<Value> {
    let flavour = Flavour {
        escape: str::to_owned,
        headline: str::to_owned,
        link: |text, url| format!("{text}{LINK}{url}"),
        line: signed,
        line_end: "\n",
        size: |text| text.chars().count(),
        most: MOST_CHARS,
    };
    // What is shown in notifications: markup there, so escaped.
    let subject = plain::slack(&render::subject(rule, message));
    let parts = render::parts(rule, message, &flavour);
    let body =
        |text: String| json!({"text": subject, "blocks": blocks(&text), "link_names": false, "unfurl_links": false});
    parts.into_iter().map(body).collect()
}

/// Text as plain sections, each link as one of its own.
fn blocks(text: &str) -> Vec<Value> {
    let mut blocks = Vec::new();
    let mut lines: Vec<&str> = Vec::new();
    let section = |lines: &mut Vec<&str>, blocks: &mut Vec<Value>| {
        let text = lines.join("\n");
        lines.clear();
        if !text.trim().is_empty() {
            blocks.push(json!({"type": "section", "text": {"type": "plain_text", "text": text, "emoji": false}}));
        }
    };
    for line in text.lines() {
        match line.split_once(LINK) {
            Some((label, url)) => {
                section(&mut lines, &mut blocks);
                let link = format!("<{}|{}>", plain::slack(url), plain::slack(label));
                blocks.push(json!({"type": "section", "text": {"type": "mrkdwn", "text": link, "verbatim": true}}));
            }
            None => lines.push(line),
        }
    }
    section(&mut lines, &mut blocks);
    blocks
}
