//! What is kept of a breakage, and how rows are recognised on pages that were built anew.

use jiff::Timestamp;

use crate::error::Stage;
use crate::model::{Capture, ListingId, PollId, ReportId, SiteId, Stated};

/// The page that shows that something can no longer be read.
#[derive(Debug, Clone)]
pub struct EvidenceRecord {
    /// The site.
    pub site: SiteId,
    /// The listing; `None`: the reports of the site.
    pub listing: Option<ListingId>,
    /// The poll that found it.
    pub poll: PollId,
    /// Where it failed.
    pub stage: Stage,
    /// The key of the site file whose selector failed, and the selector.
    pub selector: Option<(String, String)>,
    /// What is wrong, in words.
    pub reason: String,
    /// The page as received.
    pub capture: Capture,
    /// When it was found.
    pub now: Timestamp,
}

/// What is known of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Recognised {
    /// Its report lives at its URL.
    Here,
    /// Its report had this URL before; it lives at the one given.
    Formerly(String),
    /// One report of the listing has its title and date, at another URL.
    Titled(ReportId, String),
    /// Nothing.
    Never,
}

/// A row of a listing as it was seen last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedRow {
    /// Its report.
    pub report: ReportId,
    /// Its canonical URL.
    pub url: String,
    /// The URL as the row linked it.
    pub as_listed_url: String,
    /// Its title as shown.
    pub title: String,
    /// Its date.
    pub date: Option<Stated>,
}

/// A page kept as evidence, with the listing that it is one of; `None`: a report's.
#[derive(Debug, Clone)]
pub struct KeptPage {
    /// The place of the listing: its URL, and what is posted to it.
    pub listing: Option<String>,
    /// The page.
    pub capture: Capture,
}

/// A row of a listing page that is to be recognised.
#[derive(Debug, Clone)]
pub struct ShownRow {
    /// Its canonical URL, then the other spellings of it.
    pub urls: Vec<String>,
    /// Its title as shown.
    pub title: String,
    /// Its date.
    pub date: Option<Stated>,
}
