//! The server under the pages: so many connections, each heard out within a time.
//!
//! In: a listener, routes. Out: answers until it is told to stop; those under way are finished. Never: a connection that
//! holds a place by saying nothing, by saying it letter by letter, or by taking nothing of what it asked for.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::ConnectInfo;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service, service_fn};
use hyper::{Request, Response};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::task::JoinSet;
use tokio::time::sleep;

use super::slow::Slow;

/// Connections at once: a browser opens six, and each costs some tens of kilobytes.
const MOST_CONNECTIONS: usize = 256;
/// How long the head of a request may take, and how long an idle connection is kept for the next one.
const HEAD_WITHIN: Duration = Duration::from_secs(15);
/// Longest head of a request: a query of ours has some hundred characters.
const MOST_HEAD_BYTES: usize = 64 << 10;
/// Rest after the system gives no connection: it has no files left, and some are given back in a moment.
const ACCEPT_REST: Duration = Duration::from_millis(500);

/// Answers until `stop` ends, then finishes what is under way.
pub async fn serve(listener: TcpListener, router: Router, stop: impl Future<Output = ()>) {
    let places = Arc::new(Semaphore::new(MOST_CONNECTIONS));
    let (leaving, left) = watch::channel(false);
    let mut open = JoinSet::new();
    tokio::pin!(stop);
    loop {
        tokio::select! {
            () = &mut stop => break,
            Some(_ended) = open.join_next() => {}
            (stream, peer, place) = next(&listener, &places) => {
                open.spawn(answer(stream, peer, router.clone(), left.clone(), place));
            }
        }
    }
    leaving.send_replace(true);
    while open.join_next().await.is_some() {}
}

/// The next connection, once there is a place for it.
async fn next(listener: &TcpListener, places: &Arc<Semaphore>) -> (TcpStream, SocketAddr, OwnedSemaphorePermit) {
    let place = Arc::clone(places).acquire_owned().await.expect("invariant: the places are never closed");
    loop {
        match listener.accept().await {
            Ok((stream, peer)) => {
                // The end of a long page would wait for the reader's word that its beginning is there.
                drop(stream.set_nodelay(true));
                return (stream, peer, place);
            }
            Err(error) => {
                tracing::warn!(%error, "web page: a connection was not accepted");
                sleep(ACCEPT_REST).await;
            }
        }
    }
}

/// One connection, request by request.
async fn answer(
    stream: TcpStream,
    peer: SocketAddr,
    router: Router,
    mut leaving: watch::Receiver<bool>,
    _place: OwnedSemaphorePermit,
) {
    let pages = TowerToHyperService::new(router);
    let service = service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(ConnectInfo(peer));
        let answer = pages.call(request);
        async move { Ok::<Response<_>, Infallible>(answer.await.unwrap_or_else(|never| match never {})) }
    });
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(HEAD_WITHIN).max_buf_size(MOST_HEAD_BYTES);
    let connection = http.serve_connection(TokioIo::new(Slow::new(stream)), service);
    tokio::pin!(connection);
    // Who leaves in the middle, or is cut off, is told nothing more.
    tokio::select! {
        _ended = connection.as_mut() => {}
        () = async { drop(leaving.wait_for(|is_leaving| *is_leaving).await) } => {
            connection.as_mut().graceful_shutdown();
            drop(connection.await);
        }
    }
}
