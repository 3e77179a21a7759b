//! The sites: how each does, a page at a time.
//!
//! In: the site files and the store. Out: a table. Never: all of them at once.

use std::collections::BTreeMap;

use askama::Template;
use axum::Extension;
use axum::extract::State;
use axum::response::Response;

use super::ask::{self, Asked};
use super::fail::Fail;
use super::frame::Frame;
use super::shown::{When, shown};
use super::texts::Texts;
use super::today::Choice;
use super::{Web, page as pages};
use crate::cli;
use crate::model::{SiteId, SiteStatus};

/// Sites on one page.
const A_PAGE: usize = 50;
/// The standings in the order of the form: what needs somebody first.
pub(super) const STANDINGS: [&str; 8] = ["broken", "blocked", "failing", "ok", "new", "unwatched", "paused", "retired"];

#[derive(Template)]
#[template(path = "sites.html", config = "src/web/askama.toml")]
struct SitesPage {
    frame: Frame,
    rows: Vec<Row>,
    words: String,
    standings: Vec<Choice>,
    n_sites: String,
    /// Whether there is no site at all.
    is_empty: bool,
    has_tools: bool,
    next: Option<String>,
    first: Option<String>,
}

/// One site.
pub(super) struct Row {
    pub(super) id: String,
    pub(super) address: String,
    pub(super) name: String,
    pub(super) state: String,
    pub(super) state_word: String,
    pub(super) last_success: Option<When>,
    pub(super) next_due: Option<When>,
    pub(super) n_reports: u64,
    pub(super) complete_since: Option<String>,
    pub(super) why: String,
}

impl Row {
    pub(super) fn of(web: &Web, t: &Texts, status: &SiteStatus) -> Self {
        Self {
            id: shown(status.site.as_str()),
            address: ask::encoded(status.site.as_str()),
            name: web.site_name(&status.site),
            state_word: t.standing_word(&status.state),
            state: status.state.clone(),
            last_success: When::maybe(status.last_success_at),
            next_due: When::maybe(status.next_due_at),
            n_reports: status.entries,
            complete_since: status.complete_since.map(|date| date.date().to_string()),
            why: status.error.as_deref().map(shown).unwrap_or_default(),
        }
    }
}

/// The standing of every site that has a file or was polled, in the order of their ids.
pub(super) async fn standings(web: &Web) -> Result<BTreeMap<SiteId, &'static str>, Fail> {
    let files = web.sites();
    let mut all: BTreeMap<SiteId, &str> = files.keys().map(|site| (site.clone(), "new")).collect();
    all.extend(web.0.store.standings().await?);
    let is_aside = |state: &str| matches!(state, "paused" | "retired");
    for (site, state) in all.iter_mut().filter(|(_, state)| !is_aside(state)) {
        match files.get(site) {
            None => *state = "unwatched",
            Some(file) if file.paused => *state = "paused",
            Some(_) => {}
        }
    }
    Ok(all)
}

/// Has a site stand as its file says, with what is wrong with that, where nobody goes by it.
pub(super) async fn stand(web: &Web, status: &mut SiteStatus, standing: &str) -> Result<(), Fail> {
    status.stand(standing);
    if let Some(file) = web.sites().get(&status.site) {
        cli::status::by_file(status, file);
    }
    if standing == "unwatched" && status.error.is_none() {
        status.error = web.first_mistake(&status.site).await?.map(|mistake| mistake.to_string());
    }
    Ok(())
}

/// The sites that stand so and have the words in their name or id.
fn wanted(web: &Web, asked: &Asked, all: &BTreeMap<SiteId, &'static str>) -> Vec<SiteId> {
    let (words, standing) = (asked.text("words").unwrap_or_default(), asked.text("state"));
    let files = web.sites();
    let is_named = |site: &SiteId| {
        let name = files.get(site).map(|file| file.name.as_str());
        site.as_str().contains(words) || name.is_some_and(|name| name.contains(words))
    };
    let wanted = all.iter().filter(|(site, state)| standing.is_none_or(|wanted| wanted == **state) && is_named(site));
    wanted.map(|(site, _)| site.clone()).collect()
}

/// The page.
pub(super) async fn page(
    State(web): State<Web>,
    Extension(frame): Extension<Frame>,
    asked: Asked,
) -> Result<Response, Fail> {
    let t = frame.t;
    let all = standings(&web).await?;
    let standing = asked.text("state");
    let after = asked.text("after").map(SiteId::new);
    let wanted = wanted(&web, &asked, &all);
    let n_sites = Texts::with(t.n_sites, wanted.len());
    let rest = wanted.into_iter().filter(|site| after.as_ref().is_none_or(|after| site > after));
    let mut here: Vec<SiteId> = rest.take(A_PAGE + 1).collect();
    let next = (here.len() > A_PAGE).then(|| here[A_PAGE - 1].to_string());
    here.truncate(A_PAGE);
    let mut statuses = if here.is_empty() { Vec::new() } else { web.0.store.statuses(&here).await? };
    for status in &mut statuses {
        let standing = all[&status.site];
        stand(&web, status, standing).await?;
    }
    let choice = |state: &&str| Choice {
        value: (*state).to_owned(),
        word: t.standing_word(state),
        is_chosen: standing == Some(state),
    };
    Ok(pages::html(&SitesPage {
        rows: statuses.iter().map(|status| Row::of(&web, t, status)).collect(),
        standings: STANDINGS.iter().map(choice).collect(),
        n_sites,
        is_empty: all.is_empty(),
        has_tools: web.has_tools(),
        next: next.map(|last| asked.with("after", Some(&last))),
        first: asked.text("after").map(|_| format!("/sites{}", asked.with("after", None))),
        words: asked.or_empty("words"),
        frame,
    }))
}
