//! The text behind a line or two that stand over it: a subtitle, a summary, where it is from.
//!
//! In: the first lines under the title, by which [`super::anchor`] finds a text. Out: the lines that they lead to. Never: what
//! stands beside a notice that is whole by itself, or outside the element that holds the title.

use std::ops::Range;

use super::anchor::Walk;
use super::density::{self, Weights, is_date};
use super::outline::{Line, Outline, Shape};
use super::{chrome, labels};

/// The text that a line or two under the title lead to, a subtitle, a summary, where it is from: the walk ended with them
/// where a box begins, for something in that box is none of a text; but it begins with sentences. `below`: the first line
/// below the title; the text stands in the smallest element that holds the title too.
pub(super) fn led_by(
    outline: &Outline<'_>,
    weights: &Weights,
    lead: &Range<usize>,
    below: usize,
) -> Option<Range<usize>> {
    const MOST_LEADING: usize = 3;
    /// Lines of date and source that the box begins with.
    const MOST_INFO: usize = 2;
    let leads = || outline.lines[lead.clone()].iter().all(|line| is_unfinished(&line.text));
    if lead.len() > MOST_LEADING || !leads() {
        return None;
    }
    let holds_title = |at: &usize| outline.elements[*at].lines.start < below;
    let around = outline.around(outline.lines[lead.start].element).find(holds_title)?;
    let around = Some(&outline.elements[around]).filter(|around| !matches!(around.node.name(), "body" | "html"))?;
    let is_info = |line: &&Line| labels::is_info(&line.text) || is_date(&line.text);
    let start = lead.end + outline.lines.get(lead.end..)?.iter().take(MOST_INFO).take_while(is_info).count();
    let first = outline.lines.get(start).filter(|_| start < around.lines.end)?;
    let is_prose = first.text.contains(['，', '。', '；']) && first.shape == Shape::Paragraph;
    let walk = Walk::of(outline, weights);
    let is_text = is_prose
        && walk.is_text_line(start)
        && !chrome::is_notice(&first.text)
        && !density::stands_in_footer(outline, start);
    let text = is_text.then(|| start..walk.end(start, lead.end).min(around.lines.end))?;
    let holds_sentences = text.clone().any(|at| outline.lines[at].text.contains('。'));
    (holds_sentences && weights.of_lines(&text) > weights.of_lines(lead)).then_some(text)
}

/// Whether a line under a title is no notice by itself: it heads what follows, or no sentence ends with it.
fn is_unfinished(line: &str) -> bool {
    const HEADS: [&str; 6] = ["导读", "核心提示", "内容提要", "提要", "摘要", "编者按"];
    let is_head = || HEADS.iter().any(|head| line.trim_start_matches(['【', '[']).starts_with(head));
    (is_head() || !line.ends_with(['。', '！', '？', '；'])) && !line.starts_with("附件")
}
