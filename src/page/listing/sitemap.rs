//! Sitemaps: the addresses of a portal, or an index of further sitemaps. **Source**: sitemaps.org, protocol 0.9.
//!
//! In: the text of a sitemap. Out: its entries; of an index, the sitemaps it names. Entries have no title unless it is a
//! sitemap of news; their reports give it. Never: `lastmod` as the date of publication.

use super::xml::{Element, Mark, Marks};
use super::{ListingError, ListingRead, Rows, json, other_format, shape};
use crate::model::{Entry, ListingPage, PageAddress};
use crate::page::{date, link};

/// Most sitemaps of an index that are followed; each is a page of the walk.
const MOST_SITEMAPS: usize = 2_000;

/// One `<url>` or `<sitemap>` in reading.
#[derive(Debug, Default)]
struct Draft {
    is_sitemap: bool,
    address: String,
    title: String,
    published: String,
}

#[derive(Debug, Clone, Copy)]
enum Field {
    Address,
    Title,
    Published,
}

/// A sitemap in reading.
struct Reading<'r, 'a> {
    read: &'r ListingRead<'a>,
    is_index: bool,
    rows: Rows,
    sitemaps: Vec<PageAddress>,
    draft: Option<Draft>,
    /// What the text at hand belongs to.
    field: Option<Field>,
}

/// Reads a sitemap.
pub(super) fn page(text: &str, read: &ListingRead<'_>) -> Result<ListingPage, ListingError> {
    if shape::of(text) != shape::Shape::Sitemap {
        return Err(other_format("sitemap", text));
    }
    let mut marks = Marks::of(text, "XML");
    let (rows, sitemaps) = (Rows::default(), Vec::new());
    let mut reading = Reading { read, is_index: false, rows, sitemaps, draft: None, field: None };
    while let Some(mark) = marks.next()? {
        match mark {
            Mark::Open(element) => reading.open(&element),
            Mark::Text(text) => reading.text(&text),
            Mark::Close(depth) => reading.close(depth),
        }
    }
    let Reading { rows, mut sitemaps, is_index, .. } = reading;
    sitemaps.truncate(MOST_SITEMAPS);
    Ok(ListingPage { next: sitemaps, is_frame: is_index, ..rows.into() })
}

impl Reading<'_, '_> {
    fn open(&mut self, element: &Element<'_>) {
        let name = element.local_name();
        match element.depth {
            0 => self.is_index = name == "sitemapindex",
            1 => {
                let is_one = matches!(name, "url" | "sitemap");
                self.draft = is_one.then(|| Draft { is_sitemap: name == "sitemap", ..Draft::default() });
            }
            // A picture has an address of its own, one level further down.
            2 if name == "loc" => self.field = Some(Field::Address),
            3 if element.name() == "news:title" => self.field = Some(Field::Title),
            3 if element.name() == "news:publication_date" => self.field = Some(Field::Published),
            _ => self.field = None,
        }
    }

    fn text(&mut self, text: &str) {
        let (Some(field), Some(draft)) = (self.field, &mut self.draft) else { return };
        match field {
            Field::Address => draft.address.push_str(text),
            Field::Title => draft.title.push_str(text),
            Field::Published => draft.published.push_str(text),
        }
    }

    fn close(&mut self, depth: usize) {
        self.field = None;
        if let Some(draft) = self.draft.take_if(|_| depth == 1) {
            self.take(&draft);
        }
    }

    fn take(&mut self, draft: &Draft) {
        let Some(url) = link::resolve(&draft.address, self.read.page_url) else {
            self.rows.n_broken += 1;
            return;
        };
        if draft.is_sitemap {
            self.sitemaps.push(url.into());
            return;
        }
        let shown = draft.published.trim();
        let date = date::stated(shown, self.read.zone);
        let date_shown = date.map(|_| shown.to_owned());
        self.rows.entries.push(Entry { url, title: json::plain(&draft.title), date, date_shown });
    }
}
