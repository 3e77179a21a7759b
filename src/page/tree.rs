//! The seam to the HTML library: the only file that knows which one it is.
//!
//! In: decoded text. Out: a [`Tree`] whose [`Node`]s are walked without recursion, and compiled [`Selector`]s and
//! [`Query`]s. Never: meaning; what a node says about a report is decided elsewhere.

use std::fmt;

use ego_tree::iter::Edge;
use scraper::{ElementRef, Html};

/// Most nodes a page may have: real portal pages stay under 30,000; beyond this a page is an attack or an accident.
pub const MOST_NODES: usize = 500_000;

/// Most elements that may stand open at once. The parser's work grows with the square of that number (0.2 s for this
/// many, over a minute for 100,000); browsers nest 512 deep, real portal pages under 100.
pub const MOST_DEPTH: usize = 4_000;

/// Why a page could not become a tree.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum TreeError {
    /// Too many nodes.
    #[error("the page has {0} nodes, more than the {MOST_NODES} that are read")]
    TooManyNodes(usize),
    /// Too many elements inside one another.
    #[error("the page nests its elements more than {MOST_DEPTH} deep")]
    TooDeep,
}

/// A parsed page.
///
/// **Limits**: not `Send`; it lives and dies on the thread that parsed it.
pub struct Tree(Html);

impl Tree {
    /// Parses a page as a browser would, however broken it is.
    pub fn parse(text: &str) -> Result<Self, TreeError> {
        ensure_shallow(text)?;
        let html = Html::parse_document(text);
        let n_nodes = html.tree.values().len();
        if n_nodes > MOST_NODES { Err(TreeError::TooManyNodes(n_nodes)) } else { Ok(Self(html)) }
    }

    /// Parses a piece of a page, such as one record of a datastore.
    pub fn parse_fragment(text: &str) -> Result<Self, TreeError> {
        ensure_shallow(text)?;
        let html = Html::parse_fragment(text);
        let n_nodes = html.tree.values().len();
        if n_nodes > MOST_NODES { Err(TreeError::TooManyNodes(n_nodes)) } else { Ok(Self(html)) }
    }

    /// The `html` element.
    pub fn root(&self) -> Node<'_> {
        Node(self.0.root_element())
    }

    /// All elements that match, in document order.
    pub fn select<'t>(&'t self, selector: &'t Selector) -> impl Iterator<Item = Node<'t>> {
        self.0.select(&selector.compiled).map(Node)
    }

    /// Every comment of the page, in document order.
    pub fn comments(&self) -> impl Iterator<Item = &str> {
        self.0.tree.values().filter_map(|value| value.as_comment()).map(|comment| &**comment)
    }
}

/// Elements that end by themselves: a page that never closes them is usual, and does not nest.
const SELF_ENDING: [&str; 26] = [
    "area", "base", "br", "col", "colgroup", "dd", "dt", "embed", "hr", "img", "input", "li", "link", "meta", "option",
    "p", "param", "source", "tbody", "td", "tfoot", "th", "thead", "tr", "wbr", "html",
];

/// Counts how many elements stand open at once, before the parser does. Tags inside scripts count too: a script that
/// writes thousands of them without their ends is none that a portal has.
fn ensure_shallow(text: &str) -> Result<(), TreeError> {
    let mut depth = 0_usize;
    for tag in text.split('<').skip(1) {
        let (is_end, tag) = tag.strip_prefix('/').map_or((false, tag), |tag| (true, tag));
        let n_name = tag.bytes().take_while(u8::is_ascii_alphanumeric).count();
        let name = &tag[..n_name];
        if !name.starts_with(|c: char| c.is_ascii_alphabetic())
            || SELF_ENDING.iter().any(|known| known.eq_ignore_ascii_case(name))
        {
            continue;
        }
        depth = if is_end { depth.saturating_sub(1) } else { depth + 1 };
        if depth > MOST_DEPTH {
            return Err(TreeError::TooDeep);
        }
    }
    Ok(())
}

/// An element of a [`Tree`].
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Node<'t>(ElementRef<'t>);

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
    /// The element's name in lower case.
    pub fn name(&self) -> &'t str {
        self.0.value().name()
    }

    /// An attribute's value; names are lower case.
    pub fn attr(&self, name: &str) -> Option<&'t str> {
        self.0.value().attr(name)
    }

    /// The `id` attribute.
    pub fn id(&self) -> Option<&'t str> {
        self.0.value().id()
    }

    /// Whether this class is among its classes (case matters).
    pub fn has_class(&self, class: &str) -> bool {
        self.0.value().classes().any(|one| one == class)
    }

    /// A number that is this node's alone within its tree, growing in document order of creation.
    pub fn key(&self) -> NodeKey {
        NodeKey(self.0.id())
    }

    /// The element around it.
    pub fn parent(&self) -> Option<Node<'t>> {
        self.0.parent().and_then(ElementRef::wrap).map(Node)
    }

    /// The elements around it, innermost first.
    pub fn ancestors(&self) -> impl Iterator<Item = Node<'t>> + use<'t> {
        self.0.ancestors().filter_map(ElementRef::wrap).map(Node)
    }

    /// Its child elements.
    pub fn children(&self) -> impl Iterator<Item = Node<'t>> + use<'t> {
        self.0.child_elements().map(Node)
    }

    /// The elements after it under the same parent.
    pub fn next_siblings(&self) -> impl Iterator<Item = Node<'t>> + use<'t> {
        self.0.next_siblings().filter_map(ElementRef::wrap).map(Node)
    }

    /// The elements before it under the same parent, nearest first.
    pub fn prev_siblings(&self) -> impl Iterator<Item = Node<'t>> + use<'t> {
        self.0.prev_siblings().filter_map(ElementRef::wrap).map(Node)
    }

    /// All elements below it, in document order.
    pub fn descendants(&self) -> impl Iterator<Item = Node<'t>> + use<'t> {
        self.0.descendent_elements().map(Node)
    }

    /// Elements below it that match, in document order.
    pub fn select<'s>(&self, selector: &'s Selector) -> impl Iterator<Item = Node<'t>> + use<'t, 's> {
        self.0.select(&selector.compiled).map(Node)
    }

    /// Whether it matches by itself.
    pub fn matches(&self, selector: &Selector) -> bool {
        selector.compiled.matches(&self.0)
    }

    /// Goes through its subtree in document order, itself included. Never recursive: nesting costs no stack.
    pub fn walk(&self) -> impl Iterator<Item = Step<'t>> + use<'t> {
        self.0.traverse().filter_map(|edge| match edge {
            Edge::Open(node) => match ElementRef::wrap(node) {
                Some(element) => Some(Step::Enter(Node(element))),
                None => match node.value() {
                    scraper::Node::Text(text) => Some(Step::Text(text)),
                    scraper::Node::Comment(comment) => Some(Step::Comment(comment)),
                    _ => None,
                },
            },
            Edge::Close(node) => ElementRef::wrap(node).map(|element| Step::Leave(Node(element))),
        })
    }

    /// All text below it, scripts and styles included, exactly as it stands.
    pub fn raw_text(&self) -> String {
        self.0.text().collect()
    }
}

impl fmt::Debug for Node<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<{}>", self.name())
    }
}

/// Tells a node from the others of its tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NodeKey(ego_tree::NodeId);

/// A compiled CSS selector that remembers how it was written.
#[derive(Clone, PartialEq, Eq)]
pub struct Selector {
    written: String,
    compiled: scraper::Selector,
}

/// A selector that cannot be compiled.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("{written:?} is not a CSS selector: {why}")]
pub struct SelectorError {
    written: String,
    why: String,
}

impl Selector {
    /// Compiles a CSS selector list.
    pub fn parse(written: &str) -> Result<Self, SelectorError> {
        match scraper::Selector::parse(written) {
            Ok(compiled) => Ok(Self { written: written.to_owned(), compiled }),
            Err(error) => Err(SelectorError { written: written.to_owned(), why: error.to_string() }),
        }
    }

    /// As it was written.
    pub fn as_str(&self) -> &str {
        &self.written
    }
}

impl fmt::Debug for Selector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Selector({:?})", self.written)
    }
}

/// What a [`Query`] takes of an element that its selector found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Take {
    /// The element itself; as a value, its text.
    Element,
    /// `::text`: all text below it, white space collapsed.
    Text,
    /// `::attr(name)`: an attribute.
    Attr(String),
}

/// A selector with Scrapy's suffix: `h1`, `h1::text`, `a::attr(href)`; `::text` alone means the element asked itself.
#[derive(Clone, PartialEq, Eq)]
pub struct Query {
    written: String,
    /// `None`: the element itself.
    selector: Option<Selector>,
    take: Take,
}

impl Query {
    /// Compiles a selector with an optional suffix.
    pub fn parse(written: &str) -> Result<Self, SelectorError> {
        let wrong = |why: &str| SelectorError { written: written.to_owned(), why: why.to_owned() };
        let trimmed = written.trim();
        let (css, take) = match trimmed.rsplit_once("::") {
            None => (trimmed, Take::Element),
            Some((css, "text")) => (css, Take::Text),
            Some((css, suffix)) => {
                let name = suffix.strip_prefix("attr(").and_then(|rest| rest.strip_suffix(')'));
                let name = name.ok_or_else(|| wrong("after :: comes text or attr(name)"))?;
                let is_name = !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || "-_:.".contains(c));
                if !is_name {
                    return Err(wrong("attr(..) takes the name of an attribute"));
                }
                (css, Take::Attr(name.to_ascii_lowercase()))
            }
        };
        let selector = match (css.trim(), &take) {
            ("", Take::Element) => return Err(wrong("it is empty")),
            ("", _) => None,
            (css, _) => Some(Selector::parse(css).map_err(|error| wrong(&error.why))?),
        };
        Ok(Self { written: written.to_owned(), selector, take })
    }

    /// As it was written.
    pub fn as_str(&self) -> &str {
        &self.written
    }

    /// What is taken of each element.
    pub fn take(&self) -> &Take {
        &self.take
    }

    /// The elements it finds below `node`, in document order.
    pub fn elements<'t>(&self, node: Node<'t>) -> Vec<Node<'t>> {
        match &self.selector {
            None => vec![node],
            Some(selector) => node.select(selector).collect(),
        }
    }

    /// The values it finds below `node`, in document order, empty ones left out.
    pub fn values(&self, node: Node<'_>) -> Vec<String> {
        self.elements(node).into_iter().filter_map(|found| self.value_of(found)).collect()
    }

    /// The first value it finds below `node` that is not empty.
    pub fn first(&self, node: Node<'_>) -> Option<String> {
        self.elements(node).into_iter().find_map(|found| self.value_of(found))
    }

    fn value_of(&self, node: Node<'_>) -> Option<String> {
        let value = match &self.take {
            Take::Attr(name) => node.attr(name)?.trim().to_owned(),
            Take::Element | Take::Text => visible_text(node),
        };
        (!value.is_empty()).then_some(value)
    }
}

impl fmt::Debug for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Query({:?})", self.written)
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
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_takes_text_attributes_or_the_node_itself() {
        let tree =
            Tree::parse("<ul><li><a href=' /a.html ' title='T'>An <b>entry</b></a><span> 2024 </span></li></ul>")
                .expect("small page");
        let li = Query::parse("li").expect("selector").elements(tree.root())[0];
        let value = |written: &str| Query::parse(written).expect("selector").first(li);
        assert_eq!(value("a::attr(href)").as_deref(), Some("/a.html"));
        assert_eq!(value("a::text").as_deref(), Some("An entry"));
        assert_eq!(value("::text").as_deref(), Some("An entry 2024"));
        assert_eq!(value("b::attr(title)"), None);
    }

    #[test]
    fn a_wrong_suffix_says_what_is_allowed() {
        let error = Query::parse("a::html").expect_err("no such suffix").to_string();
        assert!(error.contains("text or attr(name)"), "{error}");
        assert!(Query::parse("a::attr(on click)").is_err());
        assert!(Query::parse("div[").is_err());
        assert!(Query::parse("").is_err());
    }

    #[test]
    fn elements_nested_as_deep_as_may_be_do_not_overflow_the_stack_and_deeper_ones_are_refused() {
        let tree = Tree::parse(&"<div>".repeat(MOST_DEPTH)).expect("as deep as may be");
        assert_eq!(visible_text(tree.root()), "");
        for tag in ["<div>", "<b>", "<SPAN class=x>", "<table><tr><td>"] {
            assert_eq!(Tree::parse(&tag.repeat(100_000)).err(), Some(TreeError::TooDeep), "{tag}");
        }
    }

    #[test]
    fn paragraphs_and_rows_that_are_never_closed_do_not_count_as_nested() {
        let rows = "<p>一<br><tr><td>二<li>三<img src=a>".repeat(10_000);
        assert!(Tree::parse(&rows).is_ok());
    }
}
