//! What `doctor` finds of the store: whether it can be read and written, is whole, is tended, and belongs to us.

use std::path::Path;
use std::time::Duration;

use jiff::Timestamp;

use super::super::channels;
use super::super::table::{minute, size};
use super::Finding;
use crate::config::Settings;
use crate::store::{BackupFacts, Lock, Losses, Store, StoreError};

/// A daemon that has not beaten for so long is stuck: it beats every 15 s.
const SILENT_AFTER: Duration = Duration::from_mins(3);
/// A clock may be so much behind the store's last poll: another process began it in this very second.
const CLOCK_SLACK: Duration = Duration::from_mins(1);

/// Every check of the store.
pub(super) async fn findings(dir: &Path, settings: &Settings, now: Timestamp, is_quick: bool) -> Vec<Finding> {
    if let Some(stranger) = stranger(dir) {
        return vec![stranger];
    }
    let store = match Store::open_existing(dir) {
        Ok(store) => store,
        Err(StoreError::Missing { dir }) => {
            let message = format!("none yet in {}", dir.display());
            return vec![Finding::warn("store", message, "govwatch fetch makes it")];
        }
        Err(error) => return vec![broken("store", &error)],
    };
    let checks = async {
        let mut findings = vec![whole(&store, is_quick).await?, writable(&store, now).await?];
        findings.extend(clock(&store, now).await?);
        findings.push(daemon(&store, dir, now).await?);
        findings.extend(sites(&store).await?);
        findings.extend(alerts(&store, settings, now).await?);
        Ok::<_, StoreError>(findings)
    };
    checks.await.unwrap_or_else(|error| vec![broken("store", &error)])
}

/// Whether a copy is whole, and what it holds.
pub(super) async fn copy(file: &Path) -> Finding {
    match Store::inspect(file).await {
        Ok(BackupFacts { losses: Some(losses), .. }) if losses.n_lost + losses.n_heads_lost > 0 => {
            let message = format!("{}: {}", file.display(), lost(&losses));
            Finding::wrong("backup", message, "keep it beside an older one: what is lost here may be whole there")
        }
        Ok(facts) => {
            let last = facts
                .last_poll_at
                .map_or_else(|| "never polled".to_owned(), |at| format!("last poll {} UTC", minute(at)));
            let (n_sites, n_reports, schema) = (facts.n_sites, facts.n_reports, facts.schema);
            let message =
                format!("{} is whole: sites {n_sites}, reports {n_reports}, {last}, schema {schema}", file.display());
            let unread = ", of a former release: its pages and texts are not looked at";
            let message = if facts.losses.is_none() { message + unread } else { message };
            Finding::ok("backup", message)
        }
        Err(error) => broken("backup", &error),
    }
}

/// A store that another user opened leaves files beside it which its owner cannot use.
fn stranger(dir: &Path) -> Option<Finding> {
    #[cfg(unix)]
    {
        let owner = std::os::unix::fs::MetadataExt::uid(&std::fs::metadata(dir).ok()?);
        let own = rustix::process::geteuid().as_raw();
        if owner != own {
            let message = format!("{} belongs to user {owner}, this is user {own}", dir.display());
            return Some(Finding::wrong("store", message, "run govwatch as that user, such as with sudo -u govwatch"));
        }
    }
    None
}

async fn whole(store: &Store, is_quick: bool) -> Result<Finding, StoreError> {
    let n_bytes = size(store.n_bytes().await?);
    if is_quick {
        return Ok(Finding::ok("store", format!("{n_bytes}, opens")));
    }
    if let [first, rest @ ..] = store.check().await?.as_slice() {
        let message = format!("{first}, and {} more faults", rest.len());
        return Ok(Finding::wrong("store", message, "stop the daemon and restore the last backup"));
    }
    let losses = store.losses().await?;
    if losses.n_lost + losses.n_heads_lost > 0 {
        let next = match losses.n_lost {
            0 => "a backup may have the lines; texts and pages can be read",
            _ => "govwatch fetch --full makes those whole whose pages come as they were; a backup may have the rest",
        };
        return Ok(Finding::wrong("store", lost(&losses), next));
    }
    let Losses { n_read, n_by_second_copy, .. } = losses;
    if n_by_second_copy > 0 {
        let message = format!(
            "{n_by_second_copy} of {n_read} pages, texts and files are had back by the second copy of a page alone: the \
             first one is damaged"
        );
        return Ok(Finding::warn("store", message, "look at the disk, and make a backup now: govwatch backup FILE"));
    }
    let message = format!("{n_bytes}, sound, and {n_read} pages, texts and files are what was stored");
    Ok(Finding::ok("store", message))
}

/// What is lost, in words.
fn lost(Losses { n_read, n_lost, n_heads_lost, reports, .. }: &Losses) -> String {
    let named: Vec<String> = reports.iter().map(ToString::to_string).collect();
    let more = if reports.len() as u64 == n_lost + n_heads_lost { "" } else { " and maybe others" };
    let of = if named.is_empty() { String::new() } else { format!(", of report {}{more}", named.join(", ")) };
    let heads =
        if *n_heads_lost == 0 { String::new() } else { format!(", and the header lines of {n_heads_lost} pages") };
    format!("{n_lost} of {n_read} pages, texts and files{heads} are damaged{of}")
}

async fn writable(store: &Store, now: Timestamp) -> Result<Finding, StoreError> {
    store.note_size(now).await?;
    Ok(Finding::ok("store", "takes writes"))
}

async fn clock(store: &Store, now: Timestamp) -> Result<Option<Finding>, StoreError> {
    let Some(last) = store.last_poll_at().await? else { return Ok(None) };
    let ahead = Duration::try_from(last.duration_since(now)).unwrap_or_default();
    Ok(Some(if ahead > CLOCK_SLACK {
        let message = format!("it is {} UTC here, and the last poll began on {} UTC", minute(now), minute(last));
        Finding::wrong("clock", message, "set the clock: nothing is due before the time that it showed then")
    } else {
        Finding::ok("clock", format!("{} UTC, after the last poll", minute(now)))
    }))
}

async fn daemon(store: &Store, dir: &Path, now: Timestamp) -> Result<Finding, StoreError> {
    let Some(owner) = Lock::holder(dir) else {
        return Ok(Finding::ok("daemon", "none is at work; govwatch fetch polls by hand"));
    };
    let silent = store.last_beat().await?.map(|beat| now.duration_since(beat.beat_at));
    let silent = silent.and_then(|span| Duration::try_from(span).ok());
    Ok(match silent {
        Some(span) if span > SILENT_AFTER => {
            let message = format!("{owner}, without a sign of life for {} minutes", span.as_secs() / 60);
            Finding::wrong("daemon", message, "look at its log, and start it anew")
        }
        _ => Finding::ok("daemon", owner),
    })
}

async fn sites(store: &Store) -> Result<Option<Finding>, StoreError> {
    let statuses = store.statuses(&[]).await?;
    let broken = statuses.iter().filter(|status| ["broken", "blocked"].contains(&status.state.as_str()));
    let broken: Vec<&str> = broken.map(|status| status.site.as_str()).collect();
    let Some(first) = broken.first() else { return Ok(None) };
    let message = match broken.len() {
        1 => format!("{first} cannot be read"),
        n => format!("{n} sites cannot be read: {first} and others"),
    };
    Ok(Some(Finding::warn("health", message, "govwatch status -v shows what is broken")))
}

/// What keeps alerts from being delivered.
async fn alerts(store: &Store, settings: &Settings, now: Timestamp) -> Result<Vec<Finding>, StoreError> {
    let next = "govwatch alerts shows what is owed";
    let lines = channels::in_store(store, settings, now).await?;
    Ok(lines.into_iter().map(|line| Finding::warn("alerts", line, next)).collect())
}

/// The error says what to do; it stands behind what happened.
fn broken(check: &'static str, error: &StoreError) -> Finding {
    let said = error.to_string();
    let (message, next) = said.rsplit_once(": ").unwrap_or((said.as_str(), "look at the folder"));
    Finding::wrong(check, message, next)
}
