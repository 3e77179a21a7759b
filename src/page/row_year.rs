//! The year of a row that shows a month and a day alone: by the address of its report, or by the heading above it.
//!
//! In: what a row shows, where it leads, where it stands. Out: the day with its year. Never: a guess where nothing tells.

use std::ops::RangeInclusive;
use std::sync::LazyLock;

use jiff::ToSpan;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use regex::Regex;
use url::Url;

use super::date;
use super::pattern;
use super::row_pieces::RowReader;
use super::tree::{Node, visible_text};
use crate::model::{Entry, Stated};

/// Digits of a month and a day.
const MOST_DIGITS: usize = 4;

/// Elements above a list before which its heading may stand, and the most within a heading.
const MOST_LEVELS: usize = 3;
const MOST_WITHIN: usize = 3;

/// Panels of years side by side that are looked at, and elements of their tabs.
const MOST_PANELS: usize = 60;
const MOST_OF_TABS: usize = 180;

/// Years that lists are of.
const YEARS: RangeInclusive<i16> = 1990..=2099;

/// Longest heading of a year, in bytes: `【2024年度】`.
const LONGEST_HEADING_BYTES: usize = 30;

/// How content systems write the day on which they made a page: `/t20201120_11.html`, `/2020/11/20/`, `/2020-11/20/`. A
/// number of six or eight digits alone may be one of a column.
static MADE: LazyLock<[Regex; 2]> = LazyLock::new(|| {
    [
        pattern(r"/t((?:19|20)\d{2})(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])_"),
        pattern(r"/((?:19|20)\d{2})[-/](0?[1-9]|1[0-2])[-/](0?[1-9]|[12]\d|3[01])/"),
    ]
});

/// A directory that may be that of a day: `/20230305/`, `/2023/0305/`, `/202303/05/`.
static OF_DAY: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"/((?:19|20)\d{2})[-/]?(0[1-9]|1[0-2])[-/]?(0[1-9]|[12]\d|3[01])/"));

/// One that may be that of a month: `/202303/`, `/2023-03/`, `/2023/3/`.
static OF_MONTH: LazyLock<[Regex; 2]> = LazyLock::new(|| {
    [pattern(r"/((?:19|20)\d{2})(0[1-9]|1[0-2])/"), pattern(r"/((?:19|20)\d{2})[-/](0?[1-9]|1[0-2])/")]
});

/// One that may be that of a year, before a file or a name: numbers in directories are columns.
static OF_YEAR: LazyLock<Regex> = LazyLock::new(|| pattern(r"/((?:19|20)\d{2})/(?:[^/]*$|[^/]*[^/\d][^/]*/)"));

/// What stands before the number of a column.
pub(super) static COLUMN: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"(?i)/(?:info|col|column|channel|cid|lm|list|node|content|article|site)/(?:19|20)\d{2}/")
});

/// `2024年`, `2024年度`, `2024年3月`, `2024`.
static HEADING: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"^[\s\[【(（]*((?:19|20)\d{2})\s*(?:年(?:度|\s*\d{1,2}\s*月份?)?)?[\s\]】)）]*$"));

/// A day without a year, in the year that the address of its report states: `11-20` and `t20201120_11.html`.
pub(super) fn in_year_of(shown: &str, report: &Url, zone: &TimeZone, today: Date) -> Option<Stated> {
    /// Days between a page that was made and its publication.
    const MOST_WAITING: i64 = 60;
    if !is_yearless(shown) {
        return None;
    }
    let path = report.path();
    let Some(made) = MADE.iter().find_map(|form| form.captures(path)) else {
        let by_directory = if COLUMN.is_match(path) { None } else { of_directory(shown, path, zone) };
        return by_directory.filter(|stated| has_come(*stated, today));
    };
    let made = Date::new(made[1].parse().ok()?, made[2].parse().ok()?, made[3].parse().ok()?).ok()?;
    // What is to come is no day on which a page was made.
    let latest = made.saturating_add(MOST_WAITING.days()).min(today);
    if made > today.saturating_add(1.day()) { None } else { date::without_year(shown, zone, latest) }
}

/// A day without a year in the one of a whole day that is the same.
pub(super) fn in_year_of_day(shown: &str, whole: Stated, zone: &TimeZone) -> Option<Stated> {
    let stated = if is_yearless(shown) { date::in_year(shown, zone, whole.date().year())? } else { return None };
    (stated.date() == whole.date()).then_some(stated)
}

/// Whether a date is shown without its year.
pub(super) fn is_yearless(shown: &str) -> bool {
    let is_hour = |word: &&str| word.contains(':') && word.bytes().all(|byte| byte.is_ascii_digit() || byte == b':');
    let words = shown.split_whitespace().filter(|word| !is_hour(word));
    words.flat_map(str::bytes).filter(u8::is_ascii_digit).count() <= MOST_DIGITS
}

/// Whether an address says by its directories or its name in which month its page was made.
pub(super) fn names_month(report: &Url) -> bool {
    let path = report.path();
    MADE.iter().chain(&*OF_MONTH).chain([&*OF_DAY]).any(|form| form.is_match(path))
}

pub(super) fn has_come(stated: Stated, today: Date) -> bool {
    stated.date() <= today.saturating_add(date::MOST_AHEAD)
}

/// The day in the year of a directory that agrees with it: a number of a column hardly does.
fn of_directory(shown: &str, path: &str, zone: &TimeZone) -> Option<Stated> {
    let in_year = |year: i16| date::in_year(shown, zone, year);
    if let Some(found) = OF_DAY.captures(path)
        && let Ok(made) = Date::new(found[1].parse().ok()?, found[2].parse().ok()?, found[3].parse().ok()?)
    {
        let around = [made.year(), made.year() - 1, made.year() + 1];
        return around.into_iter().filter_map(in_year).find(|stated| is_close(stated.date(), made));
    }
    if let Some(found) = OF_MONTH.iter().find_map(|form| form.captures(path)) {
        let month: i8 = found[2].parse().ok()?;
        return in_year(found[1].parse().ok()?).filter(|stated| stated.date().month() == month);
    }
    in_year(OF_YEAR.captures_iter(path).last()?[1].parse().ok()?)
}

/// Whether a page made on one day can show another one: it may be made some days before or behind it.
fn is_close(shown: Date, made: Date) -> bool {
    const MOST_DAYS: i64 = 7;
    shown.saturating_add(MOST_DAYS.days()) >= made && made.saturating_add(MOST_DAYS.days()) >= shown
}

/// A row in its list: its element, and what it says where that is an entry.
pub(super) struct Placed<'t, 'e> {
    pub(super) node: Node<'t>,
    pub(super) entry: Option<&'e mut Entry>,
    /// Whether neither its day nor the address of its report says of which year it is.
    pub(super) lacks_year: bool,
}

/// Puts the rows under one parent into the year of the heading above each.
pub(super) fn put_under_headings(parent: Node<'_>, rows: &mut [Placed<'_, '_>], reader: &RowReader<'_>) {
    if !rows.iter().any(|row| row.lacks_year) {
        return;
    }
    let mut year = year_above(parent, rows.len());
    let mut left = rows.iter_mut().peekable();
    for child in parent.children() {
        let row = left.next_if(|row| row.node == child);
        let Some((entry, lacks_year)) = row.and_then(|row| Some((row.entry.as_deref_mut()?, row.lacks_year))) else {
            year = heading(child).or(year);
            continue;
        };
        if !lacks_year {
            continue;
        }
        let in_year = |year| date::in_year(entry.date_shown.as_deref()?, reader.zone, year);
        let stated = year.and_then(in_year).filter(|stated| has_come(*stated, reader.today));
        entry.date = stated.or(entry.date);
    }
}

/// The year of the heading right before a list, or before what it stands in alone; or of the panel that it stands in. One row
/// that has an element of its own is no panel.
fn year_above(list: Node<'_>, n_rows: usize) -> Option<i16> {
    let around = || std::iter::once(list).chain(list.ancestors()).take(MOST_LEVELS);
    let before = around().find_map(|node| node.prev_siblings().find(|sibling| sibling.name() != "br"));
    before.and_then(heading).or_else(|| around().find_map(named)).or_else(|| {
        let mut panels = around().filter(|_| n_rows > 1);
        panels.find_map(of_panel)
    })
}

/// The year that an element is marked with: `data-year="2024"`.
fn named(node: Node<'_>) -> Option<i16> {
    let year = node.attr("data-year")?.trim().trim_end_matches('年').parse().ok()?;
    YEARS.contains(&year).then_some(year)
}

/// The year of one panel of several: that of its tab, where as many tabs of years stand before them as there are panels.
fn of_panel<'t>(panel: Node<'t>) -> Option<i16> {
    let kind = |node: Node<'t>| (node.name(), node.attr("class").and_then(|of| of.split_ascii_whitespace().next()));
    let is_panel = |node: &Node<'t>| kind(*node) == kind(panel);
    let home = panel.parent()?;
    let panels: Vec<_> = home.children().filter(is_panel).take(MOST_PANELS).collect();
    let at = panels.iter().position(|node| *node == panel).filter(|_| panels.len() > 1)?;
    let before = panels[0].prev_siblings().next().or_else(|| home.prev_siblings().next())?;
    let years: Vec<i16> = before.descendants().take(MOST_OF_TABS).filter_map(tab).collect();
    if years.len() == panels.len() { years.get(at).copied() } else { None }
}

/// The year of a tab, where it is the innermost element that says so.
fn tab(node: Node<'_>) -> Option<i16> {
    if node.children().any(|child| heading(child).is_some()) { None } else { heading(node) }
}

fn heading(node: Node<'_>) -> Option<i16> {
    if node.descendants().nth(MOST_WITHIN).is_some() {
        return None;
    }
    let text = visible_text(node);
    let is_short = text.len() <= LONGEST_HEADING_BYTES;
    is_short.then(|| HEADING.captures(&text)).flatten()?[1].parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::rows;
    use crate::page::tree::Tree;
    use jiff::civil::date;

    #[test]
    fn a_day_without_a_year_is_of_the_year_that_its_address_states() {
        let day = |shown: &str, path: &str| {
            let url = Url::parse(&format!("http://www.a.gov.cn{path}")).expect("url");
            in_year_of(shown, &url, &TimeZone::UTC, date(2026, 3, 5)).map(|stated| stated.date().to_string())
        };
        for (shown, path, stated) in [
            ("11-20", "/zwgk/202011/t20201120_11.html", Some("2020-11-20")),
            ("[02-05]", "/art/2020/2/5/art_1_14.html", Some("2020-02-05")),
            ("12月31日", "/zwgk/2021-01/02/c_1.htm", Some("2020-12-31")),
            ("01-02", "/zwgk/202012/t20201231_11.html", Some("2021-01-02")),
            ("05-10", "/zwgk/202311/t20231120_11.html", Some("2023-05-10")),
            ("12-20", "/zwgk/202311/t20231120_11.html", Some("2023-12-20")),
            ("05-10", "/zwgk/202511/t20251120_11.html", Some("2025-05-10")),
            ("11-20", "/zt/202001/t20251120_11.html", Some("2025-11-20")),
            ("03-05", "/xx/c100/202303/0a1b.shtml", Some("2023-03-05")),
            ("03-05", "/xx/2023-03/0a1b.shtml", Some("2023-03-05")),
            ("03-05", "/xx/2023/3/0a1b.shtml", Some("2023-03-05")),
            ("03-05", "/xx/20230305/0a1b.shtml", Some("2023-03-05")),
            ("03-05", "/xx/2023/0305/0a1b.shtml", Some("2023-03-05")),
            ("03-05", "/xx/2023/0306/0a1b.shtml", Some("2023-03-05")),
            ("12-31", "/xx/20240102/0a1b.shtml", Some("2023-12-31")),
            ("03-05", "/xx/2023/0a1b.shtml", Some("2023-03-05")),
            ("03-05", "/xx/2023/tzgg/0a1b.shtml", Some("2023-03-05")),
            ("03-20", "/xx/2026/0a1b.shtml", None),
            ("12-31", "/xx/202303/0a1b.shtml", None),
            ("05-10", "/xx/20230305/0a1b.shtml", None),
            ("11-20", "/info/2012/1101/index.html", None),
            ("11-20", "/xw/2019/13/c.html", None),
            ("11-20", "/zwgk/20121/20122/a.html", None),
            ("2024-11-20", "/zwgk/202011/t20201120_11.html", None),
            ("24-11-20", "/zwgk/202011/t20201120_11.html", None),
            ("11-20", "/info/1025/2034.htm", None),
            ("11-20", "/info/2012/1105.htm", None),
            ("11-20", "/20881231/a.html", None),
            ("11-20", "/col/20881234/index.html", None),
        ] {
            assert_eq!(day(shown, path).as_deref(), stated, "{shown} {path}");
        }
    }

    fn days(html: &str) -> Vec<String> {
        let page = Url::parse("http://www.a.gov.cn/zwgk/").expect("url");
        let tree = Tree::parse(html).expect("tree");
        let reader = RowReader { base: &page, page: &page, zone: &TimeZone::UTC, today: date(2026, 3, 5) };
        let dates = rows::find(&tree, &reader).entries.into_iter().filter_map(|entry| entry.date);
        dates.map(|stated| stated.date().to_string()).collect()
    }

    fn row(n: u32, shown: &str) -> String {
        format!("<li><a href=a{n}.html>关于公布第{n}批清单的通知</a><span>{shown}</span></li>")
    }

    /// So many rows that the lists are those of the page, and not what they stand in.
    fn list(first: u32, month: &str) -> String {
        (first..first + 6).map(|n| row(n, &format!("{month}-{:02}", 20 - n))).collect()
    }

    /// The months of the rows of a page, each once.
    fn months(html: &str) -> Vec<String> {
        let mut months: Vec<String> = days(html).into_iter().map(|day| day[..7].to_owned()).collect();
        assert_eq!(months.len(), 12, "{html}");
        months.dedup();
        months
    }

    #[test]
    fn rows_are_of_the_year_of_the_heading_above_them() {
        let (one, other) = (row(1, "02-03") + &row(2, "01-04"), row(3, "12-05") + &row(4, "11-06"));
        let expected = ["2025-02-03", "2025-01-04", "2024-12-05", "2024-11-06"];
        for html in [
            format!("<h3>2025年</h3><ul class=l>{one}</ul><h3>2024年</h3><ul class=l>{other}</ul>"),
            format!("<ul><p>【2025年度】</p>{one}<p>2024年</p>{other}</ul>"),
            format!("<h3>2025</h3><ul class=l>{one}</ul><h3>2024</h3><ul class=l>{other}</ul>"),
            format!("<ul><li class=year><span>2025</span></li>{one}<li class=year><span>2024</span></li>{other}</ul>"),
        ] {
            assert_eq!(days(&html), expected, "{html}");
        }
        let boxed = format!("<div><b>2025年</b></div><div><ul>{one}</ul></div>");
        assert_eq!(days(&boxed), ["2025-02-03", "2025-01-04"]);
    }

    #[test]
    fn panels_are_of_the_years_of_their_tabs() {
        let panel = |rows: &str| format!("<div class='panel on'><ul class=l>{rows}</ul></div>");
        let panels = panel(&list(1, "02")) + &panel(&list(9, "11"));
        let tabs = "<ul class=tabs><li><a href='javascript:;'>2024年</a></li><li>2023</li></ul>";
        for html in [format!("{tabs}{panels}"), format!("<div>{tabs}</div><div>{panels}</div>")] {
            assert_eq!(months(&html), ["2024-02", "2023-11"], "{html}");
        }
        let three = tabs.replace("<li>2023", "<li>2022</li><li>2023");
        assert_eq!(months(&format!("{three}{panels}")), ["2026-02", "2025-11"], "of more tabs none is that of a panel");
    }

    #[test]
    fn lists_are_of_the_year_that_stands_before_or_around_each() {
        let (one, other) = (list(1, "02"), list(9, "11"));
        let lists =
            |before: &str, behind: &str| format!("<ul class=l>{one}</ul>{behind}{before}<ul class=l>{other}</ul>");
        for html in [
            format!("<dl><dt>2025</dt><dd>{}</dd></dl>", lists("<dt>2024</dt><dd>", "</dd>")),
            format!("<div data-year=2025>{}</div>", lists("<div data-year='2024年'>", "</div>")),
        ] {
            assert_eq!(months(&html), ["2025-02", "2024-11"], "{html}");
        }
    }

    #[test]
    fn other_headings_and_years_to_come_say_nothing() {
        let rows = row(1, "02-03") + &row(2, "01-04");
        for html in [
            format!("<h3>2024年工作要点</h3><ul>{rows}</ul>"),
            format!("<h3>2027年</h3><ul>{rows}</ul>"),
            format!("<h3>20240</h3><ul>{rows}</ul>"),
            format!("<div data-year=12><ul>{rows}</ul></div>"),
            format!("<h3>2024年</h3><p>说明</p><ul>{rows}</ul>"),
        ] {
            assert_eq!(days(&html), ["2026-02-03", "2026-01-04"], "{html}");
        }
        let dated = format!("<h3>2024年</h3><ul>{}{}</ul>", row(1, "2025-02-03"), row(2, "2025-01-04"));
        assert_eq!(days(&dated), ["2025-02-03", "2025-01-04"]);
    }
}
