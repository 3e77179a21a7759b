//! What a request asks: its query, leniently, and addresses that lead back to us.
//!
//! In: the query of a URL. Out: checked values, or what is wrong with one of them. Never: an empty field of a form taken
//! for a value.

use std::collections::BTreeMap;
use std::str::FromStr;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use jiff::civil::Date;
use url::form_urlencoded::{Serializer, byte_serialize, parse};

use super::fail::Fail;
use crate::store::Moment;

/// Longest value that is taken: as many words as a search may have, in titles and phrases.
const MOST_CHARS: usize = 2000;

/// A form that values are asked in.
pub(super) trait Form: FromStr {
    /// What is expected, with an example.
    const EXPECTED: &'static str;
}

impl Form for Date {
    const EXPECTED: &'static str = "a day such as 2026-04-29";
}

impl Form for Moment {
    const EXPECTED: &'static str = "a place in the timeline, as the answer before gave it";
}

impl Form for i16 {
    const EXPECTED: &'static str = "a year such as 2025";
}

impl Form for u32 {
    const EXPECTED: &'static str = "a number from 1 on";
}

impl Form for usize {
    const EXPECTED: &'static str = "a number from 1 on";
}

/// The query of a URL: the last value of each name; blank ones are left out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Asked(BTreeMap<String, String>);

impl Asked {
    /// **Errors**: a value that is longer than any that is meant; the rest of it would be passed over.
    pub(super) fn of(query: &str) -> Result<Self, Fail> {
        let mut asked = BTreeMap::new();
        for (name, value) in parse(query.as_bytes()) {
            if value.chars().nth(MOST_CHARS).is_some() {
                return Err(Fail::Wrong(name.into_owned(), format!("at most {MOST_CHARS} characters are taken")));
            }
            if !value.trim().is_empty() {
                asked.insert(name.into_owned(), value.trim().to_owned());
            }
        }
        Ok(Self(asked))
    }

    /// A value as it was written.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// The same, and nothing where it was not.
    pub(super) fn or_empty(&self, name: &str) -> String {
        self.0.get(name).cloned().unwrap_or_default()
    }

    /// A value of some form. **Errors**: it has another one.
    pub(super) fn value<T: Form>(&self, name: &'static str) -> Result<Option<T>, Fail> {
        let parse = |text: &str| text.parse().map_err(|_| Fail::wrong(name, text, &T::EXPECTED));
        self.text(name).map(parse).transpose()
    }

    /// Whether nothing is asked but what is named here.
    pub(super) fn is_blank_but(&self, names: &[&str]) -> bool {
        self.0.keys().all(|name| names.contains(&name.as_str()))
    }

    /// The same query without these names, with its question mark, empty where it is.
    pub(super) fn without(&self, names: &[&str]) -> String {
        let kept = self
            .0
            .iter()
            .filter(|(name, _)| !names.contains(&name.as_str()))
            .map(|(name, value)| (name.clone(), value.clone()));
        Self(kept.collect()).with("", None)
    }

    /// The same query with another value of a name; `None`: without it. With its question mark, empty where it is.
    pub(super) fn with(&self, name: &str, value: Option<&str>) -> String {
        let kept = self.0.iter().filter(|(key, _)| *key != name).map(|(key, value)| (key.as_str(), value.as_str()));
        let query = Serializer::new(String::new()).extend_pairs(kept.chain(value.map(|value| (name, value)))).finish();
        if query.is_empty() { query } else { format!("?{query}") }
    }
}

impl<S: Sync> FromRequestParts<S> for Asked {
    type Rejection = Fail;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        Self::of(parts.uri.query().unwrap_or_default())
    }
}

/// The names of a query, with values or without, in order.
pub(super) fn names(query: &str) -> impl Iterator<Item = String> {
    parse(query.as_bytes()).map(|(name, _)| name.into_owned())
}

/// A text inside a query.
pub(super) fn encoded(text: &str) -> String {
    byte_serialize(text.as_bytes()).collect()
}

/// A path on this page and nowhere else; the first page where it is none.
pub(super) fn own_path(to: &str) -> &str {
    let is_own = to.starts_with('/') && !to.starts_with("//") && to.bytes().all(|b| b.is_ascii_graphic() && b != b'\\');
    if is_own { to } else { "/" }
}

/// Whether programs ask here, not people.
pub(super) fn is_for_programs(path: &str) -> bool {
    path.starts_with("/api/") || path.starts_with("/feed.") || path == "/metrics"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_blank_field_asks_nothing() {
        let of = |query: &str| Asked::of(query).expect("a query");
        let asked = of("site=&words=+%E5%BE%81%E6%94%B6+&event=edited");
        assert_eq!((asked.text("site"), asked.text("words")), (None, Some("征收")));
        assert_eq!(asked.with("before", Some("1-2")), "?event=edited&words=%E5%BE%81%E6%94%B6&before=1-2");
        assert_eq!(of("a=1").with("a", None), "");
    }

    #[test]
    fn a_value_is_never_cut() {
        let whole = format!("words={}", "征".repeat(MOST_CHARS));
        assert_eq!(Asked::of(&whole).expect("as long as may be").or_empty("words").chars().count(), MOST_CHARS);
        assert!(Asked::of(&format!("{whole}收")).is_err());
    }

    #[test]
    fn no_way_leads_away() {
        assert_eq!(own_path("/reports/1?revision=2"), "/reports/1?revision=2");
        for away in ["//evil.example", "/\\evil.example", "https://evil.example", "", "/\r\nx", "javascript:1"] {
            assert_eq!(own_path(away), "/", "{away}");
        }
    }
}
