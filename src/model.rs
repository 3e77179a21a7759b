//! The nouns. Every stage takes some of these and gives others; none of them borrows.
//!
//! In JSON, SQL, TOML and logs a thing has the name it has here. Unknown is `null`, never a missing key.

mod capture;
mod change;
mod document;
mod evidence;
mod fact;
mod id;
mod listing;
mod report;
mod stated;
mod why;
mod work;

pub use capture::{Capture, Validators};
pub use change::{Event, EventKind, FieldName, Fingerprint, How, Hunk, HunkKind, Outcome, Piece, Tag};
pub use document::{
    AttachedFile, Attachment, Block, BlockKind, Document, Doubt, Origin, PageKind, RowShape, Span, TextState,
};
pub use evidence::Evidence;
pub use fact::{Fact, FactKind};
pub use id::{AlertId, ChangeId, Hash, ListingId, ParseHashError, PollId, ReportId, SiteId, WalkId, WorkId};
pub use listing::{Entry, Listed, ListingPage, PageAddress, Post, PostForm, TEXT_FRAGMENT};
pub use report::{ListingStatus, Report, ReportState, Revision, SiteState, SiteStatus};
pub use stated::{ParseStatedError, Stated};
pub use why::{IllSite, Next, Owed, Undelivered, Why};
pub use work::{Member, Words, Work};
