//! MHTML: a page with all that belongs to it, as a mail holds it. Word saves it under `.doc`, Excel under `.xls`.
//!
//! In: bytes. Out: what a reader would see of its pages, one after the other. Never: its pictures, styles and scripts.
//!
//! Source: RFC 2557; RFC 2045 (encodings) and 2046 (parts).

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use memchr::memmem;

use super::{AttachError, Limits, Words, plain};

const FORMAT: &str = "MHTML";

/// Parts inside parts: a page and its plain form stand together in one part of the whole.
const DEPTH: usize = 4;

/// One part: what its head says, and its bytes as they are packed.
struct Section<'a> {
    media_type: String,
    encoding: String,
    body: &'a [u8],
}

/// The text of its pages; of a mail without pages, its plain text. **Errors**: `Broken` where it has neither.
pub(super) fn words(bytes: &[u8], limits: &Limits) -> Result<Words, AttachError> {
    let mut sections = Vec::new();
    collect(bytes, DEPTH, limits.members, &mut sections);
    let is_of = |section: &&Section<'_>, kind: &str| section.media_type.to_ascii_lowercase().starts_with(kind);
    let is_page = sections.iter().any(|section| is_of(&section, "text/html"));
    let wanted = if is_page { "text/html" } else { "text/plain" };
    let mut all = Words::default();
    let mut n_read = 0;
    for section in sections.iter().filter(|section| is_of(section, wanted)) {
        let bytes = section.unpacked()?;
        let words = if is_page { plain::page(&bytes, Some(&section.media_type))? } else { plain::text(&bytes) };
        n_read += 1;
        all.is_cut |= words.is_cut;
        all.note = all.note.or(words.note);
        if !all.text.is_empty() && !words.text.is_empty() {
            all.text.push('\n');
        }
        all.text.push_str(words.text.trim_end());
    }
    if n_read == 0 { Err(AttachError::Broken(FORMAT, "it has no page".to_owned())) } else { Ok(all) }
}

/// Takes in a part, or the parts that it holds. The last one may have lost its end: what is there is read.
fn collect<'a>(bytes: &'a [u8], depth: usize, most: usize, sections: &mut Vec<Section<'a>>) {
    let (head, body) = parted(bytes);
    let field = |name: &str| field(&head, name).unwrap_or_default();
    let media_type = field("content-type");
    let boundary = parameter(&media_type, "boundary").filter(|_| depth > 0);
    let Some(boundary) = boundary else {
        let encoding = field("content-transfer-encoding").trim().to_ascii_lowercase();
        sections.push(Section { media_type, encoding, body });
        return;
    };
    let mark = format!("--{boundary}");
    let is_mark = |at: &usize| *at == 0 || body[at - 1] == b'\n';
    let marks: Vec<usize> = memmem::find_iter(body, mark.as_bytes()).filter(is_mark).collect();
    for (place, at) in marks.iter().enumerate() {
        let part = &body[at + mark.len()..marks.get(place + 1).copied().unwrap_or(body.len())];
        if part.starts_with(b"--") || sections.len() >= most {
            break;
        }
        let start = part.iter().position(|byte| *byte == b'\n').map_or(part.len(), |at| at + 1);
        collect(&part[start..], depth - 1, most, sections);
    }
}

/// The lines of a head, folded ones joined, and what stands behind it.
fn parted(bytes: &[u8]) -> (Vec<String>, &[u8]) {
    let mut lines: Vec<String> = Vec::new();
    let mut rest = bytes;
    while let Some(end) = rest.iter().position(|byte| *byte == b'\n') {
        let line = String::from_utf8_lossy(&rest[..end]).trim_end().to_owned();
        rest = &rest[end + 1..];
        if line.is_empty() && !lines.is_empty() {
            break;
        }
        match lines.last_mut().filter(|_| line.starts_with([' ', '\t'])) {
            Some(last) => last.push_str(&line),
            None if line.is_empty() => {}
            None => lines.push(line),
        }
    }
    (lines, rest)
}

fn field(head: &[String], name: &str) -> Option<String> {
    let mut fields = head.iter().filter_map(|line| line.split_once(':'));
    fields.find(|(known, _)| known.trim().eq_ignore_ascii_case(name)).map(|(_, value)| value.trim().to_owned())
}

/// A parameter of a field, without its quotes.
fn parameter(value: &str, name: &str) -> Option<String> {
    let parameters = value.split(';').skip(1).filter_map(|parameter| parameter.split_once('='));
    let mut named = parameters.filter(|(known, _)| known.trim().eq_ignore_ascii_case(name));
    let value = named.next()?.1.trim().trim_matches('"').to_owned();
    (!value.is_empty()).then_some(value)
}

impl Section<'_> {
    fn unpacked(&self) -> Result<Vec<u8>, AttachError> {
        match self.encoding.as_str() {
            "quoted-printable" => Ok(unquoted(self.body)),
            "base64" => {
                let packed: Vec<u8> = self.body.iter().copied().filter(|byte| !byte.is_ascii_whitespace()).collect();
                let config = GeneralPurposeConfig::new()
                    .with_decode_padding_mode(DecodePaddingMode::Indifferent)
                    .with_decode_allow_trailing_bits(true);
                let unpacked = GeneralPurpose::new(&STANDARD, config).decode(packed);
                unpacked.map_err(|error| AttachError::Broken(FORMAT, error.to_string()))
            }
            _ => Ok(self.body.to_vec()),
        }
    }
}

/// The bytes of quoted-printable text: `=` and two digits are one byte, `=` at the end of a line joins it to the next.
fn unquoted(packed: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(packed.len());
    for line in packed.split_inclusive(|byte| *byte == b'\n') {
        let text = line.trim_ascii_end();
        let (text, end) = match text.strip_suffix(b"=") {
            Some(joined) => (joined, &b""[..]),
            None => (text, if line.ends_with(b"\n") { &b"\n"[..] } else { b"" }),
        };
        let mut rest = text;
        while let Some((&first, behind)) = rest.split_first() {
            let digits = behind.get(..2).and_then(|digits| std::str::from_utf8(digits).ok());
            let byte = digits.filter(|_| first == b'=').and_then(|digits| u8::from_str_radix(digits, 16).ok());
            bytes.push(byte.unwrap_or(first));
            rest = if byte.is_some() { &behind[2..] } else { behind };
        }
        bytes.extend_from_slice(end);
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(bytes: &[u8]) -> Result<String, AttachError> {
        words(bytes, &Limits::default()).map(|words| words.text)
    }

    #[test]
    fn the_pages_of_a_mail_are_read_and_what_belongs_to_them_is_not() {
        let mail = "MIME-Version: 1.0\r\nContent-Type: multipart/related;\r\n boundary=\"b=1\"\r\n\r\nfor old programs\r\n\
            --b=1\r\nContent-Type: text/html; charset=\"gb2312\"\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n\
            <p>=B7=A8=D6=\r\n=CE a=3Db</p>\r\n\
            --b=1\r\nContent-Type: text/css\r\n\r\np { color: red }\r\n\
            --b=1\r\nContent-Type: text/html\r\nContent-Transfer-Encoding: base64\r\n\r\nPHA+eHh4\r\nPC9wPg==\r\n\
            --b=1--\r\n<p>behind</p>";
        assert_eq!(text(mail.as_bytes()).unwrap(), "法治 a=b\nxxx");
    }

    #[test]
    fn a_mail_without_pages_gives_its_plain_text_and_one_without_text_is_broken() {
        let plain = b"MIME-Version: 1.0\nContent-Type: text/plain\n\nwords\n";
        assert_eq!(text(plain).unwrap(), "words");
        let picture = b"MIME-Version: 1.0\nContent-Type: image/png\n\nxx\n";
        assert!(matches!(text(picture), Err(AttachError::Broken(..))));
        let nested = "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n--b\n".repeat(50);
        assert!(text(nested.as_bytes()).is_err());
    }
}
