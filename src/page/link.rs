//! Where a link leads: relative and protocol-relative addresses, `<base>`, and the scripts that portals wrap them in.
//!
//! In: an `a` element or an `href` as written. Out: an absolute URL, raw: session ids and fragments stay.
//! Never: canonicalises, or runs a script.

use std::sync::LazyLock;

use regex::Regex;
use url::{Position, Url};

use super::pattern;
use super::tree::{Node, Tree};
use crate::change::canonical::{has_route, is_route};

/// `javascript:window.open('..')`, `location.href='..'`, `location.replace('..')`.
static OPENED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r#"(?i)(?:window\s*\.\s*open\s*\(|location(?:\s*\.\s*href)?\s*=|location\s*\.\s*(?:assign|replace)\s*\()\s*['"]([^'"]+)['"]"#,
    )
});

/// Calls of a page's own functions that open the address they are given: `openurl('./a.html')`, `toDetail("/b/1.html")`.
static CALLED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(concat!(
        r"(?i)\b[\w$.]*(?:open|goto|jump|redirect|href|link|view|show|detail|read|look|url|article)[\w$]*\s*\(\s*",
        r#"['"]((?:https?://|\.{0,2}/)[^'"\s]+|[\w./%-]+\.(?:s?html?|jspx?|aspx?|php|do)(?:\?[^'"\s]*)?)['"]"#,
    ))
});

/// Calls that are given the address of the page itself or of a picture, and lead nowhere.
static UNLED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)share|fav|homepage|print|login|img|image|pic|video|audio|play|vote|qr|\.(?:png|jpe?g|gif|svg|mp[34]|js|css)\b",
    )
});

/// Marks of a template that a script has yet to fill: `{{url}}`, `${url}`, `<%=url%>`.
static TEMPLATE: LazyLock<Regex> = LazyLock::new(|| pattern(r"\{\{|\$\{|<%|%7B%7B"));

/// Whether a text or an address has such marks in it.
pub(super) fn is_template(text: &str) -> bool {
    TEMPLATE.is_match(text)
}

/// What the links of a page are relative to: its first `<base href>`, else its own URL.
pub(super) fn base(tree: &Tree, page_url: &Url) -> Url {
    let stated = tree.named("base").find_map(|node| node.attr("href"));
    stated.and_then(|href| page_url.join(href.trim()).ok()).unwrap_or_else(|| page_url.clone())
}

/// Where an `a` leads, by its `href` or, where that is a script or nothing, by its `onclick` or what its script reads.
pub(super) fn of_anchor(node: Node<'_>, base: &Url) -> Option<Url> {
    let by_href = node.attr("href").and_then(|href| resolve(href, base));
    by_href.or_else(|| of_script(node, base))
}

/// Where an element leads by its `onclick`, or by the address that its script reads.
fn of_script(node: Node<'_>, base: &Url) -> Option<Url> {
    let clicked = || node.attr("onclick").and_then(|script| run(script, base));
    let read = || ["data-url", "data-href", "data-link"].iter().find_map(|name| plain(node.attr(name)?, base));
    clicked().or_else(read)
}

/// Where a script leads that opens another page.
pub(super) fn opened(script: &str, base: &Url) -> Option<Url> {
    plain(OPENED.captures(script)?.get(1)?.as_str(), base)
}

/// Where a script leads that opens another page itself or by a function of the page.
fn run(script: &str, base: &Url) -> Option<Url> {
    opened(script, base).or_else(|| {
        let called = CALLED.captures(script).filter(|_| !UNLED.is_match(script))?;
        plain(called.get(1)?.as_str(), base)
    })
}

/// Where an address as written leads; `#`, `javascript:void(0)`, `mailto:` and templates lead nowhere.
pub(super) fn resolve(written: &str, base: &Url) -> Option<Url> {
    let written = written.trim();
    if written.get(..11).is_some_and(|scheme| scheme.eq_ignore_ascii_case("javascript:")) {
        return run(written, base);
    }
    // A selector may give what a row is opened by.
    opened(written, base).or_else(|| plain(written, base))
}

fn plain(written: &str, base: &Url) -> Option<Url> {
    let written = written.trim();
    let is_place = written.strip_prefix('#').is_some_and(|fragment| !is_route(fragment));
    if written.is_empty() || is_place || is_template(written) {
        return None;
    }
    let url = base.join(written).ok()?;
    (matches!(url.scheme(), "http" | "https") && url.has_host()).then_some(url)
}

/// Whether a link leads to the page that it stands on, and not to what its script would show there instead.
pub(super) fn is_own_page(link: &Url, page: &Url) -> bool {
    is_same_page(link, page) && (!has_route(link) || link == page)
}

/// Whether two addresses are the same page: equal but for the fragment.
pub(super) fn is_same_page(one: &Url, other: &Url) -> bool {
    one[..Position::AfterQuery] == other[..Position::AfterQuery]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_of_writing_a_link_leads_to_its_page() {
        let base = Url::parse("http://www.x.gov.cn/zwgk/tzgg/index.html").expect("url");
        for (written, expected) in [
            ("./202609/t20260915_1.html", Some("http://www.x.gov.cn/zwgk/tzgg/202609/t20260915_1.html")),
            ("../a.html", Some("http://www.x.gov.cn/zwgk/a.html")),
            ("//y.gov.cn/a", Some("http://y.gov.cn/a")),
            (" /a\n.html ", Some("http://www.x.gov.cn/a.html")),
            ("/a.jsp;jsessionid=1F?id=2", Some("http://www.x.gov.cn/a.jsp;jsessionid=1F?id=2")),
            ("javascript:window.open('/b.html','_blank')", Some("http://www.x.gov.cn/b.html")),
            ("JavaScript:location.href=\"c.html\"", Some("http://www.x.gov.cn/zwgk/tzgg/c.html")),
            ("javascript:openurl('./d.html')", Some("http://www.x.gov.cn/zwgk/tzgg/d.html")),
            ("javascript:toDetail('/zwgk/e.html','1')", Some("http://www.x.gov.cn/zwgk/e.html")),
            ("javascript:viewNews('f.jsp?id=3')", Some("http://www.x.gov.cn/zwgk/tzgg/f.jsp?id=3")),
            ("javascript:openShare('http://www.x.gov.cn/')", None),
            ("javascript:showPic('/images/a.jpg')", None),
            ("javascript:show('15')", None),
            ("javascript:setFont('/a.html')", None),
            ("javascript:void(0);", None),
            ("javascript:;", None),
            ("#", None),
            ("#top", None),
            ("#/", None),
            ("#!", None),
            ("#/art/1", Some("http://www.x.gov.cn/zwgk/tzgg/index.html#/art/1")),
            ("index.html#!/x/2", Some("http://www.x.gov.cn/zwgk/tzgg/index.html#!/x/2")),
            ("", None),
            ("mailto:a@x.gov.cn", None),
            ("{{pcUrl}}", None),
            ("http://", None),
        ] {
            assert_eq!(resolve(written, &base).as_ref().map(Url::as_str), expected, "{written}");
        }
    }

    #[test]
    fn what_a_row_is_opened_by_is_an_address() {
        let base = Url::parse("http://x.gov.cn/zwgk/").expect("url");
        for script in
            ["location.href='/a.html'", "javascript:window.open('/a.html')", "return location.replace(\"/a.html\")"]
        {
            assert_eq!(resolve(script, &base).map(String::from).as_deref(), Some("http://x.gov.cn/a.html"), "{script}");
        }
    }

    #[test]
    fn an_element_leads_where_its_script_does() {
        let base = Url::parse("http://x.gov.cn/zwgk/").expect("url");
        for (element, leads) in [
            ("<a href=\"javascript:;\" data-url=\"a.html\">甲</a>", Some("http://x.gov.cn/zwgk/a.html")),
            ("<a href=\"#\" onclick=\"openNew('/b.html')\">甲</a>", Some("http://x.gov.cn/b.html")),
            ("<a href=c.html data-url=d.html>甲</a>", Some("http://x.gov.cn/zwgk/c.html")),
            ("<a href=\"#\" data-url=\"{{url}}\">甲</a>", None),
            ("<a data-link=\"\">甲</a>", None),
        ] {
            let tree = Tree::parse(element).expect("tree");
            let anchor = tree.named("a").next().expect("anchor");
            assert_eq!(of_anchor(anchor, &base).map(String::from).as_deref(), leads, "{element}");
        }
    }

    #[test]
    fn a_base_element_and_an_onclick_are_followed() {
        let page = Url::parse("http://www.x.gov.cn/a/b.html").expect("url");
        let tree =
            Tree::parse("<base target=_blank><base href='/site/'><a href='#' onclick=\"window.open('c.html')\">C</a>")
                .expect("tree");
        let base = base(&tree, &page);
        let anchor = tree.root().descendants().find(|node| node.name() == "a").expect("anchor");
        assert_eq!(of_anchor(anchor, &base).expect("link").as_str(), "http://www.x.gov.cn/site/c.html");
    }
}
