//! The daemon: schedule, site files, outbox and web page under one roof, each a task that holds no other one back.
//!
//! In: a [`World`], a folder of site files, an address to listen at. Out: polls that end in the
//! store, `/health`, `/metrics`. Never: a poll begun twice at once, a missed poll made up for more than once, an end
//! that leaves a transaction open.

mod beat;
mod daily;
mod deliver;
mod files;
mod health;
mod metrics;
mod ping;
mod polls;
mod roof;
mod serve;
mod settings;
mod weekly;

use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio::task::{JoinError, JoinSet};
use tokio::time::timeout;
use url::Url;

use crate::alert::Channels;
use crate::clock::Clock;
use crate::config::SiteFolder;
use crate::crawl::{Interrupt, World};
use crate::fetch::Fetcher;
use crate::store::{Store, StoreError};
use crate::web::{self, Access, Web};

pub use health::Health;
pub use metrics::usage;
pub use polls::{Poller, Twin};
pub use roof::{Outlet, Pulse, Roof, Sites};
pub use serve::{ListenError, ensure_guarded, router};
pub use settings::ReadSettings;

/// How long the tasks may take to leave once the polls have ended.
const LEAVING: Duration = Duration::from_secs(3);

/// A daemon that has not begun.
pub struct Daemon {
    /// Where everything is kept; what the daemon owes to whom is decided by its channels.
    pub store: Store,
    /// The only clock.
    pub clock: Clock,
    /// Who polls a site.
    pub poller: Poller,
    /// The site files.
    pub folder: SiteFolder,
    /// Whom the settings tell what.
    pub outlet: Outlet,
    /// Reads that again when it is asked to; `None`: it stays as it is.
    pub settings: Option<ReadSettings>,
    /// What reaches the channels; `None`: nothing is sent, and all stays owed.
    pub fetcher: Option<Fetcher>,
    /// What is called while all is well.
    pub ping: Option<Url>,
    /// Where health, metrics and the web page are asked for; `None`: nowhere.
    pub listener: Option<TcpListener>,
    /// Who may see the web page; `None`: it has none.
    pub access: Option<Access>,
    /// Set when the daemon is to leave.
    pub stop: Interrupt,
}

impl Daemon {
    /// What its tasks share, for those who want to follow it.
    pub fn roof(&self) -> Arc<Roof> {
        Arc::new(Roof::new(self.store.clone(), self.clock.clone(), self.outlet.clone()))
    }

    /// Works until it is told to stop. Each word of `reload` reads the site files at once, and the settings again.
    ///
    /// **Errors**: a store that nothing more can be written to; the process that comes next may find it mended.
    pub async fn run(self, roof: Arc<Roof>, reload: mpsc::Receiver<()>) -> Result<(), StoreError> {
        let Self { poller, mut folder, settings, fetcher, ping, listener, access, stop, .. } = self;
        folder = files::first(&roof, folder).await?;
        let mut tasks = JoinSet::new();
        let mut tools = None;
        if let Poller::Story(World { fetcher, .. }, manner) = &poller {
            tools = Some(roof.tools(&folder, fetcher.clone()));
            tasks.spawn(daily::run(Arc::clone(&roof), manner.clone(), stop.clone()));
        }
        let channels = fetcher.clone().map(|fetcher| Channels::following(roof.channels.subscribe(), fetcher));
        if let Some(fetcher) = fetcher {
            tasks.spawn(deliver::run(Arc::clone(&roof), fetcher.clone(), stop.clone()));
            if let Some(url) = ping {
                tasks.spawn(ping::run(Arc::clone(&roof), url, fetcher, stop.clone()));
            }
        }
        tasks.spawn(polls::run(Arc::clone(&roof), poller, stop.clone()));
        tasks.spawn(files::follow(Arc::clone(&roof), folder, reload, settings, stop.clone()));
        tasks.spawn(beat::run(Arc::clone(&roof), stop.clone()));
        tasks.spawn(weekly::run(Arc::clone(&roof), stop.clone()));
        if let Some(listener) = listener {
            let own = router(Arc::clone(&roof));
            let web =
                |access| Web::new(roof.unrouted.clone(), roof.clock.clone(), roof.files(), access, channels, tools);
            let routes = access.map(web).map_or(own.clone(), |web| web::router(web, own));
            tasks.spawn(serve::run(routes, listener, stop.clone()));
        }
        // A task ends when it is told to. One that ends by itself ends all: whoever starts the daemon begins anew.
        let first = tasks.join_next().await.map_or(Ok(()), unpanicked);
        let by_itself = || StoreError::Bug { reason: "a task of the daemon ended by itself".to_owned() };
        let first = if stop.is_set() { first } else { first.and(Err(by_itself())) };
        stop.set();
        let rest = timeout(polls::GRACE + LEAVING, all(tasks)).await.unwrap_or(Ok(()));
        first.and(rest)
    }
}

/// What a task ended with; a panic is a fault of ours, told like one.
fn unpanicked(joined: Result<Result<(), StoreError>, JoinError>) -> Result<(), StoreError> {
    joined.unwrap_or_else(|panic| Err(StoreError::Bug { reason: format!("a task of the daemon ended: {panic}") }))
}

/// Waits for the end of all.
async fn all(mut tasks: JoinSet<Result<(), StoreError>>) -> Result<(), StoreError> {
    let mut ended = Ok(());
    while let Some(joined) = tasks.join_next().await {
        ended = ended.and(unpanicked(joined));
    }
    ended
}
