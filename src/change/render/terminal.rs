//! A diff for a terminal: words marked inside their sentences, long unchanged stretches folded.
//!
//! In: a View and whether colours are shown. Out: lines. Never: a meaning that only a colour carries.

use std::fmt::Write;

use super::{Line, View, cells, marked_field, marked_lines, passages, plain};
use crate::model::{Hunk, HunkKind, Tag};

/// Characters kept on each side of an edit when the unchanged text beside it is folded: a sentence's worth.
const KEPT: usize = 24;

/// Whether the terminal shows colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Colour {
    /// Marks only: `[-old-]{+new+}`.
    None,
    /// Marks in red and green (ANSI).
    Ansi,
}

impl Colour {
    /// A text in a colour or weight of ANSI; as it is where none are shown.
    pub fn paint(self, code: &str, text: &str) -> String {
        match self {
            Self::None => text.to_owned(),
            Self::Ansi => format!("\u{1b}[{code}m{text}\u{1b}[0m"),
        }
    }
}

/// The diff for a terminal; empty where a reader sees no difference.
pub fn terminal(view: &View<'_>, colour: Colour) -> String {
    let mut text = head(view, colour);
    for passage in passages(view) {
        put(&mut text, &format!("@@ block {} @@", passage.new_start + 1));
        for line in &passage.lines {
            match line {
                Line::Same(block) => {
                    put(&mut text, &format!("  {}", folded(&cells(&plain(block.shown())), Fold::End)));
                }
                Line::Edited(hunk) if matches!(hunk.kind, HunkKind::MovedAway | HunkKind::MovedHere) => {
                    put(&mut text, &format!("  {}", moved(hunk)));
                }
                Line::Edited(hunk) => put_hunk(&mut text, hunk, colour),
            }
        }
    }
    text + truncated(view)
}

/// The labels, and what differs above the text; empty where nothing does.
pub(super) fn head(view: &View<'_>, colour: Colour) -> String {
    let mut text = String::new();
    if view.diff.is_empty() {
        return text;
    }
    let label = |tag, text: String| run_with(tag, &text, colour, Marks::Off);
    put(&mut text, &label(Tag::Delete, format!("--- {}", plain(view.old_label))));
    put(&mut text, &label(Tag::Insert, format!("+++ {}", plain(view.new_label))));
    for change in &view.diff.fields {
        let shown: String = marked_field(change).iter().map(|(tag, words)| run(*tag, words, colour)).collect();
        put(&mut text, &format!("{}: {shown}", change.field));
    }
    text
}

/// A passage that stands elsewhere, in one line.
pub(super) fn moved(hunk: &Hunk) -> String {
    let text: String = hunk.pieces.iter().map(|piece| piece.text.as_str()).collect();
    let text = cells(&plain(&text.trim_end().replace('\n', " ")));
    let place = hunk.moved.map_or(0, |at| at + 1);
    let said = if hunk.kind == HunkKind::MovedHere { "moved here from" } else { "moved to" };
    format!("({said} block {place}) {}", folded(&text, Fold::End))
}

/// What is said where not every word was compared.
pub(super) fn truncated(view: &View<'_>) -> &'static str {
    if view.diff.is_truncated { "(some parts were too long to be compared word by word)\n" } else { "" }
}

fn put_hunk(text: &mut String, hunk: &Hunk, colour: Colour) {
    for line in marked_lines(&hunk.pieces) {
        let n = line.len();
        let mut shown = String::from("  ");
        for (at, (tag, words)) in line.iter().enumerate() {
            let words = match (*tag, at) {
                (Tag::Equal, _) if n == 1 => folded(words, Fold::End),
                (Tag::Equal, 0) => folded(words, Fold::Start),
                (Tag::Equal, at) if at + 1 == n => folded(words, Fold::End),
                (Tag::Equal, _) => folded(words, Fold::Middle),
                _ => words.clone(),
            };
            shown.push_str(&run(*tag, &words, colour));
        }
        put(text, &shown);
    }
}

/// Whether a run carries its marks; header lines say what they are.
#[derive(Clone, Copy, PartialEq)]
enum Marks {
    On,
    Off,
}

/// A run between its marks.
pub(super) fn run(tag: Tag, words: &str, colour: Colour) -> String {
    run_with(tag, words, colour, Marks::On)
}

fn run_with(tag: Tag, words: &str, colour: Colour, marks: Marks) -> String {
    let words = cells(words);
    let (open, close, code) = match tag {
        Tag::Equal => return words,
        Tag::Delete => ("[-", "-]", "31"),
        Tag::Insert => ("{+", "+}", "32"),
    };
    let marked = if marks == Marks::On { format!("{open}{words}{close}") } else { words };
    colour.paint(code, &marked)
}

/// Where a long stretch is cut.
#[derive(Clone, Copy)]
pub(super) enum Fold {
    Start,
    Middle,
    End,
}

/// The stretch with what is far from an edit left out; counted in characters, so no ideograph is cut.
pub(super) fn folded(text: &str, fold: Fold) -> String {
    let n = text.chars().count();
    let head = |n: usize| text.chars().take(n).collect::<String>();
    let tail = |n_kept: usize| text.chars().skip(n - n_kept).collect::<String>();
    // Two stretches and the sign between them must be shorter than what they stand for.
    match fold {
        _ if n <= 2 * KEPT + 3 => text.to_owned(),
        Fold::Start => format!("… {}", tail(2 * KEPT)),
        Fold::Middle => format!("{} … {}", head(KEPT), tail(KEPT)),
        Fold::End => format!("{} …", head(2 * KEPT)),
    }
}

pub(super) fn put(text: &mut String, line: &str) {
    writeln!(text, "{line}").expect("invariant: a String takes any text");
}

#[cfg(test)]
mod tests {
    use super::super::tests::shown;
    use super::*;
    use crate::change::diff;
    use crate::change::sample::paragraphs;

    #[test]
    fn edits_are_marked_without_colours() {
        let expected = "\
--- revision 1
+++ revision 2
title: 兴县[-2023-]{+2024+}年法治政府建设工作的年度报告
validity: [-有效-]{+失效\\u{1b}[31m<b>+}
attachment_added: {+附件2 (http://www.x.gov.cn/2.doc)+}
@@ block 4 @@
  第3段
  第4段{+,共5件+}
  第5段
@@ block 9 @@
  第8段
  {+甲 | 乙+}
";
        assert_eq!(shown(|view| terminal(view, Colour::None)), expected);
    }

    #[test]
    fn colours_come_on_top_of_the_marks() {
        let coloured = shown(|view| terminal(view, Colour::Ansi));
        assert!(coloured.contains("兴县\u{1b}[31m[-2023-]\u{1b}[0m\u{1b}[32m{+2024+}\u{1b}[0m年"));
        let ours = ["\u{1b}[31m", "\u{1b}[32m", "\u{1b}[0m"];
        let bare = ours.iter().fold(coloured, |text, code| text.replace(code, ""));
        assert!(!bare.contains('\u{1b}'), "no escape but ours");
    }

    #[test]
    fn long_unchanged_text_is_folded_between_characters() {
        let (head, middle, tail) = ("甲".repeat(80), "乙".repeat(80), "丙".repeat(80));
        let old = paragraphs(&[&format!("{head}15件{middle}15%{tail}")]);
        let new = paragraphs(&[&format!("{head}9件{middle}9%{tail}")]);
        let diff = diff::hunks(&old, &new);
        let view = View { old_label: "1", new_label: "2", old: &old, new: &new, diff: &diff };
        let line = format!(
            "  … {}[-15-]{{+9+}}件{} … {}[-15-]{{+9+}}%{} …\n",
            "甲".repeat(48),
            "乙".repeat(23),
            "乙".repeat(24),
            "丙".repeat(47)
        );
        assert_eq!(terminal(&view, Colour::None), format!("--- 1\n+++ 2\n@@ block 1 @@\n{line}"));
    }
}
