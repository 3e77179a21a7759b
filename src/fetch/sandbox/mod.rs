//! The child process that reads attachments: hostile bytes in, their text out, within limits that no reader can break.
//!
//! In: bytes and a name. Out: a [`Reading`]; a child that dies or asks for too much is a reading too, of a broken or too
//! large file. Never: the network or the disk in the child; a machine that is too busy taken for a fault of the file.

mod child;
mod frame;
mod process;
mod recognise;

use std::path::PathBuf;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use bytes::Bytes;
use tokio::sync::Semaphore;

use crate::model::{AttachedFile, TextState};
use crate::page::attach::{self, Media, Reading};
use process::{End, Started};

pub use child::{ChildArgs, run as run_child};

/// Whether the characters of scanned files are recognised.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Recognise {
    /// Scanned files are known by their bytes alone.
    #[default]
    Never,
    /// By tesseract, where it is installed.
    WithTesseract,
}

/// What a child may use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// Bytes of a file; a larger one is not read. The fetcher loads no more.
    pub file_bytes: usize,
    /// From its start to its answer. More than the processor time, as a busy machine shares its processors: a child that
    /// meets it first was not given its turn.
    pub wall: Duration,
    /// The same where characters are recognised: three to ten seconds a page.
    pub wall_of_ocr: Duration,
    /// Seconds of processor time.
    pub cpu_seconds: u64,
    /// MiB of address space. The largest reader holds a file of 100 MiB, 256 MiB inflated, and its text thrice.
    pub memory_mib: u64,
    /// Bytes of its answer: the text that a file may have, escaped.
    pub answer_bytes: usize,
}

impl Default for Bounds {
    fn default() -> Self {
        const MIB: usize = 1024 * 1024;
        Self {
            file_bytes: 100 * MIB,
            wall: Duration::from_secs(90),
            wall_of_ocr: Duration::from_mins(10),
            cpu_seconds: 60,
            memory_mib: 2048,
            answer_bytes: 2 * attach::Limits::default().text_bytes + MIB,
        }
    }
}

/// Reads files in child processes of this program. Clones share how many run at once: as many as there are processors.
#[derive(Debug, Clone)]
pub struct Sandbox {
    program: PathBuf,
    recognise: Recognise,
    bounds: Bounds,
    room: Arc<Semaphore>,
}

/// Nothing is known of the file: it is to be read another time.
#[derive(Debug, thiserror::Error)]
pub enum SandboxError {
    /// A child could not be started.
    #[error("cannot start {program} to read an attachment: {reason}")]
    Start {
        /// Which one.
        program: String,
        /// What the system said.
        reason: String,
    },
    /// The child ended by no doing of the file.
    #[error("not read this time: {0}")]
    Ended(String),
}

impl Sandbox {
    /// A sandbox whose children are this program: an executable that knows the hidden command.
    pub fn new(program: PathBuf, recognise: Recognise) -> Self {
        Self::with_bounds(program, recognise, Bounds::default())
    }

    /// The same with other bounds.
    pub fn with_bounds(program: PathBuf, recognise: Recognise, bounds: Bounds) -> Self {
        let n_children = thread::available_parallelism().map_or(1, usize::from);
        // The child stands in the root folder, where a relative path would lead elsewhere.
        let program = std::path::absolute(&program).unwrap_or(program);
        Self { program, recognise, bounds, room: Arc::new(Semaphore::new(n_children)) }
    }

    /// Whether characters of files like this would be recognised, which nobody has tried yet.
    pub(crate) fn may_recognise(&self, file: &AttachedFile, media_type: &str) -> bool {
        let is_picture = media_type == "application/pdf" || media_type.starts_with("image/");
        let is_untried = file.state == TextState::NoTextLayer && file.confidence.is_none();
        self.recognise == Recognise::WithTesseract && is_picture && is_untried
    }

    /// Reads one file. `name` is a file name or a title. **Errors**: the child could not be started, or was ended before
    /// it could answer.
    pub async fn read(&self, bytes: Bytes, name: &str) -> Result<Reading, SandboxError> {
        if bytes.len() > self.bounds.file_bytes {
            let note = format!("it has {} bytes; files over {} are not read", bytes.len(), self.bounds.file_bytes);
            return Ok(unread(&bytes, name, TextState::TooLarge, note));
        }
        let _place = self.room.acquire().await.map_err(|error| self.cannot(&error))?;
        let reading = self.ask(Asked::Read, &bytes, name).await?;
        let is_scanned =
            reading.state == TextState::NoTextLayer && (reading.media == Media::Pdf || reading.media.is_image());
        match self.recognise {
            Recognise::WithTesseract if is_scanned => self.ask(Asked::Recognise, &bytes, name).await,
            _ => Ok(reading),
        }
    }

    /// One child, one file, one answer.
    async fn ask(&self, asked: Asked, bytes: &Bytes, name: &str) -> Result<Reading, SandboxError> {
        let started = Started::new(&self.program, asked, &self.bounds).map_err(|error| self.cannot(&error))?;
        let wall = match asked {
            Asked::Read => self.bounds.wall,
            Asked::Recognise => self.bounds.wall_of_ocr,
        };
        let ended = started.finish(frame::head(name, bytes.len()), bytes, wall, self.bounds.answer_bytes).await;
        let how = match ended {
            End::Answered(reading) => return Ok(reading),
            End::Died(how) => how,
        };
        match (asked, how.reading(&self.bounds, wall)) {
            (Asked::Read, Ok((state, note))) => Ok(unread(bytes, name, state, note)),
            (Asked::Read, Err(reason)) => Err(SandboxError::Ended(reason)),
            // Its pages are pictures all the same when recognising them takes too long.
            (Asked::Recognise, Ok((_, note)) | Err(note)) => Ok(unread(bytes, name, TextState::NoTextLayer, note)),
        }
    }

    fn cannot(&self, error: &impl ToString) -> SandboxError {
        SandboxError::Start { program: self.program.display().to_string(), reason: error.to_string() }
    }
}

/// What a child is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Asked {
    Read,
    Recognise,
}

/// Bytes by which the type of such a file is told: this process looks at no more of it.
const HEAD_BYTES: usize = 1024 * 1024;

/// A file of which only its type is known.
fn unread(bytes: &[u8], name: &str, state: TextState, note: String) -> Reading {
    let media = Media::of(&bytes[..bytes.len().min(HEAD_BYTES)], name);
    Reading { media, state, text: String::new(), note: Some(note), is_cut: false, confidence: None }
}
