//! `govwatch extract`: reads pages and prints what they say. Nothing is stored.
//!
//! In: files or URLs, or a list of them. Out: one row a page, in the order given. A page that cannot be loaded is a
//! row with `error`; the others go on. Never: reading itself; that is `page/`, handed in by the caller.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use clap::Args;
use serde::Serialize;
use url::Url;

use super::attachment::AttachmentRow;
use super::extract_stages::{Reading, Rules};
use super::out::clean;
use super::show::{Style, text};
use super::{Context, Exit, Stop, page_source, world};
use crate::config::Settings;
use crate::crawl::files;
use crate::model::{Block, Capture, Doubt, Entry, FieldName, Hash, Origin, PageKind, Stated};

/// Arguments of `extract`.
#[derive(Debug, Clone, Default, Args)]
pub struct ExtractArgs {
    /// Saved pages, or http(s) URLs
    #[arg(value_name = "FILE|URL", required_unless_present = "list")]
    pub pages: Vec<String>,
    /// Where the saved page was found; links are read from here
    #[arg(long, value_name = "URL")]
    pub url: Option<Url>,
    /// Read by the rules of this site
    #[arg(long, value_name = "ID")]
    pub site: Option<String>,
    /// Tab-separated id, file, url a line, - for standard input
    #[arg(long, value_name = "TSV", conflicts_with_all = ["pages", "url"])]
    pub list: Option<PathBuf>,
    /// Do not recognise CMS families
    #[arg(long)]
    pub no_family: bool,
}

/// One page to read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Input {
    /// Its id in the list.
    pub id: Option<String>,
    /// The saved file; `None`: the page is fetched from `url`.
    pub file: Option<PathBuf>,
    /// Where it was or is to be found.
    pub url: Option<Url>,
}

/// One row of the JSON contract: every key is always there, unknown is null, lists are `[]`.
#[derive(Debug, Clone, Default, Serialize)]
#[expect(missing_docs, reason = "the keys are documented by the contract in the README")]
pub struct ExtractRow {
    pub id: Option<String>,
    pub file: Option<String>,
    pub url: Option<Url>,
    pub charset: Option<&'static str>,
    pub page: Option<PageKind>,
    pub family: Option<String>,
    pub title: Option<String>,
    pub published: Option<Stated>,
    pub source: Option<String>,
    pub authority: Option<String>,
    pub index_no: Option<String>,
    pub doc_no: Option<String>,
    pub written: Option<Stated>,
    pub validity: Option<String>,
    pub effective: Option<Stated>,
    pub repealed: Option<Stated>,
    pub topic: Option<String>,
    pub kind: Option<String>,
    pub year: Option<i16>,
    pub cited: Vec<String>,
    pub division: Option<String>,
    pub site_code: Option<String>,
    pub column: Option<String>,
    pub breadcrumb: Vec<String>,
    pub text: String,
    pub blocks: Vec<Block>,
    pub attachments: Vec<AttachmentRow>,
    pub entries: Vec<Entry>,
    pub next: Option<Url>,
    pub from: BTreeMap<FieldName, Origin>,
    pub body_hash: Option<Hash>,
    pub content_hash: Option<Hash>,
    pub signature: Option<String>,
    pub doubts: Vec<Doubt>,
    pub error: Option<String>,
}

/// The row of a page that was read.
pub(super) fn row(input: &Input, reading: Reading) -> ExtractRow {
    let document = reading.document;
    let listing = reading.listing.unwrap_or_default();
    let attachments = document.attachments.iter().map(AttachmentRow::from);
    ExtractRow {
        charset: reading.charset,
        page: Some(reading.page),
        family: reading.family,
        text: document.text(),
        attachments: attachments.collect(),
        title: document.title,
        published: document.published,
        source: document.source,
        authority: document.authority,
        index_no: document.index_no,
        doc_no: document.doc_no,
        written: document.written,
        validity: document.validity,
        effective: document.effective,
        repealed: document.repealed,
        topic: document.topic,
        kind: reading.kind,
        year: reading.year,
        cited: document.cited,
        division: document.division,
        site_code: document.site_code,
        column: document.column,
        breadcrumb: document.breadcrumb,
        blocks: document.blocks,
        next: listing.next_url().cloned(),
        entries: listing.entries,
        from: document.from,
        body_hash: reading.fingerprint.map(|print| print.body_hash),
        content_hash: reading.fingerprint.map(|print| print.content_hash),
        signature: reading.signature,
        doubts: document.doubts,
        ..named(input)
    }
}

/// The row of a page that could not be loaded or read.
pub fn failed(input: &Input, error: impl Into<String>) -> ExtractRow {
    ExtractRow { error: Some(error.into()), ..named(input) }
}

fn named(input: &Input) -> ExtractRow {
    let file = input.file.as_ref().map(|file| file.display().to_string());
    ExtractRow { id: input.id.clone(), file, url: input.url.clone(), ..ExtractRow::default() }
}

/// The pages that the arguments name, in order.
///
/// **Errors**: a list that cannot be read, a line of it without a file and a URL, a URL that is none.
pub fn inputs(args: &ExtractArgs) -> Result<Vec<Input>, Stop> {
    let Some(list) = &args.list else {
        return Ok(args.pages.iter().map(|page| of_argument(page, args.url.as_ref())).collect());
    };
    let text = if list == Path::new("-") {
        let mut text = String::new();
        std::io::stdin().read_to_string(&mut text).map(|_| text)
    } else {
        std::fs::read_to_string(list)
    };
    let text = text.map_err(|error| Stop::new(Exit::Usage, format!("cannot read {}: {error}", list.display())))?;
    of_list(&text)
}

fn of_argument(page: &str, url: Option<&Url>) -> Input {
    let is_url = page.starts_with("http://") || page.starts_with("https://");
    match Url::parse(page) {
        Ok(page) if is_url => Input { id: None, file: None, url: Some(page) },
        _ => Input { id: None, file: Some(PathBuf::from(page)), url: url.cloned() },
    }
}

fn of_list(text: &str) -> Result<Vec<Input>, Stop> {
    let line = |(n, line): (usize, &str)| {
        let wrong = |what: &str| Stop::new(Exit::Usage, format!("line {} of the list: {what}", n + 1));
        let mut cells = line.split('\t').map(str::trim);
        let mut cell = || cells.next().filter(|cell| !cell.is_empty());
        let (id, file, url) = (cell(), cell(), cell());
        let url = url.map(Url::parse).transpose().map_err(|error| wrong(&format!("not a URL: {error}")))?;
        if file.is_none() && url.is_none() {
            return Err(wrong("expected id, file and url between tabs"));
        }
        Ok(Input { id: id.map(str::to_owned), file: file.map(PathBuf::from), url })
    };
    text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()).map(line).collect()
}

/// Runs the command: reads every page and prints its row. What cannot be loaded is named on stderr and does not stop
/// the others.
pub async fn run(context: &Context, settings: &Settings, args: &ExtractArgs) -> Result<Exit, Stop> {
    let rules = Rules::of(context, settings, args)?;
    let sandbox = world::sandbox(settings)?;
    let mut exit = Exit::Done;
    for (n, input) in inputs(args)?.iter().enumerate() {
        let loaded = match (&input.file, &input.url) {
            (Some(file), url) => page_source::saved(file, url.as_ref()),
            (None, Some(url)) => rules.ask(url, settings).await,
            (None, None) => Err("neither a file nor a URL is named".to_owned()),
        };
        let read = match loaded {
            Ok(capture) => rules.read(&capture, &name(input, &capture), &sandbox).await,
            Err(error) => Err(error),
        };
        let row = match read {
            Ok(reading) => row(input, reading),
            Err(error) => failed(input, error),
        };
        if let Some(error) = &row.error {
            eprintln!("govwatch: {}", clean(error));
            exit = Exit::SomeFailed;
        }
        if context.global.json {
            context.out.json(&row)?;
        } else {
            context.out.text(if n > 0 { "\n" } else { "" })?;
            context.out.text(&shown(&row, Style::of(&context.out)))?;
        }
    }
    context.out.flush()?;
    Ok(exit)
}

/// What a file is called: as it is saved, else as its URL says.
fn name(input: &Input, capture: &Capture) -> String {
    let saved = input.file.as_deref().and_then(Path::file_name).map(|name| name.to_string_lossy().into_owned());
    saved.unwrap_or_else(|| files::name(&capture.final_url, ""))
}

/// A row for people: title, fields, text or entries, doubts. Safe for a terminal.
pub(super) fn shown(row: &ExtractRow, style: Style) -> String {
    let mut shown = String::new();
    for (label, value) in fields(row) {
        if let Some(value) = value {
            let _ = writeln!(shown, "{label:<12}{}", clean(&value));
        }
    }
    shown.push('\n');
    for entry in &row.entries {
        let date = entry.date_shown.as_deref().unwrap_or("-");
        let _ = writeln!(shown, "{:<12}{} {}", clean(date), clean(&entry.title), entry.url);
    }
    shown.push_str(&text::body(&row.blocks, style));
    shown
}

/// What a row says beside its text, in reading order.
fn fields(row: &ExtractRow) -> Vec<(&'static str, Option<String>)> {
    let date = |stated: Option<Stated>| stated.map(|stated| stated.to_string());
    let list = |items: &[String], between: &str| (!items.is_empty()).then(|| items.join(between));
    let doubts: Vec<String> = row.doubts.iter().map(|doubt| doubt.as_str().to_owned()).collect();
    let mut fields = vec![
        ("id", row.id.clone()),
        ("file", row.file.clone()),
        ("url", row.url.as_ref().map(Url::to_string)),
        ("error", row.error.clone()),
        ("page", row.page.map(|page| page.as_str().to_owned())),
        ("family", row.family.clone()),
        ("title", row.title.clone()),
        ("published", date(row.published)),
        ("source", row.source.clone()),
        ("authority", row.authority.clone()),
        ("doc_no", row.doc_no.clone()),
        ("index_no", row.index_no.clone()),
        ("written", date(row.written)),
        ("validity", row.validity.clone()),
        ("effective", date(row.effective)),
        ("repealed", date(row.repealed)),
        ("topic", row.topic.clone()),
        ("kind", row.kind.clone()),
        ("year", row.year.map(|year| year.to_string())),
        ("cited", list(&row.cited, ", ")),
        ("column", row.column.clone()),
        ("breadcrumb", list(&row.breadcrumb, " > ")),
    ];
    let attachment = |file: &AttachmentRow| {
        let url = if page_source::is_unknown(&file.url) { "" } else { file.url.as_str() };
        ("attachment", Some(format!("{} ({}) {url}", file.title, file.about).trim_end().to_owned()))
    };
    fields.extend(row.attachments.iter().map(attachment));
    fields.extend([("doubts", list(&doubts, ", ")), ("next", row.next.as_ref().map(Url::to_string))]);
    fields
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{BlockKind, Document};

    fn reading() -> Reading {
        let document = Document {
            title: Some("关于印发\u{1b}[31m方案的通知".to_owned()),
            blocks: vec![Block::new(BlockKind::Row, "序号\t名称"), Block::new(BlockKind::Paragraph, "第一段。")],
            ..Document::default()
        };
        Reading {
            charset: Some("UTF-8"),
            page: PageKind::Report,
            family: None,
            document,
            kind: None,
            year: None,
            listing: None,
            fingerprint: None,
            signature: None,
        }
    }

    #[test]
    fn every_key_of_the_contract_is_there_even_for_a_failure() {
        let input = Input { id: Some("a".into()), file: Some("gone.html".into()), url: None };
        let keys = "id file url charset page family title published source authority index_no doc_no written \
            validity effective repealed topic kind year cited division site_code column breadcrumb text \
            blocks attachments entries next from body_hash content_hash signature doubts error";
        for row in [row(&input, reading()), failed(&input, "no such file")] {
            let value = serde_json::to_value(&row).expect("a row");
            let found: Vec<&str> = value.as_object().expect("an object").keys().map(String::as_str).collect();
            assert_eq!(found.join(" "), keys);
        }
    }

    #[test]
    fn a_row_for_people_is_safe_for_a_terminal() {
        let input = Input { id: None, file: Some("a.html".into()), url: None };
        let shown = shown(&row(&input, reading()), Style { width: 100, is_coloured: false });
        assert!(shown.contains("title       关于印发[31m方案的通知\n"), "{shown}");
        assert!(shown.ends_with("│ 序号 ┆ 名称 │\n└──────┴──────┘\n\n第一段。\n"), "{shown}");
    }

    #[test]
    fn a_list_line_without_a_page_names_its_line() {
        let error = of_list("a\tx.html\nb\n").expect_err("no page").message;
        assert!(error.starts_with("line 2 of the list"), "{error}");
    }
}
