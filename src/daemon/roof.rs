//! What the tasks of the daemon share: the sites as their files are now, a pulse, what is counted.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;
use tokio::sync::{Notify, watch};
use tokio::time::Instant;

use super::metrics::Metrics;
use crate::alert::Routes;
use crate::clock::Clock;
use crate::config::{ChannelRule, Mistake, RouteRule, Site, SiteFolder};
use crate::fetch::Fetcher;
use crate::model::SiteId;
use crate::store::Store;
use crate::web::{SiteFiles, Tools};

/// What the tasks of the daemon share.
pub struct Roof {
    /// The store for what owes nobody anything; who tells through it reaches no channel, that is [`Sites::store`].
    pub(super) unrouted: Store,
    pub(super) clock: Clock,
    pub(super) started_at: Timestamp,
    pub(super) sites: watch::Sender<Sites>,
    files: watch::Sender<SiteFiles>,
    pub(super) pulse: watch::Sender<Pulse>,
    /// How many polls have ended.
    pub(super) landed: watch::Sender<u64>,
    pub(super) metrics: Metrics,
    /// The channels as the settings have them now.
    pub(super) channels: watch::Sender<Arc<[ChannelRule]>>,
    routes: watch::Sender<Arc<[RouteRule]>>,
    /// What was wrong with the settings when they were last read again; what they said before holds.
    pub(super) wrong_settings: watch::Sender<Vec<Mistake>>,
    /// A person wants the site files to be read at once, or what is due to be polled at once.
    pub(super) wants_files: Arc<Notify>,
    pub(super) wants_polls: Arc<Notify>,
}

/// Whom the settings tell what.
#[derive(Debug, Clone, Default)]
pub struct Outlet {
    /// Where to.
    pub channels: Vec<ChannelRule>,
    /// What to which of them.
    pub routes: Vec<RouteRule>,
}

/// The sites as their files are now; clones share them.
#[derive(Debug, Clone)]
pub struct Sites {
    /// Those that are polled, by id.
    pub by_id: Arc<BTreeMap<SiteId, Arc<Site>>>,
    /// Those that their files pause.
    pub paused: Arc<BTreeMap<SiteId, Arc<Site>>>,
    /// What is wrong with the other files.
    pub mistakes: Arc<[Mistake]>,
    /// Why sites are not watched that people may take for watched.
    pub unwatched: Arc<[String]>,
    /// The store, owing what is found on these sites to whom the routes name.
    pub store: Store,
}

/// How the daemon does.
#[derive(Debug, Clone)]
pub struct Pulse {
    /// When the schedule was last looked at.
    pub passed_at: Instant,
    /// When a poll last ended, UTC.
    pub last_poll_at: Option<Timestamp>,
    /// Polls that failed since the last one that did not, and when the first of them ended, UTC.
    pub in_vain: Option<(u32, Timestamp)>,
    /// Polls under way.
    pub n_under_way: usize,
    /// The poll of a known site that is longest under way.
    pub longest: Option<(SiteId, Instant)>,
    /// Sites whose last poll could not be kept, and why.
    pub unkept: BTreeMap<SiteId, String>,
    /// When the daemon last wrote to the store to see that it can.
    pub wrote_at: Option<Instant>,
    /// Why the schedule got no answer from the store, while it gets none.
    pub store_error: Option<String>,
    /// Why the store took no write, while it takes none.
    pub write_error: Option<String>,
}

impl Roof {
    pub(super) fn new(store: Store, clock: Clock, outlet: Outlet) -> Self {
        let started_at = clock.now();
        let pulse = Pulse {
            passed_at: Instant::now(),
            last_poll_at: None,
            in_vain: None,
            n_under_way: 0,
            longest: None,
            unkept: BTreeMap::new(),
            wrote_at: None,
            store_error: None,
            write_error: None,
        };
        let (by_id, paused, mistakes, unwatched) = (Arc::default(), Arc::default(), Arc::default(), Arc::default());
        let sites = Sites { by_id, paused, mistakes, unwatched, store: store.clone() };
        Self {
            unrouted: store,
            clock,
            started_at,
            sites: watch::Sender::new(sites),
            files: watch::Sender::default(),
            pulse: watch::Sender::new(pulse),
            landed: watch::Sender::new(0),
            metrics: Metrics::new(),
            channels: watch::Sender::new(outlet.channels.into()),
            routes: watch::Sender::new(outlet.routes.into()),
            wrong_settings: watch::Sender::default(),
            wants_files: Arc::default(),
            wants_polls: Arc::default(),
        }
    }

    /// The sites are these from now on, and their divisions decide whom their changes are told to.
    pub(super) fn publish(
        &self,
        by_id: BTreeMap<SiteId, Arc<Site>>,
        paused: BTreeMap<SiteId, Arc<Site>>,
        folder: &SiteFolder,
    ) {
        let mistakes = folder.mistakes().into();
        let unwatched = folder.unwatched(|site| by_id.contains_key(site)).into();
        let (store, by_id, paused) = (self.routed(&by_id), Arc::new(by_id), Arc::new(paused));
        self.sites.send_replace(Sites { by_id, paused, mistakes, unwatched, store });
    }

    /// The store knows these sites: they are shown, and polled where they are due.
    pub(super) fn show(&self) {
        let Sites { by_id, paused, .. } = self.sites.borrow().clone();
        let all = if paused.is_empty() { by_id } else { Arc::new(by_id.iter().chain(&*paused).map(owned).collect()) };
        self.files.send_replace(all);
        self.wants_polls.notify_one();
    }

    /// Channels and routes are these from now on; what is owed stays owed to whom it was.
    pub(super) fn take(&self, Outlet { channels, routes }: Outlet) {
        self.routes.send_replace(routes.into());
        self.channels.send_replace(channels.into());
        self.wrong_settings.send_replace(Vec::new());
        self.sites.send_modify(|sites| sites.store = self.routed(&sites.by_id));
    }

    /// The store, owing what is found on these sites to whom the routes name.
    fn routed(&self, by_id: &BTreeMap<SiteId, Arc<Site>>) -> Store {
        let divisions = by_id.values().filter_map(|site| Some((site.id.clone(), site.division.clone()?)));
        let routes = Routes::new(&self.routes.borrow(), &self.channels.borrow(), divisions.collect());
        self.unrouted.clone().with_routes(routes)
    }

    /// How many polls have ended, each time that one does.
    pub fn landed(&self) -> watch::Receiver<u64> {
        self.landed.subscribe()
    }

    /// The sites as their files are now, each time that one of them turns.
    pub fn sites(&self) -> watch::Receiver<Sites> {
        self.sites.subscribe()
    }

    /// The same, as the web page follows them.
    pub(super) fn files(&self) -> watch::Receiver<SiteFiles> {
        self.files.subscribe()
    }

    /// What people may do from the web page: whatever they write or ask for is taken up by the daemon's own tasks.
    pub(super) fn tools(&self, folder: &SiteFolder, fetcher: Fetcher) -> Tools {
        Tools {
            dir: folder.dir().to_owned(),
            network: folder.network().clone(),
            fetcher,
            wants_files: Arc::clone(&self.wants_files),
            wants_polls: Arc::clone(&self.wants_polls),
            landed: self.landed.clone(),
        }
    }

    /// How the daemon does now.
    pub fn pulse(&self) -> Pulse {
        self.pulse.borrow().clone()
    }
}

fn owned((id, site): (&SiteId, &Arc<Site>)) -> (SiteId, Arc<Site>) {
    (id.clone(), Arc::clone(site))
}
