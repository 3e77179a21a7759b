//! The title that the disclosure table of a report states.
//!
//! In: outline, the text of the page's `<title>`. Out: the value beside 名称 or 标题 that both agree in. Never: one by
//! itself; what a table of the text calls a name may be that of anything.

use super::label_words;
use super::likeness;
use super::outline::{Outline, Shape};
use super::title::{LONGEST, SHORTEST_PLAIN, first_part, stem};

/// What the title is called in a disclosure table.
const NAMES: [&str; 8] = ["名称", "标题", "信息名称", "文件名称", "信息标题", "文件标题", "公文名称", "公文标题"];

/// The title of the table that `<title>` names too; the one may have a mark or the name of an office more.
pub(super) fn of(outline: &Outline<'_>, page_title: &str) -> Option<String> {
    let named = likeness::letters(&first_part(page_title)?);
    let is_named = |value: &&str| {
        let value = likeness::letters(value);
        let (n_value, n_named) = (value.chars().count(), named.chars().count());
        let is_within = value.contains(&named) || named.contains(&value);
        is_within && n_value.min(n_named) >= SHORTEST_PLAIN && n_value.min(n_named) * 2 >= n_value.max(n_named)
    };
    let may_be = |value: &&str| value.chars().count() <= LONGEST && stem(value).is_none();
    let mut stated = (0..outline.lines.len()).filter_map(|at| value(outline, at)).filter(may_be);
    stated.find(is_named).map(str::to_owned)
}

/// The value beside the name of a title in a line: in the next cell, behind the colon, or in the next line.
fn value<'o>(outline: &'o Outline<'_>, at: usize) -> Option<&'o str> {
    let line = &outline.lines[at];
    if !line.text.contains(['名', '标']) {
        return None;
    }
    if line.shape == Shape::Row {
        let mut cells = line.cells();
        return cells.find(|cell| is_name(cell)).and_then(|_| cells.next());
    }
    if is_name(&line.text) {
        return outline.lines.get(at + 1).map(|next| next.text.as_str());
    }
    let (name, value) = line.text.split_once(['：', ':', '】'])?;
    is_name(name).then(|| value.trim_start_matches(['：', ':', ' ']))
}

fn is_name(text: &str) -> bool {
    NAMES.contains(&label_words::bare(text).as_str())
}
