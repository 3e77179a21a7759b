//! The web page: read, compare, search, see how the sites do; and the same as JSON.
//!
//! In: requests. Out: pages made on the server that need no script, and JSON with the names of the command line. Never:
//! a portal's markup, a request that the guard has not seen, an address from a portal that is loaded.

mod access;
mod api;
mod ask;
mod assets;
mod compare;
mod excerpt;
mod fail;
mod feed;
mod frame;
mod guard;
mod language;
mod login;
mod page;
mod report;
mod rhythm;
mod search;
mod shown;
mod site;
mod sites;
mod texts;
mod today;
mod told;

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn_with_state;
use axum::routing::{get, post};
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, watch};

use crate::clock::Clock;
use crate::config::Site;
use crate::model::SiteId;
use crate::store::Store;

pub use access::{Access, AccessError, May, Token, WebSettings};

/// Most bytes of a form: a filter, a password.
const MOST_FORM_BYTES: usize = 16 << 10;
/// Revisions compared at once: each takes a core and, for long reports, tens of megabytes.
const COMPARED_AT_ONCE: usize = 2;

/// What the pages are made from; clones share it.
#[derive(Debug, Clone)]
pub struct Web(Arc<State>);

#[derive(Debug)]
struct State {
    store: Store,
    clock: Clock,
    /// The site files as they are now.
    sites: watch::Receiver<Arc<[Arc<Site>]>>,
    access: Access,
    comparisons: Semaphore,
}

impl Web {
    /// Pages over this store. `sites` gives the site files, also after they were loaded again.
    pub fn new(store: Store, clock: Clock, sites: watch::Receiver<Arc<[Arc<Site>]>>, access: Access) -> Self {
        Self(Arc::new(State { store, clock, sites, access, comparisons: Semaphore::new(COMPARED_AT_ONCE) }))
    }

    /// The site files as they are now.
    fn sites(&self) -> Arc<[Arc<Site>]> {
        Arc::clone(&self.0.sites.borrow())
    }

    /// The name of a site as people know it; its id where it has no file.
    fn site_name(&self, id: &SiteId) -> String {
        let sites = self.sites();
        sites.iter().find(|site| site.id == *id).map_or_else(|| shown::shown(id.as_str()), |site| site.name.clone())
    }

    /// Ids and names of the kinds of report.
    fn kinds(&self) -> Vec<(String, String)> {
        let sites = self.sites();
        let kinds = sites.first().map(|site| Arc::clone(&site.kinds));
        kinds.iter().flat_map(|kinds| kinds.iter()).map(|kind| (kind.id.clone(), kind.name.clone())).collect()
    }

    /// The name of a kind of report; its id where it is not known.
    fn kind_name(&self, id: &str) -> String {
        let sites = self.sites();
        let kind = sites.first().and_then(|site| site.kinds.get(id));
        kind.map_or_else(|| shown::shown(id), |kind| kind.name.clone())
    }
}

/// Every route, and those `beside` them, behind the guard.
pub fn router(web: Web, beside: Router) -> Router {
    let pages = Router::new()
        .route("/", get(today::page))
        .route("/read", post(today::mark_read))
        .route("/reports/{report}", get(report::page))
        .route("/reports/{report}/revisions/{revision}/files/{file}", get(report::file))
        .route("/reports/{report}/compare", get(compare::page))
        .route("/contents/{hash}", get(report::content))
        .route("/search", get(search::page))
        .route("/sites", get(sites::page))
        .route("/sites/{site}", get(site::page))
        .route("/feed.atom", get(feed::atom))
        .route("/feed.json", get(feed::json))
        .route("/login", get(login::page).post(login::enter))
        .route("/logout", post(login::leave))
        .route("/language", get(language::choose))
        .route("/static/{name}", get(assets::file))
        .nest("/api/v1", api::routes())
        .fallback(fail::no_such_page);
    pages
        .layer(DefaultBodyLimit::max(MOST_FORM_BYTES))
        .with_state(web.clone())
        .merge(beside)
        .layer(from_fn_with_state(web, guard::watch))
}

/// Serves the pages until `stop` ends. **Errors**: `listener` failed.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    stop: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    axum::serve(listener, service).with_graceful_shutdown(stop).await
}
