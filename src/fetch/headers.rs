//! The headers of one request.
//!
//! In: a plan and where it is. Out: what is sent beside the library's own lines. Never: a secret of a site file, or a
//! cookie, to another origin; a header of a page's script that would say who we are or what we can read.

use reqwest::header::{self, HeaderMap, HeaderName, HeaderValue};
use url::Url;

use super::{FetchError, FetchPlan, Fetcher, Trip};
use crate::config::Network;

/// The encodings that we can take off.
const ACCEPT_ENCODING: &str = "gzip, deflate, br";
/// Portals with an English twin choose by it.
const ACCEPT_LANGUAGE: &str = "zh-CN,zh;q=0.9,*;q=0.5";
/// Headers that a site file may not set: they are the library's, or they are our honest name.
const OUR_HEADERS: [&str; 8] = [
    "accept-encoding",
    "connection",
    "content-length",
    "host",
    "proxy-authorization",
    "te",
    "transfer-encoding",
    "user-agent",
];

impl Fetcher {
    /// The headers of one hop. What may be secret goes to the origin of the plan alone.
    pub(super) fn headers(&self, trip: &Trip, plan: &FetchPlan) -> Result<HeaderMap, FetchError> {
        let (url, mut headers) = (&trip.at, trip.of_script.clone().unwrap_or_default());
        headers.insert(header::ACCEPT_LANGUAGE, HeaderValue::from_static(ACCEPT_LANGUAGE));
        if url.origin() == plan.url.origin() {
            for (name, value) in &plan.rule.headers {
                let (name, value) = own_header(name, value)?;
                headers.insert(name, value);
            }
        }
        if plan.rule.cookies
            && let Some(cookies) = self.jar.header(url, &self.shared.limits)
        {
            insert(&mut headers, header::COOKIE, &cookies);
        }
        insert(&mut headers, header::ACCEPT_ENCODING, ACCEPT_ENCODING);
        if plan.is_drawn() {
            return Ok(headers);
        }
        if let Some(etag) = &plan.validators.etag {
            insert(&mut headers, header::IF_NONE_MATCH, etag);
        }
        if let Some(date) = &plan.validators.last_modified {
            insert(&mut headers, header::IF_MODIFIED_SINCE, date);
        }
        Ok(headers)
    }
}

/// A pinned name is asked at its pin, port included, and still hears its own name and port.
pub(super) fn pin_host(url: &Url, network: &Network, headers: &mut HeaderMap) {
    if let (Some(host), Some(port)) = (url.host_str(), url.port())
        && network.resolve.contains_key(host)
    {
        insert(headers, header::HOST, &format!("{host}:{port}"));
    }
}

/// A header of the site file, checked.
fn own_header(name: &str, value: &str) -> Result<(HeaderName, HeaderValue), FetchError> {
    let wrong = |why: &str| FetchError::Setting { what: format!("`fetch.headers`: {name:?} {why}") };
    if OUR_HEADERS.iter().any(|ours| name.eq_ignore_ascii_case(ours)) {
        return Err(wrong("is set by govwatch itself; leave it out"));
    }
    let key = HeaderName::from_bytes(name.as_bytes()).map_err(|_| wrong("is no header name"))?;
    let mut value = HeaderValue::from_str(value).map_err(|_| wrong("has a value that cannot stand in a header"))?;
    value.set_sensitive(true);
    Ok((key, value))
}

/// Sets a header unless the text cannot stand in one, as a validator that a server made up may not.
fn insert(headers: &mut HeaderMap, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name, value);
    }
}
