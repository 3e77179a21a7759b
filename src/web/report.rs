//! A report: its text as it was read, what the portal states of it, its revisions, its files, and the evidence.
//!
//! In: a report, a revision. Out: a page made from the text alone. Never: the markup that was captured, or an address from
//! a portal that is loaded.

use askama::Template;
use axum::Extension;
use axum::extract::{Path, State};
use axum::response::Response;

use super::ask::Asked;
use super::body::{Part, body};
use super::fail::Fail;
use super::frame::Frame;
use super::shown::{When, bytes, capital, shown, stated, title};
use super::texts::Texts;
use super::{Web, page as pages};
use crate::cli::show;
use crate::model::{Document, Report, Revision};
use crate::store::{CaptureHead, HistoryRow, Store};

/// Reports of the same text that are named.
const MOST_COPIES: usize = 20;
/// Files and steps of its history that are shown before all are asked for.
const MOST_FILES: usize = 60;
const MOST_STEPS: usize = 60;
/// Headers of a capture that are shown.
const MOST_HEADERS: usize = 60;

#[derive(Template)]
#[template(path = "report.html", config = "src/web/askama.toml")]
struct ReportPage {
    frame: Frame,
    report: Head,
    /// What stands for the text, where there is none.
    instead: Option<&'static str>,
    body: String,
    part: Option<Part>,
    facts: Vec<(String, String)>,
    doubts: String,
    files: Vec<FileRow>,
    revisions: Vec<Step>,
    /// The query that shows all of them, where some are left out.
    all_files: Option<String>,
    all_steps: Option<String>,
    n_revisions: u32,
    copies: Vec<CopyRow>,
    n_copies: usize,
    captures: Vec<CaptureRow>,
    content_hash: Option<String>,
}

/// What stands over every page of a report.
pub(super) struct Head {
    pub(super) id: i64,
    pub(super) title: String,
    /// As people know it, and as an address of the page of the site.
    pub(super) site_name: String,
    pub(super) site: String,
    pub(super) listing: Option<String>,
    pub(super) url: String,
    /// The word of the JSON contract, and that of the reader.
    pub(super) state: &'static str,
    pub(super) state_word: &'static str,
    pub(super) published: Option<String>,
    pub(super) first_seen: When,
    /// When a walk went without it, where it was dated back.
    pub(super) absent: Option<When>,
    pub(super) last_seen: When,
    /// The revision shown; `None`: it was never read.
    pub(super) revision: Option<u32>,
}

impl Head {
    pub(super) fn of(
        web: &Web,
        t: &Texts,
        report: &Report,
        revision: Option<u32>,
        document: Option<&Document>,
    ) -> Self {
        let named = document.and_then(|document| document.title.as_deref()).or(report.title.as_deref());
        Self {
            id: report.report.0,
            title: named.map_or_else(|| t.no_title.to_owned(), title),
            site_name: web.site_name(&report.site),
            site: super::ask::encoded(report.site.as_str()),
            listing: report.listing.as_deref().map(shown),
            url: shown(&report.url),
            state: report.state.as_str(),
            state_word: t.state_word(report.state),
            published: document.map_or(report.published, |document| document.published).map(stated),
            first_seen: When::of(report.first_seen_at),
            absent: report.absent_at.map(When::of),
            last_seen: When::of(report.last_seen_at),
            revision,
        }
    }
}

/// A file of the report.
struct FileRow {
    title: String,
    about: String,
    url: String,
    text: Option<String>,
    bytes: Option<String>,
}

/// A step of its history.
struct Step {
    revision: Option<u32>,
    event: &'static str,
    word: &'static str,
    when: When,
    what: String,
    href: String,
    compare: Option<String>,
    is_shown: bool,
}

/// Another report of the same text.
struct CopyRow {
    href: String,
    site_name: String,
    title: String,
    state_word: &'static str,
    first_seen: When,
}

/// A capture, without its body.
struct CaptureRow {
    url: String,
    final_url: String,
    status: u16,
    when: When,
    size: String,
    hash: String,
    headers_said: String,
    headers: Vec<(String, String)>,
}

/// The page.
pub(super) async fn page(
    State(web): State<Web>,
    Extension(frame): Extension<Frame>,
    Path(asked_for): Path<String>,
    asked: Asked,
) -> Result<Response, Fail> {
    let (store, t) = (&web.0.store, frame.t);
    let report = store.find_report(&asked_for).await?;
    let number = asked.value::<u32>("revision")?.or(report.revision);
    let history = store.history(report.report).await?;
    let (revision, captures, copies) = match number {
        Some(number) => read(store, &report, number).await?,
        None => (None, Vec::new(), Vec::new()),
    };
    let document = revision.as_ref().map(|revision| &revision.document);
    let (body, part) = body(document, t, &asked)?;
    let n_files = document.map_or(0, |document| document.attachments.len());
    let (most_files, all_files) = most(&asked, "files", n_files, MOST_FILES);
    let (most_steps, all_steps) = most(&asked, "steps", history.len(), MOST_STEPS);
    let others: Vec<&Report> = copies.iter().filter(|copy| copy.report != report.report).collect();
    Ok(pages::html(&ReportPage {
        instead: instead(revision.as_ref(), t),
        body,
        part,
        facts: revision.as_ref().map(|revision| facts(&web, t, &report, revision)).unwrap_or_default(),
        doubts: revision.as_ref().map(|revision| t.doubt_words(&revision.doubts)).unwrap_or_default(),
        files: revision.as_ref().map(|revision| files(t, revision, most_files)).unwrap_or_default(),
        all_files,
        all_steps,
        revisions: history.iter().rev().take(most_steps).map(|row| step(t, &report, row, number)).collect(),
        n_revisions: report.revision.unwrap_or(0),
        copies: others.iter().take(MOST_COPIES).map(|copy| copy_row(&web, t, copy)).collect(),
        n_copies: copies.len(),
        captures: captures.iter().map(|head| capture_row(t, head)).collect(),
        content_hash: revision.as_ref().map(|revision| revision.fingerprint.content_hash.to_string()),
        report: Head::of(&web, t, &report, number, document),
        frame,
    }))
}

/// A revision, what it was read from, and the reports of its work.
async fn read(
    store: &Store,
    report: &Report,
    number: u32,
) -> Result<(Option<Revision>, Vec<CaptureHead>, Vec<Report>), Fail> {
    let revision = store.revision(report.report, number).await?;
    let members = match report.work {
        Some(work) => store.work_members(work).await?,
        None => Vec::new(),
    };
    Ok((Some(revision), store.capture_heads(report.report, number).await?, members))
}

/// How many of so many are shown, and the query that shows all of them, where some are left out.
fn most(asked: &Asked, name: &str, n: usize, usual: usize) -> (usize, Option<String>) {
    let most = if asked.text(name).is_some() { usize::MAX } else { usual };
    (most, (n > most).then(|| asked.with(name, Some("all"))))
}

/// What stands in the place of a text that there is not.
fn instead(revision: Option<&Revision>, t: &'static Texts) -> Option<&'static str> {
    let Some(Revision { document, capture, .. }) = revision else { return Some(t.not_read) };
    if document.worded().next().is_some() {
        return None;
    }
    Some(match (capture, document.attachments.is_empty()) {
        (None, true) => t.only_row,
        (Some(_), true) => t.no_text,
        (_, false) => t.no_body,
    })
}

/// What the page states about itself, by name, in reading order.
fn facts(web: &Web, t: &'static Texts, report: &Report, revision: &Revision) -> Vec<(String, String)> {
    use crate::model::FieldName as Field;
    let document = &revision.document;
    let kind = report.kind.as_deref().map(|kind| web.kind_name(kind));
    let kind = kind.map(|kind| report.year.map_or_else(|| kind.clone(), |year| format!("{kind} {year}")));
    let breadcrumb = (!document.breadcrumb.is_empty()).then(|| document.breadcrumb.join(" › "));
    let cited = (!document.cited.is_empty()).then(|| document.cited.join(t.choose("、", ", ")));
    let facts = [
        (t.field_word(Field::Source), document.source.clone()),
        (t.field_word(Field::Authority), document.authority.clone()),
        (t.field_word(Field::DocNo), document.doc_no.clone()),
        (t.field_word(Field::IndexNo), document.index_no.clone()),
        (t.field_word(Field::Written), document.written.map(stated)),
        (t.field_word(Field::Validity), document.validity.clone()),
        (t.field_word(Field::Effective), document.effective.map(stated)),
        (t.field_word(Field::Repealed), document.repealed.map(stated)),
        (t.field_word(Field::Topic), document.topic.clone()),
        (t.kind, kind),
        (t.field_word(Field::Column), document.column.clone()),
        (t.field_word(Field::Breadcrumb), breadcrumb),
        (t.field_word(Field::Cited), cited),
    ];
    facts.into_iter().filter_map(|(name, value)| Some((capital(name), shown(&value?)))).collect()
}

fn files(t: &'static Texts, revision: &Revision, most: usize) -> Vec<FileRow> {
    let address = |at: usize| format!("/reports/{}/revisions/{}/files/{at}", revision.report, revision.revision);
    let rows = revision.document.attachments.iter().take(most).enumerate().map(|(at, attachment)| {
        let file = attachment.file.as_ref();
        FileRow {
            title: title(&attachment.title),
            about: show::described(attachment, t.language()),
            url: shown(attachment.url.as_str()),
            text: file.and_then(|file| file.text_hash).map(|_| address(at + 1)),
            bytes: file.map(|file| format!("/contents/{}", file.bytes_hash)),
        }
    });
    rows.collect()
}

fn step(t: &'static Texts, report: &Report, row: &HistoryRow, number: Option<u32>) -> Step {
    let id = report.report;
    let fields: Vec<&str> = row.fields.iter().map(|field| t.field_word(*field)).collect();
    let pair = row.previous.zip(row.revision).filter(|(old, new)| old != new);
    let mut what = row.how.map_or_else(|| fields.join(t.choose("、", ", ")), |how| t.how_word(how).to_owned());
    if !row.doubts.is_empty() {
        let gap = if what.is_empty() { "" } else { t.choose("；", "; ") };
        what = format!("{what}{gap}{}{}{}", t.doubts, t.choose("：", ": "), t.doubt_words(&row.doubts));
    }
    Step {
        revision: row.revision,
        event: row.event.as_str(),
        word: t.event_word(row.event),
        when: When::of(row.seen_at),
        what,
        href: row.revision.map_or_else(|| format!("/reports/{id}"), |n| format!("/reports/{id}?revision={n}")),
        compare: pair.map(|(old, new)| format!("/reports/{id}/compare?old={old}&new={new}")),
        is_shown: row.revision.is_some() && row.revision == number,
    }
}

fn copy_row(web: &Web, t: &Texts, copy: &Report) -> CopyRow {
    CopyRow {
        href: format!("/reports/{}", copy.report),
        site_name: web.site_name(&copy.site),
        title: copy.title.as_deref().map_or_else(|| t.no_title.to_owned(), title),
        state_word: t.state_word(copy.state),
        first_seen: When::of(copy.first_seen_at),
    }
}

fn capture_row(t: &Texts, head: &CaptureHead) -> CaptureRow {
    let headers = head.headers.iter().take(MOST_HEADERS);
    CaptureRow {
        url: shown(&head.url),
        final_url: shown(&head.final_url),
        status: head.status,
        when: When::of(head.fetched_at),
        size: bytes(head.n_bytes),
        hash: head.body.to_string(),
        headers_said: Texts::with(t.headers, head.headers.len()),
        headers: headers.map(|(name, value)| (shown(name), shown(value))).collect(),
    }
}
