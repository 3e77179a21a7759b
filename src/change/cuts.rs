//! Stretches that differ, cut at the blocks that were moved.
//!
//! In: a stretch of both bodies, and all moves. Out: what becomes one hunk each, in reading order. Never: a look at moves
//! that lie elsewhere.

use std::ops::Range;

use super::align::Part;
use super::moved_blocks::Move;

/// What becomes one hunk.
pub(super) struct Cut {
    pub(super) old: Range<usize>,
    pub(super) new: Range<usize>,
    /// Of a move: where its blocks stand on the other side.
    pub(super) moved: Option<usize>,
}

/// Of each move where it stands on one side, where on the other, and how many blocks it has; in order of either side.
pub(super) struct Places {
    old: Vec<(usize, usize, usize)>,
    new: Vec<(usize, usize, usize)>,
}

impl Places {
    pub(super) fn of(moves: &[Move]) -> Self {
        let mut old: Vec<_> = moves.iter().map(|one| (one.old, one.new, one.n)).collect();
        let mut new: Vec<_> = moves.iter().map(|one| (one.new, one.old, one.n)).collect();
        old.sort_unstable();
        new.sort_unstable();
        Self { old, new }
    }
}

/// A differing stretch, cut at the blocks that were moved.
///
/// What is left between them on one side stands for what is left on the other, in order.
pub(super) fn cut(part: &Part, moves: &Places) -> Vec<Cut> {
    let (old, new) = (pieces_of(&part.old, &moves.old), pieces_of(&part.new, &moves.new));
    let (mut old, mut new) = (old.into_iter().peekable(), new.into_iter().peekable());
    let (mut old_at, mut new_at) = (part.old.start, part.new.start);
    let mut cuts = Vec::new();
    loop {
        let is_moved = |next: Option<&(Range<usize>, Option<usize>)>| next.is_some_and(|(_, place)| place.is_some());
        let (here, there) = match (is_moved(old.peek()), is_moved(new.peek())) {
            (true, _) => (old.next(), None),
            (_, true) => (None, new.next()),
            _ => (old.next(), new.next()),
        };
        let place = here.iter().chain(&there).find_map(|(_, place)| *place);
        let old_range = here.as_ref().map_or(old_at..old_at, |(range, _)| range.clone());
        let new_range = there.as_ref().map_or(new_at..new_at, |(range, _)| range.clone());
        (old_at, new_at) = (old_range.end, new_range.end);
        if here.is_none() && there.is_none() {
            return cuts;
        }
        cuts.push(Cut { old: old_range, new: new_range, moved: place });
    }
}

/// A stretch in order: what was moved, each with its place on the other side, and what lies between.
fn pieces_of(stretch: &Range<usize>, moves: &[(usize, usize, usize)]) -> Vec<(Range<usize>, Option<usize>)> {
    let first = moves.partition_point(|(here, ..)| *here < stretch.start);
    let inside = moves[first..].iter().take_while(|(here, ..)| *here < stretch.end);
    let mut at = stretch.start;
    let mut pieces = Vec::new();
    for &(here, there, n) in inside {
        pieces.push((at..here, None));
        pieces.push((here..here + n, Some(there)));
        at = here + n;
    }
    pieces.push((at..stretch.end, None));
    pieces.retain(|(range, _)| !range.is_empty());
    pieces
}
