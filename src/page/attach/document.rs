//! A file that stands in the place of a report's page, as a Document.
//!
//! In: the text of a file. Out: a Document whose blocks are its lines. Never: more than the file says.

use crate::model::{Attachment, Block, BlockKind, Document, Doubt, FieldName, Origin};
use crate::page::title;

/// A Document of what a file says, with a title where its first lines are named like one. The file is its one attachment.
pub fn document(text: &str, file: Attachment) -> Document {
    let blocks = blocks(text);
    let doubts = if blocks.is_empty() { vec![Doubt::OnlyAttachments] } else { Vec::new() };
    let title = title::at_head_of(blocks.iter().map(|block| block.text.as_str()));
    let from = title.iter().map(|_| (FieldName::Title, Origin::Auto)).collect();
    Document { title, from, blocks, attachments: vec![file], doubts, ..Document::default() }
}

/// The lines of a file as blocks: a line with tabs is a row.
pub fn blocks(text: &str) -> Vec<Block> {
    let lines = text.lines().map(|line| line.trim_matches([' ', '\u{3000}', '\r'])).filter(|line| !line.is_empty());
    let block = |line: &str| {
        let kind = if line.contains('\t') { BlockKind::Row } else { BlockKind::Paragraph };
        Block::new(kind, line)
    };
    lines.map(block).collect()
}
