//! Labels within a text: a known word with the mark behind it.
//!
//! In: a text. Out: where its labels stand, in order. Never: the value beside one; that is for `labels`.
//!
//! One pattern of four hundred words, a space allowed behind each character, would be the largest of all automatons here
//! and find the same.

use super::label_words::{self, Word};

/// What may stand behind a word that is a label: a colon, or a bracket and perhaps a colon.
const MARKS: [char; 6] = [COLONS[0], COLONS[1], COLONS[2], COLONS[3], '】', ']'];

const COLONS: [char; 4] = ['：', ':', '∶', '︰'];

/// A label, by its bytes in the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Labelled {
    pub(super) word: Word,
    pub(super) start: usize,
    /// Behind its marks.
    pub(super) end: usize,
    /// Whether a colon ends it, and not a bracket alone.
    pub(super) is_by_colon: bool,
}

/// The labels of a text, in order: before each mark the longest word that ends there, white space left out.
pub(super) fn all(text: &str) -> impl Iterator<Item = Labelled> + '_ {
    let mut from = 0;
    text.match_indices(MARKS).filter_map(move |(at, mark)| {
        let (word, len) = label_words::last(text.get(from..at)?)?;
        let mut behind = &text[at + mark.len()..];
        let is_bracket = !mark.starts_with(COLONS);
        let mut is_by_colon = !is_bracket;
        if is_bracket {
            let spaced = behind.trim_start();
            behind = spaced.strip_prefix(COLONS).unwrap_or(spaced);
            is_by_colon = behind.len() < spaced.len();
        }
        from = text.len() - behind.len();
        Some(Labelled { word, start: at - len, end: from, is_by_colon })
    })
}

/// The label that a text begins with.
pub(super) fn first(text: &str) -> Option<Labelled> {
    all(text).next().filter(|label| label.start == 0)
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use proptest::prelude::*;
    use regex::Regex;

    use super::*;

    /// What the labels of a text are, as one pattern.
    static WRITTEN: LazyLock<Regex> = LazyLock::new(|| {
        let mut words: Vec<&str> = label_words::all().collect();
        words.sort_by_key(|word| std::cmp::Reverse(word.chars().count()));
        let spaced = |word: &&str| word.chars().map(String::from).collect::<Vec<_>>().join(r"\s*");
        let words = words.iter().map(spaced).collect::<Vec<_>>().join("|");
        Regex::new(&format!(r"(?:{words})\s*(?:[：:∶︰]|[】\]]\s*[：:∶︰]?)")).expect("a pattern")
    });

    fn found(text: &str) -> Vec<(&str, bool)> {
        all(text).map(|label| (&text[label.start..label.end], label.is_by_colon)).collect()
    }

    #[test]
    fn a_label_is_the_longest_word_before_a_mark_with_its_spaces() {
        assert_eq!(found("信息索 引\u{3000}号 ：1 来源】 : 2"), [("信息索 引\u{3000}号 ：", true), ("来源】 :", true)]);
        assert_eq!(found("【摘要】 正文"), [("摘要】 ", false)]);
        assert_eq!(found("县委：来 县：源："), []);
        assert_eq!(first("时间：").map(|label| label.end), Some("时间：".len()));
        assert_eq!(first("的时间："), None);
    }

    proptest! {
        #[test]
        fn labels_are_those_that_a_pattern_of_all_words_finds(text in "(?:[时间来源信息索引号发布\u{a0} ：:】\\]县]|索引号|信息来源|发布时间){0,24}") {
            let by_pattern: Vec<_> =
                WRITTEN.find_iter(&text).map(|found| (found.start(), found.end())).collect();
            let labels: Vec<_> = all(&text).map(|label| (label.start, label.end)).collect();
            prop_assert_eq!(labels, by_pattern);
        }
    }
}
