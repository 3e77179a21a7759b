//! Lines of a body as blocks.
//!
//! In: lines. Out: [`Block`]s, headings told by their element or by their numbering. Never: other words.

use std::sync::LazyLock;

use regex::Regex;

use super::outline::{Line, Shape};
use crate::model::{Block, BlockKind};

/// Longest line, in characters, that its numbering makes a heading.
const LONGEST_HEADING: usize = 40;

static NUMBERED: LazyLock<Regex> = LazyLock::new(|| {
    let written = r"^(?:[一二三四五六七八九十]{1,3}\s*[、.．]|[（(][一二三四五六七八九十]{1,3}[）)]|第[一二三四五六七八九十百]{1,4}[章节编部])";
    Regex::new(written).expect("invariant: the pattern is valid")
});

/// The block that a line is.
pub(super) fn of(line: &Line) -> Block {
    let is_short = line.n_chars <= LONGEST_HEADING && !line.text.ends_with(['。', '；', '，', '！', '？', ';']);
    let kind = match line.shape {
        Shape::Row => BlockKind::Row,
        Shape::Heading => BlockKind::Heading,
        _ if is_short && NUMBERED.is_match(&line.text) => BlockKind::Heading,
        Shape::Item => BlockKind::Item,
        Shape::Paragraph => BlockKind::Paragraph,
    };
    Block::new(kind, line.text.trim_end_matches('\t'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(text: &str) -> BlockKind {
        let n_chars = text.chars().count();
        of(&Line { text: text.to_owned(), shape: Shape::Paragraph, element: 0, n_chars, n_link_chars: 0 }).kind
    }

    #[test]
    fn numbering_on_a_short_line_makes_a_heading() {
        assert_eq!(kind("一、主要举措和成效"), BlockKind::Heading);
        assert_eq!(kind("（二）存在的不足"), BlockKind::Heading);
        assert_eq!(kind("第三章 附则"), BlockKind::Heading);
        assert_eq!(kind("一、坚持党的领导。"), BlockKind::Paragraph);
        assert_eq!(kind("第一条 本办法自发布之日起施行"), BlockKind::Paragraph);
    }
}
