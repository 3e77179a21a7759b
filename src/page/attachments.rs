//! Files that a report links to.
//!
//! In: links of the body and of the list behind it. Out: each URL once, in order. Never: apps, other pages.

use std::collections::HashSet;
use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;
use url::Url;

use super::attach::Media;
use super::density::Weights;
use super::outline::Outline;
use super::seen::tidy;
use super::tree::{Node, Query, Tree, visible_text};
use super::{ReadRules, tree};
use crate::model::{Attachment, Origin};

/// Paths that serve a file whatever they are called.
static DOWNLOAD: LazyLock<Regex> = LazyLock::new(|| {
    let written = r"(?i)downfile\.|download\.(?:jsp|do|action|aspx|php|ashx)|downloadfile|filedownload|cmd=download|/attachment/\d|attachdown|DownloadServlet";
    Regex::new(written).expect("invariant: the pattern is valid")
});

/// Buttons that offer the page itself as a file.
static OF_PAGE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^下载(?:文字版|图片版|PDF版|本页|全文)$|客户端|APP下载").expect("invariant: the pattern is valid")
});

/// The files linked from the body and from the lines behind it, and which rule named them.
pub(super) fn of(
    tree: &Tree,
    outline: &Outline<'_>,
    weights: &Weights,
    rules: &ReadRules<'_>,
    body: &Range<usize>,
) -> (Vec<Attachment>, Origin) {
    let selected = |queries: &[Query]| {
        let urls = queries.iter().find_map(|query| {
            let found = query.elements(tree.root());
            let files: Vec<_> = found.into_iter().filter_map(|node| of_selected(node, query, rules)).collect();
            (!files.is_empty()).then_some(files)
        });
        urls.map(once_each)
    };
    if let Some(files) = rules.site.and_then(|rule| selected(&rule.attachment)) {
        return (files, Origin::Site);
    }
    if let Some(files) = rules.family.and_then(|family| selected(&family.report.attachment)) {
        return (files, Origin::Family);
    }
    let behind = body.start..outline.lines.len() + 1;
    let links = outline.links.iter().filter(|link| behind.contains(&link.line));
    let near = links
        .filter(|link| link.line < body.end || link.line >= outline.lines.len() || !weights.is_in_chrome(link.line));
    let files = near.filter_map(|link| {
        let href = link.node.attr("href")?;
        let url = absolute(href, rules.url)?;
        let is_named_file = media_type(&url, "").is_some();
        if !is_named_file && !DOWNLOAD.is_match(url.as_str()) {
            return None;
        }
        let title = tidy(&visible_text(link.node));
        let is_called_file = media_type(&url, &title).is_some() || title.contains("附件");
        let is_in_body = link.line < body.end && !is_picture(&url);
        let is_file = !OF_PAGE.is_match(&title) && (is_named_file || is_called_file || is_in_body);
        is_file.then(|| attachment(url, title, link.node))
    });
    (once_each(files.collect()), Origin::Auto)
}

/// Whether a link by its address alone leads to a file.
pub(super) fn is_file_link(node: Node<'_>) -> bool {
    let Some(href) = node.attr("href") else { return false };
    let path = href.split(['?', '#']).next().unwrap_or(href);
    of_name(path).is_some() || of_name(href).is_some() || DOWNLOAD.is_match(href)
}

fn of_selected(node: Node<'_>, query: &Query, rules: &ReadRules<'_>) -> Option<Attachment> {
    let href = match query.take() {
        tree::Take::Attr(name) => node.attr(name)?,
        tree::Take::Element | tree::Take::Text => node.attr("href")?,
    };
    Some(attachment(absolute(href, rules.url)?, tidy(&visible_text(node)), node))
}

fn absolute(href: &str, page: Option<&Url>) -> Option<Url> {
    let href = href.trim();
    let url = match page {
        Some(page) => page.join(href).ok()?,
        None => Url::parse(href).ok()?,
    };
    matches!(url.scheme(), "http" | "https").then_some(url)
}

fn attachment(url: Url, text: String, node: Node<'_>) -> Attachment {
    let named = || node.attr("title").map(tidy).filter(|title| !title.is_empty());
    let file = || url.path_segments().and_then(|mut parts| parts.next_back()).unwrap_or_default().to_owned();
    let title = if text.is_empty() { named().unwrap_or_else(file) } else { text };
    let media_type = media_type(&url, &title).map(str::to_owned);
    Attachment::linked(url, title, media_type)
}

/// The media type that the extension tells: of the path, of a value of the query, else of the title.
fn media_type(url: &Url, title: &str) -> Option<&'static str> {
    let of_path = of_name(url.path());
    let of_query = || url.query_pairs().find_map(|(_, value)| of_name(&value));
    of_path.or_else(of_query).or_else(|| of_name(title))
}

/// Pages and the pictures of pages are no files; a scan is.
fn of_name(name: &str) -> Option<&'static str> {
    let (media, media_type) = Media::of_name(name)?;
    (media == Media::Tiff || !(media == Media::Html || media.is_image())).then_some(media_type)
}

fn is_picture(url: &Url) -> bool {
    Media::of_name(url.path()).is_some_and(|(media, _)| media.is_image() && media != Media::Tiff)
}

fn once_each(files: Vec<Attachment>) -> Vec<Attachment> {
    let mut seen = HashSet::new();
    files.into_iter().filter(|file| seen.insert(file.url.clone())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_extension_is_looked_for_where_portals_put_it() {
        let of = |url: &str, title: &str| media_type(&Url::parse(url).expect("url"), title);
        assert_eq!(of("http://a.gov.cn/202401/P020240101.PDF", ""), Some("application/pdf"));
        assert_eq!(of("http://a.gov.cn/downfile.jsp?classid=0&filename=1.doc", ""), Some("application/msword"));
        assert_eq!(of("http://a.gov.cn/x.action?cmd=download&a=Tj", "招标文件正文.pdf"), Some("application/pdf"));
        assert!(of("http://a.gov.cn/content/post_1.html", "附件.docx").is_some());
        assert!(of("http://a.gov.cn/x.xlsx;jsessionid=5F0A", "统计表").is_some());
        assert_eq!(of("http://a.gov.cn/", "附件"), None);
    }
}
