//! What is counted, in the words of Prometheus. In: polls that begin and end, and the store when somebody asks. Out: a
//! text. Never: a label that grows with the number of sites.

use std::time::Duration;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::{Registry, Unit};

use super::roof::Roof;
use crate::alert::Delivered;
use crate::crawl::Summary;
use crate::store::{Census, StoreError};

/// The media type of [`text`]. Source: prometheus.io/docs/specs/om/open_metrics_spec
pub(super) const MEDIA_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Seconds of a poll: from one listing that says nothing new to a history that takes hours.
const DURATIONS: [f64; 9] = [1.0, 3.0, 10.0, 30.0, 60.0, 300.0, 900.0, 3600.0, 14400.0];
/// Seconds that a poll begins after it was due: half a minute is a hundredth of an hour.
const DELAYS: [f64; 8] = [0.1, 1.0, 5.0, 30.0, 180.0, 900.0, 3600.0, 86400.0];

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Ended {
    ended: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Named {
    event: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Delivery {
    result: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Standing {
    state: &'static str,
}

/// What is counted.
pub(super) struct Metrics {
    registry: Registry,
    polls: Family<Ended, Counter>,
    events: Family<Named, Counter>,
    alerts: Family<Delivery, Counter>,
    requests: Counter,
    received: Counter,
    reports_read: Counter,
    durations: Histogram,
    delays: Histogram,
    sites: Family<Standing, Gauge>,
    under_way: Gauge,
    oldest_overdue: Gauge,
    last_poll: Gauge,
    store_size: Gauge,
    mistakes: Gauge,
    memory: Gauge,
    files: Gauge,
}

impl Metrics {
    pub(super) fn new() -> Self {
        let registry = Registry::with_prefix("govwatch");
        let mut metrics = Self {
            registry,
            polls: Family::default(),
            events: Family::default(),
            alerts: Family::default(),
            requests: Counter::default(),
            received: Counter::default(),
            reports_read: Counter::default(),
            durations: Histogram::new(DURATIONS),
            delays: Histogram::new(DELAYS),
            sites: Family::default(),
            under_way: Gauge::default(),
            oldest_overdue: Gauge::default(),
            last_poll: Gauge::default(),
            store_size: Gauge::default(),
            mistakes: Gauge::default(),
            memory: Gauge::default(),
            files: Gauge::default(),
        };
        metrics.register_counts();
        metrics.register_standings();
        metrics
    }

    /// What only grows.
    fn register_counts(&mut self) {
        let Self { registry, polls, events, alerts, requests, received, reports_read, durations, delays, .. } = self;
        let version = Info::new(vec![("version", env!("CARGO_PKG_VERSION"))]);
        registry.register("build", "The running program", version);
        registry.register("polls", "Polls that ended, by how: done or failed", polls.clone());
        registry.register("events", "Changes told, by event", events.clone());
        registry.register("alerts", "Alerts tried, by result: delivered, failed or dead", alerts.clone());
        registry.register("requests", "Requests sent to portals, robots.txt and redirects too", requests.clone());
        registry.register_with_unit("received", "Bytes received from portals", Unit::Bytes, received.clone());
        registry.register("reports_read", "Reports read", reports_read.clone());
        registry.register_with_unit("poll_duration", "How long polls took", Unit::Seconds, durations.clone());
        let help = "How long after it was due a poll began, first polls left out";
        registry.register_with_unit("poll_delay", help, Unit::Seconds, delays.clone());
    }

    /// What goes up and down.
    fn register_standings(&mut self) {
        let Self { registry, sites, under_way, oldest_overdue, last_poll, store_size, mistakes, memory, files, .. } =
            self;
        registry.register("sites", "Sites that are watched, by state", sites.clone());
        registry.register("polls_under_way", "Polls under way", under_way.clone());
        let help = "How long the site that waits longest is due, nobody having begun";
        registry.register_with_unit("oldest_overdue", help, Unit::Seconds, oldest_overdue.clone());
        let help = "When a poll last ended, Unix time; 0 before the first";
        registry.register_with_unit("last_poll_timestamp", help, Unit::Seconds, last_poll.clone());
        registry.register_with_unit("store_size", "Size of the database", Unit::Bytes, store_size.clone());
        registry.register("site_file_mistakes", "Mistakes in site files", mistakes.clone());
        registry.register_with_unit("memory", "Resident memory of the daemon", Unit::Bytes, memory.clone());
        registry.register("open_files", "Open file descriptors of the daemon", files.clone());
    }

    /// A poll begins, so late after it was due.
    pub(super) fn began(&self, late: Option<Duration>) {
        if let Some(late) = late {
            self.delays.observe(late.as_secs_f64());
        }
    }

    /// Alerts were tried.
    pub(super) fn delivered(&self, delivered: &Delivered) {
        let results = [("delivered", delivered.delivered), ("failed", delivered.failed), ("dead", delivered.dead)];
        for (result, n) in results {
            self.alerts.get_or_create(&Delivery { result }).inc_by(n);
        }
    }

    /// A poll has ended.
    pub(super) fn ended(&self, summary: &Summary, elapsed: Duration) {
        let counts = &summary.counts;
        let ended = match (summary.failures.is_empty(), summary.held.is_empty()) {
            (false, _) => "failed",
            (true, false) => "held",
            (true, true) => "done",
        };
        self.polls.get_or_create(&Ended { ended }).inc();
        self.durations.observe(elapsed.as_secs_f64());
        self.requests.inc_by(counts.requests);
        self.received.inc_by(counts.bytes);
        self.reports_read.inc_by(counts.reports_read);
        let told = [
            ("new", counts.new),
            ("copy", counts.copies),
            ("edited", counts.edited),
            ("withdrawn", counts.withdrawn),
            ("restored", counts.restored),
            ("moved", counts.moved),
        ];
        for (event, n) in told {
            self.events.get_or_create(&Named { event }).inc_by(n);
        }
    }

    fn stand(&self, census: &Census) {
        let states = [
            ("new", census.new),
            ("ok", census.ok),
            ("failing", census.failing),
            ("broken", census.broken),
            ("blocked", census.blocked),
        ];
        for (state, n) in states {
            self.sites.get_or_create(&Standing { state }).set(signed(n));
        }
    }
}

/// Everything, as it is now. **Errors**: a store that gives no answer.
pub(super) async fn text(roof: &Roof) -> Result<String, StoreError> {
    let (now, metrics) = (roof.clock.now(), &roof.metrics);
    metrics.stand(&roof.unrouted.census().await?);
    let overdue = roof.unrouted.oldest_overdue(now).await?.and_then(|due| due.due_at);
    metrics.oldest_overdue.set(overdue.map_or(0, |at| now.duration_since(at).as_secs()));
    metrics.store_size.set(signed(roof.unrouted.n_bytes().await?));
    {
        let (pulse, sites) = (roof.pulse.borrow(), roof.sites.borrow());
        metrics.under_way.set(signed(pulse.n_under_way as u64));
        metrics.last_poll.set(pulse.last_poll_at.map_or(0, jiff::Timestamp::as_second));
        metrics.mistakes.set(signed(sites.mistakes.len() as u64));
    }
    let (n_bytes, n_files) = tokio::task::spawn_blocking(usage).await.unwrap_or_default();
    metrics.memory.set(signed(n_bytes));
    metrics.files.set(signed(n_files));
    let mut text = String::new();
    encode(&mut text, &metrics.registry).map_err(|error| StoreError::Bug { reason: error.to_string() })?;
    Ok(text)
}

fn signed(n: u64) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

/// Resident memory in bytes and open file descriptors of this process; 0 where there is no `/proc`.
pub fn usage() -> (u64, u64) {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let resident = status.lines().find_map(|line| line.strip_prefix("VmRSS:")?.trim().strip_suffix(" kB"));
    let n_kib: u64 = resident.and_then(|n| n.trim().parse().ok()).unwrap_or(0);
    let n_files = std::fs::read_dir("/proc/self/fd").map_or(0, |files| files.count() as u64);
    (n_kib * 1024, n_files)
}
