//! A diff as unified text: the `diff` of the JSON contract, and what `patch` users read.
//!
//! In: a View. Out: lines that begin with `-`, `+` or a space, one block a line. Never: another text for the same View.

use std::fmt::Write;

use super::{CONTEXT, Line, Passage, View, passages, plain};
use crate::change::fields::FieldChange;

/// The diff as unified text; empty where a reader sees no difference.
///
/// **Shape**: `---` and `+++` with the labels, then `@@ title @@` for each field, then `@@ -a,b +c,d @@` for each part
/// of the body, counted in blocks from 1. Each line ends with a line feed.
pub fn unified(view: &View<'_>) -> String {
    let mut text = String::new();
    if view.diff.is_empty() {
        return text;
    }
    put(&mut text, "--- ", view.old_label);
    put(&mut text, "+++ ", view.new_label);
    for change in &view.diff.fields {
        put_field(&mut text, change);
    }
    for passage in passages(view) {
        put_passage(&mut text, view, &passage);
    }
    text
}

/// The file that a further part of a unified text is about, where these three of its lines begin such a part: the words of
/// files follow those of the page.
pub fn file_of(lines: [&str; 3]) -> Option<&str> {
    let [old, new, head] = lines;
    let label = new.strip_prefix("+++ ").filter(|_| old.starts_with("--- ") && head.starts_with("@@ "))?;
    label.rsplit_once(", revision ").map(|(title, _)| title)
}

fn put_field(text: &mut String, change: &FieldChange) {
    put(text, "@@ ", &format!("{} @@", change.field));
    if let Some(old) = &change.old {
        put(text, "-", old);
    }
    if let Some(new) = &change.new {
        put(text, "+", new);
    }
}

fn put_passage(text: &mut String, view: &View<'_>, passage: &Passage<'_>) {
    put(text, "@@ ", &header(passage));
    for line in &passage.lines {
        match line {
            Line::Same(block) => put(text, " ", block.shown()),
            Line::Edited(hunk) => {
                let old = &view.old.blocks[hunk.old_start..hunk.old_start + hunk.n_old];
                let new = &view.new.blocks[hunk.new_start..hunk.new_start + hunk.n_new];
                for block in old {
                    put(text, "-", block.shown());
                }
                for block in new {
                    put(text, "+", block.shown());
                }
            }
        }
    }
}

/// `-a,b +c,d @@`: where the passage stands; like `diff -u`, an empty side names the block before it.
fn header(passage: &Passage<'_>) -> String {
    let (mut n_old, mut n_new, mut n_before, mut old_start) = (0, 0, 0, None);
    for line in &passage.lines {
        match line {
            Line::Same(_) => {
                n_old += 1;
                n_new += 1;
                n_before += usize::from(old_start.is_none());
            }
            Line::Edited(hunk) => {
                n_old += hunk.n_old;
                n_new += hunk.n_new;
                old_start = old_start.or(Some(hunk.old_start));
            }
        }
    }
    debug_assert!(n_before <= CONTEXT);
    let first = |start: usize, n: usize| start + usize::from(n > 0);
    let old_start = old_start.unwrap_or_default().saturating_sub(n_before);
    format!("-{},{n_old} +{},{n_new} @@", first(old_start, n_old), first(passage.new_start, n_new))
}

fn put(text: &mut String, before: &str, line: &str) {
    writeln!(text, "{before}{}", plain(line)).expect("invariant: a String takes any text");
}

#[cfg(test)]
mod tests {
    use super::super::tests::shown;
    use super::*;
    use crate::change::diff;
    use crate::change::sample::document;

    #[test]
    fn unified_text_is_stable() {
        let expected = "\
--- revision 1
+++ revision 2
@@ title @@
-兴县2023年法治政府建设工作的年度报告
+兴县2024年法治政府建设工作的年度报告
@@ validity @@
-有效
+失效\\u{1b}[31m<b>
@@ attachment_added @@
+附件2 (http://www.x.gov.cn/2.doc)
@@ -4,3 +4,3 @@
 第3段
-第4段
+第4段,共5件
 第5段
@@ -9,1 +9,2 @@
 第8段
+甲\t乙
";
        assert_eq!(shown(unified), expected);
    }

    #[test]
    fn no_difference_is_no_text() {
        let (old, new) = (document(), document());
        let diff = diff::hunks(&old, &new);
        let view = View { old_label: "1", new_label: "2", old: &old, new: &new, diff: &diff };
        assert_eq!(unified(&view), "");
    }
}
