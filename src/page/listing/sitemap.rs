//! Sitemaps: the addresses of a portal, or an index of further sitemaps. **Source**: sitemaps.org, protocol 0.9.
//!
//! In: the text of a sitemap. Out: its entries; of an index, the sitemaps it names. Entries have no title unless it is a
//! sitemap of news; their reports give it. Never: `lastmod` as the date of publication.

use super::xml::{Mark, Marks};
use super::{ListingError, ListingRead, Rows, json, other_format, shape};
use crate::model::{Entry, ListingPage};
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

/// Reads a sitemap.
pub(super) fn page(text: &str, read: &ListingRead<'_>) -> Result<ListingPage, ListingError> {
    if shape::of(text) != shape::Shape::Sitemap {
        return Err(other_format("sitemap", text));
    }
    let mut marks = Marks::of(text, "XML");
    let (mut rows, mut sitemaps) = (Rows::default(), Vec::new());
    let mut draft: Option<Draft> = None;
    let mut field = None;
    let mut is_frame = false;
    while let Some(mark) = marks.next()? {
        match (mark, &mut draft) {
            (Mark::Open(element), _) if element.depth == 0 => is_frame = element.local_name() == "sitemapindex",
            (Mark::Open(element), draft) if element.depth == 1 => {
                let is_sitemap = element.local_name() == "sitemap";
                *draft =
                    matches!(element.local_name(), "url" | "sitemap").then(|| Draft { is_sitemap, ..Draft::default() });
            }
            (Mark::Open(element), Some(_)) => {
                field = match (element.depth, element.name()) {
                    // A picture has an address of its own, one level further down.
                    (2, _) if element.local_name() == "loc" => Some(Field::Address),
                    (3, "news:title") => Some(Field::Title),
                    (3, "news:publication_date") => Some(Field::Published),
                    _ => None,
                };
            }
            (Mark::Text(text), Some(draft)) => match field {
                Some(Field::Address) => draft.address.push_str(&text),
                Some(Field::Title) => draft.title.push_str(&text),
                Some(Field::Published) => draft.published.push_str(&text),
                None => {}
            },
            (Mark::Close(1), draft) => {
                if let Some(draft) = draft.take() {
                    take(&draft, read, &mut rows, &mut sitemaps);
                }
            }
            (Mark::Close(_), _) => field = None,
            _ => {}
        }
    }
    sitemaps.truncate(MOST_SITEMAPS);
    Ok(ListingPage { next: sitemaps, is_frame, ..rows.into() })
}

fn take(draft: &Draft, read: &ListingRead<'_>, rows: &mut Rows, sitemaps: &mut Vec<crate::model::PageAddress>) {
    let Some(url) = link::resolve(&draft.address, read.page_url) else {
        rows.n_broken += 1;
        return;
    };
    if draft.is_sitemap {
        sitemaps.push(url.into());
        return;
    }
    let shown = draft.published.trim();
    let date = date::stated(shown, read.zone);
    let date_shown = date.map(|_| shown.to_owned());
    rows.entries.push(Entry { url, title: json::plain(&draft.title), date, date_shown });
}
