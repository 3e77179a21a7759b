//! How far a text that was read is the text that an editor would give: F1 over characters, four at a time.

use std::collections::HashMap;

/// Characters of a gram.
const GRAM: usize = 4;

/// The characters of a text that are not white space.
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

/// F1 over the multisets of grams, 0 to 1.
#[expect(clippy::cast_precision_loss, reason = "texts are far below 2^52 characters")]
pub(crate) fn f1(gold: &str, read: &str) -> f64 {
    let (gold, read) = (grams(gold), grams(read));
    let n_both: usize = gold.iter().map(|(gram, n)| *n.min(read.get(gram).unwrap_or(&0))).sum();
    let n_all = gold.values().sum::<usize>() + read.values().sum::<usize>();
    if n_all == 0 { 1.0 } else { 2.0 * n_both as f64 / n_all as f64 }
}

/// Mean and least of scores.
#[expect(clippy::cast_precision_loss, reason = "hundreds of pages")]
pub(crate) fn mean_and_least(scores: &[f64]) -> (f64, f64) {
    let mean = scores.iter().sum::<f64>() / scores.len() as f64;
    (mean, scores.iter().copied().fold(1.0, f64::min))
}
