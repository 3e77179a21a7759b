//! What stands around every page: language, navigation, the way out.

use axum::http::{HeaderMap, Uri};

use super::texts::Texts;
use super::{Web, ask, language};

/// What a template needs beside its own data.
#[derive(Debug, Clone)]
pub(super) struct Frame {
    /// The words of the reader's language.
    pub(super) t: &'static Texts,
    /// The path of the page.
    pub(super) path: String,
    /// The way to the same page in the other language.
    pub(super) switch: String,
    /// Whether there is a session to leave.
    pub(super) asks_password: bool,
}

/// A link of the navigation.
pub(super) struct Place {
    pub(super) href: &'static str,
    pub(super) word: &'static str,
    pub(super) is_here: bool,
}

impl Frame {
    pub(super) fn of(headers: &HeaderMap, uri: &Uri, web: &Web) -> Self {
        let t = language::of(headers);
        let here = ask::own_path(uri.path_and_query().map_or("/", |path| path.as_str()));
        Self {
            t,
            path: uri.path().to_owned(),
            switch: format!("/language?set={}&to={}", t.other_lang, ask::encoded(here)),
            asks_password: web.0.access.asks_password(),
        }
    }

    /// The navigation; a report is found by searching.
    pub(super) fn places(&self) -> Vec<Place> {
        let t = self.t;
        let under = |folder: &str| self.path.starts_with(folder);
        vec![
            Place { href: "/", word: t.today, is_here: self.path == "/" },
            Place { href: "/search", word: t.search, is_here: under("/search") || under("/reports") },
            Place { href: "/sites", word: t.sites, is_here: under("/sites") || self.path == "/add" },
            Place { href: "/coverage", word: t.coverage, is_here: under("/coverage") },
            Place { href: "/alerts", word: t.alerts, is_here: under("/alerts") },
        ]
    }

    /// Whether the way in is shown itself.
    pub(super) fn is_login(&self) -> bool {
        self.path == "/login"
    }
}
