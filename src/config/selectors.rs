//! The selectors that site files and family files share: `[report]`, those of a row. In: a table. Out: its checked
//! rules; what is wrong is noted and left out.

use super::keys::Keys;
use super::rules::{EntryRule, ReportRule};
use super::value::{QUERY, SELECTOR};
use super::written::home_of;

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
