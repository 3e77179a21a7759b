//! The lines that close an official paper (落款): who signs, and the day beneath.
//!
//! In: the lines of a body. Out: which of them sign it. Never: a line in the middle of the text; behind the day stand
//! only lists of annexes, notes on who publishes it, and annexes.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::outline::{Line, Outline, Shape};
use super::pattern;

/// Longest name of an office, in characters; two in one line are as long.
const LONGEST_OFFICE: usize = 40;

/// Most offices that sign one paper, a line each.
const MOST_OFFICES: usize = 30;

/// Most lines behind the day: an annex list and notes.
const MOST_BEHIND: usize = 40;

/// A day on a line of its own, as papers write it: 2024年1月23日, 二〇二四年一月二十三日, XXXX年X月X日.
static DAY: LazyLock<Regex> = LazyLock::new(|| {
    let year = r"(?:[0-9０-９]\s*){4}|(?:[〇○零OoＯ０一二三四五六七八九]\s*){4}";
    let number = r"(?:[0-9０-９]\s*){1,2}|[〇○一二三四五六七八九十]{1,3}\s*";
    let written = format!(r"^(?P<office>\S.*?)??\s*(?:{year})年\s*(?:{number})月\s*(?:{number})日[）)]?$");
    pattern(&written)
});

/// How the names of offices end, and who signs in person.
static OFFICE: LazyLock<Regex> = LazyLock::new(|| {
    let written = concat!(
        r"(?:政府|局|委|委员会|党组|办公室|办公厅|办|厅|部|院|处|科|署|司|会|中心|所|站|大队|支队|总队|公司|集团|银行|大学|学校|学院|医院|",
        r"法院|检察院|街道|街道办事处|镇|乡|管委会|领导小组|指挥部|协会|联合会|总工会|小组|组)(?:[（(][^（）()]{1,20}[）)])?$|",
        r"^(?:主\s*席|总\s*理|主\s*任|[省市县区州部局厅署院行镇乡]\s*长)\s*[：:]?\s*\S(?:\s*\S){1,4}$",
    );
    pattern(written)
});

/// What may stand behind the day: the list of annexes, and notes.
static BEHIND: LazyLock<Regex> = LazyLock::new(|| {
    let written = concat!(
        r"^(?:附|[（(]?此[件文]|[（(]?联系(?:人|电话|地址|单位|科室|部门|方式)|[（(]?咨询|电话|抄送|抄报|主送|主题词|公开(?:方式|属性|类别)|信息公开|政务公开|",
        r"[（(]?备?注|[（(]?本文|相关|解读|编辑|.{0,30}印发$|",
        r"[0-9０-９]{1,2}\s*[.．、)）]|[（(][0-9一二三四五六七八九十]{1,3}[）)])|",
        r"(?i)\.(?:pdf|docx?|xlsx?|wps|et|ofd|zip|rar|pptx?|jpe?g|png)(?:\s*[（(].*)?$",
    );
    pattern(written)
});

/// A line after which an annex stands in full, by its number or by its title.
static ANNEX: LazyLock<Regex> = LazyLock::new(|| {
    let written = concat!(
        r"^附\s*[件录表]?\s*[0-9０-９一二三四五六七八九十]{0,3}\s*[：:]?$|",
        r"^[^，。；：！？]{4,}(?:办法|规定|细则|方案|意见|预案|规划|制度|条例|标准|规则|计划|要点|指南|清单)(?:[（(][^（）()]{1,12}[）)])?$",
    );
    pattern(written)
});

/// For each of these lines, whether it signs.
pub(super) fn signs(outline: &Outline<'_>, lines: &[usize]) -> Vec<bool> {
    let mut signs = vec![false; lines.len()];
    let days = (0..lines.len()).filter(|&at| is_day(&outline.lines[lines[at]]) && is_closed(outline, &lines[at + 1..]));
    for signed in days.filter_map(|day| signed(outline, lines, day)) {
        signs[signed].fill(true);
    }
    signs
}

/// Whether a line is a day as papers are signed with, and nothing else.
pub(super) fn is_lone_day(line: &Line) -> bool {
    is_day(line) && DAY.captures(&line.text).is_some_and(|found| found.name("office").is_none())
}

fn is_day(line: &Line) -> bool {
    line.shape != Shape::Row && line.n_chars <= LONGEST_OFFICE * 2 && DAY.is_match(&line.text)
}

/// Whether a paper may end before these lines: they are none, or a list of annexes and notes, or an annex in full.
fn is_closed(outline: &Outline<'_>, behind: &[usize]) -> bool {
    let mut behind = behind.iter().map(|&at| &outline.lines[at]);
    let text = behind.by_ref().take(MOST_BEHIND).find(|line| !is_behind(line));
    text.map_or_else(|| behind.next().is_none(), is_annex)
}

/// Whether an annex begins with a line: its number, its title, or its first article.
fn is_annex(line: &Line) -> bool {
    let begins = line.text.starts_with("第一条") || line.text.starts_with("第一章");
    begins || (line.n_chars <= LONGEST_OFFICE && ANNEX.is_match(&line.text))
}

fn is_behind(line: &Line) -> bool {
    let is_short = line.shape != Shape::Row && line.n_chars <= LONGEST_OFFICE * 2;
    is_short && BEHIND.is_match(&line.text) && !ANNEX.is_match(&line.text)
}

/// The offices before the day, or in its line, and the day.
fn signed(outline: &Outline<'_>, lines: &[usize], day: usize) -> Option<Range<usize>> {
    let line = |at: usize| &outline.lines[lines[at]];
    let found = DAY.captures(&line(day).text)?;
    if let Some(office) = found.name("office") {
        return OFFICE.is_match(office.as_str().trim()).then_some(day..day + 1);
    }
    let is_office = |&at: &usize| {
        let line = line(at);
        let is_short = line.n_chars <= LONGEST_OFFICE && !line.text.contains(['。', '，', '；', '！', '？', '、']);
        let is_text = line.shape != Shape::Row && line.shape != Shape::Heading;
        let inner = line.text.trim_matches(['（', '(', '）', ')']);
        let is_named = OFFICE.is_match(&line.text) || OFFICE.is_match(inner);
        is_text && is_short && (is_named || is_right(outline, line))
    };
    let first = (1..day).rev().take(MOST_OFFICES).take_while(is_office).last()?;
    Some(first..day + 1)
}

/// Whether a line is set to the right, as signatures are.
fn is_right(outline: &Outline<'_>, line: &Line) -> bool {
    let node = outline.elements.get(line.element).map(|element| element.node);
    let has = |name: &str, wanted: &str| {
        let value = node.and_then(|node| node.attr(name)).unwrap_or_default();
        value.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_ascii_lowercase().contains(wanted)
    };
    has("align", "right") || has("style", "text-align:right")
}
