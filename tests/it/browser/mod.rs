//! Pages that draw themselves, drawn by Chromium. Where it is not installed each of these tests says that it is skipped.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on shows where")]

mod ends;
mod pages;
mod polls;
mod walls;

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use govwatch::clock::Clock;
use govwatch::config::{Allowed, Browser, FetchRule, Network, PaceRule, Render};
use govwatch::fetch::{
    Browsers, FetchError, FetchPlan, Fetched, Fetcher, Hosts, Limits, Names, Wall, What, browser_program,
};
use govwatch::model::{Capture, Validators};
use jiff::tz::TimeZone;

use crate::portal::Portal;

const A: &str = "www.a.gov.cn";
const B: &str = "api.b.gov.cn";

/// A portal, and a fetcher whose browsers live in a folder of their own.
struct Scene {
    portal: Portal,
    fetcher: Fetcher,
    browsers: Browsers,
    home: tempfile::TempDir,
}

/// Whether these tests can run; the reason is printed.
fn may_run() -> bool {
    browser_program(None).inspect_err(|why| eprintln!("skipped: {why}")).is_ok()
}

fn network(portal: &Portal) -> Network {
    let allow = vec![Allowed { net: "127.0.0.1/32".parse().expect("a network"), port: Some(portal.addr().port()) }];
    Network { allow, resolve: portal.resolve([A, B]), ..Network::default() }
}

fn scene_with(limits: Limits, wall: Wall, names: Names) -> Scene {
    let (portal, home) = (Portal::start(), tempfile::tempdir().expect("a folder"));
    // Root runs browsers as nobody, who must get there.
    std::fs::set_permissions(home.path(), PermissionsExt::from_mode(0o711)).expect("a folder of ours");
    let browsers = Browsers::with(Browser::default(), home.path().to_owned(), wall);
    let fetcher = fetcher(&portal, limits, names).with_browsers(browsers.clone());
    Scene { portal, fetcher, browsers, home }
}

fn fetcher(portal: &Portal, limits: Limits, names: Names) -> Fetcher {
    let fetcher = Fetcher::with(network(portal), None, Hosts::default(), Clock::System, limits, names);
    fetcher.expect("valid settings")
}

fn scene() -> Scene {
    scene_with(Limits::default(), Wall::Namespace, Names::Scripted(Arc::default()))
}

fn plan(url: &str) -> FetchPlan {
    FetchPlan {
        url: url.parse().expect("a URL"),
        post: None,
        validators: Validators::default(),
        rule: FetchRule { render: Render::Browser, ..FetchRule::default() },
        pace: PaceRule { min_interval: Duration::ZERO, concurrent: 2, hours: (0, 1440) },
        zone: TimeZone::get("Asia/Shanghai").expect("a zone"),
        what: What::Page,
    }
}

impl Scene {
    async fn fetch(&self, plan: &FetchPlan) -> Result<Capture, FetchError> {
        self.fetcher.get(plan).await.map(|fetched| match fetched {
            Fetched::Body(capture) | Fetched::NotModified(capture) => capture,
        })
    }

    async fn get(&self, path: &str) -> Result<Capture, FetchError> {
        self.fetch(&plan(&format!("http://{A}{path}"))).await
    }

    /// Living processes of its browsers: those that were started for their folder.
    fn processes(&self) -> Vec<String> {
        let Ok(all) = std::fs::read_dir("/proc") else { return Vec::new() };
        let said = |process: &Path, what: &str| std::fs::read(process.join(what)).unwrap_or_default();
        let home = self.home.path().to_string_lossy().into_owned();
        let is_ours = |process: &Path| {
            let told = [said(process, "environ"), said(process, "cmdline")].concat();
            String::from_utf8_lossy(&told).contains(&home)
        };
        all.flatten()
            .map(|entry| entry.path())
            .filter(|process| is_ours(process))
            .map(|process| process.display().to_string())
            .collect()
    }

    /// Folders of its browsers.
    fn folders(&self) -> usize {
        std::fs::read_dir(self.home.path()).map_or(0, Iterator::count)
    }
}

fn text_of(capture: &Capture) -> String {
    String::from_utf8(capture.body.to_vec()).expect("a drawn page is UTF-8")
}
