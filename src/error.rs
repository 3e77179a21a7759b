//! Failure and its class: who must act. The class decides everything that follows from a failure.
//!
//! Each stage has its own small error enum that says what happened. At the crawl boundary they become one
//! [`Failure`], and the [`Class`] alone decides retry, pace, alert and exit code.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::model::SiteId;

/// Who must act on a failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    /// Nobody: a timeout, a 5xx, a cut body. Tried again with backoff.
    Transient,
    /// The portal refuses us: 403, 429, a challenge page. The host is left alone for a while.
    Blocked,
    /// A known report answers 404 or 410: it becomes an Outcome.
    Gone,
    /// The page is not built as its site file says: the file needs a person.
    Layout,
    /// A file or a setting of ours is wrong.
    Config,
    /// A fault of govwatch itself.
    Bug,
}

impl Class {
    /// The word of the JSON contract.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Transient => "transient",
            Self::Blocked => "blocked",
            Self::Gone => "gone",
            Self::Layout => "layout",
            Self::Config => "config",
            Self::Bug => "bug",
        }
    }

    /// After how many failed polls in a row operators are told. A timeout is usual; the rest needs a person.
    pub fn polls_before_alert(self) -> u32 {
        match self {
            Self::Transient | Self::Gone => 3,
            Self::Blocked | Self::Layout | Self::Config | Self::Bug => 1,
        }
    }
}

impl fmt::Display for Class {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Where in the way of a report something failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Reading site files and settings.
    Config,
    /// Fetching a page.
    Fetch,
    /// Decoding and parsing it.
    Decode,
    /// Reading a listing.
    Listing,
    /// Reading a report.
    Extract,
    /// Keeping it.
    Store,
}

impl Stage {
    /// The word of messages and logs.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Config => "config",
            Self::Fetch => "fetch",
            Self::Decode => "decode",
            Self::Listing => "listing",
            Self::Extract => "extract",
            Self::Store => "store",
        }
    }
}

/// What went wrong, where, and who must act.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// Who must act.
    pub class: Class,
    /// Where it happened.
    pub stage: Stage,
    /// The site concerned.
    pub site: Option<SiteId>,
    /// The URL concerned.
    pub url: Option<String>,
    /// What happened and what to do next, in one line.
    pub reason: String,
}

impl Failure {
    /// A failure of this class and stage, not yet tied to a site.
    pub fn new(class: Class, stage: Stage, reason: impl Into<String>) -> Self {
        Self { class, stage, site: None, url: None, reason: reason.into() }
    }

    /// The same, naming the site.
    #[must_use]
    pub fn at_site(mut self, site: &SiteId) -> Self {
        self.site.get_or_insert_with(|| site.clone());
        self
    }

    /// The same, naming the URL.
    #[must_use]
    pub fn at_url(mut self, url: impl fmt::Display) -> Self {
        self.url.get_or_insert_with(|| url.to_string());
        self
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(site) = &self.site {
            write!(f, "{site}: ")?;
        }
        write!(f, "{} ({})", self.reason, self.class)?;
        match &self.url {
            Some(url) if !self.reason.contains(url.as_str()) => write!(f, " at {url}"),
            _ => Ok(()),
        }
    }
}

impl std::error::Error for Failure {}
