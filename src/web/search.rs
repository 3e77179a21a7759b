//! Search: the reports that are known, the newest first, by site, kind and days.
//!
//! In: a filter. Out: a page of reports. Never: all of them at once.

use askama::Template;
use axum::Extension;
use axum::extract::State;
use axum::response::Response;

use super::ask::Asked;
use super::fail::Fail;
use super::frame::Frame;
use super::shown::{shown, title};
use super::texts::Texts;
use super::today::FilterForm;
use super::{Web, ask, page as pages};
use crate::model::{Report, ReportId, ReportState, SiteId, Stated};
use crate::store::Filter;

/// Reports on one page.
const A_PAGE: usize = 50;

#[derive(Template)]
#[template(path = "search.html", config = "src/web/askama.toml")]
struct SearchPage {
    frame: Frame,
    form: FilterForm,
    reports: Vec<ReportRow>,
    next: Option<String>,
    first: Option<String>,
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

/// The page.
pub(super) async fn page(
    State(web): State<Web>,
    Extension(frame): Extension<Frame>,
    asked: Asked,
) -> Result<Response, Fail> {
    let reports = web.0.store.reports(filter(&asked, A_PAGE)?).await?;
    let t = frame.t;
    let last = reports.last().filter(|_| reports.len() == A_PAGE).map(place);
    Ok(pages::html(&SearchPage {
        form: FilterForm::of(&web, t, &asked),
        reports: reports.iter().map(|report| ReportRow::of(&web, t, report)).collect(),
        next: last.map(|last| asked.with("after", Some(&last))),
        first: asked.text("after").map(|_| format!("/search{}", asked.with("after", None))),
        frame,
    }))
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
