//! What is done though no poll is: once a day all obligations are assessed, since days pass for a site that cannot be
//! polled too; what a killed poll held of a site that is polled no more is owed; walks and polls of long ago that prove
//! nothing are forgotten; and what an earlier release left to be indexed is indexed.
//!
//! In: the clock. Out: events owed, texts that can be searched. Never: a step so long that a poll waits for the store.

use std::sync::Arc;
use std::time::Duration;

use jiff::tz::TimeZone;
use tokio::time::sleep;

use super::roof::Roof;
use crate::change::obligation::Manner;
use crate::cli::out::clean;
use crate::config::Site;
use crate::crawl::Interrupt;
use crate::crawl::coverage::assess_sites;
use crate::store::{INDEXED_AT_ONCE, Store, StoreError};

/// How often the clock is looked at.
const LOOK_EVERY: Duration = Duration::from_mins(5);

/// Does it until the daemon stops. What fails is tried again at the next look.
pub(super) async fn run(roof: Arc<Roof>, manner: Manner, stop: Interrupt) -> Result<(), StoreError> {
    let mut assessed_on = None;
    while !stop.is_set() {
        let (now, store) = (roof.clock.now(), roof.sites.borrow().store.clone());
        let today = now.to_zoned(TimeZone::UTC).date();
        if assessed_on != Some(today) {
            match assess(&roof, &store, &manner, &stop).await {
                Ok(()) => assessed_on = Some(today),
                Err(error) => say("obligations were not assessed", &error),
            }
            match store.release_unpolled(now).await {
                Ok(0) => {}
                Ok(_) => roof.landed.send_modify(|n| *n += 1),
                Err(error) => say("what is held for sites that are not polled was not released", &error),
            }
            if let Err(error) = thin(&roof, &store, &stop).await {
                say("old walks and polls were not thinned", &error);
            }
        }
        if let Err(error) = index(&store, &stop).await {
            say("texts were not indexed", &error);
        }
        tokio::select! {
            () = stop.asked() => {}
            () = sleep(LOOK_EVERY) => {}
        }
    }
    Ok(())
}

async fn assess(roof: &Roof, store: &Store, manner: &Manner, stop: &Interrupt) -> Result<(), StoreError> {
    let sites: Vec<Arc<Site>> = roof.sites.borrow().by_id.values().cloned().collect();
    for site in &sites {
        if stop.is_set() {
            break;
        }
        if !assess_sites(store, std::slice::from_ref(site), manner, roof.clock.now()).await?.is_empty() {
            roof.landed.send_modify(|n| *n += 1);
        }
    }
    Ok(())
}

/// Forgets what proves nothing, a site at a time.
async fn thin(roof: &Roof, store: &Store, stop: &Interrupt) -> Result<(), StoreError> {
    let now = roof.clock.now();
    let sites = roof.sites.borrow().by_id.keys().cloned().collect();
    for site in store.to_thin(sites, now).await? {
        if stop.is_set() {
            break;
        }
        store.thin(&site, now).await?;
    }
    Ok(())
}

async fn index(store: &Store, stop: &Interrupt) -> Result<(), StoreError> {
    while !stop.is_set() && store.index_more(INDEXED_AT_ONCE).await? {}
    Ok(())
}

fn say(what: &str, error: &StoreError) {
    tracing::error!(error = clean(&error.to_string()), "{what}; it is tried again");
}
