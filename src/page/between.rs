//! Chrome between the paragraphs of a body: a share line, a hint at a code or the head of related reports with the text
//! going on behind it, and the pager of an article.
//!
//! In: the lines of a body. Out: those of them that are left. Never: a sentence, or what stands behind the text for good.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::chrome;
use super::closing;
use super::density::Weights;
use super::outline::{Line, Outline, Shape};
use super::pattern;
use super::signed;

/// Longest line of a pager, in characters: twenty pages of three figures, and its words.
const LONGEST_PAGER: usize = 80;

/// A line of nothing but the words and figures of a pager.
static PAGER: LazyLock<Regex> = LazyLock::new(|| {
    let written = concat!(
        r"^(?:[\s\[\]【】（）()<>«»‹›＜＞|｜/·….,，、]|\d{1,3}\b|共?\s*\d{1,3}\s*页|第\s*\d{1,3}\s*页|跳转到?第?|转到第?|(?i:go)|确定|首\s*页|",
        r"第一页|[上下]\s*一?\s*页|[前后]\s*一?\s*页|[尾末]\s*页|最后一?页|页)+$",
    );
    pattern(written)
});

/// The words without which it is none; figures stand in any text.
static TURNS: LazyLock<Regex> = LazyLock::new(|| pattern(r"[上下]\s*一?\s*页|[尾末]\s*页|最后一?页"));

/// Previous and next: what stands behind them is the report's no more.
static NEIGHBOUR: LazyLock<Regex> = LazyLock::new(|| pattern(r"^\s*[【\[<«]?\s*[上下]\s*[一1]\s*(?:篇|条)"));

/// What sentences speak of that portals print behind a report.
static OF_PORTAL: LazyLock<Regex> = LazyLock::new(|| {
    let written = "版权|侵权|本网|本站|本(?:门户|政府|官方)网站|转载|凡注明|公众号|客户端|关注我们|二维码|点击";
    pattern(written)
});

/// The lines of a body without those of the pager of its article: a line of pager words, and figures beside it.
pub(super) fn without_pagers(outline: &Outline<'_>, lines: &[usize]) -> Vec<usize> {
    let line = |at: usize| &outline.lines[at];
    // Hardly a text has such words, and the pattern of a pager is long.
    let turns = |at: &usize| line(*at).n_chars <= LONGEST_PAGER && TURNS.is_match(&line(*at).text);
    if !lines.iter().any(turns) {
        return lines.to_vec();
    }
    let mut left = Vec::with_capacity(lines.len());
    let same_kind = |one: &usize, other: &usize| is_piece_of_pager(line(*one)) == is_piece_of_pager(line(*other));
    for run in lines.chunk_by(same_kind) {
        let is_pager = is_piece_of_pager(line(run[0])) && run.iter().any(turns);
        left.extend(run.iter().filter(|at| !is_pager || !(turns(at) || is_of_pager(outline, run, **at))));
    }
    left
}

/// Whether a line of figures beside the words of a pager is of it: a link, or in an element that holds nothing else.
fn is_of_pager(outline: &Outline<'_>, run: &[usize], at: usize) -> bool {
    let line = &outline.lines[at];
    let parent = outline.elements[line.element].parent.map(|parent| &outline.elements[parent].lines);
    let is_within = |lines: &Range<usize>| run[0] <= lines.start && lines.end <= run[run.len() - 1] + 1;
    line.is_links() || parent.is_some_and(is_within)
}

fn is_piece_of_pager(line: &Line) -> bool {
    line.n_chars <= LONGEST_PAGER && line.shape != Shape::Row && PAGER.is_match(&line.text)
}

/// The lines of a body that an element holds, without the chrome behind which its text goes on. Chrome with no text
/// behind it stays: there the body ends. `is_text`: whether a line with the words of chrome is text.
pub(super) fn without_breaks(
    outline: &Outline<'_>,
    weights: &Weights,
    lines: &[usize],
    is_text: impl Fn(usize) -> bool,
) -> Vec<usize> {
    let line = |n: usize| &outline.lines[lines[n]];
    let is_break = |n: &usize| line(*n).is_behind() && !NEIGHBOUR.is_match(&line(*n).text);
    let Some(first) = (1..lines.len()).find(is_break) else { return lines.to_vec() };
    let is_chrome = |n: usize| is_break(&n) || (line(n).is_chrome() && !is_text(lines[n]));
    let behind = behind(outline, weights, lines, is_chrome);
    let heads_links = |n: usize, end: usize| {
        let is_head = |n: usize| chrome::is_related(&line(n).text);
        (is_head(n) || is_head(end - 1)) && line(end).is_links()
    };
    let mut left = lines[..first].to_vec();
    let mut n = first;
    while n < lines.len() {
        let Behind { text, has_prose } = behind[n];
        if has_prose && is_break(&n) && !heads_links(n, text) {
            n = text;
        } else {
            left.push(lines[n]);
            n += 1;
        }
    }
    left
}

/// What stands in a line of a body and behind it.
#[derive(Debug, Clone, Copy)]
struct Behind {
    /// The first line that is no chrome; one past the last where there is none.
    text: usize,
    /// Whether there is prose of the report before what ends a page: its neighbours, a notice of the portal.
    has_prose: bool,
}

fn behind(outline: &Outline<'_>, weights: &Weights, lines: &[usize], is_chrome: impl Fn(usize) -> bool) -> Vec<Behind> {
    let mut last = Behind { text: lines.len(), has_prose: false };
    // A day alone closes a paper where its office stands above it; else it may be today's.
    let is_signed = |n: usize| n.checked_sub(1).is_some_and(|n| signed::is_office(&outline.lines[lines[n]].text));
    let mut behind = vec![last; lines.len()];
    for (n, &at) in lines.iter().enumerate().rev() {
        let line = &outline.lines[at];
        let is_end = chrome::is_notice(&line.text) || NEIGHBOUR.is_match(&line.text);
        let is_chrome = is_chrome(n);
        let is_day = || closing::is_lone_day(line) && is_signed(n);
        let is_prose = || !is_chrome && (is_sentence(line) || is_day()) && !weights.is_in_chrome(at);
        last = Behind {
            text: if is_chrome { last.text } else { n },
            has_prose: !is_end && (last.has_prose || is_prose()),
        };
        behind[n] = last;
    }
    behind
}

/// Whether a line is surely a sentence of the report.
fn is_sentence(line: &Line) -> bool {
    let text = line.text.trim_end_matches(['”', '）', ')', '」', '》']);
    !line.is_links() && !line.is_chrome() && text.ends_with(['。', '；']) && !OF_PORTAL.is_match(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pager_is_told_from_figures_and_from_words() {
        let is_pager = |text: &str| PAGER.is_match(text) && TURNS.is_match(text);
        for text in [
            "上一页 1 2 3 下一页",
            "下一页 2 3",
            "[上一页] [1] [2] [下一页]",
            "首页 上一页 1 2 ... 12 下一页 尾页 共12页 转到第 页 确定",
            "<< 上一页 | 第 2 页 / 共 3 页 | 下一页 >>",
            "1 2 3 末页",
            "下页",
        ] {
            assert!(is_pager(text), "{text}");
        }
        for text in [
            "1 2 3",
            "首页",
            "2024",
            "共3页",
            "（转下一页）",
            "详见下一页表2。",
            "上一页 1 2 3 下一页 2024年工作报告",
            "第1页至第3页为下一页的说明",
        ] {
            assert!(!is_pager(text), "{text}");
        }
    }
}
