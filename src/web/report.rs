//! A report: its text as it was read, what the portal states of it, its revisions, its files, and the evidence.
//!
//! In: a report, a revision. Out: a page made from the text alone. Never: the markup that was captured, or an address from
//! a portal that is loaded.

use askama::Template;
use axum::Extension;
use axum::extract::{Path, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};

use super::ask::Asked;
use super::fail::Fail;
use super::frame::Frame;
use super::shown::{When, bytes, capital, short, shown, stated, title};
use super::texts::Texts;
use super::{Web, page as pages};
use crate::cli::show::{AttachmentRow, body_html};
use crate::model::{Block, BlockKind, Document, Hash, Report, Revision};
use crate::store::{CaptureHead, HistoryRow};

/// Bytes of text on one page; longer texts go on over several, so that each page stays below 100 KB.
const A_PART_BYTES: usize = 48 << 10;
/// Reports of the same text that are named.
const MOST_COPIES: usize = 20;
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
            published: report.published.map(stated),
            first_seen: When::of(report.first_seen_at),
            last_seen: When::of(report.last_seen_at),
            revision,
        }
    }
}

/// One part of a long text.
struct Part {
    said: String,
    next: Option<String>,
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
        Some(number) => {
            let revision = store.revision(report.report, number).await?;
            let members = match report.work {
                Some(work) => store.work_members(work).await?,
                None => Vec::new(),
            };
            (Some(revision), store.capture_heads(report.report, number).await?, members)
        }
        None => (None, Vec::new(), Vec::new()),
    };
    let document = revision.as_ref().map(|revision| &revision.document);
    let (body, part) = body(document, t, &asked)?;
    let others: Vec<&Report> = copies.iter().filter(|copy| copy.report != report.report).collect();
    Ok(pages::html(&ReportPage {
        instead: instead(document, t),
        body,
        part,
        facts: revision.as_ref().map(|revision| facts(&web, t, &report, revision)).unwrap_or_default(),
        doubts: revision.as_ref().map(doubts).unwrap_or_default(),
        files: revision.as_ref().map(files).unwrap_or_default(),
        revisions: history.iter().rev().map(|row| step(t, &report, row, number)).collect(),
        n_revisions: report.revision.unwrap_or(0),
        copies: others.iter().take(MOST_COPIES).map(|copy| copy_row(&web, t, copy)).collect(),
        n_copies: copies.len(),
        captures: captures.iter().map(|head| capture_row(t, head)).collect(),
        content_hash: revision.as_ref().map(|revision| revision.fingerprint.content_hash.to_string()),
        report: Head::of(&web, t, &report, number, document),
        frame,
    }))
}

fn instead(document: Option<&Document>, t: &'static Texts) -> Option<&'static str> {
    match document {
        None => Some(t.not_read),
        Some(document) => document.worded().next().is_none().then_some(t.no_body),
    }
}

/// The text, or the part of it that is asked for.
fn body(document: Option<&Document>, t: &Texts, asked: &Asked) -> Result<(String, Option<Part>), Fail> {
    let blocks = document.map(|document| document.blocks.as_slice()).unwrap_or_default();
    let parts = parts(blocks);
    let wanted = asked.value::<usize>("part")?.unwrap_or(1).clamp(1, parts.len().max(1));
    let shown = parts.get(wanted - 1).map(|blocks| body_html(blocks)).unwrap_or_default();
    let said = || Texts::with(&Texts::with(t.part_of, wanted), parts.len());
    let next = (wanted < parts.len()).then(|| asked.with("part", Some(&(wanted + 1).to_string())));
    Ok((shown, (parts.len() > 1).then(|| Part { said: said(), next })))
}

/// The blocks in parts of a page each; a table is not cut but where it alone is longer.
fn parts(blocks: &[Block]) -> Vec<&[Block]> {
    let mut parts = Vec::new();
    let (mut start, mut n_bytes) = (0, 0);
    for (at, block) in blocks.iter().enumerate() {
        let is_inside = block.kind == BlockKind::Row && at > start && blocks[at - 1].kind == BlockKind::Row;
        let most = if is_inside { 2 * A_PART_BYTES } else { A_PART_BYTES };
        if n_bytes + block.text.len() > most && at > start {
            parts.push(&blocks[start..at]);
            (start, n_bytes) = (at, 0);
        }
        n_bytes += block.text.len();
    }
    if start < blocks.len() {
        parts.push(&blocks[start..]);
    }
    parts
}

fn doubts(revision: &Revision) -> String {
    let doubts: Vec<&str> = revision.doubts.iter().map(|doubt| doubt.as_str()).collect();
    doubts.join(", ").replace('_', " ")
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

fn files(revision: &Revision) -> Vec<FileRow> {
    let address = |at: usize| format!("/reports/{}/revisions/{}/files/{at}", revision.report, revision.revision);
    let rows = revision.document.attachments.iter().enumerate().map(|(at, attachment)| {
        let file = attachment.file.as_ref();
        FileRow {
            title: title(&attachment.title),
            about: AttachmentRow::from(attachment).about,
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
    Step {
        revision: row.revision,
        event: row.event.as_str(),
        word: t.event_word(row.event),
        when: When::of(row.seen_at),
        what: row.how.map_or_else(|| fields.join(t.choose("、", ", ")), |how| t.how_word(how).to_owned()),
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
pub(super) async fn file(
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
        about: AttachmentRow::from(attachment).about,
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

/// The bytes of a content, to be saved. Nothing of it is opened by the browser, whatever it is.
pub(super) async fn content(State(web): State<Web>, Path(hash): Path<String>) -> Result<Response, Fail> {
    let parsed: Hash = hash.parse().map_err(|error| Fail::wrong("hash", &hash, &error))?;
    let bytes = web.0.store.content(parsed).await?.ok_or_else(|| Fail::Unknown(hash.clone()))?;
    let headers = [
        (CONTENT_TYPE, "application/octet-stream".to_owned()),
        (CONTENT_DISPOSITION, format!("attachment; filename=\"{}.bin\"", short(parsed))),
        // A content never changes: its name is its hash.
        (CACHE_CONTROL, "private, max-age=31536000, immutable".to_owned()),
    ];
    Ok((headers, bytes).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_texts_go_on_over_parts_and_nothing_is_lost() {
        let blocks: Vec<Block> = (0..40).map(|_| Block::new(BlockKind::Paragraph, "字".repeat(1000))).collect();
        let parts = parts(&blocks);
        assert_eq!(parts.iter().map(|part| part.len()).sum::<usize>(), 40);
        assert_eq!(parts.len(), 3);
        assert_eq!(super::parts(&[]).len(), 0);
    }

    #[test]
    fn a_table_is_cut_only_where_it_alone_is_too_long() {
        let row = |n: usize| Block::new(BlockKind::Row, "甲\t".repeat(n));
        let mut blocks: Vec<Block> = vec![Block::new(BlockKind::Paragraph, "字".repeat(16_000))];
        blocks.extend((0..10).map(|_| row(300)));
        assert_eq!(parts(&blocks).iter().map(|part| part.len()).collect::<Vec<_>>(), [11]);
    }
}
