//! A long text in parts, so that each page stays below 100 KB.
//!
//! In: blocks, and which part is asked for. Out: its HTML, every text escaped. Never: a table cut where it fits.

use super::ask::Asked;
use super::fail::Fail;
use super::texts::Texts;
use crate::cli::show::body_html;
use crate::model::{Block, BlockKind, Document};

/// Bytes of text on one page; longer texts go on over several.
const A_PART_BYTES: usize = 48 << 10;

/// One part of a long text.
pub(super) struct Part {
    pub(super) said: String,
    pub(super) next: Option<String>,
}

/// The text, or the part of it that is asked for.
pub(super) fn body(document: Option<&Document>, t: &Texts, asked: &Asked) -> Result<(String, Option<Part>), Fail> {
    let blocks = document.map(|document| document.blocks.as_slice()).unwrap_or_default();
    let parts = parts(blocks);
    let wanted = asked.value::<usize>("part")?.unwrap_or(1).clamp(1, parts.len().max(1));
    let shown = parts.get(wanted - 1).map(|blocks| body_html(blocks)).unwrap_or_default();
    let said = || Texts::with(&Texts::with(t.part_of, wanted), parts.len());
    let next = (wanted < parts.len()).then(|| asked.with("part", Some(&(wanted + 1).to_string())));
    Ok((shown, (parts.len() > 1).then(|| Part { said: said(), next })))
}

/// The blocks in parts of a page each; a table is not cut but where it alone is longer.
fn parts(blocks: &[Block]) -> Vec<&[Block]> {
    let mut parts = Vec::new();
    let (mut start, mut n_bytes) = (0, 0);
    for (at, block) in blocks.iter().enumerate() {
        let is_inside = block.kind == BlockKind::Row && at > start && blocks[at - 1].kind == BlockKind::Row;
        let most = if is_inside { 2 * A_PART_BYTES } else { A_PART_BYTES };
        if n_bytes + block.text.len() > most && at > start {
            parts.push(&blocks[start..at]);
            (start, n_bytes) = (at, 0);
        }
        n_bytes += block.text.len();
    }
    if start < blocks.len() {
        parts.push(&blocks[start..]);
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_texts_go_on_over_parts_and_nothing_is_lost() {
        let blocks: Vec<Block> = (0..40).map(|_| Block::new(BlockKind::Paragraph, "字".repeat(1000))).collect();
        let parts = parts(&blocks);
        assert_eq!(parts.iter().map(|part| part.len()).sum::<usize>(), 40);
        assert_eq!(parts.len(), 3);
        assert_eq!(super::parts(&[]).len(), 0);
    }

    #[test]
    fn a_table_is_cut_only_where_it_alone_is_too_long() {
        let row = |n: usize| Block::new(BlockKind::Row, "甲\t".repeat(n));
        let mut blocks: Vec<Block> = vec![Block::new(BlockKind::Paragraph, "字".repeat(16_000))];
        blocks.extend((0..10).map(|_| row(300)));
        assert_eq!(parts(&blocks).iter().map(|part| part.len()).collect::<Vec<_>>(), [1, 10], "a table begins anew");
    }
}
