//! A diff as a piece of HTML, for the web page and for mail.
//!
//! In: a View. Out: one `section`. Never: a script, a link, or a portal's text that is not escaped.

use std::fmt::Write;

use super::lang::Lang;
use super::sheet::{Pair, Stretch, pairs, sheet};
use super::{Runs, View, marked_field, plain};
use crate::model::{Block, Hunk, HunkKind, Tag};

/// How the parts are marked for the eye.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Look {
    /// By classes; the page has a style sheet.
    Classes,
    /// By a `style` on each, for mail.
    Inline,
}

/// How the sides stand.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Sides {
    /// Two columns.
    Beside,
    /// One text with what was taken out and put in.
    Within,
}

/// The edits as one `section`, with `ins` and `del`; unchanged stretches are left out and counted.
///
/// Without a difference it says so.
pub fn html(view: &View<'_>, lang: Lang, look: Look) -> String {
    let mut writer = Writer { text: String::new(), lang, look, sides: Sides::Within, keeps_all: false, rows: 0 };
    let class = writer.mark("diff");
    writer.put(&format!("<section{class} lang=\"{}\">", lang.tag()));
    let (old, new) = (escaped(view.old_label), escaped(view.new_label));
    let class = writer.mark("labels");
    writer.put(&format!("<p{class}>{old} → {new}</p>"));
    if view.diff.is_empty() {
        writer.put(&format!("<p>{}</p>", lang.either("No difference.", "没有差异。")));
    }
    writer.put_fields(view);
    writer.put_body(view);
    writer.put("</section>");
    writer.text
}

pub(super) struct Writer {
    pub(super) text: String,
    pub(super) lang: Lang,
    pub(super) look: Look,
    pub(super) sides: Sides,
    /// Whether unchanged stretches are folded, not left out.
    pub(super) keeps_all: bool,
    /// Rows of the table that is open.
    pub(super) rows: usize,
}

impl Writer {
    /// Title, metadata and attachments, old and new.
    pub(super) fn put_fields(&mut self, view: &View<'_>) {
        if view.diff.fields.is_empty() {
            return;
        }
        let class = self.mark("fields");
        self.put(&format!("<table{class}>"));
        for change in &view.diff.fields {
            let runs = marked_field(change);
            let is_whole = runs.len() == 2 && runs[0].0 == Tag::Delete && runs[1].0 == Tag::Insert;
            let between = if is_whole { " → " } else { "" };
            let shown: Vec<String> = runs.iter().map(|run| self.run(run)).collect();
            let (head, name) = (self.mark("name"), self.lang.field(change.field));
            let cell = self.mark("cell");
            self.put(&format!("<tr><th{head}>{name}</th><td{cell}>{}</td></tr>", shown.join(between)));
        }
        self.put("</table>");
    }

    /// The edits in their places.
    pub(super) fn put_body(&mut self, view: &View<'_>) {
        for stretch in sheet(view) {
            match stretch {
                Stretch::Same(block) => self.put_same(block),
                Stretch::Edited(hunk) => self.put_hunk(hunk),
                Stretch::Folded(blocks) => self.put_folded(&blocks),
            }
        }
        self.end_table();
        if view.diff.is_truncated {
            let class = self.mark("fold");
            let said = self.lang.either(
                "Some parts were too long to be compared word by word: they are shown as taken out and put in.",
                "部分内容过长,未逐字比较,按整段删除和新增显示。",
            );
            self.put(&format!("<p{class}>{said}</p>"));
        }
    }

    fn put_folded(&mut self, blocks: &[&Block]) {
        self.end_table();
        let (class, said) = (self.mark("fold"), self.lang.unchanged(blocks.len()));
        if !self.keeps_all {
            return self.put(&format!("<p{class}>⋯ {said} ⋯</p>"));
        }
        self.put(&format!("<details><summary{class}>{said}</summary>"));
        for block in blocks {
            self.put_same(block);
        }
        self.end_table();
        self.put("</details>");
    }

    fn put_same(&mut self, block: &Block) {
        let runs = vec![(Tag::Equal, plain(&block.text))];
        if block.text.contains('\t') {
            return self.put_row(&[runs]);
        }
        let class = if block.kind == crate::model::BlockKind::Heading { "same heading" } else { "same" };
        self.put_pair(class, &Pair { old: runs.clone(), new: runs.clone(), both: vec![runs] });
    }

    fn put_hunk(&mut self, hunk: &Hunk) {
        if matches!(hunk.kind, HunkKind::MovedAway | HunkKind::MovedHere) {
            return self.put_moved(hunk);
        }
        for pair in pairs(hunk) {
            let has_cells = pair.both.iter().flatten().any(|(_, text)| text.contains('\t'));
            if has_cells {
                self.put_row(&pair.both);
            } else {
                self.put_pair("edited", &pair);
            }
        }
    }

    /// A passage that stands elsewhere: pale where it was, whole where it is.
    fn put_moved(&mut self, hunk: &Hunk) {
        self.end_table();
        let is_here = hunk.kind == HunkKind::MovedHere;
        let said = if is_here {
            self.lang.either("moved here", "移到此处")
        } else {
            self.lang.either("moved elsewhere", "移到别处")
        };
        let class = self.mark("note");
        let note = format!("<span{class}>↕ {said}</span> ");
        let class = self.mark(if is_here { "moved" } else { "away" });
        for piece in &hunk.pieces {
            for line in piece.text.lines() {
                let shown = format!("<p{class}>{note}{}</p>", escaped(line));
                match (self.sides, is_here) {
                    (Sides::Within, _) => self.put(&shown),
                    (Sides::Beside, true) => self.put(&format!("<div class=\"pair\"><p></p>{shown}</div>")),
                    (Sides::Beside, false) => self.put(&format!("<div class=\"pair\">{shown}<p></p></div>")),
                }
            }
        }
    }

    fn put_pair(&mut self, class: &str, pair: &Pair) {
        self.end_table();
        let side = |writer: &Self, runs: &Runs, way: &str| {
            if runs.is_empty() {
                return "<p></p>".to_owned();
            }
            let shown: String = runs.iter().map(|run| writer.run(run)).collect();
            format!("<p{}>{shown}</p>", writer.mark(&format!("{class}{way}")))
        };
        if self.sides == Sides::Within {
            for runs in &pair.both {
                let shown = side(self, runs, "");
                self.put(&shown);
            }
            return;
        }
        let is_edited = class == "edited";
        let (old, new) = (
            side(self, &pair.old, if is_edited { " old" } else { "" }),
            side(self, &pair.new, if is_edited { " new" } else { "" }),
        );
        self.put(&format!("<div class=\"pair\">{old}{new}</div>"));
    }

    /// A row of a table, cell by cell; both sides in one, since columns side by side are too narrow to be read.
    fn put_row(&mut self, lines: &[Runs]) {
        for runs in lines {
            if self.rows == 0 {
                let class = self.mark("table");
                self.put(&format!("<table{class}>"));
            }
            self.rows += 1;
            let mut cells: Vec<Runs> = vec![Vec::new()];
            for (tag, text) in runs {
                for (at, part) in text.split('\t').enumerate() {
                    if at > 0 {
                        cells.push(Vec::new());
                    }
                    if let Some(cell) = cells.last_mut().filter(|_| !part.is_empty()) {
                        cell.push((*tag, part.to_owned()));
                    }
                }
            }
            let cell = |cell: &Runs| {
                let is_edited = cell.iter().any(|run| run.0 != Tag::Equal);
                let shown: Vec<String> = cell.iter().map(|run| self.run(run)).collect();
                format!("<td{}>{}</td>", self.mark(if is_edited { "cell edited" } else { "cell" }), shown.concat())
            };
            let row: String = cells.iter().map(cell).collect();
            self.put(&format!("<tr>{row}</tr>"));
        }
    }

    fn end_table(&mut self) {
        if self.rows > 0 {
            self.put("</table>");
            self.rows = 0;
        }
    }

    pub(super) fn put(&mut self, line: &str) {
        writeln!(self.text, "{line}").expect("invariant: a String takes any text");
    }

    fn run(&self, (tag, words): &(Tag, String)) -> String {
        let words = escaped(words);
        match tag {
            Tag::Equal => words,
            Tag::Delete => format!("<del{}>{words}</del>", self.mark("del")),
            Tag::Insert => format!("<ins{}>{words}</ins>", self.mark("ins")),
        }
    }

    /// The attribute that marks an element.
    pub(super) fn mark(&self, class: &str) -> String {
        match self.look {
            Look::Classes if matches!(class, "del" | "ins" | "cell") => String::new(),
            Look::Classes => format!(" class=\"{class}\""),
            Look::Inline => match style(class) {
                "" => String::new(),
                style => format!(" style=\"{style}\""),
            },
        }
    }
}

/// What mail programs show: they know no style sheets.
fn style(class: &str) -> &'static str {
    match class {
        "diff" => "font:15px/1.7 sans-serif;color:#1f2328;max-width:46em",
        "labels" | "fold" => "color:#656d76;font-size:13px",
        "fields" | "table" => "border-collapse:collapse;margin:8px 0",
        "name" => {
            "text-align:left;padding:4px 12px 4px 0;color:#656d76;font-weight:normal;vertical-align:top;white-space:nowrap"
        }
        "cell" => "padding:4px 10px;border:1px solid #d0d7de",
        "cell edited" => "padding:4px 10px;border:1px solid #d0d7de;background:#fff8c5",
        "edited" => "border-left:4px solid #d4a72c;padding-left:10px",
        "moved" => "border-left:4px solid #8250df;padding-left:10px",
        "away" => "border-left:4px solid #d8cff5;padding-left:10px;color:#8c959f",
        "note" => "color:#8250df;font-size:13px",
        "same heading" => "font-weight:bold",
        "del" => "background:#ffd7d5;color:#82071e;text-decoration:line-through",
        "ins" => "background:#aceebb;color:#044f1e;text-decoration:none",
        _ => "",
    }
}

pub(super) fn escaped(text: &str) -> String {
    let text = plain(text).replace('&', "&amp;");
    text.replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\'', "&#39;")
}

#[cfg(test)]
mod tests {
    use super::super::tests::shown;
    use super::*;

    #[test]
    fn edits_are_ins_and_del_and_all_text_is_escaped() {
        let html = shown(|view| html(view, Lang::En, Look::Classes));
        let title =
            "<th class=\"name\">Title</th><td>兴县<del>2023</del><ins>2024</ins>年法治政府建设工作的年度报告</td>";
        assert!(html.contains(title), "{html}");
        assert!(html.contains("<del>有效</del> → <ins>失效\\u{1b}[31m&lt;b&gt;</ins>"), "{html}");
        assert!(html.contains("<p class=\"edited\">第4段<ins>,共5件</ins></p>"), "{html}");
        let row = "<tr><td class=\"cell edited\"><ins>甲</ins></td><td class=\"cell edited\"><ins>乙</ins></td></tr>";
        assert!(html.contains(row), "{html}");
        assert!(html.contains("<p class=\"fold\">⋯ 3 unchanged paragraphs ⋯</p>"), "{html}");
        assert!(!html.contains("<b>"));
    }

    #[test]
    fn mail_needs_no_style_sheet() {
        let html = shown(|view| html(view, Lang::Zh, Look::Inline));
        assert!(!html.contains("class="), "{html}");
        assert!(
            html.contains("<section style=\"font:15px/1.7 sans-serif;color:#1f2328;max-width:46em\" lang=\"zh-CN\">")
        );
        assert!(html.contains(">标题</th>") && html.contains("3 段未变"), "{html}");
    }

    #[test]
    fn a_quote_cannot_leave_an_attribute() {
        assert_eq!(escaped("\"'&<>"), "&quot;&#39;&amp;&lt;&gt;");
    }
}
