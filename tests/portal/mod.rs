//! A simulated portal on loopback that can misbehave at every layer below the page.
//!
//! In: a script of (host, path) -> what the nth request gets. Out: bytes on raw TCP connections, a record of every
//! request, and the list of impolite ones. Never: a fixed port, the internet, the caller's runtime: it runs on a
//! thread of its own, so that tests may pause time and synchronous tests may use it.
//!
//! ```ignore
//! let portal = Portal::start();
//! portal.page("www.a.gov.cn", "/zwgk/", "<ul class=list>...</ul>");
//! portal.play("www.a.gov.cn", "/x.html", [Fault::Drop.into(), Reply::html("second try").into()]); // the last one stays
//! portal.answer("www.a.gov.cn", "/n.html", |ask| Reply::html(format!("visit {}", ask.nth)));
//! let settings = portal.resolve(["www.a.gov.cn"]); // for network.resolve; allow 127.0.0.0/8
//! assert_eq!(portal.asked("www.a.gov.cn", "/x.html").len(), 2);
//! assert_eq!(portal.impolite(), Vec::<String>::new());
//! ```

mod fault;
mod line;

use std::collections::{BTreeMap, HashMap};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, mpsc};
use std::time::{Duration, Instant};

use tokio::net::TcpListener;

pub(crate) use fault::{Codec, Fault};

/// The path under which an answer for all other paths of a host is scripted.
const ANY_PATH: &str = "*";

/// One request as it arrived.
#[derive(Debug, Clone)]
pub(crate) struct Ask {
    /// When its head was complete.
    pub(crate) at: Instant,
    /// The `Host` header without a port, lower case.
    pub(crate) host: String,
    /// Path and query as sent.
    pub(crate) path: String,
    /// Headers in order, names in lower case.
    pub(crate) headers: Vec<(String, String)>,
    /// What was posted; empty for a GET.
    pub(crate) body: String,
    /// The how-manieth request to this host and path this is, from 1.
    pub(crate) nth: usize,
    /// The how-manieth connection it came over, from 1.
    pub(crate) connection: usize,
}

impl Ask {
    /// The first header of this lower-case name.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

/// A well-behaved answer.
#[derive(Debug, Clone)]
pub(crate) struct Reply {
    /// HTTP status.
    pub(crate) status: u16,
    /// Headers beside `Content-Length`. An `ETag` or `Last-Modified` makes the portal answer 304 to its match.
    pub(crate) headers: Vec<(String, String)>,
    /// The body as sent.
    pub(crate) body: Vec<u8>,
}

impl Reply {
    /// 200 with an HTML page in UTF-8.
    pub(crate) fn html(text: impl Into<String>) -> Self {
        Self::bytes("text/html; charset=utf-8", text.into().into_bytes())
    }

    /// 200 with these bytes of this media type.
    pub(crate) fn bytes(content_type: &str, body: Vec<u8>) -> Self {
        Self { status: 200, headers: vec![("Content-Type".into(), content_type.into())], body }
    }

    /// An answer without a body.
    pub(crate) fn status(status: u16) -> Self {
        Self { status, headers: Vec::new(), body: Vec::new() }
    }

    /// 302 to this URL or path.
    pub(crate) fn redirect(to: &str) -> Self {
        Self::status(302).with("Location", to)
    }

    /// The same with one header more.
    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// The same with the body compressed and `Content-Encoding` said.
    pub(crate) fn encoded(mut self, codec: Codec) -> Self {
        self.body = codec.encode(&self.body);
        self.with("Content-Encoding", codec.token())
    }
}

/// What a request gets.
#[derive(Clone)]
pub(crate) enum Act {
    /// An answer as it should be.
    Reply(Reply),
    /// An answer as it should not be.
    Fault(Fault),
    /// Whatever this function says.
    Answer(Arc<dyn Fn(&Ask) -> Reply + Send + Sync>),
}

impl From<Reply> for Act {
    fn from(reply: Reply) -> Self {
        Self::Reply(reply)
    }
}

impl From<Fault> for Act {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

/// What the portal promises to check about those who ask.
#[derive(Default)]
struct Manners {
    least_interval: HashMap<String, Duration>,
    forbidden: Vec<(String, String)>,
    most_at_once: HashMap<String, usize>,
}

#[derive(Default)]
struct Play {
    script: HashMap<(String, String), Vec<Act>>,
    asks: Vec<Ask>,
    manners: Manners,
    open: HashMap<String, usize>,
    impolite: Vec<String>,
}

/// The portal: clones share it; it stops when the last one is dropped.
#[derive(Clone)]
pub(crate) struct Portal {
    addr: SocketAddr,
    play: Arc<Mutex<Play>>,
    _stop: Arc<Stop>,
}

struct Stop(Option<tokio::sync::oneshot::Sender<()>>);

impl Drop for Stop {
    fn drop(&mut self) {
        if let Some(stop) = self.0.take() {
            let _ = stop.send(());
        }
    }
}

fn lock(play: &Mutex<Play>) -> MutexGuard<'_, Play> {
    play.lock().expect("invariant: no request handler panics")
}

impl Portal {
    /// Listens on a free port of 127.0.0.1. Every path is 404 until it is scripted, robots.txt too.
    pub(crate) fn start() -> Self {
        let play = Arc::new(Mutex::new(Play::default()));
        let (stop, stopped) = tokio::sync::oneshot::channel();
        let (tell, told) = mpsc::channel();
        let shared = Arc::clone(&play);
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
            runtime.block_on(async move {
                let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port on loopback");
                tell.send(listener.local_addr().expect("a bound address")).expect("the starter waits");
                tokio::select! {
                    () = line::serve(listener, shared) => (),
                    _ = stopped => (),
                }
            });
        });
        let addr = told.recv().expect("the portal listens");
        Self { addr, play, _stop: Arc::new(Stop(Some(stop))) }
    }

    /// Where it listens.
    pub(crate) fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// An absolute URL by address, without a virtual host: its script is under the host `127.0.0.1`.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.addr)
    }

    /// These names pinned to the portal: the value of `network.resolve`.
    pub(crate) fn resolve<'a>(&self, hosts: impl IntoIterator<Item = &'a str>) -> BTreeMap<String, SocketAddr> {
        hosts.into_iter().map(|host| (host.to_owned(), self.addr)).collect()
    }

    /// Request n of this path gets act n; the last act stays. Replaces what was there and counts from 1 again.
    pub(crate) fn play(&self, host: &str, path: &str, acts: impl IntoIterator<Item = Act>) {
        let mut play = lock(&self.play);
        play.script.insert((host.to_owned(), path.to_owned()), acts.into_iter().collect());
    }

    /// Every request of this path gets this answer.
    pub(crate) fn serve(&self, host: &str, path: &str, act: impl Into<Act>) {
        self.play(host, path, [act.into()]);
    }

    /// Every request of this path gets this HTML page.
    pub(crate) fn page(&self, host: &str, path: &str, html: impl Into<String>) {
        self.serve(host, path, Reply::html(html));
    }

    /// Every request of this path gets what the function says, e.g. a page with a visit counter.
    pub(crate) fn answer(&self, host: &str, path: &str, says: impl Fn(&Ask) -> Reply + Send + Sync + 'static) {
        self.play(host, path, [Act::Answer(Arc::new(says))]);
    }

    /// Every request of this host that no path is scripted for gets what the function says.
    pub(crate) fn answer_all(&self, host: &str, says: impl Fn(&Ask) -> Reply + Send + Sync + 'static) {
        self.answer(host, ANY_PATH, says);
    }

    /// The path is 404 from now on.
    pub(crate) fn remove(&self, host: &str, path: &str) {
        lock(&self.play).script.remove(&(host.to_owned(), path.to_owned()));
    }

    /// Every path of this host is 404 from now on.
    pub(crate) fn forget_host(&self, host: &str) {
        lock(&self.play).script.retain(|(of, _), _| of != host);
    }

    /// The host's robots.txt; each `forbidden` prefix that is asked for all the same is impolite.
    pub(crate) fn robots(&self, host: &str, text: &str, forbidden: &[&str]) {
        self.serve(host, "/robots.txt", Reply::bytes("text/plain", text.into()));
        let rows = forbidden.iter().map(|prefix| (host.to_owned(), (*prefix).to_owned()));
        lock(&self.play).manners.forbidden.extend(rows);
    }

    /// Requests to this host nearer to each other than this are impolite.
    pub(crate) fn least_interval(&self, host: &str, interval: Duration) {
        lock(&self.play).manners.least_interval.insert(host.to_owned(), interval);
    }

    /// More requests to this host at once than this are impolite.
    pub(crate) fn most_at_once(&self, host: &str, most: usize) {
        lock(&self.play).manners.most_at_once.insert(host.to_owned(), most);
    }

    /// Every request so far, in the order of arrival.
    pub(crate) fn asks(&self) -> Vec<Ask> {
        lock(&self.play).asks.clone()
    }

    /// The requests of one path so far.
    pub(crate) fn asked(&self, host: &str, path: &str) -> Vec<Ask> {
        lock(&self.play).asks.iter().filter(|ask| ask.host == host && ask.path == path).cloned().collect()
    }

    /// Forgets the requests so far, not the script; `nth` counts from 1 again.
    pub(crate) fn forget(&self) {
        let mut play = lock(&self.play);
        play.asks.clear();
        play.impolite.clear();
    }

    /// What was impolite so far, in words: too fast, too many at once, against robots.txt, without an honest name.
    pub(crate) fn impolite(&self) -> Vec<String> {
        lock(&self.play).impolite.clone()
    }
}
