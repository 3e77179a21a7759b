//! What of a page its readers see, and how: which elements are hidden, which break a line, what white space becomes.
//!
//! In: one element, or one run of text. Out: yes or no, or the text as shown. Never: the words themselves.

use super::tree::Node;

/// Elements that begin and end a line. **Source**: the rendering section of the HTML standard; `ucapcontent` is the
/// body element of the UCAP family.
const BLOCKS: [&str; 42] = [
    "address",
    "article",
    "aside",
    "blockquote",
    "body",
    "caption",
    "center",
    "dd",
    "details",
    "dialog",
    "dir",
    "div",
    "dl",
    "dt",
    "fieldset",
    "figcaption",
    "figure",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hr",
    "html",
    "legend",
    "li",
    "main",
    "menu",
    "nav",
    "ol",
    "p",
    "pre",
    "section",
    "summary",
    "table",
    "tbody",
    "ucapcontent",
    "ul",
];

/// Parts of tables, which begin and end a line too.
const TABLE_PARTS: [&str; 5] = ["td", "tfoot", "th", "thead", "tr"];

/// Inline elements that a style may show as blocks.
const STYLED: [&str; 8] = ["span", "a", "b", "strong", "font", "em", "label", "i"];

/// Elements that hold nothing that is ever read as text.
const NEVER_TEXT: [&str; 16] = [
    "script", "style", "noscript", "template", "head", "textarea", "select", "datalist", "button", "iframe", "object",
    "svg", "canvas", "video", "audio", "math",
];

/// Whether an element begins and ends a line.
pub(super) fn is_block(node: Node<'_>) -> bool {
    let name = node.name();
    BLOCKS.contains(&name)
        || TABLE_PARTS.contains(&name)
        || (STYLED.contains(&name)
            && node.attr("style").is_some_and(|style| bare_style(style).contains("display:block")))
}

pub(super) fn is_heading(name: &str) -> bool {
    matches!(name, "h1" | "h2" | "h3" | "h4" | "h5" | "h6")
}

/// Whether an element holds nothing that is ever read as text.
pub(super) fn is_never_text(name: &str) -> bool {
    NEVER_TEXT.contains(&name)
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
    let by_style = |style: &str| {
        let style = bare_style(style);
        style.contains("display:none") || style.contains("visibility:hidden")
    };
    let by_class = |classes: &str| {
        let mut hides = classes.split_whitespace();
        let has = |wanted: &str| classes.split_whitespace().any(|class| class == wanted);
        hides.any(|class| matches!(class, "hidden" | "hide" | "ng-hide" | "d-none" | "layui-hide"))
            || (has("modal") && !has("in") && !has("show"))
    };
    node.attr("style").is_some_and(by_style) || node.attr("class").is_some_and(by_class)
}

/// Characters that take no room and say nothing.
pub(super) fn is_nothing(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' | '\u{ad}' | '\u{202a}'..='\u{202e}')
        || (c.is_control() && !c.is_whitespace())
}

/// A line as a reader sees it: characters of no width left out, white space collapsed, ends trimmed.
pub(super) fn tidy(text: &str) -> String {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::tree::{Query, Tree};

    #[test]
    fn white_space_is_what_a_reader_sees() {
        assert_eq!(tidy("\u{3000}\u{3000}第一条\n\t 本办法\u{a0}\u{200b}自\u{feff} "), "第一条 本办法 自");
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
