//! Walks a tree and puts the lines of the page together.
//!
//! In: the steps of a walk. Out: an [`Outline`]. Never: judgement; what is a table of data is told beforehand.

use std::cell::OnceCell;
use std::collections::HashSet;

use super::grid::{self, Cell, Part};
use super::label_words;
use super::outline::{EDGE, Element, Image, Line, Link, NONE, Outline, Shape, Unseen};
use super::seen::{columns, is_block, is_bold, is_heading, is_hidden, is_never_text, is_nothing, tidy};
use super::tree::{Node, NodeKey, Step};

/// Characters that are not white space.
#[derive(Default, Clone, Copy)]
struct Counts {
    all: usize,
    linked: usize,
    bold: usize,
}

impl Counts {
    fn add(&mut self, more: Counts) {
        self.all += more.all;
        self.linked += more.linked;
        self.bold += more.bold;
    }
}

/// A row of data under way.
#[derive(Default)]
struct Row {
    cells: Vec<Cell>,
    counts: Counts,
    has_text: bool,
}

/// Puts the steps of a walk together to lines.
pub(super) struct Builder<'t> {
    outline: Outline<'t>,
    data_tables: HashSet<NodeKey>,
    stripped: HashSet<NodeKey>,
    unseen: Unseen,
    /// Open elements; the innermost last.
    open: Vec<usize>,
    /// Open block elements.
    blocks: Vec<usize>,
    /// Open tables: the rows of each that is one of data.
    tables: Vec<Option<grid::Table>>,
    n_tables: u32,
    pending: String,
    /// Where elements begin and end in it.
    edges: Vec<usize>,
    counts: Counts,
    row: Option<Row>,
    n_hidden: usize,
    /// Whether what is hidden may be opened, and is not a script or the like.
    is_closed: bool,
    n_links: usize,
    n_headings: usize,
    /// Of each open element, whether it makes its text bold.
    bolds: Vec<bool>,
    n_bold: usize,
    n_lists: u8,
    /// Open items of lists: whether each has a line.
    items: Vec<bool>,
    n_pre: usize,
}

impl<'t> Builder<'t> {
    pub(super) fn new(
        n_nodes: usize,
        data_tables: HashSet<NodeKey>,
        stripped: HashSet<NodeKey>,
        unseen: Unseen,
    ) -> Self {
        Self {
            outline: Outline { by_key: vec![NONE; n_nodes], ..Outline::default() },
            data_tables,
            stripped,
            unseen,
            open: Vec::new(),
            blocks: Vec::new(),
            tables: Vec::new(),
            n_tables: 0,
            pending: String::new(),
            edges: Vec::new(),
            counts: Counts::default(),
            row: None,
            n_hidden: 0,
            is_closed: false,
            n_links: 0,
            n_headings: 0,
            bolds: Vec::new(),
            n_bold: 0,
            n_lists: 0,
            items: Vec::new(),
            n_pre: 0,
        }
    }

    pub(super) fn step(&mut self, step: Step<'t>) {
        match step {
            Step::Enter(_) if self.n_hidden > 0 => self.n_hidden += 1,
            Step::Leave(_) if self.n_hidden > 0 => self.n_hidden -= 1,
            Step::Text(run) if self.n_hidden > 0 => self.closed(run),
            _ if self.n_hidden > 0 => {}
            Step::Enter(node) if self.is_left_out(node) => {
                self.frame(node);
                self.n_hidden = 1;
                self.is_closed = !is_never_text(node.name());
            }
            Step::Enter(node) => self.enter(node),
            Step::Leave(node) => self.leave(node),
            Step::Text(run) => self.text(run),
            Step::Comment(comment) => {
                if self.counts.all == 0 {
                    self.outline.comments.push((self.outline.lines.len(), comment));
                } else {
                    self.outline.comments.push((self.outline.lines.len() + 1, comment));
                }
            }
        }
    }

    /// Notes a word of a disclosure table in a hidden part.
    fn closed(&mut self, run: &str) {
        if self.is_closed && !self.outline.has_closed_table {
            self.outline.has_closed_table = label_words::begins_table(run);
        }
    }

    fn is_left_out(&self, node: Node<'t>) -> bool {
        is_never_text(node.name())
            || self.stripped.contains(&node.key())
            || match &self.unseen {
                Unseen::LeftOut => is_hidden(node),
                Unseen::Opened(opened) => is_hidden(node) && !opened.contains(&node.key()),
                Unseen::Read => false,
            }
    }

    /// The page, when all steps are taken.
    pub(super) fn finish(mut self) -> Outline<'t> {
        self.flush();
        self.outline
    }

    fn enter(&mut self, node: Node<'t>) {
        if is_block(node) {
            self.flush();
        } else {
            self.edge();
        }
        let at = self.outline.elements.len();
        let start = self.outline.lines.len();
        let parent = self.open.last().copied();
        self.outline.elements.push(Element { node, parent, lines: start..start });
        self.outline.by_key[node.key().index()] = u32::try_from(at).unwrap_or(NONE);
        self.open.push(at);
        if is_block(node) {
            self.blocks.push(at);
        }
        let is_bold = is_bold(node);
        self.bolds.push(is_bold);
        self.n_bold += usize::from(is_bold);
        self.open_part(node, start);
    }

    /// What an element that begins opens besides its lines.
    fn open_part(&mut self, node: Node<'t>, line: usize) {
        match node.name() {
            "br" => self.flush(),
            "table" => {
                let is_data = self.data_tables.contains(&node.key());
                self.tables.push(is_data.then(grid::Table::default));
            }
            "thead" | "tbody" | "tfoot" => {
                if let Some(Some(table)) = self.tables.last_mut() {
                    table.begin(Part::of(node.name()));
                }
            }
            "tr" if self.is_in_data() => self.row = Some(Row::default()),
            "td" | "th" => {
                if let Some(row) = &mut self.row {
                    row.cells.push(Cell::of(node));
                }
            }
            "a" => {
                self.n_links += 1;
                self.outline.links.push(Link { node, line });
            }
            "img" => self.image(node, line),
            "embed" => self.frame(node),
            "li" => self.items.push(false),
            "ul" | "ol" | "menu" | "dir" => self.n_lists = self.n_lists.saturating_add(1),
            "pre" => self.n_pre += 1,
            name if is_heading(name) => self.n_headings += 1,
            _ => {}
        }
    }

    /// Notes a frame that readers see.
    fn frame(&mut self, node: Node<'t>) {
        let is_seen = || !is_hidden(node) && !self.stripped.contains(&node.key());
        if matches!(node.name(), "iframe" | "embed" | "object") && is_seen() {
            self.outline.frames.push(Link { node, line: self.outline.lines.len() });
        }
    }

    fn image(&mut self, node: Node<'t>, line: usize) {
        let is_within = self.counts.all > 0 || self.row.is_some();
        let element = self.open.len().checked_sub(2).map_or(0, |at| self.open[at]);
        self.outline.images.push(Image { node, line, is_within, element });
    }

    fn leave(&mut self, node: Node<'t>) {
        let is_block = is_block(node);
        if is_block {
            self.flush();
        } else {
            self.edge();
        }
        match node.name() {
            "table" => self.end_table(),
            "tr" if self.is_in_data() => self.end_row(),
            "a" => self.n_links -= 1,
            "li" => {
                self.items.pop();
            }
            "ul" | "ol" | "menu" | "dir" => self.n_lists = self.n_lists.saturating_sub(1),
            "pre" => self.n_pre -= 1,
            name if is_heading(name) => self.n_headings -= 1,
            _ => {}
        }
        self.n_bold -= usize::from(self.bolds.pop() == Some(true));
        if is_block {
            self.blocks.pop();
        }
        let has_open_text = self.counts.all > 0 || self.row.as_ref().is_some_and(|row| row.has_text);
        if let Some(at) = self.open.pop() {
            self.outline.elements[at].lines.end = self.outline.lines.len() + usize::from(has_open_text);
        }
    }

    fn is_in_data(&self) -> bool {
        self.tables.last().is_some_and(Option::is_some)
    }

    fn text(&mut self, run: &str) {
        // Most runs are the white space between two tags.
        let is_blank = run.trim_ascii().is_empty();
        let n_chars = if is_blank { 0 } else { run.chars().filter(|&c| !c.is_whitespace() && !is_nothing(c)).count() };
        if self.n_pre > 0 && self.row.is_none() {
            for (n, part) in run.split('\n').enumerate() {
                if n > 0 {
                    self.flush();
                }
                self.push(part, part.chars().filter(|&c| !c.is_whitespace() && !is_nothing(c)).count());
            }
        } else {
            self.push(run, n_chars);
        }
    }

    fn push(&mut self, run: &str, n_chars: usize) {
        self.pending.push_str(run);
        self.counts.all += n_chars;
        self.counts.linked += if self.n_links > 0 { n_chars } else { 0 };
        self.counts.bold += if self.n_bold > 0 { n_chars } else { 0 };
    }

    /// Notes that an element begins or ends within the line.
    fn edge(&mut self) {
        if self.counts.all > 0 && self.edges.last() != Some(&self.pending.len()) {
            self.edges.push(self.pending.len());
        }
    }

    /// The line under way with its edges, where it has such and is a heading or may name a field.
    fn pieces(&self) -> Option<String> {
        let may_be = !self.edges.is_empty() && self.counts.all <= LONGEST_FIELDS;
        (may_be && (self.n_headings > 0 || label_words::may_name(&self.pending)))
            .then(|| apart(&self.pending, &self.edges))
    }

    /// Ends the line, or, inside a row of data, the paragraph of a cell.
    fn flush(&mut self) {
        let text = tidy(&self.pending);
        let columns = if text.contains(' ') { columns(&self.pending, self.n_pre > 0) } else { None };
        let pieces = self.pieces();
        self.edges.clear();
        self.pending.clear();
        let counts = std::mem::take(&mut self.counts);
        if text.is_empty() {
            return;
        }
        if let Some(row) = &mut self.row
            && let Some(cell) = row.cells.last_mut()
        {
            cell.add(&text, counts.bold >= counts.all);
            row.has_text = true;
            row.counts.add(counts);
            return;
        }
        let has_line = self.items.last_mut().map(|has_line| std::mem::replace(has_line, true));
        let shape = match () {
            () if self.n_headings > 0 => Shape::Heading,
            () if has_line == Some(false) => Shape::Item,
            () => Shape::Paragraph,
        };
        self.add(text, shape, counts, columns);
        if let Some(line) = self.outline.lines.last_mut() {
            line.pieces = pieces;
        }
    }

    fn end_row(&mut self) {
        let Some(row) = self.row.take() else { return };
        let line = row.has_text.then_some(self.outline.lines.len());
        if row.has_text {
            let cells: Vec<&str> = row.cells.iter().map(Cell::text).collect();
            self.add(cells.join("\t"), Shape::Row, row.counts, None);
        }
        if let Some(Some(table)) = self.tables.last_mut() {
            table.push(row.cells, line);
        }
    }

    fn end_table(&mut self) {
        let Some(Some(table)) = self.tables.pop() else { return };
        self.outline.rows.extend(table.rows(self.n_tables));
        self.n_tables += 1;
    }

    fn add(&mut self, text: String, shape: Shape, counts: Counts, columns: Option<String>) {
        let element = self.blocks.last().copied().unwrap_or(0);
        let Counts { all: n_chars, linked: n_link_chars, bold: n_bold_chars } = counts;
        let depth = self.n_lists;
        let (pieces, chrome, behind) = (None, OnceCell::new(), OnceCell::new());
        let line =
            Line { text, shape, element, n_chars, n_link_chars, n_bold_chars, depth, pieces, columns, chrome, behind };
        self.outline.lines.push(line);
    }
}

/// Longest line, in characters, whose edges are kept: the line of date and source.
const LONGEST_FIELDS: usize = 160;

/// A line with an [`EDGE`] at each of these places, its white space collapsed.
fn apart(line: &str, edges: &[usize]) -> String {
    let mut apart = String::new();
    let mut is_gap = false;
    let starts = std::iter::once(0).chain(edges.iter().copied());
    for (start, end) in starts.zip(edges.iter().copied().chain([line.len()])) {
        let piece = &line[start..end];
        let text = tidy(piece);
        let is_first = apart.is_empty();
        if !text.is_empty() && !is_first {
            apart.push_str(if is_gap || piece.starts_with(char::is_whitespace) { " " } else { "" });
            apart.push(EDGE);
        }
        is_gap = piece.ends_with(char::is_whitespace) || (is_gap && text.is_empty());
        apart.push_str(&text);
    }
    apart
}
