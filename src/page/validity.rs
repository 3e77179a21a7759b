//! Whether a document is in force: as its table says, its script, a stamp, or a mark at its title.
//!
//! In: the fields of the page, its pictures, the lines from right above the title to the body. Out: the state in the
//! page's words. Never: a word of the text.

use std::cell::LazyCell;
use std::sync::LazyLock;

use regex::Regex;

use super::disclosure::Disclosed;
use super::label_words::Label;
use super::meta_tags::says_something;
use super::metadata::Page;
use super::outline::{EDGE, Image, Line};
use super::pattern;
use super::tree::Step;

/// Longest state of validity, in characters: 已被修改, 自2024年1月1日起废止.
const LONGEST: usize = 24;

/// Lines above the first one below a title in which its stamp may stand, and above the title its mark.
const ABOVE: usize = 4;

/// Longest line of date and source in which a mark may stand, in characters.
const LONGEST_INFO: usize = 160;

/// A state that a document can be in.
static STATE: LazyLock<Regex> = LazyLock::new(|| {
    let written = "^[是否]$|有效|失效|无效|废止|生效|修改|修订|修正|撤销|宣布|现行|施行|实施|过期|到期|试行|长期|在用";
    pattern(written)
});

static SCRIPT: LazyLock<Regex> = LazyLock::new(|| {
    let written = r#"file_?status\s*=\s*['"]([^'"<>]{2,20})['"]"#;
    pattern(written)
});

/// The state itself, alone or as a sentence that says nothing else: 已失效, 本文件已于2026年12月1日废止.
fn state(words: &str) -> String {
    let paper = "(?:[本该此](?:规范性文件|文件|公文|政策|通知|办法|规定|意见|方案|细则|决定|件|文)|文件|全文)";
    let day = concat!(
        r"(?:[于自从]\s*)?(?:\d{4}|[〇○零一二三四五六七八九]{4})\s*[-/.年]\s*(?:\d{1,2}|[一二三四五六七八九十]{1,2})\s*[-/.月]\s*",
        r"(?:\d{1,2}|[一二三四五六七八九十]{1,3})\s*日?\s*起?",
    );
    format!(r"({paper}?(?:(?:已经?|现行|部分|宣布|正式|予以|被[^，。；！？]{{1,30}}?|{day})\s*)*(?:{words}))")
}

/// States of what is no longer in force.
const VOID: &str = "失效|无效|废止|撤销|停止执行";

/// A stamp, or a mark in a line or an element of its own: nothing but the state.
static MARK: LazyLock<Regex> = LazyLock::new(|| {
    let written = format!(r"^[\s【〖（(\[]*{}[\s】〗）)\]。！]*$", state(&format!("有效|{VOID}")));
    pattern(&written)
});

/// The same in brackets, in a line that says more.
static IN_BRACKETS: LazyLock<Regex> = LazyLock::new(|| {
    let written = format!(r"[【〖（(\[]\s*{}\s*[】〗）)\]]", state(VOID));
    pattern(&written)
});

/// The same before a title or behind it.
static AT_TITLE: LazyLock<[Regex; 2]> = LazyLock::new(|| {
    let (void, bare) = (state(VOID), format!("((?:已经?|部分)(?:{VOID}))"));
    let before = format!(r"^\s*(?:[【〖（(\[]\s*{void}\s*[】〗）)\]]|{bare}[\s：:])\s*\S");
    let behind = format!(r"(?:[【〖（(\[]\s*{void}\s*[】〗）)\]]|\s{bare})\s*$");
    [before, behind].map(|written| pattern(&written))
});

/// The state that a page gives its document.
pub(super) fn of(page: &Page<'_, '_>, title: Option<&str>, disclosed: &Disclosed) -> Option<String> {
    // Several words are the choices of a search: 不限 现行有效 已失效.
    let is_state = |value: &&str| {
        value.chars().count() <= LONGEST && value.split_whitespace().count() == 1 && STATE.is_match(value)
    };
    let labelled = disclosed.ranked(Label::Validity).find(is_state).map(said);
    // A search in the head of a portal has buttons too: that a document is void is said of it at its title.
    let marked = LazyCell::new(|| marked(page, title));
    let void = || marked.clone().filter(|mark| is_void(mark));
    labelled.or_else(void).or_else(|| checked(page, disclosed)).or_else(|| scripted(page)).or_else(|| marked.clone())
}

/// Whether a state is one of what is no longer in force, or in part.
pub(crate) fn is_void(state: &str) -> bool {
    static WORD: LazyLock<Regex> = LazyLock::new(|| pattern(&format!("{VOID}|作废|不再执行|停止施行")));
    WORD.is_match(state) && !state.starts_with(['未', '不'])
}

/// A state as it is told: 是否有效 is answered by one word, which says nothing without its question.
fn said(value: &str) -> String {
    match value {
        "是" => "有效".to_owned(),
        "否" => "失效".to_owned(),
        value => value.to_owned(),
    }
}

/// Of several states beside a label, the one whose button is pressed.
fn checked(page: &Page<'_, '_>, disclosed: &Disclosed) -> Option<String> {
    let states =
        |value: &&str| value.split_whitespace().count() > 1 && value.split_whitespace().all(|one| MARK.is_match(one));
    let choices = disclosed.ranked(Label::Validity).find(states)?;
    let mut is_pressed = false;
    page.tree.root().walk().find_map(|step| match step {
        Step::Enter(node) if node.name() == "input" => {
            is_pressed = node.attr("checked").is_some();
            None
        }
        Step::Text(run) if is_pressed => {
            let word = run.split_whitespace().next()?;
            is_pressed = false;
            choices.split_whitespace().find(|choice| *choice == word).map(str::to_owned)
        }
        _ => None,
    })
}

/// Some portals write 文件状态 by a script that names it: `var file_status = '有效'`.
fn scripted(page: &Page<'_, '_>) -> Option<String> {
    page.tree.named("script").filter(|script| script.attr("src").is_none()).find_map(|script| {
        let text = script.raw_text();
        SCRIPT.captures(&text).map(|found| found[1].to_owned()).filter(|value| says_something(value))
    })
}

/// Words at the title, a stamp beside it or on the text, or a mark between the two or right above.
fn marked(page: &Page<'_, '_>, title: Option<&str>) -> Option<String> {
    let Page { outline, below_title, body, .. } = page;
    let from = below_title.saturating_sub(ABOVE);
    let is_near = |image: &&Image<'_>| *below_title > 0 && (from..body.end).contains(&image.line);
    let stamp = |image: &Image<'_>| ["alt", "title"].iter().find_map(|name| image.node.attr(name).and_then(of_line));
    let at_title = title.and_then(of_title).or_else(|| at_lines(page));
    at_title.or_else(|| outline.images.iter().filter(is_near).find_map(stamp)).or_else(|| {
        let lines = if *below_title > 0 { *below_title..body.start } else { 0..0 };
        // What stands alone above the first sentence may have been taken for the first line.
        let first = outline.lines.get(body.start).filter(|_| *below_title > 0);
        let between = outline.lines.get(lines).unwrap_or_default();
        let within = || between.iter().find_map(within_line);
        let alone = between.iter().chain(first).find_map(|line| of_line(&line.text));
        alone.or_else(within).or_else(|| above(page))
    })
}

/// The state that a line says, and nothing else: 失效, 本文件已于2026年12月1日废止.
pub(crate) fn of_line(text: &str) -> Option<String> {
    MARK.captures(text).map(|found| found[1].to_owned())
}

/// The state that a title says at its beginning or its end.
pub(crate) fn of_title(title: &str) -> Option<String> {
    let found = AT_TITLE.iter().find_map(|pattern| pattern.captures(title))?;
    found.get(1).or_else(|| found.get(2)).map(|state| state.as_str().to_owned())
}

/// The mark at the lines that show the title, which `<title>` and meta tags may not have. Behind the title an element of its
/// own needs no brackets; before it the word may be the title's: 撤销行政许可决定书.
fn at_lines(page: &Page<'_, '_>) -> Option<String> {
    let lines = page.outline.lines.get(page.title.clone())?;
    let whole: String = lines.iter().map(|line| line.text.as_str()).collect();
    let apart = || {
        let last = lines.last()?.pieces().rsplit_once(EDGE).and_then(|(_, last)| of_line(last));
        let is_apart = |first: &&str| first.trim_start().starts_with(['【', '〖', '（', '(', '[', '已']);
        let first =
            || lines.first()?.pieces().split_once(EDGE).map(|(first, _)| first).filter(is_apart).and_then(of_line);
        last.or_else(first)
    };
    of_title(&whole).or_else(apart)
}

/// A mark in brackets or in an element of its own behind date and source; of several, none.
fn within_line(line: &Line) -> Option<String> {
    if line.n_chars > LONGEST_INFO || line.is_links() || line.text.contains(['《', '。']) {
        return None;
    }
    let bracketed = IN_BRACKETS.captures(&line.text).map(|found| found[1].to_owned());
    bracketed.or_else(|| {
        let mut marks = line.pieces().split(EDGE).filter_map(of_line);
        marks.next().filter(|_| marks.next().is_none())
    })
}

/// The one mark right above a title: several are the choices of a search, and what is in force may be a column.
fn above(page: &Page<'_, '_>) -> Option<String> {
    let lines = page.title.start.saturating_sub(ABOVE)..page.title.start;
    let lines = page.outline.lines.get(lines).unwrap_or_default().iter().filter(|line| !line.is_links());
    let mut marks = lines.filter_map(|line| of_line(&line.text));
    marks.next().filter(|state| marks.next().is_none() && is_void(state))
}
