//! Chinese numerals as dates and years are written with.
//!
//! In: a run of digits, Arabic or Chinese or mixed. Out: the number; where a day in Chinese ones stands. Never: units
//! above ten; no date needs them.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::pattern;

/// A day in Chinese digits, of a year that a portal can state.
static DAY: LazyLock<Regex> = LazyLock::new(|| {
    let written = concat!(
        r"(?:一\s*九|二\s*[〇○◯⭕零OoОＯｏ0０])(?:\s*[〇○◯⭕零OoОＯｏ0０一二三四五六七八九]){2}\s*年\s*",
        r"[一二三四五六七八九十]{1,2}\s*月\s*[一二三四五六七八九十廿卅]{1,3}\s*[日号]",
    );
    pattern(written)
});

/// Where the first day in Chinese digits stands: 二〇二六年十月三日.
pub(super) fn day(text: &str) -> Option<Range<usize>> {
    // Most lines have no year in such digits, and the character before 年 tells it.
    let is_digit = |c: char| "〇○◯⭕零OoОＯｏ0０一二三四五六七八九".contains(c);
    let may_have = text.match_indices('年').any(|(at, _)| text[..at].trim_end().ends_with(is_digit));
    if may_have { DAY.find(text).map(|found| found.range()) } else { None }
}

/// `2024`, `二〇二四`, `二0二四`, `十九`, `二十一`, `廿一`.
pub(super) fn number(written: &str) -> Option<u32> {
    if let Ok(number) = written.parse() {
        return Some(number);
    }
    let (mut total, mut digits) = (0_u32, 0_u32);
    for c in written.chars() {
        match c {
            '十' => (total, digits) = (total + digits.max(1) * 10, 0),
            '廿' => total += 20,
            '卅' => total += 30,
            _ => digits = digits.checked_mul(10)?.checked_add(digit(c)?)?,
        }
    }
    Some(total + digits)
}

fn digit(c: char) -> Option<u32> {
    const ONE_TO_NINE: [char; 9] = ['一', '二', '三', '四', '五', '六', '七', '八', '九'];
    // Circles and letters that look like 〇; the last one is Cyrillic.
    if matches!(c, '〇' | '○' | '◯' | '⭕' | '零' | 'O' | 'o' | 'О') {
        return Some(0);
    }
    c.to_digit(10).or_else(|| ONE_TO_NINE.iter().zip(1..).find(|(name, _)| **name == c).map(|(_, value)| value))
}

#[cfg(test)]
mod tests {
    use super::{day, number};

    #[test]
    fn numerals_of_dates_are_read() {
        let read = ["2024", "二〇二四", "二0二四", "十", "十九", "二十", "二十一", "廿一", "卅", "三十一"].map(number);
        assert_eq!(read, [2024, 2024, 2024, 10, 19, 20, 21, 21, 30, 31].map(Some));
        assert_eq!([number("百"), number("九九九九九九九九九九九九")], [None, None]);
    }

    #[test]
    fn a_day_in_chinese_digits_is_found() {
        for text in ["二〇二六年十月三日", "二零二四年十二月十九日", "二O二四年二月廿一号", "一九九九 年 十 月 一 日"]
        {
            assert_eq!(day(text), Some(0..text.len()), "{text}");
        }
        assert_eq!(day("时间：二〇二六年十月三日 来源"), Some(9..36));
        for text in ["二〇二六年", "二十年三月一日", "2026年10月3日", "二〇二六年十月"] {
            assert_eq!(day(text), None, "{text}");
        }
    }
}
