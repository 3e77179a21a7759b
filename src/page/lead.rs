//! The text behind a line or two that stand over it: a subtitle, a summary, a hint, the tools of the page.
//!
//! In: the first lines under the title, by which [`super::anchor`] finds a text, and the densest part of the page. Out: the
//! lines that they lead to. Never: what stands beside a notice that is whole by itself, or a text of other reports.

use std::ops::Range;

use super::anchor::{self, Walk};
use super::density::{self, Weights, is_date};
use super::outline::{Line, Outline, Shape};
use super::{chrome, labels};

/// Weight from which lines are a text of some length: less is a short body or none, and what stands over one may be another's.
pub(super) const LEAST_TEXT: f64 = 150.0;

/// What stands under a title, and the page around it.
#[derive(Clone, Copy)]
pub(super) struct Lead<'a, 't> {
    pub(super) outline: &'a Outline<'t>,
    pub(super) weights: &'a Weights,
    /// The first lines under the title.
    pub(super) lines: &'a Range<usize>,
    /// The first line below the title.
    pub(super) below: usize,
}

impl Lead<'_, '_> {
    /// The text that goes on in the next box: the walk ended where that begins, for something in it is none of a text; but it
    /// begins with sentences, and no sentence ends with the lines that lead to it.
    pub(super) fn next_box(&self) -> Option<Range<usize>> {
        const MOST_LEADING: usize = 3;
        /// Lines of date and source that the box begins with.
        const MOST_INFO: usize = 2;
        let Self { outline, weights, lines, below } = *self;
        if lines.len() > MOST_LEADING || !self.is_unfinished() {
            return None;
        }
        let article = outline.article_of(lines.start, below)?;
        let is_info = |line: &&Line| labels::is_info(&line.text) || is_date(&line.text);
        let start = lines.end + outline.lines.get(lines.end..)?.iter().take(MOST_INFO).take_while(is_info).count();
        let first = outline.lines.get(start).filter(|_| start < article.end)?;
        let is_prose = first.text.contains(['，', '。', '；']) && first.shape == Shape::Paragraph;
        let walk = Walk::of(outline, weights);
        let is_text = is_prose
            && walk.is_text_line(start)
            && !chrome::is_notice(&first.text)
            && !density::stands_in_footer(outline, start);
        let text = is_text.then(|| start..walk.end(start, lines.end).min(article.end))?;
        (outline.has_sentence(&text) && weights.of_lines(&text) > weights.of_lines(lines)).then_some(text)
    }

    /// Whether the densest part is the text, many times as much as a line or two over it, with nothing but the tools of the
    /// page between them: within the article whatever those lines say; elsewhere where they show a day and are no sentence.
    pub(super) fn is_over(&self, densest: &Range<usize>) -> bool {
        const MOST_OVER: usize = 2;
        let Self { outline, weights, lines, below } = *self;
        if lines.len() > MOST_OVER || lines.end > densest.start {
            return false;
        }
        let article = outline.article_of(lines.start, below);
        let is_in_article = article.is_some_and(|article| densest.end <= article.end);
        // Lines between the two at most; how many times their weight the text has at least.
        let (most_between, times) = match () {
            () if is_in_article && lines.end < densest.start => (12, 6.0),
            () if self.shows_a_day_alone() => (8, 8.0),
            () => return false,
        };
        let is_text = |at: &usize| !outline.lines[*at].is_links();
        densest.start - lines.end <= most_between
            && weights.of_lines(densest) >= LEAST_TEXT.max(weights.of_lines(lines) * times)
            && (lines.end..densest.start).all(|at| self.is_tool(at, is_in_article))
            && densest.clone().filter(is_text).count() * 2 > densest.len()
    }

    /// Whether a line is of the page's tools, and heads no other reports: what stands behind such a head is theirs.
    fn is_tool(&self, at: usize, is_in_article: bool) -> bool {
        let line = &self.outline.lines[at];
        // A hint at a code stands behind a notice; behind a line that is none it may stand over the text.
        let is_hint = || chrome::is_shared(&line.text) && self.is_unfinished();
        let in_box = self.weights.is_in_box(at);
        let is_end = line.shape == Shape::Heading || (line.is_behind() && !is_hint());
        let is_other = line.heads_related() || (is_end && !in_box);
        let is_of_page =
            || in_box || anchor::is_seam(self.outline, at) || is_date(&line.text) || labels::is_info(&line.text);
        !(is_in_article && is_other) && is_of_page()
    }

    /// Whether none of the lines is a notice by itself: each heads what follows, or no sentence ends with it.
    fn is_unfinished(&self) -> bool {
        const HEADS: [&str; 6] = ["导读", "核心提示", "内容提要", "提要", "摘要", "编者按"];
        let is_head = |line: &str| HEADS.iter().any(|head| line.trim_start_matches(['【', '[']).starts_with(head));
        let lines = || self.outline.lines[self.lines.clone()].iter().map(|line| line.text.as_str());
        lines().all(|line| (is_head(line) || !line.ends_with(['。', '！', '？', '；'])) && !line.starts_with("附件"))
    }

    /// Whether the lines show a day and say nothing.
    fn shows_a_day_alone(&self) -> bool {
        let lines = || self.outline.lines[self.lines.clone()].iter();
        lines().any(|line| anchor::shows_day(&line.text)) && lines().all(|line| !line.text.contains(['。', '！', '？']))
    }
}
