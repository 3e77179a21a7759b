//! What is written to the store and what it answers: owned records in model types, one file a subject.

mod alert;
mod coverage;
mod evidence;
mod file;
mod filter;
mod finding;
mod first_page;
mod host;
mod page;
mod poll;
mod search;
mod task;
mod timeline;
mod together;
mod walk;
mod watched;

pub use alert::{
    AlertFilter, AlertRow, ChannelHealth, Claimed, ClaimedMessage, Due, FailedTry, TakenBy, ToldOf, Tried,
};
pub use coverage::{CoverageAsk, CoverageRecord, Titles};
pub use evidence::{EvidenceRecord, KeptPage, ListedRow, Recognised, ShownRow};
pub use file::{FileFound, FileRecord, KnownFile, ReadFile};
pub use filter::{ChangeFilter, Filter, HistoryRow};
pub use finding::{Edit, Finding, Reading, Recorded, ReportRecord, Told};
pub use first_page::{Answer, FirstPage};
pub use host::{Claim, KeptRobots};
pub use page::{LastPoll, MOST_SAVED, SavedSearch};
pub use poll::{Counts, Ended, Fold, HeldEdit, KnownRedesign, LateFold, LeftColumn, LeftFold, PollRecord};
pub use search::{Among, Found, MOST_COUNTED, MOST_RANKED, Search, SearchOrder, SearchPage};
pub use task::{Newest, ReadTask, RecheckRow, Scope, ToRead, Why};
pub use timeline::{CaptureHead, Moment, MonthCount, ParseMomentError, TimelineFilter, TimelinePage};
pub use together::{Together, WithheldFor};
pub use walk::{
    Bound, EntryRecord, LinkRecord, ListingRules, ListingState, PageRecord, PageRecorded, Place, Reach, Stands,
    Unfinished, WalkRecord, WholeWalk,
};
pub use watched::{Aside, BackupFacts, Beat, Census, DueSite, Losses, Muted, Thinned, Turn, Watched};
