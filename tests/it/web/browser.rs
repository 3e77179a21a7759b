//! The pages in headless Chromium, driven from outside. Where Chromium, Node or axe-core is not installed, a test says
//! that it is skipped.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use govwatch::fetch::browser_program;
use serde_json::json;

use super::edit::desk;
use super::live::{HOST, Live};
use super::pages::{besieged, every_page};
use super::*;

/// Where `.ci/run` puts axe-core; `GOVWATCH_AXE` names another place.
const AXE: &str = "target/axe-core/package/axe.min.js";

/// The browser, where the tests can run; else the reason is printed.
fn browser() -> Option<PathBuf> {
    let has_node = Command::new("node").arg("--version").stdout(Stdio::null()).status().is_ok();
    if !has_node {
        eprintln!("skipped: node is not installed");
        return None;
    }
    browser_program(None).inspect_err(|why| eprintln!("skipped: {why}")).ok()
}

/// Takes the steps one after the other; gives what they read, and what was asked of others.
async fn drive(address: impl std::fmt::Display, browser: &Path, steps: Vec<Value>) -> (Vec<Value>, Value) {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/web/drive.mjs");
    let mut driver = Command::new("node");
    driver.arg(script).arg(browser).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let asked = json!({"base": format!("http://{address}"), "steps": steps}).to_string();
    let run = move || {
        let mut child = driver.spawn().unwrap();
        child.stdin.take().unwrap().write_all(asked.as_bytes()).unwrap();
        child.wait_with_output().unwrap()
    };
    let done = tokio::task::spawn_blocking(run).await.unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    let said = String::from_utf8(done.stdout).unwrap();
    let mut lines: Vec<Value> = said.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let foreign = lines.pop().unwrap()["foreign"].take();
    (lines, foreign)
}

fn read(expression: &str) -> Value {
    json!({ "read": expression })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reader_logs_in_filters_reads_and_compares_without_a_script() {
    let Some(browser) = browser() else { return };
    let scene = Scene::with(closed(), lived().await).await;
    let heading = || read("document.querySelector('h1').textContent");
    let steps = vec![
        json!({"view": {"scripts": false}}),
        json!({"go": "/?event=edited"}),
        json!({"fill": {"#password": PASSWORD}, "press": ".login button"}),
        read("document.querySelectorAll('article').length + ' ' + location.search"),
        json!({"press": "article h3 a"}),
        heading(),
        json!({"press": ".steps a[href*=compare]"}),
        read("document.querySelector('.diff ins').textContent.slice(0, 5)"),
        json!({"press": ".acts a"}),
        read("document.querySelectorAll('.pair').length"),
        json!({"press": ".self a"}),
        read("document.documentElement.lang + document.querySelector('.self a').textContent"),
        json!({"press": ".self button"}),
        read("location.pathname"),
    ];
    let (said, foreign) = drive(scene.address, &browser, steps).await;
    let expected =
        [json!("1 ?event=edited"), json!("a"), json!("另一个正文"), json!(1), json!("zh-CNEnglish"), json!("/login")];
    assert_eq!(said, expected);
    assert_eq!(foreign, json!([]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn hostile_texts_open_no_dialog_ask_nobody_and_keep_the_layout() {
    let Some(browser) = browser() else { return };
    let scene = Scene::with(WebRule::default(), besieged().await).await;
    let mut steps = vec![json!({"view": {"width": 390}})];
    for name in ["h0", "h5", "h6"] {
        for path in every_page(&scene.store, name).await {
            steps.push(json!({ "go": path }));
            steps.push(read("[document.documentElement.scrollWidth <= innerWidth, document.scripts.length]"));
        }
    }
    let (said, foreign) = drive(scene.address, &browser, steps).await;
    assert!(said.iter().all(|one| *one == json!([true, 0])), "{said:?}");
    assert_eq!(foreign, json!([]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn axe_finds_nothing_on_any_page_light_and_dark_wide_and_narrow() {
    let Some(browser) = browser() else { return };
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let axe = std::env::var_os("GOVWATCH_AXE").map_or_else(|| root.join(AXE), PathBuf::from);
    if !axe.exists() {
        eprintln!("skipped: axe-core is not at {}", axe.display());
        return;
    }
    let (_folder, scene) = desk().await;
    scene.store.save_search("征收", "/search", "q=%E5%BE%81%E6%94%B6", at(60)).await.unwrap();
    let pages = every_page(&scene.store, "a").await;
    let (mut steps, mut names) = (Vec::new(), Vec::new());
    // Each width and each scheme once; all four where there is time.
    let all = [(1280, false), (390, true), (1280, true), (390, false)];
    let views = if std::env::var_os("GOVWATCH_AXE_ALL").is_some() { &all[..] } else { &all[..2] };
    for (width, dark) in views {
        steps.push(json!({"view": {"width": width, "dark": dark}}));
        for path in &pages {
            steps.push(json!({ "go": path }));
            steps.push(json!({ "axe": axe }));
            names.push(format!("{path} {width} dark={dark}"));
        }
    }
    let (said, _) = drive(scene.address, &browser, steps).await;
    let wrong: Vec<_> = names.iter().zip(&said).filter(|(_, found)| **found != json!([])).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// A screenshot, where somebody names a folder for them.
fn shot(name: &str) -> Option<Value> {
    let folder = std::env::var_os("GOVWATCH_SHOTS")?;
    Some(json!({"shot": PathBuf::from(folder).join(format!("{name}.png"))}))
}

fn heading() -> Value {
    read("document.querySelector('h1').textContent.trim()")
}

/// In Chinese, without a script: the browser loads the page of a poll anew by itself.
fn a_site_is_added() -> Vec<Value> {
    let rows = "document.querySelectorAll('.list tbody tr').length";
    let mut steps = vec![
        json!({"view": {"scripts": false}}),
        json!({"go": "/language?set=zh-CN&to=/add"}),
        json!({"fill": {"#password": PASSWORD}, "press": ".login button"}),
        heading(),
        json!({"fill": {"[name=url]": format!("http://{HOST}/gg/")}, "press": "main form button"}),
        read(&format!("{rows} + document.querySelector('.standing').textContent.slice(0, 2)")),
    ];
    steps.extend(shot("story-add-zh"));
    steps.extend([
        json!({"press": "form.file button"}),
        read("document.querySelector('.said').textContent"),
        json!({"await": "!!document.querySelector('.poll form')"}),
        json!({"go": "/?event=baseline&site=live"}),
        read("document.querySelectorAll('article').length"),
    ]);
    steps
}

/// In English, with the script that follows a poll.
fn a_poll_is_asked_for_and_its_change_arrives(publishing: &str) -> Vec<Value> {
    let mut steps = vec![
        json!({"view": {"scripts": true}}),
        json!({"press": ".self a"}),
        json!({ "tell": publishing }),
        json!({"go": "/sites/live"}),
        json!({"press": ".poll form button"}),
        json!({"await": "[...document.querySelectorAll('article')].some((one) => one.textContent.includes('第5号'))"}),
        json!({"go": "/"}),
        read("document.querySelector('article h3').textContent"),
    ];
    steps.extend(shot("story-today-en"));
    steps.extend([
        json!({"go": "/search?q=%E5%BE%81%E6%94%B6"}),
        read("document.querySelectorAll('.found').length + ' ' + document.querySelector('mark').textContent"),
        json!({"go": "/coverage"}),
        heading(),
        json!({"go": "/alerts?state=dead"}),
        json!({"press": "tbody form button"}),
        read("document.querySelector('.said').textContent"),
        json!({"go": "/alerts?state=delivered"}),
        json!({"await": "document.querySelectorAll('tbody tr').length == 2 || (location.reload(), false)"}),
    ]);
    steps
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_office_adds_a_site_polls_it_and_sees_the_change_arrive_in_both_languages() {
    let Some(browser) = browser() else { return };
    let live = Live::open().await;
    live.publish_when_told();
    let publishing = format!("http://{}/publish", live.portal.addr());
    let steps = [a_site_is_added(), a_poll_is_asked_for_and_its_change_arrives(&publishing)].concat();
    let (said, foreign) = drive(&live.address, &browser, steps).await;
    let expected = [
        json!("添加站点"),
        json!("4可靠"),
        json!("站点文件已写入；原来若有文件，原文保存在旁。"),
        json!(1),
        json!("关于第5号土地征收补偿方案的公告"),
        json!("5 征收"),
        json!("Coverage"),
        json!("1 are due now."),
    ];
    assert_eq!(said, expected);
    assert_eq!(foreign, json!([]));
}
