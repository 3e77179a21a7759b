//! The date of a row: alone in its element, spread over two of them, or behind the title in one text.
//!
//! In: the texts of a row. Out: dates, the one of a line that is labelled as that of publication, or the title without one.
//! Never: which of the dates of several texts is the row's.

use std::sync::LazyLock;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use regex::{Match, Regex};

use super::date;
use super::pattern;
use crate::model::Stated;

/// Longest text that can be a date and nothing else, in bytes: `发布日期：[ 二〇二四年十二月十九日 ]`.
const LONGEST_DATE_BYTES: usize = 80;

/// What may stand around a date that is alone in its element.
static AROUND_DATE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^[\s\[\]()（）【】〔〕<>《》|·:：,，]*(?:(?:信息|公开|发布|发文|成文|更新|发稿|印发|生成|公布)?(?:日期|时间)|发布于)?[\s\[\]()（）【】〔〕|·:：]*(?:(?:星期|周)[一二三四五六日天][\s\])）】]*)?$",
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

/// What stands before the day of the report itself, beside the one of an update.
static WRITTEN: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?:成文|落款|发文|印发|生成)(?:日期|时间|日)\s*[:：|\]】]?\s*[\[(（【]?\s*"));

/// Longest line in which a labelled day is the row's, and characters behind the label that are looked at.
const LONGEST_LABELLED_BYTES: usize = 300;
const MOST_BEHIND_LABEL: usize = 24;

/// The day that a line calls the one of publication, and how it shows it; beside the day of an update that of the report.
pub(super) fn published(text: &str, zone: &TimeZone) -> Option<(Stated, String)> {
    if text.len() > LONGEST_LABELLED_BYTES || !date::may_be_in(text) {
        return None;
    }
    let behind = |label: Match<'_>| {
        let behind: String = text[label.end()..].chars().take(MOST_BEHIND_LABEL).collect();
        let found = date::find(&behind, zone, None).filter(|found| found.at.start == 0)?;
        Some((found.stated, behind[found.at].to_owned()))
    };
    let written = || text.contains("更新").then(|| WRITTEN.find_iter(text).find_map(behind)).flatten();
    PUBLISHED.find_iter(text).find_map(behind).or_else(written)
}

/// The date, where the text is a date with its label and brackets and nothing else.
pub(super) fn alone(text: &str, zone: &TimeZone, today: Date) -> Option<Stated> {
    if text.len() > LONGEST_DATE_BYTES {
        return None;
    }
    let Some(found) = date::find(text, zone, Some(today)) else { return eight_digits(text, zone, today) };
    let is_alone = AROUND_DATE.is_match(&text[..found.at.start]) && AROUND_DATE.is_match(&text[found.at.end..]);
    is_alone.then_some(found.stated)
}

/// `20240305` and nothing else beside it, of a day that has come and not long ago: other numbers have eight digits too.
fn eight_digits(text: &str, zone: &TimeZone, today: Date) -> Option<Stated> {
    const FIRST_YEAR: i16 = 2000;
    let bare = text.trim_matches(|c: char| c.is_whitespace() || matches!(c, '[' | ']' | '(' | ')' | '（' | '）'));
    if bare.len() != 8 || !bare.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let has_come = |date: Date| date.year() >= FIRST_YEAR && date <= today.saturating_add(date::MOST_AHEAD);
    date::labelled(bare, zone).filter(|stated| has_come(stated.date()))
}

/// Whether a text is the year, the month or the day with which a date begins that is spread over several elements.
pub(super) fn may_begin(text: &str) -> bool {
    static BEGINNING: LazyLock<Regex> = LazyLock::new(|| pattern(r"^(?:\d{4}年?[-/.]?|\d{1,2}[月日]?)$"));
    const LONGEST_BYTES: usize = 16;
    text.len() <= LONGEST_BYTES && (BEGINNING.is_match(text) || date::is_month(text))
}

/// The date that a template spread over three elements, with signs between them or without.
pub(super) fn of_parts(parts: &[&str]) -> Option<String> {
    static PARTS: LazyLock<Regex> =
        LazyLock::new(|| pattern(r"^(\d{4}) ?[-/.年]? ?(\d{1,2}) ?[-/.月]? ?(\d{1,2}) ?日?$"));
    let whole = parts.join(" ").replace("  ", " ");
    let Some(found) = PARTS.captures(&whole).map(|found| [1, 2, 3].map(|at| found[at].to_owned())) else {
        return year_last(&whole, parts.len());
    };
    let is_part = |number: &String| parts.iter().any(|part| part.starts_with(number.as_str()));
    // Numbers without signs may be those of an issue and a page.
    let is_signed = whole.contains(['-', '/', '.', '年']);
    let is_padded = found.iter().all(|number| number.len() > 1);
    (found.iter().all(is_part) && (is_signed || is_padded)).then(|| found.join("-"))
}

/// The date whose year a template put last, and whose month says that it is one: `3月` `20` `2024`, `20` `Mar` `2024`.
fn year_last(whole: &str, n_parts: usize) -> Option<String> {
    static MONTH_NAMED: LazyLock<[Regex; 2]> = LazyLock::new(|| {
        [
            pattern(r"^(?P<m>\d{1,2}) ?月 (?P<d>\d{1,2}) ?日? (?P<y>\d{4}) ?年?$"),
            pattern(r"^(?P<d>\d{1,2}) ?日? (?P<m>\d{1,2}) ?月 (?P<y>\d{4}) ?年?$"),
        ]
    });
    let chinese = MONTH_NAMED.iter().find_map(|form| form.captures(whole)).filter(|_| n_parts == 3);
    let chinese = chinese.map(|found| format!("{}-{}-{}", &found["y"], &found["m"], &found["d"]));
    chinese.or_else(|| date::english(whole).map(|stated| stated.date().to_string()))
}

/// The order in which a list writes days whose year stands last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    /// `03-28-2024`
    MonthFirst,
    /// `28-03-2024`
    DayFirst,
}

static YEAR_LAST: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"^[\s\[(（]*(\d{1,2})([-/.])(\d{1,2})([-/.])(\d{4})[\s\])）]*$"));

/// Whether a text is a day whose year stands last.
pub(super) fn is_year_last(text: &str) -> bool {
    text.len() <= LONGEST_DATE_BYTES
        && text.ends_with(|c: char| c.is_ascii_digit() || matches!(c, ']' | ')' | '）'))
        && YEAR_LAST.captures(text).is_some_and(|found| found[2] == found[4])
}

/// The order that days of one list are written in: one of them names a number that is no month, and none speaks against it.
pub(super) fn order<'a>(texts: impl Iterator<Item = &'a str>) -> Option<Order> {
    const MONTHS: u8 = 12;
    let (mut is_day_first, mut is_month_first) = (false, false);
    for found in texts.filter_map(|text| YEAR_LAST.captures(text)) {
        is_day_first |= found[1].parse().is_ok_and(|n: u8| n > MONTHS);
        is_month_first |= found[3].parse().is_ok_and(|n: u8| n > MONTHS);
    }
    match (is_month_first, is_day_first) {
        (true, false) => Some(Order::MonthFirst),
        (false, true) => Some(Order::DayFirst),
        _ => None,
    }
}

/// The day that a text states in this order.
pub(super) fn in_order_of(text: &str, order: Order, zone: &TimeZone) -> Option<Stated> {
    let found = if is_year_last(text) { YEAR_LAST.captures(text)? } else { return None };
    let (month, day) = if order == Order::MonthFirst { (1, 3) } else { (3, 1) };
    date::stated(&format!("{}-{}-{}", &found[5], &found[month], &found[day]), zone)
}

/// The date that a template spread over two elements, in whichever order, as one text.
pub(super) fn spread(one: &str, other: &str) -> Option<String> {
    // Each part begins with a digit, of either width; most texts do not.
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

/// A title without the date that stands behind it in the same text. A day written out in brackets right behind it is part
/// of its name: （2024年3月5日）.
pub(super) fn without(shown: &str) -> &str {
    let is_named = |date: &str| date.starts_with(['(', '（']) && date.contains('年');
    match at_end(shown) {
        Some(found) if found.start() > 0 && !is_named(found.as_str()) => shown[..found.start()].trim_end(),
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
    fn a_date_is_alone_with_its_label_and_brackets() {
        let day = |text: &str| alone(text, &TimeZone::UTC, date(2026, 3, 5)).map(|stated| stated.date().to_string());
        for text in [
            "2026-03-01",
            "[ 2026-03-01 ]",
            "二零二六年三月一日",
            "发布日期：2026-03-01",
            "03-01",
            "（2026年3月1日）",
            "2026年03月01日 星期日",
            "[2026-03-01 周日]",
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
    fn three_elements_make_one_date() {
        for parts in [&["2024", "-", "03", "-", "05"][..], &["2024年", "03月", "05日"], &["2024", "3", "5"]] {
            assert!(may_begin(parts[0]), "{parts:?}");
        }
        for parts in [&["2024", "-", "03", "-", "05"][..], &["2024年", "03月", "05日"], &["2024-", "03-", "05"]] {
            assert_eq!(of_parts(parts).as_deref(), Some("2024-03-05"), "{parts:?}");
        }
        for parts in
            [&["2024", "第3号", "05"][..], &["2024", "03-05", "06"], &["2024", "3", "15"], &["2024", "03", "公告"]]
        {
            assert_eq!(of_parts(parts), None, "{parts:?}");
        }
    }

    #[test]
    fn a_date_may_begin_with_its_month_or_its_day() {
        for parts in [
            &["3月", "5", "2024"][..],
            &["03月", "05日", "2024年"],
            &["05", "3月", "2024"],
            &["Mar", "5", "2024"],
            &["05", "Mar", "2024"],
            &["Mar 5,", "2024"],
            &["5", "March 2024"],
        ] {
            assert!(may_begin(parts[0]), "{parts:?}");
            let day = of_parts(parts).and_then(|whole| date::stated(&whole, &TimeZone::UTC)).map(|day| day.to_string());
            assert_eq!(day.as_deref(), Some("2024-03-05"), "{parts:?}");
        }
        for parts in
            [&["3", "5", "2024"][..], &["3月", "2024"], &["3月", "5", "2024号"], &["Mark", "5", "2024"], &["5", "2024"]]
        {
            assert_eq!(of_parts(parts), None, "{parts:?}");
        }
    }

    #[test]
    fn days_with_their_year_last_are_read_in_the_order_that_their_list_tells() {
        let days = |texts: &[&str]| -> Vec<Option<String>> {
            let order = order(texts.iter().copied());
            let day = |text: &&str| Some(in_order_of(text, order?, &TimeZone::UTC)?.date().to_string());
            texts.iter().map(day).collect()
        };
        let some = |days: &[&str]| days.iter().map(|day| Some((*day).to_owned())).collect::<Vec<_>>();
        assert_eq!(days(&["03-28-2024", "[03-05-2024]"]), some(&["2024-03-28", "2024-03-05"]));
        assert_eq!(days(&["28/03/2024", "05/03/2024"]), some(&["2024-03-28", "2024-03-05"]));
        for unclear in [["03-05-2024", "04-06-2024"], ["03-28-2024", "28-03-2024"], ["03-45-2024", "第3-28-2024号"]] {
            assert_eq!(days(&unclear), [None, None], "{unclear:?}");
        }
    }

    #[test]
    fn eight_digits_alone_are_a_date_that_has_come() {
        let day = |text: &str| alone(text, &TimeZone::UTC, date(2026, 3, 5)).map(|stated| stated.date().to_string());
        assert_eq!(day("20240305").as_deref(), Some("2024-03-05"));
        assert_eq!(day("[20240305]").as_deref(), Some("2024-03-05"));
        for text in ["20270305", "20241305", "19870305", "120240305", "2024030", "文号20240305"] {
            assert_eq!(day(text), None, "{text}");
        }
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
        for text in [
            "更新时间：2026-10-01 成文日期：2026-09-28",
            "落款日期：2026-09-28 最后更新：2026-10-01",
            "更新时间：2026-10-01 成文日期：2026-01-01 发布时间：2026-09-28",
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
        assert_eq!(without("空气质量日报（2024年12月19日）"), "空气质量日报（2024年12月19日）");
        assert_eq!(without("空气质量日报 （2024年12月19日）"), "空气质量日报");
    }
}
