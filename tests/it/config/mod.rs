//! Site files, families, settings and `check`, from outside.

mod check;
mod listings;
mod obligations;
mod random;
mod schema;
mod settings;
mod sites;

use std::fs;

use govwatch::config::{Loaded, Network, Site, load_sites};
use tempfile::TempDir;

const SMALLEST: &str = "[[listing]]\nurl = \"http://www.example.gov.cn/zwgk/fzzfjs/\"\n";

/// A folder of site files; paths with a slash lie deeper.
fn folder(files: &[(&str, &str)]) -> TempDir {
    let dir = tempfile::tempdir().expect("temporary folder");
    for (name, text) in files {
        let path = dir.path().join(name);
        fs::create_dir_all(path.parent().expect("inside the folder")).expect("folder");
        fs::write(path, text).expect("file");
    }
    dir
}

fn load(dir: &TempDir, only: &[&str]) -> Loaded {
    let only: Vec<String> = only.iter().map(|&name| name.to_owned()).collect();
    load_sites(dir.path(), &only, &Network::default())
}

/// What is wrong with one site file, as lines for people, without the folder's name.
fn mistakes_of(text: &str) -> Vec<String> {
    let dir = folder(&[("site.toml", text)]);
    let prefix = format!("{}/", dir.path().display());
    load(&dir, &[]).mistakes.iter().map(|mistake| mistake.to_string().replace(&prefix, "")).collect()
}

fn site_of(text: &str) -> Site {
    let loaded = load(&folder(&[("site.toml", text)]), &[]);
    assert_eq!(loaded.mistakes, []);
    (*loaded.sites[0]).clone()
}
