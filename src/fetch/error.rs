//! What can happen to a fetch, and who must act.
//!
//! Every message names the URL or host, the limit or setting it met, and the next act.

use std::time::Duration;

use jiff::Timestamp;
use url::Url;

use crate::error::{Class, Failure, Stage};

/// Why there is no Capture.
#[derive(Debug, Clone, thiserror::Error)]
pub enum FetchError {
    /// The gate does not let this URL or its address through.
    #[error("{url} is not asked: {why}")]
    Refused {
        /// The URL, without credentials.
        url: String,
        /// Which rule, and the setting that would allow it.
        why: String,
    },
    /// A setting or a key of the site file cannot be used.
    #[error("{what}")]
    Setting {
        /// Which one and what to write instead.
        what: String,
    },
    /// robots.txt forbids the URL.
    #[error("{url} is forbidden by robots.txt (`{rule}`): leave it out, or set `fetch.robots = \"ignore\"` if you may")]
    Forbidden {
        /// The URL.
        url: Url,
        /// The line that forbids it.
        rule: String,
    },
    /// The host is not to be asked before this time.
    #[error("{host} is not asked before {until}: {why}")]
    HeldBack {
        /// The host.
        host: String,
        /// When it may be asked again, UTC.
        until: Timestamp,
        /// Whose wish that is.
        why: &'static str,
    },
    /// Another process of ours is asking the host.
    #[error("{host} is not asked before {until}: another process of ours is asking it")]
    Taken {
        /// The host.
        host: String,
        /// When its lease runs out, UTC.
        until: Timestamp,
    },
    /// The host failed several times in a row, and is left alone for longer than a request waits.
    #[error("{host} failed {n_in_row} times in a row and is not asked before {until}")]
    InTrouble {
        /// The host.
        host: String,
        /// When it may be asked again, UTC.
        until: Timestamp,
        /// How often it failed.
        n_in_row: u32,
    },
    /// No answer came: name, connection, TLS, or a robots.txt that cannot be had.
    #[error("{url} cannot be reached: {why}")]
    Unreachable {
        /// The URL.
        url: Url,
        /// What failed, in words.
        why: String,
    },
    /// The answer took too long.
    #[error("{url}: {what} took longer than {limit:?}; it will be tried again")]
    Timeout {
        /// The URL.
        url: Url,
        /// Which part.
        what: &'static str,
        /// How long it may take.
        limit: Duration,
    },
    /// The answer is cut or cannot be decoded.
    #[error("{url}: the answer is broken: {why}; it will be tried again")]
    Broken {
        /// The URL.
        url: Url,
        /// How.
        why: String,
    },
    /// The browser failed at the page.
    #[error("{url} could not be drawn: {why}; it will be tried again")]
    Undrawn {
        /// The URL.
        url: Url,
        /// What became of the browser.
        why: String,
    },
    /// The answer goes beyond a limit.
    #[error("{url}: {what}")]
    Limit {
        /// The URL.
        url: Url,
        /// The limit, its value and its reason.
        what: String,
    },
    /// A redirect leads to a host that is none of the site's.
    #[error("{from} redirects to {to}: add {host:?} to `fetch.hosts` if it belongs to the site")]
    Elsewhere {
        /// The URL that redirects.
        from: String,
        /// The URL it leads to.
        to: String,
        /// The host of `to`.
        host: String,
    },
    /// A status that is neither a page nor "not found".
    #[error("{url} answered {status}: {meaning}")]
    Status {
        /// The URL of the last hop.
        url: Url,
        /// HTTP status.
        status: u16,
        /// What it means for us.
        meaning: &'static str,
    },
}

impl FetchError {
    /// Who must act.
    pub fn class(&self) -> Class {
        match self {
            Self::Refused { .. } | Self::Setting { .. } => Class::Config,
            Self::Forbidden { .. } => Class::Blocked,
            Self::HeldBack { .. }
            | Self::Taken { .. }
            | Self::InTrouble { .. }
            | Self::Unreachable { .. }
            | Self::Timeout { .. }
            | Self::Broken { .. }
            | Self::Undrawn { .. } => Class::Transient,
            Self::Limit { .. } | Self::Elsewhere { .. } => Class::Layout,
            Self::Status { status, .. } => class_of(*status),
        }
    }
}

/// The class of a status that is an error. Source: RFC 9110 section 15; 412 and 521 are how the 瑞数 and 加速乐
/// walls in front of portals begin (nhc.gov.cn, 2026).
fn class_of(status: u16) -> Class {
    match status {
        403 | 412 | 429 | 521 => Class::Blocked,
        304 | 408 | 421 | 425 | 500.. => Class::Transient,
        407 => Class::Config,
        _ => Class::Layout,
    }
}

/// The HTTP status that the words of a failure name, its own or that of a failure which it quotes.
pub(crate) fn status_in(reason: &str) -> Option<u16> {
    let (_, rest) = reason.split_once(" answered ")?;
    let (status, _) = rest.split_once(':')?;
    status.parse().ok().filter(|status| (100..600).contains(status))
}

/// What an error status means for us, in words, with the next act.
pub(super) fn meaning_of(status: u16) -> &'static str {
    match status {
        304 => "not modified, though nothing was asked about; it will be tried again without validators",
        401 => "it wants a login; take the page out of the site file",
        403 => "the portal refuses us; slow down (`pace.min_interval`) or ask its operator",
        407 => "the proxy wants a login; check `proxy`",
        408 | 425 => "it did not get our request in time; it will be tried again",
        412 | 521 => "a wall that wants a browser; it is not climbed",
        429 => "too many requests; the host is left alone for a while",
        451 => "withheld for legal reasons",
        503 => "out of service for now; it will be tried again",
        300..=399 => "a redirect without a usable Location",
        500.. => "a fault of the server; it will be tried again",
        _ => "the request does not suit it; check the URL and `fetch.headers` in the site file",
    }
}

impl From<FetchError> for Failure {
    fn from(error: FetchError) -> Self {
        let url = match &error {
            FetchError::Refused { url, .. } | FetchError::Elsewhere { from: url, .. } => Some(url.clone()),
            FetchError::Forbidden { url, .. }
            | FetchError::Unreachable { url, .. }
            | FetchError::Timeout { url, .. }
            | FetchError::Broken { url, .. }
            | FetchError::Undrawn { url, .. }
            | FetchError::Limit { url, .. }
            | FetchError::Status { url, .. } => Some(url.to_string()),
            FetchError::Setting { .. }
            | FetchError::HeldBack { .. }
            | FetchError::Taken { .. }
            | FetchError::InTrouble { .. } => None,
        };
        let failure = Self::new(error.class(), Stage::Fetch, error.to_string());
        match url {
            Some(url) => failure.at_url(url),
            None => failure,
        }
    }
}

/// Whether a status is an error whose body is not kept: all but 2xx, 3xx, 404 and 410.
pub(super) fn is_refusal(status: u16) -> bool {
    !matches!(status, 200..400 | 404 | 410)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_status_is_read_back_from_the_words_of_a_failure_and_from_what_quotes_them() {
        let url = Url::parse("http://a.gov.cn/fz/").unwrap();
        let refused = FetchError::Status { url: url.clone(), status: 403, meaning: meaning_of(403) };
        let said = Failure::from(refused).reason;
        assert_eq!(status_in(&said), Some(403), "{said}");
        assert_eq!(status_in(&format!("3 of 4 reports could not be read: {said}")), Some(403));
        let slow = FetchError::Timeout { url, what: "the answer", limit: Duration::from_secs(30) };
        assert_eq!(status_in(&Failure::from(slow).reason), None);
        assert_eq!(status_in("nobody answered in time: 30 s"), None);
    }
}
