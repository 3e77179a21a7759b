//! Cutting a text into the words of the index: ideographs in overlapping pairs, letters and figures as written.
//!
//! In: a text. Out: words in order, each with its place. Letters are lower-cased; width is folded and white space between
//! ideographs passed over as in the fingerprint, so that what counts as the same text is found by the same words.
//! 行政复议 2024 gives 行政 政复 复议 议 2024. The last ideograph of a run stands alone too, so that whatever follows
//! keeps its place, and one ideograph is found as the beginning of a word.

use std::ops::Range;

use crate::change::fingerprint::{fold, is_zero_width};

/// Letters and figures that run on longer are cut: an encoded picture is no word.
const LONGEST_WORD: usize = 64;

/// Whether a character is written without spaces around its words: ideographs, kana, hangul.
pub(super) fn is_ideographic(c: char) -> bool {
    matches!(c, '\u{2e80}'..='\u{2fdf}' | '\u{3005}'..='\u{3007}' | '\u{3021}'..='\u{312f}' | '\u{3131}'..='\u{318e}'
        | '\u{31a0}'..='\u{31bf}' | '\u{31f0}'..='\u{31ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}'
        | '\u{ac00}'..='\u{d7a3}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

/// Shows every word of a text with the characters that it takes.
pub(super) fn each(text: &str, see: impl FnMut(&str, Range<usize>)) {
    let (pair, word) = (String::new(), String::new());
    let mut cutter = Cutter { see, ideograph: None, pair, word, n_chars: 0, place: 0..0 };
    for (at, raw) in text.chars().enumerate().filter(|(_, c)| !is_zero_width(*c)) {
        cutter.take(at, fold(raw));
    }
    cutter.close();
}

/// The words of texts, a space behind each.
pub(in crate::store) fn spaced<'a>(texts: impl IntoIterator<Item = &'a str>) -> String {
    let mut spaced = String::new();
    for text in texts {
        // Each ideograph of three bytes gives a word of six and a space.
        spaced.reserve(text.len() * 7 / 3);
        each(text, |word, _| {
            spaced.push_str(word);
            spaced.push(' ');
        });
    }
    spaced
}

struct Cutter<F> {
    see: F,
    /// The last ideograph of a run that may go on, and its place.
    ideograph: Option<(char, usize)>,
    pair: String,
    word: String,
    n_chars: usize,
    place: Range<usize>,
}

impl<F: FnMut(&str, Range<usize>)> Cutter<F> {
    fn take(&mut self, at: usize, c: char) {
        if is_ideographic(c) {
            self.close_word();
            if let Some((before, start)) = self.ideograph.replace((c, at)) {
                self.pair.clear();
                self.pair.extend([before, c]);
                (self.see)(&self.pair, start..at + 1);
            }
        } else if c.is_alphanumeric() {
            self.close_ideograph();
            if self.n_chars == LONGEST_WORD {
                self.close_word();
            }
            if self.word.is_empty() {
                self.place.start = at;
            }
            self.word.extend(c.to_lowercase());
            self.n_chars += 1;
            self.place.end = at + 1;
        } else if c.is_whitespace() && !matches!(c, '\t' | '\n' | '\r') {
            self.close_word();
        } else {
            self.close();
        }
    }

    fn close(&mut self) {
        self.close_word();
        self.close_ideograph();
    }

    fn close_word(&mut self) {
        if !self.word.is_empty() {
            (self.see)(&self.word, self.place.clone());
            self.word.clear();
            self.n_chars = 0;
        }
    }

    fn close_ideograph(&mut self) {
        if let Some((c, at)) = self.ideograph.take() {
            (self.see)(c.encode_utf8(&mut [0; 4]), at..at + 1);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn ideographs_come_in_pairs_and_letters_as_they_are() {
        assert_eq!(spaced(["行政复议2024年"]), "行政 政复 复议 议 2024 年 ");
        assert_eq!(spaced(["国发〔2024〕5号,Open\u{3000}Data"]), "国发 发 2024 5 号 open data ");
    }

    #[test]
    fn what_the_fingerprint_takes_for_the_same_is_the_same() {
        assert_eq!(spaced(["行 政\u{3000}复\u{200b}议"]), "行政 政复 复议 议 ");
        assert_eq!(spaced(["\u{ff12}\u{ff10}２４ＡＢ"]), "2024ab ");
        assert_eq!(spaced(["合计\t数量\n单位"]), "合计 计 数量 量 单位 位 ", "cells and lines end a run");
    }

    #[test]
    fn what_is_no_word_is_cut() {
        let longest = spaced([&*"A".repeat(150)]);
        assert_eq!(longest.split(' ').map(str::len).collect::<Vec<_>>(), [64, 64, 22, 0]);
    }

    proptest! {
        #[test]
        fn every_word_stands_where_it_says(text in "[行政复a1, \u{3000}\u{200b}\t𠮷é]{0,24}") {
            let chars: Vec<char> = text.chars().collect();
            each(&text, |word, place| {
                let there: String = chars[place].iter().filter(|c| !c.is_whitespace() && !is_zero_width(**c)).collect();
                assert_eq!(word, there.to_lowercase());
            });
        }
    }
}
