//! One row of a listing: which of its links is the report, what it is called, when it is dated.
//!
//! In: the elements and texts of a row, in reading order. Out: an [`Entry`], or the sign that the row is broken.
//! Never: which rows there are.

mod day;
mod name;
mod spread;
mod trim;

use std::rc::Rc;

use url::Url;

use super::date_column::DateColumn;
use super::row_pieces::{Begun, Piece, Role, RowReader, Shown, Written, of_element};
use super::tree::Node;
use super::{date, row_year};
use crate::model::{Entry, Stated, TEXT_FRAGMENT};
use name::{bare, is_title};

/// Fewest characters of a link that can be a title; shorter ones are tags, numbers, 详情.
pub(super) const SHORTEST_TITLE: usize = 4;

/// Texts behind a row's element that can still belong to it: its date, its source.
const MOST_TAIL_RUNS: usize = 12;

/// Links from which something is not a row but holds rows.
const MOST_ANCHORS: usize = 60;

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
    /// Whether neither its date nor the address of its report says of which year it is.
    pub(super) lacks_year: bool,
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

    /// Makes an entry of it. `column`: the one that is headed 发布日期.
    pub(super) fn read(&self, reader: &RowReader<'_>, column: Option<DateColumn>) -> RowRead {
        if self.anchors.len() > MOST_ANCHORS {
            let n_links = self.anchors.len();
            let (has_own_date, is_dated, lacks_year) = (false, false, false);
            return RowRead { entry: None, n_links, has_own_date, is_dated, lacks_year, unlinked: None };
        }
        let dated = self.dated(reader, column);
        let mut urls: Vec<&Url> = self.anchors.iter().filter_map(|anchor| anchor.url.as_deref()).collect();
        urls.sort_unstable();
        urls.dedup();
        let named = self.link().filter(|(_, title)| dated.is_some() || !trim::is_more(title));
        let mut lacks_year = false;
        let entry = named.and_then(|(url, title)| {
            let (date, date_shown) = dated.clone().map_or((None, None), |(date, shown, _)| (Some(date), Some(shown)));
            let told = date_shown.as_deref().and_then(|shown| self.in_told_year(shown, url, reader));
            lacks_year = told.is_none() && date_shown.as_deref().is_some_and(row_year::is_yearless);
            let date = told.or(date);
            (!title.is_empty()).then(|| Entry { url: url.clone(), title, date, date_shown })
        });
        let has_own_date = dated.as_ref().is_some_and(|(_, _, is_tail)| !is_tail);
        let (n_links, is_dated) = (urls.len(), dated.is_some());
        let unlinked = if entry.is_none() && is_dated { self.unlinked(reader, dated) } else { None };
        RowRead { entry, n_links, has_own_date, is_dated, lacks_year, unlinked }
    }

    /// A day without a year in the one that the `title` of a link or the address of the report tells.
    fn in_told_year(&self, shown: &str, report: &Url, reader: &RowReader<'_>) -> Option<Stated> {
        let titles = self.anchors.iter().filter_map(|anchor| anchor.node.attr("title"));
        let whole = |line| date::stated(line, reader.zone);
        let mut days = titles.flat_map(str::lines).filter_map(whole);
        let is_open = row_year::is_yearless(shown);
        let mut of_title = || days.find_map(|day| row_year::in_year_of_day(shown, day, reader.zone));
        let of_title = if is_open { of_title() } else { None };
        of_title.or_else(|| row_year::in_year_of(shown, report, reader.zone, reader.today))
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
}
