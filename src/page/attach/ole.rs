//! Containers of office files: which kind an OLE file or a ZIP is by what it holds, and the streams of an OLE file.
//!
//! In: bytes, or the names of the members of a ZIP. Out: a kind, or the bytes of one stream. Never: a stream larger
//! than the limits allow.

use std::io::{Cursor, Read};

use cfb::CompoundFile;

use super::{AttachError, Limits};

/// What an OLE compound file is, by its streams.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum OleKind {
    /// Word 6 and later; WPS Office writes the same under `.wps`.
    Doc,
    /// Excel 5 and later; WPS Office writes the same under `.et`.
    Xls,
    /// PowerPoint 97 and later; WPS Office writes the same under `.dps`.
    Ppt,
    /// Microsoft Works, whose text nobody here reads.
    Works,
    /// A DOCX, XLSX or PPTX with a password.
    Encrypted,
    /// Anything else: a mail, an installer, a broken container.
    Other,
}

/// What a ZIP is, by the names of its members.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ZipKind {
    /// Word.
    Docx,
    /// Excel.
    Xlsx,
    /// PowerPoint.
    Pptx,
}

/// The first eight bytes of every OLE file. Source: MS-CFB 2.2.
const OLE_MAGIC: [u8; 8] = [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];

/// The streams that tell, first match first. Excel stands before Word: a workbook may hold an embedded document
/// only deeper down, in a storage of its own.
const STREAMS: [(&str, OleKind); 7] = [
    ("/EncryptedPackage", OleKind::Encrypted),
    ("/WordDocument", OleKind::Doc),
    ("/Workbook", OleKind::Xls),
    ("/Book", OleKind::Xls),
    ("/PowerPoint Document", OleKind::Ppt),
    ("/MatOST", OleKind::Works),
    ("/CONTENTS", OleKind::Works),
];

/// What an OLE file is; `None` where the bytes are no OLE file at all.
pub(super) fn kind_of_ole(bytes: &[u8]) -> Option<OleKind> {
    if !bytes.starts_with(&OLE_MAGIC) {
        return None;
    }
    let Ok(file) = CompoundFile::open(Cursor::new(bytes)) else { return Some(OleKind::Other) };
    let kind = STREAMS.iter().find(|(name, _)| file.is_stream(name)).map(|(_, kind)| *kind);
    Some(kind.unwrap_or(OleKind::Other))
}

/// What a ZIP is; `None` where its members are those of no office file.
pub(super) fn kind_of_zip<'a>(names: impl IntoIterator<Item = &'a str>) -> Option<ZipKind> {
    names.into_iter().find_map(|name| {
        let is_part = |folder: &str| name.starts_with(folder) && name.to_ascii_lowercase().ends_with(".xml");
        match () {
            () if is_part("word/") => Some(ZipKind::Docx),
            () if is_part("xl/") => Some(ZipKind::Xlsx),
            () if is_part("ppt/") => Some(ZipKind::Pptx),
            () => None,
        }
    })
}

/// An opened OLE file.
pub(super) struct Ole<'a> {
    file: CompoundFile<Cursor<&'a [u8]>>,
    format: &'static str,
    left: usize,
}

impl<'a> Ole<'a> {
    /// Opens a file; `format` is its name in errors.
    pub(super) fn open(bytes: &'a [u8], format: &'static str, limits: &Limits) -> Result<Self, AttachError> {
        let broken = |error: std::io::Error| AttachError::Broken(format, error.to_string());
        let file = CompoundFile::open(Cursor::new(bytes)).map_err(broken)?;
        if file.is_stream("/EncryptedPackage") {
            return Err(AttachError::Encrypted);
        }
        Ok(Self { file, format, left: limits.inflated_bytes })
    }

    /// The bytes of the stream `/name`; an empty one where there is none.
    ///
    /// A stream whose chain of sectors breaks off is not whole: **Errors** `Broken`.
    pub(super) fn stream(&mut self, name: &str) -> Result<Vec<u8>, AttachError> {
        if !self.file.is_stream(name) {
            return Ok(Vec::new());
        }
        let broken = |error: std::io::Error| AttachError::Broken(self.format, format!("{name}: {error}"));
        let stream = self.file.open_stream(name).map_err(broken)?;
        let size = usize::try_from(stream.len()).unwrap_or(usize::MAX);
        if size > self.left {
            return Err(AttachError::TooLarge(format!("{name} has {size} bytes")));
        }
        let mut bytes = Vec::new();
        stream.take(self.left as u64).read_to_end(&mut bytes).map_err(broken)?;
        self.left -= bytes.len();
        Ok(bytes)
    }
}

/// The little-endian number at `at`; `None` past the end.
pub(super) fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(bytes.get(at..at.checked_add(2)?)?.try_into().ok()?))
}

/// The little-endian number at `at`; `None` past the end.
pub(super) fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at.checked_add(4)?)?.try_into().ok()?))
}
