//! Two revisions of a report, compared: in one column or side by side, what did not change folded.
//!
//! In: a report and two of its revisions. Out: fields and edited parts, in parts of a page each, and all of it as text.
//! Never: an edit that stands in no part.

use std::sync::Arc;

use askama::Template;
use axum::Extension;
use axum::extract::{Path, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use serde_json::Value;

use super::ask::Asked;
use super::body::Part;
use super::compared::{Room, Row, Section, parted};
use super::fail::Fail;
use super::frame::Frame;
use super::report::Head;
use super::shown::When;
use super::texts::Texts;
use super::today::Choice;
use super::{Web, page as pages};
use crate::change::diff::{self, Diff};
use crate::cli::diff::{FileTexts, files as file_words, object as diff_object, texts};
use crate::model::{Report, Revision};

/// Revisions that a form offers by name; of more, the number is written.
const MOST_OFFERED: u32 = 100;

#[derive(Template)]
#[template(path = "compare.html", config = "src/web/askama.toml")]
struct ComparePage {
    frame: Frame,
    report: Head,
    is_side: bool,
    old: Side,
    new: Side,
    newest: u32,
    olds: Vec<Choice>,
    news: Vec<Choice>,
    /// The query of the other way to show it.
    other: String,
    sections: Vec<Section>,
    part: Option<Part>,
    /// Where all of it is one text.
    whole: String,
    is_same: bool,
    is_truncated: bool,
}

/// One of the two revisions.
struct Side {
    revision: u32,
    when: When,
    href: String,
}

/// The two revisions that are asked for.
pub(super) async fn pair(web: &Web, asked_for: &str, asked: &Asked) -> Result<(Report, Revision, Revision), Fail> {
    let store = &web.0.store;
    let report = store.find_report(asked_for).await?;
    let new = asked.value::<u32>("new")?.unwrap_or(report.revision.unwrap_or(1));
    let old = asked.value::<u32>("old")?.unwrap_or_else(|| new.saturating_sub(1).max(1));
    let (old, new) = (store.revision(report.report, old).await?, store.revision(report.report, new).await?);
    Ok((report, old, new))
}

/// The object of `diff` about them. Comparisons wait for each other.
pub(super) async fn object(web: &Web, (report, old, new): (Report, Revision, Revision)) -> Result<Value, Fail> {
    let _turn = web.0.comparisons.acquire().await.map_err(|_| Fail::Bug)?;
    let texts = texts(&web.0.store, &old, &new).await?;
    let comparing = move || diff_object(&report, &old, &new, &file_words(&texts, &old, &new));
    Ok(tokio::task::spawn_blocking(comparing).await?)
}

/// The page.
pub(super) async fn page(
    State(web): State<Web>,
    Extension(frame): Extension<Frame>,
    Path(asked_for): Path<String>,
    asked: Asked,
) -> Result<Response, Fail> {
    let (report, old, new) = pair(&web, &asked_for, &asked).await?;
    let newest = report.revision.unwrap_or(1);
    let head = Head::of(&web, frame.t, &report, Some(new.revision), Some(&new.document));
    let _turn = web.0.comparisons.acquire().await.map_err(|_| Fail::Bug)?;
    let files = texts(&web.0.store, &old, &new).await?;
    let t = frame.t;
    let is_side = asked.text("view") == Some("side");
    let wanted = asked.value::<usize>("part")?.unwrap_or(1).max(1);
    let (old, new) = (Arc::new(old), Arc::new(new));
    let compared = {
        let (old, new) = (Arc::clone(&old), Arc::clone(&new));
        tokio::task::spawn_blocking(move || compared(t, &old, &new, &files, Room::of(wanted, is_side))).await?
    };
    let choices = |chosen: u32| {
        let choice = |n: u32| Choice { value: n.to_string(), word: n.to_string(), is_chosen: n == chosen };
        if newest > MOST_OFFERED { Vec::new() } else { (1..=newest).map(choice).collect() }
    };
    Ok(pages::html(&ComparePage {
        is_side,
        newest,
        other: asked.with("view", (!is_side).then_some("side")),
        olds: choices(old.revision),
        news: choices(new.revision),
        whole: format!("/reports/{}/compare.txt?old={}&new={}", report.report, old.revision, new.revision),
        old: side(&old),
        new: side(&new),
        is_same: compared.is_same,
        sections: compared.sections,
        part: Part::of(&asked, compared.part, compared.n_parts, t),
        is_truncated: compared.is_truncated,
        report: head,
        frame,
    }))
}

/// All of it as one unified text, to be saved.
pub(super) async fn whole(
    State(web): State<Web>,
    Path(asked_for): Path<String>,
    asked: Asked,
) -> Result<Response, Fail> {
    let pair = pair(&web, &asked_for, &asked).await?;
    let name = format!("report-{}-{}-{}.diff", pair.0.report, pair.1.revision, pair.2.revision);
    let mut object = object(&web, pair).await?;
    let Some(Value::String(text)) = object.get_mut("diff").map(Value::take) else { return Err(Fail::Bug) };
    let headers = [
        (CONTENT_TYPE, "text/plain; charset=utf-8".to_owned()),
        (CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
    ];
    Ok((headers, text).into_response())
}

fn side(revision: &Revision) -> Side {
    Side {
        revision: revision.revision,
        when: When::of(revision.seen_at),
        href: format!("/reports/{}?revision={}", revision.report, revision.revision),
    }
}

/// What one part shows of all that differs.
struct Compared {
    sections: Vec<Section>,
    part: usize,
    n_parts: usize,
    is_same: bool,
    is_truncated: bool,
}

fn compared(t: &'static Texts, old: &Revision, new: &Revision, files: &[FileTexts], room: Room) -> Compared {
    let diff = diff::hunks(&old.document, &new.document);
    let words = file_words(files, old, new);
    let all = || std::iter::once(&diff).chain(words.iter().map(|words| words.view().diff));
    let (is_same, is_truncated) = (all().all(Diff::is_empty), all().any(|diff| diff.is_truncated));
    let files = || files.iter().map(|(title, ..)| title.as_str()).zip(&words);
    let (mut sections, mut n_parts) = parted(t, &diff, new, files(), room);
    let part = room.wanted().min(n_parts);
    if part < room.wanted() {
        // Who asks for a part that is not there is shown the last one.
        (sections, n_parts) = parted(t, &diff, new, files(), Room::of(part, room.is_side()));
    }
    Compared { sections, part, n_parts, is_same, is_truncated }
}
