//! What there is in the country: sites, their columns and reports, each computed from the seed when it is asked for.
//!
//! In: sizes, and which round it is. Out: addresses, titles, texts and site files. Never: anything kept by number of
//! sites or reports, so that a country of 14,000 sites takes no memory.

use clap::Args;
use jiff::ToSpan;
use jiff::civil::{Date, date};

use crate::clauses::{Chance, Text, clauses, report};

/// Rows of a listing page, as most portals have it.
pub(crate) const ROWS: usize = 20;
/// The day of the newest reports.
const NEWEST: Date = date(2025, 12, 30);
/// Numbers of reports begin here: portals count in eight digits.
const FIRST_ID: usize = 10_000_000;
/// Numbers that each column has for itself.
const IDS_OF_COLUMN: usize = 1_000_000;
/// Parts that shares are given in.
const WHOLE: usize = 1000;
/// What the titles of wanted reports have and those of others have not.
const WANTED: &str = "年度法治政府建设情况报告";

/// How large the country is.
#[derive(Debug, Clone, Copy, Args)]
pub(crate) struct Sizes {
    /// Sites
    #[arg(long, default_value_t = 100)]
    pub(crate) sites: usize,
    /// Listings of each site
    #[arg(long, default_value_t = 2)]
    pub(crate) listings: usize,
    /// Reports of each listing
    #[arg(long, default_value_t = 20)]
    pub(crate) reports: usize,
    /// Of a thousand rows, how many the site files want
    #[arg(long, default_value_t = WHOLE)]
    pub(crate) wanted: usize,
    /// Another seed makes another country of these sizes
    #[arg(long, default_value_t = 7)]
    pub(crate) seed: u64,
}

impl Sizes {
    /// The same as arguments, for a child.
    pub(crate) fn args(&self) -> Vec<String> {
        let Self { sites, listings, reports, wanted, seed } = self;
        let words =
            format!("--sites {sites} --listings {listings} --reports {reports} --wanted {wanted} --seed {seed}");
        words.split(' ').map(str::to_owned).collect()
    }
}

/// How a portal is built.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Build {
    /// TRS in UTF-8: rows and reports are read without a selector.
    Trs,
    /// TRS in GBK, which only the page itself says.
    TrsGbk,
    /// Numbered pages; its site file has selectors for everything.
    Marked,
    /// Numbered pages and the State Council's meta tags; its site file has none for reports.
    Plain,
}

/// One of the reports of a country.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) site: usize,
    pub(crate) column: usize,
    /// From 0, the newest first.
    pub(crate) n: usize,
}

/// What a path of a site means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Asked {
    Robots,
    Home,
    /// A page of a listing, from 0.
    Listing {
        column: usize,
        page: usize,
    },
    Report(Place),
}

/// All sites, and the words their reports are made of.
pub(crate) struct Country {
    pub(crate) sizes: Sizes,
    clauses: Vec<String>,
}

impl Country {
    pub(crate) fn new(sizes: Sizes) -> Self {
        Self { sizes, clauses: clauses() }
    }

    /// Numbers of its own for a thing of the country.
    pub(crate) fn chance(&self, parts: [usize; 4]) -> Chance {
        let mix = |sum: u64, part: &usize| sum.wrapping_mul(0x2545_f491_4f6c_dd1d).wrapping_add(*part as u64 + 1);
        let mut chance = Chance(parts.iter().fold(self.sizes.seed, mix));
        chance.below(2);
        chance
    }

    /// Whether the site files want a report.
    pub(crate) fn is_wanted(&self, Place { site, column, n }: Place) -> bool {
        self.chance([site, column, n, 1]).below(WHOLE) < self.sizes.wanted
    }

    /// How many reports the site files want.
    pub(crate) fn n_wanted(&self) -> usize {
        self.places().filter(|place| self.is_wanted(*place)).count()
    }

    /// Every report.
    pub(crate) fn places(&self) -> impl Iterator<Item = Place> + '_ {
        let Sizes { sites, listings, reports, .. } = self.sizes;
        let all = (0..sites).flat_map(move |site| (0..listings).map(move |column| (site, column)));
        all.flat_map(move |(site, column)| (0..reports).map(move |n| Place { site, column, n }))
    }

    /// How often a report was edited, by the shares of a thousand that each round edits.
    pub(crate) fn n_edits(&self, Place { site, column, n }: Place, edits: &[usize]) -> usize {
        let is_edited =
            |(round, share): &(usize, &usize)| self.chance([site, column, n, 10 + round]).below(WHOLE) < **share;
        edits.iter().enumerate().filter(is_edited).count()
    }

    fn office(&self, Place { site, column, n }: Place) -> (String, usize, Chance) {
        let mut chance = self.chance([site, column, n, 0]);
        (chance.place(), 2015 + chance.below(11), chance)
    }

    /// The title of a report, unique but for chance.
    pub(crate) fn title(&self, place: Place) -> String {
        let (office, year, _) = self.office(place);
        if self.is_wanted(place) {
            format!("{office}{year}{WANTED}")
        } else {
            format!("{office}人民政府办公室关于做好{year}年第{}号事项的通知", place.n)
        }
    }

    /// What a report says after so many edits: 5 to 15 KB as most annual reports.
    pub(crate) fn text(&self, place: Place, n_edits: usize) -> Text {
        let (office, year, mut chance) = self.office(place);
        let form: Vec<&String> = (0..30 + chance.below(60)).map(|_| chance.of(&self.clauses)).collect();
        let Text { mut lines, .. } = report(&form, &office, year, &mut chance);
        let at = lines.len() - 2;
        lines.insert(at, format!("截至{year}年底,共办理群众来信来访{}件次。", 1000 + n_edits));
        // The title stands above the body.
        lines.remove(0);
        Text { title: self.title(place), lines }
    }

    /// The pages of a listing.
    pub(crate) fn n_pages(&self) -> usize {
        self.sizes.reports.div_ceil(ROWS).max(1)
    }

    /// What a host and a path mean; `None`: nothing is there.
    pub(crate) fn asked(&self, host: &str, path: &str) -> Option<(usize, Asked)> {
        let site: usize = host.strip_prefix("www.s")?.strip_suffix(".example")?.parse().ok()?;
        if site >= self.sizes.sites {
            return None;
        }
        let asked = match path {
            "/robots.txt" => Asked::Robots,
            "/" => Asked::Home,
            _ => self.page_of(site, path)?,
        };
        Some((site, asked))
    }

    fn page_of(&self, site: usize, path: &str) -> Option<Asked> {
        let (column, rest) = path.strip_prefix("/zwgk/lm")?.split_once('/')?;
        let column = column.parse().ok().filter(|column| *column < self.sizes.listings)?;
        if let Some(page) = (0..self.n_pages()).find(|page| listing_page(*page) == rest) {
            return Some(Asked::Listing { column, page });
        }
        let id: usize = rest.strip_suffix(".html")?.rsplit('_').next()?.parse().ok()?;
        let n = id.checked_sub(FIRST_ID + column * IDS_OF_COLUMN).filter(|n| *n < self.sizes.reports)?;
        let place = Place { site, column, n };
        (report_path(place) == path).then_some(Asked::Report(place))
    }

    /// The site file of a portal, with these keys on top.
    pub(crate) fn site_file(&self, site: usize, top: &str) -> String {
        let host = host(site);
        let include = if self.sizes.wanted < WHOLE { format!("include = \"{WANTED}\"\n") } else { String::new() };
        let (family, rows, report) = match build(site) {
            Build::Trs | Build::TrsGbk => ("family = \"trs\"\n", "", ""),
            Build::Marked => (
                "",
                "entry = \"ul.list li\"\ntitle = [\"a::attr(title)\", \"a::text\"]\ndate = \"span::text\"\n\
                 pages = { kind = \"numbered\", pattern = \"index_{n}.html\", first = 1 }\n",
                "[report]\ntitle = \"h1.article-title::text\"\nbody = \"div.article-content\"\n\
                 published = \".article-info .time::text\"\n",
            ),
            Build::Plain => ("", "pages = { kind = \"numbered\", pattern = \"index_{n}.html\", first = 1 }\n", ""),
        };
        let listing = |column: usize| {
            let url = format!("http://{host}{}", listing_path(column, 0));
            format!("[[listing]]\nname = \"{}\"\nurl = \"{url}\"\n{rows}{include}\n", column_name(column))
        };
        let listings: String = (0..self.sizes.listings).map(listing).collect();
        format!("name = \"{host}\"\nhome = \"http://{host}/\"\n{family}{top}\n{listings}{report}")
    }
}

/// The name of a site, of the same length for all: `www.s00042.example`.
pub(crate) fn host(site: usize) -> String {
    format!("www.s{site:05}.example")
}

/// How a site is built.
pub(crate) fn build(site: usize) -> Build {
    [Build::Trs, Build::TrsGbk, Build::Marked, Build::Plain][site % 4]
}

/// What a column is called.
pub(crate) fn column_name(column: usize) -> String {
    const NAMES: [&str; 8] =
        ["法治政府建设", "通知公告", "政策文件", "规范性文件", "人事信息", "财政预决算", "招标采购", "工作动态"];
    let (name, n) = (NAMES[column % NAMES.len()], column / NAMES.len());
    if n == 0 { name.to_owned() } else { format!("{name}{}", n + 1) }
}

/// The path of a page of a listing, from 0.
pub(crate) fn listing_path(column: usize, page: usize) -> String {
    format!("/zwgk/lm{column}/{}", listing_page(page))
}

/// `index_1.html` is the second page, whatever the build.
fn listing_page(page: usize) -> String {
    if page == 0 { String::new() } else { format!("index_{page}.html") }
}

/// The path of a report.
pub(crate) fn report_path(place: Place) -> String {
    let Place { site, column, n } = place;
    let id = FIRST_ID + column * IDS_OF_COLUMN + n;
    match build(site) {
        Build::Trs | Build::TrsGbk => {
            let day = published(n);
            format!("/zwgk/lm{column}/{}/t{}_{id}.html", day.strftime("%Y%m"), day.strftime("%Y%m%d"))
        }
        Build::Marked | Build::Plain => format!("/zwgk/lm{column}/content_{id}.html"),
    }
}

/// When a report was published: two a day.
pub(crate) fn published(n: usize) -> Date {
    NEWEST.saturating_sub(i64::try_from(n / 2).unwrap_or(0).days())
}
