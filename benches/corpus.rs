//! Where saved pages are: a folder with `gold.jsonl`, one record a report. Never: a folder without it.

use std::path::{Path, PathBuf};

/// The folder named by `GOVWATCH_CORPUS`, or the one beside the project.
pub(crate) fn folder() -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus");
    let folder = std::env::var_os("GOVWATCH_CORPUS").map_or(beside, PathBuf::from);
    folder.join("gold.jsonl").is_file().then_some(folder)
}
