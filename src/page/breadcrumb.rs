//! The breadcrumb: where in its site a report stands.
//!
//! In: outline, title. Out: the names from the home page down, the page itself left out where its title is given. Never:
//! text of the body.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::outline::{Element, Outline};
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

/// What stands in the last place of a breadcrumb for whatever page is shown.
static PAGE: LazyLock<Regex> = LazyLock::new(|| {
    let written = r"^(?:正文|内容|信息内容|(?:信息|文章|内容|新闻)?详[细情](?:信息|内容|页面?)?|(?:正文|内容|文章|信息)页面?|文章内容)$";
    pattern(written)
});

/// Whether a name is that of no column: the home page, or the page that is read, whatever it is.
pub(super) fn is_no_column(name: &str) -> bool {
    HOME.is_match(name.trim()) || PAGE.is_match(&bare(name))
}

/// Reads the breadcrumb that stands before line `before`. Where it leads no further than the home page, another may.
pub(super) fn of(outline: &Outline<'_>, before: usize, title: Option<&str>) -> Vec<String> {
    let title = title.map(bare);
    let is_page = |name: &String| {
        let name = bare(name);
        PAGE.is_match(&name) || title.as_ref().is_some_and(|title| *title == name || is_cut(&name, title))
    };
    let mut longest: Vec<String> = Vec::new();
    for (n, lines) in places(outline, before).enumerate() {
        // Another one must look like one: a menu begins with the home page too.
        if n > 0 && !outline.lines[lines.clone()].iter().any(|line| ARROW.is_match(&line.text)) {
            continue;
        }
        let mut path = parts(outline, &lines);
        while path.last().is_some_and(is_page) {
            path.pop();
        }
        if path.len() > longest.len() {
            longest = path;
        }
        if longest.len() > 1 || longest.first().is_some_and(|name| !HOME.is_match(name)) {
            break;
        }
    }
    longest
}

/// The lines that may be a breadcrumb, the surest first.
fn places(outline: &Outline<'_>, before: usize) -> impl Iterator<Item = Range<usize>> {
    let is_labelled = move |at: &usize| LABEL.is_match(&outline.lines[*at].text);
    let labelled = (0..before).filter(is_labelled).map(|at| around(outline, at));
    let is_crumb = |name: Option<&str>| name.is_some_and(|name| NAME.is_match(name));
    let is_named = move |element: &&Element<'_>| {
        (1..=MOST_LINES).contains(&element.lines.len())
            && (is_crumb(element.node.attr("class")) || is_crumb(element.node.id()))
            && parts(outline, &element.lines).first().is_some_and(|first| HOME.is_match(first))
    };
    let elements = outline.elements.iter().filter(move |element| element.lines.start < before);
    let named = elements.filter(is_named).map(|element| element.lines.clone());
    let is_bare = move |at: &usize| {
        // An arrow may stand before the first name too.
        let text = outline.lines[*at].text.trim_start_matches([' ', '>', '＞', '»', '›', '→']);
        outline.lines[*at].n_chars <= LONGEST_BARE
            && ARROW.is_match(text)
            && SEPARATOR.split(text).next().is_some_and(|first| HOME.is_match(first.trim()))
    };
    labelled.chain(named).chain((0..before).filter(is_bare).map(|at| at..at + 1))
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

/// A name without its repetition beside it: the last step, linked and once more as it stands.
fn once(name: &str) -> &str {
    name.split_once(' ').filter(|(one, other)| one == other).map_or(name, |(one, _)| one)
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
            names.extend(SEPARATOR.split(&text).map(|name| once(name.trim()).to_owned()));
        }
    }
    names.retain(|name| name.chars().any(char::is_alphanumeric) && name.chars().count() <= LONGEST_NAME);
    names
}
