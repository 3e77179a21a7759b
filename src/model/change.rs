//! Changes: what a poll found of a report, and what is told of it.

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Doubt, Fact, Hash, ReportId, SiteId, Stated, Why, WorkId};

/// Names of what can differ between two revisions; the words of `fields` and `from` in JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldName {
    /// The title.
    Title,
    /// The body's blocks.
    Body,
    /// 发文字号.
    DocNo,
    /// 发布日期.
    Published,
    /// 来源.
    Source,
    /// 发文机关.
    Authority,
    /// 索引号.
    IndexNo,
    /// 成文日期.
    Written,
    /// 有效性.
    Validity,
    /// 施行日期.
    Effective,
    /// 废止日期.
    Repealed,
    /// 主题分类.
    Topic,
    /// 网站标识码.
    SiteCode,
    /// The code of its division.
    Division,
    /// Numbers of other documents that it cites.
    Cited,
    /// 栏目.
    Column,
    /// The breadcrumb.
    Breadcrumb,
    /// The list of attachments.
    Attachments,
    /// An attachment that was not there before.
    AttachmentAdded,
    /// An attachment that is gone.
    AttachmentRemoved,
    /// An attachment whose content is another one.
    AttachmentReplaced,
}

impl FieldName {
    /// The word of the JSON contract.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Title => "title",
            Self::Body => "body",
            Self::DocNo => "doc_no",
            Self::Published => "published",
            Self::Source => "source",
            Self::Authority => "authority",
            Self::IndexNo => "index_no",
            Self::Written => "written",
            Self::Validity => "validity",
            Self::Effective => "effective",
            Self::Repealed => "repealed",
            Self::Topic => "topic",
            Self::SiteCode => "site_code",
            Self::Division => "division",
            Self::Cited => "cited",
            Self::Column => "column",
            Self::Breadcrumb => "breadcrumb",
            Self::Attachments => "attachments",
            Self::AttachmentAdded => "attachment_added",
            Self::AttachmentRemoved => "attachment_removed",
            Self::AttachmentReplaced => "attachment_replaced",
        }
    }
}

impl fmt::Display for FieldName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Versioned hashes of a normalized Document.
///
/// Two Documents compare only when `rules` is the same; other rules re-baseline silently.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fingerprint {
    /// The version of the rules that read it: our reading code and the site's own report rules.
    pub rules: Hash,
    /// Over the normalized blocks.
    pub body_hash: Hash,
    /// Over title, document number and blocks.
    pub content_hash: Hash,
    /// Over the other fields.
    pub metadata_hash: Hash,
    /// Over the ordered attachments.
    pub attachments_hash: Hash,
}

/// What a poll found of a Report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The server said that nothing changed since the validators we sent.
    NotModified,
    /// Read again, and the same in all four hashes.
    Unchanged,
    /// Never seen before; the store tells it as a copy where its content is known from another URL.
    New,
    /// Differs from the newest revision in these fields; never empty.
    Edited(Vec<FieldName>),
    /// Gone in this way, confirmed over time.
    Withdrawn(How),
    /// Back after it was withdrawn; the fields that differ from the newest revision, may be empty.
    Restored(Vec<FieldName>),
    /// The same report under another URL.
    Moved,
    /// Something is withheld: a doubtful reading, or a miss not yet confirmed.
    Suspect,
}

/// How a report was withdrawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum How {
    /// 404 or 410, and not listed.
    Gone,
    /// A page under status 200 that says it is not there.
    SoftNotFound,
    /// Sent to the home page, or to a column.
    HomeRedirect,
    /// No longer listed, still served.
    Delisted,
    /// Still listed, and its link leads nowhere.
    DeadLink,
    /// No longer listed, and what its link answers is neither the report nor a word that it is gone.
    Unreadable,
}

impl How {
    /// The word of the JSON contract.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Gone => "gone",
            Self::SoftNotFound => "soft_not_found",
            Self::HomeRedirect => "home_redirect",
            Self::Delisted => "delisted",
            Self::DeadLink => "dead_link",
            Self::Unreadable => "unreadable",
        }
    }
}

/// The words of `event`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EventKind {
    /// A report that was not there before.
    New,
    /// A report whose content is known from another URL.
    Copy,
    /// A report was edited after publication.
    Edited,
    /// A report was taken away.
    Withdrawn,
    /// A withdrawn report is back.
    Restored,
    /// A report lives at another URL now.
    Moved,
    /// A report that the law requires is due in a few days and was not seen yet.
    DueSoon,
    /// A report that the law requires did not appear.
    Overdue,
    /// A report that the law requires appeared after its day, or was found after it was told as overdue.
    Arrived,
    /// A site can no longer be read.
    SiteBroken,
    /// A broken site can be read again.
    SiteRecovered,
    /// Most reports of a site changed in the same way.
    Redesign,
    /// The first walk of a listing: how many reports are known now.
    Baseline,
    /// A channel no longer delivers what is owed to it.
    ChannelBroken,
    /// A broken channel delivers again.
    ChannelRecovered,
    /// How all sites do, once a week: that nothing was told may mean that all is well, or that nobody looked.
    Weekly,
}

impl EventKind {
    /// All of them: those of reports first, in the order of how much they matter.
    pub const ALL: [Self; 16] = [
        Self::New,
        Self::Edited,
        Self::Withdrawn,
        Self::Restored,
        Self::Copy,
        Self::Moved,
        Self::DueSoon,
        Self::Overdue,
        Self::Arrived,
        Self::SiteBroken,
        Self::SiteRecovered,
        Self::ChannelBroken,
        Self::ChannelRecovered,
        Self::Redesign,
        Self::Baseline,
        Self::Weekly,
    ];

    /// The word of the JSON contract.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Copy => "copy",
            Self::Edited => "edited",
            Self::Withdrawn => "withdrawn",
            Self::Restored => "restored",
            Self::Moved => "moved",
            Self::DueSoon => "due_soon",
            Self::Overdue => "overdue",
            Self::Arrived => "arrived",
            Self::SiteBroken => "site_broken",
            Self::SiteRecovered => "site_recovered",
            Self::Redesign => "redesign",
            Self::Baseline => "baseline",
            Self::ChannelBroken => "channel_broken",
            Self::ChannelRecovered => "channel_recovered",
            Self::Weekly => "weekly",
        }
    }
}

/// A Change as it is stored, printed and sent: the object of the JSON contract, key by key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// What happened.
    pub event: EventKind,
    /// The site it happened on.
    pub site: SiteId,
    /// The listing's name, where one is concerned.
    pub listing: Option<String>,
    /// The report, where one is concerned.
    pub report: Option<ReportId>,
    /// The report's URL, or the listing's; of what is not found, that of the listing that should hold it, or the site's.
    pub url: Option<String>,
    /// The report's title.
    pub title: Option<String>,
    /// Its stated date.
    pub published: Option<Stated>,
    /// Kind of report, from the site file or the obligations.
    pub kind: Option<String>,
    /// The year it reports on.
    pub year: Option<i16>,
    /// The revision that is told, from 1.
    pub revision: Option<u32>,
    /// The revision it is compared with.
    pub previous: Option<u32>,
    /// What differs.
    pub fields: Vec<FieldName>,
    /// What differs, said outright, as far as that is sure.
    #[serde(default)]
    pub facts: Vec<Fact>,
    /// How it was withdrawn.
    pub how: Option<How>,
    /// The URL it moved from.
    pub from_url: Option<String>,
    /// How many reports a baseline or a redesign concerns; how many days before or after its day an obligation is.
    pub count: Option<u64>,
    /// The failure's class (`site_broken`).
    pub class: Option<String>,
    /// The failure in words, with the next step (`site_broken`, `channel_broken`); what is known of an obligation.
    pub reason: Option<String>,
    /// The facts behind `reason`, where they are more than its words; events of before have none.
    #[serde(default)]
    pub why: Option<Why>,
    /// The channel that an event is about; its site is then that of the alert that was tried (`channel_broken`,
    /// `channel_recovered`).
    #[serde(default)]
    pub channel: Option<String>,
    /// Doubts of the reading.
    pub doubts: Vec<Doubt>,
    /// The content told.
    pub content_hash: Option<Hash>,
    /// The work it belongs to.
    pub work: Option<WorkId>,
    /// Reports it resembles without being the same.
    pub resembles: Vec<ReportId>,
    /// When we saw it, UTC.
    pub seen_at: Timestamp,
    /// The change as a unified diff.
    pub diff: Option<String>,
}

impl Event {
    /// An event with everything but these three unknown.
    pub fn new(event: EventKind, site: SiteId, seen_at: Timestamp) -> Self {
        Self {
            event,
            site,
            listing: None,
            report: None,
            url: None,
            title: None,
            published: None,
            kind: None,
            year: None,
            revision: None,
            previous: None,
            fields: Vec::new(),
            facts: Vec::new(),
            how: None,
            from_url: None,
            count: None,
            class: None,
            reason: None,
            why: None,
            channel: None,
            doubts: Vec::new(),
            content_hash: None,
            work: None,
            resembles: Vec::new(),
            seen_at,
            diff: None,
        }
    }
}

/// One edited part of a diff.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hunk {
    /// What was done here.
    pub kind: HunkKind,
    /// Index of the first block concerned in the old body, from 0.
    pub old_start: usize,
    /// How many old blocks it takes.
    pub n_old: usize,
    /// Index of the first block concerned in the new body, from 0.
    pub new_start: usize,
    /// How many new blocks it gives.
    pub n_new: usize,
    /// Of a move: index of its first block on the other side.
    pub moved: Option<usize>,
    /// The old and new text in pieces, in reading order.
    pub pieces: Vec<Piece>,
}

/// The sorts of hunks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HunkKind {
    /// Blocks that were not there before.
    Added,
    /// Blocks that are gone.
    Removed,
    /// Blocks with other words in them.
    Replaced,
    /// Blocks that stand elsewhere in the new body, word for word.
    MovedAway,
    /// Blocks that stood elsewhere in the old body, word for word.
    MovedHere,
}

/// A run of characters inside a hunk. Blocks end with a line feed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Piece {
    /// Whether both sides have it.
    pub tag: Tag,
    /// Its text.
    pub text: String,
    /// Its characters in the hunk's old blocks, each followed by a line feed: from and to.
    pub old_chars: (usize, usize),
    /// Its characters in the hunk's new blocks, likewise.
    pub new_chars: (usize, usize),
}

/// Which side a piece stands on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tag {
    /// In both.
    Equal,
    /// Only in the old one.
    Delete,
    /// Only in the new one.
    Insert,
}
