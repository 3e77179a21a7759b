//! The verbs of the store, in the order of a poll. Each is one transaction of the engine.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use jiff::Timestamp;
use jiff::civil::Date;
use url::Url;

use super::pack::packing;
use super::record::{
    Aside, CaptureHead, ChangeFilter, Claim, FileRecord, Filter, FirstPage, HeldEdit, HistoryRow, KeptRobots,
    KnownFile, KnownRedesign, ListingRules, ListingState, MonthCount, PageRecord, PageRecorded, PollRecord, ReadTask,
    Recorded, ReportRecord, Scope, TimelineFilter, TimelinePage, ToRead, WalkRecord,
};
use super::sqlite::verbs::{self, Packed};
use super::{Store, StoreError};
use crate::change::canonical::{canonical, spellings};
use crate::model::{
    AlertId, ChangeId, Document, Event, Hash, ListingId, PollId, Report, ReportId, Revision, SiteId, SiteState,
    SiteStatus, Stated, WalkId, WorkId,
};

/// Sites, listings and walks.
impl Store {
    /// What a site's next poll must know.
    pub async fn site_state(&self, site: &SiteId) -> Result<SiteState, StoreError> {
        let site = site.clone();
        self.engine.read(move |conn| verbs::site_state(conn, &site)).await
    }

    /// Opens a poll. One of the same site that was left open is closed as interrupted.
    pub async fn begin_poll(&self, site: &SiteId, now: Timestamp) -> Result<PollId, StoreError> {
        let site = site.clone();
        self.engine.write(move |conn| verbs::begin_poll(conn, &site, now)).await
    }

    /// The listing of this URL, made where it is not known; `rules`: what its walks follow from now.
    pub async fn listing(
        &self,
        site: &SiteId,
        name: &str,
        url: &str,
        rules: ListingRules,
        now: Timestamp,
    ) -> Result<ListingState, StoreError> {
        let (site, name, url) = (site.clone(), name.to_owned(), url.to_owned());
        self.engine.write(move |conn| verbs::listing(conn, &site, &name, &url, rules, now)).await
    }

    /// The report of a single watched page, made where it is not known; its first reading is its baseline.
    pub async fn watch_page(
        &self,
        site: &SiteId,
        url: &str,
        kind: Option<&str>,
        now: Timestamp,
    ) -> Result<ReportId, StoreError> {
        let (site, url, kind) = (site.clone(), url.to_owned(), kind.map(str::to_owned));
        self.engine.write(move |conn| verbs::watch_page(conn, &site, &url, kind.as_deref(), now)).await
    }

    /// Opens a walk of a listing; `begun_by`: the first of the broken-off walks that it goes on with.
    pub async fn begin_walk(
        &self,
        poll: PollId,
        listing: ListingId,
        begun_by: Option<WalkId>,
        now: Timestamp,
    ) -> Result<WalkId, StoreError> {
        self.engine.write(move |conn| verbs::begin_walk(conn, poll, listing, begun_by, now)).await
    }

    /// Keeps one page of a walk: unknown rows become reports to be read.
    pub async fn record_page(&self, page: PageRecord) -> Result<PageRecorded, StoreError> {
        self.engine.write(move |conn| verbs::record_page(conn, &page)).await
    }

    /// The rules by which the poll before this one read; `None`: there was none, or it was killed.
    pub async fn last_rules(&self, site: &SiteId, poll: PollId) -> Result<Option<Hash>, StoreError> {
        let site = site.clone();
        self.engine.read(move |conn| verbs::last_rules(conn, &site, poll)).await
    }

    /// Makes the reports of a site due that could not be read, or of which something is withheld.
    pub async fn ask_amiss_now(&self, site: &SiteId) -> Result<(), StoreError> {
        let site = site.clone();
        self.engine.write(move |conn| verbs::ask_amiss_now(conn, &site)).await
    }

    /// Keeps the rows of a page that lead nowhere.
    pub async fn record_unlinked(&self, page: PageRecord) -> Result<(), StoreError> {
        self.engine.write(move |conn| verbs::record_unlinked(conn, &page)).await
    }

    /// Keeps the first page of a listing as it was read, for the next poll; `lost_row_at`: when a row was gone from its middle.
    pub async fn keep_first_page(
        &self,
        listing: ListingId,
        page: Arc<FirstPage>,
        lost_row_at: Option<Timestamp>,
    ) -> Result<(), StoreError> {
        self.engine.write(move |conn| verbs::keep_first_page(conn, listing, &page, lost_row_at)).await
    }

    /// Closes a walk; the first complete and healthy one makes what the listing held its baseline.
    pub async fn end_walk(&self, walk: WalkRecord) -> Result<(), StoreError> {
        self.engine.write(move |conn| verbs::end_walk(conn, &walk)).await
    }

    /// Counts a listing's baseline as told, where each of its reports was told as new instead.
    pub async fn settle_baseline(&self, listing: ListingId, now: Timestamp) -> Result<(), StoreError> {
        self.engine.write(move |conn| verbs::settle_baseline(conn, listing, now)).await
    }

    /// Tells how many reports a listing's first walk found; once a listing, and not before that walk is done.
    pub async fn record_baseline(&self, listing: ListingId, now: Timestamp) -> Result<Option<Event>, StoreError> {
        let routes = Arc::clone(&self.routes);
        self.engine.write(move |conn| verbs::record_baseline(conn, &routes, listing, now)).await
    }
}

/// Reports and the end of a poll.
impl Store {
    /// What a poll has yet to read, newest first; what it has recorded is left out.
    pub async fn to_read(
        &self,
        site: &SiteId,
        poll: PollId,
        now: Timestamp,
        scope: Scope,
    ) -> Result<Vec<ToRead>, StoreError> {
        let site = site.clone();
        self.engine.read(move |conn| verbs::to_read(conn, &site, poll, now, scope)).await
    }

    /// What is known of these reports, in their order; those that need not be read after all are left out.
    pub async fn read_tasks(&self, poll: PollId, turns: Vec<ToRead>) -> Result<Vec<ReadTask>, StoreError> {
        self.engine.read(move |conn| verbs::read_tasks(conn, poll, &turns)).await
    }

    /// Keeps what was found of a report: revision, change and alerts owed, together or not at all.
    pub async fn record_report(&self, record: ReportRecord) -> Result<Recorded, StoreError> {
        let (contents, record) = self.packed(record).await?;
        let routes = Arc::clone(&self.routes);
        self.engine.write(move |conn| verbs::record_report(conn, &routes, &record, &contents)).await
    }

    /// Edits of a site whose alerts are held, those of a killed poll too, oldest first.
    pub async fn held_edits(&self, site: &SiteId) -> Result<Vec<HeldEdit>, StoreError> {
        let site = site.clone();
        self.engine.read(move |conn| verbs::held_edits(conn, &site)).await
    }

    /// Reports that were read in other polls than this one, of which edits are held.
    pub async fn n_read_in_held(&self, site: &SiteId, poll: PollId) -> Result<usize, StoreError> {
        let site = site.clone();
        self.engine.read(move |conn| verbs::n_read_in_held(conn, &site, poll)).await
    }

    /// The redesigns of a site that were told, newest first.
    pub async fn redesigns(&self, site: &SiteId) -> Result<Vec<KnownRedesign>, StoreError> {
        let site = site.clone();
        self.engine.read(move |conn| verbs::redesigns(conn, &site)).await
    }

    /// The single exit of a poll. Gives every event that it made owed: released edits, then what it tells itself.
    pub async fn record_poll(&self, poll: PollRecord) -> Result<Vec<Event>, StoreError> {
        let routes = Arc::clone(&self.routes);
        self.engine.write(move |conn| verbs::record_poll(conn, &routes, &poll)).await
    }

    /// Title and date of a report's row as its listing shows it; neither where no listing does.
    pub async fn listed_row(&self, report: ReportId) -> Result<(Option<String>, Option<Stated>), StoreError> {
        self.engine.read(move |conn| verbs::listed_row(conn, report)).await
    }

    /// What is known of the files that a report links to.
    pub async fn known_files(&self, report: ReportId) -> Result<Vec<KnownFile>, StoreError> {
        self.engine.read(move |conn| verbs::known_files(conn, report)).await
    }

    /// Keeps what other readers make of files whose bytes are kept; told to nobody.
    pub async fn record_files(
        &self,
        report: ReportId,
        files: Vec<FileRecord>,
        texts: Vec<Bytes>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let texts = packing(move || texts.iter().map(Packed::new).collect::<Vec<_>>()).await?;
        let keep = move |conn: &_| {
            texts.iter().try_for_each(|text| verbs::keep(conn, text).map(drop))?;
            verbs::record_files(conn, report, &files, now)
        };
        self.engine.write(keep).await
    }

    /// The bytes of a content, proved by their hash; `None` where it is not kept.
    pub async fn content(&self, hash: Hash) -> Result<Option<Vec<u8>>, StoreError> {
        self.engine.read(move |conn| verbs::content(conn, hash)).await
    }
}

/// The outbox.
impl Store {
    /// What a channel owes, oldest first; of these sites only, where they are given.
    pub async fn owed(
        &self,
        channel: &str,
        sites: Option<&[SiteId]>,
        limit: usize,
    ) -> Result<Vec<(AlertId, Event)>, StoreError> {
        let (channel, sites) = (channel.to_owned(), sites.map(<[SiteId]>::to_vec));
        self.engine.read(move |conn| verbs::owed(conn, &channel, sites.as_deref(), limit)).await
    }

    /// Marks alerts as delivered.
    pub async fn settle(&self, alerts: &[AlertId], now: Timestamp) -> Result<(), StoreError> {
        let alerts = alerts.to_vec();
        self.engine.write(move |conn| verbs::settle(conn, &alerts, now)).await
    }
}

/// Hosts.
impl Store {
    /// The robots.txt of an origin (`scheme://host:port`), however old.
    pub async fn host_robots(&self, origin: &str) -> Result<Option<KeptRobots>, StoreError> {
        let origin = origin.to_owned();
        self.engine.read(move |conn| verbs::robots(conn, &origin)).await
    }

    /// Keeps the robots.txt of an origin.
    pub async fn keep_robots(&self, origin: &str, robots: KeptRobots) -> Result<(), StoreError> {
        let origin = origin.to_owned();
        self.engine.write(move |conn| verbs::keep_robots(conn, &origin, &robots)).await
    }

    /// Until when a host is held back, if it ever was; may lie in the past.
    pub async fn wait_until(&self, host: &str) -> Result<Option<Timestamp>, StoreError> {
        let host = host.to_owned();
        self.engine.read(move |conn| verbs::wait_until(conn, &host)).await
    }

    /// Holds a host back; never shortens an earlier wish.
    pub async fn hold_back(&self, host: &str, until: Timestamp) -> Result<(), StoreError> {
        let host = host.to_owned();
        self.engine.write(move |conn| verbs::hold_back(conn, &host, until)).await
    }

    /// Asks for a host for `ttl`; the same owner's next claim renews it.
    pub async fn claim_host(
        &self,
        host: &str,
        owner: &str,
        now: Timestamp,
        ttl: Duration,
    ) -> Result<Claim, StoreError> {
        let (host, owner) = (host.to_owned(), owner.to_owned());
        let until = now.checked_add(ttl).unwrap_or(Timestamp::MAX);
        self.engine.write(move |conn| verbs::claim_host(conn, &host, &owner, now, until)).await
    }

    /// Gives a host back and says when the next request to it may start. Only the owner's word counts.
    pub async fn release_host(&self, host: &str, owner: &str, next_request_at: Timestamp) -> Result<(), StoreError> {
        let (host, owner) = (host.to_owned(), owner.to_owned());
        self.engine.write(move |conn| verbs::release_host(conn, &host, &owner, next_request_at)).await
    }

    /// Says when the next request to a host may start: what a killed process leaves behind.
    pub async fn note_request(&self, host: &str, next_request_at: Timestamp) -> Result<(), StoreError> {
        let host = host.to_owned();
        self.engine.write(move |conn| verbs::note_request(conn, &host, next_request_at)).await
    }
}

/// Sessions of the web page.
impl Store {
    /// Keeps the digest of a session until an instant.
    pub async fn add_session(&self, hash: Hash, now: Timestamp, until: Timestamp) -> Result<(), StoreError> {
        self.engine.write(move |conn| verbs::add_session(conn, hash, now, until)).await
    }

    /// Whether a session is known and not over.
    pub async fn has_session(&self, hash: Hash, now: Timestamp) -> Result<bool, StoreError> {
        self.engine.read(move |conn| verbs::has_session(conn, hash, now)).await
    }

    /// Forgets a session.
    pub async fn end_session(&self, hash: Hash) -> Result<(), StoreError> {
        self.engine.write(move |conn| verbs::end_session(conn, hash)).await
    }
}

/// Reading.
impl Store {
    /// Reports, newest stated date first; undated ones last.
    pub async fn reports(&self, filter: Filter) -> Result<Vec<Report>, StoreError> {
        self.engine.read(move |conn| verbs::reports(conn, &filter)).await
    }

    /// The report with this number or URL. **Errors**: `UnknownReport`, `AmbiguousReport`.
    pub async fn find_report(&self, asked: &str) -> Result<Report, StoreError> {
        let report = asked.trim().to_owned();
        let address = Url::parse(&report).ok().map(|url| canonical(&url));
        let others = address.as_deref().map(|address| spellings(address, &[])).unwrap_or_default();
        let url = report.clone();
        let find = move |conn: &_| {
            let exact = verbs::find_reports(conn, &url, address.as_deref())?;
            if !exact.is_empty() {
                return Ok(exact);
            }
            let all = others.iter().map(|other| verbs::find_reports(conn, other, None));
            Ok(all.collect::<Result<Vec<_>, _>>()?.concat())
        };
        let mut found = self.engine.read(find).await?;
        match found.len() {
            0 => Err(StoreError::UnknownReport { report }),
            1 => Ok(found.remove(0)),
            _ => Err(StoreError::AmbiguousReport {
                url: report,
                reports: found.iter().map(|report| report.report).collect(),
            }),
        }
    }

    /// What happened to a report, oldest first.
    pub async fn history(&self, report: ReportId) -> Result<Vec<HistoryRow>, StoreError> {
        self.engine.read(move |conn| verbs::history(conn, report)).await
    }

    /// One revision. **Errors**: `UnknownRevision`.
    pub async fn revision(&self, report: ReportId, revision: u32) -> Result<Revision, StoreError> {
        let found = self.engine.read(move |conn| verbs::revision(conn, report, revision)).await?;
        found.ok_or(StoreError::UnknownRevision { report, revision })
    }

    /// The Document of a revision. **Errors**: `UnknownRevision`.
    pub async fn document(&self, report: ReportId, revision: u32) -> Result<Document, StoreError> {
        let found = self.engine.read(move |conn| verbs::document(conn, report, revision)).await?;
        found.ok_or(StoreError::UnknownRevision { report, revision })
    }

    /// Changes, those seen last first.
    pub async fn changes(&self, filter: ChangeFilter) -> Result<Vec<(ChangeId, Event)>, StoreError> {
        self.engine.read(move |conn| verbs::changes(conn, &filter)).await
    }

    /// The status of these sites in this order; of all that are known, where none is named.
    pub async fn statuses(&self, sites: &[SiteId]) -> Result<Vec<SiteStatus>, StoreError> {
        let sites = sites.to_vec();
        self.engine.read(move |conn| verbs::statuses(conn, &sites)).await
    }

    /// A page of the timeline of all sites, those changes first that were seen last.
    pub async fn timeline(&self, filter: TimelineFilter) -> Result<TimelinePage, StoreError> {
        self.engine.read(move |conn| verbs::timeline(conn, &filter)).await
    }

    /// What a revision was read from, without the bodies; empty where nothing is kept.
    pub async fn capture_heads(&self, report: ReportId, revision: u32) -> Result<Vec<CaptureHead>, StoreError> {
        self.engine.read(move |conn| verbs::capture_heads(conn, report, revision)).await
    }

    /// How many reports of a site fall into each month from `since` on; months without one are left out.
    pub async fn months(&self, site: &SiteId, since: Date) -> Result<Vec<MonthCount>, StoreError> {
        let site = site.clone();
        self.engine.read(move |conn| verbs::months(conn, &site, since)).await
    }

    /// The standing of every site that was polled, as the word of `status`, in the order of their ids.
    pub async fn standings(&self) -> Result<Vec<(SiteId, &'static str)>, StoreError> {
        let states = self.engine.read(verbs::site_states).await?;
        let standing = |(site, state, aside): (SiteId, SiteState, Option<Aside>)| {
            let word = aside.map_or_else(|| verbs::standing(&state, state.class.as_deref()), Aside::as_str);
            (site, word)
        };
        Ok(states.into_iter().map(standing).collect())
    }

    /// The reports of a work, in the order of first sight.
    pub async fn work_members(&self, work: WorkId) -> Result<Vec<Report>, StoreError> {
        self.engine.read(move |conn| verbs::work_members(conn, work)).await
    }

    /// What the engine finds wrong with the database; empty: nothing. Reads all of it.
    pub async fn check(&self) -> Result<Vec<String>, StoreError> {
        self.engine.read(verbs::check).await
    }
}
