//! `pages = { .. }` of a listing or a family. In: the table it stands in, and what the listing posts. Out: its checked
//! rule; what is wrong is noted and left out.

use super::keys::Keys;
use super::post::{PostRule, Variable};
use super::rules::Pagination;
use super::selectors::QUERY;
use super::value::{PAGE_PATTERN, PARAMETER, POINTER};
use super::written::{PagesTable, home_of};
use crate::page::pointer::Pointer;
use crate::page::tree::Query;

/// Most pages that a walk may be allowed.
const MOST_PAGES: u64 = 20_000;

/// Highest number of a second page.
const MOST_FIRST: u64 = 1_000_000;

/// Most rows of a page.
const MOST_STEP: u64 = 10_000;

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
    Offset,
    Cursor,
    Dataproxy,
    Countdown,
    None,
}

/// The words of `kind`.
const KINDS: [(&str, Kind); 9] = [
    ("numbered", Kind::Numbered),
    ("next", Kind::Next),
    ("script", Kind::Script),
    ("query", Kind::Query),
    ("offset", Kind::Offset),
    ("cursor", Kind::Cursor),
    ("dataproxy", Kind::Dataproxy),
    ("countdown", Kind::Countdown),
    ("none", Kind::None),
];

impl Kind {
    fn as_str(self) -> &'static str {
        KINDS.iter().find(|(_, one)| *one == self).map_or("", |(word, _)| word)
    }

    /// What a body may hold in place of a parameter's name.
    fn variable(self) -> Option<Variable> {
        match self {
            Self::Query => Some(Variable::Number),
            Self::Offset => Some(Variable::Offset),
            Self::Cursor => Some(Variable::Cursor),
            _ => None,
        }
    }
}

/// Reads `pages = { .. }` of a table; `post` is what the same listing posts.
pub(super) fn pages(listing: &mut Keys<'_, '_>, post: Option<&PostRule>) -> Pages {
    let default = PagesTable::default();
    let variable = post.and_then(|post| post.variable);
    let Some(mut keys) = listing.table("pages") else {
        return Pages { kind: by_body(listing, variable), limit: default.limit };
    };
    let kind = keys.word("kind", &KINDS, &[]);
    let pattern = keys.read("pattern", &PAGE_PATTERN);
    let link = keys.read("link", &QUERY);
    let name = keys.read("name", &PARAMETER);
    let next = keys.read("next", &POINTER);
    let first = keys.number("first", 0..=MOST_FIRST).and_then(|first| u32::try_from(first).ok());
    let step = keys.number("step", 1..=MOST_STEP).and_then(|step| u32::try_from(step).ok());
    let limit = keys.number("limit", 1..=MOST_PAGES).and_then(|limit| u32::try_from(limit).ok());
    let is_unknown = kind.is_none() && keys.has("kind");
    // A wrong kind is told already; what it would need cannot be known.
    if !is_unknown {
        ensure_belongs(&keys, kind);
        ensure_named(&keys, kind, variable);
        ensure_used(listing, kind, variable);
    }
    let kind = match kind {
        None if is_unknown => None,
        None => by_body(listing, variable),
        Some(kind) => Written { pattern, link, name, next, first, step }.rule(kind),
    };
    keys.done(home_of);
    Pages { kind, limit: limit.unwrap_or(default.limit) }
}

/// The keys of the table.
struct Written {
    pattern: Option<String>,
    link: Option<Query>,
    name: Option<String>,
    next: Option<Pointer>,
    first: Option<u32>,
    step: Option<u32>,
}

impl Written {
    /// The rule that they make; `None`: what it needs is not there.
    fn rule(self, kind: Kind) -> Option<Pagination> {
        let Self { pattern, link, name, next, first, step } = self;
        Some(match kind {
            // The second page is index_1.html at TRS, ?page=2 nearly everywhere.
            Kind::Numbered => Pagination::Numbered { pattern: pattern?, first: first.unwrap_or(1) },
            Kind::Query => Pagination::Query { name, first: first.unwrap_or(2) },
            Kind::Offset => Pagination::Offset { name, first: first.or(step)?, step: step? },
            Kind::Cursor => Pagination::Cursor { next: next?, name },
            Kind::Next => Pagination::Next { link: link? },
            Kind::Script => Pagination::Script,
            Kind::Dataproxy => Pagination::Dataproxy,
            Kind::Countdown => Pagination::Countdown,
            Kind::None => Pagination::None,
        })
    }
}

/// What a body alone tells: `{n}` counts pages from 1. The others need more.
fn by_body(listing: &Keys<'_, '_>, variable: Option<Variable>) -> Option<Pagination> {
    match variable? {
        Variable::Number => return Some(Pagination::Query { name: None, first: 2 }),
        Variable::Offset => listing.missing("pages", "pages = { kind = \"offset\", step = 20 } beside {offset}"),
        Variable::Cursor => {
            listing.missing("pages", "pages = { kind = \"cursor\", next = \"/cursor\" } beside {cursor}");
        }
    }
    None
}

/// Notes the keys that a kind needs and lacks, and those that say nothing beside it.
fn ensure_belongs(keys: &Keys<'_, '_>, kind: Option<Kind>) {
    const OWNERS: [(&str, &[Kind], bool); 6] = [
        ("pattern", &[Kind::Numbered], true),
        ("name", &[Kind::Query, Kind::Offset, Kind::Cursor], false),
        ("link", &[Kind::Next], true),
        ("first", &[Kind::Numbered, Kind::Query, Kind::Offset], false),
        ("step", &[Kind::Offset], true),
        ("next", &[Kind::Cursor], true),
    ];
    for (key, owners, is_needed) in OWNERS {
        let is_owner = kind.is_some_and(|kind| owners.contains(&kind));
        let owner = owners[0].as_str();
        match (is_owner, keys.has(key), kind) {
            (true, false, Some(kind)) if is_needed => {
                keys.missing(key, format!("it beside kind = {:?}", kind.as_str()));
            }
            (false, true, Some(kind)) => {
                keys.wrong(key, format!("says nothing beside kind = {:?}", kind.as_str()), format!("kind = {owner:?}"));
            }
            (false, true, None) => {
                keys.wrong("kind", format!("is missing beside {key}"), format!("kind = {owner:?}"));
            }
            _ => {}
        }
    }
}

/// Notes a count that is sent nowhere, or in two places.
fn ensure_named(keys: &Keys<'_, '_>, kind: Option<Kind>, variable: Option<Variable>) {
    let Some((kind, wanted)) = kind.and_then(|kind| Some((kind, kind.variable()?))) else { return };
    let (is_named, is_posted, wanted) = (keys.has("name"), variable == Some(wanted), wanted.as_str());
    if is_named && is_posted {
        keys.wrong("name", format!("stands beside {wanted} of post"), "one of the two");
    } else if !is_named && !is_posted {
        keys.missing("name", format!("it beside kind = {:?}, or {wanted} in post", kind.as_str()));
    }
}

/// Notes a variable of the body that nothing fills.
fn ensure_used(listing: &Keys<'_, '_>, kind: Option<Kind>, variable: Option<Variable>) {
    let (Some(kind), Some(variable)) = (kind, variable) else { return };
    if kind.variable() != Some(variable) {
        let message = format!("holds {}, which says nothing beside kind = {:?}", variable.as_str(), kind.as_str());
        let owner = KINDS.iter().find(|(_, kind)| kind.variable() == Some(variable)).map_or("", |(word, _)| word);
        listing.wrong("post", message, format!("kind = {owner:?}"));
    }
}
