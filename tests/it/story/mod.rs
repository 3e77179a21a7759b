//! Polls of one small portal over days: a clock that is moved by hand, the real fetcher, the real store in memory.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on shows where")]

mod amiss;
mod articles;
mod back_dated;
mod bounds;
mod broken;
mod columns;
mod dropped;
mod files;
mod files_again;
mod history;
mod lost;
mod moves;
mod older;
mod outages;
mod pictures;
mod rows;
mod rules;
mod to_and_fro;
mod totals;
mod twins;
mod unchanged;
mod waits;
mod walking;
mod withdrawals;

use std::fmt::Write as _;
use std::sync::Arc;

use govwatch::clock::ManualClock;
use govwatch::config::{Network, Site, load_sites};
use govwatch::crawl::{PollOptions, Summary, Thoroughness, World, poll_sites};
use govwatch::error::Class;
use govwatch::model::{Event, FieldName, How, ReportState};
use govwatch::store::{STDOUT, Store};
use jiff::SignedDuration;

use crate::portal::{Portal, Reply};
use crate::world::{network, world};

const HOST: &str = "www.story.example";
const SITE: &str = "home = \"http://www.story.example/\"\npace = { min_interval = \"0s\" }\n";
const LISTING: &str = "[[listing]]\nname = \"通知公告\"\nurl = \"http://www.story.example/tzgg/\"\n\
     entry = \"ul.list li\"\npages = { kind = \"none\" }\n";
const BODY: &str = "现将有关事项通知如下。各乡镇人民政府、县直各部门要高度重视,按照职责分工抓好落实,全年受理行政复议案件15件,\
     办结14件,群众满意度持续提升,有关情况及时报送县司法局,并按规定向社会公开,接受社会监督,确保各项工作取得实效。";

/// The first thirty days of the year.
const DAYS: [&str; 30] = [
    "01-01", "01-02", "01-03", "01-04", "01-05", "01-06", "01-07", "01-08", "01-09", "01-10", "01-11", "01-12",
    "01-13", "01-14", "01-15", "01-16", "01-17", "01-18", "01-19", "01-20", "01-21", "01-22", "01-23", "01-24",
    "01-25", "01-26", "01-27", "01-28", "01-29", "01-30",
];

/// A portal, a site file for it, and everything that polls it.
struct Story {
    portal: Portal,
    clock: ManualClock,
    world: World,
    folder: tempfile::TempDir,
    rows: Vec<(u32, &'static str)>,
}

impl Story {
    /// Reports 1 to 6 are listed, the newest first, and served.
    fn begin() -> Self {
        let portal = Portal::start();
        let clock = ManualClock::new("2026-03-02T02:00:00Z".parse().unwrap());
        let network = network(&portal, [HOST, "story.example", "other.story.example"]);
        let world = world(network, Store::in_memory().unwrap(), &clock);
        let rows = vec![(6, "02-26"), (5, "02-20"), (4, "02-14"), (3, "02-09"), (2, "02-05"), (1, "02-01")];
        let begun = Self { portal, clock, world, folder: tempfile::tempdir().unwrap(), rows };
        (1..=6).for_each(|n| begun.serve(n, &body(n)));
        begun.list();
        begun
    }

    fn serve(&self, n: u32, body: &str) {
        self.portal.page(HOST, &path(n), report(n, body));
    }

    /// Serves the listing with the rows as they are now.
    fn list(&self) {
        self.portal.page(HOST, "/tzgg/", listing(&self.rows));
    }

    /// The same over pages of so many rows.
    fn list_paged(&self, n_rows: usize) {
        for (at, rows) in self.rows.chunks(n_rows).enumerate() {
            let path = if at == 0 { "/tzgg/".to_owned() } else { format!("/tzgg/p{}.html", at + 1) };
            self.portal.page(HOST, &path, listing(rows));
        }
    }

    fn site(&self, text: &str) -> Arc<Site> {
        std::fs::write(self.folder.path().join("story.toml"), text).unwrap();
        let network = Network { allow: vec![], ..Network::default() };
        let mut loaded = load_sites(self.folder.path(), &[], &network);
        assert!(loaded.mistakes.is_empty(), "{:?}", loaded.mistakes);
        loaded.sites.pop().unwrap()
    }

    async fn poll_with(&self, text: &str, thoroughness: Thoroughness) -> (Summary, Vec<Event>) {
        self.poll_by(text, PollOptions { thoroughness, ..PollOptions::default() }).await
    }

    async fn poll_by(&self, text: &str, options: PollOptions) -> (Summary, Vec<Event>) {
        let summary = poll_sites(&self.world, &[self.site(text)], options).await.unwrap();
        let (alerts, events): (Vec<_>, Vec<_>) =
            self.world.store.owed(STDOUT, None, 1000).await.unwrap().into_iter().unzip();
        self.world.store.settle(&alerts, self.world.clock.now()).await.unwrap();
        (summary, events)
    }

    /// What a poll tells, as `event title-number`.
    async fn told(&self) -> Vec<String> {
        words(&self.poll_with(&usual(), Thoroughness::News).await.1)
    }

    fn pass(&self, hours: i64) {
        self.clock.advance(SignedDuration::from_hours(hours));
    }
}

fn usual() -> String {
    format!("{SITE}{LISTING}")
}

/// A page with these rows.
fn listing(rows: &[(u32, &str)]) -> String {
    let mut list = String::new();
    for (n, day) in rows {
        write!(list, "<li><a href=\"{}\">{}</a><span>2026-{day}</span></li>", path(*n), title(*n)).unwrap();
    }
    format!("<html><body><ul class=\"list\">{list}</ul></body></html>")
}

fn path(n: u32) -> String {
    format!("/tzgg/2026/{n}.html")
}

fn title(n: u32) -> String {
    format!("关于做好第{n}号工作的通知")
}

fn body(n: u32) -> String {
    format!("{BODY}本通知为第{n}号。")
}

fn report(n: u32, body: &str) -> String {
    format!(
        "<html><head><title>{0}</title></head><body><div class=\"crumb\">当前位置:首页 &gt; 通知公告</div>\
         <h1>{0}</h1><div class=\"info\">发布时间:2026-02-{n:02} 来源:县司法局</div>\
         <div class=\"TRS_Editor\"><p>{body}</p><p>{body}</p></div></body></html>",
        title(n)
    )
}

fn words(events: &[Event]) -> Vec<String> {
    let number = |event: &Event| {
        event.title.as_deref().unwrap_or_default().replace("关于做好第", "").replace("号工作的通知", "")
    };
    let mut words: Vec<String> =
        events.iter().map(|event| format!("{} {}", event.event.as_str(), number(event)).trim().to_owned()).collect();
    words.sort();
    words
}

/// The events of polls every `hours`, each with the number of its poll from 1.
async fn events_each(story: &Story, text: &str, (n_polls, hours): (u32, i64)) -> Vec<(u32, Event)> {
    let mut told = Vec::new();
    for poll in 1..=n_polls {
        story.pass(hours);
        told.extend(story.poll_with(text, Thoroughness::News).await.1.into_iter().map(|event| (poll, event)));
    }
    told
}

/// The same in words, in their order.
async fn told_each(story: &Story, text: &str, every: (u32, i64)) -> Vec<(u32, String)> {
    let events = events_each(story, text, every).await;
    let mut told: Vec<_> =
        events.iter().map(|(poll, event)| (*poll, words(std::slice::from_ref(event)).concat())).collect();
    told.sort();
    told
}

const NOTHING: [String; 0] = [];
