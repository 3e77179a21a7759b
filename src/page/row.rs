//! One row of a listing: which of its links is the report, what it is called, when it is dated.
//!
//! In: the elements and texts of a row, in reading order. Out: an [`Entry`], or the sign that the row is broken.
//! Never: which rows there are.

use std::sync::LazyLock;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use regex::Regex;
use url::Url;

use super::tree::{HIDDEN_ELEMENTS, Node, Step, collapse};
use super::{date, link, row_date};
use crate::model::{Entry, Stated};

/// Fewest characters of a link that can be a title; shorter ones are tags, numbers, 详情.
const SHORTEST_TITLE: usize = 4;

fn pattern(written: &str) -> Regex {
    Regex::new(written).expect("invariant: the pattern is valid")
}

/// Texts behind a row's element that can still belong to it: its date, its source.
const MOST_TAIL_RUNS: usize = 12;

/// Longest text outside of links in which a date is the row's: `发布时间：2026-07-10 09:30 来源：县司法局`; a longer one is a
/// summary that speaks of some day.
const LONGEST_LINE_BYTES: usize = 120;

/// Links from which something is not a row but holds rows.
const MOST_ANCHORS: usize = 60;

/// Elements that begin a line of their own within a link: a heading over a summary.
const BLOCKS: [&str; 12] = ["div", "p", "h1", "h2", "h3", "h4", "h5", "h6", "li", "dt", "dd", "td"];

/// Signs before a title that are drawn as text.
const BULLETS: &str = "·•・▪■◆◇●○★☆※>»";

/// Words of a link that leads to the report without naming it.
static BUTTON: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^[\[【(（<>》\s]*(?:点击)?(?:查看|阅读|浏览|更多|下载|打开)?(?:详细|详情|全文|原文|内容|更多|more)?[\]】)）<>»\s.…]*$",
    )
});

/// What a reading of rows knows of its page.
pub(super) struct RowReader<'a> {
    /// What links are relative to.
    pub(super) base: &'a Url,
    /// The page itself, which is never an entry of its own.
    pub(super) page: &'a Url,
    /// The zone of its dates.
    pub(super) zone: &'a TimeZone,
    /// The day that dates without a year are nearest to.
    pub(super) today: Date,
}

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
    url: Option<Url>,
}

/// A text between two tags.
#[derive(Debug)]
pub(super) struct Run {
    text: String,
    /// What stands before it.
    gap: Gap,
    /// The anchor around it.
    anchor: Option<usize>,
    /// The table cell it stands in, from 0.
    cell: usize,
    is_hidden: bool,
    /// Whether it stands behind the row's own element, before the next row.
    is_tail: bool,
    date: Option<Stated>,
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
}

/// Takes rows apart step by step.
pub(super) struct RowScan<'t, 'r> {
    reader: &'r RowReader<'r>,
    row: Row<'t>,
    n_hidden: usize,
    hidden: Vec<Node<'t>>,
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

    pub(super) fn step(&mut self, step: Step<'t>) {
        match step {
            Step::Enter(node) => self.enter(node),
            Step::Leave(node) => self.leave(node),
            Step::Text(text) if self.n_hidden == 0 => self.text(text),
            Step::Text(_) | Step::Comment(_) => {}
        }
    }

    fn enter(&mut self, node: Node<'t>) {
        if BLOCKS.contains(&node.name()) {
            self.gap = Gap::Block;
        }
        match node.name() {
            name if HIDDEN_ELEMENTS.contains(&name) => self.n_hidden += 1,
            "a" if !self.is_tail => {
                self.anchor = Some(self.row.anchors.len());
                let url = link::of_anchor(node, self.reader.base);
                let url = url.filter(|url| !link::is_same_page(url, self.reader.page));
                self.row.anchors.push(Anchor { node, url });
            }
            // What is linked behind a row is another row, of whatever kind: what follows is not this row's.
            "a" => self.n_tail = MOST_TAIL_RUNS,
            "td" | "th" => self.n_cells += 1,
            _ => {}
        }
        // A row that is hidden as a whole waits for "show more"; what is hidden within a row is not part of it.
        if self.is_inside && is_hidden(node) {
            self.hidden.push(node);
        }
        self.is_inside = true;
    }

    fn leave(&mut self, node: Node<'t>) {
        if BLOCKS.contains(&node.name()) {
            self.gap = Gap::Block;
        }
        if HIDDEN_ELEMENTS.contains(&node.name()) {
            self.n_hidden = self.n_hidden.saturating_sub(1);
        }
        if node.name() == "a" {
            self.anchor = None;
        }
        if self.hidden.last() == Some(&node) {
            self.hidden.pop();
        }
    }

    fn text(&mut self, raw: &str) {
        if raw.starts_with(char::is_whitespace) {
            self.gap = self.gap.max(Gap::Space);
        }
        let text = collapse(raw);
        self.n_tail += usize::from(self.is_tail && !text.is_empty());
        if text.is_empty() || self.n_tail > MOST_TAIL_RUNS {
            return;
        }
        self.row.is_template |= link::TEMPLATE_MARKS.iter().any(|mark| text.contains(mark));
        let date = row_date::alone(&text, self.reader.zone, self.reader.today);
        let (anchor, cell) = (self.anchor, self.n_cells.saturating_sub(1));
        let is_hidden = !self.hidden.is_empty();
        let (gap, is_tail) = (self.gap, self.is_tail);
        self.row.runs.push(Run { text, gap, anchor, cell, is_hidden, is_tail, date });
        self.gap = if raw.ends_with(char::is_whitespace) { Gap::Space } else { Gap::None };
    }

    pub(super) fn finish(mut self) -> Row<'t> {
        self.row.join_spread_dates(self.reader);
        self.row
    }
}

/// Whether an element says of itself that it is not shown.
fn is_hidden(node: Node<'_>) -> bool {
    let style = node.attr("style").unwrap_or_default();
    let is_styled = style.contains("none") && {
        let style: String = style.chars().filter(|c| !c.is_whitespace()).collect();
        style.to_ascii_lowercase().contains("display:none")
    };
    is_styled || node.attr("hidden").is_some() || (node.name() == "input")
}

impl RowReader<'_> {
    /// Takes one element apart.
    pub(super) fn scan<'t>(&self, node: Node<'t>) -> Row<'t> {
        let mut scan = RowScan::new(self);
        node.walk().for_each(|step| scan.step(step));
        scan.finish()
    }
}

impl<'t> Row<'t> {
    /// `<b>19</b><i>2024-12</i>` and its three sisters become one dated run.
    fn join_spread_dates(&mut self, reader: &RowReader<'_>) {
        for second in 1..self.runs.len() {
            let (first, next) = (&self.runs[second - 1], &self.runs[second]);
            let Some(written) = row_date::spread(&first.text, &next.text) else {
                continue;
            };
            if let Some(date) = date::stated(&written, reader.zone) {
                let shown = format!("{} {}", first.text, next.text);
                self.runs[second - 1].date = Some(date);
                self.runs[second - 1].text = shown;
                self.runs[second].date = Some(date);
                self.runs[second].text.clear();
            }
        }
    }

    /// Takes away the date that stands behind everything else, if one does.
    pub(super) fn take_last_date(&mut self) -> Option<Run> {
        self.runs.pop_if(|run| run.is_tail && run.date.is_some())
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
            return RowRead { entry: None, n_links: self.anchors.len(), has_own_date: false, is_dated: false };
        }
        let dated = self.dated(reader, date_cell);
        let mut urls: Vec<&Url> = self.anchors.iter().filter_map(|anchor| anchor.url.as_ref()).collect();
        urls.sort_unstable();
        urls.dedup();
        let entry = self.link().and_then(|(url, title)| {
            let (date, date_shown) = dated.clone().map_or((None, None), |(date, shown, _)| (Some(date), Some(shown)));
            (!title.is_empty()).then(|| Entry { url: url.clone(), title, date, date_shown })
        });
        let has_own_date = dated.as_ref().is_some_and(|(_, _, is_tail)| !is_tail);
        RowRead { entry, n_links: urls.len(), has_own_date, is_dated: dated.is_some() }
    }

    /// The link to the report and its title.
    pub(super) fn link(&self) -> Option<(&Url, String)> {
        let titled = |(index, anchor): (usize, &'_ Anchor<'t>)| {
            let url = anchor.url.as_ref()?.clone();
            Some((index, url, self.title_of(index)))
        };
        let links: Vec<(usize, Url, String)> = self.anchors.iter().enumerate().filter_map(titled).collect();
        let longest = links.iter().rev().max_by_key(|(_, _, title)| title.chars().count())?;
        // The same page may be linked by a picture, by its title and by a summary: the first text names it.
        let named = links.iter().filter(|(_, url, _)| *url == longest.1);
        let named = named.clone().find(|(_, _, title)| is_title(title)).unwrap_or(longest);
        let url = self.anchors[named.0].url.as_ref()?;
        if BUTTON.is_match(&named.2) {
            return Some((url, self.longest_text()));
        }
        Some((url, named.2.clone()))
    }

    /// The title of an anchor: what is shown, or its `title` where what is shown was cut short or is a picture.
    fn title_of(&self, anchor: usize) -> String {
        let mut lines: Vec<String> = Vec::new();
        let words = self.runs.iter().filter(|run| run.anchor == Some(anchor) && run.date.is_none() && !run.is_hidden);
        for run in words {
            match lines.last_mut() {
                Some(line) if run.gap < Gap::Block => {
                    line.push_str(if run.gap == Gap::Space { " " } else { "" });
                    line.push_str(&run.text);
                }
                _ => lines.push(run.text.clone()),
            }
        }
        let shown = lines.iter().find(|line| is_title(line)).cloned().unwrap_or_else(|| lines.concat());
        let is_dated = self.runs.iter().any(|run| run.date.is_some());
        let shown = if is_dated { shown.as_str() } else { row_date::without(&shown) };
        let shown = shown.trim_start_matches(|c: char| BULLETS.contains(c) || c.is_whitespace());
        let full = collapse(self.anchors[anchor].node.attr("title").unwrap_or_default());
        if is_fuller(&full, shown) { full } else { shown.to_owned() }
    }

    fn longest_text(&self) -> String {
        let texts = self.runs.iter().filter(|run| run.date.is_none() && !run.is_hidden && run.anchor.is_none());
        texts.max_by_key(|run| run.text.chars().count()).map(|run| run.text.clone()).unwrap_or_default()
    }

    /// The date that is said to be the one of publication, by its own text or by the text before it.
    fn labelled(&self) -> Option<&Run> {
        let is_label = |run: &Run| ["发布", "公开日", "公开时", "公布"].iter().any(|label| run.text.contains(label));
        let is_shown = |run: &Run| run.date.is_some() && !run.is_hidden && !run.text.is_empty();
        let in_itself = self.runs.iter().find(|run| is_shown(run) && is_label(run));
        in_itself.or_else(|| {
            let mut pairs = self.runs.windows(2);
            let is_pair = |pair: &&[Run]| is_shown(&pair[1]) && pair[0].anchor.is_none() && is_label(&pair[0]);
            pairs.find(is_pair).map(|pair| &pair[1])
        })
    }

    /// The row's date, as shown, and whether it stands behind the row's element.
    fn dated(&self, reader: &RowReader<'_>, date_cell: Option<usize>) -> Option<(Stated, String, bool)> {
        let give = |run: &Run| Some((run.date?, run.text.clone(), run.is_tail));
        let dates = || self.runs.iter().filter(|run| run.date.is_some() && !run.text.is_empty());
        let in_column = date_cell.and_then(|cell| dates().find(|run| run.cell == cell && !run.is_hidden));
        let alone = in_column
            .or_else(|| self.labelled())
            .or_else(|| dates().find(|run| !run.is_hidden && run.anchor.is_none()))
            .or_else(|| dates().find(|run| !run.is_hidden))
            .or_else(|| dates().next());
        alone.and_then(give).or_else(|| {
            // In a line with other words, outside of the title first.
            let outside = self.runs.iter().filter(|run| run.anchor.is_none() && !run.is_hidden);
            let with_year =
                |run: &&Run| run.text.len() <= LONGEST_LINE_BYTES && date::stated(&run.text, reader.zone).is_some();
            let at_end = |run: &&Run| row_date::is_at_end(&run.text, reader.zone);
            let run = outside.clone().find(with_year).or_else(|| self.runs.iter().rfind(at_end))?;
            let found = date::find(&run.text, reader.zone, None)?;
            Some((found.stated, run.text[found.at].to_owned(), run.is_tail))
        })
    }
}

fn is_title(text: &str) -> bool {
    text.chars().count() >= SHORTEST_TITLE && !BUTTON.is_match(text)
}

/// Whether an anchor's `title` attribute says more than its text: the text is empty, a beginning of it, or the
/// attribute with a date or a tag around it.
fn is_fuller(full: &str, shown: &str) -> bool {
    if full.is_empty() {
        return false;
    }
    let letters = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
    let (full, shown) = (letters(full), letters(shown));
    let stem = shown.trim_end_matches(['.', '…', '⋯', '·', '．']);
    stem.is_empty() || full.starts_with(stem) || (shown.contains(&full) && full.chars().count() >= SHORTEST_TITLE)
}
