//! The year of all rows of a page: by the tab of a year that is chosen on it, or by the directory of a year that it lies in.
//!
//! In: a page, its address, its rows as read. Out: the days of those that show none, in that year. Never: a year that the row,
//! its address or its heading tells otherwise, a day to come, or a number that may be one of a column.

use std::sync::LazyLock;

use regex::Regex;
use url::Url;

use super::date;
use super::onward::cells;
use super::pattern;
use super::row_pieces::RowReader;
use super::row_year::{COLUMN, has_come, in_year_of, is_yearless};
use super::tree::{Node, Tree, visible_text};
use crate::model::Entry;

/// Longest text of a tab, in bytes: `【2024年度】`.
const LONGEST_TAB_BYTES: usize = 24;

/// Most elements within a tab.
const MOST_WITHIN: usize = 4;

/// Puts the rows that nothing else tells the year of in that of their page.
pub(super) fn put(tree: &Tree, entries: &mut [Entry], reader: &RowReader<'_>) {
    let is_open = |entry: &&mut Entry| {
        let Some(shown) = entry.date_shown.as_deref().filter(|shown| is_yearless(shown)) else { return false };
        // What is not the nearest such day was told by something.
        entry.date.is_some()
            && entry.date == date::stated_near(shown, reader.zone, reader.today)
            && in_year_of(shown, &entry.url, reader.zone, reader.today).is_none()
    };
    let open: Vec<&mut Entry> = entries.iter_mut().filter(|entry| is_open(entry)).collect();
    if open.is_empty() {
        return;
    }
    let Some(year) = chosen(tree).or_else(|| of_address(reader.page)) else { return };
    for entry in open {
        let stated = entry.date_shown.as_deref().and_then(|shown| date::in_year(shown, reader.zone, year));
        entry.date = stated.filter(|stated| has_come(*stated, reader.today)).or(entry.date);
    }
}

/// The year of the tab that is chosen among tabs of years; `None` where several are.
fn chosen(tree: &Tree) -> Option<i16> {
    let is_chosen =
        |node: &Node<'_>| node.attr("class").is_some_and(|classes| classes.split_ascii_whitespace().any(is_chosen));
    let tabs = tree.root().descendants().filter(is_chosen).filter(|node| cells(*node).filter_map(tab).count() > 1);
    let mut years = tabs.filter_map(tab);
    let year = years.next()?;
    years.all(|other| other == year).then_some(year)
}

/// Whether a class says that a tab is the chosen one: `on`, `is-active`, `tab_cur`.
fn is_chosen(class: &str) -> bool {
    const WORDS: [&str; 8] = ["on", "active", "current", "cur", "selected", "select", "now", "this"];
    let word = class.rsplit(['-', '_']).next().unwrap_or_default();
    WORDS.iter().any(|known| word.eq_ignore_ascii_case(known))
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
