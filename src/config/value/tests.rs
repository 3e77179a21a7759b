//! The forms of values: what is read, and what is told to be wrong.

use super::*;

fn seconds(written: &str) -> Result<u64, String> {
    (SPAN.parse)(written).map(|span| span.as_secs())
}

#[test]
fn spans_are_read_as_people_write_them() {
    let read = ["0s", "3s", "90 min", "1h 30m", "24h", "90 days", "2 weeks"].map(seconds);
    assert_eq!(read, [0, 3, 5400, 5400, 86_400, 7_776_000, 1_209_600].map(Ok));
    assert_eq!((SPAN.parse)("0.5s"), Ok(Duration::from_millis(500)));
}

#[test]
fn spans_without_unit_of_unequal_length_or_below_nothing_are_refused() {
    for wrong in ["3", "soon", "", "1 month", "1y", "-1h", "30 years", "99999999999999999999h"] {
        assert!(seconds(wrong).is_err(), "{wrong}");
    }
}

#[test]
fn hours_are_minutes_of_the_day() {
    let read = ["00:00-24:00", "7:30-19:00", "22:00 - 06:00"].map(HOURS.parse);
    assert_eq!(read, [Ok((0, 1440)), Ok((450, 1140)), Ok((1320, 360))]);
    for wrong in ["9-17", "24:01-25:00", "08:00-08:00", "08:60-09:00", "99999:0-1:0", "兴:县-1:1"] {
        assert!((HOURS.parse)(wrong).is_err(), "{wrong}");
    }
}

#[test]
fn a_cron_pattern_has_five_fields_and_comes_at_some_time() {
    assert_eq!((CRON.parse)("0 7,19 * * *").as_deref(), Ok("0 7,19 * * *"));
    assert_eq!((CRON.parse)("0 0 29 2 *").as_deref(), Ok("0 0 29 2 *"));
    assert_eq!((CRON.parse)("0 0 30 2 *"), Err("\"0 0 30 2 *\" never comes".to_owned()));
    assert!((CRON.parse)("0 0 7 * * *").is_err());
    assert!((CRON.parse)("0 25 * * *").is_err());
}

#[test]
fn a_url_is_absolute_http_and_without_a_password() {
    let wrong = ["/zwgk/", "www.a.gov.cn", "ftp://a.gov.cn/", "http://", "http://u:p@a.gov.cn/", "http://u@a/"];
    assert_eq!(wrong.map(|written| (URL.parse)(written).is_ok()), [false; 6]);
    assert_eq!((URL.parse)("http://A.gov.cn").unwrap().as_str(), "http://a.gov.cn/");
}

#[test]
fn an_allowed_network_has_an_optional_port() {
    let show = |written: &str| allowed(written).map(|one| (one.net.to_string(), one.port));
    assert_eq!(show("127.0.0.2/32"), Some(("127.0.0.2/32".to_owned(), None)));
    assert_eq!(show("10.1.2.3/32:8080"), Some(("10.1.2.3/32".to_owned(), Some(8080))));
    assert_eq!(show("10.1.2.3:80"), Some(("10.1.2.3/32".to_owned(), Some(80))));
    assert_eq!(show("[::1]/128:80"), Some(("::1/128".to_owned(), Some(80))));
    assert_eq!(show("[::1]:80"), Some(("::1/128".to_owned(), Some(80))));
    assert_eq!(show("fd00::/8"), Some(("fd00::/8".to_owned(), None)));
    assert_eq!(show("10.9.8.7/8"), Some(("10.0.0.0/8".to_owned(), None)));
    for wrong in ["", "localhost", "10.0.0.1/33", "10.0.0.1/8:x", "[::1", "10.0.0.1/8/8", "10.0.0.1x"] {
        assert_eq!(show(wrong), None, "{wrong}");
    }
}

#[test]
fn hosts_and_charsets_get_one_spelling() {
    assert_eq!((HOST.parse)("Files.Example.GOV.cn").as_deref(), Ok("files.example.gov.cn"));
    assert_eq!((HOST.parse)("[::1]").as_deref(), Ok("[::1]"));
    assert!((HOST.parse)("a.gov.cn:80").is_err() && (HOST.parse)("a/b").is_err());
    assert_eq!((CHARSET.parse)("gb2312").as_deref(), Ok("GBK"));
}
