//! The program itself over the country: its site files and settings, and one `fetch` after the other by the real binary.
//!
//! In: a country and the port of its portals. Out: what each `fetch` cost and said. Never: a library call in its place.

use std::ffi::OsString;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;

use serde::Deserialize;
use tempfile::TempDir;

use crate::chrome::put;
use crate::land::{Country, host};
use crate::process::{self, Cost, bytes_in};

/// Every known report is read again in each round; own servers are asked as fast as they answer.
const READ_AGAIN: &str = "pace = { min_interval = \"0s\" }\nrecheck = \"1s\"\n";
/// The same, with reports read again as by default.
const LOOK_ONLY: &str = "pace = { min_interval = \"0s\" }\n";

/// What a poll does of reports that are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rechecks {
    /// All of them, in each round.
    All,
    /// Only those that are due.
    Due,
}

/// A folder of site files and a store.
pub(crate) struct Watch {
    folder: TempDir,
    /// The words of what the program is run under, and the program.
    program: Vec<OsString>,
}

/// The last line of `fetch --json`.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
pub(crate) struct Summary {
    pub(crate) requests: u64,
    pub(crate) reports_read: u64,
    pub(crate) baseline: u64,
    pub(crate) new: u64,
    pub(crate) copies: u64,
    pub(crate) edited: u64,
    pub(crate) withdrawn: u64,
    pub(crate) suspect: u64,
    pub(crate) unchanged: u64,
    pub(crate) sites_failed: u64,
}

impl Watch {
    /// With an empty store.
    pub(crate) fn new(country: &Country, port: u16, rechecks: Rechecks) -> Self {
        let watch = Self {
            folder: tempfile::tempdir().expect("a temporary folder"),
            program: vec![env!("CARGO_BIN_EXE_govwatch").into()],
        };
        fs::create_dir(watch.path("sites")).expect("an empty folder");
        let top = if rechecks == Rechecks::All { READ_AGAIN } else { LOOK_ONLY };
        let mut settings = "[network]\nallow = [\"127.0.0.1/32\"]\n\n[network.resolve]\n".to_owned();
        for site in 0..country.sizes.sites {
            let file = watch.path("sites").join(format!("s{site:05}.toml"));
            fs::write(file, country.site_file(site, top)).expect("an empty folder");
            put(&mut settings, format_args!("\"{}\" = \"127.0.0.1:{port}\"\n", host(site)));
        }
        fs::write(watch.path("govwatch.toml"), settings).expect("an empty folder");
        watch
    }

    /// The same with another build of the program, where one is given, and run under this.
    pub(crate) fn with(self, program: Option<&Path>, under: &str) -> Self {
        let program = program.map_or_else(|| self.program[0].clone(), |other| other.as_os_str().to_owned());
        Self { program: under.split_whitespace().map(OsString::from).chain([program]).collect(), ..self }
    }

    /// Whether it runs under something that makes it slow.
    pub(crate) fn is_profiled(&self) -> bool {
        self.program.len() > 1
    }

    /// Polls every site once. **Panics** where it ends with an error: what is measured must be right.
    pub(crate) fn fetch(&self) -> (Cost, Summary) {
        let out = File::create(self.path("out.jsonl")).expect("a file");
        let errors = File::create(self.path("errors.txt")).expect("a file");
        let mut command = self.command();
        let (status, cost) = process::run(command.args(["--json", "fetch"]).stdout(out).stderr(errors));
        let said = fs::read_to_string(self.path("out.jsonl")).expect("what it said");
        if !status.success() {
            let errors = fs::read_to_string(self.path("errors.txt")).expect("what it said");
            let shown: Vec<&str> = errors.lines().take(20).collect();
            assert!(self.is_profiled(), "govwatch fetch ended with {status}:\n{}", shown.join("\n"));
        }
        let summary = said.lines().last().and_then(|line| serde_json::from_str(line).ok());
        (cost, summary.expect("fetch ends with a summary"))
    }

    /// The program with this folder's files.
    fn command(&self) -> Command {
        let mut command = Command::new(&self.program[0]);
        command.args(&self.program[1..]);
        command.current_dir(&self.folder).args(["--sites", "sites", "--state", "state", "--config", "govwatch.toml"]);
        command
    }

    /// Bytes of the database, its log too.
    pub(crate) fn store_bytes(&self) -> u64 {
        bytes_in(&self.state())
    }

    /// The folder of the database.
    pub(crate) fn state(&self) -> PathBuf {
        self.path("state")
    }

    /// The database.
    pub(crate) fn database(&self) -> PathBuf {
        self.state().join("govwatch.db")
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }
}
