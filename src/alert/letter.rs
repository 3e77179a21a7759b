//! A message as a letter: plain text, and HTML that mail programs show. Pure.
//!
//! In: a message. Out: two texts that say the same. Every text of a portal is escaped; styles stand at their elements,
//! since mail programs take no style sheets; no picture, no script, nothing that is loaded from anywhere.

use std::fmt::Write;

use super::lines::{Line, Sign};
use super::render::{self, Flavour, Told, signed};
use super::words::{Label, label};
use super::{Message, plain};
use crate::config::{ChannelRule, Language};
use crate::model::EventKind;

/// Bytes of HTML that are shown: Gmail cuts a mail at 102 KB.
const MOST_HTML_BYTES: usize = 90_000;
/// Characters of plain text.
const MOST_TEXT_CHARS: usize = 60_000;
/// Characters of a line in the HTML: beyond it only what is around a difference.
const MOST_LINE: usize = 600;

const BODY: &str = "margin:0;padding:16px;background:#ffffff;color:#1f2328;\
    font:15px/1.6 -apple-system,'Segoe UI','PingFang SC','Microsoft YaHei','Noto Sans CJK SC',sans-serif";
const CARD: &str = "max-width:720px;margin:0 auto 20px;border:1px solid #d0d7de;border-radius:6px;overflow:hidden";
const HEAD: &str = "padding:12px 16px;background:#f6f8fa;border-bottom:1px solid #d0d7de";
const FACT: &str = "margin:2px 0;color:#59636e;font-size:13px";
const PART: &str = "padding:6px 16px;background:#f6f8fa;color:#59636e;font-size:13px;border-top:1px solid #d0d7de";
const LINE: &str = "padding:3px 16px 3px 10px;border-left:6px solid";

/// The plain text.
pub(super) fn text(rule: &ChannelRule, message: &Message) -> String {
    let flavour = Flavour {
        escape: str::to_owned,
        headline: str::to_owned,
        link: |_, url| url.to_owned(),
        line: signed,
        line_end: "\n",
        size: |text| text.chars().count(),
        most: MOST_TEXT_CHARS,
    };
    render::parts(rule, message, &flavour).join("\n\n") + "\n"
}

/// The HTML.
pub(super) fn html(rule: &ChannelRule, message: &Message) -> String {
    let language = match rule.language {
        Language::English => "en",
        Language::Chinese => "zh-CN",
    };
    let mut html = format!("<!doctype html><html lang=\"{language}\"><head><meta charset=\"utf-8\">");
    let _ =
        write!(html, "<title>{}</title></head><body style=\"{BODY}\">", plain::html(&render::subject(rule, message)));
    if message.items.len() > 1 || message.is_test {
        let subject = plain::html(&render::subject(rule, message));
        let _ = write!(html, "<p style=\"max-width:720px;margin:0 auto 16px;font-weight:600\">{subject}</p>");
    }
    let share = MOST_HTML_BYTES / message.items.len().max(1);
    for item in &message.items {
        html.push_str(&card(rule, &render::told(rule, item), share));
    }
    html.push_str("</body></html>");
    html
}

/// One change as a card; lines of its diff as they fit.
pub(super) fn card(rule: &ChannelRule, told: &Told, most_bytes: usize) -> String {
    let title = plain::html(&told.headline);
    let title = match &told.url {
        Some(url) => format!("<a href=\"{}\" style=\"color:#0550ae\"><bdi>{title}</bdi></a>", plain::html(url)),
        None => format!("<bdi>{title}</bdi>"),
    };
    let edge = edge(told.event);
    let mut card = format!("<div style=\"{CARD}\"><div style=\"{HEAD};border-left:6px solid {edge}\">");
    let _ = write!(card, "<div style=\"font-size:16px;font-weight:600\">{title}</div>");
    for fact in &told.facts {
        let _ = write!(card, "<p style=\"{FACT}\"><bdi>{}</bdi></p>", plain::html(fact));
    }
    if let Some(url) = &told.url {
        let url = plain::html(url);
        let _ = write!(
            card,
            "<p style=\"{FACT};word-break:break-all\"><a href=\"{url}\" style=\"color:#59636e\">{url}</a></p>"
        );
    }
    card.push_str("</div>");
    for (n, line) in told.lines.iter().enumerate() {
        let shown = shown(line);
        if card.len() + shown.len() > most_bytes {
            let left = told.lines.len() - n;
            let words = label(rule.language, Label::MoreLines);
            let _ = write!(card, "<div style=\"{PART}\">… {left} {words}</div>");
            break;
        }
        card.push_str(&shown);
    }
    card.push_str("</div>");
    card
}

/// A line of a diff. What differs is marked beside the colour, for those who see no red and green.
fn shown(line: &Line) -> String {
    let is_long = line.text.chars().count() > MOST_LINE;
    let (before, middle, after) = if is_long { (line.short(), String::new(), String::new()) } else { line.pieces() };
    let (before, middle, after) = (plain::html(&before), plain::html(&middle), plain::html(&after));
    match line.sign {
        Sign::Head => format!("<div style=\"{PART}\"><bdi>{before}</bdi></div>"),
        Sign::Same => format!("<div style=\"{LINE} #ffffff;color:#59636e\"><bdi>{before}{middle}{after}</bdi></div>"),
        Sign::Old => {
            let middle = marked(&middle, "del", "background:#ffc9c4;text-decoration:line-through");
            format!("<div style=\"{LINE} #cf222e;background:#fff1f0\">− <bdi>{before}{middle}{after}</bdi></div>")
        }
        Sign::New => {
            let middle = marked(&middle, "ins", "background:#a6e8b3;text-decoration:underline");
            format!("<div style=\"{LINE} #1a7f37;background:#eefbf0\">+ <bdi>{before}{middle}{after}</bdi></div>")
        }
    }
}

fn marked(text: &str, element: &str, style: &str) -> String {
    if text.is_empty() { String::new() } else { format!("<{element} style=\"{style}\">{text}</{element}>") }
}

/// The colour of a card's edge: good, changed, bad, other.
fn edge(event: EventKind) -> &'static str {
    match event {
        EventKind::New
        | EventKind::Restored
        | EventKind::Arrived
        | EventKind::SiteRecovered
        | EventKind::ChannelRecovered => "#1a7f37",
        EventKind::Edited | EventKind::Moved | EventKind::DueSoon | EventKind::Redesign => "#bf8700",
        EventKind::Withdrawn | EventKind::Overdue | EventKind::SiteBroken | EventKind::ChannelBroken => "#cf222e",
        EventKind::Copy | EventKind::Baseline | EventKind::Weekly => "#0550ae",
    }
}
