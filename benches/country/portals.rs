//! The other end of the process that the portals live in. In: a [`Scene`]. Out: what the portals have spent since the last
//! one. Never: a portal that outlives this.

use std::io::{BufRead, BufReader, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use crate::land::Sizes;
use crate::portal::{Scene, Spent};

/// The portals of a country, until this is dropped.
pub(crate) struct Portals {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    /// Where all of them listen.
    pub(crate) port: u16,
    before: Spent,
}

impl Portals {
    pub(crate) fn start(sizes: Sizes) -> Self {
        let mut child = this_program("portal", sizes)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("this program starts again");
        let input = child.stdin.take().expect("a pipe");
        let output = BufReader::new(child.stdout.take().expect("a pipe"));
        let mut portals = Self { child, input, output, port: 0, before: Spent::default() };
        portals.port = portals.line().parse().expect("a port");
        portals
    }

    /// Has the portals answer like this from now on; gives what they have spent since the last time.
    pub(crate) fn set(&mut self, scene: &Scene) -> Spent {
        writeln!(self.input, "{}", serde_json::to_string(scene).expect("plain values")).expect("the portals live");
        let now: Spent = serde_json::from_str(&self.line()).expect("what they spent");
        let before = std::mem::replace(&mut self.before, now);
        Spent {
            cpu: now.cpu - before.cpu,
            n_requests: now.n_requests - before.n_requests,
            n_pages: now.n_pages - before.n_pages,
            n_not_modified: now.n_not_modified - before.n_not_modified,
            n_bytes: now.n_bytes - before.n_bytes,
            n_reports: now.n_reports - before.n_reports,
            report_bytes: now.report_bytes - before.report_bytes,
        }
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.output.read_line(&mut line).expect("the portals answer");
        line.trim().to_owned()
    }
}

impl Drop for Portals {
    fn drop(&mut self) {
        // One that is dead already has nothing left to say.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// This program again, as something else.
pub(crate) fn this_program(role: &str, sizes: Sizes) -> Command {
    let mut command = Command::new(std::env::current_exe().expect("the path of this program"));
    command.args(["--role", role]).args(sizes.args());
    command
}
