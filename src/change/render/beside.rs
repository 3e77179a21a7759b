//! A diff for a wide terminal: the old text on the left, the new one on the right.
//!
//! In: a View, the columns of the terminal. Out: lines that are never wider, an ideograph counted as two. Never: a
//! meaning that only a colour carries.

use unicode_width::UnicodeWidthChar;

use super::sheet::pairs;
use super::terminal::{Colour, Fold, folded, head, moved, put, run, truncated};
use super::{Line, View, cells, passages, plain};
use crate::model::{HunkKind, Tag};

/// Columns between the sides.
const GUTTER: usize = 3;

/// The diff in two columns; empty where a reader sees no difference.
pub fn beside(view: &View<'_>, colour: Colour, columns: usize) -> String {
    let width = columns.saturating_sub(GUTTER) / 2;
    let mut text = head(view, colour);
    for passage in passages(view) {
        put(&mut text, &format!("@@ block {} @@", passage.new_start + 1));
        for line in &passage.lines {
            match line {
                Line::Same(block) => {
                    let shown = [(Tag::Equal, folded(&cells(&plain(block.shown())), Fold::End))];
                    put_sides(&mut text, &shown, &shown, width, colour);
                }
                Line::Edited(hunk) if hunk.kind == HunkKind::MovedAway => {
                    put_sides(&mut text, &[(Tag::Equal, moved(hunk))], &[], width, colour);
                }
                Line::Edited(hunk) if hunk.kind == HunkKind::MovedHere => {
                    put_sides(&mut text, &[], &[(Tag::Equal, moved(hunk))], width, colour);
                }
                Line::Edited(hunk) => {
                    for pair in pairs(hunk) {
                        put_sides(&mut text, &pair.old, &pair.new, width, colour);
                    }
                }
            }
        }
    }
    text + truncated(view)
}

fn put_sides(text: &mut String, old: &[(Tag, String)], new: &[(Tag, String)], width: usize, colour: Colour) {
    let (old, new) = (wrapped(old, width, colour), wrapped(new, width, colour));
    for at in 0..old.len().max(new.len()) {
        let nothing = (String::new(), 0);
        let (left, n_left) = old.get(at).unwrap_or(&nothing);
        let (right, _) = new.get(at).unwrap_or(&nothing);
        let line = format!("{left}{:1$} │ {right}", "", width.saturating_sub(*n_left));
        put(text, line.trim_end());
    }
}

/// Runs cut into lines of so many columns, each with the columns that it takes.
fn wrapped(runs: &[(Tag, String)], width: usize, colour: Colour) -> Vec<(String, usize)> {
    /// Columns of the marks around an edit: `[-` and `-]`.
    const MARKS: usize = 4;
    let mut lines = Vec::new();
    let (mut line, mut n) = (String::new(), 0);
    for (tag, words) in runs {
        let marks = if *tag == Tag::Equal { 0 } else { MARKS };
        let mut part = String::new();
        let mut n_part = 0;
        for c in cells(words).chars() {
            let n_char = c.width().unwrap_or(0);
            if n + n_part + n_char + marks > width && n + n_part > 0 {
                line.push_str(&marked(*tag, &part, colour));
                let n_marks = if part.is_empty() { 0 } else { marks };
                lines.push((std::mem::take(&mut line), n + n_part + n_marks));
                (n, n_part) = (0, 0);
                part.clear();
            }
            part.push(c);
            n_part += n_char;
        }
        line.push_str(&marked(*tag, &part, colour));
        n += n_part + if part.is_empty() { 0 } else { marks };
    }
    if n > 0 {
        lines.push((line, n));
    }
    lines
}

fn marked(tag: Tag, part: &str, colour: Colour) -> String {
    if part.is_empty() { String::new() } else { run(tag, part, colour) }
}

#[cfg(test)]
mod tests {
    use unicode_width::UnicodeWidthStr;

    use super::super::tests::shown;
    use super::*;
    use crate::change::diff;
    use crate::change::sample::paragraphs;

    #[test]
    fn the_sides_stand_beside_each_other() {
        let expected = "\
--- revision 1
+++ revision 2
title: 兴县[-2023-]{+2024+}年法治政府建设工作的年度报告
validity: [-有效-]{+失效\\u{1b}[31m<b>+}
attachment_added: {+附件2 (http://www.x.gov.cn/2.doc)+}
@@ block 4 @@
第3段               │ 第3段
第4段               │ 第4段{+,共5件+}
第5段               │ 第5段
@@ block 9 @@
第8段               │ 第8段
                    │ {+甲 | 乙+}
";
        assert_eq!(shown(|view| beside(view, Colour::None, 42)), expected);
    }

    #[test]
    fn no_line_is_wider_than_the_terminal() {
        let (old, new) = (paragraphs(&[&"甲乙15,".repeat(40)]), paragraphs(&[&"甲丙9,".repeat(40)]));
        let diff = diff::hunks(&old, &new);
        let view = View { old_label: "1", new_label: "2", old: &old, new: &new, diff: &diff };
        for columns in [41, 80, 133] {
            let text = beside(&view, Colour::None, columns);
            assert!(text.lines().count() > 5);
            for line in text.lines() {
                assert!(line.width() <= columns, "{columns}: {} {line}", line.width());
            }
        }
    }
}
