//! A long text in parts, so that each page stays below 100 KB.
//!
//! In: blocks, and which part is asked for. Out: its HTML, every text escaped. Never: a table cut where it fits, or a
//! word that stands in no part.

use super::ask::Asked;
use super::fail::Fail;
use super::long::{pieces, weight};
use super::texts::Texts;
use crate::cli::show::body_html;
use crate::model::{Block, BlockKind, Document};

/// Bytes of text on one page; longer texts go on over several.
const A_PART_BYTES: usize = 48 << 10;
/// Bytes around a block and around each of its cells.
const AROUND_BYTES: usize = 12;

/// One part of a long text, and the ways to those beside it.
pub(super) struct Part {
    pub(super) said: String,
    pub(super) back: Option<String>,
    pub(super) next: Option<String>,
}

impl Part {
    /// The part of so many that is asked for; `None`: there is one alone.
    pub(super) fn of(asked: &Asked, wanted: usize, n_parts: usize, t: &Texts) -> Option<Self> {
        let to = |n: usize| match n {
            // A bare question mark leads to the page without a query.
            1 => format!("?{}", asked.with("part", None).trim_start_matches('?')),
            n => asked.with("part", Some(&n.to_string())),
        };
        (n_parts > 1).then(|| Self {
            said: Texts::with(&Texts::with(t.part_of, wanted), n_parts),
            back: (wanted > 1).then(|| to(wanted - 1)),
            next: (wanted < n_parts).then(|| to(wanted + 1)),
        })
    }
}

/// The text, or the part of it that is asked for.
pub(super) fn body(document: Option<&Document>, t: &Texts, asked: &Asked) -> Result<(String, Option<Part>), Fail> {
    let blocks = cut(document.map(|document| document.blocks.as_slice()).unwrap_or_default());
    let parts = parts(&blocks);
    let wanted = asked.value::<usize>("part")?.unwrap_or(1).clamp(1, parts.len().max(1));
    let shown = parts.get(wanted - 1).map(|blocks| body_html(blocks)).unwrap_or_default();
    Ok((shown, Part::of(asked, wanted, parts.len(), t)))
}

/// The blocks, those in pieces that alone would fill a page.
fn cut(blocks: &[Block]) -> Vec<Block> {
    let mut cut = Vec::with_capacity(blocks.len());
    for block in blocks {
        if weight(&block.text) <= A_PART_BYTES {
            cut.push(block.clone());
            continue;
        }
        let piece = |text: &str| Block { text: text.to_owned(), ..Block::clone(block) };
        cut.extend(pieces(&block.text, A_PART_BYTES).into_iter().map(piece));
    }
    cut
}

/// The blocks in parts of a page each; a table is not cut but where it alone is longer.
fn parts(blocks: &[Block]) -> Vec<&[Block]> {
    let weights = weights(blocks);
    let mut parts = Vec::new();
    let (mut start, mut n_bytes) = (0, 0);
    for (at, block) in blocks.iter().enumerate() {
        let is_inside = block.kind == BlockKind::Row && at > start && blocks[at - 1].kind == BlockKind::Row;
        let most = if is_inside { A_PART_BYTES + A_PART_BYTES / 2 } else { A_PART_BYTES };
        if n_bytes + weights[at] > most && at > start {
            parts.push(&blocks[start..at]);
            (start, n_bytes) = (at, 0);
        }
        n_bytes += weights[at];
    }
    if start < blocks.len() {
        parts.push(&blocks[start..]);
    }
    parts
}

/// Bytes of each block as HTML. Every row of a table has as many cells as the widest.
fn weights(blocks: &[Block]) -> Vec<usize> {
    let n_cells = |block: &Block| block.text.matches('\t').count() + 1;
    let mut weights = Vec::with_capacity(blocks.len());
    for table in blocks.chunk_by(|one, other| (one.kind == BlockKind::Row) == (other.kind == BlockKind::Row)) {
        let is_table = table[0].kind == BlockKind::Row;
        let widest = if is_table { table.iter().map(n_cells).max().unwrap_or(1) } else { 1 };
        weights.extend(table.iter().map(|block| weight(&block.text) + AROUND_BYTES * widest));
    }
    weights
}

#[cfg(test)]
mod tests {
    use super::super::texts::EN;
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
        blocks.extend((0..10).map(|_| row(100)));
        assert_eq!(parts(&blocks).iter().map(|part| part.len()).collect::<Vec<_>>(), [1, 10], "a table begins anew");
    }

    #[test]
    fn one_paragraph_of_a_million_characters_is_cut_and_nothing_of_it_is_lost() {
        let text = "依法行政，公开透明。".repeat(100_000);
        let document = Document { blocks: vec![Block::new(BlockKind::Paragraph, &*text)], ..Document::default() };
        let cut = cut(&document.blocks);
        let parts = super::parts(&cut);
        assert_eq!(parts.len(), 62);
        assert!(parts.concat().iter().map(|block| &*block.text).eq(cut.iter().map(|block| &*block.text)));
        assert!(cut.iter().map(|block| &*block.text).collect::<String>() == text);
        let shown = |query: &str| body(Some(&document), &EN, &Asked::of(query).unwrap()).unwrap();
        let (html, part) = shown("revision=1&part=2");
        let part = part.unwrap();
        assert!(html.len() < 60_000, "{}", html.len());
        assert_eq!((part.back.as_deref(), part.next.as_deref()), (Some("?revision=1"), Some("?revision=1&part=3")));
        assert!(shown("part=999").1.unwrap().next.is_none(), "who asks for more is shown the last");
    }
}
