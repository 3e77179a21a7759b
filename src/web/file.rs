//! The files of a report: their texts as pages, and any content as bytes to be saved.
//!
//! In: a place in a revision, or a hash. Out: text, or a download. Never: a file that the browser opens.

use std::convert::Infallible;
use std::sync::Arc;

use askama::Template;
use axum::Extension;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures_util::{StreamExt, stream};

use super::ask::Asked;
use super::body::{Part, body};
use super::fail::Fail;
use super::frame::Frame;
use super::report::Head;
use super::shown::{short, title};
use super::{Web, page as pages};
use crate::cli::show;
use crate::model::{Block, BlockKind, Document, Hash};

/// Bytes sent at once.
const A_PIECE: usize = 64 << 10;

#[derive(Template)]
#[template(path = "file.html", config = "src/web/askama.toml")]
struct FilePage {
    frame: Frame,
    report: Head,
    title: String,
    about: String,
    body: String,
    part: Option<Part>,
}

/// The text of a file that a revision links to, counted from 1.
pub(super) async fn page(
    State(web): State<Web>,
    Extension(frame): Extension<Frame>,
    Path((asked_for, number, at)): Path<(String, u32, usize)>,
    asked: Asked,
) -> Result<Response, Fail> {
    let store = &web.0.store;
    let report = store.find_report(&asked_for).await?;
    let document = store.document(report.report, number).await?;
    let unknown = || Fail::Unknown(format!("report {} revision {number}: file {at}", report.report));
    let attachment = at.checked_sub(1).and_then(|at| document.attachments.get(at)).ok_or_else(unknown)?;
    let hash = attachment.file.as_ref().and_then(|file| file.text_hash).ok_or_else(unknown)?;
    let text = store.content(hash).await?.ok_or_else(unknown)?;
    let lines = Document { blocks: lines(&String::from_utf8_lossy(&text)), ..Document::default() };
    let (body, part) = body(Some(&lines), frame.t, &asked)?;
    Ok(pages::html(&FilePage {
        title: title(&attachment.title),
        about: show::described(attachment, frame.t.language()),
        body,
        part,
        report: Head::of(&web, frame.t, &report, Some(number), Some(&document)),
        frame,
    }))
}

/// The lines of a file's text; those with cells are rows.
fn lines(text: &str) -> Vec<Block> {
    let kind = |line: &str| if line.contains('\t') { BlockKind::Row } else { BlockKind::Paragraph };
    text.lines().filter(|line| !line.trim().is_empty()).map(|line| Block::new(kind(line), line)).collect()
}

/// A content in pieces that share its memory.
fn pieces(mut bytes: Bytes) -> impl Iterator<Item = Bytes> {
    std::iter::from_fn(move || (!bytes.is_empty()).then(|| bytes.split_to(bytes.len().min(A_PIECE))))
}

/// The bytes of a content, to be saved. Nothing of it is opened by the browser, whatever it is.
pub(super) async fn content(State(web): State<Web>, Path(hash): Path<String>) -> Result<Response, Fail> {
    let parsed: Hash = hash.parse().map_err(|error| Fail::wrong("hash", &hash, &error))?;
    let turn = Arc::clone(&web.0.contents).acquire_owned().await.map_err(|_| Fail::Bug)?;
    let bytes = web.0.store.content(parsed).await?.ok_or_else(|| Fail::Unknown(hash.clone()))?;
    let headers = [
        (CONTENT_TYPE, "application/octet-stream".to_owned()),
        (CONTENT_DISPOSITION, format!("attachment; filename=\"{}.bin\"", short(parsed))),
        // A content never changes: its name is its hash.
        (CACHE_CONTROL, "private, max-age=31536000, immutable".to_owned()),
    ];
    let n_bytes = bytes.len();
    let sent = stream::iter(pieces(bytes.into())).map(move |piece| {
        // Held until the last piece is taken, or whoever asked has gone.
        let _turn = &turn;
        Ok::<_, Infallible>(piece)
    });
    Ok((headers, [(CONTENT_LENGTH, n_bytes)], Body::from_stream(sent)).into_response())
}
