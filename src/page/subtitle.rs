//! The second title of a report, which stands between its title and the line of date and source.
//!
//! In: outline, where the title stands, the lines of the body. Out: the line that is one. Never: date, source, number or
//! column, or what title and body say already.

use std::sync::LazyLock;

use regex::Regex;

use super::outline::{Outline, Shape};
use super::title::{self, bare};
use super::{anchor, doc_no, labels, pattern, signed};

/// Characters of a second title: shorter ones are names of people and columns.
const SHORTEST: usize = 8;
const LONGEST: usize = 80;

/// How portals call it.
static NAME: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?i)sub_?-?tit(?:le)?\b|_subtitle|\bfu_?-?(?:biaoti|title|bt)\b|副标题"));

/// Counters, clocks and tools, which a portal writes anew for each reader.
static CHANGES: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"[0-9]\s*[次人℃度]|阅读|浏览|点击|访问|今天|星期|天气|字号|字体|打印|分享|编辑|作者|记者")
});

/// The line under a title that is the second title: the one that the page calls so, or a second heading under a first.
pub(super) fn of(outline: &Outline<'_>, below: usize, body: &[usize], title: &str) -> Option<usize> {
    let line = outline.lines.get(below)?;
    let is_said = || {
        let (text, title) = (bare(&line.text), bare(title));
        let is_same = |at: &usize| bare(&outline.lines[*at].text) == text;
        title.contains(&text) || text.contains(&title) || body.iter().take(title::MOST_LINES).any(is_same)
    };
    let is_title = (SHORTEST..=LONGEST).contains(&line.n_chars)
        && line.shape != Shape::Row
        && !line.is_links()
        && !line.is_chrome()
        && !labels::is_info(&line.text)
        && !anchor::shows_day(&line.text)
        && !CHANGES.is_match(&line.text)
        && !line.text.contains(['。', '：', ':', '>', '|'])
        && !signed::is_office(&line.text)
        && doc_no::at_head(std::iter::once(line.text.as_str())).is_none();
    let is_above = body.first().is_some_and(|&first| below < first);
    (is_title && is_above && (is_called(outline, below) || is_second_heading(outline, below)) && !is_said())
        .then_some(below)
}

/// Whether an element of one line around it is called a second title.
fn is_called(outline: &Outline<'_>, at: usize) -> bool {
    let around = outline.around(outline.lines[at].element).take(2);
    let mut names = around.filter(|&element| outline.elements[element].lines.len() == 1).flat_map(|element| {
        let node = outline.elements[element].node;
        [node.attr("class"), node.id()].into_iter().flatten()
    });
    // Boxes of the page have such names too; date and source stand under none of them.
    names.any(|name| NAME.is_match(name)) && title::shows_info(outline, at + 1, 2)
}

/// Whether a line is an `h2` right between the `h1` and the line of date and source.
fn is_second_heading(outline: &Outline<'_>, at: usize) -> bool {
    let name = |at: usize| outline.elements[outline.lines[at].element].node.name();
    at > 0 && name(at) == "h2" && name(at - 1) == "h1" && title::shows_info(outline, at + 1, 1)
}
