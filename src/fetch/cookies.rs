//! Cookies of one poll, for the portals that show nothing without them.
//!
//! In: `Set-Cookie` lines. Out: a `Cookie` header. Never: a cookie for another host than the one that set it. The
//! `Domain` attribute is ignored, so no list of public suffixes (gov.cn, sx.gov.cn, ...) is needed and no site can
//! flood its sisters. Source: RFC 6265.

use std::collections::HashMap;
use std::sync::Mutex;

use jiff::Timestamp;
use url::Url;

use super::limits::Limits;

/// The cookies of one poll.
#[derive(Debug, Default)]
pub(super) struct Jar(Mutex<HashMap<String, Vec<Cookie>>>);

#[derive(Debug, Clone)]
struct Cookie {
    name: String,
    value: String,
    path: String,
    is_secure: bool,
}

impl Jar {
    /// Takes one `Set-Cookie` line; what is too long or too many is left out.
    pub(super) fn take(&self, url: &Url, line: &str, now: Timestamp, limits: &Limits) {
        let (most_cookies, most_bytes, _) = limits.cookies;
        let Some((cookie, is_over)) = parse(url, line, now).filter(|_| line.len() <= most_bytes) else { return };
        let mut hosts = self.0.lock().expect("invariant: no holder of the jar panics");
        let cookies = hosts.entry(url.host_str().unwrap_or_default().to_owned()).or_default();
        cookies.retain(|other| (&other.name, &other.path) != (&cookie.name, &cookie.path));
        if !is_over && cookies.len() < most_cookies {
            cookies.push(cookie);
        }
    }

    /// The `Cookie` header for a URL, if there is any for it.
    pub(super) fn header(&self, url: &Url, limits: &Limits) -> Option<String> {
        let hosts = self.0.lock().expect("invariant: no holder of the jar panics");
        let (_, _, most_bytes) = limits.cookies;
        let mut header = String::new();
        for cookie in hosts.get(url.host_str()?)? {
            let pair = format!("{}={}", cookie.name, cookie.value);
            let fits = header.len() + pair.len() + "; ".len() <= most_bytes;
            if fits && is_under(url.path(), &cookie.path) && (url.scheme() == "https" || !cookie.is_secure) {
                header.push_str(if header.is_empty() { "" } else { "; " });
                header.push_str(&pair);
            }
        }
        Some(header).filter(|header| !header.is_empty())
    }
}

/// Reads a line: the cookie, and whether it is a deletion.
fn parse(url: &Url, line: &str, now: Timestamp) -> Option<(Cookie, bool)> {
    let mut parts = line.split(';');
    let (name, value) = parts.next()?.split_once('=')?;
    let (name, value) = (name.trim(), value.trim());
    if name.is_empty() || !line.bytes().all(|byte| (0x20..0x7f).contains(&byte)) {
        return None;
    }
    let folder = url.path().rsplit_once('/').map_or("/", |(folder, _)| folder);
    let path = if folder.is_empty() { "/" } else { folder };
    let mut cookie = Cookie { name: name.into(), value: value.into(), path: path.into(), is_secure: false };
    let (mut by_age, mut by_date) = (None, None);
    for part in parts {
        let (key, value) = part.split_once('=').unwrap_or((part, ""));
        match (key.trim().to_ascii_lowercase().as_str(), value.trim()) {
            ("path", path) if path.starts_with('/') => path.clone_into(&mut cookie.path),
            ("secure", _) => cookie.is_secure = true,
            ("max-age", seconds) => by_age = seconds.parse::<i64>().ok().map(|seconds| seconds <= 0),
            ("expires", date) => {
                // Servers write `21-Oct-2015` as Netscape did.
                let date = httpdate::parse_http_date(&date.replace('-', " ")).ok();
                by_date = date.and_then(|date| Timestamp::try_from(date).ok()).map(|date| date <= now);
            }
            _ => {}
        }
    }
    Some((cookie, by_age.or(by_date).unwrap_or(false)))
}

/// Source: RFC 6265 section 5.1.4.
fn is_under(path: &str, folder: &str) -> bool {
    path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || folder.ends_with('/') || rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        Url::parse(text).unwrap()
    }

    #[test]
    fn a_cookie_goes_back_to_its_own_host_and_path_only() {
        let (jar, limits, now) = (Jar::default(), Limits::default(), Timestamp::UNIX_EPOCH);
        jar.take(&url("http://a.gov.cn/"), "wzws=1; Path=/; Domain=gov.cn; HttpOnly", now, &limits);
        jar.take(&url("http://a.gov.cn/zwgk/x.html"), "k=2; Secure", now, &limits);
        assert_eq!(jar.header(&url("http://a.gov.cn/zwgk/y.html"), &limits).as_deref(), Some("wzws=1"));
        assert_eq!(jar.header(&url("https://a.gov.cn/zwgk/y.html"), &limits).as_deref(), Some("wzws=1; k=2"));
        assert_eq!(jar.header(&url("https://a.gov.cn/zwgkother"), &limits).as_deref(), Some("wzws=1"));
        assert_eq!(jar.header(&url("http://b.gov.cn/"), &limits), None);
    }

    #[test]
    fn a_cookie_that_is_over_is_forgotten_and_a_flood_does_not_fit() {
        let (jar, limits) = (Jar::default(), Limits::default());
        let now: Timestamp = "2026-05-01T00:00:00Z".parse().unwrap();
        let here = url("http://a.gov.cn/");
        jar.take(&here, "a=1", now, &limits);
        jar.take(&here, "a=1; Expires=Wed, 21-Oct-2015 07:28:00 GMT", now, &limits);
        assert_eq!(jar.header(&here, &limits), None);
        jar.take(&here, "b=1; Max-Age=0", now, &limits);
        jar.take(&here, &format!("big={}", "x".repeat(5000)), now, &limits);
        assert_eq!(jar.header(&here, &limits), None);
        for n in 0..1000 {
            jar.take(&here, &format!("c{n}={}", "x".repeat(400)), now, &limits);
        }
        let header = jar.header(&here, &limits).unwrap();
        assert!(header.len() <= 8192, "{}", header.len());
        assert_eq!(jar.0.lock().unwrap()["a.gov.cn"].len(), 50);
    }
}
