//! The nodes of a page, in one vector, as the HTML library's tree builder makes them.
//!
//! In: the builder's calls. Out: [`Nodes`], linked by their places in the vector; text and attributes share the buffer
//! that was parsed. Never: meaning. Measured on 33 real pages: scraper's own tree, which sorts attributes and interns
//! what it looks up, costs a third more than this one to build and five times as much to read.

use std::borrow::Cow;
use std::cell::{Cell, Ref, RefCell};

use html5ever::interface::{ElementFlags, NodeOrText, QuirksMode, TreeSink};
use html5ever::tendril::StrTendril;
use html5ever::{Attribute, QualName, local_name, ns};

use super::pieces;

/// No node.
pub(super) const NONE: u32 = u32::MAX;

/// What a node is.
pub(super) enum What {
    /// The document, or the content of a `template`.
    Root,
    /// Its name, and its attributes in the order written, each name once.
    Element(QualName, Vec<Attribute>),
    Text(StrTendril),
    Comment(StrTendril),
}

/// A node and its neighbours; [`NONE`] where there is none.
pub(super) struct NodeData {
    pub(super) what: What,
    pub(super) parent: u32,
    pub(super) prev: u32,
    pub(super) next: u32,
    pub(super) first: u32,
    pub(super) last: u32,
}

/// All nodes; the document is the first.
pub(super) struct Nodes(Vec<NodeData>);

impl Nodes {
    pub(super) fn get(&self, at: u32) -> &NodeData {
        &self.0[at as usize]
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (u32, &NodeData)> {
        (0..).zip(&self.0)
    }

    pub(super) fn is_element(&self, at: u32) -> bool {
        at != NONE && matches!(self.get(at).what, What::Element(..))
    }

    /// The nodes from `first` on, each the `next` of the one before.
    pub(super) fn chain(&self, first: u32, next: fn(&NodeData) -> u32) -> impl Iterator<Item = u32> {
        let some = |at: u32| (at != NONE).then_some(at);
        std::iter::successors(some(first), move |&at| some(next(self.get(at))))
    }

    /// The first element below the document.
    pub(super) fn root_element(&self) -> Option<u32> {
        self.chain(self.get(0).first, |node| node.next).find(|&at| self.is_element(at))
    }

    fn of(&mut self, at: u32) -> &mut NodeData {
        &mut self.0[at as usize]
    }

    fn add(&mut self, what: What) -> u32 {
        let at = u32::try_from(self.0.len()).expect("invariant: the parse stops long before");
        self.0.push(NodeData { what, parent: NONE, prev: NONE, next: NONE, first: NONE, last: NONE });
        at
    }

    fn detach(&mut self, at: u32) {
        let NodeData { parent, prev, next, .. } = *self.get(at);
        if parent == NONE {
            return;
        }
        if prev == NONE {
            self.of(parent).first = next;
        } else {
            self.of(prev).next = next;
        }
        if next == NONE {
            self.of(parent).last = prev;
        } else {
            self.of(next).prev = prev;
        }
        let node = self.of(at);
        (node.parent, node.prev, node.next) = (NONE, NONE, NONE);
    }

    fn append(&mut self, parent: u32, at: u32) {
        self.detach(at);
        let last = std::mem::replace(&mut self.of(parent).last, at);
        if last == NONE {
            self.of(parent).first = at;
        } else {
            self.of(last).next = at;
        }
        let node = self.of(at);
        (node.parent, node.prev) = (parent, last);
    }

    fn insert_before(&mut self, sibling: u32, at: u32) {
        self.detach(at);
        let NodeData { parent, prev, .. } = *self.get(sibling);
        if prev == NONE {
            self.of(parent).first = at;
        } else {
            self.of(prev).next = at;
        }
        self.of(sibling).prev = at;
        let node = self.of(at);
        (node.parent, node.prev, node.next) = (parent, prev, sibling);
    }

    /// Lengthens a text; `false` where that node is none.
    fn lengthen(&mut self, at: u32, text: &StrTendril) -> bool {
        if at == NONE {
            return false;
        }
        let What::Text(own) = &mut self.of(at).what else { return false };
        own.push_tendril(text);
        true
    }
}

/// What the tree builder writes to.
pub(super) struct Sink {
    nodes: RefCell<Nodes>,
    n_nodes: Cell<usize>,
}

impl Sink {
    pub(super) fn new() -> Self {
        let mut nodes = Nodes(Vec::new());
        nodes.add(What::Root);
        Self { nodes: RefCell::new(nodes), n_nodes: Cell::new(1) }
    }

    /// Nodes so far.
    pub(super) fn n_nodes(&self) -> usize {
        self.n_nodes.get()
    }

    /// Whether a node is an element of which each may stand right in another of its kind.
    pub(super) fn is_nested_by_itself(&self, at: u32) -> bool {
        match &self.nodes.borrow().get(at).what {
            What::Element(name, _) => name.ns != ns!(html) || !pieces::is_ended_by_its_like(&name.local),
            _ => false,
        }
    }

    fn add(&self, what: What) -> u32 {
        self.n_nodes.set(self.n_nodes.get() + 1);
        self.nodes.borrow_mut().add(what)
    }
}

impl TreeSink for Sink {
    type Handle = u32;
    type Output = Nodes;
    type ElemName<'a> = Ref<'a, QualName>;

    fn finish(self) -> Nodes {
        self.nodes.into_inner()
    }

    fn parse_error(&self, _: Cow<'static, str>) {}

    fn get_document(&self) -> u32 {
        0
    }

    fn elem_name<'a>(&'a self, target: &u32) -> Ref<'a, QualName> {
        Ref::map(self.nodes.borrow(), |nodes| match &nodes.get(*target).what {
            What::Element(name, _) => name,
            _ => unreachable!("the tree builder asks elements only"),
        })
    }

    fn create_element(&self, name: QualName, attrs: Vec<Attribute>, _: ElementFlags) -> u32 {
        let is_template = name.ns == ns!(html) && name.local == local_name!("template");
        let at = self.add(What::Element(name, attrs));
        if is_template {
            let content = self.add(What::Root);
            self.nodes.borrow_mut().append(at, content);
        }
        at
    }

    fn create_comment(&self, text: StrTendril) -> u32 {
        self.add(What::Comment(text))
    }

    fn create_pi(&self, _: StrTendril, data: StrTendril) -> u32 {
        self.add(What::Comment(data))
    }

    fn append(&self, parent: &u32, child: NodeOrText<u32>) {
        match child {
            NodeOrText::AppendNode(at) => self.nodes.borrow_mut().append(*parent, at),
            NodeOrText::AppendText(text) => {
                let last = self.nodes.borrow().get(*parent).last;
                if !self.nodes.borrow_mut().lengthen(last, &text) {
                    let at = self.add(What::Text(text));
                    self.nodes.borrow_mut().append(*parent, at);
                }
            }
        }
    }

    fn append_based_on_parent_node(&self, element: &u32, prev_element: &u32, child: NodeOrText<u32>) {
        let has_parent = self.nodes.borrow().get(*element).parent != NONE;
        if has_parent { self.append_before_sibling(element, child) } else { self.append(prev_element, child) }
    }

    fn append_doctype_to_document(&self, _: StrTendril, _: StrTendril, _: StrTendril) {}

    fn get_template_contents(&self, target: &u32) -> u32 {
        self.nodes.borrow().get(*target).first
    }

    fn same_node(&self, one: &u32, other: &u32) -> bool {
        one == other
    }

    fn set_quirks_mode(&self, _: QuirksMode) {}

    fn append_before_sibling(&self, sibling: &u32, new_node: NodeOrText<u32>) {
        if let NodeOrText::AppendNode(at) = new_node {
            self.nodes.borrow_mut().detach(at);
        }
        let NodeData { parent, prev, .. } = *self.nodes.borrow().get(*sibling);
        if parent == NONE {
            return;
        }
        let at = match new_node {
            NodeOrText::AppendNode(at) => at,
            NodeOrText::AppendText(text) if self.nodes.borrow_mut().lengthen(prev, &text) => return,
            NodeOrText::AppendText(text) => self.add(What::Text(text)),
        };
        self.nodes.borrow_mut().insert_before(*sibling, at);
    }

    fn add_attrs_if_missing(&self, target: &u32, attrs: Vec<Attribute>) {
        let mut nodes = self.nodes.borrow_mut();
        let What::Element(_, own) = &mut nodes.of(*target).what else { return };
        for attr in attrs {
            if own.iter().all(|known| known.name != attr.name) {
                own.push(attr);
            }
        }
    }

    fn remove_from_parent(&self, target: &u32) {
        self.nodes.borrow_mut().detach(*target);
    }

    fn reparent_children(&self, node: &u32, new_parent: &u32) {
        let mut nodes = self.nodes.borrow_mut();
        while nodes.get(*node).first != NONE {
            let child = nodes.get(*node).first;
            nodes.append(*new_parent, child);
        }
    }
}
