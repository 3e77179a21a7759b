//! What differs between two revisions, row by row, cut into parts of a page each.
//!
//! In: two revisions compared, and which part is wanted. Out: its sections, and how many parts there are. Never: an edit
//! that stands in no part, or a part that is longer than a page.

use super::excerpt::Run;
use super::long::{pieces, weight};
use super::shown::{capital, shown, title};
use super::texts::Texts;
use crate::change::diff::Diff;
use crate::change::render::{marked_field, marked_lines};
use crate::change::words::Words;
use crate::model::{Block, HunkKind, Piece, Revision, Tag};

/// Unchanged paragraphs shown on each side of an edit.
const AROUND: usize = 1;
/// Bytes of text in one part, and those beside them that may lie folded.
const A_PART_BYTES: usize = 40 << 10;
const MOST_FOLDED_BYTES: usize = 24 << 10;
/// Bytes of one row: longer paragraphs and edits are cut into several.
const A_ROW_BYTES: usize = 12 << 10;
/// Bytes around a run, and around a row.
const AROUND_RUN_BYTES: usize = 11;
const AROUND_ROW_BYTES: usize = 60;

/// The report itself, or one of its files.
pub(super) struct Section {
    /// The title of the file.
    pub(super) title: Option<String>,
    pub(super) fields: Vec<(String, Vec<Run>)>,
    pub(super) rows: Vec<Row>,
}

/// What stands beside what.
pub(super) enum Row {
    Same(String),
    /// Unchanged paragraphs: how many, and those that can be unfolded; none, where they are too many for this page.
    Folded(String, Vec<String>),
    Edited(Edit),
}

/// An edited part, in one column and in two.
pub(super) struct Edit {
    pub(super) class: &'static str,
    pub(super) both: Vec<Vec<Run>>,
    pub(super) old: Vec<Vec<Run>>,
    pub(super) new: Vec<Vec<Run>>,
}

/// The sections of the part that is wanted, and how many parts there are.
pub(super) fn parted<'f>(
    t: &'static Texts,
    diff: &Diff,
    new: &Revision,
    files: impl Iterator<Item = (&'f str, &'f Words)>,
    mut room: Room,
) -> (Vec<Section>, usize) {
    let mut sections = vec![section(t, None, &new.document.blocks, diff, &mut room)];
    for (name, file) in files {
        let view = file.view();
        sections.push(section(t, Some(title(name)), &view.new.blocks, view.diff, &mut room));
    }
    sections.retain(|section| !section.fields.is_empty() || !section.rows.is_empty());
    (sections, room.at)
}

/// Where a comparison is cut into parts.
#[derive(Debug, Clone, Copy)]
pub(super) struct Room {
    wanted: usize,
    /// The part that is being filled, from 1, and with how much.
    at: usize,
    n_bytes: usize,
    n_folded: usize,
    /// Whether each side is written out.
    is_side: bool,
}

impl Room {
    /// An empty first part, of which this one is wanted.
    pub(super) fn of(wanted: usize, is_side: bool) -> Self {
        Self { wanted, at: 1, n_bytes: 0, n_folded: 0, is_side }
    }

    pub(super) fn wanted(&self) -> usize {
        self.wanted
    }

    pub(super) fn is_side(&self) -> bool {
        self.is_side
    }

    /// Takes room for a row of so many bytes. Whether it stands in the part that is wanted.
    fn take(&mut self, n_bytes: usize) -> bool {
        let n_bytes = (n_bytes + AROUND_ROW_BYTES) * if self.is_side { 2 } else { 1 };
        if self.n_bytes > 0 && self.n_bytes + n_bytes > A_PART_BYTES {
            (self.at, self.n_bytes, self.n_folded) = (self.at + 1, 0, 0);
        }
        self.n_bytes += n_bytes;
        self.at == self.wanted
    }

    /// Whether so many bytes may lie folded beside the others.
    fn fold(&mut self, n_bytes: usize) -> bool {
        let fits = self.n_folded + n_bytes <= MOST_FOLDED_BYTES;
        self.n_folded += if fits { n_bytes } else { 0 };
        fits
    }
}

fn section(t: &'static Texts, title: Option<String>, blocks: &[Block], diff: &Diff, room: &mut Room) -> Section {
    let mut section = Section { title, fields: Vec::new(), rows: Vec::new() };
    for change in &diff.fields {
        for runs in in_rows(marked_field(change)) {
            if room.take(n_bytes(&runs)) {
                let run = |(tag, text): (Tag, String)| Run { tag, text };
                let name = capital(t.field_word(change.field));
                section.fields.push((name, runs.into_iter().map(run).collect()));
            }
        }
    }
    let mut at = 0;
    for (n, hunk) in diff.hunks.iter().enumerate() {
        let place = if n == 0 { Stretch::Head } else { Stretch::Between };
        section.put_same(t, &blocks[at..hunk.new_start], place, room);
        for pieces in in_rows(hunk.pieces.iter().map(|piece| (piece.tag, piece.text.clone())).collect()) {
            if room.take(n_bytes(&pieces)) {
                section.rows.push(Row::Edited(edit(hunk.kind, &pieces)));
            }
        }
        at = hunk.new_start + hunk.n_new;
    }
    if !diff.hunks.is_empty() {
        section.put_same(t, &blocks[at..], Stretch::Tail, room);
    }
    section
}

/// Runs of marked text.
type Marked = Vec<(Tag, String)>;

fn n_bytes(runs: &Marked) -> usize {
    runs.iter().map(|(_, text)| weight(text) + AROUND_RUN_BYTES).sum()
}

/// The runs in rows that are not too long, none lost.
fn in_rows(runs: Marked) -> Vec<Marked> {
    let mut rows = vec![Marked::new()];
    let mut left = A_ROW_BYTES;
    for (tag, text) in runs {
        for piece in pieces(&text, A_ROW_BYTES) {
            let n_bytes = weight(piece) + AROUND_RUN_BYTES;
            if n_bytes > left && rows.last().is_some_and(|row| !row.is_empty()) {
                rows.push(Marked::new());
                left = A_ROW_BYTES;
            }
            left = left.saturating_sub(n_bytes);
            if let Some(row) = rows.last_mut() {
                row.push((tag, piece.to_owned()));
            }
        }
    }
    rows.retain(|row| !row.is_empty());
    rows
}

/// Where unchanged paragraphs stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stretch {
    /// Before the first edit.
    Head,
    /// Between two edits.
    Between,
    /// Behind the last one.
    Tail,
}

impl Section {
    /// Unchanged paragraphs: those beside an edit stand there, the others are folded.
    fn put_same(&mut self, t: &Texts, blocks: &[Block], place: Stretch, room: &mut Room) {
        let head = if place == Stretch::Head { 0 } else { AROUND.min(blocks.len()) };
        let tail = if place == Stretch::Tail { 0 } else { AROUND.min(blocks.len() - head) };
        let (head, rest) = blocks.split_at(head);
        let (folded, tail) = rest.split_at(rest.len() - tail);
        self.put_plain(head, room);
        // Folding one paragraph would save nothing.
        match folded {
            [] => {}
            [one] => self.put_plain(std::slice::from_ref(one), room),
            many => {
                let is_here = room.take(0);
                let n_bytes: usize = many.iter().map(|block| weight(&block.text) + AROUND_ROW_BYTES).sum();
                let fits = room.fold(n_bytes);
                if is_here {
                    let lines = if fits { many.iter().map(|block| cells(&block.text)).collect() } else { Vec::new() };
                    self.rows.push(Row::Folded(Texts::with(t.unchanged, many.len()), lines));
                }
            }
        }
        self.put_plain(tail, room);
    }

    fn put_plain(&mut self, blocks: &[Block], room: &mut Room) {
        for piece in blocks.iter().flat_map(|block| pieces(&block.text, A_ROW_BYTES)) {
            if room.take(weight(piece)) {
                self.rows.push(Row::Same(cells(piece)));
            }
        }
    }
}

/// Cells side by side for people.
fn cells(text: &str) -> String {
    shown(&text.replace('\t', " | "))
}

fn edit(kind: HunkKind, runs: &Marked) -> Edit {
    let class = match kind {
        HunkKind::Added => "added",
        HunkKind::Removed => "removed",
        HunkKind::Replaced => "replaced",
        HunkKind::MovedAway | HunkKind::MovedHere => "moved",
    };
    let piece =
        |(tag, text): &(Tag, String)| Piece { tag: *tag, text: text.clone(), old_chars: (0, 0), new_chars: (0, 0) };
    let pieces: Vec<Piece> = runs.iter().map(piece).collect();
    let without = |tag: Tag| lines(&pieces.iter().filter(|piece| piece.tag != tag).cloned().collect::<Vec<_>>());
    Edit { class, both: lines(&pieces), old: without(Tag::Insert), new: without(Tag::Delete) }
}

fn lines(pieces: &[Piece]) -> Vec<Vec<Run>> {
    let run = |(tag, text): (Tag, String)| Run { tag, text: text.replace('\t', " | ") };
    marked_lines(pieces).into_iter().map(|line| line.into_iter().map(run).collect()).collect()
}

#[cfg(test)]
mod tests {
    use super::super::texts::EN;
    use super::*;
    use crate::change::diff;
    use crate::model::{BlockKind, Document};

    fn paragraphs(texts: &[&str]) -> Document {
        let blocks = texts.iter().map(|text| Block::new(BlockKind::Paragraph, *text)).collect();
        Document { blocks, ..Document::default() }
    }

    fn rows(old: &[&str], new: &[&str]) -> Vec<String> {
        let (old, new) = (paragraphs(old), paragraphs(new));
        let diff = diff::hunks(&old, &new);
        let mut room = Room { n_folded: MOST_FOLDED_BYTES - 350, ..Room::of(1, false) };
        let section = section(&EN, None, &new.blocks, &diff, &mut room);
        let row = |row: Row| match row {
            Row::Same(text) => text,
            Row::Folded(said, lines) => format!("{said}: {}", lines.len()),
            Row::Edited(edit) => format!("{} {}/{}", edit.class, edit.old.len(), edit.new.len()),
        };
        section.rows.into_iter().map(row).collect()
    }

    #[test]
    fn what_did_not_change_is_folded_but_for_the_paragraphs_beside_an_edit() {
        let old = ["一", "二", "三", "四15件", "五", "六", "七"];
        let new = ["一", "二", "三", "四9件", "五", "六", "七"];
        assert_eq!(
            rows(&old, &new),
            ["2 unchanged paragraphs: 2", "三", "replaced 1/1", "五", "2 unchanged paragraphs: 2"]
        );
    }

    #[test]
    fn a_fold_that_is_too_long_for_the_page_is_only_counted() {
        let long = "长".repeat(80);
        let old = [&*long, &*long, "三", "四15件"];
        assert_eq!(rows(&old, &[&*long, &*long, "三", "四9件"])[0], "2 unchanged paragraphs: 0");
    }

    #[test]
    fn a_paragraph_between_two_edits_is_no_fold() {
        assert_eq!(rows(&["甲1", "乙", "丙1"], &["甲2", "乙", "丙2"]), ["replaced 1/1", "乙", "replaced 1/1"]);
    }

    #[test]
    fn a_long_edit_is_read_part_by_part_and_none_is_too_long() {
        let (old, new) = ("旧句。".repeat(10_000), "<新>句。".repeat(10_000));
        let (old, new) = (paragraphs(&[&old]), paragraphs(&[&new]));
        let diff = diff::hunks(&old, &new);
        let blocks = &new.blocks;
        let counted = |wanted| {
            let mut room = Room::of(wanted, false);
            let section = section(&EN, None, blocks, &diff, &mut room);
            let runs = section.rows.iter().filter_map(|row| match row {
                Row::Edited(edit) => Some(edit.both.iter().flatten()),
                Row::Same(_) | Row::Folded(..) => None,
            });
            let runs: Vec<&Run> = runs.flatten().collect();
            let n_bytes: usize = runs.iter().map(|run| weight(&run.text) + AROUND_RUN_BYTES).sum();
            let n_old: usize = runs.iter().filter(|run| !run.is_new()).map(|run| run.text.chars().count()).sum();
            (room.at, n_bytes, n_old)
        };
        let n_parts = counted(1).0;
        let parts: Vec<_> = (1..=n_parts).map(counted).collect();
        assert!(n_parts > 5 && parts.iter().all(|(_, n_bytes, _)| *n_bytes <= A_PART_BYTES + A_ROW_BYTES));
        assert_eq!(parts.iter().map(|(.., n_old)| n_old).sum::<usize>(), 30_000);
    }
}
