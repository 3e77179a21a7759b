//! Lists of addresses for `add --from`: a text of a URL a line, OPML, JSON Lines.
//!
//! In: a file's text. Out: what is wanted, each address once, in order. Never: a line left out in silence.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use url::Url;

use super::look::Wanted;

/// Most addresses of a list: every government site of the country, several times.
const MOST_WANTED: usize = 100_000;

/// Reads a list, whatever its form. **Errors**: every line that says nothing useful.
pub(super) fn wanted(text: &str) -> Result<Vec<Wanted>, String> {
    let start = text.trim_start_matches(['\u{FEFF}', ' ', '\t', '\r', '\n']);
    let mut all = if start.starts_with('<') {
        opml(start)?
    } else {
        let lines = text.lines().enumerate().map(|(n, line)| (n + 1, line.trim_start_matches('\u{FEFF}').trim()));
        let lines = lines.filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
        let read = lines.map(|(n, line)| of_line(line).map_err(|why| format!("line {n}: {why}")));
        let (mut all, mut wrong) = (Vec::new(), Vec::new());
        for line in read {
            match line {
                Ok(one) => all.push(one),
                Err(why) => wrong.push(why),
            }
        }
        if !wrong.is_empty() {
            return Err(wrong.join("; "));
        }
        all
    };
    let mut seen = std::collections::HashSet::new();
    all.retain(|one: &Wanted| seen.insert(one.url.clone()));
    match all.len() {
        0 => Err("it names no address".to_owned()),
        n if n > MOST_WANTED => Err(format!("it names {n} addresses; at most {MOST_WANTED}")),
        _ => Ok(all),
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

/// The outlines of an OPML file that have an address: the page, else the feed.
fn opml(text: &str) -> Result<Vec<Wanted>, String> {
    let mut reader = Reader::from_str(text);
    let mut all = Vec::new();
    loop {
        match reader.read_event() {
            Ok(Event::Start(element) | Event::Empty(element)) if element.local_name().as_ref() == "outline" => {
                all.extend(outline(&element)?);
            }
            Ok(Event::Eof) => return Ok(all),
            Ok(_) => {}
            Err(error) => return Err(format!("not OPML, at byte {}: {error}", reader.error_position())),
        }
    }
}

fn outline(element: &BytesStart<'_>) -> Result<Option<Wanted>, String> {
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
    let Some(address) = html.or(url).or(xml) else { return Ok(None) };
    of(&address, title.or(text).as_deref()).map(Some)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(text: &str) -> Vec<(String, Option<String>)> {
        let all = wanted(text).unwrap_or_else(|error| panic!("{error}"));
        all.into_iter().map(|one| (one.url.map(|url| url.to_string()).unwrap_or_default(), one.name)).collect()
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
        let wrong = |text: &str| wanted(text).expect_err("wrong");
        assert!(
            wrong("http://x.gov.cn/\nx.gov.cn\n").starts_with("line 2: "),
            "{}",
            wrong("http://x.gov.cn/\nx.gov.cn\n")
        );
        let both = wrong("x.gov.cn\nhttp://x.gov.cn/\ny.gov.cn\n");
        assert!(both.starts_with("line 1: ") && both.contains("; line 3: "), "{both}");
        assert!(wrong("{\"name\": \"x\"}").contains("no url"));
        assert!(wrong("ftp://x.gov.cn/").contains("neither http nor https"));
        assert!(wrong("www.x.gov.cn:8080/a/").contains("begin it with http:// or https://"));
        assert_eq!(wrong("# nothing\n"), "it names no address");
    }
}
