//! Runs the real binary against a town: a folder of its own for site files and store, one process a `fetch`.

use std::io::{BufRead as _, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard};

use serde_json::Value;
use tempfile::TempDir;

use crate::portal::{Ask, Portal, Reply};
use crate::town::Town;

/// A town that is served, and a govwatch that watches it.
pub(crate) struct Watch {
    town: Arc<Mutex<Town>>,
    hosts: Vec<&'static str>,
    alarm: Arc<Mutex<Alarm>>,
    portal: Portal,
    folder: TempDir,
}

/// Rings when a request of a given number arrives.
#[derive(Default)]
struct Alarm {
    n_requests: u64,
    rings: Option<(u64, Sender<Moment>)>,
}

enum Moment {
    /// The request that was waited for has arrived.
    Reached,
    /// The process closed its standard output: it has ended, and printed these lines.
    Ended(Vec<String>),
}

/// What a `fetch` printed.
#[derive(Debug)]
pub(crate) struct Told {
    /// The events in order.
    pub(crate) events: Vec<Value>,
    /// The last line.
    pub(crate) summary: Value,
}

impl Told {
    /// The words and URLs of the events, sorted.
    pub(crate) fn changes(&self) -> Vec<(String, String)> {
        let words = |event: &Value| (word(event, "event"), word(event, "url"));
        let mut changes: Vec<(String, String)> = self.events.iter().map(words).collect();
        changes.sort();
        changes
    }

    /// A number of the summary.
    pub(crate) fn count(&self, key: &str) -> u64 {
        self.summary[key].as_u64().expect("every count is in the summary")
    }
}

/// The text under a key; empty for null.
pub(crate) fn word(row: &Value, key: &str) -> String {
    row[key].as_str().unwrap_or_default().to_owned()
}

impl Watch {
    /// Serves the town and writes its site files.
    pub(crate) fn over(town: Town) -> Self {
        let (files, hosts) = (town.site_files(), town.hosts());
        let town = Arc::new(Mutex::new(town));
        let served = Arc::clone(&town);
        Self::begin(town, hosts, &files, move |ask| answer(&served, ask))
    }

    /// Serves one host of a test's own, with its site file.
    pub(crate) fn at(
        host: &'static str,
        site_file: &str,
        says: impl Fn(&Ask) -> Reply + Clone + Send + Sync + 'static,
    ) -> Self {
        let nobody = Arc::new(Mutex::new(Town::of_sizes(1, [0, 0, 0])));
        Self::begin(nobody, vec![host], &[("own.toml".to_owned(), site_file.to_owned())], says)
    }

    fn begin(
        town: Arc<Mutex<Town>>,
        hosts: Vec<&'static str>,
        site_files: &[(String, String)],
        says: impl Fn(&Ask) -> Reply + Clone + Send + Sync + 'static,
    ) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        std::fs::create_dir(folder.path().join("sites")).expect("an empty folder");
        for (name, text) in site_files {
            std::fs::write(folder.path().join("sites").join(name), text).expect("an empty folder");
        }
        let (portal, alarm) = (Portal::start(), Arc::new(Mutex::new(Alarm::default())));
        for host in &hosts {
            let (says, alarm) = (says.clone(), Arc::clone(&alarm));
            portal.answer_all(host, move |ask| {
                ring(&alarm);
                says(ask)
            });
        }
        Self { town, hosts, alarm, portal, folder }
    }

    /// Every request so far.
    pub(crate) fn asks(&self) -> Vec<Ask> {
        self.portal.asks()
    }

    /// The town, to look at or to change between two fetches.
    pub(crate) fn town(&self) -> MutexGuard<'_, Town> {
        self.town.lock().expect("no request handler panics")
    }

    /// The database.
    pub(crate) fn database(&self) -> PathBuf {
        self.folder.path().join("state/govwatch.db")
    }

    /// The file of a site.
    pub(crate) fn site_file(&self, site: &str) -> PathBuf {
        self.folder.path().join(format!("sites/{site}.toml"))
    }

    /// Writes settings beside the site files.
    pub(crate) fn set(&self, settings: &str) {
        std::fs::write(self.folder.path().join("govwatch.toml"), settings).expect("our own folder");
    }

    /// Runs a command to its end; gives its exit code and what it said on standard output and error.
    pub(crate) fn said(&self, arguments: &[&str]) -> (Option<i32>, String, String) {
        let output = self.command(arguments).output().expect("the binary runs");
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        (output.status.code(), text(&output.stdout), text(&output.stderr))
    }

    /// Forgets everything that was stored.
    pub(crate) fn forget(&self) {
        let state = self.folder.path().join("state");
        if state.exists() {
            std::fs::remove_dir_all(state).expect("our own folder");
        }
    }

    /// Runs a command to its end; gives the rows it printed. Fails the test unless it exits with 0.
    pub(crate) fn rows(&self, arguments: &[&str]) -> Vec<Value> {
        let output = self.command(arguments).output().expect("the binary runs");
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "govwatch {arguments:?}: {}\n{errors}", output.status);
        let text = String::from_utf8(output.stdout).expect("JSON is UTF-8");
        text.lines().map(|line| serde_json::from_str(line).expect("JSON Lines")).collect()
    }

    /// Runs `fetch` to its end.
    pub(crate) fn fetch(&self, flags: &[&str]) -> Told {
        let mut events = self.rows(&[&["fetch"], flags].concat());
        let summary = events.pop().expect("a summary");
        assert_eq!(summary["event"], "summary");
        Told { events, summary }
    }

    /// Starts a `fetch` and kills it (SIGKILL) as soon as its nth request arrives; a fetch of fewer requests ends by
    /// itself. Gives the rows that it printed whole.
    pub(crate) fn fetch_killed_at(&self, n_request: u64, flags: &[&str]) -> Vec<Value> {
        let (sender, moments) = channel();
        {
            let mut alarm = self.alarm.lock().expect("no request handler panics");
            *alarm = Alarm { n_requests: 0, rings: Some((n_request, sender.clone())) };
        }
        let mut command = self.command(&[&["fetch"], flags].concat());
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("the binary runs");
        tell_end(&mut child, sender);
        let lines = kill_when_reached(&mut child, &moments);
        self.alarm.lock().expect("no request handler panics").rings = None;
        lines.iter().filter_map(|line| serde_json::from_str(line).ok()).collect()
    }

    /// Runs a command to its end; gives what it printed for people.
    pub(crate) fn text(&self, arguments: &[&str]) -> String {
        let output = self.command_for_people(arguments).output().expect("the binary runs");
        String::from_utf8(output.stdout).expect("text is UTF-8")
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = self.command_for_people(arguments);
        command.arg("--json");
        command
    }

    fn command_for_people(&self, arguments: &[&str]) -> Command {
        let pins: Vec<String> =
            self.portal.resolve(self.hosts.iter().copied()).iter().map(|(host, at)| format!("{host}={at}")).collect();
        let mut command = Command::new(env!("CARGO_BIN_EXE_govwatch"));
        command
            .current_dir(self.folder.path())
            .args(["--sites", "sites", "--state", "state"])
            .args(arguments)
            .env("GOVWATCH_NETWORK_ALLOW", "127.0.0.1/32")
            .env("GOVWATCH_NETWORK_RESOLVE", pins.join(","))
            .stdin(Stdio::null());
        command
    }
}

fn answer(town: &Mutex<Town>, ask: &Ask) -> Reply {
    let page = town.lock().expect("no request handler panics").answer(&ask.host, &ask.path);
    Reply { status: page.status, ..Reply::bytes(page.content_type, page.body) }
}

fn ring(alarm: &Mutex<Alarm>) {
    let mut alarm = alarm.lock().expect("no request handler panics");
    alarm.n_requests += 1;
    if let Some((at, bell)) = &alarm.rings
        && *at == alarm.n_requests
    {
        // Nobody listens once the process has ended.
        drop(bell.send(Moment::Reached));
    }
}

/// Reads the process's output on a thread until it closes.
fn tell_end(child: &mut Child, ended: Sender<Moment>) {
    let stdout = BufReader::new(child.stdout.take().expect("it is piped"));
    std::thread::spawn(move || {
        let lines = stdout.lines().map_while(Result::ok).collect();
        ended.send(Moment::Ended(lines)).expect("the test waits for the end");
    });
}

/// Waits for the end of the process, by itself or by our hand; gives what it printed.
fn kill_when_reached(child: &mut Child, moments: &Receiver<Moment>) -> Vec<String> {
    loop {
        match moments.recv().expect("the end is always told") {
            Moment::Reached => child.kill().expect("it is ours"),
            Moment::Ended(lines) => {
                child.wait().expect("it is ours");
                return lines;
            }
        }
    }
}
