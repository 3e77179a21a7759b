//! A Word document as one XML file: WordML of 2003, or a package of DOCX written flat. Systems that fill in templates
//! write them under `.doc`.
//!
//! In: bytes. Out: what a DOCX of the same parts gives. Never: pictures, comments, deleted or hidden text.
//!
//! Source: the WordprocessingML schema of Office 2003; ECMA-376 part 2 for the parts of a package.

use super::docx::Parts;
use super::{AttachError, Limits, Words, markup};
use crate::page::decode;

const FORMAT: &str = "Word XML";

/// The text of a Word document in one XML file.
pub(super) fn words(bytes: &[u8], limits: &Limits) -> Result<Words, AttachError> {
    let xml = decode::text(bytes, None, None).text;
    if !markup::is_whole(&xml) {
        return Err(AttachError::Broken(FORMAT, "it is cut".to_owned()));
    }
    let parts = if xml.contains("<pkg:part") { of_package(&xml) } else { of_wordml(&xml) };
    parts.words(FORMAT, limits)
}

/// WordML: headers and footers stand inside it, in each section once more.
fn of_wordml(xml: &str) -> Parts {
    let (headers, rest) = taken_out(xml, "w:hdr");
    let (footers, main) = taken_out(&rest, "w:ftr");
    Parts { headers, main, footers, ..Parts::default() }
}

/// The parts of a flat package by their names; ones in a folder of their own, such as glossaries, are none of the text.
fn of_package(xml: &str) -> Parts {
    let mut parts = Parts::default();
    for part in taken_out(xml, "pkg:part").0 {
        let head = part.split_once('>').map_or("", |(head, _)| head);
        let name = head.split_once("pkg:name=").map_or("", |(_, name)| name.trim_start_matches(['"', '\'']));
        let Some(name) = name.split(['"', '\'']).next().and_then(|name| name.strip_prefix("/word/")) else { continue };
        match name.trim_end_matches(".xml") {
            "document" => parts.main = part,
            "numbering" => parts.numbering = part,
            "styles" => parts.styles = part,
            "footnotes" | "endnotes" => parts.notes.push(part),
            name if is_numbered(name, "header") => parts.headers.push(part),
            name if is_numbered(name, "footer") => parts.footers.push(part),
            _ => {}
        }
    }
    parts
}

/// Whether a name is this word and a number: `header2`.
fn is_numbered(name: &str, word: &str) -> bool {
    name.strip_prefix(word).is_some_and(|rest| rest.bytes().all(|byte| byte.is_ascii_digit()))
}

/// The elements of a name that never stand inside one another, and the text without them. One that has no end stays.
fn taken_out(xml: &str, name: &str) -> (Vec<String>, String) {
    let (opening, closing) = (format!("<{name}"), format!("</{name}>"));
    let (mut elements, mut without) = (Vec::new(), String::with_capacity(xml.len()));
    let mut rest = xml;
    while let Some(at) = rest.find(&opening) {
        let (before, from) = rest.split_at(at);
        without.push_str(before);
        let is_whole_name = from[opening.len()..].starts_with(['>', ' ', '\t', '\r', '\n', '/']);
        if !is_whole_name {
            without.push_str(&opening);
            rest = &from[opening.len()..];
            continue;
        }
        let end = match from.find('>') {
            Some(end) if from[..end].ends_with('/') => Some(end + 1),
            _ => from.find(&closing).map(|at| at + closing.len()),
        };
        // Where this one has no end none behind it has.
        let Some(end) = end else {
            rest = from;
            break;
        };
        elements.push(from[..end].to_owned());
        rest = &from[end..];
    }
    without.push_str(rest);
    (elements, without)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(xml: &str) -> String {
        words(xml.as_bytes(), &Limits::default()).unwrap().text
    }

    #[test]
    fn wordml_gives_its_paragraphs_and_tables_and_nothing_that_was_deleted() {
        let xml = r#"<?xml version="1.0"?><w:wordDocument xmlns:w="w" xmlns:wx="wx" xmlns:aml="aml"><w:body><wx:sect>
            <w:p><w:pPr><w:listPr><w:ilvl w:val="0"/><w:ilfo w:val="1"/><wx:t wx:val="一、"/></w:listPr></w:pPr>
            <w:r><w:t>总则</w:t></w:r></w:p>
            <w:p><w:pPr><w:listPr><wx:t wx:val="·"/></w:listPr></w:pPr><w:r><w:t>甲</w:t></w:r>
            <aml:annotation w:type="Word.Deletion"><aml:content><w:r><w:t>删</w:t></w:r></aml:content></aml:annotation>
            <aml:annotation w:type="Word.Insertion"><aml:content><w:r><w:t>增</w:t></w:r></aml:content></aml:annotation>
            <aml:annotation w:type="Word.Comment"><aml:content><w:p><w:r><w:t>注</w:t></w:r></w:p></aml:content></aml:annotation>
            <w:r><w:pict><w:binData>AAAA</w:binData></w:pict><w:instrText> PAGE </w:instrText></w:r></w:p>
            <w:tbl><w:tr><w:tc><w:p><w:r><w:t>序号</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>姓名</w:t></w:r></w:p></w:tc>
            </w:tr></w:tbl><w:sectPr><w:hdr w:type="odd"><w:p><w:r><w:t>县政府文件</w:t></w:r></w:p></w:hdr>
            <w:ftr w:type="odd"><w:p><w:r><w:t>- 1 -</w:t></w:r></w:p></w:ftr></w:sectPr></wx:sect></w:body></w:wordDocument>"#;
        assert_eq!(text(xml), "县政府文件\n一、总则\n甲增\n序号\t姓名");
    }

    #[test]
    fn an_element_without_an_end_is_looked_for_once() {
        let xml = format!("<w:wordDocument xmlns:w=\"w\"><w:body>{}", "<w:hdr>".repeat(200_000));
        let (elements, without) = taken_out(&xml, "w:hdr");
        assert_eq!((elements.len(), without), (0, xml));
    }

    #[test]
    fn the_parts_of_a_flat_package_are_read_as_those_of_a_docx() {
        let part = |name: &str, xml: &str| {
            format!("<pkg:part pkg:name=\"{name}\"><pkg:xmlData>{xml}</pkg:xmlData></pkg:part>")
        };
        let said = |words: &str| format!("<w:p><w:r><w:t>{words}</w:t></w:r></w:p>");
        let xml = [
            "<pkg:package xmlns:pkg=\"http://schemas.microsoft.com/office/2006/xmlPackage\">".to_owned(),
            part("/word/document.xml", &said("正文")),
            part("/word/header1.xml", &said("页眉")),
            part("/word/comments.xml", &said("批注")),
            part("/word/glossary/document.xml", &said("词汇")),
            "</pkg:package>".to_owned(),
        ];
        assert_eq!(text(&xml.concat()), "页眉\n正文");
    }

    #[test]
    fn wordml_that_is_cut_is_broken() {
        let cut = "<w:wordDocument><w:body><w:p><w:r><w:t>甲</w:t></w:r></w:p><w:hdr><w:p></w:r>";
        for xml in [cut.to_owned(), format!("{cut}</w:wordDocument>")] {
            assert!(matches!(words(xml.as_bytes(), &Limits::default()), Err(AttachError::Broken(..))));
        }
    }
}
