//! Where reports are whose rows hold no link, by what pages of their portal show: the links that a script puts together
//! from a row, and links that hold what a row calls itself.
//!
//! In: a page; then the rows of an answer. Out: a [`LinkQuery`] that gives each row a link of its own. Never: a proof; who
//! takes it reads reports.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use regex::{Captures, Regex};
use serde_json::Value;
use url::{Position, Url};

use crate::page::link;
use crate::page::open::Opened;
use crate::page::pattern;
use crate::page::pointer::{LinkQuery, Pointer};
use crate::page::script::{self, Piece, Reader, Token, Value as Said};

/// Most links and patterns of a page that are kept.
const MOST_KEPT: usize = 2_000;

/// Links that must hold the name of a row where the names are as short as the numbers of pages.
const LEAST_SHORT: usize = 2;
const SHORT: usize = 3;

/// A link in a text that holds fields: `<a href="/art/{/id}.html">`.
static HREF: LazyLock<Regex> = LazyLock::new(|| pattern(r#"href\s*=\s*["']?([^"'<>\s]*\{/[\w/]+\}[^"'<>\s]*)"#));
/// A link of a template: `href="/art/{{id}}.html"`.
static TEMPLATE: LazyLock<Regex> = LazyLock::new(|| pattern(r#"[^:\w]href=["']([^"'<>\s]*\{\{[^"'<>]*)["']"#));
static FIELD: LazyLock<Regex> = LazyLock::new(|| pattern(r"\{\{\s*(?:\w+\.)?(\w+)\s*\}\}"));
/// A link of Vue: `:href="'/art/' + item.id + '.html'"`.
static BOUND: LazyLock<Regex> = LazyLock::new(|| pattern(r#"(?:v-bind)?:href="([^"]+)""#));

/// What a page tells of the links of its reports.
#[derive(Debug, Clone, Default)]
pub struct Hints {
    /// Links with pointers to fields of a row: `/art/{/id}.html`.
    patterns: Vec<String>,
    /// Where its links lead.
    links: Vec<Url>,
}

impl Hints {
    /// Reads them off a page.
    pub fn of(opened: &Opened, url: &Url) -> Self {
        let base = link::base(&opened.tree, url);
        let scripts = opened.tree.named("script").map(|script| script.raw_text());
        let mut patterns: Vec<String> = scripts.flat_map(|script| put_together(&script)).collect();
        let text = &opened.decoded.text;
        let filled = |found: Captures<'_>| FIELD.replace_all(&found[1], "{/$1}").into_owned();
        patterns.extend(TEMPLATE.captures_iter(text).map(filled).filter(|link| !link.contains("{{")));
        patterns.extend(BOUND.captures_iter(text).flat_map(|found| put_together(&found[1])));
        patterns.truncate(MOST_KEPT);
        let patterns = patterns.into_iter().filter_map(|pattern| absolute(&pattern, &base)).collect();
        let links = opened.tree.named("a").filter_map(|node| link::of_anchor(node, &base));
        Self { patterns, links: links.filter(|link| link.host() == url.host()).take(MOST_KEPT).collect() }
    }

    /// Those of links with pointers that are known already.
    pub fn of_links<'l>(links: impl Iterator<Item = &'l str>) -> Self {
        let patterns = links.filter(|link| link.contains('{')).map(str::to_owned).collect();
        Self { patterns, links: Vec::new() }
    }

    /// The link of each of these rows, by a script or by other links of the page.
    pub(super) fn link(&self, rows: &[Value], fields: &[String]) -> Option<LinkQuery> {
        let is_each_its_own = |query: &LinkQuery| {
            let links: HashSet<String> = rows.iter().filter_map(|row| query.text(row)).collect();
            links.len() == rows.len()
        };
        let mut written = self.patterns.iter().filter_map(|written| LinkQuery::parse(written).ok());
        written.find(is_each_its_own).or_else(|| {
            let mut like = fields.iter().filter_map(|field| self.like(field, rows));
            like.find(is_each_its_own)
        })
    }

    /// A link that holds this field of a row, as most links that hold one do.
    fn like(&self, field: &str, rows: &[Value]) -> Option<LinkQuery> {
        let pointer = Pointer::parse(field).ok()?;
        let names: HashSet<String> = rows.iter().filter_map(|row| pointer.text(row)).collect();
        if names.len() < rows.len() || !names.iter().all(|name| is_name_of_row(name)) {
            return None;
        }
        let mut votes: HashMap<String, HashSet<&str>> = HashMap::new();
        for link in &self.links {
            let link = &link[Position::BeforePath..Position::AfterQuery];
            for (at, word) in words(link).filter(|(_, word)| names.contains(*word)) {
                let (before, behind) = (&link[..at], &link[at + word.len()..]);
                votes.entry(format!("{before}{{{field}}}{behind}")).or_default().insert(word);
            }
        }
        let least = if names.iter().any(|name| name.len() < SHORT) { LEAST_SHORT } else { 1 };
        let (link, holders) = votes.into_iter().max_by_key(|(link, holders)| (holders.len(), link.clone()))?;
        (holders.len() >= least).then(|| LinkQuery::parse(&link).ok()).flatten()
    }
}

/// Whether a value can be what a row calls itself.
pub(super) fn is_name_of_row(text: &str) -> bool {
    let is_plain = text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    is_plain && text.bytes().any(|byte| byte.is_ascii_digit()) && text.len() <= 64
}

/// The words of a link, with where they stand.
fn words(link: &str) -> impl Iterator<Item = (usize, &str)> {
    let words = link.split(|c: char| !c.is_ascii_alphanumeric() && c != '-');
    words.map(|word| (word.as_ptr() as usize - link.as_ptr() as usize, word)).filter(|(_, word)| !word.is_empty())
}

/// The links that a script puts together from a row.
fn put_together(script: &str) -> Vec<String> {
    let tokens = script::tokens(script);
    let mut found = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        let goes_on = at.checked_sub(1).is_some_and(|before| tokens[before] == Token::Sign('+'));
        if goes_on || !matches!(token, Token::Text(_)) {
            continue;
        }
        let Said::Made(pieces) = (Reader { tokens: &tokens, at }).value(0) else { continue };
        let text: String = pieces.iter().map(shown).collect();
        let is_link = text.starts_with(['/', '.', 'h']) && !text.contains(['<', '>', ' ', '\u{0}']);
        match HREF.captures(&text) {
            Some(href) if !href[1].contains('\u{0}') => found.push(href[1].to_owned()),
            _ if is_link && text.contains("{/") => found.push(text),
            _ => {}
        }
    }
    found
}

/// A piece of a link; what cannot be read is marked.
fn shown(piece: &Piece) -> String {
    match piece {
        Piece::Text(text) | Piece::Number(text) => text.clone(),
        Piece::Name(name) => {
            let field = name.split_once('.').map_or(name.as_str(), |(_, field)| field);
            format!("{{/{}}}", field.replace('.', "/"))
        }
        Piece::Before(_) | Piece::Rows { .. } | Piece::Field(_) | Piece::Lost => "\u{0}".to_owned(),
    }
}

/// A pattern from the root of its host on, or with its host.
fn absolute(pattern: &str, base: &Url) -> Option<String> {
    if pattern.starts_with('/') || pattern.starts_with("http://") || pattern.starts_with("https://") {
        return Some(pattern.to_owned());
    }
    let folder = base.path().rsplit_once('/').map_or("/", |(folder, _)| folder);
    let relative = pattern.strip_prefix("./").unwrap_or(pattern);
    (!relative.starts_with("..")).then(|| format!("{folder}/{relative}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Capture;
    use crate::page::kind::Answer;
    use serde_json::json;

    fn hints(html: &str) -> Hints {
        let url = Url::parse("http://x.gov.cn/tzgg/index.html").expect("url");
        let capture = Capture {
            url: url.clone(),
            final_url: url.clone(),
            status: 200,
            headers: Vec::new(),
            body: html.as_bytes().to_vec().into(),
            fetched_at: jiff::Timestamp::UNIX_EPOCH,
            wire_bytes: 0,
            n_requests: 0,
        };
        let answer = Answer { status: 200, asked: Some(&url), landed: Some(&url), home: None };
        Hints::of(&Opened::of(&capture, None, &answer).expect("a page"), &url)
    }

    fn link(html: &str) -> Option<String> {
        let rows: Vec<Value> = [20518, 20517, 20511].map(|id| json!({"id": id, "col": 7, "title": "标题"})).to_vec();
        let fields = ["/col", "/id"].map(str::to_owned);
        hints(html).link(&rows, &fields).map(|query| query.as_str().to_owned())
    }

    #[test]
    fn a_link_is_what_a_script_or_a_template_makes_of_a_row() {
        for (html, expected) in [
            (
                r#"<script>h += '<li><a href="/art/' + item.id + '.html" title="' + item.title + '">' + cut(item.title) + '</a>';</script>"#,
                "/art/{/id}.html",
            ),
            ("<script>location.href = `/c${row.col}/d_${row.id}.html`</script>", "/c{/col}/d_{/id}.html"),
            ("<a href='./{{item.id}}.html'>{{item.title}}</a>", "/tzgg/{/id}.html"),
            (r#"<a :href="'/view?id=' + item.id">x</a>"#, "/view?id={/id}"),
        ] {
            assert_eq!(link(html).as_deref(), Some(expected), "{html}");
        }
        assert_eq!(link("<script>u = '/api/list?page=' + page; t = '<a href=\"/' + f(item.id) + '\">'</script>"), None);
    }

    #[test]
    fn a_link_is_what_other_links_make_of_a_row() {
        let html =
            "<a href='/art/2026/20518.html'>一</a><a href='/art/2026/20511.html'>二</a><a href='/zt/20518/'>三</a>";
        assert_eq!(link(html).as_deref(), Some("/art/2026/{/id}.html"));
        assert_eq!(link("<a href='/art/2026/7.html'>一</a>"), None, "a column is no row");
    }
}
