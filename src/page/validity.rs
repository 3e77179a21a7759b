//! Whether a document is in force: as its table says, its script, a stamp, or a mark at its title.
//!
//! In: the fields of the page, its pictures, the lines from the title to the body. Out: the state in the page's words.
//! Never: a word of the text.

use std::sync::LazyLock;

use regex::Regex;

use super::disclosure::Disclosed;
use super::label_words::Label;
use super::meta_tags::says_something;
use super::metadata::Page;
use super::outline::Image;

/// Longest state of validity, in characters: 已被修改, 自2024年1月1日起废止.
const LONGEST: usize = 24;

/// Lines above the first one below a title in which its stamp may stand.
const ABOVE: usize = 4;

/// A state that a document can be in.
static STATE: LazyLock<Regex> = LazyLock::new(|| {
    let written = "^[是否]$|有效|失效|无效|废止|生效|修改|修订|修正|撤销|宣布|现行|施行|实施|过期|到期|试行|长期|在用";
    Regex::new(written).expect("invariant: the pattern is valid")
});

static SCRIPT: LazyLock<Regex> = LazyLock::new(|| {
    let written = r#"file_?status\s*=\s*['"]([^'"<>]{2,20})['"]"#;
    Regex::new(written).expect("invariant: the pattern is valid")
});

/// A stamp, or a mark in a line of its own: nothing but the state.
static MARK: LazyLock<Regex> = LazyLock::new(|| {
    let written = r"^[\s【〖（(\[]*((?:(?:本|该)?文件|全文)?(?:已经?|现行|部分|宣布)*(?:有效|失效|无效|废止|撤销|停止执行))[\s】〗）)\]。]*$";
    Regex::new(written).expect("invariant: the pattern is valid")
});

/// The same behind a title.
static BEHIND_TITLE: LazyLock<Regex> = LazyLock::new(|| {
    let state = "失效|无效|废止|撤销|停止执行";
    let written = format!(
        r"[【〖（(\[]\s*((?:(?:本|该)?文件|全文)?(?:已经?|部分|宣布)*(?:{state}))\s*[】〗）)\]]\s*$|\s((?:已经?|部分)(?:{state}))\s*$"
    );
    Regex::new(&written).expect("invariant: the pattern is valid")
});

/// The state that a page gives its document.
pub(super) fn of(page: &Page<'_, '_>, title: Option<&str>, disclosed: &Disclosed) -> Option<String> {
    // Several words are the choices of a search: 不限 现行有效 已失效.
    let is_state = |value: &&str| {
        value.chars().count() <= LONGEST && value.split_whitespace().count() == 1 && STATE.is_match(value)
    };
    let labelled = disclosed.ranked(Label::Validity).find(is_state).map(str::to_owned);
    labelled.or_else(|| scripted(page)).or_else(|| marked(page, title))
}

/// Some portals write 文件状态 by a script that names it: `var file_status = '有效'`.
fn scripted(page: &Page<'_, '_>) -> Option<String> {
    page.tree.named("script").filter(|script| script.attr("src").is_none()).find_map(|script| {
        let text = script.raw_text();
        SCRIPT.captures(&text).map(|found| found[1].to_owned()).filter(|value| says_something(value))
    })
}

/// A stamp beside the title or on the text, or words at the title.
fn marked(page: &Page<'_, '_>, title: Option<&str>) -> Option<String> {
    let Page { outline, below_title, body, .. } = page;
    let from = below_title.saturating_sub(ABOVE);
    let mark = |text: &str| MARK.captures(text).map(|found| found[1].to_owned());
    let is_near = |image: &&Image<'_>| *below_title > 0 && (from..body.end).contains(&image.line);
    let stamp = |image: &Image<'_>| ["alt", "title"].iter().find_map(|name| image.node.attr(name).and_then(mark));
    // What stands alone above the first sentence may have been taken for the first line.
    let between = outline.lines.get(*below_title..body.start + 1).unwrap_or_default();
    title
        .and_then(|title| BEHIND_TITLE.captures(title))
        .and_then(|found| found.get(1).or_else(|| found.get(2)))
        .map(|found| found.as_str().to_owned())
        .or_else(|| outline.images.iter().filter(is_near).find_map(stamp))
        .or_else(|| between.iter().filter(|_| *below_title > 0).find_map(|line| mark(&line.text)))
}
