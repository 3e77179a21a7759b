//! Which of the dates of a row its list heads 发布日期 or the like.
//!
//! In: what the rows of a list stand in. Out: the column, of a table or of a list with a row of headings. Never: a heading
//! that is a link.

use super::tree::{Node, visible_text};

/// Most elements of a row of headings, and of a heading.
const MOST_WITHIN: usize = 40;

/// Longest heading of a column, in bytes.
const LONGEST_BYTES: usize = 24;

/// Where the day of publication stands in a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DateColumn {
    /// In this cell of a table, from 0.
    Cell(usize),
    /// The date of this place, from 0, of a row of so many.
    Date { at: usize, of: usize },
}

/// The column that is headed 发布日期 or the like.
pub(super) fn of(parent: Node<'_>) -> Option<DateColumn> {
    let mut around = std::iter::once(parent).chain(parent.ancestors().take(2));
    match around.find(|node| node.name() == "table") {
        Some(table) => {
            let head = table.descendants().find(|node| node.name() == "tr")?;
            let labels: Vec<String> = head.children().map(label).collect();
            chosen(&labels).map(DateColumn::Cell)
        }
        None => parent.children().next().and_then(headed).or_else(|| parent.prev_siblings().next().and_then(headed)),
    }
}

/// A row of headings without links: `<li><b>标题</b><b>成文日期</b><b>发布日期</b></li>`.
fn headed(row: Node<'_>) -> Option<DateColumn> {
    if row.descendants().nth(MOST_WITHIN).is_some() || row.descendants().any(|node| node.name() == "a") {
        return None;
    }
    let is_whole = |node: &Node<'_>| node.children().next().is_none();
    let labels = row.descendants().filter(is_whole).map(label);
    let dates: Vec<String> = labels.filter(|label| is_published(label) || is_of_date(label)).collect();
    let at = chosen(&dates).filter(|_| dates.len() > 1)?;
    Some(DateColumn::Date { at, of: dates.len() })
}

/// The heading of publication; beside one of updates that of the reports' own days.
fn chosen(labels: &[String]) -> Option<usize> {
    let is_written = |label: &String| ["成文", "落款", "发文", "印发"].iter().any(|word| label.starts_with(word));
    let is_update = |label: &String| label.starts_with("更新") && is_of_date(label);
    let written = || labels.iter().position(|label| is_written(label) && is_of_date(label));
    let has_update = || labels.iter().any(is_update);
    labels.iter().position(|label| is_published(label)).or_else(|| has_update().then(written).flatten())
}

fn label(cell: Node<'_>) -> String {
    visible_text(cell).chars().filter(|c| !c.is_whitespace()).collect()
}

fn is_published(label: &str) -> bool {
    ["发布", "公开", "公布", "公告"].iter().any(|word| label.starts_with(word)) && label.ends_with(['期', '间', '布'])
}

fn is_of_date(label: &str) -> bool {
    label.len() <= LONGEST_BYTES && (label.ends_with("日期") || label.ends_with("时间"))
}

#[cfg(test)]
mod tests {
    use crate::page::row_pieces::RowReader;
    use crate::page::rows;
    use crate::page::tree::Tree;
    use jiff::civil::date;
    use jiff::tz::TimeZone;
    use url::Url;

    fn days(head: &str) -> Vec<String> {
        let page = Url::parse("http://www.a.gov.cn/zwgk/").expect("url");
        let row = |n: u32| {
            format!(
                "<li><i>{n}</i><a href=a{n}.html>关于公布第{n}批清单的通知</a><i>2026-01-0{n}</i><i>2026-02-0{n}</i></li>"
            )
        };
        let tree = Tree::parse(&format!("{head}{}{}", row(1), row(2))).expect("tree");
        let reader = RowReader { base: &page, page: &page, zone: &TimeZone::UTC, today: date(2026, 3, 5) };
        let dates = rows::find(&tree, &reader).entries.into_iter().filter_map(|entry| entry.date);
        dates.map(|stated| stated.date().to_string()).collect()
    }

    #[test]
    fn the_column_that_is_headed_with_publication_dates_the_rows_of_a_list() {
        let headings = "<b>序号</b><b>标题</b><b>成文日期</b><b>发布日期</b>";
        assert_eq!(days(&format!("<ul><li>{headings}</li>")), ["2026-02-01", "2026-02-02"]);
        assert_eq!(days(&format!("<div>{headings}</div><ul>")), ["2026-02-01", "2026-02-02"]);
        assert_eq!(days("<ul><li><b>标题</b><b>发布日期</b><b>成文日期</b></li>"), ["2026-01-01", "2026-01-02"]);
        let updated = "<ul><li><b>标题</b><b>更新时间</b><b>成文日期</b></li>";
        assert_eq!(days(updated), ["2026-02-01", "2026-02-02"], "an update is none");
    }

    #[test]
    fn other_headings_choose_no_date() {
        for head in [
            "<ul>",
            "<ul><li><b>标题</b><b>发布日期</b></li>",
            "<ul><li><b>标题</b><b>成文日期</b><b>施行日期</b><b>发布日期</b></li>",
            "<ul><li><a href=x.html>成文日期</a><a href=y.html>发布日期</a></li>",
        ] {
            assert_eq!(days(head)[..1], ["2026-01-01"], "{head}");
        }
    }
}
