//! The canonical URL: a Report's identity on its site.
//!
//! In: the URL as linked. Out: one spelling for everything a portal writes in several ways: session ids, trackers,
//! cache busters and fragments are gone. Never: an id dropped, a parameter moved, `index.html` or the scheme changed.

use std::borrow::Cow;

use url::{Host, Position, Url};

/// Parameters that only carry a visitor or a campaign, in lower case; `utm_*` goes by prefix.
/// Source: WeChat, Alibaba and Baidu links seen on portals.
const TRACKERS: [&str; 13] = [
    "spm",
    "scm",
    "isappinstalled",
    "nsukey",
    "share_token",
    "bd_vid",
    "gclid",
    "fbclid",
    "hmsr",
    "hmpl",
    "hmcu",
    "hmkw",
    "hmci",
];

/// Parameters that carry a server session, in lower case; each may be followed by a number or a suffix.
const SESSIONS: [&str; 4] = ["jsessionid", "phpsessid", "aspsessionid", "asp.net_sessionid"];

/// Values of `from` that WeChat adds when a link is passed on; any other `from` may name a thing.
const SHARED_FROM: [&str; 6] = ["timeline", "groupmessage", "singlemessage", "message", "appmessage", "appmsg"];

/// Parameters that hold the time or a random number to get past a cache; only with such a value are they dropped.
const BUSTERS: [&str; 14] =
    ["t", "ts", "time", "timestamp", "r", "rnd", "rand", "random", "math", "nocache", "v", "ver", "version", "date"];

/// Least characters of a `sid` that is a session: shorter ones are site and section numbers.
const LEAST_TOKEN: usize = 20;

/// Whether a parameter of this name is mostly there to get past a cache. One that is called a date may be one.
pub(super) fn is_to_pass_a_cache(name: &str) -> bool {
    name != "date" && BUSTERS.contains(&name)
}

/// Whether an address names behind its `#` what a script shows in its page: `#/art/1`, `#!/x`. No server hears of it.
pub fn has_route(url: &Url) -> bool {
    url.fragment().is_some_and(is_route)
}

/// Whether a fragment is the route of a script; `#/` and `#!` alone are those of links that lead nowhere.
pub fn is_route(fragment: &str) -> bool {
    fragment.starts_with(['/', '!']) && fragment.contains(char::is_alphanumeric)
}

/// The identity of what this URL leads to. Idempotent.
///
/// **Shape**: an absolute URL; scheme kept, host in lower case without a final dot, no default port, no credentials,
/// dot segments resolved, percent codes in upper case and decoded where they stand for unreserved characters (RFC 3986
/// section 6.2.2). A fragment stays only where it is a route (`#/`, `#!`).
pub fn canonical(url: &Url) -> String {
    let mut url = url.clone();
    if url.fragment().is_some_and(|fragment| !fragment.starts_with(['/', '!'])) {
        url.set_fragment(None);
    }
    if !matches!(url.scheme(), "http" | "https") {
        return url.into();
    }
    drop_authority_noise(&mut url);
    let path = path(&url);
    url.set_path(&path);
    let query = url.query().map(|query| kept(query, &path)).filter(|query| !query.is_empty());
    url.set_query(query.as_deref());
    url.into()
}

/// The other spellings of the same thing: http and https, with and without `www.`, and the names that are twins of one
/// another. An address with a port of its own has none: another port is another server.
pub fn spellings(canonical: &str, twins: &[String]) -> Vec<String> {
    let Some(url) = Url::parse(canonical).ok().filter(|url| matches!(url.scheme(), "http" | "https")) else {
        return Vec::new();
    };
    let (Some(Host::Domain(host)), None) = (url.host(), url.port()) else { return Vec::new() };
    let bare = |host: &str| host.strip_prefix("www.").unwrap_or(host).to_owned();
    let is_twin = twins.iter().any(|twin| bare(twin) == bare(host));
    let names = std::iter::once(bare(host)).chain(twins.iter().filter(|_| is_twin).map(|twin| bare(twin)));
    let rest = &canonical[url[..Position::AfterHost].len()..];
    let hosts = names.flat_map(|name| [format!("www.{name}"), name]);
    let all = hosts.flat_map(|host| ["http", "https"].map(|scheme| format!("{scheme}://{host}{rest}")));
    let mut others = Vec::new();
    for spelling in all {
        if spelling != canonical && !others.contains(&spelling) {
            others.push(spelling);
        }
    }
    others
}

/// The path without session ids, percent codes in their one spelling.
pub(super) fn path(url: &Url) -> String {
    let tidied = tidy(url.path());
    let segments: Vec<&str> = tidied.split('/').map(without_session).collect();
    segments.join("/")
}

fn drop_authority_noise(url: &mut Url) {
    // The setters refuse only URLs without a host, and http URLs have one.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    let host = url.host_str().map(|host| host.trim_end_matches('.').to_owned());
    if let Some(host) = host.filter(|host| !host.is_empty() && url.host_str() != Some(host)) {
        let _ = url.set_host(Some(&host));
    }
}

/// `detail.do;jsessionid=1F..` is `detail.do`: a segment is cut at its session parameter, which Java servers write
/// last.
fn without_session(segment: &str) -> &str {
    let is_session = |at: usize| {
        let rest = segment[at + 1..].to_ascii_lowercase();
        SESSIONS.iter().any(|name| rest.starts_with(name) && rest.contains('='))
    };
    segment.match_indices(';').map(|(at, _)| at).find(|&at| is_session(at)).map_or(segment, |at| &segment[..at])
}

/// The parameters that say what is shown, in their order.
fn kept(query: &str, path: &str) -> String {
    let pairs: Vec<Cow<'_, str>> = query.split('&').filter(|pair| !pair.is_empty()).map(tidy).collect();
    let stays: Vec<&str> = pairs.iter().map(AsRef::as_ref).filter(|pair| !is_noise(pair)).collect();
    let file = path.rsplit('/').next().unwrap_or_default();
    let is_named = file.contains(|c: char| c.is_ascii_digit()) || stays.iter().any(|pair| !is_token_sid(pair));
    let stays: Vec<&str> = stays.into_iter().filter(|pair| !(is_named && is_token_sid(pair))).collect();
    stays.join("&")
}

fn is_noise(pair: &str) -> bool {
    let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
    let key = key.to_ascii_lowercase();
    match key.as_str() {
        "_" | "_t" => true,
        "from" => SHARED_FROM.contains(&value),
        _ if key.starts_with("utm_") || TRACKERS.contains(&key.as_str()) => true,
        _ if SESSIONS.iter().any(|name| key.starts_with(name)) => true,
        _ => BUSTERS.contains(&key.as_str()) && is_time_or_random(value),
    }
}

/// `sid=` with a long mixed value: a session, or the id of the page where nothing else names it.
fn is_token_sid(pair: &str) -> bool {
    let Some((key, value)) = pair.split_once('=') else { return false };
    matches!(key.to_ascii_lowercase().as_str(), "sid" | "sessionid")
        && value.len() >= LEAST_TOKEN
        && value.chars().all(|c| c.is_ascii_alphanumeric())
        && value.contains(|c: char| c.is_ascii_digit())
        && value.contains(|c: char| c.is_ascii_alphabetic())
}

/// Milliseconds since 1970 (13 digits, years 2001 to 2033) or what `Math.random()` gives.
fn is_time_or_random(value: &str) -> bool {
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let is_random = value.strip_prefix("0.").is_some_and(|rest| rest.len() >= 6 && is_digits(rest));
    is_random || (value.len() == 13 && value.starts_with('1') && is_digits(value))
}

/// One spelling of percent codes: upper-case digits, unreserved characters as themselves, a stray `%` as `%25`.
fn tidy(text: &str) -> Cow<'_, str> {
    if !text.contains('%') {
        return Cow::Borrowed(text);
    }
    let mut tidied = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('%') {
        tidied.push_str(&rest[..at]);
        let code = rest.get(at + 1..at + 3).filter(|code| code.bytes().all(|b| b.is_ascii_hexdigit()));
        match code.and_then(|code| u8::from_str_radix(code, 16).ok()) {
            Some(byte) if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) => tidied.push(char::from(byte)),
            Some(byte) => tidied.extend(format!("%{byte:02X}").chars()),
            None => tidied.push_str("%25"),
        }
        rest = &rest[at + 1 + code.map_or(0, str::len)..];
    }
    tidied.push_str(rest);
    Cow::Owned(tidied)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of(url: &str) -> String {
        canonical(&Url::parse(url).expect("a URL"))
    }

    #[test]
    fn what_only_the_visitor_brings_is_dropped() {
        let page = "http://www.x.gov.cn/zwgk/t20240201_1.html";
        for noisy in [
            "HTTP://WWW.X.gov.cn:80/zwgk/t20240201_1.html",
            "http://www.x.gov.cn./zwgk/./a/../t20240201_1.html",
            "http://www.x.gov.cn/zwgk/t20240201_1.html;jsessionid=1F0A.node1",
            "http://www.x.gov.cn/zwgk/t20240201_1.html?",
            "http://www.x.gov.cn/zwgk/t20240201_1.html?spm=a2c.1&utm_source=wx&from=timeline&isappinstalled=0",
            "http://www.x.gov.cn/zwgk/t20240201_1.html?_t=5&t=1706770000123&v=0.8837261936&_=1",
            "http://www.x.gov.cn/zwgk/t20240201_1.html?PHPSESSID=q1&sid=8a80abcdef0123456789",
            "http://www.x.gov.cn/zwgk/t20240201_1.html#top",
            "http://user:secret@www.x.gov.cn/zwgk/t20240201_1.html",
            "http://www.x.gov.cn/zwgk/%7420240201%5f1.html",
        ] {
            assert_eq!(of(noisy), page, "{noisy}");
        }
    }

    #[test]
    fn a_route_names_something() {
        let has = |url: &str| has_route(&Url::parse(url).expect("a URL"));
        for route in ["http://x.gov.cn/a.html#/art/1", "http://x.gov.cn/#!/x/2", "http://x.gov.cn/#!5"] {
            assert!(has(route), "{route}");
        }
        for other in [
            "http://x.gov.cn/a.html",
            "http://x.gov.cn/#",
            "http://x.gov.cn/#/",
            "http://x.gov.cn/#!",
            "http://x.gov.cn/#a/1",
        ] {
            assert!(!has(other), "{other}");
        }
    }

    #[test]
    fn what_names_a_report_is_kept_in_its_order() {
        for kept in [
            "https://www.x.gov.cn/index.html",
            "https://www.x.gov.cn/",
            "https://www.x.gov.cn:8443/a",
            "http://www.x.gov.cn/show?b=2&a=1&t=3&v=2&sid=12&from=gw&date=20240101",
            "http://www.x.gov.cn/show.jsp?sid=8a80abcdef0123456789",
            "http://www.x.gov.cn/show?id=1706770000123",
            "http://www.x.gov.cn/#/detail?id=5",
            "http://www.x.gov.cn/#!5",
            "http://www.x.gov.cn/a%2Fb/%E6%B3%95",
            "http://www.x.gov.cn/a;v=1/b",
        ] {
            assert_eq!(of(kept), kept);
        }
        assert_eq!(of("http://www.x.gov.cn/%e6%b3%95?q=%e6%b3%95"), "http://www.x.gov.cn/%E6%B3%95?q=%E6%B3%95");
        assert_eq!(of("http://www.x.gov.cn/法"), "http://www.x.gov.cn/%E6%B3%95");
    }

    #[test]
    fn schemes_www_and_twins_are_spellings_of_one_another() {
        let twins = ["js.gov.cn".to_owned(), "jiangsu.gov.cn".to_owned()];
        let all = |url: &str| {
            let mut all = spellings(url, &twins);
            all.push(url.to_owned());
            all.sort();
            all
        };
        assert_eq!(
            all("http://www.x.gov.cn/a?id=1"),
            [
                "http://www.x.gov.cn/a?id=1",
                "http://x.gov.cn/a?id=1",
                "https://www.x.gov.cn/a?id=1",
                "https://x.gov.cn/a?id=1"
            ]
        );
        assert_eq!(all("http://www.js.gov.cn/a").len(), 8);
        for one in all("http://www.js.gov.cn/a") {
            assert_eq!(all(&one), all("https://jiangsu.gov.cn/a"), "{one}");
        }
        for single in ["http://www.x.gov.cn:8080/a", "http://10.0.0.1/a", "ftp://x.gov.cn/a", "no address"] {
            assert_eq!(spellings(single, &twins), Vec::<String>::new());
        }
    }

    proptest! {
        #[test]
        fn canonical_of_canonical_is_the_same(
            path in "(/[a-z.;%=0-9A-F]{0,12}(;jsessionid=[a-z0-9.]{0,6})?){0,4}",
            query in "(&?(t|_|v|sid|id|spm|%74|from)=[0-9a-f%.;]{0,24}){0,4}",
            fragment in "[#a-z/!%0-9]{0,6}",
        ) {
            let url = format!("http://u@Www.X.gov.cn.:80{path}?{query}#{fragment}");
            let Ok(url) = Url::parse(&url) else { return Ok(()) };
            let once = canonical(&url);
            prop_assert_eq!(of(&once), once);
        }
    }
}
