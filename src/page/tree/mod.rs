//! The seam to the HTML library: the only room that knows which one it is.
//!
//! In: decoded text. Out: a [`Tree`] whose [`Node`]s are walked without recursion, and compiled [`Selector`]s and
//! [`Query`]s. Never: meaning; what a node says about a report is decided elsewhere.

use std::fmt;

use html5ever::{Attribute, LocalName, ns};

use arena::{NONE, NodeData, Nodes, What};

mod arena;
mod pieces;
mod select;
#[cfg(test)]
mod tests;
mod tokens;

pub use select::{Query, Selector, SelectorError, Take};

/// Most nodes a page may have: real portal pages stay under 30,000; beyond this a page is an attack or an accident.
pub const MOST_NODES: usize = 500_000;

/// Most elements that may stand open at once, or a few hundred more; paragraphs, items and parts of tables, which the next
/// of their kind ends, come on top. The parser's work grows with the square of that number (0.2 s for this
/// many, over a minute for 100,000); browsers nest 512 deep, real portal pages under 100.
pub const MOST_DEPTH: usize = 4_000;

/// Most attributes of one tag. Each is compared with those before it; real pages write under 30.
pub const MOST_ATTRIBUTES: usize = 1_000;

/// Longest text that is parsed: what a page of the most bytes that are fetched can grow to when it is decoded, and more.
pub const MOST_BYTES: usize = 256 << 20;

/// Why a page could not become a tree.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum TreeError {
    /// Too many nodes; how many had been read.
    #[error("the page has {0} nodes or more, and {MOST_NODES} are read")]
    TooManyNodes(usize),
    /// Too many elements inside one another.
    #[error("the page nests its elements more than {MOST_DEPTH} deep")]
    TooDeep,
    /// Too many attributes in one tag.
    #[error("the page has a tag of more than {MOST_ATTRIBUTES} attributes")]
    TooManyAttributes,
    /// Too much text.
    #[error("the page is longer than {MOST_BYTES} bytes")]
    TooLong,
}

/// A parsed page.
///
/// **Limits**: not `Send`; it lives and dies on the thread that parsed it.
pub struct Tree {
    nodes: Nodes,
    /// The `html` element.
    root: u32,
}

impl Tree {
    /// Parses a page as a browser would, however broken it is.
    pub fn parse(text: &str) -> Result<Self, TreeError> {
        tokens::document(text).map(Self::of)
    }

    /// Parses a piece of a page, such as one record of a datastore.
    pub fn parse_fragment(text: &str) -> Result<Self, TreeError> {
        tokens::fragment(text).map(Self::of)
    }

    fn of(nodes: Nodes) -> Self {
        let root = nodes.root_element().expect("invariant: the parse makes an html element of any text");
        Self { nodes, root }
    }

    /// The `html` element.
    pub fn root(&self) -> Node<'_> {
        Node { nodes: &self.nodes, at: self.root }
    }

    /// All elements of this name, in lower case, in the order of [`Tree::select`].
    pub fn named<'t>(&'t self, name: &str) -> impl Iterator<Item = Node<'t>> + use<'t> {
        let name = LocalName::from(name);
        let is_it = move |node: &NodeData| matches!(&node.what, What::Element(of, _) if of.local == name);
        let named = self.nodes.iter().filter(move |(_, node)| node.parent != NONE && is_it(node));
        named.map(|(at, _)| Node { nodes: &self.nodes, at })
    }

    /// All elements that match, in the order in which the parse made them: that of the document, but that what stands
    /// in a table outside of its cells comes behind the table, though it is shown before.
    pub fn select<'t>(&'t self, selector: &'t Selector) -> impl Iterator<Item = Node<'t>> {
        let placed = self.nodes.iter().filter(|(_, node)| node.parent != NONE);
        let elements = placed.filter_map(|(at, _)| Node::wrap(&self.nodes, at));
        select::matching(elements, selector, None)
    }

    /// Every comment of the page, in the same order.
    pub fn comments(&self) -> impl Iterator<Item = &str> {
        self.nodes.iter().filter_map(|(_, node)| match &node.what {
            What::Comment(comment) => Some(&**comment),
            _ => None,
        })
    }

    /// One more than the largest [`NodeKey::index`].
    pub fn n_nodes(&self) -> usize {
        self.nodes.len()
    }
}

/// An element of a [`Tree`].
#[derive(Clone, Copy)]
pub struct Node<'t> {
    nodes: &'t Nodes,
    at: u32,
}

impl PartialEq for Node<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.at == other.at && std::ptr::eq(self.nodes, other.nodes)
    }
}

impl Eq for Node<'_> {}

/// One step of a walk through a subtree.
#[derive(Clone, Copy)]
pub enum Step<'t> {
    /// An element begins.
    Enter(Node<'t>),
    /// An element ends.
    Leave(Node<'t>),
    /// A run of text.
    Text(&'t str),
    /// A comment.
    Comment(&'t str),
}

impl<'t> Node<'t> {
    /// The element at this place, where there is one.
    fn wrap(nodes: &'t Nodes, at: u32) -> Option<Self> {
        nodes.is_element(at).then_some(Self { nodes, at })
    }

    fn data(self) -> &'t NodeData {
        self.nodes.get(self.at)
    }

    fn local_name(self) -> &'t LocalName {
        match &self.data().what {
            What::Element(name, _) => &name.local,
            _ => unreachable!("a Node is an element"),
        }
    }

    fn attrs(self) -> &'t [Attribute] {
        match &self.data().what {
            What::Element(_, attrs) => attrs,
            _ => &[],
        }
    }

    /// The places that follow from one another, elements only.
    fn chain(self, first: u32, next: fn(&NodeData) -> u32) -> impl Iterator<Item = Node<'t>> + use<'t> {
        let nodes = self.nodes;
        nodes.chain(first, next).filter_map(move |at| Node::wrap(nodes, at))
    }

    /// The element's name in lower case.
    pub fn name(&self) -> &'t str {
        self.local_name()
    }

    /// An attribute's value; names are lower case.
    pub fn attr(&self, name: &str) -> Option<&'t str> {
        let is_it = |attr: &&Attribute| &*attr.name.local == name && attr.name.ns == ns!();
        self.attrs().iter().find(is_it).map(|attr| &*attr.value)
    }

    /// The `id` attribute.
    pub fn id(&self) -> Option<&'t str> {
        self.attr("id")
    }

    /// Whether this class is among its classes (case matters).
    pub fn has_class(&self, class: &str) -> bool {
        self.attr("class").is_some_and(|classes| classes.split_ascii_whitespace().any(|one| one == class))
    }

    /// A number that is this node's alone within its tree, growing in the order of [`Tree::select`].
    pub fn key(&self) -> NodeKey {
        NodeKey(self.at)
    }

    /// The element around it.
    pub fn parent(&self) -> Option<Node<'t>> {
        Node::wrap(self.nodes, self.data().parent)
    }

    /// The elements around it, innermost first.
    pub fn ancestors(&self) -> impl Iterator<Item = Node<'t>> + use<'t> {
        self.chain(self.data().parent, |node| node.parent)
    }

    /// Its child elements.
    pub fn children(&self) -> impl Iterator<Item = Node<'t>> + use<'t> {
        self.chain(self.data().first, |node| node.next)
    }

    /// The elements after it under the same parent.
    pub fn next_siblings(&self) -> impl Iterator<Item = Node<'t>> + use<'t> {
        self.chain(self.data().next, |node| node.next)
    }

    /// The elements before it under the same parent, nearest first.
    pub fn prev_siblings(&self) -> impl Iterator<Item = Node<'t>> + use<'t> {
        self.chain(self.data().prev, |node| node.prev)
    }

    /// The element itself and all below it, in document order.
    pub fn descendants(&self) -> impl Iterator<Item = Node<'t>> + use<'t> {
        self.walk().filter_map(|step| match step {
            Step::Enter(node) => Some(node),
            _ => None,
        })
    }

    /// Elements that match, itself and below it, in document order.
    pub fn select<'s>(&self, selector: &'s Selector) -> impl Iterator<Item = Node<'t>> + use<'t, 's> {
        select::matching(self.descendants(), selector, Some(*self))
    }

    /// Whether it matches by itself.
    pub fn matches(&self, selector: &Selector) -> bool {
        select::matching(std::iter::once(*self), selector, None).next().is_some()
    }

    /// Goes through its subtree in document order, itself included. Never recursive: nesting costs no stack.
    pub fn walk(&self) -> impl Iterator<Item = Step<'t>> + use<'t> {
        Walk { nodes: self.nodes, root: self.at, edge: Edge::Open(self.at) }
    }

    /// All text below it, scripts and styles included, exactly as it stands.
    pub fn raw_text(&self) -> String {
        let runs = self.walk().filter_map(|step| match step {
            Step::Text(run) => Some(run),
            _ => None,
        });
        runs.collect()
    }
}

impl fmt::Debug for Node<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<{}>", self.name())
    }
}

enum Edge {
    Open(u32),
    Close(u32),
    End,
}

struct Walk<'t> {
    nodes: &'t Nodes,
    root: u32,
    edge: Edge,
}

impl Walk<'_> {
    /// Where the walk goes from the end of a node.
    fn behind(&self, at: u32, node: &NodeData) -> Edge {
        match node.next {
            _ if at == self.root => Edge::End,
            NONE => Edge::Close(node.parent),
            next => Edge::Open(next),
        }
    }
}

impl<'t> Iterator for Walk<'t> {
    type Item = Step<'t>;

    fn next(&mut self) -> Option<Step<'t>> {
        loop {
            let (at, is_open) = match self.edge {
                Edge::Open(at) => (at, true),
                Edge::Close(at) => (at, false),
                Edge::End => return None,
            };
            let node = self.nodes.get(at);
            let has_inside = is_open && matches!(node.what, What::Element(..) | What::Root);
            self.edge = match node.first {
                NONE if has_inside => Edge::Close(at),
                first if has_inside => Edge::Open(first),
                _ => self.behind(at, node),
            };
            return Some(match &node.what {
                What::Element(..) if is_open => Step::Enter(Node { nodes: self.nodes, at }),
                What::Element(..) => Step::Leave(Node { nodes: self.nodes, at }),
                What::Text(text) => Step::Text(text),
                What::Comment(comment) => Step::Comment(comment),
                What::Root => continue,
            });
        }
    }
}

/// Tells a node from the others of its tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NodeKey(u32);

impl NodeKey {
    /// As a place in a vector of [`Tree::n_nodes`].
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// Elements whose content a reader never sees.
pub const HIDDEN_ELEMENTS: [&str; 6] = ["script", "style", "noscript", "template", "head", "textarea"];

/// The text below a node without scripts and styles, white space collapsed to single spaces, trimmed.
pub fn visible_text(node: Node<'_>) -> String {
    let mut text = String::new();
    let mut n_hidden = 0_usize;
    for step in node.walk() {
        match step {
            Step::Enter(inner) if HIDDEN_ELEMENTS.contains(&inner.name()) => n_hidden += 1,
            Step::Leave(inner) if HIDDEN_ELEMENTS.contains(&inner.name()) => n_hidden -= 1,
            Step::Text(run) if n_hidden == 0 => text.push_str(run),
            _ => {}
        }
    }
    collapse(&text)
}

/// White space of every kind collapsed to single spaces, ends trimmed.
pub fn collapse(text: &str) -> String {
    // Most texts between two tags are white space: nothing is allocated for them.
    let text = text.trim();
    let mut collapsed = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !collapsed.is_empty() {
            collapsed.push(' ');
        }
        collapsed.push_str(word);
    }
    collapsed
}
