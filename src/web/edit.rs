//! The file of a site: its text in a form, checked as `check` does, and written where it is right.
//!
//! In: a text, and the digest of what it was made from. Out: the file, its old text beside it; or every mistake with line
//! and key. Never: a text lost, neither the one that was sent nor the one that stands there.

use askama::Template;
use axum::Form;
use axum::extract::{Extension, Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::fail::Fail;
use super::frame::Frame;
use super::guard::Caller;
use super::shown::shown;
use super::tools::Standing;
use super::{Web, ask, page as pages};
use crate::config::Mistake;

/// Most bytes of a form with a site file: the file itself may have 1 MiB, and each byte becomes three at most.
pub(super) const MOST_FILE_BYTES: usize = 4 << 20;

#[derive(Template)]
#[template(path = "edit.html", config = "src/web/askama.toml")]
struct EditPage {
    frame: Frame,
    id: String,
    form: FileForm,
    mistakes: Vec<MistakeRow>,
    is_right: bool,
    /// What stands there now, where that is not what the text was made from.
    other: Option<String>,
}

/// The form of a text.
pub(super) struct FileForm {
    /// The site's id as an address.
    pub(super) address: String,
    pub(super) path: String,
    pub(super) text: String,
    /// The digest of what stood there when the text was begun; empty: nothing did.
    pub(super) was: String,
}

impl FileForm {
    pub(super) fn of(id: &str, standing: &Standing, text: String) -> Self {
        let path = shown(&standing.path.display().to_string());
        Self { address: ask::encoded(id), path, text, was: standing.digest() }
    }
}

/// A mistake of the text.
struct MistakeRow {
    line: Option<usize>,
    key: String,
    message: String,
    expected: String,
}

impl From<Mistake> for MistakeRow {
    fn from(mistake: Mistake) -> Self {
        Self {
            line: mistake.line,
            key: mistake.key.as_deref().map(shown).unwrap_or_default(),
            message: shown(&mistake.message),
            expected: mistake.expected.as_deref().map(shown).unwrap_or_default(),
        }
    }
}

/// The form with what stands there.
pub(super) async fn page(
    State(web): State<Web>,
    Extension(frame): Extension<Frame>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
) -> Result<Response, Fail> {
    let tools = web.tools(caller)?;
    let standing = tools.standing(&id).await?;
    let text = standing.text.clone().ok_or_else(|| Fail::Unknown(id.clone()))?;
    let mistakes = tools.mistakes(&id, &text).await?;
    let form = FileForm::of(&id, &standing, text);
    Ok(pages::html(&EditPage { frame, id, form, mistakes: rows(mistakes), is_right: false, other: None }))
}

fn rows(mistakes: Vec<Mistake>) -> Vec<MistakeRow> {
    mistakes.into_iter().map(MistakeRow::from).collect()
}

/// What the form sends.
#[derive(Deserialize)]
pub(super) struct Sent {
    text: String,
    #[serde(default)]
    was: String,
    /// Whether it is to be checked alone.
    #[serde(default)]
    check: String,
}

/// Checks a text, and writes it.
pub(super) async fn save(
    State(web): State<Web>,
    Extension(frame): Extension<Frame>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    Form(sent): Form<Sent>,
) -> Result<Response, Fail> {
    let tools = web.tools(caller)?;
    let standing = tools.standing(&id).await?;
    let text = as_in(&sent.text, standing.text.as_deref());
    let mistakes = tools.mistakes(&id, &text).await?;
    let is_other = standing.digest() != sent.was && standing.text.as_ref() != Some(&text);
    if is_other || !mistakes.is_empty() || !sent.check.is_empty() {
        let status = match (is_other, mistakes.is_empty()) {
            (true, _) => StatusCode::CONFLICT,
            (false, false) => StatusCode::UNPROCESSABLE_ENTITY,
            (false, true) => StatusCode::OK,
        };
        let (form, is_right) = (FileForm::of(&id, &standing, text), mistakes.is_empty());
        let other = is_other.then(|| standing.text.unwrap_or_default());
        let page = EditPage { frame, id, form, mistakes: rows(mistakes), is_right, other };
        return Ok((status, pages::html(&page)).into_response());
    }
    if standing.text.as_ref() != Some(&text) {
        tracing::info!(site = id, from = %caller.address, "web page: the site file is written");
        let form = FileForm::of(&id, &standing, text.clone());
        if let Err(fail) = tools.write(&id, standing, text).await {
            let Fail::File(why) = fail else { return Err(fail) };
            let unwritten =
                MistakeRow { line: None, key: String::new(), message: shown(&why), expected: String::new() };
            let page = EditPage { frame, id, form, mistakes: vec![unwritten], is_right: false, other: None };
            return Ok((StatusCode::INTERNAL_SERVER_ERROR, pages::html(&page)).into_response());
        }
        web.take_over(tools).await;
    }
    Ok(Redirect::to(&format!("/sites/{}?written=1", ask::encoded(&id))).into_response())
}

/// The text with the line ends of the file: a browser sends those of its own.
fn as_in(sent: &str, old: Option<&str>) -> String {
    let mut text = sent.replace("\r\n", "\n");
    if !text.ends_with('\n') {
        text.push('\n');
    }
    if old.is_some_and(|old| old.contains("\r\n")) { text.replace('\n', "\r\n") } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn line_ends_stay_those_of_the_file() {
        assert_eq!(as_in("a\r\nb", None), "a\nb\n");
        assert_eq!(as_in("a\r\nb\r\n", Some("a\n")), "a\nb\n");
        assert_eq!(as_in("a\r\nb\r\n", Some("a\r\n")), "a\r\nb\r\n");
    }
}
