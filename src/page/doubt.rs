//! Reasons to distrust a reading.
//!
//! In: the page as decoded and the Document read from it. Out: every [`Doubt`] that holds, sorted. Never: a doubt
//! about a page that is merely sloppy; a doubt withholds what it reports.

use std::sync::LazyLock;

use regex::Regex;

use super::ReadRules;
use super::decode::Decoded;
use super::outline::Outline;
use super::pattern;
use super::title;
use crate::model::{BlockKind, Document, Doubt, FieldName, Origin};

/// One character in so many that could not be decoded is too much.
const REPLACED_IN: usize = 100;

/// A body with so many lines of links, and most of its characters in them, is a listing.
const LISTING_LINES: usize = 8;

/// Longest title, in characters, that can be one of an error page.
const LONGEST_ERROR_TITLE: usize = 24;

/// Characters of a text under the name of a paper from which it is one: 高清监控系统维护项目中标公告.
const PAPER_CHARS: usize = 150;

/// Words of which the title of a portal's own notice is made, and characters of another matter.
static OF_PORTAL: LazyLock<Regex> = LazyLock::new(|| {
    let written = concat!(
        "关于|的|本站|网站|门户|政府|系统|平台|服务器?|页面|升级|维护|改造|迁移|暂停|停止|访问|错误|出错|受限|提示|说明|公告|通知|公示|",
        "通告|情况|期间|公开|维修|安全|验证|找不到|无法找到|不存在|[^\\p{Han}]",
    );
    pattern(written)
});
const LEAST_MATTER: usize = 3;

static ERROR_TITLE: LazyLock<Regex> = LazyLock::new(|| {
    let written = concat!(
        r"(?i)^\W*(?:404|403|500|502|503)\b|not\s*found|forbidden|bad\s*gateway|service\s*unavailable|access\s*denied|",
        r"页面不存在|找不到|无法找到|访问出错|系统维护|网站维护|服务器错误|出错了|访问受限|请求被拦截|安全验证|系统提示|错误提示",
    );
    pattern(written)
});

static TEMPLATE_MARK: LazyLock<Regex> = LazyLock::new(|| pattern(r"\{\{[^{}\n]{1,60}\}\}|<%[@=!-]|\$\{[\w.]{1,40}\}"));

/// What of a page is not in its Document.
#[derive(Debug, Clone, Copy)]
pub(super) struct Beside<'a> {
    /// The lines of the body.
    pub(super) lines: &'a [usize],
    /// Whether a picture stands where the body should.
    pub(super) is_pictured: bool,
    /// Whether the article goes on on other pages.
    pub(super) has_others: bool,
}

/// Every doubt about a reading.
pub(super) fn of(
    document: &Document,
    outline: &Outline<'_>,
    beside: &Beside<'_>,
    decoded: &Decoded,
    rules: &ReadRules<'_>,
) -> Vec<Doubt> {
    let n_chars = document.n_chars();
    let has_files = !document.attachments.is_empty();
    let title = document.title.as_deref().unwrap_or_default();
    let has_mark = |text: &str| text.contains(['{', '%']) && TEMPLATE_MARK.is_match(text);
    let is_unfilled = has_mark(title) || document.blocks.iter().any(|block| has_mark(&block.text));
    let is_paper = n_chars >= PAPER_CHARS
        && title::of_document(title).is_some()
        && OF_PORTAL.replace_all(title, "").chars().count() >= LEAST_MATTER;
    let is_error = title.chars().count() <= LONGEST_ERROR_TITLE && ERROR_TITLE.is_match(title) && !is_paper;
    let holds = [
        (Doubt::NoTitle, title.is_empty()),
        (Doubt::NoBody, n_chars == 0 && !beside.is_pictured && !has_files),
        (Doubt::OnlyImages, n_chars == 0 && beside.is_pictured),
        (Doubt::OnlyAttachments, n_chars == 0 && !beside.is_pictured && has_files),
        (Doubt::PartOfArticle, beside.has_others),
        (Doubt::ShortBody, n_chars > 0 && n_chars < rules.min_body_chars),
        (Doubt::CutPage, is_cut(&decoded.text)),
        (Doubt::BadCharset, has_damage(decoded)),
        (Doubt::Unfilled, is_unfilled),
        (Doubt::LooksLikeListing, looks_like_listing(document, outline, beside.lines)),
        (Doubt::ErrorTitle, is_error),
        (Doubt::DeadSelector, has_dead_selector(document, rules)),
    ];
    let mut doubts: Vec<Doubt> = holds.into_iter().filter_map(|(doubt, holds)| holds.then_some(doubt)).collect();
    doubts.sort_unstable();
    doubts
}

/// Whether too many characters could not be decoded. Counting them all is left out where none was replaced.
fn has_damage(decoded: &Decoded) -> bool {
    decoded.n_replaced > 0 && decoded.n_replaced * REPLACED_IN > decoded.text.chars().count()
}

/// Whether the bytes surely end before the page does: within a tag, a comment or a script, or without any of the end
/// tags that its head promised.
fn is_cut(text: &str) -> bool {
    let text = text.trim_end();
    let Some(opened) = text.rfind('<') else { return false };
    let is_in_tag =
        !text[opened..].contains('>') && text[opened + 1..].starts_with(|c: char| c.is_ascii_alphabetic() || c == '/');
    let bytes = text.as_bytes();
    let has = |tags: &[&str]| {
        let is_it = |at: usize, tag: &&str| {
            bytes.get(at..at + tag.len()).is_some_and(|word| word.eq_ignore_ascii_case(tag.as_bytes()))
        };
        // The tags that end a page stand at its end.
        memchr::memchr_iter(b'<', bytes).rev().any(|at| tags.iter().any(|tag| is_it(at, tag)))
    };
    is_in_tag || (!has(&["</body", "</html"]) && has(&["<html"]) && has(&["<body"]))
}

/// Whether most of the body is links that lead to no file.
fn looks_like_listing(document: &Document, outline: &Outline<'_>, lines: &[usize]) -> bool {
    let lines = lines.iter().map(|&at| &outline.lines[at]);
    let (mut n_chars, mut n_link_chars, mut n_links) = (0, 0, 0);
    for line in lines {
        n_chars += line.n_chars;
        n_link_chars += line.n_link_chars;
        n_links += usize::from(line.is_links());
    }
    let n_files = document.attachments.len();
    let n_rows = document.blocks.iter().filter(|block| block.kind == BlockKind::Row).count();
    n_links > n_files + LISTING_LINES && n_link_chars * 2 > n_chars && n_links * 2 > n_rows
}

/// Whether the site names a selector for title or body that another rule had to stand in for.
fn has_dead_selector(document: &Document, rules: &ReadRules<'_>) -> bool {
    let Some(site) = rules.site else { return false };
    let is_dead = |is_named: bool, field: FieldName| {
        is_named && document.from.get(&field).is_none_or(|&origin| origin != Origin::Site)
    };
    is_dead(!site.title.is_empty(), FieldName::Title) || is_dead(!site.body.is_empty(), FieldName::Body)
}
