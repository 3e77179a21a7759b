//! A diff as a piece of HTML, for the web page and for mail.
//!
//! In: a View. Out: one `section`. Never: a script, a style, a link, or a portal's text that is not escaped.

use std::fmt::Write;

use super::{Line, View, cells, marked_field, marked_lines, passages, plain};
use crate::model::{HunkKind, Piece, Tag};

/// The diff as one `section`, with `ins` and `del`.
///
/// Without a difference it says so.
pub fn html(view: &View<'_>) -> String {
    let mut text = String::from("<section class=\"diff\">\n");
    let (old, new) = (escaped(view.old_label), escaped(view.new_label));
    put(&mut text, &format!("<p class=\"labels\"><del>{old}</del> <ins>{new}</ins></p>"));
    if view.diff.is_empty() {
        put(&mut text, "<p class=\"same\">No difference.</p>");
    }
    if !view.diff.fields.is_empty() {
        put(&mut text, "<dl class=\"fields\">");
        for change in &view.diff.fields {
            let shown: String = marked_field(change).iter().map(run).collect();
            put(&mut text, &format!("<dt>{}</dt><dd>{shown}</dd>", change.field));
        }
        put(&mut text, "</dl>");
    }
    for passage in passages(view) {
        put(&mut text, &format!("<div class=\"passage\" data-block=\"{}\">", passage.new_start + 1));
        for line in &passage.lines {
            match line {
                Line::Same(block) => put(&mut text, &format!("<p class=\"same\">{}</p>", escaped(block))),
                Line::Edited(hunk) => put_lines(&mut text, class(hunk.kind), &hunk.pieces),
            }
        }
        put(&mut text, "</div>");
    }
    if view.diff.is_truncated {
        put(&mut text, "<p class=\"truncated\">Some parts were too long to be compared word by word.</p>");
    }
    text.push_str("</section>\n");
    text
}

fn put_lines(text: &mut String, class: &str, pieces: &[Piece]) {
    for line in marked_lines(pieces) {
        let shown: String = line.iter().map(run).collect();
        put(text, &format!("<p class=\"{class}\">{shown}</p>"));
    }
}

fn class(kind: HunkKind) -> &'static str {
    match kind {
        HunkKind::Added => "added",
        HunkKind::Removed => "removed",
        HunkKind::Replaced => "replaced",
    }
}

fn run((tag, words): &(Tag, String)) -> String {
    let words = escaped(words);
    match tag {
        Tag::Equal => words,
        Tag::Delete => format!("<del>{words}</del>"),
        Tag::Insert => format!("<ins>{words}</ins>"),
    }
}

fn escaped(text: &str) -> String {
    let text = cells(&plain(text)).replace('&', "&amp;");
    text.replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\'', "&#39;")
}

fn put(text: &mut String, line: &str) {
    writeln!(text, "{line}").expect("invariant: a String takes any text");
}

#[cfg(test)]
mod tests {
    use super::super::tests::shown;
    use super::*;

    #[test]
    fn edits_are_ins_and_del_and_all_text_is_escaped() {
        let html = shown(html);
        assert!(
            html.contains("<dt>title</dt><dd>兴县<del>2023</del><ins>2024</ins>年法治政府建设工作的年度报告</dd>"),
            "{html}"
        );
        assert!(html.contains("<del>有效</del><ins>失效\\u{1b}[31m&lt;b&gt;</ins>"), "{html}");
        assert!(html.contains("<p class=\"replaced\">第4段<ins>,共5件</ins></p>"), "{html}");
        assert!(html.contains("<p class=\"added\"><ins>甲 | 乙</ins></p>"), "{html}");
        assert!(!html.contains("<b>"));
    }

    #[test]
    fn a_quote_cannot_leave_an_attribute() {
        assert_eq!(escaped("\"'&<>"), "&quot;&#39;&amp;&lt;&gt;");
    }
}
