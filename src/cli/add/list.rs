//! Lists of addresses for `add --from`: a text of a URL a line, OPML, JSON Lines.
//!
//! In: a file's text. Out: what is wanted, each address once, in order. Never: a line left out in silence.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use url::Url;

use super::look::Wanted;

/// Most addresses of a list: every government site of the country, several times.
const MOST_WANTED: usize = 100_000;

/// What a list may be, for people.
const FORMS: &str =
    "a list is a URL a line, with its name behind if it has one; OPML; or JSON Lines with `url` and `column`";

/// What a list says.
#[derive(Debug, Default)]
pub(super) struct List {
    /// What is wanted, each address once, in order.
    pub(super) wanted: Vec<Wanted>,
    /// What says nothing useful, and why.
    pub(super) wrong: Vec<String>,
}

/// Reads a list, whatever its form. **Errors**: none of it is of use.
pub(super) fn read(text: &str) -> Result<List, String> {
    let start = text.trim_start_matches(['\u{FEFF}', ' ', '\t', '\r', '\n']);
    let read = if start.starts_with('<') {
        opml(start).map_err(|why| format!("{why}; {FORMS}"))?
    } else {
        let lines = text.lines().enumerate().map(|(n, line)| (n + 1, line.trim_start_matches('\u{FEFF}').trim()));
        let lines = lines.filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
        lines.map(|(n, line)| of_line(line).map_err(|why| format!("line {n}: {why}"))).collect()
    };
    let mut list = List::default();
    let mut seen = std::collections::HashSet::new();
    for one in read {
        match one {
            Ok(one) if seen.insert(one.url.clone()) => list.wanted.push(one),
            Ok(_) => {}
            Err(why) => list.wrong.push(why),
        }
    }
    match list.wanted.len() {
        0 if list.wrong.is_empty() => Err(format!("it names no address; {FORMS}")),
        0 => Err(format!("{}; {FORMS}", list.wrong.join("; "))),
        n if n > MOST_WANTED => Err(format!("it names {n} addresses; at most {MOST_WANTED}")),
        _ => Ok(list),
    }
}

/// `URL`, `URL name`, or `{"url": "..", "column": ".."}`.
fn of_line(line: &str) -> Result<Wanted, String> {
    if line.starts_with('{') {
        let row: serde_json::Value = serde_json::from_str(line).map_err(|error| format!("not JSON: {error}"))?;
        let text = |key: &str| row.get(key).and_then(serde_json::Value::as_str).filter(|text| !text.is_empty());
        return of(text("url").ok_or("it has no url")?, text("column"));
    }
    let (url, name) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
    of(url, Some(name.trim()).filter(|name| !name.is_empty()))
}

/// The address of a page, as a person writes it. Without a scheme, `www.x.gov.cn:8080` would be one of its own.
pub(super) fn address(written: &str) -> Result<Url, String> {
    if !written.contains("://") {
        return Err("no URL: begin it with http:// or https://".to_owned());
    }
    let url = Url::parse(written).map_err(|error| format!("no URL: {error}"))?;
    if matches!(url.scheme(), "http" | "https") { Ok(url) } else { Err("neither http nor https".to_owned()) }
}

fn of(url: &str, name: Option<&str>) -> Result<Wanted, String> {
    let url = address(url).map_err(|why| format!("{url:?}: {why}"))?;
    Ok(Wanted { url: Some(url), name: name.map(str::to_owned), ..Wanted::default() })
}

/// The outlines of an OPML file that have an address: the page, else the feed. **Errors**: it is none.
fn opml(text: &str) -> Result<Vec<Result<Wanted, String>>, String> {
    let mut reader = Reader::from_str(text);
    let mut all = Vec::new();
    loop {
        match reader.read_event() {
            Ok(Event::Start(element) | Event::Empty(element)) if element.local_name().as_ref() == "outline" => {
                all.extend(outline(&element));
            }
            Ok(Event::Eof) => return Ok(all),
            Ok(_) => {}
            Err(error) => return Err(format!("not OPML, at byte {}: {error}", reader.error_position())),
        }
    }
}

fn outline(element: &BytesStart<'_>) -> Option<Result<Wanted, String>> {
    const NAMES: [&str; 5] = ["htmlurl", "url", "xmlurl", "title", "text"];
    let mut named = [const { None::<String> }; 5];
    for attribute in element.attributes().flatten() {
        let key = attribute.key.as_ref().to_ascii_lowercase();
        let value = quick_xml::escape::unescape(&attribute.value).unwrap_or_else(|_| attribute.value.clone());
        if let Some(at) = NAMES.iter().position(|name| *name == key).filter(|_| !value.trim().is_empty()) {
            named[at] = Some(value.trim().to_owned());
        }
    }
    let [html, url, xml, title, text] = named;
    Some(of(&html.or(url).or(xml)?, title.or(text).as_deref()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(text: &str) -> Vec<(String, Option<String>)> {
        let list = read(text).unwrap_or_else(|error| panic!("{error}"));
        assert!(list.wrong.is_empty(), "{:?}", list.wrong);
        list.wanted.into_iter().map(|one| (one.url.map(|url| url.to_string()).unwrap_or_default(), one.name)).collect()
    }

    #[test]
    fn each_form_gives_its_addresses_once_and_in_order() {
        let one = ("http://x.gov.cn/a/".to_owned(), Some("通知公告".to_owned()));
        let other = ("http://y.gov.cn/b/".to_owned(), None);
        let both = [one, other];
        assert_eq!(named("# ours\nhttp://x.gov.cn/a/ 通知公告\n\nhttp://y.gov.cn/b/\nhttp://x.gov.cn/a/\n"), both);
        let lines = "{\"site\": \"X\", \"column\": \"通知公告\", \"url\": \"http://x.gov.cn/a/\", \"rss\": null}\n\
             {\"name\": \"Y\", \"url\": \"http://y.gov.cn/b/\"}\n";
        assert_eq!(named(lines), both);
        let opml = "<?xml version=\"1.0\"?><opml version=\"2.0\"><body><outline text=\"组\">\
             <outline text=\"通知公告\" htmlUrl=\"http://x.gov.cn/a/\" xmlUrl=\"http://x.gov.cn/rss\"/>\
             <outline xmlUrl=\"http://y.gov.cn/b/\"/></outline></body></opml>";
        assert_eq!(named(opml), both);
    }

    #[test]
    fn a_line_that_says_nothing_useful_is_named() {
        let list = read("x.gov.cn\nhttp://x.gov.cn/\ny.gov.cn\n").expect("one is of use");
        assert_eq!(list.wanted.len(), 1, "one that is wrong costs no other");
        assert!(list.wrong[0].starts_with("line 1: ") && list.wrong[1].starts_with("line 3: "), "{:?}", list.wrong);
        let opml = "<opml><outline htmlUrl=\"x.gov.cn\"/><outline htmlUrl=\"http://x.gov.cn/\"/></opml>";
        let list = read(opml).expect("one is of use");
        assert_eq!((list.wanted.len(), list.wrong.len()), (1, 1));
        let wrong = |text: &str| read(text).expect_err("wrong");
        assert!(wrong("{\"name\": \"x\"}").contains("no url"));
        assert!(wrong("ftp://x.gov.cn/").contains("neither http nor https"));
        assert!(wrong("www.x.gov.cn:8080/a/").contains("begin it with http:// or https://"));
        assert!(wrong("name,url\nX,http://x.gov.cn/\n").contains("OPML; or JSON Lines"), "the forms are named");
        assert!(wrong("# nothing\n").starts_with("it names no address; a list is a URL a line"));
    }
}
