//! Stages 3 and 4 for one page, and the way on from there: decoded, parsed, its kind told.
//!
//! In: bytes and how they were answered. Out: an [`Opened`] page, which gives a Document or the rows of a listing.
//! Never: `Send`; it lives and dies on the thread that opened it.

use super::decode::{self, Decoded};
use super::kind::{self, Answer};
use super::listing::shape::{self, Shape};
use super::listing::{self, ListingError, ListingRead};
use super::tree::{Tree, TreeError};
use super::{ReadRules, extract, gunzip};
use crate::model::{Capture, Document, ListingPage, PageKind};

/// A page whose kind is known.
pub struct Opened {
    /// Its text, and the charset it came in.
    pub decoded: Decoded,
    /// Its elements.
    pub tree: Tree,
    /// What it is.
    pub kind: PageKind,
}

impl Opened {
    /// Opens what was received; `charset` is the site's hint. **Errors**: a page too large or too deep to be read.
    pub fn of(capture: &Capture, charset: Option<&str>, answer: &Answer<'_>) -> Result<Self, TreeError> {
        let (decoded, tree) = parsed(capture, charset)?;
        let kind = kind::of(&tree, &decoded, answer);
        Ok(Self { decoded, tree, kind })
    }

    /// The same of a page that was asked for the rows of a listing, with what it lists.
    pub fn with_rows(
        capture: &Capture,
        charset: Option<&str>,
        answer: &Answer<'_>,
        read: &ListingRead<'_>,
    ) -> Result<(Self, Result<ListingPage, ListingError>), TreeError> {
        let (decoded, tree) = parsed(capture, charset)?;
        let page = listing::page(&tree, &decoded, read);
        let has_rows = page.as_ref().is_ok_and(|page| !page.entries.is_empty());
        let kind = kind::of_rows(&tree, &decoded, answer, has_rows);
        Ok((Self { decoded, tree, kind }, page))
    }

    /// Whether it is of a kind that says anything as a report. A wall or an error page does not.
    pub fn has_text(&self) -> bool {
        matches!(self.kind, PageKind::Report | PageKind::Listing | PageKind::Other)
    }

    /// What it says as a report.
    pub fn document(&self, rules: &ReadRules<'_>) -> Document {
        self.reading(rules).document
    }

    /// What it says as a report, and where its article goes on.
    pub fn reading(&self, rules: &ReadRules<'_>) -> extract::Reading {
        extract::reading_of(self.kind, &self.tree, &self.decoded, rules)
    }

    /// What it lists. **Errors**: an answer that is no page of the listing.
    pub fn listing(&self, read: &ListingRead<'_>) -> Result<ListingPage, ListingError> {
        listing::page(&self.tree, &self.decoded, read)
    }
}

fn parsed(capture: &Capture, charset: Option<&str>) -> Result<(Decoded, Tree), TreeError> {
    let unpacked = gunzip::content(&capture.body);
    let body = unpacked.as_deref().unwrap_or(&capture.body);
    let decoded = decode::text(body, capture.header("content-type"), charset);
    // HTML within the texts of an answer is no page: it would be parsed for nothing, and could be refused.
    let is_data = matches!(shape::of(&decoded.text), Shape::Json | Shape::Unit | Shape::Feed | Shape::Sitemap);
    let tree = Tree::parse(if is_data { "" } else { &decoded.text })?;
    Ok((decoded, tree))
}
