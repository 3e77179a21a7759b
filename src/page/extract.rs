//! Reads a report page. Stage: extract, between page kind and fingerprint.
//!
//! In: a parsed page and the rules of its site. Out: a [`Document`] without chrome, with its doubts. Order for each
//! field: the site's selectors, the family's, the State Council's meta tags, then automatic. Never: I/O, or a value
//! that the page does not state.

use std::ops::Range;

use url::Url;

use super::body::{self, Body, Place};
use super::decode::Decoded;
use super::density::{self, Weights};
use super::doubt::{self, Beside};
use super::letter::Letter;
use super::metadata::{Meta, Page};
use super::outline::{Line, Outline, Unseen};
use super::parts::{End, Next, Pager};
use super::seen::tidy;
use super::title::{self, IsMarked};
use super::tree::{Query, Selector, Tree};
use super::unhide::{self, Whole};
use super::{
    ReadRules, anchor, attachments, blocks, breadcrumb, front_name, images, labels, link, pictures, strip, subtitle,
};
use crate::config::ReportRule;
use crate::model::{Attachment, Block, BlockKind, Document, FieldName, Origin, PageKind};

/// Characters of prose that a page with a report surely shows.
const LEAST_SEEN: f64 = 50.0;

/// A report page as read.
#[derive(Debug)]
pub struct Reading {
    /// What it says.
    pub document: Document,
    /// The other pages of the article that begins on it, in order; mostly none.
    pub others: Vec<Url>,
    /// What it says of the end of that article.
    pub end: End,
    /// What tells where the article goes on that this is a further page of.
    pub pager: Pager,
    /// Lines at the ends of the body that were taken for chrome, in reading order.
    pub left_out: Vec<String>,
}

/// Reads a report page.
pub fn document(tree: &Tree, decoded: &Decoded, rules: &ReadRules<'_>) -> Document {
    reading(tree, decoded, rules).document
}

/// Reads a report page, and where its article goes on.
pub fn reading(tree: &Tree, decoded: &Decoded, rules: &ReadRules<'_>) -> Reading {
    reading_of(PageKind::Report, tree, decoded, rules)
}

/// The same of a page of another kind, which may say something as a report does.
pub(super) fn reading_of(kind: PageKind, tree: &Tree, decoded: &Decoded, rules: &ReadRules<'_>) -> Reading {
    let meta = Meta::of(tree);
    let (outline, weights) = outlined(tree, &meta, rules);
    let mut document = Document::default();
    let named = named_title(tree, &outline, &weights, &meta, rules);
    let shown = named.as_ref().and_then(|(title, _)| title::shown(&outline, title));
    let (title, origin) = named.unzip();
    document.title = title;
    document.from.extend(origin.map(|origin| (FieldName::Title, origin)));
    let below = shown.as_ref().filter(|(_, is_marked)| *is_marked == IsMarked::Yes).map_or(0, |(lines, _)| lines.end);
    let under = under(&outline, shown.as_ref(), document.title.as_deref());
    let (found, in_pictures) = found_body(tree, &outline, &weights, rules, Place { below, under, is_pictured: false });
    let lines = found.as_ref().map(|body| strip::lines(&outline, &weights, body, shown.as_ref())).unwrap_or_default();
    let base = rules.url.map(|url| link::base(tree, url));
    let ranges = found.as_ref().map_or(&[][..], |body| &body.ranges);
    let in_pictures = if lines.is_empty() { in_pictures.or_else(|| first_pictures(&outline, under[0])) } else { None };
    document.blocks = match in_pictures {
        Some((element, under)) => images::alone(&outline, element, under, base.as_ref()),
        None => blocks::of(&outline, ranges, &lines, base.as_ref()),
    };
    second_title(&mut document, &outline, shown.as_ref(), &lines);
    if let Some(Body { origin, .. }) = found.as_ref().filter(|_| !lines.is_empty()) {
        document.from.insert(FieldName::Body, *origin);
    }
    title_of_text(&mut document);
    // A body without words stands where one would begin: behind the line of date and source.
    let head = shown.as_ref().map_or(below, |(lines, _)| lines.end);
    let body = span(&lines, anchor::below_head(&outline, head), outline.lines.len());
    path(&mut document, &outline, &body, kind);
    let place = attachments::Place { title: shown.as_ref().map(|(lines, _)| lines), body: &body };
    files(&mut document, attachments::of(tree, (&outline, &weights), rules, &place));
    let pager = Pager::of(tree, &outline, &body, rules.url);
    let Next { urls: others, end } =
        rules.url.map_or(Next { urls: Vec::new(), end: End::Unsaid }, |url| pager.others(url));
    let title = shown.map_or(0..0, |(lines, _)| if lines.end <= body.start { lines } else { 0..0 });
    let (below_title, body) = (title.end, behind_info(&outline, ranges, &body)..body.end);
    Page { tree, outline: &outline, meta: &meta, rules, title, below_title, body }.fill(&mut document);
    let left = Beside { lines: &lines, is_pictured: in_pictures.is_some(), has_others: !others.is_empty() };
    document.doubts = doubt::of(&document, &outline, &left, decoded, rules);
    Reading { document, others, end, pager, left_out: left_out(&outline, ranges, &lines) }
}

/// Begins the text with the second title, where one stands above it.
fn second_title(
    document: &mut Document,
    outline: &Outline<'_>,
    shown: Option<&(Range<usize>, IsMarked)>,
    lines: &[usize],
) {
    let title = shown.zip(document.title.as_deref());
    if let Some(at) = title.and_then(|((title, _), text)| subtitle::of(outline, title.end, lines, text)) {
        let heading = Block::new(BlockKind::Heading, outline.lines[at].text.as_str());
        document.blocks.insert(0, Block { level: Some(1), ..heading });
    }
}

/// The title that a text begins with, where the page states none.
fn title_of_text(document: &mut Document) {
    if document.title.is_none() {
        document.title = title::at_head_of(document.blocks.iter().map(|block| block.text.as_str()));
        document.from.extend(document.title.iter().map(|_| (FieldName::Title, Origin::Auto)));
    }
}

/// The lines of a body that are not text of it.
fn left_out(outline: &Outline<'_>, ranges: &[Range<usize>], lines: &[usize]) -> Vec<String> {
    let all = ranges.iter().cloned().flatten();
    all.filter(|at| lines.binary_search(at).is_err()).map(|at| outline.lines[at].text.clone()).collect()
}

/// The element of the first pictures under the title, with the line under which they stand.
fn first_pictures(outline: &Outline<'_>, under: Option<usize>) -> Option<(usize, usize)> {
    Some((pictures::first(outline, under?)?, under?))
}

/// The body, and the element whose pictures are one, with the line under which they stand.
fn found_body(
    tree: &Tree,
    outline: &Outline<'_>,
    weights: &Weights,
    rules: &ReadRules<'_>,
    place: Place,
) -> (Option<Body>, Option<(usize, usize)>) {
    let in_pictures = || place.under[0].and_then(|under| Some((pictures::body(outline, weights, under)?, under)));
    if let Some(named) = body::named(tree, outline, rules) {
        // One without a word may be pictures too.
        let has_words = named.ranges.iter().any(|range| weights.of_lines(range) > 0.0);
        return (Some(named), if has_words { None } else { in_pictures() });
    }
    let in_pictures = in_pictures();
    let is_pictured = in_pictures.is_some();
    let found = body::found(outline, weights, Place { is_pictured, ..place })
        .or_else(|| body::found(outline, weights, Place { is_pictured, ..Place::default() }));
    (found, in_pictures)
}

/// The lines under which the body may begin: a title that is marked is sure, one that is not may be a link's text.
fn under(outline: &Outline<'_>, shown: Option<&(Range<usize>, IsMarked)>, title: Option<&str>) -> [Option<usize>; 2] {
    match shown {
        Some((lines, IsMarked::Yes)) => [Some(lines.end), None],
        Some((lines, IsMarked::No)) => [Some(lines.end), anchor::below_info(outline)],
        None => [anchor::below_parts(outline, title), None],
    }
}

/// The page as its readers see it; where they would see next to nothing, with what its scripts have yet to show.
fn outlined<'t>(tree: &'t Tree, meta: &Meta, rules: &ReadRules<'t>) -> (Outline<'t>, Weights) {
    let strip = stripped(rules);
    let outline = Outline::of(tree, &strip, Unseen::LeftOut);
    let weights = Weights::of(&outline);
    if weights.total() > LEAST_SEEN {
        return (outline, weights);
    }
    let all = Outline::of(tree, &strip, Unseen::Read);
    let all_weights = Weights::of(&all);
    let title = named_title(tree, &all, &all_weights, meta, rules).map(|(title, _)| title);
    let shown = |outline: &Outline<'_>| Some(title::shown(outline, title.as_deref()?)?.0);
    let under = shown(&outline).map_or(0, |lines| lines.end);
    let title = shown(&all);
    let opened = unhide::opened(&outline, under, &Whole { outline: &all, weights: &all_weights, title });
    let whole = Outline::of(tree, &strip, Unseen::Opened(opened));
    let whole_weights = Weights::of(&whole);
    let is_hidden_page = whole_weights.total() > weights.total() * 10.0 && whole_weights.total() > LEAST_SEEN * 4.0;
    if is_hidden_page { (whole, whole_weights) } else { (outline, weights) }
}

/// What the site and its family leave out wherever it stands.
fn stripped<'a>(rules: &ReadRules<'a>) -> Vec<&'a Selector> {
    let site = rules.site.map(|rule| rule.strip.iter()).into_iter().flatten();
    let family = rules.family.map(|family| family.report.strip.iter()).into_iter().flatten();
    site.chain(family).collect()
}

/// The first and the last line of the body; an empty range below the title where there is none.
fn span(lines: &[usize], below: usize, n_lines: usize) -> Range<usize> {
    match (lines.first(), lines.last()) {
        (Some(&first), Some(&last)) => first..last + 1,
        _ => below.min(n_lines)..below.min(n_lines),
    }
}

/// The first line of the text below date and source: a summary may stand over them.
fn behind_info(outline: &Outline<'_>, ranges: &[Range<usize>], body: &Range<usize>) -> usize {
    let is_info = |line: &Line| anchor::states_date(line) || labels::is_info(&line.text);
    match ranges {
        [first, text, ..] if text.end <= body.end && outline.lines[first.end..text.start].iter().any(is_info) => {
            text.start
        }
        _ => body.start,
    }
}

/// The breadcrumb. The page of a column is titled as the last step to it, which is a column none the less.
fn path(document: &mut Document, outline: &Outline<'_>, body: &Range<usize>, kind: PageKind) {
    let page = document.title.as_deref().filter(|_| kind != PageKind::Listing);
    document.breadcrumb = breadcrumb::of(outline, body.start, page);
    if !document.breadcrumb.is_empty() {
        document.from.insert(FieldName::Breadcrumb, Origin::Auto);
    }
}

/// The attachments.
fn files(document: &mut Document, (files, origin): (Vec<Attachment>, Origin)) {
    if !files.is_empty() {
        document.attachments = files;
        document.from.insert(FieldName::Attachments, origin);
    }
}

/// The title and the rule that gave it.
fn named_title(
    tree: &Tree,
    outline: &Outline<'_>,
    weights: &Weights,
    meta: &Meta,
    rules: &ReadRules<'_>,
) -> Option<(String, Origin)> {
    let first = |queries: &[Query]| {
        let titles = queries.iter().filter_map(|query| query.first(tree.root())).map(|title| tidy(&title));
        titles.into_iter().find(|title| !title.is_empty())
    };
    let of = |rule: &ReportRule| first(&rule.title);
    let site = rules.site.and_then(of).map(|title| (title, Origin::Site));
    site.or_else(|| rules.family.and_then(|family| of(&family.report)).map(|title| (title, Origin::Family)))
        .or_else(|| meta.title().map(|title| (front_name::without(outline, meta, title), Origin::Meta)))
        .or_else(|| Some((Letter::of(tree)?.title, Origin::Auto)))
        .or_else(|| {
            let whole = 0..outline.lines.len();
            let densest = || density::densest(outline, weights, &whole).map_or(0, |lines| lines.start);
            let body = anchor::below_info(outline).unwrap_or_else(densest);
            title::found(tree, outline, body).map(|title| (title, Origin::Auto))
        })
}

#[cfg(test)]
mod tests;
