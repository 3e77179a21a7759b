//! Discord: a webhook.
//!
//! **Source**: docs.discord.com/developers/resources/webhook#execute-webhook and .../message#embed-object-embed-limits: a
//! title of 256 and a description of 4096 characters, 6000 in all; `allowed_mentions` says who may be called: nobody;
//! 204 means taken, 429 carries `retry_after` in seconds.

use serde_json::{Value, json};

use super::lines::Sign;
use super::render::{self, Flavour, signed};
use super::{Channels, Message, Trouble, plain, robot};
use crate::config::ChannelRule;

/// UTF-16 units of a description.
const MOST_UNITS: usize = 4096;
/// Characters of a title.
const MOST_TITLE: usize = 256;

pub(super) async fn send(channels: &Channels, rule: &ChannelRule, message: &Message) -> Result<(), Trouble> {
    let address = rule.url.as_ref().ok_or_else(|| Trouble::missing("url"))?;
    for body in bodies(rule, message) {
        robot::post(channels, rule, address.expose(), Vec::new(), &body).await?;
    }
    Ok(())
}

fn bodies(rule: &ChannelRule, message: &Message) -> Vec<Value> {
    let flavour = Flavour {
        escape: plain::discord,
        headline: |text| format!("**{text}**"),
        link: |text, url| format!("[{text}](<{url}>)"),
        line: |sign, text| match sign {
            Sign::Head => format!("__{text}__"),
            Sign::Old => format!("\\{}", signed(sign, text)),
            _ => signed(sign, text),
        },
        line_end: "\n",
        size: |text| text.encode_utf16().count(),
        most: MOST_UNITS,
    };
    let title = plain::cut(&render::subject(rule, message), MOST_TITLE);
    let parts = render::parts(rule, message, &flavour);
    let body = |text: String| {
        json!({
            "embeds": [{"title": plain::cut(&plain::discord(&title), MOST_TITLE), "description": text}],
            "allowed_mentions": {"parse": []},
        })
    };
    parts.into_iter().map(body).collect()
}
