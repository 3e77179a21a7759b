//! What the store knows that bears on one obligation of one site: rows and walks as facts. Never: a judgement.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;

use super::{CoverageState, Told};
use crate::model::{ReportId, ReportState, SiteId};

/// Where a title was seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SeenIn {
    /// A row of a listing, or a watched page.
    Row,
    /// The name of a file that a report links to.
    Attachment,
    /// The name of a file that stands with a call for reports: a blank form, or an example.
    Enclosed,
    /// A row that the site file does not want: only its title is known.
    PassedOver,
    /// A row without a link: only its title is known.
    Unlinked,
    /// A link on the page of a listing that none of its rows is: only its words are known.
    Outside,
}

/// How far the text behind a title is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PageSeen {
    /// It was read.
    Read,
    /// It was never read: its kind is known by its title alone.
    Unread,
    /// It cannot be read, for as long as it was tried, or is on a host that nobody asks: its row is all that is known.
    RowOnly,
    /// It is a scan that nobody can read, in a listing that shows reports of the kind too.
    MuteBeside,
}

/// A title that was seen on a site.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Seen {
    /// The site.
    pub site: SiteId,
    /// The report; `None` for a row that is not followed.
    pub report: Option<ReportId>,
    /// Its URL.
    pub url: String,
    /// Its title.
    pub title: String,
    /// The kind it was told to be of.
    pub kind: Option<String>,
    /// The year that it reports on.
    pub year: Option<i16>,
    /// The earliest day that its page or a listing states.
    pub published: Option<Date>,
    /// The day that its page stated when it was read first, where it was edited since.
    #[serde(skip)]
    pub stated_first: Option<Date>,
    /// Whether the day is one of a row without a year, read as of the latest one when its listing was first walked: it may
    /// be one of years before.
    #[serde(skip)]
    pub is_year_assumed: bool,
    /// When it was first seen, UTC.
    pub first_seen_at: Timestamp,
    /// Its standing.
    pub state: ReportState,
    /// Where its title stands.
    pub seen_in: SeenIn,
    /// The listings that show it, by their URLs.
    #[serde(skip)]
    pub listings: Vec<String>,
    /// Whether it was there when its listing was first walked.
    #[serde(skip)]
    pub is_baseline: bool,
    /// How far its text is known.
    #[serde(skip)]
    pub page: PageSeen,
    /// The head of its text, where its title names no year: the text may.
    #[serde(skip)]
    pub text: Option<String>,
    /// When the last whole and healthy walk of its listing began that came after the due day and ended without it.
    pub missed_at: Option<Timestamp>,
}

/// One complete and healthy walk of a listing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct WalkFacts {
    /// When it began, or the first of those it went on with, UTC.
    pub begun_at: Timestamp,
    /// When it ended, UTC.
    pub ended_at: Timestamp,
    /// Pages read.
    pub pages: u32,
    /// Rows read.
    pub entries: u64,
    /// Whether it came to the last page.
    pub is_to_the_end: bool,
    /// The day from which on every row was seen.
    pub oldest_row: Option<Date>,
}

/// What is known of one listing of the site file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ListingFacts {
    /// Its name.
    pub listing: String,
    /// Its URL.
    pub url: String,
    /// Whether the site file says that it holds the kind.
    pub is_named: bool,
    /// When its first walk was done, UTC.
    pub watched_since: Option<Timestamp>,
    /// The last walk of all its pages that began after the due day.
    pub whole_walk: Option<WalkFacts>,
    /// When it was last seen down to known rows, UTC.
    pub looked_at: Option<Timestamp>,
    /// The newest and the oldest day of its rows.
    pub newest_row: Option<Date>,
    /// The oldest one.
    pub oldest_row: Option<Date>,
    /// What is known of rows that it may have shown before, where the last whole walk shows none from before the time in
    /// question; `None`: it shows such rows.
    #[serde(skip)]
    pub below: Option<Below>,
    /// Why the last walk was not whole or not healthy.
    pub reason: Option<String>,
}

/// What was below the last row of a listing that may show its newest ones only.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Below {
    /// The oldest day down to which a walk ever saw every row.
    pub oldest_walked: Option<Date>,
    /// Whether a walk since the report may have appeared met none of the rows that were known: what stood between nobody saw.
    pub has_gap: bool,
    /// Whether its end shows: the last page is shorter than the first one, or the only one has but a few rows.
    pub shows_end: bool,
}

/// All that bears on one obligation of one site.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Facts {
    /// What was seen on the site: everything of the kind; where it was looked for, every title of the time in question
    /// that may be it.
    pub seen: Vec<Seen>,
    /// Titles of that time that were looked at and cannot be it.
    pub n_unlike: u64,
    /// The listings of the site file, in its order.
    pub listings: Vec<ListingFacts>,
    /// Reports of the kind and year on other sites that are this office's own, as far as their titles tell.
    pub elsewhere: Vec<Seen>,
    /// Why the site cannot be read now.
    pub trouble: Option<String>,
    /// Whether a command has put the site aside.
    pub is_aside: bool,
    /// What was told of the obligation, and the state it was in then; `None`: it was never assessed.
    pub before: Option<(Told, CoverageState)>,
}
