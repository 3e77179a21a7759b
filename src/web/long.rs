//! Long texts: how much of a page they take, and where they are cut so that each page stays below 100 KB.
//!
//! In: texts. Out: bytes as HTML, pieces that are the whole text together. Never: a character lost.

/// Bytes of one character as a page shows it: what acts is spelled out.
fn bytes_of(c: char) -> usize {
    match c {
        '&' | '<' | '>' | '"' | '\'' => 6,
        '\t' | '\n' => 3,
        '\u{200e}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{61c}' => 8,
        c if c.is_control() => 8,
        c => c.len_utf8(),
    }
}

/// Bytes of a text as a page shows it.
pub(super) fn weight(text: &str) -> usize {
    text.chars().map(bytes_of).sum()
}

/// The text in pieces of at most so many bytes each, cut behind the end of a sentence, a line or a cell where one is near.
pub(super) fn pieces(text: &str, most: usize) -> Vec<&str> {
    let mut pieces = Vec::new();
    let (mut start, mut n_bytes, mut end_of_sentence) = (0, 0, None);
    for (at, c) in text.char_indices() {
        let own = bytes_of(c);
        if n_bytes + own > most && at > start {
            // A cut in the first half would make too many pieces.
            let cut = end_of_sentence.filter(|cut| *cut > start + (at - start) / 2).unwrap_or(at);
            pieces.push(&text[start..cut]);
            (start, n_bytes, end_of_sentence) = (cut, weight(&text[cut..at]), None);
        }
        n_bytes += own;
        if matches!(c, '。' | '；' | ';' | '！' | '？' | '\n' | '\t') {
            end_of_sentence = Some(at + c.len_utf8());
        }
    }
    if start < text.len() {
        pieces.push(&text[start..]);
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_text_is_cut_behind_sentences_and_nothing_is_lost() {
        let text = "第一句话。第二句话。第三句话".repeat(9);
        let cut = pieces(&text, 60);
        assert_eq!(cut.concat(), text);
        assert!(cut.iter().all(|piece| weight(piece) <= 60), "{cut:?}");
        assert!(cut[0].ends_with('。') && cut.len() > 5, "{cut:?}");
        let hard = "<".repeat(100);
        assert_eq!(pieces(&hard, 60).iter().map(|piece| piece.len()).collect::<Vec<_>>(), [10; 10]);
        assert_eq!(pieces("", 60).len(), 0);
        assert_eq!(pieces("字", 1), ["字"], "a character is never cut");
    }
}
