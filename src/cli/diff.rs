//! `diff`: what was edited between two revisions of a report. In: a report, two revisions. Out: the change, in words
//! and colours, as unified text, HTML or JSON. Never: a write.

use clap::{Args, ValueEnum};
use serde_json::json;

use super::out::clean;
use super::{Context, Exit, Stop, event, table};
use crate::change::attachments::{self, Reworded};
use crate::change::render::{self, Colour, Heading, Lang, View};
use crate::change::words::Words;
use crate::change::{diff, facts, fields};
use crate::model::{Fact, Report, ReportId, Revision};
use crate::store::{Store, StoreError};

/// Which revisions to compare, and how.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  govwatch diff 42           the last two revisions\n  govwatch diff 42 1         the first against the newest\n  govwatch diff 42 1 2 --format unified"
)]
pub struct Diff {
    /// Number or URL of the report
    #[arg(value_name = "REPORT")]
    pub report: String,
    /// The old revision, counted from 1 [default: the last but one]
    #[arg(value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub old: Option<u32>,
    /// The other revision [default: the newest]
    #[arg(value_name = "M", value_parser = clap::value_parser!(u32).range(1..))]
    pub new: Option<u32>,
    /// How it is written
    #[arg(long, value_enum, default_value_t = Format::Terminal)]
    pub format: Format,
    /// The language of the labels in HTML
    #[arg(long, value_enum, default_value_t = Labels::En)]
    pub lang: Labels,
}

/// The language of labels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Labels {
    /// English
    En,
    /// 简体中文
    Zh,
}

impl From<Labels> for Lang {
    fn from(labels: Labels) -> Self {
        match labels {
            Labels::En => Self::En,
            Labels::Zh => Self::Zh,
        }
    }
}

/// How a diff is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people: with colours on a terminal, side by side where it is wide
    Terminal,
    /// Unified text, for programs and for people without colours
    Unified,
    /// One file that needs nothing else: side by side, in one text, and for print
    Html,
    /// One object, as with --json
    Json,
}

/// Runs `diff`.
pub async fn run(context: &Context, args: &Diff) -> Result<Exit, Stop> {
    let store = Store::open_existing(&context.global.state)?;
    let report = store.find_report(&args.report).await?;
    let newest = report.revision.unwrap_or(0);
    if args.old.is_none() && newest < 2 {
        let title = clean(report.title.as_deref().unwrap_or(&report.url));
        let known = if newest == 0 {
            "was not read yet"
        } else {
            "has one revision: no edit was seen at this address; `show` says whether it moved"
        };
        return Err(Stop::new(Exit::Usage, format!("report {} ({title}) {known}", report.report)));
    }
    let old = store.revision(report.report, args.old.unwrap_or(newest.saturating_sub(1))).await?;
    let new = store.revision(report.report, args.new.unwrap_or(newest)).await?;
    // Long revisions take a while to compare.
    let is_json = context.global.json || args.format == Format::Json;
    let manner = Manner { format: args.format, lang: args.lang.into(), ..manner(context.out.colour) };
    let texts = texts(&store, &old, &new).await?;
    let rendering = tokio::task::spawn_blocking(move || {
        let files = files(&texts, &old, &new);
        if is_json {
            object(&report, &old, &new, &files).to_string() + "\n"
        } else {
            facts_lines(&old, &new, &files, manner.format) + &text(&report, &old, &new, &files, manner)
        }
    });
    let text = rendering.await.map_err(|_| Stop::new(Exit::SomeFailed, "comparing the revisions failed"))?;
    context.out.text(&text)?;
    Ok(Exit::Done)
}

/// What was edited between two revisions, for people.
pub(super) async fn for_people(
    store: &Store,
    report: ReportId,
    (old, new): (u32, u32),
    colour: Colour,
) -> Result<String, Stop> {
    let (old, new) = (store.revision(report, old).await?, store.revision(report, new).await?);
    let texts = texts(store, &old, &new).await?;
    let report = store.find_report(&report.to_string()).await?;
    let comparing =
        tokio::task::spawn_blocking(move || text(&report, &old, &new, &files(&texts, &old, &new), manner(colour)));
    comparing.await.map_err(|_| Stop::new(Exit::SomeFailed, "comparing the revisions failed"))
}

/// How a diff is written, all told.
#[derive(Clone, Copy)]
struct Manner {
    format: Format,
    colour: Colour,
    /// The columns of a terminal that is wide enough for two sides.
    columns: Option<usize>,
    lang: Lang,
}

fn manner(colour: Colour) -> Manner {
    /// Two sides of thirty ideographs each.
    const WIDE: usize = 124;
    let columns = table::columns().filter(|columns| *columns >= WIDE);
    Manner { format: Format::Terminal, colour, columns, lang: Lang::En }
}

fn label(revision: &Revision, lang: Lang) -> String {
    let (number, seen) = (revision.revision, table::minute(revision.seen_at));
    match lang {
        Lang::En => format!("revision {number}, seen {seen} UTC"),
        Lang::Zh => format!("第 {number} 版（{seen} UTC 见到）"),
    }
}

/// The texts of a file that was replaced: its title, the old one, the new one.
pub(crate) type FileTexts = (String, Vec<u8>, Vec<u8>);

/// The texts of all files that were replaced.
pub(crate) async fn texts(store: &Store, old: &Revision, new: &Revision) -> Result<Vec<FileTexts>, StoreError> {
    let mut texts = Vec::new();
    for Reworded { title, old, new } in attachments::reworded(&old.document, &new.document) {
        let (old, new) = (store.content(old).await?, store.content(new).await?);
        texts.extend(old.zip(new).map(|(old, new)| (title, old, new)));
    }
    Ok(texts)
}

/// Their words, compared. Takes as long as the texts are: not for an async thread.
pub(crate) fn files(texts: &[FileTexts], old: &Revision, new: &Revision) -> Vec<Words> {
    let compared = |(title, old_text, new_text): &FileTexts| {
        let (old_text, new_text) = (String::from_utf8_lossy(old_text), String::from_utf8_lossy(new_text));
        Words::of(title, (&old_text, &new_text), (&label(old, Lang::En), &label(new, Lang::En)))
    };
    texts.iter().map(compared).collect()
}

fn text(report: &Report, old: &Revision, new: &Revision, files: &[Words], manner: Manner) -> String {
    let diff = diff::hunks(&old.document, &new.document);
    let (old_label, new_label) = (label(old, manner.lang), label(new, manner.lang));
    let view =
        View { old_label: &old_label, new_label: &new_label, old: &old.document, new: &new.document, diff: &diff };
    let views: Vec<View<'_>> = [view].into_iter().chain(files.iter().map(Words::view)).collect();
    if manner.format == Format::Html {
        let title = new.document.title.as_deref().or(report.title.as_deref()).unwrap_or(&report.url);
        let facts = told(old, new, &diff, files);
        return render::page(&Heading { title, url: &report.url }, &views, &facts, manner.lang);
    }
    if diff.is_empty() && manner.format == Format::Terminal {
        return "no difference\n".to_owned();
    }
    let rendered = |view: &View<'_>| match (manner.format, manner.columns) {
        (Format::Unified, _) => render::unified(view),
        (_, Some(columns)) => render::beside(view, manner.colour, columns),
        _ => render::terminal(view, manner.colour),
    };
    views.iter().map(rendered).collect()
}

/// What differs, said outright, above the hunks that people read.
fn facts_lines(old: &Revision, new: &Revision, files: &[Words], format: Format) -> String {
    if format != Format::Terminal {
        return String::new();
    }
    let diff = diff::hunks(&old.document, &new.document);
    event::facts(&told(old, new, &diff, files)).iter().fold(String::new(), |text, fact| text + fact + "\n")
}

/// What differs, said outright, in the page and in its files.
fn told(old: &Revision, new: &Revision, diff: &diff::Diff, files: &[Words]) -> Vec<Fact> {
    let facts = facts::of(&old.document, &new.document, diff);
    facts.into_iter().chain(files.iter().flat_map(Words::facts)).collect()
}

/// The two revisions, what differs, and the same as unified text.
pub(crate) fn object(report: &Report, old: &Revision, new: &Revision, files: &[Words]) -> serde_json::Value {
    let diff = diff::hunks(&old.document, &new.document);
    let (old_label, new_label) = (label(old, Lang::En), label(new, Lang::En));
    let view =
        View { old_label: &old_label, new_label: &new_label, old: &old.document, new: &new.document, diff: &diff };
    json!({
        "report": report.report, "site": report.site, "url": report.url, "title": report.title,
        "revision": new.revision, "previous": old.revision, "seen_at": new.seen_at,
        "content_hash": new.fingerprint.content_hash,
        "fields": fields::edited(&old.document, &new.document), "facts": told(old, new, &diff, files), "hunks": diff.hunks, "is_truncated": diff.is_truncated,
        "diff": files.iter().fold(render::unified(&view), |text, file| text + &render::unified(&file.view())),
    })
}
