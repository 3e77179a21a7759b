//! What the members of an archive say together.
//!
//! In: members one by one. Out: their texts, each under a line with its name. Never: a member whose words are not all
//! known passed over in silence: its line tells its size and checksum, so that another file under its name is another
//! text.

use encoding_rs::GB18030;

use super::{AttachError, Limits, Media, Words, members, one_line, within};
use crate::model::TextState;

/// Unread members that a note names; the others it counts.
const NAMED: usize = 3;

/// Bytes that the line of a member takes beside its name, and the end of its text; kept free for it.
const LINE_BYTES: usize = 80;

/// Files that desktops leave in archives: no words, and another with every packing.
const LITTER: [&str; 4] = ["Thumbs.db", ".DS_Store", "desktop.ini", "__MACOSX"];

/// A member as its header tells it.
pub(super) struct Header {
    /// Decoded. It may hold `..` or begin with `/`: it is text and never a path.
    pub(super) name: String,
    /// Bytes, inflated, as stated.
    pub(super) n_bytes: u64,
    /// CRC-32 of the bytes, as stated; some archives use other sums, or none.
    pub(super) crc: Option<u32>,
}

impl Header {
    /// Whether it is nothing that anybody packed on purpose.
    pub(super) fn is_litter(&self) -> bool {
        self.name.split(['/', '\\']).any(|part| LITTER.contains(&part))
    }
}

/// What has been read of an archive so far.
#[derive(Default)]
pub(super) struct Unpacked {
    text: String,
    notes: Vec<String>,
    n_members: usize,
    n_unread: usize,
    n_closed: usize,
    /// Whether a member might be another file without another text.
    is_vague: bool,
    /// Why the members behind the last one were not looked at.
    stopped: Option<String>,
}

impl Unpacked {
    /// Whether another member may be read; if not, the note says so.
    pub(super) fn may_go_on(&mut self, left: &mut Limits) -> bool {
        let met = match left {
            Limits { members: 0, .. } => "members",
            Limits { inflated_bytes: 0, .. } => "inflated bytes",
            Limits { text_bytes: 0, .. } => "bytes of text",
            _ => {
                left.members -= 1;
                return true;
            }
        };
        self.stop(format!("the limit of {met} was met; the members behind are left out"));
        false
    }

    /// The members behind are not looked at.
    pub(super) fn stop(&mut self, why: String) {
        self.stopped.get_or_insert(why);
    }

    /// Takes in a member that was unpacked.
    pub(super) fn add(&mut self, header: &Header, bytes: &[u8], left: &mut Limits) {
        left.inflated_bytes = left.inflated_bytes.saturating_sub(bytes.len());
        let media = Media::of(bytes, &header.name);
        let is_archive = matches!(media, Media::Zip | Media::Rar);
        if !is_archive && bytes.starts_with(b"PK") {
            // What its reader inflates is not told; no honest file inflates to more than it states.
            let stated = usize::try_from(members::stated_bytes(bytes)).unwrap_or(usize::MAX);
            left.inflated_bytes = left.inflated_bytes.saturating_sub(stated);
        }
        if is_archive && left.depth == 0 {
            return self.add_unread(header, Some(media), "archives inside archives inside archives are not read", left);
        }
        left.depth -= usize::from(is_archive);
        let kept = (header.name.len() + LINE_BYTES).min(left.text_bytes);
        left.text_bytes -= kept;
        let reading = within(bytes, &header.name, left);
        left.text_bytes += kept;
        left.depth += usize::from(is_archive);
        let note = reading.note.unwrap_or_default();
        if reading.state != TextState::Text {
            self.n_closed += usize::from(reading.state == TextState::Encrypted);
            return self.add_unread(header, Some(reading.media), &note, left);
        }
        self.n_members += 1;
        if !note.is_empty() {
            self.notes.push(format!("{}: {note}", header.name));
        }
        if reading.is_cut {
            self.line_of(header, Some(reading.media), left);
        } else {
            self.line(&header.name, left);
        }
        self.text.push_str(&reading.text);
        if !reading.text.is_empty() && !reading.text.ends_with('\n') {
            self.text.push('\n');
            left.text_bytes = left.text_bytes.saturating_sub(1);
        }
    }

    /// Takes in a member that a password closes.
    pub(super) fn add_closed(&mut self, header: &Header, left: &mut Limits) {
        self.n_closed += 1;
        self.add_unread(header, None, &AttachError::Encrypted.to_string(), left);
    }

    /// Takes in a member whose words are not known.
    pub(super) fn add_unread(&mut self, header: &Header, media: Option<Media>, why: &str, left: &mut Limits) {
        self.n_members += 1;
        self.n_unread += 1;
        if self.n_unread <= NAMED {
            self.notes.push(format!("not read: {} ({why})", header.name));
        }
        self.line_of(header, media, left);
    }

    /// The line of a member whose words are not all known.
    fn line_of(&mut self, header: &Header, media: Option<Media>, left: &mut Limits) {
        self.is_vague |= header.crc.is_none();
        let kind = media.map_or(String::new(), |media| format!("{}, ", media.name()));
        let sum = header.crc.map_or(String::new(), |crc| format!(", CRC-32 {crc:08X}"));
        self.line(&format!("{}\t{kind}{} bytes{sum}", header.name, header.n_bytes), left);
    }

    fn line(&mut self, line: &str, left: &mut Limits) {
        left.text_bytes = left.text_bytes.saturating_sub(line.len() + 1);
        self.text.push_str(line);
        self.text.push('\n');
    }

    /// The text of the archive. **Errors**: every member needs a password.
    pub(super) fn finish(mut self) -> Result<Words, AttachError> {
        if self.n_closed > 0 && self.n_closed == self.n_members && self.stopped.is_none() {
            return Err(AttachError::Encrypted);
        }
        if self.n_unread > NAMED {
            self.notes.push(format!("{} of {} members are not read", self.n_unread, self.n_members));
        }
        let is_cut = self.stopped.is_some() || self.is_vague;
        // First what concerns the whole.
        self.notes.reverse();
        let notes: Vec<String> = self.stopped.into_iter().chain(self.notes).collect();
        Ok(Words { text: self.text, note: (!notes.is_empty()).then(|| notes.join("; ")), is_cut })
    }
}

/// A name as its packer wrote it: UTF-8, or the Chinese code page of the machine.
///
/// `is_utf_8` is what the header claims. Without the claim, UTF-8 of two bytes a character is GB18030 that happens to
/// be valid (联通): Chinese characters take three.
pub(super) fn name(raw: &[u8], is_utf_8: bool) -> String {
    let valid = std::str::from_utf8(raw).ok();
    let valid = valid.filter(|name| is_utf_8 || name.is_ascii() || name.chars().any(|c| c.len_utf8() > 2));
    let name = valid.map_or_else(|| GB18030.decode_without_bom_handling(raw).0.into_owned(), str::to_owned);
    // RAR 4 parts folders as DOS does.
    one_line(&name).replace('\\', "/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_in_the_charset_they_were_written_in() {
        let gbk = |text: &str| GB18030.encode(text).0.into_owned();
        assert_eq!(name(&gbk("附件1：申报表.txt"), false), "附件1：申报表.txt");
        assert_eq!(name(&gbk("联通"), false), "联通");
        assert_eq!(name("附件2.txt".as_bytes(), false), "附件2.txt");
        assert_eq!(name("Düren.txt".as_bytes(), true), "Düren.txt");
        assert_eq!(name(b"../../etc/passwd\n", true), "../../etc/passwd");
    }
}
