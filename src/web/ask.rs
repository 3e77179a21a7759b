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

/// Longest value that is taken: titles are shorter.
const MOST_CHARS: usize = 500;

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
    pub(super) fn of(query: &str) -> Self {
        let cut = |text: &str| text.trim().chars().take(MOST_CHARS).collect::<String>();
        let pairs = parse(query.as_bytes()).map(|(name, value)| (name.into_owned(), cut(&value)));
        Self(pairs.filter(|(_, value)| !value.is_empty()).collect())
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
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        Ok(Self::of(parts.uri.query().unwrap_or_default()))
    }
}

/// The first name of a query that is none of these, with a value or without.
pub(super) fn other_name(query: &str, known: &[String]) -> Option<String> {
    let mut names = parse(query.as_bytes()).map(|(name, _)| name.into_owned());
    names.find(|name| !known.contains(name))
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
        let asked = Asked::of("site=&words=+%E5%BE%81%E6%94%B6+&event=edited");
        assert_eq!((asked.text("site"), asked.text("words")), (None, Some("征收")));
        assert_eq!(asked.with("before", Some("1-2")), "?event=edited&words=%E5%BE%81%E6%94%B6&before=1-2");
        assert_eq!(Asked::of("a=1").with("a", None), "");
    }

    #[test]
    fn no_way_leads_away() {
        assert_eq!(own_path("/reports/1?revision=2"), "/reports/1?revision=2");
        for away in ["//evil.example", "/\\evil.example", "https://evil.example", "", "/\r\nx", "javascript:1"] {
            assert_eq!(own_path(away), "/", "{away}");
        }
    }
}
