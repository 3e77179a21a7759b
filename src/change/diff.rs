//! The diff: which parts of a body were edited, block by block and inside a block word by word.
//!
//! In: two revisions. Out: Hunks in reading order, none where a reader sees no difference. Never: a clock; the work is
//! bounded by size, so the same two revisions always give the same diff.

use std::collections::HashMap;
use std::ops::Range;

use serde::Serialize;
use similar::{Algorithm, DiffOp, DiffTag, capture_diff_slices};

use crate::model::{Block, Document, Hunk, HunkKind, Piece, Tag};

use super::fields::{self, FieldChange};
use super::fingerprint::body;
use super::tokens::{self, Token};

/// Comparisons that one diff may cost: old times new words of what differs, summed. A report of 15,000 words that was
/// rewritten from end to end stays below; more is shown as taken out and put in.
const MOST_WORK: usize = 250_000_000;

/// What differs between two revisions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Diff {
    /// Title, metadata and attachments.
    pub fields: Vec<FieldChange>,
    /// The edited parts of the body, in reading order; none overlap.
    pub hunks: Vec<Hunk>,
    /// Whether a part was too long to be compared word by word.
    ///
    /// It is then shown as taken out and put in.
    pub is_truncated: bool,
}

impl Diff {
    /// Whether a reader sees no difference.
    pub fn is_empty(&self) -> bool {
        self.fields.is_empty() && self.hunks.is_empty()
    }
}

/// What differs from the old revision to the new one.
///
/// Equal pieces show the new revision's text: they may differ in what is invisible.
pub fn hunks(old: &Document, new: &Document) -> Diff {
    within(old, new, MOST_WORK)
}

fn within(old: &Document, new: &Document, budget: usize) -> Diff {
    let fields = fields::changes(old, new);
    if body(&old.blocks) == body(&new.blocks) {
        return Diff { fields, hunks: Vec::new(), is_truncated: false };
    }
    let mut budget = Budget { left: budget, is_spent: false };
    let keys = |blocks: &[Block]| blocks.iter().map(|block| body(std::slice::from_ref(block))).collect::<Vec<_>>();
    let parts = parts(&keys(&old.blocks), &keys(&new.blocks), &mut budget);
    let hunks = parts.into_iter().filter_map(|part| hunk(&old.blocks, &new.blocks, &part, &mut budget)).collect();
    Diff { fields, hunks, is_truncated: budget.is_spent }
}

/// The pieces of two lines, such as an old and a new title.
pub fn pieces(old: &str, new: &str) -> Vec<Piece> {
    let words = |line: &str| {
        let mut tokens = Vec::new();
        tokens::of_line(line, &mut tokens);
        tokens
    };
    compared(&words(old), &words(new), &mut Budget { left: MOST_WORK, is_spent: false })
}

/// The comparisons that may still be made.
struct Budget {
    left: usize,
    is_spent: bool,
}

impl Budget {
    /// Whether so many may be made; they are then spent.
    fn may_spend(&mut self, work: usize) -> bool {
        let left = self.left.checked_sub(work);
        self.left = left.unwrap_or(self.left);
        self.is_spent |= left.is_none();
        left.is_some()
    }
}

/// A stretch that is the same on both sides, or is not.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Part {
    is_equal: bool,
    old: Range<usize>,
    new: Range<usize>,
}

/// The stretches that differ, in order; what touches is one.
fn parts<K: AsRef<str>>(old: &[K], new: &[K], budget: &mut Budget) -> Vec<Part> {
    let mut parts = aligned(old, new, budget);
    parts.retain(|part| !part.is_equal);
    parts
}

/// All stretches of two lists, equal and different ones by turns.
fn aligned<K: AsRef<str>>(old: &[K], new: &[K], budget: &mut Budget) -> Vec<Part> {
    let mut numbers = HashMap::new();
    let mut number = |key: &K| -> usize {
        let next = numbers.len();
        *numbers.entry(key.as_ref().to_owned()).or_insert(next)
    };
    let (old, new): (Vec<usize>, Vec<usize>) =
        (old.iter().map(&mut number).collect(), new.iter().map(&mut number).collect());
    let n_head = old.iter().zip(&new).take_while(|(a, b)| a == b).count();
    let n_tail = old[n_head..].iter().rev().zip(new[n_head..].iter().rev()).take_while(|(a, b)| a == b).count();
    let (old_end, new_end) = (old.len() - n_tail, new.len() - n_tail);
    let (old_middle, new_middle) = (&old[n_head..old_end], &new[n_head..new_end]);
    let ops = if budget.may_spend(old_middle.len() * new_middle.len()) {
        capture_diff_slices(Algorithm::Myers, old_middle, new_middle)
    } else {
        vec![DiffOp::Replace { old_index: 0, old_len: old_middle.len(), new_index: 0, new_len: new_middle.len() }]
    };
    let mut parts = Vec::new();
    push(&mut parts, Part { is_equal: true, old: 0..n_head, new: 0..n_head });
    for op in ops {
        let shift = |range: Range<usize>| range.start + n_head..range.end + n_head;
        let is_equal = op.tag() == DiffTag::Equal;
        push(&mut parts, Part { is_equal, old: shift(op.old_range()), new: shift(op.new_range()) });
    }
    push(&mut parts, Part { is_equal: true, old: old_end..old.len(), new: new_end..new.len() });
    parts
}

/// Adds a stretch; one of the same sort as the last continues it.
fn push(parts: &mut Vec<Part>, part: Part) {
    match parts.last_mut() {
        _ if part.old.is_empty() && part.new.is_empty() => {}
        Some(last) if last.is_equal == part.is_equal => {
            last.old.end = part.old.end;
            last.new.end = part.new.end;
        }
        _ => parts.push(part),
    }
}

/// The hunk of a stretch; `None` where only the cut into blocks differs.
fn hunk(old: &[Block], new: &[Block], part: &Part, budget: &mut Budget) -> Option<Hunk> {
    let (old, new) = (&old[part.old.clone()], &new[part.new.clone()]);
    if body(old) == body(new) {
        return None;
    }
    let kind = match (old.is_empty(), new.is_empty()) {
        (true, _) => HunkKind::Added,
        (_, true) => HunkKind::Removed,
        _ => HunkKind::Replaced,
    };
    Some(Hunk {
        kind,
        old_start: part.old.start,
        n_old: old.len(),
        new_start: part.new.start,
        n_new: new.len(),
        pieces: compared(&tokens::of_blocks(old), &tokens::of_blocks(new), budget),
    })
}

fn compared(old: &[Token], new: &[Token], budget: &mut Budget) -> Vec<Piece> {
    let keys = |tokens: &[Token]| tokens.iter().map(|token| token.key.clone()).collect::<Vec<_>>();
    let mut parts = readable(aligned(&keys(old), &keys(new), budget), new);
    settle(&mut parts, old, new);
    let text = |tokens: &[Token]| tokens.iter().map(|token| token.raw.as_str()).collect::<String>();
    let piece = |tag, text: String| Some(Piece { tag, text }).filter(|piece| !piece.text.is_empty());
    let pieces = parts.into_iter().flat_map(|part| {
        let (old, new) = (text(&old[part.old]), text(&new[part.new]));
        if part.is_equal { [piece(Tag::Equal, new), None] } else { [piece(Tag::Delete, old), piece(Tag::Insert, new)] }
    });
    pieces.flatten().collect()
}

/// Joins edits that only a few chance words keep apart. Source: the semantic cleanup of diff-match-patch.
///
/// Words that two sentences happen to share are noise between edits longer than they are. Ends of cells and blocks
/// always hold.
fn readable(parts: Vec<Part>, new: &[Token]) -> Vec<Part> {
    let n_chars =
        |range: &Range<usize>| new[range.clone()].iter().map(|token| token.key.chars().count()).sum::<usize>();
    let mut kept: Vec<Part> = Vec::with_capacity(parts.len());
    for mut part in parts {
        while let [.., before, equal] = kept.as_slice() {
            let is_between = !part.is_equal && equal.is_equal && !before.is_equal;
            let has_edge = new[equal.new.clone()].iter().any(Token::is_edge);
            let length = n_chars(&equal.new);
            if !is_between || has_edge || length > size(before).min(size(&part)) {
                break;
            }
            part = Part { is_equal: false, old: before.old.start..part.old.end, new: before.new.start..part.new.end };
            kept.truncate(kept.len() - 2);
        }
        kept.push(part);
    }
    kept
}

/// How long an edit is, in words of its longer side.
fn size(part: &Part) -> usize {
    part.old.len().max(part.new.len())
}

/// Moves each pure insertion or deletion to where a reader would put it: after a block, a sentence, a clause.
///
/// `甲。乙。` to `甲。丙。乙。` can be said as `。丙` put in before `。乙` or as `丙。` put in before `乙`; the second is read.
fn settle(parts: &mut [Part], old: &[Token], new: &[Token]) {
    for at in 1..parts.len().saturating_sub(1) {
        let [before, edit, after] = &mut parts[at - 1..=at + 1] else { continue };
        let (tokens, range) = match (edit.old.is_empty(), edit.new.is_empty()) {
            (true, false) => (new, edit.new.clone()),
            (false, true) => (old, edit.old.clone()),
            _ => continue,
        };
        if !before.is_equal || !after.is_equal {
            continue;
        }
        let n_left =
            (1..before.new.len()).take_while(|n| tokens[range.start - n].key == tokens[range.end - n].key).count();
        let best = (0..=n_left).max_by_key(|n| (rank(&tokens[range.start - n - 1]), std::cmp::Reverse(*n)));
        let n = best.unwrap_or(0);
        for range in [&mut before.old, &mut before.new] {
            range.end -= n;
        }
        edit.old = edit.old.start - n..edit.old.end - n;
        edit.new = edit.new.start - n..edit.new.end - n;
        for range in [&mut after.old, &mut after.new] {
            range.start -= n;
        }
    }
}

/// How good a place is right after this word.
fn rank(token: &Token) -> u8 {
    match token.key.as_str() {
        "\n" => 3,
        "。" | ";" | "!" | "?" | "\t" => 2,
        "," | "、" | ":" => 1,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::change::sample::{document, paragraphs, row};
    use crate::model::BlockKind;

    fn shown(pieces: &[Piece]) -> String {
        let mark = |piece: &Piece| match piece.tag {
            Tag::Equal => piece.text.clone(),
            Tag::Delete => format!("[-{}-]", piece.text),
            Tag::Insert => format!("{{+{}+}}", piece.text),
        };
        pieces.iter().map(mark).collect()
    }

    fn between(old: &[&str], new: &[&str]) -> Vec<String> {
        let diff = hunks(&paragraphs(old), &paragraphs(new));
        assert!(!diff.is_truncated);
        diff.hunks.iter().map(|hunk| shown(&hunk.pieces)).collect()
    }

    /// Applies hunks to the old blocks: their new text, block by block.
    fn applied(old: &Document, diff: &Diff) -> Vec<Block> {
        let mut blocks = Vec::new();
        let mut at = 0;
        for hunk in &diff.hunks {
            blocks.extend_from_slice(&old.blocks[at..hunk.old_start]);
            let kept = hunk.pieces.iter().filter(|piece| piece.tag != Tag::Delete);
            let text: String = kept.map(|piece| piece.text.as_str()).collect();
            let lines: Vec<&str> = text.split_terminator('\n').collect();
            assert_eq!(lines.len(), hunk.n_new);
            let kind = |line: &str| if line.contains('\t') { BlockKind::Row } else { BlockKind::Paragraph };
            blocks.extend(lines.into_iter().map(|line| Block::new(kind(line), line)));
            at = hunk.old_start + hunk.n_old;
        }
        blocks.extend_from_slice(&old.blocks[at..]);
        blocks
    }

    #[test]
    fn a_changed_figure_is_read_whole_and_alone() {
        assert_eq!(between(&["甲", "共15件,降3%。"], &["甲", "共9件,降3%。"]), ["共[-15-]{+9+}件,降3%。\n"]);
        assert_eq!(
            between(&["2023年1月5日"], &["2024年2月6日"]),
            ["[-2023年1月5-]{+2024年2月6+}日\n"],
            "no confetti in a date"
        );
    }

    #[test]
    fn blocks_added_and_removed_are_hunks_of_their_own() {
        let diff = hunks(&paragraphs(&["甲", "乙", "丙"]), &paragraphs(&["甲", "丙", "丁"]));
        let found: Vec<_> = diff.hunks.iter().map(|h| (h.kind, h.old_start, h.n_old, h.new_start, h.n_new)).collect();
        assert_eq!(found, [(HunkKind::Removed, 1, 1, 1, 0), (HunkKind::Added, 3, 0, 2, 1)]);
        assert_eq!(shown(&diff.hunks[0].pieces), "[-乙\n-]");
    }

    #[test]
    fn an_inserted_sentence_is_shown_whole() {
        assert_eq!(between(&["甲了。乙了。"], &["甲了。丙了。乙了。"]), ["甲了。{+丙了。+}乙了。\n"]);
    }

    #[test]
    fn unrelated_sentences_are_not_shredded() {
        let shown = between(&["加强组织领导,压实工作责任。"], &["推进政务公开,优化营商环境工作。"]);
        assert_eq!(shown, ["[-加强组织领导,压实工作责任-]{+推进政务公开,优化营商环境工作+}。\n"]);
    }

    #[test]
    fn what_no_reader_sees_gives_no_hunk() {
        assert!(between(&["一、总则", "甲,乙 丙"], &["一、总则甲\u{200b}\u{ff0c}\u{3000}乙", "丙"]).is_empty());
        let shown = between(&["甲,乙15件"], &["甲\u{ff0c}乙9件"]);
        assert_eq!(shown, ["甲\u{ff0c}乙[-15-]{+9+}件\n"], "the new spelling is shown");
    }

    #[test]
    fn cells_keep_their_columns() {
        let table = |text: &str| Document { blocks: vec![row(text)], ..document() };
        let diff = hunks(&table("新收\t15\t3"), &table("新收\t16\t4"));
        assert_eq!(shown(&diff.hunks[0].pieces), "新收\t[-15-]{+16+}\t[-3-]{+4+}\n");
        assert_eq!(diff.fields, []);
    }

    #[test]
    fn too_long_a_part_is_shown_as_taken_out_and_put_in() {
        let (old, new) = (paragraphs(&["甲乙丙丁", "末"]), paragraphs(&["丁丙乙甲", "末"]));
        let diff = within(&old, &new, 5);
        assert!(diff.is_truncated);
        assert_eq!(shown(&diff.hunks[0].pieces), "[-甲乙丙丁-]{+丁丙乙甲+}\n");
    }

    #[test]
    fn a_long_report_rewritten_from_end_to_end_is_compared_in_time() {
        let text = |seed: u32| {
            let one = |n: u32| char::from_u32(0x4e00 + n.wrapping_mul(0x9e37_79b1 ^ seed) % 2000).unwrap_or('一');
            (0..6000).map(one).collect::<String>()
        };
        let diff = hunks(&paragraphs(&[&text(1)]), &paragraphs(&[&text(77)]));
        assert_eq!(diff.hunks.len(), 1);
    }

    proptest! {
        #[test]
        fn applying_the_hunks_to_the_old_gives_the_new(
            old in proptest::collection::vec("[一二a1,。 ]{1,6}(\t[1-3]{0,2})?", 0..6),
            new in proptest::collection::vec("[一二a1,。 ]{1,6}(\t[1-3]{0,2})?", 0..6),
        ) {
            let document = |texts: &[String]| {
                let block = |text: &String| {
                    let is_row = text.trim().contains('\t');
                    Block::new(if is_row { BlockKind::Row } else { BlockKind::Paragraph }, text.trim())
                };
                Document { blocks: texts.iter().map(block).collect(), ..Document::default() }
            };
            let (old, new) = (document(&old), document(&new));
            let diff = hunks(&old, &new);
            prop_assert_eq!(body(&applied(&old, &diff)), body(&new.blocks));
            prop_assert_eq!(diff.hunks.is_empty(), body(&old.blocks) == body(&new.blocks));
        }
    }
}
