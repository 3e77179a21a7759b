//! The command line: one file a command. In: arguments. Out: lines on stdout, messages on stderr, an [`Exit`].
//!
//! Human text and the JSON contract are two renderings of the same model types.

pub mod add;
pub mod alerts;
pub mod among;
mod attachment;
pub mod backup;
pub mod changes;
mod channels;
pub mod check;
mod check_live;
pub mod compare;
pub mod completions;
pub mod coverage;
pub mod daemon;
pub mod day;
pub mod demo;
mod demo_web;
pub mod diff;
pub mod doctor;
pub mod event;
pub mod export;
pub mod extract;
mod extract_stages;
pub mod fetch;
pub mod history;
mod known;
pub mod log;
pub mod out;
mod page_source;
mod progress;
pub mod read_attachment;
pub mod repair;
pub mod reports;
pub mod schema;
pub mod search;
pub mod show;
mod signal;
pub mod site;
pub mod status;
pub mod table;
pub mod try_site;
mod way;
pub mod work;
mod world;

use std::path::PathBuf;

use clap::builder::RangedU64ValueParser;
use clap::{Args, Parser, Subcommand};

use crate::config::{Loaded, Mistake};
use crate::fetch::ChildArgs;
use crate::model::ReportState;
use crate::store::StoreError;

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
#[command(next_help_heading = "Global options")]
pub struct Global {
    // The ids differ from the fields' names, so that a command may have arguments of these names.
    /// Folder of the site files
    #[arg(
        id = "sites_dir",
        long = "sites",
        global = true,
        value_name = "DIR",
        default_value = "sites",
        env = "GOVWATCH_SITES"
    )]
    pub sites: PathBuf,
    /// Folder of the embedded database
    #[arg(
        id = "state_dir",
        long = "state",
        global = true,
        value_name = "DIR",
        default_value = "state",
        env = "GOVWATCH_STATE"
    )]
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
    /// How the log on stderr is written
    #[arg(long, global = true, value_enum, value_name = "FORM", default_value_t, env = "GOVWATCH_LOG")]
    pub log: LogForm,
}

/// How the log is written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum LogForm {
    /// Lines for people.
    #[default]
    Text,
    /// JSON Lines for programs.
    Json,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Polls sites now and prints what changed
    ///
    /// Walks the listings of each site, reads what is new, what changed its row, what is due for a recheck and what is
    /// suspect or missing; keeps every revision; prints what changed since the last time. The first time it stores what
    /// is there as the baseline. Ends with 1 if some sites failed; the others are polled all the same.
    #[command(
        after_help = "Examples:\n  govwatch fetch\n  govwatch fetch xingxian --full\n  govwatch --json fetch --due"
    )]
    Fetch(fetch::FetchArgs),
    /// Polls what is due until it is stopped, and answers how it does
    ///
    /// Reads site files that are added, edited or removed by itself, and at once on SIGHUP; a file with a mistake keeps its
    /// site as it was. SIGTERM ends what is under way and leaves within seconds. One daemon a state folder; `fetch` and
    /// the other commands work beside it.
    Daemon(daemon::DaemonArgs),
    /// Checks site files and settings
    ///
    /// Names every mistake with file, line and key. Ends with 3 if anything is wrong.
    Check(check::Check),
    /// Reads pages and prints what they say; nothing is stored
    ///
    /// Without --site no site file is used: CMS families are recognised and the rest is read automatically. A URL is asked
    /// politely: robots.txt and pace hold.
    #[command(
        after_help = "Examples:\n  govwatch extract page.html --url http://www.example.gov.cn/zwgk/1.html\n  govwatch --json extract --list pages.tsv"
    )]
    Extract(extract::ExtractArgs),
    /// Shows what each stage makes of a page, selector by selector
    ///
    /// For people who write site files. Without a URL or file the first page of the site's first listing is tried.
    #[command(
        after_help = "Examples:\n  govwatch try xingxian\n  govwatch try xingxian http://www.example.gov.cn/zwgk/1.html\n  govwatch try xingxian saved.html --url http://www.example.gov.cn/zwgk/1.html"
    )]
    Try(try_site::TryArgs),
    /// Adds a portal: looks at a listing page and writes the site file
    ///
    /// Recognises the CMS family, the rows and how the pages follow one another, reads the second page and two reports,
    /// and shows what it would read. A file that is there is never overwritten: another listing of the same host is
    /// added to it. Ends with 1, writing nothing, where it is unsure, or where there is no terminal to ask on and no --yes;
    /// what was seen and the reasons are on stdout.
    #[command(
        after_help = "Examples:\n  govwatch add http://www.example.gov.cn/zwgk/tzgg/\n  govwatch add http://www.example.gov.cn/zwgk/tzgg/ --yes\n  govwatch add --saved list.html --url http://www.example.gov.cn/zwgk/tzgg/\n  govwatch --json add --from columns.jsonl --yes"
    )]
    Add(add::AddArgs),
    /// Proposes selectors for a site that was redesigned
    ///
    /// Finds the rows and reports that are known in the pages as they are now, and says what the site file should have
    /// instead; tries it on those pages before. Changes the file with --write only, keeping its comments. Ends with 1 where
    /// it is not sure.
    #[command(
        after_help = "Examples:\n  govwatch repair xingxian\n  govwatch repair xingxian --write\n  govwatch repair xingxian --saved listing.html"
    )]
    Repair(repair::RepairArgs),
    /// Lists the reports known, newest first
    Reports(reports::Reports),
    /// Shows a report as it was read
    Show(show::Show),
    /// Shows what happened to a report
    History(history::History),
    /// Shows what was edited in a report
    Diff(diff::Diff),
    /// Shows alerts owed, failed and delivered; tries a channel, or tries again
    Alerts(alerts::AlertsArgs),
    /// Finds words in the texts of all revisions
    ///
    /// Titles, bodies, numbers, tables and the texts of attachments, Chinese and English. A report stands once, by the
    /// newest revision that has the words; where its newest one no longer has them, that is said.
    Search(search::SearchArgs),
    /// Shows what changed, those seen last first
    ///
    /// What `fetch` and the daemon told, once more, with the lines of each edit. Edits that were taken for one redesign stand
    /// as that.
    Changes(changes::Changes),
    /// Writes out the reports with their texts, for other programs
    ///
    /// JSON Lines on stdout, a row a report as `show --json` gives it, newest first, with what it was read from; or a table
    /// as CSV. --files also writes pages and attachments as they were received. Reports that were withdrawn or moved are
    /// there too, with their `state`. Ends with 1 where the store has lost something: it is named on stderr.
    Export(export::Export),
    /// Shows how much of one report stood in another
    ///
    /// Sentence by sentence: the same, with other figures, or new; and which paragraphs moved. Last year's report first.
    Compare(compare::Compare),
    /// Shows who published a report first, its copies, and which of them still show old words
    ///
    /// Reports that carry the same content are one work. One that was joined wrongly is taken out with --apart, and stays
    /// out.
    Work(work::WorkArgs),
    /// Shows who published what the law requires, and who did not
    ///
    /// A row for each site and kind of report of one year: not due, on time, late, overdue or unknown. Overdue is said
    /// only on proof: every listing of the site was walked to its end after the due day, and nothing that may be the
    /// report was seen. --why shows the evidence, and what would settle what is not known.
    Coverage(coverage::CoverageArgs),
    /// Shows how each site does
    Status(status::Status),
    /// Pauses, retires, mutes or renames a site; nothing that is known of it is lost
    Site(site::SiteArgs),
    /// Writes a checked copy of the store while it is in use
    ///
    /// The copy is one file, on the disk when the command ends. A file that is there is never overwritten without --force.
    Backup(backup::BackupArgs),
    /// Tells what is wrong with this installation, and what to do next
    ///
    /// One line a check: ok, warn or wrong. Ends with 4 if the store is wrong, with 3 if settings or site files are, with 1
    /// if something else is. Only --live uses the network.
    Doctor(doctor::DoctorArgs),
    /// Plays an embedded portal and shows the whole way, from a listing to a diff
    ///
    /// Two portals on 127.0.0.1 publish, republish, edit, withdraw, restore and redesign; each act is polled as a real
    /// portal would be. Your own sites, store and settings are not touched.
    #[command(after_help = "Examples:\n  govwatch demo\n  govwatch demo --web")]
    Demo(demo::DemoArgs),
    /// Prints the JSON Schema of a site file
    ///
    /// Editors complete and check a site file whose first line is `#:schema ../site.schema.json`.
    #[command(after_help = "Example:\n  govwatch schema > site.schema.json")]
    Schema,
    /// Reads attachments from standard input, within limits of its own
    #[command(name = "__read-attachment", hide = true)]
    ReadAttachment(ChildArgs),
    /// Prints shell completions
    Completions(completions::Completions),
}

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

impl From<Vec<Mistake>> for Stop {
    /// Wrong settings: nothing can be done before they are mended.
    fn from(mistakes: Vec<Mistake>) -> Self {
        let lines: Vec<String> = mistakes.iter().map(|mistake| out::clean(&mistake.to_string())).collect();
        Self::new(Exit::Config, lines.join("\n"))
    }
}

impl From<StoreError> for Stop {
    /// A question that the store answers with "not known" is a matter of usage; all else is the store's.
    fn from(error: StoreError) -> Self {
        let exit = match error {
            StoreError::TookTooLong
            | StoreError::UnknownReport { .. }
            | StoreError::AmbiguousReport { .. }
            | StoreError::UnknownRevision { .. } => Exit::Usage,
            _ => Exit::Store,
        };
        Self::new(exit, out::clean(&error.to_string()))
    }
}

/// Reads a number of things to show: one at least.
fn how_many() -> RangedU64ValueParser<usize> {
    RangedU64ValueParser::new().range(1..)
}

/// Reads how a report stands.
fn standing(word: &str) -> Result<ReportState, String> {
    let all = [ReportState::Present, ReportState::Suspect, ReportState::Withdrawn, ReportState::Moved];
    let found = all.into_iter().find(|state| state.as_str() == word);
    found.ok_or_else(|| format!("a state is one of {}", all.map(ReportState::as_str).join(", ")))
}

/// Stops at sites that were named and have no file.
pub fn ensure_known(loaded: &Loaded) -> Result<(), Stop> {
    let lines: Vec<String> = loaded.unknown.iter().map(|unknown| out::clean(&unknown.to_string())).collect();
    if lines.is_empty() {
        return Ok(());
    }
    let next = "a site is a file in the sites folder, named by its stem; --sites names another folder";
    Err(Stop::new(Exit::Usage, format!("{}\n{next}", lines.join("\n"))))
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn no_two_flags_of_a_command_are_the_same() {
        super::Cli::command().debug_assert();
    }
}
