//! What a browser is given for a request that it stopped at. Pure.
//!
//! In: an answer of the fetcher's. Out: the parameters of `Fetch.fulfillRequest`. Never: a header that would make the
//! browser do more than show the answer: cookies, other places, reports, what to load beforehand.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::verdict::Stopped;
use crate::fetch::body::Answer;

/// Headers of an answer that are not told to the browser: those of the transfer, which was ours, and those by which it
/// would act.
const NOT_TOLD: [&str; 21] = [
    "alt-svc",
    "clear-site-data",
    "connection",
    "content-disposition",
    "content-encoding",
    "content-length",
    "keep-alive",
    "link",
    "location",
    "nel",
    "refresh",
    "report-to",
    "reporting-endpoints",
    "service-worker-allowed",
    "set-cookie",
    "speculation-rules",
    "strict-transport-security",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "x-frame-options",
];

/// The page itself; `charset` where the site file knows better than the page.
pub(super) fn page(id: &str, answer: &Answer, charset: Option<&str>) -> Value {
    let mut headers = told(answer);
    if let Some(charset) = charset {
        headers.retain(|(name, _)| *name != "content-type");
        headers.push(("content-type", format!("text/html; charset={charset}")));
    }
    fulfilled(id, answer.status, &headers, &answer.body)
}

/// What a page asked for.
pub(super) fn part(id: &str, answer: &Answer) -> Value {
    fulfilled(id, answer.status, &told(answer), &answer.body)
}

/// An empty style sheet: pages wait for theirs, and their text does not need it.
pub(super) fn blank(id: &str) -> Value {
    fulfilled(id, 200, &[("content-type", "text/css".to_owned())], b"")
}

/// Leave to ask another host of the site: it is one because its file says so.
pub(super) fn preflight(stopped: &Stopped) -> Value {
    let asked = |name: &str| stopped.header(name).unwrap_or_default().to_owned();
    let headers = [
        ("access-control-allow-origin", asked("origin")),
        ("access-control-allow-methods", asked("access-control-request-method")),
        ("access-control-allow-headers", asked("access-control-request-headers")),
        ("access-control-allow-credentials", "true".to_owned()),
    ];
    fulfilled(&stopped.id, 204, &headers, b"")
}

fn told(answer: &Answer) -> Vec<(&str, String)> {
    let told = answer.headers.iter().filter(|(name, _)| !NOT_TOLD.contains(&name.as_str()));
    told.map(|(name, value)| (name.as_str(), value.clone())).collect()
}

fn fulfilled(id: &str, status: u16, headers: &[(&str, String)], body: &[u8]) -> Value {
    let headers: Vec<Value> = headers.iter().map(|(name, value)| json!({ "name": name, "value": value })).collect();
    json!({ "requestId": id, "responseCode": status, "responseHeaders": headers, "body": STANDARD.encode(body) })
}
