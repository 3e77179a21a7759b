//! Dates as portals write them, found in any text.
//!
//! In: text as shown, the zone of the site. Out: the first date that exists in the calendar, with its time of day
//! where one stands beside it. Never: the clock; a form without a year is read only against a day that is given.

mod english;
mod time_of_day;
mod yearless;

use std::ops::Range;
use std::sync::LazyLock;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use regex::{Captures, Match, Regex};

use self::time_of_day::{TIME, moment};
use super::fold::Folded;
use super::numeral::number;
use super::pattern;
use crate::model::Stated;
pub(super) use english::{is_month, whole as english};
pub(super) use yearless::{in_year, without_year};

/// Years that a portal can state; four digits outside of them are part of some number.
const YEARS: std::ops::RangeInclusive<i16> = 1900..=2100;

/// Years looked back for a day such as 02-29 that not every year has.
const MOST_YEARS_BACK: i16 = 8;

/// How far ahead of the day on which a page is read a day without a year may be.
pub(super) const MOST_AHEAD: SignedDuration = SignedDuration::from_hours(3 * 24);

/// Characters looked back for the first date of a span.
const LONGEST_DATE: usize = 16;

/// `2024-1-2`, `2024/01/02`, `2024.01.02`; the two separators are compared by hand.
static NUMERIC: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?P<y>\d{4})\s*(?P<s>[-/.])\s*(?P<m>\d{1,2})\s*(?P<s2>[-/.])\s*(?P<d>\d{1,2})"));

/// `2024年1月2日`, `二〇二四年十二月十九日`, and the two mixed.
static CHINESE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(concat!(
        r"(?P<y>\d{4}|[〇○◯⭕零OoО0-9一二三四五六七八九]{4})\s*年\s*",
        r"(?P<m>\d{1,2}|[一二三四五六七八九十]{1,2})\s*月\s*(?P<d>\d{1,2}|[一二三四五六七八九十廿卅]{1,3})\s*[日号]",
    ))
});

/// `24-01-02` and the like.
static SHORT_YEAR: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?P<y>\d{2})(?P<s>[-/.])(?P<m>\d{1,2})(?P<s2>[-/.])(?P<d>\d{1,2})"));

/// `01-02`, `1/2`, `1月2日`.
static NO_YEAR: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?P<m>\d{1,2})(?:(?P<s>[-/])|\s*月\s*)(?P<d>\d{1,2})(?P<end>\s*[日号])?"));

/// A date where it stands in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// What is stated.
    pub stated: Stated,
    /// Where, in bytes of the text given.
    pub at: Range<usize>,
}

/// The first date written in the text, in any form that names its year.
pub fn stated(text: &str, zone: &TimeZone) -> Option<Stated> {
    find(text, zone, None).map(|found| found.stated)
}

/// Like [`stated`], English months too; where no date names its year, `MM-DD` and `YY-MM-DD` are the nearest such day
/// not after `near`, or of a few days ahead where no year at all is written.
pub fn stated_near(text: &str, zone: &TimeZone, near: Date) -> Option<Stated> {
    find(text, zone, Some(near)).map(|found| found.stated)
}

/// Whether the first date written in the text names its year, by two digits at least.
pub fn names_year(text: &str) -> bool {
    let as_of = |year| stated_near(text, &TimeZone::UTC, Date::constant(year, 12, 31));
    as_of(2098).is_some_and(|stated| Some(stated) == as_of(2099))
}

/// The date that a value beside its label is; two digits of a year and eight digits in a row are read here too.
pub fn labelled(value: &str, zone: &TimeZone) -> Option<Stated> {
    stated(value, zone).or_else(|| {
        let bare: String = Folded::of(value).text.split_whitespace().collect();
        stated(&bare, zone).or_else(|| short(&bare)).map(|found| Stated::day(found.date()))
    })
}

/// `24-01-05`, `20240105`, and nothing else beside them.
fn short(bare: &str) -> Option<Stated> {
    /// The first two digits of a year that are of the century before: the pivot of POSIX.
    const PIVOT: u32 = 69;
    let date = match (SHORT_YEAR.captures(bare), bare.len()) {
        (Some(found), len) if found[0].len() == len && found["s"] == found["s2"] => {
            let century = if number(&found["y"])? < PIVOT { "20" } else { "19" };
            day(&format!("{century}{}", &found["y"]), &found["m"], &found["d"])
        }
        (_, 8) if bare.bytes().all(|byte| byte.is_ascii_digit()) => day(&bare[..4], &bare[4..6], &bare[6..]),
        _ => None,
    };
    date.map(Stated::day)
}

/// Whether a date may be written in the text: each has a digit, of either width, or the character 年.
pub(super) fn may_be_in(text: &str) -> bool {
    // Other Chinese characters are no digits, and most titles are nothing else.
    let is_digit = |c: char| !matches!(c, '\u{3400}'..='\u{9FFF}') && c.is_numeric();
    text.chars().any(|c| c.is_ascii_digit() || c == '年' || is_digit(c))
}

/// The first date written in the text and where it stands.
pub fn find(text: &str, zone: &TimeZone, near: Option<Date>) -> Option<Found> {
    if !may_be_in(text) {
        return None;
    }
    let folded = Folded::of(text);
    let line = folded.text.as_str();
    let reading = of_stated_year(line, zone).or_else(|| {
        let near = near?;
        let english = english::find(line, zone);
        let short = || first(&SHORT_YEAR, line, zone, |found| short_year(found, near));
        english.or_else(short).or_else(|| first(&NO_YEAR, line, zone, |found| no_year(found, near)))
    });
    reading.map(|found| Found { at: folded.at(&found.at), ..found })
}

/// The first date of a folded line that names its year in full.
fn of_stated_year(line: &str, zone: &TimeZone) -> Option<Found> {
    epoch(line, zone).or_else(|| {
        let numeric = first(&NUMERIC, line, zone, |found| day(&found["y"], &found["m"], &found["d"]));
        let chinese = first(&CHINESE, line, zone, |found| day(&found["y"], &found["m"], &found["d"]));
        earliest(numeric, chinese)
    })
}

fn earliest(one: Option<Found>, other: Option<Found>) -> Option<Found> {
    one.into_iter().chain(other).min_by_key(|found| found.at.start)
}

/// The first match that is a day of the calendar and not a piece of a longer number.
fn first(form: &Regex, line: &str, zone: &TimeZone, day_of: impl Fn(&Captures<'_>) -> Option<Date>) -> Option<Found> {
    let mut start = 0;
    while let Some(found) = form.captures_at(line, start) {
        let whole = found.get(0).expect("invariant: group 0 is the match");
        let same = found.name("s").map(|s| s.as_str()) == found.name("s2").or(found.name("s")).map(|s| s.as_str());
        if same
            && !is_glued_before(line, whole.start())
            && let Some(date) = day_of(&found)
            && let Some(reading) = with_time(line, &whole, date, zone)
        {
            return Some(reading);
        }
        // On by one character: a match that fails may hide the start of one that does not.
        start = whole.start() + line[whole.start()..].chars().next().map_or(1, char::len_utf8);
    }
    None
}

/// Whether a number goes on to the left: `12024-..`, `3.2024.1.2`, `010-2024-..`.
fn is_glued_before(line: &str, start: usize) -> bool {
    let mut before = line[..start].chars().rev();
    match before.next() {
        Some(c) if c.is_ascii_digit() => true,
        Some('-' | '/' | '.') => before.next().is_some_and(|c| c.is_ascii_digit()) && !ends_with_date(line, start),
        _ => false,
    }
}

/// `2024.01.02-2024.03.04`: what stands before the second date of a span is a date too.
fn ends_with_date(line: &str, start: usize) -> bool {
    let head = &line[..start - 1];
    let from = head.char_indices().rev().nth(LONGEST_DATE).map_or(0, |(at, _)| at);
    NUMERIC.find_iter(&head[from..]).last().is_some_and(|found| from + found.end() == head.len())
}

/// Adds the time of day; `None` where a number goes on to the right.
fn with_time(line: &str, whole: &Match<'_>, date: Date, zone: &TimeZone) -> Option<Found> {
    let rest = &line[whole.end()..];
    let is_two_digit_day = line[..whole.end()].chars().rev().take(2).all(|c| c.is_ascii_digit());
    let ends_in_digit = line[..whole.end()].ends_with(|c: char| c.is_ascii_digit());
    if let Some(found) = TIME.captures(rest) {
        let is_joined = !found["join"].is_empty() || found.name("pm").is_some() || !ends_in_digit;
        // `2024-01-0209:15`: two elements side by side, the day whole.
        let is_apart = is_joined || (is_two_digit_day && found["h"].len() == 2);
        if is_apart && let Some(stated) = moment(&found, date, zone) {
            let end = whole.end() + found.get(0).map_or(0, |time| time.end());
            return Some(Found { stated, at: whole.start()..end });
        }
    }
    if ends_in_digit && is_glued_after(rest) {
        return None;
    }
    Some(Found { stated: Stated::day(date), at: whole.range() })
}

/// Whether a number goes on: `2024-01-023`, `2024.1.2.3`; the second date of a span does not count.
fn is_glued_after(rest: &str) -> bool {
    let mut after = rest.chars();
    match after.next() {
        Some(c) if c.is_ascii_digit() => true,
        Some('-' | '/' | '.') => {
            let next = &rest[1..];
            next.starts_with(|c: char| c.is_ascii_digit()) && NUMERIC.find(next).is_none_or(|date| date.start() != 0)
        }
        _ => false,
    }
}

fn day(year: &str, month: &str, day: &str) -> Option<Date> {
    let year = i16::try_from(number(year)?).ok().filter(|year| YEARS.contains(year))?;
    Date::new(year, i8::try_from(number(month)?).ok()?, i8::try_from(number(day)?).ok()?).ok()
}

fn short_year(found: &Captures<'_>, near: Date) -> Option<Date> {
    let this_century = day(&format!("20{}", &found["y"]), &found["m"], &found["d"]).filter(|date| *date <= near);
    this_century.or_else(|| day(&format!("19{}", &found["y"]), &found["m"], &found["d"]))
}

/// `3-5` is a span of something and `1/2` a fraction: both digits of one side at least, or 月 and 日.
fn is_month_and_day(found: &Captures<'_>) -> bool {
    let is_written_out = found.name("s").is_none() && found.name("end").is_some();
    let is_padded = found.name("s").is_some() && found["m"].len() + found["d"].len() >= 3;
    is_written_out || is_padded
}

fn no_year(found: &Captures<'_>, near: Date) -> Option<Date> {
    if !is_month_and_day(found) {
        return None;
    }
    // Some portals write the day on which a row is to appear, and build the page before it.
    let latest = near.saturating_add(MOST_AHEAD);
    (-1..=MOST_YEARS_BACK).find_map(|back| {
        let year = (near.year() - back).to_string();
        day(&year, &found["m"], &found["d"]).filter(|date| *date <= latest)
    })
}

/// Milliseconds since 1970, thirteen digits and nothing else, as interfaces give them.
fn epoch(line: &str, zone: &TimeZone) -> Option<Found> {
    let digits = line.trim();
    if digits.len() != 13 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let instant = Timestamp::from_millisecond(digits.parse().ok()?).ok()?;
    let civil = instant.to_zoned(zone.clone()).datetime();
    let start = line.find(digits)?;
    Some(Found { stated: Stated::moment(civil, zone), at: start..start + digits.len() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn china() -> TimeZone {
        TimeZone::get("Asia/Shanghai").expect("bundled zone")
    }

    fn read(text: &str) -> Option<String> {
        stated(text, &china()).map(|stated| stated.to_string())
    }

    #[test]
    fn a_day_names_its_year_or_does_not() {
        for text in ["2024-12-19", "[24-12-19]", "二〇二四年十二月十九日", "1704135845000"] {
            assert!(names_year(text), "{text}");
        }
        for text in ["12-19", "[12/19]", "12月19日", "", "第3号"] {
            assert!(!names_year(text), "{text}");
        }
    }

    #[test]
    fn every_written_form_of_a_day_is_read() {
        for text in [
            "2024-12-19",
            "2024-12-19 ",
            "[2024-12-19]",
            "（2024/12/19）",
            "发布日期：2024.12.19",
            "2024年12月19日",
            "2024 年 12 月 19 日",
            "２０２４年１２月１９日",
            "２０２４－１２－１９",
            "二〇二四年十二月十九日",
            "二○二四年十二月十九日",
            "二零二四年十二月十九日",
            "二O二四年十二月十九号",
            "二Ｏ二四年十二月十九日",
            "二o二四年十二月十九日",
            "二0二四年十二月十九日",
            "二０二四年十二月十九日",
            "2024-12-19 星期四",
            "2024.12.19-2025.01.20",
            "2024-12-19至2025-01-20",
            "施行：2024–12–19。",
            "2024年13月45日，2024年12月19日",
        ] {
            assert_eq!(read(text).as_deref(), Some("2024-12-19"), "{text}");
        }
        assert_eq!(read("2024-1-2").as_deref(), Some("2024-01-02"));
        assert_eq!(read("二〇二一年二月二十一日").as_deref(), Some("2021-02-21"));
        assert_eq!(read("一九九九年十月一日").as_deref(), Some("1999-10-01"));
    }

    #[test]
    fn every_written_form_of_a_minute_is_read() {
        for text in [
            "2024-12-19 09:15",
            "2024-12-19 09:15:00",
            "2024-12-19\u{a0}09:15",
            "2024-12-19  09:15",
            "2024-12-19 09\u{2236}15",
            "2024-12-19 09：15",
            "2024-12-19-09:15:00",
            "[2024-12-19 09:15]",
            "2024/12/19 9:15",
            "2024年12月19日9时15分",
            "2024年12月19日 09:15",
            "2024年12月19日 星期四 09:15",
            "2024-12-1909:15",
            "2024-12-19T09:15:00",
            "2024-12-19T01:15:00Z",
            "2024-12-19T09:15:00.000+08:00",
            "1734570900000",
            "2024年12月19日 上午9:15",
        ] {
            assert_eq!(read(text).as_deref(), Some("2024-12-19T09:15:00+08:00"), "{text}");
        }
        assert_eq!(read("2024-12-19 下午3:05").as_deref(), Some("2024-12-19T15:05:00+08:00"));
        assert_eq!(read("2024-12-19 25:61").as_deref(), Some("2024-12-19"));
    }

    #[test]
    fn numbers_and_days_that_do_not_exist_are_no_dates() {
        for text in [
            "2024-02-30",
            "2024-13-01",
            "国办发〔2017〕47号",
            "000014348/2020-35428",
            "0351-2024-12-19",
            "12024-12-19",
            "2024-12-193",
            "2024.12.19.1",
            "2024-12/19",
            "2024年",
            "2024年1-3月",
            "电话：13812345678",
            "17345709000001",
            "9999-12-31",
            "",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn a_day_without_a_year_is_the_last_one_before_the_given_day() {
        let near = |text: &str| stated_near(text, &china(), date(2026, 3, 5)).map(|stated| stated.to_string());
        assert_eq!(near("03-04").as_deref(), Some("2026-03-04"));
        assert_eq!(near("[12-31]").as_deref(), Some("2025-12-31"));
        assert_eq!(near("3月5日").as_deref(), Some("2026-03-05"));
        let on = |day: Date, text: &str| stated_near(text, &china(), day).map(|stated| stated.to_string());
        assert_eq!(on(date(2026, 3, 3), "03-05").as_deref(), Some("2026-03-05"), "a few days ahead");
        assert_eq!(on(date(2026, 3, 3), "03-07").as_deref(), Some("2025-03-07"));
        assert_eq!(on(date(2025, 12, 31), "01-02").as_deref(), Some("2026-01-02"));
        assert_eq!(near("02-29").as_deref(), Some("2024-02-29"));
        assert_eq!(near("03-04 10:20").as_deref(), Some("2026-03-04T10:20:00+08:00"));
        assert_eq!(near("24-12-19").as_deref(), Some("2024-12-19"));
        assert_eq!(near("98.12.19").as_deref(), Some("1998-12-19"));
        assert_eq!(near("03-04 2025-01-02").as_deref(), Some("2025-01-02"));
        assert_eq!(near("第3-5条"), None);
        assert_eq!(near("13-45"), None);
        assert_eq!(read("03-04"), None);
    }

    #[test]
    fn a_value_beside_its_label_may_be_short() {
        let read = |text: &str| labelled(text, &china()).map(|stated| stated.to_string());
        for text in
            ["24-01-05", "20240105", "二 〇 二 四 年 一 月 五 日", "2024 年 1 月 5 日", "2024.1.5", "自2024年1月5日起"]
        {
            assert_eq!(read(text).as_deref(), Some("2024-01-05"), "{text}");
        }
        for text in ["24-13-05", "024-01-05", "2024010", "20241305", "24-01-05期", "五年", ""] {
            assert_eq!(read(text), None, "{text}");
        }
        assert_eq!(read("98.12.19").as_deref(), Some("1998-12-19"));
    }

    #[test]
    fn a_date_is_found_where_it_stands() {
        let text = "关于　印发的通知（２０２４－１２－１９ 09：15）";
        let found = find(text, &china(), None).expect("a date");
        assert_eq!(&text[found.at], "２０２４－１２－１９ 09：15");
    }
}
