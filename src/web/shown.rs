//! How values are shown: texts of portals, instants, sizes.
//!
//! In: model values. Out: text for a template, which escapes it. Never: a character that turns the reading direction or
//! has no shape; it is spelled out.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::{Offset, TimeZone};

use crate::change::render::plain;
use crate::model::{Hash, Stated};

/// The civil time of the portals, UTC+8 all year: days and hours of the page are theirs.
const CHINA: Offset = jiff::tz::offset(8);
/// Longest title in a list: longer ones are no titles.
const TITLE_CHARS: usize = 160;

/// A portal's text, its line ends and tabs as spaces.
pub(super) fn shown(text: &str) -> String {
    let spaced: String = text.chars().map(|c| if matches!(c, '\n' | '\r' | '\t') { ' ' } else { c }).collect();
    plain(&spaced)
}

/// A title in a list, cut where it is no title any more.
pub(super) fn title(text: &str) -> String {
    let text = shown(text);
    match text.char_indices().nth(TITLE_CHARS) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

/// An instant for people and for programs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct When {
    pub(super) utc: String,
    /// Day and minute, and the minute alone.
    pub(super) shown: String,
    pub(super) clock: String,
}

impl When {
    pub(super) fn of(at: Timestamp) -> Self {
        let civil = at.to_zoned(TimeZone::fixed(CHINA)).datetime();
        let written = |form| civil.strftime(form).to_string();
        Self { utc: at.to_string(), shown: written("%Y-%m-%d %H:%M"), clock: written("%H:%M") }
    }

    /// The same; nothing where there is no instant.
    pub(super) fn maybe(at: Option<Timestamp>) -> Option<Self> {
        at.map(Self::of)
    }
}

/// A stated date: the day, and the minute where one is stated.
pub(super) fn stated(date: Stated) -> String {
    let form = if date.has_time() { "%Y-%m-%d %H:%M" } else { "%Y-%m-%d" };
    date.civil().strftime(form).to_string()
}

/// A word as the head of a line.
pub(super) fn capital(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// The day of an instant.
pub(super) fn day(at: Timestamp) -> Date {
    at.to_zoned(TimeZone::fixed(CHINA)).date()
}

/// The instant at which a day begins.
pub(super) fn begin(day: Date) -> Option<Timestamp> {
    CHINA.to_timestamp(day.to_datetime(jiff::civil::Time::midnight())).ok()
}

/// The head of a hash, enough to tell it from others.
pub(super) fn short(hash: Hash) -> String {
    hash.to_string()[..12].to_owned()
}

/// A size in bytes, for people.
pub(super) fn bytes(n: u64) -> String {
    match n {
        0..1_024 => format!("{n} B"),
        1_024..1_048_576 => format!("{}.{} KiB", n / 1024, n % 1024 * 10 / 1024),
        _ => format!("{}.{} MiB", n / 1_048_576, n % 1_048_576 * 10 / 1_048_576),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_is_one_line_without_active_characters_and_has_an_end() {
        assert_eq!(title("a\u{202e}b\nc\u{1b}"), "a\\u{202e}b c\\u{1b}");
        assert_eq!(title(&"字".repeat(10_000)).chars().count(), TITLE_CHARS + 1);
    }

    #[test]
    fn days_are_those_of_the_portals() {
        let late = "2026-03-01T16:30:00Z".parse().unwrap();
        assert_eq!(day(late).to_string(), "2026-03-02");
        assert_eq!(When::of(late).shown, "2026-03-02 00:30");
        assert_eq!(begin(day(late)).map(|at| at.to_string()).as_deref(), Some("2026-03-01T16:00:00Z"));
    }

    #[test]
    fn sizes_have_one_digit_after_the_point() {
        assert_eq!([bytes(1023), bytes(1536), bytes(5 << 20)], ["1023 B", "1.5 KiB", "5.0 MiB"]);
    }
}
