//! `govwatch fetch`: polls now and prints what changed, out of the outbox.
//!
//! What is printed is what the store owes to the reader: a change that a killed run had stored and not yet told is
//! told by the next one.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Instant;

use clap::Args;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;

use super::day::day;
use super::progress::{self, Bars};
use super::table::counted;
use super::{Context, Exit, Stop, channels, event, signal, world};
use crate::alert::{Channels, Undelivered, outbox};
use crate::clock::Clock;
use crate::config::{Settings, Site, load_sites};
use crate::crawl::{self, FirstWalk, Interrupt, PollOptions, Progress, Summary, Thoroughness, World, schedule};
use crate::error::Failure;
use crate::model::{Event, SiteId};
use crate::store::{Counts, Lock, STDOUT, Store, StoreError, Watched};

/// Alerts read from the outbox at once: enough for a screenful, few enough for any memory.
const ALERTS_AT_ONCE: usize = 200;

/// Arguments of `fetch`.
#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
pub struct FetchArgs {
    /// Sites to poll, by id; all when none is named
    #[arg(value_name = "SITE")]
    pub sites: Vec<String>,
    /// Only sites that are due
    #[arg(long)]
    pub due: bool,
    /// Walk every page of every listing and read every report again
    #[arg(long)]
    pub full: bool,
    /// Send nothing to channels; what changed is printed all the same
    #[arg(long)]
    pub no_alerts: bool,
    /// Tell each report of a first walk as new instead of one baseline
    #[arg(long)]
    pub alert_existing: bool,
    /// Leave alone what listings date before this day, and walk no further back
    #[arg(long, value_name = "DATE", value_parser = day)]
    pub since: Option<Date>,
    /// Read no report for the first time that is dated after this day; a later fetch does
    #[arg(long, value_name = "DATE", value_parser = day)]
    pub until: Option<Date>,
    /// Poll and print as always, then forget everything: nothing is written, nothing is sent
    #[arg(long)]
    pub dry_run: bool,
}

impl FetchArgs {
    fn options(&self) -> PollOptions {
        PollOptions {
            thoroughness: if self.full { Thoroughness::Full } else { Thoroughness::News },
            first_walk: if self.alert_existing { FirstWalk::Told } else { FirstWalk::Baseline },
            since: self.since,
            until: self.until,
        }
    }
}

/// Runs the command.
pub async fn run(context: &Context, settings: &Settings, args: &FetchArgs) -> Result<Exit, Stop> {
    let started = Instant::now();
    let chosen = world::sites(context, &args.sites, settings)?;
    if chosen.sites.is_empty() && chosen.n_mistakes > 0 {
        // Nothing can be polled, and no database is left behind.
        return Ok(Exit::Config);
    }
    let store = open(args, context).await?.with_routes(world::routes(settings, &chosen.sites));
    follow_files(context, args, &chosen.sites, &store).await?;
    let sites = wanted(args, &chosen.sites, &store).await?;
    let interrupt = Interrupt::default();
    signal::interrupt_on_signal(interrupt.clone(), |words| eprintln!("{words}"));
    let (progress, bars) = bars(context);
    let world = World { interrupt, progress, ..world::world(settings, store, Clock::System)? };
    let summary = crawl::poll_sites(&world, &sites, args.options()).await;
    bars.finish();
    // What was found is told and sent, whatever becomes of what is owed.
    let now = world.clock.now();
    let assessed = crawl::coverage::assess_sites(&world.store, &sites, &settings.obligations, now).await;
    let ids: Vec<SiteId> = sites.iter().map(|site| site.id.clone()).collect();
    let n_told = tell(&world.store, STDOUT, Some(&ids), context).await?;
    if !args.no_alerts && !args.dry_run {
        let named = named(context, settings, args, &chosen.sites);
        let reached = world::channels(settings, &world.fetcher, &named);
        deliver(&world, &reached).await?;
        for line in settings.channels.iter().filter_map(channels::lacking) {
            eprintln!("{}", super::out::clean(&line));
        }
    }
    world.fetcher.close().await;
    let summary = summary?;
    assessed?;
    world.store.note_size(world.clock.now()).await?;
    report(&summary, n_told, started.elapsed().as_millis(), context)?;
    tidy(&world.store, ids, now).await;
    if !args.dry_run {
        super::search::index(&world.store, &world.interrupt).await;
    }
    Ok(exit(&summary, chosen.n_mistakes, &world.interrupt))
}

/// Forgets old walks that prove nothing. The polls are told and kept: what cannot be tidied up now is next time.
async fn tidy(store: &Store, sites: Vec<SiteId>, now: Timestamp) {
    let tidied = async {
        for site in store.to_thin(sites, now).await? {
            store.thin(&site, now).await?;
        }
        Ok::<_, StoreError>(())
    };
    if let Err(error) = tidied.await {
        tracing::warn!("old walks are kept for now: {error}");
    }
}

/// The sites whose names messages may need: what is owed may be of any site of the folder.
fn named(context: &Context, settings: &Settings, args: &FetchArgs, chosen: &[Arc<Site>]) -> Vec<Arc<Site>> {
    if args.sites.is_empty() || settings.channels.is_empty() {
        return chosen.to_vec();
    }
    // Mistakes in the files of other sites are said by whoever works on them.
    load_sites(&context.global.sites, &[], &settings.network).sites
}

/// The store; for a dry run a copy in memory that is thrown away.
async fn open(args: &FetchArgs, context: &Context) -> Result<Store, Stop> {
    if !args.dry_run {
        return Ok(Store::open(&context.global.state)?);
    }
    match Store::open_existing(&context.global.state) {
        Ok(store) => Ok(store.scratch_copy().await?),
        Err(StoreError::Missing { .. }) => Ok(Store::in_memory()?),
        Err(error) => Err(error.into()),
    }
}

/// What edited files make due. A daemon follows them by itself.
async fn follow_files(context: &Context, args: &FetchArgs, sites: &[Arc<Site>], store: &Store) -> Result<(), Stop> {
    if Lock::holder(&context.global.state).is_some() {
        return Ok(());
    }
    let now = Clock::System.now();
    let watched = |site: &Arc<Site>| Watched {
        site: site.id.clone(),
        file: site.file,
        latest_due_at: schedule::latest_due(site, now),
    };
    let polled = sites.iter().filter(|site| !site.paused || !args.sites.is_empty());
    Ok(store.go_by(polled.map(watched).collect(), now).await?)
}

/// Named sites are polled even when paused; otherwise paused ones are left alone.
async fn wanted(args: &FetchArgs, sites: &[Arc<Site>], store: &Store) -> Result<Vec<Arc<Site>>, Stop> {
    let mut wanted = Vec::new();
    let now = Clock::System.now();
    for site in sites {
        let state = store.site_state(&site.id).await?;
        let is_left_alone = (site.paused || state.is_aside) && args.sites.is_empty();
        let is_due = !args.due || schedule::is_due(&state, now);
        if !is_left_alone && is_due {
            wanted.push(Arc::clone(site));
        }
    }
    Ok(wanted)
}

fn bars(context: &Context) -> (Progress, Bars) {
    if context.global.json || context.global.quiet { (Progress::default(), Bars::none()) } else { progress::bars() }
}

/// Prints what the outbox owes to a reader, oldest first, and settles it once it is printed; of these sites only, where
/// they are given. Gives how many.
pub(super) async fn tell(
    store: &Store,
    channel: &str,
    sites: Option<&[SiteId]>,
    context: &Context,
) -> Result<usize, Stop> {
    let mut n_told = 0;
    loop {
        let owed = store.owed(channel, sites, ALERTS_AT_ONCE).await?;
        if owed.is_empty() {
            return Ok(n_told);
        }
        n_told += owed.len();
        if context.global.json {
            owed.iter().try_for_each(|(_, told)| context.out.json(told))?;
        } else {
            for told in by_site(owed.iter().map(|(_, told)| told)) {
                context.out.line(event::told(store, told, context.out.colour).await?)?;
                context.out.line("")?;
            }
        }
        context.out.flush()?;
        let alerts: Vec<_> = owed.iter().map(|(alert, _)| *alert).collect();
        store.settle(&alerts, Clock::System.now()).await?;
    }
}

/// Sends what is due to the channels. What fails is said, kept and tried by the next run.
async fn deliver(world: &World, channels: &Channels) -> Result<(), Stop> {
    let delivered = outbox::run_once(&world.store, channels, &world.clock, &world.interrupt).await?;
    for Undelivered { channel, error } in &delivered.troubles {
        eprintln!("{}", super::out::clean(&format!("channel {channel} did not take an alert, it is kept: {error}")));
    }
    Ok(())
}

/// Events of one site after each other, sites in the order of their first event: polls run beside each other.
fn by_site<'e>(events: impl Iterator<Item = &'e Event>) -> Vec<&'e Event> {
    let mut events: Vec<&Event> = events.collect();
    let mut first: HashMap<&str, usize> = HashMap::new();
    for (at, event) in events.iter().enumerate() {
        first.entry(event.site.as_str()).or_insert(at);
    }
    events.sort_by_key(|event| first[event.site.as_str()]);
    events
}

/// The last object of `fetch --json`.
#[derive(Debug, Serialize)]
struct SummaryRow<'a> {
    event: &'static str,
    sites: u64,
    sites_failed: u64,
    #[serde(flatten)]
    counts: &'a Counts,
    elapsed_ms: u64,
}

fn report(summary: &Summary, n_told: usize, elapsed_ms: u128, context: &Context) -> Result<(), Stop> {
    for failure in &summary.failures {
        eprintln!("{}", super::out::clean(&failure.to_string()));
    }
    for Failure { site, reason, .. } in &summary.held {
        let site = site.as_ref().map_or_else(String::new, |site| format!("{site}: "));
        eprintln!("{}", super::out::clean(&format!("{site}held: {reason}")));
    }
    let row = SummaryRow {
        event: "summary",
        sites: summary.sites,
        sites_failed: (summary.failures.len() + summary.held.len()) as u64,
        counts: &summary.counts,
        elapsed_ms: u64::try_from(elapsed_ms).unwrap_or(u64::MAX),
    };
    if context.global.json {
        context.out.json(&row)?;
    } else if !context.global.quiet {
        context.out.line(in_words(&row, summary.held.len() as u64, n_told))?;
    }
    context.out.flush()
}

/// Only what happened: a summary of zeros tells nothing.
fn in_words(row: &SummaryRow<'_>, n_held: u64, n_told: usize) -> String {
    let counts = row.counts;
    let told = [
        (counts.baseline, "in a first baseline"),
        (counts.new, "new"),
        (counts.copies, "copied"),
        (counts.edited, "edited"),
        (counts.withdrawn, "withdrawn"),
        (counts.restored, "restored"),
        (counts.moved, "moved"),
        (counts.suspect, "suspect"),
    ];
    let told: Vec<String> = told.iter().filter(|(n, _)| *n > 0).map(|(n, word)| format!("{n} {word}")).collect();
    let told = match (told.is_empty(), n_told) {
        (false, _) => told.join(", "),
        (true, 0) => "nothing changed".to_owned(),
        (true, n) => format!("nothing changed in this run, {n} told"),
    };
    let ill = [(row.sites_failed - n_held, "failed"), (n_held, "held")];
    let ill = ill.iter().filter(|(n, _)| *n > 0);
    let failed = ill.fold(String::new(), |all, (n, word)| format!("{all}, {n} {word}"));
    format!(
        "{}{failed}: {told}; {} read, {} unchanged; {}, {} KiB, {:.1} s",
        counted(row.sites, "site"),
        counted(counts.reports_read, "report"),
        counts.unchanged,
        counted(counts.requests, "request"),
        counts.bytes / 1024,
        std::time::Duration::from_millis(row.elapsed_ms).as_secs_f64(),
    )
}

fn exit(summary: &Summary, n_mistakes: usize, interrupt: &Interrupt) -> Exit {
    if interrupt.is_set() {
        Exit::Interrupted
    } else if n_mistakes > 0 {
        Exit::Config
    } else if summary.failures.is_empty() && summary.held.is_empty() {
        Exit::Done
    } else {
        Exit::SomeFailed
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::EventKind;

    #[test]
    fn events_of_one_site_stand_together_in_their_order() {
        let event = |site: &str, url: &str| {
            let mut event = Event::new(EventKind::New, SiteId::new(site), jiff::Timestamp::UNIX_EPOCH);
            event.url = Some(url.to_owned());
            event
        };
        let events = [event("b", "1"), event("a", "2"), event("b", "3"), event("a", "4")];
        let order: Vec<&str> = by_site(events.iter()).iter().filter_map(|event| event.url.as_deref()).collect();
        assert_eq!(order, ["1", "3", "2", "4"]);
    }
}
