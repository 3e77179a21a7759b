//! Numbers of spreadsheets as they are shown: dates, shares, decimals.
//!
//! In: a number and the code of its format. Out: text. Never: more digits than a spreadsheet holds.
//!
//! Source: ECMA-376 part 1, 18.8.30 (numFmt) and 18.8.31 (numFmts).

use std::fmt::Write;

/// Significant digits that a spreadsheet computes with.
const DIGITS: usize = 15;

/// Days from 1899-12-30, day 0 of the usual calendar, to 1904-01-01, day 0 of the old one of Macintosh.
const DAYS_TO_1904: f64 = 1462.0;

/// The last serial of a date: 9999-12-31.
const LAST_SERIAL: f64 = 2_958_466.0;

/// The code of a format that files name by number only. Source: ECMA-376 part 1, 18.8.30, with its list for Chinese.
pub(super) fn built_in(id: u16) -> &'static str {
    match id {
        1 => "0",
        2 => "0.00",
        3 | 37 | 38 | 41 | 42 => "#,##0",
        4 | 39 | 40 | 43 | 44 => "#,##0.00",
        9 => "0%",
        10 => "0.00%",
        11 => "0.00E+00",
        14..=16 | 30 | 31 | 36 | 50 | 53 | 54 | 58 => "yyyy-mm-dd",
        17 | 27 | 28 | 29 | 51 | 52 | 57 => "yyyy-mm",
        18..=21 | 32..=35 | 55 | 56 => "hh:mm:ss",
        22 => "yyyy-mm-dd hh:mm",
        45 | 47 => "mm:ss",
        46 => "[h]:mm:ss",
        48 => "##0.0E+0",
        49 => "@",
        _ => "General",
    }
}

/// A number as a format shows it. Dates are ISO 8601; a calendar of 1904 is said by `is_1904`.
pub(super) fn shown(value: f64, format: &str, is_1904: bool) -> String {
    if !value.is_finite() {
        return String::new();
    }
    let section = Section::of(format, value);
    if section.is_date() {
        let serial = if is_1904 { value + DAYS_TO_1904 } else { value };
        if let Some(date) = section.date(serial) {
            return date;
        }
    }
    section.number(value).unwrap_or_else(|| general(value))
}

/// A number without a format: 15 significant digits, no trailing zeros.
pub(super) fn general(value: f64) -> String {
    if value == 0.0 || !value.is_finite() {
        return "0".to_owned();
    }
    let rounded: f64 = format!("{value:.*e}", DIGITS - 1).parse().unwrap_or(value);
    if (1e-9..1e21).contains(&rounded.abs()) { format!("{rounded}") } else { format!("{rounded:E}") }
}

/// One part of a format: formats have one for positive numbers, one for negative ones, one for zero, one for text.
#[derive(Debug, Default)]
struct Section {
    /// What stands before and after the digits.
    before: String,
    after: String,
    /// Its placeholders and marks, without literal text: `#,##0.00`, `yyyymd`.
    code: String,
    /// Whether the sign is the format's own matter.
    is_signed: bool,
}

impl Section {
    fn of(format: &str, value: f64) -> Self {
        let mut sections = split(format);
        let place = match (sections.len(), value) {
            (2.., value) if value < 0.0 => 1,
            (3.., 0.0) => 2,
            _ => 0,
        };
        let mut section = read(&sections.swap_remove(place));
        section.is_signed = place == 1;
        section
    }

    /// Whether it shows dates or times. The months of `General` are none.
    fn is_date(&self) -> bool {
        let code = self.code.to_ascii_lowercase();
        !code.contains("general") && !code.contains(['0', '#', '?', '@']) && code.contains(['y', 'd', 'm', 'h', 's'])
    }

    fn date(&self, serial: f64) -> Option<String> {
        if !(0.0..LAST_SERIAL).contains(&serial) {
            return None;
        }
        let code = self.code.to_ascii_lowercase();
        // A minute stands beside hours or seconds, a month beside neither.
        let has_time = code.contains(['h', 's']);
        let has_day = code.contains('d');
        let has_date = has_day || code.contains('y') || (code.contains('m') && !has_time);
        let seconds = (serial * 86_400.0).round();
        let (days, rest) = ((seconds / 86_400.0).floor(), seconds % 86_400.0);
        let (hours, minutes, rest) = ((rest / 3600.0).floor(), (rest % 3600.0 / 60.0).floor(), rest % 60.0);
        let time = match (has_time, rest == 0.0 && !code.contains('s')) {
            (false, _) => String::new(),
            (true, true) => format!("{hours:02}:{minutes:02}"),
            (true, false) => format!("{hours:02}:{minutes:02}:{rest:02}"),
        };
        if code.contains("[h") {
            return Some(format!("{}:{minutes:02}:{rest:02}", days * 24.0 + hours));
        }
        if !has_date {
            return Some(time);
        }
        let (year, month, day) = civil(days)?;
        let date = if has_day || !code.contains('y') {
            format!("{year:04}-{month:02}-{day:02}")
        } else if code.contains('m') {
            format!("{year:04}-{month:02}")
        } else {
            format!("{year:04}")
        };
        Some(if time.is_empty() { date } else { format!("{date} {time}") })
    }

    /// The number in its digits; `None` for a format that shows no digits of it as such.
    fn number(&self, value: f64) -> Option<String> {
        let code = self.code.as_str();
        if !code.contains(['0', '#']) || code.contains(['/', '@', '?']) {
            return None;
        }
        let mantissa = code.split(['E', 'e']).next().unwrap_or(code);
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let most = fraction.chars().filter(|c| matches!(c, '0' | '#')).count().min(DIGITS);
        let least = fraction.chars().filter(|c| *c == '0').count().min(DIGITS);
        if mantissa.len() < code.len() {
            return Some(format!("{value:.most$E}"));
        }
        let shares = i32::try_from(code.matches('%').count().min(3)).unwrap_or(0);
        let thousands = whole.len() - whole.trim_end_matches(',').len();
        let scaled = value * 100_f64.powi(shares) / 1000_f64.powi(i32::try_from(thousands.min(4)).unwrap_or(0));
        // Binary fractions end in 4999...; what is rounded is the number of 15 digits that a person sees.
        let seen: f64 = general(scaled).parse().unwrap_or(scaled);
        let magnitude = format!("{:.most$}", half_up(seen.abs(), most));
        let (digits, decimals) = magnitude.split_once('.').unwrap_or((&magnitude, ""));
        let kept = decimals.trim_end_matches('0').len().max(least);
        let is_grouped = whole.trim_end_matches(',').contains(',');
        let pad = whole.chars().filter(|c| *c == '0').count().min(DIGITS);
        let mut text = String::new();
        if value < 0.0 && !self.is_signed && magnitude.contains(|c: char| ('1'..='9').contains(&c)) {
            text.push('-');
        }
        text.push_str(&self.before);
        text.push_str(&grouped(&format!("{digits:0>pad$}"), is_grouped));
        if kept > 0 {
            write!(text, ".{}", &decimals[..kept]).expect("invariant: writing to a string");
        }
        (0..shares).for_each(|_| text.push('%'));
        text.push_str(&self.after);
        Some(text)
    }
}

/// Rounds half away from zero at `places` decimals, as spreadsheets do; `format!` alone rounds the binary value.
fn half_up(value: f64, places: usize) -> f64 {
    let scale = 10_f64.powi(i32::try_from(places).unwrap_or(0));
    let scaled: f64 = general(value * scale).parse().unwrap_or(value * scale);
    if scaled < 1e15 { scaled.round() / scale } else { value }
}

fn grouped(digits: &str, is_grouped: bool) -> String {
    if !is_grouped {
        return digits.to_owned();
    }
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// The parts of a format between semicolons; at least one.
fn split(format: &str) -> Vec<String> {
    let mut sections = vec![String::new()];
    let (mut is_quoted, mut is_escaped) = (false, false);
    for char in format.chars() {
        if char == ';' && !is_quoted && !is_escaped {
            sections.push(String::new());
            continue;
        }
        is_quoted ^= char == '"' && !is_escaped;
        is_escaped = char == '\\' && !is_escaped;
        if let Some(section) = sections.last_mut() {
            section.push(char);
        }
    }
    sections
}

/// Parts literal text from the code.
fn read(section: &str) -> Section {
    let mut read = Section::default();
    let mut chars = section.chars();
    while let Some(char) = chars.next() {
        match char {
            '"' => chars.by_ref().take_while(|c| *c != '"').for_each(|c| read.literal(c)),
            '\\' => chars.next().into_iter().for_each(|c| read.literal(c)),
            // The width of a character, and a character that fills the cell.
            '_' | '*' => drop(chars.next()),
            '[' => read.bracket(&chars.by_ref().take_while(|c| *c != ']').collect::<String>()),
            '0' | '#' | '?' | '.' | ',' | '%' | '/' | '@' => read.code.push(char),
            char if char.is_ascii_alphabetic() => read.code.push(char),
            '+' | '-' if read.code.ends_with(['E', 'e']) => read.code.push(char),
            char => read.literal(char),
        }
    }
    read
}

impl Section {
    fn literal(&mut self, char: char) {
        if self.code.contains(['0', '#']) { self.after.push(char) } else { self.before.push(char) }
    }

    /// `[$￥-804]` is a currency, `[h]` counts hours, `[Red]` and `[>100]` are no text.
    fn bracket(&mut self, inner: &str) {
        if let Some(currency) = inner.strip_prefix('$') {
            currency.split('-').next().unwrap_or_default().chars().for_each(|c| self.literal(c));
        } else if matches!(inner.to_ascii_lowercase().as_str(), "h" | "hh" | "m" | "mm" | "s" | "ss") {
            self.code.push('[');
            self.code.push_str(inner);
        }
    }
}

/// Year, month and day of a serial. Spreadsheets count a 29 February 1900 that was none: days before it are one off.
fn civil(days: f64) -> Option<(i16, i8, i8)> {
    let days = if days < 60.0 { days + 1.0 } else { days };
    let start = jiff::civil::date(1899, 12, 30);
    #[expect(clippy::cast_possible_truncation, reason = "a serial is at most seven digits long")]
    let date = start.checked_add(jiff::Span::new().try_days(days as i64).ok()?).ok()?;
    Some((date.year(), date.month(), date.day()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_shown_as_their_format_says() {
        for (value, format, text) in [
            (0.1 + 0.2, "General", "0.3"),
            (2023.0, "General", "2023"),
            (1_234_567.5, "#,##0.00", "1,234,567.50"),
            (0.1234, "0.00%", "12.34%"),
            (1.0, "0.0%", "100.0%"),
            (1.005, "0.00", "1.01"),
            (-3.5, "0.0_ ;[Red]\\-0.0\\ ", "-3.5"),
            (-3.5, "0.00", "-3.50"),
            (5.0, "000000", "000005"),
            (12.0, "0\"件\"", "12件"),
            (12.5, "[$￥-804]#,##0.00", "￥12.50"),
            (3.0, "#.##", "3"),
            (0.0, "_ * #,##0.00_ ;_ * -#,##0.00_ ;_ * \"-\"??_ ;_ @_ ", "0"),
            (12_345_678_901.0, "General", "12345678901"),
        ] {
            assert_eq!(shown(value, format, false).trim(), text, "{value} as {format}");
        }
    }

    #[test]
    fn dates_are_shown_as_dates() {
        for (value, format, text) in [
            (45_000.0, "yyyy/m/d", "2023-03-15"),
            (45_000.0, "yyyy\"年\"m\"月\"d\"日\";@", "2023-03-15"),
            (45_000.0, "[$-804]yyyy\"年\"m\"月\"", "2023-03"),
            (45_000.5, "yyyy-mm-dd hh:mm", "2023-03-15 12:00"),
            (0.75, "h:mm", "18:00"),
            (1.5, "[h]:mm:ss", "36:00:00"),
            (1.0, "yyyy-m-d", "1900-01-01"),
            (-5.0, "yyyy-m-d", "-5"),
        ] {
            assert_eq!(shown(value, format, false), text, "{value} as {format}");
        }
        assert_eq!(shown(43_538.0, "yyyy-mm-dd", true), "2023-03-15");
        assert_eq!(shown(45_000.0, built_in(14), false), "2023-03-15");
    }
}
