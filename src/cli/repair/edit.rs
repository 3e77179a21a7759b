//! The text of a site file with other selectors in it; comments, order and layout stay as people wrote them.
//!
//! In: the text, what to put where. Out: the new text. Never: a file written.

use toml_edit::{Array, DocumentMut, Item, Table, Value};
use url::Url;

use crate::config::JsonRule;
use crate::page::pointer::Pointer;
use crate::page::relocate::RowKeys;
use crate::page::relocate_report::ReportKey;
use crate::page::tree::Query;

/// Why a text cannot be changed for its owner, in words.
pub(super) type Refused = String;

/// A `[[listing]]` of the file: which it is, counted from 0, and its URL; others may post to the same one.
#[derive(Debug, Clone, Copy)]
pub(super) struct Nth<'r> {
    pub(super) at: usize,
    pub(super) url: &'r Url,
}

/// The text with these keys in this `[[listing]]`.
pub(super) fn listing(text: &str, nth: Nth<'_>, keys: &RowKeys) -> Result<String, Refused> {
    let mut file = parsed(text)?;
    let table = listing_table(&mut file, nth)?;
    for (key, written) in [("entry", &keys.entry), ("link", &keys.link), ("title", &keys.title), ("date", &keys.date)] {
        match written {
            Some(written) => put(table, key, Value::from(written.as_str())),
            None => drop(table.remove(key)),
        }
    }
    Ok(file.to_string())
}

/// The text with the pointers of this rule in this `[[listing]]`.
pub(super) fn answer(text: &str, nth: Nth<'_>, rule: &JsonRule) -> Result<String, Refused> {
    let mut file = parsed(text)?;
    let table = listing_table(&mut file, nth)?;
    let pointers = |pointers: &[Pointer]| pointers.iter().map(|one| one.as_str().to_owned()).collect::<Vec<_>>();
    let links = rule.link.iter().map(|link| link.as_str().to_owned()).collect();
    let total = pointers(rule.total.as_slice());
    let all = [
        ("items", pointers(&rule.items)),
        ("link", links),
        ("title", pointers(&rule.title)),
        ("date", pointers(&rule.date)),
        ("total", total),
    ];
    for (key, written) in all {
        match written.as_slice() {
            [] => drop(table.remove(key)),
            [one] => put(table, key, Value::from(one.as_str())),
            several => put(table, key, Value::Array(several.iter().map(String::as_str).collect::<Array>())),
        }
    }
    Ok(file.to_string())
}

/// The text without this key of this `[[listing]]`: what it says is found out from the page.
pub(super) fn without(text: &str, nth: Nth<'_>, key: &str) -> Result<String, Refused> {
    let mut file = parsed(text)?;
    listing_table(&mut file, nth)?.remove(key);
    Ok(file.to_string())
}

/// The `pages` of this `[[listing]]`, as written.
pub(super) fn pages(text: &str, nth: Nth<'_>) -> Option<String> {
    let mut file = parsed(text).ok()?;
    let pages = listing_table(&mut file, nth).ok()?.get("pages")?.to_string();
    Some(pages.trim().to_owned())
}

/// The text with these selectors first in their lists of `[report]`; those that stood there follow.
pub(super) fn report(
    text: &str,
    keys: &[ReportKey],
    former: impl Fn(&ReportKey) -> Vec<Query>,
) -> Result<String, Refused> {
    let mut file = parsed(text)?;
    let report = file.entry("report").or_insert_with(|| Item::Table(Table::new()));
    let table = report.as_table_mut().ok_or("[report] is written inline: put the selectors in by hand")?;
    for key in keys {
        let former = former(key);
        let value = if former.is_empty() {
            Value::from(key.selector.as_str())
        } else {
            let all = std::iter::once(key.selector.as_str()).chain(former.iter().map(Query::as_str));
            Value::Array(all.collect::<Array>())
        };
        put(table, key.key.as_str(), value);
    }
    Ok(file.to_string())
}

fn parsed(text: &str) -> Result<DocumentMut, Refused> {
    text.parse::<DocumentMut>().map_err(|error| format!("the site file is no TOML: {error}"))
}

fn listing_table<'d>(file: &'d mut DocumentMut, Nth { at, url }: Nth<'_>) -> Result<&'d mut Table, Refused> {
    let is_it = |table: &Table| {
        let written = table.get("url").and_then(Item::as_str);
        written.and_then(|written| Url::parse(written.trim()).ok()).is_some_and(|written| written == *url)
    };
    let listings = file.get_mut("listing").and_then(Item::as_array_of_tables_mut);
    let found = listings.and_then(|listings| listings.get_mut(at)).filter(|table| is_it(table));
    found.ok_or_else(|| {
        format!("the site file has no [[listing]] table with the URL {url}: put the selectors in by hand")
    })
}

/// Sets a value and keeps the comment behind the one that stood there.
fn put(table: &mut Table, key: &str, mut value: Value) {
    if let Some(before) = table.get(key).and_then(Item::as_value) {
        *value.decor_mut() = before.decor().clone();
    }
    table.insert(key, Item::Value(value));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::FieldName;

    const FILE: &str = "# the county\nname = \"x\"\n\n[[listing]]   # first\nname = \"a\"\nurl = \"http://x.gov.cn/a/\"\nentry = \"ul.list li\"  # seen in May\n\
        date  = \"span::text\"\n\n[[listing]]\nurl = \"http://x.gov.cn/b/\"\nentry = \"ul.list li\"\n\n[report]\nbody = \"div.old\" # box\n";

    #[test]
    fn selectors_are_replaced_in_their_listing_and_comments_stay() {
        let keys = RowKeys { entry: Some("div.card".into()), title: Some("h3::text".into()), ..RowKeys::default() };
        let url = Url::parse("http://x.gov.cn/a/").expect("url");
        let nth = Nth { at: 0, url: &url };
        let text = listing(FILE, nth, &keys).expect("it stands there");
        assert!(text.starts_with("# the county\nname = \"x\"\n\n[[listing]]   # first\n"), "{text}");
        assert!(
            text.contains("entry = \"div.card\"  # seen in May\n") && text.contains("title = \"h3::text\"\n"),
            "{text}"
        );
        assert!(!text.contains("span::text") && text.contains("b/\"\nentry = \"ul.list li\""), "{text}");
        let elsewhere = Url::parse("http://x.gov.cn/c/").expect("url");
        assert!(listing(FILE, Nth { url: &elsewhere, ..nth }, &keys).is_err_and(|why| why.contains("by hand")));
    }

    #[test]
    fn a_selector_of_a_report_goes_before_those_that_stood_there() {
        let keys = [
            ReportKey { key: FieldName::Body, selector: "div.new".into() },
            ReportKey { key: FieldName::Title, selector: "h2::text".into() },
        ];
        let former = |key: &ReportKey| match key.key {
            FieldName::Body => vec![Query::parse("div.old").expect("query")],
            _ => Vec::new(),
        };
        let text = report(FILE, &keys, former).expect("a table");
        assert!(text.contains("body = [\"div.new\", \"div.old\"] # box\n"), "{text}");
        assert!(text.ends_with("title = \"h2::text\"\n"), "{text}");
        assert!(
            report("name = \"x\"\n", &keys, |_| Vec::new()).expect("no table").contains("[report]\nbody = \"div.new\"")
        );
    }
}
