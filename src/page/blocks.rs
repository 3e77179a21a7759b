//! Lines of a body as blocks.
//!
//! In: the lines of a body and the pictures beside them. Out: [`Block`]s in reading order: headings with their level,
//! items with their depth, rows in the columns of their table, who signs. Never: other words.

use std::collections::HashMap;
use std::ops::Range;

use url::Url;

use super::outline::{Line, Outline, Shape};
use super::{closing, headings, images, terms};
use crate::model::{Block, BlockKind};

/// The blocks of a body: of these lines of its ranges. Pictures get their addresses from `base`.
pub(super) fn of(outline: &Outline<'_>, ranges: &[Range<usize>], lines: &[usize], base: Option<&Url>) -> Vec<Block> {
    let pictures = images::of(outline, ranges, lines, base);
    let lines = &as_shown(outline, lines)[..];
    let has_picture = |n: usize| {
        let following = pictures.partition_point(|picture| picture.before <= lines[n]);
        let next = lines.get(n + 1).copied().unwrap_or(usize::MAX);
        pictures.get(following).is_some_and(|picture| picture.before <= next)
    };
    let levels = headings::levels(outline, lines, has_picture);
    let signs = closing::signs(outline, lines);
    let mut maker = Maker::new(outline, lines);
    let mut pictures = pictures.into_iter().peekable();
    let mut blocks: Vec<Block> = Vec::with_capacity(lines.len());
    for (n, &at) in lines.iter().enumerate() {
        let n_blocks = blocks.len();
        while let Some(picture) = pictures.next_if(|picture| picture.before <= at) {
            blocks.push(picture.block);
        }
        if n > 0
            && blocks.len() == n_blocks
            && terms::is_value(outline, lines[n - 1], at)
            && let Some(term) = blocks.last_mut()
        {
            term.text.push_str(shown(&outline.lines[at]));
            continue;
        }
        let block = maker.block(at, levels[n]);
        blocks.push(if signs[n] { signed(block) } else { block });
    }
    blocks.extend(pictures.map(|picture| picture.block));
    blocks
}

/// The lines with the rows of each table in the order a browser shows them: head, body, foot.
fn as_shown(outline: &Outline<'_>, lines: &[usize]) -> Vec<usize> {
    let mut lines = lines.to_vec();
    let table = |at: &usize| outline.rows.get(at).map(|row| row.shape.table);
    for rows in lines.chunk_by_mut(|one, other| table(one).is_some() && table(one) == table(other)) {
        rows.sort_by_key(|at| outline.rows.get(at).map(|row| row.part));
    }
    lines
}

fn signed(block: Block) -> Block {
    Block { kind: BlockKind::Signature, level: None, ..block }
}

/// Makes blocks of lines, one after another.
struct Maker<'a, 't> {
    outline: &'a Outline<'t>,
    /// How many lists stand around the whole body.
    outer_lists: u8,
    /// The number that each table of the page has among those of the body.
    tables: HashMap<u32, u32>,
}

impl<'a, 't> Maker<'a, 't> {
    fn new(outline: &'a Outline<'t>, lines: &[usize]) -> Self {
        let depths = lines.iter().map(|&at| outline.lines[at].depth);
        let outer_lists = depths.min().unwrap_or_default();
        Self { outline, outer_lists, tables: HashMap::new() }
    }

    fn block(&mut self, at: usize, level: Option<u8>) -> Block {
        let line = &self.outline.lines[at];
        match line.shape {
            Shape::Row => self.row(at, line),
            _ if level.is_some() => Block { level, ..Block::new(BlockKind::Heading, shown(line)) },
            Shape::Item => {
                let level = Some((line.depth.saturating_sub(self.outer_lists)).max(1));
                Block { level, ..Block::new(BlockKind::Item, shown(line)) }
            }
            Shape::Paragraph | Shape::Heading => Block::new(BlockKind::Paragraph, shown(line)),
        }
    }

    fn row(&mut self, at: usize, line: &Line) -> Block {
        let Some(row) = self.outline.rows.get(&at) else {
            return Block::new(BlockKind::Row, line.text.trim_end_matches('\t'));
        };
        let n_tables = u32::try_from(self.tables.len()).unwrap_or(u32::MAX);
        let mut shape = row.shape.clone();
        shape.table = *self.tables.entry(shape.table).or_insert(n_tables);
        Block { row: Some(shape), ..Block::new(BlockKind::Row, row.text.as_str()) }
    }
}

fn shown(line: &Line) -> &str {
    line.columns.as_deref().unwrap_or(&line.text)
}
