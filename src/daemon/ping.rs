//! The dead-man's ping: a healthy daemon calls an address every few minutes, and whoever is there notices when it does not.
//!
//! In: health, an address of the settings. Out: a POST through the gate. Never: a ping while something is wrong.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use tokio::time::sleep;
use url::Url;

use super::health::Health;
use super::roof::Roof;
use crate::cli::out::clean;
use crate::crawl::Interrupt;
use crate::fetch::{Fetcher, Outgoing};
use crate::store::StoreError;

/// How often it calls: such services wait for a quarter of an hour or more before they ring.
const EVERY: Duration = Duration::from_mins(5);
/// All the time of one call.
const LIMIT: Duration = Duration::from_secs(20);

/// Calls until the daemon stops.
pub(super) async fn run(roof: Arc<Roof>, url: Url, fetcher: Fetcher, stop: Interrupt) -> Result<(), StoreError> {
    loop {
        let health = Health::of(&roof).await;
        if health.is_ok() {
            call(&url, &fetcher, health.sites).await;
        } else {
            tracing::warn!(reasons = clean(&health.reasons.join("; ")), "not well: the ping is left out");
        }
        tokio::select! {
            () = stop.asked() => return Ok(()),
            () = sleep(EVERY) => {}
        }
    }
}

async fn call(url: &Url, fetcher: &Fetcher, n_sites: usize) {
    let body = Bytes::from(format!("{n_sites} sites are watched\n"));
    let post = Outgoing { url, headers: Vec::new(), media_type: "text/plain", body, limit: LIMIT };
    match fetcher.post(post).await {
        Ok(reply) if (200..300).contains(&reply.status) => {}
        Ok(reply) => tracing::warn!(status = reply.status, "the address of daemon.ping wants no ping"),
        Err(error) => tracing::warn!(error = clean(&error.to_string()), "the address of daemon.ping was not reached"),
    }
}
