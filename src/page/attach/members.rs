//! What a ZIP or an OLE file holds, told by the names of its parts alone.
//!
//! In: bytes that begin as one. Out: the [`Media`] that such parts make. Never: inflating, or trust in a size or an
//! offset; a damaged file is told by what is left of it.

use super::Media;

/// How an OLE file begins.
pub(super) const OLE: &[u8] = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1";

/// Members looked at: office files name their main part among the first dozen, fifty at most.
const MEMBERS: usize = 1_000;

/// The main parts of formats that are ZIP files.
const PARTS: [(&[u8], Media); 6] = [
    (b"word/", Media::Docx),
    (b"xl/", Media::Xlsx),
    (b"ppt/", Media::Pptx),
    (b"OFD.xml", Media::Ofd),
    (b"mimetypeapplication/vnd.oasis.opendocument.text", Media::Odt),
    (b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet", Media::Ods),
];

/// Streams that make an OLE file what it is, in the order in which they decide; the others may be embedded.
const STREAMS: [(&str, Media); 4] =
    [("WordDocument", Media::Doc), ("PowerPoint Document", Media::Ppt), ("Workbook", Media::Xls), ("Book", Media::Xls)];

/// The stream in which office files with a password keep themselves.
const ENCRYPTED_PACKAGE: &str = "EncryptedPackage";

/// What a ZIP file is. `named` decides for one that is cut before its main part.
pub(super) fn kind_of_zip(bytes: &[u8], named: Option<Media>) -> Media {
    let members = listed(bytes).unwrap_or_else(|| in_line(bytes));
    let made = |name: &&[u8]| PARTS.iter().find(|(part, _)| name.starts_with(part)).map(|&(_, media)| media);
    // The first member of an OpenDocument file is its type, stored, so that name and type stand side by side.
    if let Some(media) = bytes.get(30..).as_ref().and_then(made) {
        return media;
    }
    let is_package = members.contains(&b"[Content_Types].xml".as_slice());
    let found = members.iter().find_map(made);
    if is_package && members.contains(&b"xl/workbook.bin".as_slice()) {
        return Media::Xlsb;
    }
    match (found, named) {
        (Some(Media::Ofd), _) => Media::Ofd,
        (Some(media), _) if is_package => media,
        (None, Some(media)) if is_package && matches!(media, Media::Docx | Media::Xlsx | Media::Pptx) => media,
        _ => Media::Zip,
    }
}

/// What the members of a ZIP file say they inflate to, together.
pub(super) fn stated_bytes(bytes: &[u8]) -> u64 {
    directory(bytes).unwrap_or_default().iter().map(|(_, stated)| u64::from(*stated)).sum()
}

/// The names of the central directory.
fn listed(bytes: &[u8]) -> Option<Vec<&[u8]>> {
    directory(bytes).map(|members| members.into_iter().map(|(name, _)| name).collect())
}

/// The names of the central directory, which the end of the file points to, and the sizes it states.
fn directory(bytes: &[u8]) -> Option<Vec<(&[u8], u32)>> {
    // The end record has 22 bytes and a comment of 65,535 at most.
    let tail = bytes.len().saturating_sub(22 + 65_535);
    let end = tail + bytes[tail..].windows(4).rposition(|window| window == b"PK\x05\x06")?;
    let start = usize::try_from(u32_at(bytes, end + 16)?).ok()?;
    let mut rest = bytes.get(start..)?;
    let mut names = Vec::new();
    while names.len() < MEMBERS && rest.starts_with(b"PK\x01\x02") {
        let n_name = usize::from(u16_at(rest, 28)?);
        names.push((rest.get(46..46 + n_name)?, u32_at(rest, 24)?));
        let n_behind = usize::from(u16_at(rest, 30)?) + usize::from(u16_at(rest, 32)?);
        rest = rest.get(46 + n_name + n_behind..)?;
    }
    (!names.is_empty()).then_some(names)
}

/// The names before the members themselves, as far as their sizes are told there.
fn in_line(bytes: &[u8]) -> Vec<&[u8]> {
    let mut names = Vec::new();
    let mut rest = bytes;
    while names.len() < MEMBERS && rest.starts_with(b"PK\x03\x04") {
        let sizes = (u32_at(rest, 18), u16_at(rest, 26), u16_at(rest, 28));
        let (Some(n_data), Some(n_name), Some(n_extra)) = sizes else { break };
        let n_name = usize::from(n_name);
        let Some(name) = rest.get(30..30 + n_name) else { break };
        names.push(name);
        let n_data = usize::try_from(n_data).unwrap_or(usize::MAX);
        let n_all = n_data.saturating_add(30 + n_name + usize::from(n_extra));
        rest = rest.get(n_all..).unwrap_or_default();
    }
    names
}

/// What an OLE file is. `named` decides for one whose directory says nothing.
pub(super) fn kind_of_ole(bytes: &[u8], named: Option<Media>) -> Media {
    let has = |stream: &str| has_stream(bytes, stream);
    let found = STREAMS.iter().find(|(stream, _)| has(stream)).map(|&(_, media)| media);
    // Its own type is not told before the password is given.
    let named = named.filter(|_| found.is_none() || has(ENCRYPTED_PACKAGE));
    named.or(found).unwrap_or(Media::Other)
}

/// Whether it is an office file that a password closes.
pub(super) fn is_encrypted_package(bytes: &[u8]) -> bool {
    bytes.starts_with(OLE) && has_stream(bytes, ENCRYPTED_PACKAGE)
}

/// Whether an entry of the directory bears this name. Entries are 128 bytes: a name of 64 bytes in UTF-16, its length
/// with the closing zero, and 2 for a stream. Source: MS-CFB 2.6.1.
fn has_stream(bytes: &[u8], name: &str) -> bool {
    let mut wanted: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
    wanted.extend([0, 0]);
    let length = u16::try_from(wanted.len()).unwrap_or(u16::MAX).to_le_bytes();
    bytes.chunks_exact(128).skip(4).any(|entry| entry.starts_with(&wanted) && entry[64..66] == length && entry[66] == 2)
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(bytes.get(at..at + 2)?.try_into().ok()?))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}
