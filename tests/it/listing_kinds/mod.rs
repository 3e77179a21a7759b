//! Simulated portals, one a kind of listing and pagination: every report is found exactly once, with no request to spare,
//! whatever happens while it is walked.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on shows where")]

mod add;
mod board;
mod portals;

use std::collections::BTreeMap;
use std::sync::Arc;

use board::{Board, Row, Trouble};
use govwatch::clock::ManualClock;
use govwatch::config::{Network, Site, load_sites};
use govwatch::crawl::{PollOptions, Summary, World, poll_sites};
use govwatch::store::{Filter, Store};
use jiff::SignedDuration;
use portals::Kind;

use crate::portal::{Portal, Reply};
use crate::world::{network, world};

const HOST: &str = "www.kinds.example";

/// A portal of one kind, and everything that polls it.
struct Watch {
    portal: Portal,
    board: Board,
    world: World,
    clock: ManualClock,
    site: Arc<Site>,
}

/// What a walk took.
#[derive(Debug, PartialEq, Eq)]
struct Took {
    robots: usize,
    listing_pages: usize,
    reports: usize,
}

impl Watch {
    fn begin(kind: &Kind, board: Board) -> Self {
        let portal = Portal::start();
        let (listing, shown) = (kind.listing, board.clone());
        portal.answer_all(HOST, move |ask| {
            let page = listing(ask, &shown).map(|page| shown.serve(page));
            page.or_else(|| shown.report(ask)).unwrap_or_else(|| Reply::status(404))
        });
        let clock = ManualClock::new("2026-07-20T02:00:00Z".parse().unwrap());
        let world = world(network(&portal, [HOST]), Store::in_memory().unwrap(), &clock);
        let site = site(kind);
        Self { portal, board, world, clock, site }
    }

    async fn poll(&self) -> Summary {
        let summary = poll_sites(&self.world, &[Arc::clone(&self.site)], PollOptions::default()).await.unwrap();
        self.clock.advance(SignedDuration::from_hours(2));
        summary
    }

    /// How often each report stands in the store, by its title.
    async fn found(&self) -> BTreeMap<String, usize> {
        let reports = self.world.store.reports(Filter { limit: 1000, ..Filter::default() }).await.unwrap();
        let mut found = BTreeMap::new();
        for report in reports {
            assert!(report.revision.is_some(), "{} was not read", report.url);
            *found.entry(report.title.unwrap_or(report.url)).or_default() += 1;
        }
        found
    }

    fn took(&self) -> Took {
        let asks = self.portal.asks();
        let is_report = |path: &str| path.starts_with("/art/2026/");
        Took {
            robots: asks.iter().filter(|ask| ask.path == "/robots.txt").count(),
            reports: asks.iter().filter(|ask| is_report(&ask.path)).count(),
            listing_pages: asks.iter().filter(|ask| ask.path != "/robots.txt" && !is_report(&ask.path)).count(),
        }
    }
}

fn site(kind: &Kind) -> Arc<Site> {
    let folder = tempfile::tempdir().unwrap();
    // Above the first table stands what belongs to the whole site.
    let head = format!("home = \"http://{HOST}/\"\npace = {{ min_interval = \"0s\" }}\n");
    let text = head + &kind.site.replace('$', &format!("http://{HOST}"));
    std::fs::write(folder.path().join("kinds.toml"), &text).unwrap();
    let mut loaded = load_sites(folder.path(), &[], &Network::default());
    assert!(loaded.mistakes.is_empty(), "{}: {:?}", kind.name, loaded.mistakes);
    loaded.sites.pop().unwrap()
}

/// The reports 1 to `newest`, once each.
fn all(newest: u32) -> BTreeMap<String, usize> {
    (1..=newest).map(|n| (Row(n).title(), 1)).collect()
}

/// Walks a portal of one kind to its end and says what is wrong.
async fn walk(kind: &Kind, board: Board) -> Result<Took, String> {
    let n_begun = u32::try_from(board.n_reports()).unwrap();
    let watch = Watch::begin(kind, board);
    let summary = watch.poll().await;
    let took = watch.took();
    if !summary.failures.is_empty() {
        let failed = watch.world.store.statuses(std::slice::from_ref(&watch.site.id)).await.unwrap();
        return Err(format!("the poll failed: {}", failed[0].error.as_deref().unwrap_or_default()));
    }
    // What is published while the first pages are behind us may wait for the next poll. A row that is pulled up over the
    // boundary of two pages is found at once where the listing states how many rows it has.
    let newest = u32::try_from(watch.board.n_reports()).unwrap().max(n_begun);
    let found = watch.found().await;
    let may_wait = watch.board.has_withdrawn() && !kind.states_total && found.len() + 1 == all(n_begun).len();
    if found != all(n_begun) && found != all(newest) && !may_wait {
        return Err(format!("{} of {n_begun} reports, or some twice", found.len()));
    }
    // One page past the end, or one look at what moved the rows.
    let most_pages = watch.board.n_pages() + kind.n_frames + 1 + watch.board.n_failed();
    if took.robots != 1 || took.reports != found.len() || took.listing_pages > most_pages {
        return Err(format!(
            "{took:?}, for {} reports on {} pages",
            found.len(),
            watch.board.n_pages() + kind.n_frames
        ));
    }
    let impolite = watch.portal.impolite();
    watch.poll().await;
    if watch.board.has_withdrawn() {
        // Once a week every page is looked at.
        watch.clock.advance(SignedDuration::from_hours(7 * 24));
        watch.poll().await;
    }
    let found = watch.found().await;
    match () {
        () if found != all(newest) => Err(format!("{} of {newest} reports after the next poll", found.len())),
        () if !impolite.is_empty() => Err(format!("{impolite:?}")),
        () => Ok(took),
    }
}

async fn every_kind(trouble: Trouble) {
    let mut wrong = Vec::new();
    println!("{:32} {:>8} {:>8} {:>8}", format!("{trouble:?}"), "robots", "listing", "reports");
    for kind in portals::kinds() {
        match walk(&kind, Board::new(trouble)).await {
            Ok(took) => {
                println!("{:32} {:>8} {:>8} {:>8}", kind.name, took.robots, took.listing_pages, took.reports);
            }
            Err(why) => {
                println!("{:32} {why}", kind.name);
                wrong.push(format!("{}: {why}", kind.name));
            }
        }
    }
    assert!(wrong.is_empty(), "{trouble:?}\n{}", wrong.join("\n"));
}

#[tokio::test]
async fn a_listing_of_every_kind_is_walked_to_its_end() {
    every_kind(Trouble::None).await;
}

#[tokio::test]
async fn rows_pinned_to_the_top_are_found_once() {
    every_kind(Trouble::Pinned).await;
}

#[tokio::test]
async fn rows_that_move_while_they_are_walked_are_found_once() {
    every_kind(Trouble::Shifting).await;
}

#[tokio::test]
async fn rows_that_are_taken_away_while_they_are_walked_hide_no_other() {
    every_kind(Trouble::Withdrawn).await;
}

#[tokio::test]
async fn a_page_that_fails_once_is_asked_for_again() {
    every_kind(Trouble::Failing).await;
}

/// Five pages that are full: one report more, and every page has another number.
#[tokio::test]
async fn pages_that_count_down_and_become_one_more_lose_no_rows() {
    let kind = portals::kinds().into_iter().find(|kind| kind.name == "VSB countdown").unwrap();
    let n_reports = u32::try_from(5 * board::SIZE).unwrap();
    let took = walk(&kind, Board::of(n_reports, Trouble::Shifting)).await.unwrap();
    println!("{took:?}");
}
