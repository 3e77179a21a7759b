//! What a row is called, and which of its links is the report.
//!
//! In: a row taken apart. Out: the link and its title. Never: a date, or a button's word for a title.

use std::borrow::Cow;
use std::sync::LazyLock;

use regex::Regex;
use url::Url;

use super::trim::{self, is_fields, is_mark};
use super::{Gap, Row, Run, SHORTEST_TITLE};
use crate::page::pattern;
use crate::page::tree::{Node, collapse};
use crate::page::{row_date, row_link};

/// Fewest characters of a text that names a row beside a summary.
const LEAST_NAME: usize = 8;

/// A sign before a title that is drawn as text.
fn is_bullet(c: char) -> bool {
    matches!(c, '·' | '•' | '・' | '▪' | '■' | '◆' | '◇' | '●' | '○' | '★' | '☆' | '※' | '>' | '»')
}

/// Words of a link that leads to the report without naming it.
static BUTTON: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^[\[【(（<>》\s]*(?:点击)?(?:查看|阅读|浏览|更多|下载|打开)?(?:详细|详情|全文|原文|内容|更多|more)?[\]】)）<>»\s.…]*$",
    )
});

impl Row<'_> {
    /// The link to the report and its title.
    pub(in crate::page) fn link(&self) -> Option<(&Url, String)> {
        let is_dated = self.runs.iter().any(Run::is_date);
        let led = self.anchors.iter().enumerate().filter_map(|(at, anchor)| Some((at, anchor.url.as_deref()?)));
        let links: Vec<(&Url, Cow<'_, str>)> = led.map(|(at, url)| (url, self.title_of(at, is_dated))).collect();
        let longest = links.iter().rev().max_by_key(|(_, title)| title.chars().count())?;
        let chosen = row_link::of_report(&links, longest);
        // The same page may be linked by a picture, a number, its title and a summary: the first text that is no number and
        // no summary names it.
        let own = || links.iter().filter(|(url, title)| *url == chosen.0 && is_title(title));
        let named = own().find(|(_, title)| !row_link::is_tag(title) && !is_summary(title));
        let (url, title) = named.or_else(|| own().next()).unwrap_or(chosen);
        Some((url, if is_button(title) { self.name_beside() } else { title.to_string() }))
    }

    /// The title of an anchor: what is shown, or its `title` where what is shown was cut short or is a picture. `is_dated`:
    /// whether the row has a date of its own.
    pub(super) fn title_of(&self, anchor: usize, is_dated: bool) -> Cow<'_, str> {
        let shown = match self.shown_of(anchor) {
            Cow::Borrowed(shown) => Cow::Borrowed(bare(shown, is_dated)),
            Cow::Owned(shown) => Cow::Owned(bare(&shown, is_dated).to_owned()),
        };
        let node = self.anchors[anchor].node;
        let full = node.attr("title").unwrap_or_default();
        if full == shown {
            return shown;
        }
        let full = collapse(trim::of_attribute(full));
        if is_fuller(&full, &shown) {
            return Cow::Owned(full);
        }
        full_around(node, &shown).map_or(shown, Cow::Owned)
    }

    /// What an anchor shows: the first of its lines that can be a title, or all of them.
    fn shown_of(&self, anchor: usize) -> Cow<'_, str> {
        let own = self.runs.iter().skip(self.anchors[anchor].first_run).take_while(|run| run.anchor == Some(anchor));
        let own: Vec<&Run> = own.filter(|run| !run.is_hidden).collect();
        let is_beside = |run: &Run| run.is_date() || is_fields(run.text()) || is_mark(run.text());
        let last = own.iter().rposition(|run| !is_beside(run));
        let mut lines: Vec<Cow<'_, str>> = Vec::new();
        // What is left out parts what is not all the same.
        let mut gap = Gap::None;
        for (at, run) in own.iter().enumerate() {
            gap = gap.max(run.gap);
            // A word of the title may be set off within it.
            let is_edge = lines.is_empty() || Some(at) > last;
            let is_mark = is_edge && (is_mark(run.text()) || (lines.is_empty() && trim::is_ordinal(run.text())));
            if run.is_date() || is_mark || (!lines.is_empty() && is_fields(run.text())) {
                continue;
            }
            match lines.last_mut() {
                Some(line) if gap < Gap::Block => {
                    let line = line.to_mut();
                    line.push_str(if gap == Gap::Space { " " } else { "" });
                    line.push_str(run.text());
                }
                _ => lines.push(Cow::Borrowed(run.text())),
            }
            gap = Gap::None;
        }
        let title = lines.iter().position(|line| is_title(line));
        match title.or((lines.len() == 1).then_some(0)) {
            Some(at) => lines.swap_remove(at),
            None => Cow::Owned(lines.concat()),
        }
    }

    /// What a row is called whose link does not name it: its heading; a text that is no summary; the longest.
    fn name_beside(&self) -> String {
        let is_name = |run: &&Run| {
            !run.is_date() && !run.is_hidden && !run.is_tail && run.anchor.is_none() && is_title(run.text())
        };
        let longest = self.longest_text();
        let is_short = |run: &&Run| run.text().chars().nth(LEAST_NAME - 1).is_some() && !is_summary(run.text());
        let headed = || self.runs.iter().filter(|run| run.is_heading).find(is_name);
        let unsaid = || self.runs.iter().filter(is_name).find(is_short).filter(|_| is_summary(&longest));
        headed().or_else(unsaid).map_or(longest, |run| run.text().to_owned())
    }

    pub(super) fn longest_text(&self) -> String {
        let texts = self.runs.iter().filter(|run| !run.is_date() && !run.is_hidden && run.anchor.is_none());
        texts.max_by_key(|run| run.text().chars().count()).map(|run| run.text().to_owned()).unwrap_or_default()
    }
}

/// A title without a bullet before it, and without the date behind it where that is the row's only one.
pub(super) fn bare(shown: &str, is_dated: bool) -> &str {
    let shown = trim::bare(shown);
    let shown = if is_dated { shown } else { row_date::without(shown) };
    shown.trim_start_matches(|c: char| is_bullet(c) || c.is_whitespace())
}

pub(super) fn is_title(text: &str) -> bool {
    text.chars().nth(SHORTEST_TITLE - 1).is_some() && !is_button(text)
}

/// Whether a text is sentences, or a field with its label.
fn is_summary(text: &str) -> bool {
    text.contains(['。', '：', ':']) || text.ends_with(['…', '.', '；'])
}

/// Whether a link leads to the report without naming it.
fn is_button(text: &str) -> bool {
    let is_open = |c| matches!(c, '[' | '【' | '(' | '（' | '<' | '>' | '》');
    let first = text.chars().find(|&c| !c.is_whitespace() && !is_open(c));
    // What its words begin with, and what stands behind where it has none: most titles begin otherwise.
    let may_be = first.is_none_or(|first| {
        matches!(first, '点' | '查' | '阅' | '浏' | '更' | '下' | '打' | '详' | '全' | '原' | '内' | 'm')
            || matches!(first, ']' | '】' | ')' | '）' | '»' | '…' | '.')
    });
    may_be && BUTTON.is_match(text)
}

/// The whole of a title that is cut short, by what is written in a link, beside its `title` or around it.
fn full_around(link: Node<'_>, shown: &str) -> Option<String> {
    /// `li > h3 > span > a`.
    const MOST_LEVELS: usize = 3;
    if !shown.ends_with(['…', '.', '⋯']) || !is_title(shown) {
        return None;
    }
    let own = ["data-title", "aria-label"].into_iter().filter_map(|name| link.attr(name));
    let inside = link.descendants().filter_map(|node| node.attr("title"));
    let around = link.ancestors().take(MOST_LEVELS).filter_map(|node| node.attr("title"));
    let mut written = own.chain(inside).chain(around).map(|written| collapse(trim::of_attribute(written)));
    let is_longer = |full: &String| full.chars().count() > shown.chars().count() && is_fuller(full, shown);
    written.find(is_longer)
}

/// Whether an anchor's `title` attribute says more than its text: the text is empty, a beginning of it, or the
/// attribute with a date or a tag around it.
fn is_fuller(full: &str, shown: &str) -> bool {
    if full.is_empty() || full == shown {
        return false;
    }
    let letters = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
    let (full, shown) = (letters(full), letters(shown));
    let stem = shown.trim_end_matches(['.', '…', '⋯', '·', '．']);
    stem.is_empty() || full.starts_with(stem) || (shown.contains(&full) && full.chars().count() >= SHORTEST_TITLE)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// What the pattern is not asked of is none of its words.
        #[test]
        fn a_button_is_what_the_pattern_says(
            text in "[\\[【(（<>《》\\]】)）»…. 　关]{0,2}(点击)?(查看|阅读|浏览|更多|下载|打开|查)?(详细|详情|全文|原文|内容|更多|more|M|文)?[\\[【(（<>《》\\]】)）»….\\s通]{0,2}"
        ) {
            prop_assert_eq!(is_button(&text), BUTTON.is_match(&text));
        }
    }
}
