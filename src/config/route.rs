//! What a route says in `[[route]]`: which changes go to which channels, and when. In: a table. Out: a [`RouteRule`],
//! or its mistakes.

use std::time::Duration;

use jiff::civil::Weekday;
use serde::de::DeserializeOwned;
use serde::de::value::{Error as WordError, StrDeserializer};

use super::keys::Keys;
use super::mistake::{quoted, suggestion};
use super::pattern::PATTERN;
use super::value::{Form, KIND, SPAN, TEXT};
use crate::alert::audience;
use crate::model::{EventKind, FieldName};

/// Who is meant.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Audience {
    /// Those who read reports.
    #[default]
    Readers,
    /// Those who run this installation.
    Operators,
}

/// When alerts are sent together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Digest {
    /// At the end of each span, counted from midnight UTC of 1970-01-01.
    Every(Duration),
    /// Each day, at this minute.
    Daily(u16),
    /// Each week, on this day at this minute.
    Weekly(Weekday, u16),
}

/// Which changes go to which channels.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RouteRule {
    /// The channels.
    pub to: Vec<String>,
    /// Who is meant.
    pub audience: Audience,
    /// Sites; `*` stands for any letters. Empty: all.
    pub sites: Vec<String>,
    /// Beginnings of division codes. Empty: all.
    pub divisions: Vec<String>,
    /// Kinds of report. Empty: all.
    pub kinds: Vec<String>,
    /// Events.
    pub events: Vec<EventKind>,
    /// What must differ, of an edit. Empty: anything.
    pub fields: Vec<FieldName>,
    /// A pattern on the title or the changed text.
    pub words: Option<String>,
    /// When it is sent; `None`: at once.
    pub digest: Option<Digest>,
}

/// What readers are told when a route names no events.
const READERS: [EventKind; 7] = [
    EventKind::New,
    EventKind::Edited,
    EventKind::Withdrawn,
    EventKind::Restored,
    EventKind::DueSoon,
    EventKind::Overdue,
    EventKind::Arrived,
];
/// What operators are told when a route names no events.
const OPERATORS: [EventKind; 6] = [
    EventKind::SiteBroken,
    EventKind::SiteRecovered,
    EventKind::Redesign,
    EventKind::ChannelBroken,
    EventKind::ChannelRecovered,
    EventKind::Weekly,
];

/// Reads one `[[route]]`; `channels` are the ids that there are.
pub(super) fn read(mut keys: Keys<'_, '_>, channels: &[&str]) -> RouteRule {
    let to = keys.list("to", &TEXT);
    if !keys.has("to") {
        keys.missing("to", "the ids of channels, such as [\"mail\"]");
    }
    for channel in to.iter().filter(|channel| !channels.contains(&channel.as_str())) {
        let meant = suggestion(channel, channels.iter().copied());
        keys.wrong("to", format!("there is no channel {}{meant}", quoted(channel)), "the id of a [[channel]]");
    }
    let audiences = [("readers", Audience::Readers), ("operators", Audience::Operators)];
    let audience = keys.word("audience", &audiences, &[]).unwrap_or_default();
    let rule = RouteRule {
        to,
        audience,
        sites: keys.list("sites", &TEXT),
        divisions: keys.list("divisions", &DIVISIONS),
        kinds: keys.list("kinds", &KIND),
        events: events(&mut keys, audience),
        fields: keys.list("fields", &FIELD),
        words: keys.read("words", &PATTERN).map(|pattern| pattern.as_str().to_owned()),
        digest: keys.read("digest", &DIGEST),
    };
    keys.done(|_| None);
    rule
}

fn events(keys: &mut Keys<'_, '_>, meant: Audience) -> Vec<EventKind> {
    let events = keys.list("events", &EVENT);
    for event in events.iter().filter(|event| audience(**event) != meant) {
        let other = match meant {
            Audience::Readers => "operators",
            Audience::Operators => "readers",
        };
        let message = format!("{:?} is told to {other}", event.as_str());
        keys.wrong("events", message, format!("a route of its own, with audience = {other:?}"));
    }
    match (keys.has("events"), meant) {
        (true, _) => events,
        (false, Audience::Readers) => READERS.to_vec(),
        (false, Audience::Operators) => OPERATORS.to_vec(),
    }
}

/// A value of one of our enums, by its word.
fn word<T: DeserializeOwned>(written: &str, what: &str) -> Result<T, String> {
    let read = T::deserialize(StrDeserializer::<WordError>::new(written));
    read.map_err(|_| format!("{} is not {what}", quoted(written)))
}

const EVENT: Form<EventKind> = Form {
    expected: "an event such as \"new\", \"copy\", \"edited\", \"withdrawn\", \"restored\", \"moved\" or \"site_broken\"",
    parse: |written| word(written, "an event"),
};

const FIELD: Form<FieldName> = Form {
    expected: "a field such as \"title\", \"body\", \"validity\" or \"attachment_replaced\"",
    parse: |written| word(written, "a field"),
};

const DIVISIONS: Form<String> = Form {
    expected: "the first two to six digits of GB/T 2260, such as \"14\" or \"141123\"",
    parse: |written| {
        let is_code = (2..=6).contains(&written.len()) && written.bytes().all(|byte| byte.is_ascii_digit());
        if is_code { Ok(written.to_owned()) } else { Err(format!("{} is not a division", quoted(written))) }
    },
};

const DIGEST: Form<Digest> = Form {
    expected: "a span such as \"1h\", \"daily 08:00\" or \"weekly mon 08:00\"",
    parse: |written| digest(written).ok_or_else(|| format!("{} is not a time for digests", quoted(written))),
};

fn digest(written: &str) -> Option<Digest> {
    let parts: Vec<&str> = written.split_whitespace().collect();
    match parts.as_slice() {
        ["daily", at] => Some(Digest::Daily(minute(at)?)),
        ["weekly", day, at] => Some(Digest::Weekly(weekday(day)?, minute(at)?)),
        _ => {
            let span = (SPAN.parse)(written).ok()?;
            let is_right = span >= Duration::from_mins(1) && span <= Duration::from_hours(24);
            is_right.then_some(Digest::Every(span))
        }
    }
}

fn minute(written: &str) -> Option<u16> {
    let (hour, minute) = written.split_once(':')?;
    let digits =
        |part: &str| (part.len() == 2 && part.bytes().all(|b| b.is_ascii_digit())).then(|| part.parse().ok())?;
    let (hour, minute): (u16, u16) = (digits(hour)?, digits(minute)?);
    (hour < 24 && minute < 60).then_some(hour * 60 + minute)
}

fn weekday(written: &str) -> Option<Weekday> {
    Some(match written {
        "mon" => Weekday::Monday,
        "tue" => Weekday::Tuesday,
        "wed" => Weekday::Wednesday,
        "thu" => Weekday::Thursday,
        "fri" => Weekday::Friday,
        "sat" => Weekday::Saturday,
        "sun" => Weekday::Sunday,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digests_are_read_as_people_write_them() {
        assert_eq!((DIGEST.parse)("1h"), Ok(Digest::Every(Duration::from_hours(1))));
        assert_eq!((DIGEST.parse)("daily 08:00"), Ok(Digest::Daily(480)));
        assert_eq!((DIGEST.parse)("weekly mon 23:59"), Ok(Digest::Weekly(Weekday::Monday, 1439)));
        for wrong in ["", "daily", "daily 24:00", "daily 8:00", "weekly 08:00", "weekly monday 08:00", "2 days", "1s"] {
            assert!((DIGEST.parse)(wrong).is_err(), "{wrong}");
        }
    }
}
