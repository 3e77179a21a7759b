//! Other crawlers over the same pages: Scrapy and the crate `spider`, each a child that keeps the text of each report.
//!
//! In: a country and its portals. Out: what each cost. Both are made below `target/` the first time they are asked for:
//! an environment with Scrapy of the package index, and a small project of Cargo's that depends on `spider`. Never: a
//! dependency of this project.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::land::Country;
use crate::portal::Scene;
use crate::portals::Portals;
use crate::process::{self, bytes_in};
use crate::rounds::Run;

/// The manifest of the project that `spider_crawl.rs` is built in; `rusqlite` of the version
/// that `spider` links.
const MANIFEST: &str = r#"[package]
name = "spider-crawl"
version = "0.0.0"
edition = "2024"

[dependencies]
rusqlite = { version = ">=0.31, <0.40", features = ["bundled"] }
scraper = { version = "0.29", default-features = false }
spider = "2.51"

[workspace]
"#;

/// A peer that can be run.
pub(crate) struct Peer {
    pub(crate) name: &'static str,
    /// The program and what comes before the port.
    program: PathBuf,
    first: Vec<PathBuf>,
    /// Whether it is told how many listings there are; the other finds them.
    is_told_listings: bool,
}

/// Both, made where they are not. One that cannot be made is said and left out.
pub(crate) fn all() -> Vec<Peer> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/country/scrapy_crawl.py");
    let peer = |name, program: Option<PathBuf>, first, is_told_listings| {
        if program.is_none() {
            println!("{name}: left out, it cannot be installed");
        }
        Some(Peer { name, program: program?, first, is_told_listings })
    };
    let scrapy = peer("Scrapy, first crawl", python(), vec![script], true);
    scrapy.into_iter().chain(peer("spider, first crawl", spider(), Vec::new(), false)).collect()
}

impl Peer {
    /// A first crawl of all.
    pub(crate) fn run(&self, country: &Country, portals: &mut Portals, scene: &Scene) -> Run {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let mut command = Command::new(&self.program);
        command.args(&self.first).args([portals.port.to_string(), country.sizes.sites.to_string()]);
        if self.is_told_listings {
            command.arg(country.sizes.listings.to_string());
        }
        let out = folder.path().join("out.txt");
        command.arg(folder.path().join("peer.db")).stdout(std::fs::File::create(&out).expect("a file"));
        let (status, cost) = process::run(&mut command);
        assert!(status.success(), "{} ended with {status}", self.name);
        let spent = portals.set(scene);
        let said = std::fs::read_to_string(out).expect("what it said");
        println!("{}: {} reports kept", self.name, said.trim());
        let stored = i64::try_from(bytes_in(folder.path())).expect("files of this size");
        Run { cost, spent, stored, n_changes: 0 }
    }
}

/// The interpreter of an environment that has Scrapy.
fn python() -> Option<PathBuf> {
    let place = Path::new(env!("CARGO_TARGET_TMPDIR")).join("scrapy");
    let python = place.join("bin/python");
    let has_it = || is_done(Command::new(&python).args(["-c", "import scrapy"]).stderr(Stdio::null()));
    let install = || {
        is_done(Command::new("python3").args(["-m", "venv"]).arg(&place))
            && is_done(Command::new(&python).args(["-m", "pip", "install", "--quiet", "scrapy"]))
    };
    (has_it() || install()).then_some(python)
}

/// The program that `spider` is tried by.
fn spider() -> Option<PathBuf> {
    let place = Path::new(env!("CARGO_TARGET_TMPDIR")).join("spider");
    std::fs::create_dir_all(place.join("src")).expect("the folder of the target");
    std::fs::write(place.join("Cargo.toml"), MANIFEST).expect("a file below the target");
    std::fs::write(place.join("src/main.rs"), include_str!("spider_crawl.rs")).expect("a file below the target");
    let is_built = is_done(Command::new("cargo").args(["build", "--release", "--quiet"]).current_dir(&place));
    is_built.then(|| place.join("target/release/spider-crawl"))
}

fn is_done(command: &mut Command) -> bool {
    command.stdout(Stdio::null()).status().is_ok_and(|status| status.success())
}
