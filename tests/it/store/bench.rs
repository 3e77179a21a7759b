//! A small world for the tests of the store: one clock that is moved by hand, one poll at a time.

use govwatch::change::obligation::Office;
use govwatch::error::{Class, Failure, Stage};
use govwatch::model::{
    Block, BlockKind, Capture, Document, Event, Fingerprint, Hash, ListingId, PollId, ReportId, SiteId, Stated, WalkId,
};
use govwatch::store::{
    Counts, CoverageAsk, Edit, Ended, EntryRecord, Finding, ListingRules, PageRecord, PageRecorded, PollRecord, Reach,
    ReadTask, Reading, Recorded, ReportRecord, Scope, Store, Told, WalkRecord,
};
use jiff::{Timestamp, ToSpan};

pub(crate) const LISTING: &str = "http://a.gov.cn/fz/";

/// The instant so many minutes into the story.
pub(crate) fn at(minute: i64) -> Timestamp {
    let start: Timestamp = "2026-05-01T00:00:00Z".parse().unwrap();
    start.checked_add(minute.minutes()).unwrap()
}

pub(crate) fn site() -> SiteId {
    SiteId::new("a")
}

pub(crate) fn day(text: &str) -> Stated {
    text.parse().unwrap()
}

/// A row `/NAME.html` with its name as title, dated `2026-04-DD`.
pub(crate) fn row(name: &str, day_of_april: u8) -> EntryRecord {
    EntryRecord {
        url: format!("http://a.gov.cn/{name}.html"),
        twins: vec![format!("https://a.gov.cn/{name}.html")],
        as_listed_url: format!("http://a.gov.cn/{name}.html"),
        title: name.to_owned(),
        date: Some(day(&format!("2026-04-{day_of_april:02}"))),
        date_shown: Some(format!("04-{day_of_april:02}")),
        kind: None,
        year: None,
        is_wanted: true,
    }
}

/// A document whose body is this text, repeated so that it is no stock text.
pub(crate) fn document(title: &str, text: &str) -> Document {
    Document {
        title: Some(title.to_owned()),
        blocks: vec![Block::new(BlockKind::Paragraph, text.repeat(100))],
        ..Document::default()
    }
}

/// Every row is wanted.
pub(crate) fn wanted() -> ListingRules {
    ListingRules { filter: Hash::of(b"wanted"), rows: Hash::of(b"rows") }
}

pub(crate) fn rules() -> Hash {
    Hash::of(b"rules")
}

/// Hashes that differ where the parts differ.
pub(crate) fn print(document: &Document) -> Fingerprint {
    govwatch::change::fingerprint::of(document, rules())
}

pub(crate) fn capture(url: &str, body: &str) -> Capture {
    Capture {
        url: url.parse().unwrap(),
        final_url: url.parse().unwrap(),
        status: 200,
        headers: vec![("etag".to_owned(), "\"1\"".to_owned())],
        body: body.to_owned().into(),
        fetched_at: at(0),
        wire_bytes: 10,
        n_requests: 1,
    }
}

pub(crate) fn reading(document: Document, told: Told) -> Finding {
    let captures = vec![capture("http://a.gov.cn/x.html", &document.text())];
    let (kind, year) = (None, None);
    Finding::Read(Box::new(Reading { fingerprint: print(&document), document, captures, kind, year, told }))
}

pub(crate) fn edited(document: Document, diff: &str) -> Finding {
    let fields = vec![govwatch::model::FieldName::Body];
    reading(document, Told::Edited(Edit { fields, facts: Vec::new(), diff: diff.to_owned() }))
}

/// A poll under way.
pub(crate) struct Poll<'a> {
    pub(crate) store: &'a Store,
    pub(crate) site: SiteId,
    pub(crate) id: PollId,
    pub(crate) now: Timestamp,
}

impl<'a> Poll<'a> {
    pub(crate) async fn begin(store: &'a Store, minute: i64) -> Self {
        Self::of(store, site(), minute).await
    }

    pub(crate) async fn of(store: &'a Store, site: SiteId, minute: i64) -> Self {
        let now = at(minute);
        let id = store.begin_poll(&site, now).await.unwrap();
        Self { store, site, id, now }
    }

    pub(crate) async fn listing(&self) -> ListingId {
        self.store.listing(&self.site, "fz", LISTING, wanted(), self.now).await.unwrap().listing
    }

    pub(crate) async fn walk(&self) -> WalkId {
        self.walk_of(self.listing().await).await
    }

    pub(crate) async fn walk_of(&self, listing: ListingId) -> WalkId {
        self.store.begin_walk(self.id, listing, None, self.now).await.unwrap()
    }

    pub(crate) async fn page(&self, walk: WalkId, page_no: u32, entries: &[EntryRecord]) -> PageRecorded {
        let (entries, now) = (entries.to_vec(), self.now);
        let page = PageRecord::below(walk, page_no, entries, now);
        self.store.record_page(page).await.unwrap()
    }

    pub(crate) async fn end_walk(&self, walk: WalkId, reach: Reach, oldest_row: Option<&str>) {
        let record = WalkRecord {
            walk,
            ended_at: self.now,
            n_pages: 1,
            n_entries: 1,
            reach,
            is_healthy: true,
            reason: None,
            oldest_row: oldest_row.map(day),
            rules: wanted(),
            bound: None,
            is_place_gone: false,
        };
        self.store.end_walk(record).await.unwrap();
    }

    /// One page to the end of the listing.
    pub(crate) async fn walk_all(&self, entries: &[EntryRecord]) -> PageRecorded {
        let walk = self.walk().await;
        let recorded = self.page(walk, 1, entries).await;
        let oldest = entries.iter().filter_map(|entry| entry.date).min().map(|date| date.to_string());
        self.end_walk(walk, Reach::LastPage, oldest.as_deref()).await;
        recorded
    }

    pub(crate) async fn to_read(&self, scope: Scope) -> Vec<ReadTask> {
        let turns = self.store.to_read(&self.site, self.id, self.now, scope).await.unwrap();
        self.store.read_tasks(self.id, turns).await.unwrap()
    }

    /// The last parts of the URLs to read, in order.
    pub(crate) async fn names(&self) -> Vec<String> {
        let tasks = self.to_read(Scope::Due).await;
        tasks.iter().map(|task| name(&task.url)).collect()
    }

    pub(crate) async fn record(&self, report: ReportId, finding: Finding) -> Recorded {
        let newest = newest(self.store, report).await;
        self.record_beside(report, newest, finding).await
    }

    /// The same, found beside this revision.
    pub(crate) async fn record_beside(&self, report: ReportId, newest: Option<u32>, finding: Finding) -> Recorded {
        let is_amiss = matches!(finding, Finding::FailedToRead { .. } | Finding::Suspect { .. });
        let record = ReportRecord {
            poll: self.id,
            report,
            newest,
            now: self.now,
            finding,
            next_recheck_at: Some(if is_amiss { self.now } else { at(1_000_000) }),
            validators: None,
            answer: None,
            files: Vec::new(),
            contents: Vec::new(),
        };
        self.store.record_report(record).await.unwrap()
    }

    /// Reads all that is to be read as new or baseline, the name as text.
    pub(crate) async fn read_all(&self) -> Vec<Event> {
        let mut events = Vec::new();
        for task in self.to_read(Scope::Due).await {
            let told = if task.is_baseline { Told::Baseline } else { Told::New };
            let name = name(&task.url);
            events.extend(self.record(task.report, reading(document(&name, &name), told)).await.event);
        }
        events
    }

    pub(crate) async fn end(&self) -> Vec<Event> {
        self.end_with(Ok(())).await
    }

    pub(crate) async fn end_with(&self, result: Result<(), Failure>) -> Vec<Event> {
        self.store.record_poll(self.record_of(result)).await.unwrap()
    }

    pub(crate) fn record_of(&self, result: Result<(), Failure>) -> PollRecord {
        PollRecord {
            poll: self.id,
            site: self.site.clone(),
            ended_at: self.now,
            next_due_at: self.now.checked_add(1.hours()).unwrap(),
            ended: result.map_or_else(Ended::Failed, |()| Ended::Done),
            counts: Counts::default(),
            fold: None,
            late: Vec::new(),
            left: Vec::new(),
            rules: rules(),
            file: Hash::of(b"file"),
        }
    }
}

/// A store whose listing holds these rows as its baseline, read in minute 0.
pub(crate) async fn with_baseline(store: &Store, entries: &[EntryRecord]) {
    let poll = Poll::begin(store, 0).await;
    poll.walk_all(entries).await;
    poll.read_all().await;
    store.record_baseline(poll.listing().await, at(0)).await.unwrap();
    poll.end().await;
    settle_all(store).await;
}

pub(crate) fn name(url: &str) -> String {
    url.rsplit('/').next().unwrap().trim_end_matches(".html").to_owned()
}

pub(crate) async fn id(store: &Store, name: &str) -> ReportId {
    store.find_report(&format!("http://a.gov.cn/{name}.html")).await.unwrap().report
}

/// The number of its newest revision.
pub(crate) async fn newest(store: &Store, report: ReportId) -> Option<u32> {
    store.find_report(&report.to_string()).await.unwrap().revision
}

/// What is owed to standard output, as `event title`.
pub(crate) async fn owed(store: &Store) -> Vec<String> {
    let owed = store.owed("stdout", None, 1000).await.unwrap();
    let line = |event: &Event| format!("{} {}", event.event.as_str(), event.title.as_deref().unwrap_or("-"));
    owed.iter().map(|(_, event)| line(event)).collect()
}

pub(crate) async fn settle_all(store: &Store) {
    let owed = store.owed("stdout", None, 100_000).await.unwrap();
    let ids: Vec<_> = owed.iter().map(|(id, _)| *id).collect();
    store.settle(&ids, at(0)).await.unwrap();
}

pub(crate) fn failure(class: Class) -> Failure {
    Failure::new(class, Stage::Fetch, "the portal does not answer: try later")
}

/// What bears on a kind that is owed of 2025, looked for since a day.
pub(crate) fn asked_of_2025(kind: &str, proof_at: Timestamp, since: (jiff::civil::Date, Timestamp)) -> CoverageAsk {
    CoverageAsk {
        site: site(),
        kind: kind.to_owned(),
        year: 2025,
        proof_at,
        looked_for_since: Some(since),
        office: Office::default(),
        titles: None,
    }
}
