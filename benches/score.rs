//! How a reading is compared with what a careful editor would call the content of a page.
//!
//! In: two texts, or two values of a field. Out: F1 over the multiset of 4-grams of characters, white space left out;
//! or whether the values are the same. The tests and the benches share this file, so that their figures are the same.

use std::collections::HashMap;

/// Characters of a gram.
const GRAM: usize = 4;

/// A text without white space and characters of no width.
pub(crate) fn bare(text: &str) -> Vec<char> {
    let is_nothing = |c: char| c.is_whitespace() || matches!(c, '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}');
    text.chars().filter(|&c| !is_nothing(c)).collect()
}

fn grams(text: &str) -> HashMap<Vec<char>, usize> {
    let text = bare(text);
    let mut grams = HashMap::new();
    if text.len() < GRAM && !text.is_empty() {
        grams.insert(text, 1);
        return grams;
    }
    for gram in text.windows(GRAM) {
        *grams.entry(gram.to_vec()).or_default() += 1;
    }
    grams
}

/// How much two texts have in common, from 0 to 1.
#[expect(clippy::cast_precision_loss, reason = "texts are far below 2^52 characters")]
pub(crate) fn f1(gold: &str, read: &str) -> f64 {
    let (gold, read) = (grams(gold), grams(read));
    let n_both: usize = gold.iter().map(|(gram, n)| *n.min(read.get(gram).unwrap_or(&0))).sum();
    let n_all = gold.values().sum::<usize>() + read.values().sum::<usize>();
    if n_all == 0 { 1.0 } else { 2.0 * n_both as f64 / n_all as f64 }
}

/// Whether two values are the same but for white space and the form of their brackets.
pub(crate) fn is_same(gold: &str, read: Option<&str>) -> bool {
    let fold = |text: &str| -> Vec<char> {
        let fold = |c| match c {
            '[' => '〔',
            ']' => '〕',
            '（' => '(',
            '）' => ')',
            c => c,
        };
        bare(text).into_iter().map(fold).collect()
    };
    read.is_some_and(|read| fold(gold) == fold(read))
}

/// How many of the values that a gold states were read as they stand there.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Tally {
    /// Read as stated.
    pub(crate) n_right: usize,
    /// Stated.
    pub(crate) n: usize,
}

impl Tally {
    /// Counts one value; `None` where the gold states none.
    pub(crate) fn add(&mut self, verdict: Option<bool>) {
        self.n += usize::from(verdict.is_some());
        self.n_right += usize::from(verdict == Some(true));
    }
}
