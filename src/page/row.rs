//! One row of a listing: which of its links is the report, what it is called, when it is dated.
//!
//! In: the elements and texts of a row, in reading order. Out: an [`Entry`], or the sign that the row is broken.
//! Never: which rows there are.

use std::borrow::Cow;
use std::rc::Rc;
use std::sync::LazyLock;

use regex::Regex;
use url::Url;

use super::row_pieces::{Begun, Piece, Role, RowReader, Shown, Written, of_element};
use super::tree::{Node, collapse};
use super::{date, row_date, row_link};
use crate::model::{Entry, Stated, TEXT_FRAGMENT};

/// Fewest characters of a link that can be a title; shorter ones are tags, numbers, 详情.
pub(super) const SHORTEST_TITLE: usize = 4;

fn pattern(written: &str) -> Regex {
    Regex::new(written).expect("invariant: the pattern is valid")
}

/// Fewest characters of a text that names a row beside a summary.
const LEAST_NAME: usize = 8;

/// Texts behind a row's element that can still belong to it: its date, its source.
const MOST_TAIL_RUNS: usize = 12;

/// Links from which something is not a row but holds rows.
const MOST_ANCHORS: usize = 60;

/// A sign before a title that is drawn as text.
fn is_bullet(c: char) -> bool {
    matches!(c, '·' | '•' | '・' | '▪' | '■' | '◆' | '◇' | '●' | '○' | '★' | '☆' | '※' | '>' | '»')
}

/// Words of a link that leads to the report without naming it.
static BUTTON: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^[\[【(（<>》\s]*(?:点击)?(?:查看|阅读|浏览|更多|下载|打开)?(?:详细|详情|全文|原文|内容|更多|more)?[\]】)）<>»\s.…]*$",
    )
});

/// A row taken apart.
#[derive(Debug, Default)]
pub(super) struct Row<'t> {
    anchors: Vec<Anchor<'t>>,
    runs: Vec<Run>,
    /// Whether it holds template marks.
    pub(super) is_template: bool,
}

#[derive(Debug)]
struct Anchor<'t> {
    node: Node<'t>,
    url: Option<Rc<Url>>,
    /// Where its own runs begin, if it has any. They follow one another: within a link another one ends it, and what is
    /// behind that other one is in neither.
    first_run: usize,
}

/// A text between two tags.
#[derive(Debug)]
pub(super) struct Run {
    shown: Rc<Shown>,
    /// What stands before it.
    gap: Gap,
    /// The anchor around it.
    anchor: Option<usize>,
    /// The table cell it stands in, from 0.
    cell: usize,
    is_hidden: bool,
    /// Whether it stands in a heading within the row.
    is_heading: bool,
    /// Whether it stands behind the row's own element, before the next row.
    is_tail: bool,
}

/// What stands between two runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Gap {
    /// A tag alone: `<b>关于</b>印发`.
    None,
    /// White space.
    Space,
    /// The edge of a block.
    Block,
}

/// A row as read.
#[derive(Debug)]
pub(super) struct RowRead {
    /// The entry, where a link with a title was found.
    pub(super) entry: Option<Entry>,
    /// How many different pages it links to.
    pub(super) n_links: usize,
    /// Whether its date stands inside the row's own element.
    pub(super) has_own_date: bool,
    /// Whether it shows a date at all, link or not.
    pub(super) is_dated: bool,
    /// Title and date of a row that is dated and has no link.
    pub(super) unlinked: Option<Entry>,
}

/// Takes rows apart step by step.
pub(super) struct RowScan<'t, 'r> {
    reader: &'r RowReader<'r>,
    row: Row<'t>,
    n_hidden: usize,
    hidden: Vec<Node<'t>>,
    headings: Vec<Node<'t>>,
    anchor: Option<usize>,
    n_cells: usize,
    gap: Gap,
    is_inside: bool,
    is_tail: bool,
    n_tail: usize,
}

impl<'t, 'r> RowScan<'t, 'r> {
    pub(super) fn new(reader: &'r RowReader<'r>) -> Self {
        Self {
            reader,
            row: Row::default(),
            n_hidden: 0,
            hidden: Vec::new(),
            headings: Vec::new(),
            anchor: None,
            n_cells: 0,
            gap: Gap::None,
            is_inside: false,
            is_tail: false,
            n_tail: 0,
        }
    }

    /// What follows stands behind the row's element.
    pub(super) fn leave_row(&mut self) {
        self.is_tail = true;
    }

    pub(super) fn step(&mut self, piece: &Piece<'t>) {
        match piece {
            Piece::Begin(begun) => self.enter(begun),
            Piece::End(node, role) => self.leave(*node, *role),
            Piece::Text(written) if self.n_hidden == 0 => self.text(written),
            Piece::Text(_) => {}
        }
    }

    fn enter(&mut self, begun: &Begun<'t>) {
        match begun.role {
            Role::Unshown => self.n_hidden += 1,
            Role::Anchor if !self.is_tail => {
                self.anchor = Some(self.row.anchors.len());
                let target = begun.target.as_ref().filter(|target| !target.is_own_page);
                let (node, url) = (begun.node, target.map(|target| Rc::clone(&target.url)));
                self.row.anchors.push(Anchor { node, url, first_run: self.row.runs.len() });
            }
            // What is linked behind a row is another row, of whatever kind: what follows is not this row's.
            Role::Anchor => self.n_tail = MOST_TAIL_RUNS,
            Role::Cell => (self.n_cells, self.gap) = (self.n_cells + 1, Gap::Block),
            Role::HeadCell => self.n_cells += 1,
            Role::Block => self.gap = Gap::Block,
            Role::Inline => {}
        }
        // A row that is hidden as a whole waits for "show more"; what is hidden within a row is not part of it.
        if self.is_inside && begun.is_hidden {
            self.hidden.push(begun.node);
        }
        if self.is_inside && begun.is_heading {
            self.headings.push(begun.node);
        }
        self.is_inside = true;
    }

    fn leave(&mut self, node: Node<'t>, role: Role) {
        match role {
            Role::Cell | Role::Block => self.gap = Gap::Block,
            Role::Unshown => self.n_hidden = self.n_hidden.saturating_sub(1),
            Role::Anchor => self.anchor = None,
            Role::HeadCell | Role::Inline => {}
        }
        if self.hidden.last() == Some(&node) {
            self.hidden.pop();
        }
        if self.headings.last() == Some(&node) {
            self.headings.pop();
        }
    }

    fn text(&mut self, written: &Written) {
        if written.begins_with_space {
            self.gap = self.gap.max(Gap::Space);
        }
        let Some(shown) = &written.shown else { return };
        self.n_tail += usize::from(self.is_tail);
        if self.n_tail > MOST_TAIL_RUNS {
            return;
        }
        self.row.is_template |= shown.is_template;
        let (anchor, cell) = (self.anchor, self.n_cells.saturating_sub(1));
        let (is_hidden, is_heading) = (!self.hidden.is_empty(), !self.headings.is_empty());
        let (shown, gap, is_tail) = (Rc::clone(shown), self.gap, self.is_tail);
        self.row.runs.push(Run { shown, gap, anchor, cell, is_hidden, is_heading, is_tail });
        self.gap = if written.ends_with_space { Gap::Space } else { Gap::None };
    }

    pub(super) fn finish(mut self) -> Row<'t> {
        self.row.join_spread_dates(self.reader);
        self.row
    }
}

impl RowReader<'_> {
    /// Takes one element apart.
    pub(super) fn scan<'t>(&self, node: Node<'t>) -> Row<'t> {
        let mut scan = RowScan::new(self);
        of_element(node, self).for_each(|piece| scan.step(&piece));
        scan.finish()
    }
}

impl Run {
    fn text(&self) -> &str {
        &self.shown.text
    }

    fn is_date(&self) -> bool {
        self.shown.date.is_some()
    }
}

impl Row<'_> {
    /// `<b>19</b><i>2024-12</i>` and its three sisters become one dated run.
    fn join_spread_dates(&mut self, reader: &RowReader<'_>) {
        for second in 1..self.runs.len() {
            let (first, next) = (&self.runs[second - 1].shown, &self.runs[second].shown);
            if let Some(whole) = first.joined(next, reader) {
                self.runs[second].shown = Rc::new(Shown::taken(whole.date));
                self.runs[second - 1].shown = Rc::new(whole);
            }
        }
    }

    /// Takes away the date that stands behind everything else, if one does.
    pub(super) fn take_last_date(&mut self) -> Option<Run> {
        self.runs.pop_if(|run| run.is_tail && run.is_date())
    }

    /// Puts a date behind everything else.
    pub(super) fn put_date(&mut self, date: Option<Run>) {
        self.runs.extend(date);
    }

    /// Whether it shows nothing and links nowhere: a line between rows.
    pub(super) fn is_empty(&self) -> bool {
        self.anchors.is_empty() && self.runs.is_empty()
    }

    /// Makes an entry of it. `date_cell`: the table column that is headed 发布日期.
    pub(super) fn read(&self, reader: &RowReader<'_>, date_cell: Option<usize>) -> RowRead {
        if self.anchors.len() > MOST_ANCHORS {
            let n_links = self.anchors.len();
            return RowRead { entry: None, n_links, has_own_date: false, is_dated: false, unlinked: None };
        }
        let dated = self.dated(reader, date_cell);
        let mut urls: Vec<&Url> = self.anchors.iter().filter_map(|anchor| anchor.url.as_deref()).collect();
        urls.sort_unstable();
        urls.dedup();
        let entry = self.link().and_then(|(url, title)| {
            let (date, date_shown) = dated.clone().map_or((None, None), |(date, shown, _)| (Some(date), Some(shown)));
            (!title.is_empty()).then(|| Entry { url: url.clone(), title, date, date_shown })
        });
        let has_own_date = dated.as_ref().is_some_and(|(_, _, is_tail)| !is_tail);
        let (n_links, is_dated) = (urls.len(), dated.is_some());
        let unlinked = if entry.is_none() && is_dated { self.unlinked(reader, dated) } else { None };
        RowRead { entry, n_links, has_own_date, is_dated, unlinked }
    }

    /// A row that leads nowhere, by what it says: its address is the place of these words on the page.
    pub(super) fn unlinked(&self, reader: &RowReader<'_>, dated: Option<(Stated, String, bool)>) -> Option<Entry> {
        let is_dated = self.runs.iter().any(Run::is_date);
        let in_anchors = (0..self.anchors.len()).map(|at| self.title_of(at, is_dated).into_owned());
        let outside = bare(&self.longest_text(), is_dated).to_owned();
        let title =
            in_anchors.chain([outside]).filter(|title| is_title(title)).max_by_key(|title| title.chars().count())?;
        let mut url = reader.page.clone();
        // https://wicg.github.io/scroll-to-text-fragment/
        url.set_fragment(Some(&format!("{TEXT_FRAGMENT}{title}")));
        let (date, date_shown) = dated.map_or((None, None), |(date, shown, _)| (Some(date), Some(shown)));
        Some(Entry { url, title, date, date_shown })
    }

    /// The link to the report and its title.
    pub(super) fn link(&self) -> Option<(&Url, String)> {
        let is_dated = self.runs.iter().any(Run::is_date);
        let led = self.anchors.iter().enumerate().filter_map(|(at, anchor)| Some((at, anchor.url.as_deref()?)));
        let links: Vec<(&Url, Cow<'_, str>)> = led.map(|(at, url)| (url, self.title_of(at, is_dated))).collect();
        let longest = links.iter().rev().max_by_key(|(_, title)| title.chars().count())?;
        let chosen = row_link::of_report(&links, longest);
        // The same page may be linked by a picture, by its title and by a summary: the first text names it.
        let (url, title) = links.iter().find(|(url, title)| *url == chosen.0 && is_title(title)).unwrap_or(chosen);
        Some((url, if is_button(title) { self.name_beside() } else { title.to_string() }))
    }

    /// The title of an anchor: what is shown, or its `title` where what is shown was cut short or is a picture. `is_dated`:
    /// whether the row has a date of its own.
    fn title_of(&self, anchor: usize, is_dated: bool) -> Cow<'_, str> {
        let shown = match self.shown_of(anchor) {
            Cow::Borrowed(shown) => Cow::Borrowed(bare(shown, is_dated)),
            Cow::Owned(shown) => Cow::Owned(bare(&shown, is_dated).to_owned()),
        };
        let full = self.anchors[anchor].node.attr("title").unwrap_or_default();
        if full == shown {
            return shown;
        }
        let full = collapse(full);
        if is_fuller(&full, &shown) { Cow::Owned(full) } else { shown }
    }

    /// What an anchor shows: the first of its lines that can be a title, or all of them.
    fn shown_of(&self, anchor: usize) -> Cow<'_, str> {
        let own = self.runs.iter().skip(self.anchors[anchor].first_run).take_while(|run| run.anchor == Some(anchor));
        let mut own = own.filter(|run| !run.is_date() && !run.is_hidden);
        let mut lines: Vec<Cow<'_, str>> = Vec::from_iter(own.next().map(|run| Cow::Borrowed(run.text())));
        for run in own {
            match lines.last_mut() {
                Some(line) if run.gap < Gap::Block => {
                    let line = line.to_mut();
                    line.push_str(if run.gap == Gap::Space { " " } else { "" });
                    line.push_str(run.text());
                }
                _ => lines.push(Cow::Borrowed(run.text())),
            }
        }
        let title = lines.iter().position(|line| is_title(line));
        match title.or((lines.len() == 1).then_some(0)) {
            Some(at) => lines.swap_remove(at),
            None => Cow::Owned(lines.concat()),
        }
    }

    /// What a row is called whose link does not name it: its heading; a text that is no summary; the longest.
    fn name_beside(&self) -> String {
        let is_name = |run: &&Run| {
            !run.is_date() && !run.is_hidden && !run.is_tail && run.anchor.is_none() && is_title(run.text())
        };
        let longest = self.longest_text();
        let is_short = |run: &&Run| run.text().chars().nth(LEAST_NAME - 1).is_some() && !is_summary(run.text());
        let headed = || self.runs.iter().filter(|run| run.is_heading).find(is_name);
        let unsaid = || self.runs.iter().filter(is_name).find(is_short).filter(|_| is_summary(&longest));
        headed().or_else(unsaid).map_or(longest, |run| run.text().to_owned())
    }

    fn longest_text(&self) -> String {
        let texts = self.runs.iter().filter(|run| !run.is_date() && !run.is_hidden && run.anchor.is_none());
        texts.max_by_key(|run| run.text().chars().count()).map(|run| run.text().to_owned()).unwrap_or_default()
    }

    /// The date that is said to be the one of publication, by its own text or by the text before it.
    fn labelled(&self) -> Option<&Run> {
        let is_label = |run: &Run| ["发布", "公开日", "公开时", "公布"].iter().any(|label| run.text().contains(label));
        let is_shown = |run: &Run| run.is_date() && !run.is_hidden && !run.text().is_empty();
        let in_itself = self.runs.iter().find(|run| is_shown(run) && is_label(run));
        in_itself.or_else(|| {
            let mut pairs = self.runs.windows(2);
            let is_pair = |pair: &&[Run]| is_shown(&pair[1]) && pair[0].anchor.is_none() && is_label(&pair[0]);
            pairs.find(is_pair).map(|pair| &pair[1])
        })
    }

    /// The day of publication that a line with other words or other days names.
    fn published(&self, reader: &RowReader<'_>) -> Option<(Stated, String, bool)> {
        let lines = self.runs.iter().filter(|run| run.anchor.is_none() && !run.is_hidden && !run.is_date());
        lines.filter(|run| run.text().contains(['发', '公'])).find_map(|run| {
            let (stated, shown) = row_date::published(run.text(), reader.zone)?;
            Some((stated, shown, run.is_tail))
        })
    }

    /// The row's date, as shown, and whether it stands behind the row's element.
    pub(super) fn dated(&self, reader: &RowReader<'_>, date_cell: Option<usize>) -> Option<(Stated, String, bool)> {
        let give = |run: &Run| Some((run.shown.date?, run.text().to_owned(), run.is_tail));
        let dates = || self.runs.iter().filter(|run| run.is_date() && !run.text().is_empty());
        let in_column = date_cell.and_then(|cell| dates().find(|run| run.cell == cell && !run.is_hidden));
        let labelled = in_column.or_else(|| self.labelled());
        if labelled.is_none()
            && let Some(published) = self.published(reader)
        {
            return Some(published);
        }
        let alone = labelled
            .or_else(|| dates().find(|run| !run.is_hidden && run.anchor.is_none()))
            .or_else(|| dates().find(|run| !run.is_hidden))
            .or_else(|| dates().next());
        alone.and_then(give).or_else(|| {
            // In a line with other words, outside of the title first.
            let outside = self.runs.iter().filter(|run| run.anchor.is_none() && !run.is_hidden);
            let is_line = |run: &&Run| run.shown.is_dated_line;
            let at_end = |run: &&Run| run.shown.is_dated_at_end;
            let run = outside.clone().find(is_line).or_else(|| self.runs.iter().rfind(at_end))?;
            let found = date::find(run.text(), reader.zone, None)?;
            Some((found.stated, run.text()[found.at].to_owned(), run.is_tail))
        })
    }
}

/// A title without a bullet before it, and without the date behind it where that is the row's only one.
fn bare(shown: &str, is_dated: bool) -> &str {
    let shown = if is_dated { shown } else { row_date::without(shown) };
    shown.trim_start_matches(|c: char| is_bullet(c) || c.is_whitespace())
}

fn is_title(text: &str) -> bool {
    text.chars().nth(SHORTEST_TITLE - 1).is_some() && !is_button(text)
}

/// Whether a text is sentences, or a field with its label.
fn is_summary(text: &str) -> bool {
    text.contains(['。', '：', ':']) || text.ends_with(['…', '.', '；'])
}

/// Whether a link leads to the report without naming it.
fn is_button(text: &str) -> bool {
    let is_open = |c| matches!(c, '[' | '【' | '(' | '（' | '<' | '>' | '》');
    let first = text.chars().find(|&c| !c.is_whitespace() && !is_open(c));
    // What its words begin with, and what stands behind where it has none: most titles begin otherwise.
    let may_be = first.is_none_or(|first| {
        matches!(first, '点' | '查' | '阅' | '浏' | '更' | '下' | '打' | '详' | '全' | '原' | '内' | 'm')
            || matches!(first, ']' | '】' | ')' | '）' | '»' | '…' | '.')
    });
    may_be && BUTTON.is_match(text)
}

/// Whether an anchor's `title` attribute says more than its text: the text is empty, a beginning of it, or the
/// attribute with a date or a tag around it.
fn is_fuller(full: &str, shown: &str) -> bool {
    if full.is_empty() || full == shown {
        return false;
    }
    let letters = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
    let (full, shown) = (letters(full), letters(shown));
    let stem = shown.trim_end_matches(['.', '…', '⋯', '·', '．']);
    stem.is_empty() || full.starts_with(stem) || (shown.contains(&full) && full.chars().count() >= SHORTEST_TITLE)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// What the pattern is not asked of is none of its words.
        #[test]
        fn a_button_is_what_the_pattern_says(
            text in "[\\[【(（<>《》\\]】)）»…. 　关]{0,2}(点击)?(查看|阅读|浏览|更多|下载|打开|查)?(详细|详情|全文|原文|内容|更多|more|M|文)?[\\[【(（<>《》\\]】)）»….\\s通]{0,2}"
        ) {
            prop_assert_eq!(is_button(&text), BUTTON.is_match(&text));
        }
    }
}
