//! Search: words in all revisions with the places where they stand; without words, the reports by date.
//!
//! In: a query and filters. Out: a page of reports. Never: all of them at once.

use std::time::Duration;

use askama::Template;
use axum::Extension;
use axum::extract::State;
use axum::response::Response;

use super::ask::Asked;
use super::fail::Fail;
use super::frame::Frame;
use super::saved::{self, SavedRow};
use super::shown::{shown, title};
use super::texts::Texts;
use super::today::{Choice, FilterForm};
use super::{Web, ask, page as pages};
use crate::model::{Report, ReportId, ReportState, SiteId, Stated};
use crate::store::{Among, Filter, Found, MOST_COUNTED, Query, Search, SearchOrder, SearchPage as Page, Snippet};

/// Reports on one page, and what was found on one: each has its snippets.
const A_PAGE: usize = 50;
const FOUND_A_PAGE: usize = 20;
/// Pages of what was found: who has not seen it by then asks more narrowly.
pub(super) const MOST_PAGES: usize = 500;

/// How long one search may take: who waits longer has given up.
const LONGEST: Duration = Duration::from_secs(10);

#[derive(Template)]
#[template(path = "search.html", config = "src/web/askama.toml")]
struct SearchPage {
    frame: Frame,
    form: FilterForm,
    saved: Vec<SavedRow>,
    /// The filter as a query, with its question mark.
    filter: String,
    query: String,
    orders: Vec<Choice>,
    trouble: Option<String>,
    n_found: Option<String>,
    unindexed: Option<String>,
    found: Vec<FoundRow>,
    reports: Vec<ReportRow>,
    next: Option<String>,
    first: Option<String>,
}

/// A report that has the words.
struct FoundRow {
    row: ReportRow,
    note: Option<String>,
    snippets: Vec<SnippetRow>,
}

/// A stretch of its text.
struct SnippetRow {
    file: Option<String>,
    /// Text by turns outside and inside of a hit.
    runs: Vec<(bool, String)>,
}

/// A report in a list.
pub(super) struct ReportRow {
    pub(super) href: String,
    pub(super) date: Option<String>,
    pub(super) title: String,
    pub(super) site: String,
    pub(super) site_name: String,
    pub(super) kind: Option<String>,
    pub(super) revision: Option<u32>,
    /// The word of the JSON contract, and that of the reader where it is not the usual one.
    pub(super) state: &'static str,
    pub(super) state_word: Option<&'static str>,
}

impl ReportRow {
    pub(super) fn of(web: &Web, t: &Texts, report: &Report) -> Self {
        let is_usual = report.state == ReportState::Present;
        Self {
            href: format!("/reports/{}", report.report),
            date: report.published.map(|date| date.date().to_string()),
            title: report.title.as_deref().map_or_else(|| shown(&report.url), title),
            site: ask::encoded(report.site.as_str()),
            site_name: web.site_name(&report.site),
            kind: report.kind.as_deref().map(|kind| web.kind_name(kind)),
            revision: report.revision,
            state: report.state.as_str(),
            state_word: (!is_usual).then(|| t.state_word(report.state)),
        }
    }
}

/// The place after a report in the order of the list: its date and number.
pub(super) fn place(report: &Report) -> String {
    let date = report.published.map(|date| date.to_string()).unwrap_or_default();
    format!("{date}_{}", report.report)
}

/// A place that [`place`] wrote.
fn parsed(written: &str) -> Result<(Option<Stated>, ReportId), Fail> {
    let wrong = || Fail::wrong("after", written, &"no place in the list: take `next` of the page before");
    let (date, report) = written.rsplit_once('_').ok_or_else(wrong)?;
    let date = if date.is_empty() { None } else { Some(date.parse().map_err(|_| wrong())?) };
    Ok((date, ReportId(report.parse().map_err(|_| wrong())?)))
}

/// The filter that a query asks for.
pub(super) fn filter(asked: &Asked, limit: usize) -> Result<Filter, Fail> {
    Ok(Filter {
        site: asked.text("site").map(SiteId::new),
        kind: asked.text("kind").map(str::to_owned),
        since: asked.value("since")?,
        until: asked.value("until")?,
        limit,
        after: asked.text("after").map(parsed).transpose()?,
        ..Filter::default()
    })
}

/// Looks for words. Searches wait for each other and end after a while, so that those of the page never hold all readers
/// of the store: the polls need them.
pub(super) async fn look(web: &Web, search: Search) -> Result<Page, Fail> {
    let _turn = web.0.searches.acquire().await.map_err(|_| Fail::Bug)?;
    Ok(web.0.store.search_within(search, LONGEST).await?)
}

/// The page.
pub(super) async fn page(
    State(web): State<Web>,
    Extension(frame): Extension<Frame>,
    asked: Asked,
) -> Result<Response, Fail> {
    let t = frame.t;
    let by_rank = asked.text("by") == Some("rank");
    let choice =
        |value: &str, word: &str, is_chosen| Choice { value: value.to_owned(), word: word.to_owned(), is_chosen };
    let mut page = SearchPage {
        form: FilterForm::of(&web, t, &asked),
        saved: saved::rows(&web).await?,
        filter: saved::filter(&asked),
        query: asked.or_empty("q"),
        orders: vec![choice("date", t.by_date, !by_rank), choice("rank", t.by_rank, by_rank)],
        trouble: None,
        n_found: None,
        unindexed: None,
        found: Vec::new(),
        reports: Vec::new(),
        next: None,
        first: None,
        frame,
    };
    match asked.text("q").map(Query::parse) {
        None => page.list(&web, &asked).await?,
        Some(Ok(query)) => page.look(&web, &asked, query, by_rank).await?,
        Some(Err(error)) => page.trouble = Some(Texts::with(t.wrong_query, shown(&error.to_string()))),
    }
    Ok(pages::html(&page))
}

impl SearchPage {
    /// The reports by date.
    async fn list(&mut self, web: &Web, asked: &Asked) -> Result<(), Fail> {
        let reports = web.0.store.reports(filter(asked, A_PAGE)?).await?;
        let last = reports.last().filter(|_| reports.len() == A_PAGE).map(place);
        self.reports = reports.iter().map(|report| ReportRow::of(web, self.frame.t, report)).collect();
        self.next = last.map(|last| asked.with("after", Some(&last)));
        self.first = asked.text("after").map(|_| format!("/search{}", asked.with("after", None)));
        Ok(())
    }

    /// The reports that have the words.
    async fn look(&mut self, web: &Web, asked: &Asked, query: Query, by_rank: bool) -> Result<(), Fail> {
        let t = self.frame.t;
        let number = asked.value::<usize>("page")?.unwrap_or(1).clamp(1, MOST_PAGES);
        let filter = Filter { after: None, ..filter(asked, FOUND_A_PAGE)? };
        let order = if by_rank { SearchOrder::Best } else { SearchOrder::Newest };
        let offset = (number - 1) * FOUND_A_PAGE;
        let search = Search { query, filter, among: Among::All, order, offset };
        let Page { found, n_found, has_more, n_unindexed } = look(web, search).await?;
        let has_more = has_more && number < MOST_PAGES;
        self.found = found.iter().map(|found| found_row(web, t, found)).collect();
        self.n_found = Some(match n_found {
            n if n > MOST_COUNTED => Texts::with(t.more_found, MOST_COUNTED),
            n => Texts::with(t.n_found, n),
        });
        self.unindexed = (n_unindexed > 0).then(|| Texts::with(t.unindexed, n_unindexed));
        self.next = has_more.then(|| asked.with("page", Some(&(number + 1).to_string())));
        self.first = (number > 1).then(|| format!("/search{}", asked.with("page", None)));
        Ok(())
    }
}

fn found_row(web: &Web, t: &Texts, found: &Found) -> FoundRow {
    let mut row = ReportRow::of(web, t, &found.report);
    if !found.is_newest {
        row.href = format!("{}?revision={}", row.href, found.revision);
    }
    FoundRow {
        row,
        note: (!found.is_newest).then(|| Texts::with(t.in_revision, found.revision)),
        snippets: found.snippets.iter().map(|snippet| snippet_row(t, snippet)).collect(),
    }
}

fn snippet_row(t: &Texts, snippet: &Snippet) -> SnippetRow {
    let chars: Vec<char> = snippet.snippet.chars().collect();
    let text = |from: usize, to: usize| {
        let stretch = chars.get(from..to.min(chars.len())).unwrap_or_default();
        shown(&stretch.iter().collect::<String>().replace('\t', " | "))
    };
    let mut runs = vec![(false, if snippet.is_cut_before { "…".to_owned() } else { String::new() })];
    let mut at = 0;
    for &(from, to) in &snippet.hits {
        runs.push((false, text(at, from)));
        runs.push((true, text(from, to)));
        at = to;
    }
    runs.push((false, text(at, chars.len()) + if snippet.is_cut_after { "…" } else { "" }));
    SnippetRow { file: snippet.attachment.as_deref().map(|file| Texts::with(t.in_file, title(file))), runs }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_in_the_list_is_read_back_or_refused() {
        assert!(matches!(parsed("2026-04-29_7"), Ok((Some(_), ReportId(7)))));
        assert!(matches!(parsed("2026-04-29T09:22:00+08:00_7"), Ok((Some(_), ReportId(7)))));
        assert!(matches!(parsed("_7"), Ok((None, ReportId(7)))));
        for wrong in ["", "7", "x_7", "2026-04-29_x"] {
            assert!(parsed(wrong).is_err(), "{wrong}");
        }
    }
}
