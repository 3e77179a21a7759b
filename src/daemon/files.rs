//! The site files while the daemon runs: what turns in the folder is taken over, site by site.
//!
//! In: the folder, every few seconds and when it is asked for. Out: the sites that are polled from now on. Never: a
//! site that is lost to a mistake, or history that goes with a file.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use tokio::sync::mpsc;
use tokio::task::spawn_blocking;
use tokio::time::{Instant, sleep};

use super::roof::Roof;
use super::settings::{self, ReadSettings};
use crate::cli::out::clean;
use crate::config::{FileTurn, Look, Site, SiteFolder};
use crate::crawl::{Interrupt, schedule};
use crate::model::SiteId;
use crate::store::{StoreError, Watched};

/// How often the folder is looked at: 14,000 files cost some 30 ms.
const LOOK_EVERY: Duration = Duration::from_secs(5);

/// Reads every file; the sites that are right are watched, and no others.
pub(super) async fn first(roof: &Roof, folder: SiteFolder) -> Result<SiteFolder, StoreError> {
    let (folder, turns) = look(folder, Look::AtOnce).await?;
    let now = roof.clock.now();
    let mut by_id = BTreeMap::new();
    let mut watched = Vec::new();
    turns.iter().for_each(say);
    for (id, site) in turns.iter().filter_map(outcome) {
        if let Some(site) = site {
            watched.push(watch(site, roof));
            by_id.insert(id.clone(), Arc::clone(site));
        }
    }
    roof.unrouted.watch_only(watched, now).await?;
    roof.pulse.send_modify(|pulse| pulse.wrote_at = Some(Instant::now()));
    roof.publish(by_id, paused(BTreeMap::new(), &turns), &folder);
    roof.show();
    tracing::info!(sites = roof.sites.borrow().by_id.len(), "the site files were read");
    Ok(folder)
}

/// Follows the folder until the daemon stops. A store that gives no answer now is asked again with the next look.
pub(super) async fn follow(
    roof: Arc<Roof>,
    mut folder: SiteFolder,
    mut reload: mpsc::Receiver<()>,
    settings: Option<ReadSettings>,
    stop: Interrupt,
) -> Result<(), StoreError> {
    let (mut left, mut said) = (Vec::new(), Untaken::new());
    loop {
        let (kind, is_reload) = tokio::select! {
            () = stop.asked() => return Ok(()),
            Some(()) = reload.recv() => (Look::AtOnce, true),
            () = roof.wants_files.notified() => (Look::AtOnce, false),
            () = sleep(LOOK_EVERY) => (Look::Patient, false),
        };
        if let Some(settings) = settings.as_ref().filter(|_| is_reload) {
            settings::read_again(&roof, settings).await;
        }
        let (looked_at, turns) = look(folder, kind).await?;
        folder = looked_at;
        turns.iter().for_each(say);
        left = gathered(left, turns);
        if !left.is_empty() {
            left = take_over(&roof, &folder, left, &mut said).await;
        }
        if kind == Look::AtOnce {
            tracing::info!("the site files were read again");
        }
    }
}

/// Why sites were not taken over, as it was said last.
type Untaken = BTreeMap<SiteId, String>;

/// What was not said before: a store that takes no writes would say the same every few seconds.
fn news(said: &mut Untaken, why: Untaken) -> Untaken {
    let news = why.iter().filter(|(site, error)| said.get(site) != Some(*error));
    let news = news.map(|(site, error)| (site.clone(), error.clone())).collect();
    *said = why;
    news
}

/// Takes over what has turned. Gives back what the store could not keep.
async fn take_over(roof: &Roof, folder: &SiteFolder, turns: Vec<FileTurn>, said: &mut Untaken) -> Vec<FileTurn> {
    let mut by_id = BTreeMap::clone(&roof.sites.borrow().by_id);
    for (id, site) in turns.iter().filter_map(outcome) {
        match site {
            Some(site) => by_id.insert(id.clone(), Arc::clone(site)),
            None => by_id.remove(id),
        };
    }
    // Before the store calls a site due: whoever polls it then goes by the file that made it so.
    let now = roof.clock.now();
    let before = BTreeMap::clone(&roof.sites.borrow().paused);
    roof.publish(by_id, paused(before, &turns), folder);
    let keep = async |turn: &FileTurn| match outcome(turn) {
        Some((_, Some(site))) => roof.unrouted.watch(watch(site, roof), now).await,
        Some((id, None)) => roof.unrouted.unwatch(id).await,
        None => Ok(()),
    };
    // All at once: the store keeps in one commit what waits for it together.
    let kept = join_all(turns.iter().map(keep)).await;
    let mut left = Vec::new();
    let mut why = BTreeMap::new();
    for (turn, kept) in turns.into_iter().zip(kept) {
        if let Err(error) = kept {
            let site = outcome(&turn).map(|(site, _)| site.clone());
            why.extend(site.map(|site| (site, clean(&error.to_string()))));
            left.push(turn);
        }
    }
    for (site, error) in news(said, why) {
        tracing::error!(%site, error, "the site file was not taken over; it is tried again until it is");
    }
    roof.show();
    left
}

/// Whom a turn is about, and the site that is polled from now on, where one is; nothing where all stays as it was.
fn outcome(turn: &FileTurn) -> Option<(&SiteId, Option<&Arc<Site>>)> {
    match turn {
        FileTurn::Read(site) => Some((&site.id, Some(site).filter(|site| !site.paused))),
        FileTurn::Gone(site) => Some((site, None)),
        FileTurn::Wrong(..) | FileTurn::Shared(_) => None,
    }
}

/// The sites that are paused by their files after these turns: they are shown, and not polled.
fn paused(mut before: BTreeMap<SiteId, Arc<Site>>, turns: &[FileTurn]) -> BTreeMap<SiteId, Arc<Site>> {
    for turn in turns {
        match turn {
            FileTurn::Read(site) if site.paused => drop(before.insert(site.id.clone(), Arc::clone(site))),
            FileTurn::Read(site) => drop(before.remove(&site.id)),
            FileTurn::Gone(site) => drop(before.remove(site)),
            FileTurn::Wrong(..) | FileTurn::Shared(_) => {}
        }
    }
    before
}

/// What was left of earlier looks, without what a later one has overtaken, and what has turned now.
fn gathered(mut left: Vec<FileTurn>, turns: Vec<FileTurn>) -> Vec<FileTurn> {
    let again: BTreeSet<SiteId> = turns.iter().filter_map(outcome).map(|(id, _)| id.clone()).collect();
    left.retain(|turn| outcome(turn).is_none_or(|(id, _)| !again.contains(id)));
    left.extend(turns);
    left
}

fn watch(site: &Site, roof: &Roof) -> Watched {
    let latest_due_at = schedule::latest_due(site, roof.clock.now());
    Watched { site: site.id.clone(), file: site.file, latest_due_at }
}

async fn look(mut folder: SiteFolder, look: Look) -> Result<(SiteFolder, Vec<FileTurn>), StoreError> {
    let looking = spawn_blocking(move || {
        let turns = folder.look(look);
        (folder, turns)
    });
    looking.await.map_err(|_| StoreError::Bug { reason: "reading the site files panicked".to_owned() })
}

/// Tells people what became of a file that they wrote.
fn say(turn: &FileTurn) {
    match turn {
        FileTurn::Read(site) => tracing::debug!(site = %site.id, "site file read"),
        FileTurn::Gone(site) => {
            tracing::warn!(%site, "the site file is gone: the site is polled no longer, its history stays");
        }
        FileTurn::Wrong(site, mistakes) => {
            for mistake in mistakes {
                let mistake = clean(&mistake.to_string());
                tracing::error!(%site, "{mistake}; the site goes on as its file was before, where it was ever right");
            }
        }
        FileTurn::Shared(mistakes) => {
            for mistake in mistakes {
                tracing::error!("{}", clean(&mistake.to_string()));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn why_a_site_is_not_taken_over_is_said_once() {
        let why = |error: &str| Untaken::from([(SiteId::new("a"), error.to_owned())]);
        let mut said = Untaken::new();
        assert_eq!(news(&mut said, why("the disk is full")), why("the disk is full"));
        assert_eq!(news(&mut said, why("the disk is full")), Untaken::new());
        assert_eq!(news(&mut said, why("it is read-only")), why("it is read-only"));
        assert_eq!(news(&mut said, Untaken::new()), Untaken::new());
        assert_eq!(news(&mut said, why("it is read-only")), why("it is read-only"), "it was well meanwhile");
    }

    #[test]
    fn what_was_left_is_overtaken_by_what_turned_since() {
        let gone = |id: &str| FileTurn::Gone(SiteId::new(id));
        let wrong = |id: &str| FileTurn::Wrong(SiteId::new(id), Vec::new());
        let turns = gathered(vec![gone("a"), gone("b"), gone("c")], vec![gone("a"), wrong("b")]);
        let said: Vec<String> = turns.iter().map(|turn| format!("{turn:?}")).collect();
        assert_eq!(
            said,
            [gone("b"), gone("c"), gone("a"), wrong("b")].map(|turn| format!("{turn:?}")),
            "a wrong file leaves its site as it was"
        );
    }
}
