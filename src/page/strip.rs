//! Takes the chrome off the ends of a body.
//!
//! In: a body. Out: the lines of it that are text. Never: the middle, where the words of chrome are text; but a pager, and
//! what stands behind a report with the text going on behind it.

use std::ops::Range;

use super::body::Body;
use super::density::{Weights, is_date};
use super::field_lines;
use super::labels;
use super::outline::{Line, Outline, Shape};
use super::title::IsMarked;
use super::{anchor, between, chrome, terms, within};
use crate::model::Origin;

/// Behind the end of a report stands at most one character in so many.
const MOST_BEHIND_IN: usize = 5;

/// Longest line that names an annex, in characters: 附件：, its number, the title of a paper.
const LONGEST_ANNEX: usize = 100;

/// Longest head of a summary, in characters.
const LONGEST_HEAD: usize = 12;

/// The lines of a body without the chrome before its first and after its last line of text.
// A function of its own in the binary too: benches/country counts its instructions by its name.
#[inline(never)]
pub(super) fn lines(
    outline: &Outline<'_>,
    weights: &Weights,
    body: &Body,
    title: Option<&(Range<usize>, IsMarked)>,
) -> Vec<usize> {
    let lines: Vec<usize> = body.ranges.iter().cloned().flatten().collect();
    let is_text = |at: usize| body.is_held && is_text_within(outline, at);
    let n_title = title.map_or(0, |(title, is_marked)| match is_marked {
        IsMarked::Yes => lines.iter().take_while(|&&at| at < title.end).count(),
        IsMarked::No => 0,
    });
    // A title that stands behind most of the body is a repetition at the end of the page.
    let lines = if n_title * 2 > lines.len() && lines.len() > 2 { &lines[..] } else { &lines[n_title..] };
    let lines = between::without_pagers(outline, &lines[n_before(outline, lines, is_text)..]);
    let lines = if body.is_held { between::without_breaks(outline, weights, &lines, is_text) } else { lines };
    let (own, behind) = lines.split_at(n_to_end(outline, &lines));
    // An element that is known to hold the text alone may hold a list of the report's own.
    let is_of_page = |at: usize| weights.is_in_chrome(at) || (!body.is_held && weights.is_in_box(at));
    let mut own = own[..n_to_last(outline, own, is_text, is_of_page)].to_vec();
    // Templates put previous and next before the annexes too: those are the report's wherever they stand.
    own.extend(behind.iter().filter(|&&at| names_annex(&outline.lines[at])));
    if body.origin == Origin::Auto && field_lines::are_rest_of_table(outline, &own) {
        return Vec::new();
    }
    terms::without_head(outline, &own)
}

/// Whether a line with the words of chrome or of a field is text where an element holds the text alone.
fn is_text_within(outline: &Outline<'_>, at: usize) -> bool {
    let line = &outline.lines[at];
    let is_of_page = || {
        line.is_chrome() || labels::leading(&line.text).is_some_and(|label| label.is_of_head() && !label.is_of_table())
    };
    let goes_on = || within::goes_on_as_text(&line.text);
    !line.is_links() && ((within::is_text(&line.text) && is_of_page()) || goes_on())
}

/// Whether a line behind the end of a text names an annex of it.
fn names_annex(line: &Line) -> bool {
    line.n_chars <= LONGEST_ANNEX && line.text.starts_with("附件") && !line.is_chrome()
}

/// Lines in which a disclosure table under a title ends, and the fields that it names at least: one label alone may
/// begin a text.
const MOST_TABLE_LINES: usize = 40;
const LEAST_LABELS: usize = 2;

/// How many lines stand before the first line of text.
fn n_before(outline: &Outline<'_>, lines: &[usize], is_text: impl Fn(usize) -> bool) -> usize {
    let Some(&first) = lines.first() else { return 0 };
    // A text may begin with the words of a label; one that is a day, its source and tools alone is none, and a
    // sentence is more than those.
    let is_head = |at: &usize| {
        let line = &outline.lines[*at];
        let is_head = (anchor::states_date(line) && !line.text.contains('。')) || line.is_chrome();
        (is_head && !is_text(*at)) || is_date(&line.text)
    };
    if lines.iter().all(is_head) {
        return lines.len();
    }
    let mut seam = Seam::from(outline, first);
    let n_before = lines.iter().take_while(|&&at| seam.takes(at) && !is_text(at)).count();
    if n_before == lines.len() { 0 } else { n_before }
}

/// The lines between a title and its text: dates, source, counters, the disclosure table, related links, a summary in
/// rows.
pub(super) struct Seam<'o, 't> {
    outline: &'o Outline<'t>,
    is_related: bool,
    is_summary: bool,
    /// Whether a disclosure table stands in it whose labels have lines of their own.
    has_table: bool,
    /// The first line behind the last pair of that table.
    behind_pair: usize,
}

impl<'o, 't> Seam<'o, 't> {
    /// The seam whose first line is `from`.
    pub(super) fn from(outline: &'o Outline<'t>, from: usize) -> Self {
        let end = outline.lines.len().min(from + MOST_TABLE_LINES);
        let has_table = labels::n_labels_alone(&outline.lines[from.min(end)..end]) >= LEAST_LABELS;
        Self { outline, is_related: false, is_summary: false, has_table, behind_pair: 0 }
    }

    /// Whether the next line belongs to it.
    pub(super) fn takes(&mut self, at: usize) -> bool {
        let line = &self.outline.lines[at];
        if self.has_table && at >= self.behind_pair {
            self.behind_pair = at + labels::n_lines_of_pair(self.outline, at);
        }
        self.is_related = line.heads_related() || (self.is_related && (line.is_links() || is_date(&line.text)));
        let heads_summary =
            line.n_chars <= LONGEST_HEAD && line.text.ends_with(['：', ':']) && line.text.contains("概要");
        self.is_summary = heads_summary || (self.is_summary && line.shape == Shape::Row);
        at < self.behind_pair
            || self.is_related
            || self.is_summary
            || line.is_chrome()
            || field_lines::is_field(self.outline, at)
            || !line.text.chars().any(char::is_alphanumeric)
    }
}

/// How many lines there are up to the one behind which nothing belongs to the report: a notice of the portal, previous
/// and next, share, related reports, with little behind them; of a notice that names the portal, with whatever is behind.
fn n_to_end(outline: &Outline<'_>, lines: &[usize]) -> usize {
    let n_chars = |lines: &[usize]| lines.iter().map(|&at| outline.lines[at].n_chars).sum::<usize>();
    let n_all = n_chars(lines);
    let mut n_read = 0;
    for (n, &at) in lines.iter().enumerate() {
        let line = &outline.lines[at];
        let is_head = chrome::is_notice(&line.text) || line.is_behind();
        let is_little = || (n_all - n_read) * MOST_BEHIND_IN <= n_all;
        let is_of_portal =
            || lines.get(n + 1).is_some_and(|&next| chrome::is_notice_over(&line.text, &outline.lines[next].text));
        if n > 0 && is_head && (is_little() || is_of_portal()) {
            return n;
        }
        n_read += line.n_chars;
    }
    lines.len()
}

/// How many lines there are up to the last line of text. `is_of_page`: whether a line stands where no text does.
fn n_to_last(
    outline: &Outline<'_>,
    lines: &[usize],
    is_text: impl Fn(usize) -> bool,
    is_of_page: impl Fn(usize) -> bool,
) -> usize {
    let mut n_kept = lines.len();
    for (n, &at) in lines.iter().enumerate().rev() {
        let line = &outline.lines[at];
        let has_words_of_page = line.is_chrome() || line.heads_related();
        let ends_text = (has_words_of_page && !is_text(at))
            || is_of_page(at)
            || !line.text.chars().any(char::is_alphanumeric)
            || (n + 1 == n_kept && heads_no_annex(line));
        if ends_text {
            n_kept = n;
        } else if !line.is_links() && !is_date(&line.text) {
            break;
        }
    }
    let is_nothing = || lines.iter().all(|&at| heads_no_annex(&outline.lines[at]));
    if n_kept == 0 && !is_nothing() { lines.len() } else { n_kept }
}

/// Whether a line heads the files of a report; where it is the last one, scripts show them or there are none.
fn heads_no_annex(line: &Line) -> bool {
    matches!(line.text.trim_end_matches([':', '：', ' ']), "附件" | "相关附件" | "附件下载" | "附件信息")
}
