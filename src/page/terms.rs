//! Terms and what is said of them (`dt` and `dd`): `区域：` over `大兴区` is one line to a reader.
//!
//! In: outline, lines of a body. Out: which lines are the value of the one before; a body without the pairs at its head
//! that are date and source. Never: other pairs; when and where something is held is text.

use super::label_words::{self, Label};
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

/// The lines of a body without those of the pairs it begins with that state date and source.
pub(super) fn without_head(outline: &Outline<'_>, lines: &[usize]) -> Vec<usize> {
    let mut kept = Vec::with_capacity(lines.len());
    let mut rest = lines;
    while let [term, value, behind @ ..] = rest
        && is_value(outline, *term, *value)
    {
        let word = label_words::alone(&outline.lines[*term].text);
        if !word.is_some_and(|word| matches!(word.label, Label::Published | Label::Source | Label::Page)) {
            kept.extend([*term, *value]);
        }
        rest = behind;
    }
    kept.extend(rest);
    kept
}
