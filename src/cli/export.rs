//! `export`: all that is known, for other programs, in one go. In: filters, a folder for the files. Out: JSON Lines or a
//! table, newest first. Never: what is lost in the store passed over in silence, nor a file written twice.

use std::collections::BTreeSet;
use std::path::PathBuf;

use clap::Args;
use jiff::Timestamp;
use jiff::civil::Date;
use serde_json::{Value, json};

use super::among::Among;
use super::day::{begin, day};
use super::out::clean;
use super::show::FileTexts;
use super::{Context, Exit, Stop, show, table, work};
use crate::model::{Report, Revision, Work};
use crate::store::{CaptureHead, Filter, Store, StoreError};
use files::Files;

mod csv;
mod files;

/// Reports asked for at once.
const PAGE: usize = 500;

/// What to export, and how.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  govwatch export > reports.jsonl\n  govwatch export --kind rule-of-law-annual --once --files originals > reports.jsonl\n  govwatch export --seen-since 2026-11-20 --all-revisions > week.jsonl\n  govwatch export --csv --bom > reports.csv"
)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
pub struct Export {
    /// Which of them
    #[command(flatten)]
    pub among: Among,
    /// Only revisions that were read this day (UTC) or later
    #[arg(long, value_name = "DATE", value_parser = day)]
    pub seen_since: Option<Date>,
    /// Every revision, the oldest first, and not only the newest
    #[arg(long)]
    pub all_revisions: bool,
    /// Each text once: only reports that published theirs first, as far as is known; with --site, none whose text another
    /// site had before
    #[arg(long)]
    pub once: bool,
    /// With the texts of its attachments, as far as they are known
    #[arg(long, conflicts_with = "csv")]
    pub attachments: bool,
    /// A table without the texts, as CSV
    #[arg(long, conflicts_with = "json")]
    pub csv: bool,
    /// Begin the CSV with a byte order mark, as Excel wants it
    #[arg(long, requires = "csv")]
    pub bom: bool,
    /// Also write the pages and attachments as they were received into this folder, each once, named by its hash
    #[arg(long, value_name = "DIR")]
    pub files: Option<PathBuf>,
}

/// One revision to be written.
struct Row<'a> {
    report: &'a Report,
    revision: &'a Revision,
    work: Option<&'a Work>,
    captures: &'a [CaptureHead],
}

/// An export under way.
struct Exporting<'a> {
    context: &'a Context,
    args: &'a Export,
    store: Store,
    seen_since: Option<Timestamp>,
    files: Option<Files>,
    /// Reports that are listed and were not read yet.
    n_unread: usize,
    /// Revisions and files that the store has lost.
    n_lost: usize,
    /// Files whose bytes it does not have, lost or never kept.
    n_without_file: usize,
}

/// Runs `export`.
pub async fn run(context: &Context, args: &Export) -> Result<Exit, Stop> {
    let store = Store::open_existing(&context.global.state)?;
    let filter = args.among.filter(context, &store).await?;
    let files = args.files.as_deref().map(Files::in_folder).transpose()?;
    let seen_since = args.seen_since.and_then(begin);
    let mut exporting =
        Exporting { context, args, store, seen_since, files, n_unread: 0, n_lost: 0, n_without_file: 0 };
    if args.csv {
        context.out.text(&csv::heading(args.bom))?;
    }
    exporting.all(Filter { limit: PAGE, ..filter }).await?;
    Ok(exporting.end())
}

impl Exporting<'_> {
    async fn all(&mut self, mut filter: Filter) -> Result<(), Stop> {
        loop {
            let page = self.store.reports(filter.clone()).await?;
            let Some(last) = page.last() else { return Ok(()) };
            filter.after = Some((last.published, last.report));
            for report in &page {
                self.report(report).await?;
            }
        }
    }

    async fn report(&mut self, report: &Report) -> Result<(), Stop> {
        let Some(newest) = report.revision else {
            self.n_unread += 1;
            return Ok(());
        };
        let work = work::of(&self.store, report).await?;
        let first = work.as_ref().and_then(|work| work.first_publisher);
        if self.args.once && first.is_some_and(|first| first != report.report) {
            return Ok(());
        }
        let oldest = if self.args.all_revisions { 1 } else { newest };
        for number in oldest..=newest {
            let asked = self.store.revision(report.report, number).await;
            let Some(revision) = self.kept(asked, &format!("revision {number} of report {}", report.report))? else {
                continue;
            };
            if self.seen_since.is_none_or(|since| revision.seen_at >= since) {
                let captures = self.store.capture_heads(report.report, number).await?;
                let row = Row { report, revision: &revision, work: work.as_ref(), captures: &captures };
                self.row(&row).await?;
            }
        }
        Ok(())
    }

    async fn row(&mut self, row: &Row<'_>) -> Result<(), Stop> {
        let written = self.write_files(row).await?;
        let file = |name: String| if written.contains(&name) { Value::from(name) } else { Value::Null };
        if self.args.csv {
            return self.context.out.text(&csv::row(row));
        }
        let missing = show::missing(&self.store, row.report, &row.revision.document).await?;
        let texts = if self.args.attachments { self.texts(row.revision).await? } else { Vec::new() };
        let beside = show::Beside { missing: &missing, texts: &texts, work: row.work };
        let mut object = show::object(row.report, row.revision, &beside);
        let capture = |head| capture(head, &file(files::of_page(head)));
        object["captures"] = row.captures.iter().map(capture).collect();
        if let Some(attachments) = object["attachments"].as_array_mut() {
            for (attachment, read) in attachments.iter_mut().zip(&row.revision.document.attachments) {
                let name = read.file.as_ref().map(|file| files::of_attachment(file, &read.url));
                attachment["file"] = name.map_or(Value::Null, file);
            }
        }
        self.context.out.json(&object)
    }

    /// The texts of its attachments, by their place.
    async fn texts(&mut self, revision: &Revision) -> Result<FileTexts, Stop> {
        let mut texts = FileTexts::new();
        for (at, hash) in show::text_hashes(&revision.document) {
            let asked = self.store.content(hash).await;
            let what = format!("the text of attachment {} of report {}", at + 1, revision.report);
            let text = self.kept(asked, &what)?.flatten();
            texts.extend(text.map(|text| (at, String::from_utf8_lossy(&text).into_owned())));
        }
        Ok(texts)
    }

    /// Writes what a revision was read from, as it was received: the names of what is there now.
    async fn write_files(&mut self, row: &Row<'_>) -> Result<BTreeSet<String>, Stop> {
        let mut written = BTreeSet::new();
        if self.files.is_none() {
            return Ok(written);
        }
        let attachments = &row.revision.document.attachments;
        let loaded = attachments.iter().filter_map(|attachment| Some((attachment.file.as_ref()?, &attachment.url)));
        let of_attachments = loaded.map(|(file, url)| (file.bytes_hash, files::of_attachment(file, url)));
        let of_pages = row.captures.iter().map(|capture| (capture.body, files::of_page(capture)));
        for (hash, name) in of_attachments.chain(of_pages).collect::<Vec<_>>() {
            if self.files.as_ref().is_some_and(|files| files.has(&name)) {
                written.insert(name);
                continue;
            }
            let asked = self.store.content(hash).await;
            let what = format!("{name}, of report {}", row.report.report);
            // Lost, or never kept: `fetch.attachments` of the site file says which.
            let Some(bytes) = self.kept(asked, &what)?.flatten() else {
                self.n_without_file += 1;
                continue;
            };
            if let Some(files) = &self.files {
                files.write(&name, &bytes)?;
                written.insert(name);
            }
        }
        Ok(written)
    }

    /// What the store has; what it has lost is named on stderr, and the rest goes on.
    fn kept<T>(&mut self, read: Result<T, StoreError>, what: &str) -> Result<Option<T>, Stop> {
        match read {
            Ok(read) => Ok(Some(read)),
            Err(lost @ StoreError::Lost { .. }) => {
                self.n_lost += 1;
                eprintln!("{}", clean(&format!("{what} is left out: {lost}")));
                Ok(None)
            }
            Err(error) => Err(error.into()),
        }
    }

    fn end(&self) -> Exit {
        if self.n_unread > 0 && !self.context.global.quiet {
            let were = if self.n_unread == 1 { "is listed and was" } else { "are listed and were" };
            eprintln!("{} {were} not read yet: left out", table::counted(self.n_unread, "report"));
        }
        if self.n_without_file > 0 && !self.context.global.quiet {
            let files = table::counted(self.n_without_file, "file");
            eprintln!(
                "{files} not written: their bytes are not in the store (`attachments` under [fetch] says what is kept)"
            );
        }
        if self.n_lost > 0 { Exit::SomeFailed } else { Exit::Done }
    }
}

/// What a page was read from.
fn capture(head: &CaptureHead, file: &Value) -> Value {
    json!({
        "url": head.url, "final_url": head.final_url, "status": head.status, "fetched_at": head.fetched_at,
        "n_bytes": head.n_bytes, "hash": head.body, "file": file,
    })
}
