//! What a poll found of the files that a report links to, and what was known of them before.

use url::Url;

use crate::model::{AttachedFile, Hash, Validators};

/// A file as it was received last, and what could be read of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadFile {
    /// What the next conditional request may send.
    pub validators: Validators,
    /// Its media type, by its bytes.
    pub media_type: String,
    /// What it is compared by.
    pub hash: Hash,
    /// What was received.
    pub file: AttachedFile,
    /// The version of the readers that read it.
    pub readers: u32,
}

/// What is known of one file of a report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownFile {
    /// Where it is.
    pub url: Url,
    /// What was received last; `None` while it has never come.
    pub read: Option<ReadFile>,
    /// Answers in a row that said "not modified".
    pub n_conditional: u32,
    /// Times in a row that it did not come.
    pub failures: u32,
    /// Why it did not come the last time; `None` where it came.
    pub error: Option<String>,
}

/// What one poll found of one file of a report.
#[derive(Debug, Clone)]
pub struct FileRecord {
    /// Where it is.
    pub url: Url,
    /// What was found.
    pub found: FileFound,
}

/// What was found of a file.
#[derive(Debug, Clone)]
pub enum FileFound {
    /// The server said that it is as it was.
    NotModified,
    /// It came.
    Read(Box<ReadFile>),
    /// It did not come.
    Failed {
        /// Why, in one line.
        reason: String,
    },
}
