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
use super::{Context, Exit, Stop, page_source, table, world};
use crate::config::Settings;
use crate::crawl::files;
use crate::fetch::Sandbox;
use crate::model::{Block, Capture, Doubt, Entry, FieldName, Hash, Origin, PageKind, Stated};

/// Arguments of `extract`.
#[derive(Debug, Clone, Default, Args)]
pub struct ExtractArgs {
    /// Saved pages, saved files (PDF, Word, Excel, OFD, ZIP, ...), or http(s) URLs; - for standard input
    #[arg(value_name = "FILE|URL", required_unless_present = "list")]
    pub pages: Vec<String>,
    /// Where the saved page or file was found; links are read from here
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
    /// Why the line of the list names no page.
    pub wrong: Option<String>,
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
/// **Errors**: a list that cannot be read. A line of it that names no page is one that cannot be read itself.
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
    let wrong = |error| format!("cannot read {}: {}", list.display(), page_source::said(&error));
    let text = text.map_err(|error| Stop::new(Exit::Usage, wrong(error)))?;
    Ok(of_list(&text, &list.display().to_string()))
}

fn of_argument(page: &str, url: Option<&Url>) -> Input {
    let is_url = page.starts_with("http://") || page.starts_with("https://");
    match Url::parse(page) {
        Ok(page) if is_url => Input { id: None, file: None, url: Some(page), wrong: None },
        _ => Input { id: None, file: Some(PathBuf::from(page)), url: url.cloned(), wrong: None },
    }
}

fn of_list(text: &str, list: &str) -> Vec<Input> {
    let line = |(n, line): (usize, &str)| {
        let wrong = |what: &str| format!("{list}, line {}: {what}: {line:?}", n + 1);
        let mut cells = line.split('\t').map(str::trim);
        let mut cell = || cells.next().filter(|cell| !cell.is_empty());
        let (id, file, url) = (cell(), cell(), cell());
        let is_empty = file.is_none() && url.is_none();
        let url = url.map(Url::parse).transpose();
        let wrong = match &url {
            Err(error) => Some(wrong(&format!("not a URL ({error})"))),
            Ok(_) if is_empty => Some(wrong("expected id, file and url between tabs")),
            Ok(_) => None,
        };
        let url = url.unwrap_or_default();
        Input { id: id.map(str::to_owned), file: file.map(PathBuf::from), url, wrong }
    };
    // Programs of Windows put a byte order mark before the first line.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()).map(line).collect()
}

/// Runs the command: reads every page and prints its row. What cannot be loaded is named on stderr and does not stop
/// the others.
pub async fn run(context: &Context, settings: &Settings, args: &ExtractArgs) -> Result<Exit, Stop> {
    let rules = Rules::of(context, settings, args)?;
    let sandbox = world::sandbox(settings)?;
    let (mut exit, mut n_shown, mut is_hinted) = (Exit::Done, 0, false);
    for input in &inputs(args)? {
        let row = match reading(&rules, settings, &sandbox, input).await {
            Ok(reading) => row(input, reading),
            Err(error) => failed(input, error),
        };
        if let Some(error) = &row.error {
            eprintln!("govwatch: {}", clean(error));
            exit = Exit::SomeFailed;
        }
        if !is_hinted && !context.global.quiet && has_unknown_links(&row) {
            eprintln!(
                "govwatch: {}: its links begin nowhere, as nobody said where it was found; give --url",
                asked(input)
            );
            is_hinted = true;
        }
        if context.global.json {
            context.out.json(&row)?;
        } else if row.error.is_none() {
            context.out.text(if n_shown > 0 { "\n" } else { "" })?;
            context.out.text(&shown(&row, Style::of(&context.out)))?;
            n_shown += 1;
        }
    }
    context.out.flush()?;
    Ok(exit)
}

/// Loads a page and reads it. **Errors**: named by what was asked for.
async fn reading(rules: &Rules, settings: &Settings, sandbox: &Sandbox, input: &Input) -> Result<Reading, String> {
    let capture = match (&input.wrong, &input.file, &input.url) {
        (Some(wrong), ..) => return Err(wrong.clone()),
        (None, Some(file), url) => page_source::saved(file, url.as_ref(), settings.network.caps)?,
        (None, None, Some(url)) => rules.ask(url, settings).await?,
        (None, None, None) => return Err("neither a file nor a URL is named".to_owned()),
    };
    let read = rules.read(&capture, &name(input, &capture), sandbox).await;
    read.map_err(|error| format!("{}: {error}", asked(input)))
}

/// What was asked for: the file, else the URL.
fn asked(input: &Input) -> String {
    let file = input.file.as_ref().map(|file| file.display().to_string());
    file.or_else(|| input.url.as_ref().map(Url::to_string)).unwrap_or_default()
}

/// Whether a row leads to pages of a saved page whose own place nobody named. That of a saved file is only its name.
fn has_unknown_links(row: &ExtractRow) -> bool {
    let entries = row.entries.iter().map(|entry| &entry.url);
    let attachments = row.attachments.iter().map(|attachment| &attachment.url);
    let blocks = row.blocks.iter().filter_map(|block| block.url.as_ref());
    let mut links = entries.chain(attachments).chain(blocks).chain(&row.next);
    links.any(page_source::is_below_unknown)
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
        let _ = writeln!(shown, "{:<11} {} {}", clean(date), clean(&entry.title), entry.url);
    }
    shown.push_str(&text::body(&row.blocks, style));
    shown
}

/// What a row says beside its text, in reading order.
fn fields(row: &ExtractRow) -> Vec<(&'static str, Option<String>)> {
    let date = |stated: Option<Stated>| stated.map(table::stated);
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
    use crate::change::render::Colour;
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
        let input = Input { id: Some("a".into()), file: Some("gone.html".into()), url: None, wrong: None };
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
        let input = Input { id: None, file: Some("a.html".into()), url: None, wrong: None };
        let shown = shown(&row(&input, reading()), Style { width: 100, colour: Colour::None });
        assert!(shown.contains("title       关于印发[31m方案的通知\n"), "{shown}");
        assert!(shown.ends_with("│ 序号 ┆ 名称 │\n└──────┴──────┘\n\n第一段。\n"), "{shown}");
    }

    #[test]
    fn a_list_line_without_a_page_is_named_and_stops_no_other() {
        let inputs = of_list("\u{feff}a\tx.html\nb\nc\t\tht!tp\nd\ty.html\thttp://a.gov.cn/\n", "pages.tsv");
        let wrong: Vec<Option<&str>> = inputs.iter().map(|input| input.wrong.as_deref()).collect();
        let first = Some("pages.tsv, line 2: expected id, file and url between tabs: \"b\"");
        assert_eq!((wrong[0], wrong[1], wrong[3]), (None, first, None));
        assert!(wrong[2].is_some_and(|wrong| wrong.starts_with("pages.tsv, line 3: not a URL")), "{wrong:?}");
        assert_eq!(inputs[0].id.as_deref(), Some("a"), "a byte order mark is no part of an id");
    }
}
