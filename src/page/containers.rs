//! Where content management systems put a report's body: comment marks, elements, ids and classes.
//!
//! In: an outline. Out: candidates, best first; whether one holds the body is decided by how much text it covers.
//! **Source**: report pages of about 80 portals; the rest are names that templates commonly use.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::LazyLock;

use super::outline::Outline;
use super::tree::Node;

/// What a container is known by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum By {
    Name,
    Id,
    /// An id that begins so and goes on with `_` and digits.
    IdNumbered,
    Class,
}

/// Most precise first.
const KNOWN: [(By, &str); 64] = [
    (By::Name, "ucapcontent"),
    (By::Id, "UCAP-CONTENT"),
    (By::Id, "zoom"),
    (By::Id, "Zoom"),
    (By::Id, "zoomcon"),
    (By::Id, "ivs_content"),
    (By::Class, "v_news_content"),
    (By::Id, "vsb_content"),
    (By::IdNumbered, "vsb_content"),
    (By::Class, "trs_editor_view"),
    (By::Class, "TRS_UEDITOR"),
    (By::Class, "TRS_Editor"),
    (By::Class, "Custom_UnionStyle"),
    (By::Class, "wp_articlecontent"),
    (By::Class, "easysite-news-text"),
    (By::Class, "ewb-article-info"),
    (By::Class, "zoom"),
    (By::Id, "info_cont"),
    (By::Id, "con_con"),
    (By::Class, "art-con"),
    (By::Class, "ccontent"),
    (By::Class, "pages_content"),
    (By::Class, "article-content-body"),
    (By::Class, "article-content"),
    (By::Class, "article_content"),
    (By::Class, "content_article"),
    (By::Class, "wzzw-article"),
    (By::Class, "bt_content"),
    (By::Class, "bt-article-02"),
    (By::Class, "vF_detail_content"),
    (By::Id, "detailCnt"),
    (By::Id, "detailCon"),
    (By::Id, "detailContent"),
    (By::Id, "mainText"),
    (By::Id, "fontzoom"),
    (By::Id, "fontZoom"),
    (By::Id, "BodyLabel"),
    (By::Id, "downloadContent"),
    (By::Id, "articleContent"),
    (By::Id, "article-content"),
    (By::Id, "newsContent"),
    (By::Id, "news_content"),
    (By::Id, "textContent"),
    (By::Id, "NewsContent"),
    (By::Id, "js_content"),
    (By::Class, "xl_content"),
    (By::Class, "xl-content"),
    (By::Class, "conTxt"),
    (By::Class, "detail-content"),
    (By::Class, "detail_content"),
    (By::Class, "news-content"),
    (By::Class, "news_content"),
    (By::Class, "main-txt"),
    (By::Class, "article-con"),
    (By::Class, "article_con"),
    (By::Class, "article-body"),
    (By::Class, "content-container-con"),
    (By::Class, "zw_cont_c"),
    (By::Class, "text-content"),
    (By::Class, "artical_content"),
    (By::Class, "wzcon"),
    (By::Class, "zwcon"),
    (By::Class, "info-content"),
    (By::Class, "xxgk_content"),
];

/// The marks of Hanweb templates around a body: the most precise cut there is.
const MARKS: [(&str, &str); 2] =
    [("ZJEG_RSS.content.begin", "ZJEG_RSS.content.end"), ("<$[信息内容]>begin", "<$[信息内容]>end")];

/// The words of this kind and their places in [`KNOWN`].
fn places(kind: By) -> HashMap<&'static str, usize> {
    let known = KNOWN.iter().enumerate().filter(|(_, (by, _))| *by == kind);
    known.map(|(rank, &(_, word))| (word, rank)).collect()
}

static NAMES: LazyLock<HashMap<&str, usize>> = LazyLock::new(|| places(By::Name));
static IDS: LazyLock<HashMap<&str, usize>> = LazyLock::new(|| places(By::Id));
static NUMBERED_IDS: LazyLock<HashMap<&str, usize>> = LazyLock::new(|| places(By::IdNumbered));
static CLASSES: LazyLock<HashMap<&str, usize>> = LazyLock::new(|| places(By::Class));

/// The place in [`KNOWN`] of the most precise word that an element has.
fn rank(node: Node<'_>) -> Option<usize> {
    let (id, classes) = (node.id(), node.attr("class"));
    let numbered = |id: &str| {
        let (stem, number) = id.rsplit_once('_')?;
        let is_number = !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit());
        NUMBERED_IDS.get(stem).filter(|_| is_number).copied()
    };
    let by_class =
        classes.into_iter().flat_map(str::split_ascii_whitespace).filter_map(|one| CLASSES.get(one).copied());
    let by_id = id.into_iter().flat_map(|id| [IDS.get(id).copied(), numbered(id)]).flatten();
    let by_name = if node.name() == "ucapcontent" { NAMES.get("ucapcontent").copied() } else { None };
    by_class.chain(by_id).chain(by_name).min()
}

/// Whether an element is called as containers of a body are.
pub(super) fn is_known(node: Node<'_>) -> bool {
    rank(node).is_some()
}

/// Candidates for the body, most precise first; each the lines of one element, outermost only.
pub(super) fn candidates(outline: &Outline<'_>) -> Vec<Range<usize>> {
    let mut ranked: Vec<(usize, Range<usize>)> = Vec::new();
    let mut ends = [0; KNOWN.len()];
    for element in outline.elements.iter().filter(|element| !element.lines.is_empty()) {
        if let Some(rank) = rank(element.node) {
            // In document order, an element that ends no later than the one before it lies inside of it.
            if element.lines.end > ends[rank] {
                ends[rank] = element.lines.end;
                ranked.push((rank, element.lines.clone()));
            }
        }
    }
    ranked.sort_by_key(|&(rank, _)| rank);
    marked(outline).into_iter().chain(ranked.into_iter().map(|(_, lines)| lines)).collect()
}

/// The lines between the marks of a template.
fn marked(outline: &Outline<'_>) -> Vec<Range<usize>> {
    let between = |&(begin, end): &(&str, &str)| {
        let first = |mark: &str| outline.comments.iter().find(|(_, text)| text.contains(mark)).map(|&(line, _)| line);
        let last = |mark: &str| outline.comments.iter().rfind(|(_, text)| text.contains(mark)).map(|&(line, _)| line);
        Some(first(begin)?..last(end)?)
    };
    MARKS.iter().filter_map(between).filter(|lines| lines.start < lines.end).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::glance::{BODY_CLASSES, BODY_IDS};

    #[test]
    fn what_makes_a_page_a_report_is_where_its_body_is_looked_for() {
        let is_known = |kind: By, word: &str| KNOWN.contains(&(kind, word));
        assert!(BODY_IDS.iter().all(|id| is_known(By::Id, id)));
        assert!(BODY_CLASSES.iter().all(|class| is_known(By::Class, class)));
    }
}
