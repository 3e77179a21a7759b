//! A site file as it is written for a person: from checked rules to commented TOML, or into a file that is there.
//!
//! In: a [`SiteDraft`], a [`ListingDraft`], the text of a file. Out: text. Never: the disk, or a change of what a person
//! wrote; a table is added behind the others, comments stay.

use std::fmt::Write as _;

use toml_edit::{Array, ArrayOfTables, DocumentMut, Item, Table, Value};
use url::Url;

use super::rules::{EntryRule, Format, Pagination};
use crate::page::pointer::{LinkQuery, Pointer};
use crate::page::tree::Query;

/// A portal to be written down.
#[derive(Debug, Clone)]
pub struct SiteDraft {
    /// Its name as people know it.
    pub name: Option<String>,
    /// Its home page.
    pub home: Url,
    /// The CMS family it shares rules with.
    pub family: Option<String>,
    /// GB/T 2260 code of its division.
    pub division: Option<String>,
    /// Other hosts that its entries live on.
    pub hosts: Vec<String>,
    /// Its first listing.
    pub listing: ListingDraft,
    /// Lines of comment at the top, without `#`.
    pub about: Vec<String>,
}

/// A listing to be written down.
#[derive(Debug, Clone)]
pub struct ListingDraft {
    /// Its name, unique within its site.
    pub name: Option<String>,
    /// Its first page.
    pub url: Url,
    /// What is posted for its pages.
    pub post: Option<String>,
    /// What its rows stand in.
    pub format: Format,
    /// Whether a JSON rule is written; else it is the family's.
    pub has_own_json: bool,
    /// How a row is read.
    pub entry: EntryRule,
    /// How its pages follow one another; `None`: the page tells.
    pub pages: Option<Pagination>,
    /// The kind of its entries.
    pub kind: Option<String>,
    /// Lines of comment above it, without `#`.
    pub about: Vec<String>,
}

/// Why a listing cannot be added to a text.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum EditError {
    /// The text is no TOML.
    #[error("it is not TOML: {0}")]
    NotToml(String),
    /// Its listings are written as one value.
    #[error("`listing` is not written as [[listing]] tables; add this listing by hand")]
    NotTables,
    /// Its hosts are not written as a list.
    #[error("`fetch.hosts` is not a list of names; add these hosts by hand: {0}")]
    NotAList(String),
}

/// The text of a new site file.
pub fn site(draft: &SiteDraft) -> String {
    let mut text = comment(&draft.about);
    let top = [
        ("name", draft.name.as_deref().map(quoted)),
        ("home", Some(quoted(draft.home.as_str()))),
        ("family", draft.family.as_deref().map(quoted)),
        ("division", draft.division.as_deref().map(quoted)),
    ];
    text.push_str(&keys(top));
    if !draft.hosts.is_empty() {
        let _ = write!(text, "\n[fetch]\nhosts = {}\n", list(draft.hosts.iter().map(String::as_str)));
    }
    text.push('\n');
    text.push_str(&listing(&draft.listing));
    text
}

/// The text of one `[[listing]]`.
pub fn listing(draft: &ListingDraft) -> String {
    let format = match draft.format {
        Format::Html => None,
        Format::Datastore => Some("datastore"),
        Format::Unit => Some("unit"),
        Format::Json(_) => Some("json"),
        Format::Feed => Some("feed"),
        Format::Sitemap => Some("sitemap"),
    };
    let json = match &draft.format {
        Format::Json(rule) => draft.has_own_json.then_some(rule),
        _ => None,
    };
    let rule = &draft.entry;
    let selectors = |queries: &[Query]| some_of(queries.iter().map(Query::as_str));
    let pointers = |pointers: Option<&Vec<Pointer>>| some_of(pointers.into_iter().flatten().map(Pointer::as_str));
    let links = some_of(json.into_iter().flat_map(|rule| &rule.link).map(LinkQuery::as_str));
    let rows = [
        ("name", draft.name.as_deref().map(quoted)),
        ("url", Some(quoted(draft.url.as_str()))),
        ("post", draft.post.as_deref().map(quoted)),
        ("format", format.map(quoted)),
        ("entry", rule.entry.as_ref().map(|entry| quoted(entry.as_str()))),
        ("items", pointers(json.map(|rule| &rule.items))),
        ("link", selectors(&rule.link).or(links)),
        ("title", selectors(&rule.title).or_else(|| pointers(json.map(|rule| &rule.title)))),
        ("date", selectors(&rule.date).or_else(|| pointers(json.map(|rule| &rule.date)))),
        ("total", json.and_then(|rule| rule.total.as_ref()).map(|total| quoted(total.as_str()))),
        ("pages", draft.pages.as_ref().map(pages)),
        ("kind", draft.kind.as_deref().map(quoted)),
    ];
    format!("{}[[listing]]\n{}", comment(&draft.about), keys(rows))
}

/// A file's text with one listing more, and with hosts that are not named yet.
pub fn with_listing(text: &str, draft: &ListingDraft, hosts: &[String]) -> Result<String, EditError> {
    let parse =
        |text: &str| text.parse::<DocumentMut>().map_err(|error| EditError::NotToml(error.message().to_owned()));
    let mut document = parse(text)?;
    let mut written = parse(&format!("\n{}", listing(draft)))?;
    let tables = written.remove("listing").and_then(|item| item.into_array_of_tables().ok());
    let last = document.iter().filter_map(|(_, item)| last_position(item)).max();
    let listings = document.entry("listing").or_insert_with(|| Item::ArrayOfTables(ArrayOfTables::new()));
    let listings = listings.as_array_of_tables_mut().ok_or(EditError::NotTables)?;
    let behind = listings.iter().filter_map(Table::position).max().or(last);
    for mut table in tables.into_iter().flatten() {
        table.set_position(behind);
        listings.push(table);
    }
    add_hosts(&mut document, hosts)?;
    Ok(document.to_string())
}

/// The place of the last table of an item, in the order of the file.
fn last_position(item: &Item) -> Option<isize> {
    match item {
        Item::Table(table) => table.position(),
        Item::ArrayOfTables(tables) => tables.iter().filter_map(Table::position).max(),
        _ => None,
    }
}

fn add_hosts(document: &mut DocumentMut, hosts: &[String]) -> Result<(), EditError> {
    if hosts.is_empty() {
        return Ok(());
    }
    let wrong = || EditError::NotAList(hosts.join(", "));
    let fetch = document.entry("fetch").or_insert_with(|| Item::Table(Table::new()));
    let fetch = fetch.as_table_like_mut().ok_or_else(wrong)?;
    let known = fetch.entry("hosts").or_insert_with(|| Item::Value(Value::Array(Array::new())));
    let known = known.as_array_mut().ok_or_else(wrong)?;
    for host in hosts {
        if !known.iter().any(|one| one.as_str() == Some(host)) {
            known.push(host.as_str());
        }
    }
    Ok(())
}

fn comment(lines: &[String]) -> String {
    // A line end in a comment would end the comment; text of a portal is in it.
    let plain = |line: &String| line.chars().map(|c| if c.is_control() { ' ' } else { c }).collect::<String>();
    lines.iter().flat_map(|line| ["# ".to_owned(), plain(line), "\n".to_owned()]).collect()
}

/// Keys under each other, their values in one column.
fn keys<const N: usize>(rows: [(&str, Option<String>); N]) -> String {
    let rows: Vec<(&str, String)> = rows.into_iter().filter_map(|(key, value)| Some((key, value?))).collect();
    let width = rows.iter().map(|(key, _)| key.len()).max().unwrap_or_default();
    rows.iter().map(|(key, value)| format!("{key:width$} = {value}\n")).collect::<Vec<_>>().concat()
}

fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}

fn list<'t>(items: impl Iterator<Item = &'t str>) -> String {
    format!("[{}]", items.map(quoted).collect::<Vec<_>>().join(", "))
}

/// One text, or a list of several.
fn some_of<'t>(texts: impl Iterator<Item = &'t str>) -> Option<String> {
    let texts: Vec<&str> = texts.collect();
    match texts[..] {
        [] => None,
        [one] => Some(quoted(one)),
        _ => Some(list(texts.into_iter())),
    }
}

/// `{ kind = "query", name = "page", first = 2 }`.
fn pages(pages: &Pagination) -> String {
    let name = |name: &Option<String>| name.as_deref().map(|name| ("name", quoted(name)));
    let number = |key: &'static str, number: &u32| Some((key, number.to_string()));
    let (kind, keys) = match pages {
        Pagination::Numbered { pattern, first } => {
            ("numbered", [Some(("pattern", quoted(pattern))), number("first", first), None])
        }
        Pagination::Next { link } => ("next", [Some(("link", quoted(link.as_str()))), None, None]),
        Pagination::Query { name: parameter, first } => ("query", [name(parameter), number("first", first), None]),
        Pagination::Offset { name: parameter, first, step } => {
            ("offset", [name(parameter), number("first", first), number("step", step)])
        }
        Pagination::Cursor { next, name: parameter } => {
            ("cursor", [Some(("next", quoted(next.as_str()))), name(parameter), None])
        }
        Pagination::Script => ("script", [None, None, None]),
        Pagination::Dataproxy => ("dataproxy", [None, None, None]),
        Pagination::Countdown => ("countdown", [None, None, None]),
        Pagination::None => ("none", [None, None, None]),
    };
    let keys = keys.into_iter().flatten().map(|(key, value)| format!(", {key} = {value}"));
    format!("{{ kind = {}{} }}", quoted(kind), keys.collect::<Vec<_>>().concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft() -> ListingDraft {
        ListingDraft {
            name: Some("公告\"公示\"".to_owned()),
            url: "http://x.gov.cn/gg/".parse().expect("url"),
            post: None,
            format: Format::Html,
            has_own_json: false,
            entry: EntryRule {
                title: vec![Query::parse("a::attr(title)").expect("query"), Query::parse("a::text").expect("query")],
                ..EntryRule::default()
            },
            pages: Some(Pagination::Numbered { pattern: "index_{n}.html".to_owned(), first: 1 }),
            kind: None,
            about: vec!["十行\n[report]".to_owned()],
        }
    }

    #[test]
    fn a_listing_is_written_with_its_keys_in_one_column() {
        let expected = "# 十行 [report]\n[[listing]]\nname  = '公告\"公示\"'\nurl   = \"http://x.gov.cn/gg/\"\n\
             title = [\"a::attr(title)\", \"a::text\"]\n\
             pages = { kind = \"numbered\", pattern = \"index_{n}.html\", first = 1 }\n";
        assert_eq!(listing(&draft()), expected);
    }

    #[test]
    fn another_listing_stands_behind_the_others_and_every_comment_stays() {
        let old = "# ours\nname = \"x\" # short\n\n[[listing]]\nurl = \"http://x.gov.cn/a/\" # first\n\n\
             # bodies\n[report]\nbody = \"#zoom\"\n\n[fetch]\nhosts = [\"a.x.gov.cn\"] # ours\n";
        let new = with_listing(old, &draft(), &["b.x.gov.cn".to_owned()]).expect("edited");
        let behind = "url = \"http://x.gov.cn/a/\" # first\n\n# 十行 [report]\n[[listing]]\nname  = ";
        assert!(new.contains(behind), "{new}");
        assert!(new.contains("first = 1 }\n\n# bodies\n[report]\n"), "{new}");
        assert!(new.contains("hosts = [\"a.x.gov.cn\", \"b.x.gov.cn\"] # ours\n"), "{new}");
        let without = with_listing("name = \"x\"\n[[page]]\nurl = \"http://x.gov.cn/b\"\n", &draft(), &[]);
        assert!(without.expect("edited").ends_with("first = 1 }\n"));
        assert_eq!(with_listing("listing = 1\n", &draft(), &[]), Err(EditError::NotTables));
        assert!(matches!(with_listing("name =\n", &draft(), &[]), Err(EditError::NotToml(_))));
    }
}
