//! Where the daemon is asked how it does: `/health` and `/metrics`, and the web page beside them.
//!
//! In: an address. Out: answers. Never: an address beyond loopback without a password.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use axum::routing::get;
use axum::{Json, Router};
use tokio::net::TcpListener;
use tokio::time::timeout;

use super::health::Health;
use super::metrics;
use super::roof::Roof;
use crate::crawl::Interrupt;
use crate::store::StoreError;
use crate::web;

/// How long an answer under way may take once the daemon stops.
const LAST_ANSWER: Duration = Duration::from_secs(2);

/// Why the daemon does not listen at an address.
#[derive(Debug, thiserror::Error)]
pub enum ListenError {
    /// Whoever reaches the machine could read what is watched.
    #[error(
        "{0} can be reached from other machines, and its pages have no password: set [web] password in the settings, or listen at 127.0.0.1"
    )]
    Unguarded(SocketAddr),
}

/// Whether this address may be listened at. **Errors**: `Unguarded`, beyond loopback and without a password.
pub fn ensure_guarded(address: SocketAddr, has_password: bool) -> Result<(), ListenError> {
    let is_own = address.ip().to_canonical().is_loopback();
    if is_own || has_password { Ok(()) } else { Err(ListenError::Unguarded(address)) }
}

/// The routes of the daemon itself. Others are merged beside them.
pub fn router(roof: Arc<Roof>) -> Router {
    Router::new().route("/health", get(health)).route("/metrics", get(scrape)).with_state(roof)
}

/// Answers until the daemon stops.
pub(super) async fn run(routes: Router, listener: TcpListener, stop: Interrupt) -> Result<(), StoreError> {
    let leaving = stop.clone();
    tokio::select! {
        () = web::serve(listener, routes, async move { leaving.asked().await }) => {}
        // A client that keeps its connection open must not keep the daemon.
        () = async { stop.asked().await; tokio::time::sleep(LAST_ANSWER).await } => {}
    }
    Ok(())
}

async fn health(State(roof): State<Arc<Roof>>) -> impl IntoResponse {
    let health = Health::of(&roof).await;
    let status = if health.is_ok() { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, [(header::CACHE_CONTROL, "no-store")], Json(health))
}

async fn scrape(State(roof): State<Arc<Roof>>) -> impl IntoResponse {
    /// Longer than any count of a sound store takes, shorter than a scraper waits.
    const LONGEST: Duration = Duration::from_secs(8);
    match timeout(LONGEST, metrics::text(&roof)).await {
        Ok(Ok(text)) => (StatusCode::OK, [(header::CONTENT_TYPE, metrics::MEDIA_TYPE)], text),
        Ok(Err(error)) => unavailable(error.to_string()),
        Err(_) => unavailable(format!("the store gave no answer within {LONGEST:?}")),
    }
}

fn unavailable(why: String) -> (StatusCode, [(header::HeaderName, &'static str); 1], String) {
    (StatusCode::SERVICE_UNAVAILABLE, [(header::CONTENT_TYPE, "text/plain; charset=utf-8")], why)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_loopback_is_listened_at_without_a_password() {
        let may = |address: &str, has_password| ensure_guarded(address.parse().unwrap(), has_password).is_ok();
        assert!(may("127.0.0.1:8600", false) && may("[::1]:0", false) && may("[::ffff:127.0.0.1]:1", false));
        assert!(!may("0.0.0.0:8600", false) && !may("[::]:8600", false) && !may("192.168.1.2:80", false));
        assert!(may("0.0.0.0:8600", true));
    }
}
