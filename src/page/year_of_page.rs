//! The year of all rows of a page: by the tab of a year that is chosen over them, by the directory of a year that it lies in,
//! or by the order of the rows.
//!
//! In: a page, its address, its rows as read. Out: the days of those that show none, in that year. Never: a year that the row,
//! its address or its heading tells otherwise, a day to come, a number that may be one of a column, or a tab of another box.

use std::sync::LazyLock;

use regex::Regex;
use url::Url;

use super::column_name::ColumnName;
use super::onward::cells;
use super::row_pieces::RowReader;
use super::row_year::{COLUMN, has_come, in_year_of, is_yearless, names_month};
use super::tree::{Node, Tree, visible_text};
use super::{date, link, pattern};
use crate::model::{Entry, Stated};

/// Longest text of a tab, in bytes: `【2024年度】`.
const LONGEST_TAB_BYTES: usize = 24;

/// Most elements within a tab.
const MOST_WITHIN: usize = 4;

/// Puts the rows that nothing else tells the year of in that of their page, and reports of a year behind its end.
pub(super) fn put(tree: &Tree, entries: &mut [Entry], reader: &RowReader<'_>) {
    put_open(tree, entries, reader);
    for entry in entries {
        let Some((date, shown)) = entry.date.zip(entry.date_shown.as_deref()) else { continue };
        let year = date.date().year();
        let is_too_early = date.date().month() <= LAST_MONTH_OF_REPORTS && is_annual_of(&entry.title, year);
        if is_too_early && is_yearless(shown) && !names_month(&entry.url) {
            // It stands with those of the year that it is of.
            let next = date::in_year(shown, reader.zone, year + 1);
            entry.date = next.filter(|stated| has_come(*stated, reader.today)).or(entry.date);
        }
    }
}

fn put_open(tree: &Tree, entries: &mut [Entry], reader: &RowReader<'_>) {
    let is_open = |entry: &&mut Entry| {
        let Some(shown) = entry.date_shown.as_deref().filter(|shown| is_yearless(shown)) else { return false };
        // What is not the nearest such day was told by something.
        entry.date.is_some()
            && entry.date == date::stated_near(shown, reader.zone, reader.today)
            && in_year_of(shown, &entry.url, reader.zone, reader.today).is_none()
    };
    let n_rows = entries.len();
    let first = entries.first().map(|entry| entry.url.clone());
    let mut open: Vec<&mut Entry> = entries.iter_mut().filter(|entry| is_open(entry)).collect();
    let Some(first) = first.filter(|_| !open.is_empty()) else { return };
    if let Some(year) = chosen(tree, &first, reader).or_else(|| of_address(reader.page)) {
        for entry in open {
            let stated = entry.date_shown.as_deref().and_then(|shown| date::in_year(shown, reader.zone, year));
            entry.date = stated.filter(|stated| has_come(*stated, reader.today)).or(entry.date);
        }
    } else if open.len() == n_rows {
        put_in_order(&mut open, reader);
    }
}

/// The last month in which no report of the same year is published: from then on some are.
const LAST_MONTH_OF_REPORTS: i8 = 10;

/// Whether a title names the annual report of a year.
fn is_annual_of(title: &str, year: i16) -> bool {
    title.contains(&format!("{year}年"))
        && (title.contains("年报") || (title.contains("年度") && title.contains("报告")))
        && !["半年", "季"].iter().any(|part| title.contains(part))
}

/// Rows that are newest first, from one of a year before on: what would be later than the row above it is of that year or of
/// the one before. Where a row of this year stands below an earlier one they are in another order, and nothing is told.
fn put_in_order(rows: &mut [&mut Entry], reader: &RowReader<'_>) {
    let mut days = Vec::with_capacity(rows.len());
    let mut n_turns = 0;
    for row in rows.iter() {
        let Some(nearest) = row.date else { return };
        let above: Option<&Stated> = days.last();
        let Some(above) = above.map(Stated::date).filter(|above| nearest.date() > *above) else {
            days.push(nearest);
            continue;
        };
        let shown = row.date_shown.as_deref().unwrap_or_default();
        let of_year = |year| date::in_year(shown, reader.zone, year).filter(|stated| stated.date() <= above);
        let Some(stated) = of_year(above.year()).or_else(|| of_year(above.year() - 1)) else { return };
        if above.year() >= reader.today.year() {
            return;
        }
        n_turns += usize::from(stated.date().year() < above.year());
        days.push(stated);
    }
    // Rows in no order turn often.
    if n_turns * 3 <= rows.len() {
        rows.iter_mut().zip(days).for_each(|(row, day)| row.date = Some(day));
    }
}

/// The year of the tab that is chosen among tabs of years over the rows; `None` where several are.
fn chosen(tree: &Tree, first: &Url, reader: &RowReader<'_>) -> Option<i16> {
    let is_chosen =
        |node: &Node<'_>| node.attr("class").is_some_and(|classes| classes.split_ascii_whitespace().any(is_chosen));
    let of_years = |node: &Node<'_>| cells(*node).filter_map(tab).count() > 1;
    let mut tabs = tree.root().descendants().filter(is_chosen).filter(|node| tab(*node).is_some() && of_years(node));
    let chosen = tabs.next()?;
    let year = tab(chosen)?;
    let is_one = tabs.all(|other| tab(other) == Some(year));
    let leads = |node: Node<'_>| {
        let mut anchors = std::iter::once(node).chain(node.descendants()).filter(|node| node.name() == "a");
        anchors.any(|anchor| {
            link::of_anchor(anchor, reader.base).is_some_and(|url| !link::is_same_page(&url, reader.page))
        })
    };
    // Of tabs that lead to no page the rows of all stand on this one.
    let lead = || cells(chosen).filter(|cell| tab(*cell).is_some_and(|other| other != year)).all(leads);
    let row = || tree.named("a").find(|anchor| link::of_anchor(*anchor, reader.base).as_ref() == Some(first));
    (is_one && lead() && row().is_some_and(|row| stand_over(chosen, row, &ColumnName::of(tree)))).then_some(year)
}

/// Whether tabs stand over a row, with nothing beside them but the name of the column: those of another box have its name.
fn stand_over(chosen: Node<'_>, row: Node<'_>, column: &ColumnName) -> bool {
    let around: Vec<_> = row.ancestors().map(|node| node.key().index()).collect();
    let line = std::iter::once(chosen).chain(chosen.ancestors());
    let Some(branch) = line.take_while(|node| !around.contains(&node.key().index())).last() else { return false };
    let beside = cells(chosen).filter(|cell| tab(*cell).is_some()).map(visible_text);
    let rest = beside.fold(visible_text(branch), |rest, tab| rest.replacen(&tab, "", 1));
    branch.key().index() < row.key().index() && (rest.trim().is_empty() || column.is(&rest))
}

/// Whether a class says that a tab is the chosen one: `on`, `is-active`, `tab_cur`.
fn is_chosen(class: &str) -> bool {
    const WORDS: [&str; 8] = ["on", "active", "current", "cur", "selected", "select", "now", "this"];
    const BEFORE: [&str; 7] = ["is", "tab", "nav", "item", "li", "year", "layui"];
    let (before, word) = class.rsplit_once(['-', '_']).unwrap_or(("", class));
    WORDS.iter().any(|known| word.eq_ignore_ascii_case(known))
        && (before.is_empty() || BEFORE.iter().any(|known| before.eq_ignore_ascii_case(known)))
}

/// The year that a tab is called by: `2023年`, `2023年度`, `2023`.
fn tab(node: Node<'_>) -> Option<i16> {
    static YEAR: LazyLock<Regex> =
        LazyLock::new(|| pattern(r"^[\s\[【(（]*((?:19|20)\d{2})\s*(?:年度?)?[\s\]】)）]*$"));
    if node.descendants().nth(MOST_WITHIN).is_some() {
        return None;
    }
    let text = visible_text(node);
    if text.len() <= LONGEST_TAB_BYTES { YEAR.captures(&text)?[1].parse().ok() } else { None }
}

/// The year of the directory in which a page lies, `/tzgg/2023/index.html`: where others are numbers it may be one of a
/// column.
fn of_address(page: &Url) -> Option<i16> {
    static LAST: LazyLock<Regex> = LazyLock::new(|| pattern(r"/((?:19|20)\d{2})/[^/]*$"));
    let path = page.path();
    let is_number = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let n_numbers = path.split('/').filter(|part| !part.is_empty() && is_number(part)).count();
    if n_numbers > 1 || COLUMN.is_match(path) { None } else { LAST.captures(path)?[1].parse().ok() }
}
