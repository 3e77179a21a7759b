//! Bytes to text, by the charset that the bytes are in rather than the one they claim.
//!
//! In: a response body, its Content-Type header, the site file's `charset`. Out: [`Decoded`].
//! Never: fails; what cannot be read becomes U+FFFD and is counted.

use std::sync::LazyLock;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, GB18030, GBK, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};
use memchr::memmem;
use regex::bytes::Regex;

/// Bytes in which a page must declare its charset. Source: WHATWG HTML, "prescan a byte stream".
const DECLARATION_BYTES: usize = 1024;

/// Bytes at the start of a page, `<html` or `<!DOC`, that tell UTF-16 without a mark.
const UNMARKED_BYTES: usize = 10;

/// Bytes given to the detector: it is right from 256 bytes of Chinese text up, and a whole page costs nine parses.
const DETECTOR_BYTES: usize = 4096;

/// Wide characters per damaged sequence from which a page that declares nothing, or something else, is UTF-8: in text
/// of any other charset damaged sequences outnumber the intact ones.
const WIDE_PER_DAMAGE: usize = 10;

/// Characters per U+FFFD under which a declared charset is held for a lie and the detector is asked.
const CHARS_PER_DAMAGE: usize = 100;

/// A declaration in either form of `<meta>` or in an XML head; comments are matched only to be passed over.
static DECLARATION: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r#"(?is-u)<!--.*?-->|<meta\b[^>]*?\bcharset\s*=\s*["']?\s*([a-z0-9_:.-]+)|<\?xml\b[^>]*?\bencoding\s*=\s*["']([a-z0-9_:.-]+)"#,
    )
    .expect("invariant: the pattern is valid")
});

/// A page as text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decoded {
    /// The text, without a byte order mark.
    pub text: String,
    /// The charset it was read by, as the WHATWG names it: `UTF-8`, `gb18030`, `UTF-16LE`, ...
    pub charset: &'static str,
    /// How many U+FFFD the reading put in; those that the page itself holds are not counted.
    pub n_replaced: usize,
}

/// Decodes a body.
///
/// **Order**: byte order mark, every second byte zero, strictly valid UTF-8, `hint`, UTF-8 with a little damage, header and `<meta>`
/// (whichever reads with less damage), detector. GB2312 and GBK are read as their superset GB18030.
/// **Source**: WHATWG Encoding and HTML sniffing; real portals declare gb2312 and send UTF-8, and the reverse.
pub fn text(body: &[u8], content_type: Option<&str>, hint: Option<&str>) -> Decoded {
    if let Some((encoding, n_mark)) = Encoding::for_bom(body) {
        return read(&body[n_mark..], encoding);
    }
    if let Some(encoding) = unmarked_utf_16(body) {
        return read(body, encoding);
    }
    let header = content_type.and_then(charset_of_header);
    if let Ok(text) = std::str::from_utf8(body)
        && !header.is_some_and(is_utf_16)
    {
        return Decoded { text: text.to_owned(), charset: UTF_8.name(), n_replaced: 0 };
    }
    if let Some(encoding) = hint.and_then(encoding_of) {
        return read(body, encoding);
    }
    let meta = charset_of_meta(body);
    if is_damaged_utf_8(body, header == Some(UTF_8) || meta == Some(UTF_8)) {
        return read(body, UTF_8);
    }
    let declared = header.into_iter().chain(meta).map(|encoding| read(body, encoding));
    match declared.min_by_key(|reading| reading.n_replaced) {
        Some(best) if best.n_replaced == 0 => best,
        Some(best) if best.n_replaced * CHARS_PER_DAMAGE < best.text.chars().count() => best,
        Some(best) => std::cmp::min_by_key(best, guessed(body), |reading| reading.n_replaced),
        None => guessed(body),
    }
}

fn read(body: &[u8], encoding: &'static Encoding) -> Decoded {
    let (text, is_damaged) = encoding.decode_without_bom_handling(body);
    let text = text.into_owned();
    if !is_damaged {
        return Decoded { text, charset: encoding.name(), n_replaced: 0 };
    }
    // What the page itself holds as U+FFFD, in the two charsets that can spell it and are met.
    let spelled: &[u8] = if encoding == UTF_8 { b"\xEF\xBF\xBD" } else { b"\x84\x31\xA4\x37" };
    let n_own = if encoding == UTF_8 || encoding == GB18030 { count(body, spelled) } else { 0 };
    let n_replaced = text.matches(char::REPLACEMENT_CHARACTER).count().saturating_sub(n_own);
    Decoded { text, charset: encoding.name(), n_replaced }
}

fn count(body: &[u8], piece: &[u8]) -> usize {
    memmem::find_iter(body, piece).count()
}

/// An encoding by any of its labels, GB2312 and GBK widened to GB18030.
fn encoding_of(label: &str) -> Option<&'static Encoding> {
    let encoding = Encoding::for_label_no_replacement(label.trim().as_bytes())?;
    Some(if encoding == GBK { GB18030 } else { encoding })
}

fn is_utf_16(encoding: &'static Encoding) -> bool {
    encoding == UTF_16LE || encoding == UTF_16BE
}

/// UTF-16 without its mark: a page begins with markup, so that every second byte of its start is zero.
/// **Source**: XML 1.0, appendix F.1.
fn unmarked_utf_16(body: &[u8]) -> Option<&'static Encoding> {
    let start = body.get(..UNMARKED_BYTES)?;
    let is_all = |from: usize, is_zero: bool| start.iter().skip(from).step_by(2).all(|&byte| (byte == 0) == is_zero);
    match () {
        () if is_all(0, false) && is_all(1, true) => Some(UTF_16LE),
        () if is_all(0, true) && is_all(1, false) => Some(UTF_16BE),
        () => None,
    }
}

/// ISO-8859-1 counts as nothing said: servers send it for every file when nobody told them, and it reads any bytes.
fn charset_of_header(content_type: &str) -> Option<&'static Encoding> {
    let parameter = content_type.split(';').skip(1).find_map(|one| {
        let (name, value) = one.split_once('=')?;
        name.trim().eq_ignore_ascii_case("charset").then(|| value.trim().trim_matches(['"', '\'']))
    })?;
    encoding_of(parameter).filter(|encoding| *encoding != WINDOWS_1252)
}

/// A page whose `<meta>` can be read as ASCII is not UTF-16, whatever it says; the WHATWG reads that as UTF-8.
fn charset_of_meta(body: &[u8]) -> Option<&'static Encoding> {
    let head = &body[..body.len().min(DECLARATION_BYTES)];
    let label = DECLARATION.captures_iter(head).find_map(|found| found.get(1).or(found.get(2)))?;
    let encoding = encoding_of(std::str::from_utf8(label.as_bytes()).ok()?)?;
    match encoding {
        _ if is_utf_16(encoding) => Some(UTF_8),
        _ if encoding == WINDOWS_1252 => None,
        _ => Some(encoding),
    }
}

/// Whether this is UTF-8 in which a few sequences are cut, as editors and proxies that count bytes leave it.
fn is_damaged_utf_8(body: &[u8], is_declared: bool) -> bool {
    /// Bytes from here on begin a character of several.
    const FIRST_OF_SEVERAL: u8 = 0xc0;
    let (mut n_wide, mut n_damaged) = (0_usize, 0_usize);
    for chunk in body.utf8_chunks() {
        n_wide += chunk.valid().bytes().filter(|&byte| byte >= FIRST_OF_SEVERAL).count();
        n_damaged += usize::from(!chunk.invalid().is_empty());
    }
    let least = if is_declared { n_damaged } else { n_damaged * WIDE_PER_DAMAGE };
    n_wide > least
}

/// A page that says nothing: as the detector takes it, or as GB18030 where that does no more damage.
fn guessed(body: &[u8]) -> Decoded {
    let guess = read(body, detected(body));
    if guess.n_replaced == 0 { guess } else { std::cmp::min_by_key(read(body, GB18030), guess, |one| one.n_replaced) }
}

/// What the detector makes of the first text that is not ASCII.
fn detected(body: &[u8]) -> &'static Encoding {
    let start = body.iter().position(|byte| !byte.is_ascii()).unwrap_or(0);
    let end = body.len().min(start + DETECTOR_BYTES);
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(&body[start..end], end == body.len());
    let guess = detector.guess(None, Utf8Detection::Allow);
    // One half character makes the detector give up on GBK and take a Western charset, which reads any bytes.
    let is_chinese = guess == GBK || (guess.is_single_byte() && stands_in_pairs(body));
    if is_chinese { GB18030 } else { guess }
}

/// Whether bytes beyond ASCII come in runs, as both bytes of a Chinese character do; accents stand alone in words.
fn stands_in_pairs(body: &[u8]) -> bool {
    let runs = body.split(u8::is_ascii).map(<[u8]>::len).filter(|n_bytes| *n_bytes > 0);
    let (n_alone, n_in_runs) =
        runs.fold(
            (0_usize, 0_usize),
            |(alone, in_runs), n_bytes| {
                if n_bytes == 1 { (alone + 1, in_runs) } else { (alone, in_runs + n_bytes) }
            },
        );
    n_in_runs > 20 * n_alone
}

#[cfg(test)]
mod tests {
    use super::*;

    const SENTENCE: &str = "关于印发《法治政府建设实施纲要》的通知，各乡镇人民政府、县直各部门：现将有关事项通知如下。";

    fn gb18030(text: &str) -> Vec<u8> {
        GB18030.encode(text).0.into_owned()
    }

    #[test]
    fn valid_utf_8_wins_over_every_declaration() {
        let page = format!("<meta charset=gb2312><p>{SENTENCE}");
        let decoded = super::text(page.as_bytes(), Some("text/html; charset=GBK"), None);
        assert_eq!((decoded.charset, decoded.n_replaced), ("UTF-8", 0));
        assert_eq!(decoded.text, page);
    }

    #[test]
    fn gb2312_is_read_as_gb18030_from_header_meta_or_xml_head() {
        let rare = format!("{SENTENCE}㐀镕");
        for (head, header) in [
            ("<meta http-equiv='Content-Type' content='text/html; charset=gb2312'>", None),
            ("<meta charset=\"GBK\">", None),
            ("<?xml version='1.0' encoding='gb2312'?>", None),
            ("<!-- <meta charset=big5> --><meta charset=gbk>", None),
            ("", Some("text/html;charset=\"gb2312\"")),
        ] {
            let decoded = super::text(&gb18030(&format!("{head}{rare}")), header, None);
            assert_eq!((decoded.charset, decoded.n_replaced), ("gb18030", 0), "{head}");
            assert!(decoded.text.ends_with(&rare), "{head}");
        }
    }

    #[test]
    fn where_header_and_meta_disagree_the_one_that_reads_wins() {
        let page = gb18030(&format!("<meta charset=utf-8>{SENTENCE}"));
        assert_eq!(super::text(&page, Some("text/html; charset=gbk"), None).charset, "gb18030");
        let page = gb18030(&format!("<meta charset=gbk>{SENTENCE}"));
        assert_eq!(super::text(&page, Some("text/html; charset=utf-8"), None).charset, "gb18030");
        assert_eq!(super::text(&page, Some("text/html; charset=ISO-8859-1"), None).charset, "gb18030");
    }

    #[test]
    fn a_character_cut_in_half_leaves_the_page_utf_8() {
        let mut page = format!("<meta charset=gbk><p>{SENTENCE}{SENTENCE}").into_bytes();
        page.truncate(page.len() - 1);
        page.extend_from_slice("…</p>".as_bytes());
        let decoded = super::text(&page, None, None);
        assert_eq!((decoded.charset, decoded.n_replaced), ("UTF-8", 1));
        assert!(decoded.text.ends_with("如下\u{FFFD}…</p>"), "{}", decoded.text);
    }

    #[test]
    fn u_fffd_of_the_page_itself_is_not_counted() {
        let page = [format!("\u{FFFD}{SENTENCE}").as_bytes(), b"\xE5"].concat();
        assert_eq!(super::text(&page, None, None).n_replaced, 1);
    }

    #[test]
    fn byte_order_marks_decide_and_are_taken_away() {
        let utf_16: Vec<u8> = [0xFEFF].into_iter().chain(SENTENCE.encode_utf16()).flat_map(u16::to_le_bytes).collect();
        let decoded = super::text(&utf_16, Some("text/html; charset=gbk"), None);
        assert_eq!((decoded.charset, decoded.text.as_str()), ("UTF-16LE", SENTENCE));
        let marked = format!("\u{FEFF}{SENTENCE}");
        assert_eq!(super::text(marked.as_bytes(), None, None).text, SENTENCE);
    }

    #[test]
    fn half_a_character_does_not_turn_a_chinese_page_into_a_western_one() {
        let mut page = gb18030(&format!("<p>{}", SENTENCE.repeat(20)));
        page.truncate(page.len() - 1);
        let middle = page.len() / 2 / 2 * 2 + 4;
        page.remove(middle);
        assert_eq!(super::text(&page, None, None).charset, "gb18030");
        let french = "<p>Société générale à responsabilité limitée, créée à Genève en été. ".repeat(20);
        let (western, _, _) = WINDOWS_1252.encode(&french);
        assert_eq!(super::text(&western, None, None).charset, "windows-1252");
    }

    #[test]
    fn a_page_that_says_nothing_is_detected() {
        let page = [b"<html><title>".repeat(400).as_slice(), &gb18030(&SENTENCE.repeat(3))].concat();
        let decoded = super::text(&page, Some("text/html"), None);
        assert_eq!((decoded.charset, decoded.n_replaced), ("gb18030", 0));
        let taiwan = "中華民國行政院環境保護署公告，主旨：修正空氣污染防制費收費辦法，並自即日起生效。";
        let big5 = encoding_rs::BIG5.encode(taiwan).0;
        assert_eq!(super::text(&big5, None, None).text, taiwan);
    }

    #[test]
    fn the_site_files_charset_goes_before_header_and_meta() {
        let page = gb18030(&format!("<meta charset=big5>{SENTENCE}"));
        let decoded = super::text(&page, Some("text/html; charset=big5"), Some("gb2312"));
        assert_eq!(decoded.charset, "gb18030");
        assert!(decoded.text.ends_with(SENTENCE));
    }

    #[test]
    fn an_empty_body_is_empty_text() {
        let decoded = super::text(b"", None, Some("nonsense"));
        assert_eq!((decoded.text.as_str(), decoded.charset, decoded.n_replaced), ("", "UTF-8", 0));
    }
}
