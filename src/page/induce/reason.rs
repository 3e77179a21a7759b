//! Why a proposal may be wrong, each reason with its weight and in words.
//!
//! In: what induction and the look at further pages found odd. Out: a confidence, and lines for people. Never: a reason
//! without a word on what to do, where something can be done.

use std::fmt;

use url::Url;

use crate::model::PageKind;

/// Least confidence with which a file is written without a person's look.
pub const SURE: f64 = 0.7;

/// What speaks against a proposal, or must be known beside it.
#[derive(Debug, Clone, PartialEq)]
pub enum Reason {
    /// The page is of another kind.
    NotAListing(PageKind),
    /// The page is the home page of its site, which shows the first rows of these columns.
    HomePage(Vec<(String, Url)>),
    /// The page sends its readers on.
    SentOn(Url),
    /// So many rows are opened by scripts and hold no links.
    Pressed(usize),
    /// No rows were found.
    NoRows,
    /// A script loads the rows, by this mark.
    Scripted(String),
    /// A script loads the rows, and what to do about it.
    Advised(String),
    /// Rows differ by the routes of a script alone, all of this page.
    Routed(Url),
    /// Rows have titles and names of their own, and no links.
    Unlinked,
    /// The page asks for this, which may be its rows.
    Asks(String),
    /// What the page asks for was asked and has no rows of it.
    AskedInVain(String),
    /// Rows lead to addresses that were put together, and no two reports show that they are right.
    LinkNotProven(String),
    /// It is not the first page of its listing.
    NotFirst {
        /// Its number, where that is said.
        n_page: Option<u32>,
        /// How many there are.
        n_pages: Option<u32>,
        /// The first one, where it is known.
        first: Option<Url>,
    },
    /// A script loads the rows from this address, which was not asked.
    Frame(Url),
    /// Where rows should be, the page shows another page of the portal.
    Framed(Url),
    /// What came cannot be read as a listing.
    Unreadable(String),
    /// The listing is a feed.
    Feed,
    /// The listing is a sitemap.
    Sitemap,
    /// The page's list is one row long.
    OneRow,
    /// Another list of the page weighs nearly as much.
    SecondList {
        /// Its rows.
        n_rows: usize,
        /// The title of its first.
        first: String,
        /// Its weight, of the weight of the one that was taken.
        share: f64,
    },
    /// Above the list stands a report of this title, which is none of its rows.
    Above(String),
    /// The rows stand under several headings.
    Headings(Vec<String>),
    /// The list stands in the navigation or under the heading of hot or related news.
    Beside,
    /// No row is dated.
    Undated,
    /// Some rows are dated.
    PartlyDated {
        /// How many are.
        n_dated: usize,
        /// Of how many.
        n_rows: usize,
    },
    /// Rows have dates that are still to come: a calendar of events.
    Future,
    /// The dates neither fall nor rise.
    Unsorted,
    /// Most titles are as short as a menu's words.
    ShortTitles,
    /// Rows without a link.
    BrokenRows(usize),
    /// No short selector gives exactly these rows; they are found automatically.
    NoSelector,
    /// There are further pages, by this mark, and no way to them.
    PagerNotFollowed(String),
    /// Entries lead to these hosts, which are not asked unless the file names them.
    OtherHosts(Vec<String>),
    /// A saved page whose address nobody named.
    NoAddress,
    /// The page was saved: neither its second page nor a report was looked at.
    Saved,
    /// The second page did not come.
    PageTwoFailed(String),
    /// The second page has no rows by these rules.
    PageTwoEmpty,
    /// The second page shows the rows of the first.
    PageTwoSame,
    /// A report did not come.
    ReportFailed {
        /// Its URL.
        url: Url,
        /// What happened.
        why: String,
    },
    /// What a row leads to is no report.
    NotAReport {
        /// Its URL.
        url: Url,
        /// What it is.
        kind: PageKind,
    },
    /// A report shows another title than its row.
    OtherTitle {
        /// Its URL.
        url: Url,
        /// The title that it shows.
        title: Option<String>,
    },
    /// A report shows no date of its own.
    ReportUndated(Url),
    /// A report is dated unlike its row.
    OtherDate {
        /// Its URL.
        url: Url,
        /// Days between the two.
        n_days: i32,
    },
    /// Automatic reading finds no text in a report.
    NoBody(Url),
    /// The written file does not read what it should.
    NotReproduced(String),
    /// The file of this other site has the column.
    InOtherFile(String),
}

impl Reason {
    /// Whether it says that the page shows no rows of its own.
    pub fn is_of_bare_page(&self) -> bool {
        matches!(self, Self::Scripted(_) | Self::Advised(_) | Self::NoRows | Self::Framed(_))
    }

    /// How much it takes from a confidence of 100.
    ///
    /// One reason of 35 or more makes a proposal unsure by itself; lesser ones do so together. They were weighed on
    /// the invented pages of the tests: each trap must fall, no plain listing may.
    pub fn cost(&self) -> u32 {
        match self {
            Self::NotAListing(_)
            | Self::Framed(_)
            | Self::SentOn(_)
            | Self::Pressed(_)
            | Self::NoRows
            | Self::Unlinked
            | Self::Unreadable(_)
            | Self::NotReproduced(_) => 100,
            Self::Scripted(_) | Self::Advised(_) | Self::Frame(_) | Self::Routed(_) => 60,
            Self::PageTwoEmpty | Self::PageTwoSame | Self::NotAReport { .. } | Self::LinkNotProven(_) => 50,
            Self::Beside => 45,
            Self::SecondList { share, .. } if *share < SHARE_OF_A_RIVAL => 10,
            Self::SecondList { .. }
            | Self::PagerNotFollowed(_)
            | Self::HomePage(_)
            | Self::NoAddress
            | Self::InOtherFile(_)
            | Self::NotFirst { .. } => 40,
            Self::OneRow | Self::Above(_) | Self::Headings(_) | Self::PageTwoFailed(_) | Self::Future => 35,
            Self::Undated => 30,
            Self::ShortTitles => 20,
            Self::ReportFailed { .. } | Self::Unsorted => 15,
            Self::PartlyDated { .. } | Self::BrokenRows(_) | Self::OtherTitle { .. } | Self::NoBody(_) => 10,
            Self::OtherDate { n_days, .. } if n_days.abs() <= DAYS_BETWEEN => 0,
            Self::OtherDate { .. } | Self::NoSelector | Self::Saved => 5,
            Self::OtherHosts(_)
            | Self::ReportUndated(_)
            | Self::Feed
            | Self::Sitemap
            | Self::Asks(_)
            | Self::AskedInVain(_) => 0,
        }
    }
}

/// Share of the weight from which a second list could be the one that was meant.
const SHARE_OF_A_RIVAL: f64 = 0.5;

/// A report may be put on its listing a few days after its date.
const DAYS_BETWEEN: i32 = 3;

/// What is left of certainty, from 0 to 1.
pub fn confidence(reasons: &[Reason]) -> f64 {
    let lost: u32 = reasons.iter().map(Reason::cost).sum();
    f64::from(100 - lost.min(100)) / 100.0
}

impl fmt::Display for Reason {
    #[expect(clippy::too_many_lines, reason = "one line a reason")]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotAListing(kind) => f.write_str(not_a_listing(*kind)),
            Self::HomePage(columns) => {
                f.write_str("this is a home page with several lists; add the URL of a column (栏目) of it")?;
                let named: Vec<String> = columns.iter().map(|(name, url)| format!("{name} {url}")).collect();
                if named.is_empty() { Ok(()) } else { write!(f, ": {}", named.join(", ")) }
            }
            Self::SentOn(url) => write!(f, "the page shows nothing and sends its readers on to {url}: add that address"),
            Self::Pressed(n_rows) => write!(
                f,
                "its {n_rows} rows hold no links, scripts open them (onclick); write the file by hand, with `entry`, `title` \
                 and link = \"::attr(onclick)\" in its [[listing]], and look at it with govwatch try"
            ),
            Self::NoRows => f.write_str(
                "no rows with links and dates or titles were found; only where the list is empty for a reader too, write the \
                 file by hand with may_be_empty = true under [expect]",
            ),
            Self::Scripted(mark) => write!(
                f,
                "a script seems to load the rows ({mark}); add the address that it asks (the browser's network log shows \
                 it), or let Chromium draw the page: render = \"browser\" under [fetch]"
            ),
            Self::Routed(page) => write!(
                f,
                "its rows lead to {page} and differ only behind the #, which a script shows and no server hears of: their \
                 reports are known by their rows, or let Chromium draw them: render = \"browser\" under [fetch]"
            ),
            Self::Unlinked => f.write_str(
                "its rows hold no links to reports, and no page of the portal shows how they are made; state `link`, such \
                 as \"/art/{/id}.html\"",
            ),
            Self::Asks(address) => write!(f, "the page asks for {address}, which may have the rows"),
            Self::AskedInVain(address) => write!(f, "{address} was asked, and has no rows that could be read"),
            Self::LinkNotProven(link) => write!(
                f,
                "the rows hold no link; {link} was put together, and no two reports show that it is right; state `link`"
            ),
            Self::NotFirst { n_page, n_pages, first } => {
                match (n_page, n_pages) {
                    (Some(n), Some(of)) => write!(f, "this is page {n} of {of}"),
                    (Some(n), None) => write!(f, "this is page {n} of the listing"),
                    (None, _) => f.write_str("this is not the first page of the listing"),
                }?;
                match first {
                    Some(first) => write!(f, "; add the first page: {first}"),
                    None => f.write_str("; add its first page"),
                }
            }
            Self::Frame(url) => write!(f, "a script loads the rows from {url}, which was not asked"),
            Self::Unreadable(why) | Self::Advised(why) => f.write_str(why),
            Self::Feed => f.write_str("a feed names the newest rows only; for the history add the page of its column"),
            Self::Sitemap => f.write_str(
                "a sitemap names pages of every kind, without titles; `include` and `exclude` see the titles of reports",
            ),
            Self::OneRow => f.write_str("the list has a single row, which could be anything"),
            Self::SecondList { n_rows, first, .. } => {
                write!(f, "another list of {n_rows} rows, from {first:?} on, could be meant as well")
            }
            Self::Above(title) => write!(
                f,
                "above the list stands {title:?}, which is none of its rows and would not be read; state an `entry` that \
                 gives both, such as \"div.list li, div.headline\""
            ),
            Self::Headings(names) => write!(
                f,
                "the rows stand under several headings ({}): several lists, or one; where each has a page of \
                 its own, add that, else write the file by hand with an `entry` that gives the rows that are meant",
                names.join(", ")
            ),
            Self::Beside => f.write_str("the list stands in the navigation or under a heading such as 热点 or 相关"),
            Self::Undated => f.write_str("no row is dated"),
            Self::PartlyDated { n_dated, n_rows } => write!(f, "{n_dated} of {n_rows} rows are dated"),
            Self::Future => f.write_str("dates are still to come, as in a calendar"),
            Self::Unsorted => f.write_str("the dates are in no order"),
            Self::ShortTitles => f.write_str("most titles are as short as the words of a menu"),
            Self::BrokenRows(n) => write!(f, "{n} rows have no link"),
            Self::NoSelector => {
                f.write_str("no short selector gives exactly these rows; they are found automatically at each poll")
            }
            Self::PagerNotFollowed(mark) => {
                write!(f, "there are further pages ({mark}), but no address of the second was found; the browser's network \
                     log shows what is asked for it: state `pages`, and `post` where a form is posted")
            }
            Self::OtherHosts(hosts) => write!(
                f,
                "entries lead to {}, which are only asked if [fetch] hosts names them; else only their rows are known",
                hosts.join(", ")
            ),
            Self::Framed(url) => write!(f, "a frame of the page shows {url}: add that address, if the list stands there"),
            Self::NoAddress => f.write_str("the address of the saved page is not known; name it with --url"),
            Self::Saved => f.write_str("a saved page: neither its second page nor a report was looked at"),
            Self::PageTwoFailed(why) => write!(f, "the second page could not be read: {why}"),
            Self::PageTwoEmpty => f.write_str("the second page has no rows by these rules"),
            Self::PageTwoSame => f.write_str("the second page shows the same rows as the first"),
            Self::ReportFailed { url, why } => write!(f, "the report {url} could not be read: {why}"),
            Self::NotAReport { url, kind } => {
                write!(f, "a row leads to {url}, which is no report but: {}", kind.as_str().replace('_', " "))
            }
            Self::OtherTitle { url, title: Some(title) } => {
                write!(f, "the report {url} shows another title than its row: {title:?}")
            }
            Self::OtherTitle { url, title: None } => {
                write!(f, "no title was found on the report {url}; state `title` under [report]")
            }
            Self::ReportUndated(url) => write!(f, "the report {url} shows no date; its row's is taken"),
            Self::OtherDate { url, n_days } => {
                write!(f, "the report {url} is dated {} days {} its row", n_days.abs(), ago(*n_days))
            }
            Self::NoBody(url) => write!(f, "no text was found on the report {url}; state `body` under [report]"),
            Self::InOtherFile(site) => {
                write!(f, "this column stands in {site}.toml already: its reports would be told twice")
            }
            Self::NotReproduced(what) => write!(f, "the file as written does not read the same rows ({what}); write it by hand and look at it with govwatch try"),
        }
    }
}

fn ago(n_days: i32) -> &'static str {
    if n_days < 0 { "before" } else { "after" }
}

fn not_a_listing(kind: PageKind) -> &'static str {
    match kind {
        PageKind::Report => {
            "this is a report, not a listing; add the URL of its column (栏目), or watch it alone with [[page]]"
        }
        PageKind::Listing => "this is a listing",
        PageKind::NotFound => "the portal says that there is no such page; check the URL",
        PageKind::Challenge => {
            "the portal put a challenge page in front of it; govwatch does not solve those: ask the portal, or try later"
        }
        PageKind::Empty => "the page shows nothing; a script may fill it",
        PageKind::Other => "this is neither a listing nor a report: an error page, or a file",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_reasons_leave_a_proposal_sure_and_one_grave_one_does_not() {
        assert!(confidence(&[Reason::Saved, Reason::NoSelector, Reason::BrokenRows(1)]) >= SURE);
        assert!(confidence(&[Reason::Undated]) >= SURE);
        assert!(confidence(&[Reason::Undated, Reason::Saved]) < SURE);
        for grave in [Reason::OneRow, Reason::Beside, Reason::PageTwoSame, Reason::Headings(Vec::new())] {
            assert!(confidence(std::slice::from_ref(&grave)) < SURE, "{grave}");
        }
        assert!(confidence(&[Reason::NoRows, Reason::Saved]) < f64::EPSILON);
    }
}
