//! One visit to one site: what its stages share, and the ways it may end early.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use jiff::Timestamp;
use tokio::sync::{mpsc, watch};
use url::Url;

use super::others::Others;
use super::{PollOptions, Thoroughness, World};
use crate::change::canonical::has_route;
use crate::config::{Render, Site};
use crate::error::Failure;
use crate::fetch::{FetchError, FetchPlan, Fetched, Fetcher, What};
use crate::model::{PageAddress, PollId, Post, ReportId, SiteId, SiteState, Validators};
use crate::store::{Counts, StoreError};

/// Files in a row that do not come before the poll asks for no more of them: their host is down, and each may take
/// minutes to fail.
const MOST_FILE_FAILURES: u32 = 5;

/// Why a poll ends before its end.
#[derive(Debug)]
pub(super) enum Halt {
    /// The site cannot be polled further.
    Failed(Failure),
    /// The host may not be asked before this time: it asked for a pause, or its hours are over. Nothing is wrong with the
    /// site.
    NotNow(Failure, Timestamp),
    /// Another process of ours has the host until then, and may be polling this very site.
    Taken(Failure, Timestamp),
    /// The host failed several times in a row and is left alone until then.
    InTrouble(Failure, Timestamp),
    /// The user wants to stop.
    Interrupted,
    /// The store cannot be used: the whole program stops.
    Store(StoreError),
}

/// Set once, when the user wants to stop; clones share it.
#[derive(Debug, Clone, Default)]
pub struct Interrupt(Arc<watch::Sender<bool>>);

impl Interrupt {
    /// Asks everybody to finish what they hold and stop.
    pub fn set(&self) {
        self.0.send_replace(true);
    }

    /// Whether it was asked.
    pub fn is_set(&self) -> bool {
        *self.0.borrow()
    }

    /// Waits until it is asked.
    pub async fn asked(&self) {
        // The sender lives as long as this does: the wait ends only when it is set.
        drop(self.0.subscribe().wait_for(|is_set| *is_set).await);
    }
}

/// Where polls say what they are doing; nobody need listen.
#[derive(Debug, Clone, Default)]
pub struct Progress(Option<mpsc::UnboundedSender<(SiteId, Step)>>);

/// What a poll is doing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Its poll began.
    Begun,
    /// A listing page was read.
    Page {
        /// The listing.
        listing: String,
        /// The page's number.
        n_page: u32,
        /// How many pages it says there are.
        n_stated: Option<u32>,
        /// Reports on it that nobody knew.
        n_new: u64,
    },
    /// So many reports are to be read, of those found so far.
    ToRead(u64),
    /// A report was read.
    Read,
    /// Its poll ended.
    Ended,
}

impl Progress {
    /// Tells this listener.
    pub fn to(listener: mpsc::UnboundedSender<(SiteId, Step)>) -> Self {
        Self(Some(listener))
    }

    pub(super) fn say(&self, site: &SiteId, step: Step) {
        if let Some(listener) = &self.0 {
            // A listener that left has no need to know.
            let _gone = listener.send((site.clone(), step));
        }
    }
}

/// What the stages of one poll share.
pub(super) struct Visit<'a> {
    pub(super) world: &'a World,
    pub(super) site: &'a Arc<Site>,
    pub(super) poll: PollId,
    pub(super) options: PollOptions,
    /// When this poll began.
    pub(super) begun_at: Timestamp,
    /// How the site stood before it.
    pub(super) before: SiteState,
    fetcher: Fetcher,
    twins: Vec<String>,
    /// Files in a row that did not come.
    n_file_failures: AtomicU32,
    /// What this poll knows of texts that stand under several addresses.
    pub(super) others: Others,
}

impl<'a> Visit<'a> {
    pub(super) fn new(
        world: &'a World,
        site: &'a Arc<Site>,
        poll: PollId,
        options: PollOptions,
        (begun_at, before): (Timestamp, SiteState),
    ) -> Self {
        let (fetcher, twins) = (world.fetcher.for_site(), site.twins());
        let (n_file_failures, others) = (AtomicU32::new(0), Others::default());
        Self { world, site, poll, options, begun_at, before, fetcher, twins, n_file_failures, others }
    }

    /// Asks for a page, unless the user wants to stop.
    pub(super) async fn get(&self, url: &Url, validators: Validators) -> Result<Fetched, Missing> {
        self.page(url, None, validators).await
    }

    /// Asks for a page of a listing, unless the user wants to stop.
    pub(super) async fn get_page(&self, address: &PageAddress) -> Result<Fetched, Missing> {
        self.page(&address.url, address.post.clone(), Validators::default()).await
    }

    async fn page(&self, url: &Url, post: Option<Post>, validators: Validators) -> Result<Fetched, Missing> {
        self.ask(url, post, validators, What::Page).await.map_err(|missing| match missing {
            Missing::Fetch(error @ FetchError::HeldBack { until, .. }) => {
                Missing::Halt(Halt::NotNow(error.into(), until))
            }
            Missing::Fetch(error @ FetchError::Taken { until, .. }) => Missing::Halt(Halt::Taken(error.into(), until)),
            Missing::Fetch(error @ FetchError::InTrouble { until, .. }) => {
                Missing::Halt(Halt::InTrouble(error.into(), until))
            }
            missing => missing,
        })
    }

    /// Asks for a file that a report links to. A host that is held back fails that file and not the poll: files may live
    /// on a host of their own. After several failures in a row no further file is asked for.
    pub(super) async fn get_file(&self, url: &Url, validators: Validators) -> Result<Result<Fetched, String>, Halt> {
        if self.n_file_failures.load(Ordering::Relaxed) >= MOST_FILE_FAILURES {
            return Ok(Err("not asked for: the files before it did not come".to_owned()));
        }
        match self.ask(url, None, validators, What::Attachment).await {
            Ok(fetched) => {
                self.n_file_failures.store(0, Ordering::Relaxed);
                Ok(Ok(fetched))
            }
            Err(Missing::Halt(halt)) => Err(halt),
            Err(Missing::Fetch(error)) => {
                self.n_file_failures.fetch_add(1, Ordering::Relaxed);
                Ok(Err(error.to_string()))
            }
        }
    }

    async fn ask(&self, url: &Url, post: Option<Post>, validators: Validators, what: What) -> Result<Fetched, Missing> {
        self.ensure_wanted().map_err(Missing::Halt)?;
        let plan = FetchPlan { post, validators, ..FetchPlan::of(self.site, url, what) };
        // A wait for the pace or for a slow portal ends with the wish to stop; nothing of it was kept yet.
        let fetched = tokio::select! {
            biased;
            () = self.world.interrupt.asked() => return Err(Missing::Halt(Halt::Interrupted)),
            fetched = self.fetcher.get(&plan) => fetched,
        };
        fetched.map_err(Missing::Fetch)
    }

    /// Whether a URL lives on a host of this site.
    pub(super) fn is_own(&self, url: &Url) -> bool {
        self.site.is_own(url)
    }

    /// Whether a report of this site can be asked for by this URL. Without a browser each route of a script would give the
    /// same page, and be told as the same report.
    pub(super) fn may_show(&self, url: &Url) -> bool {
        self.is_own(url) && (self.site.fetch.render == Render::Browser || !has_route(url))
    }

    /// Names of the site's own host that are one.
    pub(super) fn twins(&self) -> &[String] {
        &self.twins
    }

    /// From when on walks prove something about what the office owed last; `None`: it owes nothing yet.
    pub(super) fn proof_at(&self) -> Option<Timestamp> {
        let (zone, now) = (&self.site.timezone, self.world.clock.now());
        self.site.owes.owed.iter().filter_map(|owed| owed.last_proof_at(zone, now)).max()
    }

    pub(super) fn is_full(&self) -> bool {
        self.options.thoroughness == Thoroughness::Full
    }

    pub(super) fn ensure_wanted(&self) -> Result<(), Halt> {
        if self.world.interrupt.is_set() { Err(Halt::Interrupted) } else { Ok(()) }
    }

    /// Gives back the hosts that were asked: another process may wait for them.
    pub(super) async fn leave(&self) {
        self.fetcher.leave().await;
    }

    /// Requests, bytes and 304s of this visit so far.
    pub(super) fn add_requests_to(&self, counts: &mut Counts) {
        let sent = self.fetcher.counts();
        (counts.requests, counts.bytes, counts.not_modified) = (sent.requests, sent.wire_bytes, sent.not_modified);
    }
}

/// Why a page did not come.
pub(super) enum Missing {
    Fetch(FetchError),
    Halt(Halt),
}

/// What a poll did so far; kept whatever ends it.
#[derive(Default)]
pub(super) struct Ledger {
    pub(super) counts: Counts,
    /// Reports read that were known before.
    pub(super) n_read_again: usize,
    /// Reports told as copies in this poll.
    pub(super) copied: HashSet<ReportId>,
    /// Walks that came to the end of their listing, or of what is walked of it.
    pub(super) n_whole_walks: u64,
}
