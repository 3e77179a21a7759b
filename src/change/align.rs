//! Which items of two lists stand for each other: blocks by their text, words by their spelling.
//!
//! In: two lists of numbers, equal items by the same number. Out: the stretches of both, equal and different ones by
//! turns. Never: a clock; the work is bounded by size, so the same lists always give the same stretches.
//!
//! Short lists are compared item by item (Myers). Long ones are first pinned together where a run of items stands once
//! on each side, in the same order (as patience diff does with lines); what is left between two pins is short.

use std::collections::HashMap;
use std::ops::Range;

use similar::{Algorithm, DiffOp, DiffTag, capture_diff_slices};

/// Comparisons (old items times new ones) up to which two lists are compared without pins: some milliseconds at most.
const SMALL: usize = 4_000_000;
/// Items of a run that pins, longest first: a run that is long is hardly there by chance.
const RUNS: [usize; 3] = [16, 6, 1];

/// The comparisons that may still be made.
pub(super) struct Budget {
    pub(super) left: usize,
    /// Whether something was not compared.
    pub(super) is_spent: bool,
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
pub(super) struct Part {
    pub(super) is_equal: bool,
    pub(super) old: Range<usize>,
    pub(super) new: Range<usize>,
}

/// All stretches of two lists, equal and different ones by turns.
pub(super) fn aligned(old: &[u32], new: &[u32], budget: &mut Budget) -> Vec<Part> {
    let mut parts = Vec::new();
    between(old, new, (0, 0), &RUNS, budget, &mut parts);
    parts
}

/// Adds the stretches of two parts that begin at these places.
fn between(old: &[u32], new: &[u32], at: (usize, usize), runs: &[usize], budget: &mut Budget, parts: &mut Vec<Part>) {
    let n_head = old.iter().zip(new).take_while(|(a, b)| a == b).count();
    let n_tail = old[n_head..].iter().rev().zip(new[n_head..].iter().rev()).take_while(|(a, b)| a == b).count();
    let (old_end, new_end) = (old.len() - n_tail, new.len() - n_tail);
    push(parts, true, at, n_head, n_head);
    let (old_middle, new_middle) = (&old[n_head..old_end], &new[n_head..new_end]);
    middle(old_middle, new_middle, (at.0 + n_head, at.1 + n_head), runs, budget, parts);
    push(parts, true, (at.0 + old_end, at.1 + new_end), n_tail, n_tail);
}

fn middle(old: &[u32], new: &[u32], at: (usize, usize), runs: &[usize], budget: &mut Budget, parts: &mut Vec<Part>) {
    let work = old.len().saturating_mul(new.len());
    if let (true, [run, shorter @ ..]) = (work > SMALL, runs) {
        let mut from = (0, 0);
        for pin in pins(old, new, *run) {
            // What stands before the pin on only one side is no place for shorter runs.
            between(&old[from.0..pin.0], &new[from.1..pin.1], (at.0 + from.0, at.1 + from.1), shorter, budget, parts);
            push(parts, true, (at.0 + pin.0, at.1 + pin.1), *run, *run);
            from = (pin.0 + run, pin.1 + run);
        }
        return between(&old[from.0..], &new[from.1..], (at.0 + from.0, at.1 + from.1), shorter, budget, parts);
    }
    let ops = if budget.may_spend(work) {
        capture_diff_slices(Algorithm::Myers, old, new)
    } else {
        vec![DiffOp::Replace { old_index: 0, old_len: old.len(), new_index: 0, new_len: new.len() }]
    };
    for op in ops {
        let (old, new) = (op.old_range(), op.new_range());
        push(parts, op.tag() == DiffTag::Equal, (at.0 + old.start, at.1 + new.start), old.len(), new.len());
    }
}

/// Adds a stretch; one of the same sort as the last continues it.
fn push(parts: &mut Vec<Part>, is_equal: bool, at: (usize, usize), n_old: usize, n_new: usize) {
    let (old, new) = (at.0..at.0 + n_old, at.1..at.1 + n_new);
    match parts.last_mut() {
        _ if n_old == 0 && n_new == 0 => {}
        Some(last) if last.is_equal == is_equal => {
            last.old.end = old.end;
            last.new.end = new.end;
        }
        _ => parts.push(Part { is_equal, old, new }),
    }
}

/// Where runs of this length that stand once on each side begin, in order on both; none overlap.
fn pins(old: &[u32], new: &[u32], run: usize) -> Vec<(usize, usize)> {
    let (old, new) = (once(old, run), once(new, run));
    let mut pairs: Vec<(usize, usize)> = old.into_iter().filter_map(|(key, at)| Some((at, *new.get(key)?))).collect();
    pairs.sort_unstable();
    let mut end = (0, 0);
    let mut pins = Vec::new();
    for pin in rising(&pairs) {
        if pin.0 >= end.0 && pin.1 >= end.1 {
            end = (pin.0 + run, pin.1 + run);
            pins.push(pin);
        }
    }
    pins
}

/// The runs that stand once in a list, and where.
fn once(list: &[u32], run: usize) -> HashMap<&[u32], usize> {
    let mut seen: HashMap<&[u32], Option<usize>> = HashMap::with_capacity(list.len());
    for (at, key) in list.windows(run).enumerate() {
        seen.entry(key).and_modify(|place| *place = None).or_insert(Some(at));
    }
    seen.into_iter().filter_map(|(key, at)| Some((key, at?))).collect()
}

/// The longest row of pairs that rises on both sides. Source: patience sorting.
fn rising(pairs: &[(usize, usize)]) -> Vec<(usize, usize)> {
    let mut ends: Vec<usize> = Vec::new();
    let mut before: Vec<Option<usize>> = vec![None; pairs.len()];
    for (at, pair) in pairs.iter().enumerate() {
        let length = ends.partition_point(|end| pairs[*end].1 < pair.1);
        before[at] = length.checked_sub(1).map(|shorter| ends[shorter]);
        if length == ends.len() {
            ends.push(at);
        } else {
            ends[length] = at;
        }
    }
    let mut row: Vec<(usize, usize)> =
        std::iter::successors(ends.last().copied(), |at| before[*at]).map(|at| pairs[at]).collect();
    row.reverse();
    row
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Whether the parts cover both lists, say the truth where they say equal, and take turns.
    fn ensure_right(old: &[u32], new: &[u32], parts: &[Part]) {
        let mut at = (0, 0);
        for part in parts {
            assert_eq!((part.old.start, part.new.start), at);
            if part.is_equal {
                assert_eq!(old[part.old.clone()], new[part.new.clone()]);
            }
            at = (part.old.end, part.new.end);
        }
        assert_eq!(at, (old.len(), new.len()));
        assert!(parts.windows(2).all(|two| two[0].is_equal != two[1].is_equal));
    }

    fn budget(left: usize) -> Budget {
        Budget { left, is_spent: false }
    }

    #[test]
    fn long_lists_are_pinned_and_compared_between_the_pins() {
        let old: Vec<u32> = (0..6000).collect();
        let mut new = old.clone();
        for at in (50..6000).step_by(100) {
            new[at] = 1_000_000;
        }
        new.splice(3000..3000, [7, 8, 9]);
        let mut budget = budget(200_000);
        let parts = aligned(&old, &new, &mut budget);
        ensure_right(&old, &new, &parts);
        assert!(!budget.is_spent, "6,000 times 6,000 would be 36 million");
        assert_eq!(parts.iter().filter(|part| !part.is_equal).count(), 61);
    }

    #[test]
    fn what_has_nothing_in_common_is_not_compared_for_ever() {
        let (old, new): (Vec<u32>, Vec<u32>) = ((0..50_000).collect(), (50_000..100_000).collect());
        let mut budget = budget(250_000_000);
        let parts = aligned(&old, &new, &mut budget);
        assert_eq!((parts.len(), budget.is_spent), (1, true));
    }

    proptest! {
        #[test]
        fn pins_rise_and_say_the_truth(
            old in proptest::collection::vec(0_u32..40, 0..60),
            new in proptest::collection::vec(0_u32..40, 0..60),
            run in 1_usize..4,
        ) {
            for two in pins(&old, &new, run).windows(2) {
                prop_assert!(two[0].0 + run <= two[1].0 && two[0].1 + run <= two[1].1);
            }
            for (a, b) in pins(&old, &new, run) {
                prop_assert_eq!(&old[a..a + run], &new[b..b + run]);
            }
            ensure_right(&old, &new, &aligned(&old, &new, &mut budget(1_000_000)));
        }
    }
}
