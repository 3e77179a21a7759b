//! Facts of running text: the spots of a hunk that say something else now, in a sentence that is otherwise the same.
//!
//! In: a hunk. Out: facts in reading order. Never: a fact where more than the spots differs.

use std::ops::Range;

use super::MOST_FACTS;
use super::places::Sections;
use super::spots::{self, Spot};
use crate::change::fingerprint::{fold, is_row, is_zero_width};
use crate::model::{Document, Fact, FactKind, Hunk, HunkKind, Tag};

/// Characters before a spot that say what it is of.
const LONGEST_LABEL: usize = 12;

/// One side of a hunk: its text, folded, without white space, and what stands in it.
struct Side {
    text: String,
    spots: Vec<Spot>,
}

/// A stretch that differs, in bytes of both sides.
#[derive(Debug, Clone)]
struct Gap {
    old: Range<usize>,
    new: Range<usize>,
}

/// What is sure of a hunk of running text; rows are told as cells.
pub(super) fn facts(old: &Document, new: &Document, sections: &Sections, hunk: &Hunk) -> Vec<Fact> {
    let blocks = old.blocks[hunk.old_start..hunk.old_start + hunk.n_old]
        .iter()
        .chain(&new.blocks[hunk.new_start..hunk.new_start + hunk.n_new]);
    if hunk.kind != HunkKind::Replaced || blocks.into_iter().any(is_row) {
        return Vec::new();
    }
    let (old_text, new_text, gaps) = sides(hunk);
    let sides = (Side::of(old_text), Side::of(new_text));
    let section = sections.at(hunk.new_start);
    let facts = widened(gaps, &sides).into_iter().flat_map(|gap| of_gap(&gap, &sides)).take(MOST_FACTS);
    facts.map(|fact| Fact { section: section.cloned(), ..fact }).collect()
}

impl Side {
    fn of(text: String) -> Self {
        Self { spots: spots::of(&text), text }
    }

    /// The spots that lie in a range or touch its inside; where it is empty, the one that it lies within.
    fn within(&self, range: &Range<usize>) -> &[Spot] {
        let from = self.spots.partition_point(|spot| spot.at.end <= range.start);
        let to = self.spots.partition_point(|spot| spot.at.start < range.end);
        self.spots.get(from..to).unwrap_or_default()
    }

    /// The range with all of the spots that it touches.
    fn widened(&self, range: &Range<usize>) -> Range<usize> {
        let spots = self.within(range);
        let start = spots.first().map_or(range.start, |spot| spot.at.start.min(range.start));
        let end = spots.last().map_or(range.end, |spot| spot.at.end.max(range.end));
        start..end
    }

    /// The text of a range, each spot as its sort alone.
    fn masked(&self, range: &Range<usize>) -> String {
        let mut masked = String::new();
        let mut at = range.start;
        for spot in self.within(range) {
            masked.push_str(&self.text[at..spot.at.start]);
            // No text has these signs: control characters are no visible text.
            masked.extend(["\u{0}", spot.kind.as_str(), "\u{0}"]);
            at = spot.at.end;
        }
        masked.push_str(&self.text[at..range.end]);
        masked
    }

    /// The words right before a spot, in its clause.
    fn label(&self, spot: &Spot) -> Option<String> {
        let n_before = self.spots.partition_point(|it| it.at.end <= spot.at.start);
        let from = n_before.checked_sub(1).map_or(0, |last| self.spots[last].at.end);
        let before = &self.text[from..spot.at.start];
        let before = before.trim_end_matches([':', '(', '“', '"']);
        let clause =
            before.rsplit(['。', ',', ';', '、', ':', '(', ')', '\n', '!', '?', '“', '”']).next().unwrap_or_default();
        let skipped = clause.chars().count().saturating_sub(LONGEST_LABEL);
        let label: String = clause.chars().skip(skipped).collect();
        (!label.is_empty()).then_some(label)
    }
}

/// Both sides of a hunk as one text each, and where they differ.
fn sides(hunk: &Hunk) -> (String, String, Vec<Gap>) {
    let (mut old, mut new) = (String::new(), String::new());
    let mut gaps: Vec<Gap> = Vec::new();
    for piece in &hunk.pieces {
        let text: String =
            piece.text.chars().filter(|&c| c == '\n' || !(c.is_whitespace() || is_zero_width(c))).map(fold).collect();
        let (old_from, new_from) = (old.len(), new.len());
        if piece.tag != Tag::Insert {
            old.push_str(&text);
        }
        if piece.tag != Tag::Delete {
            new.push_str(&text);
        }
        if piece.tag != Tag::Equal {
            let gap = Gap { old: old_from..old.len(), new: new_from..new.len() };
            match gaps.last_mut() {
                Some(last) if last.old.end == gap.old.start && last.new.end == gap.new.start => {
                    (last.old.end, last.new.end) = (gap.old.end, gap.new.end);
                }
                _ => gaps.push(gap),
            }
        }
    }
    (old, new, gaps)
}

/// The gaps with the whole spots that they touch; those that then touch each other are one.
fn widened(gaps: Vec<Gap>, (old, new): &(Side, Side)) -> Vec<Gap> {
    let mut wide: Vec<Gap> = Vec::new();
    for gap in gaps {
        let gap = Gap { old: old.widened(&gap.old), new: new.widened(&gap.new) };
        match wide.last_mut() {
            Some(last) if last.old.end > gap.old.start || last.new.end > gap.new.start => {
                last.old = last.old.start.min(gap.old.start)..last.old.end.max(gap.old.end);
                last.new = last.new.start.min(gap.new.start)..last.new.end.max(gap.new.end);
            }
            _ => wide.push(gap),
        }
    }
    wide
}

/// The spots of a gap, one by one, where nothing else in it differs.
fn of_gap(gap: &Gap, (old, new): &(Side, Side)) -> Vec<Fact> {
    if old.masked(&gap.old) != new.masked(&gap.new) {
        return Vec::new();
    }
    let pairs = old.within(&gap.old).iter().zip(new.within(&gap.new));
    let fact = |(one, other): (&Spot, &Spot)| {
        let (was, is) = (&old.text[one.at.clone()], &new.text[other.at.clone()]);
        let label = if one.kind == FactKind::DocNo { None } else { new.label(other) };
        (was != is).then(|| Fact { label, ..Fact::new(one.kind, Some(was.to_owned()), Some(is.to_owned())) })
    };
    pairs.filter_map(fact).collect()
}
