//! The edited parts of a change, as an excerpt of its unified text: the words that differ, with a little around them.
//!
//! In: the `diff` of an event. Out: lines of runs. Never: a whole report; what is left out is counted.

use super::long::weight;
use super::shown::shown;
use super::texts::Texts;
use crate::change::{diff, render};
use crate::model::{FieldName, Tag};

/// Lines of an excerpt: what fits between two other changes of a day.
const MOST_LINES: usize = 8;
/// Bytes of an excerpt: thirty of them stand on a page of less than 100 KB.
const MOST_BYTES: usize = 1_600;
/// Bytes around a run.
const AROUND_BYTES: usize = 11;
/// Longest lines that are compared word by word here; the comparison of two revisions has a budget of its own.
const MOST_COMPARED_BYTES: usize = 6_000;
/// Characters of unchanged text kept on each side of an edit.
const AROUND_CHARS: usize = 24;
/// Characters of one run that are shown.
const MOST_RUN_CHARS: usize = 240;

/// A run of text with one mark.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Run {
    pub(super) tag: Tag,
    pub(super) text: String,
}

impl Run {
    pub(super) fn new(tag: Tag, text: &str) -> Self {
        Self { tag, text: shown(text) }
    }

    pub(super) fn is_old(&self) -> bool {
        self.tag == Tag::Delete
    }

    pub(super) fn is_new(&self) -> bool {
        self.tag == Tag::Insert
    }
}

/// What is shown of a diff.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Excerpt {
    pub(super) lines: Vec<Line>,
    /// Lines that are not shown.
    pub(super) n_more: usize,
    n_bytes: usize,
}

/// A line of an excerpt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Line {
    /// What it belongs to, where that is no part of the body.
    pub(super) field: Option<String>,
    pub(super) runs: Vec<Run>,
}

/// The excerpt of a unified text.
pub(super) fn of(unified: &str, t: &Texts) -> Excerpt {
    let mut excerpt = Excerpt::default();
    let mut lines = unified.lines().peekable();
    let (mut field, mut file) = (None, None);
    while let Some(line) = lines.next() {
        if line.starts_with("--- ") && lines.peek().is_some_and(|next| next.starts_with("+++ ")) {
            let label = lines.next().unwrap_or_default();
            file = render::file_of([line, label, lines.peek().unwrap_or(&"")]).map(shown);
            continue;
        }
        if let Some(head) = line.strip_prefix("@@ ") {
            field = named(head, t).or_else(|| file.clone());
            continue;
        }
        let (mut old, mut new) = (Vec::new(), Vec::new());
        let mut next = Some(line);
        while let Some(line) = next {
            match line.split_at_checked(1) {
                Some(("-", text)) if new.is_empty() => old.push(text),
                Some(("+", text)) => new.push(text),
                _ => break,
            }
            next = lines.next_if(|line| line.starts_with('+') || (line.starts_with('-') && new.is_empty()));
        }
        excerpt.put(field.as_deref(), &old, &new);
    }
    excerpt
}

/// The field that a header names; a part of the body is named by numbers.
fn named(head: &str, t: &Texts) -> Option<String> {
    let name = head.strip_suffix(" @@")?;
    if name.starts_with('-') {
        return None;
    }
    let quoted = format!("\"{name}\"");
    let field: Option<FieldName> = serde_json::from_str(&quoted).ok();
    Some(field.map_or_else(|| shown(name), |field| t.field_word(field).to_owned()))
}

impl Excerpt {
    /// Old and new lines one by one; those of the longer side stand alone.
    fn put(&mut self, field: Option<&str>, old: &[&str], new: &[&str]) {
        for at in 0..old.len().max(new.len()) {
            if self.lines.len() == MOST_LINES || self.n_bytes >= MOST_BYTES {
                self.n_more += 1;
                continue;
            }
            let runs = match (old.get(at), new.get(at)) {
                (Some(old), Some(new)) => compared(field.is_some(), old, new),
                (Some(old), None) => vec![cut(Run::new(Tag::Delete, old))],
                (None, Some(new)) => vec![cut(Run::new(Tag::Insert, new))],
                (None, None) => continue,
            };
            let runs = self.fitting(runs);
            self.lines.push(Line { field: field.map(str::to_owned), runs });
        }
    }

    /// As many of the runs as there is room for, at least one.
    fn fitting(&mut self, mut runs: Vec<Run>) -> Vec<Run> {
        let mut n_kept = 0;
        for run in &runs {
            if n_kept > 0 && self.n_bytes >= MOST_BYTES {
                break;
            }
            (n_kept, self.n_bytes) = (n_kept + 1, self.n_bytes + weight(&run.text) + AROUND_BYTES);
        }
        if n_kept < runs.len() {
            runs.truncate(n_kept);
            runs.push(Run::new(Tag::Equal, "…"));
        }
        runs
    }
}

/// A value of a field is shown whole, old and new; a line of the body word by word.
fn compared(is_field: bool, old: &str, new: &str) -> Vec<Run> {
    if is_field || old.len() + new.len() > MOST_COMPARED_BYTES {
        return [Run::new(Tag::Delete, old), Run::new(Tag::Insert, new)].map(cut).into();
    }
    let pieces = diff::pieces(old, new);
    let n_pieces = pieces.len();
    let run = |(at, piece): (usize, crate::model::Piece)| match piece.tag {
        Tag::Equal => Run::new(Tag::Equal, &around(&piece.text, at > 0, at + 1 < n_pieces)),
        Tag::Delete | Tag::Insert => cut(Run::new(piece.tag, &piece.text)),
    };
    pieces.into_iter().enumerate().map(run).collect()
}

/// The ends of an unchanged stretch that touch an edit.
fn around(text: &str, is_after_edit: bool, is_before_edit: bool) -> String {
    let chars: Vec<char> = text.trim_end_matches('\n').chars().collect();
    let wanted = AROUND_CHARS * (usize::from(is_after_edit) + usize::from(is_before_edit));
    if chars.len() <= wanted + 1 {
        return chars.into_iter().collect();
    }
    let head: String = chars.iter().take(if is_after_edit { AROUND_CHARS } else { 0 }).collect();
    let tail: String = chars[chars.len() - if is_before_edit { AROUND_CHARS } else { 0 }..].iter().collect();
    format!("{head}…{tail}")
}

fn cut(run: Run) -> Run {
    match run.text.char_indices().nth(MOST_RUN_CHARS) {
        Some((end, _)) => Run { text: format!("{}…", &run.text[..end]), ..run },
        None => run,
    }
}

#[cfg(test)]
mod tests {
    use super::super::texts::{EN, ZH};
    use super::*;

    fn marked(line: &Line) -> String {
        let run = |run: &Run| match run.tag {
            Tag::Equal => run.text.clone(),
            Tag::Delete => format!("[-{}-]", run.text),
            Tag::Insert => format!("{{+{}+}}", run.text),
        };
        line.runs.iter().map(run).collect()
    }

    #[test]
    fn the_edited_words_stand_between_a_little_of_what_is_around_them() {
        let same = "现将有关事项通知如下各乡镇人民政府县直各部门要高度重视按照职责分工抓好落实全年受理";
        let unified = format!("--- 1\n+++ 2\n@@ -3,3 +3,3 @@\n 前\n-{same}15件。\n+{same}9件。\n 后\n");
        let excerpt = of(&unified, &ZH);
        assert_eq!(excerpt.lines.len(), 1);
        let head: String = same.chars().skip(same.chars().count() - AROUND_CHARS).collect();
        assert_eq!(marked(&excerpt.lines[0]), format!("…{head}[-15-]{{+9+}}件。"));
    }

    #[test]
    fn a_field_is_named_and_its_values_are_whole() {
        let excerpt = of("--- 1\n+++ 2\n@@ validity @@\n-有效\n+失效\n@@ title @@\n+甲\n", &ZH);
        assert_eq!(excerpt.lines[0].field.as_deref(), Some("有效性"));
        assert_eq!(marked(&excerpt.lines[0]), "[-有效-]{+失效+}");
        assert_eq!((excerpt.lines[1].field.as_deref(), &*marked(&excerpt.lines[1])), (Some("标题"), "{+甲+}"));
        assert_eq!(of("@@ doc_no @@\n-x\n", &EN).lines[0].field.as_deref(), Some("document number"));
    }

    #[test]
    fn the_words_of_a_file_stand_under_its_name() {
        let unified = "--- 1\n+++ 2\n@@ -1,1 +1,1 @@\n-甲\n+乙\n--- 表.xlsx, revision 1\n+++ 表.xlsx, revision 2\n\
            @@ -3,1 +3,1 @@\n-500元\n+5000元\n";
        let excerpt = of(unified, &EN);
        let fields: Vec<_> = excerpt.lines.iter().map(|line| line.field.as_deref()).collect();
        assert_eq!(fields, [None, Some("表.xlsx")]);
    }

    #[test]
    fn what_is_left_out_is_counted() {
        let unified = (0..12).fold("@@ -1,0 +1,12 @@\n".to_owned(), |text, n| format!("{text}+第{n}段\n"));
        let excerpt = of(&unified, &ZH);
        assert_eq!((excerpt.lines.len(), excerpt.n_more), (MOST_LINES, 4));
    }

    #[test]
    fn no_text_of_a_portal_breaks_an_excerpt() {
        for text in ["", "-", "+", "@@ ", "@@ x", "--- a\n+++ b\n", "-\u{202e}甲\n+\u{1b}[31m", "é\n+é"] {
            let excerpt = of(text, &EN);
            assert!(excerpt.lines.iter().all(|line| !marked(line).contains(['\u{202e}', '\u{1b}'])), "{text:?}");
        }
    }
}
