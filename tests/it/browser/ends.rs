//! How a browser ends: with its fetcher, with its page's time, with whoever waits for it; and what is left of it.

use std::fs::{self, File};
use std::time::Duration;

use govwatch::config::Browser;
use govwatch::error::Class;
use govwatch::fetch::{Browsers, FetchError, Limits, Names, Wall};
use rustix::process::{Pid, Signal, kill_process};

use super::{A, Scene, fetcher, may_run, plan, scene, scene_with, text_of};
use crate::portal::{Portal, Reply};

const HANGS: &str = "<body><p>before</p><script>for (;;) {}</script>";

fn assert_nothing_is_left(scene: &Scene) {
    assert_eq!(scene.processes(), [""; 0]);
    assert_eq!(scene.folders(), 0);
}

#[tokio::test]
async fn one_browser_draws_page_after_page_and_ends_when_the_fetcher_is_closed() {
    if !may_run() {
        return;
    }
    let scene = scene();
    for n in 1..=3 {
        let page =
            "<body><script>localStorage.n = 1 + Number(localStorage.n || 0); document.write(localStorage.n)</script>";
        scene.portal.page(A, &format!("/{n}"), page);
        let text = text_of(&scene.get(&format!("/{n}")).await.unwrap());
        assert!(text.contains("</script>1</body>"), "each page has a storage of its own: {text}");
        assert_eq!(scene.folders(), 1, "one browser for all");
    }
    assert!(!scene.processes().is_empty());
    scene.fetcher.close().await;
    assert_nothing_is_left(&scene);
}

#[tokio::test]
async fn a_browser_that_died_in_its_sleep_is_replaced() {
    if !may_run() {
        return;
    }
    let scene = scene();
    scene.portal.page(A, "/", "<body><p>x</p>");
    scene.get("/").await.unwrap();
    for process in scene.processes() {
        let number = process.rsplit('/').next().and_then(|number| number.parse().ok()).and_then(Pid::from_raw);
        let _ = kill_process(number.expect("a process"), Signal::KILL);
    }
    scene.get("/").await.unwrap();
    scene.fetcher.close().await;
    assert_nothing_is_left(&scene);
}

#[tokio::test]
async fn a_browser_ends_with_a_fetcher_that_nobody_closed() {
    if !may_run() {
        return;
    }
    let Scene { portal, fetcher, browsers, home } = scene();
    portal.page(A, "/", "<body><p>x</p>");
    fetcher.get(&plan(&format!("http://{A}/"))).await.unwrap();
    drop((fetcher, browsers));
    assert_nothing_is_left(&Scene { home, ..scene() });
}

#[tokio::test]
async fn a_page_that_hangs_ends_at_its_deadline_with_its_browser() {
    if !may_run() {
        return;
    }
    let limits = Limits { page_total: Duration::from_secs(3), ..Limits::default() };
    let scene = scene_with(limits, Wall::Namespace, Names::System);
    scene.portal.page(A, "/hangs", HANGS);
    let error = scene.get("/hangs").await.unwrap_err();
    assert!(matches!(error, FetchError::Timeout { what: "drawing the page", .. }), "{error}");
    assert_eq!(error.class(), Class::Transient);
    assert_nothing_is_left(&scene);
    // The next page has another browser, and more time on a busy machine.
    scene.portal.page(A, "/next", "<body><p>next</p>");
    let patient = fetcher(&scene.portal, Limits::default(), Names::System).with_browsers(scene.browsers.clone());
    patient.get(&plan(&format!("http://{A}/next"))).await.unwrap();
    patient.close().await;
}

#[tokio::test]
async fn a_page_that_nobody_waits_for_any_more_ends_with_its_browser() {
    if !may_run() {
        return;
    }
    let scene = scene();
    let (asked, was_asked) = std::sync::mpsc::channel();
    scene.portal.page(A, "/", HANGS.replace("for (;;)", "fetch('/beat'); for (;;)"));
    scene.portal.answer(A, "/beat", move |_| {
        let _ = asked.send(());
        Reply::html("x")
    });
    let fetcher = scene.fetcher.clone();
    let waiting = tokio::spawn(async move { fetcher.get(&plan(&format!("http://{A}/"))).await.map(|_| ()) });
    tokio::task::spawn_blocking(move || was_asked.recv_timeout(Duration::from_mins(1))).await.unwrap().unwrap();
    waiting.abort();
    assert!(waiting.await.unwrap_err().is_cancelled());
    assert_nothing_is_left(&scene);
}

#[tokio::test]
async fn the_folder_of_a_browser_whose_owner_was_killed_is_removed_and_that_of_another_is_not() {
    if !may_run() {
        return;
    }
    let scene = scene();
    let folder = |name: &str| {
        let folder = scene.home.path().join(format!("govwatch-browser-{name}"));
        fs::create_dir(&folder).unwrap();
        (File::create(folder.join("lock")).unwrap(), folder)
    };
    let (unheld, left) = folder("left");
    drop(unheld);
    let (held, living) = folder("held");
    held.try_lock().unwrap();
    scene.portal.page(A, "/", "<body><p>x</p>");
    scene.get("/").await.unwrap();
    assert_eq!((left.exists(), living.exists()), (false, true));
    scene.fetcher.close().await;
}

#[tokio::test]
async fn a_machine_without_chromium_says_what_to_install_and_which_key_wants_it() {
    let portal = Portal::start();
    portal.page(A, "/", "<body><p>x</p>");
    let browser = Browser { path: Some("/nowhere/chromium".into()), ..Browser::default() };
    let fetcher = fetcher(&portal, Limits::default(), Names::System).with_browsers(Browsers::new(browser));
    let error = fetcher.get(&plan(&format!("http://{A}/"))).await.unwrap_err();
    assert_eq!(error.class(), Class::Config);
    let said = error.to_string();
    assert!(said.contains("browser.path") && said.contains("/nowhere/chromium"), "{said}");
}

#[tokio::test]
async fn a_program_that_is_no_browser_fails_the_page_and_not_the_process() {
    let portal = Portal::start();
    portal.page(A, "/", "<body><p>x</p>");
    let browser = Browser { path: Some("/bin/false".into()), ..Browser::default() };
    let fetcher = fetcher(&portal, Limits::default(), Names::System).with_browsers(Browsers::new(browser));
    let error = fetcher.get(&plan(&format!("http://{A}/"))).await.unwrap_err();
    assert!(matches!(&error, FetchError::Undrawn { why, .. } if why.contains("the browser died")), "{error}");
}
