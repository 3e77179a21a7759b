//! Chinese numerals as dates and years are written with.
//!
//! In: a run of digits, Arabic or Chinese or mixed. Out: the number. Never: units above ten; no date needs them.

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
    use super::number;

    #[test]
    fn numerals_of_dates_are_read() {
        let read = ["2024", "二〇二四", "二0二四", "十", "十九", "二十", "二十一", "廿一", "卅", "三十一"].map(number);
        assert_eq!(read, [2024, 2024, 2024, 10, 19, 20, 21, 21, 30, 31].map(Some));
        assert_eq!([number("百"), number("九九九九九九九九九九九九")], [None, None]);
    }
}
