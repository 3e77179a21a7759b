//! CSS selectors, and the queries of site files that are made of them.
//!
//! In: what a site file writes. Out: [`Selector`]s and [`Query`]s; the elements and values they find. Scraper says what a
//! selector may be and how its parts compare; the elements are ours.

use std::fmt;
use std::sync::Arc;

use html5ever::{LocalName, Namespace, ns};
use scraper::error::SelectorErrorKind;
use scraper::selector::{CssLocalName, CssString, NonTSPseudoClass, Parser, PseudoElement, Simple};
use selectors::attr::{AttrSelectorOperation, CaseSensitivity, NamespaceConstraint};
use selectors::bloom::BloomFilter;
use selectors::matching::{
    self, ElementSelectorFlags, MatchingContext, MatchingForInvalidation, MatchingMode, NeedsSelectorFlags, QuirksMode,
    SelectorCaches,
};
use selectors::parser::{Component, ParseRelative, SelectorList};
use selectors::{Element, OpaqueElement};

use super::arena::What;
use super::{Node, visible_text};

/// A compiled CSS selector that remembers how it was written; clones share it.
#[derive(Clone, PartialEq, Eq)]
pub struct Selector(Arc<Compiled>);

#[derive(PartialEq, Eq)]
struct Compiled {
    written: String,
    list: SelectorList<Simple>,
    /// The only names that an element it finds may have; empty where it says none.
    names: Vec<LocalName>,
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
        match SelectorList::parse(&Parser, &mut cssparser::Parser::new(written), ParseRelative::No) {
            Ok(list) => Ok(Self(Arc::new(Compiled { written: written.to_owned(), names: names(&list), list }))),
            Err(error) => {
                Err(SelectorError { written: written.to_owned(), why: SelectorErrorKind::from(error).to_string() })
            }
        }
    }

    /// As it was written.
    pub fn as_str(&self) -> &str {
        &self.0.written
    }
}

/// The names of the elements that a list may find, those of each of its selectors; none where one of them says none.
fn names(list: &SelectorList<Simple>) -> Vec<LocalName> {
    let of_one = |selector: &selectors::parser::Selector<Simple>| {
        selector.iter().find_map(|part| match part {
            // HTML compares in lower case, SVG as written.
            Component::LocalName(said) => Some([said.name.0.clone(), said.lower_name.0.clone()]),
            _ => None,
        })
    };
    let names: Option<Vec<[LocalName; 2]>> = list.slice().iter().map(of_one).collect();
    names.unwrap_or_default().into_iter().flatten().collect()
}

impl fmt::Debug for Selector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Selector({:?})", self.0.written)
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
/// Clones share it.
#[derive(Clone, PartialEq, Eq)]
pub struct Query(Arc<Asked>);

#[derive(PartialEq, Eq)]
struct Asked {
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
        Ok(Self(Arc::new(Asked { written: written.to_owned(), selector, take })))
    }

    /// As it was written.
    pub fn as_str(&self) -> &str {
        &self.0.written
    }

    /// What is taken of each element.
    pub fn take(&self) -> &Take {
        &self.0.take
    }

    /// The elements it finds below `node`, in document order.
    pub fn elements<'t>(&self, node: Node<'t>) -> Vec<Node<'t>> {
        match &self.0.selector {
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
        let value = match &self.0.take {
            Take::Attr(name) => node.attr(name)?.trim().to_owned(),
            Take::Element | Take::Text => visible_text(node),
        };
        (!value.is_empty()).then_some(value)
    }
}

impl fmt::Debug for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Query({:?})", self.0.written)
    }
}

/// Those of the elements that match. `scope` is what `:scope` means; `None`: the root.
pub(super) fn matching<'t, 's>(
    elements: impl Iterator<Item = Node<'t>>,
    selector: &'s Selector,
    scope: Option<Node<'t>>,
) -> impl Iterator<Item = Node<'t>> {
    let mut caches = SelectorCaches::default();
    elements.filter(move |element| {
        // Most selectors name what they look for: a glance at the name is a tenth of what matching costs.
        if !selector.0.names.is_empty() && !selector.0.names.contains(element.local_name()) {
            return false;
        }
        let mut context = MatchingContext::new(
            MatchingMode::Normal,
            None,
            &mut caches,
            QuirksMode::NoQuirks,
            NeedsSelectorFlags::No,
            MatchingForInvalidation::No,
        );
        context.scope_element = scope.map(|node| node.opaque());
        selector.0.list.slice().iter().any(|one| matching::matches_selector(one, 0, None, element, &mut context))
    })
}

impl Element for Node<'_> {
    type Impl = Simple;

    fn opaque(&self) -> OpaqueElement {
        OpaqueElement::new(self.data())
    }

    fn parent_element(&self) -> Option<Self> {
        self.parent()
    }

    fn parent_node_is_shadow_root(&self) -> bool {
        false
    }

    fn containing_shadow_host(&self) -> Option<Self> {
        None
    }

    fn is_pseudo_element(&self) -> bool {
        false
    }

    fn prev_sibling_element(&self) -> Option<Self> {
        self.prev_siblings().next()
    }

    fn next_sibling_element(&self) -> Option<Self> {
        self.next_siblings().next()
    }

    fn first_element_child(&self) -> Option<Self> {
        self.children().next()
    }

    fn is_html_element_in_html_document(&self) -> bool {
        self.has_namespace(&ns!(html))
    }

    fn has_local_name(&self, name: &CssLocalName) -> bool {
        *self.local_name() == name.0
    }

    fn has_namespace(&self, namespace: &Namespace) -> bool {
        matches!(&self.data().what, What::Element(name, _) if name.ns == *namespace)
    }

    fn is_same_type(&self, other: &Self) -> bool {
        match (&self.data().what, &other.data().what) {
            (What::Element(one, _), What::Element(other, _)) => one == other,
            _ => false,
        }
    }

    fn attr_matches(
        &self,
        ns: &NamespaceConstraint<&Namespace>,
        name: &CssLocalName,
        operation: &AttrSelectorOperation<&CssString>,
    ) -> bool {
        self.attrs().iter().any(|attr| {
            !matches!(*ns, NamespaceConstraint::Specific(url) if *url != attr.name.ns)
                && name.0 == attr.name.local
                && operation.eval_str(&attr.value)
        })
    }

    fn match_non_ts_pseudo_class(&self, _: &NonTSPseudoClass, _: &mut MatchingContext<'_, Simple>) -> bool {
        false
    }

    fn match_pseudo_element(&self, _: &PseudoElement, _: &mut MatchingContext<'_, Simple>) -> bool {
        false
    }

    fn apply_selector_flags(&self, _: ElementSelectorFlags) {}

    fn is_link(&self) -> bool {
        self.name() == "link"
    }

    fn is_html_slot_element(&self) -> bool {
        true
    }

    fn has_id(&self, id: &CssLocalName, case: CaseSensitivity) -> bool {
        self.id().is_some_and(|own| case.eq(id.0.as_bytes(), own.as_bytes()))
    }

    fn has_class(&self, class: &CssLocalName, case: CaseSensitivity) -> bool {
        let mut classes = self.attr("class").unwrap_or_default().split_ascii_whitespace();
        classes.any(|own| case.eq(own.as_bytes(), class.0.as_bytes()))
    }

    fn has_custom_state(&self, _: &CssLocalName) -> bool {
        false
    }

    fn imported_part(&self, _: &CssLocalName) -> Option<CssLocalName> {
        None
    }

    fn is_part(&self, _: &CssLocalName) -> bool {
        false
    }

    fn is_empty(&self) -> bool {
        let mut children = self.nodes.chain(self.data().first, |node| node.next);
        let is_content = |at: u32| matches!(self.nodes.get(at).what, What::Element(..) | What::Text(_));
        !children.any(is_content)
    }

    fn is_root(&self) -> bool {
        self.data().parent == 0
    }

    fn add_element_unique_hashes(&self, _: &mut BloomFilter) -> bool {
        false
    }
}
