//! How far a text that was read is the text that an editor would give; shared with the benches.

#[path = "../../benches/score.rs"]
mod score;

pub(crate) use score::{Tally, bare, f1, is_same};

/// Mean and least of scores.
#[expect(clippy::cast_precision_loss, reason = "hundreds of pages")]
pub(crate) fn mean_and_least(scores: &[f64]) -> (f64, f64) {
    let mean = scores.iter().sum::<f64>() / scores.len() as f64;
    (mean, scores.iter().copied().fold(1.0, f64::min))
}
