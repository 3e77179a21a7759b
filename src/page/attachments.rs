//! Files that a report links to.
//!
//! In: links of the body and of the list behind it, and what is shown in place. Out: each URL once, in order. Never: apps,
//! other pages, files of what stands behind the report or beside it, unless they are called its annexes (附件) there.

use std::collections::HashSet;
use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;
use url::{Position, Url};

use super::attach::Media;
use super::density::Weights;
use super::outline::{Element, Line, Link, Outline};
use super::pattern;
use super::seen::tidy;
use super::tree::{Node, Query, Step, Tree, visible_text};
use super::{ReadRules, annex, chrome, density, link, tree};
use crate::model::{Attachment, Origin};

/// Paths of pages.
static PAGE: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?i)\.[sjx]?html?(?:;.*)?$"));

/// Paths of scripts, which mostly write a page.
static SCRIPT: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?i)\.(?:jspx?|aspx?|php|do|action)(?:;.*)?$"));

/// Buttons that offer the page itself as a file.
static OF_PAGE: LazyLock<Regex> = LazyLock::new(|| pattern(r"^下载(?:文字版|图片版|PDF版|本页|全文)$|客户端|APP下载"));

/// The lines in which a report stands on its page.
pub(super) struct Place<'a> {
    pub(super) title: Option<&'a Range<usize>>,
    pub(super) body: &'a Range<usize>,
}

/// The files linked from the body and from the lines behind it, and which rule named them.
pub(super) fn of(
    tree: &Tree,
    (outline, weights): (&Outline<'_>, &Weights),
    rules: &ReadRules<'_>,
    place: &Place<'_>,
) -> (Vec<Attachment>, Origin) {
    let base = rules.url.map(|url| link::base(tree, url));
    let selected = |queries: &[Query]| {
        let urls = queries.iter().find_map(|query| {
            let found = query.elements(tree.root());
            let files: Vec<_> = found.into_iter().filter_map(|node| of_selected(node, query, base.as_ref())).collect();
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
    let around = Around::of(outline, weights, place, rules.url);
    let files = linked(&around, base.as_ref()).into_iter().chain(shown(&around, base.as_ref()));
    (once_each(files.chain(called(tree, base.as_ref())).collect()), Origin::Auto)
}

/// The files that scripts of the page show in place: `showVsbpdfIframe("/x.pdf", ..)`, `PDFObject.embed("/x.pdf", ..)`.
fn called(tree: &Tree, base: Option<&Url>) -> Vec<Attachment> {
    static CALL: LazyLock<Regex> =
        LazyLock::new(|| pattern(r#"\b(?:showVsbpdfIframe|PDFObject\.embed)\s*\(\s*["']([^"']+)["']"#));
    // Nearly no page has such a call: the text of a script is put together only where it has one.
    let calls = |step: Step<'_>| matches!(step, Step::Text(text) if text.contains("showVsbpdfIframe") || text.contains("PDFObject.embed"));
    let scripts = tree.named("script").filter(|script| script.walk().any(calls));
    let scripts = scripts.map(|script| (script, script.raw_text()));
    let files = scripts.flat_map(|(script, text)| {
        let written: Vec<String> = CALL.captures_iter(&text).map(|found| found[1].to_owned()).collect();
        written.into_iter().map(move |written| (script, written))
    });
    files
        .filter_map(|(script, written)| Some(attachment(viewed(absolute(&written, base)?)?, String::new(), script)))
        .collect()
}

/// The files that are the report's own by where their links stand.
fn linked(around: &Around<'_, '_>, base: Option<&Url>) -> Vec<Attachment> {
    let links = around.outline.links.iter().filter(|link| link.line >= around.body.start);
    let files = links.filter_map(|link| {
        let url = target(link.node, base)?;
        let title = tidy(&visible_text(link.node));
        let is_named_file = media_type(&url, "").is_some() || offered(link.node).is_some();
        let is_called = is_named_file || around.is_called_file(link, &title, &url);
        if (!is_called && !annex::is_download(url.as_str())) || !around.is_of_report(link, &title) {
            return None;
        }
        let is_called_file = media_type(&url, &title).is_some() || title.contains(ANNEX);
        let is_in_body = link.line < around.body.end && !is_picture(&url);
        let is_file = !OF_PAGE.is_match(&title) && (is_called || is_called_file || is_in_body);
        is_file.then(|| attachment(url, title, link.node))
    });
    files.collect()
}

/// The files that the report shows in place.
fn shown(around: &Around<'_, '_>, base: Option<&Url>) -> Vec<Attachment> {
    let frames = around.outline.frames.iter().filter(|frame| frame.line >= around.body.start);
    let files = frames.filter(|frame| around.is_of_report(frame, "")).filter_map(|frame| {
        let written = frame.node.attr("src").or_else(|| frame.node.attr("data"))?;
        let file = viewed(absolute(written, base)?)?;
        Some(attachment(file, String::new(), frame.node))
    });
    files.collect()
}

/// The file that a frame shows: its address, or what a viewer is asked for (`viewer.html?file=..`).
fn viewed(frame: Url) -> Option<Url> {
    let is_file = |url: &Url| of_name(url.path()).is_some() || annex::is_download(url.as_str());
    let asked = || {
        let values = frame.query_pairs().filter(|(name, _)| matches!(&**name, "file" | "src" | "url"));
        values.filter_map(|(_, value)| absolute(&value, Some(&frame))).find(is_file)
    };
    let mut file = if is_file(&frame) { frame } else { asked()? };
    // Where and how large it is shown.
    file.set_fragment(None);
    Some(file)
}

/// What a report calls the files that belong to it.
const ANNEX: &str = "附件";

/// Longest head of a list of links, in characters.
const LONGEST_HEAD: usize = 12;

/// Longest list of annexes, in lines.
const LONGEST_LIST: usize = 100;

/// Elements between a link without words and the element that holds the report.
const MOST_BETWEEN: usize = 50;

/// Where a report ends on its page.
struct Around<'a, 't> {
    outline: &'a Outline<'t>,
    weights: &'a Weights,
    body: Range<usize>,
    /// The smallest element that holds both title and body.
    whole: Option<&'a Element<'t>>,
    page: Option<&'a Url>,
    /// For each line behind the body, whether it belongs to what stands behind a report: its neighbours, related ones.
    is_other: Vec<bool>,
}

impl<'a, 't> Around<'a, 't> {
    fn of(
        outline: &'a Outline<'t>,
        weights: &'a Weights,
        &Place { title, body }: &Place<'_>,
        page: Option<&'a Url>,
    ) -> Self {
        let holds = |element: &&Element<'_>, lines: &Range<usize>| {
            element.lines.start <= lines.start && lines.end <= element.lines.end
        };
        let whole =
            title.and_then(|title| outline.elements.iter().rev().find(|one| holds(one, title) && holds(one, body)));
        let (mut is_over, mut is_related) = (false, false);
        let is_other = outline.lines[body.end..].iter().map(|line| {
            is_over |= line.is_behind();
            let heads_links = line.heads_related() && !line.text.contains(ANNEX);
            is_related = heads_links || (is_related && (line.is_links() || density::is_date(&line.text)));
            is_over || is_related
        });
        Self { outline, weights, body: body.clone(), whole, page, is_other: is_other.collect() }
    }

    /// Whether a file linked from the body or from behind it is the report's own.
    fn is_of_report(&self, link: &Link<'_>, title: &str) -> bool {
        if link.line < self.body.end {
            return true;
        }
        // A link without words begins no line: it stands behind the one before that which it is counted with.
        let at = if title.is_empty() { link.line.checked_sub(1) } else { Some(link.line) };
        let at = at.and_then(|at| at.checked_sub(self.body.end));
        let is_in_chrome = match at {
            Some(at) if self.body.end + at < self.outline.lines.len() => self.weights.is_in_chrome(self.body.end + at),
            _ => self.is_within_chrome(link),
        };
        let is_other = at.is_some_and(|at| self.is_other.get(at).or(self.is_other.last()) == Some(&true));
        !is_in_chrome && ((!is_other && self.is_inside(link)) || self.is_annex(link, title))
    }

    /// Whether an element around a link, within that which holds the report, is called like chrome.
    fn is_within_chrome(&self, link: &Link<'_>) -> bool {
        let whole = self.whole.map(|whole| whole.node.key());
        let around = link.node.ancestors().take(MOST_BETWEEN).take_while(|node| Some(node.key()) != whole);
        around.into_iter().any(density::is_called_chrome)
    }

    /// Whether a link stands in the element that holds the report. One without words begins no line: what stands around
    /// it tells.
    fn is_inside(&self, link: &Link<'_>) -> bool {
        let Some(whole) = self.whole else { return true };
        let holds = || link.node.ancestors().take(MOST_BETWEEN).any(|node| node.key() == whole.node.key());
        link.line < whole.lines.end || (link.line == whole.lines.end && holds())
    }

    /// Whether a link whose address tells nothing is called a file: it ends in the extension of one, it is called an
    /// annex, or it stands behind 附件1： or in a list under 附件 and leads to what has a number and is no page.
    fn is_called_file(&self, link: &Link<'_>, title: &str, url: &Url) -> bool {
        if is_picture(url) || PAGE.is_match(url.path()) {
            return false;
        }
        let has_number = || url[Position::BeforePath..].contains(|c: char| c.is_ascii_digit());
        let is_script = || SCRIPT.is_match(url.path()) || url.path().ends_with('/');
        of_name(title).is_some()
            || (has_number() && !is_script() && self.is_under_annexes(link))
            || (annex::is_called(title, url) && self.may_be_annex(link, title, url))
    }

    /// Whether a link that is called an annex may be one by where it stands and leads. A button behind the body that offers
    /// any file may be the portal's.
    fn may_be_annex(&self, link: &Link<'_>, title: &str, url: &Url) -> bool {
        let is_same_page = || self.page.is_some_and(|page| link::is_same_page(page, url));
        let is_beside = || self.is_inside(link) && !annex::is_offer(title);
        (link.line < self.body.end || is_beside() || self.is_under_head(link)) && !is_same_page()
    }

    /// Whether the nearest line above that of a link which is no link itself is named 附件.
    fn is_under_head(&self, link: &Link<'_>) -> bool {
        let lines = self.outline.lines.get(..link.line).unwrap_or_default();
        lines.iter().rev().take(LONGEST_LIST).find(|line| !line.is_links()).is_some_and(begins_annexes)
    }

    /// Whether the line of a link, or the nearest one above it that is no item of a list of links, is named 附件.
    fn is_under_annexes(&self, link: &Link<'_>) -> bool {
        let lines = self.outline.lines.get(..=link.line).unwrap_or_default();
        let mut above = lines.iter().rev().take(LONGEST_LIST);
        above.find(|line| begins_annexes(line) || !line.is_links()).is_some_and(begins_annexes)
    }

    /// Whether a link is called an annex: by its own words, by those of its line, or by the short line under which it
    /// stands among others.
    fn is_annex(&self, link: &Link<'_>, title: &str) -> bool {
        let lines = &self.outline.lines;
        let is_head = |at: &usize| heads_annexes(&lines[*at]);
        let is_apart = |line: &Line| line.n_link_chars == 0 || line.is_behind() || chrome::is_related(&line.text);
        let last = (link.line + 1).min(lines.len());
        let head = (self.body.end..last).rev().take(LONGEST_LIST).find(|at| is_head(at) || is_apart(&lines[*at]));
        title.contains(ANNEX) || head.is_some_and(|at| is_head(&at))
    }
}

/// Whether a line begins with the name of annexes, and says little else beside its links.
fn begins_annexes(line: &Line) -> bool {
    let text = line.text.trim_start_matches(|c: char| !c.is_alphanumeric());
    text.starts_with(ANNEX) && heads_annexes(line)
}

/// Whether a line is called after annexes, and says little else beside its links.
fn heads_annexes(line: &Line) -> bool {
    line.text.contains(ANNEX) && line.n_chars - line.n_link_chars <= LONGEST_HEAD
}

/// Whether a link by its address alone leads to a file.
pub(super) fn is_file_link(node: Node<'_>) -> bool {
    node.attr("href").is_some_and(is_file)
}

/// Whether an address names a file or the script that sends one.
pub(super) fn is_file(href: &str) -> bool {
    let path = href.split(['?', '#']).next().unwrap_or(href);
    of_name(path).is_some() || of_name(href).is_some() || annex::is_download(href)
}

fn of_selected(node: Node<'_>, query: &Query, base: Option<&Url>) -> Option<Attachment> {
    let href = match query.take() {
        tree::Take::Attr(name) => node.attr(name)?,
        tree::Take::Element | tree::Take::Text => node.attr("href")?,
    };
    Some(attachment(absolute(href, base)?, tidy(&visible_text(node)), node))
}

/// Where a link leads, by its address or by the script that opens it.
fn target(node: Node<'_>, base: Option<&Url>) -> Option<Url> {
    match base {
        Some(base) => link::of_anchor(node, base),
        None => absolute(node.attr("href")?, None),
    }
}

fn absolute(href: &str, base: Option<&Url>) -> Option<Url> {
    let href = href.trim();
    let url = match base {
        Some(base) => base.join(href).ok()?,
        None => Url::parse(href).ok()?,
    };
    matches!(url.scheme(), "http" | "https").then_some(url)
}

fn attachment(url: Url, text: String, node: Node<'_>) -> Attachment {
    let offered = offered(node);
    let named = || node.attr("title").map(tidy).filter(|title| !title.is_empty());
    let file = || url.path_segments().and_then(|mut parts| parts.next_back()).unwrap_or_default().to_owned();
    let title = match (text, &offered) {
        (text, Some(offered)) if text.is_empty() || annex::is_offer(&text) => offered.clone(),
        (text, _) if text.is_empty() => named().unwrap_or_else(file),
        (text, _) => text,
    };
    let media_type = media_type(&url, &title).or_else(|| of_name(&offered?)).map(str::to_owned);
    Attachment::linked(url, title, media_type)
}

/// The name under which a link offers a file: that of its `download` attribute, where it is one of a file.
fn offered(node: Node<'_>) -> Option<String> {
    node.attr("download").map(tidy).filter(|name| of_name(name).is_some())
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

    #[test]
    fn the_file_that_a_viewer_shows_is_told_by_its_address() {
        let of = |frame: &str| {
            let url = Url::parse("http://a.gov.cn/zwgk/1.html").and_then(|page| page.join(frame)).expect("a URL");
            viewed(url).map(|file| file.to_string())
        };
        let file = Some("http://a.gov.cn/files/2026/report.pdf".to_owned());
        for frame in [
            "/files/2026/report.pdf",
            "/files/2026/report.pdf#toolbar=0",
            "/js/pdfjs/web/viewer.html?file=/files/2026/report.pdf",
            "/js/pdfjs/web/viewer.html?file=%2Ffiles%2F2026%2Freport.pdf&page=1",
            "/pdfjs/web/viewer.html?file=../../files/2026/report.pdf#page=1",
            "https://view.officeapps.live.com/op/view.aspx?src=http://a.gov.cn/files/2026/report.pdf",
        ] {
            assert_eq!(of(frame), file, "{frame}");
        }
        for frame in ["/module/visitcount/visit.jsp?type=3", "/video/play.html?url=/v/1.mp4", "about:blank"] {
            assert_eq!(of(frame), None, "{frame}");
        }
    }
}
