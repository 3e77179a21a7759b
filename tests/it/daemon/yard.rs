//! A daemon in virtual time: a folder of site files, a store in memory, polls that a test plays.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, mpsc};
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use govwatch::alert::Routes;
use govwatch::clock::{Clock, VirtualClock};
use govwatch::config::{Network, Schedule, Site, SiteFolder};
use govwatch::crawl::{Interrupt, Summary, schedule};
use govwatch::daemon::{Daemon, Outlet, Poller, Roof};
use govwatch::error::{Class, Failure, Stage};
use govwatch::fetch::Fetcher;
use govwatch::model::{Hash, PollId, SiteId};
use govwatch::store::{Counts, Ended, PollRecord, Store, StoreError};
use jiff::Timestamp;
use tokio::task::JoinHandle;

/// When each story begins.
pub(crate) const START: &str = "2026-05-12T00:00:00Z";

/// A site file of a listing that is looked at so often.
pub(crate) fn site_file(every: &str) -> String {
    format!("every = \"{every}\"\n[[listing]]\nurl = \"http://www.a.gov.cn/tzgg/\"\n")
}

/// A poll as it began.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Begun {
    /// When.
    pub(crate) at: Timestamp,
    /// When the site was due; `None` before its first poll.
    pub(crate) due_at: Option<Timestamp>,
    /// Whether somebody stopped it before its end.
    pub(crate) is_stopped: bool,
}

/// What a test plays when a site is polled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Play {
    /// It takes so long and goes well.
    Takes(Duration),
    /// It comes to the store so late, and ends at once.
    Dawdles(Duration),
    /// It never ends.
    Hangs,
    /// It ends at once, after so many writes to the store.
    Floods(u32),
    /// The portal refuses us.
    Fails,
    /// It ends in a fault of ours.
    Panics,
}

/// A daemon at work, and all that it began.
pub(crate) struct Yard {
    pub(crate) dir: tempfile::TempDir,
    pub(crate) store: Store,
    pub(crate) clock: VirtualClock,
    pub(crate) roof: Arc<Roof>,
    pub(crate) reload: tokio::sync::mpsc::Sender<()>,
    begun: Arc<Mutex<BTreeMap<SiteId, Vec<Begun>>>>,
    stop: Interrupt,
    running: JoinHandle<Result<(), StoreError>>,
    /// While this is held, virtual time passes only by [`Yard::pass`]: the store works on a thread of its own, which
    /// paused time knows nothing of.
    still: mpsc::Sender<()>,
}

impl Yard {
    /// Starts a daemon over these site files; `play` says what becomes of a poll.
    pub(crate) async fn open(
        files: &[(&str, String)],
        store: Store,
        play: impl Fn(&SiteId, usize) -> Play + Send + Sync + 'static,
    ) -> Self {
        Self::sending(files, store, (Outlet::default(), None), play).await
    }

    /// The same, with channels that are told of what becomes of the polls.
    pub(crate) async fn sending(
        files: &[(&str, String)],
        store: Store,
        (outlet, fetcher): (Outlet, Option<Fetcher>),
        play: impl Fn(&SiteId, usize) -> Play + Send + Sync + 'static,
    ) -> Self {
        let dir = tempfile::tempdir().unwrap();
        for (name, text) in files {
            std::fs::write(dir.path().join(format!("{name}.toml")), text).unwrap();
        }
        let (still, n_files) = (hold_time(), files.len());
        let clock = VirtualClock::new(START.parse().unwrap());
        let begun = Arc::new(Mutex::new(BTreeMap::new()));
        let routed = store.clone().with_routes(Routes::new(&outlet.routes, &outlet.channels, BTreeMap::new()));
        let stage = Theatre { store: routed, clock: Clock::Virtual(clock.clone()), begun: Arc::clone(&begun) };
        let play = Arc::new(play);
        let twin = move |site: Arc<Site>, interrupt: Interrupt| -> BoxFuture<'static, Result<Summary, StoreError>> {
            stage.clone().poll(site, interrupt, Arc::clone(&play)).boxed()
        };
        let (stop, (reload, words)) = (Interrupt::default(), tokio::sync::mpsc::channel(1));
        let daemon = Daemon {
            store: store.clone(),
            clock: Clock::Virtual(clock.clone()),
            poller: Poller::Twin(Arc::new(twin)),
            folder: SiteFolder::new(dir.path(), &Network::default()),
            outlet,
            settings: None,
            fetcher,
            ping: None,
            listener: None,
            access: None,
            stop: stop.clone(),
        };
        let roof = daemon.roof();
        let running = tokio::spawn(daemon.run(Arc::clone(&roof), words));
        let yard = Self { dir, store, clock, roof, reload, begun, stop, running, still };
        // The files are read on another thread.
        yard.until(|yard| yard.roof.sites().borrow().by_id.len() == n_files).await;
        yard
    }

    /// Lets so much time pass, in steps that are short beside what is measured.
    pub(crate) async fn pass(&self, span: Duration) {
        const STEP: Duration = Duration::from_mins(1);
        let mut left = span;
        while !left.is_zero() {
            let step = left.min(STEP);
            tokio::time::advance(step).await;
            self.settle().await;
            left -= step;
        }
    }

    /// Waits until the tasks have nothing to do before more time passes: a word to the store's one thread is answered
    /// after all words before it, and what the tasks have to say in such a step takes no more than this.
    pub(crate) async fn settle(&self) {
        const LONGEST_CHAIN: usize = 25;
        for _ in 0..LONGEST_CHAIN {
            self.store.last_beat().await.unwrap();
            tokio::task::yield_now().await;
        }
    }

    /// Waits, while no time passes, until something holds that another thread brings about.
    pub(crate) async fn until(&self, mut holds: impl FnMut(&Self) -> bool) {
        // Time of the machine, not of the story: a fault must not hang the suite.
        let began = std::time::Instant::now();
        while !holds(self) {
            assert!(began.elapsed() < Duration::from_mins(1), "what was waited for did not come");
            self.settle().await;
        }
    }

    /// Lets time pass until something holds.
    pub(crate) async fn pass_until(&self, mut holds: impl FnMut(&Self) -> bool) {
        let began = std::time::Instant::now();
        while !holds(self) {
            assert!(began.elapsed() < Duration::from_mins(1), "what was waited for did not come");
            self.pass(Duration::from_secs(20)).await;
        }
    }

    pub(crate) fn begun(&self, site: &str) -> Vec<Begun> {
        self.begun.lock().unwrap().get(&SiteId::new(site)).cloned().unwrap_or_default()
    }

    pub(crate) fn path(&self, site: &str) -> std::path::PathBuf {
        self.dir.path().join(format!("{site}.toml"))
    }

    /// Ends the daemon as SIGTERM does.
    pub(crate) async fn close(self) {
        self.stop.set();
        let Self { running, still, .. } = self;
        drop(still);
        running.await.unwrap().unwrap();
    }
}

/// Keeps tokio from letting paused time run on whenever its own tasks are idle.
fn hold_time() -> mpsc::Sender<()> {
    let (still, released) = mpsc::channel::<()>();
    drop(tokio::task::spawn_blocking(move || released.recv()));
    still
}

/// Where the polls of a test are played.
#[derive(Clone)]
struct Theatre {
    store: Store,
    clock: Clock,
    begun: Arc<Mutex<BTreeMap<SiteId, Vec<Begun>>>>,
}

fn record(site: &Site, poll: PollId, ended: Ended, now: Timestamp) -> PollRecord {
    let Schedule::Every(_) = site.schedule else { panic!("the sites of these tests have `every`") };
    let jitter = schedule::jitter(site.id.as_str(), now);
    PollRecord {
        poll,
        site: site.id.clone(),
        ended_at: now,
        next_due_at: schedule::next_due(&site.schedule, &site.timezone, now, jitter),
        ended,
        counts: Counts::default(),
        fold: None,
        late: Vec::new(),
        left: Vec::new(),
        rules: Hash::of(b"rules"),
        file: site.file,
    }
}

impl Theatre {
    async fn poll(
        self,
        site: Arc<Site>,
        interrupt: Interrupt,
        play: Arc<impl Fn(&SiteId, usize) -> Play>,
    ) -> Result<Summary, StoreError> {
        let at = self.clock.now();
        let due_at = self.store.site_state(&site.id).await?.next_due_at;
        let nth = {
            let mut begun = self.begun.lock().unwrap();
            let polls = begun.entry(site.id.clone()).or_default();
            polls.push(Begun { at, due_at, is_stopped: false });
            polls.len()
        };
        let play = play(&site.id, nth);
        self.dawdle(play).await;
        let poll = self.store.begin_poll(&site.id, self.clock.now()).await?;
        let ended = tokio::select! {
            () = interrupt.asked() => Ended::Interrupted,
            () = self.act(play) => match play {
                Play::Fails => Ended::Failed(Failure::new(Class::Blocked, Stage::Fetch, "it answers 403")),
                Play::Takes(_) | Play::Dawdles(_) | Play::Hangs | Play::Floods(_) | Play::Panics => Ended::Done,
            },
        };
        if ended == Ended::Interrupted {
            self.begun.lock().unwrap().get_mut(&site.id).unwrap()[nth - 1].is_stopped = true;
        }
        self.store.record_poll(record(&site, poll, ended, self.clock.now())).await?;
        Ok(Summary { sites: 1, ..Summary::default() })
    }

    async fn dawdle(&self, play: Play) {
        if let Play::Dawdles(span) = play {
            tokio::time::sleep(span).await;
        }
    }

    async fn act(&self, play: Play) {
        match play {
            Play::Takes(span) => tokio::time::sleep(span).await,
            Play::Dawdles(_) | Play::Fails => {}
            Play::Hangs => std::future::pending().await,
            Play::Panics => panic!("the poll of a test"),
            Play::Floods(n_writes) => {
                for n in 0..n_writes {
                    self.store.hold_back(&format!("host{n}"), self.clock.now()).await.unwrap();
                }
            }
        }
    }
}
