//! A letter to an office and its answer, shown as a table of two columns: 标题 | .., 写信时间 | .., 处理时间 | ..
//!
//! In: a tree. Out: what the letter is about, and the days of both. Never: a list of letters, whose table names its fields
//! in one row.

use jiff::tz::TimeZone;

use super::date;
use super::label_words::bare;
use super::labels::begins_with_day;
use super::seen::tidy;
use super::short_text::short_text;
use super::tree::{Node, Tree, visible_text};
use crate::model::Stated;

/// What a letter is about.
const TITLES: [&str; 6] = ["标题", "信件标题", "来信标题", "信件主题", "来信主题", "留言标题"];

/// When it was written. With one of these words and one of those of its answer a table is that of a letter.
const WRITTEN: [&str; 6] = ["写信时间", "写信日期", "来信时间", "来信日期", "留言时间", "留言日期"];

/// When it was answered, the surest first.
const ANSWERED: [&str; 10] = [
    "答复时间",
    "答复日期",
    "回复时间",
    "回复日期",
    "处理时间",
    "处理日期",
    "办理时间",
    "办结时间",
    "办结日期",
    "回信时间",
];

/// A letter with its answer.
#[derive(Debug)]
pub(super) struct Letter {
    /// What it is about, never empty.
    pub(super) title: String,
    written: String,
    answered: Option<String>,
}

impl Letter {
    /// The letter that a page shows; `None` where it shows none, or several.
    pub(super) fn of(tree: &Tree) -> Option<Self> {
        let pairs: Vec<(String, String)> = tree.named("tr").filter_map(pair).collect();
        let value = |words: &[&str]| {
            let named = |word: &&str| pairs.iter().find(|(label, value)| label == word && !value.is_empty());
            words.iter().find_map(named).map(|(_, value)| value.clone())
        };
        let is_title = |(label, value): &&(String, String)| TITLES.contains(&label.as_str()) && !value.is_empty();
        let n_titles = pairs.iter().filter(is_title).count();
        let (title, written) = (value(&TITLES)?, value(&WRITTEN)?);
        let is_answered = pairs.iter().any(|(label, _)| ANSWERED.contains(&label.as_str()));
        let is_letter = n_titles <= 1 && is_answered && begins_with_day(&written);
        is_letter.then(|| Self { title, written, answered: value(&ANSWERED) })
    }

    /// The day of the answer, else that of the letter.
    pub(super) fn day(&self, zone: &TimeZone) -> Option<Stated> {
        let mut days = self.answered.iter().chain([&self.written]);
        days.find_map(|value| date::labelled(value, zone))
    }
}

/// The two cells of a row that has no others; one that is filled in is of a form.
fn cells(row: Node<'_>) -> Option<(Node<'_>, Node<'_>)> {
    let is_cell = |node: &Node<'_>| matches!(node.name(), "td" | "th");
    let mut cells = row.children().filter(is_cell);
    let (Some(label), Some(value), None) = (cells.next(), cells.next(), cells.next()) else { return None };
    let is_form = value.descendants().any(|node| matches!(node.name(), "input" | "select" | "button"));
    (!is_form).then_some((label, value))
}

/// The label and the value of a row, where the former is one of a letter's. The value may be empty; the label of another column
/// is none.
fn pair(row: Node<'_>) -> Option<(String, String)> {
    /// Longest label with the spaces in it, in bytes.
    const LONGEST: usize = 60;
    let is_word = |text: &str| [&TITLES[..], &WRITTEN, &ANSWERED].iter().any(|words| words.contains(&text));
    let (label, value) = cells(row)?;
    let label = Some(bare(&short_text(label, LONGEST)?)).filter(|label| is_word(label))?;
    let value = tidy(&visible_text(value));
    Some((label, if is_word(&bare(&value)) { String::new() } else { value }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn letter(rows: &str) -> Option<(String, Option<String>)> {
        let letter = Letter::of(&Tree::parse(&format!("<table>{rows}</table>")).expect("a small page"))?;
        let day = letter.day(&TimeZone::UTC).map(|day| day.date().to_string());
        Some((letter.title, day))
    }

    #[test]
    fn a_letter_is_titled_by_what_it_is_about_and_dated_by_its_answer() {
        let title = "<tr><td>标&nbsp;&nbsp;题</td><td colspan=3>关于公交线路的咨询</td></tr>";
        let written = "<tr><td>写信时间：</td><td>2026年03月02日</td></tr>";
        let answered = "<tr><td>处理时间</td><td>2026-03-05 09:10</td></tr>";
        let read = |rows: &[&str]| letter(&rows.concat());
        let of = |day: &str| Some(("关于公交线路的咨询".to_owned(), Some(day.to_owned())));
        assert_eq!(read(&[title, written, answered]), of("2026-03-05"));
        assert_eq!(read(&[title, written, "<tr><td>处理时间</td><td></td></tr>"]), of("2026-03-02"));
        assert_eq!(read(&[title, answered]), None);
        assert_eq!(read(&[title, written]), None, "an answer is not even named");
        let form = "<tr><td>标题</td><td><input><button>查询</button></td></tr><tr><td>写信时间</td><td><input> 至 <input></td></tr>";
        assert_eq!(read(&[form, answered]), None, "letters are looked for");
        assert_eq!(read(&[title, written, title]), None, "several");
        assert_eq!(
            read(&["<tr><td>标题</td><td>写信时间</td></tr><tr><td>关于公交</td><td>2026-03-02</td></tr>"]),
            None
        );
    }
}
