//! What `doctor` finds of the machine: room, the file system under the store, zones, programs, limits.

use std::path::Path;

use jiff::tz::TimeZone;

use super::super::table::size;
use super::Finding;
use crate::config::{Loaded, Render, Settings};
use crate::fetch::browser_program;

/// Room under which a store is close to standing still: some weeks of a few hundred sites.
const LEAST_ROOM: u64 = 1 << 30;
/// Room under which the next attachments may not fit: a few of the largest.
const NO_ROOM: u64 = 200 << 20;
/// Fewer open files than this are soon used up: a poll needs two or three.
const LEAST_FILES: u64 = 1024;

/// Every check of the machine.
pub(super) fn findings(state: &Path, loaded: &Loaded, settings: &Settings) -> Vec<Finding> {
    let mut findings = Vec::new();
    findings.push(zones());
    findings.extend(disk(state));
    findings.extend(files());
    findings.extend(browser(loaded, settings));
    findings.extend(recognition(settings));
    findings
}

fn zones() -> Finding {
    match TimeZone::get("Asia/Shanghai") {
        Ok(_) => Finding::ok("zones", "known"),
        Err(error) => {
            Finding::wrong("zones", format!("Asia/Shanghai is unknown: {error}"), "report it: zones are built in")
        }
    }
}

#[cfg(unix)]
fn disk(state: &Path) -> Vec<Finding> {
    /// Marks of file systems on which SQLite's locks do not hold. Source: statfs(2), linux/magic.h
    const REMOTE: [(u64, &str); 5] =
        [(0x6969, "NFS"), (0x517B, "SMB"), (0xFE53_4D42, "SMB"), (0xFF53_4D42, "CIFS"), (0x0102_1997, "9P")];
    // A folder that is not there yet will stand on the disk of the one above it.
    let Some(there) = state.ancestors().find(|path| path.is_dir() || path.as_os_str().is_empty()) else {
        return Vec::new();
    };
    let there = if there.as_os_str().is_empty() { Path::new(".") } else { there };
    let mut findings = Vec::new();
    if let Ok(found) = rustix::fs::statvfs(there) {
        let room = found.f_bavail.saturating_mul(found.f_frsize);
        let message = format!("{} free for the store", size(room));
        findings.push(match room {
            0..NO_ROOM => Finding::wrong("disk", message, "free some space: polls fail when there is none"),
            NO_ROOM..LEAST_ROOM => {
                Finding::warn("disk", message, "free some space; govwatch status tells how the store grows")
            }
            _ => Finding::ok("disk", message),
        });
    }
    #[cfg(target_os = "linux")]
    if let Ok(found) = rustix::fs::statfs(there) {
        let mark = u64::try_from(found.f_type).unwrap_or(0) & 0xFFFF_FFFF;
        if let Some((_, name)) = REMOTE.iter().find(|(of, _)| *of == mark) {
            let message = format!("the store is on a network file system ({name}), whose locks do not hold");
            findings.push(Finding::wrong("disk", message, "move it to a disk of this machine"));
        }
    }
    findings
}

#[cfg(not(unix))]
fn disk(_state: &Path) -> Vec<Finding> {
    Vec::new()
}

fn files() -> Option<Finding> {
    #[cfg(unix)]
    {
        let most = rustix::process::getrlimit(rustix::process::Resource::Nofile).maximum.unwrap_or(u64::MAX);
        if most < LEAST_FILES {
            let next = "raise it: LimitNOFILE= of the service, or ulimit -Hn";
            return Some(Finding::warn("files", format!("this user may open {most} files at once"), next));
        }
    }
    None
}

fn browser(loaded: &Loaded, settings: &Settings) -> Option<Finding> {
    let n_sites = loaded.sites.iter().filter(|site| site.fetch.render == Render::Browser).count();
    if n_sites == 0 {
        return None;
    }
    Some(match browser_program(settings.browser.path.as_deref()) {
        Ok(path) => Finding::ok("browser", format!("{} draws the pages of {n_sites} sites", path.display())),
        Err(why) => {
            Finding::wrong("browser", format!("{n_sites} sites want one: {why}"), "on Debian: apt install chromium")
        }
    })
}

/// The programs that recognise scans, where they are asked for.
fn recognition(settings: &Settings) -> Vec<Finding> {
    if !settings.ocr {
        return Vec::new();
    }
    let look = |(program, package): (&'static str, &str)| {
        let path = std::env::var_os("PATH").unwrap_or_default();
        match std::env::split_paths(&path).map(|dir| dir.join(program)).find(|file| file.is_file()) {
            Some(file) => Finding::ok("ocr", format!("{}", file.display())),
            None => {
                Finding::wrong("ocr", format!("{program} is not there"), format!("on Debian: apt install {package}"))
            }
        }
    };
    [("tesseract", "tesseract-ocr tesseract-ocr-chi-sim"), ("pdftoppm", "poppler-utils")].map(look).into()
}
