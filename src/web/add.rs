//! Add a site: from the address of a listing to what it would read and the file that says so, as the command `add` does.
//!
//! In: an address. Out: its rows, pages, two of its reports, every reason to doubt them, and the file in a form that can
//! be edited before it is written. Never: a file written here; the form leads to the checks of every site file.

use std::time::Duration;

use askama::Template;
use axum::Form;
use axum::extract::{Extension, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use tokio::task::spawn_blocking;
use tokio::time::timeout;
use url::Url;

use super::ask;
use super::edit::FileForm;
use super::fail::Fail;
use super::frame::Frame;
use super::guard::Caller;
use super::shown::{shown, stated, title};
use super::texts::Texts;
use super::tools::Tools;
use super::{Web, page as pages};
use crate::cli::add::{Look, Looker, Plan, ReportSeen, Wanted, pages_word};
use crate::config::is_site_id;

/// Rows of the listing that are shown.
const ROWS_SHOWN: usize = 15;
/// How long a look may take: some six requests, each behind the pace and up to its own limits.
const LONGEST_LOOK: Duration = Duration::from_mins(3);

#[derive(Template)]
#[template(path = "add.html", config = "src/web/askama.toml")]
struct AddPage {
    frame: Frame,
    url: String,
    id: String,
    trouble: Option<String>,
    seen: Option<Seen>,
}

/// What was seen at the address.
struct Seen {
    names: String,
    what: String,
    rows: Vec<(Option<String>, String, String)>,
    n_rows: String,
    pages: String,
    reports: Vec<ReportRow>,
    is_sure: bool,
    confidence: String,
    reasons: Vec<String>,
    plan: Planned,
}

/// What there is to be written.
enum Planned {
    Nothing,
    /// The site that has this listing already.
    There(String),
    /// A file, and whether it is there and gets one listing more.
    File(FileForm, bool),
}

/// A report behind one of the rows.
struct ReportRow {
    title: String,
    url: String,
    published: Option<String>,
    said: String,
}

/// The form.
pub(super) async fn page(
    State(web): State<Web>,
    Extension(frame): Extension<Frame>,
    Extension(caller): Extension<Caller>,
) -> Result<Response, Fail> {
    web.tools(caller)?;
    Ok(pages::html(&AddPage { frame, url: String::new(), id: String::new(), trouble: None, seen: None }))
}

/// What the form sends.
#[derive(Deserialize)]
pub(super) struct Sent {
    url: String,
    #[serde(default)]
    id: String,
}

/// Looks at an address.
pub(super) async fn look(
    State(web): State<Web>,
    Extension(frame): Extension<Frame>,
    Extension(caller): Extension<Caller>,
    Form(sent): Form<Sent>,
) -> Result<Response, Fail> {
    let tools = web.tools(caller)?;
    let (url, id) = (sent.url.trim().to_owned(), sent.id.trim().to_owned());
    let (seen, trouble) = match seen(&web, tools, frame.t, &url, &id).await? {
        Ok(seen) => (Some(seen), None),
        Err(trouble) => (None, Some(trouble)),
    };
    let status = if trouble.is_none() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    Ok((status, pages::html(&AddPage { frame, url, id, trouble, seen })).into_response())
}

/// What is seen there, or why nothing is.
async fn seen(web: &Web, tools: &Tools, t: &'static Texts, url: &str, id: &str) -> Result<Result<Seen, String>, Fail> {
    // A port would pass for a path, and the host for a scheme.
    let with_scheme = if url.contains("://") { url.to_owned() } else { format!("http://{url}") };
    let Ok(address) = Url::parse(&with_scheme) else {
        return Ok(Err(t.no_address.to_owned()));
    };
    if !id.is_empty() && !is_site_id(id) {
        return Ok(Err(t.no_id.to_owned()));
    }
    let _turn = web.0.looks.acquire().await.map_err(|_| Fail::Bug)?;
    let (dir, network, fetcher) = (tools.dir.clone(), tools.network.clone(), tools.fetcher.clone());
    let looker = spawn_blocking(move || Looker::new(dir, &network, fetcher)).await?;
    let wanted = Wanted { url: Some(address), id: (!id.is_empty()).then(|| id.to_owned()), ..Wanted::default() };
    match timeout(LONGEST_LOOK, looker.look(&wanted, None)).await {
        Ok(Ok(look)) => Seen::of(t, tools, &look).await.map(Ok),
        Ok(Err(stop)) => Ok(Err(shown(&stop.message))),
        Err(_) => Ok(Err(t.look_too_long.to_owned())),
    }
}

impl Seen {
    async fn of(t: &'static Texts, tools: &Tools, look: &Look) -> Result<Self, Fail> {
        let proposal = &look.proposal;
        let names = [proposal.names.site.as_deref(), proposal.names.listing.as_deref()];
        let family = proposal.family.as_ref().map_or_else(|| t.no_family.to_owned(), |family| family.name.clone());
        let entries = &proposal.first.entries;
        let rows = entries.iter().take(ROWS_SHOWN).map(|entry| {
            let date = entry.date.map(|date| date.date().to_string());
            (date, title(&entry.title), shown(entry.url.as_str()))
        });
        Ok(Self {
            names: names.into_iter().flatten().map(title).collect::<Vec<_>>().join(" · "),
            what: format!("{} · {}", proposal.page.as_str().replace('_', " "), shown(&family)),
            rows: rows.collect(),
            n_rows: Texts::with(t.n_rows, entries.len()),
            pages: pages_said(t, look),
            reports: look.reports.iter().map(|report| ReportRow::of(t, report)).collect(),
            is_sure: look.is_sure(),
            confidence: format!("{:.2}", proposal.confidence()),
            reasons: proposal.reasons.iter().map(|reason| shown(&reason.to_string())).collect(),
            plan: Planned::of(tools, look.plan.as_ref()).await?,
        })
    }
}

impl Planned {
    async fn of(tools: &Tools, plan: Option<&Plan>) -> Result<Self, Fail> {
        let Some(plan) = plan else { return Ok(Self::Nothing) };
        let id = plan.path().file_stem().unwrap_or_default().to_string_lossy().into_owned();
        match plan {
            Plan::There { .. } => Ok(Self::There(ask::encoded(&id))),
            Plan::New { text, .. } | Plan::Edit { text, .. } => {
                let standing = tools.standing(&id).await?;
                Ok(Self::File(FileForm::of(&id, &standing, text.clone()), standing.text.is_some()))
            }
        }
    }
}

impl ReportRow {
    fn of(t: &Texts, report: &ReportSeen) -> Self {
        Self {
            title: report.title.as_deref().map_or_else(|| t.no_title.to_owned(), title),
            url: shown(report.url.as_str()),
            published: report.published.map(stated),
            said: Texts::with(&Texts::with(t.n_chars_files, report.n_chars), report.n_attachments),
        }
    }
}

/// How its pages follow one another, and what the second one has.
fn pages_said(t: &Texts, look: &Look) -> String {
    let (proposal, first) = (&look.proposal, &look.proposal.first);
    let mut said: Vec<String> = Vec::new();
    said.extend(proposal.pages.as_ref().map(|rule| pages_word(rule).to_owned()));
    said.extend(first.n_pages.map(|n| Texts::with(t.n_pages, n)));
    said.extend(first.next_url().map(|next| Texts::with(t.second_page, shown(next.as_str()))));
    said.extend(look.page_two.map(|(n_rows, n_new)| Texts::with(&Texts::with(t.second_rows, n_rows), n_new)));
    if said.is_empty() { t.one_page.to_owned() } else { said.join(t.choose("；", "; ")) }
}
