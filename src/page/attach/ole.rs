//! The streams of an OLE compound file, the container of binary office files.
//!
//! In: bytes. Out: the bytes of one stream. Never: a stream larger than the limits allow.

use std::io::{Cursor, Read};

use cfb::CompoundFile;

use super::{AttachError, Limits, Media, members};

/// Whether a file is an OLE file around an office file with a password. Source: MS-OFFCRYPTO 1.3.2.
///
/// The stream lies at the root: one further down is a closed file inside an open one. A damaged file is told by what is
/// left of its directory.
pub(super) fn is_encrypted_package(bytes: &[u8]) -> bool {
    if !bytes.starts_with(members::OLE) {
        return false;
    }
    let opened = CompoundFile::open(Cursor::new(bytes));
    opened.map_or_else(|_| members::is_encrypted_package(bytes), |file| file.is_stream("/EncryptedPackage"))
}

/// What an OLE file is by the streams at its root: those further down belong to files inside it.
pub(super) fn kind(bytes: &[u8]) -> Option<Media> {
    const ROOTS: [(&str, Media); 4] = [
        ("/WordDocument", Media::Doc),
        ("/Workbook", Media::Xls),
        ("/Book", Media::Xls),
        ("/PowerPoint Document", Media::Ppt),
    ];
    let file = CompoundFile::open(Cursor::new(bytes)).ok()?;
    ROOTS.iter().find(|(stream, _)| file.is_stream(stream)).map(|&(_, media)| media)
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
