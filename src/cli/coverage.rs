//! `coverage`: who published what the law requires, by site and kind of report. In: the store, the site files. Out: a
//! table with totals, JSON rows, or CSV; the evidence with `--why`. Never: a write, or a request.

pub(crate) mod csv;
mod row;
mod why;

use std::collections::BTreeMap;
use std::sync::Arc;

use clap::Args;
use jiff::Timestamp;

use super::out::clean;
use super::{Context, Exit, Stop, ensure_known, table};
use crate::change::obligation::{CoverageState, Obligation, words};
use crate::clock::Clock;
use crate::config::{Loaded, Settings, Site, load_sites};
use crate::crawl::coverage::{Depth, coverage_of};
use crate::store::Store;
pub(crate) use row::CoverageRow;

/// What to show.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  govwatch coverage                                     what is owed in this calendar year\n  govwatch coverage --overdue --division 1411\n  govwatch coverage xingxian rule-of-law-annual 2025 --why\n  govwatch coverage --year 2024 --csv --bom > coverage.csv"
)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
pub struct CoverageArgs {
    /// Only this site
    #[arg(value_name = "SITE")]
    pub site: Option<String>,
    /// Only this kind of report
    #[arg(value_name = "KIND")]
    pub kind: Option<String>,
    /// Reports about this year [default: the one whose reports are due in this calendar year]
    #[arg(value_name = "YEAR", conflicts_with = "of_year", value_parser = year)]
    pub year: Option<i16>,
    /// The same, without SITE and KIND
    #[arg(id = "of_year", long = "year", value_name = "YEAR", value_parser = year)]
    pub of_year: Option<i16>,
    /// Only sites whose GB/T 2260 code begins so, such as 1411
    #[arg(long, value_name = "PREFIX", value_parser = division)]
    pub division: Option<String>,
    /// Only what is overdue
    #[arg(long)]
    pub overdue: bool,
    /// Show the evidence: which listing was walked when, what was seen, and what would settle what is not known
    #[arg(long)]
    pub why: bool,
    /// Print CSV, for a spreadsheet
    #[arg(long, conflicts_with = "why")]
    pub csv: bool,
    /// Begin the CSV with a byte order mark, so that Excel reads it as UTF-8
    #[arg(long, requires = "csv")]
    pub bom: bool,
}

/// A year that a report may be about. Source: the first rules that oblige offices to yearly reports are of 2007.
fn year(written: &str) -> Result<i16, String> {
    const YEARS: std::ops::RangeInclusive<i16> = 2000..=2100;
    let year = written.parse().ok().filter(|year| YEARS.contains(year));
    year.ok_or_else(|| format!("a year between {} and {} is expected, such as 2025", YEARS.start(), YEARS.end()))
}

/// The beginning of a GB/T 2260 code.
fn division(written: &str) -> Result<String, String> {
    const LONGEST: usize = 12;
    let is_code = (1..=LONGEST).contains(&written.len()) && written.bytes().all(|byte| byte.is_ascii_digit());
    if is_code { Ok(written.to_owned()) } else { Err("digits are expected, such as 1411 for a city".to_owned()) }
}

/// Runs `coverage`.
pub async fn run(context: &Context, args: &CoverageArgs, settings: &Settings) -> Result<Exit, Stop> {
    let named: Vec<String> = args.site.iter().cloned().collect();
    let loaded = load_sites(&context.global.sites, &named, &settings.network);
    ensure_known(&loaded)?;
    ensure_kind(args, &loaded)?;
    for mistake in &loaded.mistakes {
        eprintln!("{}", clean(&mistake.to_string()));
    }
    let store = Store::open_existing(&context.global.state)?;
    let rows = rows(args, &loaded, &store, Clock::System.now()).await?;
    show(context, args, &loaded, &rows)?;
    Ok(if loaded.mistakes.is_empty() { Exit::Done } else { Exit::Config })
}

/// Stops at a kind that nobody can owe.
fn ensure_kind(args: &CoverageArgs, loaded: &Loaded) -> Result<(), Stop> {
    let Some(kind) = args.kind.as_deref().filter(|kind| loaded.kinds.get(kind).is_none()) else { return Ok(()) };
    let known: Vec<&str> = loaded.kinds.iter().map(|kind| kind.id.as_str()).collect();
    Err(Stop::new(Exit::Usage, format!("there is no kind {kind:?}; the kinds are {}", known.join(", "))))
}

/// The rows asked for: overdue first, then what is not known, late, not due and on time, each by division and site.
async fn rows(args: &CoverageArgs, loaded: &Loaded, store: &Store, now: Timestamp) -> Result<Vec<CoverageRow>, Stop> {
    let depth = if args.why { Depth::All } else { Depth::AsNeeded };
    let mut rows = Vec::new();
    for (site, owed) in loaded.sites.iter().flat_map(|site| site.owes.owed.iter().map(move |owed| (site, owed))) {
        let year = args.year.or(args.of_year).unwrap_or_else(|| running_year(site, now));
        if !is_wanted(args, site, owed) || year < owed.first_year {
            continue;
        }
        let (coverage, facts) = coverage_of(store, site, owed, year, now, depth).await?;
        if !args.overdue || coverage.state == CoverageState::Overdue {
            rows.push(CoverageRow::new(site, owed, coverage, if args.why { facts.listings } else { Vec::new() }));
        }
    }
    rows.sort_by_cached_key(|row| {
        (rank(row.state), row.kind.clone(), row.division.clone().unwrap_or_default(), row.site.clone())
    });
    Ok(rows)
}

/// The year whose reports are due in the calendar year of now.
fn running_year(site: &Site, now: Timestamp) -> i16 {
    now.to_zoned(site.timezone.clone()).year() - 1
}

fn is_wanted(args: &CoverageArgs, site: &Site, owed: &Arc<Obligation>) -> bool {
    args.kind.as_ref().is_none_or(|kind| *kind == owed.kind)
        && args.division.as_ref().is_none_or(|prefix| is_in(site, prefix))
}

/// Whether a site lies in a division.
fn is_in(site: &Site, prefix: &str) -> bool {
    site.division.as_ref().is_some_and(|code| code.starts_with(prefix))
}

/// What must be acted on stands first.
fn rank(state: CoverageState) -> u8 {
    match state {
        CoverageState::Overdue => 0,
        CoverageState::Unknown => 1,
        CoverageState::Late => 2,
        CoverageState::NotDue => 3,
        CoverageState::OnTime => 4,
    }
}

fn show(context: &Context, args: &CoverageArgs, loaded: &Loaded, rows: &[CoverageRow]) -> Result<(), Stop> {
    if context.global.json {
        return rows.iter().try_for_each(|row| context.out.json(row));
    }
    if args.csv {
        return context.out.text(&csv::text(rows, args.bom));
    }
    if rows.is_empty() {
        return context.out.line(nothing(args, loaded));
    }
    if args.why {
        return rows.iter().try_for_each(|row| context.out.text(&why::text(row)));
    }
    let mut shown = table::table(&["SITE", "NAME", "KIND", "YEAR", "STATE", "DUE", "PUBLISHED", "REMARK"]);
    for row in rows {
        shown.add_row(row.cells());
    }
    context.out.text(&table::text(shown))?;
    context.out.line(totals(rows))
}

/// Why there is no row.
fn nothing(args: &CoverageArgs, loaded: &Loaded) -> String {
    let owes = |site: &&Arc<Site>| !site.owes.owed.is_empty();
    if args.overdue && loaded.sites.iter().any(|site| owes(&site)) {
        return "nothing is proved to be overdue; `govwatch coverage` shows what is not known".to_owned();
    }
    if !loaded.sites.iter().any(|site| owes(&site)) {
        return "no site owes a report: give its file `unit` under [obligations], see the README".to_owned();
    }
    let is_of_division = |site: &&Arc<Site>| args.division.as_ref().is_none_or(|prefix| is_in(site, prefix));
    if !loaded.sites.iter().any(|site| is_of_division(&site)) {
        return "no site has a `division` that begins so, in its file or by its 网站标识码".to_owned();
    }
    let of_kind = |owed: &&Arc<Obligation>| args.kind.as_ref().is_none_or(|kind| *kind == owed.kind);
    let rules = loaded.sites.iter().filter(is_of_division).flat_map(|site| &site.owes.owed).filter(of_kind);
    match rules.map(|rule| rule.first_year).min() {
        Some(first) => format!("nothing is owed about that year: the first is {first}"),
        None => "none of these sites owes such a report: `unit`, `level` and `owes` under [obligations] of its file say what it owes".to_owned(),
    }
}

/// One line: how many of each state, with what cannot be said for each that is not known.
fn totals(rows: &[CoverageRow]) -> String {
    let mut counts: BTreeMap<u8, (CoverageState, usize)> = BTreeMap::new();
    for row in rows {
        counts.entry(rank(row.state)).or_insert((row.state, 0)).1 += 1;
    }
    let counted = counts.values().map(|(state, n)| format!("{n} {}", state.as_str().replace('_', " ")));
    format!("{} owed: {}", rows.len(), counted.collect::<Vec<_>>().join(", "))
}

/// The first thing that speaks for a state, for one cell of a table.
fn remark(row: &CoverageRow) -> String {
    let shown = row.remarks.iter().map(words::remark).collect::<Vec<_>>();
    clean(&shown.join("; "))
}
