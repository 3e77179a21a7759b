//! Pages that draw themselves: a browser runs their scripts, and what it made of them is the Capture.
//!
//! In: the answer to a page, fetched as every other. Out: the page as its scripts left it. Never: a connection of the
//! browser's own: each of its requests is stopped, judged, asked by the fetcher (gate, robots.txt, pace, limits) or
//! refused, and answered from here; a wall climbed: no cookie of a script is sent, and no page leaves its address.

mod ask;
mod page;
mod process;
mod reply;
mod script;
mod tab;
mod verdict;
mod wire;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, Weak};
use std::time::Duration;

use serde_json::json;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, sleep};
use url::Url;

use super::body::Answer;
use super::{FetchError, FetchPlan, Fetcher, Trip};
use crate::config::Browser;
use crate::model::Capture;
use page::{Drawing, Drawn, Failed};
use process::{NotStarted, Process};
use tab::text;
use wire::{Lost, Wire};

pub(super) use ask::Scripts;

/// Where Debian puts Chromium.
const PROGRAMS: [&str; 2] = ["/usr/bin/chromium", "/usr/bin/chromium-browser"];
/// Pages after which a browser is replaced: what leaks, leaks slowly.
const MOST_PAGES: u32 = 100;
/// Age at which a browser is replaced.
const MOST_AGE: Duration = Duration::from_mins(10);
/// In which a page shows that it is one: before it there are comments at most.
const HEAD_BYTES: usize = 4096;
/// How long a browser waits for its next page: it holds some 400 MB, and another one starts within two seconds.
const IDLE: Duration = Duration::from_secs(30);

/// What keeps a browser from the network, beside its switches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wall {
    /// A namespace without a network, where the system has such.
    Namespace,
    /// The switches alone, as on systems without namespaces.
    SwitchesOnly,
}

/// The browsers of this process; clones share them. None runs before a page needs one.
#[derive(Clone)]
pub struct Browsers(Arc<Pool>);

struct Pool {
    path: Option<PathBuf>,
    folder: PathBuf,
    wall: Wall,
    room: Arc<Semaphore>,
    idle: Mutex<Vec<Idle>>,
}

struct Idle {
    browser: Running,
    since: Instant,
}

/// One browser. Whoever holds it has it alone; dropped, it is killed.
struct Running {
    wire: Wire,
    process: Process,
    started_at: Instant,
    n_pages: u32,
    /// Its name and version.
    product: String,
}

impl Browsers {
    /// Browsers as the settings say, each in a folder of its own among the temporary ones.
    pub fn new(browser: Browser) -> Self {
        Self::with(browser, std::env::temp_dir(), Wall::Namespace)
    }

    /// The same with another folder and another wall.
    pub fn with(browser: Browser, folder: PathBuf, wall: Wall) -> Self {
        let room = Arc::new(Semaphore::new(browser.at_once.clamp(1, Semaphore::MAX_PERMITS)));
        Self(Arc::new(Pool { path: browser.path, folder, wall, room, idle: Mutex::default() }))
    }

    /// Ends those that wait for a page.
    pub(super) async fn close(&self) {
        let idle = std::mem::take(&mut *self.0.idle());
        end(idle).await;
    }

    /// Waits for a free place.
    async fn place(&self) -> OwnedSemaphorePermit {
        let place = Arc::clone(&self.0.room).acquire_owned().await;
        place.expect("invariant: the semaphore is never closed")
    }

    /// A browser for one page of this URL: one that waits, or another one.
    async fn take(&self, url: &Url) -> Result<Running, FetchError> {
        let undrawn = |why: String| FetchError::Undrawn { url: url.clone(), why };
        let idle = self.0.idle().pop();
        if let Some(Idle { mut browser, .. }) = idle {
            let is_fresh = browser.n_pages < MOST_PAGES && browser.started_at.elapsed() < MOST_AGE;
            // It may have died in its sleep: that is no failure of this page.
            if is_fresh && browser.version().await.is_ok() {
                return Ok(browser);
            }
            end(vec![browser]).await;
        }
        let pool = Arc::clone(&self.0);
        // Its folder is laid out, and others are removed, on the disk.
        let start = move || Process::start(pool.path.as_deref(), &pool.folder, pool.wall);
        let started = tokio::task::spawn_blocking(start).await.map_err(|error| undrawn(error.to_string()))?;
        let (process, wire) = started.map_err(|error| match error {
            NotStarted::Unfit(what) => FetchError::Setting { what: format!("{url} wants a browser: {what}") },
            NotStarted::System(_) => undrawn(error.to_string()),
        })?;
        let mut browser = Running { wire, process, started_at: Instant::now(), n_pages: 0, product: String::new() };
        browser.product = browser.version().await.map_err(|lost| undrawn(browser.epitaph(&lost)))?;
        Ok(browser)
    }

    /// Keeps a browser for the next page, for a while.
    fn give_back(&self, browser: Running) {
        self.0.idle().push(Idle { browser, since: Instant::now() });
        let pool = Arc::downgrade(&self.0);
        tokio::spawn(async move {
            sleep(IDLE).await;
            end_idle(&pool).await;
        });
    }
}

impl Fetcher {
    /// Draws a page that was fetched. The Capture says by whom, and what it was drawn without.
    pub(super) async fn draw(&self, plan: &FetchPlan, trip: &mut Trip, answer: Answer) -> Result<Answer, FetchError> {
        let _place = self.browsers.place().await;
        let mut browser = self.browsers.take(&trip.at).await?;
        let url = trip.at.clone();
        let drawn = match Drawing::open(self, plan, trip, &answer, &mut browser).await {
            Ok(drawing) => drawing.draw().await,
            Err(failed) => Err(failed),
        };
        match drawn {
            Ok(drawn) => {
                browser.n_pages += 1;
                let answer = as_drawn(answer, drawn, &browser.product);
                self.browsers.give_back(browser);
                Ok(answer)
            }
            Err(failed) => {
                let error = match failed {
                    Failed::Lost(lost) => FetchError::Undrawn { url, why: browser.epitaph(&lost) },
                    Failed::Fetch(error) => error,
                };
                // Whatever it is at now, it is not waited for.
                end(vec![browser]).await;
                Err(error)
            }
        }
    }
}

/// Whether there is a page to draw. What is missing, and what is no page, is taken as it came: the rows that a Hanweb
/// portal answers are called HTML too.
pub(super) fn is_drawable(answer: &Answer) -> bool {
    const MARKS: [&str; 5] = ["<!doctype html", "<html", "<head", "<body", "<script"];
    let is_html = answer.header("content-type").is_none_or(|media| media.contains("html"));
    let head = String::from_utf8_lossy(&answer.body[..answer.body.len().min(HEAD_BYTES)]).to_ascii_lowercase();
    matches!(answer.status, 200..300) && is_html && MARKS.iter().any(|mark| head.contains(mark))
}

/// The answer with the drawn text in place of what came. It cannot be asked about again by its validators: its file
/// may stay while its text changes.
fn as_drawn(mut answer: Answer, drawn: Drawn, product: &str) -> Answer {
    const REPLACED: [&str; 7] = [
        "etag",
        "last-modified",
        "content-type",
        "content-length",
        "content-encoding",
        Capture::DRAWN_BY,
        Capture::DRAWN_WITHOUT,
    ];
    answer.headers.retain(|(name, _)| !REPLACED.contains(&name.as_str()));
    let ours = [("content-type", "text/html; charset=utf-8".to_owned()), (Capture::DRAWN_BY, product.to_owned())];
    answer.headers.extend(ours.map(|(name, value)| (name.to_owned(), value)));
    if !drawn.without.is_empty() {
        let without: Vec<String> = drawn.without.into_iter().collect();
        answer.headers.push((Capture::DRAWN_WITHOUT.to_owned(), without.join(" ")));
    }
    Answer { body: drawn.text.into_bytes(), ..answer }
}

impl Pool {
    fn idle(&self) -> MutexGuard<'_, Vec<Idle>> {
        self.idle.lock().expect("invariant: no holder of the browsers panics")
    }
}

impl Running {
    /// Its name and version, if it lives.
    async fn version(&mut self) -> Result<String, Lost> {
        Ok(text(&self.wire.call(None, "Browser.getVersion", json!({})).await?["product"]))
    }

    /// Why it is of no use any more, with its last words if it died.
    fn epitaph(&self, lost: &Lost) -> String {
        match lost {
            Lost::Died => format!("{lost}: {}", self.process.last_words()),
            _ => lost.to_string(),
        }
    }
}

async fn end_idle(pool: &Weak<Pool>) {
    let Some(pool) = pool.upgrade() else { return };
    let done = {
        let mut idle = pool.idle();
        idle.extract_if(.., |idle| idle.since.elapsed() >= IDLE).collect()
    };
    end::<Idle>(done).await;
}

/// Ends browsers, or what holds them, where waiting for it holds up nobody.
async fn end<T: Send + 'static>(browsers: Vec<T>) {
    // It fails only where the runtime ends, which drops them too.
    let _ = tokio::task::spawn_blocking(move || drop(browsers)).await;
}

/// The program of a browser. **Errors**: there is none, and what to do about it.
pub fn program(path: Option<&Path>) -> Result<PathBuf, String> {
    match path {
        Some(path) if path.is_file() => Ok(path.to_owned()),
        Some(path) => Err(format!("`browser.path` names {}, which is no file", path.display())),
        None => PROGRAMS.into_iter().map(PathBuf::from).find(|path| path.is_file()).ok_or_else(|| {
            "Chromium is not installed (Debian: apt install chromium); `browser.path` in the settings names another \
             place, and `render = \"none\"` in the site file does without"
                .to_owned()
        }),
    }
}
