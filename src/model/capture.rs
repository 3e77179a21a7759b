//! A response as it was received.

use bytes::Bytes;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use url::Url;

use super::Hash;

/// A response as received: the evidence behind every Document.
#[derive(Debug, Clone)]
pub struct Capture {
    /// The URL that was asked for.
    pub url: Url,
    /// Where the redirects ended; the same as `url` without one.
    pub final_url: Url,
    /// HTTP status of the last hop.
    pub status: u16,
    /// Headers of the last hop in the order received, names in lower case, values as text (invalid bytes replaced).
    pub headers: Vec<(String, String)>,
    /// The body, content encoding removed, character encoding untouched.
    pub body: Bytes,
    /// When the last byte arrived, UTC.
    pub fetched_at: Timestamp,
    /// Bytes received for all hops, as sent on the wire (compressed, without TLS).
    pub wire_bytes: u64,
    /// Requests sent, redirects included.
    pub n_requests: u32,
}

impl Capture {
    /// The header that says which browser drew the page: its body is then what the page's scripts made of the answer.
    pub const DRAWN_BY: &str = "x-govwatch-drawn-by";
    /// The header that names, separated by spaces, the origins which a drawn page wanted and was not given.
    pub const DRAWN_WITHOUT: &str = "x-govwatch-drawn-without";

    /// The first header of this lower-case name.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// The hash of all that a reading depends on: address, status, type and body. The same twice is read alike.
    pub fn answer(&self) -> Hash {
        let media_type = self.header("content-type").unwrap_or_default();
        let head = format!("{} {} {media_type}\n{}", self.status, self.final_url, Hash::of(&self.body));
        Hash::of(head.as_bytes())
    }

    /// What a later conditional request may send back.
    pub fn validators(&self) -> Validators {
        Validators {
            etag: self.header("etag").map(str::to_owned),
            last_modified: self.header("last-modified").map(str::to_owned),
        }
    }
}

/// ETag and Last-Modified as the server sent them, for a conditional request. Source: RFC 9110 section 8.8.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Validators {
    /// The `ETag` header, quotes and weakness mark included.
    pub etag: Option<String>,
    /// The `Last-Modified` header as sent.
    pub last_modified: Option<String>,
}

impl Validators {
    /// Whether there is nothing to send.
    pub fn is_empty(&self) -> bool {
        self.etag.is_none() && self.last_modified.is_none()
    }
}
