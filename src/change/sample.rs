//! Documents that the tests of this folder edit.

use jiff::civil::date;
use url::Url;

use crate::model::{AttachedFile, Attachment, Block, BlockKind, Document, Hash, Stated, TextState};

/// A short annual report with one attachment.
pub(super) fn document() -> Document {
    Document {
        title: Some("兴县2023年法治政府建设工作的年度报告".into()),
        published: Some(Stated::day(date(2024, 2, 1))),
        source: Some("兴县司法局".into()),
        doc_no: Some("兴政发〔2024〕3号".into()),
        validity: Some("有效".into()),
        attachments: vec![attachment("附件1:统计表", "/files/1.xlsx", None)],
        ..paragraphs(&["一、工作举措和成效", "全年共办理行政复议案件15件,同比下降3%。", "二、存在的不足", "特此报告。"])
    }
}

/// A Document with only these paragraphs.
pub(super) fn paragraphs(texts: &[&str]) -> Document {
    let blocks = texts.iter().map(|text| Block::new(BlockKind::Paragraph, *text)).collect();
    Document { blocks, ..Document::default() }
}

/// A table row.
pub(super) fn row(cells: &str) -> Block {
    Block::new(BlockKind::Row, cells)
}

/// An attachment; its content is known where some is given.
pub(super) fn attachment(title: &str, path: &str, content: Option<&str>) -> Attachment {
    let url = Url::parse("http://www.x.gov.cn/").and_then(|base| base.join(path)).expect("a path");
    let hash = content.map(|content| Hash::of(content.as_bytes()));
    Attachment { hash, ..Attachment::linked(url, title, None) }
}

/// An attachment that was loaded, with these words in these bytes.
pub(super) fn loaded(title: &str, path: &str, words: &str, bytes: &str) -> Attachment {
    let file = AttachedFile {
        bytes_hash: Hash::of(bytes.as_bytes()),
        n_bytes: bytes.len() as u64,
        state: TextState::Text,
        text_hash: Some(Hash::of(words.as_bytes())),
        n_chars: words.chars().count() as u64,
        confidence: None,
        note: None,
    };
    Attachment { file: Some(file), ..attachment(title, path, Some(words)) }
}
