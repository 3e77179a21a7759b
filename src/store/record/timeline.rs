//! The timeline: what happened on all sites, page by page, and what stands behind a revision.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use jiff::civil::Date;

use crate::model::{ChangeId, Event, EventKind, Hash, SiteId};

/// Which changes of the timeline are asked for; those seen last first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TimelineFilter {
    /// On this site.
    pub site: Option<SiteId>,
    /// Of this sort.
    pub event: Option<EventKind>,
    /// Of this kind of report.
    pub kind: Option<String>,
    /// Words that all stand in the title or in the changed text; none: any change.
    pub words: Vec<String>,
    /// Seen at this instant or later.
    pub since: Option<Timestamp>,
    /// Seen before this instant.
    pub until: Option<Timestamp>,
    /// At most so many.
    pub limit: usize,
    /// Only those before this place: where the page before ended.
    pub before: Option<Moment>,
}

/// A place in the timeline. Written as `milliseconds-change`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment {
    /// When the change there was seen, UTC.
    pub seen_at: Timestamp,
    /// That change.
    pub change: ChangeId,
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.seen_at.as_millisecond(), self.change)
    }
}

/// Not a place in the timeline.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("{0:?} is no place in the timeline: take `next` of the page before")]
pub struct ParseMomentError(String);

impl FromStr for Moment {
    type Err = ParseMomentError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = || ParseMomentError(text.to_owned());
        let (millis, change) = text.rsplit_once('-').ok_or_else(wrong)?;
        let millis = millis.parse().map_err(|_| wrong())?;
        let seen_at = Timestamp::from_millisecond(millis).map_err(|_| wrong())?;
        Ok(Self { seen_at, change: ChangeId(change.parse().map_err(|_| wrong())?) })
    }
}

/// A page of the timeline.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TimelinePage {
    /// The changes.
    pub changes: Vec<(ChangeId, Event)>,
    /// Where the next page begins; `None`: there is nothing before.
    ///
    /// A page may be short, and have a next one, where many changes were looked at and few wanted.
    pub next: Option<Moment>,
}

/// A stored capture without its body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaptureHead {
    /// The URL that was asked for.
    pub url: String,
    /// Where the redirects ended.
    pub final_url: String,
    /// HTTP status.
    pub status: u16,
    /// Headers in the order received.
    pub headers: Vec<(String, String)>,
    /// BLAKE3 of its body.
    pub body: Hash,
    /// How many bytes the body has.
    pub n_bytes: u64,
    /// Bytes received.
    pub wire_bytes: u64,
    /// When the last byte arrived, UTC.
    pub fetched_at: Timestamp,
}

/// How many reports a site dates into a month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MonthCount {
    /// The first day of the month.
    pub month: Date,
    /// Its reports.
    pub n_reports: u64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_reads_back_what_it_prints() {
        let moment = Moment { seen_at: Timestamp::from_millisecond(1_790_000_000_123).unwrap(), change: ChangeId(42) };
        assert_eq!(moment.to_string(), "1790000000123-42");
        assert_eq!(moment.to_string().parse(), Ok(moment));
        for wrong in ["", "-", "1", "a-1", "1-b", "99999999999999999-1"] {
            assert_eq!(wrong.parse::<Moment>(), Err(ParseMomentError(wrong.to_owned())));
        }
    }
}
