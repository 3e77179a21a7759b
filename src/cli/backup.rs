//! `backup FILE`: a copy of the store while it is in use. In: the store. Out: one file, checked, on the disk. Never: a
//! file that is there, unless `--force` says so, and never half a one.

use std::path::{Path, PathBuf};

use clap::Args;
use serde::Serialize;

use super::out::clean;
use super::{Context, Exit, Stop};
use crate::store::Store;

/// Where the copy goes.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  govwatch backup /mnt/backup/govwatch-$(date +%F).db\n  govwatch doctor --backup /mnt/backup/govwatch-2026-11-26.db\n\nTo restore: stop the daemon, move the store's folder aside, and copy the file to STATE/govwatch.db."
)]
pub struct BackupArgs {
    /// The file to write
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// Take the place of a file that is there
    #[arg(long)]
    pub force: bool,
}

/// What was written: one row of `backup --json`.
#[derive(Debug, Serialize)]
struct BackupRow {
    file: String,
    n_bytes: u64,
}

/// Runs `backup`.
pub async fn run(context: &Context, args: &BackupArgs) -> Result<Exit, Stop> {
    ensure_may_write(args, &context.global.state)?;
    let store = Store::open_existing(&context.global.state)?;
    let n_bytes = store.backup(&args.file).await?;
    let file = args.file.display().to_string();
    if context.global.json {
        context.out.json(&BackupRow { file, n_bytes })?;
    } else if !context.global.quiet {
        let next = "the site files are not in it: keep the sites folder and the settings too";
        context
            .out
            .line(clean(&format!("{file}: {}, checked and on the disk; {next}", super::table::size(n_bytes))))?;
    }
    Ok(Exit::Done)
}

/// Nothing that is there is lost to a copy, and the store itself least of all.
fn ensure_may_write(args: &BackupArgs, state: &Path) -> Result<(), Stop> {
    let file = &args.file;
    let whole = |path: &Path| path.canonicalize().ok();
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let says = |message: String| Err(Stop::new(Exit::Usage, clean(&message)));
    if whole(folder).is_some() && whole(folder) == whole(state) {
        return says(format!("{} is in the store's own folder: a copy belongs elsewhere", file.display()));
    }
    if file.is_dir() {
        return says(format!("{} is a folder: name the file to write", file.display()));
    }
    if !args.force && file.symlink_metadata().is_ok() {
        return says(format!("{} is there already: name another file, or take its place with --force", file.display()));
    }
    Ok(())
}
