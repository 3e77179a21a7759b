//! The child's side: limits first, then file by file from standard input to one line of JSON each.
//!
//! In: frames on standard input. Out: a `Reading` a line on standard output. Never: a file or socket opened after the
//! limits are set, settings, the store. It ends where its input ends.

use std::io::{self, Write};

use rustix::process::{Resource, Rlimit, nice, setrlimit};

use super::{frame, recognise};
use crate::page::attach::{self, Limits};

/// Files that the tools of character recognition open: libraries, fonts, models, pipes to each other.
const FILES_OF_TOOLS: u64 = 256;

/// What such a tool may write to a disk: caches of fonts are a few kilobytes. A reader may write nothing.
const WRITTEN_BY_TOOLS: u64 = 16 * 1024 * 1024;

/// How much worse its turn is than that of the rest: a fetch goes before a big file.
const NICE: i32 = 10;

/// What the child is to do and what it may use.
#[derive(Debug, Clone, clap::Args)]
pub struct ChildArgs {
    /// Recognise characters in the pictures of pages
    #[arg(long)]
    pub ocr: bool,
    /// Seconds of processor time
    #[arg(long, value_name = "N", default_value_t = 60)]
    pub cpu_seconds: u64,
    /// MiB of address space
    #[arg(long, value_name = "N", default_value_t = 2048)]
    pub memory_mib: u64,
}

/// Reads files until the input ends. **Errors**: a limit cannot be set, or the pipes are broken.
pub fn run(args: &ChildArgs) -> io::Result<()> {
    // Whoever started it learns of a panic by the reading; of anything else by how it ends.
    std::panic::set_hook(Box::new(|_| {}));
    confine(args)?;
    let (mut from, mut to) = (io::stdin().lock(), io::stdout().lock());
    while let Some((name, bytes)) = frame::next(&mut from)? {
        let reading =
            if args.ocr { recognise::read(&bytes, &name) } else { attach::read(&bytes, &name, &Limits::default()) };
        serde_json::to_writer(&mut to, &reading)?;
        to.write_all(b"\n")?;
        to.flush()?;
    }
    Ok(())
}

/// Gives up what a reader of bytes has no use for. Children inherit it.
fn confine(args: &ChildArgs) -> io::Result<()> {
    // Standard input, output and errors are open: no number is free for a file or a socket.
    let n_files = if args.ocr { FILES_OF_TOOLS } else { 3 };
    let n_written = if args.ocr { WRITTEN_BY_TOOLS } else { 0 };
    // A second between the signal that ends it with a reason and the one that only ends it.
    let cpu = Rlimit { current: Some(args.cpu_seconds), maximum: Some(args.cpu_seconds + 1) };
    setrlimit(Resource::Cpu, cpu)?;
    setrlimit(Resource::Core, most(0))?;
    setrlimit(Resource::Fsize, most(n_written))?;
    setrlimit(Resource::Nofile, most(n_files))?;
    // Not every system keeps a limit of address space, and macOS refuses to set it.
    let memory = setrlimit(Resource::As, most(args.memory_mib * 1024 * 1024));
    if cfg!(target_os = "linux") {
        memory?;
    }
    // Where even that is refused, its turn is that of the rest.
    let _ = nice(NICE);
    Ok(())
}

fn most(limit: u64) -> Rlimit {
    Rlimit { current: Some(limit), maximum: Some(limit) }
}
