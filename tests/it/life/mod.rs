//! Thirty days of twenty portals: what is told is what was done, none more, none less.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on shows where")]

mod office;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use govwatch::clock::ManualClock;
use govwatch::config::{Network, load_sites};
use govwatch::crawl::{PollOptions, World, poll_sites};
use govwatch::model::{Event, EventKind};
use govwatch::store::{STDOUT, Store};
use jiff::SignedDuration;

use crate::portal::Portal;
use crate::world::{network, world};
use office::{Office, Template, Way, Weather};

const N_OFFICES: usize = 20;
/// The one whose reports are read every few days.
const RARELY_READ: usize = 17;
/// Days on which something happens, and days after them in which what is owed becomes due.
const DAYS: u32 = 30;
const DAYS_AFTER: u32 = 8;

/// What a portal does on a day.
#[derive(Debug, Clone, Copy)]
enum Act {
    Publish(u32),
    Edit(u32),
    /// Takes an edit back, or puts back what was withdrawn.
    Restore(u32),
    Withdraw(u32, Way),
    Turns(Weather),
    /// Is built anew.
    Rebuild,
    /// A person writes the new selectors into the site file.
    Mend,
    /// Gives all its reports other addresses.
    Move,
    /// Puts a line of its own into every report.
    Stamp,
}

use Act::{Edit, Mend, Move, Publish, Rebuild, Restore, Stamp, Turns, Withdraw};

/// What a portal does by day, and what is told of it, in this order.
type Month = (Vec<(u32, Act)>, Vec<&'static str>);

#[expect(clippy::too_many_lines, reason = "a table")]
fn script() -> Vec<Month> {
    let quiet = (vec![], vec![]);
    let withdrawn = |way, told| (vec![(4, Withdraw(3, way)), (14, Restore(3))], vec![told, "restored 3"]);
    vec![
        quiet,
        (
            vec![(2, Publish(9)), (5, Publish(10)), (6, Publish(11)), (19, Publish(12))],
            vec!["new 9", "new 10", "new 11", "new 12"],
        ),
        (vec![(3, Edit(5))], vec!["edited 5"]),
        (vec![(3, Edit(5)), (12, Restore(5))], vec!["edited 5", "edited 5"]),
        withdrawn(Way::Gone, "withdrawn 3 gone"),
        withdrawn(Way::SoftNotFound, "withdrawn 3 soft_not_found"),
        withdrawn(Way::HomeRedirect, "withdrawn 3 home_redirect"),
        withdrawn(Way::Delisted, "withdrawn 3 delisted"),
        withdrawn(Way::DeadLink, "withdrawn 3 dead_link"),
        // A page that is gone for a night was not withdrawn.
        (
            vec![(6, Withdraw(2, Way::Gone)), (7, Restore(2)), (12, Withdraw(4, Way::Delisted)), (14, Restore(4))],
            vec![],
        ),
        (vec![(5, Turns(Weather::Down)), (6, Turns(Weather::Fair))], vec![]),
        (vec![(5, Turns(Weather::Down)), (11, Turns(Weather::Fair))], vec!["site_broken", "site_recovered"]),
        (vec![(8, Turns(Weather::Wall)), (10, Turns(Weather::Fair))], vec!["site_broken", "site_recovered"]),
        (vec![(8, Turns(Weather::Maintenance)), (12, Turns(Weather::Fair))], vec!["site_broken", "site_recovered"]),
        (vec![(9, Rebuild), (13, Mend)], vec!["site_broken", "site_recovered"]),
        (vec![(9, Rebuild), (10, Publish(9)), (13, Mend)], vec!["site_broken", "new 9", "site_recovered"]),
        (vec![(10, Move)], vec!["redesign 8"]),
        // Its reports are read on different days: the first that is read shows what became of all.
        (
            vec![(3, Publish(9)), (5, Publish(10)), (12, Stamp), (22, Edit(2))],
            vec!["new 9", "new 10", "redesign 7", "edited 2"],
        ),
        (vec![(10, Stamp), (16, Edit(2)), (20, Publish(9))], vec!["redesign 8", "edited 2", "new 9"]),
        // An edit, an outage over its recheck, a new report and one that rolls off.
        (
            vec![
                (3, Edit(7)),
                (4, Turns(Weather::Down)),
                (6, Turns(Weather::Fair)),
                (9, Publish(9)),
                (10, Publish(10)),
                (11, Publish(11)),
            ],
            vec!["edited 7", "new 9", "new 10", "new 11"],
        ),
    ]
}

/// The portals, their site files, and what polls them.
struct Life {
    offices: Vec<Office>,
    day: Arc<AtomicU32>,
    clock: ManualClock,
    network: Network,
    folder: tempfile::TempDir,
    world: World,
}

impl Life {
    fn begin() -> Self {
        let portal = Portal::start();
        let day = Arc::new(AtomicU32::new(1));
        let offices: Vec<Office> = (0..N_OFFICES).map(|n| Office::new(&portal, n, &day)).collect();
        let network = network(&portal, offices.iter().map(|office| office.host.as_str()));
        let clock = ManualClock::new("2026-03-01T01:00:00Z".parse().unwrap());
        let world = world(network.clone(), Store::in_memory().unwrap(), &clock);
        let life = Self { offices, day, clock, network, folder: tempfile::tempdir().unwrap(), world };
        for (n, office) in life.offices.iter().enumerate() {
            life.write(n, "ul.list li");
            office.serve();
        }
        life
    }

    fn write(&self, n: usize, entry: &str) {
        let host = &self.offices[n].host;
        let recheck = if n == RARELY_READ { "96h" } else { "24h" };
        let text = format!(
            "home = \"http://{host}/\"\npace = {{ min_interval = \"0s\" }}\nrecheck = \"{recheck}\"\n\
             [[listing]]\nname = \"通知公告\"\nurl = \"http://{host}/tzgg/\"\nentry = \"{entry}\"\n\
             pages = {{ kind = \"none\" }}\n"
        );
        std::fs::write(self.folder.path().join(format!("{n:02}.toml")), text).unwrap();
    }

    fn act(&mut self, n: usize, act: Act) {
        let office = &mut self.offices[n];
        match act {
            Publish(report) => office.publish(report),
            Edit(report) => office.edit(report),
            Restore(report) => office.restore(report),
            Withdraw(report, way) => office.withdraw(report, way),
            Turns(weather) => office.weather = weather,
            Rebuild => office.template = Template::Second,
            Mend => self.write(n, "div.news-box p.item"),
            Move => office.folder = "zwgk/tzgg",
            Stamp => office.stamp = "本网站已支持互联网协议第六版,欢迎使用无障碍浏览。",
        }
        self.offices[n].cut();
        self.offices[n].serve();
    }

    /// One poll of every site; what is told, by site.
    async fn poll(&self) -> BTreeMap<usize, Vec<String>> {
        let loaded = load_sites(self.folder.path(), &[], &self.network);
        assert!(loaded.mistakes.is_empty(), "{:?}", loaded.mistakes);
        poll_sites(&self.world, &loaded.sites, PollOptions::default()).await.unwrap();
        let owed = self.world.store.owed(STDOUT, None, 1000).await.unwrap();
        let alerts: Vec<_> = owed.iter().map(|(alert, _)| *alert).collect();
        self.world.store.settle(&alerts, self.world.clock.now()).await.unwrap();
        let mut told: BTreeMap<usize, Vec<String>> = BTreeMap::new();
        for (_, event) in owed {
            told.entry(event.site.as_str().parse().unwrap()).or_default().push(word(&event));
        }
        told
    }

    fn pass_a_day(&self) {
        self.day.fetch_add(1, Ordering::Relaxed);
        self.clock.advance(SignedDuration::from_hours(24));
    }
}

/// `event number how count`.
fn word(event: &Event) -> String {
    let number = event.title.as_deref().unwrap_or_default().replace("关于做好第", "").replace("号工作的通知", "");
    let how = event.how.map_or("", |how| how.as_str());
    let count = event.count.filter(|_| event.event == EventKind::Redesign).map_or_else(String::new, |n| n.to_string());
    format!("{} {number} {how} {count}", event.event.as_str()).split_whitespace().collect::<Vec<_>>().join(" ")
}

#[tokio::test]
async fn a_month_of_twenty_portals_is_told_as_it_was_lived() {
    let mut life = Life::begin();
    let script = script();
    assert_eq!(script.len(), N_OFFICES);
    let first = life.poll().await;
    assert!(first.values().all(|told| told == &["baseline"]), "{first:?}");
    assert_eq!(first.len(), N_OFFICES);
    let mut told: BTreeMap<usize, Vec<String>> = BTreeMap::new();
    for day in 2..=DAYS + DAYS_AFTER {
        life.pass_a_day();
        for (n, (acts, _)) in script.iter().enumerate() {
            for (_, act) in acts.iter().filter(|(at, _)| *at == day) {
                life.act(n, *act);
            }
        }
        for (n, words) in life.poll().await {
            told.entry(n).or_default().extend(words);
        }
    }
    for (n, (acts, expected)) in script.iter().enumerate() {
        let told = told.remove(&n).unwrap_or_default();
        assert_eq!(&told, expected, "portal {n}: {acts:?}");
    }
}
