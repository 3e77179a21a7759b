//! The breadcrumb: where in its site a report stands.
//!
//! In: outline, title. Out: the names from the home page down, the page itself left out where its title is given. Never:
//! text of the body.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::outline::Outline;
use super::pattern;
use super::title::bare;

/// Longest name of a column, in characters.
const LONGEST_NAME: usize = 60;

/// Most lines that a breadcrumb is spread over: one a name where each is an item of a list.
const MOST_LINES: usize = 12;

/// Longest breadcrumb that nothing but its arrows tells, in characters: six names of columns.
const LONGEST_BARE: usize = 80;

/// How far around its label a breadcrumb is looked for.
const MOST_AROUND: usize = 8;

static LABEL: LazyLock<Regex> = LazyLock::new(|| {
    let written = r"^\s*(?:您?(?:当前|现在|目前)?(?:所在|的)?(?:的)?位置|当前路径|现在位置)\s*(?:是\s*)?[：:]?";
    pattern(written)
});

static NAME: LazyLock<Regex> = LazyLock::new(|| {
    let written = r"(?i)crumb|curb|curmb|dqwz|weizhi|position|currentloc|location|mianbao|(?:^|[\s_-])path";
    pattern(written)
});

static SEPARATOR: LazyLock<Regex> = LazyLock::new(|| pattern(r"\s*(?:>+|＞+|»|›|→|/|\\|\||-{1,2}>|\t)\s*"));

/// What leads from one level down to the next. Bars and slashes also part columns that stand side by side.
static ARROW: LazyLock<Regex> = LazyLock::new(|| pattern(r"[>＞»›→]"));

static HOME: LazyLock<Regex> = LazyLock::new(|| pattern(r"^(?:网站|本站)?首\s*页$"));

/// Reads the breadcrumb that stands before line `before`.
pub(super) fn of(outline: &Outline<'_>, before: usize, title: Option<&str>) -> Vec<String> {
    let title = title.map(bare);
    let labelled = (0..before).find(|&at| LABEL.is_match(&outline.lines[at].text)).map(|at| around(outline, at));
    let named = || {
        let is_crumb = |name: Option<&str>| name.is_some_and(|name| NAME.is_match(name));
        let mut elements = outline.elements.iter().filter(|element| element.lines.start < before);
        let named = elements.find(|element| {
            let node = element.node;
            let n_lines = element.lines.len();
            (1..=MOST_LINES).contains(&n_lines)
                && (is_crumb(node.attr("class")) || is_crumb(node.id()))
                && parts(outline, &element.lines).first().is_some_and(|first| HOME.is_match(first))
        });
        named.map(|element| element.lines.clone())
    };
    let bare_line = || {
        let is_bare = |at: &usize| {
            // An arrow may stand before the first name too.
            let text = outline.lines[*at].text.trim_start_matches([' ', '>', '＞', '»', '›', '→']);
            outline.lines[*at].n_chars <= LONGEST_BARE
                && ARROW.is_match(text)
                && SEPARATOR.split(text).next().is_some_and(|first| HOME.is_match(first.trim()))
        };
        (0..before).find(is_bare).map(|at| at..at + 1)
    };
    let Some(lines) = labelled.or_else(named).or_else(bare_line) else { return Vec::new() };
    let mut path = parts(outline, &lines);
    let is_page = |name: &String| {
        let name = bare(name);
        matches!(name.as_str(), "正文" | "内容" | "详情" | "详细内容" | "文章内容")
            || title.as_ref().is_some_and(|title| *title == name || is_cut(&name, title))
    };
    while path.last().is_some_and(is_page) {
        path.pop();
    }
    path
}

/// A title cut short: 关于印发…
fn is_cut(name: &str, title: &str) -> bool {
    let start = name.trim_end_matches(['…', '.', '．']);
    start.len() < name.len() && start.chars().count() >= 4 && title.starts_with(start)
}

/// The lines of the smallest element around the label that holds more than the home page.
fn around(outline: &Outline<'_>, at: usize) -> Range<usize> {
    let of = |element: usize| at..outline.elements[element].lines.end;
    let mut whole = outline
        .around(outline.lines[at].element)
        .take(MOST_AROUND)
        .map(of)
        .take_while(|lines| lines.len() <= MOST_LINES);
    whole.find(|lines| parts(outline, lines).len() > 1).unwrap_or(at..at + 1)
}

/// The names in these lines. Links without separators between them are names of their own.
fn parts(outline: &Outline<'_>, lines: &Range<usize>) -> Vec<String> {
    let mut names = Vec::new();
    for at in lines.clone() {
        let line = &outline.lines[at];
        let text = LABEL.replace(&line.text, "");
        let starts_at_home = || SEPARATOR.split(&text).any(|name| HOME.is_match(name.trim()));
        if super::chrome::is_chrome(&text) && text.chars().any(char::is_alphanumeric) && !starts_at_home() {
            break;
        }
        let first = outline.links.partition_point(|link| link.line < at);
        let linked: Vec<String> = outline.links[first..]
            .iter()
            .take_while(|link| link.line == at)
            .map(|link| super::tree::visible_text(link.node))
            .filter(|text| !text.is_empty())
            .collect();
        let has_separator = SEPARATOR.is_match(&text);
        if !has_separator && linked.len() > 1 {
            names.extend(linked);
        } else {
            names.extend(SEPARATOR.split(&text).map(|name| name.trim().to_owned()));
        }
    }
    names.retain(|name| name.chars().any(char::is_alphanumeric) && name.chars().count() <= LONGEST_NAME);
    names
}
