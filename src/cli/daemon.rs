//! `govwatch daemon`: polls what is due until it is told to stop, and says what changed.
//!
//! What changed is printed as `fetch` prints it, and delivered to the channels of the settings.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use tokio::net::TcpListener;
use tokio::sync::watch;

use super::{Context, Exit, Stop, fetch, signal, world};
use crate::clock::Clock;
use crate::config::{Mistake, Settings, SiteFolder};
use crate::crawl::{Interrupt, World};
use crate::daemon::{Daemon, ListenError, Outlet, Poller, ReadSettings, ensure_guarded};
use crate::store::{Lock, LockError, STDOUT, Store};
use crate::web::{Access, AccessError};

/// Where a daemon listens that is told nothing else.
const USUAL_ADDRESS: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 8600);
/// Reads the settings as the program did when it started.
pub type ReadAgain = Arc<dyn Fn() -> Result<Settings, Vec<Mistake>> + Send + Sync>;

/// Shortest time between two looks at the outbox: changes of one poll come together.
const TELL_EVERY: Duration = Duration::from_millis(500);

/// Arguments of `daemon`.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  govwatch daemon\n  govwatch --log json --json daemon --listen 127.0.0.1:8600\n  curl -s http://127.0.0.1:8600/health"
)]
pub struct DaemonArgs {
    /// Where the web page, /health and /metrics are, an address and port, or "off"; beyond loopback only with a password
    /// [default: `web.listen` of the settings, or 127.0.0.1:8600]
    #[arg(long, value_name = "ADDR", value_parser = listen, env = "GOVWATCH_LISTEN")]
    pub listen: Option<Listen>,
}

/// Where a daemon listens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Listen {
    /// Nowhere.
    Off,
    /// At this address.
    At(SocketAddr),
}

fn listen(written: &str) -> Result<Listen, String> {
    if written == "off" {
        return Ok(Listen::Off);
    }
    let address = written.replacen("localhost:", "127.0.0.1:", 1);
    address
        .parse()
        .map(Listen::At)
        .map_err(|_| "expected an address and a port such as 127.0.0.1:8600, or off".to_owned())
}

/// Runs the command.
///
/// `read` reads the settings again when the daemon is told to.
pub async fn run(context: &Context, settings: &Settings, args: &DaemonArgs, read: ReadAgain) -> Result<Exit, Stop> {
    let usual = settings.web.listen.unwrap_or(USUAL_ADDRESS);
    let listen = args.listen.unwrap_or(Listen::At(usual));
    let listener = bind(listen, settings).await?;
    let access = match listen {
        Listen::At(address) => Some(Access::new(&settings.web, address)?),
        Listen::Off => None,
    };
    let clock = Clock::System;
    let listening = listener.as_ref().and_then(|listener| listener.local_addr().ok());
    let listening = listening.map_or_else(|| "listening nowhere".to_owned(), |at| format!("listening at {at}"));
    // Before the store, whose format another daemon at work must not see changed.
    Store::make_folder(&context.global.state)?;
    let _lock = Lock::take(&context.global.state, &listening, clock.now())?;
    let store = Store::open(&context.global.state)?;
    let stop = Interrupt::default();
    signal::interrupt_on_signal(stop.clone(), |words| tracing::info!("{words}"));
    let reload = signal::reload_on_signal();
    let world = World { interrupt: stop.clone(), ..world::world(settings, store.clone(), clock.clone())? };
    let folder = SiteFolder::new(&context.global.sites, &settings.network);
    let (outlet, fetcher) = (outlet(settings.clone()), Some(world.fetcher.clone()));
    let reread = Some(reread(settings.clone(), read));
    let (poller, ping) = (Poller::Story(world, settings.obligations.clone()), settings.ping.clone());
    let (store, settings) = (store.clone(), reread);
    let daemon =
        Daemon { store: store.clone(), clock, poller, folder, outlet, settings, fetcher, ping, listener, access, stop };
    let roof = daemon.roof();
    tracing::info!(pid = std::process::id(), version = env!("CARGO_PKG_VERSION"), "{listening}");
    let landed = roof.landed();
    let (ran, ()) = tokio::join!(daemon.run(roof, reload), tell(&store, landed, context));
    ran?;
    store.ensure_in_place()?;
    tracing::info!("everything is kept; the daemon has stopped");
    Ok(Exit::Done)
}

/// What the daemon takes of the settings while it runs.
fn outlet(settings: Settings) -> Outlet {
    Outlet { channels: settings.channels, routes: settings.routes }
}

/// Reads channels and routes again; of what else was changed it is said that it waits for the next start.
fn reread(before: Settings, read: ReadAgain) -> ReadSettings {
    let rest = |settings: &Settings| {
        let (channels, routes, warnings) = (Vec::new(), Vec::new(), Vec::new());
        Settings { channels, routes, warnings, ..settings.clone() }
    };
    Arc::new(move || {
        let settings = read()?;
        if rest(&settings) != rest(&before) {
            tracing::warn!(
                "of the settings, channels and routes are read again; what else was changed waits for a restart"
            );
        }
        Ok(outlet(settings))
    })
}

/// Prints what polls have found, until the daemon has gone; then what is left. What cannot be printed now stays owed, and
/// the daemon goes on; where nobody reads any more it prints no more.
async fn tell(store: &Store, mut landed: watch::Receiver<u64>, context: &Context) {
    let mut is_there = true;
    while is_there {
        is_there = landed.changed().await.is_ok();
        if let Err(stop) = fetch::tell(store, STDOUT, None, context).await {
            if stop.exit == Exit::Done {
                tracing::warn!("standard output is closed: changes are printed no more, and stay owed to it");
                return;
            }
            let error = super::out::clean(&stop.message);
            tracing::error!(error, "changes were not printed; it is tried again with the next ones");
        }
        if is_there {
            tokio::time::sleep(TELL_EVERY).await;
        }
    }
}

async fn bind(listen: Listen, settings: &Settings) -> Result<Option<TcpListener>, Stop> {
    let Listen::At(address) = listen else { return Ok(None) };
    if let Some(lacks) = &settings.web.lacks {
        let open = "the page would be open to all; set it, or start with --listen off";
        return Err(Stop::new(Exit::Config, format!("[web] of the settings: {lacks}: {open}")));
    }
    ensure_guarded(address, settings.web.password.is_some())?;
    let bound = TcpListener::bind(address).await;
    bound.map(Some).map_err(|error| {
        let next = "another daemon may listen there: give --listen another port, or \"off\"";
        Stop::new(Exit::SomeFailed, format!("cannot listen at {address}: {error}; {next}"))
    })
}

impl From<ListenError> for Stop {
    fn from(error: ListenError) -> Self {
        Self::new(Exit::Usage, error.to_string())
    }
}

impl From<AccessError> for Stop {
    fn from(error: AccessError) -> Self {
        Self::new(Exit::Usage, error.to_string())
    }
}

impl From<LockError> for Stop {
    fn from(error: LockError) -> Self {
        Self::new(Exit::Store, super::out::clean(&error.to_string()))
    }
}
