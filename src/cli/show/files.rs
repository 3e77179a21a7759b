//! Attachments in words: type, size, what is known of their text; and what stands in the place of a text that the
//! page does not have.

use super::clean;
use crate::change::render::Lang;
use crate::model::{Attachment, BlockKind, Document, Doubt, TextState};

/// Type, size and state of a file, and what was left out of it or why it has no text, in one line. What its reader noted is
/// English.
pub(crate) fn described(file: &Attachment, lang: Lang) -> String {
    let kind = file.media_type.as_deref().map(|media_type| kind(media_type, lang).to_owned());
    let size = file.file.as_ref().map(|file| size(file.n_bytes, lang));
    let between = if lang == Lang::Zh { "，" } else { ", " };
    [kind, size, Some(said(file, lang))].into_iter().flatten().collect::<Vec<_>>().join(between)
}

/// What people call a type.
fn kind(media_type: &str, lang: Lang) -> &str {
    match media_type {
        "text/plain" if lang == Lang::Zh => "文本",
        "application/msword" => "DOC",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document" => "DOCX",
        "application/vnd.ms-works" => "WPS",
        "application/vnd.ms-excel" => "XLS",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" => "XLSX",
        "application/vnd.ms-powerpoint" => "PPT",
        "application/vnd.openxmlformats-officedocument.presentationml.presentation" => "PPTX",
        "application/vnd.rar" => "RAR",
        "application/rtf" => "RTF",
        "application/pdf" => "PDF",
        "application/ofd" => "OFD",
        "application/zip" => "ZIP",
        "text/plain" => "text",
        "text/html" => "HTML",
        "text/csv" => "CSV",
        other => other,
    }
}

/// The state of a file and what its reader noted. Why there is no text stands in the note alone, where there is one.
fn said(file: &Attachment, lang: Lang) -> String {
    let known = file.file.as_ref().and_then(|file| Some((file.state, clean(file.note.as_deref()?))));
    match known {
        Some((TextState::Text | TextState::Recognised, note)) => format!("{}; {note}", state(file, lang)),
        Some((TextState::Broken | TextState::TooLarge | TextState::UnknownType, note)) => note,
        Some((TextState::Encrypted | TextState::NoTextLayer, _)) | None => state(file, lang),
    }
}

fn state(file: &Attachment, lang: Lang) -> String {
    if lang == Lang::Zh {
        return state_in_chinese(file);
    }
    let Some(file) = &file.file else { return "not read yet".to_owned() };
    let characters = || format!("{} characters", grouped(file.n_chars));
    match (file.state, file.confidence) {
        (TextState::Text, _) => characters(),
        (TextState::Recognised, Some(sure)) => format!("scanned, {} recognised, {sure} % sure", characters()),
        (TextState::Recognised, None) => format!("scanned, {} recognised", characters()),
        (TextState::NoTextLayer, _) => "scanned, no text layer".to_owned(),
        (TextState::Encrypted, _) => "opens with a password only".to_owned(),
        (TextState::Broken, _) => "not a whole file".to_owned(),
        (TextState::TooLarge, _) => "too large to be read".to_owned(),
        (TextState::UnknownType, _) => "its type is not read".to_owned(),
    }
}

fn state_in_chinese(file: &Attachment) -> String {
    let Some(file) = &file.file else { return "尚未读取".to_owned() };
    let characters = || format!("{} 字", grouped(file.n_chars));
    match (file.state, file.confidence) {
        (TextState::Text, _) => characters(),
        (TextState::Recognised, Some(sure)) => format!("扫描件，识别出 {}，把握 {sure}%", characters()),
        (TextState::Recognised, None) => format!("扫描件，识别出 {}", characters()),
        (TextState::NoTextLayer, _) => "扫描件，没有文字层".to_owned(),
        (TextState::Encrypted, _) => "有密码，无法读取".to_owned(),
        (TextState::Broken, _) => "文件不完整".to_owned(),
        (TextState::TooLarge, _) => "文件过大，未读取".to_owned(),
        (TextState::UnknownType, _) => "不读取此类文件".to_owned(),
    }
}

/// Bytes as people say them, in steps of 1,000.
fn size(n_bytes: u64, lang: Lang) -> String {
    if n_bytes < 1_000 {
        return format!("{n_bytes} {}", if lang == Lang::Zh { "字节" } else { "bytes" });
    }
    let mut unit = 1_000;
    for name in ["kB", "MB"] {
        let tenths = in_tenths(n_bytes, unit);
        if tenths < 10_000 {
            return format!("{}.{} {name}", tenths / 10, tenths % 10);
        }
        unit *= 1_000;
    }
    let tenths = in_tenths(n_bytes, unit);
    format!("{}.{} GB", tenths / 10, tenths % 10)
}

fn in_tenths(n_bytes: u64, unit: u64) -> u64 {
    (n_bytes.saturating_mul(10).saturating_add(unit / 2)) / unit
}

/// A number with commas between its thousands.
fn grouped(n: u64) -> String {
    let digits = n.to_string();
    let mut grouped = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// What is said of a report whose page was never read.
const ONLY_ROW: &str = "Only its row is known. Its page was not asked for (its host is not among `fetch.hosts` of the site \
     file, robots.txt forbids it, or a script shows it by what stands behind the # of its address, which wants \
     `render = \"browser\"`), did not come, or showed something else.";

/// What stands in the place of a text that the page does not have.
pub(super) fn instead_of_text(document: &Document, is_by_row: bool) -> Option<String> {
    if document.worded().next().is_some() {
        return None;
    }
    let n_images = document.blocks.iter().filter(|block| block.kind == BlockKind::Image).count();
    let pictures = if n_images == 1 { "1 picture".to_owned() } else { format!("{n_images} pictures") };
    Some(match (n_images, document.attachments.len()) {
        (0, 0) if is_by_row => ONLY_ROW.to_owned(),
        (0, 0) => "The page has no text.".to_owned(),
        (0, _) => "The page has no text of its own.".to_owned(),
        _ => format!("The page has no text: it shows {pictures}."),
    })
}

/// What stands over the list of attachments.
pub(super) fn heading(document: &Document, doubts: &[Doubt]) -> &'static str {
    let has_text = !document.blocks.is_empty() && !doubts.contains(&Doubt::OnlyAttachments);
    if has_text { "Attachments" } else { "What it says stands in its attachments:" }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{AttachedFile, Hash};

    #[test]
    fn sizes_and_counts_are_as_people_say_them() {
        let sizes =
            [0, 999, 1_000, 1_949, 20_480, 999_949, 999_990, 1_234_567, 5_000_000_000].map(|n| size(n, Lang::En));
        let expected =
            ["0 bytes", "999 bytes", "1.0 kB", "1.9 kB", "20.5 kB", "999.9 kB", "1.0 MB", "1.2 MB", "5.0 GB"];
        assert_eq!(sizes, expected);
        assert_eq!([7, 4_213, 1_000_000].map(grouped), ["7", "4,213", "1,000,000"]);
    }

    #[test]
    fn a_file_is_described_in_both_languages() {
        let url = url::Url::parse("http://www.a.gov.cn/1.pdf").expect("a URL");
        let linked = Attachment::linked(url, "附件", Some("application/pdf".into()));
        assert_eq!(described(&linked, Lang::En), "PDF, not read yet");
        assert_eq!(described(&linked, Lang::Zh), "PDF，尚未读取");
        let file = AttachedFile {
            bytes_hash: Hash::of(b"a"),
            n_bytes: 999,
            state: TextState::Text,
            text_hash: None,
            n_chars: 4_213,
            confidence: None,
            note: None,
        };
        let read = Attachment { file: Some(file), ..linked };
        assert_eq!(described(&read, Lang::En), "PDF, 999 bytes, 4,213 characters");
        assert_eq!(described(&read, Lang::Zh), "PDF，999 字节，4,213 字");
    }
}
