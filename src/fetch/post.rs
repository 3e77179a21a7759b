//! What is sent out: a POST to a channel, through the gate that every request passes.
//!
//! In: an address of the settings, headers and a body. Out: status and the beginning of the answer. Never: a redirect
//! followed, an answer of more than 64 KiB read, or the address in an error, since it may hold a key.

use std::fmt;
use std::net::SocketAddr;
use std::time::Duration;

use bytes::Bytes;
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use tokio::time::timeout;
use url::{Host, Url};

use super::client::{self, Kind};
use super::gate::{self, Reach, Route};
use super::headers::pin_host;
use super::{FetchError, Fetcher, retry_after};

/// Most of an answer that is read: services answer with some hundred bytes.
const MOST_REPLY_BYTES: usize = 64 << 10;

/// What is sent.
#[derive(Clone)]
pub struct Outgoing<'a> {
    /// To where.
    pub url: &'a Url,
    /// Headers beside our own; names in lower case.
    pub headers: Vec<(&'static str, String)>,
    /// The media type of the body.
    pub media_type: &'static str,
    /// The body.
    pub body: Bytes,
    /// All the time there is.
    pub limit: Duration,
}

/// What came back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// The status.
    pub status: u16,
    /// How long the receiver wants to be left alone.
    pub retry_after: Option<Duration>,
    /// The answer, at most 64 KiB of it.
    pub body: String,
}

/// Why nothing came back, without the address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotSent(pub String);

impl fmt::Display for NotSent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Fetcher {
    /// Sends to an address of the settings. Neither robots.txt nor pace hold: it asked for it.
    pub async fn post(&self, post: Outgoing<'_>) -> Result<Reply, NotSent> {
        let limit = post.limit;
        let late = |_| NotSent(format!("no answer within {} s", limit.as_secs()));
        timeout(limit, self.exchange_post(post)).await.map_err(late)?
    }

    async fn exchange_post(&self, post: Outgoing<'_>) -> Result<Reply, NotSent> {
        let network = &self.shared.network;
        let route = Route { reach: Reach::Public, proxy: network.proxy.clone() };
        gate::ensure_askable(post.url, network, &route, &self.shared.limits).map_err(|error| told(&error))?;
        let mut headers = headers(&post)?;
        if route.proxy.is_none() {
            pin_host(post.url, network, &mut headers);
        }
        let kind = Kind { port: post.url.port_or_known_default().unwrap_or(0), route };
        let client = self.shared.clients.of(kind, &self.shared.limits).map_err(|error| told(&error))?;
        let sent = super::body::sent_url(post.url, &headers);
        let response = client.post(sent).headers(headers).body(post.body).send().await;
        let response = response.map_err(|error| NotSent(client::words(&error.without_url())))?;
        let status = response.status().as_u16();
        let wish = response.headers().get("retry-after").and_then(|value| value.to_str().ok());
        let retry_after = wish.and_then(|text| retry_after::wish(text, self.shared.clock.now(), &self.shared.limits));
        Ok(Reply { status, retry_after, body: beginning(response).await })
    }

    /// Where a mail server may be connected to: its addresses, those left out that the gate refuses.
    pub async fn reachable(&self, host: &str, port: u16) -> Result<Vec<SocketAddr>, NotSent> {
        let network = &self.shared.network;
        let bare = host.trim_matches(['[', ']']);
        let found = match (Host::parse(host), bare.parse()) {
            (_, Ok(ip)) => vec![SocketAddr::new(ip, port)],
            (Ok(Host::Domain(name)), Err(_)) => match network.resolve.get(&name) {
                Some(pin) => vec![*pin],
                None => self.shared.clients.lookup(&name, port).await.map_err(NotSent)?,
            },
            _ => return Err(NotSent(format!("{host:?} is not a host"))),
        };
        let mut refusal = format!("the name {host} has no address");
        let mut good = Vec::new();
        for address in found {
            match gate::ensure_reachable(address.ip(), address.port(), network, Reach::Public) {
                Ok(()) => good.push(address),
                Err(why) => refusal = why,
            }
        }
        if good.is_empty() { Err(NotSent(refusal)) } else { Ok(good) }
    }
}

fn headers(post: &Outgoing<'_>) -> Result<HeaderMap, NotSent> {
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(post.media_type));
    for (name, value) in &post.headers {
        let wrong = |_| NotSent(format!("the header {name} cannot be sent: a secret holds more than visible ASCII"));
        let mut value = HeaderValue::from_str(value).map_err(wrong)?;
        value.set_sensitive(true);
        headers.insert(HeaderName::from_static(name), value);
    }
    Ok(headers)
}

/// As much of an answer as is read; what breaks off is as good as what is too long.
async fn beginning(mut response: reqwest::Response) -> String {
    let mut bytes = Vec::new();
    while let Ok(Some(chunk)) = response.chunk().await {
        let room = MOST_REPLY_BYTES - bytes.len();
        bytes.extend_from_slice(&chunk[..chunk.len().min(room)]);
        if bytes.len() == MOST_REPLY_BYTES {
            break;
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// An error of the gate or of our own setting, without its URL.
fn told(error: &FetchError) -> NotSent {
    match error {
        FetchError::Refused { why, .. } => NotSent(format!("the address may not be asked: {why}")),
        FetchError::Setting { what } => NotSent(what.clone()),
        _ => NotSent("the address cannot be asked".to_owned()),
    }
}
