//! What becomes of each request of a drawn page. Pure.
//!
//! In: a request that the browser stopped at. Out: a [`Verdict`]. Never: a request let through to a network; what
//! changes a server (only GET and POST are asked, and POST only for data).

use std::collections::BTreeMap;

use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use serde::Deserialize;
use url::Url;

use crate::fetch::FetchPlan;
use crate::model::{Post, PostForm};

/// Headers of a script that are not sent: the library's, ours, and what says how a browser came to the request.
const NOT_SENT: [&str; 13] = [
    "accept-encoding",
    "accept-language",
    "connection",
    "content-length",
    "cookie",
    "host",
    "if-modified-since",
    "if-none-match",
    "range",
    "te",
    "transfer-encoding",
    "upgrade-insecure-requests",
    "user-agent",
];
/// Beginnings of such names.
const NOT_SENT_BEGINNINGS: [&str; 2] = ["sec-", "proxy-"];

/// A request that the browser stopped at. Source: Chrome DevTools Protocol, Fetch.requestPaused.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Stopped {
    /// By which it is answered.
    #[serde(rename = "requestId")]
    pub(super) id: String,
    pub(super) request: Request,
    frame_id: String,
    /// `Document`, `Script`, `XHR`, ...
    resource_type: String,
}

/// What is asked for.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Request {
    pub(super) url: String,
    pub(super) method: String,
    pub(super) headers: BTreeMap<String, String>,
    post_data: Option<String>,
}

/// What becomes of it.
#[derive(Debug, PartialEq)]
pub(super) enum Verdict {
    /// It is the page itself, which was fetched before.
    Page,
    /// The page wants to be elsewhere: it stays.
    Stay,
    /// It needs no network.
    Let,
    /// A style sheet, which says nothing: an empty one.
    Blank,
    /// Whether a request to another host of the site may be made.
    Preflight,
    /// The fetcher asks for it.
    Ask(Ask),
    /// Not needed for the text of a page.
    Needless,
    /// It might be needed, and may not be asked for; the origin.
    Foreign(String),
}

/// A request that the fetcher makes for a page.
#[derive(Debug, PartialEq)]
pub(super) struct Ask {
    pub(super) url: Url,
    pub(super) post: Option<Post>,
    pub(super) headers: HeaderMap,
    /// Whether it is a script: the same for every page of a poll.
    pub(super) is_script: bool,
}

impl Stopped {
    /// Judges it. `frame` is the page's own frame; `is_first` as long as the page was not given to it.
    pub(super) fn verdict(&self, plan: &FetchPlan, frame: &str, is_first: bool) -> Verdict {
        let Ok(url) = Url::parse(&self.request.url) else { return Verdict::Needless };
        if matches!(url.scheme(), "data" | "blob" | "about") {
            return Verdict::Let;
        }
        let is_data = match self.resource_type.as_str() {
            "Document" if self.frame_id == frame => return if is_first { Verdict::Page } else { Verdict::Stay },
            "Stylesheet" => return Verdict::Blank,
            // The scripts of workers come as `Other`; a favicon does too, and asks for pictures.
            "Other" if self.accepts("image/") => return Verdict::Needless,
            "Script" | "Other" => false,
            "XHR" | "Fetch" => true,
            _ => return Verdict::Needless,
        };
        // Streams have no end, and what is loaded beforehand belongs to another page.
        let is_web = matches!(url.scheme(), "http" | "https");
        if !is_web || self.accepts("text/event-stream") || self.header("sec-purpose").is_some() {
            return Verdict::Needless;
        }
        let host = url.host_str().unwrap_or_default();
        if !plan.is_own(host) {
            return Verdict::Foreign(url.origin().ascii_serialization());
        }
        let post = match (self.request.method.as_str(), self.post()) {
            ("OPTIONS", _) if is_data => return Verdict::Preflight,
            ("GET", _) => None,
            ("POST", Some(post)) if is_data => Some(post),
            _ => return Verdict::Needless,
        };
        Verdict::Ask(Ask { url, post, headers: self.sent_headers(), is_script: !is_data })
    }

    /// The first header of this lower-case name.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.request.headers.iter();
        headers.find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    fn accepts(&self, media: &str) -> bool {
        self.header("accept").is_some_and(|accept| accept.starts_with(media))
    }

    /// What is posted. `None`: files, or more than the browser tells of.
    fn post(&self) -> Option<Post> {
        let is_json = self.header("content-type").is_some_and(|media| media.contains("json"));
        let form = if is_json { PostForm::Json } else { PostForm::Urlencoded };
        let body =
            self.request.post_data.clone().or_else(|| self.header("content-type").is_none().then(String::new))?;
        Some(Post { form, body })
    }

    fn sent_headers(&self) -> HeaderMap {
        let is_sent = |name: &str| {
            !NOT_SENT.contains(&name) && !NOT_SENT_BEGINNINGS.iter().any(|beginning| name.starts_with(beginning))
        };
        let header = |(name, value): (&String, &String)| {
            let name = HeaderName::from_bytes(name.as_bytes()).ok().filter(|name| is_sent(name.as_str()))?;
            Some((name, HeaderValue::from_bytes(value.as_bytes()).ok()?))
        };
        self.request.headers.iter().filter_map(header).collect()
    }
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;
    use serde_json::json;

    use super::*;
    use crate::config::{FetchRule, PaceRule};
    use crate::fetch::What;
    use crate::model::Validators;

    fn stopped(kind: &str, method: &str, url: &str, headers: &serde_json::Value) -> Stopped {
        let request = json!({ "url": url, "method": method, "headers": headers, "postData": "a=1" });
        let stopped = json!({ "requestId": "1", "request": request, "frameId": "F", "resourceType": kind });
        serde_json::from_value(stopped).unwrap()
    }

    fn plan() -> FetchPlan {
        FetchPlan {
            url: Url::parse("http://www.a.gov.cn/list/").unwrap(),
            post: None,
            validators: Validators::default(),
            rule: FetchRule { hosts: vec!["api.b.gov.cn".to_owned()], ..FetchRule::default() },
            pace: PaceRule::default(),
            zone: TimeZone::UTC,
            what: What::Page,
        }
    }

    /// What becomes of a request, in a word.
    fn verdict(kind: &str, method: &str, url: &str, headers: &serde_json::Value) -> String {
        match stopped(kind, method, url, headers).verdict(&plan(), "F", false) {
            Verdict::Ask(ask) => format!("ask {}", if ask.post.is_some() { "POST" } else { "GET" }),
            Verdict::Foreign(origin) => format!("foreign {origin}"),
            other => format!("{other:?}").to_lowercase(),
        }
    }

    #[test]
    fn only_scripts_and_data_of_the_site_are_asked_for() {
        let (own, other, strange) = ("http://www.a.gov.cn/x", "https://api.b.gov.cn/x", "http://hm.example:81/x");
        for (kind, method, url, expected) in [
            ("Script", "GET", own, "ask GET"),
            ("Script", "POST", own, "needless"),
            ("XHR", "GET", other, "ask GET"),
            ("Fetch", "POST", own, "ask POST"),
            ("XHR", "OPTIONS", other, "preflight"),
            ("XHR", "OPTIONS", strange, "foreign http://hm.example:81"),
            ("XHR", "PUT", own, "needless"),
            ("XHR", "DELETE", own, "needless"),
            ("Script", "GET", strange, "foreign http://hm.example:81"),
            ("XHR", "GET", "file:///etc/passwd", "needless"),
            ("Stylesheet", "GET", strange, "blank"),
            ("Document", "GET", own, "stay"),
            ("Script", "GET", "data:text/javascript,1", "let"),
            ("Image", "GET", own, "needless"),
            ("Media", "GET", own, "needless"),
            ("Font", "GET", own, "needless"),
            ("Ping", "POST", own, "needless"),
            ("WebSocket", "GET", own, "needless"),
            ("Other", "GET", own, "ask GET"),
            ("XHR", "GET", "no URL", "needless"),
        ] {
            assert_eq!(verdict(kind, method, url, &json!({})), expected, "{kind} {method} {url}");
        }
        let own_verdict = |kind: &str, headers| verdict(kind, "GET", own, &headers);
        assert_eq!(own_verdict("XHR", json!({ "Accept": "text/event-stream" })), "needless");
        assert_eq!(own_verdict("Fetch", json!({ "Sec-Purpose": "prefetch" })), "needless");
        assert_eq!(own_verdict("Other", json!({ "Accept": "image/avif,*/*" })), "needless");
    }

    #[test]
    fn a_frame_within_the_page_is_not_the_page() {
        let mut inner = stopped("Document", "GET", "http://www.a.gov.cn/inner", &json!({}));
        inner.frame_id = "G".to_owned();
        assert_eq!(inner.verdict(&plan(), "F", true), Verdict::Needless);
        inner.frame_id = "F".to_owned();
        assert_eq!(inner.verdict(&plan(), "F", true), Verdict::Page);
    }

    #[test]
    fn a_script_may_not_say_who_we_are_nor_what_we_can_read() {
        let headers = json!({ "User-Agent": "Mozilla", "Cookie": "a=1", "Accept-Encoding": "zstd", "Sec-Fetch-Mode": "cors",
            "If-None-Match": "x", "X-Token": "t", "Content-Type": "application/json", "Referer": "http://www.a.gov.cn/" });
        let sent = stopped("XHR", "POST", "http://www.a.gov.cn/x", &headers).sent_headers();
        let mut names: Vec<&str> = sent.keys().map(HeaderName::as_str).collect();
        names.sort_unstable();
        assert_eq!(names, ["content-type", "referer", "x-token"]);
    }
}
