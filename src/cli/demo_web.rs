//! `demo --web`: the web page over what the story of the demo left. In: its World and sites. Out: pages until Ctrl-C.
//! Never: an address that others reach.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use tokio::net::TcpListener;
use tokio::sync::watch;

use super::signal::stop_signal;
use super::{Context, Exit, Stop};
use crate::config::{Site, WebRule};
use crate::crawl::World;
use crate::web::{self, Access, Web};

/// Serves the page until the program is told to stop.
pub(super) async fn serve(
    context: &Context,
    world: &World,
    sites: Vec<Arc<Site>>,
    listen: SocketAddr,
) -> Result<(), Stop> {
    let access = Access::new(&WebRule::default(), listen);
    let access = access.map_err(|error| Stop::new(Exit::Usage, error.to_string()))?;
    let failed = |error| Stop::new(Exit::SomeFailed, format!("the web page cannot listen on {listen}: {error}"));
    let listener = TcpListener::bind(listen).await.map_err(failed)?;
    let address = listener.local_addr().map_err(failed)?;
    // Their files are paused lest a daemon polls them; here they were.
    let polled = |site: Arc<Site>| (site.id.clone(), Arc::new(Site { paused: false, ..Site::clone(&site) }));
    let (_sites, files) = watch::channel(Arc::new(sites.into_iter().map(polled).collect()));
    let router =
        web::router(Web::new(world.store.clone(), world.clock.clone(), files, access, None, None), Router::new());
    if !context.global.json {
        context.out.line(format!("\nThe web page: http://{address}/ (Ctrl-C ends it)"))?;
        context.out.flush()?;
    }
    web::serve(listener, router, stop_signal()).await;
    Ok(())
}
