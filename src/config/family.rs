//! Family files: how a CMS is recognised, and the selectors and pagination its sites share. In: the texts embedded in
//! the binary and the files of `families/` beside the site files, which override by id. Out: [`Families`].

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use super::built_in::BUILT_IN;
use super::folder;
use super::keys::Keys;
use super::listing;
use super::mistake::Mistake;
use super::pages::pages;
use super::pattern::PATTERN;
use super::rules::{Family, JsonRule, Pagination, Signal};
use super::selectors;
use super::source::Source;
use super::value::{TEXT, is_id};

/// Highest weight of one signal.
const MOST_SCORE: u64 = 100;

/// The families that site files may name.
#[derive(Debug, Default)]
pub(super) struct Families {
    sound: BTreeMap<String, Arc<Family>>,
    /// Families whose file is wrong: nothing falls back to a built-in one in silence.
    broken: BTreeMap<String, Vec<Mistake>>,
    /// What is wrong with the folder itself.
    folder: Vec<Mistake>,
}

/// What a site's `family = ".."` finds.
#[derive(Debug)]
pub(super) enum Found<'f> {
    /// A family.
    Sound(&'f Arc<Family>),
    /// A family whose file is wrong.
    Broken,
    /// Nothing.
    Unknown,
}

impl Families {
    /// Reads the built-in families and those beside the site files.
    pub(super) fn load(sites: &Path) -> Self {
        let mut families = Self::default();
        for (id, text) in BUILT_IN {
            families.add(id, read(id, &format!("built-in families/{id}.toml"), text));
        }
        let dir = sites.join("families");
        if !dir.is_dir() {
            return families;
        }
        match folder::stems(&dir) {
            Err(mistake) => families.folder.push(mistake),
            Ok(stems) => stems.iter().for_each(|id| {
                let path = dir.join(format!("{id}.toml"));
                let family = folder::text_at_rest(&path).and_then(|text| read(id, &path.display().to_string(), &text));
                families.add(id, family);
            }),
        }
        families
    }

    /// Looks a family up by its id.
    pub(super) fn find(&self, id: &str) -> Found<'_> {
        match self.sound.get(id) {
            Some(family) => Found::Sound(family),
            None if self.broken.contains_key(id) => Found::Broken,
            None => Found::Unknown,
        }
    }

    /// The ids that may be named.
    pub(super) fn ids(&self) -> impl Iterator<Item = &str> {
        self.sound.keys().map(String::as_str)
    }

    /// The mistakes of all the files.
    pub(super) fn mistakes(&self) -> impl Iterator<Item = &Mistake> {
        self.folder.iter().chain(self.broken.values().flatten())
    }

    /// Every family, in the order of ids, and the mistakes of the files: of all, or of the `used` families only.
    pub(super) fn into_parts(self, used: Option<&BTreeSet<String>>) -> (Vec<Arc<Family>>, Vec<Mistake>) {
        let counts = |id: &String| used.is_none_or(|used| used.contains(id));
        let broken = self.broken.into_iter().filter(|(id, _)| counts(id)).flat_map(|(_, mistakes)| mistakes);
        let folder = self.folder.into_iter().filter(|_| used.is_none());
        (self.sound.into_values().collect(), folder.chain(broken).collect())
    }

    fn add(&mut self, id: &str, family: Result<Family, Vec<Mistake>>) {
        self.sound.remove(id);
        match family {
            Ok(family) => {
                self.sound.insert(id.to_owned(), Arc::new(family));
            }
            Err(mistakes) => {
                self.broken.insert(id.to_owned(), mistakes);
            }
        }
    }
}

/// Reads one family file.
pub(super) fn read(id: &str, file: &str, text: &str) -> Result<Family, Vec<Mistake>> {
    let source = Source::new(file, text);
    let root = source.root();
    let mut keys = Keys::top(&source, &root);
    let name = keys.read("name", &TEXT).unwrap_or_else(|| id.to_owned());
    let signals = keys.tables("signal").into_iter().filter_map(signal).collect();
    let (entry, pages) = match keys.table("listing") {
        None => Default::default(),
        Some(mut table) => {
            let rules = (selectors::entry(&mut table), pages(&mut table, None).kind);
            table.done(|_| None);
            rules
        }
    };
    let json = keys.table("json").and_then(json);
    let report = keys.table("report").map(selectors::report).unwrap_or_default();
    if !is_id(id) {
        keys.wrong("name", format!("the file's name {id:?} cannot be an id"), "a-z, 0-9 and hyphens only");
    }
    keys.done(|_| None);
    let mistakes = source.into_mistakes();
    let family = Family { id: id.to_owned(), name, signals, report, entry, pages, json };
    if mistakes.is_empty() { Ok(family) } else { Err(mistakes) }
}

/// Reads `[json]`: how the answers of the family's API are read.
fn json(mut keys: Keys<'_, '_>) -> Option<(JsonRule, Option<Pagination>)> {
    let rule = listing::json(&mut keys, None);
    let pages = pages(&mut keys, None).kind;
    keys.done(|_| None);
    rule.map(|rule| (rule, pages))
}

/// Reads one `[[signal]]`: a pattern on the page or on the URL, and its weight.
fn signal(mut keys: Keys<'_, '_>) -> Option<Signal> {
    let html = keys.read("html", &PATTERN);
    let url = keys.read("url", &PATTERN);
    // One strong mark is enough unless its file says that it is weaker.
    let score = keys.number("score", 1..=MOST_SCORE).and_then(|score| u32::try_from(score).ok());
    match (keys.has("html"), keys.has("url")) {
        (true, true) => keys.wrong("url", "stands beside html", "one pattern a signal"),
        (false, false) => keys.missing("html", "html = \"..\" or url = \"..\""),
        _ => {}
    }
    keys.done(|_| None);
    let score = score.unwrap_or(Family::LEAST_SCORE);
    let in_url = url.is_some();
    Some(Signal { pattern: url.or(html)?, in_url, score })
}
