//! `status`: how each site does. In: the store, and the site files for what was never polled. Out: a table, or a JSON
//! row a site. Never: a write.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::SystemTime;

use clap::Args;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

use super::out::clean;
use super::{Context, Exit, Stop, channels, ensure_known, table};
use crate::clock::Clock;
use crate::config::{Format, Loaded, Mistake, Robots, Settings, Site, load_sites};
use crate::model::{Evidence, ListingStatus, SiteId, SiteStatus};
use crate::store::{Lock, Store};

/// Whose status to show.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  govwatch status\n  govwatch status -v            what shows that a site is broken\n  govwatch --json status xingxian"
)]
pub struct Status {
    /// Sites to show: the stems of their files [default: all that have a file or were polled]
    #[arg(value_name = "SITE")]
    pub sites: Vec<String>,
}

/// Runs `status`.
pub async fn run(context: &Context, args: &Status, settings: &Settings) -> Result<Exit, Stop> {
    let store = Store::open_existing(&context.global.state)?;
    let known = store.statuses(&[]).await?;
    // A site that was polled has a status, with or without a file.
    let is_known = |name: &&String| known.iter().any(|status| status.site.as_str() == **name);
    let unpolled: Vec<String> = args.sites.iter().filter(|name| !is_known(name)).cloned().collect();
    let all = load_sites(&context.global.sites, &[], &settings.network);
    if !unpolled.is_empty() {
        ensure_known(&load_sites(&context.global.sites, &unpolled, &settings.network))?;
    }
    let wrong = wrong_files(&context.global.sites, &all);
    let mut statuses = store.statuses(&wanted(args, &known, &all, &wrong)).await?;
    let has_folder = context.global.sites.is_dir();
    let daemon_since = Lock::held_since(&context.global.state);
    // Without the folder of the site files, nobody knows who is watched.
    for status in statuses.iter_mut().filter(|_| has_folder) {
        by_its_file(status, &all, wrong.get(&status.site).copied(), daemon_since);
    }
    let ignoring: BTreeSet<&SiteId> =
        all.sites.iter().filter(|site| site.fetch.robots == Robots::Ignore).map(|site| &site.id).collect();
    let now = Clock::System.now();
    let folder = context.global.sites.display();
    let mut notes = vec![room(&store, now).await?];
    notes.extend((!has_folder).then(|| format!("site files: there is no folder {folder}; --sites names another one")));
    notes.extend(channels::lines(&store, settings, now).await?);
    show(context, &statuses, &ignoring, &notes)?;
    Ok(Exit::Done)
}

/// The sites whose files are wrong, with the first mistake of each.
fn wrong_files<'a>(dir: &Path, all: &'a Loaded) -> BTreeMap<SiteId, &'a Mistake> {
    let site = |mistake: &Mistake| {
        let file = Path::new(&mistake.file);
        let id = file.file_stem().filter(|_| file.parent() == Some(dir) && !mistake.file.ends_with("obligations.toml"));
        id.map(|id| SiteId::new(id.to_string_lossy()))
    };
    // The last one of a key stays: the mistakes stand in the order of their lines.
    all.mistakes.iter().rev().filter_map(|mistake| Some((site(mistake)?, mistake))).collect()
}

/// What the file of a site says of how it stands. One without a right file is polled by nobody, except by a daemon that may
/// have read it when it was right.
fn by_its_file(status: &mut SiteStatus, all: &Loaded, mistake: Option<&Mistake>, daemon_since: Option<SystemTime>) {
    let at = all.sites.binary_search_by(|site| site.id.cmp(&status.site));
    if let Some(site) = at.ok().map(|at| &all.sites[at]) {
        if site.paused && status.state != "retired" {
            status.stand("paused");
        }
        by_file(status, site);
        return;
    }
    let may_be_polled = daemon_since.zip(mistake).is_some_and(|(since, mistake)| is_changed_since(mistake, since));
    if !status.is_left_alone() && (!may_be_polled || status.state == "new") {
        status.stand("unwatched");
    }
    if let Some(mistake) = mistake {
        status.error.get_or_insert_with(|| mistake.to_string());
    }
}

/// What the file of a site says of its listings. Those that are in it no longer are looked at by nobody, and what is known
/// of them says nothing of the site.
pub(crate) fn by_file(status: &mut SiteStatus, file: &Site) {
    let is_in_file = |listing: &mut ListingStatus| file.listings.iter().any(|rule| rule.place() == listing.url);
    let mut own: Vec<ListingStatus> = status.listings.extract_if(.., is_in_file).collect();
    for listing in &mut own {
        bound_feed(listing, file);
    }
    status.complete_since = ListingStatus::complete_since(&own);
    let left = std::mem::replace(&mut status.listings, own);
    status.listings.extend(left.into_iter().map(|listing| {
        let reason = Some("it is no longer in the site file: nobody looks at it, what is known stays".to_owned());
        ListingStatus { is_whole: false, complete_since: None, reason, ..listing }
    }));
}

/// Whether a daemon that began then may have read a file before it was wrong.
fn is_changed_since(mistake: &Mistake, since: SystemTime) -> bool {
    let changed_at = std::fs::metadata(&mistake.file).and_then(|file| file.modified());
    changed_at.is_ok_and(|at| at >= since)
}

/// A feed without further pages names its newest rows, whatever else the portal has published.
fn bound_feed(listing: &mut ListingStatus, site: &Site) {
    let mut rules = site.listings.iter().filter(|rule| rule.name == listing.listing);
    let is_bounded = rules.any(|rule| rule.format == Format::Feed && rule.pages.is_none()) && listing.pages <= 1;
    if is_bounded && listing.is_whole {
        listing.is_whole = false;
        listing.reason.get_or_insert_with(|| "a feed names its newest rows only".to_owned());
    }
}

/// How much room the store takes, and how fast it grows.
async fn room(store: &Store, now: Timestamp) -> Result<String, Stop> {
    /// Days over which growth is told: a month shows more than the first polls of a site.
    const DAYS: i64 = 30;
    let today = now.to_zoned(TimeZone::UTC).date();
    let since = today.checked_sub(DAYS.days()).unwrap_or(today);
    let n_bytes = store.n_bytes().await?;
    let before = store.sizes(since).await?.last().copied().filter(|(day, _)| *day < today);
    let grown = before.map_or_else(String::new, |(day, then)| {
        let more = if n_bytes >= then { "more" } else { "less" };
        format!(", {} {more} than on {day}", table::size(n_bytes.abs_diff(then)))
    });
    Ok(format!("store: {}{grown}; everything is kept, no retention is set", table::size(n_bytes)))
}

/// The sites named, or all that have a file, right or wrong, or were polled, in the order of their ids.
fn wanted(args: &Status, known: &[SiteStatus], all: &Loaded, wrong: &BTreeMap<SiteId, &Mistake>) -> Vec<SiteId> {
    if !args.sites.is_empty() {
        return args.sites.iter().map(SiteId::new).collect();
    }
    let polled = known.iter().map(|status| status.site.clone());
    let right = all.sites.iter().map(|site| site.id.clone());
    let ids: BTreeSet<SiteId> = polled.chain(right).chain(wrong.keys().cloned()).collect();
    ids.into_iter().collect()
}

/// Sites whose file ignores robots.txt are marked: that is the operator's word against the portal's.
fn show(
    context: &Context,
    statuses: &[SiteStatus],
    ignoring: &BTreeSet<&SiteId>,
    notes: &[String],
) -> Result<(), Stop> {
    if context.global.json {
        return statuses.iter().try_for_each(|status| context.out.json(status));
    }
    if statuses.is_empty() {
        return context.out.line("no sites yet: a portal is one file of a few lines, see the README");
    }
    let mut rows =
        table::table(&["SITE", "STATE", "LAST SUCCESS (UTC)", "NEXT DUE (UTC)", "REPORTS", "COMPLETE SINCE", "ERROR"]);
    for status in statuses {
        let class = status.class.as_deref().unwrap_or("failed");
        let failed = if status.failures > 0 { format!("{}x {class}: ", status.failures) } else { String::new() };
        rows.add_row([
            clean(status.site.as_str()),
            format!("{}{}", status.state, if ignoring.contains(&status.site) { ", robots ignored" } else { "" }),
            table::or_dash(status.last_success_at.map(table::minute)),
            table::or_dash(status.next_due_at.map(table::minute)),
            status.entries.to_string(),
            table::or_dash(status.complete_since.map(|date| date.date())),
            failed + &clean(status.error.as_deref().unwrap_or_default()),
        ]);
    }
    context.out.text(&table::text(rows))?;
    notes.iter().try_for_each(|note| context.out.line(clean(note)))?;
    if context.global.verbose == 0 {
        return Ok(());
    }
    show_listings(context, statuses)?;
    let evidence = statuses.iter().flat_map(|status| status.evidence.iter().map(move |one| (status, one)));
    evidence.flat_map(|(status, one)| told(status, one)).try_for_each(|line| context.out.line(clean(&line)))?;
    Ok(())
}

/// How far back each listing is known, and why no further.
fn show_listings(context: &Context, statuses: &[SiteStatus]) -> Result<(), Stop> {
    let mut rows =
        table::table(&["SITE", "LISTING", "COMPLETE SINCE", "PAGES", "REPORTS", "UNREAD", "LAST LOOK (UTC)", "NOTE"]);
    for (status, listing) in statuses.iter().flat_map(|status| status.listings.iter().map(move |it| (status, it))) {
        let pages = match listing.pages_stated {
            Some(n_stated) => format!("{} of {n_stated}", listing.pages),
            None => listing.pages.to_string(),
        };
        let since = table::or_dash(listing.complete_since.map(|date| date.date()));
        rows.add_row([
            clean(status.site.as_str()),
            named(listing, &status.listings),
            if listing.is_whole { format!("{since} (all)") } else { since },
            pages,
            listing.entries.to_string(),
            listing.pending.to_string(),
            table::or_dash(listing.looked_at.map(table::minute)),
            clean(note(status, listing)),
        ]);
    }
    context.out.text(&table::text(rows))
}

/// Its name; with its address where another one has that name too.
fn named(listing: &ListingStatus, all: &[ListingStatus]) -> String {
    let is_shared = all.iter().filter(|other| other.listing == listing.listing).nth(1).is_some();
    clean(&if is_shared { format!("{} ({})", listing.listing, listing.url) } else { listing.listing.clone() })
}

/// What is to be said of a listing that is not said above, of its site, or below, of what shows its breakage.
fn note<'s>(status: &'s SiteStatus, listing: &'s ListingStatus) -> &'s str {
    let reason = listing.reason.as_deref().unwrap_or_default();
    let is_shown =
        |evidence: &Evidence| evidence.listing.as_ref() == Some(&listing.listing) && evidence.reason == reason;
    if reason.is_empty() || status.error.as_deref() == Some(reason) || status.evidence.iter().any(is_shown) {
        return if reason.is_empty() { "" } else { "cannot be read now" };
    }
    reason
}

/// What shows that a site is broken, for people.
fn told(status: &SiteStatus, evidence: &Evidence) -> Vec<String> {
    let site = &status.site;
    let what = evidence.listing.as_ref().map_or_else(|| "its reports".to_owned(), |name| format!("listing {name:?}"));
    let selector = evidence.key.iter().zip(&evidence.selector).map(|(key, selector)| format!("  {key} = {selector:?}"));
    let (since, hash) = (table::minute(evidence.since_at), evidence.capture.to_string());
    let page = format!("  {} answered {}; the page is kept as {}", evidence.url, evidence.status, &hash[..12]);
    let healthy = evidence.last_healthy_at.map(|at| {
        let n = table::or_dash(evidence.last_healthy_entries);
        format!("  last read well on {} UTC, with {n} rows", table::minute(at))
    });
    // The table has said why, where this is the failure of the site.
    let why = if status.error.as_ref() == Some(&evidence.reason) { "" } else { evidence.reason.as_str() };
    let colon = if why.is_empty() { "" } else { ": " };
    let head = format!("{site}: {what} cannot be read since {since} UTC{colon}{why}");
    let next = format!("  next: govwatch repair {site}");
    std::iter::once(head).chain(selector).chain([page]).chain(healthy).chain([next]).collect()
}
