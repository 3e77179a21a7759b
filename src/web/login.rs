//! The way in and the way out.
//!
//! In: a password. Out: a session, whose digest is kept. Never: a word on whether it was nearly right, or more tries than
//! a person needs.

use askama::Template;
use axum::extract::State;
use axum::http::header::{ORIGIN, SET_COOKIE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use axum::{Extension, Form};
use serde::Deserialize;

use super::access::SESSION;
use super::ask::{Asked, own_path};
use super::fail::Fail;
use super::frame::Frame;
use super::guard::{Caller, cookie, text};
use super::{Web, page as pages};

pub(super) const SESSION_COOKIE: &str = "govwatch-session";

#[derive(Template)]
#[template(path = "login.html", config = "src/web/askama.toml")]
struct LoginPage {
    frame: Frame,
    to: String,
    trouble: Option<&'static str>,
}

/// What the form sends.
#[derive(Deserialize)]
pub(super) struct Shown {
    #[serde(default)]
    password: String,
    #[serde(default)]
    to: String,
}

/// The form.
pub(super) async fn page(State(web): State<Web>, Extension(frame): Extension<Frame>, asked: Asked) -> Response {
    let to = own_path(asked.text("to").unwrap_or("/")).to_owned();
    if !web.0.access.asks_password() {
        return Redirect::to(&to).into_response();
    }
    pages::html(&LoginPage { frame, to, trouble: None })
}

/// Takes a password.
pub(super) async fn enter(
    State(web): State<Web>,
    Extension(frame): Extension<Frame>,
    Extension(caller): Extension<Caller>,
    headers: HeaderMap,
    Form(shown): Form<Shown>,
) -> Result<Response, Fail> {
    let access = &web.0.access;
    let to = own_path(&shown.to).to_owned();
    let refusal = if !access.may_try(caller.address) {
        Some((StatusCode::TOO_MANY_REQUESTS, frame.t.too_many_tries))
    } else if !access.is_password(shown.password).await {
        tracing::warn!("web page: a wrong password from {}", caller.address);
        Some((StatusCode::FORBIDDEN, frame.t.wrong_password))
    } else {
        None
    };
    if let Some((status, trouble)) = refusal {
        return Ok((status, pages::html(&LoginPage { frame, to, trouble: Some(trouble) })).into_response());
    }
    let (session, digest) = access.new_session().map_err(|error| {
        tracing::error!("web page: no randomness for a session: {error}");
        Fail::Bug
    })?;
    let now = web.0.clock.now();
    web.0.store.add_session(digest, now, now.checked_add(SESSION).unwrap_or(now)).await?;
    Ok(([(SET_COOKIE, kept(&headers, &session, SESSION.as_secs()))], Redirect::to(&to)).into_response())
}

/// Ends the session.
pub(super) async fn leave(State(web): State<Web>, headers: HeaderMap) -> Result<Response, Fail> {
    if let Some(session) = cookie(&headers, SESSION_COOKIE) {
        web.0.store.end_session(web.0.access.session_digest(session)).await?;
    }
    Ok(([(SET_COOKIE, kept(&headers, "", 0))], Redirect::to("/login")).into_response())
}

/// The session's cookie. Where the page is reached by https it goes by https only.
fn kept(headers: &HeaderMap, session: &str, seconds: u64) -> String {
    let is_secure = text(headers, ORIGIN).is_some_and(|origin| origin.starts_with("https://"));
    let secure = if is_secure { "; Secure" } else { "" };
    format!("{SESSION_COOKIE}={session}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}")
}
