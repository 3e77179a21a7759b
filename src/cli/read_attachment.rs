//! The hidden command that this program starts itself with: see `fetch::Sandbox`.
//!
//! In: files on standard input. Out: their readings on standard output. Never: settings, the store, a log.

use super::{Exit, Stop};
use crate::fetch::{ChildArgs, run_child};

/// Reads files until standard input ends.
pub fn run(args: &ChildArgs) -> Result<Exit, Stop> {
    run_child(args).map_err(|error| Stop::new(Exit::SomeFailed, error.to_string()))?;
    Ok(Exit::Done)
}
