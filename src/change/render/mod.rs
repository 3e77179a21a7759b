//! Rendering a diff for a terminal, as unified text and as HTML.
//!
//! In: two revisions and their diff. Out: text. Never: a character of a portal's text that could drive a terminal, turn
//! the reading direction or be read as markup.

mod beside;
mod html;
mod lang;
mod page;
mod sheet;
mod terminal;
mod unified;

use crate::model::{Block, Document, FieldName, Hunk, Piece, Tag};

use super::diff::{self, Diff};
use super::fields::FieldChange;

pub use beside::beside;
pub use html::{Look, html};
pub use lang::Lang;
pub use page::{Heading, page};
pub use terminal::{Colour, terminal};
pub use unified::{file_of, unified};

/// Unchanged blocks shown before and after an edited part: paragraphs of reports are long, one tells the place.
const CONTEXT: usize = 1;

/// Two revisions side by side.
#[derive(Debug, Clone, Copy)]
pub struct View<'a> {
    /// What to call the old one, such as its number and the day it was seen.
    pub old_label: &'a str,
    /// What to call the new one.
    pub new_label: &'a str,
    /// The old revision.
    pub old: &'a Document,
    /// The new revision.
    pub new: &'a Document,
    /// What differs between them.
    pub diff: &'a Diff,
}

/// A part of a body that is shown together: hunks with the unchanged blocks around them.
struct Passage<'a> {
    /// Index of the first new block shown.
    new_start: usize,
    lines: Vec<Line<'a>>,
}

/// What stands in a passage.
enum Line<'a> {
    /// An unchanged block, as the new revision has it.
    Same(&'a Block),
    /// An edited part.
    Edited(&'a Hunk),
}

/// The passages in reading order; hunks whose surroundings touch share one.
fn passages<'a>(view: &View<'a>) -> Vec<Passage<'a>> {
    let blocks = &view.new.blocks;
    let mut passages: Vec<Passage<'a>> = Vec::new();
    let mut shown = 0;
    for (at, hunk) in view.diff.hunks.iter().enumerate() {
        let start = hunk.new_start.saturating_sub(CONTEXT).max(shown);
        let new_end = hunk.new_start + hunk.n_new;
        let next_start = view.diff.hunks.get(at + 1).map_or(blocks.len(), |next| next.new_start);
        let end = (new_end + CONTEXT).min(next_start);
        let same = |range: std::ops::Range<usize>| blocks[range].iter().map(Line::Same);
        let lines = same(start..hunk.new_start).chain([Line::Edited(hunk)]).chain(same(new_end..end));
        match passages.last_mut() {
            Some(last) if start == shown => last.lines.extend(lines),
            _ => passages.push(Passage { new_start: start, lines: lines.collect() }),
        }
        shown = end;
    }
    passages
}

/// Words of one line, each run on one side or both.
pub(crate) type Runs = Vec<(Tag, String)>;

/// The pieces line by line, each line a list of runs. A line end that was put in or taken out shows as ¶.
pub(crate) fn marked_lines(pieces: &[Piece]) -> Vec<Runs> {
    let mut lines: Vec<Runs> = vec![Vec::new()];
    for piece in pieces {
        for part in piece.text.split_inclusive('\n') {
            let text = part.trim_end_matches('\n');
            let is_mark = text.is_empty() && piece.tag != Tag::Equal;
            let shown = if is_mark { "¶".to_owned() } else { plain(text) };
            if let Some(line) = lines.last_mut().filter(|_| !shown.is_empty()) {
                line.push((piece.tag, shown));
            }
            if part.ends_with('\n') && !(is_mark && piece.tag == Tag::Delete) {
                lines.push(Vec::new());
            }
        }
    }
    lines.retain(|line| !line.is_empty());
    lines
}

/// A field's values as runs: a title word by word, any other value whole (有效 → 失效, not 有 → 失).
pub(crate) fn marked_field(change: &FieldChange) -> Runs {
    match (&change.old, &change.new) {
        (Some(old), Some(new)) if change.field == FieldName::Title => {
            diff::pieces(old, new).iter().map(|piece| (piece.tag, plain(&piece.text))).collect()
        }
        (old, new) => {
            let side = |tag, text: &Option<String>| text.as_deref().map(|text| (tag, plain(text)));
            [side(Tag::Delete, old), side(Tag::Insert, new)].into_iter().flatten().collect()
        }
    }
}

/// A portal's text in one line that can do no harm: what has no shape or turns the direction is spelled out
/// (`\u{202e}`).
///
/// Spelled out, not dropped: such a character may be all that was changed.
pub(crate) fn plain(text: &str) -> String {
    let is_active = |c: char| {
        let is_direction =
            matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        (c.is_control() && c != '\t') || is_direction || matches!(c, '\u{2028}' | '\u{2029}')
    };
    let mut plain = String::with_capacity(text.len());
    for c in text.chars() {
        if is_active(c) {
            plain.extend(c.escape_unicode());
        } else {
            plain.push(c);
        }
    }
    plain
}

/// Cells side by side for people.
fn cells(text: &str) -> String {
    text.replace('\t', " | ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::change::diff;
    use crate::change::sample::{attachment, document, row};

    pub(super) fn edited() -> (Document, Document) {
        let old = Document { blocks: (0..9).map(|n| row(&format!("第{n}段"))).collect(), ..document() };
        let mut new = old.clone();
        new.title = Some("兴县2024年法治政府建设工作的年度报告".into());
        new.validity = Some("失效\u{1b}[31m<b>".into());
        new.attachments.push(attachment("附件2", "/2.doc", None));
        new.blocks[4].text = "第4段,共5件".into();
        new.blocks.push(row("甲\t乙"));
        (old, new)
    }

    pub(super) fn shown(render: impl Fn(&View<'_>) -> String) -> String {
        let (old, new) = edited();
        let diff = diff::hunks(&old, &new);
        render(&View { old_label: "revision 1", new_label: "revision 2", old: &old, new: &new, diff: &diff })
    }

    #[test]
    fn nothing_a_portal_writes_is_active() {
        assert_eq!(plain("a\u{1b}]52;c\u{7}\u{202e}b\u{9b}\tc\u{2028}"), r"a\u{1b}]52;c\u{7}\u{202e}b\u{9b}	c\u{2028}");
    }

    #[test]
    fn a_block_that_was_split_shows_its_mark() {
        let piece = |tag, text: &str| Piece { tag, text: text.into(), old_chars: (0, 0), new_chars: (0, 0) };
        let lines = marked_lines(&[piece(Tag::Equal, "甲"), piece(Tag::Insert, "\n"), piece(Tag::Equal, "乙\n")]);
        let split = vec![vec![(Tag::Equal, "甲".into()), (Tag::Insert, "¶".into())], vec![(Tag::Equal, "乙".into())]];
        assert_eq!(lines, split);
        let lines = marked_lines(&[piece(Tag::Equal, "甲"), piece(Tag::Delete, "\n"), piece(Tag::Equal, "乙\n")]);
        assert_eq!(lines.len(), 1);
    }
}
