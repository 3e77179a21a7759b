//! Polls of one small portal over days: a clock that is moved by hand, the real fetcher, the real store in memory.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on shows where")]

mod amiss;
mod articles;
mod back_dated;
mod bounds;
mod columns;
mod files;
mod files_again;
mod history;
mod lost;
mod moves;
mod older;
mod pictures;
mod rules;
mod to_and_fro;
mod totals;
mod twins;
mod unchanged;
mod waits;
mod walking;

use std::fmt::Write as _;
use std::sync::Arc;

use govwatch::clock::{Clock, ManualClock};
use govwatch::config::{Allowed, Network, Site, load_sites};
use govwatch::crawl::{Interrupt, Parser, PollOptions, Progress, Summary, Thoroughness, World, poll_sites};
use govwatch::error::Class;
use govwatch::fetch::{Fetcher, Hosts, Recognise, Sandbox};
use govwatch::model::{Event, FieldName, How, ReportState};
use govwatch::store::{STDOUT, Store};
use jiff::SignedDuration;

use crate::portal::{Portal, Reply};

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
        let allow = vec![Allowed { net: "127.0.0.1/32".parse().unwrap(), port: None }];
        let network = Network {
            allow,
            resolve: portal.resolve([HOST, "story.example", "other.story.example"]),
            ..Network::default()
        };
        let (store, now) = (Store::in_memory().unwrap(), Clock::Manual(clock.clone()));
        let fetcher = Fetcher::new(network, None, Hosts::Store(store.clone()), now.clone()).unwrap();
        let world = World {
            store,
            fetcher,
            clock: now,
            parser: Parser::new(2),
            sandbox: Sandbox::new(env!("CARGO_BIN_EXE_govwatch").into(), Recognise::Never),
            interrupt: Interrupt::default(),
            progress: Progress::default(),
        };
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

const NOTHING: [String; 0] = [];

#[tokio::test]
async fn a_withdrawal_is_told_after_three_polls_over_a_day_and_not_before() {
    let mut story = Story::begin();
    assert_eq!(story.told().await, ["baseline"]);
    story.rows.retain(|(n, _)| *n != 4);
    story.list();
    story.portal.remove(HOST, &path(4));
    for hours in [1, 10, 10] {
        story.pass(hours);
        assert_eq!(story.told().await, NOTHING);
    }
    story.pass(10);
    let (summary, events) = story.poll_with(&usual(), Thoroughness::News).await;
    assert_eq!(words(&events), ["withdrawn 4"]);
    assert_eq!((events[0].how, summary.counts.withdrawn), (Some(How::Gone), 1));
    story.pass(10);
    assert_eq!(story.told().await, NOTHING);
}

#[tokio::test]
async fn a_night_of_maintenance_is_no_withdrawal() {
    let story = Story::begin();
    story.told().await;
    story.pass(30);
    for n in 1..=6 {
        story.portal.serve(HOST, &path(n), Reply::status(503));
    }
    assert_eq!(story.told().await, NOTHING);
    (1..=6).for_each(|n| story.serve(n, &body(n)));
    story.pass(30);
    assert_eq!(story.told().await, NOTHING);
}

#[tokio::test]
async fn a_report_that_is_served_and_no_longer_listed_is_told_as_delisted_and_back_when_it_is_listed_again() {
    let mut story = Story::begin();
    story.told().await;
    let rows = story.rows.clone();
    story.rows.retain(|(n, _)| *n != 3);
    story.list();
    for _ in 0..3 {
        story.pass(11);
        assert_eq!(story.told().await, NOTHING);
    }
    story.pass(11);
    let (_, events) = story.poll_with(&usual(), Thoroughness::News).await;
    assert_eq!((words(&events), events[0].how), (vec!["withdrawn 3".to_owned()], Some(How::Delisted)));
    story.pass(24 * 40);
    assert_eq!(story.told().await, NOTHING, "that it is served is no sign that it is back");
    story.rows = rows;
    story.list();
    assert_eq!(story.told().await, ["restored 3"]);
    assert_eq!(story.told().await, NOTHING);
}

#[tokio::test]
async fn rows_that_roll_off_a_short_listing_are_nothing() {
    let mut story = Story::begin();
    story.told().await;
    for (n, day) in [(7, "03-02"), (8, "03-03"), (9, "03-04")] {
        story.serve(n, &body(n));
        story.rows.insert(0, (n, day));
        story.rows.truncate(6);
        story.list();
        story.pass(24);
        assert_eq!(story.told().await, [format!("new {n}")]);
    }
    story.pass(24 * 10);
    assert_eq!(story.told().await, NOTHING);
}

#[tokio::test]
async fn other_rules_of_our_own_are_a_silent_baseline() {
    let story = Story::begin();
    story.told().await;
    // The second paragraph, which repeats the first, is left out from now on.
    let other = format!("{}[report]\nbody = \"div.TRS_Editor p:first-child\"\n", usual());
    let (summary, events) = story.poll_with(&other, Thoroughness::Full).await;
    assert_eq!((words(&events), summary.counts.unchanged), (vec![], 6));
    story.serve(2, &body(2).replace("14件", "13件"));
    assert_eq!(words(&story.poll_with(&other, Thoroughness::Full).await.1), ["edited 2"]);
}

#[tokio::test]
async fn a_wall_ends_the_poll_and_changes_nothing() {
    let story = Story::begin();
    story.told().await;
    story.portal.page(HOST, "/tzgg/", "<html><script>var $_ts=window['$_ts'];</script></html>");
    let (summary, events) = story.poll_with(&usual(), Thoroughness::Full).await;
    assert_eq!((words(&events), events[0].class.as_deref()), (vec!["site_broken".to_owned()], Some("blocked")));
    assert_eq!(summary.failures[0].class, Class::Blocked);
    story.list();
    story.pass(24);
    assert_eq!(story.told().await, ["site_recovered"]);
}

#[tokio::test]
async fn a_listing_that_holds_nothing_any_more_is_broken_and_not_empty() {
    let story = Story::begin();
    story.told().await;
    story.portal.page(HOST, "/tzgg/", "<html><body><div class=\"other\">改版</div></body></html>");
    let (summary, events) = story.poll_with(&usual(), Thoroughness::News).await;
    assert_eq!((words(&events), summary.failures[0].class), (vec!["site_broken".to_owned()], Class::Layout));
    let reason = &summary.failures[0].reason;
    assert!(reason.contains("govwatch repair") && !reason.contains("may_be_empty"), "{reason}");
}

#[tokio::test]
async fn a_redesign_does_not_hide_behind_a_listing_that_is_slow() {
    let story = Story::begin();
    let both = format!("{}{}", usual(), LISTING.replace("通知公告", "政策文件").replace("/tzgg/", "/zcwj/"));
    story.portal.page(
        HOST,
        "/zcwj/",
        format!("<ul class=\"list\"><li><a href=\"{}\">{}</a></li></ul>", path(6), title(6)),
    );
    story.poll_with(&both, Thoroughness::News).await;
    story.portal.serve(HOST, "/tzgg/", Reply::status(500));
    story.portal.page(HOST, "/zcwj/", "<html><body><div class=\"other\">改版</div></body></html>");
    story.pass(1);
    let (summary, events) = story.poll_with(&both, Thoroughness::News).await;
    assert_eq!((words(&events), summary.failures[0].class), (vec!["site_broken".to_owned()], Class::Layout));
    assert!(summary.failures[0].reason.contains("政策文件"), "{}", summary.failures[0].reason);
}

#[tokio::test]
async fn a_row_whose_page_is_missing_is_asked_again_until_it_is_there() {
    let mut story = Story::begin();
    story.told().await;
    story.rows.insert(0, (7, "03-01"));
    story.list();
    let (summary, events) = story.poll_with(&usual(), Thoroughness::News).await;
    assert_eq!((words(&events), summary.failures.len(), summary.counts.suspect), (vec![], 0, 1));
    story.serve(7, &body(7));
    story.pass(1);
    assert_eq!(story.told().await, ["new 7"]);
}

#[tokio::test]
async fn a_row_that_leads_to_another_host_is_told_by_what_the_row_shows() {
    let mut story = Story::begin();
    story.told().await;
    story.rows.insert(0, (7, "03-01"));
    story.list();
    let text = "<ul class=\"list\"><li><a href=\"https://mp.weixin.example/s/1\">关于做好第8号工作的通知</a>\
                <span>2026-03-01</span></li></ul>";
    story.portal.page(HOST, "/tzgg/", text);
    let (_, events) = story.poll_with(&usual(), Thoroughness::News).await;
    assert_eq!(words(&events), ["new 8"]);
    assert_eq!(events[0].published.unwrap().to_string(), "2026-03-01");
    assert!(story.portal.asks().iter().all(|ask| ask.host == HOST));
}

#[tokio::test]
async fn rows_that_a_pattern_leaves_out_are_no_news_when_the_pattern_goes() {
    let mut story = Story::begin();
    let only = format!("{}include = \"第[1-3]号\"\n", usual());
    let (summary, _) = story.poll_with(&only, Thoroughness::News).await;
    assert_eq!(summary.counts.baseline, 3);
    story.rows.insert(0, (7, "03-01"));
    story.serve(7, &body(7));
    story.list();
    assert_eq!(words(&story.poll_with(&only, Thoroughness::News).await.1), NOTHING);
    let (summary, events) = story.poll_with(&usual(), Thoroughness::Full).await;
    assert_eq!((words(&events), summary.counts.baseline), (vec![], 4));
    story.pass(24 * 3);
    assert_eq!(words(&story.poll_with(&only, Thoroughness::Full).await.1), NOTHING, "left out is not delisted");
}

#[tokio::test]
async fn a_notice_that_robots_forbid_is_told_by_its_row_and_never_asked_for() {
    let mut story = Story::begin();
    story.told().await;
    story.portal.robots(HOST, "User-agent: *\nDisallow: /tzgg/2026/7.html\n", &["/tzgg/2026/7.html"]);
    story.pass(48);
    story.rows.insert(0, (7, "03-01"));
    story.serve(7, &body(7));
    story.list();
    assert_eq!(story.told().await, ["new 7"]);
    assert!(story.portal.asked(HOST, &path(7)).is_empty());
}

#[tokio::test]
async fn a_report_that_leads_to_the_home_page_is_withdrawn_and_says_how() {
    let story = Story::begin();
    story.told().await;
    story.portal.page(HOST, "/", "<html><body><h1>首页</h1></body></html>");
    story.portal.serve(HOST, &path(1), Reply::redirect("/"));
    let mut told = Vec::new();
    for _ in 0..5 {
        story.pass(24);
        told.extend(story.poll_with(&usual(), Thoroughness::Full).await.1);
    }
    assert_eq!(words(&told), ["withdrawn 1"]);
    assert_eq!(told[0].how, Some(How::DeadLink), "it is still listed");
}

#[tokio::test]
async fn a_portal_that_asks_for_a_pause_is_left_alone_and_not_called_broken() {
    let story = Story::begin();
    story.told().await;
    story.portal.serve(HOST, "/tzgg/", Reply::status(429).with("Retry-After", "7200"));
    assert_eq!(story.told().await, ["site_broken"], "the first refusal is told");
    story.list();
    let n_asks = story.portal.asks().len();
    story.pass(1);
    let (summary, events) = story.poll_with(&usual(), Thoroughness::News).await;
    assert_eq!((words(&events), summary.failures.len(), summary.held.len()), (vec![], 0, 1));
    assert_eq!(story.portal.asks().len(), n_asks, "not before the two hours are over");
    story.pass(2);
    assert_eq!(story.told().await, ["site_recovered"]);
}

#[tokio::test]
async fn an_outage_of_the_whole_portal_withdraws_nothing() {
    let story = Story::begin();
    story.told().await;
    let gone =
        || Reply { body: "<html><title>404</title><body>找不到页面</body></html>".into(), ..Reply::status(404) };
    story.portal.serve(HOST, "/tzgg/", gone());
    (1..=6).for_each(|n| story.portal.serve(HOST, &path(n), gone()));
    let mut told = Vec::new();
    for _ in 0..6 {
        story.pass(30);
        told.extend(words(&story.poll_with(&usual(), Thoroughness::Full).await.1));
    }
    assert_eq!(told, ["site_broken"]);
    story.list();
    (1..=6).for_each(|n| story.serve(n, &body(n)));
    story.pass(30);
    assert_eq!(story.told().await, ["site_recovered"]);
}

#[tokio::test]
async fn one_dead_row_neither_breaks_the_site_nor_holds_back_the_others() {
    let mut story = Story::begin();
    story.told().await;
    for (n, day) in [(7, "03-01"), (8, "03-02"), (9, "03-03")] {
        story.rows.insert(0, (n, day));
    }
    story.list();
    story.serve(7, &body(7));
    story.serve(8, &body(8));
    story.portal.serve(HOST, &path(9), Reply::status(403));
    assert_eq!(story.told().await, ["new 7", "new 8"]);
    for _ in 0..4 {
        story.pass(5);
        let (summary, events) = story.poll_with(&usual(), Thoroughness::News).await;
        assert_eq!((words(&events), summary.failures.len()), (vec![], 0));
    }
}

#[tokio::test]
async fn a_recheck_that_failed_is_tried_again_at_the_next_poll() {
    let story = Story::begin();
    story.told().await;
    story.pass(30);
    story.portal.serve(HOST, &path(4), Reply::status(500));
    assert_eq!(story.told().await, NOTHING);
    story.serve(4, &body(4).replace("15件", "9件"));
    story.pass(1);
    assert_eq!(story.told().await, ["edited 4"]);
}

#[tokio::test]
async fn pages_that_a_script_fills_from_now_on_are_not_passed_over_in_silence() {
    let story = Story::begin();
    story.told().await;
    (1..=6).for_each(|n| story.portal.page(HOST, &path(n), "<html><body><div id=\"app\"></div></body></html>"));
    story.pass(30);
    let (summary, events) = story.poll_with(&usual(), Thoroughness::News).await;
    assert_eq!((words(&events), summary.failures[0].class), (vec!["site_broken".to_owned()], Class::Layout));
    assert!(summary.failures[0].reason.contains("6 of 6 reports"), "{}", summary.failures[0].reason);
}

#[tokio::test]
async fn selectors_that_find_nothing_any_more_are_told_and_no_edit_is() {
    let story = Story::begin();
    let own = format!("{}[report]\nbody = \"div.text-of-the-old-template\"\n", usual());
    let (summary, events) = story.poll_with(&own, Thoroughness::News).await;
    assert_eq!(words(&events), ["baseline", "site_broken"]);
    assert!(summary.failures[0].reason.contains("[report]"), "{}", summary.failures[0].reason);
}

#[tokio::test]
async fn a_listing_that_leads_to_the_home_page_gives_no_rows() {
    let story = Story::begin();
    story.told().await;
    let home = "<html><body><ul class=\"list\"><li><a href=\"/x/1.html\">关于做好第99号工作的通知</a><span>2026-03-01</span></li></ul></body></html>";
    story.portal.page(HOST, "/", home);
    story.portal.serve(HOST, "/tzgg/", Reply::redirect("/"));
    assert_eq!(story.told().await, ["site_broken"]);
}

#[tokio::test]
async fn a_portal_that_owes_hundreds_of_reports_is_read_whole_newest_first_and_each_once() {
    let mut story = Story::begin();
    // More than are loaded at once, and one that fails among them.
    for n in 100..300 {
        story.serve(n, &body(n));
        story.rows.push((n, "01-05"));
    }
    story.portal.serve(HOST, &path(150), Reply::status(500));
    story.list();
    let (summary, _) = story.poll_with(&usual(), Thoroughness::News).await;
    assert_eq!(summary.counts.baseline, 205, "all but the one that failed");
    let asked = |n: &u32| story.portal.asked(HOST, &path(*n)).len() == 1;
    assert_eq!((100..300).filter(asked).count(), 200);
    let all: Vec<String> = story.portal.asks().into_iter().map(|ask| ask.path).collect();
    let place = |n: u32| all.iter().position(|asked| *asked == path(n)).unwrap();
    assert!(place(1) < place(100) && place(100) < place(299), "newest first, then as they are listed");
}

#[tokio::test]
async fn a_maintenance_page_is_no_first_revision() {
    let mut story = Story::begin();
    story.told().await;
    story.rows.insert(0, (7, "03-01"));
    story.list();
    story.portal.page(
        HOST,
        &path(7),
        "<html><title>系统维护</title><body><p>系统维护中,请稍后访问。</p></body></html>",
    );
    assert_eq!(story.told().await, NOTHING);
    story.serve(7, &body(7));
    story.pass(1);
    assert_eq!(story.told().await, ["new 7"]);
}

#[tokio::test]
async fn a_row_that_the_portal_renames_into_the_pattern_is_new() {
    let story = Story::begin();
    let only = format!("{}include = \"已修订\"\nexclude = \"\"\n[expect]\nmay_be_empty = true\n", usual());
    story.poll_with(&only, Thoroughness::News).await;
    let list = "<ul class=\"list\"><li><a href=\"/tzgg/2026/6.html\">关于做好第6号工作的通知(已修订)</a><span>2026-02-26</span></li></ul>";
    story.portal.page(HOST, "/tzgg/", list);
    assert_eq!(story.poll_with(&only, Thoroughness::News).await.1.len(), 1);
}

#[tokio::test]
async fn a_row_of_another_host_that_says_something_else_is_an_edit() {
    let story = Story::begin();
    let row = |title: &str| {
        format!(
            "<ul class=\"list\"><li><a href=\"https://mp.weixin.example/s/1\">{title}</a><span>2026-03-01</span></li></ul>"
        )
    };
    story.portal.page(HOST, "/tzgg/", row("关于做好第8号工作的通知"));
    story.told().await;
    story.portal.page(HOST, "/tzgg/", row("关于做好第8号工作的通知(已废止)"));
    let (_, events) = story.poll_with(&usual(), Thoroughness::News).await;
    assert_eq!((events.len(), &events[0].fields[..]), (1, &[FieldName::Title][..]));
    assert_eq!(story.told().await, NOTHING);
}

#[tokio::test]
async fn pins_that_fill_the_first_page_withdraw_nothing() {
    let mut story = Story::begin();
    let paged = format!("{SITE}{LISTING}").replace("\"none\"", "\"numbered\", pattern = \"p{n}.html\", first = 2");
    story.rows = (1..=30).rev().map(|n| (n, DAYS[n as usize - 1])).collect();
    (1..=60).for_each(|n| story.serve(n, &body(n)));
    story.list_paged(12);
    story.poll_with(&paged, Thoroughness::News).await;
    // Twelve older reports are put on top, in the order of their dates: they fill the first page.
    let pins = (41..=52).rev().map(|n| (n, DAYS[n as usize - 41]));
    story.rows.splice(0..0, pins);
    story.list_paged(12);
    let mut told = Vec::new();
    for _ in 0..6 {
        story.pass(30);
        told.extend(words(&story.poll_with(&paged, Thoroughness::News).await.1));
    }
    assert_eq!(told.len(), 12, "{told:?}");
    assert!(told.iter().all(|word| word.starts_with("new ")), "{told:?}");
}

#[tokio::test]
async fn an_error_page_that_stands_for_days_is_no_edit() {
    let story = Story::begin();
    story.told().await;
    for n in 1..=6 {
        story.portal.page(
            HOST,
            &path(n),
            "<html><head><title>系统维护</title></head><body><h1>系统维护中</h1></body></html>",
        );
    }
    let mut told = Vec::new();
    for _ in 0..5 {
        story.pass(26);
        told.extend(words(&story.poll_with(&usual(), Thoroughness::Full).await.1));
    }
    assert_eq!(told, ["site_broken"]);
    (1..=6).for_each(|n| story.serve(n, &body(n)));
    story.pass(48);
    assert_eq!(words(&story.poll_with(&usual(), Thoroughness::Full).await.1), ["site_recovered"]);
}

#[tokio::test]
async fn a_host_that_the_site_file_names_later_is_read_in_silence() {
    let story = Story::begin();
    let portal = &story.portal;
    portal.page(HOST, "/tzgg/", "<ul class=\"list\"><li><a href=\"http://other.story.example/8.html\">关于做好第8号工作的通知</a><span>2026-03-01</span></li></ul>");
    portal.page("other.story.example", "/8.html", report(8, &body(8)));
    story.told().await;
    let named = usual().replace("[[listing]]", "[fetch]\nhosts = [\"other.story.example\"]\n[[listing]]");
    assert_eq!(words(&story.poll_with(&named, Thoroughness::Full).await.1), NOTHING);
    portal.page("other.story.example", "/8.html", report(8, &body(8).replace("15件", "9件")));
    assert_eq!(words(&story.poll_with(&named, Thoroughness::Full).await.1), ["edited 8"]);
}

#[tokio::test]
async fn a_row_that_vanished_from_the_first_of_many_pages_is_looked_for_on_all_and_then_told() {
    let mut story = Story::begin();
    let paged = format!("{SITE}{LISTING}").replace("\"none\"", "\"numbered\", pattern = \"p{n}.html\", first = 2");
    story.rows = (1..=30).rev().map(|n| (n, DAYS[n as usize - 1])).collect();
    (1..=30).for_each(|n| story.serve(n, &body(n)));
    story.list_paged(15);
    story.poll_with(&paged, Thoroughness::News).await;
    story.rows.retain(|(n, _)| *n != 25);
    story.portal.forget();
    story.list_paged(15);
    let mut told = Vec::new();
    for _ in 0..6 {
        story.pass(11);
        told.extend(story.poll_with(&paged, Thoroughness::News).await.1);
    }
    assert_eq!((words(&told), told[0].how), (vec!["withdrawn 25".to_owned()], Some(How::Delisted)));
    let n_second_page = story.portal.asked(HOST, "/tzgg/p2.html").len();
    assert!((3..6).contains(&n_second_page), "the second page was asked for {n_second_page} times");
}
