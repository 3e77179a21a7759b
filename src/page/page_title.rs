//! The visible title by what the page's `<title>` says: it is cut short, has the name of the site in it or nothing else,
//! or was written without the mark that the heading has.
//!
//! In: outline, the text of `<title>`. Out: the title as lines of the page show it. Never: a line of the text that the
//! title has too, such as the office that signs, before a heading that says more of it.

use std::ops::Range;

use super::chrome;
use super::labels;
use super::likeness;
use super::outline::{Outline, Shape};
use super::signed;
use super::title::{
    LONGEST, LONGEST_COLUMN, MOST_LINES, SHORTEST_HEADING, SHORTEST_PLAIN, SITE_NAME, bare, first_part, heading_before,
    is_marked, is_over_info, joined_heading, of_document, shows_info,
};

/// The visible title that `<title>` names: the lines it holds; where these are a part of it, a heading that is more like
/// it; where they may be a signature, the site or a column, the heading over date and source.
pub(super) fn shown(outline: &Outline<'_>, page_title: &str, body: usize) -> Option<String> {
    let named = first_part(page_title).map(|title| likeness::letters(&title)).unwrap_or_default();
    let held = in_page_title(outline, page_title);
    let n_held = held.as_ref().map_or(0, |held| likeness::letters(&held.text).chars().count());
    let is_most = |held: &Held| held.is_marked && n_held * 2 >= named.chars().count();
    if n_held < named.chars().count()
        && !held.as_ref().is_some_and(is_most)
        && let Some(heading) = most_like(outline, &named, n_held, body)
    {
        return Some(heading);
    }
    let held = held?;
    let is_office = signed::is_office(&held.text);
    // A page about an office has its name for a heading.
    let is_about = is_office && held.is_marked;
    // The site may have the name of an office, and the footer that name too.
    if is_office
        && !is_about
        && let Some(heading) = same(outline, &named, body)
    {
        return Some(heading);
    }
    let (is_column, is_office) = (held.text.chars().count() <= LONGEST_COLUMN && !is_about, is_office && !is_about);
    if !(is_column || is_office || named.is_empty()) || shows_info(outline, held.lines.end, 1) {
        return Some(held.text);
    }
    let near = || if named.is_empty() { heading_before(outline, body) } else { None };
    let of_document = || if is_office { of_document(page_title) } else { None };
    heading_over_info(outline, body).or_else(near).or_else(of_document).or(Some(held.text))
}

/// The heading above the body, marked or over date and source, that has more than `n_chars` characters of the title that is
/// named, and not much else: a mark such as 【失效】, a number or a word may be more, or stand otherwise. One that is all of
/// it, or most of it as it stands, goes before one that only begins and ends so.
fn most_like(outline: &Outline<'_>, named: &str, n_chars: usize, body: usize) -> Option<String> {
    let n_named = named.chars().count();
    let least = n_chars.max(SHORTEST_HEADING);
    let mut best = ((false, least), None);
    for (at, line) in outline.lines.iter().enumerate().take(body) {
        let may_be = !line.is_links() && line.shape != Shape::Row && line.n_chars <= LONGEST;
        if !may_be || likeness::of(&likeness::letters(&line.text), named) < SHORTEST_HEADING {
            continue;
        }
        let heading = if is_marked(outline, line) {
            joined_heading(outline, at)
        } else if shows_info(outline, at + 1, 1) && !signed::is_office(&line.text) {
            line.text.clone()
        } else {
            continue;
        };
        let letters = likeness::letters(&heading);
        let n_alike = likeness::of(&letters, named);
        let is_within = named.contains(&letters) || letters.contains(named);
        let rank = (is_within && n_alike * 2 >= n_named, n_alike);
        if n_alike > least && rank > best.0 && n_alike * 2 >= letters.chars().count() && !line.is_chrome() {
            best = (rank, Some(heading));
        }
    }
    best.1
}

/// The first heading above the body over date and source that is no column and no office, else the line right over them.
fn heading_over_info(outline: &Outline<'_>, body: usize) -> Option<String> {
    let is_title = |at: &usize| {
        let line = &outline.lines[*at];
        !line.is_links()
            && line.shape != Shape::Row
            && (LONGEST_COLUMN + 1..=LONGEST).contains(&line.n_chars)
            && (is_marked(outline, line) || shows_info(outline, *at + 1, 1))
            && is_over_info(outline, *at + 1)
            && !line.is_chrome()
            && !labels::is_info(&line.text)
            && !SITE_NAME.is_match(&line.text)
            && !signed::is_office(&line.text)
    };
    (0..body.min(outline.lines.len())).find(is_title).map(|at| joined_heading(outline, at))
}

/// The heading above the body that is what `<title>` begins with.
fn same(outline: &Outline<'_>, named: &str, body: usize) -> Option<String> {
    let is_same = |at: &usize| {
        let line = &outline.lines[*at];
        is_marked(outline, line) && !line.is_links() && likeness::letters(&joined_heading(outline, *at)) == named
    };
    let mut above = if named.chars().count() < SHORTEST_HEADING { 0..0 } else { 0..body.min(outline.lines.len()) };
    above.find(is_same).map(|at| joined_heading(outline, at))
}

/// Lines that `<title>` holds.
struct Held {
    n_chars: usize,
    text: String,
    lines: Range<usize>,
    /// Whether its first line is a heading by its element.
    is_marked: bool,
}

/// The longest run of lines that `<title>` holds.
fn in_page_title(outline: &Outline<'_>, page_title: &str) -> Option<Held> {
    let whole = bare(page_title);
    let mut best: Option<Held> = None;
    for at in 0..outline.lines.len() {
        let mut joined = String::new();
        let mut shown = String::new();
        for (n, line) in outline.lines[at..].iter().take(MOST_LINES).enumerate() {
            if line.is_links() || line.shape == Shape::Row || line.n_chars > LONGEST {
                break;
            }
            joined.push_str(&bare(&line.text));
            if !whole.contains(&joined) {
                break;
            }
            shown.push_str(&line.text);
            let least = if is_marked(outline, line) { SHORTEST_HEADING } else { SHORTEST_PLAIN };
            let n_chars = joined.chars().count();
            let is_longer = best.as_ref().is_none_or(|best| n_chars > best.n_chars);
            if n_chars >= least && is_longer && !SITE_NAME.is_match(&shown) && !chrome::is_chrome(&shown) {
                best = Some(Held {
                    n_chars,
                    text: shown.clone(),
                    lines: at..at + n + 1,
                    is_marked: is_marked(outline, &outline.lines[at]),
                });
            }
        }
    }
    best
}
