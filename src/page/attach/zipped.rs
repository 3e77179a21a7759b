//! PURE. The one way to open a ZIP container: office files, OFD files and archives are ZIP files.
//!
//! In: bytes and [`Limits`]. Out: a [`Container`] whose members are read one by one, all of them within one budget of
//! inflated bytes. Never: a name from the container used as a path, a size that the container states taken for true.

use std::collections::HashMap;
use std::io::{Cursor, Read};

use encoding_rs::GB18030;
use zip::ZipArchive;
use zip::result::ZipError;

use super::{AttachError, Limits};

/// A ZIP file, its directory read.
#[derive(Debug)]
pub(crate) struct Container<'a> {
    archive: ZipArchive<Cursor<&'a [u8]>>,
    names: Vec<String>,
    /// Where a member stands, by its name as parts of a package are compared.
    places: HashMap<String, usize>,
    /// Bytes that may still be inflated.
    left: usize,
}

/// Opens a ZIP file.
///
/// **Errors**: `Broken` where it has no directory of members that can be read.
pub(crate) fn open<'a>(bytes: &'a [u8], limits: &Limits) -> Result<Container<'a>, AttachError> {
    let archive = ZipArchive::new(Cursor::new(bytes)).map_err(|error| broken(&error))?;
    let names: Vec<String> = archive.file_names_raw().map(decoded).collect();
    let mut places = HashMap::with_capacity(names.len());
    for (place, name) in names.iter().enumerate() {
        places.entry(part_name(name)).or_insert(place);
    }
    Ok(Container { archive, names, places, left: limits.inflated_bytes })
}

impl Container<'_> {
    /// The names of its members in the order of its directory; of folders too, which end in a slash. A name is
    /// UTF-8, else GB18030: Chinese Windows packs names in its own code page and sets no mark.
    pub(crate) fn names(&self) -> &[String] {
        &self.names
    }

    /// Counts bytes that were inflated out of a member by another reader against the budget of this one.
    pub(crate) fn spend(&mut self, inflated: usize) {
        self.left = self.left.saturating_sub(inflated);
    }

    /// The bytes of a member. Case and the direction of slashes do not matter, nor does a leading slash: package
    /// formats link to parts as `/Doc_0/Document.xml`, and some producers write backslashes. Of members with one name
    /// the first is read.
    ///
    /// **Errors**: `Encrypted`; `TooLarge` where the budget of all members is spent; `Broken` where there is no such
    /// member, or it is cut, or its check sum is wrong; `UnknownType` for a compression other than deflate.
    pub(crate) fn read(&mut self, name: &str) -> Result<Vec<u8>, AttachError> {
        let Some(&place) = self.places.get(&part_name(name)) else {
            return Err(AttachError::Broken("ZIP", format!("no member {name}")));
        };
        let member = self.archive.by_index(place).map_err(|error| broken(&error))?;
        // One byte more than is left tells a member that just fits from one that does not.
        let most = u64::try_from(self.left).unwrap_or(u64::MAX).saturating_add(1);
        let mut bytes = Vec::new();
        let read = member.take(most).read_to_end(&mut bytes);
        let fits = bytes.len() <= self.left;
        self.spend(bytes.len());
        if !fits {
            return Err(AttachError::TooLarge(format!("its members inflate beyond the limit, at {name}")));
        }
        read.map_err(|error| AttachError::Broken("ZIP", error.to_string()))?;
        Ok(bytes)
    }
}

/// A name as parts of a package are compared.
fn part_name(name: &str) -> String {
    name.trim_start_matches(['/', '\\']).replace('\\', "/").to_ascii_lowercase()
}

/// A raw name as text.
fn decoded(raw: &[u8]) -> String {
    match std::str::from_utf8(raw) {
        Ok(name) => name.to_owned(),
        Err(_) => GB18030.decode_without_bom_handling(raw).0.into_owned(),
    }
}

fn broken(error: &ZipError) -> AttachError {
    match error {
        ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED) | ZipError::InvalidPassword => AttachError::Encrypted,
        ZipError::CompressionMethodNotSupported(method) => {
            AttachError::UnknownType(format!("a member is compressed by method {method}, which is not read"))
        }
        other => AttachError::Broken("ZIP", other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    use super::*;

    const SMALL: Limits = Limits { text_bytes: 1000, inflated_bytes: 1000, members: 10, depth: 1, pages: 10 };

    fn packed(members: &[(&str, &[u8])]) -> Vec<u8> {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, bytes) in members {
            writer.start_file(*name, SimpleFileOptions::default()).unwrap();
            writer.write_all(bytes).unwrap();
        }
        writer.finish().unwrap().into_inner()
    }

    /// The same file with other bytes for every place where `from` stands.
    fn replaced(bytes: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
        assert_eq!(from.len(), to.len());
        let mut changed = bytes.to_vec();
        for at in 0..bytes.len() - from.len() {
            if bytes[at..].starts_with(from) {
                changed[at..at + to.len()].copy_from_slice(to);
            }
        }
        changed
    }

    #[test]
    fn members_are_read_by_name_whatever_the_case_and_the_slashes() {
        let bytes = packed(&[("Doc_0\\Document.xml", b"one"), ("b.txt", b"two")]);
        let mut container = open(&bytes, &SMALL).unwrap();
        assert_eq!(container.names(), ["Doc_0\\Document.xml", "b.txt"]);
        assert_eq!(container.read("/doc_0/document.XML").unwrap(), b"one");
        assert_eq!(container.read("b.txt").unwrap(), b"two");
        assert_eq!(container.left, 994);
        assert!(matches!(container.read("c.txt"), Err(AttachError::Broken(..))));
    }

    #[test]
    fn all_members_together_stay_within_one_budget() {
        let bytes = packed(&[("a", &[b'a'; 600]), ("b", &[b'b'; 600]), ("c", b"c")]);
        let mut container = open(&bytes, &SMALL).unwrap();
        assert_eq!(container.read("a").unwrap().len(), 600);
        assert!(matches!(container.read("b"), Err(AttachError::TooLarge(_))));
        assert!(matches!(container.read("c"), Err(AttachError::TooLarge(_))));
    }

    #[test]
    fn a_member_that_inflates_to_the_last_byte_of_the_budget_is_read() {
        let bytes = packed(&[("a", &[b'a'; 1000])]);
        assert_eq!(open(&bytes, &SMALL).unwrap().read("a").unwrap().len(), 1000);
    }

    #[test]
    fn names_without_a_mark_are_read_in_the_code_page_of_chinese_windows() {
        let bytes = packed(&[("aaaa.txt", b"one")]);
        let bytes = replaced(&bytes, b"aaaa", b"\xb8\xbd\xbc\xfe");
        let mut container = open(&bytes, &SMALL).unwrap();
        assert_eq!(container.names(), ["附件.txt"]);
        assert_eq!(container.read("附件.txt").unwrap(), b"one");
    }

    #[test]
    fn a_member_behind_a_password_is_told_apart_from_a_broken_one() {
        let bytes = packed(&[("a", b"one")]);
        let mut locked = bytes.clone();
        let directory = bytes.windows(4).position(|four| four == b"PK\x01\x02").unwrap();
        locked[6] |= 1;
        locked[directory + 8] |= 1;
        assert!(matches!(open(&locked, &SMALL).unwrap().read("a"), Err(AttachError::Encrypted)));
        let mut cut = packed(&[("a", &[b'a'; 600])]);
        cut[36] ^= 0xff;
        assert!(matches!(open(&cut, &SMALL).unwrap().read("a"), Err(AttachError::Broken(..))));
    }

    #[test]
    fn bytes_that_are_no_zip_file_are_broken() {
        let whole = packed(&[("a", b"one")]);
        for bytes in [&b""[..], b"PK\x03\x04", &whole[..whole.len() / 2]] {
            assert!(matches!(open(bytes, &SMALL), Err(AttachError::Broken(..))));
        }
    }
}
