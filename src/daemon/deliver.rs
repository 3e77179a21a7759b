//! The outbox at work: a task a channel, so that one that hangs holds nobody back, for the channels as the settings have
//! them now.
//!
//! In: what the store owes. Out: messages, and a line for each that did not arrive. Never: an alert that is lost because
//! the daemon stops; what was sent and not yet settled is sent again with the same id.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use tokio::task::JoinSet;
use tokio::time::sleep;

use super::roof::{Roof, Sites};
use super::{all, unpanicked};
use crate::alert::{Channels, Undelivered, outbox};
use crate::cli::out::clean;
use crate::config::ChannelRule;
use crate::crawl::Interrupt;
use crate::fetch::Fetcher;
use crate::model::SiteId;
use crate::store::StoreError;

/// Shortest rest between two looks at the outbox: the changes of one poll go out together.
const LEAST_REST: Duration = Duration::from_secs(1);
/// Longest rest: `fetch` may run beside us, and a clock may be set.
const LONGEST_REST: Duration = Duration::from_mins(1);

/// Delivers to every channel of the settings until the daemon stops.
pub(super) async fn run(roof: Arc<Roof>, fetcher: Fetcher, stop: Interrupt) -> Result<(), StoreError> {
    let mut rules = roof.channels.subscribe();
    let (mut senders, mut at_work) = (JoinSet::new(), Vec::<(ChannelRule, Interrupt)>::new());
    loop {
        let wanted = Arc::clone(&rules.borrow_and_update());
        // One that is sent to otherwise now ends its try; what it has not sent goes out by the other one.
        at_work.extract_if(.., |(rule, _)| !wanted.contains(rule)).for_each(|(_, end)| end.set());
        for rule in wanted.iter() {
            if let Some(lacks) = &rule.lacks {
                let kept = "what is owed to it is kept until a start or SIGHUP finds it";
                tracing::warn!(channel = rule.id, "nothing is sent: {lacks}; {kept}");
            } else if at_work.iter().all(|(known, _)| known != rule) {
                let end = Interrupt::default();
                senders.spawn(to_one(Arc::clone(&roof), rule.clone(), fetcher.clone(), end.clone()));
                at_work.push((rule.clone(), end));
            }
        }
        tokio::select! {
            () = stop.asked() => break,
            // The roof, which is ours, holds the sender.
            _ = rules.changed() => {}
            Some(ended) = senders.join_next() => unpanicked(ended)?,
        }
    }
    for (_, end) in &at_work {
        end.set();
    }
    all(senders).await
}

/// Delivers to one channel until it is told to end.
async fn to_one(roof: Arc<Roof>, rule: ChannelRule, fetcher: Fetcher, stop: Interrupt) -> Result<(), StoreError> {
    let (mut sites, mut landed) = (roof.sites.subscribe(), roof.landed.subscribe());
    let mut channels = Channels::new(vec![rule], fetcher, names(&sites.borrow_and_update()));
    while !stop.is_set() {
        let next_try_at = once(&roof, &channels, &stop).await;
        tokio::select! {
            () = stop.asked() => {}
            () = wait(&roof, next_try_at) => {}
            // The roof, which is ours, holds both senders.
            _ = landed.changed() => sleep(LEAST_REST).await,
            _ = sites.changed() => channels = channels.with_names(names(&sites.borrow_and_update())),
        }
    }
    Ok(())
}

/// One run over what is due. Gives when there is something to do again.
async fn once(roof: &Roof, channels: &Channels, stop: &Interrupt) -> Option<Timestamp> {
    // The store of the sites: what a channel's trouble owes to the other ones is decided by the routes as they are now.
    let store = roof.sites.borrow().store.clone();
    match outbox::run_until(&store, channels, &roof.clock, stop).await {
        Ok(delivered) => {
            roof.metrics.delivered(&delivered);
            if delivered.told > 0 {
                roof.landed.send_modify(|n| *n += 1);
            }
            for Undelivered { channel, error } in &delivered.troubles {
                tracing::warn!(channel, error = clean(error), "not delivered; it is kept");
            }
            delivered.next_try_at
        }
        Err(error) => {
            tracing::error!(error = clean(&error.to_string()), "the outbox cannot be read");
            None
        }
    }
}

async fn wait(roof: &Roof, until: Option<Timestamp>) {
    let wait = until.map(|at| Duration::try_from(at.duration_since(roof.clock.now())).unwrap_or_default());
    sleep(wait.unwrap_or(LONGEST_REST).clamp(LEAST_REST, LONGEST_REST)).await;
}

/// The names of the sites as they are now.
fn names(sites: &Sites) -> BTreeMap<SiteId, String> {
    sites.by_id.values().map(|site| (site.id.clone(), site.name.clone())).collect()
}
