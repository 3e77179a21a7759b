//! `show`: one revision of a report. In: a report, a revision. Out: text, Markdown, HTML, or a JSON object. Never: a
//! write, or a portal's markup: what is shown is made from the text alone.

use std::fmt::Write as _;

use clap::{Args, ValueEnum};
use serde_json::{Value, json};
use url::Url;

use super::out::{Out, clean};
use super::{Context, Exit, Stop, table, work};
use crate::change::render::{Colour, Lang};
use crate::model::{
    Attachment, Document, Doubt, EventKind, Hash, Member, Report, ReportId, ReportState, Revision, Work,
};
use crate::store::Store;

mod files;
mod html;
mod markdown;
mod parts;
#[cfg(test)]
mod tests;
pub(in crate::cli) mod text;

pub(crate) use files::described;

pub(crate) use super::attachment::AttachmentRow;
pub(crate) use html::body as body_html;

/// Columns of a page where output is piped.
const PAGE_WIDTH: usize = 100;

/// A terminal that says it is narrower (as of `script`, which says nothing) is taken for a page.
const LEAST_WIDTH: usize = 20;

/// What to show, and how.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  govwatch show 42\n  govwatch show 42 --revision 1 --format markdown > report.md")]
pub struct Show {
    /// Number or URL of the report
    #[arg(value_name = "REPORT")]
    pub report: String,
    /// Which revision, counted from 1 [default: the newest]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub revision: Option<u32>,
    /// With the texts of its attachments, as far as they are known
    #[arg(long)]
    pub attachments: bool,
    /// How it is written
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub format: Format,
}

/// How a report is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// Plain text with a short head
    Text,
    /// Markdown
    Markdown,
    /// A page of HTML
    Html,
}

/// Runs `show`.
pub async fn run(context: &Context, args: &Show) -> Result<Exit, Stop> {
    let store = Store::open_existing(&context.global.state)?;
    let report = store.find_report(&args.report).await?;
    let Some(revision) = args.revision.or(report.revision) else { return unread(context, &report) };
    let revision = store.revision(report.report, revision).await?;
    let missing = missing(&store, &report, &revision.document).await?;
    let work = work::of(&store, &report).await?;
    let standing = standing(&store, &report).await?;
    // What stands in its attachments alone is what there is to show.
    let has_words = context.global.json || revision.document.worded().next().is_some();
    let texts = if args.attachments || !has_words { texts(&store, &revision.document).await? } else { Vec::new() };
    if context.global.json {
        let beside = Beside { missing: &missing, texts: &texts, work: work.as_ref() };
        context.out.json(&object(&report, &revision, &beside))?;
        return Ok(Exit::Done);
    }
    let mut shown = Shown { missing: &missing, ..Shown::of(&report, &revision, &texts) };
    shown.facts.extend(work.iter().flat_map(of_work));
    // Before all that the page states, for it is what the page states no more.
    shown.facts.splice(0..0, standing.map(|standing| ("State", standing)));
    context.out.text(&shown.written(args.format, Style::of(&context.out)))?;
    Ok(Exit::Done)
}

/// That a report is suspect, withdrawn or lives elsewhere, how, and when that was seen; safe.
async fn standing(store: &Store, report: &Report) -> Result<Option<String>, Stop> {
    let told = async |of: ReportId, event: EventKind| {
        let last = store.history(of).await?.into_iter().rev().find(|row| row.event == event);
        Ok::<_, Stop>(last.map_or_else(String::new, |row| {
            let how = row.how.map(|how| format!(": {}", how.as_str().replace('_', " "))).unwrap_or_default();
            format!(", seen {} UTC{how}", table::minute(row.seen_at))
        }))
    };
    Ok(match (report.state, report.moved_to) {
        (ReportState::Withdrawn, _) => Some(format!("withdrawn{}", told(report.report, EventKind::Withdrawn).await?)),
        (ReportState::Moved, Some(to)) => {
            let there = store.find_report(&to.to_string()).await?;
            Some(clean(&format!("moved to report {to}, {}{}", there.url, told(to, EventKind::Moved).await?)))
        }
        (ReportState::Moved, None) => Some("moved".to_owned()),
        (ReportState::Suspect, _) => Some(format!(
            "suspect: last well {} UTC, and what came since is withheld until it has lasted or is over",
            table::minute(report.last_seen_at)
        )),
        (ReportState::Present, _) => None,
    })
}

/// Files that never came: where each is, and why the last try failed.
pub(crate) type Missing = Vec<(Url, String)>;

/// Texts of attachments, by their place.
pub(super) type FileTexts = Vec<(usize, String)>;

pub(crate) async fn missing(store: &Store, report: &Report, document: &Document) -> Result<Missing, Stop> {
    if document.attachments.iter().all(|attachment| attachment.file.is_some()) {
        return Ok(Missing::new());
    }
    let known = store.known_files(report.report).await?;
    let failed = known.into_iter().filter(|known| known.read.is_none());
    Ok(failed.filter_map(|known| Some((known.url, known.error?))).collect())
}

/// The texts of the attachments that have one, by their place.
async fn texts(store: &Store, document: &Document) -> Result<FileTexts, Stop> {
    let mut texts = FileTexts::new();
    for (at, hash) in text_hashes(document) {
        if let Some(text) = store.content(hash).await? {
            texts.push((at, String::from_utf8_lossy(&text).into_owned()));
        }
    }
    Ok(texts)
}

/// The attachments that have a text, by their place, and the content that holds it.
pub(super) fn text_hashes(document: &Document) -> impl Iterator<Item = (usize, Hash)> {
    let files = document.attachments.iter().map(|attachment| attachment.file.as_ref());
    files.enumerate().filter_map(|(at, file)| Some((at, file?.text_hash?)))
}

/// A report that is listed and was never read has nothing to show but its row.
fn unread(context: &Context, report: &Report) -> Result<Exit, Stop> {
    let title = report.title.as_deref().map(clean).unwrap_or_default();
    if context.global.json {
        let message = format!("report {} ({title}) is listed and was not read yet", report.report);
        return Err(Stop::new(Exit::Usage, message));
    }
    context.out.line(format!("{title}\n{}\nlisted, not read yet", clean(&report.url)))?;
    Ok(Exit::Done)
}

/// What is known beside a revision.
#[derive(Default)]
pub(crate) struct Beside<'a> {
    /// Files that never came, and why.
    pub(crate) missing: &'a [(Url, String)],
    /// Texts of attachments, where they were asked for.
    pub(crate) texts: &'a [(usize, String)],
    /// Its work.
    pub(crate) work: Option<&'a Work>,
}

/// The keys of an extracted page, those of the report, and which revision it is.
pub(crate) fn object(report: &Report, revision: &Revision, beside: &Beside<'_>) -> Value {
    let work = beside.work;
    let document = &revision.document;
    let fingerprint = &revision.fingerprint;
    let row = |(at, attachment)| {
        let row = AttachmentRow::from(attachment);
        let why = beside.missing.iter().find(|(url, _)| *url == row.url && row.state.is_none());
        let note = why.map_or_else(|| row.note.clone(), |(_, why)| Some(why.clone()));
        let text = beside.texts.iter().find(|(of, _)| *of == at).map(|(_, text)| text.clone());
        AttachmentRow { note, text, ..row }
    };
    let others = |member: &&Member| member.report != report.report;
    let copies: Vec<&Member> = work.iter().flat_map(|work| work.members.iter().filter(others)).collect();
    let attachments: Vec<AttachmentRow> = document.attachments.iter().enumerate().map(row).collect();
    json!({
        "report": report.report, "site": report.site, "listing": report.listing, "url": report.url,
        "kind": report.kind, "year": report.year, "work": report.work, "resembles": report.resembles,
        "first_publisher": work.and_then(|work| work.first_publisher), "copies": copies, "state": report.state,
        "revision": revision.revision, "event": revision.event, "seen_at": revision.seen_at,
        "first_seen_at": report.first_seen_at, "last_modified": revision.last_modified, "absent_at": report.absent_at,
        "title": document.title, "published": document.published, "source": document.source,
        "authority": document.authority, "index_no": document.index_no, "doc_no": document.doc_no,
        "written": document.written, "validity": document.validity, "effective": document.effective,
        "repealed": document.repealed, "topic": document.topic, "cited": document.cited,
        "division": document.division, "site_code": document.site_code,
        "column": document.column, "breadcrumb": document.breadcrumb, "text": document.text(),
        "blocks": document.blocks, "attachments": attachments, "from": document.from,
        "body_hash": fingerprint.body_hash, "content_hash": fingerprint.content_hash,
        "capture": revision.capture, "doubts": revision.doubts,
    })
}

/// What the page states about itself, by name, in reading order.
fn facts(report: &Report, revision: &Revision) -> Vec<(&'static str, String)> {
    let document = &revision.document;
    let doubts: Vec<&str> = revision.doubts.iter().map(|doubt| doubt.as_str()).collect();
    let absent = |at| format!("{} UTC, when its listing was walked to the end", table::minute(at));
    let stated = [
        ("URL", Some(report.url.clone())),
        ("Published", document.published.map(table::stated)),
        ("Last modified", revision.last_modified.clone()),
        ("First seen", Some(format!("{} UTC", table::minute(report.first_seen_at)))),
        ("Not there yet", report.absent_at.map(absent)),
        ("Source", document.source.clone()),
        ("Authority", document.authority.clone()),
        ("Document number", document.doc_no.clone()),
        ("Index number", document.index_no.clone()),
        ("Written", document.written.map(table::stated)),
        ("Validity", document.validity.clone()),
        ("Effective", document.effective.map(table::stated)),
        ("Repealed", document.repealed.map(table::stated)),
        ("Topic", document.topic.clone()),
        ("Kind", kind(report)),
        ("Revision", Some(revision_of(revision))),
        ("Doubts", (!doubts.is_empty()).then(|| doubts.join(", "))),
    ];
    stated.into_iter().filter_map(|(name, value)| Some((name, clean(&value?)))).collect()
}

/// What is known of its work: who published it first, its copies, and what it resembles; safe.
fn of_work(work: &Work) -> Vec<(&'static str, String)> {
    let resembles = (!work.resembles.is_empty()).then(|| ("Resembles", work::numbers(work)));
    std::iter::once(("Work", work::summary(work))).chain(resembles).collect()
}

/// Which revision it is, what made it, and when it was seen.
fn revision_of(revision: &Revision) -> String {
    let seen = table::minute(revision.seen_at);
    format!("{} ({}, seen {seen} UTC)", revision.revision, revision.event.as_str())
}

/// Its kind, and the year it reports on.
fn kind(report: &Report) -> Option<String> {
    match (&report.kind, report.year) {
        (Some(kind), Some(year)) => Some(format!("{kind}, {year}")),
        (Some(kind), None) => Some(kind.clone()),
        (None, _) => None,
    }
}

fn title(document: &Document, report: &Report) -> String {
    clean(document.title.as_deref().or(report.title.as_deref()).unwrap_or(&report.url))
}

/// A report as it is shown. Its texts are made safe for a terminal where they are written.
pub(in crate::cli) struct Shown<'a> {
    /// Its title, safe.
    title: String,
    /// What the page states about itself, by name, in reading order; safe.
    facts: Vec<(&'static str, String)>,
    document: &'a Document,
    doubts: &'a [Doubt],
    /// Whether no page of it was read: its row alone is known.
    is_by_row: bool,
    /// Texts of attachments: which of them, counted from 0, and its lines.
    files: &'a [(usize, String)],
    missing: &'a [(Url, String)],
}

impl<'a> Shown<'a> {
    /// A revision of a report, with the texts of those attachments that are to be shown after the body.
    pub(in crate::cli) fn of(report: &Report, revision: &'a Revision, files: &'a [(usize, String)]) -> Self {
        let document = &revision.document;
        Self {
            title: title(document, report),
            facts: facts(report, revision),
            document,
            doubts: &revision.doubts,
            is_by_row: revision.capture.is_none(),
            files,
            missing: &[],
        }
    }

    /// Written in this format.
    pub(in crate::cli) fn written(&self, format: Format, style: Style) -> String {
        match format {
            Format::Text => text::report(self, style),
            Format::Markdown => markdown::report(self),
            Format::Html => html::report(self),
        }
    }

    /// What stands in the place of a text that it does not have.
    fn instead_of_text(&self) -> Option<String> {
        files::instead_of_text(self.document, self.is_by_row)
    }

    /// What is known of a file, in one line; safe.
    fn about(&self, file: &Attachment) -> String {
        let why = self.missing.iter().find(|(url, _)| *url == file.url && file.file.is_none());
        let about = clean(&described(file, Lang::En));
        why.map_or_else(|| about.clone(), |(_, why)| format!("{about}: {}", clean(why)))
    }

    /// The texts of attachments under their titles.
    fn texts(&self) -> impl Iterator<Item = (String, &str)> {
        let title = |at: usize| self.document.attachments.get(at).map(|file| clean(&file.title));
        self.files.iter().filter_map(move |(at, text)| Some((title(*at)?, text.as_str())))
    }
}

/// How a terminal shows text.
#[derive(Debug, Clone, Copy)]
pub(in crate::cli) struct Style {
    /// Columns of the terminal.
    pub(in crate::cli) width: usize,
    /// Whether it shows bold text.
    pub(in crate::cli) colour: Colour,
}

impl Style {
    /// That of the terminal; of a page where output is piped.
    pub(in crate::cli) fn of(out: &Out) -> Self {
        let terminal = comfy_table::Table::new().width().map(usize::from).filter(|&width| width >= LEAST_WIDTH);
        Self { width: terminal.unwrap_or(PAGE_WIDTH), colour: out.colour }
    }
}

fn put(text: &mut String, line: std::fmt::Arguments<'_>) {
    text.write_fmt(line).expect("invariant: a String takes any text");
}
