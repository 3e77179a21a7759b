//! A whole body with its edits, long unchanged stretches to be folded.
//!
//! In: a View. Out: its lines in reading order. With an edit stand the paragraph before and after it, the heading above
//! it and the heads of its table: enough to know what was edited.

use super::{CONTEXT, View};
use crate::model::{Block, BlockKind, Hunk, HunkKind, Tag};

use super::{Runs, marked_lines};

/// What stands in a body.
pub(super) enum Stretch<'a> {
    /// An unchanged block.
    Same(&'a Block),
    /// An edited part.
    Edited(&'a Hunk),
    /// Unchanged blocks far from any edit.
    Folded(Vec<&'a Block>),
}

/// The whole body.
pub(super) fn sheet<'a>(view: &View<'a>) -> Vec<Stretch<'a>> {
    let blocks = &view.new.blocks;
    let near = near(view);
    let mut sheet = Vec::new();
    let mut at = 0;
    for hunk in &view.diff.hunks {
        unchanged(blocks, &near, at..hunk.new_start, &mut sheet);
        sheet.push(Stretch::Edited(hunk));
        at = hunk.new_start + hunk.n_new;
    }
    unchanged(blocks, &near, at..blocks.len(), &mut sheet);
    sheet
}

fn unchanged<'a>(blocks: &'a [Block], near: &[bool], range: std::ops::Range<usize>, sheet: &mut Vec<Stretch<'a>>) {
    let mut far: Vec<&Block> = Vec::new();
    let close = |far: &mut Vec<&'a Block>, sheet: &mut Vec<Stretch<'a>>| match far.len() {
        // A fold takes a line itself.
        0 | 1 => sheet.extend(far.drain(..).map(Stretch::Same)),
        _ => sheet.push(Stretch::Folded(std::mem::take(far))),
    };
    for at in range.filter(|at| blocks[*at].kind != BlockKind::Image) {
        if near[at] {
            close(&mut far, sheet);
            sheet.push(Stretch::Same(&blocks[at]));
        } else {
            far.push(&blocks[at]);
        }
    }
    close(&mut far, sheet);
}

/// Which blocks of the new body are shown with an edit.
fn near(view: &View<'_>) -> Vec<bool> {
    let blocks = &view.new.blocks;
    let mut near = vec![false; blocks.len()];
    for hunk in &view.diff.hunks {
        let (start, end) = (hunk.new_start, hunk.new_start + hunk.n_new);
        near[start.saturating_sub(CONTEXT)..(end + CONTEXT).min(blocks.len())].fill(true);
        if let Some(heading) = blocks[..start].iter().rposition(|block| block.kind == BlockKind::Heading) {
            near[heading] = true;
        }
        let touched = blocks[start..end].iter().chain(blocks[..start].last()).find_map(|block| block.row.as_ref());
        let Some(table) = touched.map(|row| row.table) else { continue };
        let rows = (0..start).rev().take_while(|at| blocks[*at].row.as_ref().is_some_and(|row| row.table == table));
        for at in rows.filter(|at| blocks[*at].row.as_ref().is_some_and(|row| row.is_header)) {
            near[at] = true;
        }
    }
    near
}

/// One line of an edited part, as each side has it; empty: that side has no such line.
pub(super) struct Pair {
    pub(super) old: Runs,
    pub(super) new: Runs,
    /// Both in one.
    pub(super) both: Vec<Runs>,
}

/// The lines of a hunk. What was taken out stands beside what was put in for it.
pub(super) fn pairs(hunk: &Hunk) -> Vec<Pair> {
    let lines = marked_lines(&hunk.pieces);
    let is_only = |line: &Runs, tag: Tag| line.iter().all(|run| run.0 == tag);
    let mut pairs = Vec::new();
    let mut at = 0;
    while at < lines.len() {
        let n_out = lines[at..].iter().take_while(|line| is_only(line, Tag::Delete)).count();
        let n_in = lines[at + n_out..].iter().take_while(|line| is_only(line, Tag::Insert)).count();
        if n_out + n_in == 0 {
            let side = |other: Tag| lines[at].iter().filter(|run| run.0 != other).cloned().collect();
            pairs.push(Pair { old: side(Tag::Insert), new: side(Tag::Delete), both: vec![lines[at].clone()] });
            at += 1;
            continue;
        }
        for n in 0..n_out.max(n_in) {
            let old = lines[at..at + n_out].get(n).cloned().unwrap_or_default();
            let new = lines[at + n_out..at + n_out + n_in].get(n).cloned().unwrap_or_default();
            let both = [&old, &new].into_iter().filter(|runs| !runs.is_empty()).cloned().collect();
            pairs.push(Pair { old, new, both });
        }
        at += n_out + n_in;
    }
    pairs
}

/// How many places were edited, and how many passages were moved.
pub(super) fn counts(view: &View<'_>) -> (usize, usize) {
    let n = |is_counted: fn(HunkKind) -> bool| view.diff.hunks.iter().filter(|hunk| is_counted(hunk.kind)).count();
    (n(|kind| !matches!(kind, HunkKind::MovedAway | HunkKind::MovedHere)), n(|kind| kind == HunkKind::MovedHere))
}
