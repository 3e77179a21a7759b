//! `search`: which revisions have these words. In: a query, filters. Out: rows with the places, or a JSON row for each.
//! Never: a text that is not cleaned.
//!
//! A store of before is indexed on the way, a stretch at a time; what is missing still is said.

use std::fmt::Write as _;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Args, ValueEnum};
use serde_json::{Value, json};

use super::out::clean;
use super::{Context, Exit, Stop, among, table};
use crate::change::render::Colour;
use crate::crawl::Interrupt;
use crate::model::ReportState;
use crate::store::{
    Among, Filter, Found, INDEXED_AT_ONCE, MOST_COUNTED, Query, Search, SearchOrder, SearchPage, Snippet, SnippetPart,
    Store,
};

/// Revisions of before that one run indexes at most: about two seconds.
const INDEXED_AT_MOST: usize = 1000;

/// What to look for, and where.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  govwatch search 行政复议 2024\n  govwatch search '\"法治政府建设\" -征收' --since 2024-01-01\n  govwatch search '公告 OR 通知' --site xingxian --all-revisions\n  govwatch --json search 国发〔2024〕5号"
)]
pub struct SearchArgs {
    /// Words (all of them), "phrases", -unwanted words, OR between two words; in quotes for the shell
    #[arg(value_name = "QUERY", required = true)]
    pub query: Vec<String>,
    /// In which reports
    #[command(flatten)]
    pub reports: among::Among,
    /// Only reports that stand so: present, suspect, withdrawn or moved
    #[arg(long, value_name = "STATE", value_parser = super::standing)]
    pub standing: Option<ReportState>,
    /// Only where the newest revision has the words
    #[arg(long, conflicts_with = "all_revisions")]
    pub newest: bool,
    /// Each revision that has the words is a row
    #[arg(long)]
    pub all_revisions: bool,
    /// The order of the rows
    #[arg(long, value_enum, default_value_t = By::Date)]
    pub by: By,
    /// Rows of a page
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub limit: u32,
    /// Which page, counted from 1
    #[arg(long, value_name = "P", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..))]
    pub page: u32,
}

/// The order of the rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum By {
    /// Newest stated day first
    Date,
    /// Best match first, among the 5,000 newest
    Rank,
}

/// Says what to write where a word of a query begins with a minus and was taken for an option.
pub fn hinted(mut error: clap::Error) -> clap::Error {
    let said = |kind| error.get(kind).map(ToString::to_string).unwrap_or_default();
    let is_word = error.kind() == ErrorKind::UnknownArgument && !said(ContextKind::InvalidArg).starts_with("--");
    if is_word && said(ContextKind::Usage).contains(" search ") {
        let tip = "put the whole query into quotes, and first a word that is wanted: govwatch search '法治 -征收'";
        error.insert(ContextKind::Suggested, ContextValue::StyledStrs(vec![tip.to_owned().into()]));
    }
    error
}

/// Runs `search`.
pub async fn run(context: &Context, args: &SearchArgs) -> Result<Exit, Stop> {
    let query = Query::parse(&args.query.join(" ")).map_err(|error| Stop::new(Exit::Usage, error.to_string()))?;
    let store = Store::open_existing(&context.global.state)?;
    let asked = asked(args, query, args.reports.filter(context, &store).await?);
    let mut page = store.search(asked.clone()).await?;
    if page.n_unindexed > 0 {
        index(&store, &Interrupt::default()).await;
        page = store.search(asked).await?;
    }
    if context.global.json {
        page.found.iter().try_for_each(|found| context.out.json(&row(found)))?;
    } else {
        let lines: String = page.found.iter().map(|found| lines(found, args, context.out.colour)).collect();
        context.out.text(&(lines + &summary(&page, args)))?;
    }
    if page.n_unindexed > 0 {
        eprintln!(
            "not searched yet: {}; each `search` and `fetch` goes on",
            table::counted(page.n_unindexed, "revision")
        );
    }
    Ok(Exit::Done)
}

/// Goes on with the index of a store of before, for a stretch. Where that fails, what the command is for goes on.
pub(super) async fn index(store: &Store, interrupt: &Interrupt) {
    for _ in 0..INDEXED_AT_MOST / INDEXED_AT_ONCE {
        if interrupt.is_set() {
            return;
        }
        match store.index_more(INDEXED_AT_ONCE).await {
            Ok(true) => {}
            Ok(false) => return,
            Err(error) => {
                return eprintln!("{}", clean(&format!("texts were not indexed, a later run goes on: {error}")));
            }
        }
    }
}

fn asked(args: &SearchArgs, query: Query, reports: Filter) -> Search {
    let (limit, page) = (args.limit as usize, args.page as usize);
    let filter = Filter { state: args.standing, limit, ..reports };
    let among = match (args.newest, args.all_revisions) {
        (true, _) => Among::Newest,
        (_, true) => Among::Each,
        _ => Among::All,
    };
    let order = match args.by {
        By::Date => SearchOrder::Newest,
        By::Rank => SearchOrder::Best,
    };
    Search { query, filter, among, order, offset: limit.saturating_mul(page - 1) }
}

/// A row of the JSON contract.
pub(crate) fn row(found: &Found) -> Value {
    let report = &found.report;
    json!({
        "report": report.report, "site": report.site, "listing": report.listing, "url": report.url,
        "title": report.title, "published": report.published, "kind": report.kind, "year": report.year,
        "state": report.state, "revision": found.revision, "newest": report.revision,
        "is_newest": found.is_newest, "seen_at": found.seen_at, "snippets": found.snippets,
    })
}

fn lines(found: &Found, args: &SearchArgs, colour: Colour) -> String {
    let report = &found.report;
    let title = report.title.as_deref().map_or_else(|| clean(&report.url), clean);
    let date = table::or_dash(report.published.map(|date| date.date()));
    let mut lines = format!("{}  {date}  {}  {title}\n", report.report, clean(report.site.as_str()));
    for snippet in &found.snippets {
        let _ = writeln!(lines, "    {}", marked(snippet, colour));
    }
    let mut said = Vec::new();
    if let Some(newest) = report.revision.filter(|_| !found.is_newest) {
        // Of rows for each revision the newest has one of its own.
        let said_of_newest = if args.all_revisions { "" } else { "; the newest one does not match" };
        said.push(format!("in revision {} of {newest}{said_of_newest}", found.revision));
    }
    if report.state != ReportState::Present {
        said.push(report.state.as_str().to_owned());
    }
    if !said.is_empty() {
        let _ = writeln!(lines, "    ({})", said.join("; "));
    }
    lines
}

/// The snippet on one line, its hits between marks.
fn marked(snippet: &Snippet, colour: Colour) -> String {
    let hit = |text: String| match colour {
        Colour::None => format!("«{text}»"),
        Colour::Ansi => colour.paint("1;33", &text),
    };
    let chars: Vec<char> = snippet.snippet.chars().collect();
    let text = |range: std::ops::Range<usize>| clean(&chars[range].iter().collect::<String>().replace('\t', " | "));
    let mut line = match (snippet.part, &snippet.attachment) {
        (SnippetPart::Attachment, Some(title)) => format!("{}: ", clean(title)),
        _ => String::new(),
    };
    line.push_str(if snippet.is_cut_before { "…" } else { "" });
    let mut at = 0;
    for &(from, to) in &snippet.hits {
        let _ = write!(line, "{}{}", text(at..from), hit(text(from..to)));
        at = to;
    }
    line + &text(at..chars.len()) + if snippet.is_cut_after { "…" } else { "" }
}

fn summary(page: &SearchPage, args: &SearchArgs) -> String {
    let first = u64::from(args.limit) * u64::from(args.page - 1);
    let last = first + page.found.len() as u64;
    let rows = |n| match (args.all_revisions, n) {
        (true, n) if n > MOST_COUNTED => format!("more than {MOST_COUNTED} revisions"),
        (false, n) if n > MOST_COUNTED => format!("more than {MOST_COUNTED} reports"),
        (true, 1) => "1 revision".to_owned(),
        (true, _) => format!("{n} revisions"),
        (false, 1) => "1 report".to_owned(),
        (false, _) => format!("{n} reports"),
    };
    match page.found.len() {
        0 if args.page > 1 => "nothing on this page\n".to_owned(),
        0 => "nothing found\n".to_owned(),
        _ if page.has_more => {
            format!("{}, {} to {last} shown; --page {} goes on\n", rows(page.n_found), first + 1, args.page + 1)
        }
        _ => format!("{}\n", rows(page.n_found)),
    }
}
