//! The selectors that site files and family files share: `[report]`, those of a row. In: a table. Out: its checked
//! rules; what is wrong is noted and left out.

use super::keys::Keys;
use super::made_once::MadeOnce;
use super::mistake::quoted;
use super::rules::{EntryRule, ReportRule};
use super::value::Form;
use super::written::home_of;
use crate::page::tree::{Query, Selector, SelectorError};

/// Most selectors that are remembered, a KB or less each: more than the makes of portals have.
const MOST_SHARED: usize = 4_000;

/// A CSS selector.
pub(super) const SELECTOR: Form<Selector> = Form {
    expected: "a CSS selector such as \"ul.list li\", without ::text or ::attr",
    parse: |written| {
        static SELECTORS: MadeOnce<Selector> = MadeOnce::new(MOST_SHARED);
        SELECTORS.value(written, |written| Selector::parse(written).map_err(|error| selector_mistake(written, &error)))
    },
};

/// A CSS selector that may say what to take.
pub(super) const QUERY: Form<Query> = Form {
    expected: "a CSS selector such as \"h1\", \"h1::text\" or \"a::attr(href)\"",
    parse: |written| {
        static QUERIES: MadeOnce<Query> = MadeOnce::new(MOST_SHARED);
        QUERIES.value(written, |written| Query::parse(written).map_err(|error| selector_mistake(written, &error)))
    },
};

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

/// The library answers some wrong selectors with a request to report a fault of its own.
fn selector_mistake(written: &str, error: &SelectorError) -> String {
    let message = error.to_string();
    if message.contains("eport this to") { format!("{} is not a CSS selector", quoted(written)) } else { message }
}
