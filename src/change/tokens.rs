//! Words of a changed text, as a reader compares them.
//!
//! In: blocks or one line. Out: tokens: a run of figures, a word of letters, one ideograph or sign, a cell's or a
//! block's end. Invisible characters and idle white space hang on the token before them and are not compared.

use crate::model::Block;

use super::fingerprint::{fold, is_row, is_zero_width, runs_on};

/// One word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Token {
    /// What is compared.
    pub(super) key: String,
    /// What is shown.
    pub(super) raw: String,
}

impl Token {
    fn new(key: impl Into<String>, raw: impl Into<String>) -> Self {
        Self { key: key.into(), raw: raw.into() }
    }

    /// Whether it ends a cell or a block.
    pub(super) fn is_edge(&self) -> bool {
        matches!(self.key.as_str(), "\t" | "\n")
    }
}

/// The words of these blocks; each block ends with a line feed.
pub(super) fn of_blocks(blocks: &[Block]) -> Vec<Token> {
    let mut tokens = Vec::new();
    for block in blocks {
        if is_row(block) {
            for (at, cell) in block.text.split('\t').enumerate() {
                if at > 0 {
                    tokens.push(Token::new("\t", "\t"));
                }
                of_line(cell, &mut tokens);
            }
        } else {
            of_line(&block.text, &mut tokens);
        }
        tokens.push(Token::new("\n", "\n"));
    }
    tokens
}

/// Adds the words of one line.
pub(super) fn of_line(line: &str, tokens: &mut Vec<Token>) {
    let first = tokens.len();
    let mut last = None;
    let mut gap = String::new();
    for raw in line.chars() {
        if raw.is_whitespace() || is_zero_width(raw) {
            gap.push(raw);
            continue;
        }
        let c = fold(raw);
        let has_space = gap.contains(char::is_whitespace);
        let is_apart = has_space && last.is_some_and(runs_on) && runs_on(c);
        if is_apart {
            tokens.push(Token::new(" ", std::mem::take(&mut gap)));
        }
        match tokens[first..].last_mut() {
            Some(token) if !has_space && last.is_some_and(|last| is_one_word(last, c)) => {
                token.raw.extend(gap.drain(..).chain([raw]));
                token.key.push(c);
            }
            previous => {
                // What is idle before the first word is dropped: blocks are trimmed.
                let idle = std::mem::take(&mut gap);
                if let Some(token) = previous {
                    token.raw.push_str(&idle);
                }
                tokens.push(Token::new(c, raw));
            }
        }
        last = Some(c);
    }
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
    use crate::model::BlockKind;

    fn keys(line: &str) -> Vec<String> {
        let mut tokens = Vec::new();
        of_line(line, &mut tokens);
        tokens.into_iter().map(|token| token.key).collect()
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
            let shown: String = of_blocks(std::slice::from_ref(&row)).into_iter().map(|token| token.key).collect();
            let hashed = body(&[row]);
            prop_assert_eq!(shown.trim_end(), hashed.trim());
        }
    }
}
