//! The page as a reader sees it: its lines in reading order, and which lines each element covers.
//!
//! In: a tree. Out: an [`Outline`]: lines, elements as ranges of lines, links. Everything after this stage counts on
//! these ranges and never walks the tree again. Never: judgement; chrome is still in.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use super::seen::{is_block, is_heading, is_hidden, is_never_text, is_nothing, tidy};
use super::tables;
use super::tree::{Node, NodeKey, Selector, Step, Tree};

/// One line of the page.
#[derive(Debug)]
pub(super) struct Line {
    /// White space collapsed, trimmed, never empty; the cells of a row joined by tabs, empty cells kept.
    pub(super) text: String,
    pub(super) shape: Shape,
    /// The innermost block element around it.
    pub(super) element: usize,
    /// Characters that are not white space.
    pub(super) n_chars: usize,
    /// Those of them that stand in links.
    pub(super) n_link_chars: usize,
}

impl Line {
    /// Whether links make up more than half of it.
    pub(super) fn is_links(&self) -> bool {
        self.n_link_chars * 2 > self.n_chars
    }

    /// The cells of a row; one for any other line.
    pub(super) fn cells(&self) -> impl Iterator<Item = &str> {
        self.text.split('\t')
    }
}

/// What a line stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    Heading,
    Paragraph,
    Item,
    Row,
}

/// An element that is not hidden and the lines it covers.
#[derive(Debug)]
pub(super) struct Element<'t> {
    pub(super) node: Node<'t>,
    /// The element around it; an index smaller than its own.
    pub(super) parent: Option<usize>,
    pub(super) lines: Range<usize>,
}

/// A link and the line it begins in.
#[derive(Debug)]
pub(super) struct Link<'t> {
    pub(super) node: Node<'t>,
    pub(super) line: usize,
}

/// What becomes of elements that the page's own styles hide.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unseen {
    LeftOut,
    Read,
}

/// A page, flattened.
#[derive(Debug, Default)]
pub(super) struct Outline<'t> {
    pub(super) lines: Vec<Line>,
    /// In document order: a parent before its children.
    pub(super) elements: Vec<Element<'t>>,
    pub(super) links: Vec<Link<'t>>,
    /// Comments and the line they stand before.
    pub(super) comments: Vec<(usize, &'t str)>,
    by_key: HashMap<NodeKey, usize>,
}

impl<'t> Outline<'t> {
    /// Flattens a page; what matches one of `strip` is left out.
    pub(super) fn of(tree: &'t Tree, strip: &[&'t Selector], unseen: Unseen) -> Self {
        let root = tree.root();
        let stripped = strip.iter().flat_map(|selector| tree.select(selector)).map(|node| node.key()).collect();
        let mut builder = Builder::new(tables::of_data(root), stripped, unseen);
        for step in root.walk() {
            builder.step(step);
        }
        builder.flush();
        builder.outline
    }

    /// The lines of an element; `None` where it is hidden.
    pub(super) fn lines_of(&self, node: Node<'_>) -> Option<Range<usize>> {
        self.by_key.get(&node.key()).map(|&at| self.elements[at].lines.clone())
    }

    /// An element and those around it, innermost first.
    pub(super) fn around(&self, element: usize) -> impl Iterator<Item = usize> {
        std::iter::successors(Some(element), |&at| self.elements[at].parent)
    }
}

#[derive(Default)]
struct Counts {
    n_chars: usize,
    n_link_chars: usize,
}

/// A row of data under way.
#[derive(Default)]
struct Row {
    cells: Vec<String>,
    counts: Counts,
    has_text: bool,
}

struct Builder<'t> {
    outline: Outline<'t>,
    data_tables: HashSet<NodeKey>,
    stripped: HashSet<NodeKey>,
    unseen: Unseen,
    /// Open elements; the innermost last.
    open: Vec<usize>,
    /// Open block elements.
    blocks: Vec<usize>,
    /// Open tables: whether each is one of data.
    tables: Vec<bool>,
    pending: String,
    counts: Counts,
    row: Option<Row>,
    n_hidden: usize,
    n_links: usize,
    n_headings: usize,
    n_items: usize,
    n_pre: usize,
}

impl<'t> Builder<'t> {
    fn new(data_tables: HashSet<NodeKey>, stripped: HashSet<NodeKey>, unseen: Unseen) -> Self {
        Self {
            outline: Outline::default(),
            data_tables,
            stripped,
            unseen,
            open: Vec::new(),
            blocks: Vec::new(),
            tables: Vec::new(),
            pending: String::new(),
            counts: Counts::default(),
            row: None,
            n_hidden: 0,
            n_links: 0,
            n_headings: 0,
            n_items: 0,
            n_pre: 0,
        }
    }

    fn step(&mut self, step: Step<'t>) {
        match step {
            Step::Enter(_) if self.n_hidden > 0 => self.n_hidden += 1,
            Step::Leave(_) if self.n_hidden > 0 => self.n_hidden -= 1,
            _ if self.n_hidden > 0 => {}
            Step::Enter(node) if self.is_left_out(node) => self.n_hidden = 1,
            Step::Enter(node) => self.enter(node),
            Step::Leave(node) => self.leave(node),
            Step::Text(run) => self.text(run),
            Step::Comment(comment) => {
                if self.counts.n_chars == 0 {
                    self.outline.comments.push((self.outline.lines.len(), comment));
                } else {
                    self.outline.comments.push((self.outline.lines.len() + 1, comment));
                }
            }
        }
    }

    fn is_left_out(&self, node: Node<'t>) -> bool {
        is_never_text(node.name())
            || self.stripped.contains(&node.key())
            || (self.unseen == Unseen::LeftOut && is_hidden(node))
    }

    fn enter(&mut self, node: Node<'t>) {
        let name = node.name();
        if is_block(node) {
            self.flush();
        }
        let at = self.outline.elements.len();
        let start = self.outline.lines.len();
        let parent = self.open.last().copied();
        self.outline.elements.push(Element { node, parent, lines: start..start });
        self.outline.by_key.insert(node.key(), at);
        self.open.push(at);
        if is_block(node) {
            self.blocks.push(at);
        }
        match name {
            "br" => self.flush(),
            "table" => self.tables.push(self.data_tables.contains(&node.key())),
            "tr" if self.is_in_data() => self.row = Some(Row::default()),
            "td" | "th" => {
                if let Some(row) = &mut self.row {
                    row.cells.push(String::new());
                }
            }
            "a" => {
                self.n_links += 1;
                self.outline.links.push(Link { node, line: start });
            }
            "li" => self.n_items += 1,
            "pre" => self.n_pre += 1,
            _ if is_heading(name) => self.n_headings += 1,
            _ => {}
        }
    }

    fn leave(&mut self, node: Node<'t>) {
        let name = node.name();
        let is_block = is_block(node);
        if is_block {
            self.flush();
        }
        match name {
            "table" => {
                self.tables.pop();
            }
            "tr" if self.is_in_data() => self.end_row(),
            "a" => self.n_links -= 1,
            "li" => self.n_items -= 1,
            "pre" => self.n_pre -= 1,
            _ if is_heading(name) => self.n_headings -= 1,
            _ => {}
        }
        if is_block {
            self.blocks.pop();
        }
        let has_open_text = self.counts.n_chars > 0 || self.row.as_ref().is_some_and(|row| row.has_text);
        if let Some(at) = self.open.pop() {
            self.outline.elements[at].lines.end = self.outline.lines.len() + usize::from(has_open_text);
        }
    }

    fn is_in_data(&self) -> bool {
        self.tables.last().is_some_and(|&is_data| is_data)
    }

    fn text(&mut self, run: &str) {
        let n_chars = run.chars().filter(|&c| !c.is_whitespace() && !is_nothing(c)).count();
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
        self.counts.n_chars += n_chars;
        if self.n_links > 0 {
            self.counts.n_link_chars += n_chars;
        }
    }

    /// Ends the line, or, inside a row of data, the paragraph of a cell.
    fn flush(&mut self) {
        let text = tidy(&self.pending);
        self.pending.clear();
        let counts = std::mem::take(&mut self.counts);
        if text.is_empty() {
            return;
        }
        if let Some(row) = &mut self.row
            && let Some(cell) = row.cells.last_mut()
        {
            if !cell.is_empty() {
                cell.push(' ');
            }
            cell.push_str(&text);
            row.has_text = true;
            row.counts.n_chars += counts.n_chars;
            row.counts.n_link_chars += counts.n_link_chars;
            return;
        }
        let shape = match () {
            () if self.n_headings > 0 => Shape::Heading,
            () if self.n_items > 0 => Shape::Item,
            () => Shape::Paragraph,
        };
        self.add(text, shape, &counts);
    }

    fn end_row(&mut self) {
        let Some(row) = self.row.take().filter(|row| row.has_text) else { return };
        self.add(row.cells.join("\t"), Shape::Row, &row.counts);
    }

    fn add(&mut self, text: String, shape: Shape, counts: &Counts) {
        let element = self.blocks.last().copied().unwrap_or(0);
        let (n_chars, n_link_chars) = (counts.n_chars, counts.n_link_chars);
        self.outline.lines.push(Line { text, shape, element, n_chars, n_link_chars });
    }
}
