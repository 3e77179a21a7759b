//! An office with a portal that can be built anew, its site file, and everything that polls and repairs it.

use std::cell::Cell;
use std::sync::Arc;

use clap::Parser as _;
use govwatch::change::canonical::canonical;
use govwatch::cli::{Cli, Command, Context, Out, repair};
use govwatch::clock::ManualClock;
use govwatch::config::{Network, Settings, Site, load_sites};
use govwatch::crawl::{PollOptions, Thoroughness, World, poll_sites};
use govwatch::model::{Event, Report, SiteStatus};
use govwatch::page::listing::{self, ListingRead};
use govwatch::page::tree::Tree;
use govwatch::page::{ReadRules, decode, extract};
use govwatch::store::{Filter, STDOUT, Store};
use jiff::SignedDuration;
use jiff::civil::Date;
use serde_json::Value;
use url::Url;

use super::templates::{self, Template};
use crate::portal::{Portal, Reply};
use crate::world::{network, world};

pub(super) const HOST: &str = "www.office.example";
const SITE: &str = "# the office of law\nhome = \"http://www.office.example/\"\npace = { min_interval = \"0s\" }\n\n\
     [[listing]]\nname = \"通知公告\"\nurl = \"http://www.office.example/tzgg/\"\nentry = \"ul.list li\"\ndate = \"span::text\"  # the last column\n\
     pages = { kind = \"numbered\", pattern = \"p{n}.html\", first = 2 }\n\n\
     [report]\ntitle = \"h1::text\"\nbody = \"div.TRS_Editor\"\npublished = \".info::text\"\n";

/// Rows of a page.
pub(super) const PAGE: usize = 12;

pub(super) struct Office {
    pub(super) portal: Portal,
    pub(super) world: World,
    clock: ManualClock,
    folder: tempfile::TempDir,
    network: Network,
    template: Cell<Template>,
    n_reports: Cell<usize>,
}

impl Office {
    /// So many reports are listed, the newest first, twelve a page, and served.
    pub(super) fn begin(n_reports: usize) -> Self {
        Self::begin_by(n_reports, SITE)
    }

    /// The same without selectors for reports: they are read automatically.
    pub(super) fn begin_unnamed(n_reports: usize) -> Self {
        let (listing, _) = SITE.split_once("[report]").unwrap();
        Self::begin_by(n_reports, listing)
    }

    /// The same with two listings of one address, told apart by what is posted: reports of odd and of even numbers.
    pub(super) fn begin_posted(n_reports: usize) -> Self {
        let (head, report) = (SITE.split_once("[[listing]]").unwrap().0, SITE.split_once("[report]").unwrap().1);
        let listing = |name: &str, column: usize| {
            format!(
                "[[listing]]\nname = \"{name}\"\nurl = \"http://{HOST}/rows/\"\npost = \"column={column}\"\n\
                 entry = \"ul.list li\"\ndate = \"span::text\"\npages = {{ kind = \"none\" }}\n\n"
            )
        };
        let listings = listing("单号", 1) + &listing("双号", 0);
        Self::begin_by(n_reports, &format!("{head}{listings}[report]{report}"))
    }

    fn begin_by(n_reports: usize, site: &str) -> Self {
        let portal = Portal::start();
        let clock = ManualClock::new("2026-03-02T02:00:00Z".parse().unwrap());
        let network = network(&portal, [HOST]);
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("sites")).unwrap();
        std::fs::write(folder.path().join("sites/office.toml"), site).unwrap();
        let store = Store::open(&folder.path().join("state")).unwrap();
        let world = world(network.clone(), store, &clock);
        let (template, n_reports) = (Cell::new(Template::Old), Cell::new(n_reports));
        let office = Self { portal, world, clock, folder, network, template, n_reports };
        office.build(Template::Old);
        office
    }

    /// Serves everything in this template; addresses of the one before lead nowhere where they are others.
    pub(super) fn build(&self, template: Template) {
        let former = self.template.replace(template);
        for n in 1..=self.n_reports() {
            if former.path(n) != template.path(n) {
                self.portal.remove(HOST, &former.path(n));
            }
            self.portal.page(HOST, &template.path(n), template.report(n));
        }
        let rows: Vec<usize> = (1..=self.n_reports()).rev().collect();
        self.list(&rows);
        self.portal.answer(HOST, "/rows/", move |ask| {
            let column = usize::from(ask.body == "column=1");
            let of_column: Vec<usize> = rows.iter().copied().filter(|n| n % 2 == column).collect();
            Reply::html(template.listing(&of_column, 1, 1))
        });
    }

    /// Lists these reports in the present template.
    pub(super) fn list(&self, rows: &[usize]) {
        let n_pages = rows.len().div_ceil(PAGE).max(1);
        for n_page in 1..=n_pages {
            let of_page = rows.chunks(PAGE).nth(n_page - 1).unwrap_or_default();
            let template = self.template();
            self.portal.page(HOST, &template.listing_path(n_page), template.listing(of_page, n_page, n_pages));
        }
    }

    /// One report more.
    pub(super) fn publish(&self) {
        self.n_reports.set(self.n_reports() + 1);
        self.build(self.template());
    }

    pub(super) fn template(&self) -> Template {
        self.template.get()
    }

    pub(super) fn n_reports(&self) -> usize {
        self.n_reports.get()
    }

    pub(super) fn pass(&self, hours: i64) {
        self.clock.advance(SignedDuration::from_hours(hours));
    }

    pub(super) fn until(&self, instant: &str) {
        let then = instant.parse::<jiff::Timestamp>().unwrap();
        self.clock.advance(then.duration_since(self.world.clock.now()));
    }

    /// The site file.
    pub(super) fn text(&self) -> String {
        self.file("office.toml")
    }

    /// A file of the folder of site files.
    pub(super) fn file(&self, name: &str) -> String {
        std::fs::read_to_string(self.folder.path().join("sites").join(name)).unwrap()
    }

    /// A person changes the site file.
    pub(super) fn write(&self, text: &str) {
        std::fs::write(self.folder.path().join("sites/office.toml"), text).unwrap();
    }

    pub(super) fn site(&self) -> Arc<Site> {
        let mut loaded = load_sites(&self.folder.path().join("sites"), &[], &self.network);
        assert!(loaded.mistakes.is_empty(), "{:?}", loaded.mistakes);
        loaded.sites.pop().unwrap()
    }

    /// What a poll tells.
    pub(super) async fn poll(&self) -> Vec<Event> {
        self.poll_with(Thoroughness::News).await
    }

    pub(super) async fn poll_full(&self) -> Vec<Event> {
        self.poll_with(Thoroughness::Full).await
    }

    async fn poll_with(&self, thoroughness: Thoroughness) -> Vec<Event> {
        let options = PollOptions { thoroughness, ..PollOptions::default() };
        poll_sites(&self.world, &[self.site()], options).await.unwrap();
        let (alerts, events): (Vec<_>, Vec<_>) =
            self.world.store.owed(STDOUT, None, 1000).await.unwrap().into_iter().unzip();
        self.world.store.settle(&alerts, self.world.clock.now()).await.unwrap();
        events
    }

    pub(super) async fn status(&self) -> SiteStatus {
        self.world.store.statuses(&[self.site().id.clone()]).await.unwrap().pop().unwrap()
    }

    pub(super) async fn reports(&self) -> Vec<Report> {
        let mut reports = self.world.store.reports(Filter { limit: 1000, ..Filter::default() }).await.unwrap();
        reports.sort_by_key(|report| report.report);
        reports
    }

    /// A person takes the pages as right.
    pub(super) async fn accept(&self) -> i32 {
        self.run(&["--accept"]).await.0
    }

    /// Runs the command; gives its exit code and the object that it prints.
    pub(super) async fn repair(&self, flags: &[&str]) -> (i32, Value) {
        let (exit, written) = self.run(flags).await;
        (exit, serde_json::from_str(&written).unwrap_or_else(|_| panic!("no JSON: {written}")))
    }

    async fn run(&self, flags: &[&str]) -> (i32, String) {
        let (sites, state) = (self.folder.path().join("sites"), self.folder.path().join("state"));
        let (sites, state) = (sites.display().to_string(), state.display().to_string());
        let given = ["govwatch", "--json", "--sites", &sites, "--state", &state, "repair", "office"];
        let cli = Cli::parse_from(given.iter().chain(flags));
        let Command::Repair(args) = cli.command else { panic!("another command") };
        let context = Context { global: cli.global, out: Out::memory() };
        let settings = Settings { network: self.network.clone(), ..Settings::default() };
        let exit = repair::run(&context, &settings, &args).await.unwrap();
        (exit as i32, context.out.written())
    }

    /// Rows of all pages that the site file, as it is, reads with their address, title and date.
    pub(super) fn rows_read_right(&self) -> usize {
        let (site, template) = (self.site(), self.template());
        let (rule, today) = (&site.listings[0], Date::constant(2026, 3, 10));
        let rows: Vec<usize> = (1..=self.n_reports()).rev().collect();
        let n_pages = rows.len().div_ceil(PAGE);
        let read = |(at, of_page): (usize, &[usize])| {
            let n_page = u32::try_from(at + 1).unwrap();
            let page_url = absolute(&template.listing_path(at + 1));
            let html = template.listing(of_page, at + 1, n_pages);
            let decoded = decode::text(html.as_bytes(), Some("text/html; charset=utf-8"), None);
            let tree = Tree::parse(&decoded.text).unwrap();
            let (zone, first_url) = (&site.timezone, &rule.url);
            let read = ListingRead {
                rule: Some(rule),
                family: None,
                zone,
                first_url,
                page_url: &page_url,
                post: None,
                n_page,
                today,
            };
            let entries = listing::page(&tree, &decoded, &read).unwrap().entries;
            let is_right = |n: &&usize| {
                let url = canonical(&absolute(&template.path(**n)));
                entries.iter().any(|entry| {
                    let day = entry.date.map(|date| date.date().to_string());
                    canonical(&entry.url) == url
                        && entry.title == templates::title(**n)
                        && day == Some(templates::day(**n))
                })
            };
            let n_right = of_page.iter().filter(is_right).count();
            // A row too many is as wrong as one too few.
            n_right.saturating_sub(entries.len().saturating_sub(of_page.len()))
        };
        rows.chunks(PAGE).enumerate().map(read).sum()
    }

    /// Reports that the site file, as it is, reads with their title, text and date.
    pub(super) fn reports_read_right(&self) -> usize {
        let (site, template) = (self.site(), self.template());
        let is_right = |n: &usize| {
            let html = template.report(*n);
            let decoded = decode::text(html.as_bytes(), Some("text/html; charset=utf-8"), None);
            let tree = Tree::parse(&decoded.text).unwrap();
            let url = absolute(&template.path(*n));
            let rules = ReadRules {
                url: Some(&url),
                zone: &site.timezone,
                site: Some(&site.report),
                family: None,
                min_body_chars: 0,
            };
            let read = extract::document(&tree, &decoded, &rules);
            let day = read.published.map(|date| date.date().to_string());
            read.title.as_deref() == Some(&templates::title(*n))
                && read.text() == templates::paragraphs(*n).join("\n")
                && day == Some(templates::day(*n))
        };
        (1..=self.n_reports()).filter(is_right).count()
    }
}

fn absolute(path: &str) -> Url {
    Url::parse(&format!("http://{HOST}{path}")).unwrap()
}

/// Events as `event number`, sorted.
pub(super) fn words(events: &[Event]) -> Vec<String> {
    let number = |event: &Event| -> String {
        event.title.as_deref().unwrap_or_default().chars().filter(char::is_ascii_digit).collect()
    };
    let mut words: Vec<String> =
        events.iter().map(|event| format!("{} {}", event.event.as_str(), number(event)).trim().to_owned()).collect();
    words.sort();
    words
}
