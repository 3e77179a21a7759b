//! Where a block stands: the heading of its section.
//!
//! In: the blocks of a Document. Out: a heading. Never: a sentence for a heading; one that goes on is none.

use std::sync::LazyLock;

use regex::Regex;

use crate::change::fingerprint::bare;
use crate::model::{Block, BlockKind};
use crate::page::pattern;

/// Characters of a heading that are told.
const LONGEST_HEADING: usize = 40;

/// What opens a section where the page marks no headings: 一、 第三章 第四部分.
static NUMBERED: LazyLock<Regex> = LazyLock::new(|| {
    let numbered = "^(?:[一二三四五六七八九十]{1,3}、|第[一二三四五六七八九十]{1,3}(?:章|节|部分|编))";
    pattern(numbered)
});

#[cfg(test)]
thread_local! {
    /// Blocks that were looked at so far: the work, without a clock.
    pub(super) static N_LOOKED_AT: std::cell::Cell<usize> = const { std::cell::Cell::new(0) };
}

/// The heading that this block is, where it opens a section of the outermost level.
pub(super) fn heading(block: &Block) -> Option<String> {
    #[cfg(test)]
    N_LOOKED_AT.set(N_LOOKED_AT.get() + 1);
    let text = bare(&block.text);
    let n_chars = text.chars().count();
    let is_short = (2..=LONGEST_HEADING).contains(&n_chars) && !text.ends_with(['。', ';', ',']);
    let is_heading = match block.kind {
        BlockKind::Heading => block.level.unwrap_or(1) == 1,
        BlockKind::Paragraph => NUMBERED.is_match(&text),
        _ => false,
    };
    (is_heading && is_short).then_some(text)
}

/// The sections of a body, read once: where each begins, and its heading.
pub(super) struct Sections(Vec<(usize, String)>);

impl Sections {
    pub(super) fn of(blocks: &[Block]) -> Self {
        Self(blocks.iter().enumerate().filter_map(|(at, block)| Some((at, heading(block)?))).collect())
    }

    /// The heading of the section that this block stands in.
    pub(super) fn at(&self, block: usize) -> Option<&String> {
        let n_before = self.0.partition_point(|(start, _)| *start <= block);
        n_before.checked_sub(1).map(|last| &self.0[last].1)
    }
}

/// What a heading says, without its number: sections move up when one is taken out.
pub(super) fn unnumbered(heading: &str) -> &str {
    let number = NUMBERED.find(heading).map_or(0, |found| found.end());
    heading[number..].trim_start()
}
