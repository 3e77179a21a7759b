//! Terms and what is said of them (`dt` and `dd`): `区域：` over `大兴区` is one line to a reader.
//!
//! In: outline, lines of a body. Out: which lines are the value of the one before; a body without the pairs at its head
//! that are date and source. Never: other pairs; when and where something is held is text.

use super::label_words::{self, Label, Word};
use super::outline::Outline;

/// Elements around a line that are asked.
const MOST_AROUND: usize = 3;

/// Whether the line `value` is what a list says of the term in the line before it, which a colon closes.
pub(super) fn is_value(outline: &Outline<'_>, term: usize, value: usize) -> bool {
    let list = |at: usize, name: &str| {
        let mut around = outline.around(outline.lines[at].element).take(MOST_AROUND);
        let element = &outline.elements[around.find(|&element| outline.elements[element].node.name() == name)?];
        (element.lines.len() == 1).then_some(element.parent).flatten()
    };
    value == term + 1
        && outline.lines[term].text.ends_with(['：', ':'])
        && list(term, "dt").is_some_and(|of_term| list(value, "dd") == Some(of_term))
}

/// The lines of a body without those of the pairs it begins with, before any other, that state date and source.
pub(super) fn without_head(outline: &Outline<'_>, lines: &[usize]) -> Vec<usize> {
    let is_head = |term: usize, value: usize| {
        is_value(outline, term, value) && label_words::alone(&outline.lines[term].text).is_some_and(is_of_head)
    };
    let mut rest = lines;
    loop {
        rest = match rest {
            [term, value, behind @ ..] if is_head(*term, *value) => behind,
            // Its term was taken for a field of the page already.
            [value, behind @ ..] if *value > 0 && is_head(*value - 1, *value) => behind,
            _ => return rest.to_vec(),
        };
    }
}

/// Whether a word heads nothing but the line of date and source: a meeting has its time too.
fn is_of_head(word: Word) -> bool {
    !word.is_weak && matches!(word.label, Label::Published | Label::Source | Label::Page)
}
