//! The portals, in a process of their own: every name on one loopback port, over HTTP/1.1, told apart by `Host`.
//!
//! In: sizes as arguments, then one [`Scene`] a line. Out: the port, then one [`Spent`] a line. Never: any address but
//! 127.0.0.1, or a page kept; what a page costs to make is this process's and is said, not mixed into what is measured.
//! A request with a whole URL is answered too: to a crawler that cannot be given addresses this is its proxy.

use std::collections::HashMap;
use std::convert::Infallible;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::io::{BufRead, Write as _};
use std::net::Ipv4Addr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, RwLock};
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use cpu_time::ProcessTime;
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::header::{CONTENT_TYPE, ETAG, HOST, IF_MODIFIED_SINCE, IF_NONE_MATCH, LAST_MODIFIED, SERVER};
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use serde::{Deserialize, Serialize};
use tokio::net::{TcpListener, TcpStream};

use crate::chrome::Chrome;
use crate::land::{Asked, Country, Sizes};
use crate::pages::{self, Page, Visit};

/// Sites whose chrome is kept: more than any crawler visits at once, 50 KB each.
const MOST_KEPT: usize = 1024;
/// When the pages of the first round were last changed: 2026-01-01, in seconds since 1970.
const CHANGED_AT: u64 = 1_767_225_600;
/// Seconds from round to round, as a portal dates them.
const ROUND: u64 = 3600;

/// How the portals answer from now on.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Scene {
    /// Of a thousand reports, how many each round so far has edited.
    pub(crate) edits: Vec<usize>,
    /// ETag and Last-Modified, and 304 where nothing changed.
    pub(crate) has_validators: bool,
    /// Counters, dates and tokens that are others in each answer.
    pub(crate) has_counters: bool,
    /// Wait before each answer.
    pub(crate) latency_ms: u64,
}

/// What the portals did so far.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
pub(crate) struct Spent {
    /// Seconds of CPU time.
    pub(crate) cpu: f64,
    pub(crate) n_requests: u64,
    /// Of them, for pages of any kind; robots.txt is none.
    pub(crate) n_pages: u64,
    /// Answered by 304.
    pub(crate) n_not_modified: u64,
    /// Bytes of bodies.
    pub(crate) n_bytes: u64,
    /// Pages of reports that were sent, and their bytes.
    pub(crate) n_reports: u64,
    pub(crate) report_bytes: u64,
}

struct Portal {
    country: Country,
    scene: RwLock<Scene>,
    kept: Mutex<HashMap<usize, Arc<Chrome>>>,
    counts: Counts,
}

#[derive(Default)]
struct Counts {
    requests: AtomicU64,
    pages: AtomicU64,
    not_modified: AtomicU64,
    bytes: AtomicU64,
    reports: AtomicU64,
    report_bytes: AtomicU64,
}

/// Serves until standard input ends.
pub(crate) fn serve(sizes: Sizes) {
    let begun = ProcessTime::now();
    let portal = Arc::new(Portal {
        country: Country::new(sizes),
        scene: RwLock::default(),
        kept: Mutex::default(),
        counts: Counts::default(),
    });
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("threads");
    let listener = runtime.block_on(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))).expect("a free port of loopback");
    say(&listener.local_addr().expect("it is bound").port());
    runtime.spawn(accept(listener, Arc::clone(&portal)));
    for line in std::io::stdin().lock().lines() {
        let line = line.expect("lines of JSON");
        *portal.scene.write().expect("no holder panics") = serde_json::from_str(&line).expect("a scene");
        say(&portal.spent(begun));
    }
}

fn say(words: &impl Serialize) {
    println!("{}", serde_json::to_string(words).expect("plain values"));
    std::io::stdout().flush().expect("whoever asked reads");
}

async fn accept(listener: TcpListener, portal: Arc<Portal>) {
    loop {
        // A connection that cannot be accepted is the crawler's to notice.
        let Ok((stream, _)) = listener.accept().await else { continue };
        tokio::spawn(converse(stream, Arc::clone(&portal)));
    }
}

async fn converse(stream: TcpStream, portal: Arc<Portal>) {
    // Head and body go in one write each; without this the second waits for an acknowledgement.
    drop(stream.set_nodelay(true));
    let service = service_fn(|request: Request<Incoming>| {
        let portal = Arc::clone(&portal);
        async move {
            let latency_ms = portal.scene.read().expect("no holder panics").latency_ms;
            if latency_ms > 0 {
                tokio::time::sleep(Duration::from_millis(latency_ms)).await;
            }
            Ok::<_, Infallible>(portal.response(&request))
        }
    });
    drop(hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service).await);
}

impl Portal {
    fn spent(&self, begun: ProcessTime) -> Spent {
        let count = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        let Counts { requests, pages, not_modified, bytes, reports, report_bytes } = &self.counts;
        Spent {
            cpu: begun.elapsed().as_secs_f64(),
            n_requests: count(requests),
            n_pages: count(pages),
            n_not_modified: count(not_modified),
            n_bytes: count(bytes),
            n_reports: count(reports),
            report_bytes: count(report_bytes),
        }
    }

    fn response(&self, request: &Request<Incoming>) -> Response<Full<Bytes>> {
        let n = self.counts.requests.fetch_add(1, Ordering::Relaxed);
        let header = |name| request.headers().get(name).and_then(|value| value.to_str().ok());
        let host = request.uri().host().or_else(|| header(HOST)?.split(':').next()).unwrap_or_default();
        let Some((site, asked)) = self.country.asked(host, request.uri().path()) else { return with_status(404) };
        self.counts.pages.fetch_add(u64::from(asked != Asked::Robots), Ordering::Relaxed);
        let scene = self.scene.read().expect("no holder panics").clone();
        let n_edits = if let Asked::Report(place) = asked { self.country.n_edits(place, &scene.edits) } else { 0 };
        let mut response = Response::builder().header(SERVER, "nginx");
        if scene.has_validators {
            let etag = format!("\"{:x}-{n_edits:x}\"", hash(request.uri().path()));
            let changed = SystemTime::UNIX_EPOCH + Duration::from_secs(CHANGED_AT + n_edits as u64 * ROUND);
            let since = header(IF_MODIFIED_SINCE).and_then(|since| httpdate::parse_http_date(since).ok());
            let is_known = match header(IF_NONE_MATCH) {
                Some(known) => known == etag,
                None => since.is_some_and(|since| since >= changed),
            };
            if is_known {
                self.counts.not_modified.fetch_add(1, Ordering::Relaxed);
                return with_status(304);
            }
            response = response.header(ETAG, etag).header(LAST_MODIFIED, httpdate::fmt_http_date(changed));
        }
        let visit = Visit(if scene.has_counters { n } else { 0 });
        let Page { content_type, body } = self.page(site, asked, n_edits, visit);
        self.counts.bytes.fetch_add(body.len() as u64, Ordering::Relaxed);
        response.header(CONTENT_TYPE, content_type).body(Full::from(body)).expect("our headers are ASCII")
    }

    fn page(&self, site: usize, asked: Asked, n_edits: usize, visit: Visit) -> Page {
        let country = &self.country;
        match asked {
            Asked::Robots => Page { content_type: "text/plain", body: b"User-agent: *\nDisallow: /search/\n".to_vec() },
            Asked::Home => pages::home(country, &self.chrome(site), site, visit),
            Asked::Listing { column, page } => pages::listing(country, &self.chrome(site), (site, column, page), visit),
            Asked::Report(place) => {
                let page = pages::report(country, &self.chrome(site), place, n_edits, visit);
                self.counts.reports.fetch_add(1, Ordering::Relaxed);
                self.counts.report_bytes.fetch_add(page.body.len() as u64, Ordering::Relaxed);
                page
            }
        }
    }

    fn chrome(&self, site: usize) -> Arc<Chrome> {
        if let Some(chrome) = self.kept.lock().expect("no holder panics").get(&site) {
            return Arc::clone(chrome);
        }
        let chrome = Arc::new(Chrome::of(&self.country, site));
        let mut kept = self.kept.lock().expect("no holder panics");
        if kept.len() >= MOST_KEPT {
            kept.clear();
        }
        kept.insert(site, Arc::clone(&chrome));
        chrome
    }
}

fn with_status(status: u16) -> Response<Full<Bytes>> {
    Response::builder().status(status).body(Full::default()).expect("a status")
}

/// The same for the same path in every run.
fn hash(path: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    path.hash(&mut hasher);
    hasher.finish()
}
