//! Style, icon and the script that follows a poll, embedded in the program.

use axum::extract::Path;
use axum::http::HeaderMap;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};

use super::api;
use super::fail::Fail;

/// Name, media type and text of each.
const FILES: [(&str, &str, &str); 3] = [
    ("style.css", "text/css; charset=utf-8", include_str!("static/style.css")),
    ("live.js", "text/javascript; charset=utf-8", include_str!("static/live.js")),
    ("icon.svg", "image/svg+xml", include_str!("static/icon.svg")),
];

/// One of the files.
pub(super) async fn file(Path(name): Path<String>, headers: HeaderMap) -> Result<Response, Fail> {
    let (_, media_type, text) = FILES.iter().find(|(known, ..)| *known == name).ok_or(Fail::NoSuchPage)?;
    // Asked for again after an upgrade: the name of a file does not say its version.
    let kept = [(CONTENT_TYPE, *media_type), (CACHE_CONTROL, "no-cache")];
    Ok(api::tagged(&headers, kept, text.as_bytes().to_vec()).into_response())
}
