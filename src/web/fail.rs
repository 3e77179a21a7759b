//! What went wrong, as a page with the next step, or as JSON for programs.
//!
//! In: a refusal or a failure. Out: a status and words in the reader's language. Never: more of a failure than the reader
//! can act on; the log has the rest.

use std::fmt;
use std::sync::Arc;

use askama::Template;
use axum::Json;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use super::ask::is_for_programs;
use super::frame::Frame;
use super::page;
use super::shown::shown;
use crate::cli::Stop;
use crate::store::StoreError;

/// Why a request has no other answer.
#[derive(Debug, Clone)]
pub(super) enum Fail {
    NoSuchPage,
    /// What was asked for is not known; in the store's words.
    Unknown(String),
    /// A value of the query is none: its name, and why.
    Wrong(String, String),
    /// A name of the query is none that the route has, or stands twice: which, and why.
    WrongName(String),
    ForeignHost,
    ForeignPage,
    NotLoggedIn,
    OnlyReading,
    /// A proxy lets others in where no password is asked for.
    Forwarded,
    /// A search that holds a reader of the store too long.
    TookTooLong,
    /// Site files cannot be written here, nor polls asked for.
    NoTools,
    /// The daemon does not poll this site.
    NotWatched(String),
    /// A site file cannot be read or written: which, and why.
    File(String),
    /// A form or an address that no route can read.
    Unfit(StatusCode),
    Store,
    /// One content of the store is damaged; all else can be read.
    Lost,
    Bug,
}

impl Fail {
    pub(super) fn wrong(name: &str, value: &str, why: &dyn fmt::Display) -> Self {
        Self::Wrong(name.to_owned(), format!("{value:?}: {why}"))
    }

    /// Why an answer is none: what a handler said, or that none could read the request. What is a page already stays.
    pub(super) fn of(answer: &Response) -> Option<Arc<Self>> {
        let said = answer.extensions().get::<Arc<Self>>().cloned();
        let media_type = answer.headers().get(CONTENT_TYPE).map(HeaderValue::as_bytes).unwrap_or_default();
        let is_bare = media_type.is_empty() || media_type.starts_with(b"text/plain");
        let unfit = || Arc::new(Self::Unfit(answer.status()));
        said.or_else(|| (answer.status().is_client_error() && is_bare).then(unfit))
    }

    fn status(&self) -> StatusCode {
        match self {
            Self::NoSuchPage | Self::Unknown(_) => StatusCode::NOT_FOUND,
            Self::Wrong(..) | Self::WrongName(_) => StatusCode::BAD_REQUEST,
            Self::ForeignHost => StatusCode::MISDIRECTED_REQUEST,
            Self::ForeignPage | Self::OnlyReading | Self::Forwarded | Self::NoTools => StatusCode::FORBIDDEN,
            Self::NotWatched(_) => StatusCode::CONFLICT,
            Self::TookTooLong => StatusCode::SERVICE_UNAVAILABLE,
            Self::NotLoggedIn => StatusCode::UNAUTHORIZED,
            Self::Unfit(status) => *status,
            Self::File(_) | Self::Store | Self::Lost | Self::Bug => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// Whether the address is wrong: to a program its description is the next step.
    fn is_about_address(&self) -> bool {
        matches!(self, Self::NoSuchPage | Self::Unknown(_) | Self::Wrong(..) | Self::WrongName(_) | Self::Unfit(_))
    }

    /// What it is, what exactly, and what to do next.
    fn words(&self, frame: &Frame) -> [String; 3] {
        let t = frame.t;
        let (what, exactly, next) = match self {
            Self::NoSuchPage => (t.not_found, String::new(), t.not_found_next),
            Self::Unknown(what) => (t.unknown, what.clone(), t.not_found_next),
            Self::Wrong(name, why) => (t.wrong_value, format!("{name} = {why}"), ""),
            Self::WrongName(which) => (t.wrong_name, which.clone(), ""),
            Self::ForeignHost => (t.foreign_host, String::new(), t.foreign_host_next),
            Self::ForeignPage => (t.foreign_page, String::new(), t.foreign_page_next),
            Self::NotLoggedIn => (t.not_logged_in, String::new(), t.not_logged_in_next),
            Self::OnlyReading => (t.only_reading, String::new(), t.only_reading_next),
            Self::Forwarded => (t.forwarded, String::new(), t.forwarded_next),
            Self::TookTooLong => (t.took_too_long, String::new(), t.took_too_long_next),
            Self::NoTools => (t.no_tools, String::new(), t.no_tools_next),
            Self::NotWatched(site) => (t.not_watched, site.clone(), t.not_watched_next),
            Self::File(why) => (t.file_failed, why.clone(), t.file_failed_next),
            Self::Unfit(status) => (t.unfit, status.to_string(), t.not_found_next),
            Self::Store => (t.store_failed, String::new(), t.store_failed_next),
            Self::Lost => (t.lost, String::new(), t.lost_next),
            Self::Bug => (t.failed, String::new(), t.failed_next),
        };
        [what.to_owned(), shown(&exactly), next.to_owned()]
    }

    /// The page that says so.
    pub(super) fn answer(&self, frame: &Frame) -> Response {
        let [what, exactly, next] = self.words(frame);
        let status = self.status();
        if is_for_programs(&frame.path) {
            let error = if exactly.is_empty() { what } else { format!("{what}: {exactly}") };
            let is_described = frame.path.starts_with("/api/") && self.is_about_address();
            let next = if is_described { frame.t.described.to_owned() } else { next };
            return (status, Json(json!({"error": error, "next": next}))).into_response();
        }
        (status, page::html(&FailPage { frame, what, exactly, next })).into_response()
    }
}

#[derive(Template)]
#[template(path = "fail.html", config = "src/web/askama.toml")]
struct FailPage<'a> {
    frame: &'a Frame,
    what: String,
    exactly: String,
    next: String,
}

/// What no route answers.
pub(super) async fn no_such_page() -> Fail {
    Fail::NoSuchPage
}

impl IntoResponse for Fail {
    /// Only its mark: the guard knows the reader's language and writes the page.
    fn into_response(self) -> Response {
        let mut answer = self.status().into_response();
        answer.extensions_mut().insert(Arc::new(self));
        answer
    }
}

impl From<StoreError> for Fail {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::UnknownReport { .. }
            | StoreError::AmbiguousReport { .. }
            | StoreError::UnknownRevision { .. } => Self::Unknown(error.to_string()),
            StoreError::TookTooLong => Self::TookTooLong,
            error => {
                tracing::error!("web page: {error}");
                if matches!(error, StoreError::Lost { .. }) { Self::Lost } else { Self::Store }
            }
        }
    }
}

impl From<Stop> for Fail {
    fn from(stop: Stop) -> Self {
        tracing::error!("web page: {stop}");
        Self::Store
    }
}

impl From<tokio::task::JoinError> for Fail {
    fn from(error: tokio::task::JoinError) -> Self {
        tracing::error!("web page: {error}");
        Self::Bug
    }
}
