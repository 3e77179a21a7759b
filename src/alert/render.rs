//! What a message says, in words that every channel shares. Pure.
//!
//! In: a message and what the settings say of its channel. Out: a subject, and for each change a headline, a link, facts
//! and the lines of its diff. Sizes are kept by leaving out lines of the diff, never the link.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::lines::{self, Line, Sign};
use super::route::is_of_all;
use super::template;
use super::words::{self, Label, label};
use super::{Item, Message, plain};
use crate::config::{ChannelRule, Language};
use crate::model::{Event, EventKind, Fact, FieldName};

/// Characters of a title in a headline; portals write whole paragraphs into them.
const MOST_TITLE: usize = 160;
/// Characters of a title where there is no room.
const SHORT_TITLE: usize = 48;
/// Facts of an edit that are told before its hunks, and the characters of each.
const MOST_CHANGED: usize = 12;
const MOST_CHANGED_CHARS: usize = 300;

/// A change, told.
#[derive(Debug, Clone)]
pub(super) struct Told {
    pub(super) event: EventKind,
    pub(super) headline: String,
    pub(super) url: Option<String>,
    pub(super) facts: Vec<String>,
    pub(super) lines: Vec<Line>,
    /// The headline where there is no room.
    short: String,
}

/// How a service writes texts.
pub(super) struct Flavour {
    /// Makes a text inactive.
    pub(super) escape: fn(&str) -> String,
    /// A headline, escaped.
    pub(super) headline: fn(&str) -> String,
    /// A line with a link: what it says, escaped, and where it leads.
    pub(super) link: fn(&str, &str) -> String,
    /// A line of a diff, escaped.
    pub(super) line: fn(Sign, &str) -> String,
    /// What stands between lines.
    pub(super) line_end: &'static str,
    /// The service's own unit of size.
    pub(super) size: fn(&str) -> usize,
    /// Most of these units in a message.
    pub(super) most: usize,
}

/// The subject: one line, of at most 200 characters.
pub(super) fn subject(rule: &ChannelRule, message: &Message) -> String {
    let subject = match (message.items.as_slice(), &rule.subject) {
        _ if message.is_test => format!("[govwatch] {} {}", label(rule.language, Label::Test), rule.id),
        ([item], Some(template)) => filled(template, rule, item),
        ([item], None) => format!("[govwatch] {}", headline(rule, item, MOST_TITLE)),
        (items, _) => {
            format!("[govwatch] {} {}: {}", items.len(), label(rule.language, Label::Changes), kinds(rule, items))
        }
    };
    plain::cut(&plain::one_line(&subject), 200)
}

/// How many of each: `5 New, 2 Edited`.
fn kinds(rule: &ChannelRule, items: &[Item]) -> String {
    let mut counted: Vec<(EventKind, usize)> = Vec::new();
    for item in items {
        match counted.iter_mut().find(|(kind, _)| *kind == item.event.event) {
            Some((_, n)) => *n += 1,
            None => counted.push((item.event.event, 1)),
        }
    }
    let words = counted.iter().map(|(kind, n)| format!("{n} {}", words::event(rule.language, *kind)));
    words.collect::<Vec<_>>().join(", ")
}

/// A change in words.
pub(super) fn told(rule: &ChannelRule, item: &Item) -> Told {
    let event = &item.event;
    let mut told = Told {
        event: event.event,
        headline: headline(rule, item, MOST_TITLE),
        url: event.url.as_deref().and_then(plain::link),
        facts: facts(rule, item),
        lines: lines::of(event.diff.as_deref().unwrap_or_default()),
        short: headline(rule, item, SHORT_TITLE),
    };
    for line in told.lines.iter_mut().filter(|line| line.sign == Sign::Head) {
        line.text = part(rule, &line.text);
    }
    if let Some(body) = &rule.body {
        let text = filled(body, rule, item);
        let line = |text: &str| Line { sign: Sign::Same, text: plain::line(text), differs: None };
        (told.facts, told.lines) = (Vec::new(), text.lines().map(line).collect());
    }
    told
}

/// The name of a part of a diff: a field's, a file's, or the body's for a range of blocks.
fn part(rule: &ChannelRule, head: &str) -> String {
    let known = serde_json::from_value::<FieldName>(head.into()).ok();
    let is_range = || head.starts_with('-') && head.contains(" +") && !head.contains(char::is_alphabetic);
    match known {
        Some(field) => words::field(rule.language, field),
        None if is_range() => words::field(rule.language, FieldName::Body),
        None => head.to_owned(),
    }
}

fn headline(rule: &ChannelRule, item: &Item, most: usize) -> String {
    let event = &item.event;
    let word = words::event(rule.language, event.event);
    let title = event.title.as_deref().map(plain::one_line).filter(|title| !title.is_empty());
    let what = match event.event {
        // The weekly word itself stands in the facts.
        EventKind::SiteBroken | EventKind::SiteRecovered | EventKind::Weekly => String::new(),
        EventKind::Redesign | EventKind::Baseline => {
            let count = format!("{} {}", event.count.unwrap_or(0), label(rule.language, Label::Reports));
            event.how.map_or(count.clone(), |how| format!("{count}: {}", words::how(rule.language, how)))
        }
        EventKind::ChannelBroken | EventKind::ChannelRecovered => {
            plain::one_line(event.channel.as_deref().unwrap_or_default())
        }
        _ => title.unwrap_or_else(|| label(rule.language, Label::NoTitle).to_owned()),
    };
    let told = format!("{word} {}", plain::cut(&what, most));
    if is_of_all(event.event) {
        return plain::cut(told.trim_end(), most + SHORT_TITLE);
    }
    let site = plain::cut(&plain::one_line(&item.site_name), SHORT_TITLE);
    plain::cut(format!("{site}: {told}").trim_end(), most + SHORT_TITLE)
}

fn facts(rule: &ChannelRule, item: &Item) -> Vec<String> {
    let (event, language) = (&item.event, rule.language);
    let named = |name: Label, text: String| format!("{}: {text}", label(language, name));
    let mut facts = Vec::new();
    facts.extend(event.listing.as_deref().map(plain::one_line));
    facts.extend(event.published.map(|stated| named(Label::Published, stated.date().to_string())));
    facts.extend(event.how.map(|how| words::how(language, how).to_owned()));
    if !event.fields.is_empty() {
        facts.push(named(Label::Edited, names(rule, &event.fields)));
    }
    if let (Some(new), Some(old)) = (event.revision, event.previous) {
        facts.push(named(Label::Revision, format!("{old} → {new}")));
    }
    facts.extend(event.from_url.as_deref().map(|url| named(Label::From, plain::one_line(url))));
    facts.extend(reason(rule, event));
    if !event.doubts.is_empty() {
        facts.push(named(Label::Doubts, words::doubts(rule.language, &event.doubts)));
    }
    facts.push(named(Label::Seen, minute(event, &rule.timezone)));
    facts.into_iter().map(|fact| plain::cut(&fact, 500)).chain(changed(rule, event)).collect()
}

/// Why it is told, in the language of the channel and the time of its zone.
fn reason(rule: &ChannelRule, event: &Event) -> Option<String> {
    let minute = |at: Timestamp| at.to_zoned(rule.timezone.clone()).strftime("%Y-%m-%d %H:%M").to_string();
    let reason = match rule.language {
        Language::English => event.reason.clone(),
        Language::Chinese => super::reason::in_chinese(event, minute),
    };
    reason.as_deref().map(plain::one_line)
}

/// What an edit changed, a line a fact; they come last, just above the hunks.
fn changed(rule: &ChannelRule, event: &Event) -> Vec<String> {
    let shown = event.facts.iter().take(MOST_CHANGED);
    let line = |fact: &Fact| {
        plain::cut(&format!("• {}", plain::one_line(&words::fact(rule.language, fact))), MOST_CHANGED_CHARS)
    };
    let mut lines: Vec<String> = shown.map(line).collect();
    let n_left = event.facts.len() - lines.len();
    if n_left > 0 {
        lines.push(format!("… {n_left} {}", label(rule.language, Label::More)));
    }
    lines
}

/// The site's name for people.
fn site_name(rule: &ChannelRule, item: &Item) -> String {
    if is_of_all(item.event.event) {
        return label(rule.language, Label::AllSites).to_owned();
    }
    plain::one_line(&item.site_name)
}

fn names(rule: &ChannelRule, fields: &[FieldName]) -> String {
    fields.iter().map(|field| words::field(rule.language, *field)).collect::<Vec<_>>().join(", ")
}

/// When it was seen, in the channel's zone.
fn minute(event: &Event, zone: &TimeZone) -> String {
    event.seen_at.to_zoned(zone.clone()).strftime("%Y-%m-%d %H:%M %:z").to_string()
}

/// A template of people's own with the fields of a change.
fn filled(template: &str, rule: &ChannelRule, item: &Item) -> String {
    let event = &item.event;
    let text = |text: Option<&str>| plain::one_line(text.unwrap_or_default());
    let number = |number: Option<i64>| number.map(|number| number.to_string()).unwrap_or_default();
    template::fill(template, &mut |field| match field {
        "site" => site_name(rule, item),
        "site_id" => event.site.to_string(),
        "event" => words::event(rule.language, event.event).to_owned(),
        "title" => plain::cut(&text(event.title.as_deref()), MOST_TITLE),
        "url" => event.url.as_deref().and_then(plain::link).unwrap_or_default(),
        "published" => event.published.map(|stated| stated.date().to_string()).unwrap_or_default(),
        "listing" => text(event.listing.as_deref()),
        "report" => number(event.report.map(|report| report.0)),
        "kind" => text(event.kind.as_deref()),
        "year" => number(event.year.map(i64::from)),
        "revision" => number(event.revision.map(i64::from)),
        "previous" => number(event.previous.map(i64::from)),
        "fields" => names(rule, &event.fields),
        "facts" => changed(rule, event).join("\n"),
        "count" => event.count.map(|count| count.to_string()).unwrap_or_default(),
        "class" => text(event.class.as_deref()),
        "how" => event.how.map(|how| words::how(rule.language, how).to_owned()).unwrap_or_default(),
        "reason" => reason(rule, event).unwrap_or_default(),
        "seen_at" => minute(event, &rule.timezone),
        "diff" => event
            .diff
            .as_deref()
            .map(|diff| diff.lines().map(plain::line).collect::<Vec<_>>().join("\n"))
            .unwrap_or_default(),
        "id" => item.id.clone(),
        _ => String::new(),
    })
}

/// The message in as few parts as its links need; each part fits the service.
pub(super) fn parts(rule: &ChannelRule, message: &Message, flavour: &Flavour) -> Vec<String> {
    let all: Vec<Told> = message.items.iter().map(|item| told(rule, item)).collect();
    let opening = if message.is_test || message.items.len() > 1 {
        (flavour.headline)(&(flavour.escape)(&subject(rule, message)))
    } else {
        String::new()
    };
    let gap = format!("{}\n", flavour.line_end);
    let room = flavour.most.saturating_sub((flavour.size)(&opening));
    let share = room / all.len().max(1);
    let share = share.saturating_sub((flavour.size)(&gap));
    let mut parts = vec![opening];
    for told in &all {
        let block = block(rule, told, flavour, share);
        let part = parts.last_mut().expect("invariant: there is one from the start");
        if (flavour.size)(part) + (flavour.size)(&gap) + (flavour.size)(&block) <= flavour.most || part.is_empty() {
            if !part.is_empty() {
                part.push_str(&gap);
            }
            part.push_str(&block);
        } else {
            parts.push(block);
        }
    }
    parts
}

/// A change in about as much room as it is given: headline and link in any case, facts and lines as they fit.
fn block(rule: &ChannelRule, told: &Told, flavour: &Flavour, room: usize) -> String {
    let end = flavour.line_end;
    let head = |headline: &str, facts: &[String]| {
        let mut lines = vec![(flavour.headline)(&(flavour.escape)(headline))];
        let is_found = !matches!(told.event, EventKind::DueSoon | EventKind::Overdue);
        let open = if is_found { Label::Open } else { Label::OpenPlace };
        let open = (flavour.escape)(label(rule.language, open));
        lines.extend(told.url.as_ref().map(|url| (flavour.link)(&open, url)));
        lines.extend(facts.iter().map(|fact| (flavour.escape)(fact)));
        lines.join(end)
    };
    let fits = |text: &String| (flavour.size)(text) <= room;
    let heads = (0..=told.facts.len()).rev().map(|n| head(&told.headline, &told.facts[..n]));
    let mut text = heads.into_iter().find(fits).unwrap_or_else(|| head(&told.short, &[]));
    let note = |n: usize| (flavour.escape)(&format!("… {n} {}", label(rule.language, Label::MoreLines)));
    let spare = (flavour.size)(&note(told.lines.len())) + (flavour.size)(end);
    for (n, line) in told.lines.iter().enumerate() {
        let shown = (flavour.line)(line.sign, &(flavour.escape)(&line.short()));
        let is_last = n + 1 == told.lines.len();
        let needed = (flavour.size)(&text) + (flavour.size)(end) + (flavour.size)(&shown);
        if needed + if is_last { 0 } else { spare } > room {
            let left = note(told.lines.len() - n);
            if (flavour.size)(&text) + (flavour.size)(end) + (flavour.size)(&left) <= room {
                text = format!("{text}{end}{left}");
            }
            return text;
        }
        text = format!("{text}{end}{shown}");
    }
    text
}

/// A plain sign before a line.
pub(super) fn signed(sign: Sign, text: &str) -> String {
    match sign {
        Sign::Head => format!("[{text}]"),
        Sign::Same => format!("  {text}"),
        Sign::Old => format!("- {text}"),
        Sign::New => format!("+ {text}"),
    }
}
