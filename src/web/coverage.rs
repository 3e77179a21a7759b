//! Coverage: who published what the law requires, sites by years, and the evidence behind each state.
//!
//! In: site files with obligations, the store. Out: a matrix a page at a time, one state with its evidence, CSV. Never: a
//! state by colour alone, or more offices at once than are assessed in time.

use std::sync::Arc;

use askama::Template;
use axum::Extension;
use axum::extract::{Path, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use futures_util::stream::{self, StreamExt, TryStreamExt};

use super::ask::{self, Asked, Form};
use super::fail::Fail;
use super::frame::Frame;
use super::lag::{self, Lag, Point};
use super::shown::{When, day, shown};
use super::texts::Texts;
use super::today::Choice;
use super::{SiteFiles, Web, page as pages};
use crate::change::obligation::words::Voice;
use crate::change::obligation::{Coverage, CoverageState, ListingFacts, Obligation};
use crate::cli::coverage::{CoverageRow, csv};
use crate::config::Site;
use crate::crawl::coverage::{Depth, coverage_of, coverage_of_years};
use crate::model::SiteId;

/// Offices on one page, and years: each cell is assessed when it is shown.
const A_PAGE: usize = 20;
const YEARS: i16 = 4;
/// Years that a report can be about.
const KNOWN_YEARS: std::ops::RangeInclusive<i16> = 1949..=2100;
/// Offices that are assessed at once: the polls need the other half of the store's readers.
const AT_ONCE: usize = 2;
/// Offices in one file; the command line writes all.
const MOST_IN_FILE: usize = 500;

#[derive(Template)]
#[template(path = "coverage.html", config = "src/web/askama.toml")]
struct CoveragePage {
    frame: Frame,
    kinds: Vec<Choice>,
    kind_name: String,
    site: String,
    division: String,
    until: String,
    years: Vec<i16>,
    rows: Vec<Row>,
    totals: Vec<Total>,
    lag: Option<Lag>,
    is_empty: bool,
    next: Option<String>,
    first: Option<String>,
    csv: String,
}

/// A state, its word, and how many stand so.
type Total = (&'static str, String, usize);

/// An office.
struct Row {
    name: String,
    id: String,
    address: String,
    cells: Vec<Option<Cell>>,
}

/// What is known of a year.
struct Cell {
    state: &'static str,
    word: &'static str,
    /// The day of the report, or what speaks for the state.
    said: String,
    href: String,
    /// Days between the due day and the report, or today; `None`: nothing is late or found.
    days: Option<i32>,
    kind: CoverageState,
}

/// What a query asks for.
struct Wanted<'a> {
    kind: Option<&'a str>,
    site: Option<&'a str>,
    division: &'a str,
    after: Option<&'a str>,
}

impl<'a> Wanted<'a> {
    fn of(asked: &'a Asked) -> Self {
        Self {
            kind: asked.text("kind"),
            site: asked.text("site"),
            division: asked.text("division").unwrap_or_default(),
            after: asked.text("after"),
        }
    }

    /// The kind that is named, or else the first that one of the offices owes.
    fn kind(&self, sites: &SiteFiles) -> String {
        let of_site = || sites.get(&SiteId::new(self.site?))?.owes.owed.first();
        let first = || of_site().or_else(|| sites.values().find_map(|site| site.owes.owed.first()));
        self.kind.map(str::to_owned).or_else(|| first().map(|owed| owed.kind.clone())).unwrap_or_default()
    }

    /// The offices that owe the kind, in the order of their ids.
    fn offices(&self, sites: &SiteFiles, kind: &str) -> Vec<(Arc<Site>, Arc<Obligation>)> {
        let offices = sites
            .values()
            .filter(|site| {
                self.division.is_empty() || site.division.as_ref().is_some_and(|it| it.starts_with(self.division))
            })
            .filter(|site| self.site.is_none_or(|id| site.id.as_str() == id))
            .filter(|site| self.after.is_none_or(|after| site.id.as_str() > after))
            .filter_map(|site| {
                let owed = site.owes.owed.iter().find(|owed| owed.kind == kind)?;
                Some((Arc::clone(site), Arc::clone(owed)))
            });
        offices.collect()
    }
}

/// The kinds that some office owes, with their names, in the order of first sight.
fn kinds(sites: &SiteFiles) -> Vec<(String, String)> {
    let mut kinds: Vec<(String, String)> = Vec::new();
    for owed in sites.values().flat_map(|site| &site.owes.owed) {
        if kinds.iter().all(|(kind, _)| *kind != owed.kind) {
            kinds.push((owed.kind.clone(), owed.name.clone()));
        }
    }
    kinds
}

/// The year that a query asks for.
fn year(asked: &Asked) -> Result<Option<i16>, Fail> {
    let year = asked.value::<i16>("year")?;
    match year.filter(|year| !KNOWN_YEARS.contains(year)) {
        None => Ok(year),
        Some(other) => Err(Fail::wrong("year", &other.to_string(), &i16::EXPECTED)),
    }
}

/// The year whose reports are due in the calendar year of today.
fn running_year(web: &Web) -> i16 {
    day(web.0.clock.now()).year() - 1
}

/// The page.
pub(super) async fn page(
    State(web): State<Web>,
    Extension(frame): Extension<Frame>,
    asked: Asked,
) -> Result<Response, Fail> {
    let t = frame.t;
    let (sites, wanted) = (web.sites(), Wanted::of(&asked));
    let (kinds, kind) = (kinds(&sites), wanted.kind(&sites));
    let last = year(&asked)?.unwrap_or_else(|| running_year(&web));
    let years: Vec<i16> = (0..YEARS).map(|back| last.saturating_sub(back)).collect();
    let mut offices = wanted.offices(&sites, &kind);
    let next = (offices.len() > A_PAGE).then(|| offices[A_PAGE - 1].0.id.to_string());
    offices.truncate(A_PAGE);
    let (rows, totals) = matrix(&web, t, &offices, &years).await?;
    let choice = |(value, word): &(String, String)| Choice {
        is_chosen: *value == kind,
        value: value.clone(),
        word: word.clone(),
    };
    Ok(pages::html(&CoveragePage {
        kind_name: kinds.iter().find(|(id, _)| *id == kind).map(|(_, name)| name.clone()).unwrap_or_default(),
        is_empty: kinds.is_empty(),
        kinds: kinds.iter().map(choice).collect(),
        site: wanted.site.unwrap_or_default().to_owned(),
        division: wanted.division.to_owned(),
        until: last.to_string(),
        lag: lag::plot(&points(&rows, &years), &years),
        years,
        rows,
        totals,
        next: next.map(|last| asked.with("after", Some(&last))),
        first: asked.text("after").map(|_| format!("/coverage{}", asked.with("after", None))),
        csv: format!("/coverage.csv{}", asked.with("after", None)),
        frame,
    }))
}

/// A row an office, and how many stand how in the first of the years.
async fn matrix(
    web: &Web,
    t: &'static Texts,
    offices: &[(Arc<Site>, Arc<Obligation>)],
    years: &[i16],
) -> Result<(Vec<Row>, Vec<Total>), Fail> {
    let each = offices.iter().cloned().map(|(site, owed)| async move { cells(web, t, &site, &owed, years).await });
    let each: Vec<_> = stream::iter(each).buffered(AT_ONCE).try_collect().await?;
    let mut rows = Vec::with_capacity(offices.len());
    let mut totals: Vec<Total> = Vec::new();
    for ((site, _), cells) in offices.iter().zip(each) {
        if let Some(Some(cell)) = cells.first() {
            match totals.iter_mut().find(|(state, ..)| *state == cell.state) {
                Some((_, _, n)) => *n += 1,
                None => totals.push((cell.state, cell.word.to_owned(), 1)),
            }
        }
        let (id, address) = (shown(site.id.as_str()), ask::encoded(site.id.as_str()));
        rows.push(Row { name: site.name.clone(), id, address, cells });
    }
    Ok((rows, totals))
}

/// The states of some years; nothing before the first year that it was owed for.
async fn cells(
    web: &Web,
    t: &'static Texts,
    site: &Site,
    owed: &Arc<Obligation>,
    years: &[i16],
) -> Result<Vec<Option<Cell>>, Fail> {
    let of_year = |coverage: &Coverage| Cell {
        state: coverage.state.as_str(),
        word: t.coverage_word(coverage.state),
        said: in_short(t, coverage),
        days: days_after(coverage),
        kind: coverage.state,
        href: format!("/coverage/{}/{}/{}", ask::encoded(site.id.as_str()), ask::encoded(&owed.kind), coverage.year),
    };
    let owed_for: Vec<i16> = years.iter().copied().filter(|year| *year >= owed.first_year).collect();
    let (store, now) = (&web.0.store, web.0.clock.now());
    let assessed = coverage_of_years(store, site, owed, &owed_for, now, Depth::AsNeeded).await?;
    let cell = |year: &i16| assessed.iter().find(|(coverage, _)| coverage.year == *year).map(|(it, _)| of_year(it));
    Ok(years.iter().map(cell).collect())
}

/// Days from the due day to the report, or to today where it is overdue; before that day they are negative.
fn days_after(coverage: &Coverage) -> Option<i32> {
    let published = coverage.found.as_ref().and_then(|seen| seen.published);
    let early = || Some((published? - coverage.due).get_days());
    coverage.lag_days.or_else(|| early().filter(|_| coverage.state == CoverageState::OnTime))
}

/// The same as points of the plot.
fn points(rows: &[Row], years: &[i16]) -> Vec<Point> {
    let of_row = |row: &Row| {
        let cells = row.cells.iter().zip(years).filter_map(|(cell, year)| {
            let cell = cell.as_ref()?;
            let said = format!("{} {year}: {} {}", row.name, cell.word, cell.said);
            Some(Point { year: *year, days: cell.days?, state: cell.kind, said, href: cell.href.clone() })
        });
        cells.collect::<Vec<_>>()
    };
    rows.iter().flat_map(of_row).collect()
}

/// The day of the report and how late it was, or the day that it is due.
fn in_short(t: &Texts, coverage: &Coverage) -> String {
    let published = coverage.found.as_ref().and_then(|seen| seen.published);
    match (published, coverage.lag_days) {
        (Some(day), Some(lag)) if lag > 0 => format!("{day} {}", Texts::with(t.days_late, lag)),
        (Some(day), _) => day.to_string(),
        (None, Some(lag)) => format!("{} {}", Texts::with(t.due_by, coverage.due), Texts::with(t.days_late, lag)),
        (None, None) => Texts::with(t.due_by, coverage.due),
    }
}

#[derive(Template)]
#[template(path = "covered.html", config = "src/web/askama.toml")]
struct CoveredPage {
    frame: Frame,
    site_name: String,
    address: String,
    kind_name: String,
    year: i16,
    state: &'static str,
    word: &'static str,
    /// The same with numbers, as the command line says it.
    in_words: String,
    due: String,
    source: String,
    found: Option<FoundRow>,
    remarks: Vec<(String, Option<String>)>,
    listings: Vec<ListingRow>,
}

/// The report that was found.
struct FoundRow {
    href: Option<String>,
    title: String,
    url: String,
    published: Option<String>,
    first_seen: When,
}

/// What was done with a listing.
struct ListingRow {
    name: String,
    url: String,
    is_named: bool,
    walk: Option<(When, When, String, String)>,
    newest: Option<String>,
    oldest: Option<String>,
    looked_at: Option<When>,
}

/// One state with its evidence.
pub(super) async fn covered(
    State(web): State<Web>,
    Extension(frame): Extension<Frame>,
    Path((site, kind, year)): Path<(String, String, i16)>,
) -> Result<Response, Fail> {
    let t = frame.t;
    let sites = web.sites();
    let id = SiteId::new(site);
    let unknown = || Fail::Unknown(format!("{id} {kind} {year}"));
    let site = sites.get(&id).ok_or_else(unknown)?;
    let owed = site.owes.owed.iter().find(|owed| owed.kind == kind && owed.first_year <= year).ok_or_else(unknown)?;
    if !KNOWN_YEARS.contains(&year) {
        return Err(unknown());
    }
    let (coverage, facts) = coverage_of(&web.0.store, site, owed, year, web.0.clock.now(), Depth::All).await?;
    let found = coverage.found.as_ref().map(|seen| FoundRow {
        href: seen.report.map(|report| format!("/reports/{report}")),
        title: shown(&seen.title),
        url: shown(&seen.url),
        published: seen.published.map(|day| day.to_string()),
        first_seen: When::of(seen.first_seen_at),
    });
    let voice = Voice { lang: t.language(), minute: |at| When::of(at).shown };
    let remark = |remark| (shown(&voice.remark(remark)), voice.settles(remark, site.id.as_str()).as_deref().map(shown));
    Ok(pages::html(&CoveredPage {
        site_name: site.name.clone(),
        address: ask::encoded(site.id.as_str()),
        kind_name: owed.name.clone(),
        year,
        state: coverage.state.as_str(),
        word: t.coverage_word(coverage.state),
        in_words: voice.state(&coverage),
        due: coverage.due.to_string(),
        source: shown(&owed.source),
        found,
        remarks: coverage.remarks.iter().map(remark).collect(),
        listings: facts.listings.iter().map(listing).collect(),
        frame,
    }))
}

fn listing(facts: &ListingFacts) -> ListingRow {
    let walk = facts.whole_walk.as_ref();
    ListingRow {
        name: shown(&facts.listing),
        url: shown(&facts.url),
        is_named: facts.is_named,
        walk: walk.map(|walk| {
            (When::of(walk.begun_at), When::of(walk.ended_at), walk.pages.to_string(), walk.entries.to_string())
        }),
        newest: facts.newest_row.map(|day| day.to_string()),
        oldest: facts.oldest_row.map(|day| day.to_string()),
        looked_at: When::maybe(facts.looked_at),
    }
}

/// The rows of `coverage` about one year.
pub(super) async fn rows(web: &Web, asked: &Asked, limit: usize) -> Result<(Vec<CoverageRow>, Option<String>), Fail> {
    let (sites, wanted) = (web.sites(), Wanted::of(asked));
    let kind = wanted.kind(&sites);
    let year = year(asked)?.unwrap_or_else(|| running_year(web));
    let mut offices = wanted.offices(&sites, &kind);
    let next = (offices.len() > limit).then(|| offices[limit - 1].0.id.to_string());
    offices.truncate(limit);
    let mut rows = Vec::with_capacity(offices.len());
    for (site, owed) in offices.iter().filter(|(_, owed)| owed.first_year <= year) {
        let now = web.0.clock.now();
        let (coverage, _) = coverage_of(&web.0.store, site, owed, year, now, Depth::AsNeeded).await?;
        rows.push(CoverageRow::new(site, owed, coverage, Vec::new()));
    }
    Ok((rows, next))
}

/// The same as CSV, for a spreadsheet.
pub(super) async fn file(State(web): State<Web>, asked: Asked) -> Result<Response, Fail> {
    let (rows, next) = rows(&web, &asked, MOST_IN_FILE).await?;
    if next.is_some() {
        let why = format!("more than {MOST_IN_FILE} offices: name a division, or run govwatch coverage --csv");
        return Err(Fail::wrong("division", asked.text("division").unwrap_or_default(), &why));
    }
    let headers =
        [(CONTENT_TYPE, "text/csv; charset=utf-8"), (CONTENT_DISPOSITION, "attachment; filename=\"coverage.csv\"")];
    Ok((headers, csv::text(&rows, true)).into_response())
}
