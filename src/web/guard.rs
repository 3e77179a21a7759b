//! The one layer around every route: who is asked for, who asks, and what every answer says to the browser.
//!
//! In: any request. Out: the answer of its route, or a refusal. Never: a route that it does not stand before; what is
//! open to everybody is listed here.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::extract::{ConnectInfo, Request, State};
use axum::http::header::{
    AUTHORIZATION, CACHE_CONTROL, CONTENT_SECURITY_POLICY, COOKIE, FORWARDED, HOST, HeaderName, ORIGIN,
    REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use tokio::time::timeout;

use super::access::May;
use super::edit::MOST_FILE_BYTES;
use super::fail::Fail;
use super::frame::Frame;
use super::login::SESSION_COOKIE;
use super::{MOST_FORM_BYTES, Web, ask};

/// Nothing is loaded but our own style and icon; no script, no frame, no form that leads elsewhere.
const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; \
                      frame-ancestors 'none'";
/// The same for a page that follows a poll: our own script, and what it asks us.
const LIVE_POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; \
                           connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
/// What everybody may ask for: the way in, and what it needs.
const OPEN: [&str; 3] = ["/login", "/language", "/health"];
const OPEN_FOLDER: &str = "/static/";
/// Ways to leave that a reader may take although they are no reading.
const FOR_READERS: [&str; 3] = ["/login", "/logout", "/read"];

/// How long a form may take to come: a site file over a slow line takes seconds.
const BODY_WITHIN: Duration = Duration::from_secs(30);

const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");
const OPENER_POLICY: HeaderName = HeaderName::from_static("cross-origin-opener-policy");
const RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");

/// Where a request comes from; handlers find it in the request.
#[derive(Debug, Clone, Copy)]
pub(super) struct Caller {
    pub(super) address: IpAddr,
    pub(super) may: May,
}

/// The mark of an answer that may run our own script.
#[derive(Debug, Clone, Copy)]
struct Live;

/// The same page, which may run our own script.
pub(super) fn live(mut page: Response) -> Response {
    page.extensions_mut().insert(Live);
    page
}

/// Lets a request through or answers in the place of its route.
pub(super) async fn watch(State(web): State<Web>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let frame = Frame::of(&parts.headers, &parts.uri, &web);
    let mut answer = match heard(&web, &parts, body).await {
        Ok((caller, body)) => {
            parts.extensions.insert(caller);
            parts.extensions.insert(frame.clone());
            next.run(Request::from_parts(parts, body)).await
        }
        Err(refusal) => refusal,
    };
    if let Some(fail) = Fail::of(&answer) {
        answer = fail.answer(&frame);
    }
    put_headers(&mut answer);
    answer
}

/// Who asks, and all that he sends: within a time, and no more than his forms hold.
async fn heard(web: &Web, parts: &Parts, body: Body) -> Result<(Caller, Body), Response> {
    let caller = admit(web, parts).await?;
    if matches!(parts.method, Method::GET | Method::HEAD) {
        return Ok((caller, body));
    }
    let most = if caller.may < May::Change { MOST_FORM_BYTES } else { MOST_FILE_BYTES };
    let unfit = |status| Fail::Unfit(status).into_response();
    match timeout(BODY_WITHIN, to_bytes(body, most)).await {
        Ok(Ok(bytes)) => Ok((caller, Body::from(bytes))),
        Ok(Err(_)) => Err(unfit(StatusCode::PAYLOAD_TOO_LARGE)),
        Err(_) => Err(unfit(StatusCode::REQUEST_TIMEOUT)),
    }
}

async fn admit(web: &Web, request: &Parts) -> Result<Caller, Response> {
    let (headers, uri) = (&request.headers, &request.uri);
    let host = text(headers, HOST).unwrap_or_default();
    if !web.0.access.is_own_host(host) {
        return Err(Fail::ForeignHost.into_response());
    }
    let bearer = text(headers, AUTHORIZATION).and_then(|value| value.strip_prefix("Bearer "));
    let is_reading = matches!(request.method, Method::GET | Method::HEAD);
    // A browser sends a session by itself, whoever made it ask; a token only a program that has it.
    if !is_reading && bearer.is_none() && !is_own_page(headers, host) {
        return Err(Fail::ForeignPage.into_response());
    }
    let may = may(web, headers, bearer).await.map_err(Fail::into_response)?;
    let is_open = OPEN.contains(&uri.path()) || uri.path().starts_with(OPEN_FOLDER);
    let needed = if is_reading || FOR_READERS.contains(&uri.path()) { May::Read } else { May::Change };
    if may < needed && !is_open {
        return Err(shut_out(uri, may, is_reading));
    }
    let peer = request.extensions.get::<ConnectInfo<SocketAddr>>();
    let peer = peer.map_or(Ipv4Addr::LOCALHOST.into(), |ConnectInfo(address)| address.ip());
    let forwarded: Vec<&str> = headers.get_all(X_FORWARDED_FOR).iter().filter_map(|line| line.to_str().ok()).collect();
    let address = web.0.access.asker(peer, forwarded.into_iter());
    Ok(Caller { address, may })
}

async fn may(web: &Web, headers: &HeaderMap, bearer: Option<&str>) -> Result<May, Fail> {
    let access = &web.0.access;
    if let Some(bearer) = bearer {
        return Ok(access.token(bearer));
    }
    if !access.asks_password() {
        // It listens on loopback alone; a proxy there would let everybody in whom it hears.
        let is_forwarded = headers.contains_key(FORWARDED) || headers.contains_key(X_FORWARDED_FOR);
        return if is_forwarded { Err(Fail::Forwarded) } else { Ok(May::Change) };
    }
    let Some(session) = cookie(headers, SESSION_COOKIE) else { return Ok(May::Nothing) };
    let is_known = web.0.store.has_session(access.session_digest(session), web.0.clock.now()).await?;
    Ok(if is_known { May::Change } else { May::Nothing })
}

/// Programs are told; people are shown the way in.
fn shut_out(uri: &Uri, may: May, is_reading: bool) -> Response {
    match may {
        May::Nothing if is_reading && !ask::is_for_programs(uri.path()) => {
            let to = uri.path_and_query().map_or("/", |path| path.as_str());
            Redirect::to(&format!("/login?to={}", ask::encoded(to))).into_response()
        }
        May::Nothing => Fail::NotLoggedIn.into_response(),
        May::Read | May::Change => Fail::OnlyReading.into_response(),
    }
}

/// Whether one of our own pages asks. Source: W3C Fetch Metadata; browsers before it send `Origin` with every POST.
fn is_own_page(headers: &HeaderMap, host: &str) -> bool {
    if let Some(site) = text(headers, SEC_FETCH_SITE) {
        return site == "same-origin";
    }
    let origin = text(headers, ORIGIN).and_then(|origin| origin.split_once("://"));
    origin.is_some_and(|(_, authority)| authority.eq_ignore_ascii_case(host))
}

/// A header as text.
pub(super) fn text(headers: &HeaderMap, name: HeaderName) -> Option<&str> {
    headers.get(name)?.to_str().ok()
}

/// A cookie by its name.
pub(super) fn cookie<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    let all = headers.get_all(COOKIE).into_iter().filter_map(|value| value.to_str().ok());
    let pairs = all.flat_map(|value| value.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.into_iter().find(|(key, _)| *key == name).map(|(_, value)| value)
}

fn put_headers(answer: &mut Response) {
    let is_live = answer.extensions().get::<Live>().is_some();
    let fixed = [
        (CONTENT_SECURITY_POLICY, if is_live { LIVE_POLICY } else { POLICY }),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (X_FRAME_OPTIONS, "DENY"),
        // Not `no-referrer`: by it browsers send `Origin: null` with forms of our own, and over plain http nothing else says
        // whose they are. Source: W3C Fetch, "append a request Origin header".
        (REFERRER_POLICY, "same-origin"),
        (OPENER_POLICY, "same-origin"),
        (RESOURCE_POLICY, "same-origin"),
    ];
    let headers = answer.headers_mut();
    for (name, value) in fixed {
        headers.insert(name, HeaderValue::from_static(value));
    }
    // What a page shows is its reader's alone; the browser's own copy is asked for again.
    headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("private, no-cache"));
}
