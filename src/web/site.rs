//! One site: its standing, why it cannot be read, its listings, its rhythm, its newest reports and changes.
//!
//! In: a site. Out: a page. Never: a request to the portal.

use askama::Template;
use axum::Extension;
use axum::extract::{Path, State};
use axum::response::Response;

use super::ask::{self, Asked};
use super::fail::Fail;
use super::frame::Frame;
use super::poll::PollPart;
use super::rhythm::{self, Rhythm};
use super::search::ReportRow;
use super::shown::{When, day, short, shown};
use super::sites::{Row, stand, standings};
use super::texts::Texts;
use super::told::Told;
use super::{Web, guard, page as pages};
use crate::config::Robots;
use crate::model::{Evidence, ListingStatus, SiteId};
use crate::store::{Filter, TimelineFilter};

/// Reports and changes on the page of a site.
const NEWEST: usize = 10;

#[derive(Template)]
#[template(path = "site.html", config = "src/web/askama.toml")]
struct SitePage {
    frame: Frame,
    site: Row,
    home: Option<String>,
    /// Where the reports stand that it owes.
    coverage: Option<String>,
    ignores_robots: bool,
    /// What is wrong with its file, first.
    wrong_file: Option<String>,
    evidence: Vec<EvidenceRow>,
    listings: Vec<ListingRow>,
    rhythm: Option<Rhythm>,
    rhythm_said: String,
    reports: Vec<ReportRow>,
    changes: Vec<Told>,
    poll: PollPart,
    has_tools: bool,
    has_file: bool,
    /// What the last click did.
    said: Option<&'static str>,
}

/// What shows that it is broken.
struct EvidenceRow {
    what: String,
    since: String,
    reason: String,
    url: String,
    status: u16,
    capture: String,
    capture_short: String,
    selector: Option<String>,
    healthy: Option<String>,
}

/// How a listing stands.
struct ListingRow {
    name: String,
    complete_since: Option<String>,
    is_whole: bool,
    pages: String,
    n_reports: u64,
    n_pending: u64,
    looked_at: Option<When>,
    reason: String,
}

/// The page.
pub(super) async fn page(
    State(web): State<Web>,
    Extension(frame): Extension<Frame>,
    Path(id): Path<String>,
    asked: Asked,
) -> Result<Response, Fail> {
    let (store, t) = (&web.0.store, frame.t);
    let site = SiteId::new(id);
    let standing = *standings(&web).await?.get(&site).ok_or_else(|| Fail::Unknown(site.to_string()))?;
    let mut status = store.statuses(std::slice::from_ref(&site)).await?.pop().ok_or(Fail::Bug)?;
    stand(&web, &mut status, standing).await?;
    let today = day(web.0.clock.now());
    let months = store.months(&site, rhythm::first_month(today)).await?;
    let newest = Filter { site: Some(site.clone()), limit: NEWEST, ..Filter::default() };
    let reports = store.reports(newest).await?;
    let filter = TimelineFilter { site: Some(site.clone()), limit: NEWEST, ..TimelineFilter::default() };
    let changes = store.timeline(filter).await?.changes;
    let files = web.sites();
    let file = files.get(&site);
    let rhythm = rhythm::plot(&months, today);
    let poll = PollPart::of(&web, t, &status).await?;
    let is_live = poll.is_live;
    let page = pages::html(&SitePage {
        poll,
        has_tools: web.has_tools(),
        has_file: web.has_file(&site).await?,
        said: asked.text("written").map(|_| t.file_written),
        site: Row::of(&web, t, &status),
        home: file.map(|file| shown(file.home.as_str())),
        coverage: file
            .filter(|file| !file.owes.owed.is_empty())
            .map(|_| format!("/coverage?site={}", ask::encoded(site.as_str()))),
        ignores_robots: file.is_some_and(|file| file.fetch.robots == Robots::Ignore),
        wrong_file: wrong_file(&web, &site, standing).await?,
        evidence: status.evidence.iter().map(|one| evidence_row(t, one)).collect(),
        listings: status.listings.iter().map(listing_row).collect(),
        rhythm_said: rhythm.as_ref().map(|rhythm| Texts::with(t.rhythm_note, rhythm.most)).unwrap_or_default(),
        rhythm,
        reports: reports.iter().map(|report| ReportRow::of(&web, t, report)).collect(),
        changes: changes.iter().map(|(change, event)| Told::of(&web, t, *change, event, None)).collect(),
        frame,
    });
    Ok(if is_live { guard::live(page) } else { page })
}

/// What is wrong with its file; of one that is not watched it stands as what is wrong with the site already.
async fn wrong_file(web: &Web, site: &SiteId, standing: &str) -> Result<Option<String>, Fail> {
    if standing == "unwatched" {
        return Ok(None);
    }
    Ok(web.first_mistake(site).await?.map(|mistake| shown(&mistake.to_string())))
}

fn evidence_row(t: &Texts, evidence: &Evidence) -> EvidenceRow {
    let healthy = evidence.last_healthy_at.map(|at| {
        let rows = evidence.last_healthy_entries.map_or_else(|| "–".to_owned(), |n| n.to_string());
        Texts::with(&Texts::with(t.last_healthy, When::of(at).shown), rows)
    });
    let selector = evidence.key.as_deref().zip(evidence.selector.as_deref());
    EvidenceRow {
        what: evidence.listing.as_deref().map_or_else(|| t.its_reports.to_owned(), shown),
        since: Texts::with(t.broken_since, When::of(evidence.since_at).shown),
        reason: shown(&evidence.reason),
        url: shown(&evidence.url),
        status: evidence.status,
        capture: evidence.capture.to_string(),
        capture_short: short(evidence.capture),
        selector: selector.map(|(key, selector)| shown(&format!("{key} = {selector:?}"))),
        healthy,
    }
}

fn listing_row(listing: &ListingStatus) -> ListingRow {
    ListingRow {
        name: shown(&listing.listing),
        complete_since: listing.complete_since.map(|date| date.date().to_string()),
        is_whole: listing.is_whole,
        pages: match listing.pages_stated {
            Some(n_stated) => format!("{}/{n_stated}", listing.pages),
            None => listing.pages.to_string(),
        },
        n_reports: listing.entries,
        n_pending: listing.pending,
        looked_at: When::maybe(listing.looked_at),
        reason: listing.reason.as_deref().map(shown).unwrap_or_default(),
    }
}
