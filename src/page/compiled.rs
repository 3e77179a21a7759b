//! Patterns of ours, compiled. In: a pattern as it stands in the code. Out: a [`Regex`]. Never: one that a person wrote.

use regex::Regex;

/// A pattern that is known to be valid.
pub(crate) fn pattern(written: &str) -> Regex {
    Regex::new(written).expect("invariant: the pattern is valid")
}
