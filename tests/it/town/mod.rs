//! A simulated town: portals of three kinds with as many reports as wanted, every page with new counters, dates and
//! tokens on each request. In: a seed, sizes, mutations. Out: pages, and the site files that read them.

mod listings;
mod pages;
mod text;

use std::collections::BTreeSet;

use jiff::civil::{Date, date};

use text::Writer;

/// How a portal of the town is built.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Build {
    /// UTF-8, `list_2.html` counted from the second page, pinned rows on top of the first page.
    Numbered,
    /// GB18030 that calls itself gb2312, `createPageHTML` with four arguments.
    Script,
    /// Rows in a Hanweb datastore, further rows from its dataproxy.
    Datastore,
}

/// A report of a portal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TownReport {
    /// Its number, unique in the town; part of its URL.
    pub(crate) id: u32,
    /// Its title, unique in the town but for the twins.
    pub(crate) title: String,
    /// 发布日期.
    pub(crate) published: Date,
    /// Its text.
    pub(crate) paragraphs: Vec<String>,
    /// Shown above all others on the first page, wherever its date would put it.
    pub(crate) is_pinned: bool,
}

/// A portal of the town.
#[derive(Debug)]
pub(crate) struct TownSite {
    /// The stem of its site file.
    pub(crate) id: &'static str,
    /// Its name in URLs.
    pub(crate) host: &'static str,
    /// How it is built.
    pub(crate) build: Build,
    /// What it serves and lists, the newest first.
    pub(crate) reports: Vec<TownReport>,
}

/// An answer of the town.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Page {
    /// HTTP status.
    pub(crate) status: u16,
    /// The `Content-Type` header.
    pub(crate) content_type: &'static str,
    /// The body as sent.
    pub(crate) body: Vec<u8>,
}

/// All portals and their common history.
#[derive(Debug)]
pub(crate) struct Town {
    /// Its portals.
    pub(crate) sites: [TownSite; 3],
    writer: Writer,
    n_requests: u64,
}

/// The day of the newest report before anything is published.
const NEWEST: Date = date(2026, 3, 31);
/// Every 97th report of the numbered portal is pinned: a few, and of very different age.
const PINNED_EVERY: usize = 97;

impl Town {
    /// The portals of the big test: 1,000 reports.
    pub(crate) fn new(seed: u64) -> Self {
        Self::of_sizes(seed, [400, 350, 250])
    }

    /// Portals with so many reports each. The 10th report of the first is also the 20th of the second, if both have
    /// as many: the same content at two URLs.
    pub(crate) fn of_sizes(seed: u64, n_reports: [usize; 3]) -> Self {
        let mut writer = Writer::new(seed);
        let mut portal = |id, host, build, n| {
            let mut reports: Vec<TownReport> = (0..n).map(|row| writer.report(day_before(NEWEST, row / 2))).collect();
            if build == Build::Numbered {
                reports.iter_mut().skip(PINNED_EVERY / 2).step_by(PINNED_EVERY).for_each(|r| r.is_pinned = true);
            }
            TownSite { id, host, build, reports }
        };
        let mut sites = [
            portal("town-numbered", "www.numbered.example", Build::Numbered, n_reports[0]),
            portal("town-script", "www.script.example", Build::Script, n_reports[1]),
            portal("town-datastore", "www.datastore.example", Build::Datastore, n_reports[2]),
        ];
        let [first, second, _] = &mut sites;
        if let (Some(original), Some(twin)) = (first.reports.get(9), second.reports.get_mut(19)) {
            twin.title.clone_from(&original.title);
            twin.paragraphs.clone_from(&original.paragraphs);
        }
        Self { sites, writer, n_requests: 0 }
    }

    /// Reports of all portals.
    pub(crate) fn n_reports(&self) -> usize {
        self.sites.iter().map(|site| site.reports.len()).sum()
    }

    /// Names and texts of the site files.
    pub(crate) fn site_files(&self) -> Vec<(String, String)> {
        self.sites.iter().map(|site| (format!("{}.toml", site.id), pages::site_file(site))).collect()
    }

    /// The names of the portals.
    pub(crate) fn hosts(&self) -> Vec<&'static str> {
        self.sites.iter().map(|site| site.host).collect()
    }

    /// The URL of a report.
    pub(crate) fn url(&self, site: usize, report: usize) -> String {
        let site = &self.sites[site];
        format!("http://{}{}", site.host, pages::article_path(site.build, &site.reports[report]))
    }

    /// Changes one figure in the last paragraph of a report; gives its URL.
    pub(crate) fn edit(&mut self, site: usize, report: usize) -> String {
        let edited = &mut self.sites[site].reports[report];
        let last = edited.paragraphs.last_mut().expect("every report has paragraphs");
        *last = text::with_next_figure(last);
        self.url(site, report)
    }

    /// Puts a report on top of a portal; gives its URL.
    pub(crate) fn publish(&mut self, site: usize) -> String {
        let newest = self.sites[site].reports.iter().map(|report| report.published).max().unwrap_or(NEWEST);
        let report = self.writer.report(newest.tomorrow().expect("years before the end of time"));
        self.sites[site].reports.insert(0, report);
        self.url(site, 0)
    }

    /// Takes a report away, row and page; gives its URL and the report, for [`Town::restore`].
    pub(crate) fn withdraw(&mut self, site: usize, report: usize) -> (String, TownReport) {
        let url = self.url(site, report);
        (url, self.sites[site].reports.remove(report))
    }

    /// Puts a report back at this place.
    pub(crate) fn restore(&mut self, site: usize, place: usize, report: TownReport) -> String {
        self.sites[site].reports.insert(place, report);
        self.url(site, place)
    }

    /// Answers a request; `target` is the path with its query. Each answer moves counters, dates and tokens.
    pub(crate) fn answer(&mut self, host: &str, target: &str) -> Page {
        self.n_requests += 1;
        let visit = pages::Visit::new(self.n_requests);
        match self.sites.iter().find(|site| site.host == host) {
            Some(site) => pages::answer(site, target, &visit),
            None => pages::not_found(),
        }
    }
}

fn day_before(day: Date, n_days: usize) -> Date {
    day.saturating_sub(jiff::Span::new().days(i64::try_from(n_days).expect("a town of this size")))
}

#[test]
fn a_thousand_reports_stand_at_a_thousand_urls_and_hold_999_texts() {
    let town = Town::new(7);
    let urls = |site: usize| (0..town.sites[site].reports.len()).map(move |report| (site, report));
    let urls: BTreeSet<String> = (0..3).flat_map(urls).map(|(site, report)| town.url(site, report)).collect();
    let reports = || town.sites.iter().flat_map(|site| &site.reports);
    let texts: BTreeSet<&[String]> = reports().map(|report| report.paragraphs.as_slice()).collect();
    assert_eq!((town.n_reports(), urls.len(), texts.len()), (1000, 1000, 999));
    assert!(reports().all(|report| report.paragraphs.concat().chars().count() >= 200));
}

#[test]
fn every_report_is_listed_on_some_page_and_served_at_its_url() {
    let mut town = Town::of_sizes(7, [120, 45, 45]);
    for site in 0..3 {
        for report in 0..town.sites[site].reports.len() {
            let url = town.url(site, report);
            let host = town.sites[site].host;
            let path = url.strip_prefix(&format!("http://{host}")).expect("its own host").to_owned();
            assert_eq!(town.answer(host, &path).status, 200, "{url}");
            let is_listed = (1..=20).any(|n_page| {
                let page = town.answer(host, &pages::listing_path(&town.sites[site], n_page));
                let file_name = path.rsplit('/').next().expect("a path");
                page.body.windows(file_name.len()).any(|window| window == file_name.as_bytes())
            });
            assert!(is_listed, "{url}");
        }
    }
}

#[test]
fn the_same_page_has_other_bytes_on_each_request_and_the_same_text() {
    let mut town = Town::of_sizes(7, [3, 3, 3]);
    for site in 0..3 {
        let host = town.sites[site].host;
        let path = pages::article_path(town.sites[site].build, &town.sites[site].reports[1]);
        assert_ne!(town.answer(host, &path).body, town.answer(host, &path).body);
    }
    assert_eq!(Town::of_sizes(7, [3, 3, 3]).sites[0].reports, town.sites[0].reports);
}

#[test]
fn an_edit_changes_one_figure() {
    let mut town = Town::of_sizes(7, [3, 3, 3]);
    let before = town.sites[1].reports[2].clone();
    town.edit(1, 2);
    let after = &town.sites[1].reports[2];
    let differing: Vec<(char, char)> = before
        .paragraphs
        .concat()
        .chars()
        .zip(after.paragraphs.concat().chars())
        .filter(|(old, new)| old != new)
        .collect();
    assert!(!differing.is_empty() && differing.len() <= 4);
    assert!(differing.iter().all(|(old, new)| old.is_ascii_digit() && new.is_ascii_digit()));
}
