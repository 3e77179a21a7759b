//! The settings while the daemon runs: on a word to reload, channels and routes are taken over.
//!
//! In: whoever reads the file. Out: the channels and routes from now on. Never: a channel that is lost to a mistake; what
//! is wrong leaves all as it was, and is told.

use std::sync::Arc;

use tokio::task::spawn_blocking;

use super::roof::{Outlet, Roof};
use crate::cli::out::clean;
use crate::config::Mistake;

/// Reads the settings again.
pub type ReadSettings = Arc<dyn Fn() -> Result<Outlet, Vec<Mistake>> + Send + Sync>;

/// Reads them once and takes over what they say.
pub(super) async fn read_again(roof: &Roof, read: &ReadSettings) {
    let read = Arc::clone(read);
    match spawn_blocking(move || read()).await {
        Ok(Ok(outlet)) => {
            let (n_channels, n_routes) = (outlet.channels.len(), outlet.routes.len());
            roof.take(outlet);
            tracing::info!(
                channels = n_channels,
                routes = n_routes,
                "the channels and routes of the settings were read again"
            );
        }
        Ok(Err(mistakes)) => {
            // Who reads the line and looks at the health finds them there.
            roof.wrong_settings.send_replace(mistakes.clone());
            for mistake in &mistakes {
                tracing::error!("{}; channels and routes go on as they were", clean(&mistake.to_string()));
            }
        }
        Err(_) => tracing::error!("reading the settings panicked; channels and routes go on as they were"),
    }
}
