//! Children, and what they cost: CPU time and the most memory, of each apart. Source: proc(5), so Linux only.
//!
//! In: a command. Out: a [`Cost`]. Never: a child left behind.

use std::path::Path;
use std::process::{Child, Command, ExitStatus};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// Ticks of a second in the files of `/proc`: Linux tells every program 100.
const TICKS: f64 = 100.0;
/// How often a child is looked at: memory that comes and goes within this is not seen.
const LOOK: Duration = Duration::from_millis(10);

/// What a child cost.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Cost {
    /// Seconds of CPU time, of its own children too.
    pub(crate) cpu: f64,
    /// Seconds on the clock.
    pub(crate) wall: f64,
    /// The most memory it held (VmHWM), in MB.
    pub(crate) peak_mb: f64,
}

/// Runs a child to its end.
pub(crate) fn run(command: &mut Command) -> (ExitStatus, Cost) {
    let begun = Instant::now();
    let mut child = command.spawn().expect("a program that starts");
    let mut cost = Cost::default();
    loop {
        // What it used can be read until it is waited for.
        let (is_over, cpu) = used(&child);
        cost.cpu = cpu;
        if is_over {
            break;
        }
        cost.peak_mb = peak_mb(&child).unwrap_or(cost.peak_mb);
        sleep(LOOK);
    }
    cost.wall = begun.elapsed().as_secs_f64();
    (child.wait().expect("it is our child"), cost)
}

/// Whether it has ended, and the CPU time of it and its children.
fn used(child: &Child) -> (bool, f64) {
    let path = format!("/proc/{}/stat", child.id());
    let stat = std::fs::read_to_string(&path).expect("a child that was not waited for is in /proc");
    // The name in brackets may have spaces; the fields after it are: state is the 1st, utime the 12th.
    let fields: Vec<&str> = stat.rsplit(") ").next().unwrap_or_default().split(' ').collect();
    let ticks: f64 = fields[11..15].iter().filter_map(|field| field.parse::<f64>().ok()).sum();
    (fields[0] == "Z", ticks / TICKS)
}

fn peak_mb(child: &Child) -> Option<f64> {
    let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(line.trim().strip_suffix("kB")?.trim().parse::<f64>().ok()? / 1000.0)
}

/// The bytes of the files of a folder.
pub(crate) fn bytes_in(folder: &Path) -> u64 {
    let files = std::fs::read_dir(folder).into_iter().flatten().flatten();
    files.filter_map(|file| file.metadata().ok()).filter(std::fs::Metadata::is_file).map(|file| file.len()).sum()
}
