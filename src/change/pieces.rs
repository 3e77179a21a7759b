//! Two texts word by word, as a person would mark what was edited.
//!
//! In: the words of both. Out: pieces in reading order, each with its characters on either side.

use std::collections::HashMap;
use std::ops::Range;

use crate::model::{Piece, Tag};

use super::align::{self, Budget, Part};
use super::tokens::Token;

/// The pieces of two texts.
pub(super) fn compared(old: &[Token<'_>], new: &[Token<'_>], budget: &mut Budget) -> Vec<Piece> {
    let mut numbers = HashMap::new();
    let (old_numbers, new_numbers) = (numbered(old, &mut numbers), numbered(new, &mut numbers));
    let mut parts = readable(align::aligned(&old_numbers, &new_numbers, budget), new);
    settle(&mut parts, old, new);
    let mut pieces = Vec::new();
    let (mut old_at, mut new_at) = (0, 0);
    for part in parts {
        let text = |tokens: &[Token<'_>]| tokens.iter().map(|token| token.raw).collect::<String>();
        let (old, new) = (text(&old[part.old]), text(&new[part.new]));
        let (old_end, new_end) = (old_at + old.chars().count(), new_at + new.chars().count());
        let sides = if part.is_equal {
            [(Tag::Equal, new, (old_at, old_end), (new_at, new_end)), (Tag::Delete, String::new(), (0, 0), (0, 0))]
        } else {
            [
                (Tag::Delete, old, (old_at, old_end), (new_at, new_at)),
                (Tag::Insert, new, (old_end, old_end), (new_at, new_end)),
            ]
        };
        let shown = sides.into_iter().filter(|(_, text, ..)| !text.is_empty());
        pieces.extend(shown.map(|(tag, text, old_chars, new_chars)| Piece { tag, text, old_chars, new_chars }));
        (old_at, new_at) = (old_end, new_end);
    }
    pieces
}

/// Words as numbers: one character by its own, longer ones by the order of their first sight.
fn numbered<'a>(tokens: &'a [Token<'_>], longer: &mut HashMap<&'a str, u32>) -> Vec<u32> {
    /// Above every character.
    const FIRST: u32 = 0x11_0000;
    let mut number = |key: &'a str| {
        let mut chars = key.chars();
        if let (Some(c), None) = (chars.next(), chars.next()) {
            return u32::from(c);
        }
        let next = FIRST + u32::try_from(longer.len()).unwrap_or(u32::MAX - FIRST);
        *longer.entry(key).or_insert(next)
    };
    tokens.iter().map(|token| number(&token.key)).collect()
}

/// Joins edits that only a few chance words keep apart. Source: the semantic cleanup of diff-match-patch.
///
/// Words that two sentences happen to share are noise between edits longer than they are. Ends of cells and blocks
/// always hold.
fn readable(parts: Vec<Part>, new: &[Token<'_>]) -> Vec<Part> {
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
fn settle(parts: &mut [Part], old: &[Token<'_>], new: &[Token<'_>]) {
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
fn rank(token: &Token<'_>) -> u8 {
    match &*token.key {
        "\n" => 3,
        "。" | ";" | "!" | "?" | "\t" => 2,
        "," | "、" | ":" => 1,
        _ => 0,
    }
}
