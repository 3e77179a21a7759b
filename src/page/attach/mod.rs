//! PURE. The text of a file that a report links to: bytes in, lines out. One file a format.
//!
//! In: bytes and the name they came under. Out: a [`Reading`]. The readers meet whatever the network brings, so they
//! run in a child process with limits of its own (`fetch::sandbox`); here they hold the limits that a format can
//! break by itself. Never: I/O, a panic on bad bytes, a name from an archive used as a path.

mod document;
mod media;
mod zipped;

use crate::model::TextState;

pub use document::document;
pub use media::Media;

/// The version of these readers. Raised whenever one of them reads the same bytes to another text: files whose bytes
/// are kept are then read again, silently.
pub const READERS: u32 = 1;

/// How much of a file is read. Bytes are bytes of memory, inflated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Text given back, in bytes of UTF-8. The longest paper of a county has some 2 MB.
    pub text_bytes: usize,
    /// All that is inflated out of one file, members of members too. Office files hold pictures that are never read;
    /// only members that are opened count.
    pub inflated_bytes: usize,
    /// Members of an archive that are read.
    pub members: usize,
    /// Archives inside archives.
    pub depth: usize,
    /// Pages of a PDF, slides, sheets.
    pub pages: usize,
}

impl Default for Limits {
    fn default() -> Self {
        const MIB: usize = 1024 * 1024;
        Self { text_bytes: 16 * MIB, inflated_bytes: 256 * MIB, members: 500, depth: 2, pages: 5_000 }
    }
}

/// What a file says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// Its type, by its first bytes, else by its name.
    pub media: Media,
    /// Whether its words are known. `Recognised` comes from the sandbox alone: nothing is recognised here.
    pub state: TextState,
    /// Its words: lines joined by line feeds, the cells of a row by tabs; empty where there are none.
    pub text: String,
    /// Why its words are not known, or what of it was left out, in one line.
    pub note: Option<String>,
    /// How sure character recognition is, in hundredths; `None` where the text is the file's own.
    pub confidence: Option<u8>,
}

/// Text as one reader gives it.
#[derive(Debug, Default)]
pub(crate) struct Words {
    /// Lines joined by line feeds, the cells of a row by tabs.
    pub(crate) text: String,
    /// What was left out, in one line.
    pub(crate) note: Option<String>,
}

/// Why a file gives no text.
#[derive(Debug, thiserror::Error)]
#[expect(dead_code, reason = "the readers come one by one")]
pub(crate) enum AttachError {
    /// No whole file of its type.
    #[error("not a whole {0} file: {1}")]
    Broken(&'static str, String),
    /// A password is needed.
    #[error("it opens with a password only")]
    Encrypted,
    /// A limit was met before anything could be read.
    #[error("{0}")]
    TooLarge(String),
    /// It holds pictures of its pages.
    #[error("scanned: it has no text layer")]
    NoTextLayer,
    /// No reader.
    #[error("{0}")]
    UnknownType(String),
}

/// Reads a file. `name` is a file name or a title, and decides only where the bytes do not.
pub fn read(bytes: &[u8], name: &str, limits: &Limits) -> Reading {
    let media = Media::of(bytes, name);
    match words(media, bytes, limits) {
        Ok(words) => Reading { media, state: TextState::Text, text: words.text, note: words.note, confidence: None },
        Err(error) => {
            let state = match error {
                AttachError::Broken(..) => TextState::Broken,
                AttachError::Encrypted => TextState::Encrypted,
                AttachError::TooLarge(_) => TextState::TooLarge,
                AttachError::NoTextLayer => TextState::NoTextLayer,
                AttachError::UnknownType(_) => TextState::UnknownType,
            };
            Reading { media, state, text: String::new(), note: Some(error.to_string()), confidence: None }
        }
    }
}

/// The one list of readers.
fn words(media: Media, _bytes: &[u8], _limits: &Limits) -> Result<Words, AttachError> {
    Err(AttachError::UnknownType(format!("{} files are not read", media.name())))
}
