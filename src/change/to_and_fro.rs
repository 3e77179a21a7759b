//! Whether a report goes to and fro between two texts.
//!
//! In: the hashes of what it said last, and of what it says. Out: yes or no. Never: a text; who doubts it and for how long is
//! the outcome's.

use crate::model::Fingerprint;

/// Revisions before the newest that tell whether a report goes to and fro.
pub const N_TO_AND_FRO: usize = 2;

/// Whether a report that went from one text to another and back now says the other one again (A, B, A, and B). `before`: the
/// revisions before the newest, the latest first.
///
/// A portal does go back on an edit. Where the same two texts come by turns, it shows both at once.
pub fn is_to_and_fro(newest: &Fingerprint, before: &[Fingerprint], print: &Fingerprint) -> bool {
    matches!(before, [other, same, ..] if other == print && same == newest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::change::fingerprint;
    use crate::change::sample::{document, paragraphs};
    use crate::model::Hash;

    #[test]
    fn two_texts_by_turns_are_told_from_an_edit_that_was_taken_back() {
        let print = |document| fingerprint::of(&document, Hash::of(b"rules"));
        let (a, b) = (print(document()), print(paragraphs(&["全年共办理行政复议案件9件。"])));
        assert!(is_to_and_fro(&a, &[b, a], &b));
        assert!(!is_to_and_fro(&b, &[a], &a), "an edit that was taken back");
        let other = print(paragraphs(&["另一正文"]));
        assert!(!is_to_and_fro(&a, &[other, a], &b) && !is_to_and_fro(&a, &[b, other], &b));
    }
}
