//! Serves both portals over HTTP/1.1 on a loopback port of its own, told apart by the `Host` header.
//!
//! In: a stage to stand at. Out: an address to pin the two names to. Never: any address but 127.0.0.1. hyper speaks
//! HTTP here (it is in the tree for reqwest already): keep-alive, HEAD and bad requests are not this file's business.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, AtomicU64, Ordering};
use std::time::SystemTime;

use bytes::Bytes;
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::header::{CONTENT_TYPE, HOST, IF_MODIFIED_SINCE, LAST_MODIFIED};
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use jiff::civil::DateTime;
use jiff::tz::{Offset, TimeZone};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

use super::html::Moment;
use super::{Stage, fazhi, xiangzhen};
use crate::clock::Clock;

/// China's civil time: UTC+8 all year.
const CHINA: Offset = jiff::tz::offset(8);
const ROBOTS: &str = "User-agent: *\nDisallow: /search/\n";
const NOT_FOUND: &str = "<!DOCTYPE html><html><head><meta charset=\"utf-8\"><title>404</title></head>\
                         <body><p>抱歉，您访问的页面不存在或已删除。</p></body></html>";

/// The two portals of the demo, served until this is dropped.
#[derive(Debug)]
pub struct DemoPortal {
    state: Arc<State>,
    address: SocketAddr,
    server: JoinHandle<()>,
}

#[derive(Debug)]
struct State {
    /// An index into [`Stage::ALL`].
    stage: AtomicU8,
    n_requests: AtomicU64,
    clock: Clock,
}

impl DemoPortal {
    /// Serves the opening stage on a free port of 127.0.0.1. `clock` tells the day that the pages show.
    pub async fn start(clock: Clock) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let state = Arc::new(State { stage: AtomicU8::new(0), n_requests: AtomicU64::new(0), clock });
        let server = tokio::spawn(serve(listener, Arc::clone(&state)));
        Ok(Self { state, address, server })
    }

    /// Where both portals listen.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The names of both portals, pinned to where they listen: `network.resolve` of the settings.
    pub fn resolve(&self) -> BTreeMap<String, SocketAddr> {
        [fazhi::HOST, xiangzhen::HOST].map(|host| (host.to_owned(), self.address)).into()
    }

    /// Moves the story; requests from now on see this stage.
    pub fn set_stage(&self, stage: Stage) {
        self.state.stage.store(stage as u8, Ordering::SeqCst);
    }

    /// Requests answered so far.
    pub fn n_requests(&self) -> u64 {
        self.state.n_requests.load(Ordering::SeqCst)
    }
}

impl Drop for DemoPortal {
    fn drop(&mut self) {
        self.server.abort();
    }
}

impl State {
    fn moment(&self) -> Moment {
        let stage = Stage::ALL[usize::from(self.stage.load(Ordering::SeqCst))];
        let n_visits = self.n_requests.fetch_add(1, Ordering::SeqCst);
        let today = self.clock.now().to_zoned(TimeZone::fixed(CHINA)).date();
        Moment { stage, n_visits, today }
    }
}

async fn serve(listener: TcpListener, state: Arc<State>) {
    loop {
        // A connection that cannot be accepted is the caller's to notice.
        let Ok((stream, _)) = listener.accept().await else { continue };
        tokio::spawn(converse(stream, Arc::clone(&state)));
    }
}

async fn converse(stream: TcpStream, state: Arc<State>) {
    let service = service_fn(move |request: Request<Incoming>| {
        let response = answer(&request, &state.moment());
        async move { Ok::<_, Infallible>(response) }
    });
    let connection = hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service);
    // A client that hangs up is no event of a portal.
    drop(connection.await);
}

fn answer<B>(request: &Request<B>, moment: &Moment) -> Response<Full<Bytes>> {
    let header = |name| request.headers().get(name).and_then(|value| value.to_str().ok());
    let host = header(HOST).unwrap_or_default();
    let host = host.split(':').next().unwrap_or_default();
    let path = request.uri().path();
    if path == "/robots.txt" {
        return found("text/plain", None, ROBOTS.as_bytes().to_vec());
    }
    if host == fazhi::HOST {
        return match fazhi::page(path, moment) {
            Some(html) => found("text/html; charset=utf-8", None, html.into_bytes()),
            None => with_status(404, NOT_FOUND),
        };
    }
    if host == xiangzhen::HOST {
        let Some(page) = xiangzhen::page(path, moment) else { return with_status(404, NOT_FOUND) };
        let changed = http_time(page.changed);
        let known = header(IF_MODIFIED_SINCE).and_then(|since| httpdate::parse_http_date(since).ok());
        if known.is_some_and(|known| known >= changed) {
            return with_status(304, "");
        }
        let (bytes, _, _) = encoding_rs::GB18030.encode(&page.html);
        return found("text/html", Some(changed), bytes.into_owned());
    }
    with_status(404, NOT_FOUND)
}

fn http_time(civil: DateTime) -> SystemTime {
    CHINA.to_timestamp(civil).map_or(SystemTime::UNIX_EPOCH, SystemTime::from)
}

fn found(media_type: &str, changed: Option<SystemTime>, body: Vec<u8>) -> Response<Full<Bytes>> {
    let mut response = Response::builder().header(CONTENT_TYPE, media_type);
    if let Some(changed) = changed {
        response = response.header(LAST_MODIFIED, httpdate::fmt_http_date(changed));
    }
    response.body(Full::from(body)).expect("invariant: our headers are ASCII")
}

fn with_status(status: u16, html: &'static str) -> Response<Full<Bytes>> {
    let response = Response::builder().status(status).header(CONTENT_TYPE, "text/html; charset=utf-8");
    response.body(Full::from(html)).expect("invariant: our headers are ASCII")
}

#[cfg(test)]
mod tests {
    use super::*;
    use http_body_util::BodyExt as _;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    const MOMENT: Moment = Moment { stage: Stage::Opening, n_visits: 3, today: jiff::civil::date(2026, 3, 2) };

    fn asked(host: &str, path: &str) -> Request<()> {
        Request::builder().uri(path).header(HOST, host).body(()).expect("a request")
    }

    #[tokio::test]
    async fn the_second_portal_sends_gb18030_and_names_no_charset_in_its_header() {
        let response = answer(&asked(xiangzhen::HOST, "/gwbg/"), &MOMENT);
        assert_eq!(response.headers()[CONTENT_TYPE], "text/html");
        let bytes = response.into_body().collect().await.expect("a body").to_bytes();
        assert!(std::str::from_utf8(&bytes).is_err());
        let (text, _, is_broken) = encoding_rs::GB18030.decode(&bytes);
        assert!(!is_broken && text.contains("charset=gb2312") && text.contains("石柱土家族自治县三星乡人民政府"));
    }

    #[test]
    fn not_modified_is_answered_only_where_nothing_was_modified() {
        let since = |path: &str, date: &str| {
            let mut request = asked(xiangzhen::HOST, path);
            request.headers_mut().insert(IF_MODIFIED_SINCE, date.parse().expect("a header"));
            answer(&request, &Moment { stage: Stage::Republished, ..MOMENT }).status().as_u16()
        };
        // The newest row was posted 2025-02-19 16:40 in China.
        assert_eq!(since("/gwbg/", "Wed, 19 Feb 2025 08:40:00 GMT"), 304);
        assert_eq!(since("/gwbg/", "Wed, 19 Feb 2025 08:39:59 GMT"), 200);
    }

    #[test]
    fn an_unknown_host_and_an_unknown_path_are_not_found() {
        assert_eq!(answer(&asked("www.other.example", "/"), &MOMENT).status(), 404);
        assert_eq!(answer(&asked(fazhi::HOST, "/nowhere"), &MOMENT).status(), 404);
        assert_eq!(answer(&asked(fazhi::HOST, "/robots.txt"), &MOMENT).status(), 200);
    }

    #[tokio::test]
    async fn requests_on_the_wire_see_the_stage_that_was_set() {
        let portal = DemoPortal::start(Clock::System).await.expect("a free port");
        portal.set_stage(Stage::Withdrawn);
        let mut stream = TcpStream::connect(portal.address()).await.expect("loopback");
        let path = "/fzzfjs/ndbg/202301/t20230117_10871500.shtml";
        let request = format!("GET {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", fazhi::HOST);
        stream.write_all(request.as_bytes()).await.expect("loopback");
        let mut response = String::new();
        stream.read_to_string(&mut response).await.expect("loopback");
        assert!(response.starts_with("HTTP/1.1 404 "), "{response}");
        assert_eq!(portal.n_requests(), 1);
    }
}
