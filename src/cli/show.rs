//! `show`: one revision of a report. In: a report, a revision. Out: text, Markdown, HTML, or a JSON object. Never: a
//! write, or a portal's markup: what is shown is made from the text alone.

use std::fmt::Write as _;

use clap::{Args, ValueEnum};
use serde_json::{Value, json};

use super::out::clean;
use super::{Context, Exit, Stop};
use crate::model::{Block, BlockKind, Document, Report, Revision};
use crate::store::{Store, StoreError};

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
    if context.global.json {
        context.out.json(&object(&report, &revision))?;
        return Ok(Exit::Done);
    }
    context.out.text(&match args.format {
        Format::Text => text(&report, &revision),
        Format::Markdown => markdown(&report, &revision),
        Format::Html => html(&report, &revision),
    })?;
    Ok(Exit::Done)
}

/// A report that is listed and was never read has nothing to show but its row.
fn unread(context: &Context, report: &Report) -> Result<Exit, Stop> {
    if context.global.json {
        return Err(StoreError::UnknownRevision { report: report.report, revision: 1 }.into());
    }
    let title = report.title.as_deref().map(clean).unwrap_or_default();
    context.out.line(format!("{title}\n{}\nlisted, not read yet", clean(&report.url)))?;
    Ok(Exit::Done)
}

/// The keys of an extracted page, those of the report, and which revision it is.
fn object(report: &Report, revision: &Revision) -> Value {
    let document = &revision.document;
    let fingerprint = &revision.fingerprint;
    json!({
        "report": report.report, "site": report.site, "listing": report.listing, "url": report.url,
        "kind": report.kind, "year": report.year, "work": report.work, "state": report.state,
        "revision": revision.revision, "event": revision.event, "seen_at": revision.seen_at,
        "title": document.title, "published": document.published, "source": document.source,
        "authority": document.authority, "index_no": document.index_no, "doc_no": document.doc_no,
        "written": document.written, "validity": document.validity, "site_code": document.site_code,
        "column": document.column, "breadcrumb": document.breadcrumb, "text": document.text(),
        "blocks": document.blocks, "attachments": document.attachments, "from": document.from,
        "body_hash": fingerprint.body_hash, "content_hash": fingerprint.content_hash,
        "capture": revision.capture, "doubts": revision.doubts,
    })
}

/// What the page states about itself, by name, in reading order.
fn facts(report: &Report, revision: &Revision) -> Vec<(&'static str, String)> {
    let document = &revision.document;
    let doubts: Vec<&str> = revision.doubts.iter().map(|doubt| doubt.as_str()).collect();
    let stated = [
        ("URL", Some(report.url.clone())),
        ("Published", document.published.map(|date| date.to_string())),
        ("Source", document.source.clone()),
        ("Authority", document.authority.clone()),
        ("Document number", document.doc_no.clone()),
        ("Index number", document.index_no.clone()),
        ("Written", document.written.map(|date| date.to_string())),
        ("Validity", document.validity.clone()),
        ("Revision", Some(format!("{} ({}, {})", revision.revision, revision.event.as_str(), revision.seen_at))),
        ("Doubts", (!doubts.is_empty()).then(|| doubts.join(", "))),
    ];
    stated.into_iter().filter_map(|(name, value)| Some((name, clean(&value?)))).collect()
}

fn title(document: &Document, report: &Report) -> String {
    clean(document.title.as_deref().or(report.title.as_deref()).unwrap_or(&report.url))
}

/// A block on one line; only the tabs between cells stay.
fn cells(block: &Block) -> Vec<String> {
    block.text.split('\t').map(clean).collect()
}

fn text(report: &Report, revision: &Revision) -> String {
    let mut text = title(&revision.document, report) + "\n";
    for (name, value) in facts(report, revision) {
        put(&mut text, format_args!("{name}: {value}\n"));
    }
    text.push('\n');
    for block in &revision.document.blocks {
        put(&mut text, format_args!("{}\n", cells(block).join("\t")));
    }
    for file in &revision.document.attachments {
        put(&mut text, format_args!("\n[{}] {}", clean(&file.title), clean(file.url.as_str())));
    }
    text.trim_end().to_owned() + "\n"
}

fn markdown(report: &Report, revision: &Revision) -> String {
    let mut text = format!("# {}\n\n", marked(&title(&revision.document, report)));
    for (name, value) in facts(report, revision) {
        put(&mut text, format_args!("- **{name}**: {}\n", marked(&value)));
    }
    let mut is_in_table = false;
    for block in &revision.document.blocks {
        let cells: Vec<String> = cells(block).iter().map(|cell| marked(cell)).collect();
        let line = cells.join(" ");
        let is_row = block.kind == BlockKind::Row;
        match block.kind {
            BlockKind::Heading => put(&mut text, format_args!("\n## {line}\n")),
            BlockKind::Paragraph | BlockKind::Signature => put(&mut text, format_args!("\n{line}\n")),
            BlockKind::Image => put(&mut text, format_args!("\n[image: {line}]\n")),
            BlockKind::Item => put(&mut text, format_args!("\n- {line}\n")),
            BlockKind::Row if is_in_table => put(&mut text, format_args!("| {} |\n", cells.join(" | "))),
            BlockKind::Row => {
                let rule = vec!["---"; cells.len()].join(" | ");
                put(&mut text, format_args!("\n| {} |\n| {rule} |\n", cells.join(" | ")));
            }
        }
        is_in_table = is_row;
    }
    for file in &revision.document.attachments {
        put(&mut text, format_args!("\n- [{}](<{}>)\n", marked(&clean(&file.title)), clean(file.url.as_str())));
    }
    text
}

/// Text that no Markdown reader takes for markup.
fn marked(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '#' | '|' | '!' | '&' | '~') {
            safe.push('\\');
        }
        safe.push(c);
    }
    safe
}

fn html(report: &Report, revision: &Revision) -> String {
    let title = escaped(&title(&revision.document, report));
    let mut text =
        format!("<!DOCTYPE html>\n<meta charset=\"utf-8\">\n<title>{title}</title>\n<h1>{title}</h1>\n<dl>\n");
    for (name, value) in facts(report, revision) {
        put(&mut text, format_args!("<dt>{name}</dt><dd>{}</dd>\n", escaped(&value)));
    }
    text.push_str("</dl>\n");
    let mut open = None;
    for block in &revision.document.blocks {
        let around = match block.kind {
            BlockKind::Row => Some("table"),
            BlockKind::Item => Some("ul"),
            BlockKind::Heading | BlockKind::Paragraph | BlockKind::Image | BlockKind::Signature => None,
        };
        turn(&mut text, &mut open, around);
        let cells: Vec<String> = cells(block).iter().map(|cell| escaped(cell)).collect();
        let line = cells.join(" ");
        match block.kind {
            BlockKind::Heading => put(&mut text, format_args!("<h2>{line}</h2>\n")),
            BlockKind::Paragraph | BlockKind::Signature => put(&mut text, format_args!("<p>{line}</p>\n")),
            BlockKind::Image => put(&mut text, format_args!("<p>[image: {line}]</p>\n")),
            BlockKind::Item => put(&mut text, format_args!("<li>{line}</li>\n")),
            BlockKind::Row => put(&mut text, format_args!("<tr><td>{}</td></tr>\n", cells.join("</td><td>"))),
        }
    }
    turn(&mut text, &mut open, None);
    for file in &revision.document.attachments {
        // Not a link: an address from a portal is for reading, not for clicking.
        let (name, url) = (escaped(&clean(&file.title)), escaped(&clean(file.url.as_str())));
        put(&mut text, format_args!("<p>{name}: {url}</p>\n"));
    }
    text
}

/// Closes the element around the last block and opens the next one, where they differ.
fn turn(text: &mut String, open: &mut Option<&'static str>, around: Option<&'static str>) {
    if *open == around {
        return;
    }
    if let Some(name) = open.take() {
        put(text, format_args!("</{name}>\n"));
    }
    if let Some(name) = around {
        put(text, format_args!("<{name}>\n"));
    }
    *open = around;
}

fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            _ => safe.push(c),
        }
    }
    safe
}

fn put(text: &mut String, line: std::fmt::Arguments<'_>) {
    text.write_fmt(line).expect("invariant: a String takes any text");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_portal_cannot_write_markup_into_a_page() {
        assert_eq!(escaped("<img onerror='x'>&\""), "&lt;img onerror=&#39;x&#39;&gt;&amp;&quot;");
        assert_eq!(marked("[x](javascript:1) <b>|"), "\\[x\\](javascript:1) \\<b\\>\\|");
    }
}
