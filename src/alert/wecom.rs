//! 企业微信: the robot of a group.
//!
//! **Source**: developer.work.weixin.qq.com/document/path/91770: markdown of at most 4096 bytes in UTF-8, `<@id>` calls
//! somebody; errcode 0 means taken, 45009 too often, 93000 a wrong key.

use serde_json::{Value, json};

use super::lines::Sign;
use super::render::{self, Flavour, signed};
use super::{Channels, Message, Scope, Trouble, plain, robot};
use crate::config::ChannelRule;

/// Bytes of the text.
const MOST_BYTES: usize = 4096;

pub(super) async fn send(channels: &Channels, rule: &ChannelRule, message: &Message) -> Result<(), Trouble> {
    let address = rule.url.as_ref().ok_or_else(|| Trouble::missing("url"))?;
    for body in bodies(rule, message) {
        let reply = robot::post(channels, rule, address.expose(), Vec::new(), &body).await?;
        robot::ensure_code(rule, &reply, "errcode", scope)?;
    }
    Ok(())
}

fn bodies(rule: &ChannelRule, message: &Message) -> Vec<Value> {
    let flavour = Flavour {
        escape: plain::lookalike,
        headline: |text| format!("**{text}**"),
        link: |text, url| format!("[{text}]({url})"),
        line: |sign, text| match sign {
            Sign::Head => format!("**{text}**"),
            Sign::Same => format!("> {text}"),
            Sign::Old => format!("> <font color=\"comment\">{}</font>", signed(sign, text)),
            Sign::New => format!("> <font color=\"info\">{}</font>", signed(sign, text)),
        },
        line_end: "\n",
        size: str::len,
        most: MOST_BYTES,
    };
    let parts = render::parts(rule, message, &flavour);
    parts.into_iter().map(|text| json!({"msgtype": "markdown", "markdown": {"content": text}})).collect()
}

fn scope(code: i64) -> Scope {
    match code {
        -1 | 45_009 | 45_033 => Scope::Channel,
        93_000 | 93_008 | 40_001 | 40_014 | 301_019 => Scope::Setting,
        _ => Scope::Message,
    }
}
