//! The name of a site in front of a title: `兴县人民政府网——关于印发办法的通知`.
//!
//! In: the title of a meta tag, the other tags, outline. Out: the title without that name. Never: a title cut that the
//! page shows whole, nor a subtitle taken for the title.

use super::meta_tags::Meta;
use super::outline::Outline;
use super::title::{SHORTEST_PLAIN, SITE_NAME, bare, is_marked, is_over_info, joined_end};

/// What stands between the two, the longest first.
const BETWEEN: [&str; 8] = ["——", "--", "—", "–", "－", "-", "_", "|"];

/// The title without what stands before the first mark, where that is the name of the site or the source, or of a site while
/// the rest is the headline of the page: 图解 is part of a title.
pub(super) fn without(outline: &Outline<'_>, meta: &Meta, title: String) -> String {
    let first = BETWEEN.iter().filter_map(|mark| title.split_once(mark)).min_by_key(|(front, _)| front.len());
    let Some((front, rest)) = first.map(|(front, rest)| (bare(front), rest.trim())) else { return title };
    if front.is_empty() || rest.chars().count() < SHORTEST_PLAIN || SITE_NAME.is_match(rest) {
        return title;
    }
    let names_site = || {
        let stated = ["sitename", "contentsource"].map(|name| meta.get(&[name]).map(|value| bare(&value)));
        stated.contains(&Some(front.clone()))
    };
    let is_own = || is_shown(outline, &bare(&title)) || is_begun(outline, &front);
    // Not 防护网, nor an office: whose paper it is stands there.
    let is_site = || ["网站", "政府网", "信息网", "资讯网", "官网", "门户"].iter().any(|end| front.ends_with(end));
    let is_other_title = || is_site() && is_headline(outline, &bare(rest), &front);
    let is_front = (names_site() && !is_own()) || is_other_title();
    if is_front { rest.to_owned() } else { title }
}

/// Whether lines of the page show a text.
fn is_shown(outline: &Outline<'_>, text: &str) -> bool {
    (0..outline.lines.len()).any(|at| joined_end(outline, at, text).is_some())
}

/// Whether a headline begins with a name and goes on, whatever mark stands between.
fn is_begun(outline: &Outline<'_>, front: &str) -> bool {
    let heads = |at: usize| is_marked(outline, &outline.lines[at]) || is_over_info(outline, at + 1);
    let goes_on = |at: usize| {
        let text = bare(&outline.lines[at].text);
        text.len() > front.len() && text.starts_with(front) && !outline.lines[at].is_links()
    };
    (0..outline.lines.len()).any(|at| goes_on(at) && heads(at))
}

/// Whether a text is the headline and no line begins with what stands in front of it.
fn is_headline(outline: &Outline<'_>, text: &str, front: &str) -> bool {
    let heads = |at: usize| {
        let end = joined_end(outline, at, text)?;
        (is_marked(outline, &outline.lines[at]) || is_over_info(outline, end)).then_some(())
    };
    (0..outline.lines.len()).any(|at| heads(at).is_some())
        && !outline.lines.iter().any(|line| !line.is_links() && bare(&line.text).starts_with(front))
}
