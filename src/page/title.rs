//! The title, and the line of the page that shows it.
//!
//! In: outline, tree, meta tags. Out: the title in one line; where it stands. Never: the site's name as a title.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::meta_tags::Meta;
use super::outline::{Line, Outline, Shape};
use super::pattern;
use super::seen::tidy;
use super::tree::{Query, Tree, visible_text};
use super::{anchor, chrome, closing, doc_no, labels, likeness, numeral, page_title, signed, stated_title};

/// A title may be shown in so many lines.
pub(super) const MOST_LINES: usize = 4;

/// Longest title, in characters.
pub(super) const LONGEST: usize = 200;

/// Shortest text that may be a title without being marked as a heading.
pub(super) const SHORTEST_PLAIN: usize = 6;

/// Shortest heading that may be a title.
pub(super) const SHORTEST_HEADING: usize = 4;

static TITLE_NAME: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?i)title|biaoti|headline|(?:^|[\s_-])(?:tit|bt)(?:$|[\s_\d-])"));

/// Most lines between a title and its body: subtitle, date, source, counters, tools.
const LINES_BEFORE_BODY: usize = 40;

/// Most lines between a title and the line that states its date.
const LINES_OVER_INFO: usize = 3;

/// Longest line, in characters, of a title that stands in the body.
const LONGEST_HEAD_LINE: usize = 60;

/// Longest name of a column between a title and the name of its site, in characters: 通知公告, 政府信息公开.
pub(super) const LONGEST_COLUMN: usize = 6;

static DOCUMENT_NAME: LazyLock<Regex> = LazyLock::new(|| {
    let written = concat!(
        r"(?:报告|通知|公告|通告|决议|决定|意见|办法|规定|方案|批复|令|函|细则|条例|公示|公报|计划|总结|要点|规划|制度|预案|指南|",
        r"年报|情况|答复|名单|说明)(?:[（(].{1,20}[）)])?$",
    );
    pattern(written)
});

/// What stands between the title of a report and the name of its site.
static SEPARATOR: LazyLock<Regex> = LazyLock::new(|| pattern(r"_+|\||｜|\s+[-－–—]+\s*|\s*[-－–—]+\s+|--+|——"));

pub(super) static SITE_NAME: LazyLock<Regex> = LazyLock::new(|| {
    let written = concat!(
        r"^.{0,30}(?:门户网站|政府网站?|人民政府|官方网站|官网|网站|委员会|信息网|资讯网|采购网|公开网|政务网|信息公开(?:平台|目录)?|首页|",
        r"正文|内容|详情页?)$|^(?:信息|文章|内容|新闻)?详[细情](?:信息|页面?)?$|^(?:正文|内容|文章|信息)页面?$",
    );
    pattern(written)
});

/// Text without white space and with one form of brackets, for comparison.
pub(super) fn bare(text: &str) -> String {
    let fold = |c: char| match c {
        '(' => '（',
        ')' => '）',
        c => c,
    };
    text.chars().filter(|c| !c.is_whitespace()).map(fold).collect()
}

/// Whether a line is marked as a heading by its element or by the name of one around it.
pub(super) fn is_marked(outline: &Outline<'_>, line: &Line) -> bool {
    let is_named = |at: usize| {
        let node = outline.elements[at].node;
        let named = |name: &str| node.attr(name).is_some_and(|value| TITLE_NAME.is_match(value));
        node.name() == "ucaptitle" || named("class") || named("id")
    };
    line.shape == Shape::Heading || outline.around(line.element).take(2).any(is_named)
}

/// A title written in a meta tag: markup removed, entities read.
pub(super) fn of_meta(content: &str) -> Option<String> {
    let text = if content.contains('<') || content.contains('&') {
        Tree::parse_fragment(content).map(|tree| visible_text(tree.root())).unwrap_or_default()
    } else {
        content.to_owned()
    };
    let text = tidy(&text);
    (!text.is_empty() && !text.contains("{{") && !SITE_NAME.is_match(&text)).then_some(text)
}

/// The lines that show a title: the first ones marked as a heading, else the first ones; links, breadcrumbs and chrome aside.
pub(super) fn shown(outline: &Outline<'_>, title: &str) -> Option<(Range<usize>, IsMarked)> {
    let wanted = bare(title);
    if wanted.is_empty() {
        return None;
    }
    let mut plain = None;
    for at in 0..outline.lines.len() {
        let Some(end) = joined_end(outline, at, &wanted) else { continue };
        if is_marked(outline, &outline.lines[at]) || is_over_info(outline, end) {
            return Some((at..end, IsMarked::Yes));
        }
        plain.get_or_insert((at..end, IsMarked::No));
    }
    plain.or_else(|| part(outline, &wanted))
}

/// Whether date and source stand in the line at `end` or the one after it, as they do under a title.
pub(super) fn is_over_info(outline: &Outline<'_>, end: usize) -> bool {
    shows_info(outline, end, 2)
}

/// Whether date and source stand in one of so many lines from `end` on.
pub(super) fn shows_info(outline: &Outline<'_>, end: usize, n_lines: usize) -> bool {
    let under = outline.lines.get(end..).unwrap_or_default().iter().take(n_lines);
    let mut short = under.take_while(|line| line.n_chars <= LONGEST && line.shape != Shape::Row);
    short.any(|line| {
        let has_figure = || line.text.contains(|c: char| c.is_ascii_digit()) || numeral::day(&line.text).is_some();
        labels::is_info(&line.text) && has_figure()
    })
}

/// Whether the lines of a title are marked as a heading.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum IsMarked {
    /// By element, class or id, or by the line of date and source under it.
    Yes,
    /// A line like any other; it may be the first of the body.
    No,
}

/// The end of the lines from `at` on that together are the text wanted, which is bare.
pub(super) fn joined_end(outline: &Outline<'_>, at: usize, wanted: &str) -> Option<usize> {
    let mut rest = wanted;
    for (n, line) in outline.lines[at..].iter().take(MOST_LINES).enumerate() {
        if line.is_links() || line.shape == Shape::Row {
            return None;
        }
        rest = rest.strip_prefix(bare(&line.text).as_str())?;
        if rest.is_empty() {
            return Some(at + n + 1);
        }
    }
    None
}

/// A marked line that is most of the title, or of which the title is most: a subtitle or a number is apart.
fn part(outline: &Outline<'_>, wanted: &str) -> Option<(Range<usize>, IsMarked)> {
    let n_wanted = wanted.chars().count();
    let is_most = |line: &Line| {
        if line.is_links() || line.n_chars > LONGEST || line.shape == Shape::Row {
            return false;
        }
        let text = bare(&line.text);
        let (short, long) = (line.n_chars.min(n_wanted), line.n_chars.max(n_wanted));
        short >= SHORTEST_PLAIN && short * 2 >= long && (wanted.contains(&text) || text.contains(wanted))
    };
    let found = outline.lines.iter().position(|line| is_most(line) && is_marked(outline, line))?;
    Some((found..found + 1, IsMarked::Yes))
}

/// The title without meta tags: the visible lines that the page's `<title>` names, else a heading near `body`, else the
/// first part of `<title>`.
pub(super) fn found(tree: &Tree, outline: &Outline<'_>, body: usize) -> Option<String> {
    let page_title = Query::parse("title").ok().and_then(|query| query.first(tree.root())).map(|text| tidy(&text));
    let page_title = page_title.map(|text| text.chars().take(LONGEST * 2).collect::<String>());
    let page_title = page_title.filter(|text| !text.contains("{{")).unwrap_or_default();
    let cut = Meta::of(tree).cut_title();
    let cut = cut.or_else(|| first_part(&page_title).filter(|title| stem(title).is_some()));
    let shown = cut.as_deref().and_then(|cut| whole(outline, cut));
    let shown = shown.or_else(|| page_title::shown(outline, &page_title, body));
    let is_other = |stated: &String| shown.as_ref().is_none_or(|shown| !is_most_of(shown, stated));
    let stated = stated_title::of(outline, &page_title).filter(is_other);
    let found = stated.or(shown).or_else(|| heading_before(outline, body));
    let short = || short_heading(outline, &page_title);
    match found {
        Some(title) if signed::is_office(&title) => short().or(Some(title)),
        Some(title) => Some(title),
        None => short().or_else(|| first_part(&page_title)).or(cut),
    }
}

/// Whether a title holds most of another.
fn is_most_of(shown: &str, stated: &str) -> bool {
    let (shown, stated) = (likeness::letters(shown), likeness::letters(stated));
    likeness::of(&shown, &stated) * 2 >= stated.chars().count()
}

/// A first heading as short as 公示 or 名单, where `<title>` is the same, or names no more than an office: a short word
/// alone may be anything.
fn short_heading(outline: &Outline<'_>, page_title: &str) -> Option<String> {
    let is_office = || first_part(page_title).is_none_or(|title| signed::is_office(&title));
    let names_office = !page_title.is_empty() && is_office();
    let is_title = |at: &usize| {
        let line = &outline.lines[*at];
        let is_first = outline.elements[line.element].node.name() == "h1";
        let is_document = || DOCUMENT_NAME.is_match(&line.text);
        let is_over_info = || is_over_info(outline, at + 1);
        let is_marked = || is_first || (is_over_info() && is_marked(outline, line));
        let heads_page = || (is_document() && is_marked()) || (is_first && is_over_info());
        (2..SHORTEST_HEADING).contains(&line.n_chars)
            && ((is_first && line.text == page_title) || (names_office && heads_page()))
            && !line.is_links()
            && !line.is_chrome()
            && !SITE_NAME.is_match(&line.text)
    };
    (0..outline.lines.len()).find(is_title).map(|at| outline.lines[at].text.clone())
}

/// The title without the dots that cut it short; `None` where it is whole.
pub(super) fn stem(title: &str) -> Option<&str> {
    let stem = title.trim_end_matches(['…', '.', '．', '。', ' ']);
    let dots = &title[stem.len()..];
    let is_cut = dots.contains('…') || dots.matches(['.', '．', '。']).count() >= 3;
    (is_cut && stem.chars().count() >= SHORTEST_HEADING).then_some(stem)
}

/// The first marked lines, else the first line, that begin with a title cut short and go on.
fn whole(outline: &Outline<'_>, cut: &str) -> Option<String> {
    let stem = bare(stem(cut)?);
    let goes_on = |line: &&Line| {
        let text = bare(&line.text);
        !line.is_links()
            && line.shape != Shape::Row
            && line.n_chars <= LONGEST
            && text.starts_with(&stem)
            && self::stem(&line.text).is_none()
    };
    let mut lines = outline.lines.iter().enumerate().filter(|(_, line)| goes_on(line));
    let found = lines.clone().find(|(_, line)| is_marked(outline, line)).or_else(|| lines.next());
    found.map(|(at, _)| joined_heading(outline, at))
}

/// The lines of the heading that a line begins: one element, in which a break divides the title.
pub(super) fn joined_heading(outline: &Outline<'_>, at: usize) -> String {
    let line = &outline.lines[at];
    let is_title = |&element: &usize| {
        let lines = &outline.elements[element].lines;
        lines.start <= at && (2..=MOST_LINES).contains(&lines.len()) && is_heading_element(outline, element)
    };
    let heading = outline.around(line.element).take(3).find(is_title);
    let lines = heading.map_or(at..at + 1, |element| outline.elements[element].lines.clone());
    let parts: Vec<&Line> = outline.lines[lines].iter().collect();
    let is_title = |part: &&Line| {
        !part.is_links() && part.shape != Shape::Row && !labels::is_info(&part.text) && !part.is_chrome()
    };
    if !parts.iter().all(is_title) {
        return line.text.clone();
    }
    parts.iter().map(|part| part.text.as_str()).collect()
}

/// Whether an element is a heading by its own name, class or id.
fn is_heading_element(outline: &Outline<'_>, element: usize) -> bool {
    let node = outline.elements[element].node;
    let named = |name: &str| node.attr(name).is_some_and(|value| TITLE_NAME.is_match(value));
    matches!(node.name(), "h1" | "h2" | "h3" | "ucaptitle") || named("class") || named("id")
}

/// The marked line nearest before the body, a first or second heading before a smaller one; else the line over the
/// one that states date and source.
pub(super) fn heading_before(outline: &Outline<'_>, body: usize) -> Option<String> {
    let may_be = |line: &Line, shortest: usize| {
        !line.is_links()
            && line.shape != Shape::Row
            && (shortest..=LONGEST).contains(&line.n_chars)
            && !line.is_chrome()
            && !chrome::is_related(&line.text)
            && !labels::is_info(&line.text)
            && !SITE_NAME.is_match(&line.text)
    };
    let end = outline.lines.len().min(body + 2);
    let first = end.saturating_sub(LINES_BEFORE_BODY);
    let near = &outline.lines[first..end];
    let is_small = |line: &Line| matches!(outline.elements[line.element].node.name(), "h3" | "h4" | "h5" | "h6");
    let marked = || (0..near.len()).filter(|&at| may_be(&near[at], SHORTEST_PLAIN) && is_marked(outline, &near[at]));
    let title = marked().rfind(|&at| !is_small(&near[at])).or_else(|| marked().next_back());
    let title = title.map(|at| joined_heading(outline, first + at));
    let over_info = || {
        let info = near.iter().rposition(anchor::states_date)?;
        let over = &near[info.saturating_sub(LINES_OVER_INFO)..info];
        // Date and source may stand behind the text: over them are sentences of it, or the day that closes it.
        let is_text = |line: &Line| line.text.ends_with(['。', '；', '：']) && stem(&line.text).is_none();
        let is_behind =
            over.iter().filter(|line| is_text(line)).count() > 1 || over.last().is_some_and(closing::is_lone_day);
        let may_be = |line: &&Line| may_be(line, SHORTEST_HEADING) && !is_text(line) && !is_behind;
        over.iter().rfind(may_be).map(|line| line.text.clone())
    };
    title.or_else(over_info)
}

/// The first lines of a body that together are named like a document: ...的通知, ...工作报告.
pub(super) fn at_head_of<'l>(lines: impl Iterator<Item = &'l str>) -> Option<String> {
    let mut title = String::new();
    for line in lines.take(MOST_LINES) {
        if line.chars().count() > LONGEST_HEAD_LINE || line.contains(['。', '：', ':', '；', '\t']) {
            return None;
        }
        if doc_no::at_head(std::iter::once(line)).is_some() {
            continue;
        }
        title.push_str(line);
        if DOCUMENT_NAME.is_match(&title) {
            return (title.chars().count() >= SHORTEST_PLAIN).then_some(title);
        }
    }
    None
}

/// The name of a paper that a page's `<title>` begins with: ...的通知, ...的答复.
pub(super) fn of_document(page_title: &str) -> Option<String> {
    let page_title: String = page_title.chars().take(LONGEST * 2).collect();
    first_part(&page_title).filter(|title| title.chars().count() >= SHORTEST_PLAIN && DOCUMENT_NAME.is_match(title))
}

pub(super) fn first_part(page_title: &str) -> Option<String> {
    let is_title = |part: &&str| part.chars().count() >= SHORTEST_HEADING && !SITE_NAME.is_match(part);
    let mut parts = SEPARATOR.split(page_title).map(|part| without_site(part.trim()));
    parts.find(is_title).map(str::to_owned)
}

/// A title without the name of its site at a bare hyphen, and without that of its column between them; a hyphen that has
/// no site beside it belongs to the title: 2021-2025年.
fn without_site(part: &str) -> &str {
    let is_site = |part: &str| SITE_NAME.is_match(part.trim());
    if let Some((_, title)) = part.split_once('-').filter(|(site, _)| is_site(site)) {
        return title.trim();
    }
    let Some((mut title, _)) = part.rsplit_once('-').filter(|(_, site)| is_site(site)) else { return part };
    while let Some((before, column)) = title.rsplit_once('-') {
        let is_column = (1..=LONGEST_COLUMN).contains(&column.trim().chars().count());
        if !is_column || before.trim().chars().count() < SHORTEST_PLAIN {
            break;
        }
        title = before;
    }
    title.trim()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hyphen_parts_a_title_from_the_name_of_its_site_and_from_nothing_else() {
        for (page_title, title) in [
            ("2021-2025年法治政府建设规划_兴县人民政府", "2021-2025年法治政府建设规划"),
            ("2021-2025年法治政府建设规划-兴县人民政府", "2021-2025年法治政府建设规划"),
            ("关于印发细则的通知-通知公告-兴县人民政府门户网站", "关于印发细则的通知"),
            ("关于印发细则的通知-兴县人民政府", "关于印发细则的通知"),
            ("国道339线-兴县公路改造公示", "国道339线-兴县公路改造公示"),
            ("兴县人民政府-关于印发细则的通知", "关于印发细则的通知"),
            ("关于COVID-19防控的通告 - 兴县人民政府", "关于COVID-19防控的通告"),
        ] {
            assert_eq!(first_part(page_title).as_deref(), Some(title), "{page_title}");
        }
    }
}
