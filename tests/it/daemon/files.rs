//! Site files that are added, edited, broken and removed while the daemon works.

use std::fs;
use std::time::Duration;

use govwatch::daemon::Health;
use govwatch::model::SiteId;
use govwatch::store::{Aside, Store};

use super::yard::{Play, Yard, site_file};

fn at_once(site: &SiteId, _: usize) -> Play {
    if site.as_str() == "hangs" { Play::Hangs } else { Play::Takes(Duration::from_secs(5)) }
}

async fn open(files: &[(&str, String)]) -> Yard {
    let yard = Yard::open(files, Store::in_memory().unwrap(), at_once).await;
    yard.pass(Duration::from_mins(1)).await;
    yard
}

async fn reload(yard: &Yard) {
    yard.reload.send(()).await.unwrap();
}

fn ids(yard: &Yard) -> Vec<String> {
    yard.roof.sites().borrow().by_id.keys().map(ToString::to_string).collect()
}

#[tokio::test(start_paused = true)]
async fn a_file_that_is_added_is_polled_without_a_word_and_one_that_is_edited_is_polled_anew() {
    let yard = open(&[("a", site_file("1h"))]).await;
    fs::write(yard.path("b"), site_file("1h")).unwrap();
    // It is looked at every five seconds, on another thread, and taken when it has stayed the same for two looks.
    yard.pass_until(|yard| yard.begun("b").len() == 1).await;
    fs::write(yard.path("a"), format!("name = \"甲\"\n{}", site_file("2h"))).unwrap();
    reload(&yard).await;
    yard.until(|yard| yard.begun("a").len() == 2).await;
    yard.pass(Duration::from_mins(90)).await;
    assert_eq!((yard.begun("a").len(), yard.begun("b").len()), (2, 2), "by the schedule of its new file");
    yard.close().await;
}

#[tokio::test(start_paused = true)]
async fn a_poll_that_went_by_the_old_file_is_followed_by_one_by_the_new() {
    let play =
        |_: &SiteId, nth| if nth == 2 { Play::Dawdles(Duration::from_mins(2)) } else { Play::Takes(Duration::ZERO) };
    let yard = Yard::open(&[("a", site_file("1h"))], Store::in_memory().unwrap(), play).await;
    yard.pass_until(|yard| yard.begun("a").len() == 2).await;
    fs::write(yard.path("a"), format!("name = \"甲\"\n{}", site_file("2h"))).unwrap();
    reload(&yard).await;
    yard.until(|yard| yard.roof.sites().borrow().by_id[&SiteId::new("a")].name == "甲").await;
    yard.pass(Duration::from_mins(3)).await;
    assert_eq!(yard.begun("a").len(), 3, "what the new file asks for is not left to the next hour");
    yard.pass(Duration::from_mins(90)).await;
    assert_eq!(yard.begun("a").len(), 3, "and not asked for twice");
    yard.close().await;
}

#[tokio::test(start_paused = true)]
async fn a_file_with_a_mistake_keeps_its_site_and_is_told_until_it_is_mended() {
    let yard = open(&[("a", site_file("1h")), ("b", site_file("1h"))]).await;
    fs::write(yard.path("a"), "nmae = \"甲\"\n").unwrap();
    reload(&yard).await;
    yard.until(|yard| !yard.roof.sites().borrow().mistakes.is_empty()).await;
    yard.pass(Duration::from_hours(2)).await;
    assert!(yard.begun("a").len() >= 2 && yard.begun("b").len() >= 2);
    let health = Health::of(&yard.roof).await;
    assert_eq!((health.state, health.sites), ("ok", 2));
    let told: Vec<_> = health.mistakes.iter().map(|mistake| (mistake.line, mistake.key.as_deref())).collect();
    assert!(told.contains(&(Some(1), Some("nmae"))), "{told:?}");
    fs::write(yard.path("a"), site_file("1h")).unwrap();
    reload(&yard).await;
    yard.until(|yard| yard.roof.sites().borrow().mistakes.is_empty()).await;
    yard.close().await;
}

#[tokio::test(start_paused = true)]
async fn health_is_degraded_while_a_file_watches_nothing_or_no_file_can_be_read() {
    let yard = open(&[("a", site_file("1h"))]).await;
    let said = async || Health::of(&yard.roof).await.reasons.join("; ");
    fs::write(yard.path("b"), "nmae = \"乙\"\n").unwrap();
    reload(&yard).await;
    yard.until(|yard| !yard.roof.sites().borrow().mistakes.is_empty()).await;
    let reasons = said().await;
    assert!(reasons.starts_with("b is not watched") && reasons.contains("b.toml"), "{reasons}");
    fs::remove_file(yard.path("b")).unwrap();
    let away = yard.dir.path().with_extension("away");
    fs::rename(yard.dir.path(), &away).unwrap();
    reload(&yard).await;
    yard.until(|yard| yard.roof.sites().borrow().unwatched.iter().any(|why| why.contains("cannot be read"))).await;
    assert!(said().await.contains("cannot be read"));
    fs::rename(&away, yard.dir.path()).unwrap();
    reload(&yard).await;
    yard.until(|yard| yard.roof.sites().borrow().unwatched.is_empty()).await;
    assert_eq!(said().await, "");
    fs::write(yard.path("a"), format!("paused = true\n{}", site_file("1h"))).unwrap();
    reload(&yard).await;
    yard.until(|yard| yard.roof.sites().borrow().by_id.is_empty()).await;
    assert!(said().await.starts_with("no site is watched"));
    yard.close().await;
}

#[tokio::test(start_paused = true)]
async fn a_file_that_is_removed_or_pauses_its_site_stops_it_and_its_history_stays() {
    let yard = open(&[("a", site_file("1h")), ("hangs", site_file("1h")), ("b", site_file("1h"))]).await;
    // A poll that is under way when its file goes is stopped, and is no success.
    while yard.store.site_state(&SiteId::new("a")).await.unwrap().last_success_at.is_none() {
        yard.pass(Duration::from_secs(1)).await;
    }
    fs::remove_file(yard.path("a")).unwrap();
    fs::remove_file(yard.path("hangs")).unwrap();
    fs::write(yard.path("b"), format!("paused = true\n{}", site_file("1h"))).unwrap();
    reload(&yard).await;
    yard.until(|yard| ids(yard).is_empty()).await;
    yard.until(|yard| yard.begun("hangs")[0].is_stopped).await;
    yard.pass(Duration::from_hours(3)).await;
    assert_eq!(["a", "b", "hangs"].map(|site| yard.begun(site).len()), [1, 1, 1]);
    assert!(yard.store.site_state(&SiteId::new("a")).await.unwrap().last_success_at.is_some());
    fs::write(yard.path("a"), site_file("1h")).unwrap();
    reload(&yard).await;
    yard.until(|yard| yard.begun("a").len() == 2).await;
    yard.close().await;
}

#[tokio::test(start_paused = true)]
async fn a_site_that_a_person_puts_aside_is_left_alone_until_it_is_resumed() {
    let yard = open(&[("a", site_file("1h"))]).await;
    yard.store.put_aside(&SiteId::new("a"), Some(Aside::Paused)).await.unwrap();
    yard.pass(Duration::from_hours(5)).await;
    assert_eq!(yard.begun("a").len(), 1);
    assert_eq!(yard.store.statuses(&[]).await.unwrap()[0].state, "paused");
    yard.store.put_aside(&SiteId::new("a"), None).await.unwrap();
    yard.pass(Duration::from_mins(1)).await;
    assert_eq!(yard.begun("a").len(), 2);
    yard.close().await;
}
