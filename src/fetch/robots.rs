//! What a robots.txt says: may this path be asked, and how slowly. Pure.
//!
//! In: its text and a URL. Out: the rule that forbids the URL, if any, and the Crawl-delay. Never: a request, or
//! more than linear memory: a hostile file of stars costs a scan of the path for each of them and no more.
//! Source: RFC 9309; Crawl-delay is no part of it, but portals use it.

use std::time::Duration;

use url::Url;

/// Our product token. Source: RFC 9309 section 2.2.1.
pub(super) const PRODUCT: &str = "govwatch";

/// The rules that bind us.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Rules {
    paths: Vec<PathRule>,
    /// Seconds between requests that the file asks for.
    pub(super) crawl_delay: Option<Duration>,
}

#[derive(Debug, Clone, PartialEq)]
struct PathRule {
    verdict: Verdict,
    /// Percent-encoded as URLs are.
    pattern: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Verdict {
    Disallow,
    Allow,
}

/// One line that means something.
enum Line<'a> {
    Agent(&'a str),
    Path(Verdict, &'a str),
    Delay(&'a str),
}

impl Rules {
    /// Reads a file; a page of HTML, as many portals answer, says nothing.
    pub(super) fn read(text: &str) -> Self {
        let text = text.trim_start_matches('\u{feff}');
        if text.trim_start().starts_with('<') {
            return Self::default();
        }
        let lines: Vec<Line<'_>> = text.split(['\n', '\r']).filter_map(line).collect();
        let ours = Self::of_group(&lines, is_our_name);
        ours.or_else(|| Self::of_group(&lines, |name| name == "*")).unwrap_or_default()
    }

    /// All groups that name the agent, joined as RFC 9309 section 2.2.1 says. `None`: no group names it.
    fn of_group(lines: &[Line<'_>], is_meant: impl Fn(&str) -> bool) -> Option<Self> {
        let mut rules = None;
        let (mut is_ours, mut is_among_agents) = (false, false);
        for line in lines {
            if let Line::Agent(name) = line {
                // Agent lines in a row name one group; the first after a rule starts the next.
                is_ours = (is_ours && is_among_agents) || is_meant(name);
                is_among_agents = true;
                if is_ours {
                    rules.get_or_insert_with(Self::default);
                }
                continue;
            }
            is_among_agents = false;
            match (line, rules.as_mut().filter(|_| is_ours)) {
                (Line::Path(verdict, pattern), Some(rules)) if !pattern.is_empty() => {
                    rules.paths.push(PathRule { verdict: *verdict, pattern: encoded(pattern) });
                }
                (Line::Delay(seconds), Some(rules)) => {
                    rules.crawl_delay = rules.crawl_delay.max(delay(seconds));
                }
                _ => {}
            }
        }
        rules
    }

    /// The line that forbids this URL: the longest match decides, and Allow wins a tie.
    pub(super) fn forbidden_by(&self, url: &Url) -> Option<String> {
        let path = match url.query() {
            Some(query) => encoded(&format!("{}?{query}", url.path())),
            None => encoded(url.path()),
        };
        // Section 2.2.2: the file itself may always be asked for.
        if path == "/robots.txt" {
            return None;
        }
        let matching = self.paths.iter().filter(|rule| matches(rule.pattern.as_bytes(), path.as_bytes()));
        let longest = matching.max_by_key(|rule| (rule.pattern.len(), rule.verdict))?;
        (longest.verdict == Verdict::Disallow).then(|| format!("Disallow: {}", longest.pattern))
    }
}

fn line(text: &str) -> Option<Line<'_>> {
    let text = text.split_once('#').map_or(text, |(text, _)| text);
    let (key, value) = text.split_once(':')?;
    let value = value.trim();
    match key.trim().to_ascii_lowercase().as_str() {
        "user-agent" | "useragent" => Some(Line::Agent(value)),
        "allow" => Some(Line::Path(Verdict::Allow, value)),
        "disallow" => Some(Line::Path(Verdict::Disallow, value)),
        "crawl-delay" | "crawldelay" => Some(Line::Delay(value)),
        _ => None,
    }
}

/// `Govwatch/1.0` names us too: what follows the token is no part of it.
fn is_our_name(name: &str) -> bool {
    let token = name.split(|c: char| !(c.is_ascii_alphabetic() || c == '-' || c == '_')).next().unwrap_or_default();
    token.eq_ignore_ascii_case(PRODUCT)
}

fn delay(seconds: &str) -> Option<Duration> {
    seconds.parse().ok().and_then(|seconds| Duration::try_from_secs_f64(seconds).ok())
}

/// Percent-encoding as section 2.2.2 compares it: other than ASCII encoded, `%7e` decoded, hex in upper case.
fn encoded(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = String::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let hex = bytes.get(at + 1..at + 3).filter(|hex| hex.iter().all(u8::is_ascii_hexdigit));
        let hex = hex.and_then(|hex| std::str::from_utf8(hex).ok());
        match (bytes[at], hex.and_then(|hex| u8::from_str_radix(hex, 16).ok())) {
            (b'%', Some(byte)) if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) => {
                out.push(char::from(byte));
                at += 2;
            }
            (b'%', Some(byte)) => {
                push_hex(&mut out, byte);
                at += 2;
            }
            (byte @ 0x21..0x7f, _) => out.push(char::from(byte)),
            (byte, _) => push_hex(&mut out, byte),
        }
        at += 1;
    }
    out
}

fn push_hex(out: &mut String, byte: u8) {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    out.push('%');
    out.push(char::from(DIGITS[usize::from(byte >> 4)]));
    out.push(char::from(DIGITS[usize::from(byte & 0x0f)]));
}

/// Whether a pattern with `*` and a final `$` matches the start of a path: greedy with one place to go back to,
/// which is enough where the only wildcard is `*`.
fn matches(pattern: &[u8], path: &[u8]) -> bool {
    let (pattern, is_whole) = match pattern.strip_suffix(b"$") {
        Some(start) => (start, true),
        None => (pattern, false),
    };
    let (mut in_pattern, mut in_path) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    loop {
        if in_pattern == pattern.len() && (!is_whole || in_path == path.len()) {
            return true;
        }
        match (pattern.get(in_pattern), path.get(in_path)) {
            (Some(b'*'), _) => {
                star = Some((in_pattern + 1, in_path));
                in_pattern += 1;
            }
            (Some(wanted), Some(found)) if wanted == found => {
                in_pattern += 1;
                in_path += 1;
            }
            _ => match &mut star {
                Some((after, from)) if *from < path.len() => {
                    *from += 1;
                    (in_pattern, in_path) = (*after, *from);
                }
                _ => return false,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn may(robots: &str, path: &str) -> bool {
        let url = Url::parse("http://www.a.gov.cn").unwrap().join(path).unwrap();
        Rules::read(robots).forbidden_by(&url).is_none()
    }

    #[test]
    fn the_simple_example_of_rfc_9309_section_5_1_reads_as_the_rfc_says() {
        let robots = "User-Agent: *\nDisallow: *.gif$\nDisallow: /example/\nAllow: /publications/\n\n\
                      User-Agent: foobot\nDisallow:/\nAllow:/example/page.html\nAllow:/example/allowed.gif\n\n\
                      User-Agent: barbot\nUser-Agent: govwatch\nDisallow: /example/page.html\n\n\
                      User-Agent: quxbot\n";
        assert!(!may(robots, "/example/page.html"));
        assert!(may(robots, "/example/other.html"), "the group of our name replaces the group of all");
        assert!(may(robots, "/a.gif"));
        let others = robots.replace("govwatch", "bazbot");
        assert!(!may(&others, "/a.gif") && may(&others, "/a.gif?x"));
        assert!(!may(&others, "/example/x") && may(&others, "/publications/x") && may(&others, "/x"));
    }

    #[test]
    fn the_longest_match_of_rfc_9309_section_5_2_decides_and_allow_wins_a_tie() {
        let robots = "User-Agent: govwatch\nAllow: /example/page/\nDisallow: /example/page/disallowed.gif\n";
        assert!(!may(robots, "/example/page/disallowed.gif"));
        assert!(may(robots, "/example/page/other.gif"));
        assert!(may("User-agent: *\nDisallow: /p\nAllow: /p\n", "/page"));
        assert!(!may("User-agent: *\nAllow: /\nDisallow: /p\n", "/page"));
    }

    #[test]
    fn groups_of_the_same_name_are_joined_and_an_empty_one_allows_all() {
        let robots = "user-agent: govwatch\ndisallow: /a\n\nuser-agent: x\ndisallow: /\n\nuser-agent: GovWatch/2\n\
                      disallow: /b\n";
        assert!(!may(robots, "/a") && !may(robots, "/b") && may(robots, "/c"));
        assert!(may("user-agent: *\ndisallow: /\nuser-agent: govwatch\ndisallow:\n", "/a"));
        assert!(may("disallow: /\n", "/a"), "a rule outside a group binds nobody");
        assert!(may("", "/a"));
    }

    #[test]
    fn paths_compare_as_rfc_9309_section_2_2_2_says() {
        for (pattern, path, is_match) in [
            ("/foo/bar?baz=quz", "/foo/bar?baz=quz", true),
            ("/foo/bar?baz=https%3A%2F%2Ffoo.bar", "/foo/bar?baz=https%3A%2F%2Ffoo.bar", true),
            ("/foo/bar/政府", "/foo/bar/%E6%94%BF%E5%BA%9C", true),
            ("/foo/bar/%e6%94%bf", "/foo/bar/政府", true),
            ("/foo/bar/%62%61%7A", "/foo/bar/baz", true),
            ("/a%3cd.html", "/a%3Cd.html", true),
            ("/fish", "/Fish.asp", false),
            ("/fish*.php", "/fishheads/catfish.php?id=1", true),
            ("/*.php$", "/file.php", true),
            ("/*.php$", "/file.php?x=1", false),
            ("/*.php$", "/file.php.php", true),
            ("*/b/*/d$", "/a/b/c/c/d", true),
            ("/$", "/", true),
            ("/$", "/a", false),
            ("/a$b", "/a$b", true),
        ] {
            let robots = format!("User-agent: *\nDisallow: {pattern}\n");
            assert_eq!(may(&robots, path), !is_match, "{pattern} against {path}");
        }
        assert!(may("User-agent: *\nDisallow: /\n", "/robots.txt"));
    }

    #[test]
    fn sloppy_files_are_read_and_web_pages_are_not() {
        let sloppy =
            "\u{feff}User-agent : *  # all\r\rSitemap: http://x/s.xml\r\nDISALLOW:/manage/\r\nClean-param: a\r\n";
        assert!(!may(sloppy, "/manage/x") && may(sloppy, "/zwgk/"));
        let page = "\r\n<!DOCTYPE html><pre>\nUser-agent: *\nDisallow: /\n</pre>";
        assert!(may(page, "/zwgk/"));
        assert!(may(&"法治政府".repeat(100_000), "/zwgk/"));
    }

    #[test]
    fn the_crawl_delay_is_that_of_our_group() {
        let robots = "User-agent: *\nCrawl-delay: 10\n\nUser-agent: x\nCrawl-delay: 99\n";
        assert_eq!(Rules::read(robots).crawl_delay, Some(Duration::from_secs(10)));
        assert_eq!(Rules::read("User-agent: *\nCrawl-delay: 0.5\n").crawl_delay, Some(Duration::from_millis(500)));
        for wrong in ["-1", "nan", "inf", "1e400", "ten"] {
            assert_eq!(Rules::read(&format!("User-agent: *\nCrawl-delay: {wrong}\n")).crawl_delay, None, "{wrong}");
        }
    }

    #[test]
    fn a_hostile_file_of_stars_is_answered_at_once() {
        let robots = format!("User-agent: *\nDisallow: /{}x$\n", "*a".repeat(200_000));
        assert!(may(&robots, &format!("/{}", "a".repeat(4000))));
    }

    proptest::proptest! {
        #[test]
        fn any_text_and_any_path_give_an_answer(text in "\\PC*", lines in "(?s)(user-agent: \\*\n|disallow: .{0,20}\n|\\PC)*", path in "\\PC{0,50}") {
            may(&text, "/x");
            let url = Url::parse("http://a.gov.cn/").unwrap();
            if let Ok(url) = url.join(&path) {
                let _ = Rules::read(&lines).forbidden_by(&url);
            }
            proptest::prop_assert_eq!(encoded(&encoded(&path)), encoded(&path));
        }

        #[test]
        fn a_pattern_without_wildcards_matches_exactly_its_prefixes(path in "/[a-z/]{0,30}", at in 0_usize..30) {
            let prefix = &path[..at.clamp(1, path.len())];
            proptest::prop_assert!(matches(prefix.as_bytes(), path.as_bytes()));
            proptest::prop_assert!(!matches((path.clone() + "x").as_bytes(), path.as_bytes()));
            proptest::prop_assert!(matches((path.clone() + "*$").as_bytes(), (path.clone() + "/more").as_bytes()));
        }
    }
}
