//! Full-width digits, colons, dashes and every kind of space in ASCII, with the way back to the text as written.
//!
//! In: text as shown. Out: text that patterns of ASCII match. Never: what is stored or compared; only looked at.

use std::ops::Range;

/// A folded text, and the way back to the bytes of its source.
pub(super) struct Folded {
    pub(super) text: String,
    /// For each byte of `text`, the byte of the source it came from; one more for the end.
    from: Vec<usize>,
}

impl Folded {
    /// Folds a text.
    pub(super) fn of(source: &str) -> Self {
        let (mut text, mut from) = (String::with_capacity(source.len()), Vec::with_capacity(source.len() + 1));
        for (at, c) in source.char_indices() {
            if matches!(c, '\u{200B}'..='\u{200D}' | '\u{FEFF}') {
                continue;
            }
            text.push(fold(c));
            from.resize(text.len(), at);
        }
        from.push(source.len());
        Self { text, from }
    }

    /// Where a range of `text` stands in the source.
    pub(super) fn at(&self, range: &Range<usize>) -> Range<usize> {
        self.from[range.start]..self.from[range.end]
    }
}

fn fold(c: char) -> char {
    match c {
        '\u{2236}' => ':',
        '\u{2010}'..='\u{2013}' | '\u{2212}' => '-',
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
        _ if c.is_whitespace() => ' ',
        _ => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_leads_back_to_what_was_written() {
        let source = "日期\u{200B}：２０２４\u{3000}∶ x";
        let folded = Folded::of(source);
        assert_eq!(folded.text, "日期:2024 : x");
        let start = folded.text.find("2024").expect("digits");
        assert_eq!(&source[folded.at(&(start..start + 4))], "２０２４");
    }
}
