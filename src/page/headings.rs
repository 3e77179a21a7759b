//! Which lines of a body are headings, and how they lie within one another.
//!
//! In: the lines of a body. Out: a level for each that is a heading. Never: other words, or a heading made of a
//! sentence. **Source** of the order of numberings: GB/T 9704 (一、 （一） 1. （1）) and the usage of rules (编 章 节).

use std::sync::LazyLock;

use regex::Regex;

use super::outline::{Line, Outline, Shape};
use super::pattern;
use super::seen::is_heading;

/// Longest line, in characters, that its numbering makes a heading.
const LONGEST_NUMBERED: usize = 40;

/// Deepest level there is.
const DEEPEST: u8 = 6;

/// So many headings of one numbering that follow each other with nothing beneath them are a list; of those that
/// number lists as often as headings, two.
const LEAST_LIST: usize = 3;

/// Elements around a line that its heading element is looked for among.
const MOST_LEVELS: usize = 64;

/// How a heading is numbered; outer ones first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Numbering {
    /// 第一编
    Book,
    /// 第一部分
    Part,
    /// 第一章
    Chapter,
    /// 第一节
    Section,
    /// 一、
    Han,
    /// （一）
    HanBracketed,
    /// `1 总则`, in a text that has `1.1 目的` too
    Bare,
    /// 1.
    Digit,
    /// 1.1
    Decimal,
    /// 1.1.1
    Decimals,
    /// （1） or 1)
    DigitBracketed,
    /// ①
    Circled,
}

static NUMBERINGS: LazyLock<[(Regex, Numbering); 12]> = LazyLock::new(|| {
    let of = |written: &str, numbering| (pattern(written), numbering);
    [
        of(r"^第[一二三四五六七八九十百]{1,4}编", Numbering::Book),
        of(r"^第[一二三四五六七八九十百]{1,4}部分?", Numbering::Part),
        of(r"^第[一二三四五六七八九十百\d]{1,4}章", Numbering::Chapter),
        of(r"^第[一二三四五六七八九十百\d]{1,4}节", Numbering::Section),
        of(r"^[一二三四五六七八九十]{1,3}\s*[、.．]", Numbering::Han),
        of(r"^[（(][一二三四五六七八九十]{1,3}[）)]", Numbering::HanBracketed),
        of(r"^[0-9０-９]{1,2}(?:[.．][0-9０-９]{1,2}){2,3}[.．]?(?:\s\S|[^\s\d.．])", Numbering::Decimals),
        of(
            r"^[0-9０-９]{1,2}[.．][0-9０-９]{1,2}[.．]?(?:\s+[^\s\d.．]|[^\s\d.．%％亿万千百元倍米吨个亩度平])",
            Numbering::Decimal,
        ),
        of(r"^[0-9０-９]{1,2}\s*[.．、]\s*[^\s\d.．、]", Numbering::Digit),
        of(r"^(?:[（(][0-9０-９]{1,2}[）)]|[0-9０-９]{1,2}[）)])", Numbering::DigitBracketed),
        of(r"^[①-⑳]", Numbering::Circled),
        of(r"^[0-9]{1,2} \p{Han}", Numbering::Bare),
    ]
});

impl Numbering {
    fn of(text: &str) -> Option<Self> {
        let begins =
            |c: char| "第一二三四五六七八九十（(".contains(c) || matches!(c, '0'..='9' | '０'..='９' | '①'..='⑳');
        if !text.starts_with(begins) {
            return None;
        }
        NUMBERINGS.iter().find(|(pattern, _)| pattern.is_match(text)).map(|&(_, numbering)| numbering)
    }

    /// Whether lists are numbered so as often as headings are.
    fn may_be_list(self) -> bool {
        self >= Self::HanBracketed
    }
}

/// A line that may be a heading.
#[derive(Debug, Clone, Copy)]
struct Candidate {
    /// Which of the lines asked about.
    at: usize,
    numbering: Option<Numbering>,
    /// Of `h1` to `h6`: which.
    element: Option<u8>,
}

/// For each of these lines, its level where it is a heading: 1 for the outermost. `has_more(n)` tells whether
/// something that is no line, such as a picture, stands between the n-th line and the one after it.
pub(super) fn levels(outline: &Outline<'_>, lines: &[usize], has_more: impl Fn(usize) -> bool) -> Vec<Option<u8>> {
    let mut found = candidates(outline, lines);
    leave_out_lists(&mut found, outline, lines, has_more);
    let ranks = ranks(&found);
    let mut order = ranks.clone();
    order.sort_unstable();
    order.dedup();
    let mut levels = vec![None; lines.len()];
    for (candidate, rank) in found.iter().zip(ranks) {
        let level = order.partition_point(|&outer| outer < rank) + 1;
        levels[candidate.at] = Some(u8::try_from(level).map_or(DEEPEST, |level| level.min(DEEPEST)));
    }
    levels
}

fn candidates(outline: &Outline<'_>, lines: &[usize]) -> Vec<Candidate> {
    let mut found: Vec<Candidate> = Vec::new();
    for (at, &line) in lines.iter().enumerate() {
        let line = &outline.lines[line];
        let element = element(outline, line);
        let numbering = numbering(line).filter(|&numbering| element.is_some() || may_be_numbered(line, numbering));
        if numbering.is_some() || element.is_some() {
            found.push(Candidate { at, numbering, element });
        }
    }
    let has_decimals = found.iter().any(|one| matches!(one.numbering, Some(Numbering::Decimal | Numbering::Decimals)));
    if !has_decimals {
        found.iter_mut().filter(|one| one.numbering == Some(Numbering::Bare)).for_each(|one| one.numbering = None);
        found.retain(|one| one.numbering.is_some() || one.element.is_some());
    }
    found
}

fn numbering(line: &Line) -> Option<Numbering> {
    (line.shape != Shape::Row).then(|| Numbering::of(&line.text)).flatten()
}

/// Whether a numbered line is short and no sentence; of a list and of links, only what is numbered like a section.
fn may_be_numbered(line: &Line, numbering: Numbering) -> bool {
    let is_item = (line.shape == Shape::Item || line.is_links()) && numbering.may_be_list();
    let is_sentence = ends_like_sentence(&line.text) || line.text.contains('。');
    line.n_chars <= LONGEST_NUMBERED && !is_item && (!is_sentence || is_bold_label(line))
}

/// Whether a bold line is a heading that was given a full stop.
fn is_bold_label(line: &Line) -> bool {
    line.is_bold() && line.text.strip_suffix('。').is_some_and(|text| !text.contains(['。', '，', '；']))
}

fn ends_like_sentence(text: &str) -> bool {
    text.ends_with(['。', '；', '，', '！', '？', ';', ',', '、'])
}

/// The heading element around a line that is no sentence.
fn element(outline: &Outline<'_>, line: &Line) -> Option<u8> {
    if line.shape != Shape::Heading || line.text.ends_with(['。', '；', '，']) {
        return None;
    }
    let around = outline.around(line.element).take(MOST_LEVELS).map(|at| outline.elements[at].node.name());
    around.filter(|name| is_heading(name)).find_map(|name| name.get(1..)?.parse().ok())
}

/// Numbered lines that follow each other with nothing beneath are the items of a list, and so are lines numbered like
/// a list whose like are mostly sentences.
fn leave_out_lists(
    found: &mut Vec<Candidate>,
    outline: &Outline<'_>,
    lines: &[usize],
    has_more: impl Fn(usize) -> bool,
) {
    let mut is_list = vec![false; found.len()];
    let mut start = 0;
    for n in 0..found.len() {
        let (this, next) = (found[n], found.get(n + 1));
        let goes_on =
            next.is_some_and(|next| next.at == this.at + 1 && next.numbering == this.numbering && !has_more(this.at));
        if goes_on {
            continue;
        }
        let is_end = this.at + 1 == lines.len() && !has_more(this.at);
        let is_inner = this.numbering.is_some_and(|numbering| numbering >= Numbering::Digit);
        let least = if is_inner { 2 - usize::from(is_end) } else { LEAST_LIST };
        if n + 1 - start >= least && this.numbering.is_some_and(Numbering::may_be_list) {
            is_list[start..=n].fill(true);
        }
        start = n + 1;
    }
    leave_out_like_sentences(found, &mut is_list, outline, lines);
    let mut is_list = is_list.into_iter();
    found.retain(|one| !is_list.next().unwrap_or_default() || one.element.is_some());
}

/// Within a stretch between outer headings, the lines of a numbering that are sentences outvote the others.
fn leave_out_like_sentences(found: &[Candidate], is_list: &mut [bool], outline: &Outline<'_>, lines: &[usize]) {
    let outer = |n: usize| found[n].numbering.filter(|numbering| !numbering.may_be_list());
    let mut from = 0;
    for n in 0..=found.len() {
        if n < found.len() && outer(n).is_none() {
            continue;
        }
        let first = if from == 0 { 0 } else { found[from - 1].at };
        let end = found.get(n).map_or(lines.len(), |one| one.at);
        vote(&found[from..n], &mut is_list[from..n], outline, &lines[first..end]);
        from = n + 1;
    }
}

fn vote(found: &[Candidate], is_list: &mut [bool], outline: &Outline<'_>, lines: &[usize]) {
    if found.is_empty() {
        return;
    }
    let mut n_like = [0_usize; Numbering::Circled as usize + 1];
    let mut n_headings = n_like;
    lines.iter().filter_map(|&at| numbering(&outline.lines[at])).for_each(|one| n_like[one as usize] += 1);
    found.iter().filter_map(|one| one.numbering).for_each(|one| n_headings[one as usize] += 1);
    for (one, is_list) in found.iter().zip(is_list.iter_mut()) {
        let Some(numbering) = one.numbering.filter(|&numbering| numbering >= Numbering::Digit) else { continue };
        *is_list |= n_headings[numbering as usize] * 2 < n_like[numbering as usize];
    }
}

/// What orders the headings: their numbering. A heading without one ranks with the numbered ones of its element, below
/// those of the element outside it, else with the outermost.
fn ranks(found: &[Candidate]) -> Vec<u32> {
    let of = |numbering: Numbering| (numbering as u32 + 1) * 10;
    let numbered: Vec<(Option<u8>, u32)> =
        found.iter().filter_map(|one| Some((one.element, of(one.numbering?)))).collect();
    let outermost = numbered.iter().map(|&(_, rank)| rank).min();
    let by_element: Vec<u32> = (0..=DEEPEST)
        .map(|element| {
            let like = numbered.iter().filter(|(other, _)| *other == Some(element)).map(|&(_, rank)| rank).min();
            let outer = numbered.iter().filter(|(other, _)| other.is_some_and(|other| other < element));
            let below = outer.map(|&(_, rank)| rank).max().map(|rank| rank + u32::from(element));
            like.or(below).or(outermost).unwrap_or_else(|| u32::from(element))
        })
        .collect();
    let rank = |one: &Candidate| match (one.numbering, one.element) {
        (Some(numbering), _) => of(numbering),
        (None, element) => by_element[usize::from(element.unwrap_or(DEEPEST))],
    };
    found.iter().map(rank).collect()
}
