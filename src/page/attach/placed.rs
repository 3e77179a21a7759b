//! PURE. The lines of a page whose format places pieces of text and knows no lines.
//!
//! In: lines as they end, each with what stands in it. Out: the text of the page. Never: more bytes than are asked for.

/// How far a piece may stand above or below a line and be part of it, in ems: superscripts stand a third higher, the
/// next line at least one em lower.
pub(super) const LINE_EMS: f64 = 0.5;

/// A gap from here on parts two cells, in ems; justified Chinese text is spread by less.
pub(super) const CELL_EMS: f64 = 1.0;

/// The lines of one page.
#[derive(Debug)]
pub(super) struct Placed {
    /// Joined by line feeds.
    pub(super) text: String,
    /// Whether more text followed than could be taken.
    pub(super) is_cut: bool,
    /// Letters, digits and Chinese characters.
    pub(super) letters: usize,
    most_bytes: usize,
}

impl Placed {
    /// No lines, and room for so many bytes.
    pub(super) fn new(most_bytes: usize) -> Self {
        Self { text: String::new(), is_cut: false, letters: 0, most_bytes }
    }

    /// Counts the letters of a piece.
    pub(super) fn count(&mut self, piece: &str) {
        self.letters += piece.chars().filter(|c| c.is_alphanumeric()).count();
    }

    /// Whether a line is as long as there is room for.
    pub(super) fn is_full_with(&self, line: &str) -> bool {
        self.text.len() + line.len() > self.most_bytes
    }

    /// Takes in a line that ended; an empty one is none.
    pub(super) fn end_line(&mut self, line: &str) {
        let line = line.trim();
        if line.is_empty() {
            return;
        }
        if !self.text.is_empty() {
            self.text.push('\n');
        }
        self.text.push_str(line);
    }

    /// Takes nothing more.
    pub(super) fn cut(&mut self) {
        self.text.truncate(self.text.floor_char_boundary(self.most_bytes));
        self.is_cut = true;
    }
}

/// Ends the cell that a line ends with, where it holds anything.
pub(super) fn end_cell(line: &mut String) {
    line.truncate(line.trim_end().len());
    if !line.is_empty() {
        line.push('\t');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_joined_and_cut_between_characters() {
        let mut page = Placed::new(10);
        for line in [" 序号 ", "", "名称"] {
            page.count(line);
            page.end_line(line);
        }
        assert_eq!((page.text.as_str(), page.letters), ("序号\n名称", 4));
        assert!(page.is_full_with("") && !Placed::new(10).is_full_with("序号"));
        page.cut();
        assert_eq!((page.text.as_str(), page.is_cut), ("序号\n名", true));
    }

    #[test]
    fn a_cell_ends_without_its_spaces_and_an_empty_one_is_none() {
        for (line, ended) in [("序号 ", "序号\t"), (" ", ""), ("", "")] {
            let mut line = line.to_owned();
            end_cell(&mut line);
            assert_eq!(line, ended);
        }
    }
}
