//! Words of a changed text, as a reader compares them.
//!
//! In: blocks or one line. Out: tokens: a run of figures, a word of letters, one ideograph or sign, a cell's or a
//! block's end. Invisible characters and idle white space hang on the token before them and are not compared.

use std::borrow::Cow;

use unicode_width::UnicodeWidthChar;

use crate::model::{Block, BlockKind};

use super::fingerprint::{fold, is_row, is_zero_width, runs_on};
use super::pictures;

/// One word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Token<'a> {
    /// What is compared.
    pub(super) key: Cow<'a, str>,
    /// What is shown: all of the text up to the next word.
    pub(super) raw: &'a str,
}

impl Token<'_> {
    /// Whether it ends a cell or a block.
    pub(super) fn is_edge(&self) -> bool {
        matches!(&*self.key, "\t" | "\n")
    }
}

/// The words of these blocks, a picture by what people are shown of it; each block ends with a line feed.
pub(super) fn of_blocks(blocks: &[Block]) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    for block in blocks {
        if block.kind == BlockKind::Image {
            // One word, whatever its letters: another picture is another one as a whole.
            let name = pictures::key(block).unwrap_or(&block.text);
            tokens.push(Token { key: Cow::Borrowed(name), raw: block.shown() });
        } else {
            of_text(&block.text, is_row(block), &mut tokens);
        }
        tokens.push(Token { key: Cow::Borrowed("\n"), raw: "\n" });
    }
    tokens
}

/// Adds the words of one line.
pub(super) fn of_line<'a>(line: &'a str, tokens: &mut Vec<Token<'a>>) {
    of_text(line, false, tokens);
}

/// A word while it is read.
struct Word {
    /// Where it begins, what is idle before it left out.
    start: usize,
    /// Where it ends, what is idle after it left out.
    end: usize,
    /// The sign or space that it is; none where its characters say what it is.
    key: Option<&'static str>,
}

fn of_text<'a>(text: &'a str, is_row: bool, tokens: &mut Vec<Token<'a>>) {
    let mut words: Vec<Word> = Vec::with_capacity(text.len() / 3 + 1);
    let (mut last, mut has_space, mut has_gap, mut gap_start) = (None, false, false, 0);
    for (at, raw) in text.char_indices() {
        let end = at + raw.len_utf8();
        if is_row && raw == '\t' {
            words.push(Word { start: at, end, key: Some("\t") });
            (last, has_space, has_gap) = (None, false, false);
            continue;
        }
        if raw.is_whitespace() || is_zero_width(raw) {
            gap_start = if has_gap { gap_start } else { at };
            (has_space, has_gap) = (has_space || raw.is_whitespace(), true);
            continue;
        }
        let c = fold(raw);
        if has_space && last.is_some_and(runs_on) && runs_on(c) {
            words.push(Word { start: gap_start, end: at, key: Some(" ") });
        }
        let goes_on = last.is_some_and(|last| !has_space && (is_one_word(last, c) || extends(c)));
        match words.last_mut().filter(|_| goes_on) {
            Some(word) => word.end = end,
            None => words.push(Word { start: at, end, key: None }),
        }
        // A mark does not end the word that it stands on.
        last = if goes_on && extends(c) { last } else { Some(c) };
        (has_space, has_gap) = (false, false);
    }
    // What is idle hangs on the word before it, before the first one on that.
    for (n, word) in words.iter().enumerate() {
        let start = if n == 0 { 0 } else { word.start };
        let end = words.get(n + 1).map_or(text.len(), |next| next.start);
        let key = word.key.map_or_else(|| key(&text[word.start..word.end]), Cow::Borrowed);
        tokens.push(Token { key, raw: &text[start..end] });
    }
}

/// A word as it is compared.
fn key(word: &str) -> Cow<'_, str> {
    if word.chars().all(|c| fold(c) == c && !is_zero_width(c)) {
        return Cow::Borrowed(word);
    }
    Cow::Owned(word.chars().filter(|c| !is_zero_width(*c)).map(fold).collect())
}

/// Marks that are drawn on the character before them: no reader sees half of the two.
fn extends(c: char) -> bool {
    !c.is_ascii() && (c.width() == Some(0) || matches!(c, '\u{1f3fb}'..='\u{1f3ff}'))
}

/// Figures belong together, and so do letters: 15 → 9 is read, 1[-5-] is not.
fn is_one_word(one: char, next: char) -> bool {
    let is_figure = |c: char| c.is_ascii_digit();
    let is_letter = |c: char| runs_on(c) && !c.is_numeric();
    (is_figure(one) && is_figure(next)) || (is_letter(one) && is_letter(next))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::change::fingerprint::{bare, body};

    fn keys(line: &str) -> Vec<String> {
        let mut tokens = Vec::new();
        of_line(line, &mut tokens);
        tokens.into_iter().map(|token| token.key.into_owned()).collect()
    }

    #[test]
    fn figures_and_words_stay_whole() {
        assert_eq!(keys("办理 15件,open data 3D"), ["办", "理", "15", "件", ",", "open", " ", "data", " ", "3", "D"]);
    }

    proptest! {
        #[test]
        fn what_tokens_compare_is_what_the_hash_compares(line in "[一二a1, \u{3000}\u{200b}。]{0,16}") {
            prop_assert_eq!(keys(&line).concat(), bare(&line));
            let row = Block::new(BlockKind::Row, format!("甲\t{line}\t乙"));
            let tokens = of_blocks(std::slice::from_ref(&row));
            let shown: String = tokens.iter().map(|token| &*token.key).collect();
            let hashed = body(std::slice::from_ref(&row));
            prop_assert_eq!(shown.trim_end(), hashed.trim());
        }
    }
}
