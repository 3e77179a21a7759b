//! Patterns of ours, compiled. In: a pattern as it stands in the code. Out: a [`Regex`]. Never: one that a person wrote.

use regex::Regex;

/// A pattern that is known to be valid, [`spelt`].
pub(crate) fn pattern(written: &str) -> Regex {
    Regex::new(&spelt(written)).expect("invariant: the pattern is valid")
}

/// A pattern in which `\d` is a digit as portals write them, of either width: all digits of Unicode make the automaton of
/// many a pattern several times as large, and most of what a command does that reads one page is to build them.
pub(super) fn spelt(written: &str) -> String {
    debug_assert!(!written.contains(r"\\d"), "a backslash before a letter d would be taken for a digit: {written}");
    written.replace(r"\d", "[0-9\u{ff10}-\u{ff19}]")
}
