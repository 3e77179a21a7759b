//! The page as a reader sees it: its lines in reading order, and which lines each element covers.
//!
//! In: a tree. Out: an [`Outline`]: lines, elements as ranges of lines, links. Everything after this stage counts on
//! these ranges and never walks the tree again. Never: judgement; chrome is still in.

use std::cell::OnceCell;
use std::collections::{HashMap, HashSet};
use std::ops::Range;

use super::chrome;
use super::flatten::Builder;
use super::grid::GridRow;
use super::tables;
use super::tree::{Node, NodeKey, Selector, Tree};

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
    /// Those of them that are bold.
    pub(super) n_bold_chars: usize,
    /// How many lists are open around it.
    pub(super) depth: u8,
    /// Its text with an [`EDGE`] where an element within it begins or ends, where it has such and is a heading or may name a
    /// field.
    pub(super) pieces: Option<String>,
    /// Its text with its columns kept apart, where it has columns made of spaces.
    pub(super) columns: Option<String>,
    /// Whether it is chrome by its words, once that was asked.
    pub(super) chrome: OnceCell<bool>,
    /// Whether it stands behind a report by its words, likewise.
    pub(super) behind: OnceCell<bool>,
}

impl Line {
    /// Whether its words are those of chrome. Several stages ask, and the patterns are many.
    pub(super) fn is_chrome(&self) -> bool {
        *self.chrome.get_or_init(|| chrome::is_chrome(&self.text))
    }

    /// Whether it stands behind a report by its words; likewise.
    pub(super) fn is_behind(&self) -> bool {
        *self.behind.get_or_init(|| chrome::is_behind(&self.text))
    }

    /// Whether it heads a block of links to other reports: a short line, or the first of the links.
    pub(super) fn heads_related(&self) -> bool {
        /// Longest such head that is no link, in characters.
        const LONGEST_HEAD: usize = 12;
        (self.is_links() || self.n_chars <= LONGEST_HEAD) && chrome::is_related(&self.text)
    }

    /// Whether all of it is bold.
    pub(super) fn is_bold(&self) -> bool {
        self.n_bold_chars >= self.n_chars
    }

    /// Whether links make up more than half of it, a day beside them left out: rows of links show it.
    pub(super) fn is_links(&self) -> bool {
        let is_most_of = |n_chars: usize| self.n_link_chars * 2 > n_chars;
        let may_be_dated = self.n_link_chars > 0 && is_most_of(self.n_chars.saturating_sub(MOST_OF_DAY));
        is_most_of(self.n_chars)
            || (may_be_dated && is_most_of(self.n_chars.saturating_sub(n_chars_of_day(&self.text))))
    }

    /// Its text, the pieces of a line that may name fields kept apart.
    pub(super) fn pieces(&self) -> &str {
        self.pieces.as_deref().unwrap_or(&self.text)
    }

    /// The cells of a row; one for any other line.
    pub(super) fn cells(&self) -> impl Iterator<Item = &str> {
        self.text.split('\t')
    }
}

/// Where an element begins or ends within a line; white space to all who ask, and in no text of a page.
pub(super) const EDGE: char = '\u{b}';

/// The place of a node that is no element of the outline.
pub(super) const NONE: u32 = u32::MAX;

/// What a line stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    Heading,
    Paragraph,
    /// The first line of an item of a list; the lines below it are paragraphs.
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

impl Element<'_> {
    /// Whether it is the page itself.
    pub(super) fn is_page(&self) -> bool {
        matches!(self.node.name(), "body" | "html")
    }
}

/// A link and the line it begins in.
#[derive(Debug)]
pub(super) struct Link<'t> {
    pub(super) node: Node<'t>,
    pub(super) line: usize,
}

/// A picture and where it stands.
#[derive(Debug)]
pub(super) struct Image<'t> {
    pub(super) node: Node<'t>,
    /// The line it stands before; where `is_within`, the line it stands in.
    pub(super) line: usize,
    pub(super) is_within: bool,
    /// The innermost element around it.
    pub(super) element: usize,
}

/// What becomes of elements that the page's own styles hide.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Unseen {
    LeftOut,
    /// All but these, which scripts show.
    Opened(HashSet<NodeKey>),
    Read,
}

/// A page, flattened.
#[derive(Debug, Default)]
pub(super) struct Outline<'t> {
    pub(super) lines: Vec<Line>,
    /// In document order: a parent before its children.
    pub(super) elements: Vec<Element<'t>>,
    pub(super) links: Vec<Link<'t>>,
    /// What shows a file or another page in place: `iframe`, `embed`, `object`, with the line it stands before.
    pub(super) frames: Vec<Link<'t>>,
    /// In document order. A picture is no line: it weighs nothing.
    pub(super) images: Vec<Image<'t>>,
    /// The places of rows in their tables, by line.
    pub(super) rows: HashMap<usize, GridRow>,
    /// Comments and the line they stand before.
    pub(super) comments: Vec<(usize, &'t str)>,
    /// For each node its element, as [`NONE`] where it has none.
    pub(super) by_key: Vec<u32>,
    /// Whether a word of a disclosure table stands in a part that is hidden until it is opened.
    pub(super) has_closed_table: bool,
}

impl<'t> Outline<'t> {
    /// Flattens a page; what matches one of `strip` is left out.
    pub(super) fn of(tree: &'t Tree, strip: &[&'t Selector], unseen: Unseen) -> Self {
        let root = tree.root();
        let stripped = strip.iter().flat_map(|selector| tree.select(selector)).map(|node| node.key()).collect();
        let mut builder = Builder::new(tree.n_nodes(), tables::of_data(root), stripped, unseen);
        for step in root.walk() {
            builder.step(step);
        }
        builder.finish()
    }

    /// The lines of an element; `None` where it is hidden.
    pub(super) fn lines_of(&self, node: Node<'_>) -> Option<Range<usize>> {
        let at = *self.by_key.get(node.key().index())?;
        (at != NONE).then(|| self.elements[at as usize].lines.clone())
    }

    /// An element and those around it, innermost first.
    pub(super) fn around(&self, element: usize) -> impl Iterator<Item = usize> {
        std::iter::successors(Some(element), |&at| self.elements[at].parent)
    }

    /// The lines of the article that a line stands in: of the smallest element that holds the title too, which ends before
    /// line `below`; `None` where only the page holds both.
    pub(super) fn article_of(&self, line: usize, below: usize) -> Option<&Range<usize>> {
        let holds_title = |at: &usize| self.elements[*at].lines.start < below;
        let article = self.around(self.lines[line].element).find(holds_title).map(|at| &self.elements[at])?;
        (!article.is_page()).then_some(&article.lines)
    }

    /// Whether a sentence ends in one of these lines.
    pub(super) fn has_sentence(&self, lines: &Range<usize>) -> bool {
        self.lines[lines.clone()].iter().any(|line| line.text.contains('。'))
    }
}

/// Most characters of a day and the brackets around it: （2026年11月29日 10:30:00）.
const MOST_OF_DAY: usize = 24;

/// Characters of the day with which a line begins or ends, and of the brackets around it; 0 where it has none.
fn n_chars_of_day(line: &str) -> usize {
    /// Digits and separators of a day at least: 10-24.
    const LEAST_DIGITS: usize = 3;
    let is_of_day = |c: &char| c.is_ascii_digit() || c.is_whitespace() || "-/.:：年月日[]()（）【】".contains(*c);
    let n_chars = |piece: &mut dyn Iterator<Item = char>| {
        let (mut n_chars, mut n_digits, mut is_parted) = (0, 0, false);
        for c in piece.filter(|c| !c.is_whitespace()) {
            n_chars += 1;
            n_digits += usize::from(c.is_ascii_digit());
            is_parted |= "-/.年月".contains(c);
        }
        if n_digits >= LEAST_DIGITS && is_parted && n_chars <= MOST_OF_DAY { n_chars } else { 0 }
    };
    let behind = n_chars(&mut line.chars().rev().take_while(is_of_day));
    if behind > 0 { behind } else { n_chars(&mut line.chars().take_while(is_of_day)) }
}
