//! Blocks that stand elsewhere in the new revision, word for word.
//!
//! In: the blocks that differ, by the number of their text. Out: runs of blocks that were moved. A block counts as moved
//! where it left one place and came to one other; short ones, such as 特此报告, only beside a longer one.

use std::collections::HashMap;
use std::ops::Range;

/// A run of blocks that was moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Move {
    pub(super) old: usize,
    pub(super) new: usize,
    pub(super) n: usize,
}

/// What is compared: a number for each text, and whether it is long enough to be known again.
pub(super) struct Side<'a> {
    pub(super) numbers: &'a [u32],
    /// The stretches that differ.
    pub(super) differing: Vec<Range<usize>>,
}

impl Side<'_> {
    /// Blocks of texts that stand once among those that differ.
    fn once(&self, is_long: &impl Fn(u32) -> bool) -> HashMap<u32, usize> {
        let mut seen: HashMap<u32, Option<usize>> = HashMap::new();
        for at in self.differing.iter().cloned().flatten().filter(|at| is_long(self.numbers[*at])) {
            seen.entry(self.numbers[at]).and_modify(|place| *place = None).or_insert(Some(at));
        }
        seen.into_iter().filter_map(|(number, at)| Some((number, at?))).collect()
    }

    fn differs(&self, at: usize) -> bool {
        let next = self.differing.partition_point(|range| range.end <= at);
        self.differing.get(next).is_some_and(|range| range.contains(&at))
    }
}

/// The runs that were moved, in the order of the old body; none overlap.
pub(super) fn moves(old: &Side<'_>, new: &Side<'_>, is_long: impl Fn(u32) -> bool) -> Vec<Move> {
    let there = new.once(&is_long);
    let mut pairs: Vec<(usize, usize)> =
        old.once(&is_long).into_iter().filter_map(|(number, at)| Some((at, *there.get(&number)?))).collect();
    pairs.sort_unstable();
    let mut is_taken = vec![false; new.numbers.len()];
    let mut old_end = 0;
    let mut moves = Vec::new();
    for (old_at, new_at) in pairs {
        if old_at < old_end || is_taken[new_at] {
            continue;
        }
        let is_same = |a: usize, b: usize| {
            old.numbers.get(a) == new.numbers.get(b) && old.differs(a) && new.differs(b) && !is_taken[b]
        };
        let n_before =
            (1..=old_at.min(new_at)).take_while(|n| old_at - n >= old_end && is_same(old_at - n, new_at - n)).count();
        let n_after = (1..old.numbers.len()).take_while(|n| is_same(old_at + n, new_at + n)).count();
        let run = Move { old: old_at - n_before, new: new_at - n_before, n: n_before + 1 + n_after };
        is_taken[run.new..run.new + run.n].fill(true);
        old_end = run.old + run.n;
        moves.push(run);
    }
    moves
}

#[cfg(test)]
#[expect(clippy::single_range_in_vec_init, reason = "a side may differ in one stretch")]
mod tests {
    use super::*;

    fn moved(old: &[u32], new: &[u32], differing: [Vec<Range<usize>>; 2]) -> Vec<(usize, usize, usize)> {
        let [old_ranges, new_ranges] = differing;
        let (old, new) = (Side { numbers: old, differing: old_ranges }, Side { numbers: new, differing: new_ranges });
        moves(&old, &new, |number| number < 100).into_iter().map(|one| (one.old, one.new, one.n)).collect()
    }

    #[test]
    fn a_run_is_moved_with_the_short_blocks_beside_it() {
        let (old, new) = ([200, 1, 201, 2, 3], [2, 3, 200, 1, 201]);
        assert_eq!(moved(&old, &new, [vec![0..3], vec![2..5]]), [(0, 2, 3)]);
    }

    #[test]
    fn what_stands_twice_or_is_short_was_not_moved() {
        assert_eq!(moved(&[1, 2, 1], &[2, 1], [vec![0..1, 2..3], vec![1..2]]), []);
        assert_eq!(moved(&[200, 1], &[1, 200], [vec![0..1], vec![1..2]]), []);
    }
}
