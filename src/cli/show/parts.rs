//! A body in the parts that are written as one: a table, a list, the lines that sign.
//!
//! In: blocks. Out: [`Part`]s in reading order, every text made safe for a terminal. Never: a format.

use super::clean;
use crate::model::{Block, BlockKind, Span};

/// What is written as one.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// Its level, from 1, and its text.
    Heading(u8, String),
    Paragraph(String),
    /// Items that follow each other: how deep each is nested, from 1, and its text.
    Items(Vec<(usize, String)>),
    Table(Vec<Row>),
    /// Its words, which may be empty, and its address.
    Image(String, Option<String>),
    /// Who signs, and the day.
    Signature(Vec<String>),
}

/// A row of a table.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Row {
    pub(super) cells: Vec<String>,
    pub(super) is_header: bool,
    pub(super) spans: Vec<Span>,
}

/// The parts of a body.
pub(super) fn of(blocks: &[Block]) -> Vec<Part> {
    blocks.chunk_by(is_one_part).flat_map(part).collect()
}

/// The text of a file as blocks: lines of cells are rows.
pub(super) fn of_text(text: &str) -> Vec<Part> {
    let lines = text.lines().filter(|line| !line.trim().is_empty());
    let kind = |line: &str| if line.contains('\t') { BlockKind::Row } else { BlockKind::Paragraph };
    let blocks: Vec<Block> = lines.map(|line| Block::new(kind(line), line)).collect();
    of(&blocks)
}

fn is_one_part(one: &Block, next: &Block) -> bool {
    let table = |block: &Block| block.row.as_ref().map(|row| row.table);
    let is_grouped = matches!(one.kind, BlockKind::Row | BlockKind::Item | BlockKind::Signature);
    is_grouped && one.kind == next.kind && table(one) == table(next)
}

fn part(blocks: &[Block]) -> Vec<Part> {
    let text = |block: &Block| clean(&block.text);
    let Some(first) = blocks.first() else { return Vec::new() };
    match first.kind {
        BlockKind::Row => vec![Part::Table(blocks.iter().map(row).collect())],
        BlockKind::Item => vec![Part::Items(items(blocks))],
        BlockKind::Signature => vec![Part::Signature(blocks.iter().map(text).collect())],
        BlockKind::Heading => vec![Part::Heading(first.level.unwrap_or(1).max(1), text(first))],
        BlockKind::Paragraph => vec![Part::Paragraph(text(first))],
        BlockKind::Image => {
            vec![Part::Image(text(first), first.url.as_ref().map(|url| clean(url.as_str())))]
        }
    }
}

/// No item is nested more than one list deeper than the one before it.
fn items(blocks: &[Block]) -> Vec<(usize, String)> {
    let mut depth = 0;
    let item = |block: &Block| {
        depth = usize::from(block.level.unwrap_or(1)).clamp(1, depth + 1);
        (depth, clean(&block.text))
    };
    blocks.iter().map(item).collect()
}

fn row(block: &Block) -> Row {
    let shape = block.row.as_ref();
    Row {
        cells: block.text.split('\t').map(clean).collect(),
        is_header: shape.is_some_and(|shape| shape.is_header),
        spans: shape.map(|shape| shape.spans.clone()).unwrap_or_default(),
    }
}

/// How many columns a table has.
pub(super) fn n_columns(rows: &[Row]) -> usize {
    rows.iter().map(|row| row.cells.len()).max().unwrap_or(0)
}
