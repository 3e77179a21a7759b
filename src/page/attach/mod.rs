//! PURE. The text of a file that a report links to: bytes in, lines out. One file a format.
//!
//! In: bytes and the name they came under. Out: a [`Reading`]. The readers meet whatever the network brings, so they
//! run in a child process with limits of its own (`fetch::sandbox`); here they hold the limits that a format can
//! break by itself. Never: I/O, a panic on bad bytes, a name from an archive used as a path.

mod archive;
mod biff;
mod columns;
mod doc;
mod doc_marks;
mod document;
mod docx;
mod flow;
mod grid;
mod lines;
mod markup;
mod media;
mod members;
mod mhtml;
mod number;
mod numbering;
mod ofd;
mod ole;
mod package;
mod pdf;
mod placed;
mod plain;
mod ppt;
mod pptx;
mod rar;
mod rtf;
mod rtf_flow;
mod rtf_tokens;
mod sheet_xml;
mod word_xml;
mod xls;
mod xlsx;
pub(super) mod xml;
mod zip;
mod zipped;

use std::any::Any;
use std::panic::{self, AssertUnwindSafe};

use serde::{Deserialize, Serialize};

use crate::model::TextState;

pub use document::{blocks, document};
pub use media::Media;
pub(crate) use media::is_binary;
pub(crate) use plain::is_table;

/// The version of these readers. Raised whenever one of them reads the same bytes to another text: files whose bytes
/// are kept are then read again, silently.
pub const READERS: u32 = 3;

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
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reading {
    /// Its type, by its first bytes, else by its name.
    pub media: Media,
    /// Whether its words are known. `Recognised` comes from the sandbox alone: nothing is recognised here.
    pub state: TextState,
    /// Its words: lines joined by line feeds, the cells of a row by tabs; empty where there are none.
    pub text: String,
    /// Why its words are not known, or what is to be said of them, in one line.
    pub note: Option<String>,
    /// Whether words of it are missing from the text: the text alone does not tell it from another file.
    #[serde(default)]
    pub is_cut: bool,
    /// How sure character recognition is, in hundredths, 0 where it found nothing; `None` where it was not tried.
    pub confidence: Option<u8>,
}

/// Text as one reader gives it.
#[derive(Debug, Default)]
pub(crate) struct Words {
    /// Lines joined by line feeds, the cells of a row by tabs.
    pub(crate) text: String,
    /// What was left out, or what is to be said of the words, in one line.
    pub(crate) note: Option<String>,
    /// Whether words of the file are missing from the text.
    pub(crate) is_cut: bool,
}

/// Why a file gives no text.
#[derive(Debug, thiserror::Error)]
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

impl AttachError {
    fn state(&self) -> TextState {
        match self {
            Self::Broken(..) => TextState::Broken,
            Self::Encrypted => TextState::Encrypted,
            Self::TooLarge(_) => TextState::TooLarge,
            Self::NoTextLayer => TextState::NoTextLayer,
            Self::UnknownType(_) => TextState::UnknownType,
        }
    }
}

/// Reads a file. `name` is a file name or a title, and decides only where the bytes do not.
pub fn read(bytes: &[u8], name: &str, limits: &Limits) -> Reading {
    within(bytes, name, &mut limits.clone())
}

/// Reads a file, or a member of one, and takes what it used from what is `left`.
fn within(bytes: &[u8], name: &str, left: &mut Limits) -> Reading {
    let told = Media::of(bytes, name);
    // The members of an archive take from what is left while they are read; their texts are the archive's own.
    let room = left.text_bytes;
    // A reader that panics, most are not ours, is a reading of its own file and ends no other's.
    let read = panic::catch_unwind(AssertUnwindSafe(|| {
        let media = ole::kind(bytes).unwrap_or(told);
        (media, words(media, bytes, left))
    }));
    let (media, read) =
        read.unwrap_or_else(|panic| (told, Err(AttachError::Broken(told.name(), said(panic.as_ref())))));
    let reading = match read {
        Ok(words) => of_words(media, words, room),
        Err(error) => {
            let (state, note) = (error.state(), Some(one_line(&error.to_string())));
            Reading { media, state, text: String::new(), note, is_cut: false, confidence: None }
        }
    };
    left.text_bytes = room.saturating_sub(reading.text.len());
    reading
}

fn of_words(media: Media, words: Words, text_bytes: usize) -> Reading {
    let Words { mut text, mut note, mut is_cut } = words;
    if text.len() > text_bytes {
        is_cut = true;
        text.truncate(text.floor_char_boundary(text_bytes));
        let cut = match text_bytes {
            0 => "no room is left for its text".to_owned(),
            _ => format!("only the first {text_bytes} bytes of its text are kept"),
        };
        note = Some(note.map_or(cut.clone(), |note| format!("{cut}; {note}")));
    }
    let note = note.map(|note| one_line(&note));
    Reading { media, state: TextState::Text, text, note, is_cut, confidence: None }
}

/// What a panic says, for the note.
fn said(panic: &(dyn Any + Send)) -> String {
    let literal = panic.downcast_ref::<&str>().copied();
    let said = literal.or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    format!("its reader gave up: {}", said.unwrap_or("no reason said"))
}

/// A note in one line. Notes may quote the file.
fn one_line(note: &str) -> String {
    /// Enough for two sentences and the names of a few members.
    const MOST_CHARS: usize = 500;
    let line = note.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty());
    line.collect::<Vec<_>>().join(" ").chars().take(MOST_CHARS).collect()
}

/// The one list of readers.
fn words(media: Media, bytes: &[u8], left: &mut Limits) -> Result<Words, AttachError> {
    if bytes.is_empty() {
        return Err(AttachError::Broken(media.name(), "it is empty".to_owned()));
    }
    if ole::is_encrypted_package(bytes) {
        return Err(AttachError::Encrypted);
    }
    match media {
        Media::Doc | Media::Wps => doc::words(bytes, left),
        Media::Docx => docx::words(bytes, left),
        Media::Rtf => rtf::words(bytes, left),
        Media::Xls => xls::words(bytes, left),
        Media::Xlsx => xlsx::words(bytes, left),
        Media::Ppt => ppt::words(bytes, left),
        Media::Pptx => pptx::words(bytes, left),
        Media::Text | Media::Xml => Ok(plain::text(bytes)),
        Media::Csv => Ok(plain::table(bytes)),
        Media::Html => plain::page(bytes, None),
        Media::WordXml => word_xml::words(bytes, left),
        Media::SheetXml => sheet_xml::words(bytes, left),
        Media::Mhtml => mhtml::words(bytes, left),
        Media::Zip => zip::words(bytes, left),
        Media::Rar => rar::words(bytes, left),
        Media::Jpeg | Media::Png | Media::Gif | Media::Tiff | Media::Bmp | Media::Webp => Err(AttachError::NoTextLayer),
        Media::Pdf => pdf::words(bytes, left),
        Media::Ofd => ofd::words(bytes, left),
        Media::Xlsb | Media::Odt | Media::Ods | Media::SevenZip | Media::Gzip | Media::Ceb | Media::Other => {
            Err(AttachError::UnknownType(format!("{} files are not read", media.name())))
        }
    }
}
