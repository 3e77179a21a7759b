//! The type of a file: by its first bytes, else by its name.
//!
//! In: bytes and a name. Out: a [`Media`]. Never: the name against the bytes; portals rename `.doc` to `.pdf`.

use serde::{Deserialize, Serialize};

use super::{markup, members};
use crate::page::decode;

/// The types of files that reports link to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names are those of the formats")]
pub enum Media {
    Pdf,
    Doc,
    Docx,
    Xls,
    Xlsx,
    /// A workbook of binary parts.
    Xlsb,
    Ppt,
    Pptx,
    /// A document of Word as one XML file, of 2003 or later.
    WordXml,
    /// A workbook of Excel 2003 as one XML file.
    SheetXml,
    /// A page with all that belongs to it, as a mail holds it: offices name it `.doc`.
    Mhtml,
    /// Works, whose extension the Chinese WPS took over for what is DOC inside.
    Wps,
    Ofd,
    Odt,
    Ods,
    Rtf,
    Csv,
    Text,
    Xml,
    Html,
    Zip,
    Rar,
    SevenZip,
    Gzip,
    Ceb,
    Jpeg,
    Png,
    Gif,
    Tiff,
    Bmp,
    Webp,
    /// Anything else.
    Other,
}

/// Extensions and what they stand for: the one table of types (IANA; OFD as its standard GB/T 33190 names it). The
/// first row of a type names it.
const TYPES: [(&str, Media, &str); 38] = [
    ("pdf", Media::Pdf, "application/pdf"),
    ("doc", Media::Doc, "application/msword"),
    ("docx", Media::Docx, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    ("docm", Media::Docx, "application/vnd.ms-word.document.macroEnabled.12"),
    ("wps", Media::Wps, "application/vnd.ms-works"),
    ("xls", Media::Xls, "application/vnd.ms-excel"),
    ("et", Media::Xls, "application/vnd.ms-excel"),
    ("xlsx", Media::Xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ("xlsm", Media::Xlsx, "application/vnd.ms-excel.sheet.macroEnabled.12"),
    ("xlsb", Media::Xlsb, "application/vnd.ms-excel.sheet.binary.macroEnabled.12"),
    ("ppt", Media::Ppt, "application/vnd.ms-powerpoint"),
    ("dps", Media::Ppt, "application/vnd.ms-powerpoint"),
    ("pptx", Media::Pptx, "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
    ("ofd", Media::Ofd, "application/ofd"),
    ("odt", Media::Odt, "application/vnd.oasis.opendocument.text"),
    ("ods", Media::Ods, "application/vnd.oasis.opendocument.spreadsheet"),
    ("ceb", Media::Ceb, "application/x-ceb"),
    ("rtf", Media::Rtf, "application/rtf"),
    ("txt", Media::Text, "text/plain"),
    ("csv", Media::Csv, "text/csv"),
    ("xml", Media::Xml, "application/xml"),
    ("html", Media::Html, "text/html"),
    ("htm", Media::Html, "text/html"),
    ("shtml", Media::Html, "text/html"),
    ("mht", Media::Mhtml, "multipart/related"),
    ("mhtml", Media::Mhtml, "multipart/related"),
    ("zip", Media::Zip, "application/zip"),
    ("rar", Media::Rar, "application/vnd.rar"),
    ("7z", Media::SevenZip, "application/x-7z-compressed"),
    ("gz", Media::Gzip, "application/gzip"),
    ("jpg", Media::Jpeg, "image/jpeg"),
    ("jpeg", Media::Jpeg, "image/jpeg"),
    ("png", Media::Png, "image/png"),
    ("gif", Media::Gif, "image/gif"),
    ("tif", Media::Tiff, "image/tiff"),
    ("tiff", Media::Tiff, "image/tiff"),
    ("bmp", Media::Bmp, "image/bmp"),
    ("webp", Media::Webp, "image/webp"),
];

/// First bytes that are nothing else.
const MAGIC: [(&[u8], Media); 12] = [
    (b"Rar!\x1A\x07", Media::Rar),
    (b"7z\xBC\xAF\x27\x1C", Media::SevenZip),
    (b"\x1F\x8B\x08", Media::Gzip),
    (b"\xFF\xD8\xFF", Media::Jpeg),
    (b"\x89PNG\r\n\x1A\n", Media::Png),
    (b"GIF87a", Media::Gif),
    (b"GIF89a", Media::Gif),
    (b"II*\0", Media::Tiff),
    (b"MM\0*", Media::Tiff),
    (b"Founder CEB", Media::Ceb),
    (b"{\\rtf", Media::Rtf),
    (b"%PDF-", Media::Pdf),
];

/// Bytes in which the head of a PDF may stand behind what a server or a mailer put before it, and in which a page
/// shows that it is one. Source: PDF 1.7, appendix H, note 13.
const HEAD_BYTES: usize = 1024;

impl Media {
    /// Its type, by its first bytes, else by the extension of `name`, else text where it decodes as such.
    pub fn of(bytes: &[u8], name: &str) -> Self {
        let named = Self::of_name(name).map(|(media, _)| media);
        if let Some(media) = of_bytes(bytes, named) {
            return media;
        }
        match named {
            Some(Self::Text | Self::Csv | Self::Html | Self::Xml | Self::Mhtml) if is_binary(bytes) => Self::Other,
            Some(Self::Xls) if markup::is_table(bytes) => Self::Csv,
            Some(Self::Doc | Self::Wps) if markup::is_paper(bytes) => Self::Text,
            Some(media) => media,
            None if is_text(bytes) => Self::Text,
            None => Self::Other,
        }
    }

    /// What the extension of a name says: the type, and its media type, which tells more than the type does
    /// (`.docm`). Servers append the session: `x.xlsx;jsessionid=5F..`.
    pub(crate) fn of_name(name: &str) -> Option<(Self, &'static str)> {
        let name = name.split(';').next().unwrap_or(name);
        let (_, extension) = name.trim().rsplit_once('.')?;
        let extension = extension.to_ascii_lowercase();
        TYPES.iter().find(|(known, ..)| *known == extension).map(|&(_, media, media_type)| (media, media_type))
    }

    /// Its media type, as registered with IANA.
    pub fn media_type(self) -> &'static str {
        let opened_by = match self {
            Self::WordXml => Self::Doc,
            Self::SheetXml => Self::Xls,
            other => other,
        };
        let row = TYPES.iter().find(|(_, media, _)| *media == opened_by);
        row.map_or("application/octet-stream", |&(.., media_type)| media_type)
    }

    /// Whether it is a picture.
    pub fn is_image(self) -> bool {
        matches!(self, Self::Jpeg | Self::Png | Self::Gif | Self::Tiff | Self::Bmp | Self::Webp)
    }

    /// What people call it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Pdf => "PDF",
            Self::Doc => "DOC",
            Self::Docx => "DOCX",
            Self::Xls => "XLS",
            Self::Xlsx => "XLSX",
            Self::Xlsb => "XLSB",
            Self::WordXml => "Word XML",
            Self::SheetXml => "Excel XML",
            Self::Mhtml => "MHTML",
            Self::Ppt => "PPT",
            Self::Pptx => "PPTX",
            Self::Wps => "WPS",
            Self::Ofd => "OFD",
            Self::Odt => "ODT",
            Self::Ods => "ODS",
            Self::Rtf => "RTF",
            Self::Csv => "CSV",
            Self::Text => "text",
            Self::Xml => "XML",
            Self::Html => "HTML",
            Self::Zip => "ZIP",
            Self::Rar => "RAR",
            Self::SevenZip => "7z",
            Self::Gzip => "gzip",
            Self::Ceb => "CEB",
            Self::Jpeg => "JPEG",
            Self::Png => "PNG",
            Self::Gif => "GIF",
            Self::Tiff => "TIFF",
            Self::Bmp => "BMP",
            Self::Webp => "WebP",
            Self::Other => "unknown",
        }
    }
}

/// What the bytes are, whatever they are called. `named` helps where a whole family of formats begins alike.
fn of_bytes(bytes: &[u8], named: Option<Media>) -> Option<Media> {
    if let Some((_, media)) = MAGIC.iter().find(|(magic, _)| bytes.starts_with(magic)) {
        return Some(*media);
    }
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06") {
        return Some(members::kind_of_zip(bytes, named));
    }
    if bytes.starts_with(members::OLE) {
        return Some(members::kind_of_ole(bytes, named));
    }
    if bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP") {
        return Some(Media::Webp);
    }
    // "BM" alone begins many a text; the four bytes after the length of a bitmap are reserved, and zero.
    if bytes.starts_with(b"BM") && bytes.get(6..10) == Some(&[0; 4]) {
        return Some(Media::Bmp);
    }
    let head = &bytes[..bytes.len().min(HEAD_BYTES)];
    markup::kind(head).or_else(|| head.windows(5).any(|window| window == b"%PDF-").then_some(Media::Pdf))
}

/// Whether bytes are no text in any charset, whatever they are called. A damaged page is one still.
///
/// Control characters are bytes of their own in all charsets of pages but UTF-16, which says itself that it is one.
pub(crate) fn is_binary(bytes: &[u8]) -> bool {
    /// Enough to tell.
    const HEAD: usize = 64 * 1024;
    /// Of so many bytes, one that no text has: of bytes of chance one in nine is such.
    const ONE_OF: usize = 20;
    if bytes.starts_with(b"\xFF\xFE") || bytes.starts_with(b"\xFE\xFF") {
        return false;
    }
    let head = &bytes[..bytes.len().min(HEAD)];
    // ESC begins the shifts of ISO-2022; old programs end a file with 0x1A.
    let n_foreign = head.iter().filter(|byte| byte.is_ascii_control() && !b"\t\n\r\x0C\x1B\x1A".contains(byte)).count();
    n_foreign * ONE_OF > head.len()
}

/// Whether it reads as text: nothing damaged, and no control characters but those of text.
fn is_text(bytes: &[u8]) -> bool {
    if bytes.is_empty() {
        return false;
    }
    let decoded = decode::text(bytes, None, None);
    decoded.n_replaced == 0 && !decoded.text.contains(|c: char| c.is_control() && !"\t\n\r\u{C}".contains(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bytes_go_before_the_name() {
        let cases: [(&[u8], &str, Media); 15] = [
            (b"%PDF-1.4", "a.doc", Media::Pdf),
            (b"\r\n\r\nHTTP junk %PDF-1.7\n", "a", Media::Pdf),
            (b"\xEF\xBB\xBF\r\n<!DOCTYPE HTML><title>404</title>", "a.pdf", Media::Html),
            (b"<!-- x --><html><body>gone", "a.docx", Media::Html),
            (b"<?xml version='1.0'?><!DOCTYPE html PUBLIC ''><html>", "a.xls", Media::Html),
            (b"<?xml version='1.0'?><feed/>", "a.xls", Media::Xml),
            (b" {\\rtf1\\ansi", "a.doc", Media::Rtf),
            (b"Rar!\x1A\x07\0", "a.zip", Media::Rar),
            (b"Rar!\x1A\x07\x01\0", "a.zip", Media::Rar),
            (b"\xFF\xD8\xFF\xE0", "a.pdf", Media::Jpeg),
            (b"BM\x10\0\0\0\0\0\0\0", "a.pdf", Media::Bmp),
            (b"BMI index of the county", "a", Media::Text),
            (b"\x01\x02\x03", "a.doc", Media::Doc),
            (b"\x01\x02\x03", "a.docx;jsessionid=1", Media::Docx),
            (b"\x01\x02\x03", "a", Media::Other),
        ];
        for (bytes, name, media) in cases {
            assert_eq!(Media::of(bytes, name), media, "{name}: {}", String::from_utf8_lossy(bytes));
        }
    }

    #[test]
    fn text_without_an_extension_is_text_in_gbk_too() {
        let (gbk, ..) = encoding_rs::GBK.encode("关于印发法治政府建设实施方案的通知，请认真贯彻执行。");
        assert_eq!(Media::of(&gbk, "附件"), Media::Text);
        assert_eq!(Media::of(b"", "x"), Media::Other);
    }

    #[test]
    fn binary_bytes_are_told_from_damaged_text() {
        let chance: Vec<u8> = (0..4000_u32).map(|n| n.wrapping_mul(2_654_435_761).to_be_bytes()[0]).collect();
        assert!(is_binary(&chance));
        assert!(is_binary(b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0"));
        let (gbk, ..) = encoding_rs::GBK.encode("<p>关于印发法治政府建设实施方案的通知</p>");
        let damaged = [&gbk[..], b"\xff"].concat();
        assert!(!is_binary(&damaged) && !is_binary("<p>通知".as_bytes()) && !is_binary(b""));
    }

    #[test]
    fn every_type_has_one_media_type() {
        assert_eq!(Media::Docx.media_type(), TYPES[2].2);
        assert_eq!(Media::Other.media_type(), "application/octet-stream");
        assert_eq!(Media::of_name("a.DOCM").map(|(_, named)| named), Some(TYPES[3].2));
        for (extension, media, _) in TYPES {
            assert!(media.media_type().contains('/'), "{extension}");
        }
    }
}
