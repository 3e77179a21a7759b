//! `Retry-After` in both of its forms. Source: RFC 9110 section 10.2.3.

use std::time::Duration;

use jiff::Timestamp;

use super::limits::Limits;

/// How long the server wants to be left alone; `None` if it does not say so in either form.
pub(super) fn wish(text: &str, now: Timestamp, limits: &Limits) -> Option<Duration> {
    let (least, most) = limits.retry_after;
    let text = text.trim();
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        // More digits than a number holds mean a long time.
        let seconds = text.parse().unwrap_or(u64::MAX);
        return Some(Duration::from_secs(seconds).clamp(least, most));
    }
    let date = Timestamp::try_from(httpdate::parse_http_date(text).ok()?).ok()?;
    Some(Duration::try_from(date.duration_since(now)).unwrap_or_default().clamp(least, most))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_are_read_and_kept_between_a_second_and_a_day() {
        let now: Timestamp = "2026-05-01T00:00:00Z".parse().unwrap();
        let wish = |text| wish(text, now, &Limits::default()).map(|wait| wait.as_secs());
        assert_eq!(wish("120"), Some(120));
        assert_eq!(wish(" 0 "), Some(1));
        assert_eq!(wish("99999999999999999999999"), Some(86_400));
        assert_eq!(wish("Fri, 01 May 2026 00:05:00 GMT"), Some(300));
        assert_eq!(wish("Friday, 01-May-26 00:05:00 GMT"), Some(300));
        assert_eq!(wish("Thu, 30 Apr 2026 23:00:00 GMT"), Some(1));
        assert_eq!(wish("Sat, 01 May 2027 00:00:00 GMT"), Some(86_400));
        for nothing in ["", "soon", "-5", "1.5"] {
            assert_eq!(wish(nothing), None, "{nothing}");
        }
    }
}
