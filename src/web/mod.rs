//! The web page: read, compare, search, see how the sites do; and the same as JSON.
//!
//! In: requests. Out: pages made on the server that need no script, and JSON with the names of the command line. Never:
//! a portal's markup, a request that the guard has not seen, an address from a portal that is loaded.

mod access;
mod add;
mod alerts;
mod api;
mod ask;
mod assets;
mod body;
mod compare;
mod compared;
mod coverage;
mod edit;
mod excerpt;
mod fail;
mod feed;
mod file;
mod frame;
mod guard;
mod lag;
mod language;
mod login;
mod long;
mod page;
mod poll;
mod report;
mod rhythm;
mod saved;
mod search;
mod serve;
mod shown;
mod site;
mod sites;
mod slow;
mod texts;
mod today;
mod told;
mod tools;
mod words;

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit as BodyLimit;
use axum::middleware::from_fn_with_state;
use axum::routing::{get, post};
use tokio::sync::{Semaphore, watch};

use crate::alert::Channels;
use crate::clock::Clock;
use crate::config::Site;
use crate::model::SiteId;
use crate::store::Store;

pub use access::{Access, AccessError};
pub use serve::serve;
pub use tools::Tools;

/// Most bytes of a form: a filter, a password.
const MOST_FORM_BYTES: usize = 16 << 10;
/// Revisions compared at once: each takes a core and, for long reports, tens of megabytes.
const COMPARED_AT_ONCE: usize = 2;
/// Searches at once: the polls need the other readers of the store.
const SEARCHED_AT_ONCE: usize = 2;
/// Contents sent at once: each is in memory until its last byte is sent.
const CONTENTS_AT_ONCE: usize = 4;
/// Portals looked at at once for a site that is to be added.
const LOOKS_AT_ONCE: usize = 2;

/// The site files by their ids.
pub type SiteFiles = Arc<BTreeMap<SiteId, Arc<Site>>>;

/// What the pages are made from; clones share it.
#[derive(Clone)]
pub struct Web(Arc<State>);

struct State {
    store: Store,
    clock: Clock,
    /// The site files as they are now.
    sites: watch::Receiver<SiteFiles>,
    access: Access,
    /// What alerts go by; `None`: they are shown, and no channel can be tried.
    channels: Option<Channels>,
    /// How site files are written and polls asked for; `None`: here they cannot be.
    tools: Option<Tools>,
    looks: Semaphore,
    comparisons: Semaphore,
    searches: Semaphore,
    contents: Arc<Semaphore>,
}

impl Web {
    /// Pages over this store. `sites` gives the site files, also after they were loaded again.
    pub fn new(
        store: Store,
        clock: Clock,
        sites: watch::Receiver<SiteFiles>,
        access: Access,
        channels: Option<Channels>,
        tools: Option<Tools>,
    ) -> Self {
        let (comparisons, looks) = (Semaphore::new(COMPARED_AT_ONCE), Semaphore::new(LOOKS_AT_ONCE));
        let (searches, contents) = (Semaphore::new(SEARCHED_AT_ONCE), Arc::new(Semaphore::new(CONTENTS_AT_ONCE)));
        let state = State { store, clock, sites, access, channels, tools, looks, comparisons, searches, contents };
        Self(Arc::new(state))
    }

    /// The site files as they are now.
    fn sites(&self) -> SiteFiles {
        Arc::clone(&self.0.sites.borrow())
    }

    /// The name of a site as people know it; its id where it has no file.
    fn site_name(&self, id: &SiteId) -> String {
        self.sites().get(id).map_or_else(|| shown::shown(id.as_str()), |site| site.name.clone())
    }

    /// Ids and names of the kinds of report.
    fn kinds(&self) -> Vec<(String, String)> {
        let sites = self.sites();
        let kinds = sites.values().next().map(|site| Arc::clone(&site.kinds));
        kinds.iter().flat_map(|kinds| kinds.iter()).map(|kind| (kind.id.clone(), kind.name.clone())).collect()
    }

    /// The name of a kind of report; its id where it is not known.
    fn kind_name(&self, id: &str) -> String {
        let sites = self.sites();
        let kind = sites.values().next().and_then(|site| site.kinds.get(id));
        kind.map_or_else(|| shown::shown(id), |kind| kind.name.clone())
    }
}

/// Every route, and those `beside` them, behind the guard.
pub fn router(web: Web, beside: Router) -> Router {
    let pages = Router::new()
        .route("/", get(today::page))
        .route("/read", post(today::mark_read))
        .route("/reports/{report}", get(report::page))
        .route("/reports/{report}/revisions/{revision}/files/{file}", get(file::page))
        .route("/reports/{report}/compare", get(compare::page))
        .route("/reports/{report}/compare.txt", get(compare::whole))
        .route("/contents/{hash}", get(file::content))
        .route("/search", get(search::page))
        .route("/searches", post(saved::save))
        .route("/searches/forget", post(saved::forget))
        .route("/sites", get(sites::page))
        .route("/sites/{site}", get(site::page))
        .route("/sites/{site}/poll", post(poll::ask))
        .route("/sites/{site}/file", get(edit::page).post(edit::save).layer(BodyLimit::max(edit::MOST_FILE_BYTES)))
        .route("/add", get(add::page).post(add::look))
        .route("/coverage", get(coverage::page))
        .route("/coverage/{site}/{kind}/{year}", get(coverage::covered))
        .route("/coverage.csv", get(coverage::file))
        .route("/alerts", get(alerts::page))
        .route("/alerts/retry", post(alerts::retry))
        .route("/alerts/test", post(alerts::test))
        .route("/feed.atom", get(feed::atom))
        .route("/feed.json", get(feed::json))
        .route("/login", get(login::page).post(login::enter))
        .route("/logout", post(login::leave))
        .route("/language", get(language::choose))
        .route("/static/{name}", get(assets::file))
        .nest("/api/v1", api::routes(web.clone()))
        .fallback(fail::no_such_page);
    pages
        .layer(BodyLimit::max(MOST_FORM_BYTES))
        .with_state(web.clone())
        .merge(beside)
        .layer(from_fn_with_state(web, guard::watch))
}
