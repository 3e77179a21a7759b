//! Templates as answers.

use askama::Template;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};

/// A page.
pub(super) fn html(template: &impl Template) -> Response {
    match template.render() {
        Ok(text) => Html(text).into_response(),
        Err(error) => {
            // A template that cannot be written is a mistake of ours: it must not look like an empty page.
            tracing::error!("web page: {error}");
            (StatusCode::INTERNAL_SERVER_ERROR, "the page could not be written; the log says more\n").into_response()
        }
    }
}
