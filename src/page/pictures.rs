//! Bodies that are pictures: a scanned notice, a poster.
//!
//! In: outline, where the title ends. Out: whether pictures stand where the text should, and no text does. Never: a page
//! whose text could be read; badges, codes to scan and lines that decorate are no pictures of a body.

use std::sync::LazyLock;

use regex::Regex;

use super::anchor;
use super::containers;
use super::density::{self, Weights};
use super::outline::{Line, Outline, Shape};
use super::pattern;
use super::tree::Node;

/// Least width and height of a picture with words on it, in pixels, where the page states them.
const LEAST_SIDE: u32 = 120;

/// Names of pictures that belong to the template.
static DECORATION: LazyLock<Regex> = LazyLock::new(|| {
    let written = r"(?i)icon|ico[_.\d-]|logo|qr|ewm|erweima|weixin|wechat|weibo|share|print|close|line|dot|arrow|btn|button|bg|banner|spacer|blank|gongan|beian|jubao|red\.png|blue\.png|\.svg";
    pattern(written)
});

/// The element in which pictures and no text stand under the title, which ends before line `under`: the smallest one
/// that holds both, where right behind it comes what no body begins with.
pub(super) fn body(outline: &Outline<'_>, weights: &Weights, under: usize) -> Option<usize> {
    let title = under.checked_sub(1).and_then(|at| outline.lines.get(at))?;
    let pictures = || outline.images.iter().filter(|image| image.line >= under && is_picture(image.node));
    pictures().next()?;
    let shared = shared_with(outline, title.element);
    let common = pictures().map(|image| shared[image.element]).max()?;
    let whole = &outline.elements[common];
    if whole.is_page() {
        return None;
    }
    let end = whole.lines.end;
    let has_text = anchor::first_text(outline, weights, under).is_some_and(|at| at < end);
    let is_end = || match outline.lines.get(end) {
        None => true,
        Some(line) if line.shape == Shape::Heading => true,
        // Where they stand within lines of words they may be signs of the page's tools.
        Some(_) => {
            let is_sign = || pictures().filter(|image| image.line <= end).all(|image| image.is_within);
            anchor::is_seam(outline, end) && !has_text_behind(outline, weights, common, is_sign())
        }
    };
    (!has_text && is_end()).then_some(common)
}

/// Whether a text stands behind the tools of the page, in the element around that of title and pictures: in a known
/// container; where the pictures are signs, as sentences.
fn has_text_behind(outline: &Outline<'_>, weights: &Weights, head: usize, are_signs: bool) -> bool {
    /// Weight of a text: a sentence or two.
    const LEAST: f64 = 40.0;
    let tools = outline.elements[head].lines.end;
    let around = outline.elements[head].parent.map(|around| &outline.elements[around]);
    let Some(around) = around.filter(|around| !around.is_page()) else { return false };
    let Some(text) = anchor::found(outline, weights, tools).filter(|text| text.start < around.lines.end) else {
        return false;
    };
    let is_other = |line: &Line| line.shape == Shape::Heading;
    let is_held =
        || containers::candidates(outline).iter().any(|held| held.start >= tools && held.contains(&text.start));
    weights.of_lines(&text) >= LEAST
        && !outline.lines[tools..text.start].iter().any(is_other)
        && !density::stands_in_footer(outline, text.start)
        && outline.has_sentence(&text)
        && (is_held() || are_signs)
}

/// The element of the first pictures under the title with nothing to read between them: what a page whose body has no
/// words may have for one.
pub(super) fn first(outline: &Outline<'_>, under: usize) -> Option<usize> {
    let pictures = outline.images.iter().filter(|image| image.line >= under && !image.is_within);
    let mut pictures = pictures.filter(|image| is_picture(image.node));
    let first = pictures.next()?;
    let others = pictures.take_while(|image| image.line == first.line);
    let shared = shared_with(outline, first.element);
    // All of them stand around the first picture: the outermost holds every one.
    others.map(|image| shared[image.element]).chain([first.element]).min()
}

/// For each element the innermost one, itself included, that is `one` or stands around it: one pass for all pictures,
/// for each may stand as deep as a page may be nested.
fn shared_with(outline: &Outline<'_>, one: usize) -> Vec<usize> {
    let mut is_around = vec![false; outline.elements.len()];
    for at in outline.around(one) {
        is_around[at] = true;
    }
    let mut shared = vec![0; outline.elements.len()];
    for (at, element) in outline.elements.iter().enumerate() {
        shared[at] = if is_around[at] { at } else { element.parent.map_or(0, |parent| shared[parent]) };
    }
    shared
}

fn is_picture(node: Node<'_>) -> bool {
    let side = |name: &str| node.attr(name).and_then(|value| value.trim().trim_end_matches("px").parse::<u32>().ok());
    let is_small = ["width", "height"].iter().filter_map(|name| side(name)).any(|side| side < LEAST_SIDE);
    let source = || node.attr("src").or_else(|| node.attr("data-src"));
    node.name() == "img"
        && !is_small
        && source().is_some_and(|source| !source.is_empty() && !DECORATION.is_match(source))
}
