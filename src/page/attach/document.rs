//! A file that stands in the place of a report's page, as a Document.
//!
//! In: the text of a file. Out: a Document whose blocks are its lines. Never: more than the file says.

use crate::model::{Attachment, Block, BlockKind, Document, Doubt, FieldName, Origin, RowShape};
use crate::page::{doc_no, title};

/// The longest masthead: 新疆维吾尔自治区人民政府办公厅文件 and twice as much.
const MASTHEAD_CHARS: usize = 34;
/// Extensions of what is packed into archives with its words.
const EXTENSIONS: [&str; 14] =
    ["doc", "docx", "wps", "pdf", "ofd", "xls", "xlsx", "et", "csv", "ppt", "pptx", "rtf", "txt", "htm"];
/// Cells of a table up to which its rows are made equally long.
const MOST_PADDED: usize = 1_000_000;

/// A Document of what a file says, with a title where its first lines are named like one. The file is its one attachment.
pub fn document(text: &str, file: Attachment) -> Document {
    let blocks = blocks(text);
    let doubts = if blocks.is_empty() { vec![Doubt::OnlyAttachments] } else { Vec::new() };
    let lines = || blocks.iter().map(|block| block.text.trim_matches('\t')).filter(|line| !is_over_title(line));
    let title = title::at_head_of(lines());
    let doc_no = doc_no::at_head(lines());
    let found = [(FieldName::Title, title.is_some()), (FieldName::DocNo, doc_no.is_some())];
    let from = found.into_iter().filter(|(_, is_found)| *is_found).map(|(name, _)| (name, Origin::Auto)).collect();
    Document { title, doc_no, from, blocks, attachments: vec![file], doubts, ..Document::default() }
}

/// Whether a line is none of the title that follows: the name that a program gives a sheet, `附件2`, the masthead of an
/// office, the name of a file in an archive.
fn is_over_title(line: &str) -> bool {
    let named = ["Sheet", "sheet", "工作表", "附件", "附表"].iter().find_map(|name| line.strip_prefix(name));
    let is_number =
        |rest: &str| rest.chars().all(|c| c.is_ascii_digit() || "一二三四五六七八九十：:-—（）() ".contains(c));
    named.is_some_and(is_number)
        || is_file_name(line)
        || (line.ends_with("文件") && line.chars().count() <= MASTHEAD_CHARS)
}

fn is_file_name(line: &str) -> bool {
    let extension = line.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase());
    extension.is_some_and(|extension| EXTENSIONS.contains(&extension.as_str()))
}

/// The lines of a file as blocks: a line with tabs is a row.
pub fn blocks(text: &str) -> Vec<Block> {
    let lines = text.lines().map(|line| line.trim_matches([' ', '\u{3000}', '\r'])).filter(|line| !line.is_empty());
    let mut blocks: Vec<Block> = Vec::new();
    let lines: Vec<&str> = lines.collect();
    let mut n_tables = 0;
    for part in lines.chunk_by(|line, next| line.contains('\t') && next.contains('\t')) {
        if !part[0].contains('\t') {
            blocks.push(Block::new(BlockKind::Paragraph, part[0]));
            continue;
        }
        let n_of = |line: &str| line.matches('\t').count();
        let n_columns = part.iter().map(|line| n_of(line)).max().unwrap_or(0);
        let is_small = n_columns * part.len() <= MOST_PADDED;
        blocks.extend(part.iter().map(|line| {
            let missing = if is_small { n_columns - n_of(line) } else { 0 };
            let shape = RowShape { table: n_tables, is_header: false, spans: Vec::new() };
            Block { row: Some(shape), ..Block::new(BlockKind::Row, (*line).to_owned() + &"\t".repeat(missing)) }
        }));
        n_tables += 1;
    }
    blocks
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Document {
        document(text, Attachment::linked("http://a.gov.cn/1".parse().expect("a URL"), "1", None))
    }

    #[test]
    fn names_of_sheets_and_mastheads_are_no_part_of_a_title() {
        assert_eq!(read("Sheet1\n2025年拟录用人员名单\n序号\t姓名").title.as_deref(), Some("2025年拟录用人员名单"));
        let paper = read("清河县财政局文件\n清财预〔2025〕7号\n关于下达预算的通知\n各乡镇：");
        assert_eq!(
            (paper.title.as_deref(), paper.doc_no.as_deref()),
            (Some("关于下达预算的通知"), Some("清财预〔2025〕7号"))
        );
        assert_eq!(read("附件2\n公开招聘工作方案").title.as_deref(), Some("公开招聘工作方案"));
        let packed =
            read("公告/通知.docx\n关于印发电梯安全管理办法的通知\n柳建发〔2026〕11号\n第一条 每15日维护一次。");
        assert_eq!(packed.title.as_deref(), Some("关于印发电梯安全管理办法的通知"));
        assert_eq!(packed.doc_no.as_deref(), Some("柳建发〔2026〕11号"));
        assert_eq!(packed.blocks.len(), 4, "the name is text none the less");
    }

    #[test]
    fn rows_of_a_table_are_equally_long_and_say_which_table_is_theirs() {
        let document = read("甲\t乙\t丙\n1\t2\n之间\n3\t4");
        let rows: Vec<_> = document
            .blocks
            .iter()
            .map(|block| (block.text.as_str(), block.row.as_ref().map(|row| row.table)))
            .collect();
        assert_eq!(rows, [("甲\t乙\t丙", Some(0)), ("1\t2\t", Some(0)), ("之间", None), ("3\t4", Some(1))]);
    }
}
