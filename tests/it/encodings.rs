//! Pages in every charset that portals send, right and wrong about it: the text is the same.

use encoding_rs::{BIG5, Encoding, GB18030};
use govwatch::page::decode;

/// The characters of the last sentence take four bytes in GB18030.
const TEXT: &str = "关于印发《白塔区停车管理细则》的通知：各乡镇、街道，县直各部门，请遵照执行。";
const FOUR_BYTES: &str = "生僻字：㙦𠮷䶮㸆。";
const TRADITIONAL: &str = "關於印發停車管理細則的通知：各鄉鎮、街道，請遵照執行。";

fn page(head: &str, text: &str) -> String {
    format!("<html><head>{head}<title>通知</title></head><body><p>{text}</p></body></html>")
}

fn said(charset: &str) -> String {
    format!("<meta http-equiv=\"Content-Type\" content=\"text/html; charset={charset}\">")
}

fn coded(page: &str, encoding: &'static Encoding) -> Vec<u8> {
    let (bytes, _, has_failed) = encoding.encode(page);
    assert!(!has_failed);
    bytes.into_owned()
}

fn utf_16(page: &str, is_little: bool, has_mark: bool) -> Vec<u8> {
    let mark = has_mark.then_some(0xFEFF_u16);
    let units = mark.into_iter().chain(page.encode_utf16());
    units.flat_map(|unit| if is_little { unit.to_le_bytes() } else { unit.to_be_bytes() }).collect()
}

fn holds(bytes: &[u8], header: Option<&str>, text: &str) -> bool {
    let decoded = decode::text(bytes, header, None);
    decoded.text.contains(text) && decoded.n_replaced == 0
}

#[test]
fn gbk_pages_are_read_by_what_they_say_wrongly_or_not_at_all() {
    for head in ["gb2312", "gbk", "GB18030", "gb_2312-80", "utf-8"].map(said).iter().chain([&String::new()]) {
        let bytes = coded(&page(head, TEXT), GB18030);
        assert!(holds(&bytes, None, TEXT), "{head}");
        assert!(holds(&bytes, Some("text/html"), TEXT), "{head}");
        assert!(holds(&bytes, Some("text/html; charset=utf-8"), TEXT), "{head}");
    }
}

#[test]
fn characters_of_four_bytes_are_read() {
    for head in [said("gb18030"), said("gb2312"), said("gbk"), String::new()] {
        assert!(holds(&coded(&page(&head, FOUR_BYTES), GB18030), None, FOUR_BYTES), "{head}");
    }
}

#[test]
fn big5_is_read_where_it_is_said() {
    let bytes = coded(&page(&said("big5"), TRADITIONAL), BIG5);
    assert!(holds(&bytes, None, TRADITIONAL));
    assert!(holds(&coded(&page("", TRADITIONAL), BIG5), Some("text/html; charset=Big5"), TRADITIONAL));
}

#[test]
fn utf_16_is_read_with_and_without_its_mark() {
    for is_little in [true, false] {
        for has_mark in [true, false] {
            let bytes = utf_16(&page(&said("utf-16"), TEXT), is_little, has_mark);
            assert!(holds(&bytes, None, TEXT), "little endian {is_little}, mark {has_mark}");
        }
    }
}

#[test]
fn utf_8_is_read_whatever_is_said_of_it() {
    for head in [said("gb2312"), said("big5"), format!("{}{}", said("gbk"), said("utf-8")), String::new()] {
        let page = page(&head, TEXT);
        assert!(holds(page.as_bytes(), None, TEXT), "{head}");
        assert!(holds(page.as_bytes(), Some("text/html; charset=GBK"), TEXT), "{head}");
        assert!(holds(&[b"\xEF\xBB\xBF", page.as_bytes()].concat(), Some("text/html; charset=GBK"), TEXT), "{head}");
    }
}

#[test]
fn a_few_bad_bytes_spoil_themselves_only() {
    let utf_8 = page(&said("utf-8"), TEXT).replace("</p>", "\u{1}\u{1}</p><p>末段在此。</p>");
    let bad: Vec<u8> = utf_8.bytes().map(|byte| if byte == 1 { 0xFF } else { byte }).collect();
    let text = decode::text(&bad, None, None).text;
    assert!(text.contains(TEXT) && text.contains("末段在此。"), "{text}");
    let gbk = coded(&page(&said("gbk"), TEXT).replace("</p>", "\u{1}</p><p>末段在此。</p>"), GB18030);
    let bad: Vec<u8> = gbk.into_iter().map(|byte| if byte == 1 { 0xFF } else { byte }).collect();
    let text = decode::text(&bad, None, None).text;
    assert!(text.contains(TEXT) && text.contains("末段在此。"), "{text}");
}

#[test]
fn a_character_cut_in_two_at_the_end_spoils_nothing_before_it() {
    let whole = page("", TEXT);
    let at = whole.find("遵照").expect("text");
    for n_cut in 1..3 {
        let text = decode::text(&whole.as_bytes()[..at + n_cut], None, None).text;
        assert!(text.contains("关于印发《白塔区停车管理细则》的通知：各乡镇、街道，县直各部门，请"), "{text}");
    }
}

#[test]
fn of_two_declarations_the_bytes_decide() {
    let head = format!("{}{}", said("utf-8"), said("gb2312"));
    assert!(holds(&coded(&page(&head, TEXT), GB18030), None, TEXT));
    let head = format!("{}{}", said("gb2312"), said("utf-8"));
    assert!(holds(page(&head, TEXT).as_bytes(), None, TEXT));
}
