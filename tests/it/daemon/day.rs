//! A day of five hundred sites beside one that hangs, one that floods and a channel that is down.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use govwatch::clock::Clock;
use govwatch::config::Settings;
use govwatch::daemon::{Health, Outlet, usage};
use govwatch::fetch::{Fetcher, Hosts};
use govwatch::model::SiteId;
use govwatch::store::{AlertFilter, AlertRow, Store};
use jiff::SignedDuration;

use super::yard::{Play, Yard, site_file};

const N_SITES: usize = 500;
/// Part of its interval by which a poll may begin late.
const MOST_LATE: f64 = 0.05;

/// A receiver where nobody listens, and feeds that are written once an hour; both are told how the sites do.
const SETTINGS: &str = "[network]\nallow = [\"127.0.0.1/32\"]\n\
    [[channel]]\nid = \"down\"\nkind = \"webhook\"\nurl = \"http://127.0.0.1:1/in\"\n\
    [[channel]]\nid = \"feed\"\nkind = \"feed\"\nfolder = \"feeds\"\nrate = \"1/1h\"\n\
    [[route]]\nto = [\"down\", \"feed\"]\naudience = \"operators\"\n";

/// The channels of these settings.
fn channels(folder: &tempfile::TempDir) -> (Outlet, Option<Fetcher>) {
    let file = folder.path().join("govwatch.toml");
    std::fs::write(&file, SETTINGS).unwrap();
    let Settings { channels, routes, network, .. } = Settings::load(Some(&file), &BTreeMap::new()).expect("settings");
    let fetcher = Fetcher::new(network, None, Hosts::default(), Clock::System).unwrap();
    (Outlet { channels, routes }, Some(fetcher))
}

/// Whether a site is refused at its nth poll: once a day each, some of them every hour.
fn is_refused(site: &str, nth: usize) -> bool {
    let number: usize = site.trim_start_matches("site-").parse().unwrap_or(0);
    nth == number % 20 + 2
}

/// The alerts of a channel.
async fn alerts(yard: &Yard, channel: &str) -> Vec<AlertRow> {
    let filter = AlertFilter { channel: Some(channel.to_owned()), state: None, limit: 10_000 };
    yard.store.alerts(filter).await.unwrap()
}

#[tokio::test(start_paused = true)]
#[expect(clippy::too_many_lines, reason = "one day")]
async fn for_a_day_every_poll_of_500_sites_begins_on_time_beside_one_that_hangs_one_that_floods_and_a_dead_channel() {
    let real = Instant::now();
    let folder = tempfile::tempdir().unwrap();
    let names: Vec<String> = (0..N_SITES).map(|n| format!("site-{n:03}")).collect();
    let mut files: Vec<(&str, String)> = names.iter().map(|name| (name.as_str(), site_file("1h"))).collect();
    files.push(("hangs", site_file("1h")));
    files.push(("floods", site_file("1s")));
    let store = Store::in_memory().unwrap();
    let yard = Yard::sending(&files, store, channels(&folder), |site, nth| match site.as_str() {
        "hangs" => Play::Hangs,
        "floods" => Play::Floods(10),
        // Each is refused once that day, some of them every hour.
        site if is_refused(site, nth) => Play::Fails,
        // Between five and forty seconds, another time each time.
        site => Play::Takes(Duration::from_secs(5 + (nth as u64 * 7 + site.len() as u64) % 36)),
    })
    .await;
    let mut used = Vec::new();
    for _ in 0..24 {
        yard.pass(Duration::from_hours(1)).await;
        used.push(usage());
    }
    let (n_polls, latest) = polled(&yard, &names);
    let (first, last) = (used[0], used[23]);
    println!(
        "{n_polls} polls of {N_SITES} sites in 24 hours of virtual time, {:.1} s real; latest start {latest:?} after due; \
         {} floods; memory {} KiB after one hour, {} KiB after 24; {} and {} open files",
        real.elapsed().as_secs_f64(),
        yard.begun("floods").len(),
        first.0 / 1024,
        last.0 / 1024,
        first.1,
        last.1,
    );
    let (down, feed) = (alerts(&yard, "down").await, alerts(&yard, "feed").await);
    let health = yard.store.channel_health("down").await.unwrap();
    let n_delivered = feed.iter().filter(|alert| alert.state == "delivered").count();
    println!(
        "{} alerts are owed to the channel that is down, {} tries in a row have failed; {n_delivered} of {} alerts are in feeds",
        down.len(),
        health.failures,
        feed.len()
    );
    assert_eq!(down.len(), 2 * N_SITES, "each site was refused once and came back");
    assert!(down.iter().all(|alert| ["owed", "dead"].contains(&alert.state.as_str())), "nothing was sent or lost");
    assert!(down.iter().any(|alert| alert.last_error.is_some()), "what went wrong is shown");
    assert!(health.failures > 10 && health.error.is_some(), "{health:?}");
    assert_eq!(feed.len(), down.len() + 1, "the others hear that a channel is down");
    assert!(n_delivered > feed.len() * 9 / 10, "and are not held back: {n_delivered}");
    assert!(latest.as_secs_f64() <= 3600.0 * MOST_LATE, "a poll began {latest:?} after it was due");
    assert_eq!(yard.begun("hangs").len(), 1, "what hangs is under way, and not begun again");
    assert!(yard.begun("floods").len() > 1000, "what is due at once is polled at once");
    let health = Health::of(&yard.roof).await;
    assert_eq!((health.state, health.reasons.as_slice(), health.sites), ("ok", [].as_slice(), N_SITES + 2));
    yard.close().await;
}

/// How many polls began, and how late the latest did; each site was polled as often as it should.
fn polled(yard: &Yard, names: &[String]) -> (usize, SignedDuration) {
    let mut latest = SignedDuration::ZERO;
    let mut n_polls = 0;
    for name in names {
        let begun = yard.begun(name);
        n_polls += begun.len();
        assert!((22..=25).contains(&begun.len()), "{name}: {} polls in a day", begun.len());
        let late = begun.iter().filter_map(|poll| Some(poll.at.duration_since(poll.due_at?)));
        latest = late.fold(latest, SignedDuration::max);
    }
    (n_polls, latest)
}

#[tokio::test(start_paused = true)]
async fn first_polls_that_take_hours_hold_no_known_site_back() {
    let names: Vec<String> = (0..300).map(|n| format!("new-{n:03}")).collect();
    let mut files: Vec<(&str, String)> = vec![("known", site_file("1h"))];
    let is_new = |site: &str| site.starts_with("new");
    let yard = Yard::open(&files, Store::in_memory().unwrap(), move |site, _| {
        if is_new(site.as_str()) { Play::Hangs } else { Play::Takes(Duration::from_secs(10)) }
    })
    .await;
    yard.pass(Duration::from_mins(1)).await;
    files = names.iter().map(|name| (name.as_str(), site_file("1h"))).collect();
    for (name, text) in &files {
        std::fs::write(yard.path(name), text).unwrap();
    }
    yard.reload.send(()).await.unwrap();
    // Which of them come first is nobody's promise.
    let n_begun = |yard: &Yard| names.iter().filter(|name| !yard.begun(name).is_empty()).count();
    yard.until(|yard| n_begun(yard) > 100).await;
    yard.pass(Duration::from_hours(3)).await;
    assert_eq!(n_begun(&yard), 128, "as many as there are places for first polls");
    assert!(yard.begun("known").len() >= 3);
    assert_eq!(Health::of(&yard.roof).await.state, "ok", "first polls that wait are no fault");
    yard.close().await;
}

#[tokio::test(start_paused = true)]
async fn a_poll_that_could_not_be_kept_is_told_in_health_until_one_is() {
    let play = |_: &SiteId, nth| if nth < 3 { Play::Panics } else { Play::Takes(Duration::ZERO) };
    let files = [("a", site_file("1h")), ("b", site_file("1h"))];
    let yard = Yard::open(&files, Store::in_memory().unwrap(), play).await;
    yard.pass_until(|yard| yard.begun("a").len() == 2 && yard.begun("b").len() == 2).await;
    yard.pass(Duration::from_mins(1)).await;
    let reasons = Health::of(&yard.roof).await.reasons;
    assert_eq!(
        reasons,
        [
            "the poll of a could not be kept: fault in the store: a poll panicked; please report it; so it is with 1 more"
        ]
    );
    yard.pass_until(|yard| yard.begun("a").len() == 3 && yard.begun("b").len() == 3).await;
    yard.pass(Duration::from_mins(1)).await;
    assert_eq!(Health::of(&yard.roof).await.reasons, [""; 0]);
    yard.close().await;
}
