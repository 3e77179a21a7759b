//! What rows are made of: the elements and texts of a page in reading order, each read once.
//!
//! In: an element. Out: all inside of it as one flat list: where links lead, what texts show, which of them are dates.
//! Never: what a row is; the same part stands in one candidate for the list of a page after another.

use std::cell::OnceCell;
use std::ops::Range;
use std::rc::Rc;

use url::Url;

use super::row::RowReader;
use super::tree::{HIDDEN_ELEMENTS, Node, NodeKey, Step, collapse};
use super::{date, link, row_date};
use crate::model::Stated;

/// Elements that begin a line of their own within a link: a heading over a summary. A cell of a table does too.
const BLOCKS: [&str; 11] = ["div", "p", "h1", "h2", "h3", "h4", "h5", "h6", "li", "dt", "dd"];

/// Longest text outside of links in which a date is the row's: `发布时间：2026-07-10 09:30 来源：县司法局`; a longer one is a
/// summary that speaks of some day.
const LONGEST_LINE_BYTES: usize = 120;

/// What an element is to a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// A link.
    Anchor,
    /// A cell of a table.
    Cell,
    /// A cell that heads others.
    HeadCell,
    /// What begins a line.
    Block,
    /// Its content is never shown.
    Unseen,
    /// Anything else.
    Inline,
}

impl Role {
    fn of(node: Node<'_>) -> Self {
        match node.name() {
            "a" => Self::Anchor,
            "td" => Self::Cell,
            "th" => Self::HeadCell,
            name if BLOCKS.contains(&name) => Self::Block,
            name if HIDDEN_ELEMENTS.contains(&name) => Self::Unseen,
            _ => Self::Inline,
        }
    }
}

/// Where a link leads.
#[derive(Debug, Clone)]
pub(super) struct Link {
    pub(super) url: Rc<Url>,
    /// Whether that is the page itself, which is never an entry of its own.
    pub(super) is_to_itself: bool,
}

/// One step through a page.
#[derive(Debug)]
pub(super) enum Part<'t> {
    /// An element begins.
    Enter(Element<'t>),
    /// It ends.
    Leave(Node<'t>, Role),
    /// A text.
    Text(Text<'t>),
}

/// An element as it bears on a row.
#[derive(Debug)]
pub(super) struct Element<'t> {
    pub(super) node: Node<'t>,
    pub(super) role: Role,
    /// Where it leads, of a link that leads anywhere.
    pub(super) link: Option<Link>,
    /// Whether it says of itself that it is not shown.
    pub(super) is_hidden: bool,
}

/// A text between two tags; what it shows is read when it is first asked for.
#[derive(Debug)]
pub(super) struct Text<'t> {
    raw: &'t str,
    words: OnceCell<Option<Rc<Words>>>,
}

impl Text<'_> {
    pub(super) fn begins_with_space(&self) -> bool {
        self.raw.starts_with(char::is_whitespace)
    }

    pub(super) fn ends_with_space(&self) -> bool {
        self.raw.ends_with(char::is_whitespace)
    }

    /// What it shows; `None`: white space.
    pub(super) fn words(&self, reader: &RowReader<'_>) -> Option<&Rc<Words>> {
        self.words.get_or_init(|| Words::of(collapse(self.raw), reader).map(Rc::new)).as_ref()
    }
}

/// What a text shows.
#[derive(Debug)]
pub(super) struct Words {
    /// White space collapsed, ends trimmed.
    pub(super) text: String,
    /// The date that it is and nothing else.
    pub(super) date: Option<Stated>,
    /// Whether it holds template marks.
    pub(super) is_template: bool,
    /// Whether it may be a part of a date that is spread over two elements.
    may_be_spread: bool,
    is_dated_line: OnceCell<bool>,
    is_dated_at_end: OnceCell<bool>,
}

impl Words {
    fn of(text: String, reader: &RowReader<'_>) -> Option<Self> {
        if text.is_empty() {
            return None;
        }
        let date = row_date::alone(&text, reader.zone, reader.today);
        let is_template = link::is_template(&text);
        Some(Self { date, is_template, may_be_spread: row_date::may_be_spread(&text), ..Self::dated(text, None) })
    }

    /// What is shown as a date, or nothing in the place of one that is shown before.
    fn dated(text: String, date: Option<Stated>) -> Self {
        let (is_dated_line, is_dated_at_end) = (OnceCell::new(), OnceCell::new());
        Self { text, date, is_template: false, may_be_spread: false, is_dated_line, is_dated_at_end }
    }

    /// The date that a template spread over two texts, `<b>19</b><i>2024-12</i>`: the first then shows all of it, the other
    /// nothing.
    pub(super) fn joined(&self, next: &Self, reader: &RowReader<'_>) -> Option<(Self, Self)> {
        if !(self.may_be_spread && next.may_be_spread) {
            return None;
        }
        let date = date::stated(&row_date::spread(&self.text, &next.text)?, reader.zone)?;
        let shown = format!("{} {}", self.text, next.text);
        Some((Self::dated(shown, Some(date)), Self::dated(String::new(), Some(date))))
    }

    /// Whether it is a short line with a date in it.
    pub(super) fn is_dated_line(&self, reader: &RowReader<'_>) -> bool {
        let is_dated = || self.text.len() <= LONGEST_LINE_BYTES && date::stated(&self.text, reader.zone).is_some();
        *self.is_dated_line.get_or_init(is_dated)
    }

    /// Whether it ends with a date.
    pub(super) fn is_dated_at_end(&self, reader: &RowReader<'_>) -> bool {
        *self.is_dated_at_end.get_or_init(|| row_date::is_at_end(&self.text, reader.zone))
    }
}

/// The parts of an element.
#[derive(Debug)]
pub(super) struct Parts<'t> {
    all: Vec<Part<'t>>,
    /// Where each element and what is inside of it stands, by [`NodeKey::index`].
    places: Vec<Range<usize>>,
}

impl<'t> Parts<'t> {
    /// Goes through an element.
    pub(super) fn of(root: Node<'t>, reader: &RowReader<'_>) -> Self {
        let (mut all, mut places) = (Vec::new(), Vec::new());
        for step in root.walk() {
            match step {
                Step::Enter(node) => {
                    *place(&mut places, node.key()) = all.len()..all.len();
                    all.push(Part::Enter(element(node, reader)));
                }
                Step::Leave(node) => {
                    all.push(Part::Leave(node, Role::of(node)));
                    place(&mut places, node.key()).end = all.len();
                }
                Step::Text(raw) => all.push(Part::Text(Text { raw, words: OnceCell::new() })),
                Step::Comment(_) => {}
            }
        }
        Self { all, places }
    }

    /// All of them.
    pub(super) fn all(&self) -> &[Part<'t>] {
        &self.all
    }

    /// An element, and all inside of it.
    pub(super) fn of_element(&self, node: Node<'t>) -> &[Part<'t>] {
        let place = self.places.get(node.key().index()).cloned().unwrap_or_default();
        self.all.get(place).unwrap_or_default()
    }

    /// The links that lead anywhere.
    pub(super) fn anchors(&self) -> impl Iterator<Item = Node<'t>> {
        self.all.iter().filter_map(|part| match part {
            Part::Enter(element) if element.link.is_some() => Some(element.node),
            _ => None,
        })
    }
}

/// The place of a node, made where it has none.
fn place(places: &mut Vec<Range<usize>>, key: NodeKey) -> &mut Range<usize> {
    if places.len() <= key.index() {
        places.resize(key.index() + 1, 0..0);
    }
    &mut places[key.index()]
}

fn element<'t>(node: Node<'t>, reader: &RowReader<'_>) -> Element<'t> {
    let role = Role::of(node);
    let url = if role == Role::Anchor { link::of_anchor(node, reader.base) } else { None };
    let link = url.map(|url| Link { is_to_itself: link::is_same_page(&url, reader.page), url: Rc::new(url) });
    Element { node, role, link, is_hidden: is_hidden(node) }
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
