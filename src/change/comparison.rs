//! Two reports side by side: how much of the one stood in the other, sentence by sentence.
//!
//! In: two Documents, such as this year's report and last year's. Out: shares both ways, and where each paragraph of the
//! second one stood in the first. Never: a sentence counted twice because it stands once in the other.

use std::collections::HashMap;

use serde::Serialize;

use super::fingerprint::bare;
use crate::model::{BlockKind, Document};

/// How two reports compare, A the earlier one.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Comparison {
    /// How much of A stands in B.
    pub a_in_b: Share,
    /// How much of B stood in A.
    pub b_in_a: Share,
    /// The paragraphs of B, in order.
    pub paragraphs: Vec<Paragraph>,
}

/// How much of a text stands in another.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Share {
    /// Characters of the text, white space not counted.
    pub n_chars: usize,
    /// The part whose sentences stand there word for word.
    pub same_ratio: f64,
    /// The part whose sentences stand there with other figures.
    pub figures_ratio: f64,
}

/// A paragraph of B, beside what it was in A.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Paragraph {
    /// Its place among the blocks of B, from 0.
    pub block: usize,
    /// The block of A that has most of it; `None` where none has any.
    pub from: Option<usize>,
    /// What became of it.
    pub state: Stood,
    /// Whether it stands before or after other paragraphs than it did.
    pub is_moved: bool,
    /// The part of it that stood in A, figures aside.
    pub share_ratio: f64,
    /// Its text.
    pub text: String,
}

/// How a paragraph stood in the other report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Stood {
    /// Word for word.
    Same,
    /// With other figures.
    Figures,
    /// Some of its sentences.
    Partly,
    /// Not at all.
    New,
}

/// A sentence of a text.
struct Sentence {
    block: usize,
    n_chars: usize,
    /// As it is compared.
    key: String,
    /// The same, every figure as one sign.
    form: String,
}

/// Where a sentence stands in the other text.
#[derive(Clone, Copy)]
struct Match {
    block: usize,
    is_same: bool,
}

/// Compares A, the earlier report, with B.
pub fn of(a: &Document, b: &Document) -> Comparison {
    let (olds, news) = (sentences(a), sentences(b));
    let stood = matches(&news, &olds);
    let a_in_b = share(&olds, &matches(&olds, &news));
    let paragraphs = paragraphs(b, &news, &stood);
    Comparison { a_in_b, b_in_a: share(&news, &stood), paragraphs }
}

fn sentences(document: &Document) -> Vec<Sentence> {
    let blocks = document.blocks.iter().enumerate().filter(|(_, block)| block.kind != BlockKind::Image);
    let split = blocks.flat_map(|(at, block)| {
        block.text.split_inclusive(['。', ';', '；', '!', '！', '?', '？']).map(move |sentence| (at, bare(sentence)))
    });
    let sentence = |(block, key): (usize, String)| Sentence {
        block,
        n_chars: key.chars().filter(|c| !c.is_whitespace()).count(),
        form: form(&key),
        key,
    };
    split.filter(|(_, key)| !key.is_empty()).map(sentence).collect()
}

/// The sentence with every figure as one sign.
fn form(key: &str) -> String {
    let mut form = String::with_capacity(key.len());
    for c in key.chars() {
        match c.is_ascii_digit() {
            true if form.ends_with('#') => {}
            true => form.push('#'),
            false => form.push(c),
        }
    }
    form
}

/// Which sentence of the others each of these stands for; each of the others for one at most.
fn matches(these: &[Sentence], others: &[Sentence]) -> Vec<Option<Match>> {
    let mut found: Vec<Option<Match>> = vec![None; these.len()];
    let mut is_taken = vec![false; others.len()];
    let keys: [fn(&Sentence) -> &str; 2] = [|it| &it.key, |it| &it.form];
    for (key, is_same) in keys.into_iter().zip([true, false]) {
        let mut free: HashMap<&str, Vec<usize>> = HashMap::new();
        for (at, other) in others.iter().enumerate().rev().filter(|(at, _)| !is_taken[*at]) {
            free.entry(key(other)).or_default().push(at);
        }
        for (at, it) in these.iter().enumerate().filter(|(at, _)| found[*at].is_none()).collect::<Vec<_>>() {
            if let Some(other) = free.get_mut(key(it)).and_then(Vec::pop) {
                is_taken[other] = true;
                found[at] = Some(Match { block: others[other].block, is_same });
            }
        }
    }
    found
}

#[expect(clippy::cast_precision_loss, reason = "characters of a text")]
fn ratio(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

fn share(sentences: &[Sentence], found: &[Option<Match>]) -> Share {
    let n_chars = sentences.iter().map(|it| it.n_chars).sum();
    let of = |is_same: bool| {
        let those = sentences.iter().zip(found).filter(|(_, found)| found.is_some_and(|it| it.is_same == is_same));
        ratio(those.map(|(it, _)| it.n_chars).sum(), n_chars)
    };
    Share { n_chars, same_ratio: of(true), figures_ratio: of(false) }
}

fn paragraphs(b: &Document, sentences: &[Sentence], found: &[Option<Match>]) -> Vec<Paragraph> {
    let mut paragraphs: Vec<Paragraph> = Vec::new();
    let all: Vec<(&Sentence, Option<Match>)> = sentences.iter().zip(found.iter().copied()).collect();
    for of_block in all.chunk_by(|one, other| one.0.block == other.0.block) {
        let block = of_block[0].0.block;
        let n_chars: usize = of_block.iter().map(|(it, _)| it.n_chars).sum();
        let stood = of_block.iter().filter(|(_, found)| found.is_some());
        let share_ratio = ratio(stood.map(|(it, _)| it.n_chars).sum(), n_chars);
        let is_all = |wanted: fn(&Match) -> bool| of_block.iter().all(|(_, found)| found.as_ref().is_some_and(wanted));
        let state = if is_all(|it| it.is_same) {
            Stood::Same
        } else if is_all(|_| true) {
            Stood::Figures
        } else if share_ratio > 0.0 {
            Stood::Partly
        } else {
            Stood::New
        };
        let text = b.blocks[block].text.clone();
        paragraphs.push(Paragraph { block, from: from(of_block), state, is_moved: false, share_ratio, text });
    }
    mark_moved(&mut paragraphs);
    paragraphs
}

/// The block of the other text that has most of these sentences; the first of several.
fn from(sentences: &[(&Sentence, Option<Match>)]) -> Option<usize> {
    let mut n_chars: Vec<(usize, usize)> = Vec::new();
    for (sentence, found) in sentences.iter().filter_map(|(it, found)| Some((it, (*found)?))) {
        match n_chars.iter_mut().find(|(block, _)| *block == found.block) {
            Some((_, n)) => *n += sentence.n_chars,
            None => n_chars.push((found.block, sentence.n_chars)),
        }
    }
    n_chars.into_iter().max_by_key(|&(block, n)| (n, std::cmp::Reverse(block))).map(|(block, _)| block)
}

/// Marks the paragraphs that do not stand in the order that they stood in: all but the longest rising row of places.
fn mark_moved(paragraphs: &mut [Paragraph]) {
    let placed: Vec<(usize, usize)> =
        paragraphs.iter().enumerate().filter_map(|(at, it)| Some((at, it.from?))).collect();
    // The least end of a rising row of each length, and what stands before each place in its row.
    let mut ends: Vec<usize> = Vec::new();
    let mut before: Vec<Option<usize>> = vec![None; placed.len()];
    for (n, &(_, from)) in placed.iter().enumerate() {
        let length = ends.partition_point(|&end| placed[end].1 <= from);
        before[n] = length.checked_sub(1).map(|shorter| ends[shorter]);
        match ends.get_mut(length) {
            Some(end) => *end = n,
            None => ends.push(n),
        }
    }
    let mut stays = vec![false; placed.len()];
    let mut at = ends.last().copied();
    while let Some(n) = at {
        stays[n] = true;
        at = before[n];
    }
    for (&(at, _), stays) in placed.iter().zip(stays) {
        paragraphs[at].is_moved = !stays;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::change::sample::paragraphs;

    fn states(comparison: &Comparison) -> Vec<(Stood, Option<usize>, bool)> {
        comparison.paragraphs.iter().map(|it| (it.state, it.from, it.is_moved)).collect()
    }

    #[test]
    fn each_paragraph_is_told_with_what_it_was() {
        let a = paragraphs(&["甲句在此。乙句在此。", "办理15件。", "丙句在此。", "已删去的一句。"]);
        let b = paragraphs(&["丙句在此。", "甲句在此。乙句在此。", "办理9件。", "甲句在此。全新的。", "全新一段。"]);
        let comparison = of(&a, &b);
        let expected = [
            (Stood::Same, Some(2), true),
            (Stood::Same, Some(0), false),
            (Stood::Figures, Some(1), false),
            (Stood::New, None, false),
            (Stood::New, None, false),
        ];
        assert_eq!(states(&comparison), expected, "a sentence that stood there once stands for one only");
    }

    #[test]
    fn shares_are_counted_both_ways_in_characters() {
        let comparison =
            of(&paragraphs(&["一二三四五六七八九。"]), &paragraphs(&["一二三四五六七八九。另有十个字在这句里。"]));
        assert!((comparison.a_in_b.same_ratio - 1.0).abs() < 1e-9);
        assert!((comparison.b_in_a.same_ratio - 0.5).abs() < 1e-9, "{comparison:?}");
        assert_eq!(states(&comparison), [(Stood::Partly, Some(0), false)]);
        let nothing = of(&paragraphs(&[]), &paragraphs(&["一。"]));
        assert_eq!((nothing.a_in_b.n_chars, nothing.b_in_a.n_chars), (0, 2));
    }

    #[test]
    fn a_text_is_all_of_itself() {
        let a = paragraphs(&["甲句。", "乙句。", "甲句。"]);
        let comparison = of(&a, &a);
        assert!(comparison.paragraphs.iter().all(|it| it.state == Stood::Same && !it.is_moved), "{comparison:?}");
        assert!((comparison.b_in_a.same_ratio - 1.0).abs() < 1e-9);
    }
}
