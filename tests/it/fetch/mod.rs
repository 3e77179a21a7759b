//! Fetching against the simulated portal: one test for each way a portal, or an attacker, can misbehave.

mod guard;
mod manners;
mod wire;

use std::sync::Arc;
use std::time::Duration;

use govwatch::clock::{Clock, ManualClock};
use govwatch::config::{Allowed, FetchRule, Network, PaceRule};
use govwatch::fetch::{FetchError, FetchPlan, Fetched, Fetcher, Hosts, Limits, Names, What};
use govwatch::model::{Capture, Validators};
use jiff::tz::TimeZone;
use url::Url;

use crate::portal::Portal;

const A: &str = "www.a.gov.cn";
const B: &str = "zwgk.b.gov.cn";

/// A portal with two names and a Fetcher that may reach it.
struct Scene {
    portal: Portal,
    hosts: Hosts,
    clock: ManualClock,
    limits: Limits,
    fetcher: Fetcher,
}

fn network(portal: &Portal) -> Network {
    let allow = vec![Allowed { net: "127.0.0.1/32".parse().expect("a network"), port: Some(portal.addr().port()) }];
    Network { allow, resolve: portal.resolve([A, B]), ..Network::default() }
}

fn scene_with(limits: Limits) -> Scene {
    let portal = Portal::start();
    let hosts = Hosts::default();
    let clock = ManualClock::new("2026-05-01T00:00:00Z".parse().expect("a time"));
    let fetcher = fetcher(network(&portal), &hosts, &clock, &limits);
    Scene { portal, hosts, clock, limits, fetcher }
}

fn scene() -> Scene {
    scene_with(Limits::default())
}

fn fetcher(network: Network, hosts: &Hosts, clock: &ManualClock, limits: &Limits) -> Fetcher {
    let names = Names::Scripted(Arc::default());
    Fetcher::with(network, None, hosts.clone(), Clock::Manual(clock.clone()), limits.clone(), names)
        .expect("valid settings")
}

fn plan(url: &str) -> FetchPlan {
    FetchPlan {
        url: Url::parse(url).expect("a URL"),
        post: None,
        validators: Validators::default(),
        rule: FetchRule::default(),
        pace: PaceRule { min_interval: Duration::ZERO, concurrent: 1, hours: (0, 1440) },
        zone: TimeZone::UTC,
        what: What::Page,
    }
}

impl Scene {
    async fn get(&self, path: &str) -> Result<Capture, FetchError> {
        self.fetch(&plan(&format!("http://{A}{path}"))).await
    }

    async fn fetch(&self, plan: &FetchPlan) -> Result<Capture, FetchError> {
        self.fetcher.get(plan).await.map(|fetched| match fetched {
            Fetched::Body(capture) | Fetched::NotModified(capture) => capture,
        })
    }

    async fn failure(&self, path: &str) -> FetchError {
        self.get(path).await.map(|capture| capture.status).expect_err("it fails")
    }
}
