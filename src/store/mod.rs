//! The store: all that outlives a poll. In: owned records in model types. Out: the same, never an engine's types.
//!
//! Every verb is async and one transaction. What a verb has answered is on the disk; what was under way when the
//! machine died is not there at all. Never: network, a clock (`now` is passed in).

mod bases;
mod breakage;
mod coverage;
mod delivery;
mod error;
mod lock;
mod owner;
mod pack;
mod page;
mod recheck;
mod record;
mod revisions;
mod search;
mod sqlite;
mod tend;
mod verbs;
mod words;
mod works;

use std::path::Path;
use std::sync::Arc;

use crate::alert::Routes;
use bases::Bases;

pub use error::StoreError;
pub use lock::{Lock, LockError};
pub use owner::this_process;
pub use record::{
    AlertFilter, AlertRow, Among, Answer, Aside, BackupFacts, Beat, Bound, CaptureHead, Census, ChangeFilter,
    ChannelHealth, Claim, Claimed, ClaimedMessage, Counts, CoverageAsk, CoverageRecord, Due, DueSite, Edit, Ended,
    EntryRecord, EvidenceRecord, FailedTry, FileFound, FileRecord, Filter, Finding, FirstPage, Fold, Found, HeldEdit,
    HistoryRow, KeptPage, KeptRobots, KnownFile, KnownRedesign, LastPoll, LateFold, LeftColumn, LeftFold, LinkRecord,
    ListedRow, ListingRules, ListingState, Losses, MOST_COUNTED, MOST_RANKED, MOST_SAVED, Moment, MonthCount, Muted,
    Newest, PageRecord, PageRecorded, ParseMomentError, Place, PollRecord, Reach, ReadFile, ReadTask, Reading,
    RecheckRow, Recognised, Recorded, ReportRecord, SavedSearch, Scope, Search, SearchOrder, SearchPage, ShownRow,
    Stands, TakenBy, Thinned, TimelineFilter, TimelinePage, Titles, ToRead, Together, Told, ToldOf, Tried, Turn,
    Unfinished, WalkRecord, Watched, WholeWalk, Why, WithheldFor,
};
pub use search::INDEXED_AT_ONCE;
pub use words::{Query, QueryError, Snippet, SnippetPart};

/// The channel that everything is owed to: what `fetch` prints.
pub const STDOUT: &str = "stdout";

/// An open store; clones share it, the last one closes it.
#[derive(Debug, Clone)]
pub struct Store {
    engine: Arc<sqlite::Engine>,
    routes: Arc<Routes>,
    bases: Arc<Bases>,
}

impl Store {
    /// Opens the store of a folder, or makes both. **Errors**: `Newer`, `Damaged` (the file stays), `Unusable`.
    pub fn open(dir: &Path) -> Result<Self, StoreError> {
        sqlite::Engine::open(dir).map(Self::of)
    }

    /// Makes the folder of a store where there is none, for whoever has something to do there before it is opened.
    pub fn make_folder(dir: &Path) -> Result<(), StoreError> {
        sqlite::Engine::make_folder(dir)
    }

    /// Opens the store of a folder, for commands that only read. **Errors**: as [`Store::open`], and `Missing`.
    pub fn open_existing(dir: &Path) -> Result<Self, StoreError> {
        sqlite::Engine::open_existing(dir).map(Self::of)
    }

    /// What a copy of a store holds, once all of it is found whole; the file is only read. **Errors**: `Newer`, `Damaged`,
    /// `Unusable`.
    pub async fn inspect(path: &Path) -> Result<BackupFacts, StoreError> {
        let path = path.to_owned();
        let inspecting = tokio::task::spawn_blocking(move || sqlite::Engine::inspect(&path));
        inspecting.await.map_err(|_| StoreError::Bug { reason: "checking a copy panicked".to_owned() })?
    }

    /// A store that is gone when it is dropped.
    pub fn in_memory() -> Result<Self, StoreError> {
        sqlite::Engine::in_memory().map(Self::of)
    }

    /// A copy in memory, to be written to and thrown away.
    pub async fn scratch_copy(&self) -> Result<Self, StoreError> {
        let engine = self.engine.scratch_copy().await?;
        Ok(Self { routes: Arc::clone(&self.routes), ..Self::of(engine) })
    }

    /// The same store, owing every change to these channels instead of [`STDOUT`] alone.
    #[must_use]
    pub fn with_channels(self, channels: &[String]) -> Self {
        self.with_routes(Routes::to_all(channels))
    }

    /// The same store, owing changes to whom these routes say.
    #[must_use]
    pub fn with_routes(mut self, routes: Routes) -> Self {
        self.routes = Arc::new(routes);
        self
    }

    fn of(engine: sqlite::Engine) -> Self {
        Self { engine: Arc::new(engine), routes: Arc::default(), bases: Arc::default() }
    }
}
