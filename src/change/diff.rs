//! The diff: which parts of a body were edited, block by block and inside a block word by word.
//!
//! In: two revisions. Out: Hunks in reading order, none where a reader sees no difference; a block that only stands
//! elsewhere is moved, not taken out and put in. Never: a clock; the work is bounded by size, so the same two revisions
//! always give the same diff.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use serde::Serialize;

use crate::model::{Block, BlockKind, Document, Hunk, HunkKind, Piece};

use super::align::{self, Budget, Part};
use super::cuts::{Cut, Places, cut};
use super::fields::{self, FieldChange};
use super::fingerprint::{body, fold, is_row, is_zero_width};
use super::moved_blocks::{self, Side};
use super::pieces::compared;
use super::tokens;

/// Comparisons that one diff may cost: old times new words of what differs, summed. A report of 15,000 words that was
/// rewritten from end to end stays below; more is shown as taken out and put in.
const MOST_WORK: usize = 250_000_000;

/// Characters of a block that is known again elsewhere: a short heading stands in many places.
const LEAST_MOVED: usize = 10;

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
    let mut budget = Budget { left: budget, is_spent: false };
    let hunks = of_blocks(&old.blocks, &new.blocks, &mut budget);
    Diff { fields, hunks, is_truncated: budget.is_spent }
}

/// The pieces of two lines, such as an old and a new title.
pub fn pieces(old: &str, new: &str) -> Vec<Piece> {
    let words = |line| {
        let mut tokens = Vec::new();
        tokens::of_line(line, &mut tokens);
        tokens
    };
    compared(&words(old), &words(new), &mut Budget { left: MOST_WORK, is_spent: false })
}

fn of_blocks(old: &[Block], new: &[Block], budget: &mut Budget) -> Vec<Hunk> {
    let numbered = Numbered::of(old, new);
    let mut parts = align::aligned(&numbered.old, &numbered.new, budget);
    parts.retain(|part| !part.is_equal);
    if is_same(old, new, &parts) {
        return Vec::new();
    }
    let side =
        |numbers, range: fn(&Part) -> Range<usize>| Side { numbers, differing: parts.iter().map(range).collect() };
    let (before, after) = (side(&numbered.old, |part| part.old.clone()), side(&numbered.new, |part| part.new.clone()));
    let moves = moved_blocks::moves(&before, &after, |number| numbered.lengths[number as usize] >= LEAST_MOVED);
    let places = Places::of(&moves);
    let cuts = parts.iter().flat_map(|part| cut(part, &places));
    cuts.filter_map(|cut| hunk(old, new, &cut, budget)).collect()
}

/// The blocks of two bodies as numbers, the same where a reader sees the same.
struct Numbered {
    old: Vec<u32>,
    new: Vec<u32>,
    /// How many characters the text of a number has.
    lengths: Vec<usize>,
}

impl Numbered {
    fn of(old: &[Block], new: &[Block]) -> Self {
        let (in_old, in_new) = (spellings(old), spellings(new));
        let mut numbers = Numbers::default();
        let old = old.iter().map(|block| numbers.number(block, &in_new)).collect();
        let new = new.iter().map(|block| numbers.number(block, &in_old)).collect();
        Self { old, new, lengths: numbers.lengths }
    }
}

/// The numbers that were given so far.
#[derive(Default)]
struct Numbers<'a> {
    lengths: Vec<usize>,
    spelled: HashMap<(bool, &'a str), u32>,
    normal: HashMap<String, u32>,
}

impl<'a> Numbers<'a> {
    /// Most blocks stand in the other revision to the letter: only what does not is normalized.
    fn number(&mut self, block: &'a Block, others: &HashSet<(bool, &str)>) -> u32 {
        let next = u32::try_from(self.lengths.len()).unwrap_or(u32::MAX);
        let known = spelling(block).filter(|spelling| others.contains(spelling));
        let (number, n_chars) = if let Some(spelling) = known {
            (*self.spelled.entry(spelling).or_insert(next), spelling.1.chars().count())
        } else {
            let key = body(std::slice::from_ref(block));
            let n_chars = key.chars().count();
            (*self.normal.entry(key).or_insert(next), n_chars)
        };
        if number == next {
            self.lengths.push(n_chars);
        }
        number
    }
}

/// A block as it is written; an image has no words.
fn spelling(block: &Block) -> Option<(bool, &str)> {
    (block.kind != BlockKind::Image).then(|| (is_row(block), block.text.as_str()))
}

fn spellings(blocks: &[Block]) -> HashSet<(bool, &str)> {
    blocks.iter().filter_map(spelling).collect()
}

/// Whether the bodies are the same to a reader, whatever differs between their blocks.
fn is_same(old: &[Block], new: &[Block], parts: &[Part]) -> bool {
    /// A number for the characters that a reader sees, in any order: where it differs, the bodies do.
    fn sum<'a>(blocks: impl Iterator<Item = &'a Block>) -> u64 {
        let chars = blocks.flat_map(|block| block.text.chars());
        let seen = chars.filter(|c| !c.is_whitespace() && !is_zero_width(*c));
        seen.map(|c| (u64::from(fold(c)) + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(29))
            .fold(0, u64::wrapping_add)
    }
    let is_picture = |blocks: &[Block]| blocks.iter().all(|block| block.kind == BlockKind::Image);
    let is_likely = is_picture(old)
        || is_picture(new)
        || sum(parts.iter().flat_map(|part| &old[part.old.clone()]).filter(|block| block.kind != BlockKind::Image))
            == sum(parts.iter().flat_map(|part| &new[part.new.clone()]).filter(|block| block.kind != BlockKind::Image));
    parts.is_empty() || (is_likely && body(old) == body(new))
}

/// The hunk of a stretch; `None` where only the cut into blocks differs.
fn hunk(old: &[Block], new: &[Block], cut: &Cut, budget: &mut Budget) -> Option<Hunk> {
    let (old, new) = (&old[cut.old.clone()], &new[cut.new.clone()]);
    if body(old) == body(new) {
        return None;
    }
    let kind = match (old.is_empty(), new.is_empty(), cut.moved) {
        (true, _, Some(_)) => HunkKind::MovedHere,
        (_, _, Some(_)) => HunkKind::MovedAway,
        (true, ..) => HunkKind::Added,
        (_, true, _) => HunkKind::Removed,
        _ => HunkKind::Replaced,
    };
    Some(Hunk {
        kind,
        old_start: cut.old.start,
        n_old: old.len(),
        new_start: cut.new.start,
        n_new: new.len(),
        moved: cut.moved,
        pieces: compared(&tokens::of_blocks(old), &tokens::of_blocks(new), budget),
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::change::sample::{document, paragraphs, row};
    use crate::model::Tag;

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

    /// Each piece says where it stands in the text of either side.
    fn ensure_spans(old: &Document, new: &Document, diff: &Diff) {
        let text = |blocks: &[Block]| blocks.iter().flat_map(|b| b.text.chars().chain(['\n'])).collect::<Vec<_>>();
        for hunk in &diff.hunks {
            let (old, new) = (
                text(&old.blocks[hunk.old_start..hunk.old_start + hunk.n_old]),
                text(&new.blocks[hunk.new_start..hunk.new_start + hunk.n_new]),
            );
            for piece in &hunk.pieces {
                let (in_old, in_new) = (piece.old_chars.0..piece.old_chars.1, piece.new_chars.0..piece.new_chars.1);
                let shown = if piece.tag == Tag::Delete { &old[in_old.clone()] } else { &new[in_new.clone()] };
                assert_eq!(shown.iter().collect::<String>(), piece.text);
                assert_eq!(in_old.is_empty(), piece.tag == Tag::Insert);
                assert_eq!(in_new.is_empty(), piece.tag == Tag::Delete);
            }
        }
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

    #[test]
    fn a_paragraph_that_stands_elsewhere_is_moved() {
        let long = |c: char| c.to_string().repeat(12);
        let (a, b, c, d) = (long('甲'), long('乙'), long('丙'), long('丁'));
        let diff = hunks(&paragraphs(&[&a, &b, &c, &d, "15件"]), &paragraphs(&[&b, &c, &a, &d, "9件"]));
        let found: Vec<_> =
            diff.hunks.iter().map(|h| (h.kind, h.old_start, h.n_old, h.new_start, h.n_new, h.moved)).collect();
        let expected = [
            (HunkKind::MovedAway, 0, 1, 0, 0, Some(2)),
            (HunkKind::MovedHere, 3, 0, 2, 1, Some(0)),
            (HunkKind::Replaced, 4, 1, 4, 1, None),
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn many_rows_that_changed_places_are_compared_in_time() {
        let line = |n: usize| format!("第{n}项行政权力事项的办理情况");
        let (old, new): (Vec<_>, Vec<_>) =
            (0..20_000).map(|n| (line(n), line(if n % 3 < 2 { n ^ 1 } else { n }))).unzip();
        let document = |lines: &[String]| paragraphs(&lines.iter().map(String::as_str).collect::<Vec<_>>());
        let diff = hunks(&document(&old), &document(&new));
        assert!(diff.hunks.iter().any(|hunk| hunk.moved.is_some()));
    }

    #[test]
    fn what_was_edited_beside_a_moved_paragraph_is_compared_with_its_own() {
        let moved = "加强组织领导,压实工作责任。";
        let shown = between(&[moved, "共15件,降3%。", "末", "尾"], &["共9件,降3%。", "末", "尾", moved]);
        assert_eq!(shown, [&format!("[-{moved}\n-]"), "共[-15-]{+9+}件,降3%。\n", &format!("{{+{moved}\n+}}")]);
    }

    #[test]
    fn spans_are_characters_of_whole_clusters() {
        let (old, new) = (paragraphs(&["e\u{301}甲𠮷1件"]), paragraphs(&["e\u{300}甲𠮷22件"]));
        let pieces = &hunks(&old, &new).hunks[0].pieces;
        let spans: Vec<_> = pieces.iter().map(|p| (p.text.as_str(), p.old_chars, p.new_chars)).collect();
        let expected = [
            ("e\u{301}", (0, 2), (0, 0)),
            ("e\u{300}", (2, 2), (0, 2)),
            ("甲𠮷", (2, 4), (2, 4)),
            ("1", (4, 5), (4, 4)),
            ("22", (5, 5), (4, 6)),
            ("件\n", (5, 7), (6, 8)),
        ];
        assert_eq!(spans, expected);
    }

    #[test]
    fn a_picture_is_shown_by_its_words_or_the_name_of_its_file() {
        let with = |name: &str, words: &str, text: &str| {
            let url = url::Url::parse("http://www.x.gov.cn/a/").and_then(|base| base.join(name)).expect("a URL");
            let picture = Block { url: Some(url), ..Block::new(BlockKind::Image, words) };
            let mut document = paragraphs(&["甲", text]);
            document.blocks.insert(1, picture);
            document
        };
        let (old, new) = (with("W020240000101.jpg", "", "乙15件"), with("W020240000102.jpg", "现场图", "乙9件"));
        let shown: String = hunks(&old, &new).hunks.iter().map(|hunk| shown(&hunk.pieces)).collect();
        assert_eq!(shown, "[-W020240000101.jpg-]{+现场图+}\n乙[-15-]{+9+}件\n");
    }

    proptest! {
        #[test]
        fn applying_the_hunks_to_the_old_gives_the_new(
            old in proptest::collection::vec("[一二a1,。 ]{1,6}(\t[1-3]{0,2})?|[甲乙]{10}", 0..8),
            new in proptest::collection::vec("[一二a1,。 ]{1,6}(\t[1-3]{0,2})?|[甲乙]{10}", 0..8),
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
            ensure_spans(&old, &new, &diff);
            prop_assert_eq!(diff.hunks.is_empty(), body(&old.blocks) == body(&new.blocks));
        }
    }
}
