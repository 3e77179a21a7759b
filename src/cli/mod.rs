//! The command line: one file a command. In: arguments. Out: lines on stdout, messages on stderr, an [`Exit`].
//!
//! Human text and the JSON contract are two renderings of the same model types.

pub mod out;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

pub use out::Out;

/// Watches government portals: what is new, what was edited after publication, what was withdrawn.
#[derive(Debug, Parser)]
#[command(name = "govwatch", version, about, propagate_version = true, subcommand_required = true)]
pub struct Cli {
    /// Where things are and how loud to be.
    #[command(flatten)]
    pub global: Global,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// Flags that stand before or after any command.
#[derive(Debug, Clone, Args)]
pub struct Global {
    /// Folder of the site files
    #[arg(long, global = true, value_name = "DIR", default_value = "sites", env = "GOVWATCH_SITES")]
    pub sites: PathBuf,
    /// Folder of the embedded database
    #[arg(long, global = true, value_name = "DIR", default_value = "state", env = "GOVWATCH_STATE")]
    pub state: PathBuf,
    /// Settings file [default: ./govwatch.toml if present]
    #[arg(long, global = true, value_name = "FILE", env = "GOVWATCH_CONFIG")]
    pub config: Option<PathBuf>,
    /// JSON Lines on stdout, nothing else there
    #[arg(long, global = true)]
    pub json: bool,
    /// Say more on stderr (-vv: everything)
    #[arg(short, long, global = true, action = clap::ArgAction::Count, conflicts_with = "quiet")]
    pub verbose: u8,
    /// Say nothing but errors on stderr
    #[arg(short, long, global = true)]
    pub quiet: bool,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {}

/// What every command is given.
#[derive(Debug)]
pub struct Context {
    /// Where things are and how loud to be.
    pub global: Global,
    /// Standard output.
    pub out: Out,
}

/// How the program ends: the exit codes of the README.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Everything was done.
    Done = 0,
    /// Some sites failed, or some files could not be read; they are named on stderr.
    SomeFailed = 1,
    /// The command line was wrong, or names an unknown site.
    Usage = 2,
    /// A site file or the settings are wrong.
    Config = 3,
    /// The store cannot be used.
    Store = 4,
    /// Ctrl-C or SIGTERM; what was finished is kept.
    Interrupted = 130,
}

/// Why a command ends early: its exit code and what to say on stderr.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct Stop {
    /// How the program ends.
    pub exit: Exit,
    /// One or more lines: what is wrong and what to do next.
    pub message: String,
}

impl Stop {
    /// Ends with this code and message.
    pub fn new(exit: Exit, message: impl Into<String>) -> Self {
        Self { exit, message: message.into() }
    }
}
