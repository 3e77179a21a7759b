//! A folder of site files, looked at again and again while a daemon runs. In: the folder. Out: what has turned since the
//! last look: a site that was read, a file that is wrong, a file that is gone. Never: a site lost to a mistake.
//!
//! A file that is wrong keeps the site that it was before. A file counts when two looks in a row find it the same: an
//! editor may be in the middle of saving it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use super::folder;
use super::load::SiteReader;
use super::mistake::Mistake;
use super::obligations;
use super::rules::Site;
use super::settings::Network;
use crate::model::SiteId;

/// A folder and what was read of it.
#[derive(Debug)]
pub struct SiteFolder {
    dir: PathBuf,
    network: Network,
    reader: SiteReader,
    /// Families and kinds: when one of them changes, every site file is read again.
    shared: BTreeMap<PathBuf, Stamp>,
    /// The same as it was found by the last look.
    shared_seen: BTreeMap<PathBuf, Stamp>,
    files: BTreeMap<String, Known>,
    /// What is wrong with the folder itself, or with what all its files share.
    mistakes: Vec<Mistake>,
    /// Why the last look saw no files.
    unreadable: Option<Mistake>,
}

/// A file that is known.
#[derive(Debug, Default)]
struct Known {
    /// As the last look found it; `None`: it was not there.
    seen: Option<Stamp>,
    /// As it was when it was read; `None`: it is to be read.
    read: Option<Stamp>,
    mistakes: Vec<Mistake>,
}

/// What tells one state of a file from another without reading it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Stamp {
    modified_at: Option<SystemTime>,
    n_bytes: u64,
    file: u64,
}

/// Which files a look takes for finished.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Look {
    /// Those that the look before found the same.
    Patient,
    /// All: a person says that they are.
    AtOnce,
}

/// What has turned since the last look.
#[derive(Debug)]
pub enum FileTurn {
    /// A file that is right.
    Read(Arc<Site>),
    /// A file that is wrong: the site that it was before stays.
    Wrong(SiteId, Vec<Mistake>),
    /// A file that is there no longer.
    Gone(SiteId),
    /// The folder, a family or the kinds are wrong.
    Shared(Vec<Mistake>),
}

impl SiteFolder {
    /// A folder of which nothing was read yet; the first look reads all.
    pub fn new(dir: &Path, network: &Network) -> Self {
        let (reader, shared) = (SiteReader::of(dir, network), shared_stamps(dir));
        Self {
            dir: dir.to_owned(),
            network: network.clone(),
            mistakes: Vec::new(),
            unreadable: None,
            reader,
            shared_seen: shared.clone(),
            shared,
            files: BTreeMap::new(),
        }
    }

    /// Where it is.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// By which networks its files are checked.
    pub fn network(&self) -> &Network {
        &self.network
    }

    /// What is wrong now, with the folder, the families, the kinds and every file.
    pub fn mistakes(&self) -> Vec<Mistake> {
        self.mistakes.iter().chain(self.files.values().flat_map(|file| &file.mistakes)).cloned().collect()
    }

    /// Why sites are not watched that people may take for watched: a folder that cannot be read, files that were never
    /// right. `is_watched` says which sites are.
    pub fn unwatched(&self, is_watched: impl Fn(&SiteId) -> bool) -> Vec<String> {
        let sites = self.files.iter().map(|(stem, known)| (SiteId::new(stem), known));
        let (mut n_files, mut n_watched, mut reasons) = (0, 0, Vec::new());
        reasons.extend(self.unreadable.as_ref().map(|mistake| format!("the site files cannot be read: {mistake}")));
        for (site, known) in sites {
            (n_files, n_watched) = (n_files + 1, n_watched + usize::from(is_watched(&site)));
            if let Some(mistake) = known.mistakes.first().filter(|_| !is_watched(&site)) {
                reasons.push(format!("{site} is not watched, its file was never right: {mistake}"));
            }
        }
        if n_files == 0 && self.unreadable.is_none() {
            let dir = self.dir.display();
            reasons.push(format!(
                "no site is watched: {dir} has no site file; add one, or look whether its disk is there"
            ));
        }
        if n_files > 0 && n_watched == 0 {
            reasons.push(format!("no site is watched, though there are {n_files} site files: all are wrong or paused"));
        }
        reasons
    }

    /// Looks at the folder.
    pub fn look(&mut self, look: Look) -> Vec<FileTurn> {
        let mut turns = Vec::new();
        self.follow_shared(look);
        let mut mistakes = self.reader.mistakes();
        let stems = folder::stems(&self.dir);
        self.unreadable = stems.as_ref().err().cloned();
        match stems {
            // A folder that cannot be read says nothing about its files.
            Err(mistake) => mistakes.push(mistake),
            Ok(stems) => {
                let stems = stems.into_iter().filter(|stem| stem != obligations::STEM).collect();
                self.look_at(&stems, look, &mut turns);
            }
        }
        if mistakes != self.mistakes {
            self.mistakes = mistakes;
            turns.push(FileTurn::Shared(self.mistakes.clone()));
        }
        turns
    }

    fn look_at(&mut self, stems: &BTreeSet<String>, look: Look, turns: &mut Vec<FileTurn>) {
        for stem in stems {
            self.files.entry(stem.clone()).or_default();
        }
        let (dir, reader) = (&self.dir, &self.reader);
        self.files.retain(|stem, known| {
            let path = dir.join(format!("{stem}.toml"));
            let found = Stamp::of(&path).filter(|_| stems.contains(stem));
            let is_settled = look == Look::AtOnce || known.seen == found;
            known.seen = found;
            if !is_settled {
                return true;
            }
            match found {
                None => {
                    turns.push(FileTurn::Gone(SiteId::new(stem)));
                    false
                }
                Some(stamp) if known.read == Some(stamp) => true,
                Some(stamp) => {
                    known.read = Some(stamp);
                    let read = read(reader, stem, &path);
                    known.mistakes = read.as_ref().err().cloned().unwrap_or_default();
                    turns.push(match read {
                        Ok(site) => FileTurn::Read(Arc::new(site)),
                        Err(mistakes) => FileTurn::Wrong(SiteId::new(stem), mistakes),
                    });
                    true
                }
            }
        });
    }

    /// Reads families and kinds again where they changed, and with them every site file.
    fn follow_shared(&mut self, look: Look) {
        let found = shared_stamps(&self.dir);
        let is_settled = look == Look::AtOnce || found == self.shared_seen;
        self.shared_seen.clone_from(&found);
        if is_settled && found != self.shared {
            self.shared = found;
            self.reader = SiteReader::of(&self.dir, &self.network);
            self.files.values_mut().for_each(|file| file.read = None);
        }
    }
}

fn read(reader: &SiteReader, stem: &str, path: &Path) -> Result<Site, Vec<Mistake>> {
    reader.site(stem, &folder::text_at_rest(path)?)
}

/// The families and the kinds beside the site files, as they are now.
fn shared_stamps(dir: &Path) -> BTreeMap<PathBuf, Stamp> {
    let families = dir.join("families");
    let stems = folder::stems(&families).unwrap_or_default();
    let paths = stems.iter().map(|stem| families.join(format!("{stem}.toml")));
    let paths = paths.chain([dir.join(format!("{}.toml", obligations::STEM))]);
    paths.filter_map(|path| Some((path.clone(), Stamp::of(&path)?))).collect()
}

impl Stamp {
    fn of(path: &Path) -> Option<Self> {
        // A link that leads nowhere is a file that cannot be read, and none that is gone.
        let found = fs::metadata(path).or_else(|_| fs::symlink_metadata(path)).ok()?;
        #[cfg(unix)]
        let file = std::os::unix::fs::MetadataExt::ino(&found);
        #[cfg(not(unix))]
        let file = 0;
        Some(Self { modified_at: found.modified().ok(), n_bytes: found.len(), file })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SITE: &str = "[[listing]]\nurl = \"http://www.a.gov.cn/tzgg/\"\n";

    /// What a look says, in a word a file.
    fn said(folder: &mut SiteFolder, look: Look) -> Vec<String> {
        let word = |turn: &FileTurn| match turn {
            FileTurn::Read(site) => format!("read {} {}", site.id, site.name),
            FileTurn::Wrong(site, mistakes) => format!("wrong {site} {}", mistakes.len()),
            FileTurn::Gone(site) => format!("gone {site}"),
            FileTurn::Shared(mistakes) => format!("shared {}", mistakes.len()),
        };
        folder.look(look).iter().map(word).collect()
    }

    fn begin() -> (tempfile::TempDir, SiteFolder) {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("a.toml"), SITE).unwrap();
        let folder = SiteFolder::new(dir.path(), &Network::default());
        (dir, folder)
    }

    #[test]
    fn a_file_is_read_once_and_again_when_it_has_stayed_another_one_for_two_looks() {
        let (dir, mut folder) = begin();
        assert_eq!(said(&mut folder, Look::AtOnce), ["read a a"]);
        assert_eq!(said(&mut folder, Look::AtOnce), [""; 0]);
        fs::write(dir.path().join("a.toml"), format!("name = \"甲\"\n{SITE}")).unwrap();
        assert_eq!(said(&mut folder, Look::Patient), [""; 0], "it may be half of what is being saved");
        assert_eq!(said(&mut folder, Look::Patient), ["read a 甲"]);
        fs::write(dir.path().join("a.toml"), format!("name = \"乙\"\n{SITE}\n")).unwrap();
        assert_eq!(said(&mut folder, Look::AtOnce), ["read a 乙"], "a person says that it is finished");
    }

    #[test]
    fn a_wrong_file_is_told_once_and_mended_and_a_missing_folder_loses_nothing() {
        let (dir, mut folder) = begin();
        said(&mut folder, Look::AtOnce);
        fs::write(dir.path().join("a.toml"), "nmae = 1\n").unwrap();
        assert_eq!(said(&mut folder, Look::AtOnce), ["wrong a 2"]);
        assert_eq!((said(&mut folder, Look::AtOnce).len(), folder.mistakes().len()), (0, 2));
        let away = dir.path().with_extension("away");
        fs::rename(dir.path(), &away).unwrap();
        assert_eq!(said(&mut folder, Look::AtOnce), ["shared 1"], "the folder is named, its files are not gone");
        fs::rename(&away, dir.path()).unwrap();
        fs::write(dir.path().join("a.toml"), SITE).unwrap();
        assert_eq!(said(&mut folder, Look::AtOnce), ["read a a", "shared 0"]);
        assert_eq!(folder.mistakes(), []);
    }

    #[test]
    fn a_folder_without_site_files_watches_nothing_and_says_so() {
        let (dir, mut folder) = begin();
        said(&mut folder, Look::AtOnce);
        assert_eq!(folder.unwatched(|_| true), [""; 0]);
        fs::remove_file(dir.path().join("a.toml")).unwrap();
        assert_eq!(said(&mut folder, Look::AtOnce), ["gone a"]);
        let why = folder.unwatched(|_| false);
        assert!(why.len() == 1 && why[0].contains("has no site file"), "{why:?}");
    }

    #[cfg(unix)]
    #[test]
    fn a_link_that_leads_nowhere_and_a_pipe_are_wrong_and_hold_nothing_up() {
        let (dir, mut folder) = begin();
        std::os::unix::fs::symlink("/nonexistent", dir.path().join("link.toml")).unwrap();
        let pipe = std::process::Command::new("mkfifo").arg(dir.path().join("pipe.toml")).status();
        assert!(pipe.expect("coreutils").success());
        assert_eq!(said(&mut folder, Look::AtOnce), ["read a a", "wrong link 1", "wrong pipe 1"]);
        assert_eq!(said(&mut folder, Look::AtOnce), [""; 0]);
        fs::remove_file(dir.path().join("link.toml")).unwrap();
        fs::write(dir.path().join("link.toml"), SITE).unwrap();
        assert_eq!(said(&mut folder, Look::AtOnce), ["read link link"]);
    }

    #[test]
    fn a_file_that_is_gone_is_gone_after_two_looks_and_a_family_that_changes_reads_its_sites_again() {
        let (dir, mut folder) = begin();
        fs::create_dir(dir.path().join("families")).unwrap();
        said(&mut folder, Look::AtOnce);
        fs::write(dir.path().join("families/own.toml"), "name = \"own\"\n[report]\ntitle = \"h1::text\"\n").unwrap();
        assert_eq!(said(&mut folder, Look::AtOnce), ["read a a"]);
        fs::remove_file(dir.path().join("a.toml")).unwrap();
        assert_eq!(said(&mut folder, Look::Patient), [""; 0]);
        assert_eq!(said(&mut folder, Look::Patient), ["gone a"]);
        fs::write(dir.path().join("a.toml"), SITE).unwrap();
        assert_eq!(said(&mut folder, Look::AtOnce), ["read a a"]);
    }
}
