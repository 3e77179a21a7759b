//! The address of a report that leads up instead: to the home page or to a column, by the server or by what comes.
//!
//! In: how a page was answered, what it is, the listings of its site. Out: whether a portal says in this way that a report
//! is gone. Never: where a page that has a text leads; a page below the one that was asked for.

use std::sync::LazyLock;

use regex::Regex;
use url::Url;

use super::kind::{self, Answer};
use super::open::Opened;
use super::tree::{Tree, visible_text};
use super::{link, pattern};
use crate::model::PageKind;

/// Characters that a page may show beside where it leads: `正在跳转，请稍候……`.
const MOST_WORDS: usize = 40;

/// Longest script that does nothing but lead elsewhere, a message before it or not.
const LONGEST_SCRIPT_BYTES: usize = 1000;

/// What the address of a report leads to instead.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LedUp {
    /// The home page.
    Home,
    /// A listing of the site, or the column above the report.
    Column,
}

/// What a report's address was answered by, where that is neither the report nor a word that it is gone.
pub fn led_up<'u>(opened: &Opened, answer: &Answer<'_>, listings: impl IntoIterator<Item = &'u Url>) -> Option<LedUp> {
    let (asked, landed) = (answer.asked?, answer.landed?);
    let sent = sent_to(opened, landed);
    let led_to = sent.as_ref().unwrap_or(landed);
    if kind::is_home_redirect(&Answer { landed: Some(led_to), ..*answer }) {
        return Some(LedUp::Home);
    }
    let is_above = || is_above(led_to, asked) && (sent.is_some() || opened.kind == PageKind::Listing);
    let is_listing =
        || listings.into_iter().any(|listing| kind::is_place(listing, led_to) && !kind::is_place(listing, asked));
    (is_above() || is_listing()).then_some(LedUp::Column)
}

/// Where a page without a text sends its reader at once: by a `refresh` of its head, or by a script that does no more.
fn sent_to(opened: &Opened, base: &Url) -> Option<Url> {
    let may_be = matches!(opened.kind, PageKind::Empty | PageKind::Other | PageKind::NotFound);
    if !may_be || shows_something(&opened.tree) {
        return None;
    }
    let sent = by_head(&opened.tree, base).or_else(|| by_script(&opened.tree, base));
    sent.filter(|url| kind::host(url) == kind::host(base))
}

fn by_head(tree: &Tree, base: &Url) -> Option<Url> {
    static REFRESH: LazyLock<Regex> =
        LazyLock::new(|| pattern(r#"(?i)^\s*[0-9](?:\.[0-9]+)?\s*[;,]\s*url\s*=\s*["']?([^"']+)"#));
    let is_refresh = |of: &str| of.eq_ignore_ascii_case("refresh");
    let refresh = tree.named("meta").find(|meta| meta.attr("http-equiv").is_some_and(is_refresh))?;
    link::resolve(REFRESH.captures(refresh.attr("content")?)?[1].trim(), base)
}

/// A script that asks something first leads some readers alone, or at some time; one with a message of a wall or of
/// maintenance says nothing of the report.
fn by_script(tree: &Tree, base: &Url) -> Option<Url> {
    const ASKS: [&str; 6] = ["navigator", "function", "if", "?", "window.open", "cookie"];
    let scripts: String = tree.named("script").map(|script| script.raw_text()).collect();
    let is_plain = scripts.len() <= LONGEST_SCRIPT_BYTES && !ASKS.iter().any(|word| scripts.contains(word));
    if is_plain && !kind::says_trouble(&scripts) { link::opened(&scripts, base) } else { None }
}

/// Whether a page has words, pictures or files of its own.
fn shows_something(tree: &Tree) -> bool {
    const THINGS: [&str; 6] = ["img", "iframe", "embed", "object", "video", "a"];
    let has_words = |body| visible_text(body).chars().nth(MOST_WORDS).is_some();
    tree.named("body").any(has_words) || THINGS.iter().any(|name| tree.named(name).next().is_some())
}

/// Whether an address is a directory above another one.
fn is_above(directory: &Url, page: &Url) -> bool {
    let (above, below) = (kind::place(directory), kind::place(page));
    let is_directory = above.ends_with('/') && directory.query().is_none();
    is_directory && kind::host(directory) == kind::host(page) && below != above && below.starts_with(above)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::decode::Decoded;
    use crate::page::kind;

    const ASKED: &str = "http://www.x.gov.cn/zwgk/tzgg/202603/t20260301_7.html";

    fn led(landed: &str, page: &str) -> Option<LedUp> {
        let url = |text: &str| Url::parse(text).expect("url");
        let (asked, landed, home) = (url(ASKED), url(landed), url("http://www.x.gov.cn/"));
        let answer = Answer { status: 200, asked: Some(&asked), landed: Some(&landed), home: Some(&home) };
        let decoded = Decoded { text: page.to_owned(), charset: "UTF-8", n_replaced: 0 };
        let tree = Tree::parse(page).expect("a small page");
        let opened = Opened { kind: kind::of(&tree, &decoded, &answer), decoded, tree };
        led_up(&opened, &answer, [&url("http://www.x.gov.cn/xxgk/gwgg/index.html")])
    }

    fn column() -> String {
        let row = |n: u32| {
            format!("<li><a href='202603/t2026030{n}_{n}.html'>关于公布第{n}批清单的通知</a>2026-03-0{n}</li>")
        };
        format!("<h2>通知公告</h2><ul>{}</ul>", (1..9).map(row).collect::<String>())
    }

    const REPORT: &str = "<h1>关于停水的通知</h1><p>因管网改造，定于三月二日八时起停水十二小时，请各用水单位和居民提前做好储水准备，不便之处敬请谅解。</p>";

    #[test]
    fn a_server_that_leads_to_a_column_says_that_the_report_is_gone() {
        assert_eq!(led("http://www.x.gov.cn/zwgk/tzgg/", &column()), Some(LedUp::Column));
        assert_eq!(led("https://x.gov.cn/zwgk/index.html", &column()), Some(LedUp::Column));
        assert_eq!(led("http://www.x.gov.cn/xxgk/gwgg/", REPORT), Some(LedUp::Column), "a listing, however it reads");
        assert_eq!(led("http://www.x.gov.cn/", REPORT), Some(LedUp::Home));
        for (landed, page) in [
            ("http://www.x.gov.cn/zwgk/tzgg/", REPORT),
            ("http://www.x.gov.cn/zwgk/zcwj/", &column()),
            ("http://www.y.gov.cn/zwgk/tzgg/", &column()),
            (ASKED, &column()),
        ] {
            assert_eq!(led(landed, page), None, "{landed} {page}");
        }
    }

    #[test]
    fn a_page_without_a_text_that_leads_up_says_so_too() {
        for (page, to) in [
            ("<meta http-equiv='Refresh' content='0;url=/'>", LedUp::Home),
            ("<meta http-equiv=refresh content=\"3; URL='../'\"><body>正在跳转，请稍候……", LedUp::Column),
            ("<script>alert('该信息不存在');location.href='/';</script>", LedUp::Home),
            ("<body><script>window.location.replace(\"/xxgk/gwgg/\")</script>", LedUp::Column),
        ] {
            assert_eq!(led(ASKED, page), Some(to), "{page}");
            for more in
                [REPORT, "<img src=/p/20260301.jpg>", "<iframe src=/f.html></iframe>", "<a href=/f.pdf>下载</a>"]
            {
                assert_eq!(led(ASKED, &format!("{page}{more}")), None, "{page}{more}");
            }
        }
        for elsewhere in [
            "<meta http-equiv=refresh content='0;url=/zwgk/tzgg/202603/t20260301_8.html'>",
            "<meta http-equiv=refresh content='600'>",
            "<script>location.href='http://www.y.gov.cn/'</script>",
            "<script>if (/Mobile/.test(navigator.userAgent)) location.href='/'</script>",
            "<script>function home() { location.href='/' }</script>",
            "<script>window.open('/')</script>",
            "<script>alert('访问过于频繁');location.href='/'</script>",
            "<script>alert('系统维护中');location.href='/'</script>",
        ] {
            assert_eq!(led(ASKED, elsewhere), None, "{elsewhere}");
        }
    }
}
