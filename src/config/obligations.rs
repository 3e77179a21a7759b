//! `obligations.toml`: the kinds of report and how they are recognised, and who must publish which of them by which day.
//! In: the text embedded in the binary, or the file beside the site files, which overrides it whole. Out: [`Kinds`] and
//! [`Obligation`]s, or every mistake of the file at once.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::{Arc, LazyLock};

use super::built_in::OBLIGATIONS;
use super::folder;
use super::keys::Keys;
use super::mistake::{Mistake, quoted, suggestion};
use super::pattern::PATTERN;
use super::source::Source;
use super::value::{DIVISIONS, DUE_DAY, KIND, LEVEL, RECHECK, SPAN, TEXT, UNIT};
use crate::change::obligation::Obligation;
use crate::change::report_kind::{Kind, Kinds, YearRule};

/// The stem of the file.
pub(super) const STEM: &str = "obligations";

/// The words of `year`.
const YEARS: [(&str, YearRule); 5] = [
    ("title", YearRule::Title),
    ("title-1", YearRule::BeforeTitle),
    ("title-or-year-before", YearRule::TitleOrYearBefore),
    ("title-or-published", YearRule::TitleOrPublished),
    ("none", YearRule::None),
];

/// How long after a due day the walks begin that may prove something: a day, since many portals build their pages at
/// night.
const GRACE: &str = "24h";

/// The kinds that site files may name, and what is owed of them.
#[derive(Debug, Clone)]
pub(super) struct Obligations {
    pub(super) kinds: Arc<Kinds>,
    /// The most particular first.
    pub(super) all: Arc<[Arc<Obligation>]>,
    pub(super) mistakes: Vec<Mistake>,
}

impl Obligations {
    /// Reads the file beside the site files, else the built-in one. A wrong file is not replaced in silence: there are
    /// no kinds then.
    pub(super) fn load(sites: &Path) -> Self {
        static BUILT_IN: LazyLock<Obligations> = LazyLock::new(|| {
            let read = read("built-in obligations.toml", OBLIGATIONS);
            let (kinds, all) = read.expect("invariant: a test reads the built-in kinds");
            Obligations { kinds: Arc::new(kinds), all: all.into(), mistakes: Vec::new() }
        });
        let path = sites.join(format!("{STEM}.toml"));
        if !path.is_file() {
            return BUILT_IN.clone();
        }
        match folder::text_at_rest(&path).and_then(|text| read(&path.display().to_string(), &text)) {
            Ok((kinds, all)) => Self { kinds: Arc::new(kinds), all: all.into(), mistakes: Vec::new() },
            Err(mistakes) => Self { kinds: Arc::default(), all: Arc::default(), mistakes },
        }
    }

    /// Reads the `kind` of a listing or page; a word that no kind has is a mistake. Where the file of kinds is wrong,
    /// that has been told, and any word will do.
    pub(super) fn named(&self, keys: &mut Keys<'_, '_>) -> Option<String> {
        let id = keys.read("kind", &KIND)?;
        if self.mistakes.is_empty() && self.kinds.get(&id).is_none() {
            let meant = suggestion(&id, self.kinds.iter().map(|kind| kind.id.as_str()));
            keys.wrong("kind", format!("there is no kind {}{meant}", quoted(&id)), "a kind of obligations.toml");
            return None;
        }
        Some(id)
    }
}

/// Reads a file of kinds and obligations.
pub(super) fn read(file: &str, text: &str) -> Result<(Kinds, Vec<Arc<Obligation>>), Vec<Mistake>> {
    let source = Source::new(file, text);
    let root = source.root();
    let mut keys = Keys::top(&source, &root);
    let mut ids = BTreeSet::new();
    let kinds: Vec<Kind> = keys.tables("kind").into_iter().filter_map(|table| kind(table, &mut ids)).collect();
    if !keys.has("kind") {
        keys.missing("kind", "at least one [[kind]]");
    }
    let kinds = Kinds::new(kinds);
    let all = keys.tables("obligation").into_iter().filter_map(|table| obligation(table, &kinds)).collect();
    keys.done(|_| None);
    let mistakes = source.into_mistakes();
    if mistakes.is_empty() { Ok((kinds, all)) } else { Err(mistakes) }
}

fn obligation(mut keys: Keys<'_, '_>, kinds: &Kinds) -> Option<Arc<Obligation>> {
    let kind = keys.read("kind", &KIND);
    let due = keys.read("due", &DUE_DAY);
    for (key, expected) in
        [("kind", "a kind of this file"), ("due", DUE_DAY.expected), ("source", "the rule that says so")]
    {
        if !keys.has(key) {
            keys.missing(key, expected);
        }
    }
    let known = kind.as_deref().and_then(|id| kinds.get(id));
    if let (Some(id), None) = (&kind, known) {
        let meant = suggestion(id, kinds.iter().map(|kind| kind.id.as_str()));
        keys.wrong("kind", format!("there is no kind {}{meant}", quoted(id)), "a kind of this file");
    }
    let obligation = Obligation {
        name: known.map(|kind| kind.name.clone()).unwrap_or_default(),
        kind: kind.unwrap_or_default(),
        units: keys.list("units", &UNIT),
        levels: keys.list("levels", &LEVEL),
        divisions: keys.list("divisions", &DIVISIONS),
        due: due.unwrap_or((1, 1)),
        first_year: keys.number("first_year", 1949..=2100).and_then(|year| i16::try_from(year).ok()).unwrap_or(1949),
        grace: keys.read_or("grace", &SPAN, GRACE),
        near: keys.list("near", &PATTERN),
        far: if keys.has("far") {
            keys.list("far", &PATTERN)
        } else {
            known.map(|kind| kind.not.clone()).unwrap_or_default()
        },
        source: keys.read("source", &TEXT).unwrap_or_default(),
    };
    keys.done(|_| None);
    known.map(|_| Arc::new(obligation))
}

fn kind(mut keys: Keys<'_, '_>, ids: &mut BTreeSet<String>) -> Option<Kind> {
    let id = keys.read("id", &KIND);
    if !keys.has("id") {
        keys.missing("id", KIND.expected);
    }
    if let Some(id) = &id
        && !ids.insert(id.clone())
    {
        keys.wrong("id", format!("{} is taken by a kind above", quoted(id)), "an id of its own");
    }
    let name = keys.read("name", &TEXT);
    let kind = Kind {
        name: name.or_else(|| id.clone()).unwrap_or_default(),
        id: id.unwrap_or_default(),
        title: keys.list("title", &PATTERN),
        column: keys.list("column", &PATTERN),
        text_all: keys.list("text_all", &PATTERN),
        text_any: keys.list("text_any", &PATTERN),
        not: keys.list("not", &PATTERN),
        year: keys.word("year", &YEARS, &[]).unwrap_or(YearRule::Title),
        recheck: keys.read("recheck", &RECHECK),
    };
    if !keys.has("title") && !keys.has("column") {
        keys.missing("title", "title = [..] or column = [..]");
    }
    keys.done(|_| None);
    (!kind.id.is_empty()).then_some(kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_kinds_are_right() {
        let (kinds, all) = read("obligations.toml", OBLIGATIONS).unwrap_or_else(|mistakes| panic!("{mistakes:?}"));
        assert!(all.len() == 4 && all.iter().all(|owed| !owed.near.is_empty() && owed.source.contains('第')));
        assert!(kinds.get("rule-of-law-annual").is_some());
        assert!(kinds.iter().all(|kind| kind.name != kind.id), "each has a name");
    }
}
