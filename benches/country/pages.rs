//! The pages of the portals. In: what is asked for, the visit, and how often a report was edited. Out: bytes as a portal of
//! that build sends them.

use std::borrow::Cow;

use crate::chrome::{Chrome, HITS, TODAY, TOKEN, framed, put};
use crate::land::{Build, Country, Place, ROWS, build, column_name, listing_path, published, report_path};

/// Links to other reports below each.
const RELATED: usize = 6;
/// Characters of a title that a row shows.
const SHOWN_CHARS: usize = 26;

/// What differs between two answers for one page; nothing where a portal has no counters.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Visit(pub(crate) u64);

/// A page as it is sent.
pub(crate) struct Page {
    pub(crate) content_type: &'static str,
    pub(crate) body: Vec<u8>,
}

/// The home page: enough for a crawler to find the columns.
pub(crate) fn home(country: &Country, chrome: &Chrome, site: usize, visit: Visit) -> Page {
    page(site, &framed(chrome, site, "首页", "", "<div class=\"home\">欢迎访问</div>\n"), visit, country)
}

/// A page of a listing, from 0.
pub(crate) fn listing(
    country: &Country,
    chrome: &Chrome,
    (site, column, at): (usize, usize, usize),
    visit: Visit,
) -> Page {
    let name = column_name(column);
    let mut html = format!("<div class=\"con fr\">\n{}<ul class=\"list\">\n", crumb(column));
    for n in (at * ROWS..country.sizes.reports).take(ROWS) {
        let place = Place { site, column, n };
        let title = country.title(place);
        let shown: Cow<'_, str> = match title.char_indices().nth(SHOWN_CHARS) {
            Some((end, _)) => format!("{}...", &title[..end]).into(),
            None => title.as_str().into(),
        };
        put(
            &mut html,
            format_args!(
                "\t<li class=\"row clearfix\"><a href=\"{}\" title=\"{title}\" target=\"_blank\">{shown}</a><span>{}</span></li>\n",
                report_path(place),
                published(n)
            ),
        );
    }
    html.push_str("</ul>\n");
    pager(&mut html, country, (site, column, at));
    html.push_str("</div>\n");
    let meta =
        format!("<meta name=\"ColumnName\" content=\"{name}\" />\n<meta name=\"ColumnType\" content=\"政务公开\" />\n");
    page(site, &framed(chrome, site, &name, &meta, &html), visit, country)
}

fn pager(html: &mut String, country: &Country, (site, column, at): (usize, usize, usize)) {
    let n_pages = country.n_pages();
    match build(site) {
        Build::Trs | Build::TrsGbk => put(
            html,
            format_args!(
                "<div class=\"page\"><script>createPageHTML({n_pages}, {at}, \"index\", \"html\");</script></div>\n"
            ),
        ),
        Build::Marked | Build::Plain => {
            put(html, format_args!("<div class=\"page\">共{n_pages}页 "));
            for page in 0..n_pages.min(8) {
                put(html, format_args!("<a href=\"{}\">{}</a> ", listing_path(column, page), page + 1));
            }
            html.push_str("</div>\n");
        }
    }
}

fn crumb(column: usize) -> String {
    format!(
        "<div class=\"crumb\">当前位置:<a href=\"/\">首页</a> &gt; <a href=\"/\">政务公开</a> &gt; <a href=\"{}\">{}</a></div>\n",
        listing_path(column, 0),
        column_name(column)
    )
}

/// A report after so many edits.
pub(crate) fn report(country: &Country, chrome: &Chrome, place: Place, n_edits: usize, visit: Visit) -> Page {
    let Place { site, column, n } = place;
    let text = country.text(place, n_edits);
    let (title, day) = (&text.title, published(n));
    let mut html = format!(
        "<div class=\"con fr\">\n{}<div class=\"article\">\n<h1 class=\"article-title\">{title}</h1>\n<div class=\"article-info clearfix\">\
         <span class=\"time\">发布时间:{day} 09:30</span><span class=\"source\">来源:{}</span><span>浏览次数:<em>{HITS}</em>次</span>\
         <span class=\"font\">字体:[<a href=\"javascript:doZoom(18)\">大</a> <a href=\"javascript:doZoom(16)\">中</a> <a href=\"javascript:doZoom(14)\">小</a>]</span></div>\n",
        crumb(column),
        chrome.office
    );
    let open = match build(site) {
        Build::Trs | Build::TrsGbk => "<div class=\"view TRS_UEDITOR trs_paper_default\">",
        Build::Marked => "<div class=\"article-content\">",
        Build::Plain => "<div class=\"nr\" id=\"zoom\">",
    };
    put(&mut html, format_args!("<!-- 正文 开始 -->\n{open}\n"));
    for line in &text.lines {
        put(
            &mut html,
            format_args!(
                "<p style=\"text-indent: 2em; line-height: 2; text-align: justify; margin-top: 0;\"><span style=\"font-family: 仿宋_GB2312; font-size: 16pt;\">{line}</span></p>\n"
            ),
        );
    }
    html.push_str("</div>\n<!-- 正文 结束 -->\n");
    below(&mut html, country, place);
    html.push_str("</div>\n</div>\n");
    let meta = format!(
        "<meta name=\"ColumnName\" content=\"{}\" />\n<meta name=\"ColumnType\" content=\"政务公开\" />\n<meta name=\"ArticleTitle\" content=\"{title}\" />\n\
         <meta name=\"PubDate\" content=\"{day} 09:30\" />\n<meta name=\"ContentSource\" content=\"{}\" />\n",
        column_name(column),
        chrome.office
    );
    page(site, &framed(chrome, site, title, &meta, &html), visit, country)
}

/// Share box, neighbours and related reports.
fn below(html: &mut String, country: &Country, place: Place) {
    let link = |n: usize| {
        let to = Place { n, ..place };
        format!("<a href=\"{}\" target=\"_blank\">{}</a>", report_path(to), country.title(to))
    };
    let neighbour =
        |n: Option<usize>| n.filter(|n| *n < country.sizes.reports).map_or_else(|| "没有了".to_owned(), link);
    put(
        html,
        format_args!(
            "<div class=\"share\">分享到: <a class=\"wx\" href=\"#\">微信</a> <a class=\"wb\" href=\"#\">微博</a> <a href=\"javascript:window.print()\">打印</a> \
             <a href=\"javascript:window.close()\">关闭</a></div>\n<div class=\"prevnext\"><p>上一篇:{}</p><p>下一篇:{}</p></div>\n\
             <div class=\"related\"><h3>相关阅读</h3><ul>\n",
            neighbour(place.n.checked_sub(1)),
            neighbour(Some(place.n + 1))
        ),
    );
    for n in 0..RELATED.min(country.sizes.reports) {
        put(html, format_args!("<li>{}</li>\n", link(n)));
    }
    html.push_str("</ul></div>\n");
}

/// The bytes, with what this visit counts, dates and signs.
fn page(site: usize, html: &str, visit: Visit, country: &Country) -> Page {
    let html = visited(html, visit, country.sizes.seed);
    if build(site) == Build::TrsGbk {
        // Most that write gb2312 send GBK, and say it only in the page.
        let (bytes, _, _) = encoding_rs::GBK.encode(&html);
        return Page { content_type: "text/html", body: bytes.into_owned() };
    }
    Page { content_type: "text/html; charset=utf-8", body: html.into_bytes() }
}

fn visited(html: &str, Visit(n): Visit, seed: u64) -> String {
    let token = format!("{:016x}", (n + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ seed);
    let mut text = String::with_capacity(html.len() + 256);
    let mut rest = html;
    while let Some(at) = rest.find([HITS, TOKEN, TODAY]) {
        text.push_str(&rest[..at]);
        match rest[at..].chars().next() {
            Some(HITS) => put(&mut text, format_args!("{}", 10_000 + n)),
            Some(TOKEN) => text.push_str(&token),
            _ => put(&mut text, format_args!("2026年{}月{}日", 1 + n / 28 % 12, 1 + n % 28)),
        }
        // Each mark is one byte.
        rest = &rest[at + 1..];
    }
    text.push_str(rest);
    text
}
