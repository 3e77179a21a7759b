//! Labels and their values: the disclosure table of a report and the line under its title.
//!
//! In: lines of a page. Out: pairs of a known label and the text beside it. Never: a label as the value of another.

use std::collections::HashSet;
use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::chrome;
use super::hosted;
use super::label_words::{self, Label, Word};
use super::labelled;
use super::numeral;
use super::outline::{Line, Outline, Shape};
use super::parted;
use super::pattern;
use super::tree::visible_text;
use super::values;

/// How many elements up a label and its value stand in one.
const MOST_STEPS_UP: usize = 2;

/// Elements looked at within one line for a label that has no colon.
const MOST_ELEMENTS: usize = 64;

/// Longest line, in characters, whose elements are asked for labels without a colon: longer ones are prose.
const LONGEST_UNMARKED: usize = 120;

/// A value that is a label, though not a known one: `生产经营地址：`.
static LABEL_LIKE: LazyLock<Regex> = LazyLock::new(|| pattern(r"^[\p{Han}\s]{2,12}[：:∶]|[：:∶]$"));

/// A label and its value, never empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Pair {
    pub(super) word: Word,
    pub(super) value: String,
    /// The line of the outline that the label stands in; 0 where it was read from one text.
    pub(super) line: usize,
}

impl Pair {
    pub(super) fn label(&self) -> Label {
        self.word.label
    }
}

/// What lines say: pairs in order, and which labels stand there with a value or without.
#[derive(Debug, Clone, Default)]
pub(super) struct Reading {
    pub(super) pairs: Vec<Pair>,
    labels: HashSet<Label>,
}

impl Reading {
    /// How many fields of a disclosure table the lines name.
    pub(super) fn n_fields(&self) -> usize {
        self.labels.iter().filter(|label| label.is_of_table()).count()
    }
}

/// Whether a line begins with a label of the disclosure table or of the line under a title, a date before it or not;
/// or whether the day of publication stands labelled in it.
pub(super) fn is_info(text: &str) -> bool {
    leading(text).is_some()
}

/// The label that makes a line one of those that [`is_info`] knows.
pub(super) fn leading(text: &str) -> Option<Label> {
    let text = text.trim_start_matches(['【', '[', '（', '(', ' ']);
    if text.chars().count() > 160 || labelled::all(text).next().is_none() {
        return None;
    }
    let starts = |text: &str| {
        let found = labelled::first(text)?;
        let label = found.word.label;
        // A bracket alone closes a label of a table only: 【摘要】 heads a text.
        let is_closed = found.is_by_colon || label.is_of_table();
        let is_field = label != Label::Unrelated && !found.word.is_weak && is_closed;
        (is_field && !says_prose(&text[found.end..], label)).then_some(label)
    };
    let dated = || starts(without_day(text));
    starts(text)
        .or_else(dated)
        .or_else(|| hosted::label(text))
        .or_else(|| states_publication(text).then_some(Label::Published))
}

/// Whether a line begins with the label of an office or a source and goes on as a sentence.
pub(super) fn begins_sentence(text: &str) -> bool {
    text.ends_with('。') && labelled::first(text).is_some_and(|found| says_prose(&text[found.end..], found.word.label))
}

/// Whether a sentence stands where the name of a field is expected: a text begins so too (来源：根据各单位报送的材料汇总。).
fn says_prose(value: &str, label: Label) -> bool {
    /// Characters of a sentence without a comma, and of one with it: two names are shorter.
    const LEAST_CHARS: usize = 20;
    const LEAST_OF_PARTS: usize = 16;
    let is_sentence = || value.trim_end().ends_with('。') && labelled::all(value).next().is_none();
    let is_long = || value.chars().count() >= LEAST_CHARS && !value.contains('、');
    let is_of_parts = || value.chars().count() >= LEAST_OF_PARTS && value.contains('，');
    matches!(label, Label::Source | Label::Authority) && is_sentence() && (is_of_parts() || is_long())
}

/// What stands behind the day that a text begins with, its clock and a bar.
pub(super) fn without_day(text: &str) -> &str {
    let is_dated = |c: char| c.is_ascii_digit() || c.is_whitespace() || "-/.:∶：年月日时分|｜丨".contains(c);
    let day = numeral::day(text).filter(|day| day.start == 0);
    day.map_or(text, |day| &text[day.end..]).trim_start_matches(is_dated)
}

/// `截止时间：2024-03-05 发布时间：2024-02-01`: a short line with a labelled day of publication.
pub(super) fn states_publication(text: &str) -> bool {
    /// A head has a few fields; prose is longer.
    const LONGEST: usize = 80;
    text.chars().count() <= LONGEST && shows_publication(text)
}

/// Whether a labelled day of publication stands anywhere in a text.
pub(super) fn shows_publication(text: &str) -> bool {
    labelled::all(text).any(|found| {
        let is_apart = !text[..found.start].ends_with(is_han);
        let is_published = found.word.label == Label::Published && !found.word.is_weak;
        is_apart && is_published && begins_with_day(&text[found.end..])
    })
}

fn is_han(c: char) -> bool {
    matches!(c, '\u{4e00}'..='\u{9fff}')
}

/// Whether a text begins with a day.
pub(super) fn begins_with_day(text: &str) -> bool {
    values::day(text.trim_start()) == Some(0)
}

/// The fields that these lines name, with a value or without.
pub(super) fn fields(lines: &[Line]) -> HashSet<Label> {
    let mut read = Reading::default();
    for line in lines {
        if line.shape == Shape::Row { of_row(line, 0, &mut read) } else { of_text(&line.text, 0, &mut read) }
    }
    read.labels
}

/// Reads the pairs of these lines.
pub(super) fn read(outline: &Outline<'_>, lines: Range<usize>) -> Reading {
    let mut pairs = Reading::default();
    let end = lines.end.min(outline.lines.len());
    for at in lines.start..end {
        let line = &outline.lines[at];
        // What a clock is labelled by is no field of the report.
        if chrome::is_clock(&line.text) {
            continue;
        }
        if parted::heads_values(outline, at) {
            parted::pairs(line, &outline.lines[at + 1]).for_each(|(word, value)| add(&mut pairs, word, value, at));
        } else if line.shape == Shape::Row {
            of_row(line, at, &mut pairs);
        } else if let Some(word) = label_words::alone(&line.text) {
            pairs.labels.insert(word.label);
            if let Some(value) = value_below(outline, at, end, word.label) {
                add(&mut pairs, word, value, at);
            }
        } else {
            of_line(outline, at, &mut pairs);
        }
    }
    pairs
}

/// How many lines the pair takes whose label stands alone in line `at`: the label, and its value where that stands in
/// the next line; 0 where the line is no label.
pub(super) fn n_lines_of_pair(outline: &Outline<'_>, at: usize) -> usize {
    match label_words::alone(&outline.lines[at].text) {
        Some(word) if word.label != Label::Unrelated => {
            1 + usize::from(value_below(outline, at, outline.lines.len(), word.label).is_some())
        }
        _ => 0,
    }
}

/// How many fields of a disclosure table these lines name, each label alone in its line.
pub(super) fn n_labels_alone(lines: &[Line]) -> usize {
    let mut labels: Vec<Label> = Vec::new();
    for word in lines.iter().filter_map(|line| label_words::alone(&line.text)) {
        if word.label.is_of_table() && !labels.contains(&word.label) {
            labels.push(word.label);
        }
    }
    labels.len()
}

/// The line under a label that may be its value: neither a label nor chrome, and an element beside it.
fn value_below<'o>(outline: &'o Outline<'_>, at: usize, end: usize, label: Label) -> Option<&'o str> {
    let next = outline.lines[..end].get(at + 1)?;
    let is_other = label_words::alone(&next.text).is_some()
        || is_info(&next.text)
        || LABEL_LIKE.is_match(&next.text)
        || begins_with_label(&next.text)
        || next.is_chrome()
        || next.shape == Shape::Heading;
    let may_be = match beside(outline, at) {
        Beside::Paired => true,
        Beside::Following => label.is_typed(),
        Beside::Apart => false,
    };
    (!is_other && may_be).then_some(next.text.as_str())
}

/// Whether a line begins with the name of a field of a table, colon or not: `发布机构兴县司法局`.
fn begins_with_label(text: &str) -> bool {
    label_words::leading(text)
        .is_some_and(|word| !word.is_weak && word.label.is_of_table() && word.label != Label::Validity)
}

/// How the line after a label stands to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Beside {
    /// As the second part of one row, item or box.
    Paired,
    /// As the next line of many.
    Following,
    /// Elsewhere.
    Apart,
}

fn beside(outline: &Outline<'_>, at: usize) -> Beside {
    let (one, other) = (outline.lines[at].element, outline.lines[at + 1].element);
    let name = |element: usize| outline.elements[element].node.name();
    if one == other {
        return Beside::Following;
    }
    let above: Vec<usize> = outline.around(one).take(MOST_STEPS_UP + 1).collect();
    let Some(shared) = outline.around(other).take(MOST_STEPS_UP + 1).find(|element| above.contains(element)) else {
        return Beside::Apart;
    };
    let is_row_apart = matches!(name(shared), "table" | "tbody" | "thead" | "body" | "html");
    match (name(one), name(other)) {
        _ if is_row_apart => Beside::Apart,
        ("dt", "dd") | ("td" | "th", "td" | "th") => Beside::Paired,
        _ if matches!(name(shared), "li" | "tr" | "dd") => Beside::Paired,
        ("div", "div") => Beside::Paired,
        _ => Beside::Following,
    }
}

fn of_row(line: &Line, n_line: usize, pairs: &mut Reading) {
    let cells: Vec<&str> = line.cells().collect();
    let mut at = 0;
    while at < cells.len() {
        match label_words::alone(cells[at]) {
            Some(word) => {
                pairs.labels.insert(word.label);
                let may_be = |next: &&&str| label_words::alone(next).is_none() && !LABEL_LIKE.is_match(next);
                if let Some(value) = cells.get(at + 1).filter(may_be) {
                    add(pairs, word, value, n_line);
                    at += 1;
                }
            }
            None => of_text(cells[at], n_line, pairs),
        }
        at += 1;
    }
}

/// Pairs of a line; where it has no colon, its elements tell labels from values.
fn of_line(outline: &Outline<'_>, at: usize, pairs: &mut Reading) {
    let line = &outline.lines[at];
    let text = line.pieces();
    if labelled::all(text).next().is_some() {
        of_text(text, at, pairs);
        return;
    }
    if line.n_chars > LONGEST_UNMARKED || !label_words::may_begin(text) {
        return;
    }
    let first = outline.elements.partition_point(|element| element.lines.start < at);
    let within = outline.elements[first..].iter().take(MOST_ELEMENTS).take_while(|element| element.lines.start == at);
    let mut found: Vec<(Word, Range<usize>)> = Vec::new();
    for element in within.filter(|element| element.lines.end == at + 1) {
        let from = found.last().map_or(0, |(_, range)| range.end);
        let label = visible_text(element.node);
        if let Some(word) = label_words::alone(&label)
            && let Some(start) = text[from..].find(&label)
        {
            found.push((word, from + start..from + start + label.len()));
        }
    }
    for (n, (word, range)) in found.iter().enumerate() {
        let end = found.get(n + 1).map_or(text.len(), |(_, next)| next.start);
        add(pairs, *word, &text[range.end..end], at);
    }
}

/// Pairs within one text: `发布时间：2024-02-01 来源：兴县司法局 浏览次数：3`.
pub(super) fn of_text(text: &str, line: usize, pairs: &mut Reading) {
    let mut found = labelled::all(text).peekable();
    while let Some(label) = found.next() {
        let end = found.peek().map_or(text.len(), |next| next.start);
        add(pairs, label.word, &text[label.end..end], line);
    }
}

fn add(pairs: &mut Reading, word: Word, value: &str, line: usize) {
    if says_prose(value, word.label) {
        return;
    }
    pairs.labels.insert(word.label);
    if word.label.is_unread() {
        return;
    }
    let value = values::read(value, word.label);
    let is_label = LABEL_LIKE.is_match(&value) && !value.contains(|c: char| c.is_ascii_digit());
    if values::says_something(&value) && !is_label {
        pairs.pairs.push(Pair { word, value, line });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<(Label, String)> {
        let mut pairs = Reading::default();
        of_text(text, 0, &mut pairs);
        pairs.pairs.into_iter().map(|pair| (pair.label(), pair.value)).collect()
    }

    #[test]
    fn one_line_holds_several_pairs() {
        let pairs = read("发布时间：2024-02-01 15:11 信息来源：兴县司法局浏览次数：3 【打印】");
        assert_eq!(
            pairs,
            [(Label::Published, "2024-02-01 15:11".to_owned()), (Label::Source, "兴县司法局".to_owned())]
        );
    }

    #[test]
    fn an_empty_value_gives_no_pair() {
        assert_eq!(read("来源： 【 打印 】"), []);
        assert_eq!(read("文 号： 索 引 号：000014349/2017-00110"), [(Label::IndexNo, "000014349/2017-00110".into())]);
        assert_eq!(read("来源： 文章类型：要闻"), []);
    }

    #[test]
    fn a_day_or_a_source_of_something_else_is_no_pair() {
        assert_eq!(read("截止日期：2024-03-05 资金来源：财政资金"), []);
        assert!(!is_info("报名时间：2024-03-05"));
        assert!(is_info("2024-02-01 15∶11 稿源：兴县融媒体中心"));
        assert!(is_info("二〇二四年二月一日 来源：兴县融媒体中心"));
        assert!(is_info("2024-02-01 15:11:00 | 索引号：141123/2024-00012"));
        assert!(is_info("截止时间：2024-03-05 发布时间：2024-02-01"));
        assert!(!is_info("中标公告发布时间：2024-02-01"));
    }

    #[test]
    fn a_sentence_is_no_name_of_a_source() {
        for prose in [
            "来源：根据《督察工作规定》的要求，县政府办公室汇总各单位材料形成本报告。",
            "发布机构：兴县人民政府办公室负责本报告的编制和发布工作，数据截至12月31日。",
            "来源：根据各行政执法单位报送的统计材料汇总整理形成。",
        ] {
            assert!(!is_info(prose), "{prose}");
            assert_eq!(read(prose), [], "{prose}");
        }
        for names in [
            "来源：兴县司法局。",
            "来源：县委办公室、县政府办公室、县司法局、县财政局、县审计局。",
            "来源：新华社，兴县融媒体中心",
        ] {
            assert!(is_info(names), "{names}");
        }
    }

    #[test]
    fn brackets_stay_in_pairs() {
        assert_eq!(read("[来源：兴县司法局] [时间：2024-02-01]")[0].1, "兴县司法局");
        assert_eq!(read("来源：新华社（北京）")[0].1, "新华社（北京）");
    }
}
