//! What a document is by its first characters.
//!
//! In: decoded text. Out: its [`Shape`]. Never: whether it is whole.

use super::unit;
use crate::page::datastore;

/// Characters of comments and instructions before the root that are passed over.
const LONGEST_PROLOG: usize = 4096;

/// What kinds of document a listing may come as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::page) enum Shape {
    /// A page, or anything else.
    Html,
    /// An answer of Hanweb's dataproxy.
    Datastore,
    /// An answer of Hanweb's jpaas: HTML in JSON.
    Unit,
    /// Any other JSON.
    Json,
    /// RSS or Atom.
    Feed,
    /// A sitemap, or an index of sitemaps.
    Sitemap,
}

/// Tells what a document is.
pub(in crate::page) fn of(text: &str) -> Shape {
    let start = text.trim_start_matches(['\u{FEFF}', ' ', '\r', '\n', '\t']);
    let is_json = (start.starts_with('{') && !start.starts_with("{{")) || start.starts_with("[{");
    if is_json {
        return if unit::is_answer(start) { Shape::Unit } else { Shape::Json };
    }
    if datastore::is_answer(text) {
        return Shape::Datastore;
    }
    let root = root(start);
    match root.to_ascii_lowercase().as_str() {
        "rss" | "feed" => Shape::Feed,
        // RSS 0.9 and 1.0 are RDF; other RDF is no feed.
        "rdf:rdf" if head(start).contains("purl.org/rss/1.0") || head(start).contains("rdf/simple/0.9") => Shape::Feed,
        "urlset" | "sitemapindex" => Shape::Sitemap,
        _ => Shape::Html,
    }
}

fn head(text: &str) -> &str {
    &text[..text.floor_char_boundary(LONGEST_PROLOG)]
}

/// The name of the root element of an XML document; empty where it does not begin with one.
fn root(start: &str) -> &str {
    let mut rest = head(start);
    loop {
        rest = rest.trim_start();
        let end = match rest {
            _ if rest.starts_with("<?") => "?>",
            _ if rest.starts_with("<!--") => "-->",
            _ if rest.starts_with("<!") => ">",
            _ => break,
        };
        let Some((_, after)) = rest.split_once(end) else { return "" };
        rest = after;
    }
    let Some(name) = rest.strip_prefix('<') else { return "" };
    name.split(|c: char| c.is_whitespace() || c == '>' || c == '/').next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_characters_tell_what_a_document_is() {
        for (text, shape) in [
            ("<html><body>", Shape::Html),
            ("\u{FEFF}<?xml version='1.0'?>\n<rss version='2.0'>", Shape::Feed),
            (
                "<?xml version='1.0'?><!-- made by x --><?xml-stylesheet href='a'?><feed xmlns='http://www.w3.org/2005/Atom'>",
                Shape::Feed,
            ),
            ("<rdf:RDF xmlns='http://purl.org/rss/1.0/'>", Shape::Feed),
            ("<rdf:RDF xmlns:x='http://example.org/'>", Shape::Html),
            ("<!DOCTYPE rss PUBLIC '-//Netscape//DTD RSS 0.91//EN'><rss version='0.91'>", Shape::Feed),
            ("<urlset xmlns='x'>", Shape::Sitemap),
            ("<sitemapindex>", Shape::Sitemap),
            ("<datastore><recordset>", Shape::Datastore),
            ("{\"data\": []}", Shape::Json),
            ("{\"success\":true,\"data\":{\"html\":\"<ul></ul>\"}}", Shape::Unit),
            ("{{title}}", Shape::Html),
            ("", Shape::Html),
        ] {
            assert_eq!(of(text), shape, "{text}");
        }
    }
}
