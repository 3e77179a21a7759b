//! The same as JSON, with the names of the command line's JSON.
//!
//! In: a query. Out: an object, or `items` and `next`. Never: a key that is not always there.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use axum::Router;
use axum::extract::{MatchedPath, Path, Request, State};
use axum::http::header::{CONTENT_TYPE, ETAG, HeaderName, IF_NONE_MATCH};
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde::Serialize;
use serde_json::{Value, json};

use super::ask::{Asked, names};
use super::fail::Fail;
use super::sites::{STANDINGS, stand, standings};
use super::{Web, alerts, compare, coverage, guard, search, today};
use crate::cli::{self, show};
use crate::model::SiteId;
use crate::store::{AlertFilter, Among, Query, Search, SearchOrder};

/// Items of an answer where the query does not say, and at most.
const USUAL: usize = 50;
const MOST: usize = 200;

/// The description of all this, for programs.
const OPENAPI: &str = include_str!("static/openapi.json");

/// The names that the query of each route may have, by its path: those of the description.
static NAMES: LazyLock<HashMap<String, Vec<String>>> = LazyLock::new(|| {
    let described: Value = serde_json::from_str(OPENAPI).expect("invariant: the description is JSON");
    let paths = described["paths"].as_object().expect("invariant: the description has paths");
    let names = |parameters: &Value| {
        let asked = parameters.as_array().into_iter().flatten().filter(|parameter| parameter["in"] == "query");
        asked.filter_map(|parameter| parameter["name"].as_str()).map(str::to_owned).collect()
    };
    paths.iter().map(|(path, item)| (path.clone(), names(&item["get"]["parameters"]))).collect()
});

pub(super) fn routes(web: Web) -> Router<Web> {
    Router::new()
        .route("/changes", get(changes))
        .route("/reports", get(reports))
        .route("/reports/{report}", get(report))
        .route("/reports/{report}/history", get(history))
        .route("/reports/{report}/diff", get(compared))
        .route("/search", get(found))
        .route("/coverage", get(covered))
        .route("/alerts", get(alerts))
        .route("/sites", get(sites))
        .route("/sites/{site}", get(site))
        .route("/openapi.json", get(openapi))
        .route_layer(from_fn_with_state(web, checked))
}

/// Refuses a query that says what would be passed over: a misspelt filter, one that stands twice, or a site that is none
/// would answer with everything, or with nothing.
async fn checked(
    path: MatchedPath,
    State(web): State<Web>,
    asked: Asked,
    request: Request,
    next: Next,
) -> Result<Response, Fail> {
    let known = NAMES.get(path.as_str()).map_or(&[][..], Vec::as_slice);
    let mut seen = HashSet::new();
    for name in names(request.uri().query().unwrap_or_default()) {
        if !known.contains(&name) {
            let known =
                if known.is_empty() { "none is taken here".to_owned() } else { format!("one of {}", known.join(", ")) };
            return Err(Fail::WrongName(format!("{name:?}: {known}")));
        }
        if let Some(twice) = seen.replace(name) {
            return Err(Fail::WrongName(format!("{twice:?} stands twice")));
        }
    }
    if let Some(site) = asked.text("site").map(SiteId::new)
        && !web.sites().contains_key(&site)
        && !standings(&web).await?.contains_key(&site)
    {
        return Err(Fail::Unknown(format!("no site {:?}: /api/v1/sites lists them", site.as_str())));
    }
    Ok(next.run(request).await)
}

/// An answer that need not be sent again to who has it.
pub(super) fn tagged<const N: usize>(
    headers: &HeaderMap,
    own: [(HeaderName, &'static str); N],
    body: Vec<u8>,
) -> Response {
    let tag = format!("\"{}\"", &blake3::hash(&body).to_hex()[..32]);
    let known = guard::text(headers, IF_NONE_MATCH).unwrap_or_default();
    let is_known = known.split(',').any(|one| one.trim().trim_start_matches("W/") == tag || one.trim() == "*");
    // Set, not added: bytes come with a type of their own.
    let own = (own, [(ETAG, tag)]);
    if is_known {
        return (StatusCode::NOT_MODIFIED, own).into_response();
    }
    (own, body).into_response()
}

fn answer(headers: &HeaderMap, value: &impl Serialize) -> Result<Response, Fail> {
    let body = serde_json::to_vec(value).map_err(|error| {
        tracing::error!("web page: {error}");
        Fail::Bug
    })?;
    Ok(tagged(headers, [(CONTENT_TYPE, "application/json")], body))
}

fn items(headers: &HeaderMap, items: &[impl Serialize], next: Option<&str>) -> Result<Response, Fail> {
    answer(headers, &json!({"items": items, "next": next}))
}

/// How many items are asked for. **Errors**: none, or more than fit.
fn limit(asked: &Asked) -> Result<usize, Fail> {
    match asked.value("limit")?.unwrap_or(USUAL) {
        limit @ 1..=MOST => Ok(limit),
        limit => Err(Fail::wrong("limit", &limit.to_string(), &format!("from 1 to {MOST}"))),
    }
}

/// A word that is one of these. **Errors**: it is none of them.
fn one_of<'a>(asked: &'a Asked, name: &'static str, words: &[&str]) -> Result<Option<&'a str>, Fail> {
    let word = asked.text(name);
    let is_known = word.is_none_or(|word| words.contains(&word));
    let wrong = || Fail::wrong(name, word.unwrap_or_default(), &format!("one of {}", words.join(", ")));
    if is_known { Ok(word) } else { Err(wrong()) }
}

/// The timeline: rows of `fetch`.
async fn changes(State(web): State<Web>, headers: HeaderMap, asked: Asked) -> Result<Response, Fail> {
    let page = web.0.store.timeline(today::filter(&asked, limit(&asked)?)?).await?;
    let rows: Vec<_> = page.changes.into_iter().map(|(_, event)| event).collect();
    items(&headers, &rows, page.next.map(|next| next.to_string()).as_deref())
}

/// Rows of `reports`.
async fn reports(State(web): State<Web>, headers: HeaderMap, asked: Asked) -> Result<Response, Fail> {
    let limit = limit(&asked)?;
    let mut rows = web.0.store.reports(search::filter(&asked, limit + 1)?).await?;
    let has_more = rows.len() > limit;
    rows.truncate(limit);
    let next = rows.last().filter(|_| has_more).map(search::place);
    items(&headers, &rows, next.as_deref())
}

/// The object of `show`.
async fn report(
    State(web): State<Web>,
    headers: HeaderMap,
    Path(asked_for): Path<String>,
    asked: Asked,
) -> Result<Response, Fail> {
    let store = &web.0.store;
    let report = store.find_report(&asked_for).await?;
    let number = asked.value("revision")?.or(report.revision).unwrap_or(1);
    let revision = store.revision(report.report, number).await?;
    let work = match report.work {
        Some(work) => store.work(work).await?,
        None => None,
    };
    let missing = show::missing(store, &report, &revision.document).await?;
    let beside = show::Beside { missing: &missing, work: work.as_ref(), ..show::Beside::default() };
    answer(&headers, &show::object(&report, &revision, &beside))
}

/// Rows of `history`.
async fn history(State(web): State<Web>, headers: HeaderMap, Path(asked_for): Path<String>) -> Result<Response, Fail> {
    let report = web.0.store.find_report(&asked_for).await?;
    items(&headers, &web.0.store.history(report.report).await?, None)
}

/// The object of `diff`.
async fn compared(
    State(web): State<Web>,
    headers: HeaderMap,
    Path(asked_for): Path<String>,
    asked: Asked,
) -> Result<Response, Fail> {
    let pair = compare::pair(&web, &asked_for, &asked).await?;
    answer(&headers, &compare::object(&web, pair).await?)
}

/// Rows of `search`.
async fn found(State(web): State<Web>, headers: HeaderMap, asked: Asked) -> Result<Response, Fail> {
    let words = asked.text("q").ok_or_else(|| Fail::wrong("q", "", &"what to search for"))?;
    let query = Query::parse(words).map_err(|error| Fail::wrong("q", words, &error))?;
    let limit = limit(&asked)?;
    let number = asked.value::<usize>("page")?.unwrap_or(1);
    if !(1..=search::MOST_PAGES).contains(&number) {
        return Err(Fail::wrong("page", &number.to_string(), &format!("from 1 to {}", search::MOST_PAGES)));
    }
    let order =
        if one_of(&asked, "by", &["date", "rank"])? == Some("rank") { SearchOrder::Best } else { SearchOrder::Newest };
    let (filter, offset) = (search::filter(&asked, limit)?, (number - 1) * limit);
    let page = search::look(&web, Search { query, filter, among: Among::All, order, offset }).await?;
    let rows: Vec<Value> = page.found.iter().map(cli::search::row).collect();
    let next = (page.has_more && number < search::MOST_PAGES).then(|| (number + 1).to_string());
    answer(&headers, &json!({"items": rows, "next": next, "n_unindexed": page.n_unindexed}))
}

/// Rows of `coverage` about one year and kind.
async fn covered(State(web): State<Web>, headers: HeaderMap, asked: Asked) -> Result<Response, Fail> {
    let (rows, next) = coverage::rows(&web, &asked, limit(&asked)?).await?;
    items(&headers, &rows, next.as_deref())
}

/// Rows of `alerts`, the youngest.
async fn alerts(State(web): State<Web>, headers: HeaderMap, asked: Asked) -> Result<Response, Fail> {
    let (channel, limit) = (asked.text("channel").map(str::to_owned), limit(&asked)?);
    let filter = AlertFilter { channel, state: alerts::state(&asked)?.map(str::to_owned), limit };
    items(&headers, &web.0.store.alerts(filter).await?, None)
}

/// Rows of `status`.
async fn sites(State(web): State<Web>, headers: HeaderMap, asked: Asked) -> Result<Response, Fail> {
    let (limit, after) = (limit(&asked)?, asked.text("after").map(SiteId::new));
    let all = standings(&web).await?;
    let state = one_of(&asked, "state", &STANDINGS)?;
    let wanted = all.iter().filter(|(_, word)| state.is_none_or(|state| state == **word));
    let mut here: Vec<SiteId> = wanted
        .filter(|(site, _)| after.as_ref().is_none_or(|after| *site > after))
        .take(limit + 1)
        .map(|(site, _)| site.clone())
        .collect();
    let has_more = here.len() > limit;
    here.truncate(limit);
    let next = here.last().filter(|_| has_more).map(ToString::to_string);
    let mut rows = if here.is_empty() { Vec::new() } else { web.0.store.statuses(&here).await? };
    for row in &mut rows {
        let standing = all[&row.site];
        stand(&web, row, standing).await?;
    }
    items(&headers, &rows, next.as_deref())
}

/// A row of `status`.
async fn site(State(web): State<Web>, headers: HeaderMap, Path(id): Path<String>) -> Result<Response, Fail> {
    let site = SiteId::new(id);
    let standing = *standings(&web).await?.get(&site).ok_or_else(|| Fail::Unknown(site.to_string()))?;
    let mut status = web.0.store.statuses(&[site]).await?.pop().ok_or(Fail::Bug)?;
    stand(&web, &mut status, standing).await?;
    answer(&headers, &status)
}

async fn openapi(headers: HeaderMap) -> Response {
    tagged(&headers, [(CONTENT_TYPE, "application/json")], OPENAPI.as_bytes().to_vec())
}
