//! Obligations and coverage: a year of many offices, a few portals over a due day, and the command.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on shows where")]

mod command;
mod story;
pub(crate) mod told;
mod year;

use std::sync::Arc;

use govwatch::config::{Network, Site, load_sites};

const RULE: &str = "rule-of-law-annual";
const DISCLOSURE: &str = "disclosure-annual";

/// The sites of these files, in the order of their ids.
fn sites(files: &[(String, String)]) -> Vec<Arc<Site>> {
    let folder = tempfile::tempdir().unwrap();
    for (id, text) in files {
        std::fs::write(folder.path().join(format!("{id}.toml")), text).unwrap();
    }
    let loaded = load_sites(folder.path(), &[], &Network::default());
    assert!(loaded.mistakes.is_empty(), "{:?}", loaded.mistakes);
    loaded.sites
}
