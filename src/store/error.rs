//! What goes wrong in the store. In: the engine's errors. Out: a [`StoreError`] that names the file and the next act.

use std::path::PathBuf;

use crate::model::ReportId;

/// Why the store gives no answer. All but the last four end the program with exit code 4.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// A reading command found no store.
    #[error("no store yet in {}: run `govwatch fetch` first", .dir.display())]
    Missing {
        /// Where it was looked for.
        dir: PathBuf,
    },
    /// Made by a later govwatch; the file is left as it is.
    #[error(
        "{} was written by a newer govwatch (schema {found}, this one knows {known}): update govwatch; the file is left as it is",
        .path.display()
    )]
    Newer {
        /// The database file.
        path: PathBuf,
        /// Its schema version.
        found: u32,
        /// The newest schema version that this program knows.
        known: u32,
    },
    /// Not a database of ours, or a broken one; the file is left as it is.
    #[error(
        "{} cannot be trusted: {reason}; the file is left as it is: restore a backup, or move it away to start over",
        .path.display()
    )]
    Damaged {
        /// The database file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// The file system or another process stands in the way.
    #[error("{} cannot be used: {reason}", .path.display())]
    Unusable {
        /// The file or folder concerned.
        path: PathBuf,
        /// What happened and what to do next.
        reason: String,
    },
    /// A fault of govwatch itself.
    #[error("fault in the store: {reason}; please report it")]
    Bug {
        /// What the engine said.
        reason: String,
    },
    /// What was kept of one report can no longer be read; the rest of the store can.
    #[error(
        "{reason}; all else can be read. `govwatch fetch --full` makes it whole if its page still says the same, else a backup may have it"
    )]
    Lost {
        /// Which content, and what is wrong with it.
        reason: String,
    },
    /// A question took longer than whoever asked may hold the store.
    #[error("the search took too long and was ended: ask for rarer words, for one site, or for fewer years")]
    TookTooLong,
    /// No report has this number or URL.
    #[error("no report {report}: `govwatch reports` lists them; a REPORT is a number or a URL")]
    UnknownReport {
        /// As asked for.
        report: String,
    },
    /// Several reports answer to this URL.
    #[error("{url} is known on several sites: say which one by its number: {}", numbers(.reports))]
    AmbiguousReport {
        /// As asked for.
        url: String,
        /// Those that answer to it.
        reports: Vec<ReportId>,
    },
    /// The report has no such revision.
    #[error("report {report} has no revision {revision}: `govwatch history {report}` lists them")]
    UnknownRevision {
        /// The report.
        report: ReportId,
        /// As asked for.
        revision: u32,
    },
}

fn numbers(reports: &[ReportId]) -> String {
    reports.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}
