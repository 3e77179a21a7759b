//! `add` by the real binary: on invented listings of every make, on pages that are traps, on real ones, and what it does
//! with files.

mod corpus;
mod files;
mod kinds;
mod live;
mod rows;
mod saved;
mod traps;

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;

use crate::portal::Portal;
use kinds::Row;

/// A folder of its own with a `sites` folder in it, and a govwatch that adds to it.
pub(crate) struct Desk {
    folder: TempDir,
    settings: Vec<(&'static str, String)>,
}

impl Desk {
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::tempdir().expect("a temporary folder"), settings: Vec::new() }
    }

    /// Names that lead to the portal.
    pub(crate) fn beside(portal: &Portal, hosts: &[String]) -> Self {
        let pins = portal.resolve(hosts.iter().map(String::as_str));
        let pins: Vec<String> = pins.iter().map(|(host, at)| format!("{host}={at}")).collect();
        let allow = ("GOVWATCH_NETWORK_ALLOW", "127.0.0.1/32".to_owned());
        Self { settings: vec![allow, ("GOVWATCH_NETWORK_RESOLVE", pins.join(","))], ..Self::new() }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("our own folder");
        std::fs::write(path, text).expect("our own folder");
    }

    pub(crate) fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_govwatch"));
        command.current_dir(self.folder.path()).args(["--sites", "sites", "--state", "state"]).args(arguments);
        command.envs(self.settings.iter().map(|(key, value)| (*key, value))).stdin(Stdio::null());
        command.output().expect("the binary runs")
    }

    /// The rows of `--json`, and the exit code.
    pub(crate) fn rows(&self, arguments: &[&str]) -> (Vec<Value>, Option<i32>) {
        let output = self.run(&[&["--json"], arguments].concat());
        let text = String::from_utf8(output.stdout).expect("JSON is UTF-8");
        let rows = text.lines().map(|line| serde_json::from_str(line).expect("JSON Lines")).collect();
        (rows, output.status.code())
    }

    /// The row of a saved page.
    fn saved(&self, file: &Path, url: &str) -> (Value, Option<i32>) {
        let file = file.to_str().expect("a plain path");
        let (mut rows, code) = self.rows(&["add", "--saved", file, "--url", url]);
        assert_eq!(rows.len(), 1, "{file}");
        (rows.remove(0), code)
    }
}

/// What `add` said of a listing, beside what is right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Right,
    Unsure,
    Wrong,
}

/// The entries of a row.
fn entries(row: &Value) -> Vec<Row> {
    let text = |entry: &Value, key: &str| entry[key].as_str().unwrap_or_default().to_owned();
    let rows = row["entries"].as_array().expect("a list").iter();
    rows.map(|entry| (text(entry, "title"), text(entry, "url"), entry["date"].as_str().map(str::to_owned))).collect()
}

/// How many of each, in words; fails where anything was wrong with confidence.
fn told(name: &str, verdicts: &[(String, Verdict, String)]) -> (usize, usize) {
    let count = |verdict| verdicts.iter().filter(|(_, one, _)| *one == verdict).count();
    for (case, verdict, note) in verdicts {
        println!("{name:8} {verdict:?}\t{case}\t{note}");
    }
    let (right, unsure, wrong) = (count(Verdict::Right), count(Verdict::Unsure), count(Verdict::Wrong));
    println!("{name}: {} cases: {right} right, {unsure} unsure, {wrong} wrong with confidence", verdicts.len());
    assert_eq!(wrong, 0, "{name}: wrong with confidence");
    (right, verdicts.len())
}
