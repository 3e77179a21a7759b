//! The tables that site files and family files share: `[report]`, the selectors of a row, `pages = { .. }`.
//! In: a table. Out: its checked rules; what is wrong is noted and left out.

use super::keys::Keys;
use super::rules::{EntryRule, Pagination, ReportRule};
use super::value::{PAGE_PATTERN, PARAMETER, QUERY, SELECTOR};
use super::written::{PagesTable, home_of};

/// Most pages that a walk may be allowed.
const MOST_PAGES: u64 = 20_000;

/// Highest number of a second page.
const MOST_FIRST: u64 = 1_000_000;

/// Reads a `[report]` table.
pub(super) fn report(mut keys: Keys<'_, '_>) -> ReportRule {
    let rule = ReportRule {
        title: keys.list("title", &QUERY),
        body: keys.list("body", &QUERY),
        published: keys.list("published", &QUERY),
        source: keys.list("source", &QUERY),
        authority: keys.list("authority", &QUERY),
        doc_no: keys.list("doc_no", &QUERY),
        index_no: keys.list("index_no", &QUERY),
        written: keys.list("written", &QUERY),
        validity: keys.list("validity", &QUERY),
        strip: keys.list("strip", &SELECTOR),
        attachment: keys.list("attachment", &QUERY),
    };
    keys.done(home_of);
    rule
}

/// Reads the selectors of a row from a listing's table.
pub(super) fn entry(keys: &mut Keys<'_, '_>) -> EntryRule {
    EntryRule {
        entry: keys.read("entry", &SELECTOR),
        link: keys.list("link", &QUERY),
        title: keys.list("title", &QUERY),
        date: keys.list("date", &QUERY),
    }
}

/// How pages follow one another, and how many are walked at most.
#[derive(Debug)]
pub(super) struct Pages {
    /// `None`: found out from the first page.
    pub(super) kind: Option<Pagination>,
    /// Most pages of a walk.
    pub(super) limit: u32,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Kind {
    Numbered,
    Next,
    Script,
    Query,
    Dataproxy,
    Countdown,
    None,
}

/// The words of `kind`.
const KINDS: [(&str, Kind); 7] = [
    ("numbered", Kind::Numbered),
    ("next", Kind::Next),
    ("script", Kind::Script),
    ("query", Kind::Query),
    ("dataproxy", Kind::Dataproxy),
    ("countdown", Kind::Countdown),
    ("none", Kind::None),
];

/// Reads `pages = { .. }` from a listing's table.
pub(super) fn pages(listing: &mut Keys<'_, '_>) -> Pages {
    let default = PagesTable::default();
    let Some(mut keys) = listing.table("pages") else { return Pages { kind: None, limit: default.limit } };
    let kind = keys.word("kind", &KINDS, &["cursor"]);
    let pattern = keys.read("pattern", &PAGE_PATTERN);
    let link = keys.read("link", &QUERY);
    let name = keys.read("name", &PARAMETER);
    let first = keys.number("first", 0..=MOST_FIRST).and_then(|first| u32::try_from(first).ok());
    let limit = keys.number("limit", 1..=MOST_PAGES).and_then(|limit| u32::try_from(limit).ok());
    ensure_belongs(&keys, kind);
    let kind = match kind {
        // The second page is index_1.html at TRS, ?page=2 nearly everywhere.
        Some(Kind::Numbered) => pattern.map(|pattern| Pagination::Numbered { pattern, first: first.unwrap_or(1) }),
        Some(Kind::Query) => name.map(|name| Pagination::Query { name, first: first.unwrap_or(2) }),
        Some(Kind::Next) => link.map(|link| Pagination::Next { link }),
        Some(Kind::Script) => Some(Pagination::Script),
        Some(Kind::Dataproxy) => Some(Pagination::Dataproxy),
        Some(Kind::Countdown) => Some(Pagination::Countdown),
        Some(Kind::None) => Some(Pagination::None),
        None => None,
    };
    keys.done(home_of);
    Pages { kind, limit: limit.unwrap_or(default.limit) }
}

/// Notes the keys that a kind needs and lacks, and those that say nothing beside it.
fn ensure_belongs(keys: &Keys<'_, '_>, kind: Option<Kind>) {
    const OWNERS: [(&str, &[Kind], bool); 4] = [
        ("pattern", &[Kind::Numbered], true),
        ("name", &[Kind::Query], true),
        ("link", &[Kind::Next], true),
        ("first", &[Kind::Numbered, Kind::Query], false),
    ];
    let word = |kind: Kind| KINDS.iter().find(|(_, one)| *one == kind).map_or("", |(word, _)| word);
    // A wrong kind is told already; what it would need cannot be known.
    if kind.is_none() && keys.has("kind") {
        return;
    }
    for (key, owners, is_needed) in OWNERS {
        let is_owner = kind.is_some_and(|kind| owners.contains(&kind));
        let owner = word(owners[0]);
        match (is_owner, keys.has(key), kind) {
            (true, false, _) if is_needed => keys.missing(key, format!("it beside kind = {owner:?}")),
            (false, true, Some(kind)) => {
                keys.wrong(key, format!("says nothing beside kind = {:?}", word(kind)), format!("kind = {owner:?}"));
            }
            (false, true, None) => {
                keys.wrong("kind", format!("is missing beside {key}"), format!("kind = {owner:?}"));
            }
            _ => {}
        }
    }
}
