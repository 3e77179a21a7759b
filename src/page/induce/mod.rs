//! Induction: from a listing page nobody described to the rules of its site file.
//!
//! In: an opened page and its address. Out: a [`Proposal`]: family, names, selectors, pagination, the rows they give,
//! and every reason to doubt it. Never: a network; the second page and the reports are looked at by the caller, who adds
//! what he finds to the reasons.

mod above;
mod answer;
mod bare;
mod entry;
mod fields;
mod hints;
mod name;
mod names;
mod odd;
mod pages;
mod place;
mod reason;
mod usual;

use std::sync::Arc;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use url::Url;

use self::pages::First;
use super::asked::{self, Asked};
use super::listing::shape::{self, Shape};
use super::listing::{self, ListingRead, advice};
use super::open::Opened;
use super::pointer::LinkQuery;
use super::row_pieces::RowReader;
use super::rows::Candidate;
use super::tree::{Node, Tree};
use super::weigh::Scales;
use super::{ReadRules, datastore, family, link, rows};
use crate::change::report_kind::Kinds;
use crate::config::{EntryRule, Family, Format, Pagination, PostRule, first_page};
use crate::model::{Entry, ListingPage, PageAddress, PageKind};

pub use answer::rules as answer_rules;
pub use hints::Hints;
pub use names::Names;
pub use reason::{Reason, SURE, confidence};
pub use usual::pages as usual_pages;

/// What induction knows beside the page.
#[derive(Debug, Clone, Copy)]
pub struct Sight<'a> {
    /// Where the listing was found.
    pub url: &'a Url,
    /// The zone of its dates.
    pub zone: &'a TimeZone,
    /// The site's day.
    pub today: Date,
    /// The families that may be recognised.
    pub families: &'a [Arc<Family>],
    /// The kinds that its entries may be of.
    pub kinds: &'a Kinds,
    /// What another page asks it by, where one led here.
    pub asked: Option<&'a Asked>,
    /// What other pages tell of the links of its rows.
    pub hints: &'a Hints,
}

impl<'a> Sight<'a> {
    /// A reading without any rule.
    fn read(&self) -> ListingRead<'a> {
        let Sight { url, zone, today, .. } = *self;
        ListingRead { rule: None, family: None, zone, first_url: url, page_url: url, post: None, n_page: 1, today }
    }
}

/// Rules for a listing, and what they are worth.
#[derive(Debug, Clone)]
pub struct Proposal {
    /// What the page is.
    pub page: PageKind,
    /// The CMS family it was recognised as.
    pub family: Option<Arc<Family>>,
    /// What site and listing are called.
    pub names: Names,
    /// The kind that all its entries are of, by the name of its column.
    pub kind: Option<String>,
    /// What its rows stand in.
    pub format: Format,
    /// How its rows are read; all empty where they are found automatically.
    pub entry: EntryRule,
    /// How its pages follow one another; `None` where the page itself tells it best.
    pub pages: Option<Pagination>,
    /// What is posted for its pages.
    pub post: Option<PostRule>,
    /// What a page asks for that shows no rows, or no way to its second page; looking there gives another proposal.
    pub asks: Vec<Asked>,
    /// What the page tells of the links of its rows.
    pub hints: Hints,
    /// Whether its rows have names and no links: pages of the portal may show where their reports are.
    pub is_unlinked: bool,
    /// Whether the first page says that it is the only one.
    pub is_alone: bool,
    /// Whether the rows stand on the page behind the listing's own.
    pub is_framed: bool,
    /// The rows of the first page, its next page, and what is said of the others.
    pub first: ListingPage,
    /// What speaks against it.
    pub reasons: Vec<Reason>,
}

/// Proposes rules for a page that should be a listing.
pub fn propose(opened: &Opened, sight: &Sight<'_>) -> Proposal {
    let Sight { url, zone, families, kinds, .. } = *sight;
    let family = family::recognise(families, &opened.decoded, Some(url)).cloned();
    let report = ReadRules { url: Some(url), zone, site: None, family: family.as_deref(), min_body_chars: 0 };
    let names = names::of(&opened.tree, &opened.document(&report));
    let kind = kinds.of("", names.listing.as_deref(), &[], "").map(|kind| kind.id.clone());
    let page = opened.kind;
    let mut proposal = Proposal {
        page,
        family,
        names,
        kind,
        format: Format::Html,
        entry: EntryRule::default(),
        pages: None,
        post: sight.asked.and_then(|asked| asked.post.clone()),
        asks: Vec::new(),
        hints: Hints::default(),
        is_unlinked: false,
        is_alone: false,
        is_framed: false,
        first: ListingPage::default(),
        reasons: Vec::new(),
    };
    // A page may show nothing because a script has yet to fill it.
    if matches!(page, PageKind::Listing | PageKind::Other | PageKind::Empty) {
        proposal.describe(opened, sight);
    }
    if let Some(pages) = sight.asked.and_then(|asked| asked.pages.clone()) {
        proposal.pages = Some(pages);
        proposal.reasons.retain(|reason| !matches!(reason, Reason::PagerNotFollowed(_) | Reason::NotFirst { .. }));
    }
    let has_rows = proposal.first.is_frame || !proposal.first.entries.is_empty();
    if !has_rows {
        let is_framed = proposal.reasons.iter().any(|reason| matches!(reason, Reason::Framed(_)));
        let said = bare::reason(&opened.tree, url);
        proposal.reasons.retain(|reason| said.is_none() || *reason != Reason::NoRows);
        let is_odd = page != PageKind::Listing && page != PageKind::Other && !is_framed;
        proposal.reasons.extend(said.or_else(|| is_odd.then_some(Reason::NotAListing(page))));
    }
    proposal
}

impl Proposal {
    /// Where the first page of the listing at this URL is.
    pub fn first_page(&self, url: &Url) -> PageAddress {
        first_page(url, self.post.as_ref(), self.pages.as_ref())
    }

    /// The link that was put together for rows without one; a family knows its own.
    pub fn made_link(&self) -> Option<&str> {
        let Format::Json(rule) = &self.format else { return None };
        let is_familys =
            self.family.as_ref().and_then(|family| family.json.as_ref()).is_some_and(|(one, _)| *one == **rule);
        let made = rule.link.iter().find(|link| matches!(link, LinkQuery::Filled(_)))?;
        (!is_familys).then(|| made.as_str())
    }

    /// How sure it is, from 0 to 1.
    pub fn confidence(&self) -> f64 {
        confidence(&self.reasons)
    }

    /// Reads the page without a rule, and describes what it is.
    fn describe(&mut self, opened: &Opened, sight: &Sight<'_>) {
        let read = sight.read();
        let shape = shape::of(&opened.decoded.text);
        if shape == Shape::Json {
            return self.answer(&opened.decoded.text, &read, sight);
        }
        match opened.listing(&read) {
            Ok(first) => self.first = first,
            Err(error) => return self.reasons.push(Reason::Unreadable(error.to_string())),
        }
        match shape {
            Shape::Feed => self.named(Format::Feed, Reason::Feed),
            Shape::Sitemap => self.named(Format::Sitemap, Reason::Sitemap),
            Shape::Unit => self.format = Format::Unit,
            Shape::Html | Shape::Datastore | Shape::Json => return self.document(opened, sight),
        }
        self.note_rows(sight.today);
    }

    fn named(&mut self, format: Format, note: Reason) {
        self.format = format;
        self.reasons.push(note);
    }

    /// What is odd about rows that stand in no page.
    fn note_rows(&mut self, today: Date) {
        if self.first.is_frame || self.format == Format::Sitemap {
            return;
        }
        if self.first.entries.is_empty() {
            self.reasons.push(Reason::NoRows);
        }
        self.reasons.extend(odd::rows(&self.first.entries.iter().collect::<Vec<_>>(), today));
    }

    /// Takes the rows of the page that a frame led to; the frame stays the listing's first page.
    pub fn fill(&mut self, behind: ListingPage, today: Date) {
        self.first = behind;
        self.is_framed = true;
        self.note_rows(today);
    }

    /// An answer in JSON: by the rule of a family, else by what its rows show.
    fn answer(&mut self, text: &str, read: &ListingRead<'_>, sight: &Sight<'_>) {
        let value = match listing::value(text) {
            Ok(value) => value,
            Err(error) => return self.reasons.push(Reason::Unreadable(error.to_string())),
        };
        let of_family = |family: &&Arc<Family>| {
            let rule = family.json.as_ref().map(|(rule, _)| rule);
            let page = rule.and_then(|rule| listing::by_pointers(text, rule, read).ok());
            page.is_some_and(|page| {
                !page.entries.is_empty()
                    && page.n_broken_rows == 0
                    && page.entries.iter().all(|entry| entry.date.is_some())
            })
        };
        let family = sight.families.iter().find(of_family).cloned();
        let known = family.as_ref().and_then(|family| family.json.as_ref()).map(|(rule, _)| (rule.clone(), Vec::new()));
        let Some((rule, odd)) = known.or_else(|| answer::rule(&value, sight.zone, sight.hints)) else {
            self.is_unlinked = answer::is_unlinked(&value);
            return self.reasons.push(if self.is_unlinked { Reason::Unlinked } else { Reason::NoRows });
        };
        match listing::by_pointers(text, &rule, read) {
            Ok(page) => self.first = page,
            Err(error) => return self.reasons.push(Reason::Unreadable(error.to_string())),
        }
        match answer::pages(&value, sight.url, &rule, self.first.entries.len()) {
            Ok(pages) => {
                self.is_alone = pages.is_none();
                self.pages = pages;
            }
            Err(reason) => self.reasons.push(reason),
        }
        if family.is_some() {
            self.family = family;
        }
        self.format = Format::Json(Box::new(rule));
        self.reasons.extend(odd);
        self.note_rows(sight.today);
    }

    /// A page as people see it: its selectors and pagination, and what is odd.
    fn document(&mut self, opened: &Opened, sight: &Sight<'_>) {
        if self.first.is_frame {
            return;
        }
        let tree = &opened.tree;
        let base = link::base(tree, sight.url);
        self.reasons.extend(self.first.advice.clone().map(Reason::Advised));
        let stores = datastore::stores(tree, &opened.decoded.text);
        let is_store = stores.iter().any(|store| !store.records.is_empty());
        if is_store {
            self.format = Format::Datastore;
            self.note_rows(sight.today);
        } else {
            let reader = RowReader { base: &base, page: sight.url, zone: sight.zone, today: sight.today };
            let candidates = rows::ranked(tree, &reader);
            self.reasons.extend(odd::list(&candidates, sight.url, sight.today));
            if self.first.advice.is_some() {
                // That a list may be empty is no advice where a script has yet to fill it.
                self.reasons.retain(|reason| *reason != Reason::NoRows);
            } else {
                let unfilled = odd::unfilled(tree, &opened.decoded.text, &candidates, sight.url);
                self.reasons.retain(|reason| unfilled.is_none() || *reason != Reason::NoRows);
                self.reasons.extend(unfilled);
            }
            self.name_columns(tree, &base, sight.url);
            if let Some(chosen) = candidates.first() {
                self.reasons.extend(above::report(chosen, &Scales::of(tree, &reader)));
                self.select(opened, chosen, &reader);
            }
        }
        if self.reasons.contains(&Reason::NoRows) {
            let frames: Vec<Reason> = framed(opened, &base, sight.url).map(Reason::Framed).collect();
            // That the list may be empty is no advice where it stands in another page.
            self.reasons.retain(|reason| frames.is_empty() || *reason != Reason::NoRows);
            self.reasons.extend(frames);
        }
        self.paginate(opened, &base, is_store, sight);
        let is_lacking = |reason: &Reason| reason.is_of_bare_page() || matches!(reason, Reason::PagerNotFollowed(_));
        if self.reasons.iter().any(is_lacking) {
            self.look_behind(opened, &base, sight);
        }
    }

    /// Says which columns a home page shows the first rows of.
    fn name_columns(&mut self, tree: &Tree, base: &Url, url: &Url) {
        let columns = if odd::is_home(url) { bare::columns(tree, base) } else { Vec::new() };
        if columns.len() > 1 {
            self.reasons.retain(|reason| !matches!(reason, Reason::HomePage(_)));
            self.reasons.insert(0, Reason::HomePage(columns));
        }
    }

    /// What the page asks for.
    fn look_behind(&mut self, opened: &Opened, base: &Url, sight: &Sight<'_>) {
        let known = advice::api(&opened.decoded.text, base);
        let known = known.map(|api| Asked { url: api.url, post: None, pages: None });
        let known = known.filter(|asked| asked.may_be_asked(sight.url));
        self.asks = known.into_iter().chain(asked::all(&opened.tree, base, sight.url)).collect();
        self.hints = Hints::of(opened, sight.url);
        let is_said = self.first.advice.is_some();
        self.reasons.extend(self.asks.first().filter(|_| !is_said).map(|asked| Reason::Asks(asked.to_string())));
    }

    fn paginate(&mut self, opened: &Opened, base: &Url, is_store: bool, sight: &Sight<'_>) {
        let has_family_rule = self.family.as_ref().is_some_and(|family| family.pages.is_some());
        let first = First { tree: &opened.tree, base, url: sight.url, page: &self.first, is_store, has_family_rule };
        let pages = pages::of(&first);
        self.pages = pages.rule;
        self.is_alone = pages.is_alone;
        if self.pages.is_none() && has_family_rule && !self.first.next.is_empty() {
            // Its pages follow one another by links alone, which the family's rule would hide.
            self.family = None;
        }
        self.reasons.extend(pages.reason);
    }

    /// The selectors of the rows and of what stands in them.
    fn select(&mut self, opened: &Opened, chosen: &Candidate<'_>, reader: &RowReader<'_>) {
        let dated_inside = chosen.rows.iter().all(|row| row.has_own_date || !row.is_dated);
        let pairs = chosen.nodes.iter().zip(&chosen.rows);
        let rows: Vec<(Node<'_>, &Entry)> =
            pairs.filter_map(|(node, row)| Some((*node, row.entry.as_ref()?))).collect();
        let list = entry::List {
            rows: rows.iter().map(|(node, _)| *node).collect(),
            unlinked: chosen.unlinked().map(|node| node.key()).collect(),
        };
        // A date that stands behind its row is not in the element that a selector would give.
        let selector = dated_inside.then(|| entry::selector(&opened.tree, &list, reader)).flatten();
        match selector {
            Some(selector) => self.entry = EntryRule { entry: Some(selector), ..fields::rule(&rows, reader) },
            None => self.reasons.push(Reason::NoSelector),
        }
    }

    /// The same, its rows found automatically.
    #[must_use]
    pub fn without_selectors(mut self) -> Self {
        self.entry = EntryRule::default();
        if !self.reasons.contains(&Reason::NoSelector) {
            self.reasons.push(Reason::NoSelector);
        }
        self
    }
}

/// The pages of the portal that a page shows in frames.
fn framed(opened: &Opened, base: &Url, page: &Url) -> impl Iterator<Item = Url> {
    /// Frames that are named; what shows more is a desktop.
    const MOST: usize = 3;
    let is_frame = |node: &Node<'_>| matches!(node.name(), "iframe" | "frame");
    let frames = opened.tree.root().descendants().filter(is_frame);
    let urls = frames.filter_map(|frame| base.join(frame.attr("src")?.trim()).ok());
    urls.filter(move |url| url.host_str() == page.host_str() && url.scheme().starts_with("http") && url != page)
        .take(MOST)
}
