//! The pictures of a body.
//!
//! In: the pictures of the page, the body's ranges and its lines. Out: those a reader would call part of the report,
//! with absolute URLs. Never: spacers, icons, buttons, the pictures of chrome.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;
use url::Url;

use super::link;
use super::outline::{Image, Outline};
use super::pattern;
use super::seen::tidy;
use super::tree::Node;
use crate::model::{Block, BlockKind};

/// Pictures with a side shorter than this, in CSS pixels, are spacers, bullets, emoticons and icons of file types.
const LEAST_SIDE: f64 = 32.0;

/// A picture written into the page in fewer characters than these is a spacer: one pixel takes about 80.
const LEAST_DATA: usize = 160;

/// Where pages that load pictures late keep the address; `src` then holds a stand-in.
const LATE: [&str; 4] = ["data-original", "data-src", "data-lazy-src", "data-echo"];

/// Where editors keep the address that they began with.
const EDITORS: [&str; 2] = ["oldsrc", "_src"];

/// Names of pictures that are no part of a report, wherever they stand.
static ICON: LazyLock<Regex> = LazyLock::new(|| {
    let written = concat!(
        r"(?i)filetype|/icons?/|icon[_-]|[_-]icon|/ico[_-]|sysimage|emoticon|emotion|smil(?:ey|ies)|/face/|spacer|blank\.(?:gif|png)|loading\.|",
        r"/share|qrcode|erweima|(?:^|[/_-])ewm|/print|logo\b|arrow|line\.gif|dot\.gif|transparent\.",
    );
    pattern(written)
});

/// A picture of the body.
pub(super) struct Placed {
    /// The line it stands before; the number of lines where it stands behind all of them.
    pub(super) before: usize,
    pub(super) block: Block,
}

/// The pictures of a body in reading order. `lines` are the lines of it that are text; between and beside them every
/// picture counts, beyond them none.
pub(super) fn of(outline: &Outline<'_>, ranges: &[Range<usize>], lines: &[usize], base: Option<&Url>) -> Vec<Placed> {
    let (Some(&first), Some(&last)) = (lines.first(), lines.last()) else { return Vec::new() };
    let mut placed = Vec::new();
    if outline.images.is_empty() {
        return placed;
    }
    // A selector may name each paragraph of a body: a picture between two of them stands in none.
    let (Some(from), Some(to)) = (ranges.first(), ranges.last()) else { return placed };
    let Some(around) = around(outline, &(from.start..to.end)) else { return placed };
    let is_inside = below(outline, around);
    let near = outline.images.iter().filter(|image| (first..=last + 1).contains(&image.line));
    let mut ranges = ranges.iter().peekable();
    for image in near.filter(|image| is_inside[image.element]) {
        while ranges.next_if(|range| range.end < image.line).is_some() {}
        // Not beside lines that stand between the ranges.
        if ranges.peek().is_some_and(|range| range.start <= image.line) {
            placed.extend(of_image(image, base));
        }
    }
    placed
}

/// The pictures of a body that is pictures: those inside an element from line `under` on, in reading order.
pub(super) fn alone(outline: &Outline<'_>, element: usize, under: usize, base: Option<&Url>) -> Vec<Block> {
    let is_inside = below(outline, element);
    let images = outline.images.iter().filter(|image| image.line >= under && is_inside[image.element]);
    images.filter_map(|image| of_image(image, base)).map(|placed| placed.block).collect()
}

/// For each element, whether it is this one or stands inside it.
fn below(outline: &Outline<'_>, around: usize) -> Vec<bool> {
    let mut is_below = vec![false; outline.elements.len()];
    for (at, element) in outline.elements.iter().enumerate().skip(around) {
        is_below[at] = at == around || element.parent.is_some_and(|parent| is_below[parent]);
    }
    is_below
}

fn of_image(image: &Image<'_>, base: Option<&Url>) -> Option<Placed> {
    let block = block(image.node, base)?;
    Some(Placed { before: image.line + usize::from(image.is_within), block })
}

/// The element that a range of lines is: the outermost that covers no line beside them, else the innermost around.
fn around(outline: &Outline<'_>, range: &Range<usize>) -> Option<usize> {
    let exact = outline.elements.iter().position(|element| element.lines == *range);
    let covers = |lines: &Range<usize>| lines.start <= range.start && range.end <= lines.end;
    exact.or_else(|| outline.elements.iter().rposition(|element| covers(&element.lines)))
}

/// A picture as a block; `None` for one that shows nothing.
fn block(node: Node<'_>, base: Option<&Url>) -> Option<Block> {
    let text = ["alt", "title"].iter().filter_map(|name| node.attr(name)).map(tidy).find(|text| !text.is_empty());
    let written = written(node)?;
    let is_data = written.get(..5).is_some_and(|scheme| scheme.eq_ignore_ascii_case("data:"));
    let is_tiny = ["width", "height"].iter().any(|side| length(node, side).is_some_and(|side| side < LEAST_SIDE));
    if is_tiny || (is_data && written.len() < LEAST_DATA) || (!is_data && ICON.is_match(written)) {
        return None;
    }
    let url = match base {
        Some(base) => link::resolve(written, base),
        None => Url::parse(written).ok().filter(|url| matches!(url.scheme(), "http" | "https")),
    };
    (is_data || url.is_some() || base.is_none())
        .then(|| Block { url, ..Block::new(BlockKind::Image, text.unwrap_or_default()) })
}

/// The address as written, of the picture itself and not of what stands in for it.
fn written(node: Node<'_>) -> Option<&str> {
    let of = |name: &&str| node.attr(name).map(str::trim).filter(|written| !written.is_empty());
    LATE.iter().find_map(of).or_else(|| of(&"src")).or_else(|| EDITORS.iter().find_map(of))
}

/// A side in CSS pixels, by the attribute or the style.
fn length(node: Node<'_>, side: &str) -> Option<f64> {
    let number = |text: &str| {
        let text = text.trim();
        let n_digits = text.bytes().take_while(|b| b.is_ascii_digit() || *b == b'.').count();
        let unit = text[n_digits..].trim_start();
        (unit.is_empty() || unit.starts_with("px")).then(|| text[..n_digits].parse().ok()).flatten()
    };
    let of_style = |style: &str| {
        let mut parts = style.split(';').filter_map(|part| part.split_once(':'));
        parts.find(|(name, _)| name.trim().eq_ignore_ascii_case(side)).and_then(|(_, value)| number(value))
    };
    node.attr("style").and_then(of_style).or_else(|| node.attr(side).and_then(number))
}
