//! What the daemon tells the store of the sites that it watches, and what it is told is due.

use jiff::Timestamp;

use crate::model::{Hash, ReportId, SiteId};

/// A site that the daemon polls by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Watched {
    /// The site.
    pub site: SiteId,
    /// The digest of its file: another one than before, or than its last poll went by, makes it due.
    pub file: Hash,
    /// The latest time that it can be due by its schedule; one that is due later was judged by a clock that was ahead.
    pub latest_due_at: Timestamp,
}

/// A site that is due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DueSite {
    /// The site.
    pub site: SiteId,
    /// Since when; `None` before its first poll.
    pub due_at: Option<Timestamp>,
}

/// Which sites are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// Those that were polled well before: somebody waits for their news.
    Known,
    /// Those whose whole history is yet to be read.
    First,
}

/// How the sites of the store stand, counted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Census {
    /// Never polled.
    pub new: u64,
    /// Their last poll went well.
    pub ok: u64,
    /// They failed, not yet long enough to be told.
    pub failing: u64,
    /// Told as broken.
    pub broken: u64,
    /// Told as broken: the portal refuses us.
    pub blocked: u64,
}

/// The daemon's last sign of life.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Beat {
    /// Its process, by the name of [`this_process`](crate::store::this_process).
    pub owner: String,
    /// When it began, UTC.
    pub started_at: Timestamp,
    /// When it last wrote, UTC.
    pub beat_at: Timestamp,
}

/// What a person decided about a site, whatever its file says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Aside {
    /// Left alone until it is resumed.
    Paused,
    /// Gone for good: its history stays.
    Retired,
}

impl Aside {
    /// By its word.
    pub fn named(word: &str) -> Option<Self> {
        [Self::Paused, Self::Retired].into_iter().find(|aside| aside.as_str() == word)
    }

    /// The word of the store and of `status`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Paused => "paused",
            Self::Retired => "retired",
        }
    }
}

/// Whether operators want to hear of a site's troubles.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Muted {
    /// Not of this breakage any more.
    UntilRecovered,
    /// Of none.
    Always,
}

impl Muted {
    /// The word of the store.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::UntilRecovered => "until_recovered",
            Self::Always => "always",
        }
    }
}

/// What a copy of a store holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackupFacts {
    /// Its schema version.
    pub schema: u32,
    /// Sites known.
    pub n_sites: u32,
    /// Reports known.
    pub n_reports: u32,
    /// When its last poll began, UTC.
    pub last_poll_at: Option<Timestamp>,
    /// Contents that are not what was stored; `None`: it is of a former schema, whose contents are read once it is opened.
    pub losses: Option<Losses>,
}

/// Contents that were read, and those that cannot be had back.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Losses {
    /// How many were read: pages, texts, files.
    pub n_read: u64,
    /// How many of them are not what was stored.
    pub n_lost: u64,
    /// How many of the others are had back by the second copy of a page alone.
    pub n_by_second_copy: u64,
    /// How many pages have header lines that cannot be read.
    pub n_heads_lost: u64,
    /// The first reports that the losses are of.
    pub reports: Vec<ReportId>,
}

/// What was forgotten of a site, since it proves nothing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Thinned {
    /// Walks.
    pub walks: u64,
    /// Polls.
    pub polls: u64,
}
