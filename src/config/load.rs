//! A folder of site files. In: the folder, the sites named on the command line, the networks that may be reached. Out:
//! every valid site, the families, and every mistake of the rest. One wrong file never stops the others.

use std::collections::BTreeSet;
use std::fmt;
use std::panic::resume_unwind;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;

use super::family::Families;
use super::folder;
use super::mistake::{Mistake, nearest};
use super::obligations::{self, Obligations};
use super::rules::{Family, Site};
use super::settings::Network;
use super::site;
use super::value::is_id;
use crate::change::report_kind::Kinds;

/// What a folder of site files holds.
#[derive(Debug, Default)]
pub struct Loaded {
    /// The valid sites, in the order of their ids.
    pub sites: Vec<Arc<Site>>,
    /// The families: built in, and those beside the site files, in the order of their ids.
    pub families: Vec<Arc<Family>>,
    /// The kinds of report: those of `obligations.toml` beside the site files, else those built in.
    pub kinds: Arc<Kinds>,
    /// What is wrong with the other files.
    pub mistakes: Vec<Mistake>,
    /// Sites that were named and have no file. Commands stop at these, exit code 2.
    pub unknown: Vec<UnknownSite>,
    /// How many site files were read, right and wrong ones.
    pub n_files: usize,
}

/// A site that was named and has no file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownSite {
    /// The name as given.
    pub name: String,
    /// A site that was probably meant.
    pub meant: Option<String>,
}

impl fmt::Display for UnknownSite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "there is no site {:?}", self.name)?;
        match &self.meant {
            Some(meant) => write!(f, "; did you mean {meant:?}?"),
            None => Ok(()),
        }
    }
}

/// Loads the site files of a folder: all, or those named in `only`, with the mistakes of their families only.
pub fn load_sites(dir: &Path, only: &[String], network: &Network) -> Loaded {
    let stems: Vec<String> = match folder::stems(dir) {
        Ok(stems) => stems.into_iter().filter(|stem| stem != obligations::STEM).collect(),
        Err(mistake) => {
            let mistake = mistake.expecting("a folder of site files; --sites names another one");
            return Loaded { mistakes: vec![mistake], ..Loaded::default() };
        }
    };
    let (chosen, unknown) = choose(&stems, only);
    let families = Families::load(dir);
    let kinds = Obligations::load(dir);
    let results = read_all(&Shared { dir, families: &families, kinds: &kinds, network }, &chosen);
    let n_files = results.len();
    let (mut sites, mut mistakes, mut used) = (Vec::new(), Vec::new(), BTreeSet::new());
    for result in results {
        used.extend(result.family);
        match result.site {
            Ok(site) => sites.push(Arc::new(site)),
            Err(wrong) => mistakes.extend(wrong),
        }
    }
    let (families, of_families) = families.into_parts((!only.is_empty()).then_some(&used));
    mistakes.extend(of_families);
    mistakes.extend(kinds.mistakes);
    Loaded { sites, families, kinds: kinds.kinds, mistakes, unknown, n_files }
}

/// The families built in and those beside the site files of a folder, which need not exist.
pub fn load_families(sites: &Path) -> (Vec<Arc<Family>>, Vec<Mistake>) {
    Families::load(sites).into_parts(None)
}

/// Reads texts as site files of a folder, before they are written there.
#[derive(Debug)]
pub struct SiteReader {
    dir: PathBuf,
    families: Families,
    kinds: Obligations,
    network: Network,
}

impl SiteReader {
    /// A reader with the families and kinds of this folder, which need not exist.
    pub fn of(dir: &Path, network: &Network) -> Self {
        let (families, kinds) = (Families::load(dir), Obligations::load(dir));
        Self { dir: dir.to_owned(), families, kinds, network: network.clone() }
    }

    /// What is wrong with the families and the kinds.
    pub fn mistakes(&self) -> Vec<Mistake> {
        self.families.mistakes().chain(&self.kinds.mistakes).cloned().collect()
    }

    /// The site that this text would be under this id. **Errors**: every mistake of the text.
    pub fn site(&self, id: &str, text: &str) -> Result<Site, Vec<Mistake>> {
        let file = self.dir.join(format!("{id}.toml")).display().to_string();
        let known = site::Known { families: &self.families, kinds: &self.kinds, network: &self.network };
        site::read(id, &file, text, &known).site
    }
}

/// The stems to read, each once and in order, and the names that have no file.
fn choose<'s>(stems: &'s [String], only: &[String]) -> (Vec<&'s str>, Vec<UnknownSite>) {
    if only.is_empty() {
        return (stems.iter().map(String::as_str).collect(), Vec::new());
    }
    let (mut chosen, mut unknown) = (BTreeSet::new(), Vec::new());
    for name in only {
        if let Some(stem) = stems.iter().find(|stem| *stem == name) {
            chosen.insert(stem.as_str());
        } else {
            // Somebody may have named the file.
            let stem = Path::new(name).file_stem().map_or(name.clone(), |stem| stem.to_string_lossy().into_owned());
            let meant = nearest(&stem, stems.iter().map(String::as_str)).map(str::to_owned);
            unknown.push(UnknownSite { name: name.clone(), meant });
        }
    }
    (chosen.into_iter().collect(), unknown)
}

/// Whether a site may have this id; the file of the kinds stands beside the site files, and is none.
pub fn is_site_id(word: &str) -> bool {
    is_id(word) && word != obligations::STEM
}

/// The ids of all site files of a folder, right or wrong; none where it cannot be read.
pub fn site_ids(dir: &Path) -> Vec<String> {
    let stems = folder::stems(dir).unwrap_or_default();
    stems.into_iter().filter(|stem| stem != obligations::STEM).collect()
}

/// The kinds of report: those of `obligations.toml` beside the site files, else those built in; none where that file is
/// wrong.
pub fn load_kinds(sites: &Path) -> (Arc<Kinds>, Vec<Mistake>) {
    let Obligations { kinds, mistakes, .. } = Obligations::load(sites);
    (kinds, mistakes)
}

/// What every site file is read with.
struct Shared<'s> {
    dir: &'s Path,
    families: &'s Families,
    kinds: &'s Obligations,
    network: &'s Network,
}

fn read_all(shared: &Shared<'_>, stems: &[&str]) -> Vec<site::Read> {
    let read = |stem: &&str| read_one(shared, stem);
    let n_threads = thread::available_parallelism().map_or(1, usize::from);
    // A thread costs more than reading a few files.
    let chunk = stems.len().div_ceil(n_threads).max(64);
    thread::scope(|scope| {
        let parts = stems.chunks(chunk).map(|part| scope.spawn(move || part.iter().map(read).collect::<Vec<_>>()));
        let parts: Vec<_> = parts.collect();
        let join = |part: thread::ScopedJoinHandle<'_, _>| part.join().unwrap_or_else(|panic| resume_unwind(panic));
        parts.into_iter().flat_map(join).collect()
    })
}

fn read_one(shared: &Shared<'_>, stem: &str) -> site::Read {
    let path = shared.dir.join(format!("{stem}.toml"));
    match folder::text_at_rest(&path) {
        Ok(text) => {
            let known = site::Known { families: shared.families, kinds: shared.kinds, network: shared.network };
            site::read(stem, &path.display().to_string(), &text, &known)
        }
        Err(mistakes) => site::Read { family: None, site: Err(mistakes) },
    }
}

#[cfg(test)]
mod tests {
    use super::Loaded;

    #[test]
    fn what_was_loaded_may_be_shared_by_tasks() {
        fn ensure_shared<T: Send + Sync + 'static>() {}
        ensure_shared::<Loaded>();
    }
}
