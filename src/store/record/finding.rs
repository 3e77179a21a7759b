//! What a poll found of one report.

use bytes::Bytes;
use jiff::Timestamp;

use super::FileRecord;
use crate::model::{Capture, Document, Event, Fact, FieldName, Fingerprint, Hash, How, PollId, ReportId, Validators};

/// What one poll found of one report.
#[derive(Debug, Clone)]
pub struct ReportRecord {
    /// The poll.
    pub poll: PollId,
    /// The report.
    pub report: ReportId,
    /// Its newest revision when this was found; where it has another one since, another poll was faster, and nothing is kept.
    pub newest: Option<u32>,
    /// When it was asked.
    pub now: Timestamp,
    /// What was found.
    pub finding: Finding,
    /// When it is read again; `None` leaves what was planned.
    pub next_recheck_at: Option<Timestamp>,
    /// What the next conditional request may send; `None` leaves what is known.
    pub validators: Option<Validators>,
    /// The hash of the answer that was read; `None` where none was, or where something is withheld.
    pub answer: Option<Hash>,
    /// What was found of the files that it links to.
    pub files: Vec<FileRecord>,
    /// Bytes and texts of those files that are not known yet, to be kept by their hash.
    pub contents: Vec<Bytes>,
}

/// What was found of a report.
#[derive(Debug, Clone)]
pub enum Finding {
    /// The server said so.
    NotModified,
    /// Read, and the same.
    Unchanged,
    /// It may not be asked for, and its row tells nothing else than before.
    NotAsked,
    /// Read, and worth keeping.
    Read(Box<Reading>),
    /// Something is withheld: a miss not yet confirmed, or a doubtful reading.
    Suspect {
        /// The content hash of the doubtful reading.
        suspicion: Option<Hash>,
        /// What it has in common with those that others of the site show, where they do.
        form: Option<Hash>,
        /// How it was missed in this poll.
        miss: Option<How>,
        /// What was received; kept as evidence when it tells something else than last time.
        capture: Option<Box<Capture>>,
    },
    /// Gone, confirmed over time.
    Withdrawn {
        /// In this way.
        how: How,
    },
    /// Lives at another URL that is known as a report of its own.
    Moved {
        /// That report.
        to: ReportId,
        /// What it says otherwise, where it was edited on its way.
        edit: Option<Box<Edit>>,
    },
    /// The fetch or the reading failed; the report stays as it was, pending if it was.
    FailedToRead {
        /// In one line.
        reason: String,
    },
    /// The same of a report whose row left its listing, or came back to it.
    Unreadable {
        /// In one line.
        reason: String,
        /// Whether that is a miss that counts; else it is none any more.
        is_miss: bool,
    },
}

impl Finding {
    /// What was received and is to be kept; the page itself first.
    pub(in crate::store) fn captures(&self) -> &[Capture] {
        match self {
            Self::Read(reading) => &reading.captures,
            Self::Suspect { capture: Some(capture), .. } => std::slice::from_ref(capture),
            _ => &[],
        }
    }
}

/// A reading that becomes a revision.
#[derive(Debug, Clone)]
pub struct Reading {
    /// What the page says.
    pub document: Document,
    /// Its hashes.
    pub fingerprint: Fingerprint,
    /// What it was read from: its first page, then the other pages of the same article. Empty: its page is that of the
    /// revision before, or nothing was received at all.
    pub captures: Vec<Capture>,
    /// The kind of report that it shows itself to be, where no listing says so.
    pub kind: Option<String>,
    /// The year it reports on.
    pub year: Option<i16>,
    /// What is told of it.
    pub told: Told,
}

/// What is told of a reading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Told {
    /// Nothing: it is part of a listing's baseline.
    Baseline,
    /// Nothing: its row was told before, and this is the first page of it. It takes the place of what the row told.
    Learned,
    /// It is new; the store makes it a copy where its content is known from another report.
    New,
    /// It was edited; held until `record_poll`.
    Edited(Edit),
    /// It is back after it was withdrawn.
    Restored {
        /// What differs from the newest revision; empty: no revision is made.
        fields: Vec<FieldName>,
        /// What differs, said outright.
        facts: Vec<Fact>,
        /// The unified diff, where something differs.
        diff: Option<String>,
    },
}

/// What is told of a text beside the one before it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// What differs.
    pub fields: Vec<FieldName>,
    /// What differs, said outright, as far as that is sure.
    pub facts: Vec<Fact>,
    /// The unified diff.
    pub diff: String,
}

/// What was kept of a reading.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Recorded {
    /// The change, where there is one: owed at once, unless it waits for the end of its poll.
    pub event: Option<Event>,
}
