//! What of a page its readers see, and how: which elements are hidden, which break a line, what white space becomes.
//!
//! In: one element, or one run of text. Out: yes or no, or the text as shown. Never: the words themselves.

use super::tree::Node;

/// Words in the role, class or id of a box that is opened over the page.
const DIALOGS: [&str; 7] = ["dialog", "alertdialog", "modal", "popup", "pop", "layer", "mask"];

/// Elements that begin and end a line, parts of tables among them. **Source**: the rendering section of the HTML
/// standard; `ucapcontent` is the body element of the UCAP family.
#[rustfmt::skip] // One a line would be a page.
fn is_block_name(name: &str) -> bool {
    matches!(
        name,
            "address" | "article" | "aside" | "blockquote" | "body" | "caption" | "center" | "dd" | "details"
            | "dialog" | "dir" | "div" | "dl" | "dt" | "fieldset" | "figcaption" | "figure" | "footer" | "form"
            | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "header" | "hr" | "html" | "legend" | "li" | "main"
            | "menu" | "nav" | "ol" | "p" | "pre" | "section" | "summary" | "table" | "tbody" | "ucapcontent"
            | "ul" | "td" | "tfoot" | "th" | "thead" | "tr"
    )
}

/// Inline elements that a style may show as blocks.
fn is_styled(name: &str) -> bool {
    matches!(name, "span" | "a" | "b" | "strong" | "font" | "em" | "label" | "i")
}

/// Whether an element begins and ends a line.
pub(super) fn is_block(node: Node<'_>) -> bool {
    let name = node.name();
    is_block_name(name)
        || (is_styled(name) && node.attr("style").is_some_and(|style| says(style, b"block", &["display:block"])))
}

pub(super) fn is_heading(name: &str) -> bool {
    matches!(name, "h1" | "h2" | "h3" | "h4" | "h5" | "h6")
}

/// Whether an element holds nothing that is ever read as text.
pub(super) fn is_never_text(name: &str) -> bool {
    matches!(
        name,
        "script"
            | "style"
            | "noscript"
            | "template"
            | "head"
            | "textarea"
            | "select"
            | "datalist"
            | "button"
            | "iframe"
            | "object"
            | "svg"
            | "canvas"
            | "video"
            | "audio"
            | "math"
    )
}

/// Whether a style says one of these, white space and case aside; `word` is part of all of them.
fn says(style: &str, word: &[u8], wanted: &[&str]) -> bool {
    let bytes = style.as_bytes();
    let is_word = |at: usize| bytes.get(at..at + word.len()).is_some_and(|here| here.eq_ignore_ascii_case(word));
    let has_word = memchr::memchr2_iter(word[0], word[0].to_ascii_uppercase(), bytes).any(is_word);
    has_word && {
        let style = bare_style(style);
        wanted.iter().any(|one| style.contains(one))
    }
}

fn bare_style(style: &str) -> String {
    style.chars().filter(|c| !c.is_whitespace()).map(|c| c.to_ascii_lowercase()).collect()
}

/// Whether a reader does not see an element: by the `hidden` attribute, its style, or a class that every style sheet
/// at hand hides.
pub(super) fn is_hidden(node: Node<'_>) -> bool {
    // A page hides itself whole until its scripts have run.
    if matches!(node.name(), "html" | "body") {
        return false;
    }
    if node.attr("hidden").is_some() || (node.name() == "dialog" && node.attr("open").is_none()) {
        return true;
    }
    let by_style =
        |style: &str| says(style, b"none", &["display:none"]) || says(style, b"hidden", &["visibility:hidden"]);
    let by_class = |classes: &str| {
        let mut hides = classes.split_whitespace();
        let has = |wanted: &str| classes.split_whitespace().any(|class| class == wanted);
        hides.any(|class| matches!(class, "hidden" | "hide" | "ng-hide" | "d-none" | "layui-hide"))
            || (has("modal") && !has("in") && !has("show"))
    };
    node.attr("style").is_some_and(by_style) || node.attr("class").is_some_and(by_class)
}

/// Whether an element is a box that is opened over the page: what is hidden in it is no part of the page.
pub(super) fn is_dialog(node: Node<'_>) -> bool {
    let is_named = |name: &str| {
        let named = |value: &str| {
            value.split(['-', '_', ' ']).any(|word| DIALOGS.iter().any(|one| word.eq_ignore_ascii_case(one)))
        };
        node.attr(name).is_some_and(named)
    };
    node.name() == "dialog" || node.attr("aria-modal").is_some() || ["role", "class", "id"].into_iter().any(is_named)
}

/// Whether the text of an element is bold, by its name or by its own style.
pub(super) fn is_bold(node: Node<'_>) -> bool {
    let by_style = |style: &str| {
        let style = bare_style(style);
        let weight = style.split("font-weight:").nth(1).unwrap_or_default();
        weight.starts_with("bold") || matches!(weight.as_bytes(), [b'6'..=b'9', b'0', b'0', ..])
    };
    matches!(node.name(), "b" | "strong" | "th")
        || node.attr("style").is_some_and(|style| {
            style.as_bytes().windows(6).any(|word| word.eq_ignore_ascii_case(b"weight")) && by_style(style)
        })
}

/// Characters that take no room and say nothing.
pub(super) fn is_nothing(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' | '\u{ad}' | '\u{202a}'..='\u{202e}')
        || (c.is_control() && !c.is_whitespace())
}

/// Whether a text without white space at its ends is as a reader sees it: no character of it takes no room, and no two
/// stand apart by more than one space. May say no where it is.
fn is_tidy(text: &str) -> bool {
    let bytes = text.as_bytes();
    let is_plain = |at: usize| match bytes[at] {
        b' ' => bytes.get(at + 1) != Some(&b' '),
        // Controls; U+0080 to U+00BF, U+1680, U+2000 to U+207F, U+3000, U+FEFF: spaces and what takes no room.
        0x00..=0x1f | 0x7f | 0xc2 | 0xe1 => false,
        0xe2 => !matches!(bytes.get(at + 1), Some(0x80 | 0x81)),
        0xe3 => bytes.get(at + 1..at + 3) != Some(&[0x80, 0x80]),
        0xef => bytes.get(at + 1) != Some(&0xbb),
        _ => true,
    };
    (0..bytes.len()).all(is_plain)
}

/// A line as a reader sees it: characters of no width left out, white space collapsed, ends trimmed.
pub(super) fn tidy(text: &str) -> String {
    let text = text.trim_ascii();
    if is_tidy(text) {
        return text.to_owned();
    }
    let mut tidied = String::with_capacity(text.len());
    let mut is_gap = false;
    for c in text.chars().filter(|&c| !is_nothing(c)) {
        if c.is_whitespace() {
            is_gap = true;
            continue;
        }
        if is_gap && !tidied.is_empty() {
            tidied.push(' ');
        }
        is_gap = false;
        tidied.push(c);
    }
    tidied
}

/// Longest part of a name, in characters.
const LONGEST_NAME: usize = 4;

/// A gap between two words of a line.
#[derive(Clone, Copy, Default)]
struct Gap {
    n_chars: usize,
    /// In columns of a terminal.
    width: usize,
}

impl Gap {
    /// White space of the source is one space to a reader, except in preformatted text.
    fn add(&mut self, c: char, is_pre: bool) {
        match c {
            '\u{3000}' | '\u{2001}' | '\u{2003}' => *self = Self { n_chars: self.n_chars + 1, width: self.width + 2 },
            '\t' if is_pre => *self = Self { n_chars: self.n_chars + 2, width: self.width + 4 },
            c if is_pre || !c.is_ascii_whitespace() => {
                *self = Self { n_chars: self.n_chars + 1, width: self.width + 1 };
            }
            _ if self.n_chars == 0 => *self = Self { n_chars: 0, width: 1 },
            _ => {}
        }
    }
}

/// A line whose columns are made of spaces, such as a list of names (`张　三　　李　四`): its wide gaps as two U+3000,
/// its narrow ones as one space. `None` for any other line: a sentence, a form of one gap, a heading set apart letter
/// by letter.
pub(super) fn columns(text: &str, is_pre: bool) -> Option<String> {
    // White space of the source is one space to a reader: only others make a wide gap.
    if !is_pre && !text.chars().any(|c| !c.is_ascii() && c.is_whitespace()) {
        return None;
    }
    let (mut words, mut gaps): (Vec<String>, Vec<Gap>) = (Vec::new(), Vec::new());
    let mut gap = Gap::default();
    for c in text.chars().filter(|&c| !is_nothing(c)) {
        if c.is_whitespace() {
            gap.add(c, is_pre);
            continue;
        }
        if gap.width > 0 || words.is_empty() {
            gaps.push(std::mem::take(&mut gap));
            words.push(String::new());
        }
        words.last_mut()?.push(c);
    }
    let gaps = gaps.get(1..)?;
    let widest = gaps.iter().map(|gap| gap.width).max()?;
    let is_wide = |gap: &&Gap| gap.n_chars >= 2 && gap.width * 2 >= widest;
    let n_wide = gaps.iter().filter(is_wide).count();
    let may_be = |longest: usize| words.iter().all(|word| word.chars().count() <= longest);
    // One wide gap alone parts the number of an article from its text, unless what it parts are names.
    let has_columns = n_wide > 1 || (n_wide == 1 && (is_pre || (gaps.len() > 1 && may_be(LONGEST_NAME))));
    let is_set_apart = may_be(1) && n_wide == gaps.len() && !is_pre;
    let is_sentence = text.contains(['，', '。', '；', '！', '？']);
    if !has_columns || is_set_apart || is_sentence {
        return None;
    }
    let apart = gaps.iter().map(|gap| if is_wide(&gap) { "\u{3000}\u{3000}" } else { " " });
    Some(std::iter::once("").chain(apart).zip(&words).flat_map(|(gap, word)| [gap, word]).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::tree::{Query, Tree};

    #[test]
    fn white_space_is_what_a_reader_sees() {
        assert_eq!(tidy("\u{3000}\u{3000}第一条\n\t 本办法\u{a0}\u{200b}自\u{feff} "), "第一条 本办法 自");
        for (text, tidied) in [
            (" \n第一条、本办法。 (二) A \t", "第一条、本办法。 (二) A"),
            ("a  b", "a b"),
            ("a\u{2003}b", "a b"),
            ("a\u{2060}b", "ab"),
            ("a\u{ad}b", "ab"),
            ("a\u{1680}b", "a b"),
            ("a\u{205f}b\u{85}c", "a b c"),
            ("\u{202e}a", "a"),
            ("a\u{0}b\u{7f}", "ab"),
        ] {
            assert_eq!(tidy(text), tidied, "{text:?}");
        }
    }

    #[test]
    fn columns_made_of_spaces_stay_apart_and_other_lines_are_as_they_were() {
        let of = |text: &str| columns(text, false);
        assert_eq!(
            of("\u{3000}\u{3000}张\u{3000}三\u{3000}\u{3000}李\u{3000}四 ").as_deref(),
            Some("张 三\u{3000}\u{3000}李 四")
        );
        let names = "张\u{a0}\u{a0}三\u{a0}\u{a0}\u{a0}\u{a0}\u{a0}\n李小四\u{a0}\u{a0}\u{a0}\u{a0}王五";
        assert_eq!(of(names).as_deref(), Some("张 三\u{3000}\u{3000}李小四\u{3000}\u{3000}王五"));
        for plain in [
            "目\u{3000}\u{3000}录",
            "通\u{3000}\u{3000}知\u{3000}\u{3000}书",
            "第一条\u{3000}\u{3000}本办法 自印发之日起施行",
            "市 长：\n   张 三",
            "甲\u{3000}\u{3000}了， 乙\u{3000}\u{3000}丙",
            "",
        ] {
            assert_eq!(of(plain), None, "{plain}");
        }
        assert_eq!(columns("甲  乙    丙", true).as_deref(), Some("甲\u{3000}\u{3000}乙\u{3000}\u{3000}丙"));
        assert_eq!(columns("甲  乙    丙", false), None);
    }

    #[test]
    fn what_no_stage_reads_is_left_out_of_the_lines_too() {
        assert!(crate::page::tree::HIDDEN_ELEMENTS.into_iter().all(is_never_text));
    }

    #[test]
    fn bold_is_told_by_the_element_and_by_its_style() {
        let tree = Tree::parse(
            "<p><b>a</b><span style='FONT-WEIGHT: bold'>b</span><i style='font-weight:700;color:red'>c</i>\
             <u style='font-weight: normal; margin: 0'>d</u></p>",
        );
        let tree = tree.expect("a small page");
        let bold = tree.root().descendants().filter(|node| is_bold(*node)).map(|node| node.name()).collect::<Vec<_>>();
        assert_eq!(bold, ["b", "span", "i"]);
    }

    #[test]
    fn a_page_that_hides_itself_whole_is_seen() {
        let tree = Tree::parse(
            "<body style='Visibility: hidden'><p style='DISPLAY : NONE'>a</p><p class='x ng-hide'>b</p><p>c</p>",
        );
        let tree = tree.expect("a small page");
        let hidden = |css: &str| {
            Query::parse(css).expect("selector").elements(tree.root()).into_iter().map(is_hidden).collect::<Vec<_>>()
        };
        assert_eq!(hidden("body"), [false]);
        assert_eq!(hidden("p"), [true, true, false]);
    }
}
