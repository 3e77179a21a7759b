//! The lines of a diff, as messages show them. Pure.
//!
//! In: the unified diff of an event. Out: signed lines; of a line that has a twin on the other side, where the two
//! differ, so that the difference is seen in a paragraph of a thousand characters.

use std::ops::Range;

use super::plain;
use crate::change::render;

/// Characters left on each side of a difference when a long line is shortened.
const AROUND: usize = 24;
/// Characters of a line in a message that is no mail.
const MOST_SHOWN: usize = 240;

/// What a line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sign {
    /// The name of a field, or of a part of the text.
    Head,
    /// In both.
    Same,
    /// Only before.
    Old,
    /// Only now.
    New,
}

/// A line of a diff.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Line {
    pub(super) sign: Sign,
    /// Inactive text on one line.
    pub(super) text: String,
    /// The characters that its twin has not.
    pub(super) differs: Option<Range<usize>>,
}

/// The lines of a unified diff, without its labels; a part about a file begins with its name.
pub(super) fn of(diff: &str) -> Vec<Line> {
    let written: Vec<&str> = diff.lines().skip_while(|line| is_label(line)).collect();
    let mut lines = Vec::new();
    let (mut rest, mut is_of_file) = (&written[..], false);
    while let [line, behind @ ..] = rest {
        let file = rest.first_chunk().and_then(|lines| render::file_of(*lines));
        if let Some(file) = file {
            lines.push(Line { sign: Sign::Head, text: plain::line(file), differs: None });
            (rest, is_of_file) = (&rest[2..], true);
            continue;
        }
        // Where in a file a part stands says nothing to a reader of a message.
        if !(is_of_file && line.starts_with("@@ ")) {
            lines.extend(read(line));
        }
        rest = behind;
    }
    pair(&mut lines);
    lines
}

fn is_label(line: &str) -> bool {
    line.starts_with("--- ") || line.starts_with("+++ ")
}

fn read(line: &str) -> Option<Line> {
    let (sign, text) = match line.chars().next()? {
        '-' => (Sign::Old, &line[1..]),
        '+' => (Sign::New, &line[1..]),
        '@' => (Sign::Head, line.trim_matches(['@', ' '])),
        ' ' => (Sign::Same, &line[1..]),
        _ => (Sign::Same, line),
    };
    Some(Line { sign, text: plain::line(text), differs: None })
}

/// Finds, of each run of old lines before a run of new ones, which belong together, and where they differ.
fn pair(lines: &mut [Line]) {
    let mut at = 0;
    while at < lines.len() {
        let n_old = lines[at..].iter().take_while(|line| line.sign == Sign::Old).count();
        let n_new = lines[at + n_old..].iter().take_while(|line| line.sign == Sign::New).count();
        for n in 0..n_old.min(n_new) {
            let (old, new) = differing(&lines[at + n].text, &lines[at + n_old + n].text);
            lines[at + n].differs = Some(old);
            lines[at + n_old + n].differs = Some(new);
        }
        at += (n_old + n_new).max(1);
    }
}

/// The characters of two texts between what they begin and end with alike.
fn differing(old: &str, new: &str) -> (Range<usize>, Range<usize>) {
    let (old, new): (Vec<char>, Vec<char>) = (old.chars().collect(), new.chars().collect());
    let start = old.iter().zip(&new).take_while(|(a, b)| a == b).count();
    let rest = old.len().min(new.len()) - start;
    let end = old.iter().rev().zip(new.iter().rev()).take(rest).take_while(|(a, b)| a == b).count();
    (start..old.len() - end, start..new.len() - end)
}

impl Line {
    /// The text before, in and after its difference; without one, all of it stands before.
    pub(super) fn pieces(&self) -> (String, String, String) {
        let chars: Vec<char> = self.text.chars().collect();
        let range = self.differs.clone().unwrap_or(chars.len()..chars.len());
        let text = |range: Range<usize>| chars[range].iter().collect::<String>();
        (text(0..range.start), text(range.clone()), text(range.end..chars.len()))
    }

    /// The line in few characters: around its difference, or its beginning.
    pub(super) fn short(&self) -> String {
        if self.text.chars().count() <= 2 * AROUND {
            return self.text.clone();
        }
        if self.differs.is_none() {
            return plain::cut(&self.text, MOST_SHOWN);
        }
        let (before, middle, after) = self.pieces();
        let n_before = before.chars().count();
        let before = if n_before > AROUND {
            let kept: String = before.chars().skip(n_before - AROUND).collect();
            format!("…{kept}")
        } else {
            before
        };
        format!("{before}{}{}", plain::cut(&middle, MOST_SHOWN), plain::cut(&after, AROUND))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Sign::{Head, New, Old, Same};

    #[test]
    fn lines_are_signed_and_know_where_they_differ() {
        let lines = of(
            "--- revision 1\n+++ revision 2\n@@ validity @@\n-有效\n+失效\n@@ -3,2 +3,2 @@\n 甲\n-办结5件\n+办结15件\n",
        );
        let signs: Vec<Sign> = lines.iter().map(|line| line.sign).collect();
        assert_eq!(signs, [Head, Old, New, Head, Same, Old, New]);
        assert_eq!(lines[0].text, "validity");
        assert_eq!((lines[5].differs.clone(), lines[6].differs.clone()), (Some(2..2), Some(2..3)));
        assert_eq!(lines[6].pieces(), ("办结".to_owned(), "1".to_owned(), "5件".to_owned()));
    }

    #[test]
    fn a_line_of_a_diff_that_begins_like_a_label_is_a_line() {
        let lines = of("--- a\n+++ b\n@@ -1,1 +1,1 @@\n--- x\n+++ y\n");
        assert_eq!(lines.iter().map(|line| line.text.as_str()).collect::<Vec<_>>(), ["-1,1 +1,1", "-- x", "++ y"]);
    }

    #[test]
    fn the_words_of_a_file_stand_under_its_name() {
        let lines = of("--- revision 1\n+++ revision 2\n@@ -1,1 +1,1 @@\n-甲\n+乙\n--- 收费标准表.xlsx, revision 1\n\
             +++ 收费标准表.xlsx, revision 2\n@@ -3,1 +3,1 @@\n-500元\n+5000元\n@@ -9,1 +9,1 @@\n-丙\n+丁\n");
        let texts: Vec<_> = lines.iter().map(|line| (line.sign, line.text.as_str())).collect();
        assert_eq!(texts[3..], [(Head, "收费标准表.xlsx"), (Old, "500元"), (New, "5000元"), (Old, "丙"), (New, "丁")]);
    }

    #[test]
    fn a_long_paragraph_is_shown_around_its_difference() {
        let (a, b) = ("甲".repeat(500), "乙".repeat(500));
        let lines = of(&format!("@@ x @@\n-{a}5件{b}\n+{a}15件{b}\n"));
        assert_eq!(lines[2].short(), format!("…{}15件{}…", "甲".repeat(24), "乙".repeat(21)));
        assert!(of(&format!("+{a}{b}"))[0].short().chars().count() <= MOST_SHOWN);
    }
}
