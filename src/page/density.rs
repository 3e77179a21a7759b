//! Where the prose of a page is: a weight for every line, and the element that holds most of it.
//!
//! In: an outline. Out: weights with their sums, so that the text of any element is known at once; the densest range.
//! Never: names of content management systems. Chinese prose is told by its length and its punctuation (，。；：、).

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::chrome;
use super::link_boxes;
use super::outline::{Outline, Shape};
use super::pattern;
use super::tree::Node;

/// An element called like chrome is chrome only while it holds less than this part of the page's prose.
const MOST_OF_CHROME: f64 = 0.3;

/// The densest element holds at least this part of the prose below the title.
const LEAST_OF_BODY: f64 = 0.6;

/// Longest line that is asked for the words of chrome; longer ones are prose.
const LONGEST_CHROME: usize = 80;

/// Ids and classes of chrome.
static CHROME_NAME: LazyLock<Regex> = LazyLock::new(|| {
    let written = concat!(
        r"(?i)foot|copyright|(?:^|[\s_-])nav|menu|crumb|share|sidebar|related|xgxw|xgwz|prevnext|pagination|login|search|toolbar|",
        r"friend|recommend|qrcode|ewm|erweima|banner|(?:^|[\s_-])header|topbar|top-bar|hotnews|jiathis|bdshare|float",
    );
    pattern(written)
});

/// Weights of lines and their sums.
#[derive(Debug)]
pub(super) struct Weights {
    /// `sums[n]` is the weight of the first n lines.
    sums: Vec<f64>,
    /// Whether a line stands in an element called like chrome.
    in_chrome: Vec<bool>,
    /// Whether it stands in a box of links.
    in_box: Vec<bool>,
}

impl Weights {
    /// Weighs every line once.
    pub(super) fn of(outline: &Outline<'_>) -> Self {
        let raw: Vec<f64> = (0..outline.lines.len()).map(|at| prose(outline, at)).collect();
        let in_chrome = lines_in_chrome(outline, &sums(&raw));
        let in_box = link_boxes::lines(outline);
        let weighed =
            raw.iter().enumerate().map(|(at, &weight)| if in_chrome[at] || in_box[at] { 0.0 } else { weight });
        Self { sums: sums(&weighed.collect::<Vec<_>>()), in_chrome, in_box }
    }

    /// The weight of the page.
    pub(super) fn total(&self) -> f64 {
        self.sums.last().copied().unwrap_or_default()
    }

    /// The weight of a range of lines.
    pub(super) fn of_lines(&self, lines: &Range<usize>) -> f64 {
        if lines.is_empty() { 0.0 } else { self.sums[lines.end] - self.sums[lines.start] }
    }

    /// Whether a line stands in an element called like chrome.
    pub(super) fn is_in_chrome(&self, line: usize) -> bool {
        self.in_chrome[line]
    }

    /// Whether a line stands in a box of links: its head is none of a text.
    pub(super) fn is_in_box(&self, line: usize) -> bool {
        self.in_box[line]
    }
}

fn sums(weights: &[f64]) -> Vec<f64> {
    let mut total = 0.0;
    let following = weights.iter().map(|weight| {
        total += weight;
        total
    });
    std::iter::once(0.0).chain(following).collect()
}

/// Characters of a line outside links; few where it has no sentence, none where it is chrome.
#[expect(clippy::cast_precision_loss, reason = "lines are far below 2^52 characters")]
fn prose(outline: &Outline<'_>, at: usize) -> f64 {
    let line = &outline.lines[at];
    if line.is_links() || (line.n_chars <= LONGEST_CHROME && line.is_chrome()) {
        return 0.0;
    }
    let n_chars = (line.n_chars - line.n_link_chars) as f64;
    let has_sentence = line.text.contains(['，', '。', '；', '：', '、', '！', '？', ',', ';']);
    match line.shape {
        Shape::Row => n_chars * 0.4,
        _ if has_sentence => n_chars,
        _ if line.n_chars >= 10 => n_chars * 0.5,
        _ => n_chars * 0.2,
    }
}

/// For each line, whether an element around it is called like chrome and holds little prose.
fn lines_in_chrome(outline: &Outline<'_>, sums: &[f64]) -> Vec<bool> {
    let total = sums.last().copied().unwrap_or(0.0);
    let mut in_chrome = vec![false; outline.lines.len()];
    let mut marked_to = 0;
    for element in &outline.elements {
        let lines = &element.lines;
        if lines.end <= marked_to || sums[lines.end.max(lines.start)] - sums[lines.start] > total * MOST_OF_CHROME {
            continue;
        }
        if is_called_chrome(element.node) {
            in_chrome[lines.clone()].fill(true);
            marked_to = lines.end;
        }
    }
    in_chrome
}

/// Whether a line stands in the footer of the page.
pub(super) fn stands_in_footer(outline: &Outline<'_>, line: usize) -> bool {
    outline.around(outline.lines[line].element).any(|at| is_footer(outline.elements[at].node))
}

/// Whether an element is called the footer of the page.
fn is_footer(node: Node<'_>) -> bool {
    static FOOTER: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?i)(?:^|[\s_-])(?:foot(?:er)?|copyright)"));
    let is_named = |name: &str| node.attr(name).is_some_and(|value| FOOTER.is_match(value));
    node.name() == "footer" || is_named("class") || is_named("id")
}

/// Whether an element is called like chrome.
pub(super) fn is_called_chrome(node: Node<'_>) -> bool {
    let is_named = |name: &str| node.attr(name).is_some_and(|value| CHROME_NAME.is_match(value));
    matches!(node.name(), "nav" | "footer") || is_named("class") || is_named("id")
}

/// The lines of the densest element in `zone`; `None` where there is no prose.
pub(super) fn densest(outline: &Outline<'_>, weights: &Weights, zone: &Range<usize>) -> Option<Range<usize>> {
    let total = weights.of_lines(zone);
    if total <= 0.0 {
        return None;
    }
    let mut best = zone.clone();
    let mut around = zone.clone();
    for element in &outline.elements {
        let lines = within(&element.lines, zone);
        if weights.of_lines(&lines) < total * LEAST_OF_BODY {
            continue;
        }
        // Elements that hold so much are nested in one another: this one lies in the one before.
        let is_data = element.node.name() == "table" && outline.lines[lines.start].shape == Shape::Row;
        if is_data || is_part_of_text(element.node.name()) {
            break;
        }
        around = best;
        best = lines;
    }
    Some(grown(outline, weights, best, &within(&around, zone)))
}

fn within(lines: &Range<usize>, zone: &Range<usize>) -> Range<usize> {
    let start = lines.start.clamp(zone.start, zone.end);
    start..lines.end.clamp(start, zone.end)
}

fn is_part_of_text(name: &str) -> bool {
    matches!(name, "p" | "span" | "font" | "b" | "strong" | "ul" | "ol" | "li" | "blockquote" | "a" | "em")
}

/// The range with the lines beside it that read like text: a body whose longest paragraph is an element of its own
/// is more than that paragraph.
fn grown(outline: &Outline<'_>, weights: &Weights, body: Range<usize>, bounds: &Range<usize>) -> Range<usize> {
    let is_text = |&at: &usize| {
        let line = &outline.lines[at];
        !weights.is_in_chrome(at)
            && !weights.is_in_box(at)
            && !line.is_links()
            && !chrome::is_related(&line.text)
            && !line.is_chrome()
    };
    let end = (body.end..bounds.end).take_while(is_text).last().map_or(body.end, |last| last + 1);
    let is_lead = |at: &usize| {
        is_text(at) && !super::labels::is_info(&outline.lines[*at].text) && !is_date(&outline.lines[*at].text)
    };
    let start = (bounds.start..body.start).rev().take_while(is_lead).last().unwrap_or(body.start);
    start..end
}

/// Whether a line is a date or a time and nothing else.
pub(super) fn is_date(line: &str) -> bool {
    line.chars().count() <= 30
        && line.chars().any(|c| c.is_ascii_digit())
        && line.chars().all(|c| c.is_ascii_digit() || c.is_whitespace() || "-/.:：年月日时分秒[]()（）【】".contains(c))
}
