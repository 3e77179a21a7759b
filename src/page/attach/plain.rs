//! Text, tables of text and pages as attachments.
//!
//! In: bytes in any charset. Out: their lines. Never: markup, or the quotes of CSV.

use super::{AttachError, Words};
use crate::page::decode::{self, Decoded};
use crate::page::outline::{Outline, Unseen};
use crate::page::tree::Tree;

/// A text as it is, its line ends made line feeds.
pub(super) fn text(bytes: &[u8]) -> Words {
    let decoded = decode::text(bytes, None, None);
    let text = decoded.text.replace("\r\n", "\n").replace('\r', "\n");
    of_decoded(text, &decoded)
}

/// CSV: a row a line, its cells joined by tabs. Semicolons and tabs part cells where the first line has more of them.
pub(super) fn table(bytes: &[u8]) -> Words {
    let decoded = decode::text(bytes, None, None);
    let first = decoded.text.lines().next().unwrap_or_default();
    let n_of = |separator: u8| first.matches(char::from(separator)).count();
    let separator = *b";\t,".iter().max_by_key(|separator| n_of(**separator)).unwrap_or(&b',');
    let mut builder = csv::ReaderBuilder::new();
    let mut rows = builder.has_headers(false).flexible(true).delimiter(separator).from_reader(decoded.text.as_bytes());
    let mut text = String::with_capacity(decoded.text.len());
    for row in rows.records().map_while(Result::ok) {
        for (at, cell) in row.iter().enumerate() {
            if at > 0 {
                text.push('\t');
            }
            text.extend(bare(cell.trim()).chars().map(|c| if c.is_control() { ' ' } else { c }));
        }
        text.push('\n');
    }
    of_decoded(text, &decoded)
}

/// A cell without the marks by which sheets keep the zeros of a number: `="0012"`.
fn bare(cell: &str) -> &str {
    cell.strip_prefix("=\"").and_then(|cell| cell.strip_suffix('"')).unwrap_or(cell)
}

/// A page: what a reader would see of it, lines and rows. `content_type` is the header that came with it.
pub(super) fn page(bytes: &[u8], content_type: Option<&str>) -> Result<Words, AttachError> {
    let decoded = decode::text(bytes, content_type, None);
    let tree = Tree::parse(&decoded.text).map_err(|error| AttachError::TooLarge(error.to_string()))?;
    let outline = Outline::of(&tree, &[], Unseen::LeftOut);
    let lines: Vec<&str> = outline.lines.iter().map(|line| line.text.as_str()).collect();
    Ok(of_decoded(lines.join("\n"), &decoded))
}

/// Words of a decoded text. Characters that cannot be read may have been any.
fn of_decoded(text: String, decoded: &Decoded) -> Words {
    let is_cut = decoded.n_replaced > 0;
    let note = is_cut.then(|| format!("{} characters cannot be read as {}", decoded.n_replaced, decoded.charset));
    Words { text, note, is_cut }
}

/// Whether the words of a page are those of a table: systems serve one as `.xls`. An error page in a frame of cells is
/// none.
pub(crate) fn is_table(text: &str) -> bool {
    let rows: Vec<&str> = text.lines().filter(|line| line.contains('\t')).collect();
    let n_bytes: usize = rows.iter().map(|row| row.len()).sum();
    rows.len() > 1 && n_bytes * 2 > text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_in_quotes_keep_their_commas_and_lose_their_line_breaks() {
        let words = table("序号,名称,备注\r\n1,\"甲,乙\",\"上\n下\"\n2,\"他说\"\"是\"\"\"\n".as_bytes());
        assert_eq!(words.text, "序号\t名称\t备注\n1\t甲,乙\t上 下\n2\t他说\"是\"\n");
    }

    #[test]
    fn a_table_in_gbk_parted_by_semicolons_is_read() {
        let (gbk, ..) = encoding_rs::GBK.encode("单位名称;处罚决定书文号;处罚日期\n某某公司;某罚字第一号;2024-01-02\n");
        assert_eq!(table(&gbk).text, "单位名称\t处罚决定书文号\t处罚日期\n某某公司\t某罚字第一号\t2024-01-02\n");
    }

    #[test]
    fn a_cell_that_keeps_its_zeros_is_shown_without_their_marks() {
        assert_eq!(table(b"No\tName\n=\"0012\"\t=\"\"\n\"=\"\"7\"\"\"\t=1\n").text, "No\tName\n0012\t\n7\t=1\n");
    }

    #[test]
    fn a_page_is_its_visible_lines() {
        let html = "<html><script>x()</script><p>第一段</p><table><tr><td>甲<td>乙</tr></table>";
        let words = page(html.as_bytes(), None).expect("a page");
        assert_eq!(words.text, "第一段\n甲\t乙");
        assert!(is_table("名单\n序号\t姓名\n1\t张三") && !is_table("您访问的页面不存在\n首页\t返回"));
    }
}
