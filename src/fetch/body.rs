//! One request and its answer, under limits of time and size.
//!
//! In: a client, a URL and headers. Out: status, headers and the inflated body of this hop. Never: a redirect
//! followed, or a wait without a limit.

use std::time::Duration;

use reqwest::header::{CONTENT_TYPE, HOST, HeaderMap, HeaderValue, LOCATION};
use reqwest::{Client, Response};
use tokio::time::timeout;
use url::Url;

use super::FetchError;
use super::client;
use super::inflate::{Beyond, Caps, Inflate, InflateError};
use super::limits::Limits;
use super::resolve::ResolveError;
use crate::model::Post;

/// What may be received.
#[derive(Debug, Clone, Copy)]
pub(super) struct Room {
    pub(super) bytes: u64,
    pub(super) beyond: Beyond,
    /// Network time left.
    pub(super) time: Duration,
    /// All network time there was, for the message.
    pub(super) total: Duration,
    /// The setting or limit to name when the body is too large.
    pub(super) name: &'static str,
}

/// The answer of one hop.
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) headers: Vec<(String, String)>,
    /// `Location` as the bytes that came: portals send it in UTF-8 or GBK.
    pub(super) location: Option<Vec<u8>>,
    pub(super) body: Vec<u8>,
}

impl Answer {
    /// The first header of this lower-case name.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// Whether its Location says where to go.
    pub(super) fn is_redirect(&self) -> bool {
        matches!(self.status, 301 | 302 | 303 | 307 | 308)
    }
}

/// Asks one URL, by POST where there is something to post. `wire_bytes` counts what arrives even if the answer turns out to be an error.
pub(super) async fn ask(
    client: &Client,
    url: &Url,
    post: Option<&Post>,
    headers: HeaderMap,
    room: Room,
    limits: &Limits,
    wire_bytes: &mut u64,
) -> Result<Answer, FetchError> {
    let whole = async {
        let sent = sent_url(url, &headers);
        let request = match post {
            None => client.get(sent),
            Some(post) => client.post(sent).header(CONTENT_TYPE, post.form.media_type()).body(post.body.clone()),
        };
        let head = timeout(limits.first_byte, request.headers(headers).send()).await;
        let late = |_| FetchError::Timeout { url: url.clone(), what: "the first byte", limit: limits.first_byte };
        let response = head.map_err(late)?.map_err(|error| not_sent(url, &error, limits))?;
        receive(response, url, room, limits, wire_bytes).await
    };
    let late = |_| FetchError::Timeout { url: url.clone(), what: "the whole answer", limit: room.total };
    timeout(room.time, whole).await.map_err(late)?
}

/// The URL as the client takes it. A pinned name is asked with a `Host` header of ours and without its port, since
/// the client prefers a port in the URL to the one that the pin gives.
pub(super) fn sent_url(url: &Url, headers: &HeaderMap) -> Url {
    let mut sent = url.clone();
    sent.set_fragment(None);
    if headers.contains_key(HOST) {
        // Fails only for URLs without a host, which the gate refuses.
        let _ = sent.set_port(None);
    }
    sent
}

async fn receive(
    mut response: Response,
    url: &Url,
    room: Room,
    limits: &Limits,
    wire_bytes: &mut u64,
) -> Result<Answer, FetchError> {
    let limit = |what: String| FetchError::Limit { url: url.clone(), what };
    let mut answer = head(&response);
    let lines = answer.headers.iter().map(|(name, value)| name.len() + value.len() + ": \r\n".len());
    let header_bytes: usize = lines.sum();
    *wire_bytes += (header_bytes + "HTTP/1.1 200 OK\r\n\r\n".len()) as u64;
    if header_bytes > limits.header_bytes {
        return Err(limit(format!("a head of {header_bytes} bytes, more than {}", limits.header_bytes)));
    }
    if answer.is_redirect() || answer.status == 304 || super::error::is_refusal(answer.status) {
        // Their bodies say nothing that is kept.
        return Ok(answer);
    }

    let caps = Caps {
        bytes: room.bytes,
        ratio: limits.inflate_ratio,
        ratio_from: limits.inflate_ratio_from_bytes,
        encodings: limits.encodings,
        beyond: room.beyond,
    };
    let not_inflated = |error: InflateError| match error {
        InflateError::TooBig(_) => limit(format!("{error}, the limit of {}", room.name)),
        InflateError::Bomb(_) | InflateError::TooMany(_) | InflateError::Unknown(_) => limit(error.to_string()),
        InflateError::Broken(why) => FetchError::Broken { url: url.clone(), why },
    };
    let encodings = answer.headers.iter().filter(|(name, _)| name == "content-encoding");
    let mut inflate = Inflate::new(encodings.map(|(_, value)| value.as_str()), caps).map_err(not_inflated)?;
    while !inflate.is_full() {
        let idle = |_| FetchError::Timeout { url: url.clone(), what: "the next piece", limit: limits.idle };
        let piece = timeout(limits.idle, response.chunk()).await.map_err(idle)?;
        let Some(piece) = piece.map_err(|error| cut(url, &error))? else { break };
        *wire_bytes += piece.len() as u64;
        inflate.push(&piece).map_err(not_inflated)?;
    }
    answer.body = inflate.finish().map_err(not_inflated)?;
    Ok(answer)
}

/// The answer without its body.
fn head(response: &Response) -> Answer {
    let headers = response.headers();
    let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    Answer {
        status: response.status().as_u16(),
        headers: headers.iter().map(|(name, value)| (name.as_str().to_owned(), text(value))).collect(),
        location: headers.get(LOCATION).map(|value| value.as_bytes().to_vec()),
        body: Vec::new(),
    }
}

/// Why there was no answer.
fn not_sent(url: &Url, error: &reqwest::Error, limits: &Limits) -> FetchError {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(error) = cause {
        if let Some(ResolveError::Refused(why)) = error.downcast_ref() {
            return FetchError::Refused { url: url.to_string(), why: why.clone() };
        }
        cause = error.source();
    }
    if error.is_timeout() {
        return FetchError::Timeout { url: url.clone(), what: "the connection", limit: limits.connect };
    }
    let why = client::words(error);
    if why.contains("message head is too large") {
        let what = format!("the head has more than {} lines or 408 KiB", limits.header_lines);
        return FetchError::Limit { url: url.clone(), what };
    }
    FetchError::Unreachable { url: url.clone(), why }
}

/// Why the body ended.
fn cut(url: &Url, error: &reqwest::Error) -> FetchError {
    FetchError::Broken { url: url.clone(), why: client::words(error) }
}
