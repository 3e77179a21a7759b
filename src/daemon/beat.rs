//! Signs of life: into the store, which proves that it can be written, and to systemd, which ends a daemon that is stuck.

use std::sync::Arc;
use std::time::Duration;

use sd_notify::NotifyState;
use tokio::time::{Instant, sleep};

use super::roof::Roof;
use crate::cli::out::clean;
use crate::crawl::Interrupt;
use crate::store::{Beat, StoreError, this_process};

/// How often the store is written to: often enough that `/health` tells of a full disk within a minute.
const BEAT_EVERY: Duration = Duration::from_secs(15);
/// A schedule that was not looked at for so long is stuck: it rests 15 s at most, and waits 30 s for a locked store.
pub(super) const STUCK_AFTER: Duration = Duration::from_mins(2);

/// Beats until the daemon stops.
pub(super) async fn run(roof: Arc<Roof>, stop: Interrupt) -> Result<(), StoreError> {
    let owner = this_process();
    notify(&[NotifyState::Ready, NotifyState::Status(&status(&roof))]);
    let every = sd_notify::watchdog_enabled().map_or(BEAT_EVERY, |within| BEAT_EVERY.min(within / 3));
    loop {
        let beat = Beat { owner: owner.clone(), started_at: roof.started_at, beat_at: roof.clock.now() };
        match roof.unrouted.beat(beat).await {
            Ok(()) => roof.pulse.send_modify(|pulse| {
                (pulse.wrote_at, pulse.write_error) = (Some(Instant::now()), None);
            }),
            Err(error) => {
                tracing::error!(error = %clean(&error.to_string()), "the store cannot be written");
                roof.pulse.send_modify(|pulse| pulse.write_error = Some(error.to_string()));
            }
        }
        if roof.pulse.borrow().passed_at.elapsed() < STUCK_AFTER {
            notify(&[NotifyState::Watchdog, NotifyState::Status(&status(&roof))]);
        }
        tokio::select! {
            () = stop.asked() => {
                notify(&[NotifyState::Stopping]);
                return Ok(());
            }
            () = sleep(every) => {}
        }
    }
}

/// Says it to systemd, where that has started us.
fn notify(states: &[NotifyState<'_>]) {
    if let Err(error) = sd_notify::notify(states) {
        tracing::debug!(%error, "systemd was not told");
    }
}

/// What `systemctl status` shows.
fn status(roof: &Roof) -> String {
    let (n_sites, n_under_way) = (roof.sites.borrow().by_id.len(), roof.pulse.borrow().n_under_way);
    format!("{n_sites} sites are watched, {n_under_way} polls under way")
}
