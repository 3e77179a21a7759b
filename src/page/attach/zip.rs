//! ZIP archives.
//!
//! In: the bytes of an archive and what is left of the limits. Out: the texts of its members, in order. Never: more
//! inflated than is left, by whatever sizes the archive states, or a member of a member beyond the depth.

use std::io::{Cursor, Read};

use ::zip::ZipArchive;
use ::zip::result::ZipError;

use super::archive::{self, Header, Unpacked};
use super::{AttachError, Limits, Words};

type Archive<'a> = ZipArchive<Cursor<&'a [u8]>>;

/// Its members' texts, each under the member's name.
pub(super) fn words(bytes: &[u8], left: &mut Limits) -> Result<Words, AttachError> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|error| broken(&error))?;
    let mut unpacked = Unpacked::default();
    for at in 0..archive.len() {
        let (header, is_closed) = match header(&mut archive, at) {
            Ok(Some(header)) => header,
            Ok(None) => continue,
            Err(error) => {
                unpacked.stop(broken(&error).to_string());
                break;
            }
        };
        if !unpacked.may_go_on(left) {
            break;
        }
        if is_closed {
            unpacked.add_closed(&header, left);
            continue;
        }
        match content(&mut archive, at, left) {
            Ok(bytes) => unpacked.add(&header, &bytes, left),
            Err(error) => unpacked.add_unread(&header, None, &error.to_string(), left),
        }
    }
    unpacked.finish()
}

/// A member's header and whether a password closes it; `None` for folders and litter.
fn header(archive: &mut Archive<'_>, at: usize) -> Result<Option<(Header, bool)>, ZipError> {
    let member = archive.by_index_raw(at)?;
    let raw = member.name_raw();
    if raw.ends_with(b"/") || raw.ends_with(b"\\") {
        return Ok(None);
    }
    // The library decodes by the header's claim; only under that claim the decoded name is the bytes.
    let is_utf_8 = member.name().is_ok_and(|name| name.as_bytes() == raw);
    let name = archive::name(raw, is_utf_8);
    // Members encrypted by AES state 0: their sum would tell their bytes. Source: WinZip AE-2.
    let crc = Some(member.crc32()).filter(|&crc| crc != 0 || member.size() == 0);
    let header = Header { name, n_bytes: member.size(), crc };
    let is_closed = member.encrypted();
    Ok((!header.is_litter()).then_some((header, is_closed)))
}

/// A member, inflated. One that would take more than is left takes all that is left.
fn content(archive: &mut Archive<'_>, at: usize, left: &mut Limits) -> Result<Vec<u8>, AttachError> {
    let member = archive.by_index(at).map_err(|error| broken(&error))?;
    let most = left.inflated_bytes as u64;
    let mut bytes = Vec::new();
    let read = member.take(most.saturating_add(1)).read_to_end(&mut bytes);
    if bytes.len() as u64 > most {
        left.inflated_bytes = 0;
        return Err(AttachError::TooLarge(format!("it inflates to more than the {most} bytes that are left")));
    }
    if let Err(error) = read {
        left.inflated_bytes = left.inflated_bytes.saturating_sub(bytes.len());
        return Err(AttachError::Broken("ZIP", error.to_string()));
    }
    Ok(bytes)
}

fn broken(error: &ZipError) -> AttachError {
    AttachError::Broken("ZIP", error.to_string())
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use ::zip::ZipWriter;
    use ::zip::write::SimpleFileOptions;

    use crate::page::attach::{Reading, read};

    use super::*;

    fn packed(members: &[(&str, String)]) -> Vec<u8> {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, text) in members {
            writer.start_file(*name, SimpleFileOptions::default()).unwrap();
            writer.write_all(text.as_bytes()).unwrap();
        }
        writer.finish().unwrap().into_inner()
    }

    fn read_within(text_bytes: usize, members: &[(&str, String)]) -> Reading {
        read(&packed(members), "a.zip", &Limits { text_bytes, ..Limits::default() })
    }

    #[test]
    fn an_archive_keeps_all_its_text_up_to_the_limit_and_no_byte_more() {
        let of = |letter: &str, n: usize| letter.repeat(n);
        let both = read_within(1200, &[("a.txt", of("x", 600)), ("b.txt", of("y", 300))]);
        assert_eq!(both.text.trim_end(), format!("a.txt\n{}\nb.txt\n{}", of("x", 600), of("y", 300)));
        assert_eq!((both.note, both.is_cut), (None, false));
        let long = read_within(1000, &[("a.txt", of("x", 5000)), ("b.txt", of("y", 9))]);
        assert!(long.text.len() <= 1000 && long.text.matches('x').count() > 800, "{}", long.text);
        assert!(
            !long.is_cut && long.text.contains("5000 bytes, CRC-32 "),
            "the sum of the whole tells an edit: {}",
            long.text
        );
        let note = long.note.unwrap_or_default();
        assert!(note.contains("a.txt: only the first") && !note.contains("first 0 bytes"), "{note}");
    }

    #[test]
    fn an_archive_in_an_archive_takes_its_text_once_from_what_is_left() {
        let inner = packed(&[("c.txt", "z".repeat(400))]);
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, bytes) in [("inner", &inner[..]), ("d.txt", &[b'w'; 400][..])] {
            writer.start_file(name, SimpleFileOptions::default()).unwrap();
            writer.write_all(bytes).unwrap();
        }
        let outer = writer.finish().unwrap().into_inner();
        let reading = read(&outer, "o.zip", &Limits { text_bytes: 1200, ..Limits::default() });
        assert_eq!((reading.text.matches('z').count(), reading.text.matches('w').count()), (400, 400));
        assert!(!reading.is_cut, "{:?}", reading.note);
    }
}
