//! A file that stands in the place of a report's page, as a Document.
//!
//! In: the text of a file. Out: a Document whose blocks are its lines. Never: more than the file says.

use crate::model::{Attachment, Block, BlockKind, Document, Doubt};

/// A Document of what a file says: a line a block, a line with tabs a row. The file is its one attachment.
pub fn document(text: &str, file: Attachment) -> Document {
    let lines = text.lines().map(|line| line.trim_matches([' ', '\u{3000}', '\r'])).filter(|line| !line.is_empty());
    let block = |line: &str| {
        let kind = if line.contains('\t') { BlockKind::Row } else { BlockKind::Paragraph };
        Block::new(kind, line)
    };
    let blocks: Vec<Block> = lines.map(block).collect();
    let doubts = if blocks.is_empty() { vec![Doubt::OnlyAttachments] } else { Vec::new() };
    Document { blocks, attachments: vec![file], doubts, ..Document::default() }
}
