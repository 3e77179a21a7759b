//! The date of a row: alone in its element, spread over two of them, or behind the title in one text.
//!
//! In: the texts of a row, the address of its report. Out: dates, or the title without one. Never: which of several dates
//! is the row's.

use std::sync::LazyLock;

use jiff::ToSpan;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use regex::{Match, Regex};
use url::Url;

use super::date;
use super::pattern;
use crate::model::Stated;

/// Longest text that can be a date and nothing else, in bytes: `发布日期：[ 二〇二四年十二月十九日 ]`.
const LONGEST_DATE_BYTES: usize = 80;

/// What may stand around a date that is alone in its element.
static AROUND_DATE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^[\s\[\]()（）【】〔〕<>《》|·:：,，]*(?:(?:信息|公开|发布|发文|成文|更新|发稿|印发|生成|公布)?(?:日期|时间)|发布于)?[\s\[\]()（）【】〔〕|·:：]*$",
    )
});

/// The parts of a date that a template spreads over two elements: `19` and `2024-12`.
static DAY: LazyLock<Regex> = LazyLock::new(|| pattern(r"^(\d{1,2})日?$"));
static YEAR_MONTH: LazyLock<Regex> = LazyLock::new(|| pattern(r"^(\d{4})\s*[-/.年]\s*(\d{1,2})月?$"));
static MONTH_DAY: LazyLock<Regex> = LazyLock::new(|| pattern(r"^(\d{1,2})[-/.月](\d{1,2})日?$"));
static YEAR: LazyLock<Regex> = LazyLock::new(|| pattern(r"^(\d{4})年?[-/.]?$"));

/// A date behind a title in one text.
static DATE_AT_END: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"[\s\[(（【]+\d{4}\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2}日?(?:\s+\d{1,2}:\d{2}(?::\d{2})?)?[\])）】]?$")
});

/// What stands before the day of publication in a line that names other days too.
static PUBLISHED: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?:发布|公开|公布)(?:(?:日期|时间|日)\s*[:：|\]】]?|\s*[:：])\s*[\[(（【]?\s*"));

/// Longest line in which a labelled day is the row's, and characters behind the label that are looked at.
const LONGEST_LABELLED_BYTES: usize = 300;
const MOST_BEHIND_LABEL: usize = 24;

/// The day that a line calls the one of publication, and how it shows it.
pub(super) fn published(text: &str, zone: &TimeZone) -> Option<(Stated, String)> {
    if text.len() > LONGEST_LABELLED_BYTES || !date::may_be_in(text) {
        return None;
    }
    PUBLISHED.find_iter(text).find_map(|label| {
        let behind: String = text[label.end()..].chars().take(MOST_BEHIND_LABEL).collect();
        let found = date::find(&behind, zone, None).filter(|found| found.at.start == 0)?;
        Some((found.stated, behind[found.at].to_owned()))
    })
}

/// The date, where the text is a date with its label and brackets and nothing else.
pub(super) fn alone(text: &str, zone: &TimeZone, today: Date) -> Option<Stated> {
    if text.len() > LONGEST_DATE_BYTES {
        return None;
    }
    let found = date::find(text, zone, Some(today))?;
    let is_alone = AROUND_DATE.is_match(&text[..found.at.start]) && AROUND_DATE.is_match(&text[found.at.end..]);
    is_alone.then_some(found.stated)
}

/// A day without a year, in the year that the address of its report states: `11-20` and `t20201120_11.html`.
pub(super) fn in_year_of(shown: &str, report: &Url, zone: &TimeZone, today: Date) -> Option<Stated> {
    /// How content systems write the day on which they made a page: `/t20201120_11.html`, `/2020/11/20/`, `/2020-11/20/`. A
    /// number of six or eight digits alone may be one of a column.
    static MADE: LazyLock<[Regex; 2]> = LazyLock::new(|| {
        [
            pattern(r"/t((?:19|20)\d{2})(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])_"),
            pattern(r"/((?:19|20)\d{2})[-/](0?[1-9]|1[0-2])[-/](0?[1-9]|[12]\d|3[01])/"),
        ]
    });
    /// Digits of a month and a day.
    const MOST_DIGITS: usize = 4;
    /// Days between a page that was made and its publication.
    const MOST_WAITING: i64 = 60;
    if shown.bytes().filter(u8::is_ascii_digit).count() > MOST_DIGITS {
        return None;
    }
    let made = MADE.iter().find_map(|form| form.captures(report.path()))?;
    let made = Date::new(made[1].parse().ok()?, made[2].parse().ok()?, made[3].parse().ok()?).ok()?;
    // What is to come is no day on which a page was made.
    let latest = made.saturating_add(MOST_WAITING.days()).min(today);
    if made > today.saturating_add(1.day()) { None } else { date::without_year(shown, zone, latest) }
}

/// The date that a template spread over two elements, in whichever order, as one text.
pub(super) fn spread(one: &str, other: &str) -> Option<String> {
    // Each part begins with a digit, of whatever script; most texts do not.
    let may_be = one.starts_with(char::is_numeric) && other.starts_with(char::is_numeric);
    if may_be { in_order(one, other).or_else(|| in_order(other, one)) } else { None }
}

fn in_order(short: &str, long: &str) -> Option<String> {
    if let (Some(day), Some(rest)) = (DAY.captures(short), YEAR_MONTH.captures(long)) {
        return Some(format!("{}-{}-{}", &rest[1], &rest[2], &day[1]));
    }
    let (rest, year) = (MONTH_DAY.captures(short)?, YEAR.captures(long)?);
    Some(format!("{}-{}-{}", &year[1], &rest[1], &rest[2]))
}

/// A title without the date that stands behind it in the same text.
pub(super) fn without(shown: &str) -> &str {
    match at_end(shown) {
        Some(found) if found.start() > 0 => shown[..found.start()].trim_end(),
        _ => shown,
    }
}

/// Whether a text ends with a date.
pub(super) fn is_at_end(text: &str, zone: &TimeZone) -> bool {
    at_end(text).is_some_and(|found| date::stated(found.as_str(), zone).is_some())
}

/// What may be a date at the end of a text.
fn at_end(text: &str) -> Option<Match<'_>> {
    if date::may_be_in(text) { DATE_AT_END.find(text) } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;
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

    #[test]
    fn a_date_is_alone_with_its_label_and_brackets() {
        let day = |text: &str| alone(text, &TimeZone::UTC, date(2026, 3, 5)).map(|stated| stated.date().to_string());
        for text in [
            "2026-03-01",
            "[ 2026-03-01 ]",
            "二零二六年三月一日",
            "发布日期：2026-03-01",
            "03-01",
            "（2026年3月1日）",
            "发布时间 | 2026/3/1",
        ] {
            assert_eq!(day(text).as_deref(), Some("2026-03-01"), "{text}");
        }
        for text in ["2026年3月1日起施行", "第03-01期", "2026-00282", "关于3月1日停水的公告"] {
            assert_eq!(day(text), None, "{text}");
        }
    }

    #[test]
    fn two_elements_make_one_date_in_any_order() {
        for (one, other) in [("19", "2024-12"), ("2024年12月", "19日"), ("12-19", "2024"), ("2024", "12/19")] {
            assert_eq!(spread(one, other).as_deref(), Some("2024-12-19"), "{one} {other}");
        }
        assert_eq!(spread("19", "2024"), None);
    }

    #[test]
    fn the_labelled_day_of_a_line_is_the_one_of_publication() {
        let day = |text: &str| published(text, &TimeZone::UTC).map(|(stated, _)| stated.date().to_string());
        for text in [
            "青政办发〔2026〕1号　成文日期：2026-01-01　发布日期：2026-09-28",
            "成文：2026-01-01　发布：2026-09-28",
            "发布时间：2026-09-28 成文时间：2026-01-01",
            "索引号：01/2026-0001 生成日期：2026年1月1日 公开日期：2026年9月28日",
        ] {
            assert_eq!(day(text).as_deref(), Some("2026-09-28"), "{text}");
        }
        for text in ["成文日期：2026-01-01", "自发布之日起施行，2026-01-01", "政府信息公开2026-01-01"]
        {
            assert_eq!(day(text), None, "{text}");
        }
    }

    #[test]
    fn a_title_loses_the_date_behind_it_and_no_other() {
        assert_eq!(without("关于印发纲要的通知 [2024-12-19]"), "关于印发纲要的通知");
        assert_eq!(without("2024-12-19"), "2024-12-19");
        assert_eq!(without("关于2024年12月19日停水的公告"), "关于2024年12月19日停水的公告");
    }
}
