//! What a file of text is: by its markup, or by how its lines look where its name promises a binary format.
//!
//! In: the bytes of a file, or their beginning. Out: a [`Media`]. Never: a guess; text that looks like none of these is
//! told by its name.

use encoding_rs::{Encoding, UTF_8};

use super::Media;
use crate::page::decode;

/// How pages begin.
const PAGE: [&str; 9] = ["<!doctype html", "<html", "<head", "<body", "<meta", "<title", "<script", "<table", "<div"];

/// HTML, XML, RTF or MHTML behind white space and a byte order mark: also the error page that is served as `x.pdf`.
pub(super) fn kind(head: &[u8]) -> Option<Media> {
    let lower = beginning(head);
    if lower.starts_with("{\\rtf") {
        return Some(Media::Rtf);
    }
    if PAGE.iter().any(|element| lower.starts_with(element)) {
        return Some(Media::Html);
    }
    if let Some(media) = of_office(&lower) {
        return Some(media);
    }
    let is_page = |opening| lower.starts_with(opening) && (lower.contains("<html") || lower.contains("<!doctype html"));
    if is_page("<?xml") || is_page("<!--") {
        return Some(Media::Html);
    }
    if is_mail(&lower) {
        return Some(Media::Mhtml);
    }
    lower.starts_with("<?xml").then_some(Media::Xml)
}

/// The beginning of a text in small letters. Charsets of one byte for a letter of markup read alike.
fn beginning(head: &[u8]) -> String {
    let encoding = Encoding::for_bom(head).map_or(UTF_8, |(encoding, _)| encoding);
    encoding.decode(head).0.trim_start().to_ascii_lowercase()
}

/// The files that Word and Excel write as one XML file, by their first element. Source: the schemas of Office 2003;
/// ECMA-376 calls the packages of Word in one file "flat OPC".
fn of_office(lower: &str) -> Option<Media> {
    let root = root(lower)?;
    match root.rsplit(':').next()? {
        "worddocument" => Some(Media::WordXml),
        "package" if lower.contains("/office/2006/xmlpackage") && !lower.contains("powerpoint") => Some(Media::WordXml),
        "workbook" if lower.contains("urn:schemas-microsoft-com:office:spreadsheet") => Some(Media::SheetXml),
        _ => None,
    }
}

/// The name of the first element behind declarations and comments.
fn root(xml: &str) -> Option<&str> {
    let mut rest = xml.trim_start();
    loop {
        let end = match rest.get(..2)? {
            "<?" => "?>",
            "<!" if rest.starts_with("<!--") => "-->",
            "<!" => ">",
            _ => break,
        };
        rest = rest[rest.find(end)? + end.len()..].trim_start();
    }
    rest.strip_prefix('<')?.split([' ', '\t', '\r', '\n', '>', '/']).next()
}

/// Whether the first element of an XML file is closed at its end.
pub(super) fn is_whole(xml: &str) -> bool {
    let last = xml.trim_end_matches(|c: char| c.is_whitespace() || c == '\0').strip_suffix('>');
    let closed = last.and_then(|text| text.rsplit_once("</")).map(|(_, name)| name.trim_end());
    closed.is_some() && closed == root(xml)
}

/// Whether a text begins with the head of a mail that says that it is MIME.
fn is_mail(lower: &str) -> bool {
    for line in lower.lines() {
        let is_folded = line.starts_with([' ', '\t']);
        let name = line.split_once(':').map(|(name, _)| name);
        match name.filter(|name| !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')) {
            Some("mime-version") => return true,
            None if !is_folded => return false,
            _ => {}
        }
    }
    false
}

/// Whether the bytes are a table of text, though their name says that they are a binary workbook: two rows at least.
pub(super) fn is_table(bytes: &[u8]) -> bool {
    let is_row = |line: &&str| line.contains(['\t', ',', ';']);
    plain(bytes).is_some_and(|text| text.lines().filter(is_row).nth(1).is_some())
}

/// Whether the bytes are a paper in plain text, though their name says that they are a binary document. A line or two
/// that say why there is no file are none.
pub(super) fn is_paper(bytes: &[u8]) -> bool {
    /// A title and its first words; errors say less.
    const LEAST_LETTERS: usize = 30;
    let n_letters = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).count();
    plain(bytes).is_some_and(|text| n_letters(&text) >= LEAST_LETTERS)
}

/// The bytes as text: hardly damaged, without control characters but those of text, and no answer of an interface.
fn plain(bytes: &[u8]) -> Option<String> {
    /// Characters for one that is damaged.
    const CHARS_PER_DAMAGE: usize = 100;
    let decoded = decode::text(bytes, None, None);
    let is_foreign = |c: char| c.is_control() && !"\t\n\r\u{B}\u{C}\u{1A}".contains(c);
    if decoded.n_replaced * CHARS_PER_DAMAGE > decoded.text.chars().count() || decoded.text.contains(is_foreign) {
        return None;
    }
    let is_answer = decoded.text.trim_start().starts_with(['{', '[', '<']);
    (!is_answer).then_some(decoded.text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn xml_of_word_and_excel_is_told_from_other_xml_in_any_charset() {
        let word = "<?xml version='1.0'?>\n<?mso-application progid=\"Word.Document\"?><w:wordDocument xmlns:w='x'>";
        let flat = "<?xml version='1.0'?><pkg:package xmlns:pkg='http://schemas.microsoft.com/office/2006/xmlPackage'>";
        let slides = flat.replace("?><pkg", "?><?mso-application progid='PowerPoint.Show'?><pkg");
        let sheet =
            "<?xml version='1.0'?><!-- <html> --><Workbook\n xmlns='urn:schemas-microsoft-com:office:spreadsheet'>";
        let other = "<?xml version='1.0'?><Workbook xmlns='urn:own'><wordDocument/>";
        let page = "<html xmlns:x='urn:schemas-microsoft-com:office:spreadsheet'><Workbook>";
        let told = [word, flat, &slides, sheet, other, page].map(|xml| kind(xml.as_bytes()));
        let known = [Media::WordXml, Media::WordXml, Media::Xml, Media::SheetXml, Media::Xml, Media::Html];
        assert_eq!(told, known.map(Some));
        let wide: Vec<u8> = "\u{feff}".encode_utf16().chain(word.encode_utf16()).flat_map(u16::to_le_bytes).collect();
        assert_eq!(kind(&wide), Some(Media::WordXml));
    }

    #[test]
    fn xml_is_whole_where_its_first_element_is_closed_last() {
        assert!(is_whole("<?xml version='1.0'?><w:a b='c'><d/></w:a>\n"));
        assert!(!is_whole("<w:a><b></b>") && !is_whole("<w:a><b></b></w:") && !is_whole(""));
    }

    #[test]
    fn a_page_packed_as_a_mail_is_told_from_text_that_speaks_of_one() {
        assert_eq!(kind(b"MIME-Version: 1.0\r\nContent-Type: multipart/related\r\n"), Some(Media::Mhtml));
        assert_eq!(kind(b"From: <Saved>\r\nSubject: =?x?\r\n =?y?\r\nMIME-Version: 1.0\r\n"), Some(Media::Mhtml));
        assert_eq!(kind(b"The header\nMIME-Version: 1.0\n"), None);
    }

    #[test]
    fn text_under_the_name_of_a_binary_format_is_read_and_an_error_or_a_damaged_file_is_not() {
        let gbk = |text: &str| encoding_rs::GBK.encode(text).0.into_owned();
        let wide =
            |text: &str| "\u{feff}".encode_utf16().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
        let rows = "序号\t姓名\t单位\n1\t张三\t县司法局\n2\t李四\t县财政局\n";
        let paper = "关于印发法治政府建设实施方案的通知\n各乡镇人民政府，县直各部门：请认真贯彻执行。\n";
        let utf_16: Vec<u8> = wide(rows);
        for (bytes, name, media) in [
            (gbk(rows), "a.xls", Media::Csv),
            (utf_16, "a.et", Media::Csv),
            (gbk(paper), "a.doc", Media::Text),
            (paper.into(), "a.wps", Media::Text),
            (b"File not found".to_vec(), "a.doc", Media::Doc),
            (b"File not found, sorry".to_vec(), "a.xls", Media::Xls),
            (format!("{{\"code\": 500,\n\"msg\": \"{paper}, {paper}\"}}").into(), "a.xls", Media::Xls),
            ([paper.as_bytes(), &[1, 0, 2]].concat(), "a.doc", Media::Doc),
            (paper.into(), "a.pdf", Media::Pdf),
        ] {
            assert_eq!(Media::of(&bytes, name), media, "{name}: {}", String::from_utf8_lossy(&bytes));
        }
    }
}
