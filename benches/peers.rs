//! Readers for Python, each asked through one child process that holds all pages in memory.
//!
//! In: pages. Out: what each peer says, and its CPU time a round, as the child measures it. The peers are installed by
//! name into a virtual environment below `target/` the first time they are asked for.

use std::cell::RefCell;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::rc::Rc;

use serde_json::{Value, json};

use super::gold::{Page, Reading};
use super::readers::Reader;

/// Names in the package index.
const PACKAGES: [&str; 4] = ["trafilatura", "gne", "readability-lxml", "resiliparse"];

/// The child, told one line at a time.
struct Python {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Python {
    fn ask(&mut self, question: &Value) -> Value {
        writeln!(self.input, "{question}").expect("the peers are alive");
        let mut answer = String::new();
        self.output.read_line(&mut answer).expect("the peers answer");
        serde_json::from_str(&answer).expect("an answer is one line of JSON")
    }
}

impl Drop for Python {
    fn drop(&mut self) {
        // It ends with its input; a child that is dead already has nothing left to say.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// One of them.
struct Peer {
    name: String,
    python: Rc<RefCell<Python>>,
}

impl Reader for Peer {
    fn name(&self) -> String {
        self.name.clone()
    }

    fn readings(&mut self) -> Option<Vec<Reading>> {
        let answer = self.python.borrow_mut().ask(&json!({"read": self.name}));
        let reading = |said: &Value| Reading {
            text: said["text"].as_str().unwrap_or_default().to_owned(),
            fields: serde_json::from_value(said["fields"].clone()).expect("fields are text"),
        };
        Some(answer.as_array().expect("one a page").iter().map(reading).collect())
    }

    fn round(&mut self) -> f64 {
        self.python.borrow_mut().ask(&json!({"time": self.name})).as_f64().expect("seconds")
    }
}

/// Starts the peers; installs them where they are not.
pub(crate) fn all(pages: &[Page]) -> Vec<Box<dyn Reader>> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/peers.py");
    let mut child = Command::new(python())
        .arg(script)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the peers start");
    let input = child.stdin.take().expect("a pipe");
    let output = BufReader::new(child.stdout.take().expect("a pipe"));
    let mut python = Python { child, input, output };
    let listed: Vec<Value> = pages.iter().map(|page| json!({"file": page.file, "url": page.url})).collect();
    let names = python.ask(&json!({"pages": listed}));
    let names: Vec<String> = serde_json::from_value(names).expect("names");
    let python = Rc::new(RefCell::new(python));
    let peer = |name| Box::new(Peer { name, python: Rc::clone(&python) }) as Box<dyn Reader>;
    names.into_iter().map(peer).collect()
}

/// The interpreter of the environment that has the peers.
fn python() -> PathBuf {
    let place = Path::new(env!("CARGO_TARGET_TMPDIR")).join("peers");
    let python = place.join("bin/python");
    let has_all = || {
        let imports = ["-c", "import trafilatura, gne, readability, resiliparse"];
        Command::new(&python).args(imports).status().is_ok_and(|status| status.success())
    };
    if !python.is_file() || !has_all() {
        run(Command::new("python3").args(["-m", "venv"]).arg(&place));
        for package in PACKAGES {
            // One at a time: together their spellings of lxml's extra crash the resolver of pip 23.
            run(Command::new(&python).args(["-m", "pip", "install", "--quiet", package]));
        }
    }
    python
}

fn run(command: &mut Command) {
    let status = command.stdout(Stdio::null()).status();
    assert!(status.is_ok_and(|status| status.success()), "{command:?} failed");
}
